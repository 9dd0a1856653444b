"""What published answers say, from counts to sentences and drawings: of a session, a course and a year."""
