"""Multi-agency safeguarding children training: programme, evaluation and the yearly report.

Importing this package imports no feature: the statistics can be used without a web framework.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from training_app.config import Settings


def create_app(settings: "Settings | None" = None) -> "Flask":
    """Put the house together: settings, extensions, the guard before every route, then the rooms."""
    from training_app import assembly
    from training_app.config import Settings

    return assembly.build(settings or Settings.from_environment())
