"""Looks at what stands on this machine: its settings, the database, the lines, and what of them callers hear."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from data.agents import all_agents
from data.database import Database, DatabaseUnavailableError
from data.revision import is_newest
from data.versions import contents_of, files_of, published
from ivr.doctor.carrier_account import DialledNumbers
from ivr.doctor.examined import Examined, doubtful, well, wrong
from ivr.errors import TargetError
from ivr.flow.line import Line
from ivr.flow.line_files import LineFiles
from ivr.settings import Settings
from routing.destinations import Destination
from routing.targets import AnyTarget, Number, Queue, Share, Together
from wording import message, phrase

MOST_NAMED: Final = 3


def look_at_settings(settings: Settings) -> Iterator[Examined]:
    """Yield what is set, and what had better be."""
    if settings.auth_token is None:
        told = message(
            "doctor-no-token", "it is not set: requests of strangers cannot be told from the carrier's; set it"
        )
        yield wrong("settings", "TWILIO_AUTH_TOKEN", told)
    elif settings.auth_token_previous:
        told = message(
            "doctor-token-changing", "it is set: finish the change of tokens, and unset it (docs/auth-token.md)"
        )
        yield doubtful("settings", "TWILIO_AUTH_TOKEN_PREVIOUS", told)
    if settings.account_sid is None:
        told = message(
            "doctor-no-account", "it is not set: any account's requests are taken, and nobody is called back; set it"
        )
        yield doubtful("settings", "TWILIO_ACCOUNT_SID", told)
    if settings.api_url:
        told = message("doctor-simulated-api", "it is set: the line calls back over a simulated API; unset it")
        yield doubtful("settings", "TWILIO_API_URL", told)
    yield well("settings", "IVR_FLOWS", phrase("lines are read from {folder}", folder=settings.flows))


def look_at_database(settings: Settings, lines: Iterable[Line]) -> Iterator[Examined]:
    """Yield whether the database answers, its tables are the newest, and callers hear what is in the folders."""
    where = "IVR_DATABASE_URL"
    if _is_missing(settings.database_url):
        told = message("doctor-database-missing", "there is no database yet; ivr serve makes it when it starts")
        yield doubtful("database", where, told)
        return
    try:
        database = Database(settings.database_url)
        try:
            with database.reading() as connection:
                newest = is_newest(connection)
                yield _tables(where, newest=newest)
                if newest:
                    standing = published(connection)
                    for line in lines:
                        there = standing.get(line.name)
                        if there is None:
                            yield doubtful("published", line.name, _NOTHING_PUBLISHED)
                        else:
                            stored = contents_of(connection, files_of(connection, line.name, there.number))
                            yield _published(line.name, there.number, stored, settings.flows / line.name)
        finally:
            database.close()
    except DatabaseUnavailableError as error:
        told = message(
            "doctor-database-away", "it gives no answer ({why}); start it, and look at the address", why=error
        )
        yield wrong("database", where, told)


def numbers_of(settings: Settings, lines: Iterable[Line]) -> list[DialledNumbers]:
    """Return whom the lines ring: the telephones of destinations and rotas, and those of agents that are known."""
    agents = _agents(settings)
    found = []
    for line in lines:
        table = line.routing.table
        numbers = [number for destination in table.destinations.values() for number in _numbers(destination)]
        numbers += [number for rota in table.rotas.values() for number in rota.people.values()]
        numbers += agents if table.agents else []
        queues = [queue for destination in table.destinations.values() for queue in _queues(destination)]
        found.append(
            DialledNumbers(line.name, line.header.number, list(dict.fromkeys(numbers)), list(dict.fromkeys(queues)))
        )
    return found


_NOTHING_PUBLISHED: Final = message(
    "doctor-nothing-published", "nothing of it is published: ivr serve publishes its folder when it starts"
)


def _tables(where: str, *, newest: bool) -> Examined:
    if newest:
        return well("database", where, phrase("it answers, and its tables are this release's"))
    told = message(
        "doctor-database-old",
        "its tables are of another release; ivr serve brings older ones up to date when it starts",
    )
    return doubtful("database", where, told)


def _published(name: str, number: int, stored: dict[str, bytes], folder: Path) -> Examined:
    try:
        changed = LineFiles.of_folder(folder).changes_from(stored)
    except TargetError:
        changed = []
    if changed:
        told = message(
            "doctor-folder-differs",
            "callers hear version {number}, and the folder differs from it in {files}; ivr diff tells how, ivr publish"
            " lets callers hear it",
            number=number,
            files=", ".join(changed[:MOST_NAMED]) + (", …" if len(changed) > MOST_NAMED else ""),
        )
        return doubtful("published", name, told)
    return well("published", name, phrase("callers hear version {number}, as the folder has it", number=number))


def _is_missing(url: str) -> bool:
    """Whether it is a file that is not there: to open it would make it."""
    if not url.startswith("sqlite:///") or url == "sqlite:///:memory:":
        return False
    return not Path(url.removeprefix("sqlite:///")).exists()


def _agents(settings: Settings) -> list[str]:
    if _is_missing(settings.database_url):
        return []
    try:
        database = Database(settings.database_url)
        try:
            with database.reading() as connection:
                return [agent.telephone for agent in all_agents(connection)] if is_newest(connection) else []
        finally:
            database.close()
    except DatabaseUnavailableError:
        return []


def _numbers(destination: Destination) -> Iterator[str]:
    for target in _targets(destination):
        if isinstance(target, Number):
            yield target.e164


def _queues(destination: Destination) -> Iterator[str]:
    for target in _targets(destination):
        if isinstance(target, Queue):
            yield target.name


def _targets(destination: Destination) -> Iterator[AnyTarget]:
    for _, targets in destination.lists():
        for target in targets:
            yield from _within(target)


def _within(target: AnyTarget) -> Iterator[AnyTarget]:
    match target:
        case Together(members=members):
            yield from members
        case Share(weights=weights):
            for _, inner in weights:
                yield from _within(inner)
        case _:
            yield target
