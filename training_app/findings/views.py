"""Pages of impact: the years, a year, a course in it, a session; and a trainer's own sessions."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from training_app import clock
from training_app.evaluation.queries.comments import (
    number_of_words_for_trainer,
    words_for_trainer,
    years_with_words_for,
)
from training_app.evaluation.rules.answers import LEAST_FORMS_FOR_TRAINERS
from training_app.evaluation.rules.batches import LEAST_FOR_A_FIGURE
from training_app.findings import queries
from training_app.findings.pages import page_of, quality_of_part
from training_app.findings.results import Findings, Viewer
from training_app.findings.wording.technical import METHODS
from training_app.findings.wording.who_answered import mix_of, numbers, sessions_with_names, summary_line
from training_app.findings.year import findings_of_course, findings_of_session, findings_of_year
from training_app.programme.rules.business_year import BusinessYear
from training_app.web.access import belongs_under, may, requires
from training_app.web.pagination import Cut, page_number
from training_app.web.rules import Permission
from training_app.words.dates import short_date

blueprint = Blueprint("impact", __name__)
WORDS_PER_PAGE = 20


def _page(findings: Findings, heading: str, **more: object) -> str:
    return render_template(
        "findings/findings.html",
        heading=heading,
        page=page_of(findings),
        numbers=numbers(findings),
        mix=mix_of(findings, queries.sectors([one.id for one in sessions_with_names(findings)])),
        summary=summary_line(findings),
        methods=METHODS,
        quality_of_part=quality_of_part,
        least=LEAST_FOR_A_FIGURE,
        **more,
    )


@blueprint.get("/impact")
@requires(Permission.SEE_IMPACT)
def years() -> str:
    all_years = [(BusinessYear(first), sessions) for first, sessions in queries.years()]
    newest = queries.newest_published_year()
    page = page_of(findings_of_year(BusinessYear(newest), clock.now())) if newest is not None else None
    return render_template("findings/years.html", heading="Did it make a difference?", years=all_years, page=page)


@blueprint.get("/impact/<year:year>")
@requires(Permission.SEE_IMPACT)
def year(year: BusinessYear) -> str:
    findings = findings_of_year(year, clock.now())
    if not findings.sessions and not findings.parts:
        abort(404)
    return _page(findings, f"Impact of the {findings.scope.title} programme")


@blueprint.get("/impact/<year:year>/courses/<slug>")
@requires(Permission.SEE_IMPACT)
def course(year: BusinessYear, slug: str) -> str:
    findings = findings_of_course(queries.course_id_of(slug), year, clock.now())
    return _page(findings, findings.scope.title)


@blueprint.get("/sessions/<int:session_id>/impact")
@requires(Permission.SEE_OWN_IMPACT)
def session(session_id: int) -> str:
    sees_all = may(Permission.SEE_IMPACT)
    own = queries.sessions_led_by(current_user.id)
    if not sees_all and session_id not in own:
        abort(404)
    findings = findings_of_session(session_id, clock.now(), Viewer(own, sees_all))
    heading = f"{findings.scope.title}, {short_date(findings.sessions[0].first_day)}"
    return _page(findings, heading, sees_all=sees_all)


@blueprint.get("/my-sessions")
@requires(Permission.SEE_OWN_IMPACT)
def own_sessions() -> Response:
    """Where a trainer's sessions stood before they were in one list with the registers: bookmarks lead on."""
    return redirect(url_for("registers.registers" if may(Permission.TAKE_REGISTER) else "impact.years"))


@blueprint.get("/my-sessions/words")
@requires(Permission.SEE_OWN_IMPACT)
def own_words() -> str:
    """What people wrote about the courses someone teaches, as far as the office released it."""
    years = years_with_words_for(current_user.id)
    asked = request.args.get("year", "")
    year = next((one for one in years if str(one) == asked), years[0] if years else None)
    total = number_of_words_for_trainer(current_user.id, year) if year else 0
    cut = Cut.of(total, page_number(request.args.get("page")), WORDS_PER_PAGE)
    page = cut.page(words_for_trainer(current_user.id, year, first=cut.first, most=cut.size) if year else [])
    return render_template(
        "findings/own_words.html", heading="What people wrote", years=years, year=year, page=page,
        least=LEAST_FORMS_FOR_TRAINERS,
    )


belongs_under("impact.years", year, course)
belongs_under(("impact.years", "registers.registers"), own_words)
belongs_under(("impact.years", "registers.registers"), session)

blueprints = (blueprint,)
