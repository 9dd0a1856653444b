"""Pages that show several rooms at once: the catalogue, a session, my training."""
