import pytest
from flask import Flask

from tests.conftest import make_user
from tests.registers.making import user_of
from training_app.accounts.rules.roles import Role


@pytest.fixture
def trainer(in_app: Flask) -> int:
    make_user(in_app, Role.TRAINER)
    return user_of(Role.TRAINER).id


@pytest.fixture
def other_trainer(in_app: Flask) -> int:
    """A second pair of hands: which role they hold is nothing to the command."""
    make_user(in_app, Role.ADMINISTRATOR)
    return user_of(Role.ADMINISTRATOR).id
