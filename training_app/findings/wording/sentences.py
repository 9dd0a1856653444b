"""How findings are said: plain sentences, with how sure we are beside the number.

People rated themselves; what training does is never claimed. Nothing here decides what may be shown: that is
`evaluation.rules.batches`. Whoever calls `changed`, `people_moved` or `noted` has asked it first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from training_app.evaluation.rules.batches import LEAST_FOR_A_FIGURE
from training_app.impact.paired_results import PairedChange
from training_app.impact.responses import ResponseRate
from training_app.impact.results import Figure, Interval, NotCalculable, is_calculable
from training_app.words.numbers import in_words, one_decimal

PAIRS_FOR_GOOD = 30
RATE_FOR_GOOD = 0.4
VERY_UNLIKELY = 0.01

OWN_RATINGS = (
    "These are people’s own ratings. They say how people feel about what they know, not what they do for children."
)
NO_COMPARISON = "There is no comparison group: we cannot say what would have happened without the training."
KEPT_BACK = (
    "Their figures are kept back: beside the other published figures they would give away what a few people said."
)


class Mark(StrEnum):
    """How far to trust a figure."""

    GOOD = "good"
    CAUTION = "caution"
    FEW = "few"

    @property
    def label(self) -> str:
        return "too few" if self is Mark.FEW else self.value


@dataclass(frozen=True)
class Quality:
    """The mark, and why it is that one."""

    mark: Mark
    why: str


@dataclass(frozen=True)
class Sentence:
    """What to read first, in bold, and how it goes on."""

    lead: str
    rest: str = ""

    def __str__(self) -> str:
        return self.lead + self.rest


def in_every_hundred(share: float) -> str:
    """A share as people: “18 in every 100”.

    >>> in_every_hundred(288 / 1609), in_every_hundred(0.001)
    ('18 in every 100', 'fewer than 1 in every 100')
    """
    whole = round(100 * share)
    return "fewer than 1 in every 100" if share > 0 and whole == 0 else f"{whole} in every 100"


def quality(pairs: int, response: ResponseRate, kept_back: bool = False) -> Quality:
    """Good from 30 matched people with 40 in every 100 answering; too few below 8; caution between."""
    if pairs < LEAST_FOR_A_FIGURE:
        return Quality(Mark.FEW, f"{_matched(pairs)}. With fewer than {LEAST_FOR_A_FIGURE} we show no average.")
    if kept_back:
        return Quality(Mark.FEW, f"{_matched(pairs)}. {KEPT_BACK}")
    rate = response.rate
    many = pairs >= PAIRS_FOR_GOOD
    if is_calculable(rate) and many and rate >= RATE_FOR_GOOD:
        return Quality(Mark.GOOD, f"{_matched(pairs)} and {in_every_hundred(rate)} answered.")
    needs = f"Good needs at least {PAIRS_FOR_GOOD} matched people and {in_every_hundred(RATE_FOR_GOOD)} answering."
    return Quality(
        Mark.CAUTION, f"{needs} Here {_matched(pairs)[0].lower()}{_matched(pairs)[1:]}{_but(many, response)}"
    )


def _matched(pairs: int) -> str:
    if pairs == 0:
        return "Nobody has a published rating both before and after"
    people = "person has" if pairs == 1 else "people have"
    return f"{pairs:,} {people} a published rating both before and after"


def _but(many: bool, response: ResponseRate) -> str:
    rate = response.rate
    if isinstance(rate, NotCalculable):
        return f", and how many in every 100 answered is not known: {rate.reason}."
    if rate < RATE_FOR_GOOD:
        return f"{', but' if many else ', and'} only {in_every_hundred(rate)} answered."
    return f", though {in_every_hundred(rate)} answered."


def clipped(change: PairedChange, scale: tuple[int, int]) -> Interval | NotCalculable:
    """The likely range of the mean change, kept to changes that the scale has room for."""
    limits, before = change.ci95_t, change.mean_before
    if isinstance(limits, NotCalculable):
        return limits
    if isinstance(before, NotCalculable):
        return before
    lowest, highest = scale[0] - before, scale[1] - before
    return Interval(*(min(max(limit, lowest), highest) for limit in limits))


def changed(what: str, change: PairedChange, scale: tuple[int, int], forms: int) -> Sentence:
    """The ordinary case: how many moved which way, the average, and how sure.

    `forms` is how many answered at all: where some could not be matched, the sentence says whom it is about.
    """
    people = people_moved(what, change, forms)
    return Sentence(people.lead, f"{people.rest} {average(change, scale)}")


def people_moved(what: str, change: PairedChange, forms: int) -> Sentence:
    """How many rated themselves higher, the same and lower."""
    n, higher, same, lower = change.n_pairs, change.n_higher, change.n_same, change.n_lower
    if n == 0:
        return Sentence(f"Nobody has rated their {what} both before and after.")
    people = _people(n, forms)
    everyone = f"{'The' if n == 1 else 'All'} {people} rated their {what}"
    if n in (higher, lower):
        return Sentence(f"{everyone} {'higher' if higher else 'lower'} afterwards", ".")
    if n == same:
        return Sentence(f"{everyone} the same before and after", ".")
    of = f"{higher:,} of the {people}" if higher else f"Not one of the {people}"
    return Sentence(
        f"{of} rated their {what} higher afterwards", f", {_count(same)} the same and {_count(lower)} lower."
    )


def _people(n: int, forms: int) -> str:
    people = "person" if n == 1 else "people"
    return f"{n:,} {people} who answered" + ("" if n == forms else " both before and after")


def _count(number: int) -> str:
    return f"{number:,}" if number else "none"


def average(change: PairedChange, scale: tuple[int, int]) -> str:
    """How far the average moved, and between what limits it likely lies."""
    moved, before, after = change.mean_change, change.mean_before, change.mean_after
    if isinstance(moved, NotCalculable) or isinstance(before, NotCalculable) or isinstance(after, NotCalculable):
        return "There is no average: nobody rated themselves both before and after."
    start, end = one_decimal(before), one_decimal(after)
    if moved == 0:
        said = f"The average did not change: {start} before and after"
    elif one_decimal(moved) == "0.0":
        said = f"The average hardly changed, by less than 0.1 points, from {start} to {end}"
    else:
        said = f"The average {_verb(moved)} {one_decimal(abs(moved))} points, from {start} to {end}"
    return said + _allowing_for_chance(clipped(change, scale))


def _verb(moved: float) -> str:
    return "rose" if moved > 0 else "fell"


def _allowing_for_chance(limits: Interval | NotCalculable) -> str:
    if isinstance(limits, NotCalculable):
        return f". No likely range can be given: {limits.reason}."
    low, high = limits
    if low > 0 or high < 0:
        least, most = sorted((abs(low), abs(high)))
        if one_decimal(least) == one_decimal(most):
            return f"; allowing for chance, likely about {one_decimal(most)}."
        return f"; allowing for chance, likely between {one_decimal(least)} and {one_decimal(most)}."
    return (
        f". Allowing for chance, it may be anything from {_step(low)} to {_step(high)}: "
        "we cannot tell whether it changed."
    )


def _step(limit: float) -> str:
    size = one_decimal(abs(limit))
    if size == "0.0":
        return "no change"
    return f"a {'rise' if limit > 0 else 'fall'} of {size}"


def direction(moved: Figure, limits: Interval | NotCalculable) -> int:
    """Which way the average surely moved: 1 up, −1 down, 0 where we cannot tell.

    One rule for the sentence, the chart and the note beside them. Where everyone moved by the same step there is no
    spread and no interval, and nothing to doubt.
    """
    if isinstance(moved, NotCalculable):
        return 0
    low, high = (moved, moved) if isinstance(limits, NotCalculable) else limits
    return (low > 0) - (high < 0)


def chance(change: PairedChange) -> str | None:
    """How surprising the change would be if the training made no difference; None where no test is worth making."""
    p = change.p_sign_flip
    if change.n_pairs < LEAST_FOR_A_FIGURE or isinstance(p, NotCalculable):
        return None
    if direction(change.mean_change, change.ci95_t):
        how = "very unlikely" if p < VERY_UNLIKELY else "unlikely"
        return f"If the training made no difference, a change this large would be {how}."
    return "A change this large could be chance alone: we cannot tell whether anything changed."


def rest_unchanged(change: float, overall: float) -> str:
    """What the average would be if everyone not heard from had not changed."""
    if one_decimal(overall) == "0.0":
        return "if the rest did not change at all, the average would hardly have changed."
    return (
        f"if the rest did not change at all, the average {'rise' if change > 0 else 'fall'} "
        f"would be {one_decimal(abs(overall))}."
    )


def low_response(what: str, change: float, rate: float, overall: float) -> str:
    """The average of those who answered where few did."""
    size = one_decimal(abs(change))
    if size == "0.0":
        told = f"Those who answered rated their {what} the same on average."
        return f"{told} Only {in_every_hundred(rate)} did, so this may not describe everyone."
    return (
        f"Those who answered rated their {what} {size} points {'higher' if change > 0 else 'lower'} on average. "
        f"Only {in_every_hundred(rate)} did, so this may not describe everyone: {rest_unchanged(change, overall)}"
    )


def is_low(response: ResponseRate) -> bool:
    """Do so few answer that every sentence has to say so?"""
    return is_calculable(response.rate) and response.rate < RATE_FOR_GOOD


def too_few(forms: int, attended: int | None, matched: int, counts_in: str | None) -> Sentence:
    """Fewer than may be shown. `counts_in` names the total that their answers are part of."""
    if forms == 0:
        return Sentence(nobody_answered(attended))
    of = f" of {attended:,}" if attended is not None and attended >= forms else ""
    people = "person" if forms == 1 and (not of or attended == 1) else "people"
    said = f"{in_words(forms).capitalize()}{of} {people} answered"
    if forms < LEAST_FOR_A_FIGURE:
        said += ", too few to report safely."
    elif matched:
        said += f", but only {in_words(matched)} both before and after: too few to report safely."
    else:
        said += ", but nobody both before and after, so there is no change to report."
    return Sentence(said, _part_of(counts_in))


def _part_of(total: str | None) -> str:
    return f" Their answers count in {total}." if total else ""


def nobody_answered(attended: int | None) -> str:
    """No form has come back."""
    if attended is None:
        return "Nobody has answered, and we do not know how many came."
    if attended == 0:
        return "Nobody came, so there is nothing to answer."
    return f"{attended:,} {'person' if attended == 1 else 'people'} came. Nobody has answered."


def kept_back(matched: int, counts_in: str | None) -> Sentence:
    """Enough people, but their figures would give others away."""
    said = f"{in_words(matched).capitalize()} people answered both before and after."
    return Sentence(said, f" {KEPT_BACK}{_part_of(counts_in)}")


def not_published_yet(forms: int) -> str:
    """Answers that are in, but not in the counts yet."""
    people = "person has" if forms == 1 else "people have"
    return (
        f"{in_words(forms).capitalize()} {people} answered. Their answers are not counted here yet: that happens "
        f"at {LEAST_FOR_A_FIGURE} forms, or when the form closes."
    )


def all_changes(changes: Sequence[float], limits: Sequence[Interval | NotCalculable]) -> str:
    """What several averages beside one another show, in one line."""
    ways = [direction(moved, one) for moved, one in zip(changes, limits, strict=True)]
    sure_rise, sure_fall = [way > 0 for way in ways], [way < 0 for way in ways]
    if changes and (all(sure_rise) or all(sure_fall)):
        smallest, largest = one_decimal(abs(min(changes, key=abs))), one_decimal(abs(max(changes, key=abs)))
        by = smallest if smallest == largest else f"{smallest} to {largest}"
        return f"On average people rated themselves {by} points {'higher' if all(sure_rise) else 'lower'} afterwards"
    if any(sure_rise) or any(sure_fall):
        return "Some of these ratings changed; of others we cannot tell"
    return "We cannot tell whether these ratings changed"


def room_to_rise(what: str, at_top: int, n: int, top: int) -> str:
    """How many could not have gone up."""
    if at_top == 0:
        return f"Nobody had rated their {what} {top} before, so everyone had room to rise."
    if at_top == n:
        return f"All {n:,} had rated their {what} {top} before, so nobody had room to rise."
    return (
        f"{at_top:,} of {n:,} ({at_top / n:.0%}) had rated their {what} {top} already before and had no room to rise."
    )


def looked_back(n: int, averages: Sequence[str]) -> str:
    """Where people, looking back, say they stood before.

    >>> looked_back(9, ["their skills at 4.0"])
    '9 people, asked afterwards to look back to before the training, put their skills at 4.0 on average.'
    """
    listed = " and ".join(part for part in (", ".join(averages[:-1]), averages[-1]) if part)
    return f"{n:,} people, asked afterwards to look back to before the training, put {listed} on average."


def not_heard_from(response: ResponseRate, pairs: int, change: float | None, overall: float | None) -> str | None:
    """How many did not answer, and what their silence could hide."""
    attended = response.attended
    if attended is None or isinstance(response.rate, NotCalculable):
        return None
    silent = attended - response.forms
    said = f"{silent:,} of the {attended:,} who came did not answer." if silent else "Everyone who came answered."
    unmatched = attended - pairs
    if unmatched <= 0 or change is None or overall is None:
        return said
    rest = rest_unchanged(change, overall).removeprefix("if the rest did not change at all, ")
    return f"{said} If the {unmatched:,} we could not match did not change at all, {rest}"
