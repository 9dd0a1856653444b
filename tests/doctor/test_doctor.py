"""The doctor finds a sound database sound, and names each thing that is broken in it."""

import re

import pytest
from flask import Flask

from tests.doctor.breaking import Breaker
from tests.doctor.breaks import BREAKS
from tests.doctor.diagnosis import NOTHING_BROKEN, check_named, doctor
from training_app.doctor.cli import CHECKS


def test_an_empty_service_is_sound(app: Flask):
    seen = doctor(app)
    assert (seen.output, seen.exit_code) == (NOTHING_BROKEN, 0)


def test_the_demonstration_is_sound(demonstration: Flask):
    seen = doctor(demonstration)
    assert (seen.output, seen.exit_code) == (NOTHING_BROKEN, 0)


def test_a_service_in_use_is_sound_with_and_without_its_guards(busy: Flask, request: pytest.FixtureRequest):
    seen = doctor(busy)
    assert (seen.output, seen.exit_code) == (NOTHING_BROKEN, 0)
    app, _ = request.getfixturevalue("unguarded")
    seen = doctor(app)
    assert (seen.output, seen.exit_code) == (NOTHING_BROKEN, 0)


@pytest.mark.parametrize("name", [check.name for check in CHECKS])
def test_what_is_broken_is_named(unguarded: tuple[Flask, Breaker], name: str):
    app, breaker = unguarded
    BREAKS[name](breaker)
    check_named(doctor(app), name)


def test_a_row_that_names_one_that_is_gone_is_named_with_it(unguarded: tuple[Flask, Breaker]):
    """By its number and the table that lacks it; what joins answers to a person by nothing that joins them."""
    app, breaker = unguarded
    breaker.change("pairing", "session_id = 99999, person_id = 88888")
    said = doctor(app).output
    assert "  broken by row pairing 88888 (to training_session), pairing 88888 (to person)\n" in said or (
        "  broken by row pairing 88888 (to person), pairing 88888 (to training_session)\n" in said
    )
    assert not re.search(r"[0-9a-f]{32}|[0-9a-f]{8}-", said)


def test_every_check_has_a_name_a_sentence_and_a_test_that_breaks_it():
    names = [check.name for check in CHECKS]
    assert len(names) == len(set(names))
    assert set(names) == set(BREAKS)
    assert all(check.sentence.endswith(".") and len(check.sentence) > 20 for check in CHECKS)


def test_what_is_checked_can_be_read(app: Flask):
    assert doctor(app, "--list").output.splitlines() == [f"{one.name}: {one.sentence}" for one in CHECKS]


def test_many_broken_rows_are_counted_and_few_are_named(unguarded: tuple[Flask, Breaker]):
    app, breaker = unguarded
    breaker.run("UPDATE training_session SET headcount = -1")
    line = next(one for one in doctor(app).output.splitlines() if "broken by session 1, 2, 3" in one)
    assert line.count(",") == 19 and line.endswith(" more")
