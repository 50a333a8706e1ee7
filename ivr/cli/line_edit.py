"""An edit of a line is what its next version is to be, beside what is published: read once, judged, then published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.cli import clock
from ivr.cli.console import record_here
from ivr.cli.drafted_line import drafted_line, require_second_person
from ivr.cli.stored import open_database, settings_here
from ivr.errors import TargetError
from ivr.flow.line_files import LineFiles
from wording import message

if TYPE_CHECKING:
    from data.drafts import Draft
    from data.versions import Kind
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

    def publish(self, why: str, by: str, kind: Kind, act: str, about: str = "") -> int:
        """Make it the next version of its line and return its number; the audit tells of ``act``, and what is told
        ``about`` it. Of a draft there is none any more. Raises TargetError where that was saved, or another version
        published, meanwhile, and where another line answers the number.
        """
        from data.drafts import DraftChangedError, end_draft
        from data.versions import NumberTakenError, PublishedMeanwhileError
        from data.versions import publish as publish_version
        from ivr.call.published import new_version

        name = self.line.name
        if self.draft and kind != "emergency":
            require_second_person(name, by)
        new = new_version(self.line, self.files, after=self.number)
        try:
            with open_database(settings_here()) as database, database.transaction() as connection:
                number = publish_version(connection, new, clock.now(), by, why, kind)
                if self.draft:
                    end_draft(connection, self.draft, "published", clock.now(), by)
                record_here(connection, act, f"{name} {number}{about}", by)
        except DraftChangedError:
            raise TargetError(
                message("draft-saved-meanwhile", "the draft of {line} was saved just now; look at it first", line=name)
            ) from None
        except PublishedMeanwhileError:
            raise TargetError(
                message(
                    "published-meanwhile",
                    "another version of {line} was published just now; look at it (ivr versions {line}), and publish "
                    "again",
                    line=name,
                )
            ) from None
        except NumberTakenError as taken:
            raise TargetError(
                message(
                    "number-is-published",
                    "{number} is the number of the line {other}, which is published; give {line} a number of its own",
                    number=self.line.header.number,
                    other=taken.line,
                    line=name,
                )
            ) from None
        return number
