"""Who answered: response rates, and what silence could hide."""

from __future__ import annotations

import math
from dataclasses import dataclass

from training_app.impact.proportions import wilson_interval
from training_app.impact.results import Figure, Limits, NotCalculable, plain

NO_ATTENDANCE_DATA = NotCalculable("no attendance data")
NOBODY_ATTENDED = NotCalculable("nobody attended")
MORE_FORMS = NotCalculable("more forms than attendances")
EVERYBODY_ANSWERED = NotCalculable("everybody answered, so there is nobody else whose change could differ")


@dataclass(frozen=True, slots=True)
class ResponseRate:
    """Forms returned out of attendances.

    ``rate`` is a share between 0 and 1, ``ci95`` its Wilson interval. ``fpc`` is the finite population
    correction √((N − n) / (N − 1)) for a standard error, right only if those who answered are like the
    rest; 0 means everybody answered. ``attended`` is ``None`` when it is unknown, which is not zero.
    """

    forms: int
    attended: int | None
    rate: Figure
    ci95: Limits
    fpc: Figure

    def to_dict(self) -> dict[str, object]:
        """Plain values for JSON; ``None`` = not calculable."""
        return {
            "forms": self.forms,
            "attended": self.attended,
            "rate": plain(self.rate),
            "ci95": plain(self.ci95),
            "fpc": plain(self.fpc),
        }


def response_rate(forms: int, attended: int | None) -> ResponseRate:
    """Rate forms against attendances; more forms than attendances is a fault in the data, never over 100%.

    Raises ``ValueError`` for negative numbers.

    >>> response_rate(12, 12).fpc
    0.0
    >>> response_rate(14, 12).rate
    NotCalculable(reason='more forms than attendances')
    """
    why_not = _why_no_rate(forms, attended)
    if why_not is not None or attended is None:
        reason = why_not or NO_ATTENDANCE_DATA
        return ResponseRate(forms, attended, reason, reason, reason)
    return ResponseRate(
        forms, attended, forms / attended, wilson_interval(forms, attended), _correction(forms, attended)
    )


def if_nonresponders_unchanged(change: Figure, forms: int, attended: int | None) -> Figure:
    """The average change of everybody who attended, had those who did not answer not changed at all.

    ``change`` is the mean change of those who answered, in scale points. Source: the tipping-point view of
    missing answers, change × forms ÷ attendances.

    >>> if_nonresponders_unchanged(2.0, 1, 4)
    0.5
    """
    rate = response_rate(forms, attended).rate
    if isinstance(rate, NotCalculable):
        return rate
    if isinstance(change, NotCalculable):
        return change
    return change * rate


def nonresponder_change_needed(change: Figure, forms: int, attended: int | None, overall: float) -> Figure:
    """The mean change those who did not answer must have had for everybody's to be ``overall``.

    (overall × attendances − change × forms) ÷ (attendances − forms), in scale points.

    >>> nonresponder_change_needed(2.0, 1, 4, overall=1.0)
    0.6666666666666666
    """
    why_not = _why_no_rate(forms, attended)
    if why_not is not None or attended is None:
        return why_not or NO_ATTENDANCE_DATA
    if forms == attended:
        return EVERYBODY_ANSWERED
    if isinstance(change, NotCalculable):
        if forms == 0:
            return float(overall)
        return change
    return (overall * attended - change * forms) / (attended - forms)


def forms_per_session(forms: int, sessions: int) -> Figure:
    """How many forms a session brought on average.

    >>> forms_per_session(288, 96)
    3.0
    """
    if forms < 0 or sessions < 0:
        raise ValueError(f"{forms} forms of {sessions} sessions")
    return forms / sessions if sessions else NotCalculable("there were no sessions")


def _why_no_rate(forms: int, attended: int | None) -> NotCalculable | None:
    if forms < 0 or (attended is not None and attended < 0):
        raise ValueError(f"{forms} forms of {attended} attendances")
    if attended is None:
        return NO_ATTENDANCE_DATA
    if forms > attended:
        return MORE_FORMS
    if attended == 0:
        return NOBODY_ATTENDED
    return None


def _correction(forms: int, attended: int) -> Figure:
    if forms == attended:
        return 0.0
    if attended == 1:
        return NotCalculable("only one person attended")
    return math.sqrt((attended - forms) / (attended - 1))
