"""What the letter with a sign-in code says."""

from dataclasses import dataclass
from datetime import datetime

from training_app.clock import local
from training_app.web.words import clock_time

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
