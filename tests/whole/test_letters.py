"""Every letter has a template and a kind of the same name, is sent by something, and never leaves a gap."""

import re
from dataclasses import dataclass

import pytest
from jinja2 import Template, UndefinedError, meta
from sqlalchemy import select

from tests.whole.every_letter import write_every_letter
from tests.whole.sources import LETTERS, files, letters
from training_app.extensions import db
from training_app.outbox.letters import TEMPLATES, LetterText, fill, kinds
from training_app.outbox.models import Letter

A_KIND = re.compile(r"[a-z]+([ -][a-z]+)*")
MARKS = ("{{", "}}", "{%", "%}", "{#", "#}")
LONGEST_KIND = Letter.__table__.c.kind.type.length


@dataclass(frozen=True)
class Filled:
    """A template that was filled, and with what."""

    template: str
    facts: dict[str, object]

    @property
    def kind(self) -> str:
        return _kind_of(self.template)


def _kind_of(template: str) -> str:
    return template.rpartition("/")[2].removesuffix(".txt").replace("_", " ")


def _name(file) -> str:
    return file.relative_to(LETTERS).as_posix()


@pytest.fixture
def filled(in_app, monkeypatch) -> list[Filled]:
    """What the templates were filled with when every letter was written, by the commands that send it."""
    seen, render = [], Template.render

    def watched(template, facts):
        seen.append(Filled(template.name, facts))
        return render(template, facts)

    with monkeypatch.context() as watching:
        watching.setattr(Template, "render", watched)
        write_every_letter()
    return seen


def _tree(template: str):
    return TEMPLATES.parse(TEMPLATES.loader.get_source(TEMPLATES, template)[0])


def _pieces(template: str) -> set[str]:
    """The other files that a template is put together from."""
    found = set(meta.find_referenced_templates(_tree(template)))
    return found.union(*map(_pieces, found))


def _needs(template: str) -> set[str]:
    """The facts that any branch of a letter asks for."""
    return set().union(*(meta.find_undeclared_variables(_tree(one)) for one in {template, *_pieces(template)}))


def test_every_template_is_a_letter_that_something_sends(filled):
    sent = [_kind_of(_name(file)) for file in letters()]
    assert len(sent) == len(set(sent)), "two rooms have a letter of one kind"
    assert set(sent) == kinds() == {one.kind for one in filled} == set(db.session.scalars(select(Letter.kind)))


def test_every_file_is_a_letter_or_a_piece_of_one():
    names = {_name(file) for file in files("templates/letters", "*.*")}
    whole = {_name(file) for file in letters()}
    assert all(name.endswith(".txt") for name in names)
    assert names - whole == set().union(*map(_pieces, whole)), "a piece that no letter uses"


def test_a_kind_is_a_few_plain_words():
    assert all(A_KIND.fullmatch(kind) and len(kind) <= LONGEST_KIND for kind in kinds())


def test_a_letter_is_given_every_fact_that_any_branch_of_it_asks_for(filled):
    gaps = {one.template: missing for one in filled if (missing := _needs(one.template) - one.facts.keys())}
    assert not gaps


def test_a_fact_that_is_missing_raises_and_leaves_no_gap(filled):
    """A fact that a branch does not need may be missing there; then the letter is the same."""
    for one in filled:
        text, refused = fill(one.kind, **one.facts), 0
        for missing in _needs(one.template):
            try:
                assert fill(one.kind, **{fact: one.facts[fact] for fact in one.facts.keys() - {missing}}) == text
            except UndefinedError:
                refused += 1
        assert refused, f"nothing in {one.template} is asked for"


def test_a_letter_holds_no_mark_of_its_template_and_no_gap(filled):
    for letter in db.session.scalars(select(Letter)):
        for line in [letter.subject, *letter.body.splitlines()]:
            assert not any(mark in line for mark in MARKS), f"{letter.kind}: {line}"
            assert line == line.strip(), f"{letter.kind}: a space too many, or too little: {line!r}"
        assert letter.subject and letter.body.strip() == letter.body[:-1], letter.kind
        assert "\n\n\n" not in letter.body, f"{letter.kind} has two empty lines together"


def test_what_people_type_is_neither_filled_nor_escaped():
    typed = "{{ 7*7 }} {% if x %} {# note #} <b>O’Neill & \"Söhne\"</b> {name} %s"
    text = fill(
        "feedback asked", course=typed, day=typed, closes="noon", form_page="https://training.example", site_name=typed,
        room_page="https://training.example/e/K7CM9X", feedback_code=typed,
    )
    assert text.subject == f"How was {typed}?"
    assert text.body.startswith(f"You came to {typed} on {typed}.\n") and text.body.endswith(f"\n{typed}\n")


def test_a_letter_without_a_template_is_never_written():
    with pytest.raises(ValueError, match="no template for a letter of the kind “booking forgotten”"):
        fill("booking forgotten")
    with pytest.raises(ValueError, match="no template"):
        LetterText("booking forgotten", "A subject", "What it says.")
    with pytest.raises(ValueError, match="no template"):
        fill(" addressed")
