"""The letters that people got about one session, for the office to read."""

from flask import flash, render_template, request, url_for

from training_app.office import queries
from training_app.office.blueprint import blueprint
from training_app.office.views.one_form import SECTION
from training_app.programme.wording import when_of
from training_app.web.access import belongs_under, requires
from training_app.web.banners import flash_with_link
from training_app.web.pagination import Cut, page_number
from training_app.web.rules import Permission

PAGE_SIZE = 25


@blueprint.get("/staff/sessions/<int:session_id>/letters")
@requires(Permission.SEE_LETTERS)
def letters(session_id: int) -> str:
    training_session = queries.any_session(session_id)
    cut = Cut.of(queries.number_of_letters_about(session_id), page_number(request.args.get("page")), PAGE_SIZE)
    return render_template(
        "office/letters.html",
        heading="Letters about this session",
        session=training_session,
        caption=f"{training_session.course.title}, {when_of(training_session)}",
        page=cut.page(queries.letters_about(session_id, cut.first, cut.size)),
        page_address=lambda wanted: url_for("staff.letters", session_id=session_id, page=wanted),
    )


def say_done(session_id: int, said: str, written_to: int) -> None:
    """What was done, and the way to the letters where any were written."""
    if written_to:
        flash_with_link(said, "Read the letters", url_for("staff.letters", session_id=session_id))
    else:
        flash(said)


belongs_under(SECTION, letters)
