"""The files of a draft, edited one by one: what an edit was made of decides whether it may be saved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import PurePosixPath

from data.drafts import Draft, DraftFile
from data.versions import sha256
from value_class import value_class


@value_class
class OpenedDraft:
    """The files of the line ``line`` as they stand: of its ``draft``, or, where that is None, of what is published.

    ``after`` is the number of the last save (0: none), ``published`` that of the version that answers (0: none), and
    ``base`` the version from which the draft was begun: where these two differ, another was published meanwhile.
    """

    line: str
    draft: Draft | None
    after: int
    base: int
    published: int
    files: Mapping[str, DraftFile]

    @property
    def is_behind(self) -> bool:
        """Return whether another version was published since the draft was begun (``update`` brings it in)."""
        return self.base != self.published


@value_class
class FileEdit:
    """An edit puts ``content`` at ``path``; None deletes the file. ``opened`` is the SHA-256 of the content that the
    editor began from, None where there was no file.
    """

    path: str
    opened: str | None
    content: bytes | None

    @property
    def digest(self) -> str | None:
        """Return the SHA-256 of what it puts there; None where it deletes."""
        return None if self.content is None else sha256(self.content)


@value_class
class Conflict:
    """A file that another saved since it was opened: ``who`` and when, and the ``sha256`` of what it holds now, None
    where it was deleted. Nobody and no moment: it was published so.
    """

    path: str
    who: str
    at: datetime | None
    sha256: str | None


class DraftConflictError(Exception):
    """Files were saved by another since they were opened; ``conflicts`` says which. Nothing was written."""

    def __init__(self, line: str, found: Sequence[Conflict]) -> None:
        super().__init__(line, *(each.path for each in found))
        self.line = line
        self.conflicts = tuple(found)


def conflicts(edits: Iterable[FileEdit], files: Mapping[str, DraftFile]) -> list[Conflict]:
    """Return which of ``edits`` began from another content than ``files`` hold; one that both made alike is none."""
    found = []
    for edit in edits:
        stands = files.get(edit.path)
        digest = stands.sha256 if stands else None
        if digest not in (edit.opened, edit.digest):
            found.append(Conflict(edit.path, stands.who if stands else "", stands.at if stands else None, digest))
    return found


def edited(files: Mapping[str, DraftFile], edits: Iterable[FileEdit], now: datetime, who: str) -> dict[str, DraftFile]:
    """Return ``files`` after ``edits``, which are ``who``'s; what an edit leaves as it is stays whose it was."""
    left = dict(files)
    for edit in edits:
        if edit.digest is None:
            left.pop(edit.path, None)
        elif edit.path not in left or left[edit.path].sha256 != edit.digest:
            left[edit.path] = DraftFile(edit.digest, now, who)
    return dict(sorted(left.items()))


def below_another(files: Iterable[str]) -> tuple[str, str] | None:
    """Return the first of the paths ``files`` that lies below another, which is a file and so no folder, with that
    other; None where there is none.
    """
    paths = frozenset(files)
    for path in sorted(paths):
        above = next((str(each) for each in PurePosixPath(path).parents if str(each) in paths), None)
        if above:
            return path, above
    return None


def merged(
    base: Mapping[str, str], draft: Mapping[str, DraftFile], published: Mapping[str, str]
) -> tuple[dict[str, DraftFile], list[str], list[str]]:
    """Return the draft that was begun from ``base`` with what is ``published`` since: its files, the paths that were
    taken, and those that both changed, each in its own way, which stay as the draft has them.
    """
    files = dict(draft)
    taken, kept = [], []
    for path in sorted({*base, *published}):
        was, now = base.get(path), published.get(path)
        mine = draft[path].sha256 if path in draft else None
        if was == now or mine == now:
            continue
        if mine != was:
            kept.append(path)
            continue
        taken.append(path)
        if now is None:
            files.pop(path, None)
        else:
            files[path] = DraftFile(now)
    return dict(sorted(files.items())), taken, kept
