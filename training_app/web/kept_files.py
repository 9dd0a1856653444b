"""What someone typed, kept sealed in a file for a short time, until they have signed in again.

The key is made of the service's own key and a random word that only this browser's cookie holds: neither the folder nor
a copy of it can be read by anyone else. It stands in no database, so in no backup either.
"""

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from os import O_CREAT, O_TRUNC, O_WRONLY, fdopen, utime
from os import open as open_file
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from training_app import clock

KEPT_FOR = timedelta(hours=2)
# For one person and for the whole service: the oldest go first.
MOST_OF_ONE, MOST = 20, 2000


@dataclass(frozen=True)
class Kept:
    """What was typed. `owner`: a keyed hash of who; `why`: what came in between; `sent_to`: where its form goes."""

    owner: str
    why: str
    sent_to: str
    typed: Mapping[str, list[str]]


@dataclass(frozen=True)
class KeptFiles:
    """The folder, as one browser can open it."""

    folder: Path
    secret_key: str
    word: str

    def keep(self, page: str, kept: Kept) -> None:
        """Put it away, in the place of what was kept of this page before. Raises OSError where that cannot be."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._sweep(kept.owner)
        now = int(clock.now().timestamp())
        sealed = self._seal().encrypt_at_time(json.dumps(asdict(kept)).encode(), now)
        half = self.folder / f"{self._name(page)}.half"
        with fdopen(open_file(half, O_WRONLY | O_CREAT | O_TRUNC, 0o600), "wb") as file:
            file.write(sealed)
        utime(half, (now, now))
        half.replace(self.folder / f"{_short(kept.owner)}-{self._name(page)}")

    def kept(self, page: str, viewer: str) -> Kept | None:
        """What is kept of this page and has not run out: the viewer's own before anybody else's."""
        now, lasts = int(clock.now().timestamp()), int(KEPT_FOR.total_seconds())
        for file in sorted(self._files(page), key=lambda one: not one.name.startswith(_short(viewer))):
            try:
                opened = self._seal().decrypt_at_time(file.read_bytes(), lasts, now)
            except (InvalidToken, OSError):
                continue
            return Kept(**json.loads(opened))
        return None

    def forget(self, page: str, owner: str) -> None:
        (self.folder / f"{_short(owner)}-{self._name(page)}").unlink(missing_ok=True)

    def _files(self, page: str) -> list[Path]:
        return list(self.folder.glob(f"*-{self._name(page)}"))

    def _name(self, page: str) -> str:
        return self._hash(f"page {page}").hex()

    def _seal(self) -> Fernet:
        return Fernet(urlsafe_b64encode(self._hash("seal")))

    def _hash(self, purpose: str) -> bytes:
        return hmac.new(self.secret_key.encode(), f"kept {self.word} {purpose}".encode(), sha256).digest()

    def _sweep(self, owner: str) -> None:
        """Take out what has run out, and the oldest where there would be too many."""
        times = {file: _changed_at(file) for file in self.folder.iterdir()}
        oldest_first = sorted(times, key=lambda file: times[file])
        out = {file for file in oldest_first if _is_over(times[file], clock.now())}
        own = [file for file in oldest_first if file.name.startswith(f"{_short(owner)}-")]
        out |= {*own[: max(0, len(own) - MOST_OF_ONE + 1)], *oldest_first[: max(0, len(oldest_first) - MOST + 1)]}
        for file in out:
            file.unlink(missing_ok=True)


def delete_old(folder: Path, now: datetime) -> int:
    """Take out what nobody can read any more, for nobody may come back who would sweep it out. Returns how many."""
    old = [one for one in folder.glob("*") if _is_over(_changed_at(one), now)]
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)


def _is_over(changed: float, now: datetime) -> bool:
    """Has it run out? Or was it kept by a clock that was ahead: nobody can open it before its time has come."""
    return not (now - KEPT_FOR).timestamp() <= changed <= (now + clock.TOLERANCE).timestamp()


def _changed_at(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except FileNotFoundError:  # taken out by another process in this moment
        return 0


def _short(owner: str) -> str:
    return owner[:16]
