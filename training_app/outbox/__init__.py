"""Letters: queued in the act's own transaction, sent after it, each with a history a person can see."""
