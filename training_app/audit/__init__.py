"""Who did what, when: one line per act, in the act's own transaction."""
