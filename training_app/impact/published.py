"""What can be said from published averages alone, where the pairs behind them are not at hand."""

from __future__ import annotations

from training_app.impact.effect_sizes import class_gain
from training_app.impact.results import Figure


def change_of_means(before: float, after: float) -> float:
    """After minus before, in scale points; it says nothing of how sure that is.

    >>> change_of_means(6.0, 8.5)
    2.5
    """
    return after - before


def hake_gain_of_means(before: float, after: float, top: float = 10) -> Figure:
    """The class gain from two published means: the part of the room to the top that was used.

    >>> round(hake_gain_of_means(6.4, 8.5), 4)
    0.5833
    """
    return class_gain(before, after, top)
