"""Who came: a mark per person and part, and the attendances of a session."""
