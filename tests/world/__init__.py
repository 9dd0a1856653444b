"""What the tests' world is made of: one function for each kind of row, used by every test that needs one.

A `make_…` function adds the row and flushes it; the test commits. Whatever a test does not say has a sensible value.
`tests/whole/test_world.py` holds the tests to it.
"""
