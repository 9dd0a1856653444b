"""What the service does without, so that nothing has to guard it: an address it opens, a file it takes, a shell."""

import ast
import re

import pytest

from tests.whole.sources import dotted, files, named, tree_of

# Whole modules, by what they would bring in. A room that may use one stands beside it.
MODULES = {
    "requests": (), "httpx": (), "aiohttp": (), "urllib3": (), "urllib.request": (), "http.client": (), "ftplib": (),
    "pickle": (), "marshal": (), "shelve": (), "yaml": (), "xml": (), "lxml": (), "ldap3": (),
    "random": ("training_app/demo/",), "subprocess": ("training_app/backups/",), "socket": ("training_app/outbox/",),
}  # fmt: skip
# The page that says what has to be sent again names the files among it, and reads none.
NAMING_FILES = ("training_app/web/busy.py", "request.files")
# Parts of Flask, Jinja, WTForms and Python: which take a file, mix what the address and the form say, make a template
# of words, write a row from whatever was sent, or begin a program.
NAMES = re.compile(
    r"request\.(files|values)|(render_template_string|from_string|FileField|MultipleFileField|populate_obj"
    r"|send_file|send_from_directory|os\.(system|popen|exec\w*|spawn\w*))$|(^|\.)from_string$"
)


def _found(tree: ast.AST, name: str) -> list[str]:
    return [word for node in ast.walk(tree) for word in _words(node) if not _is_allowed(word, name)]


def _words(node: ast.AST) -> list[str]:
    """The modules that this takes, or the part of one that it uses."""
    if isinstance(node, ast.Import):
        return [one.name for one in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or "", *(f"{node.module}.{one.name}" for one in node.names)]
    return [dotted(node)] if isinstance(node, ast.Attribute | ast.Name) else []


def _is_allowed(word: str, name: str) -> bool:
    for module, rooms in MODULES.items():
        if word == module or word.startswith(f"{module}."):
            return name.startswith(tuple(rooms)) if rooms else False
    return not NAMES.search(word) or (name == NAMING_FILES[0] and word.startswith(NAMING_FILES[1]))


def test_the_service_does_without():
    found = {named(file): _found(tree_of(file), named(file)) for file in files("training_app", "*.py")}
    assert not {name: words for name, words in found.items() if words}


@pytest.mark.parametrize(
    "line",
    [
        "import urllib.request", "from urllib import request", "import pickle", "from xml.etree import ElementTree",
        "import random", "from subprocess import run", "request.files['a']", "flask.request.values.get('a')",
        "os.system('a')", "from wtforms import FileField", "form.populate_obj(row)", "env.from_string(words)",
    ],
)  # fmt: skip
def test_each_is_found(line: str):
    assert _found(ast.parse(line), "training_app/web/any.py")


def test_what_is_like_it_is_let_through():
    lines = "from urllib.parse import urlsplit\nimport smtplib\nrequest.form\nrequest.args\nfrom random import Random"
    assert _found(ast.parse(lines), "training_app/demo/any.py") == []
