"""Asks a live database whether what must always hold does hold. It reads, and changes nothing."""
