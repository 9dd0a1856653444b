"""How fast and how large it is: ratios on one machine in one run. See bench/README.md."""

ONE_READ = "/bench/one-read"  # the page that the others are compared with; bench/wsgi.py serves it
