"""The learning record: what each person has completed, wherever they did it."""
