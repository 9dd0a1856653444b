"""One file that holds the whole database as it was at one moment, and the way back to it."""
