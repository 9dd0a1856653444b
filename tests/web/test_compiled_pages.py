"""No page is compiled while somebody waits for it, where the web server makes its workers of one process."""

from pathlib import Path

from training_app.config import ROOT
from training_app.web.templating import compile_pages


def test_every_page_is_compiled_before_it_is_asked_for(app, monkeypatch):
    compile_pages(app)

    def compiled_again(*given: object, **named: object) -> None:
        raise AssertionError("a page was compiled once more")

    monkeypatch.setattr(type(app.jinja_env), "compile", compiled_again)
    files = sorted((ROOT / "templates").rglob("*.html"))
    names = [str(Path(file).relative_to(ROOT / "templates")) for file in files]
    assert len(names) > 100
    assert all(app.jinja_env.get_template(name) for name in names)
