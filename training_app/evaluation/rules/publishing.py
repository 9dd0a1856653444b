"""When a session's answers are published: at the first eight, after every five more, and when the form closes. Pure."""

from enum import StrEnum

from training_app.evaluation.rules.batches import LEAST_FOR_A_FIGURE


class WhyPublished(StrEnum):
    """What made a publishing due."""

    FIRST = "first_forms"
    FURTHER = "further_forms"
    CLOSE = "window_closed"


FORMS_TO_PUBLISH_AGAIN = 5


def why_publish(forms: int, published_forms: int | None, is_over: bool) -> WhyPublished | None:
    """Is publishing due? `published_forms` is None where nothing was published yet.

    First at 8 forms or when the window closes, again after every 5 further, and at the close for what is left.

    >>> why_publish(7, None, is_over=False) is None
    True
    >>> why_publish(13, 8, is_over=False)
    <WhyPublished.FURTHER: 'further_forms'>
    """
    if is_over:
        return WhyPublished.CLOSE if published_forms is None or forms > published_forms else None
    if published_forms is None:
        return WhyPublished.FIRST if forms >= LEAST_FOR_A_FIGURE else None
    return WhyPublished.FURTHER if forms - published_forms >= FORMS_TO_PUBLISH_AGAIN else None
