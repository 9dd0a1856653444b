"""For how long a browser stays signed in, by which word, and what kind of browser it is. Pure decisions."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

# A meal and a meeting in between sign nobody out; nobody stays in from one working day to the next.
LONGEST_PAUSE = timedelta(hours=4)
LONGEST = timedelta(hours=12)
# When a browser was last used is kept in steps: so seldom does opening a page write.
STEP = timedelta(minutes=10)
# What has ended is of no use to anyone; the audit keeps when somebody signed in.
KEPT_AFTERWARDS = timedelta(days=1)
UNKNOWN = "A browser we do not know"

# In this order: nearly every browser also calls itself by the names of those below it.
BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "an iPhone"), ("iPad", "an iPad"), ("Android", "an Android phone or tablet"), ("Windows", "Windows"),
    ("CrOS", "a Chromebook"), ("Macintosh", "a Mac"), ("Linux", "Linux"),
)


@dataclass(frozen=True)
class Here:
    """The browser somebody acts in: the word it shows, and the one it goes on with where the act changes what it may.

    Whoever copied its cookie before is left with a word that opens nothing.
    """

    word: str
    next_word: str


NOWHERE = Here("", "")  # an act by no browser, as from a shell


def new_word() -> str:
    """What a browser shows from now on. Nobody can guess it."""
    return token_urlsafe(32)


def hash_of_token(token: str) -> str:
    """What is kept of the word in a browser's cookie. The word is long and random, so that no key is needed."""
    return sha256(token.encode()).hexdigest()


def is_worth_noting(last_seen_at: datetime, now: datetime) -> bool:
    """Has it been long enough since this browser was last noted to be in use?"""
    return now - last_seen_at >= STEP


def kind_of_browser(calls_itself: str) -> str:
    """In words its owner knows it by, and no more than that: no version and no address.

    >>> kind_of_browser("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Gecko/20100101 Firefox/141.0")
    'Firefox on Windows'
    >>> kind_of_browser("curl/8.5")
    'A browser we do not know'
    """
    browser = next((name for sign, name in BROWSERS if sign in calls_itself), "")
    system = next((name for sign, name in SYSTEMS if sign in calls_itself), "")
    if not browser:
        return f"A browser on {system}" if system else UNKNOWN
    return f"{browser} on {system}" if system else browser
