"""The queue itself: letters exist with their act, and one worker at a time holds each."""

import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import NoResultFound

from tests.outbox.letters import letter_as_stored, queue_letter
from training_app import clock
from training_app.audit.models import AuditEntry
from training_app.database import transaction
from training_app.errors import Refused
from training_app.extensions import db
from training_app.outbox.attachments import Attachment
from training_app.outbox.commands import (
    EXPIRED,
    KILLED_ITS_WORKER,
    claim_due,
    claim_letter,
    close_expired,
    enqueue,
    mark_failed,
    mark_sent,
    send_again,
)
from training_app.outbox.delivery import deliver_due
from training_app.outbox.letters import LetterText
from training_app.outbox.models import Letter
from training_app.outbox.queries import is_any_claimable
from training_app.outbox.rules import BACK_OFF, MOST_ATTEMPTS, SEALED_LIFE, LetterState

LEASE = timedelta(minutes=5)
TEXT = LetterText("booking confirmed", "S", "B")


def claim(now, limit=10, lease=LEASE):
    with transaction():
        return claim_due(now, limit, lease)


def test_an_act_that_failed_leaves_no_letter(in_app):
    with pytest.raises(RuntimeError), transaction():
        assert enqueue(TEXT, recipient="a@b.example", now=clock.now()), "it has a number, so the act can name it"
        raise RuntimeError("the act failed after its letter was written")
    assert db.session.scalar(select(func.count()).select_from(Letter)) == 0


def test_each_letter_has_a_message_id_of_its_own(in_app):
    ids = {letter_as_stored(queue_letter()).message_id for _ in range(3)}
    assert len(ids) == 3
    assert all(one.startswith("<") and one.endswith("@partnership.example>") for one in ids)


@pytest.mark.parametrize(
    "recipient",
    [
        "a@b.example\r\nBcc: everyone@b.example",
        "a@b.example\n",
        "a@b.example, c@d.example",
        "Name <a@b.example>",
        "a b@c.example",
        "nobody",
        "@b.example",
        "a@",
        "",
    ],
)
def test_a_recipient_is_one_plain_address(in_app, recipient):
    with pytest.raises(ValueError, match="one plain e-mail address"):
        enqueue(TEXT, recipient=recipient, now=clock.now())


def test_a_subject_is_one_line_that_fits(in_app):
    letter_id = queue_letter(subject="Neglect\r\nBcc: everyone@b.example\x00\u2028 and more")
    assert letter_as_stored(letter_id).subject == "Neglect Bcc: everyone@b.example and more"
    longest = letter_as_stored(queue_letter(subject="x" * 300)).subject
    assert (len(longest), longest[-1]) == (200, "…")


def test_a_letter_is_not_claimed_before_it_is_due(in_app):
    now = clock.now()
    queue_letter(now=now)
    [tried] = claim(now)
    with transaction():
        mark_failed(tried, "452 busy", now)
    assert claim(now + BACK_OFF[0] - timedelta(seconds=1)) == []
    assert [one.id for one in claim(now + BACK_OFF[0])] == [tried.id]


def test_the_longest_due_comes_first_and_no_more_than_asked(in_app):
    now = clock.now()
    second = queue_letter(now=now - timedelta(minutes=1))
    third = queue_letter(now=now)
    first = queue_letter(now=now - timedelta(minutes=2))
    assert [one.id for one in claim(now, limit=2)] == [first, second]
    assert [one.id for one in claim(now, limit=2)] == [third]


def test_letters_about_one_thing_leave_in_the_order_they_were_written(in_app):
    """A letter that must be tried again is not overtaken by the next about the same booking, only by others."""
    now = clock.now()
    booked = queue_letter(now=now, about="booking 1")
    cancelled = queue_letter(now=now, about="booking 1")
    other = queue_letter(now=now, about="booking 2")
    assert [one.id for one in claim(now, limit=1)] == [booked]
    assert [one.id for one in claim(now)] == [other], "the first is held, and the next about it waits"
    [held] = claim(now + LEASE, limit=1)
    assert held.id == booked, "its lease ended"
    with transaction():
        mark_failed(held, "452 busy", now + LEASE)
    assert [one.id for one in claim(now + LEASE)] == [other], "the first waits for its next try, and so the second"
    due = letter_as_stored(booked).due_at
    [held] = [one for one in claim(due) if one.id == booked]
    with transaction():
        mark_sent(held, due)
    assert [one.id for one in claim(due)] == [cancelled]


def test_a_letter_that_was_given_up_holds_no_other_back(in_app):
    now = clock.now()
    queue_letter(now=now, about="booking 1")
    following = queue_letter(now=now, about="booking 1")
    [held] = claim(now)
    with transaction():
        mark_failed(held, "550 no such mailbox", now, for_good=True)
    assert [one.id for one in claim(now)] == [following]


def test_a_held_letter_is_left_alone_until_its_lease_ends(in_app):
    now = clock.now()
    letter_id = queue_letter(now=now)
    [first] = claim(now)
    assert claim(now + LEASE - timedelta(seconds=1)) == []
    with transaction():
        assert claim_letter(letter_id, now, LEASE) is None
    [second] = claim(now + LEASE)
    assert (first.message_id, first.attempts) == (second.message_id, 1)
    assert second.attempts == 2


def test_a_worker_that_lost_its_lease_may_say_sent_but_not_failed(in_app):
    now = clock.now()
    letter_id = queue_letter(now=now)
    [slow] = claim(now)
    [quick] = claim(now + LEASE)
    with transaction():
        assert mark_failed(slow, "too late", now + LEASE) is False
    assert letter_as_stored(letter_id).state is LetterState.SENDING
    with transaction():
        mark_sent(slow, now + LEASE)
    with transaction():
        assert mark_failed(quick, "refused as a double", now + LEASE) is False
    assert letter_as_stored(letter_id).state is LetterState.SENT


def test_a_letter_that_kills_its_workers_is_given_up_and_what_waited_for_it_goes(in_app):
    now = clock.now()
    deadly = queue_letter(now=now, about="booking 1")
    following = queue_letter(now=now, about="booking 1")
    for attempt in range(MOST_ATTEMPTS):
        assert [one.id for one in claim(now + attempt * LEASE)] == [deadly]
    later = now + MOST_ATTEMPTS * LEASE
    assert is_any_claimable(later, LEASE), "a worker would not even look, and what waits would wait for ever"
    assert [one.id for one in claim(later)] == [following]
    given_up = letter_as_stored(deadly)
    assert (given_up.state, given_up.attempts, given_up.last_failure) == (
        LetterState.FAILED, MOST_ATTEMPTS, KILLED_ITS_WORKER
    )
    assert claim(later) == []


def test_a_claim_shares_the_fate_of_its_transaction(in_app):
    letter_id = queue_letter()
    with suppress(RuntimeError), transaction():
        assert claim_due(clock.now(), 1, LEASE)
        raise RuntimeError
    letter = letter_as_stored(letter_id)
    assert (letter.state, letter.attempts) == (LetterState.QUEUED, 0)


def test_to_look_for_letters_where_there_are_none_writes_nothing(in_app):
    """On SQLite whoever writes waits for whoever else does, and an idle worker looks every two seconds."""
    written: list[str] = []

    def note(*given):
        written.append(given[2])

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        deliver_due()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert [one.split()[0] for one in written] == ["SELECT"]


def test_two_workers_at_once_never_claim_the_same_letter(app):
    """Each thread with a connection of its own; every claim is one write transaction."""
    with app.app_context():
        queued = {queue_letter() for _ in range(60)}
    taken, together = [], threading.Barrier(4)

    def work():
        with app.app_context():
            together.wait()
            while claims := claim(clock.now(), limit=1):
                taken.extend(one.id for one in claims)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(taken) == 60
    assert set(taken) == queued


@pytest.mark.parametrize("ending", ["sent", "given up"])
def test_a_sealed_letter_is_wiped_when_it_is_over(in_app, ending):
    file = Attachment(name="a.txt", media_type="text/plain", content=b"secret")
    letter_id = queue_letter(sealed=True, body="Your code is 123456", attachment=file)
    [held] = claim(clock.now())
    assert "123456" in held.body
    with transaction():
        if ending == "sent":
            mark_sent(held, clock.now())
        else:
            mark_failed(held, "550 no", clock.now(), for_good=True)
    letter = letter_as_stored(letter_id)
    assert (letter.body, letter.attachment) == ("", None)
    with pytest.raises(Refused, match="never sent again"), transaction():
        send_again(letter_id, None, clock.now())


def test_a_sealed_letter_that_failed_once_keeps_its_words_for_the_next_try(in_app):
    letter_id = queue_letter(sealed=True, body="Your code is 123456")
    [held] = claim(clock.now())
    with transaction():
        assert mark_failed(held, "451 later", clock.now())
    assert letter_as_stored(letter_id).body == "Your code is 123456"


def test_a_sealed_letter_that_nobody_could_send_is_wiped_when_it_expires(in_app):
    now = clock.now()
    letter_id, ordinary = queue_letter(now=now, sealed=True), queue_letter(now=now)
    over = now + SEALED_LIFE
    with transaction():
        assert close_expired(over - timedelta(seconds=1)) == 0
    with transaction():
        assert close_expired(over) == 1
    letter = letter_as_stored(letter_id)
    assert (letter.state, letter.body, letter.last_failure) == (LetterState.FAILED, "", EXPIRED)
    assert [one.id for one in claim(over)] == [ordinary]


def test_an_expired_letter_is_not_sent_and_one_in_hand_is_not_taken_away(in_app):
    now = clock.now()
    letter_id = queue_letter(now=now, sealed=True, expires_at=now + timedelta(minutes=10))
    assert claim(now + timedelta(minutes=10)) == []
    [held] = claim(now + timedelta(minutes=9))
    with transaction():
        assert close_expired(now + timedelta(minutes=11)) == 0
    assert letter_as_stored(letter_id).body == held.body
    with transaction():
        assert close_expired(now + timedelta(minutes=9) + LEASE) == 1


def test_failing_and_sending_again_are_noted_without_an_address(in_app):
    letter_id = queue_letter()
    [held] = claim(clock.now())
    with transaction():
        mark_failed(held, "550 <bryony@agency.example>: no such mailbox", clock.now(), for_good=True)
    with transaction():
        send_again(letter_id, None, clock.now())
    letter = letter_as_stored(letter_id)
    assert (letter.state, letter.attempts) == (LetterState.QUEUED, 0)
    assert [one.id for one in claim(clock.now())] == [letter_id]
    failed, again = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    assert {(entry.subject_type, entry.subject_id) for entry in (failed, again)} == {("letter", letter_id)}
    assert (failed.action, again.action) == ("letter.attempt_failed", "letter.sent_again")
    assert failed.detail == {"attempt": 1, "given_up": True, "reason": "550 (address) no such mailbox"}
    assert again.detail == {"kind": "booking confirmed", "was": "failed", "attempts": 1, "sent_at": None}


def test_a_letter_that_does_not_exist_cannot_be_sent_again(in_app):
    with pytest.raises(NoResultFound), transaction():
        send_again(999, None, clock.now())
