"""Who answered, out of whom: three numbers with what each counts and leaves out, and the mix of agencies."""

from collections.abc import Mapping
from dataclasses import dataclass

from training_app.agencies.rules import Sector
from training_app.evaluation.rules.batches import joined
from training_app.findings.results import Findings, LeftOut, Level, ResponseFinding, SessionFinding
from training_app.findings.wording.technical import share_range
from training_app.impact import NotCalculable, ResponseRate, is_calculable
from training_app.impact.responses import MORE_FORMS
from training_app.programme.rules.no_data import reason_in_short
from training_app.programme.rules.sessions import EvaluationMode
from training_app.registers.rules.attendances import Basis
from training_app.words.dates import long_date, short_date
from training_app.words.numbers import counted, thousands

FAIR_MATCH = 0.1
ATTENDED = (
    "People marked as attended, where the register holds names; otherwise the stated headcount. Someone who came to "
    "two sessions counts twice. Unknown is not nought: a session with no data is left out."
)
ANSWERED = (
    "After-forms returned, divided by attendances; both only from sessions on the standard evaluation that have "
    "attendance data. The range is the likely range of that share (Wilson, 95%)."
)
MATCHED = (
    "People with a form before and a form after, joined by a random number and never by name. Only they can show a "
    "change. A question left blank on either form is left out of that question alone."
)
TOO_MANY_FORMS = (
    " Either a register does not name everyone who came, or someone answered twice: in the room without a code, and "
    "again by letter."
)


@dataclass(frozen=True)
class Number:
    """A number that is the point. `number` None: not known."""

    number: str | None
    label: str
    of: str
    definition: list[str]


@dataclass(frozen=True)
class Mix:
    """Agencies of those who came and those who answered, by kind; small groups joined."""

    rows: list[list[str]]
    total: list[str]
    note: str


def numbers(findings: Findings) -> list[Number]:
    """Attended, answered, matched."""
    response = findings.response
    counted_forms = response.sessions > 0
    forms = response.forms if counted_forms else findings.forms
    pairs = response.pairs if counted_forms else sum(one.pairs for one in findings.sessions)
    outside = left_out(response)
    left = ["Left out: " + "; ".join(outside) + "."] if outside else []
    came = None if response.attendances is None else thousands(response.attendances)
    return [
        Number(came, "attended", _sessions(findings), [ATTENDED, *left]),
        Number(thousands(forms), "answered", _rate(response.rate), [ANSWERED, _fraction(response.rate), *left]),
        Number(
            thousands(pairs),
            "matched",
            "a form before and after",
            [MATCHED, _fraction(response.pair_rate), *left],
        ),
    ]


def _sessions(findings: Findings) -> str:
    response = findings.response
    total = len(findings.sessions)
    if response.sessions == total:
        return counted(total, "session")
    others = (
        (response.no_data.sessions, "with no data"),
        (response.separate.sessions, "evaluated separately"),
        (response.not_evaluated.sessions, "not evaluated"),
        (response.to_come, "to come"),
    )
    why = ", ".join(f"{sessions:,} {reason}" for sessions, reason in others if sessions)
    return f"{response.sessions:,} of {counted(total, 'session')}; {why}"


def _rate(rate: ResponseRate) -> str:
    if not is_calculable(rate.rate) or rate.attended is None:
        return f"No rate: {_reason(rate)}"
    return f"{rate.rate:.0%} of {rate.attended:,}, range {share_range(rate.ci95)}"


def _fraction(rate: ResponseRate) -> str:
    if not is_calculable(rate.rate) or rate.attended is None:
        return f"There is no rate: {_reason(rate)}.{TOO_MANY_FORMS if rate.rate == MORE_FORMS else ''}"
    return f"Here {rate.forms:,} of {rate.attended:,}: {rate.rate:.1%} (likely {share_range(rate.ci95)})."


def _reason(rate: ResponseRate) -> str:
    return rate.rate.reason if isinstance(rate.rate, NotCalculable) else ""


def left_out(response: ResponseFinding) -> list[str]:
    """What is in neither the numerator nor the denominator, and why."""
    groups = (
        (response.separate, "evaluated separately"),
        (response.no_data, "with no attendance data"),
        (response.not_evaluated, "not evaluated"),
        (response.beside_programme, "beside the programme"),
    )
    said = [_left_out(out, why) for out, why in groups if out.sessions]
    if response.to_come:
        said.append(f"{counted(response.to_come, 'session')} still to come")
    return said


def _left_out(out: LeftOut, why: str) -> str:
    facts = [counted(out.attendances, "attendance")] if out.attendances else []
    facts += [f"{out.without_data:,} of them with no data"] if 0 < out.without_data < out.sessions else []
    facts += [counted(out.forms, "form")] if out.forms else []
    return f"{counted(out.sessions, 'session')} {why}" + (f" ({', '.join(facts)})" if facts else "")


def summary_line(findings: Findings) -> str:
    """How many sessions over what time, and which have no data and why."""
    sessions = findings.sessions
    if not sessions:
        return "No sessions in the programme."
    first, last = min(one.first_day for one in sessions), max(one.last_day for one in sessions)
    if findings.scope.level is Level.SESSION:
        said = long_date(first) if first == last else f"{long_date(first)} to {long_date(last)}"
    else:
        said = f"{counted(len(sessions), 'session')}, {short_date(first)} to {short_date(last)}."
    missing = [one for one in sessions if one.attendances.number is None and not one.to_come]
    if not missing:
        return said
    reasons = {reason_in_short(one.no_data_reason or "no reason given") for one in missing}
    why = f": {reasons.pop()}" if len(reasons) == 1 else ""
    if findings.scope.level is Level.SESSION:
        return f"{said}. No data{why}."
    return f"{said} {len(missing):,} {'has' if len(missing) == 1 else 'have'} no data{why}."


def mix_of(findings: Findings, by_sector: Mapping[Sector | None, tuple[int, int]]) -> Mix | None:
    """Agencies of those who came beside those who answered; None where no register holds names, or all is small.

    `by_sector`: how many came and how many answered, of the sessions that `sessions_with_names` gives.
    """
    named = sessions_with_names(findings)
    rows = joined(_by_label(by_sector)) if named else []
    if not rows:
        return None
    came, answered = sum(row[1] for row in rows), sum(row[2] for row in rows)
    return Mix(
        rows=[[label, _with_share(a, came), _with_share(b, answered)] for label, a, b in rows],
        total=["All", thousands(came), thousands(answered)],
        note=f"{match(rows)} Groups are joined so that none is small.{_of_which(named, findings)}",
    )


def sessions_with_names(findings: Findings) -> list[SessionFinding]:
    """Those whose register holds names and whose evaluation is ours: only they can tell who answered of who came."""
    return [
        one
        for one in findings.sessions
        if one.attendances.basis is Basis.NAMES and one.mode is EvaluationMode.STANDARD and not one.to_come
    ]


def _by_label(by_sector: Mapping[Sector | None, tuple[int, int]]) -> dict[str, tuple[int, int]]:
    return {sector.label if sector else "Agency not known": people for sector, people in by_sector.items()}


def _with_share(part: int, whole: int) -> str:
    return f"{part:,} ({part / whole:.0%})"


def match(rows: list[tuple[str, int, int]]) -> str:
    """How well those who answered stand for those who came, by the group where it is furthest out."""
    came, answered = sum(row[1] for row in rows), sum(row[2] for row in rows)
    label, a, b = max(rows, key=lambda row: abs(row[2] / answered - row[1] / came))
    if abs(b / answered - a / came) <= FAIR_MATCH:
        return "Those who answered are a fair match for those who came, by type of agency."
    return (
        f"Those who answered differ from those who came: {label} are {a / came:.0%} of those who came "
        f"and {b / answered:.0%} of those who answered."
    )


def _of_which(named: list[SessionFinding], findings: Findings) -> str:
    if len(named) == len(findings.sessions):
        return ""
    return f" From the {counted(len(named), 'session')} whose register holds names."
