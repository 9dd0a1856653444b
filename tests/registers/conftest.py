import pytest
from flask import Flask

from tests.world.signing_in import make_user_with_role, user_of
from training_app.accounts.rules.roles import Role


@pytest.fixture
def trainer(in_app: Flask) -> int:
    make_user_with_role(in_app, Role.TRAINER)
    return user_of(Role.TRAINER).id


@pytest.fixture
def other_trainer(in_app: Flask) -> int:
    """A second pair of hands: which role they hold is nothing to the command."""
    make_user_with_role(in_app, Role.OFFICE)
    return user_of(Role.OFFICE).id
