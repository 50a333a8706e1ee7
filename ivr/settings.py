"""``Settings`` reads the environment once, as typed values, and reports all missing and wrong variables together."""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import field, fields
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from data.budgets import Budgets
from ivr.errors import SettingsError
from ivr.webhook_receiver import ALARMS, TICKETS, WebhookReceiver, read_receiver
from value_class import value_class

DATA_DIRECTORY: Final = Path("var")
"""Where the embedded database and its key are kept, below the folder that the line is started in."""

LAST_GOOD_MENUS: Final = "lines"
"""Where below it the sound menus of all lines are kept."""

MAIL_FOLDER: Final = "mail"
"""Where below it mails are written where no server of mail is set up."""

KEY_FILE: Final = "secret.key"
_ACCOUNT_SID = re.compile(r"AC[0-9a-fA-F]{32}")
_MIN_KEY: Final = 16
_GUESSES = re.compile(r"([a-z_]+):([1-9][0-9]{0,5})", re.ASCII)
_MAIL_FROM = re.compile(r"[^\s<>@,;\"]{1,64}@[^\s<>@,;\"]{1,190}")
_CALLS_PER_SECOND = re.compile(r"[1-9][0-9]{0,2}")


@value_class
class Settings:
    """The settings of one process, as ``from_environment`` reads them. ``public_url`` is what Twilio signs; None until
    a port is known.
    """

    database_url: str
    secret_key: bytes = field(repr=False)
    flows: Path
    public_url: str | None = None
    account_sid: str | None = None
    auth_token: str | None = field(default=None, repr=False)
    auth_token_previous: str | None = field(default=None, repr=False)
    """The other token that is good while one is changed for another; see docs/auth-token.md."""

    api_url: str | None = None
    """Where the carrier's API is asked instead of Twilio; for rehearsals."""

    guesses: Budgets = field(default_factory=Budgets)
    """How many wrong passwords are put up with; see docs/security.md."""

    calls_per_second: int = 1
    alarms: WebhookReceiver | None = None
    """Who is told of alarms; None: whoever looks at the pages."""

    ticket_events: WebhookReceiver | None = None
    """Who is told what happens to tickets of lines that tell it."""

    pages_url: str | None = None
    """The https address at which others open the pages, behind a login; None where they are this machine's alone."""

    portal_url: str | None = None
    """The https address at which customers open the portal; None where it is this machine's alone, to be tried."""

    portal_at: str | None = None
    """Where the portal listens on this machine, for letters that name it while it has no public address."""

    smtp_url: str | None = field(default=None, repr=False)
    """The server by which mails to contacts leave; None: beside the embedded database they are written into a folder.
    """

    mail_from: str | None = None
    """From whom they are."""

    second_person: bool = False
    """Whether a draft must be published by another than those who saved it."""

    @property
    def embedded(self) -> bool:
        """Return whether the database is the SQLite file that ``ivr serve`` makes by itself."""
        return self.database_url == embedded_url()

    @property
    def auth_tokens(self) -> tuple[str, ...]:
        """Return every token that may have signed a request; none where signatures are not verified."""
        return tuple(filter(None, (self.auth_token, self.auth_token_previous))) if self.auth_token else ()

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Settings:
        """Read ``environ``; raise SettingsError with one line for each variable that is missing or wrong."""
        faults: list[str] = []
        database_url = environ.get("IVR_DATABASE_URL") or embedded_url()
        flows = Path(environ.get("IVR_FLOWS") or "flows")
        if not flows.is_dir():
            faults.append(
                f"IVR_FLOWS: there is no folder {flows}/ of lines; ivr new NAME makes one, or set it to where they are"
            )
        public_url = environ.get("IVR_PUBLIC_URL") or None
        if public_url:
            public_url = public_url.rstrip("/")
            faults += _public_url_faults(public_url)
        pages_url = environ.get("IVR_PAGES_URL", "").rstrip("/") or None
        if pages_url and not _is_pages_address(pages_url):
            faults.append(
                "IVR_PAGES_URL: write the https address at which people open the pages, without a path, like"
                " https://pages.example.com (a proxy in front ends TLS); unset it for pages of this machine only"
            )
        portal_url = environ.get("IVR_PORTAL_URL", "").rstrip("/") or None
        if portal_url and not _is_pages_address(portal_url):
            faults.append(
                "IVR_PORTAL_URL: write the https address at which customers open the portal, without a path, like"
                " https://cliente.example.com (a proxy in front ends TLS); unset it to try the portal on this machine"
            )
        elif portal_url and pages_url and portal_url.lower() == pages_url.lower():
            faults.append(
                "IVR_PORTAL_URL: the pages of the staff have this address (IVR_PAGES_URL); give the portal another name"
            )
        smtp_url, mail_from = environ.get("IVR_SMTP_URL", "").strip() or None, environ.get("IVR_MAIL_FROM", "").strip()
        faults += _mail_faults(smtp_url, mail_from)
        account_sid = environ.get("TWILIO_ACCOUNT_SID") or None
        if account_sid and not _ACCOUNT_SID.fullmatch(account_sid):
            faults.append("TWILIO_ACCOUNT_SID: an account's sid is AC and 32 hex digits; copy it from Twilio's console")
        # Blanks around a token come from copying it; blanks alone are none, or any client could sign with them.
        auth_token = environ.get("TWILIO_AUTH_TOKEN", "").strip() or None
        auth_token_previous = environ.get("TWILIO_AUTH_TOKEN_PREVIOUS", "").strip() or None
        if auth_token_previous and not auth_token:
            faults.append("TWILIO_AUTH_TOKEN_PREVIOUS: only good beside TWILIO_AUTH_TOKEN; set that one, or both")
        key = environ.get("IVR_SECRET_KEY", "").encode()
        if key and len(key) < _MIN_KEY:
            faults.append(f"IVR_SECRET_KEY: {len(key)} characters are too few; take at least {_MIN_KEY}")
        if not key and database_url.startswith("postgres"):
            faults.append(
                "IVR_SECRET_KEY: required with PostgreSQL, where several machines share one key;"
                ' make one with python3 -c "import secrets; print(secrets.token_hex(32))"'
            )
        api_url = environ.get("TWILIO_API_URL", "").rstrip("/") or None
        if api_url and not _is_address(api_url):
            faults.append("TWILIO_API_URL: write where a simulated API is, like http://127.0.0.1:5099, or unset it")
        second_person = environ.get("IVR_SECOND_PERSON", "").strip().lower()
        if second_person not in {"", "yes", "no"}:
            faults.append("IVR_SECOND_PERSON: yes (another person must publish a draft) or no; unset it for no")
        calls_per_second = _calls_per_second(environ.get("IVR_CALLS_PER_SECOND", "").strip(), faults)
        guesses = _guesses(environ.get("IVR_GUESSES", ""), faults)
        alarms = read_receiver(environ, faults, ALARMS)
        ticket_events = read_receiver(environ, faults, TICKETS)
        if faults:
            raise SettingsError("\n".join(faults))
        return cls(
            database_url=database_url,
            secret_key=key or _own_key(database_url),
            flows=flows,
            public_url=public_url,
            pages_url=pages_url,
            portal_url=portal_url,
            smtp_url=smtp_url,
            mail_from=mail_from or None,
            account_sid=account_sid,
            auth_token=auth_token,
            auth_token_previous=auth_token_previous,
            api_url=api_url,
            guesses=guesses,
            calls_per_second=calls_per_second,
            alarms=alarms,
            ticket_events=ticket_events,
            second_person=second_person == "yes",
        )


def embedded_url() -> str:
    """Return the URL of the SQLite database that ``ivr serve`` makes by itself."""
    return f"sqlite:///{DATA_DIRECTORY / 'line.sqlite'}"


def _guesses(written: str, faults: list[str]) -> Budgets:
    """``account:5,caller:15,alarm:100,all:2000``; what is left out is as it is by default. Adds to ``faults``."""
    names = {each.name for each in fields(Budgets)}
    given: dict[str, int] = {}
    for part in filter(None, map(str.strip, written.split(","))):
        found = _GUESSES.fullmatch(part)
        name = found[1] if found else ""
        if found is None or name not in names:
            faults.append(
                f"IVR_GUESSES: '{part}' is none of {', '.join(sorted(names))} with a number from 1 to 999999;"
                " write it like account:5,caller:15,alarm:100,all:2000"
            )
        elif name in given:
            faults.append(f"IVR_GUESSES: {name} is written twice; write it once")
        else:
            given[name] = int(found[2])
    return Budgets(**given)


def _calls_per_second(written: str, faults: list[str]) -> int:
    """How many calls a second the account takes; 1 where nothing is written, as of a new one. Adds to ``faults``."""
    if not written:
        return 1
    if not _CALLS_PER_SECOND.fullmatch(written):
        faults.append("IVR_CALLS_PER_SECOND: how many calls a second your account takes, from 1 to 999; unset it for 1")
        return 1
    return int(written)


def _public_url_faults(url: str) -> list[str]:
    return (
        []
        if _is_address(url)
        else ["IVR_PUBLIC_URL: write the address that Twilio calls, like https://line.example.com"]
    )


def _mail_faults(smtp_url: str | None, mail_from: str) -> list[str]:
    """What is wrong with the settings of mail; none of them repeats the URL, in which a password stands."""
    faults = []
    if smtp_url and not _is_mail_server(smtp_url):
        faults.append(
            "IVR_SMTP_URL: write smtps://user:password@host:465, or smtp://user:password@host:587 for a server with"
            " STARTTLS; signs that mean something in a URL as %40"
        )
    if bool(smtp_url) != bool(mail_from):
        faults.append("IVR_SMTP_URL and IVR_MAIL_FROM: set both, or none; mails need a server and a sender")
    if mail_from and not _MAIL_FROM.fullmatch(mail_from):
        faults.append("IVR_MAIL_FROM: write the address that mails come from, like portal@example.com")
    return faults


def _is_mail_server(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.scheme in {"smtp", "smtps"} and parts.hostname and parts.port != 0 and not parts.query)
    except ValueError:
        return False


def _is_pages_address(url: str) -> bool:
    # What is typed at a login must not be read on its way.
    return _is_address(url) and url.startswith("https://") and not urlsplit(url).path and "@" not in url


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        # A port that is none raises only when it is asked for.
        address = parts.hostname and parts.port != 0
        return bool(parts.scheme in {"http", "https"} and address and not (parts.query or parts.fragment))
    except ValueError:
        return False


def _own_key(database_url: str) -> bytes:
    """The key of the embedded database: made on the first start, read afterwards, only for its owner's eyes.

    One process at a time makes it, whole before it has its name: whenever that one is killed, there is a key or none.
    """
    path = DATA_DIRECTORY / KEY_FILE
    try:
        DATA_DIRECTORY.mkdir(parents=True, exist_ok=True)
        with _alone(DATA_DIRECTORY):
            key = path.read_bytes().strip() if path.exists() else b""
            if len(key) >= _MIN_KEY:
                return key
            # An empty file was left by a process that was killed; without anything sealed, nothing is lost with it.
            if path.exists() and (key or _holds_rows(database_url)):
                raise SettingsError(
                    f"{path} holds no key, and what was stored with it cannot be read without; put the file back from a"
                    f" copy, or delete {DATA_DIRECTORY}/ and with it every customer, to begin anew"
                )
            return _make_key(path)
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be kept: {error.strerror}; start in a folder that can be written to"
        ) from None


def _make_key(path: Path) -> bytes:
    key = secrets.token_hex(32).encode()
    made = path.with_suffix(".new")
    made.unlink(missing_ok=True)
    with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(key + b"\n")
        file.flush()
        os.fsync(file.fileno())
    made.replace(path)
    return key


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other processes waiting that ask the same of ``folder``, and make what was done there outlive a power cut.

    A process that is killed lets the others in.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
        os.fsync(handle)
    finally:
        os.close(handle)


def _holds_rows(database_url: str) -> bool:
    """Whether anything may be stored that was sealed with the key: companies, staff, calls. True where it cannot be
    told.
    """
    if database_url in {"sqlite://", "sqlite:///:memory:"}:
        return False
    file = Path(database_url.removeprefix("sqlite:///"))
    if not file.exists():
        return False
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as database:
            there = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
            kept = there & {"company", "staff", "staff_user", "call"}
            return any(database.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchone() for name in kept)  # noqa: S608
    except sqlite3.Error:
        return True
