from flask import Blueprint, Response, flash, jsonify, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from training_app import clock
from training_app.database import transaction
from training_app.errors import Refused
from training_app.programme.queries.sessions import years_with_sessions
from training_app.programme.rules.business_year import BusinessYear
from training_app.reports.commands import state_fact, withdraw_fact
from training_app.reports.forms import FactForm
from training_app.reports.pages import Presentation
from training_app.reports.queries.sessions import stated_facts
from training_app.reports.queries.yearly import compile_yearly
from training_app.reports.rules.groups import FactKind
from training_app.web.access import belongs_under, requires
from training_app.web.rules import Permission

blueprint = Blueprint("reports", __name__)


@blueprint.get("/reports/yearly")
@requires(Permission.SEE_REPORTS)
def years() -> str:
    return render_template("reports/years.html", years=years_with_sessions(clock.today()))


@blueprint.get("/reports/yearly/<year:year>")
@requires(Permission.SEE_REPORTS)
def report(year: BusinessYear) -> str:
    report = compile_yearly(year, clock.now())
    return render_template("reports/yearly.html", report=report, presentation=Presentation(report))


@blueprint.get("/reports/yearly/<year:year>.json")
@requires(Permission.SEE_REPORTS)
def report_as_json(year: BusinessYear) -> Response:
    return jsonify(compile_yearly(year, clock.now()).to_dict())


@blueprint.get("/reports/yearly/<year:year>/facts")
@requires(Permission.STATE_FACTS)
def facts(year: BusinessYear) -> str:
    return _facts_page(year, FactForm(year))


def _facts_page(year: BusinessYear, form: FactForm) -> str:
    return render_template(
        "reports/facts.html", year=year, form=form, error_list=form.error_list(),
        facts=stated_facts(year, withdrawn=True),
    )


@blueprint.post("/reports/yearly/<year:year>/facts")
@requires(Permission.STATE_FACTS)
def add_fact(year: BusinessYear) -> AnyResponse | tuple[str, int]:
    form = FactForm(year)
    if not form.validate_on_submit():
        return _facts_page(year, form), 422
    with transaction():
        state_fact(
            year,
            kind=FactKind(form.kind.data),
            figure=form.figure.data,
            words=form.words.data,
            source=form.source.data,
            dated=form.day,
            actor_id=current_user.id,
            now=clock.now(),
        )
    flash("The figure is in the report.")
    return redirect(url_for("reports.facts", year=year))


@blueprint.post("/reports/yearly/<year:year>/facts/<int:fact_id>/withdraw")
@requires(Permission.STATE_FACTS)
def take_fact_back(year: BusinessYear, fact_id: int) -> AnyResponse:
    try:
        with transaction():
            withdraw_fact(year, fact_id, actor_id=current_user.id, now=clock.now())
        flash("The figure is out of the report. It is kept below.")
    except Refused as refusal:
        flash(str(refusal))
    return redirect(url_for("reports.facts", year=year))


belongs_under("reports.years", report, report_as_json, facts, add_fact, take_fact_back)

blueprints = (blueprint,)
