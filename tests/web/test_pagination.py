"""Where a list is cut into pages."""

import pytest

from training_app.web.pagination import Cut, cut_page


@pytest.mark.parametrize(
    ("total", "asked", "number", "first", "pages"),
    [
        (0, 1, 1, 0, 1),
        (0, 7, 1, 0, 1),
        (20, 2, 1, 0, 1),
        (21, 2, 2, 20, 2),
        (61, 3, 3, 40, 4),
        (61, 99, 4, 60, 4),
    ],
)
def test_a_page_that_is_not_there_is_the_last(total, asked, number, first, pages):
    cut = Cut.of(total, asked, 20)
    assert (cut.number, cut.first) == (number, first)
    assert cut.page([]).pages == pages


def test_the_pages_hold_each_item_once_and_in_order():
    whole = list(range(7))
    cuts = [cut_page(whole, asked, 3) for asked in (1, 2, 3)]
    assert [one for page in cuts for one in page.items] == whole
    assert [(page.number, page.previous, page.following) for page in cuts] == [(1, None, 2), (2, 1, 3), (3, 2, None)]
