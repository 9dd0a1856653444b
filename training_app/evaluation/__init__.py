"""The instrument, people's answers, and the counts that are published from them."""
