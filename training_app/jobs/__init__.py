"""The clock and the muscle: scheduled work over rows that hold the truth."""
