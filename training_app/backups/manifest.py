"""What a backup says of itself, and how it tells whether it is still what was written."""

import json
from configparser import ConfigParser
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import scrypt, sha256
from hmac import compare_digest
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

from training_app.config import ROOT

FORMAT = 1


class Unusable(Exception):
    """This cannot be done. The message is one sentence that says why, and what to do."""


@dataclass(frozen=True, kw_only=True)
class Dump:
    """A copy of a database in a file: of which kind, where it stood, how many rows each table had."""

    file: Path
    database: str
    schema: str
    revision: str
    rows: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """Stands beside the dump in the backup. `key` tells a secret key from another, and nobody can read it back."""

    format: int
    made_at: str
    application: str
    database: str
    schema: str
    revision: str
    rows: dict[str, int]
    size: int
    sha256: str
    key: str

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.made_at)

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), indent=1).encode()


def describe(dump: Dump, *, made_at: str, secret_key: str) -> Manifest:
    return Manifest(
        format=FORMAT, made_at=made_at, application=_version(), database=dump.database, schema=dump.schema,
        revision=dump.revision, rows=dump.rows, size=dump.file.stat().st_size, sha256=digest(dump.file),
        key=fingerprint(secret_key, token_hex(8)),
    )  # fmt: skip


def read_manifest(text: bytes) -> Manifest:
    """Raises Unusable for one that is none, or of a later kind."""
    try:
        said = json.loads(text)
        if said["format"] != FORMAT:
            raise Unusable("This backup was made by a newer version of this application: bring it up to date first.")
        manifest = Manifest(**said)
        manifest.moment  # noqa: B018 (read, as it must be readable)
        return manifest
    except (ValueError, TypeError, KeyError):
        raise Unusable("This backup is damaged: what it says of itself cannot be read.") from None


def fingerprint(secret_key: str, salt: str) -> str:
    """Slow on purpose: whoever finds a backup must not be able to try out keys."""
    return f"{salt}:{scrypt(secret_key.encode(), salt=salt.encode(), n=2**14, r=8, p=1, dklen=16).hex()}"


def is_key_of(manifest: Manifest, secret_key: str) -> bool:
    return compare_digest(fingerprint(secret_key, manifest.key.partition(":")[0]), manifest.key)


def digest(file: Path) -> str:
    with file.open("rb") as content:
        return digest_of(content)


def digest_of(content: BinaryIO) -> str:
    found = sha256()
    while piece := content.read(1024 * 1024):
        found.update(piece)
    return found.hexdigest()


def _version() -> str:
    stated = ConfigParser()
    stated.read(ROOT / "setup.cfg", encoding="utf-8")
    return stated.get("metadata", "version", fallback="unknown")
