"""How dates, times and numbers are written and read, in one place for pages, letters, files and commands. Pure."""
