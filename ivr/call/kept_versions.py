"""Reads a version of a line, or a draft, from the disk of this machine; from the database what is not there yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from data.versions import content_of
from ivr.call.checked_line import checked_line
from ivr.errors import FlowError
from ivr.flow.checks import Rule
from ivr.flow.line import Line
from ivr.flow.line_files import LineFiles

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ivr.call.last_good_menus import LastGoodMenus


class KeptVersions:
    """Versions of lines on the disk of ``kept``. ``flows`` is the folder of lines that their places name."""

    def __init__(self, kept: LastGoodMenus, flows: Path, rules: Sequence[Rule]) -> None:
        self._kept = kept
        self._flows = flows
        self._rules = rules

    def find(self, name: str, version: str) -> Line | None:
        """The line ``name`` in that version, where the disk has it."""
        return self._kept.load(name, version)

    def fetch(
        self, connection: Connection, name: str, version: str, audio: str, files: Mapping[str, str]
    ) -> Line | None:
        """The line ``name`` in a version of which the database knows the ``files``, by their paths, and the digest of
        the recordings, in hex digits. None where this release finds faults in it.
        """
        digest = bytes.fromhex(audio)
        if self._kept.keep_published(name, version, digest, files, lambda each: content_of(connection, each)):
            return self._kept.load(name, version)
        # A disk that is full must not keep a line from being published.
        contents = LineFiles({path: content_of(connection, each) for path, each in files.items()})
        try:
            return checked_line(contents, self._flows / name, self._rules)
        except (FlowError, OSError):
            return None
