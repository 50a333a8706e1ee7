"""Commands read a line from its folder, or as it was published: one word says which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from ivr.cli.drafted_line import drafted_line
from ivr.cli.lines import flows_folder, folder_of
from ivr.cli.stored import open_readonly, settings_here
from ivr.errors import TargetError
from wording import Message, phrase

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from data.versions import Publication
    from ivr.flow.line import Line
    from ivr.flow.line_files import LineFiles
    from ivr.source.diagnostics import Diagnostics

PUBLISHED = "published"
"""What answers now."""

FOLDER = "folder"
"""What stands below ``flows/``."""

DRAFT = "draft"
"""What is edited in the database, before it is published."""


class ReadLine(NamedTuple):
    """A line that was read, with its faults, the digests of its recordings by their names, what it is called in a
    sentence, and by what word ivr check reads it (empty where it does not).
    """

    line: Line | None
    diagnostics: Diagnostics
    recordings: Mapping[str, str]
    told: Message
    checked_as: str = ""


def is_version(what: str) -> bool:
    """Return whether ``what`` names a version: its number, or PUBLISHED."""
    return what == PUBLISHED or what.isdecimal()


def files_of_version(line: str, number: int | None) -> LineFiles:
    """Return the files of the version ``number`` of ``line`` (None: of what answers). Raises TargetError."""
    from data.versions import contents_of
    from ivr.flow.line_files import LineFiles

    with open_readonly(settings_here()) as database, database.reading() as connection:
        _, files = _stored(connection, line, number)
        return LineFiles(contents_of(connection, files))


@contextmanager
def opened_line(line: str, what: str) -> Iterator[Path]:
    """Give a folder with the files of ``line``: ``what`` is the number of a version, PUBLISHED, DRAFT, FOLDER, or the
    path of a folder. What comes from the database goes with the block. Raises TargetError.
    """
    if is_version(what) or what == DRAFT:
        if what == DRAFT:
            files = drafted_line(line).files
        else:
            files = files_of_version(line, None if what == PUBLISHED else int(what))
        with TemporaryDirectory(prefix="ivr-line-") as folder:
            files.write_to(Path(folder) / line)
            yield Path(folder) / line
        return
    yield folder_of(line if what == FOLDER else what, flows_folder())


def read_any(line: str, what: str) -> ReadLine:
    """Read ``line`` as ``what`` says, as in ``opened_line``, also where it has faults. Of a version the recordings are
    left where they are: its places name ``LINE@NUMBER``. Raises TargetError.
    """
    from data.versions import contents_of
    from ivr.channels import RULES
    from ivr.flow.folder import read_line
    from ivr.flow.line_files import LineFiles

    if what == DRAFT:
        with opened_line(line, DRAFT) as copy:
            read, diagnostics = read_line(copy, rules=RULES, advise=False, shown=Path(f"{line}@{DRAFT}"))
            return ReadLine(read, diagnostics, _recordings(copy), phrase("the draft"))
    if not is_version(what):
        given = folder_of(line if what == FOLDER else what, flows_folder())
        read, diagnostics = read_line(given, rules=RULES, advise=False)
        told = phrase("the folder {folder}", folder=given)
        return ReadLine(read, diagnostics, _recordings(given), told, str(given))
    with open_readonly(settings_here()) as database, database.reading() as connection:
        of_version, files = _stored(connection, line, None if what == PUBLISHED else int(what))
        texts = {path: digest for path, digest in files.items() if path.endswith(".yaml") and "/" not in path}
        texts_of_version = LineFiles(contents_of(connection, texts))
    recordings = {PurePosixPath(path).name: digest for path, digest in files.items() if path.endswith(".wav")}
    told = phrase("version {number}", number=of_version.number)
    if what == PUBLISHED:
        told = phrase("version {number}, which callers hear", number=of_version.number)
    with TemporaryDirectory(prefix="ivr-line-") as folder:
        copy = Path(folder) / line
        texts_of_version.write_to(copy)
        audio, shown = bytes.fromhex(of_version.audio_digest), Path(f"{line}@{of_version.number}")
        read, diagnostics = read_line(copy, rules=RULES, advise=False, audio=audio, shown=shown)
        return ReadLine(read, diagnostics, recordings, told)


def _recordings(folder: Path) -> dict[str, str]:
    from data.versions import sha256
    from ivr.flow.audio_folder import FOLDER as AUDIO

    return {path.name: sha256(path.read_bytes()) for path in sorted((folder / AUDIO).glob("*.wav")) if path.is_file()}


def _stored(connection: Connection, line: str, number: int | None) -> tuple[Publication, dict[str, str]]:
    """A publication of the version, and its files as digests. Raises TargetError."""
    from data.versions import files_of, history, published
    from ivr.call.version_words import no_version, nothing_published

    standing = published(connection).get(line)
    if standing is None:
        raise TargetError(nothing_published(line))
    if number is None:
        return standing, files_of(connection, line, standing.number)
    past = {each.number: each for each in history(connection, line)}
    if number not in past:
        raise TargetError(no_version(line, number, [*past]))
    return past[number], files_of(connection, line, number)
