"""The versions of each line: its files under a number, never changed, and which of them answers.

A version is made by publishing it. Contents are stored once, under their SHA-256, so that a version that changes a
sentence adds a file, and no recording. What answers is told by the newest row of ``line_publication`` alone: going back
to a version adds a row, and takes none away.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import (
    Column,
    Connection,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    bindparam,
    func,
    insert,
    select,
)
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field

from data.personal import About, ColumnRule, Personal, columns
from data.statement import Statement
from data.tables import Stored, Utc, insert_unless_there, table_of
from value_class import value_class

Kind = Literal["publish", "rollback", "emergency"]
"""How a version came to answer: it was published, gone back to, or published without being tried."""

FIRST: Final = "first start"
"""Who publishes the files that a server finds for a line of which nothing is published."""

_AT_ONCE: Final = 500
"""Values of one IN; SQLite takes 32,766 in a statement."""


class LineContentTable(Stored, table=True):
    """One row for each content that any file of any version has."""

    __tablename__ = "line_content"

    sha256: str = Field(primary_key=True, max_length=64)
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class LineVersionTable(Stored, table=True):
    """One row a version. ``menu_version`` is the digest by which calls name their menu, ``audio_digest`` that of its
    recordings in hex digits, which is part of it; empty where there are none. ``dialled`` is the line's own number.
    """

    __tablename__ = "line_version"

    line: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    menu_version: str = Field(max_length=12)
    audio_digest: str = Field(max_length=64)
    dialled: str


class LineFileTable(Stored, table=True):
    """One row a file of a version; ``path`` is below the folder of the line."""

    __tablename__ = "line_file"
    __table_args__ = (ForeignKeyConstraint(["line", "number"], ["line_version.line", "line_version.number"]),)

    line: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    path: str = Field(primary_key=True)
    sha256: str = Field(foreign_key="line_content.sha256", max_length=64)


class LinePublicationTable(Stored, table=True):
    """One row each time that a version begins to answer."""

    __tablename__ = "line_publication"
    __table_args__ = (
        ForeignKeyConstraint(["line", "number"], ["line_version.line", "line_version.number"]),
        Index("ix_line_publication_line", "line", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    line: str
    number: int
    at: datetime = Field(sa_column=Column(Utc, nullable=False))
    who: str
    why: str
    kind: str = Field(max_length=10)


CONTENT = table_of(LineContentTable)
VERSION = table_of(LineVersionTable)
FILE = table_of(LineFileTable)
PUBLICATION = table_of(LinePublicationTable)

PERSONAL_OF_CONTENT = Personal(CONTENT, columns("sha256", "content"))
PERSONAL_OF_VERSION = Personal(VERSION, columns("line", "number", "menu_version", "audio_digest", "dialled"))
PERSONAL_OF_FILE = Personal(FILE, columns("line", "number", "path", "sha256"))
PERSONAL_OF_PUBLICATION = Personal(
    PUBLICATION,
    columns("id", "line", "number", "at", "why", "kind")
    | {"who": ColumnRule(About.STAFF, becomes="", period="versions")},
)


class PublishedMeanwhileError(Exception):
    """Another version of the line was published since the one that was looked at."""


class NumberTakenError(Exception):
    """Another line answers the number already: ``line`` says which."""

    def __init__(self, line: str) -> None:
        super().__init__(line)
        self.line = line


@value_class
class Publication:
    """A publication says that the version ``number`` of ``line`` answers from a moment (aware) on, who had it do so,
    and why. ``menu_version`` is the digest of that version's menu, ``audio_digest`` that of its recordings in hex
    digits, ``dialled`` the number that callers dial.
    """

    line: str
    number: int
    menu_version: str
    at: datetime
    who: str
    why: str
    kind: Kind
    id: int
    audio_digest: str
    dialled: str


@value_class
class NewVersion:
    """A version that is about to be published: the ``files`` by their paths, what they come to as a menu, and, where
    that matters, the number ``after`` which it was made (0: none was published).
    """

    line: str
    menu_version: str
    audio_digest: str
    dialled: str
    files: Mapping[str, bytes]
    after: int | None = None


_NEWEST = select(func.max(PUBLICATION.c.id)).group_by(PUBLICATION.c.line)
_PUBLICATIONS = select(
    PUBLICATION.c.line,
    PUBLICATION.c.number,
    VERSION.c.menu_version,
    PUBLICATION.c.at,
    PUBLICATION.c.who,
    PUBLICATION.c.why,
    PUBLICATION.c.kind,
    PUBLICATION.c.id,
    VERSION.c.audio_digest,
    VERSION.c.dialled,
).join_from(PUBLICATION, VERSION, (PUBLICATION.c.line == VERSION.c.line) & (PUBLICATION.c.number == VERSION.c.number))
_PUBLISHED = Statement(_PUBLICATIONS.where(PUBLICATION.c.id.in_(_NEWEST)).order_by(PUBLICATION.c.line))
_HISTORY = _PUBLICATIONS.where(PUBLICATION.c.line == bindparam("of")).order_by(PUBLICATION.c.id)
_LAST_NUMBER = select(func.max(VERSION.c.number)).where(VERSION.c.line == bindparam("of"))
_VERSION_OF_MENU = (
    select(VERSION.c.number, VERSION.c.audio_digest)
    .where(VERSION.c.line == bindparam("of"), VERSION.c.menu_version == bindparam("menu"))
    .order_by(VERSION.c.number.desc())
    .limit(1)
)
_FILES = (
    select(FILE.c.path, FILE.c.sha256)
    .where(FILE.c.line == bindparam("of"), FILE.c.number == bindparam("version"))
    .order_by(FILE.c.path)
)
_THERE = select(CONTENT.c.sha256).where(CONTENT.c.sha256.in_(bindparam("asked", expanding=True)))
_CONTENT = select(CONTENT.c.content).where(CONTENT.c.sha256 == bindparam("asked"))
_KEEP = insert_unless_there(CONTENT)


def published(connection: Connection) -> dict[str, Publication]:
    """Return what answers now, by the names of the lines: the newest publication of each."""
    return {row[0]: Publication(*row) for row in _PUBLISHED.all(connection, {})}


def history(connection: Connection, line: str) -> list[Publication]:
    """Return every publication of ``line``, the oldest first; the first one of a number is that version's own."""
    return [Publication(*tuple(row)) for row in connection.execute(_HISTORY, {"of": line})]


def publish(connection: Connection, new: NewVersion, now: datetime, who: str, why: str, kind: Kind = "publish") -> int:
    """Make ``new`` the next version of its line, let it answer from now on, and return its number.

    Raises PublishedMeanwhileError where another one was made at the same moment, or since the version that it came
    after, and NumberTakenError; the transaction must then be rolled back.
    """
    number = (connection.execute(_LAST_NUMBER, {"of": new.line}).scalar_one() or 0) + 1
    answering = published(connection)
    standing = answering.get(new.line)
    _refuse_taken_number(answering, new.line, new.dialled)
    if new.after is not None and new.after != (standing.number if standing else 0):
        raise PublishedMeanwhileError
    digests = keep_contents(connection, new.files)
    try:
        connection.execute(
            insert(VERSION),
            {
                "line": new.line,
                "number": number,
                "menu_version": new.menu_version,
                "audio_digest": new.audio_digest,
                "dialled": new.dialled,
            },
        )
    except IntegrityError:
        raise PublishedMeanwhileError from None
    rows = [{"line": new.line, "number": number, "path": path, "sha256": each} for path, each in digests.items()]
    connection.execute(insert(FILE), rows)
    _let_answer(connection, new.line, number, now, who, why, kind)
    return number


def roll_back(connection: Connection, to: Publication, now: datetime, who: str, why: str) -> None:
    """Let the version of ``to``, which answered before, answer again. Raises NumberTakenError."""
    _refuse_taken_number(published(connection), to.line, to.dialled)
    _let_answer(connection, to.line, to.number, now, who, why, "rollback")


def version_of_menu(connection: Connection, line: str, menu_version: str) -> tuple[int, str] | None:
    """Return number and digest of the recordings of the newest version of ``line`` whose menu calls name
    ``menu_version``; None where there is none.
    """
    found = connection.execute(_VERSION_OF_MENU, {"of": line, "menu": menu_version}).first()
    return (found[0], found[1]) if found else None


def files_of(connection: Connection, line: str, number: int) -> dict[str, str]:
    """Return the files of a version by their paths, each as the SHA-256 of its content; none where there is none."""
    rows = connection.execute(_FILES, {"of": line, "version": number})
    return {row.path: row.sha256 for row in rows}


def content_of(connection: Connection, digest: str) -> bytes:
    """Return the content whose SHA-256 is ``digest``. Raises LookupError where none is kept."""
    found = connection.execute(_CONTENT, {"asked": digest}).scalar_one_or_none()
    if found is None:
        raise LookupError(f"no content {digest} is kept")
    return bytes(found)


def contents_of(connection: Connection, files: Mapping[str, str]) -> dict[str, bytes]:
    """Return ``files`` of a version, as ``files_of`` gives them, with their contents."""
    return {path: content_of(connection, digest) for path, digest in files.items()}


def keep_contents(connection: Connection, files: Mapping[str, bytes]) -> dict[str, str]:
    """Keep the contents of ``files`` that are not kept yet; return the SHA-256 of each, by the paths."""
    digests = {path: sha256(content) for path, content in files.items()}
    there = set(_kept(connection, sorted(set(digests.values()))))
    new = {digest: files[path] for path, digest in digests.items() if digest not in there}
    for digest, content in new.items():
        connection.execute(_KEEP[connection.dialect.name], {"sha256": digest, "content": content})
    return digests


def sha256(content: bytes) -> str:
    """Return the name under which a content is stored."""
    return hashlib.sha256(content).hexdigest()


def _refuse_taken_number(answering: Mapping[str, Publication], line: str, dialled: str) -> None:
    for name, other in answering.items():
        if name != line and other.dialled == dialled:
            raise NumberTakenError(name)


def _kept(connection: Connection, digests: list[str]) -> Iterable[str]:
    for start in range(0, len(digests), _AT_ONCE):
        asked: dict[str, Any] = {"asked": digests[start : start + _AT_ONCE]}
        yield from connection.execute(_THERE, asked).scalars()


def _let_answer(connection: Connection, line: str, number: int, now: datetime, who: str, why: str, kind: Kind) -> None:
    row = {"line": line, "number": number, "at": now, "who": who, "why": why, "kind": kind}
    connection.execute(insert(PUBLICATION), row)
