"""Settings: typed, from the environment, and refused with one clear sentence when they are wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.policy import SMTP
from ipaddress import ip_address
from os import environ as process_environment
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

ROOT = Path(__file__).parents[1]
INSTANCE = ROOT / "instance"
QUEUES = ("sqlite:///", "postgresql://", "postgresql+psycopg://", "redis://", "rediss://")
LONGEST_LEASE = 24 * 60 * 60
DATABASES = ("sqlite:///", "postgresql+psycopg://")
# The modes in which PostgreSQL speaks encrypted or not at all.
ENCRYPTED = {"require", "verify-ca", "verify-full"}


class SettingsError(Exception):
    """A setting is missing or wrong. The message is one sentence that says what to do."""


@dataclass(frozen=True, kw_only=True)
class Site:
    """How the site names itself. Nothing here is secret."""

    name: str = "Safeguarding children training"
    area: str = "Leicester, Leicestershire & Rutland"
    run_by: str = (
        "the Leicester Safeguarding Children Partnership and the "
        "Leicestershire & Rutland Safeguarding Children Partnership"
    )
    contact_email: str = "training@partnership.example"
    contact_phone: str = ""
    report_concern_url: str = "https://www.gov.uk/report-child-abuse-to-local-council"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that differs between one installation and another."""

    secret_key: str
    database_url: str
    base_url: str = "http://127.0.0.1:8000"
    queue_url: str = ""
    smtp_url: str = ""
    mail_folder: Path = INSTANCE / "letters"
    kept_folder: Path = INSTANCE / "kept"
    mail_from: str = "Safeguarding children training <training@partnership.example>"
    letter_lease: int = 300
    # Read by ./run alone; held here so that a wrong value stops the start with its sentence.
    demonstration: bool = False
    trusted_proxies: int = 0
    testing: bool = False
    site: Site = Site()

    @property
    def secure_cookies(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def in_clear(self) -> tuple[str, ...]:
        """A sentence for each line to another machine on which others can read along, with what to do."""
        lines = {
            "Letters go to the mail server in clear, with the codes in them: begin TRAINING_SMTP_URL with "
            "smtp+starttls:// or smtps://.": self.smtp_url,
            "The database's password and everybody's records may go over the line in clear: end TRAINING_DATABASE_URL "
            "with ?sslmode=verify-full, as docs/operating.md tells.": self.database_url,
            "Tasks may go to the job queue in clear: begin TRAINING_QUEUE_URL with rediss://, or end it with "
            "?sslmode=verify-full where it is PostgreSQL's.": self.queue_url,
        }
        return tuple(sentence for sentence, url in lines.items() if _is_in_clear(url))

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = process_environment) -> "Settings":
        """Read `TRAINING_…` variables.

        Raises SettingsError with one sentence when one is missing or wrong.
        """
        given = {name: value.strip() for name, value in environ.items() if name.startswith("TRAINING_")}
        database_url = _database_url(given.get("TRAINING_DATABASE_URL", ""))
        return cls(
            secret_key=_secret_key(given.get("TRAINING_SECRET_KEY", "")),
            database_url=database_url,
            base_url=_web_address("TRAINING_BASE_URL", given.get("TRAINING_BASE_URL") or cls.base_url),
            queue_url=_queue_url(given.get("TRAINING_QUEUE_URL", "")),
            smtp_url=_smtp_url(given.get("TRAINING_SMTP_URL", "")),
            mail_folder=Path(given.get("TRAINING_MAIL_FOLDER") or cls.mail_folder),
            kept_folder=Path(given.get("TRAINING_KEPT_FOLDER") or cls.kept_folder),
            mail_from=_sender(given.get("TRAINING_MAIL_FROM") or cls.mail_from),
            letter_lease=_lease(given.get("TRAINING_LETTER_LEASE", "300")),
            demonstration=_yes_or_no("TRAINING_DEMO", given.get("TRAINING_DEMO", "")),
            trusted_proxies=_whole_number("TRAINING_TRUSTED_PROXIES", given.get("TRAINING_TRUSTED_PROXIES", "0")),
            site=_site(given),
        )


def _secret_key(given: str) -> str:
    stored = INSTANCE / "secret_key"
    key = given or (stored.read_text(encoding="utf-8").strip() if stored.is_file() else "")
    if not key:
        raise SettingsError(
            "TRAINING_SECRET_KEY is not set and instance/secret_key does not exist: "
            "set it to 32 or more random characters, or start with ./run, which makes one."
        )
    if len(key) < 32:
        raise SettingsError("TRAINING_SECRET_KEY is too short: use 32 or more random characters.")
    return key


def _parts(name: str, given: str) -> SplitResult:
    """The parts of an address. It may hold a password, so a refusal does not repeat it."""
    try:
        parts = urlsplit(given)
        parts.port  # noqa: B018 (asked for, because it is read only when asked for)
    except ValueError:
        raise SettingsError(
            f"{name} is not an address: check its host and its port, and write @, / and [ in a password "
            "as %40, %2F and %5B."
        ) from None
    return parts


def _database_url(given: str) -> str:
    url = given or f"sqlite:///{INSTANCE / 'training.sqlite3'}"
    scheme = _parts("TRAINING_DATABASE_URL", url).scheme
    if scheme in {"postgres", "postgresql"}:
        url, scheme = url.replace(f"{scheme}://", "postgresql+psycopg://", 1), "postgresql+psycopg"
    if not url.startswith(DATABASES):
        raise SettingsError(
            "TRAINING_DATABASE_URL must begin with sqlite:/// or postgresql://, "
            f"not “{scheme or url[:20]}”."
        )
    return url


def _web_address(name: str, given: str) -> str:
    parts = _parts(name, given)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise SettingsError(f"{name} must be a web address such as https://training.example.org, not “{given}”.")
    return given.rstrip("/")


def _smtp_url(given: str) -> str:
    parts = _parts("TRAINING_SMTP_URL", given)
    if given and (parts.scheme not in {"smtp", "smtps", "smtp+starttls"} or not parts.hostname):
        raise SettingsError(
            "TRAINING_SMTP_URL must look like smtp://host:25, smtp+starttls://user:password@host:587 "
            "or smtps://user:password@host:465."
        )
    if parts.scheme == "smtp" and parts.username is not None and not _is_this_machine(parts.hostname or ""):
        raise SettingsError(
            "TRAINING_SMTP_URL would send the user and password in clear: begin it with smtp+starttls:// or smtps://."
        )
    return given


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _is_in_clear(url: str) -> bool:
    """Does what is said to this address go to another machine, and perhaps unencrypted?"""
    parts = urlsplit(url)
    asked = dict(parse_qsl(parts.query))
    if parts.scheme.startswith("postgresql"):
        host = unquote(asked.get("host") or parts.hostname or "/")  # of none, and of a path, it is a socket
        return not (host.startswith("/") or _is_this_machine(host) or asked.get("sslmode") in ENCRYPTED)
    return parts.scheme in {"smtp", "redis"} and not _is_this_machine(parts.hostname or "localhost")


def _only_address(text: str) -> Address | None:
    """The one address, with its name, that a header of this text would hold; None for none, several or half of one."""
    try:
        header = SMTP.header_factory("From", text)
    except (IndexError, HeaderParseError):  # the library stumbles over some halves of an address, like “a@”
        return None
    one = header.addresses[0] if len(header.addresses) == 1 and not header.defects else None
    return one if one and one.username and one.domain else None


def _in_plain_letters(domain: str) -> str | None:
    """As every mail server reads it; None for what no server has for a name."""
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return None


def _sender(given: str) -> str:
    """One sender as a letter names it: an address, or a name and an address in pointed brackets."""
    one = _only_address(given)
    name = one.display_name if one else ""
    plain = _in_plain_letters(one.domain) if one else None
    if one and plain and given in {one.addr_spec, f"{name} <{one.addr_spec}>", f'"{name}" <{one.addr_spec}>'}:
        before, _, after = given.rpartition(one.domain)
        return f"{before}{plain}{after}"
    raise SettingsError(
        "TRAINING_MAIL_FROM must name one sender, like Children training <training@example.org>: "
        f"put a name that holds a comma or brackets in quotation marks, not “{given}”."
    )


def _queue_url(given: str) -> str:
    url = given or f"sqlite:///{INSTANCE / 'queue.sqlite3'}"
    scheme = _parts("TRAINING_QUEUE_URL", url).scheme
    if not url.startswith(QUEUES):
        raise SettingsError(
            "TRAINING_QUEUE_URL must begin with sqlite:///, postgresql:// or redis://, "
            f"not “{scheme or url[:20]}”."
        )
    return url


def _lease(given: str) -> int:
    seconds = _whole_number("TRAINING_LETTER_LEASE", given)
    if not 1 <= seconds <= LONGEST_LEASE:
        raise SettingsError("TRAINING_LETTER_LEASE must be 1 second to a day; 300 suits most mail servers.")
    return seconds


def _yes_or_no(name: str, given: str) -> bool:
    if given not in {"", "0", "1"}:
        raise SettingsError(f"{name} must be 1 or 0, not “{given}”.")
    return given == "1"


def _whole_number(name: str, given: str) -> int:
    if not given.isascii() or not given.isdigit():
        raise SettingsError(f"{name} must be a whole number, 0 or more, not “{given}”.")
    return int(given)


def _site(given: Mapping[str, str]) -> Site:
    usual = Site()
    email = given.get("TRAINING_CONTACT_EMAIL") or usual.contact_email
    one = _only_address(email)
    if one is None or one.addr_spec != email:
        raise SettingsError(f"TRAINING_CONTACT_EMAIL must be an e-mail address, not “{email}”.")
    return Site(
        name=given.get("TRAINING_SITE_NAME") or usual.name,
        area=given.get("TRAINING_SITE_AREA") or usual.area,
        run_by=given.get("TRAINING_SITE_RUN_BY") or usual.run_by,
        contact_email=email,
        contact_phone=given.get("TRAINING_CONTACT_PHONE") or usual.contact_phone,
        report_concern_url=_web_address(
            "TRAINING_REPORT_CONCERN_URL", given.get("TRAINING_REPORT_CONCERN_URL") or usual.report_concern_url
        ),
    )
