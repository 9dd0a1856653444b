"""Every template parses, imports what it uses, and leaves escaping and styling to the house."""

import re
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import nodes

from tests.whole.sources import files, named, templates
from training_app.config import ROOT

# Where something may say "this is already HTML", and why that is safe there.
MARKED_SAFE = {
    "training_app/charts/svg.py": "every text and attribute is escaped just before",
    "training_app/charts/keys.py": "it only joins pieces that svg.py made",
    "training_app/accounts/views/second_factor.py": "the QR code is drawn here: dots, and words of ours",
    "templates/reports/yearly_alone.html": "the project's own stylesheets, read from static/",
}
# Where a page may carry its own styles.
STYLED = {"templates/reports/yearly_alone.html": "a report kept as one file, opened without the service"}
LONGEST_LINE = 160
SAFE = re.compile(r"\|\s*safe\b|Markup\(|autoescape\s+false")


@pytest.fixture(scope="module")
def jinja(house):
    app: Flask = house[0]
    return app.jinja_env


def test_every_template_parses(jinja):
    for file in templates():
        template = jinja.get_template(_name(file))  # its filters and tests exist, too
        assert template.filename == str(file)


def _name(file: Path) -> str:
    return file.relative_to(ROOT / "templates").as_posix()


def test_no_line_is_too_long_to_read():
    long = [
        f"{named(file)}:{number} has {len(line)} characters"
        for file in templates()
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > LONGEST_LINE
    ]
    assert not long


def test_every_imported_macro_is_used(jinja):
    idle = {}
    for file in templates():
        tree = jinja.parse(file.read_text(encoding="utf-8"))
        used = {one.name for one in tree.find_all(nodes.Name) if one.ctx == "load"}
        if unused := _imported(tree) - used:
            idle[named(file)] = sorted(unused)
    assert not idle


def _imported(tree: nodes.Template) -> set[str]:
    names = [name for one in tree.find_all(nodes.FromImport) for name in one.names]
    plain = {name if isinstance(name, str) else name[1] for name in names}
    return plain | {one.target for one in tree.find_all(nodes.Import)}


def test_every_template_is_used():
    """By name: rendered by a view, extended, included or imported."""
    code = [*files("training_app", "*.py"), *templates()]
    texts = {file: file.read_text(encoding="utf-8") for file in code}
    unused = [
        _name(file)
        for file in templates()
        if not any(_name(file) in text for other, text in texts.items() if other != file)
    ]
    assert not unused


def test_templates_hold_no_style_and_no_script_of_their_own():
    found = [
        f"{named(file)}:{number} {line.strip()}"
        for file in templates()
        if named(file) not in STYLED
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"<style\b|\sstyle\s*=|<[^>]+\son[a-z]+\s*=|javascript:", line, re.IGNORECASE)
    ]
    assert not found


def test_escaping_is_switched_off_only_where_a_reason_is_given():
    found = {
        named(file)
        for file in [*templates(), *files("training_app", "*.py")]
        if SAFE.search(file.read_text(encoding="utf-8"))
    }
    assert found == MARKED_SAFE.keys(), f"not agreed: {found ^ MARKED_SAFE.keys()}"


def test_every_page_is_escaped(jinja):
    for file in templates():
        assert jinja.autoescape(_name(file)) is True, f"{_name(file)} would print what people typed as HTML"


def test_every_form_that_sends_something_carries_the_token():
    """Flask-WTF refuses the others, so a form without it is a dead button."""
    for file in templates():
        text = file.read_text(encoding="utf-8")
        for form in re.findall(r"<form\b.*?</form>", text, re.DOTALL):
            if re.search(r"method\s*=\s*[\"']post", form, re.IGNORECASE):
                assert "csrf_token" in form or "hidden_tag()" in form, f"{named(file)}: {form[:120]}"
