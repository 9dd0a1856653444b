import pytest
from flask import Flask

from tests.whole.visitors import Places, stock


@pytest.fixture
def places(demonstration: Flask) -> Places:
    """Addresses in the demonstration to try every route with."""
    return stock(demonstration)
