"""The draft of each line: files that are edited before they are published, in the database, one row of it a save.

A save is never changed: it is the next number of its line, so that of two that were made from the same one the second
is refused (DraftChangedError) and nothing is overwritten. Contents are stored once, where those of versions are. A save
that was superseded stays for a day: calls that began on it go on with it. Then the sweep drops it, and what only it
held.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import (
    BindParameter,
    Column,
    Connection,
    UniqueConstraint,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
)
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field

from data.personal import About, Personal, columns
from data.statement import Statement
from data.tables import Stored, Utc, table_of
from data.versions import CONTENT, FILE, keep_contents
from value_class import value_class

State = Literal["saved", "dropped", "published"]
"""What a save left: a draft, or none since it was dropped or published."""

SUPERSEDED_FOR: Final = timedelta(days=1)
"""How long a save stays after the next one; the carrier ends a call after four hours, or 24 where an account asks."""


class LineDraftTable(Stored, table=True):
    """One row a save; the newest of a line is its draft, where it says ``saved``. ``base`` is the version from which
    the draft was begun (0: none), ``menu_version`` the digest of its menu, empty where it has faults.
    """

    __tablename__ = "line_draft"
    __table_args__ = (UniqueConstraint("line", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    line: str
    number: int
    at: datetime = Field(sa_column=Column(Utc, nullable=False))
    who: str
    base: int
    menu_version: str = Field(max_length=12)
    audio_digest: str = Field(max_length=64)
    state: str = Field(max_length=10)


class LineDraftFileTable(Stored, table=True):
    """One row a file of a save, with who put its content there when; ``who`` is empty where it is as published."""

    __tablename__ = "line_draft_file"

    draft_id: int = Field(primary_key=True, foreign_key="line_draft.id")
    path: str = Field(primary_key=True)
    sha256: str = Field(foreign_key="line_content.sha256", max_length=64)
    at: datetime | None = Field(default=None, sa_column=Column(Utc, nullable=True))
    who: str


DRAFT = table_of(LineDraftTable)
DRAFT_FILE = table_of(LineDraftFileTable)

PERSONAL = Personal(
    DRAFT,
    columns("id", "line", "number", "at", "base", "menu_version", "audio_digest", "state")
    | columns("who", about=About.STAFF),
    rows_kept=SUPERSEDED_FOR,
)
PERSONAL_OF_FILE = Personal(
    DRAFT_FILE,
    columns("draft_id", "path", "sha256", "at") | columns("who", about=About.STAFF),
    rows_kept=SUPERSEDED_FOR,
)


class DraftChangedError(Exception):
    """Another save of the line's draft was made since the one that was looked at."""


@value_class
class Draft:
    """A draft as it was saved last: by whom, when (aware), and from which version it was begun (``base``; 0: none).

    ``menu_version`` is the digest of its menu, empty where it has faults; ``audio_digest`` that of its recordings.
    """

    id: int
    line: str
    number: int
    at: datetime
    who: str
    base: int
    menu_version: str
    audio_digest: str


@value_class
class DraftFile:
    """A file of a draft: the SHA-256 of its content, and who saved that when (nobody: it is as it was published)."""

    sha256: str
    at: datetime | None = None
    who: str = ""


@value_class
class NewDraft:
    """A save that is about to be made after the one ``after`` (0: there was none): all its ``files`` by their paths,
    and the ``contents`` of those that may be new.
    """

    line: str
    after: int
    base: int
    menu_version: str
    audio_digest: str
    files: Mapping[str, DraftFile]
    contents: Mapping[str, bytes]


_COLUMNS = (
    DRAFT.c.id,
    DRAFT.c.line,
    DRAFT.c.number,
    DRAFT.c.at,
    DRAFT.c.who,
    DRAFT.c.base,
    DRAFT.c.menu_version,
    DRAFT.c.audio_digest,
)
_NEWEST = select(func.max(DRAFT.c.id)).group_by(DRAFT.c.line)
_DRAFTS = Statement(select(*_COLUMNS).where(DRAFT.c.id.in_(_NEWEST), DRAFT.c.state == "saved").order_by(DRAFT.c.line))
_LAST = select(func.max(DRAFT.c.number)).where(DRAFT.c.line == bindparam("of"))
_OF_MENU = (
    select(*_COLUMNS)
    .where(DRAFT.c.line == bindparam("of"), DRAFT.c.menu_version == bindparam("menu"), DRAFT.c.state == "saved")
    .order_by(DRAFT.c.id.desc())
    .limit(1)
)
_FILES = (
    select(DRAFT_FILE.c.path, DRAFT_FILE.c.sha256, DRAFT_FILE.c.at, DRAFT_FILE.c.who)
    .where(DRAFT_FILE.c.draft_id == bindparam("draft"))
    .order_by(DRAFT_FILE.c.path)
)
_NEXT = DRAFT.alias("next")
_OVER = or_(
    exists().where(_NEXT.c.line == DRAFT.c.line, _NEXT.c.number > DRAFT.c.number, _NEXT.c.at <= bindparam("due")),
    and_(DRAFT.c.state != "saved", DRAFT.c.at <= bindparam("due")),
)
_FIND_OVER = select(DRAFT.c.id).where(_OVER)
_IDS: BindParameter[Any] = bindparam("drafts", expanding=True)
_CONTENTS = select(DRAFT_FILE.c.sha256).where(
    DRAFT_FILE.c.draft_id.in_(_IDS), DRAFT_FILE.c.sha256.not_in(select(FILE.c.sha256))
)
_DROP_FILES = delete(DRAFT_FILE).where(DRAFT_FILE.c.draft_id.in_(_IDS))
_DROP = delete(DRAFT).where(DRAFT.c.id.in_(_IDS))
_DROP_CONTENTS = delete(CONTENT).where(
    CONTENT.c.sha256.in_(bindparam("digests", expanding=True)),
    CONTENT.c.sha256.not_in(select(FILE.c.sha256)),
    CONTENT.c.sha256.not_in(select(DRAFT_FILE.c.sha256)),
)


def drafts(connection: Connection) -> dict[str, Draft]:
    """Return every draft that there is now, by the names of the lines."""
    return {row[1]: Draft(*row) for row in _DRAFTS.all(connection, {})}


def last_save(connection: Connection, line: str) -> int:
    """Return the number of the last save of ``line``, whether that left a draft or none; 0 where there is none."""
    return connection.execute(_LAST, {"of": line}).scalar_one() or 0


def draft_of_menu(connection: Connection, line: str, menu_version: str) -> Draft | None:
    """Return the save of ``line`` whose menu has that digest, superseded or not; None where there is none any more."""
    found = connection.execute(_OF_MENU, {"of": line, "menu": menu_version}).first()
    return Draft(*found) if found else None


def files_of_draft(connection: Connection, draft: Draft) -> dict[str, DraftFile]:
    """Return the files of a save by their paths."""
    rows = connection.execute(_FILES, {"draft": draft.id})
    return {path: DraftFile(sha256, at, who) for path, sha256, at, who in rows}


def save_draft(connection: Connection, new: NewDraft, now: datetime, who: str) -> None:
    """Make ``new`` the draft of its line. Raises DraftChangedError where another save was made since the one that it
    comes after; the transaction must then be rolled back.
    """
    keep_contents(connection, new.contents)
    row = _row(new.line, new.after + 1, now, who, "saved")
    row |= {"base": new.base, "menu_version": new.menu_version, "audio_digest": new.audio_digest}
    saved = _insert(connection, row)
    files = [
        {"draft_id": saved, "path": path, "sha256": file.sha256, "at": file.at, "who": file.who}
        for path, file in new.files.items()
    ]
    try:
        connection.execute(insert(DRAFT_FILE), files)
    except IntegrityError:  # the sweep dropped a content at this moment, which only a save long ago had held
        raise DraftChangedError from None


def end_draft(connection: Connection, draft: Draft, state: State, now: datetime, who: str) -> None:
    """Let ``line`` have no draft from now on: it was ``dropped``, or ``published``. Raises DraftChangedError where it
    was saved again since; the transaction must then be rolled back.
    """
    _insert(connection, _row(draft.line, draft.number + 1, now, who, state))


def drop_superseded(connection: Connection, now: datetime) -> None:
    """Drop what was superseded for so long at ``now`` that no call goes on with it, and contents that nothing holds."""
    over = list(connection.execute(_FIND_OVER, {"due": PERSONAL.due(now)}).scalars())
    if not over:
        return
    digests = sorted(set(connection.execute(_CONTENTS, {"drafts": over}).scalars()))
    connection.execute(_DROP_FILES, {"drafts": over})
    connection.execute(_DROP, {"drafts": over})
    if digests:
        connection.execute(_DROP_CONTENTS, {"digests": digests})


def _row(line: str, number: int, now: datetime, who: str, state: State) -> dict[str, Any]:
    nothing = {"base": 0, "menu_version": "", "audio_digest": ""}
    return {"line": line, "number": number, "at": now, "who": who, "state": state, **nothing}


def _insert(connection: Connection, row: Mapping[str, Any]) -> int:
    try:
        made: int = connection.execute(insert(DRAFT).returning(DRAFT.c.id), row).scalar_one()
    except IntegrityError:
        raise DraftChangedError from None
    return made
