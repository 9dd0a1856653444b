"""How each check is broken: by its name, the raw SQL that it must name."""

from collections.abc import Callable, Mapping

from tests.doctor.breaking import Breaker

LATER = "'2999-01-01 00:00:00.000000'"
EARLIER = "'1999-01-01 00:00:00.000000'"
PAIRED = "pairing_id IS NOT NULL AND moment = 'after'"
CONFIRMED, WAITING, OFFERED = "state = 'confirmed'", "state = 'waitlisted'", "state = 'offered'"
RATED = "question_id IN (SELECT id FROM question WHERE kind = 'rating')"
ANOTHER_VERSION = "(SELECT max(id) FROM question)"


def _question_of_a_new_version(db: Breaker) -> None:
    db.copy("instrument_version", number="99")
    db.copy("question", "kind = 'rating'", version_id="(SELECT max(id) FROM instrument_version)")
    db.copy("question", "kind = 'words'", version_id="(SELECT max(id) FROM instrument_version)")


def _rating_of_another_version(db: Breaker) -> None:
    _question_of_a_new_version(db)
    db.change("rating", f"question_id = {ANOTHER_VERSION} - 1", RATED)


def _comment_of_another_version(db: Breaker) -> None:
    _question_of_a_new_version(db)
    db.change("comment", f"question_id = {ANOTHER_VERSION}")


def _pair_across_sessions(db: Breaker) -> None:
    db.copy("response", PAIRED, moment="'later'", session_id="session_id + 1")


def _answer_again(db: Breaker) -> None:
    db.copy("response", PAIRED)


def _priority_of_another_plan(db: Breaker) -> None:
    db.run(
        "UPDATE session_priority SET priority_id = (SELECT p.id FROM priority p"
        " JOIN priority q ON q.plan_id <> p.plan_id WHERE q.id = session_priority.priority_id LIMIT 1)"
    )


def _completed_by_nobody_who_came(db: Breaker) -> None:
    db.copy("completion", person_id="(SELECT max(id) FROM person)")


def _comments_without_audit(db: Breaker) -> None:
    # As if nothing had been loaded as a demonstration: every act must then have its line.
    db.run(f"UPDATE demonstration SET loaded_at = {EARLIER}")


def _register_without_audit(db: Breaker) -> None:
    db.run("DELETE FROM audit_entry WHERE action = 'register.reopened'")


def _same_name_of_two_priorities(db: Breaker) -> None:
    db.copy("priority_alias", priority_id="(SELECT id FROM priority WHERE plan_id = (SELECT plan_id FROM priority"
            " WHERE id = priority_alias.priority_id) AND id <> priority_alias.priority_id LIMIT 1)")  # fmt: skip


def _published_again_early(db: Breaker) -> None:
    db.change("publication", "why = 'first_forms'", "forms < 8")


def _miscount(db: Breaker) -> None:
    db.change("rating_pattern", "n = n + 1")


def _cancel_the_booked_session(db: Breaker) -> None:
    db.change("training_session", "status = 'cancelled'", f"id IN (SELECT session_id FROM booking WHERE {CONFIRMED})")


def _day_of_no_booking(db: Breaker) -> None:
    db.change("person", "email = 'somebody@example.org'", "id IN (SELECT person_id FROM booking)")
    written_to = "SELECT id FROM person WHERE email = 'somebody@example.org'"
    db.run(
        "INSERT INTO calendar_entry (id, booking_id, uid, on_day, stands)"
        f" SELECT 999, id, 'gone', '2999-01-01', true FROM booking WHERE person_id IN ({written_to}) LIMIT 1"
    )


def _fewer_places(db: Breaker) -> None:
    db.change("training_session", "capacity = 1", f"id IN (SELECT session_id FROM booking WHERE {CONFIRMED})")


def _history_gap(db: Breaker) -> None:
    db.change("booking_change", "from_state = 'requested'", "from_state = 'waitlisted'")


def _impossible_step(db: Breaker) -> None:
    db.change("booking_change", "to_state = 'lapsed'", "to_state = 'waitlisted'")


def _moved_from_where_it_is(db: Breaker) -> None:
    db.run(
        "INSERT INTO session_moved_from (id, session_id, first_day, starts_at, at)"
        f" SELECT 1, id, first_day, starts_at, {EARLIER} FROM training_session LIMIT 1"
    )


def _closed_and_still_in(db: Breaker) -> None:
    db.run(f'UPDATE "user" SET closed_at = {EARLIER} WHERE id = (SELECT min(id) FROM "user")')
    db.run('INSERT INTO signed_in_browser (id, user_id) SELECT 1, min(id) FROM "user"')


def _two_overlapping_plans(db: Breaker) -> None:
    db.copy("business_plan", name="'Another'")


def _sealed_and_sent(db: Breaker) -> None:
    db.change("letter", f"state = 'sent', attempts = 1, sent_at = {EARLIER}", "sealed")


def _mark_on_anothers_part(db: Breaker) -> None:
    another = "SELECT id FROM session_part WHERE session_id <> attendance_mark.session_id LIMIT 1"
    db.change("attendance_mark", f"part_id = ({another})")


def _mark_of_anothers_booking(db: Breaker) -> None:
    db.change("attendance_mark", "booking_id = (SELECT max(id) FROM booking)")


def _part_not_recorded(db: Breaker) -> None:
    db.change("completion", f"withdrawn_at = {EARLIER}", "withdrawn_at IS NULL")


def _record_of_an_open_register(db: Breaker) -> None:
    never = "SELECT id FROM training_session WHERE id NOT IN (SELECT session_id FROM register_change)"
    db.change("completion", f"session_id = ({never} LIMIT 1)")


BREAKS: Mapping[str, Callable[[Breaker], None]] = {
    "places-within-capacity": _fewer_places,
    "one-active-booking": lambda db: db.copy("booking", CONFIRMED, code="'ANOTHER'"),
    "overbooked-by-someone": lambda db: db.change("booking", "overbooked_why = 'Because.'"),
    "history-kept": lambda db: db.run("DELETE FROM booking_change WHERE booking_id = (SELECT min(id) FROM booking)"),
    "history-unbroken": _history_gap,
    "history-in-order": lambda db: db.change("booking_change", f"at = {EARLIER}", "from_state IS NOT NULL"),
    "history-ends-in-the-state": lambda db: db.change("booking", "state = 'lapsed'", CONFIRMED),
    "history-possible": _impossible_step,
    "offered-has-an-offer": lambda db: db.change(
        "offer", f"outcome = 'lapsed', answered_at = {EARLIER}", "outcome IS NULL"
    ),
    "offer-is-of-an-offered": lambda db: db.change("booking", "state = 'confirmed'", OFFERED),
    "one-live-offer": lambda db: db.copy("offer", "outcome IS NULL"),
    "offers-answered-whole": lambda db: db.change("offer", "outcome = 'lapsed'", "outcome IS NULL"),
    "offers-run-forward": lambda db: db.change("offer", f"expires_at = {EARLIER}"),
    "offers-end-in-working-hours": lambda db: db.change("offer", f"expires_at = {LATER}", "outcome IS NULL"),
    "numbered-while-waiting": lambda db: db.change("booking", "queue_number = NULL", WAITING),
    "passed-over-after-an-offer": lambda db: db.change("booking", "passed_over = true", WAITING),
    "numbers-on-waiting-list-differ": lambda db: db.run(f"UPDATE booking SET queue_number = 7 WHERE {WAITING}"),
    "booking-codes-differ": lambda db: db.run("UPDATE booking SET code = 'SAME'"),
    "nothing-booked-when-cancelled": _cancel_the_booked_session,
    "no-days-left-in-calendars": _day_of_no_booking,
    "needs-deleted-in-time": lambda db: db.change(
        "booking", "needs = 'Hearing loop', session_id = (SELECT min(id) FROM training_session)"
    ),
    "bookings-in-audit": lambda db: db.run("DELETE FROM audit_entry WHERE subject_type = 'booking'"),
    "letters-held-while-sent": lambda db: db.change("letter", f"lease_until = {LATER}"),
    "attempts-counted": lambda db: db.change("letter", "attempts = -1"),
    "sent-letters-say-when": lambda db: db.change("letter", "state = 'sent'"),
    "sealed-letters-wiped": _sealed_and_sent,
    "sealed-letters-expire": lambda db: db.change("letter", "expires_at = NULL", "sealed"),
    "message-ids-differ": lambda db: db.copy("letter"),
    "one-live-mark": lambda db: db.copy("attendance_mark", "superseded_at IS NULL"),
    "taken-off-is-off": lambda db: db.change("attendance_mark", "taken_off = true", "superseded_at IS NULL"),
    "marks-on-own-parts": _mark_on_anothers_part,
    "marks-of-own-bookings": _mark_of_anothers_booking,
    "corrections-run-forward": lambda db: db.change("attendance_mark", f"superseded_at = {EARLIER}"),
    "marks-know-agency-and-area": lambda db: db.change("attendance_mark", "area = NULL", "agency_id IS NOT NULL"),
    "bookings-know-agency-and-area": lambda db: db.change("booking", "agency_id = NULL", "area IS NOT NULL"),
    "closed-registers-recorded": _part_not_recorded,
    "records-agree-with-registers": _completed_by_nobody_who_came,
    "records-from-closed-registers": _record_of_an_open_register,
    "completions-of-own-course": lambda db: db.change("completion", "course_id = course_id + 1"),
    "completions-of-day-and-length": lambda db: db.change(
        "session_part", "ends_at = '23:59:00.000000'", "session_id IN (SELECT session_id FROM completion)"
    ),
    "nobody-attends-what-is-cancelled": lambda db: db.change(
        "training_session", "status = 'cancelled'", "id IN (SELECT session_id FROM completion)"
    ),
    "completed-once": lambda db: db.copy("completion"),
    "registers-open-and-close": lambda db: db.run("DELETE FROM register_change WHERE state = 'open'"),
    "reopened-with-a-reason": lambda db: db.change("register_change", "why = ''", "state = 'open'"),
    "registers-in-audit": _register_without_audit,
    "answered-once": _answer_again,
    "pairing-within-a-session": _pair_across_sessions,
    "pairing-of-own-session": lambda db: db.change("pairing", "session_id = session_id + 1"),
    "paired-once": lambda db: db.copy("pairing", pairing_id=f"'{'a' * 32}'"),
    "ratings-on-their-scale": lambda db: db.change("rating", "value = 11"),
    "ratings-of-own-version": _rating_of_another_version,
    "comments-of-own-version": _comment_of_another_version,
    "answers-know-agency": lambda db: db.change(
        "response", "agency_id = agency_id + 1", "moment = 'looking_back' AND agency_id IS NOT NULL"
    ),
    "published-counts-agree": _miscount,
    "published-counts-positive": lambda db: db.change("rating_pattern", "n = 0"),
    "counts-were-published": lambda db: db.run("DELETE FROM publication"),
    "published-forms-are-there": lambda db: db.change("publication", "forms = 999"),
    "published-late-enough": _published_again_early,
    "released-with-consent": lambda db: db.change("comment", "may_quote = false", "state = 'released'"),
    "released-words-kept": lambda db: db.change("comment", "released_text = NULL", "state = 'released'"),
    "decisions-in-audit": _comments_without_audit,
    "days-of-parts": lambda db: db.change("training_session", "last_day = '2999-01-01'"),
    "days-in-order": lambda db: db.change("training_session", "first_day = '2999-01-01'"),
    "parts-dated-or-not": lambda db: db.change("session_part", "ends_at = NULL", "on_day IS NOT NULL"),
    "headcount-or-reason": lambda db: db.change("training_session", "headcount = 3, no_data_reason = 'Lost.'"),
    "numbers-not-negative": lambda db: db.change("training_session", "headcount = -1"),
    "priorities-in-force": _priority_of_another_plan,
    "set-by-hand-in-audit": lambda db: db.change("session_field_set", f"set_at = {EARLIER}"),
    "moved-sessions-begin-elsewhere": _moved_from_where_it_is,
    "plans-follow": _two_overlapping_plans,
    "priority-names-differ": _same_name_of_two_priorities,
    "aliases-differ": lambda db: db.copy("agency_alias"),
    "agencies-merge-forward": lambda db: db.change("agency", "merged_into_id = id"),
    "posts-run-forward": lambda db: db.change("post", "ended_on = '1999-01-01'"),
    "one-sign-in-per-email": lambda db: db.change("user", "email = upper(email)"),
    "one-person-per-email": lambda db: db.copy("person", "email IS NOT NULL"),
    "roles-held-once": lambda db: db.copy("role_grant"),
    "coordinators-have-an-agency": lambda db: db.change("role_grant", "agency_id = 1", "role = 'trainer'"),
    "closed-sign-ins-are-out": _closed_and_still_in,
    "tries-counted": lambda db: db.run(
        f"INSERT INTO sign_in_code (id, email, expires_at, tries_left) VALUES (1, 'a@b.example', {LATER}, -1)"
    ),
    "recovery-codes-have-an-app": lambda db: db.run("DELETE FROM second_factor"),
    "letters-wait-within-reason": lambda db: db.change("letter", f"due_at = {LATER}, attempts = 1, state = 'queued'"),
    "tables-are-there": lambda db: db.run("ALTER TABLE letter DROP COLUMN last_failure"),
    "rows-named-exist": lambda db: db.change("attendance_mark", "person_id = 99999"),
    "nothing-from-the-future": lambda db: db.change("booking", f"booked_at = {LATER}"),
    "made-up-only-in-demonstration": lambda db: db.run("DELETE FROM demonstration"),
}
