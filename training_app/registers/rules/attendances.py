"""How many attendances a session has: names on the register, else a stated headcount, else no data. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from training_app.registers.rules.marks import RegisterState


class Basis(StrEnum):
    """What a session's number of attendances rests on."""

    NAMES = "names"
    HEADCOUNT = "headcount"
    NO_DATA = "no_data"


@dataclass(frozen=True)
class Attendances:
    """The attendances of one session. `number` is None where nobody knows: unknown is never zero.

    `disagreement` is the stated headcount where it differs from the names on the register.
    """

    basis: Basis
    number: int | None
    disagreement: int | None = None


def attendances_of(names: int | None, headcount: int | None) -> Attendances:
    """Names where the register holds any, else the stated headcount, else no data. Never both.

    `names` is None where the register holds no mark at all, 0 where everyone was marked absent.

    >>> attendances_of(None, 18).number
    18
    >>> attendances_of(17, 18)
    Attendances(basis=<Basis.NAMES: 'names'>, number=17, disagreement=18)
    >>> attendances_of(None, None).number is None
    True
    """
    if names is not None:
        disagreement = headcount if headcount is not None and headcount != names else None
        return Attendances(Basis.NAMES, names, disagreement)
    if headcount is not None:
        return Attendances(Basis.HEADCOUNT, headcount)
    return Attendances(Basis.NO_DATA, None)


@dataclass(frozen=True)
class Standing:
    """What a list or a page needs to know of a session to say how its register stands."""

    cancelled: bool
    opens: date
    over: bool
    state: RegisterState
    attendances: Attendances
    no_data_reason: str | None

    @property
    def has_names(self) -> bool:
        return self.attendances.basis is Basis.NAMES
