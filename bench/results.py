"""What was measured, and how the table says it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

ROUNDS = 3  # each measurement is repeated so often, in turn with what it is compared to


@dataclass(frozen=True)
class Figure:
    """One thing measured several times."""

    samples: Sequence[float]

    @property
    def median(self) -> float:
        return median(self.samples)

    def __str__(self) -> str:
        return f"{_short(self.median)} ({_short(min(self.samples))}–{_short(max(self.samples))})"


def _short(number: float) -> str:
    """Three figures are all that a busy machine can vouch for."""
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.1f}" if abs(number) >= 10 else f"{number:.2f}"


@dataclass(frozen=True)
class Row:
    """One line of the table. `met` None: there is no aim, or nothing could be measured."""

    part: str
    what: str
    measured: str
    aim: str = ""
    met: bool | None = None
    numbers: dict[str, Sequence[float]] = field(default_factory=dict)


def ratio(part: Sequence[float], whole: Sequence[float]) -> Figure:
    """Round by round, so that what else the machine did in a round is in both."""
    return Figure([one / other for one, other in zip(part, whole, strict=True)])


def as_markdown(machine: dict[str, str], rows: Sequence[Row]) -> str:
    """The machine, then one table. A figure is the median of its rounds, with the lowest and the highest."""
    about = [f"- {name}: {said}" for name, said in machine.items()]
    lines = [
        f"| {row.part} | {row.what} | {row.measured} | {row.aim} | {_verdict(row.met)} |" for row in rows
    ]
    return "\n".join([*about, "", "| part | what | measured | aim | holds |", "|---|---|---|---|---|", *lines])


def _verdict(met: bool | None) -> str:
    return "" if met is None else "yes" if met else "**no**"
