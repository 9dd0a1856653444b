"""python -m bench [pages bookings rooms command race memory start] [--json FILE]: measure, and print one table."""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

from bench import bookings, command, machine, memory, pages, race, rooms, start
from bench.houses import Houses
from bench.results import Row, as_markdown

PARTS: dict[str, Callable[[Houses], Iterator[Row]]] = {
    "pages": pages.measure,
    "bookings": bookings.measure,
    "rooms": rooms.measure,
    "command": command.measure,
    "race": race.measure,
    "memory": memory.measure,
    "start": start.measure,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="what to measure; everything, if not said")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every single figure here too")
    given = parser.parse_args()
    about, rows = {"Load before": machine.load(), **machine.facts()}, list[Row]()
    began = time.monotonic()
    with Houses() as houses:
        for part in given.parts or PARTS:
            for row in PARTS[part](houses):
                print(f"{time.monotonic() - began:5.0f} s  {row.part}: {row.what}: {row.measured}", file=sys.stderr)
                rows.append(row)
    about["Load after"] = machine.load()
    print(as_markdown(about, rows))
    if given.json:
        whole = {"machine": about, "rows": [asdict(row) for row in rows]}
        given.json.write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
