"""Places: who holds one, who waits for one, and how each came to that."""
