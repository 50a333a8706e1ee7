"""Keeps the drafts of lines as the database has them, for the telephones that a line names: twice a second, aside.

A draft that no telephone hears is not read. One that has faults is remembered as such: who calls is told, and hears
what is published. A call that began on a save of it goes on with that, on whichever machine.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from data.drafts import draft_of_menu, drafts, files_of_draft
from ivr.flow.line import DRAFT, Line
from ivr.logs import LineName

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from data.drafts import Draft
    from ivr.call.kept_versions import KeptVersions
    from ivr.call.lines import Lines

log = logging.getLogger(__name__)


class DraftMenus:
    """Keeps the drafts of ``lines``; for the thread that keeps their versions."""

    def __init__(self, versions: KeptVersions, lines: Lines) -> None:
        self._versions = versions
        self._lines = lines
        self._heard: dict[str, int] = {}
        """Line → the save that is heard, or has faults."""

    def look(self, connection: Connection) -> None:
        """Bring in what was saved since the last look, and let go of what was dropped or published."""
        heard = {engine.line.name for engine in self._lines if engine.line.header.drafts}
        now = {name: draft for name, draft in drafts(connection).items() if name in heard}
        for name in self._heard.keys() - now.keys():
            self._lines.end_draft(name)
            del self._heard[name]
        for name, draft in now.items():
            if self._heard.get(name) != draft.id:
                self._lines.put_draft(name, self._line(connection, draft))
                self._heard[name] = draft.id

    def find(self, connection: Connection, name: str, version: str) -> Line | None:
        """The draft of ``name`` on which a call stands, by its version; None where it is nowhere any more."""
        found = draft_of_menu(connection, name, version.removeprefix(DRAFT))
        return self._line(connection, found) if found else None

    def _line(self, connection: Connection, draft: Draft) -> Line | None:
        """The draft as a line; None where it has faults, in this release or any."""
        line = None
        if draft.menu_version:
            name, version = draft.line, draft.menu_version
            line = self._versions.find(name, version)
            if line is None:
                files = {path: file.sha256 for path, file in files_of_draft(connection, draft).items()}
                line = self._versions.fetch(connection, name, version, draft.audio_digest, files)
        log.info("draft heard" if line else "draft refused", extra=_told(draft, line))
        return line.as_draft() if line else None


def _told(draft: Draft, line: Line | None) -> dict[str, object]:
    if line is None:
        return {"line": LineName(draft.line), "why": "it has faults: ivr draft show tells them"}
    return {"line": LineName(draft.line), "menu": line.as_draft().version}
