"""The table of transitions, written out by hand from the house's plan, not derived from the one in the rules."""

from training_app.bookings.rules import BookingState

S = BookingState
ALLOWED = {
    (None, S.REQUESTED), (None, S.CONFIRMED), (None, S.WAITLISTED),
    (S.REQUESTED, S.CONFIRMED), (S.REQUESTED, S.WAITLISTED), (S.REQUESTED, S.DECLINED), (S.REQUESTED, S.CANCELLED),
    (S.WAITLISTED, S.OFFERED), (S.WAITLISTED, S.CANCELLED),
    (S.OFFERED, S.CONFIRMED), (S.OFFERED, S.DECLINED), (S.OFFERED, S.LAPSED), (S.OFFERED, S.WAITLISTED),
    (S.OFFERED, S.CANCELLED),
    (S.CONFIRMED, S.CANCELLED), (S.CONFIRMED, S.TRANSFERRED),
}  # fmt: skip
# Nobody asks for a place that has yet to be granted, and nobody passes one on: no command makes these changes.
WITHOUT_A_COMMAND = {
    (None, S.REQUESTED), (S.REQUESTED, S.CONFIRMED), (S.REQUESTED, S.WAITLISTED), (S.REQUESTED, S.DECLINED),
    (S.CONFIRMED, S.TRANSFERRED),
}  # fmt: skip
# By which states a booking comes to each.
ROADS = {
    None: [], S.REQUESTED: [S.REQUESTED], S.CONFIRMED: [S.CONFIRMED], S.WAITLISTED: [S.WAITLISTED],
    S.OFFERED: [S.WAITLISTED, S.OFFERED], S.DECLINED: [S.REQUESTED, S.DECLINED],
    S.LAPSED: [S.WAITLISTED, S.OFFERED, S.LAPSED], S.CANCELLED: [S.CONFIRMED, S.CANCELLED],
    S.TRANSFERRED: [S.CONFIRMED, S.TRANSFERRED],
}  # fmt: skip
