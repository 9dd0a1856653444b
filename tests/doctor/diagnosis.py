"""What the doctor says, on whichever database."""

from click.testing import Result
from flask import Flask

from training_app.doctor.cli import CHECKS

NOTHING_BROKEN = f"{len(CHECKS)} checks, nothing broken\n"


def doctor(app: Flask, *words: str) -> Result:
    """Run the command with these words."""
    return app.test_cli_runner().invoke(args=["doctor", *words])


def check_named(seen: Result, name: str) -> None:
    """It says that this is broken, and where, without naming a person."""
    check = next(one for one in CHECKS if one.name == name)
    assert f"{name}: {check.sentence}\n  broken by {check.what} " in seen.output
    assert seen.exit_code == 1
    assert seen.output.splitlines()[-1].endswith(" broken")
    assert "@" not in seen.output, "whose e-mail it is, is nobody's business here"
