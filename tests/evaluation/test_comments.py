"""Words: read by the office without knowing whose they are, printed only with consent and after a decision."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from tests.browser import XHTML
from tests.evaluation.answers import NEXT_DAY, after, answer, answered_by, attendee, said
from tests.guards import words_of
from tests.world.programme import DAY, make_session
from tests.world.signing_in import user_of
from training_app.accounts.rules.roles import Role
from training_app.audit.models import AuditEntry
from training_app.database import transaction
from training_app.errors import InvalidTransition, Refused
from training_app.evaluation.commands import comments
from training_app.evaluation.models import Comment
from training_app.evaluation.queries.comments import PER_PAGE, comments_in, released_comments
from training_app.evaluation.rules.answers import CommentState, WhyWithheld
from training_app.extensions import db
from training_app.programme.models import TrainingSession


def state_of(comment_id: int) -> tuple[CommentState, str | None]:
    comment = db.session.get_one(Comment, comment_id)
    return comment.state, comment.released_text


@pytest.fixture
def office(app, browser_of, day_after):
    return browser_of(Role.OFFICE)


@pytest.fixture
def queue(app, office) -> dict[str, int]:
    """A session with seven forms, two with words; and one with a single form."""
    with app.app_context():
        many, few = make_session(), make_session("Hidden Sentence", DAY + timedelta(days=1))
        answered_by(many, 5)
        ids = {
            "consented": said(many, "Meeting the school nurse"), "not": said(many, "Ask Bob", may_quote=False),
        }
        said(few, "More like it", now=NEXT_DAY + timedelta(days=1))
        return ids | {"few": db.session.scalars(select(Comment.id).order_by(Comment.id.desc())).first()}


@pytest.fixture
def names(app, queue) -> dict[str, str]:
    """What the comments of the queue are called in addresses."""
    with app.app_context():
        return {name: str(db.session.get_one(Comment, row).public_id) for name, row in queue.items()}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OFFICE])
def test_only_the_office_reads_them(app, browser_of, queue, role, names):
    other = browser_of(role)
    for path in ("/comments", f"/comments/{names['consented']}"):
        other.get(path, status=403)
    with app.app_context():
        assert state_of(queue["consented"]) == (CommentState.NEW, None)


@pytest.mark.parametrize("act", ["release", "withhold"])
def test_only_the_office_decides(app, browser_of, queue, act, names):
    other = browser_of(Role.REVIEWER)
    app.config["WTF_CSRF_ENABLED"] = False
    try:
        other.post(f"/comments/{names['consented']}/{act}", {"why": "worry", "text": "x"}, status=403)
    finally:
        app.config["WTF_CSRF_ENABLED"] = True
    with app.app_context():
        assert state_of(queue["consented"]) == (CommentState.NEW, None)


def test_the_queue_shows_words_question_and_consent_but_nobody(office, queue):
    page = office.get("/comments")
    text = words_of(page.tree.find(f".//{XHTML}main"))
    assert "Working Together Thursday 11 June 2026. What would have made it better?" in text
    assert "Meeting the school nurse May be quoted, without a name" in text
    assert "Ask Bob Not to be quoted" in text
    assert "A. Practitioner" not in text and "Council" not in text


def test_the_date_of_a_session_with_few_forms_is_not_shown(office, names):
    text = office.get("/comments").text
    assert "Hidden Sentence A session with fewer than 5 forms, so without its date. What would" in text
    assert "12 June" not in text
    assert "12 June" not in office.get(f"/comments/{names['few']}").text


def test_releasing_from_the_queue_prints_the_words_as_they_are(app, office, queue, names):
    done = office.follow(office.send(office.get("/comments"), action=f"/{names['consented']}/release"))
    assert "The comment is released." in done.text and "Meeting the school nurse" not in done.text
    assert "Meeting the school nurse" in office.get("/comments?state=released").text
    with app.app_context():
        assert state_of(queue["consented"]) == (CommentState.RELEASED, "Meeting the school nurse")
        entry = db.session.scalars(select(AuditEntry)).one()
        assert (entry.action, entry.subject_id, entry.actor_id) == (
            "comment.released", queue["consented"], user_of(Role.OFFICE).id,
        )
        assert entry.detail == {"came_from": "new", "redacted": False}


def test_words_can_be_left_out_and_the_original_stays(app, office, queue, names):
    page = office.get(f"/comments/{names['consented']}")
    office.send(page, {"text": "Meeting …"}, action="/release")
    with app.app_context():
        comment = db.session.get_one(Comment, queue["consented"])
        assert (comment.text, comment.released_text) == ("Meeting the school nurse", "Meeting …")
        assert db.session.scalars(select(AuditEntry)).one().detail["redacted"] is True
    page = office.get("/comments?state=released")
    assert "Meeting … May be quoted, without a name. Some words are left out" in page.text


def test_an_empty_wording_is_refused_in_place(app, office, queue, names):
    page = office.send(office.get(f"/comments/{names['consented']}"), {"text": "  "}, action="/release", status=422)
    assert page.links["Enter the words to release, or keep the comment back"] == "#text"
    with app.app_context():
        assert state_of(queue["consented"]) == (CommentState.NEW, None)


def test_without_consent_there_is_no_way_to_release(app, office, queue, names):
    for path in ("/comments", f"/comments/{names['not']}"):
        page = office.get(path)
        actions = {one.get("action") for one in page.tree.iter(f"{XHTML}form")}
        assert f"/comments/{names['not']}/release" not in actions
    page = office.get(f"/comments/{names['not']}")
    token = page.tree.find(f".//{XHTML}input[@id='csrf-withhold']").get("value")
    refused = office.post(f"/comments/{names['not']}/release", {"csrf_token": token}, status=422)
    assert "did not agree to be quoted" in refused.text
    with app.app_context():
        assert state_of(queue["not"]) == (CommentState.NEW, None)
        with pytest.raises(Refused, match="did not agree"), transaction():
            comments.release(queue["not"], "Ask", 1, NEXT_DAY)


def test_keeping_back_asks_why(app, office, queue, names):
    page = office.get(f"/comments/{names['consented']}")
    again = office.send(page, action="/withhold", status=422)
    assert again.links["Choose why you keep the comment back"] == "#why"
    office.send(again, {"why": "worry"}, action="/withhold")
    with app.app_context():
        assert state_of(queue["consented"]) == (CommentState.WITHHELD, None)
        assert db.session.scalars(select(AuditEntry)).one().detail == {"came_from": "new", "why": "worry"}


def test_what_may_not_be_quoted_is_read_and_kept_back_with_one_press(app, office, queue, names):
    office.send(office.get("/comments"), action=f"/{names['not']}/withhold")
    with app.app_context():
        assert state_of(queue["not"]) == (CommentState.WITHHELD, None)
        assert db.session.scalars(select(AuditEntry)).one().detail["why"] == "no_consent"


def test_what_was_released_can_be_taken_back_and_released_again(app, office, queue, names):
    office.send(office.get("/comments"), action=f"/{names['consented']}/release")
    office.send(office.get("/comments?state=released"), action="/withhold")
    with app.app_context():
        assert state_of(queue["consented"]) == (CommentState.WITHHELD, None)
    assert "Look at it again" in office.get("/comments?state=withheld").text
    office.send(office.get(f"/comments/{names['consented']}"), {"text": "Meeting … nurse"}, action="/release")
    with app.app_context():
        assert state_of(queue["consented"]) == (CommentState.RELEASED, "Meeting … nurse")
        assert [one.detail.get("why") for one in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))] == [
            None, "withdrawn", None,
        ]


def test_two_of_the_office_at_once_the_second_is_told(app, office, queue, names):
    page = office.get("/comments")
    office.send(page, action=f"/{names['consented']}/release")
    late = office.follow(office.send(page, action=f"/{names['consented']}/release"))
    assert "Someone has already dealt with this comment. It is now: Released." in late.text
    with app.app_context(), pytest.raises(InvalidTransition), transaction():
        comments.release(queue["consented"], "Again", 1, NEXT_DAY)
    with app.app_context(), transaction():
        comments.withhold(queue["consented"], WhyWithheld.WITHDRAWN, 1, NEXT_DAY)


def test_the_queue_is_cut_into_pages(app, office):
    with app.app_context():
        session = make_session()
        for number in range(PER_PAGE + 1):
            said(session, f"Word {number:02}")
    first, second = office.get("/comments"), office.get("/comments?page=2")
    assert "Page 1 of 2" in first.text and "Word 00" in first.text and "Word 20" not in first.text
    assert "Word 20" in second.text and "Word 19" not in second.text
    assert second.links["Previous page of comments"] == "/comments?state=new&page=1"


def test_the_order_tells_neither_a_date_nor_which_words_are_of_one_person(app, office):
    with app.app_context():
        late, early = make_session("Neglect", DAY), make_session("Neglect", DAY - timedelta(days=5))
        other = make_session("Hidden Sentence", DAY - timedelta(days=3))
        answer(late, attendee(late), after(words={"better": "b", "do_differently": "d"}))
        answer(early, attendee(early), after(words={"better": "c", "do_differently": "a"}))
        said(other, "z")
        assert [(one.course_title, one.text) for one in comments_in(CommentState.NEW, 1)] == [
            ("Hidden Sentence", "z"), ("Neglect", "a"), ("Neglect", "d"), ("Neglect", "b"), ("Neglect", "c"),
        ]


def test_no_address_and_no_place_in_the_list_tells_what_came_together(app, office):
    """Two comments of one person were neighbours by their number. Their names are random; nor does the same wording
    stand in the order of arrival."""
    with app.app_context():
        session = make_session()
        for _ in range(12):
            answer(session, attendee(session), after(words={"better": "More time", "do_differently": "Listen"}))
        rows = db.session.execute(select(Comment.id, Comment.public_id).order_by(Comment.id)).all()
        known = [str(one.public_id) for one in rows]
    page = office.get("/comments")
    links = [one.get("href").rsplit("/", 1)[1] for one in page.tree.iter(f"{XHTML}a")
             if (one.get("href") or "").startswith("/comments/")]
    assert len(links) == PER_PAGE and set(links) <= set(known)
    assert not any(link.isdigit() for link in links)
    places = [known.index(one) for one in links]
    same_words = [place for place in places if place % 2 == places[0] % 2]
    assert same_words != sorted(same_words), "of twelve, once in 479 million"
    assert [UUID(one).version for one in known] == [4] * 24


def test_an_empty_queue_says_so(office):
    assert "No comments to read" in office.get("/comments").text
    assert "No comments released yet" in office.get("/comments?state=released").text
    assert "No comments to read" in office.get("/comments?state=nonsense&page=-3").text
    for nobody in ("4711", "1", uuid4()):
        office.get(f"/comments/{nobody}", status=404)


def test_released_words_are_printed_where_enough_people_answered(app, office, queue):
    with app.app_context():
        many, few = (
            db.session.scalars(select(TrainingSession).join(TrainingSession.course).filter_by(title=title)).one().id
            for title in ("Working Together", "Hidden Sentence")
        )
        assert released_comments([many, few]) == []
        with transaction():
            for comment_id in (queue["consented"], queue["few"]):
                comments.release(comment_id, db.session.get_one(Comment, comment_id).text, 1, NEXT_DAY)
        assert [(one.course_title, one.words) for one in released_comments([many])] == [
            ("Working Together", "Meeting the school nurse")
        ]
        assert released_comments([few]) == [], "one form: nothing is printed of it alone"
        both = [(one.course_title, one.question, one.words) for one in released_comments([many, few])]
        assert both == [
            ("Working Together", "What would have made it better?", "Meeting the school nurse"),
            (None, "What would have made it better?", "More like it"),
        ]


@pytest.mark.parametrize("added", ["The best training ever", "Meeting the kind school nurse", "nurse … Meeting", "…"])
def test_staff_print_nobody_words_they_did_not_write(app, office, queue, added, names):
    page = office.send(
        office.get(f"/comments/{names['consented']}"), {"text": added}, action="/release", status=422
    )
    assert "Print the person’s own words only" in page.text
    with app.app_context():
        assert state_of(queue["consented"]) == (CommentState.NEW, None)
