"""A year to try the service with. Everything generated says so."""
