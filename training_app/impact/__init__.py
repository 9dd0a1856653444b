"""Statistics of before/after ratings: plain numbers in, plain results out.

Nothing here knows of web pages, databases, people or the time of day, and nothing is rounded or put into
sentences. Integer ratings are held as a :class:`RatingTable` of counts, which is all any figure needs.
Importing the package loads neither numpy nor scipy: the few functions that need them import them when called.
"""

from training_app.impact.paired import paired_change, paired_change_continuous
from training_app.impact.paired_results import PairedChange, SignedRankTest
from training_app.impact.proportions import wilson_interval
from training_app.impact.published import change_of_means, hake_gain_of_means
from training_app.impact.reading import AcceptedRow, ReadRatings, RejectedCell, read_rating, read_ratings
from training_app.impact.responses import (
    ResponseRate,
    forms_per_session,
    if_nonresponders_unchanged,
    nonresponder_change_needed,
    response_rate,
)
from training_app.impact.results import Figure, Interval, Limits, NotCalculable, is_calculable, plain
from training_app.impact.table import DEFAULT_SCALE, RatingTable

__all__ = [
    "DEFAULT_SCALE",
    "AcceptedRow",
    "Figure",
    "Interval",
    "Limits",
    "NotCalculable",
    "PairedChange",
    "RatingTable",
    "ReadRatings",
    "RejectedCell",
    "ResponseRate",
    "SignedRankTest",
    "change_of_means",
    "forms_per_session",
    "hake_gain_of_means",
    "if_nonresponders_unchanged",
    "is_calculable",
    "nonresponder_change_needed",
    "paired_change",
    "paired_change_continuous",
    "plain",
    "read_rating",
    "read_ratings",
    "response_rate",
    "wilson_interval",
]
