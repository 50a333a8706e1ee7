"""The page publishes the draft that it shows, where that is sound and begun from what is published."""

from __future__ import annotations

from ivr.call.drafts import LineDrafts
from ivr.call.published import new_version
from ivr.call.publishing import Publisher, Publishing, require_up_to_date
from ivr.errors import TargetError
from ivr.web.menu.read_lines import LineAsItStands
from wording import message


def publish_draft(
    publishing: Publishing,
    drafts: LineDrafts,
    stands: LineAsItStands,
    why: str,
    by: Publisher,
    *,
    emergency: bool = False,
    about: str = "",
) -> int:
    """Make the draft of ``stands`` the next version; return its number. The audit says what is told ``about`` it.

    Raises TargetError where there is no sound draft, where it is behind, and as ``Publishing`` does.
    """
    opened, line = stands.opened, stands.judged.line
    if opened.draft is None or line is None or not stands.judged.is_sound:
        raise TargetError(
            message(
                "draft-cannot-be-published",
                "the draft of {line} has faults, or there is none; save one without faults first",
                line=opened.line,
            )
        )
    require_up_to_date(opened)
    new = new_version(line, drafts.contents(opened), after=opened.published)
    return publishing.publish(new, why, by, draft=opened.draft, emergency=emergency, about=about)
