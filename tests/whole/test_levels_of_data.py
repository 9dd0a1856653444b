"""docs/data.md sorts every table into one level of care, and each level says what it asks for."""

import re
from collections import Counter

from training_app import tables
from training_app.config import ROOT
from training_app.database import Base

TEXT = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")
SORTED = re.findall(r"^\| (\d) [A-Z][^|]*\|[^|]+\|([^|]+)\|$", TEXT, re.MULTILINE)
ASKED = re.findall(r"^\| (\d) \|(.+)\|$", TEXT, re.MULTILINE)
# What nobody may read back: such a column is not in a table that people read.
SECRET = re.compile(r"_hash$|^sealed_|secret|password")


def _level_of() -> dict[str, str]:
    return {name: level for level, named in SORTED for name in re.findall(r"`([\w.]+)`", named)}


def test_every_table_stands_in_one_level():
    assert tables.__all__
    told = Counter(name for _, named in SORTED for name in re.findall(r"`([\w.]+)`", named))
    assert [name for name, times in told.items() if times > 1] == []
    assert {name for name in told if "." not in name} == set(Base.metadata.tables)


def test_a_column_that_has_a_level_of_its_own_is_there_and_matters_more_than_its_row():
    levels = _level_of()
    for name in levels:
        table, _, column = name.partition(".")
        if column:
            assert column in Base.metadata.tables[table].columns
            assert levels[name] < levels[table]


def test_each_level_says_what_it_asks_for():
    assert [level for level, _ in SORTED] == [level for level, _ in ASKED] == ["1", "2", "3", "4"]
    assert all(len([one for one in said.split("|") if one.strip()]) == 4 for _, said in ASKED)


def test_what_nobody_reads_back_is_in_the_first_level():
    levels = _level_of()
    secret = {
        table.name for table in Base.metadata.tables.values() if any(SECRET.search(one.name) for one in table.columns)
    }
    assert secret and {levels[name] for name in secret} == {"1"}


def test_the_last_level_names_no_person():
    """No column of it leads to somebody, but for what staff stated, which is in the level of people."""
    levels = _level_of()
    leading = {
        table.name
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name in {"person", "user"}
    }
    assert leading and "4" not in {levels[name] for name in leading}
