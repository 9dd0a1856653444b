"""What the letters about signing in say: the code, and what was done with a second factor.

No subject holds a code: a locked phone shows it, and so does the list of letters to staff.
"""

from datetime import datetime

from training_app.clock import local
from training_app.outbox.letters import LetterText, fill
from training_app.words.numbers import counted
from training_app.words.times import clock_time

FEW_CODES = 3  # So few recovery codes left that it is time for new ones.


def code_letter(code: str, expires_at: datetime, site_name: str) -> LetterText:
    """The code that somebody asked for to sign in."""
    until = clock_time(local(expires_at).time())
    return fill("sign-in code", code=f"{code[:3]} {code[3:]}", until=until, site_name=site_name)


def second_factor_set_up(site_name: str) -> LetterText:
    """An authenticator app was set up."""
    return fill("second factor set up", site_name=site_name)


def recovery_code_used(left: int, site_name: str) -> LetterText:
    """A recovery code was used up, and so many are left."""
    codes = counted(left, "recovery code", "recovery codes")
    return fill("recovery code used", codes=codes, few_left=left <= FEW_CODES, site_name=site_name)


def recovery_codes_made(site_name: str) -> LetterText:
    """New recovery codes replace those before."""
    return fill("recovery codes made", site_name=site_name)


def second_factor_reset(site_name: str) -> LetterText:
    """The office forgot somebody's app and codes."""
    return fill("second factor reset", site_name=site_name)


def second_factor_taken_off(site_name: str) -> LetterText:
    """Somebody took their app off, to set up another."""
    return fill("second factor taken off", site_name=site_name)
