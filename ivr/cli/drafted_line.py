"""Commands read the draft of a line from the database, as they read a folder or a version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.cli import clock
from ivr.cli.stored import open_readonly, settings_here
from ivr.errors import TargetError
from wording import message

if TYPE_CHECKING:
    from data.drafts import Draft
    from ivr.flow.line_files import LineFiles


@dataclass(frozen=True, slots=True)
class DraftedLine:
    """The files of a draft, and the save that they are of."""

    draft: Draft
    files: LineFiles


def drafted_line(name: str, *, to_publish: bool = False) -> DraftedLine:
    """Return the draft of the line ``name``. Raises TargetError where there is none, and, where it is meant
    ``to_publish``, where another version was published since it was begun, which it would take back.
    """
    from ivr.call.drafts import LineDrafts
    from ivr.channels import RULES

    with open_readonly(settings_here()) as database:
        drafts = LineDrafts(database, RULES, clock.now)
        opened = drafts.stands(name)
        if opened.draft is None:
            raise TargetError(
                message("no-draft", "there is no draft of {line}; ivr draft push FOLDER begins one", line=name)
            )
        if opened.is_behind and to_publish:
            raise TargetError(
                message(
                    "draft-is-behind",
                    "version {number} of {line} was published since this draft was begun from version {base}: ivr draft"
                    " update {line} brings it in",
                    number=opened.published,
                    line=name,
                    base=opened.base,
                )
            )
        return DraftedLine(opened.draft, drafts.contents(opened))


def require_second_person(name: str, by: str) -> None:
    """Raise TargetError where a second person must publish the draft of ``name`` and ``by`` saved some of it."""
    from ivr.call.drafts import LineDrafts
    from ivr.channels import RULES

    settings = settings_here()
    if not settings.second_person:
        return
    with open_readonly(settings) as database:
        drafts = LineDrafts(database, RULES, clock.now)
        if by in drafts.editors(drafts.stands(name)):
            raise TargetError(
                message(
                    "second-person",
                    "{by} saved this draft, and another person must publish it (IVR_SECOND_PERSON); --emergency WHY is "
                    "for one alone",
                    by=by,
                )
            )
