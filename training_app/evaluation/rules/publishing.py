"""When a session's answers are published: at the first eight, after every five more, and when the form closes. Pure."""

from enum import StrEnum

from training_app.evaluation.rules.batches import LEAST_FOR_A_FIGURE


class WhyPublished(StrEnum):
    """What made a publishing due."""

    FIRST = "first_forms"
    FURTHER = "further_forms"
    CLOSE = "window_closed"


FORMS_TO_PUBLISH_AGAIN = 5


def why_publish(
    forms: int, published_forms: int | None, is_over: bool, more_pairs: int = 0
) -> WhyPublished | None:
    """Is publishing due? `published_forms` is None where nothing was published yet.

    First at 8 forms or when the window closes, again after every 5 further, and at the close for what is left.
    `more_pairs`: how many pairs there are beyond those published; forms that were in doubt may have become pairs.

    >>> why_publish(7, None, is_over=False) is None
    True
    >>> why_publish(13, 8, is_over=False)
    <WhyPublished.FURTHER: 'further_forms'>
    """
    if is_over:
        more = published_forms is None or forms > published_forms or more_pairs > 0
        return WhyPublished.CLOSE if more else None
    if published_forms is None:
        return WhyPublished.FIRST if forms >= LEAST_FOR_A_FIGURE else None
    further = max(forms - published_forms, more_pairs)
    return WhyPublished.FURTHER if further >= FORMS_TO_PUBLISH_AGAIN else None
