"""How the rooms are put together. create_app calls this; nothing else does."""

import importlib
from datetime import timedelta

from flask import Flask
from jinja2 import ChainableUndefined, ChoiceLoader, PackageLoader, PrefixLoader
from sqlalchemy import Engine, event
from werkzeug.middleware.proxy_fix import ProxyFix

from training_app.config import ROOT, Settings
from training_app.extensions import csrf, db, login_manager, migrate
from training_app.web.templating import PageEnvironment


def build(settings: Settings) -> Flask:
    app = Flask(__name__, root_path=str(ROOT), template_folder="templates", static_folder="static")
    app.jinja_environment = PageEnvironment
    app.jinja_options = {"undefined": ChainableUndefined, "trim_blocks": True, "lstrip_blocks": True}
    importlib.import_module("training_app.tables")  # a table that refers to another needs every one to be known
    app.extensions["settings"] = settings
    app.extensions["site"] = settings.site
    _configure(app, settings)
    _bind_extensions(app)
    _prepare_pages(app)
    _open_rooms(app)
    _let_the_programme_ask(app)
    _add_commands(app)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings.database_url),
        TESTING=settings.testing,
        SESSION_COOKIE_NAME="training",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        MAX_CONTENT_LENGTH=5 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=512 * 1024,
        WTF_CSRF_TIME_LIMIT=12 * 60 * 60,
        PREFERRED_URL_SCHEME="https" if settings.secure_cookies else "http",
    )
    # A doubled slash is not found, rather than led on to an address made of the visitor's own Host header.
    app.url_map.merge_slashes = False
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def _engine_options(url: str) -> dict[str, object]:
    # What people typed must not reach a log by way of an error message.
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": 60}, "hide_parameters": True}
    return {"pool_pre_ping": True, "hide_parameters": True}


def _prepare_sqlite(engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def set_pragmas(connection, record):  # type: ignore[no-untyped-def]
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA busy_timeout=60000")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()


def _bind_extensions(app: Flask) -> None:
    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    login_manager.init_app(app)
    csrf.init_app(app)
    with app.app_context():
        _prepare_sqlite(db.engine)


def _prepare_pages(app: Flask) -> None:
    from training_app.accounts.rules.permissions import policy
    from training_app.accounts.views.progress import second_factor_is_due
    from training_app.demo.queries import is_demonstration
    from training_app.web import access, converters, failures, headers
    from training_app.web import filters as words

    # The macros import each other by a path that begins with the package's name.
    govuk = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    app.jinja_loader = ChoiceLoader([app.jinja_loader, govuk])  # type: ignore[list-item]
    access.init_app(app, policy, is_demonstration, second_factor_is_due)
    converters.init_app(app)
    headers.init_app(app)
    failures.init_app(app)
    words.init_app(app)


def _open_rooms(app: Flask) -> None:
    from training_app.accounts.views import progress as sign_in
    from training_app.accounts.views import second_factor
    from training_app.accounts.views import sign_in as accounts
    from training_app.bookings.views import agency as agency_bookings
    from training_app.bookings.views import office as office_bookings
    from training_app.bookings.views import own as bookings
    from training_app.demo import views as demo
    from training_app.evaluation.queries.forms import rated_before
    from training_app.evaluation.views import own as evaluation
    from training_app.evaluation.views import room as room_views  # noqa: F401 (they add to the blueprint)
    from training_app.findings import views as impact
    from training_app.front import catalogue, navigation, purpose
    from training_app.jobs.queries import last_runs
    from training_app.office.views import entries as staff
    from training_app.outbox import views as letters
    from training_app.registers import views as registers
    from training_app.reports import views as reports
    from training_app.web import health, statements

    sign_in.init_app(app)
    navigation.init_app(app)
    purpose.init_app(app)
    for room in (
        accounts, agency_bookings, catalogue, demo, evaluation, health,
        impact, office_bookings, registers, reports, second_factor, staff, statements,
    ):
        app.register_blueprint(room.blueprint)
    letters.init_app(app, last_runs)
    bookings.init_app(app, rated_before)


def _let_the_programme_ask(app: Flask) -> None:
    """Registers stand above the programme, which asks what they hold before a session is changed."""
    from training_app.programme.queries import registers as written
    from training_app.registers.queries.marks import written_of_sessions

    written.init_app(app, written_of_sessions)


def _add_commands(app: Flask) -> None:
    from training_app.accounts import cli as users
    from training_app.cli import impact, programme
    from training_app.cli.one_sentence import needing_the_database
    from training_app.demo import cli as demo
    from training_app.doctor import cli as doctor
    from training_app.jobs import cli as jobs
    from training_app.outbox import cli as outbox
    from training_app.reports import cli as reports

    app.cli.add_command(impact.impact_command)
    for command in (
        reports.report_group, users.user_commands, programme.programme_commands, outbox.outbox_commands,
        jobs.worker, demo.demo_group, doctor.doctor,
    ):
        app.cli.add_command(needing_the_database(command))
