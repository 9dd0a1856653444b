"""How Jinja is set up for the pages."""

from collections.abc import MutableMapping
from typing import Any

from flask import Flask
from flask.templating import Environment


class PageEnvironment(Environment):
    """One map of global names for every template.

    Jinja gives each template a chain of two maps, which Python walks name by name at each page and each import. No
    template here has globals of its own.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


def compile_pages(app: Flask) -> None:
    """Read and compile every page now, rather than each when it is asked for the first time."""
    for name in app.jinja_env.list_templates(["html"]):
        app.jinja_env.get_template(name)
