"""How Jinja is set up for the pages."""

from collections.abc import MutableMapping
from typing import Any

from flask.templating import Environment


class PageEnvironment(Environment):
    """One map of global names for every template.

    Jinja gives each template a chain of two maps, which Python walks name by name at each page and each import. No
    template here has globals of its own.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals
