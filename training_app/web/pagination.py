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
        return last_page(self.total, self.size)

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def following(self) -> int | None:
        return self.number + 1 if self.number < self.pages else None


@dataclass(frozen=True)
class Cut:
    """Where a list is cut for one page, as numbers that a query takes: `size` items after the `first` so many."""

    number: int
    size: int
    total: int

    @classmethod
    def of(cls, total: int, asked: int, size: int) -> "Cut":
        """For the page that was asked for, or the last one where there are not so many."""
        return cls(min(asked, last_page(total, size)), size, total)

    @property
    def first(self) -> int:
        """How many items stand on the pages before."""
        return (self.number - 1) * self.size

    def page(self, items: Sequence[Item]) -> Page[Item]:
        """The page, with the items that were read for it."""
        return Page(items, self.number, self.size, self.total)


def cut_page(whole: Sequence[Item], asked: int, size: int) -> Page[Item]:
    """One page of a list that is in memory as a whole."""
    cut = Cut.of(len(whole), asked, size)
    return cut.page(whole[cut.first : cut.first + size])


def last_page(total: int, size: int) -> int:
    """The number of the last page; an empty list has one page too.

    >>> last_page(0, 20), last_page(20, 20), last_page(21, 20)
    (1, 1, 2)
    """
    return max(1, -(-total // size))


def page_number(given: str | None) -> int:
    """The page asked for in an address; anything that is no page number is the first."""
    if not given or len(given) > 6 or not given.isascii() or not given.isdigit():
        return 1
    return max(1, int(given))
