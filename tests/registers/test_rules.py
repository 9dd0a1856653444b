from datetime import datetime, time, timedelta
from itertools import product

import pytest

from tests.registers.acts import DAY
from training_app.programme.rules.parts import PartFacts
from training_app.programme.rules.sessions import PartKind
from training_app.registers.rules.marks import (
    AbsenceReason,
    Mark,
    RegisterFacts,
    RegisterState,
    Settled,
    WhyNotClose,
    WhyNotNow,
    attended_all,
    has_completed,
    is_open_for_marks,
    part_to_join,
    reason_label,
    settle,
    why_not_change,
    why_not_close,
    why_not_open,
)

ANY = (None, *Mark)
ORDER = [Mark.ABSENT, Mark.PART_ATTENDED, Mark.ATTENDED]


def _facts(cancelled=False, state=RegisterState.OPEN) -> RegisterFacts:
    return RegisterFacts(cancelled, state, DAY, DAY + timedelta(days=1))


@pytest.mark.parametrize(("on_page", "stored", "wanted"), list(product(ANY, ANY, ANY)))
def test_two_pages_at_once_settle_so(on_page, stored, wanted):
    """All 64 cases, from what each person saw and wants."""
    verdict = settle(on_page, stored, wanted)
    if wanted is None or wanted == on_page:
        assert verdict is Settled.KEEP, "nobody touched the row"
    elif wanted == stored:
        assert verdict is Settled.KEEP, "both say the same"
    elif stored == on_page or stored is None:
        assert verdict is Settled.WRITE, "nobody else was there"
    else:
        more = ORDER.index(wanted) > ORDER.index(stored)
        assert verdict is (Settled.WRITE_AND_ASK if more else Settled.KEEP_AND_ASK)


@pytest.mark.parametrize(("on_page", "stored", "wanted"), list(product(ANY, ANY, Mark)))
def test_attended_is_never_lost_to_someone_who_had_not_seen_it(on_page, stored, wanted):
    if stored is Mark.ATTENDED and on_page is not Mark.ATTENDED:
        assert settle(on_page, stored, wanted) in (Settled.KEEP, Settled.KEEP_AND_ASK)


@pytest.mark.parametrize(
    ("days", "is_office", "why"),
    [
        (-1, True, WhyNotNow.NOT_YET), (0, False, None), (8, False, None), (9, False, WhyNotNow.OFFICE_ONLY),
        (9, True, None), (400, True, None),
    ],
)
def test_from_the_day_on_and_a_week_for_trainers(days, is_office, why):
    today = DAY + timedelta(days=days)
    assert why_not_change(_facts(), today, is_office=is_office) is why


def test_a_cancelled_and_a_closed_register_take_no_marks():
    assert why_not_change(_facts(cancelled=True), DAY, is_office=True) is WhyNotNow.CANCELLED
    closed = _facts(state=RegisterState.CLOSED)
    assert why_not_change(closed, DAY, is_office=True) is WhyNotNow.CLOSED
    assert why_not_open(closed, DAY, is_office=True) is None


def test_each_reason_has_words():
    for reason in (*WhyNotNow, *WhyNotClose):
        assert len(reason.sentence) > 20


@pytest.mark.parametrize(
    ("unmarked", "marked", "said", "ended", "why"),
    [
        (0, 3, False, True, None),
        (0, 3, False, False, WhyNotClose.NOT_ENDED),
        (1, 3, False, True, WhyNotClose.UNMARKED),
        (1, 3, True, True, WhyNotClose.UNMARKED),
        (0, 0, False, True, WhyNotClose.NOTHING_KNOWN),
        (5, 0, False, True, WhyNotClose.NOTHING_KNOWN),
        (5, 0, True, True, None),
        (0, 0, True, True, None),
    ],
)
def test_a_register_closes_when_nothing_on_it_is_unknown(unmarked, marked, said, ended, why):
    assert why_not_close(unmarked=unmarked, marked=marked, number_said=said, ended=ended) is why


def test_completed_is_every_part_and_the_whole_of_it():
    whole, part, absent = Mark.ATTENDED, Mark.PART_ATTENDED, Mark.ABSENT
    assert has_completed([whole, whole], 2)
    assert not has_completed([whole], 2)
    assert not has_completed([whole, part], 2)
    assert not has_completed([whole, absent], 2)
    assert not has_completed([part], 1)


def test_a_part_nobody_kept_a_register_of_is_not_counted_against_anyone():
    whole, part, absent = Mark.ATTENDED, Mark.PART_ATTENDED, Mark.ABSENT
    assert attended_all([1, 2], {1: whole, 2: whole}) and attended_all([1, 2], {1: whole})
    assert not attended_all([1, 2], {1: whole, 2: part}) and not attended_all([1, 2], {2: absent})


def test_a_part_is_marked_from_its_day_on():
    assert is_open_for_marks(DAY, DAY) and not is_open_for_marks(DAY, DAY - timedelta(days=1))
    assert is_open_for_marks(None, DAY - timedelta(days=1))


def test_whoever_turns_up_joins_the_part_that_is_on_or_was_last():
    at_home = PartFacts(PartKind.E_LEARNING)
    morning, evening = (PartFacts(PartKind.ONLINE, DAY, time(hour), time(hour + 2)) for hour in (9, 18))
    both = [morning, evening]
    joined = {hour: part_to_join(both, datetime.combine(DAY, time(hour))) for hour in (7, 9, 12, 18, 23)}
    assert joined == {7: morning, 9: morning, 12: morning, 18: evening, 23: evening}
    assert part_to_join(both, datetime.combine(DAY + timedelta(days=1), time(1))) is evening
    assert part_to_join([at_home], datetime.combine(DAY, time(7))) is at_home
    assert part_to_join([], datetime.combine(DAY, time(7))) is None


def test_reasons_say_whether_they_justify():
    assert {one for one in AbsenceReason if not one.is_justified} == {AbsenceReason.WORK, AbsenceReason.NO_WORD}
    assert reason_label("ill") == "Ill"
    assert reason_label("Told the office by post") == "Told the office by post"
