"""Commands open the stored database, and look up the line and the destinations that they name."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.cli.lines import DEFAULT_LINE, flows_folder, folder_of
from ivr.errors import SettingsError, TargetError
from ivr.settings import DATA_DIRECTORY, Settings
from wording import Message, message, phrase

if TYPE_CHECKING:
    from data.database import Database
    from ivr.flow.line import Line

EVERY_DESTINATION = "all"
"""What is written for the whole line; an asterisk would be taken by the shell."""


def line_option(command: click.decorators.FC) -> click.decorators.FC:
    """Add ``--line`` to a command that names destinations."""
    return click.option("--line", "line_name", default=DEFAULT_LINE, show_default=True, help="The line of the desk.")(
        command
    )


def named_line(name: str) -> Line:
    """Load the line ``name``. Raises TargetError, FlowError."""
    from ivr.channels import RULES
    from ivr.flow.folder import load_line

    return load_line(folder_of(name, flows_folder()), rules=RULES)


def answering_line(name: str) -> Line:
    """Load the line ``name`` as it is published, or as its folder is where nothing of it is; without its recordings.
    Raises TargetError, FlowError.
    """
    from tempfile import TemporaryDirectory

    from data.versions import contents_of, files_of, published
    from ivr.channels import RULES
    from ivr.flow.folder import load_line
    from ivr.flow.line_files import LineFiles

    settings = settings_here()
    with open_readonly(settings) as database, database.reading() as connection:
        standing = published(connection).get(name)
        if standing is None:
            return named_line(name)
        files = files_of(connection, name, standing.number)
        texts = {path: digest for path, digest in files.items() if not path.endswith(".wav")}
        read = LineFiles(contents_of(connection, texts))
    with TemporaryDirectory(prefix="ivr-line-") as folder:
        read.write_to(Path(folder) / name)
        audio, shown = bytes.fromhex(standing.audio_digest), settings.flows / name
        return load_line(Path(folder) / name, rules=RULES, audio=audio, shown=shown)


def settings_here() -> Settings:
    """Read the settings of this environment, with the lines where every command looks for them."""
    environ = dict(os.environ)
    environ.setdefault("IVR_FLOWS", str(flows_folder()))
    return Settings.from_environment(environ)


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """Open the database that IVR_DATABASE_URL names, migrated. A new embedded one gets its demo data, as it would
    from ``ivr serve``. Raises SettingsError where it cannot be used.
    """
    from data.database import Database, DatabaseUnavailableError
    from data.demo import load_once
    from data.vault import Cost, Vault
    from ivr.cli import clock
    from routing.documents import parse_document

    try:
        database = Database(settings.database_url)
        try:
            database.migrate()
            if settings.embedded:
                load_once(database, Vault(settings.secret_key, Cost.production()), parse_document, clock.now())
            yield database
        finally:
            database.close()
    except DatabaseUnavailableError as error:
        raise SettingsError(f"IVR_DATABASE_URL: {error}") from None


@contextmanager
def open_readonly(settings: Settings) -> Iterator[Database]:
    """Open it as ``open_database`` does, for a command that only reads: no embedded database is made."""
    if not settings.embedded or (Path(DATA_DIRECTORY) / "line.sqlite").exists():
        with open_database(settings) as database:
            yield database
        return
    from data.database import Database

    empty = Database("sqlite://")
    try:
        empty.migrate()
        yield empty
    finally:
        empty.close()


def named_destination(line: Line, name: str) -> str:
    """Return the destination ``name`` of ``line``; TargetError for any other name, with the nearest one."""
    from ivr.source.fields import suggest

    destinations = line.routing.table.destinations
    if name not in destinations:
        raise TargetError(_no_destination(line, name, suggest(name, destinations), destinations))
    return name


def named_scope(line: Line, name: str) -> str:
    """Return what a closure covers: a destination, a beginning of several names (``suporte``), or ``all``; TargetError
    otherwise.
    """
    from ivr.source.fields import suggest
    from routing.closures import EVERYTHING, scopes_of

    if name in (EVERY_DESTINATION, EVERYTHING):
        return EVERYTHING
    destinations = line.routing.table.destinations
    scopes = scopes_of(destinations)
    if name not in scopes:
        near = suggest(name, scopes)
        raise TargetError(_no_destination(line, name, near, [*destinations, EVERY_DESTINATION]))
    return name


def _no_destination(line: Line, name: str, near: str, known: Iterable[str]) -> Message:
    return message(
        "no-such-destination",
        "the line {line} has no destination '{name}'{near}",
        line=line.name,
        name=name,
        near=near or phrase(" (one of: {known})", known=", ".join(known)),
    )
