"""Says at the end of a run which reference cases were held and which are of kinds not built yet."""

from __future__ import annotations

import pytest

from tests.impact.reference import HELD_KINDS, cases_in, folder


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [report for group in terminalreporter.stats.values() for report in group]
    if not any("test_reference_cases.py" in str(getattr(report, "nodeid", "")) for report in reports):
        return
    cases = cases_in(folder())
    waiting: dict[str, list[str]] = {}
    for case in cases:
        if case.kind not in HELD_KINDS and not case.fault:
            waiting.setdefault(case.kind, []).append(case.name)
    held = sum(case.kind in HELD_KINDS for case in cases)
    terminalreporter.write_line(
        f"Reference cases in {folder()}: {held} checked, of the kinds this project holds."
    )
    for kind, names in sorted(waiting.items()):
        terminalreporter.write_line(f"  NOT HELD, kind {kind} is not built yet: {', '.join(names)}")
