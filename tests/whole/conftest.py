"""One copy of the demonstration for all the tests of a file that only look."""

import shutil
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import fresh
from tests.whole.visitors import Places, stock


@pytest.fixture(scope="module")
def shown(house: tuple[Flask, Path], demonstration_file: Path) -> Flask:
    """The application on a copy of the demonstration that the tests of one file share: look, do not change."""
    application = house[0]
    fresh(application, demonstration_file)
    shutil.rmtree(application.extensions["settings"].mail_folder, ignore_errors=True)
    return application


@pytest.fixture(scope="module")
def places(shown: Flask) -> Places:
    """Addresses in the demonstration to try every route with."""
    return stock(shown)
