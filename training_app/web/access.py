"""Who may open which page. A route that does not say is refused.

Each view carries one of these marks: `@public`, `@signed_in` or `@requires(Permission.…)`. Which role holds
which permission is a policy that accounts answers for, through a port, so that this floor knows no feature. So is
the second factor: where one is due, a person is half signed in and every page but a few leads to it.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, redirect, request
from flask_login import current_user
from werkzeug.wrappers import Response

from training_app.installation import ports
from training_app.web.rules import Permission, Requirement

View = TypeVar("View", bound=Callable[..., Any])


def _marked(view: View, requirement: Requirement | Permission) -> View:
    view.requirement = requirement  # type: ignore[attr-defined]
    return view


def public(view: View) -> View:
    """Anyone may open it."""
    return _marked(view, Requirement.NOTHING)


def signed_in(view: View) -> View:
    """Anyone who has signed in may open it."""
    return _marked(view, Requirement.SIGN_IN)


def half_signed_in(view: View) -> View:
    """Open to someone who has signed in and whose second factor is still due: the pages that ask for it."""
    return _marked(view, Requirement.HALF_SIGN_IN)


def demonstration_only(view: View) -> View:
    """It exists only where the database carries the demonstration's mark."""
    return _marked(view, Requirement.DEMONSTRATION)


def requires(permission: Permission) -> Callable[[View], View]:
    """Only a person whose role holds this permission may open it."""

    def mark(view: View) -> View:
        return _marked(view, permission)

    return mark


def belongs_under(menu_entry: str | tuple[str, ...], *views: Callable[..., Any]) -> None:
    """Say under which entry of the menu (its endpoint) these pages are; or under which, where roles differ in it."""
    for view in views:
        view.section = menu_entry  # type: ignore[attr-defined]


def open_before_second_factor(*views: Callable[..., Any]) -> None:
    """Say that these pages, open to all, do not lead a half signed in person to their second factor."""
    for view in views:
        view.before_second_factor = True  # type: ignore[attr-defined]


def requirement_of(app: Flask, endpoint: str) -> Requirement | Permission | None:
    """What the route behind this endpoint asks for; None where it does not say."""
    if endpoint == "static":
        return Requirement.NOTHING
    return getattr(app.view_functions[endpoint], "requirement", None)


def may(permission: Permission) -> bool:
    """May the person on this request do this? For templates and menus."""
    user = _viewer()
    return user.is_authenticated and not ports().second_factor_is_due(user) and ports().user_may(user, permission)


def is_half_signed_in() -> bool:
    """Has the person on this request signed in, with the second factor still to come?"""
    user = _viewer()
    return bool(user.is_authenticated and ports().second_factor_is_due(user))


def _viewer() -> Any:
    # Looked up once: each use of the proxy looks for the request, the session and the user again.
    return current_user._get_current_object()


def _waits_for_second_factor(endpoint: str, requirement: Requirement | Permission) -> bool:
    if endpoint == "static" or requirement is Requirement.HALF_SIGN_IN:
        return False
    if getattr(current_app.view_functions[endpoint], "before_second_factor", False):
        return False
    return is_half_signed_in()


def _second_factor() -> Response:
    """Where a half signed in person goes first. What they sent in a form is not acted on, nor come back to."""
    asked_for = request.full_path.rstrip("?") if request.method in {"GET", "HEAD"} else None
    return redirect(ports().second_factor_address(asked_for))


def _guard() -> Response | None:
    if request.endpoint is None:
        return None
    requirement = requirement_of(current_app, request.endpoint)
    if requirement is None:
        current_app.logger.error("Route %s declares nothing about who may use it", request.endpoint)
        abort(403)
    if _waits_for_second_factor(request.endpoint, requirement):
        return _second_factor()
    if requirement is Requirement.NOTHING:
        return None
    if requirement is Requirement.DEMONSTRATION:
        return None if ports().is_demonstration() else abort(404)
    if not current_user.is_authenticated:
        if request.method not in {"GET", "HEAD"}:
            abort(403)
        return redirect(ports().sign_in_address(request.full_path.rstrip("?")))
    if isinstance(requirement, Permission) and not may(requirement):
        abort(403)
    return None


def init_app(app: Flask) -> None:
    """Put the guard before every request."""
    app.before_request(_guard)
    app.jinja_env.globals.update(may=may, Permission=Permission)
