"""The shapes of a report's figures. Each carries what it counts; none is rounded."""

from collections.abc import Sequence
from dataclasses import dataclass

from training_app.evaluation.rules.batches import LEAST_FOR_A_FIGURE
from training_app.findings.wording.sentences import clipped
from training_app.impact import Interval, NotCalculable, PairedChange, ResponseRate, is_calculable, plain

TOO_FEW = f"fewer than {LEAST_FOR_A_FIGURE} people answered both before and after"


@dataclass(frozen=True)
class Count:
    """A number of things, with its definition and what was left out of it."""

    value: int
    definition: str
    left_out: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, object]:
        return {"value": self.value, "definition": self.definition, "left_out": list(self.left_out)}


@dataclass(frozen=True)
class Rate:
    """A share with its numerator and denominator, and the 95% Wilson interval where it can be calculated."""

    of: ResponseRate
    definition: str
    left_out: tuple[str, ...] = ()

    @property
    def share(self) -> float | None:
        return self.of.rate if is_calculable(self.of.rate) else None

    @property
    def range(self) -> tuple[float, float] | None:
        return (self.of.ci95.low, self.of.ci95.high) if is_calculable(self.of.ci95) else None

    @property
    def why_not(self) -> str:
        return self.of.rate.reason if isinstance(self.of.rate, NotCalculable) else ""

    def to_dict(self) -> dict[str, object]:
        return {
            "numerator": self.of.forms,
            "denominator": self.of.attended,
            "share": plain(self.of.rate),
            "ci95": plain(self.of.ci95),
            "printed": None if self.share is None else f"{100 * self.share:.1f}%",
            "not_calculable": self.why_not or None,
            "definition": self.definition,
            "left_out": list(self.left_out),
        }


@dataclass(frozen=True)
class RatingLine:
    """One rated question before and after: a column of the report's evaluation table.

    `change` is None where too few people answered both for anything to be published.
    """

    key: str
    label: str
    scale: tuple[int, int]
    pairs: int | None
    change: PairedChange | None

    # A line that may be shown has pairs enough, so its averages exist.

    @property
    def before(self) -> float:
        return _figure(self.change.mean_before if self.change else None)

    @property
    def after(self) -> float:
        return _figure(self.change.mean_after if self.change else None)

    @property
    def moved(self) -> float:
        return _figure(self.change.mean_change if self.change else None)

    @property
    def likely(self) -> Interval | NotCalculable:
        """The likely range of the change, kept to changes the scale has room for."""
        return clipped(self.change, self.scale) if self.change else NotCalculable(TOO_FEW)

    def to_dict(self) -> dict[str, object]:
        change = self.change
        if change is None:
            return {"key": self.key, "label": self.label, "n_pairs": None, "not_calculable": TOO_FEW}
        means = {"before": change.mean_before, "after": change.mean_after, "change": change.mean_change}
        return {
            "key": self.key,
            "label": self.label,
            "scale": list(self.scale),
            "n_pairs": self.pairs,
            **{
                name: {"mean": plain(mean), "printed": f"{mean:.1f}" if is_calculable(mean) else None}
                for name, mean in means.items()
            },
            "change_ci95": plain(self.likely),
            "higher": change.n_higher,
            "same": change.n_same,
            "lower": change.n_lower,
        }


def _figure(value: float | NotCalculable | None) -> float:
    if value is None or isinstance(value, NotCalculable):
        raise ValueError("There is no figure to show for too few people.")
    return value


@dataclass(frozen=True)
class Quote:
    """Words that someone agreed to have quoted and that the office released. Without a title where too few answered."""

    words: str
    course_title: str | None
    generated: bool

    def to_dict(self) -> dict[str, object]:
        return {"words": self.words, "course": self.course_title, "generated": self.generated}


@dataclass(frozen=True)
class Fact:
    """A stated fact as it prints."""

    kind: str
    figure: str
    words: str
    source: str
    dated: str
    about_difference: bool

    def to_dict(self) -> dict[str, object]:
        return {
            "kind": self.kind, "figure": self.figure, "words": self.words, "source": self.source, "dated": self.dated,
            "definition": "Stated by staff, not computed.",
        }


@dataclass(frozen=True)
class Missing:
    """Something left out of the figures, how much, and why."""

    what: str
    how_many: str
    why: str

    def to_dict(self) -> dict[str, object]:
        return {"what": self.what, "how_many": self.how_many, "why": self.why}


def dicts(items: Sequence[Count | Rate | RatingLine | Quote | Fact | Missing]) -> list[dict[str, object]]:
    return [item.to_dict() for item in items]
