from datetime import UTC, datetime, timedelta

import pytest

from training_app.outbox.rules import BACK_OFF, MOST_ATTEMPTS, LetterState, next_try, refusal_to_send_again

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_waits_grow_and_then_a_person_has_to_look():
    waits = [next_try(attempt, NOON) for attempt in range(1, MOST_ATTEMPTS + 1)]
    assert [wait - NOON for wait in waits[:4]] == [timedelta(minutes=m) for m in (1, 5, 15, 60)]
    assert list(BACK_OFF) == sorted(BACK_OFF)
    assert waits[-1] is None
    assert None not in waits[:-1]


@pytest.mark.parametrize(
    ("state", "sealed", "attempts", "word"),
    [
        (LetterState.SENT, True, 1, "never sent again"),
        (LetterState.FAILED, True, 8, "never sent again"),
        (LetterState.SENDING, False, 1, "at this moment"),
        (LetterState.QUEUED, False, 0, "already waiting"),
    ],
)
def test_some_letters_may_not_be_sent_again(state, sealed, attempts, word):
    assert word in refusal_to_send_again(state, sealed, attempts)


@pytest.mark.parametrize(
    ("state", "attempts"), [(LetterState.SENT, 1), (LetterState.FAILED, 8), (LetterState.QUEUED, 2)]
)
def test_others_may(state, attempts):
    assert refusal_to_send_again(state, False, attempts) is None
