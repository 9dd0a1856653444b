"""Publishing a session that lacks what people ask for is asked about once, with the way to each fact."""

from datetime import timedelta

import pytest

from tests.office.acts import make_draft
from tests.office.drafts import DAY, NOW, part, stored
from training_app.database import transaction
from training_app.programme.commands import parts

pytestmark = pytest.mark.usefixtures("time_stands_still")


def test_what_is_missing_is_named_with_the_way_to_it(app, office):
    session_id = make_draft(app)
    with app.app_context():
        session = stored(session_id)
        part, has_venue = session.parts[0].id, session.parts[0].venue is not None
    page = office.get(f"/staff/sessions/{session_id}/publish")
    assert page.heading == "Publish it with this missing?"
    assert page.links["A provider"] == f"/staff/sessions/{session_id}/about"
    assert page.links["A priority of the business plan"] == f"/staff/sessions/{session_id}/priorities"
    assert ("A venue" in page.links) != has_venue
    if not has_venue:
        assert page.links["A venue"] == f"/staff/sessions/{session_id}/parts/{part}"
    assert page.links["Go back and fill it in"] == f"/staff/sessions/{session_id}"
    assert "Publish anyway" in page.text and "Publish now" not in page.text
    with app.app_context():
        assert stored(session_id).is_draft
    assert "Published." in office.follow(office.send(page)).text
    with app.app_context():
        assert not stored(session_id).is_draft


def test_a_venue_is_named_by_its_part_where_there_are_several(app, office):
    session_id = make_draft(app)
    with app.app_context(), transaction():
        second = part(DAY + timedelta(days=7), venue_id=None)
        parts.add_part(session_id, second, actor_id=None, now=NOW)
    with app.app_context():
        second_id = stored(session_id).parts[1].id
    page = office.get(f"/staff/sessions/{session_id}/publish")
    assert page.links["A venue for part 2"] == f"/staff/sessions/{session_id}/parts/{second_id}"
