"""Reference cases from files: reading them, and comparing what they expect with what was found.

A case file holds ``name``, ``kind``, ``data``, ``expected`` and ``tolerance``. ``null`` in ``expected`` means
"not calculable" and is matched by nothing but the reason why.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training_app.impact import NotCalculable

OWN_CASES = Path(__file__).parent / "reference_cases"
KNOWN_TOLERANCES = {"default_abs", "p_abs", "bootstrap_ci_abs"}
REMARKS_IN_TOLERANCE = {"note", "rounded_display_ok"}


@dataclass(frozen=True)
class Case:
    """One reference case; ``fault`` says why its file could not be read as one."""

    name: str
    kind: str
    data: Mapping[str, Any]
    expected: Mapping[str, Any]
    tolerance: Mapping[str, Any]
    fault: str = ""

    def allowed(self, key: str) -> float:
        """The absolute difference the file allows for this figure."""
        last = key.split(".")[-1]
        if "bootstrap" in key:
            return float(self.tolerance.get("bootstrap_ci_abs", self.default))
        if last == "p" or last.startswith("p_") or "_p_" in last:
            return float(self.tolerance.get("p_abs", self.default))
        return self.default

    @property
    def default(self) -> float:
        """The tolerance where the file names no other."""
        return float(self.tolerance.get("default_abs", 1e-6))


def folder() -> Path:
    """Where the cases are: the folder REFERENCE_CASES names, or the project's own copy."""
    return Path(os.environ.get("REFERENCE_CASES") or OWN_CASES)


def cases_in(place: Path) -> list[Case]:
    """Every case file of a folder, by name; a fault is a case of its own, so that it cannot be overlooked."""
    if not place.is_dir():
        return [_faulty(str(place), "there is no such folder")]
    files = sorted(file for file in place.glob("*.json") if file.name != "INDEX.json")
    if not files:
        return [_faulty(str(place), "the folder holds no case files")]
    cases = [_read(file) for file in files]
    return cases + _promised_but_missing(place, cases)


def _read(file: Path) -> Case:
    try:
        raw = json.loads(file.read_text(encoding="utf-8"), parse_constant=_refuse_constant)
        case = Case(
            raw.get("name") or file.stem, raw["kind"], raw["data"], raw["expected"], raw["tolerance"] or {}
        )
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        return _faulty(file.stem, f"{file.name} is not a case file: {fault!r}")
    unknown = set(case.tolerance) - KNOWN_TOLERANCES - REMARKS_IN_TOLERANCE
    if case.kind in HELD_KINDS and unknown:
        return _faulty(case.name, f"{file.name} has a tolerance nobody here understands: {sorted(unknown)}")
    if not case.expected:
        return _faulty(case.name, f"{file.name} expects nothing, so it cannot fail")
    return case


def _refuse_constant(constant: str) -> float:
    raise ValueError(f"{constant} is no figure")


def _promised_but_missing(place: Path, cases: list[Case]) -> list[Case]:
    """An INDEX.json must not name a case that is not there."""
    index = place / "INDEX.json"
    if not index.is_file():
        return []
    here = {case.name for case in cases}
    promised = [entry["name"] for entry in json.loads(index.read_text(encoding="utf-8"))]
    return [
        _faulty(name, "INDEX.json names it, but there is no such case")
        for name in promised
        if name not in here
    ]


def _faulty(name: str, fault: str) -> Case:
    return Case(name, "unreadable", {}, {}, {}, fault)


def differences(case: Case, expected: object, found: object, key: str) -> list[str]:
    """How what was found differs from what the case expects, in sentences; nothing if it agrees."""
    if isinstance(found, NotCalculable):
        return [] if expected is None else [f"{key}: expected {expected!r}, found {found}"]
    if isinstance(expected, dict) and isinstance(found, Mapping):
        return _in_mappings(case, expected, found, key)
    if isinstance(expected, list) and isinstance(found, (list, tuple)):
        if len(expected) != len(found):
            return [f"{key}: expected {len(expected)} values, found {len(found)}"]
        pairs = enumerate(zip(expected, found, strict=True))
        return [line for i, (e, f) in pairs for line in differences(case, e, f, f"{key}[{i}]")]
    if _is_number(expected) and _is_number(found):
        gap = abs(expected - found)  # type: ignore[operator]
        if gap <= case.allowed(key.split("[")[0]):
            return []
        return [f"{key}: expected {expected!r}, found {found!r}, {gap:.3g} apart"]
    return (
        []
        if expected is not None and expected == found
        else [f"{key}: expected {expected!r}, found {found!r}"]
    )


def _in_mappings(
    case: Case, expected: Mapping[str, object], found: Mapping[str, object], key: str
) -> list[str]:
    lines = []
    for name, value in expected.items():
        path = f"{key}.{name}" if key else name
        if name not in found:
            lines.append(f"{path}: the case expects it, and nobody here knows how to check it")
        else:
            lines += differences(case, value, found[name], path)
    return lines


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


HELD_KINDS = frozenset(
    {"paired", "paired_continuous", "table", "proportion", "response", "validation", "report"}
)
