"""The charts are pure: importing them brings in neither the web nor the database nor numeric libraries."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "training_app"
FORBIDDEN = {"flask", "sqlalchemy", "numpy", "scipy", "jinja2", "wtforms", "werkzeug"}
# The package above holds the whole application; an empty one in its place shows what this room asks for.
IMPORT_CHARTS_ALONE = f"""
import sys, types
house = types.ModuleType("training_app")
house.__path__ = [{str(PACKAGE)!r}]
sys.modules["training_app"] = house
import training_app.charts
print(*sys.modules)
"""


def test_importing_charts_imports_nothing_of_the_house() -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_CHARTS_ALONE], capture_output=True, text=True, check=True
    )
    loaded = done.stdout.split()
    assert not {name.split(".")[0] for name in loaded} & FORBIDDEN
    ours = {name for name in loaded if name.startswith("training_app.")}
    assert "training_app.charts.dumbbell" in ours
    assert all(name.startswith("training_app.charts") for name in ours)
