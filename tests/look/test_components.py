"""The components: each is drawn, is valid, escapes what it is given and says what it should."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime, time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import html5lib
import pytest
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from tests.look.conftest import ROOT, Look
from training_app.charts import DumbbellRow, dumbbell, dumbbell_key
from training_app.programme.rules.joining import to_join
from training_app.programme.rules.parts import PartFacts
from training_app.programme.rules.sessions import PartKind
from training_app.web.pagination import Page

LINK = "https://meet.example/1"
COMPONENTS = ROOT / "templates" / "components"
NASTY = 'Tom & Jerry’s <b>"plan"</b>'


class Booking(FlaskForm):
    class Meta:
        csrf = False

    name = StringField("Your name")
    email = StringField("Your manager’s email", description="We only use it for this booking.")
    code = StringField("Six-digit code")
    topic = StringField("Course or topic")
    words = TextAreaField("What will you do differently?", description="Leave out names.")
    when = RadioField("When", choices=[SelectChoice("a", "Mornings"), SelectChoice("b", "Evenings")])
    area = SelectField("Area", choices=[SelectChoice("", "Any"), SelectChoice("ru", "Rutland")])
    agency = SelectField("Your agency")
    agree = BooleanField("My words may be shown", description="Without your name")
    knowledge = StringField("Your knowledge", description="Knowing the signs")


def specimen(look: Look) -> str:
    with look.app.test_request_context("/"):
        typed = {"name": NASTY, "email": "b", "words": "a\n  b"}
        form = Booking(data=typed | {"area": "ru", "agency": "7", "when": "b", "agree": True})
    form.agency.choices = {"": [("", "Choose")], "Health & care": [("7", "A <Trust>")]}
    for field in (form.email, form.words, form.when, form.area, form.agency, form.agree, form.knowledge):
        field.errors = [f"{field.name} has a problem"]
    row = DumbbellRow("Knowledge", 6.4, 8.5, 1.9, 2.3, "+2.1 (1.9 to 2.3)")
    morning = datetime(2026, 6, 2, 8, tzinfo=UTC)
    part = PartFacts(kind=PartKind.ONLINE, on_day=date(2026, 6, 2), starts_at=time(9, 30), ends_at=time(16))
    return look.snippet(
        (Path(__file__).parent / "specimen.html").read_text(encoding="utf-8"),
        f=form,
        joins=[to_join([part], written, morning) for written in ("", "Ring 1.", LINK, f"Teams: {LINK}. Or ring 1.")],
        svg=dumbbell([row], chart_id="a", title="T", description="D"),
        key=dumbbell_key(),
        day=date(2024, 9, 10),
        page=Page([], 2, 10, 30),
        error_list=[{"text": "Enter an email", "href": "#email"}],
        viewer=SimpleNamespace(name="A. Practitioner", role_label="Practitioner"),
        navigation=[SimpleNamespace(label="Programme", href="/programme", current=True)],
        demonstration=True,
    )


def test_every_macro_is_in_the_specimen() -> None:
    shown = (Path(__file__).parent / "specimen.html").read_text(encoding="utf-8")
    macros = [
        (path.name, name)
        for path in sorted(COMPONENTS.glob("*.html"))
        for name in re.findall(r"{% macro ([a-z]\w*)\(", path.read_text(encoding="utf-8"))
    ]
    assert len(macros) > 30
    missing = [name for _, name in macros if not re.search(rf"\b{name}\(", shown)]
    assert missing == ["tag_list"], "tag_list alone is drawn through others: the head and the session row"


def test_the_specimen_is_valid_html_with_unique_ids(look: Look) -> None:
    page = specimen(look)
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    parser.parse(page)
    assert parser.errors == []
    ids = Counter(re.findall(r'\sid="([^"]*)"', page))
    assert [name for name, times in ids.items() if times > 1] == []
    for named in re.findall(r'(?:aria-labelledby|aria-describedby)="([^"]*)"', page):
        assert all(name in ids for name in named.split()), named
    for label in re.findall(r'<label[^>]*for="([^"]*)"', page):
        assert label in ids


def test_nothing_the_security_policy_refuses(look: Look) -> None:
    page = specimen(look)
    assert not re.search(r"<[^>]+\s(style|on\w+)=", page)
    scripts = re.findall(r"<script[^>]*>", page)
    assert scripts and all('nonce="' in script for script in scripts)


def test_what_is_given_is_escaped(look: Look) -> None:
    page = specimen(look)
    assert '<b>"plan"' not in page
    assert "Tom &amp; Jerry’s &lt;b&gt;&#34;plan&#34;&lt;/b&gt;" in page


def test_no_python_shows_through(look: Look) -> None:
    assert not re.search(r">[^<]*\b(None|True|False|Undefined)\b", specimen(look))


def test_a_page_is_named_after_its_heading(look: Look) -> None:
    page = specimen(look)
    title = re.search(r"<title>(.*)</title>", page)
    assert title and title[1] == "Error: Every component &amp; more – Safeguarding children training"
    assert '<h1 class="govuk-heading-xl">Every component &amp; more</h1>' in page


def draw(look: Look, name: str, call: str, **context: Any) -> str:
    source = f'{{% from "components/{name}.html" import {call.split("(")[0]} %}}{{{{ {call} }}}}'
    return look.snippet(source, **context)


@pytest.mark.parametrize(
    ("call", "kind", "words", "of", "width"),
    [
        ("places(12, 24)", "", "12 places left", "of 24", "50.0"),
        ("places(4, 24)", "", "4 places left", "of 24", "83.33"),
        ("places(3, 24)", " scp-places--few", "3 places left", "of 24", "87.5"),
        ("places(1, 24)", " scp-places--few", "1 place left", "of 24", "95.83"),
        ("places(0, 24, 4)", " scp-places--full", "Full", "4 waiting", "100.0"),
        ("places(-2, 24)", " scp-places--full", "Full", "nobody waiting yet", "100.0"),
        ("places(30, 24)", "", "30 places left", "of 24", "0.0"),
    ],
)
def test_places(look: Look, call: str, kind: str, words: str, of: str, width: str) -> None:
    drawn = draw(look, "places", call)
    assert f'<p class="scp-places{kind}">' in drawn
    assert re.findall(r"<span[^>]*>([^<]*)</span>", drawn) == [words, of]
    assert re.findall(r'<rect width="([^"]*)"', drawn) == ["100", width]


def test_places_without_a_limit_are_said_in_words(look: Look) -> None:
    assert draw(look, "places", "places(none, none)").count("svg") == 0


@pytest.mark.parametrize(
    ("kind", "words", "filled"), [("good", "good", 3), ("caution", "caution", 2), ("few", "too few", 0)]
)
def test_a_mark_says_what_it_is_about_and_has_a_shape(look: Look, kind: str, words: str, filled: int) -> None:
    drawn = draw(look, "mark", f"mark({kind!r})")
    assert f"<span>Figures: {words}</span>" in drawn
    assert drawn.count('fill="currentColor"') == filled


def test_no_number_is_words_and_never_a_nought(look: Look) -> None:
    assert '<span class="scp-figure__none">No data</span>' in draw(look, "figure", "figure(none, 'attended')")
    assert '<p class="scp-figure__n">0</p>' in draw(look, "figure", "figure(0, 'cancelled')")


def test_the_error_summary_links_and_escapes(look: Look) -> None:
    errors = [{"text": NASTY, "href": "#email"}, {"text": NASTY, "href": ""}]
    drawn = draw(look, "error_summary", "error_summary(errors)", errors=errors)
    assert '<a href="#email">Tom &amp; Jerry’s &lt;b&gt;' in drawn
    assert "<b>" not in drawn
    assert draw(look, "error_summary", "error_summary(errors)", errors=[]).strip() == ""


def test_a_rating_has_ten_numbers_and_a_way_not_to_say(look: Look) -> None:
    drawn = draw(look, "rate", "rate('skills', 'Your skills', 'very little', 'all I need', value=7)")
    assert re.findall(r'value="([^"]*)"', drawn) == [str(point) for point in range(1, 11)] + [""]
    assert re.findall(r'id="([^"]*)" value="7" checked', drawn) == ["skills-7"]
    assert drawn.count("checked") == 1
    # The error summary links to #skills, so something that takes focus must have that id.
    assert '<input type="radio" name="skills" id="skills" value="1">' in drawn


@pytest.mark.parametrize(("value", "checked"), [("none", 0), ("''", 1), ("'7'", 1), ("11", 0)])
def test_not_answered_is_not_the_same_as_rather_not(look: Look, value: str, checked: int) -> None:
    drawn = draw(look, "rate", f"rate('skills', 'Q', 'l', 'h', value={value})")
    assert drawn.count("checked") == checked


def test_a_rating_in_error_says_so_to_everyone(look: Look) -> None:
    drawn = draw(look, "rate", "rate('skills', 'Q', 'l', 'h', error='Choose a number')")
    assert 'aria-describedby="skills-error skills-ends"' in drawn
    assert '<span class="govuk-visually-hidden">Error:</span> Choose a number' in drawn


def test_a_session_row_says_its_date_whole_to_a_screen_reader(look: Look) -> None:
    drawn = draw(look, "session_row", "session_row(day, 'DSL', '/sessions/1')", day=date(2024, 9, 3))
    assert '<span class="govuk-visually-hidden">Tuesday 3 September 2024</span>' in drawn
    assert '<span aria-hidden="true">Tue<b>3</b>Sept</span>' in drawn
    assert "Any<br>time" in draw(look, "session_row", "session_row(none, 'E-learning', '/sessions/1')")


@pytest.mark.parametrize(("tag", "dark"), [("Evening", True), ("twilight", True), ("Core", False)])
def test_sessions_after_work_stand_out(look: Look, tag: str, dark: bool) -> None:
    assert ("scp-tag--evening" in draw(look, "tags", f"tag_list([{tag!r}])")) is dark


def test_a_chip_with_nothing_behind_it_says_nought(look: Look) -> None:
    drawn = draw(look, "chips", "chips('Filters', [{'label': 'Rutland', 'href': '?a=1&b=2', 'count': 0}])")
    assert '<a class="scp-chip" href="?a=1&amp;b=2">Rutland <b>0</b></a>' in drawn


def test_a_table_names_its_rows_and_lines_up_its_numbers(look: Look) -> None:
    drawn = draw(
        look,
        "table",
        "data_table('Ratings', columns, rows, total=['All', 9], stack=true)",
        columns=["Rating", {"label": "Before", "numeric": True}],
        rows=[[NASTY, Markup("<b>6.4</b>")]],
    )
    assert '<th scope="row" class="govuk-table__header">Tom &amp; Jerry’s &lt;b&gt;' in drawn
    cell = '<td class="govuk-table__cell govuk-table__cell--numeric" data-label="Before"><b>6.4</b></td>'
    assert cell in drawn
    assert '<tr class="govuk-table__row scp-table__total"><th scope="row"' in drawn


def test_what_changes_something_is_a_post_with_a_token(look: Look) -> None:
    drawn = draw(look, "button", "post_button('Undo', '/undo', as_link=true)")
    assert '<form action="/undo" method="post"><input type="hidden" name="csrf_token" value="' in drawn
    assert "id=" not in drawn


@pytest.mark.parametrize(("number", "ways"), [(1, ["next"]), (2, ["prev", "next"]), (3, ["prev"])])
def test_pagination_offers_only_ways_that_exist(look: Look, number: int, ways: list[str]) -> None:
    page = Page([], number, 10, 30)
    drawn = draw(look, "pagination", "pagination(page, address)", page=page, address="/list?page={}".format)
    assert re.findall(r'rel="(\w+)"', drawn) == ways
    assert f"Page {number} of 3" in drawn
    one = draw(look, "pagination", "pagination(page, address)", page=Page([], 1, 10, 9), address=str)
    assert one.strip() == ""


def test_a_code_can_be_offered_by_the_phone_and_pasted(look: Look) -> None:
    page = specimen(look)
    field = re.search(r'<input[^>]*id="code"[^>]*>', page)
    assert field and 'autocomplete="one-time-code"' in field[0] and 'inputmode="numeric"' in field[0]


def test_a_field_in_error_names_its_hint_and_its_error(look: Look) -> None:
    page = specimen(look)
    assert re.search(r'id="email"[^>]*aria-describedby="email-hint email-error"', page)
    assert re.search(r'<textarea[^>]*aria-describedby="words-hint words-error"', page)
    # The first radio and the box carry the field's id, which the summary links to.
    assert re.search(r'<input class="govuk-radios__input" id="when"', page)
    assert re.search(r'<input class="govuk-checkboxes__input" id="agree"[^>]* checked', page)
    assert '<option value="ru" selected>Rutland</option>' in page


def test_options_stand_under_their_headings(look: Look) -> None:
    page = specimen(look)
    assert '<option value="">Choose</option>\n<optgroup label="Health &amp; care">' in page
    assert '<option value="7" selected>A &lt;Trust&gt;</option>\n</optgroup>' in page
    assert re.search(r'<select[^>]*id="agency"[^>]* aria-describedby="agency-hint agency-error" autocomplete=', page)


def test_an_address_ends_a_line_only_where_it_can_be_read_on(look: Look) -> None:
    words = "Sent to <b> a.person@school.example. Thank you."
    drawn = draw(look, "address", "addressed(words)", words=words)
    assert drawn == "Sent to &lt;b&gt; a<wbr>.person<wbr>@school<wbr>.example. Thank you."
    linked = draw(look, "address", "addressed(words)", words="See https://a.example/e/7KQ2/.")
    assert linked == "See https://a<wbr>.example/<wbr>e/<wbr>7KQ2/."
    made = Markup('<a href="mailto:a@b.example">Write</a>')
    assert draw(look, "address", "addressed(words)", words=made) == made
    assert draw(look, "address", "addressed(3)") == "3"
