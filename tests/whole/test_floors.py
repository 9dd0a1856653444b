"""The plan of the house is a test."""

from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports


def test_imports_follow_the_plan(monkeypatch, capsys):
    from training_app.config import ROOT

    monkeypatch.chdir(ROOT)
    outcome = lint_imports(config_filename=str(ROOT / "setup.cfg"), no_cache=True)
    assert outcome == EXIT_STATUS_SUCCESS, capsys.readouterr().out
