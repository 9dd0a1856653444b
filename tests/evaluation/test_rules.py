from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from training_app.evaluation.rules import answers as rules
from training_app.evaluation.rules.answers import Evaluated, Facts, Moment, Refusal
from training_app.evaluation.rules.publishing import WhyPublished, why_publish
from training_app.working_time import is_in_working_hours

LONDON = ZoneInfo("Europe/London")
START = datetime(2026, 6, 11, 9, 30, tzinfo=LONDON)
END = datetime(2026, 6, 11, 16, 0, tzinfo=LONDON)


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=LONDON)


FACTS = Facts(Evaluated.HERE, False, START, rules.window_after(END), answered=False, came=True, booked=True)


@pytest.mark.parametrize(
    ("forms", "published", "why"),
    [
        (0, None, None), (7, None, None), (8, None, WhyPublished.FIRST), (20, None, WhyPublished.FIRST),
        (8, 8, None), (12, 8, None), (13, 8, WhyPublished.FURTHER), (17, 13, None), (18, 13, WhyPublished.FURTHER),
    ],
)
def test_while_the_window_is_open_it_publishes_first_at_eight_and_then_every_five(forms, published, why):
    assert why_publish(forms, published, is_over=False) is why


@pytest.mark.parametrize(
    ("forms", "published", "why"),
    [(0, None, WhyPublished.CLOSE), (1, None, WhyPublished.CLOSE), (9, 8, WhyPublished.CLOSE), (8, 8, None)],
)
def test_at_the_close_it_publishes_what_is_left(forms, published, why):
    assert why_publish(forms, published, is_over=True) is why


def test_the_window_opens_when_the_last_part_ends_and_closes_28_days_later():
    window = rules.window_after(END)
    assert not window.is_open(END - timedelta(seconds=1))
    assert window.is_open(END)
    assert window.is_open(END + timedelta(days=28) - timedelta(seconds=1))
    assert not window.is_open(END + timedelta(days=28))
    assert window.is_over(END + timedelta(days=28))


def test_across_a_change_of_the_clocks_it_closes_at_the_same_time_of_day():
    # The clocks go back on 25 October 2026: 28 days by the wall are an hour more than 28 times 24 hours.
    window = rules.window_after(datetime(2026, 10, 1, 16, 0, tzinfo=LONDON))
    assert window.closes_at.astimezone(UTC) == datetime(2026, 10, 29, 16, 0, tzinfo=UTC)
    assert window.opens_at.astimezone(UTC) == datetime(2026, 10, 1, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ended", "closes"),
    [
        (at(6, 11, 16, 0), at(7, 9, 16, 0)),  # in working hours it stays
        (at(6, 11, 9, 0), at(7, 9, 9, 0)),
        (at(6, 11, 17, 0), at(7, 9, 17, 0)),
        (at(6, 11, 17, 30), at(7, 10, 17, 0)),  # in the evening
        (at(6, 11, 8, 0), at(7, 9, 17, 0)),  # before people are at work
        (at(6, 12, 0, 0), at(7, 10, 17, 0)),  # at midnight: the end of a self-paced session
        (at(6, 13, 12, 0), at(7, 13, 17, 0)),  # on a Saturday
        (at(8, 3, 16, 0), at(9, 1, 17, 0)),  # on the bank holiday in August
        (at(11, 27, 12, 0), at(12, 29, 17, 0)),  # on Christmas Day, a Friday
    ],
)
def test_an_answer_asked_for_ends_in_working_hours_and_never_earlier(ended, closes):
    window = rules.window_after(ended)
    assert window.closes_at == closes
    assert window.opens_at + rules.WINDOW_LENGTH <= window.closes_at <= window.opens_at + rules.LONGEST_WINDOW
    in_the_room = rules.window_in_the_room(window)
    assert in_the_room.closes_at == window.closes_at


def test_no_day_of_ten_years_makes_it_longer_than_is_looked_back_for():
    for number in range(3653):
        for hour in (0, 8, 12, 20):
            window = rules.window_after(datetime(2024, 1, 1, hour, tzinfo=LONDON) + timedelta(days=number))
            assert is_in_working_hours(window.closes_at)
            assert window.closes_at - window.opens_at <= rules.LONGEST_WINDOW


def test_each_form_asks_its_own_moments():
    assert rules.moments_asked(Moment.AFTER) == (Moment.AFTER, Moment.LOOKING_BACK)
    assert rules.moments_asked(Moment.BEFORE) == (Moment.BEFORE,)


@pytest.mark.parametrize(
    ("change", "now", "why"),
    [
        ({}, END, None),
        ({}, END - timedelta(minutes=1), Refusal.NOT_ENDED),
        ({}, END + timedelta(days=28), Refusal.CLOSED),
        ({"came": False}, END, Refusal.NOT_ON_REGISTER),
        ({"booked": False}, END, None),
        ({"answered": True}, END, Refusal.ANSWERED),
        ({"answered": True}, END + timedelta(days=90), Refusal.ANSWERED),
        ({"cancelled": True}, END, Refusal.CANCELLED),
        ({"evaluated": Evaluated.SEPARATELY}, END, Refusal.SEPARATE),
        ({"evaluated": Evaluated.NOT_AT_ALL}, END, Refusal.NO_EVALUATION),
    ],
)
def test_who_may_answer_the_form_after(change, now, why):
    assert rules.refusal(Moment.AFTER, replace(FACTS, **change), now) is why


@pytest.mark.parametrize(
    ("change", "now", "why"),
    [
        ({"came": False}, START - timedelta(seconds=1), None),
        ({}, START, Refusal.STARTED),
        ({"booked": False}, START - timedelta(seconds=1), Refusal.NOT_BOOKED),
        ({"booked": False}, START, Refusal.STARTED),
        ({"booked": False, "cancelled": True}, START - timedelta(days=1), Refusal.CANCELLED),
        ({"answered": True}, START - timedelta(days=1), Refusal.ANSWERED),
        ({"evaluated": Evaluated.SEPARATELY}, START - timedelta(days=1), Refusal.SEPARATE),
        ({"cancelled": True}, START - timedelta(days=1), Refusal.CANCELLED),
    ],
)
def test_the_form_before_is_taken_until_the_start(change, now, why):
    assert rules.refusal(Moment.BEFORE, replace(FACTS, **change), now) is why


def test_every_reason_is_a_heading_and_a_sentence():
    for why in Refusal:
        assert why.heading and not why.heading.endswith(".")
        assert why.sentence.endswith(".")


def test_nothing_that_was_read_becomes_unread_again():
    for goes_to in rules.COMMENT_TRANSITIONS.values():
        assert rules.CommentState.NEW not in goes_to
    assert set(rules.COMMENT_TRANSITIONS) == set(rules.CommentState)


@pytest.mark.parametrize(
    ("printed", "written"),
    [
        ("It was unhelpful", "It was unhelpful"),
        ("It was unhelpful.", "It was unhelpful"),
        ("It was unhelpful", "It was  unhelpful."),
        ("… helpful to nobody", "The trainer was helpful to nobody"),
        ("The trainer was helpful …", "The trainer was helpful to nobody"),
        ("… the trainer … helpful […]", "I thought the trainer was very helpful, and kind."),
        ("It wasn't “long” [...] enough", "It wasn’t \"long\" or deep enough"),
        ("a … b … a", "a b c a"),
        ("He said … no", "He said... no"),
    ],
)
def test_words_may_be_left_out_where_a_gap_says_so(printed, written):
    assert rules.is_redaction_of(printed, written)


@pytest.mark.parametrize(
    ("printed", "written"),
    [
        ("helpful", "It was unhelpful"),
        ("… helpful", "It was unhelpful"),
        ("… helpful", "It was un-helpful"),
        ("… rated it", "He berated it"),
        ("… rated it", "rated items"),
        ("The trainer was helpful", "The trainer was helpful to nobody"),
        ("was helpful to nobody", "The trainer was helpful to nobody"),
        ("I can … it", "I can't do it"),
        ("Helpful", "Helpful?"),
        ("Good!", "Good"),
        ("b … a", "a … b"),
        ("a … a", "a"),
        ("… a … a …", "a b"),
        ("Nothing … new", ""),
        ("…", "Anything"),
        (".", "Anything."),
    ],
)
def test_nothing_else_is_the_persons_own_words(printed, written):
    assert not rules.is_redaction_of(printed, written)
