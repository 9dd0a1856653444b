"""A list too long for one page, cut into pages with addresses of their own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True)
class Page(Generic[Item]):
    """One page of a list. `number` counts from 1."""

    items: Sequence[Item]
    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def following(self) -> int | None:
        return self.number + 1 if self.number < self.pages else None


def page_number(given: str | None) -> int:
    """The page asked for in an address; anything that is no page number is the first."""
    if not given or len(given) > 6 or not given.isascii() or not given.isdigit():
        return 1
    return max(1, int(given))
