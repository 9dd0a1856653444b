"""Words that say more than the figures do, and stand in no sentence and on no page of findings."""

BANNED = ("significant", "proves", "proven", "no effect", "% chance", "effect of", "training improved")
