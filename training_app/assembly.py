"""How the rooms are put together. create_app calls this; nothing else does.

Each room lists its own pages (`blueprints` in its views) and commands (`shell_commands` in its cli): a route or a
command is added in its room alone. So are the functions of its wording that templates call (`IN_TEMPLATES`), and what
it lets addresses hold (`url_converters` in its views), which the rooms above it may use too.
"""

import importlib
from datetime import timedelta
from importlib.util import find_spec

from flask import Flask
from jinja2 import ChainableUndefined, ChoiceLoader, PackageLoader, PrefixLoader
from werkzeug.middleware.proxy_fix import ProxyFix

from training_app import logs
from training_app.config import ROOT, Settings
from training_app.database.engine import engine_options, set_pragmas_on
from training_app.database.in_use import mark_connections
from training_app.extensions import csrf, db, login_manager, migrate
from training_app.installation import Ports, cookie_name, install
from training_app.web.bodies import BoundedRequest
from training_app.web.templating import PageEnvironment

# From the ground up, as in docs/architecture.md.
ROOMS = (
    "web", "outbox", "audit", "agencies", "people", "accounts", "programme", "records", "bookings", "registers",
    "evaluation", "findings", "reports", "front", "office", "jobs", "demo", "cli", "backups",
    "doctor",
)


def build(settings: Settings) -> Flask:
    logs.write_to_standard_error()
    app = Flask(__name__, root_path=str(ROOT), template_folder="templates", static_folder="static")
    app.request_class = BoundedRequest
    app.jinja_environment = PageEnvironment
    app.jinja_options = {"undefined": ChainableUndefined, "trim_blocks": True, "lstrip_blocks": True}
    importlib.import_module("training_app.tables")  # a table that refers to another needs every one to be known
    _configure(app, settings)
    install(app, settings, _ports())
    _bind_extensions(app)
    _prepare_pages(app)
    for room in ROOMS:
        _open(app, room)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
        TESTING=settings.testing,
        SESSION_COOKIE_NAME=cookie_name(settings, "training"),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        MAX_CONTENT_LENGTH=5 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=512 * 1024,
        MAX_FORM_PARTS=10_000,
        WTF_CSRF_TIME_LIMIT=12 * 60 * 60,
        WTF_CSRF_SSL_STRICT=False,  # it asks for a referrer; web/elsewhere.py asks where the form comes from
        PREFERRED_URL_SCHEME="https" if settings.secure_cookies else "http",
    )
    # A doubled slash is not found, rather than led on to an address made of the visitor's own Host header.
    app.url_map.merge_slashes = False
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def _ports() -> Ports:
    """Who answers what lower rooms ask."""
    from training_app.accounts.queries import user_may
    from training_app.accounts.views import progress
    from training_app.demo.queries import is_demonstration
    from training_app.evaluation.queries.forms import forms_returned, rated_before
    from training_app.evaluation.queries.room import feedback_alarms
    from training_app.evaluation.views.own import before_form_address, feedback_code
    from training_app.evaluation.views.screen import room_code
    from training_app.front import navigation
    from training_app.jobs.queries import last_runs
    from training_app.registers.queries.marks import register_contents

    return Ports(
        user_may=user_may,
        second_factor_is_due=progress.second_factor_is_due,
        sign_in_address=progress.sign_in_address,
        second_factor_address=progress.second_factor_address,
        start_address=navigation.start_address,
        purpose_of=navigation.purpose_of,
        register_contents=register_contents,
        rated_before=rated_before,
        forms_returned=forms_returned,
        before_form_address=before_form_address,
        room_code=room_code,
        feedback_alarms=feedback_alarms,
        feedback_code=feedback_code,
        last_runs=last_runs,
        is_demonstration=is_demonstration,
    )


def _bind_extensions(app: Flask) -> None:
    from training_app.accounts.views.progress import user_here

    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    login_manager.init_app(app)
    login_manager.user_loader(user_here)
    with app.app_context():
        if db.engine.dialect.name == "postgresql":  # its driver is loaded only where it is used
            from training_app.database.prepared import keep_statements_prepared

            keep_statements_prepared(db.engine)
        mark_connections(db.engine)
        set_pragmas_on(db.engine)


def _prepare_pages(app: Flask) -> None:
    from training_app.front import navigation
    from training_app.web import access, converters, elsewhere, failures, filters, headers, kept, signing

    # The macros import each other by a path that begins with the package's name.
    govuk = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    app.jinja_loader = ChoiceLoader([app.jinja_loader, govuk])  # type: ignore[list-item]
    # In this order each request is looked at: where it comes from, its token, who may.
    for part in (elsewhere, csrf, access, converters, headers, failures, filters, navigation, kept, signing):
        part.init_app(app)


def _open(app: Flask, room: str) -> None:
    """Add a room's kinds of address, its pages, commands and words for templates, where it has any."""
    from training_app.cli.one_sentence import needing_the_database

    for name in ("views", "cli", "wording"):
        if find_spec(f"training_app.{room}.{name}") is None:
            continue
        listed = importlib.import_module(f"training_app.{room}.{name}")
        app.url_map.converters.update(getattr(listed, "url_converters", {}))
        for blueprint in getattr(listed, "blueprints", ()):
            app.register_blueprint(blueprint)
        for function in getattr(listed, "IN_TEMPLATES", ()):
            app.jinja_env.globals[function.__name__] = function
        for command in getattr(listed, "shell_commands", ()):
            app.cli.add_command(needing_the_database(command))
        for command in getattr(listed, "shell_commands_without_a_database", ()):
            app.cli.add_command(command)
