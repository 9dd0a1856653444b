"""Charts: numbers in, accessible inline SVG out. Pure: this package knows nothing of pages or databases.

Every function returns `markupsafe.Markup` with every text escaped. What there is nothing to draw of is a
plain paragraph that says so, because "no answers yet" is an ordinary state of a page. What cannot be drawn
truthfully (a rating off its scale, a negative count, a number that is no number) raises `ChartError`,
because it is a mistake.
"""

from training_app.charts.dumbbell import DumbbellRow, dumbbell
from training_app.charts.keys import dumbbell_key, higher_same_lower_key, share_key
from training_app.charts.shares import SharePiece, SplitRow, higher_same_lower, known_share
from training_app.charts.svg import ChartError, Fill

__all__ = [
    "ChartError",
    "DumbbellRow",
    "Fill",
    "SharePiece",
    "SplitRow",
    "dumbbell",
    "dumbbell_key",
    "higher_same_lower",
    "higher_same_lower_key",
    "known_share",
    "share_key",
]
