"""A client of a user who stays signed in, however far a test travels in time.

For how long somebody stays in is for the tests of just that: there people sign in by a code, not by the tests' world.
"""

from datetime import datetime
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import NullPool, create_engine, update

from training_app import clock
from training_app.accounts.models import SignedInBrowser
from training_app.accounts.rules.browsers import STEP, hash_of_token
from training_app.installation import of


class Client(FlaskClient):
    """`noted_at`: when whoever the tests' world signed in here was last noted to be in; None where it was nobody."""

    noted_at: datetime | None = None

    def open(self, *given: Any, **named: Any) -> Any:
        if self.noted_at is not None and not self.noted_at <= clock.now() < self.noted_at + STEP:
            self._stay_in()
        return super().open(*given, **named)

    def _stay_in(self) -> None:
        with self.session_transaction() as cookie:
            word = cookie.get("_user_id", "")
        # Past the application, whose statements are counted.
        engine = create_engine(of(self.application).settings.database_url, poolclass=NullPool)
        with engine.begin() as connection:
            mine = update(SignedInBrowser).where(SignedInBrowser.token_hash == hash_of_token(word))
            connection.execute(mine.values(began_at=clock.now(), last_seen_at=clock.now()))
        self.noted_at = clock.now()
