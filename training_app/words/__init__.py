"""How dates, times, numbers, names and e-mails are written, read and compared: for pages, letters, files and commands.

Pure: neither the web nor the database is known here.
"""
