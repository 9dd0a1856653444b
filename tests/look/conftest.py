"""The templates on their own: no database, no sign-in, no feature."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_wtf.csrf import CSRFProtect
from jinja2 import ChainableUndefined, ChoiceLoader, PackageLoader, PrefixLoader

from training_app.config import Site
from training_app.web import filters as words
from training_app.web import headers

ROOT = Path(__file__).parents[2]


def make_bare_app() -> Flask:
    app = Flask("look", root_path=str(ROOT), template_folder="templates", static_folder="static")
    app.jinja_options = {"undefined": ChainableUndefined, "trim_blocks": True, "lstrip_blocks": True}
    app.config.update(SECRET_KEY="only for these tests", TESTING=True)
    govuk = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    app.jinja_loader = ChoiceLoader([app.jinja_loader, govuk])  # type: ignore[list-item]
    CSRFProtect(app)
    headers.init_app(app)
    words.init_app(app)
    return app


class Look:
    """Renders a snippet of template as a page would."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.site = Site(contact_phone="0116 000 0000")

    def snippet(self, source: str, **context: Any) -> str:
        with self.app.test_request_context("/"):
            return self.app.jinja_env.from_string(source).render(site=self.site, **context)

    def page(self, name: str, **context: Any) -> str:
        with self.app.test_request_context("/"):
            return self.app.jinja_env.get_template(name).render(
                **{"site": self.site, "get_flashed_messages": lambda: [], **context}
            )


@pytest.fixture(scope="session")
def look() -> Look:
    return Look(make_bare_app())
