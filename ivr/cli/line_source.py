"""Commands read a line from its folder, or as it was published: one word says which."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from ivr.cli.lines import flows_folder, folder_of
from ivr.cli.stored import open_readonly, settings_here
from ivr.cli.version_words import no_version, nothing_published
from ivr.errors import TargetError

if TYPE_CHECKING:
    from ivr.flow.line_files import LineFiles

PUBLISHED = "published"
"""What answers now."""

FOLDER = "folder"
"""What stands below ``flows/``."""


def files_of_version(line: str, number: int | None) -> LineFiles:
    """Return the files of the version ``number`` of ``line`` (None: of what answers). Raises TargetError."""
    from data.versions import contents_of, files_of, history, published
    from ivr.flow.line_files import LineFiles

    with open_readonly(settings_here()) as database, database.reading() as connection:
        standing = published(connection).get(line)
        if standing is None:
            raise TargetError(nothing_published(line))
        meant = standing.number if number is None else number
        files = files_of(connection, line, meant)
        if not files:
            raise TargetError(no_version(line, meant, {each.number for each in history(connection, line)}))
        return LineFiles(contents_of(connection, files))


@contextmanager
def opened_line(line: str, what: str) -> Iterator[Path]:
    """Give a folder with the files of ``line``: ``what`` is the number of a version, PUBLISHED, FOLDER, or the path of
    a folder. What comes from the database goes with the block. Raises TargetError.
    """
    if what == PUBLISHED or what.isdecimal():
        files = files_of_version(line, None if what == PUBLISHED else int(what))
        with TemporaryDirectory(prefix="ivr-line-") as folder:
            files.write_to(Path(folder) / line)
            yield Path(folder) / line
        return
    yield folder_of(line if what == FOLDER else what, flows_folder())
