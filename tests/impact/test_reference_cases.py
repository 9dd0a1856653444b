"""The statistics against reference cases in files: the project's own, or the folder REFERENCE_CASES names."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.impact.calculations import CALCULATIONS
from tests.impact.reference import HELD_KINDS, Case, cases_in, differences, folder


@pytest.mark.parametrize("case", cases_in(folder()), ids=lambda case: f"{case.kind}-{Path(case.name).name}")
def test_reference_case(case: Case) -> None:
    assert not case.fault, case.fault
    if case.kind not in HELD_KINDS:
        pytest.skip(f"kind {case.kind} is not built yet: {case.name} is not held")
    lines = differences(case, case.expected, CALCULATIONS[case.kind](case), "")
    assert not lines, f"{case.name}:\n" + "\n".join(lines)
