"""How a signed-in user is found again on the next request."""

from flask import Flask
from sqlalchemy import select

from training_app.accounts.models import User
from training_app.extensions import db, login_manager


def _load_user(session_key: str) -> User | None:
    user = db.session.scalar(select(User).where(User.session_key == session_key))
    return user if user and user.is_active else None


def init_app(app: Flask) -> None:
    login_manager.user_loader(_load_user)
