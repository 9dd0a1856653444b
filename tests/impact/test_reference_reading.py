"""The check of the reference cases can itself fail: it must see every kind of disagreement."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.impact.calculations import CALCULATIONS
from tests.impact.reference import HELD_KINDS, OWN_CASES, Case, cases_in, differences


def _own(name: str) -> dict[str, Any]:
    return json.loads((OWN_CASES / f"{name}.json").read_text(encoding="utf-8"))


def _lines(raw: dict[str, Any]) -> list[str]:
    case = Case(raw["name"], raw["kind"], raw["data"], raw["expected"], raw["tolerance"])
    return differences(case, case.expected, CALCULATIONS[case.kind](case), "")


def test_own_copy_holds_every_kind() -> None:
    cases = cases_in(OWN_CASES)
    assert not [case.fault for case in cases if case.fault]
    assert len(cases) == 25
    assert {case.kind for case in cases} >= HELD_KINDS
    assert set(CALCULATIONS) == HELD_KINDS


def test_missing_and_empty_folders_are_faults(tmp_path: Path) -> None:
    assert "no such folder" in cases_in(tmp_path / "nowhere")[0].fault
    assert "no case files" in cases_in(tmp_path)[0].fault
    (tmp_path / "INDEX.json").write_text("[]", encoding="utf-8")
    assert "no case files" in cases_in(tmp_path)[0].fault


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{", "not a case file"),
        ("[]", "not a case file"),
        ('{"kind": "paired"}', "not a case file"),
        ('{"kind": "paired", "data": {}, "expected": {}, "tolerance": {}}', "expects nothing"),
        ('{"kind": "paired", "data": {}, "expected": {"t": NaN}, "tolerance": {}}', "NaN is no figure"),
        ('{"kind": "paired", "data": {}, "expected": {"t": 1}, "tolerance": {"p_rel": 1}}', "tolerance"),
    ],
)
def test_broken_files_are_faults(tmp_path: Path, text: str, fault: str) -> None:
    (tmp_path / "broken.json").write_text(text, encoding="utf-8")
    assert fault in cases_in(tmp_path)[0].fault


def test_an_index_cannot_promise_a_missing_case(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text(json.dumps(_own("degenerate_one_pair")), encoding="utf-8")
    (tmp_path / "INDEX.json").write_text(
        '[{"name": "degenerate_one_pair", "kind": "paired"}, {"name": "gone", "kind": "paired"}]',
        encoding="utf-8",
    )
    assert [case.name for case in cases_in(tmp_path) if case.fault] == ["gone"]


@pytest.mark.parametrize("name", [case.name for case in cases_in(OWN_CASES) if case.kind in HELD_KINDS])
def test_every_expected_number_is_really_compared(name: str) -> None:
    for path in _numbers(_own(name)["expected"]):
        raw = _own(name)
        holder = raw["expected"]
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] += 1
        assert _lines(raw), f"{path} may be anything"


@pytest.mark.parametrize("name", [case.name for case in cases_in(OWN_CASES) if case.kind in HELD_KINDS])
def test_null_is_matched_only_by_not_calculable(name: str) -> None:
    for key, value in _own(name)["expected"].items():
        if value is not None and key not in ("cases", "published"):
            raw = _own(name)
            raw["expected"][key] = None
            assert _lines(raw), f"{key} may be null"


def test_a_figure_where_null_is_expected_is_seen() -> None:
    raw = _own("degenerate_one_pair")
    raw["expected"]["sd_change"] = 0.0
    assert _lines(raw) == [
        "sd_change: expected 0.0, found NotCalculable(reason='one pair has no spread to judge by')"
    ]


@pytest.mark.parametrize(
    "name", ["scp_like_n40", "table_n64", "r_sleep_paired_t", "scp_2024_25_published_aggregates"]
)
def test_unknown_expectations_fail(name: str) -> None:
    raw = _own(name)
    raw["expected"]["kurtosis"] = 3.0
    assert _lines(raw) == ["kurtosis: the case expects it, and nobody here knows how to check it"]


def test_unknown_data_fail() -> None:
    raw = _own("scp_like_n40")
    raw["data"]["weights"] = [1] * 40
    with pytest.raises(AssertionError, match="weights"):
        _lines(raw)


def _numbers(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The places of every number in an expectation."""
    if isinstance(value, dict):
        return [place for key, item in value.items() for place in _numbers(item, (*path, key))]
    if isinstance(value, list):
        return [place for i, item in enumerate(value) for place in _numbers(item, (*path, i))]
    return [path] if isinstance(value, (int, float)) else []
