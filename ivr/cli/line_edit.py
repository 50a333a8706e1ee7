"""An edit of a line is what its next version is to be, beside what is published: read once, judged, then published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.cli import clock
from ivr.cli.drafted_line import drafted_line
from ivr.cli.stored import open_database, settings_here
from ivr.flow.line_files import LineFiles

if TYPE_CHECKING:
    from data.drafts import Draft
    from ivr.flow.line import Line


@dataclass(frozen=True)
class LineEdit:
    """The ``files`` and the ``line`` that they are, which stand in the folder ``shown`` as people know it; beside them
    those ``published`` as the version ``number`` (0: none is). Where they are of a ``draft``, they stand in no folder.
    """

    line: Line
    files: LineFiles
    shown: Path
    number: int
    published: Mapping[str, bytes] = field(repr=False)
    draft: Draft | None = None

    @classmethod
    def of_draft(cls, name: str) -> LineEdit:
        """Read the draft of the line ``name``. Raises FlowError where it has faults, and TargetError where there is
        none, or where it is behind what is published.
        """
        found = drafted_line(name, to_publish=True)
        return replace(cls.of(found.files, Path(name)), draft=found.draft)

    @classmethod
    def of(cls, files: LineFiles, shown: Path) -> LineEdit:
        """Read ``files`` as a line, and ask the database what is published of it. Raises FlowError."""
        from data.versions import contents_of, files_of, published
        from ivr.call.checked_line import checked_line
        from ivr.channels import RULES

        line = checked_line(files, shown, RULES, clock.now())
        with open_database(settings_here()) as database, database.reading() as connection:
            standing = published(connection).get(line.name)
            if standing is None:
                return cls(line, files, shown, 0, {})
            there = contents_of(connection, files_of(connection, line.name, standing.number))
        return cls(line, files, shown, standing.number, there)

    @property
    def changed(self) -> list[str]:
        """Return the paths of the files that are not as they are published."""
        return self.files.changes_from(self.published)

    def with_scripts(self, scripts: Mapping[str, bytes]) -> LineEdit:
        """Return the edit with ``scripts`` in the place of those that it has by their paths."""
        return replace(self, files=LineFiles({**self.files, **scripts}))

    def publish(self, why: str, by: str, *, emergency: bool, about: str = "") -> int:
        """Make it the next version of its line and return its number; the audit says what is told ``about`` it. Of a
        draft there is none any more. Raises TargetError as ``Publishing`` does.
        """
        from data.audit import CONSOLE
        from ivr.call.published import new_version
        from ivr.call.publishing import Publisher, Publishing

        settings = settings_here()
        new = new_version(self.line, self.files, after=self.number)
        with open_database(settings) as database:
            publishing = Publishing(database, clock.now, second_person=settings.second_person)
            by_console = Publisher(by, CONSOLE)
            return publishing.publish(new, why, by_console, draft=self.draft, emergency=emergency, about=about)
