"""The made-up ratings meet their averages and repeat themselves."""

from random import Random

import pytest

from training_app.demo.ratings import TARGETS_2024_25, Target, paired_ratings, spread
from training_app.impact import RatingTable, paired_change


@pytest.mark.parametrize("people", [1, 8, 40, 288])
def test_averages_print_as_wanted(people):
    pairs = paired_ratings(people, [Target("skills", 6.0, 2.0)], Random(7))
    change = paired_change(RatingTable.from_pairs([one["skills"] for one in pairs]))
    assert (change.mean_before, change.mean_change) == (6.0, 2.0)


def test_the_same_seed_makes_the_same_people():
    first, again = (paired_ratings(30, TARGETS_2024_25, Random("again")) for _ in range(2))
    assert first == again
    assert first != paired_ratings(30, TARGETS_2024_25, Random("other"))


def test_ratings_stay_on_the_scale_and_are_not_all_alike():
    pairs = [one["confidence"] for one in paired_ratings(288, TARGETS_2024_25, Random(3))]
    assert all(1 <= value <= 10 for pair in pairs for value in pair)
    changes = {after - before for before, after in pairs}
    assert min(changes) < 0 < max(changes)


def test_forms_are_spread_within_the_room_there_is():
    room = [18, 5, 168, 1, 20] * 10
    shares = spread(200, room, Random(1))
    assert sum(shares) == 200
    assert all(share <= places for share, places in zip(shares, room, strict=True))


def test_more_forms_than_places_are_refused():
    with pytest.raises(ValueError, match="do not fit"):
        spread(4, [1, 2], Random(1))
