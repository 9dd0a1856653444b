"""docs/security.md on the ASVS: each requirement of levels 1 and 2 has a row, what it names exists, sums are right."""

import re
from collections import Counter

import pytest

from tests.whole.sources import functions, tree_of
from training_app.config import ROOT

HEADING = "## OWASP ASVS 5.0, level 2, chapter by chapter\n"
STATES = ("holds", "does not apply", "open")
# How many requirements of levels 1 and 2 each section of ASVS 5.0.0 has; they are its first ones.
SECTIONS = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1, "3.2": 2, "3.3": 4,
    "3.4": 6, "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4, "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3,
    "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4, "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5,
    "7.5": 2, "7.6": 2, "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1, "9.1": 3, "9.2": 4, "10.1": 2, "10.2": 2, "10.3": 4,
    "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3, "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1,
    "12.1": 3, "12.2": 2, "12.3": 4, "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5, "14.1": 2, "14.2": 4, "14.3": 3,
    "15.1": 3, "15.2": 3, "15.3": 7, "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3, "17.1": 1, "17.2": 4,
    "17.3": 2,
}  # fmt: skip
REQUIREMENTS = [f"{section}.{number}" for section, many in SECTIONS.items() for number in range(1, many + 1)]


@pytest.fixture(scope="module")
def section() -> str:
    return (ROOT / "docs" / "security.md").read_text(encoding="utf-8").partition(HEADING)[2]


def _rows(section: str) -> list[tuple[list[str], str]]:
    """The requirements of each row, and what is said of them."""
    rows = re.findall(r"^\| (\d+\.\d+\.\d[^|]*) \| [^|]+ \| (.+) \|$", section, re.MULTILINE)
    return [([one for part in numbers.split(", ") for one in _numbers(part)], said) for numbers, said in rows]


def _numbers(part: str) -> list[str]:
    """“1.2.6–1.2.8” is three."""
    first, _, last = part.partition("–")
    place, _, begin = first.rpartition(".")
    end = last.rpartition(".")[2] or begin
    return [f"{place}.{number}" for number in range(int(begin), int(end) + 1)]


def _state(said: str) -> str:
    found = re.match(r"\*\*(holds|does not apply|open)\*\*", said)
    assert found, said
    return found[1]


def test_every_requirement_stands_in_one_row(section: str):
    told = [one for numbers, _ in _rows(section) for one in numbers]
    assert len(REQUIREMENTS) == 253
    assert told != [] and Counter(told) == Counter(REQUIREMENTS)


def test_the_sums_are_right(section: str):
    counted: Counter[tuple[str, str]] = Counter()
    for numbers, said in _rows(section):
        for one in numbers:
            counted[one.partition(".")[0], _state(said)] += 1
            counted["all", _state(said)] += 1
    told = re.findall(r"^\| (?:V(\d+) [^|]+|(all)) \| (\d+) \| (\d+) \| (\d+) \|$", section, re.MULTILINE)
    assert len(told) == 18
    for chapter, all_of_them, *sums in told:
        expected = [counted[chapter or all_of_them, state] for state in STATES]
        assert [int(one) for one in sums] == expected, chapter or all_of_them


def test_whatever_holds_names_what_holds_it(section: str):
    holding = [(numbers, said) for numbers, said in _rows(section) if _state(said) == "holds"]
    assert not [numbers for numbers, said in holding if not re.search(r"`|above|here", said)]


def test_every_test_that_is_named_exists(section: str):
    named = set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", section))
    assert len(named) > 100
    missing = [
        f"{file}::{test}"
        for file, test in sorted(named)
        if not (ROOT / file).is_file() or test not in {one.name for one in functions(tree_of(ROOT / file))}
    ]
    assert not missing


def test_every_file_that_is_named_exists(section: str):
    one = r"`((?:training_app|templates|static|docs|tests)/[\w/.-]+|setup\.cfg|wsgi\.py|\w+\.lock)`"
    named = set(re.findall(one, section))
    assert len(named) > 10
    assert not [file for file in sorted(named) if not (ROOT / file).exists()]
