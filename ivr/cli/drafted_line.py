"""Commands read the draft of a line from the database, as they read a folder or a version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.cli import clock
from ivr.cli.stored import open_readonly, settings_here
from ivr.errors import TargetError
from value_class import value_class
from wording import message

if TYPE_CHECKING:
    from data.drafts import Draft
    from ivr.flow.line_files import LineFiles


@value_class
class DraftedLine:
    """The files of a draft, and the save that they are of."""

    draft: Draft
    files: LineFiles


def drafted_line(name: str, *, to_publish: bool = False) -> DraftedLine:
    """Return the draft of the line ``name``. Raises TargetError where there is none, and, where it is meant
    ``to_publish``, where another version was published since it was begun, which it would take back.
    """
    from ivr.call.drafts import LineDrafts
    from ivr.call.publishing import require_up_to_date
    from ivr.channels import RULES

    with open_readonly(settings_here()) as database:
        drafts = LineDrafts(database, RULES, clock.now)
        opened = drafts.stands(name)
        if opened.draft is None:
            raise TargetError(
                message("no-draft", "there is no draft of {line}; ivr draft push FOLDER begins one", line=name)
            )
        if to_publish:
            require_up_to_date(opened)
        return DraftedLine(opened.draft, drafts.contents(opened))
