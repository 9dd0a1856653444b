"""What the letters about signing in say: the code, and what was done with a second factor."""

from dataclasses import dataclass
from datetime import datetime

from training_app.clock import local
from training_app.words.numbers import counted
from training_app.words.times import clock_time

BODY = """\
Your code to sign in to {site_name}:

{code}

Type or paste it on the page where you asked for it. It works once, until {until}, and only in that browser.

If you did not ask for it, you need do nothing: nobody can sign in without it. Do not pass it on to anyone.
"""


@dataclass(frozen=True)
class CodeLetter:
    """The subject holds no code: a locked phone shows it, and so does the list of letters to staff."""

    subject: str
    body: str


def code_letter(code: str, expires_at: datetime, site_name: str) -> CodeLetter:
    until = clock_time(local(expires_at).time())
    return CodeLetter(
        subject=f"Your code to sign in: {site_name}",
        body=BODY.format(site_name=site_name, code=f"{code[:3]} {code[3:]}", until=until),
    )


@dataclass(frozen=True)
class Words:
    """A letter that opens no door: staff may read it."""

    subject: str
    body: str


WAS_IT_YOU = """\
If that was you, there is nothing to do. If not, tell the business office at once: somebody may be able to read
your email.
"""


def second_factor_set_up(site_name: str) -> Words:
    return Words(
        f"You set up an authenticator app: {site_name}",
        "An authenticator app was set up for your sign-in. From now on you are asked for one of its codes after the"
        f" code we email.\n\n{WAS_IT_YOU}",
    )


def recovery_code_used(left: int, site_name: str) -> Words:
    codes = counted(left, "recovery code", "recovery codes")
    more = " Make new ones on the page Your second factor." if left <= 3 else ""
    return Words(
        f"A recovery code was used: {site_name}",
        f"One of your recovery codes was used to sign in. It does not work again. You have {codes} left.{more}"
        f"\n\n{WAS_IT_YOU}",
    )


def recovery_codes_made(site_name: str) -> Words:
    return Words(
        f"You have new recovery codes: {site_name}",
        f"Ten new recovery codes were made for your sign-in. Those before do not work any more.\n\n{WAS_IT_YOU}",
    )


def second_factor_reset(site_name: str) -> Words:
    return Words(
        f"Your second factor was reset: {site_name}",
        "Your authenticator app and your recovery codes were forgotten, and you were signed out everywhere. When you"
        f" next sign in, you set up an authenticator app again.\n\n{WAS_IT_YOU}",
    )


def second_factor_taken_off(site_name: str) -> Words:
    return Words(
        f"Your authenticator app was taken off: {site_name}",
        "Your authenticator app was taken off your sign-in, to set it up on another phone. Its recovery codes do not"
        f" work any more.\n\n{WAS_IT_YOU}",
    )
