"""The training section of the yearly report: figures with their definitions, one source for every form."""
