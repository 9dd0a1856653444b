"""What the demonstration shows reads as an office would write it: nothing of how the data were put together."""

import csv
import re
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.programme.made_up_files import a_file, a_row, loaded
from training_app.demo.loading import FILES
from training_app.extensions import db
from training_app.programme.models import Provider, TrainingSession, Venue
from training_app.programme.rules.no_data import reason_heading

OF_THE_WORKSHOP = re.compile(r"\b(seeds?|filled)\b", re.IGNORECASE)


def test_no_session_speaks_of_how_it_was_put_together(demonstration):
    with demonstration.app_context():
        shown = [
            text
            for one in db.session.scalars(select(TrainingSession))
            for text in (one.note, one.no_data_reason or "", one.priority_text, one.course.title, one.course.summary)
        ]
        shown += [*db.session.scalars(select(Provider.name)), *db.session.scalars(select(Venue.name))]
        reasons = {one for one in db.session.scalars(select(TrainingSession.no_data_reason)) if one}
    assert len(shown) > 500
    assert [text for text in shown if OF_THE_WORKSHOP.search(text)] == []
    assert {reason_heading(one) for one in reasons} >= {
        "April 2024 cyber-attack", "Commissioned, provider did not share"
    }


@pytest.mark.parametrize("name", ["programme_2024_25.csv", "outside_88_2024_25.csv"])
def test_every_row_still_says_what_is_made_up_and_what_is_not(name):
    with Path(FILES / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(one["note"] for one in rows)
    filled = [one["note"] for one in rows if one["source"] == "filled"]
    assert [note for note in filled if "made up" not in note and "by assumption" not in note] == []


def test_a_file_that_speaks_of_it_is_taken_all_the_same(in_app):
    """The year as others have it says so in its notes and leaves out what its sources leave out."""
    note = "No data: commissioned, provider did not share. Course name is seed; sessions filled"
    loaded(a_file(a_row(attendees="", note=note, provider="Not stated in the seeds", source="filled")))
    session = db.session.scalars(select(TrainingSession)).one()
    assert (session.note, session.no_data_reason, session.provider) == (note, note, None)
