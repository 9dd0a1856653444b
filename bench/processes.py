"""What Linux says of a process: the processor time it used, the memory it holds, its children."""

import os
from collections.abc import Iterable
from pathlib import Path

TICK = 1 / os.sysconf("SC_CLK_TCK")


def cpu_seconds(numbers: Iterable[int]) -> float:
    """Processor time of these processes so far, in user mode and in the kernel."""
    return sum(TICK * (int(stat[11]) + int(stat[12])) for stat in map(_stat, numbers) if stat)


def cpu_seconds_with_ended(parent: int) -> float:
    """The same of a process, its living children and those that have ended."""
    stat = _stat(parent)
    ended = TICK * (int(stat[13]) + int(stat[14])) if stat else 0.0
    return ended + cpu_seconds([parent, *children_of(parent)])


def megabytes(number: int) -> float:
    """The memory of a process (PSS): its own, and its share of what it shares with others; none once it has ended."""
    try:
        rollup = Path(f"/proc/{number}/smaps_rollup").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    for line in rollup.splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise LookupError(f"/proc/{number}/smaps_rollup says nothing of Pss")


def children_of(parent: int) -> list[int]:
    every = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return sorted(one for one in every if parent_of(one) == parent)


def parent_of(number: int) -> int:
    stat = _stat(number)
    return int(stat[1]) if stat else 0


def _stat(number: int) -> list[str]:
    """The fields behind the program's name; nothing for a process that has ended."""
    try:
        return Path(f"/proc/{number}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return []
