"""Publishing from the page: the draft becomes the next version, or one that answered before answers again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from data.audit import record
from data.drafts import DraftChangedError, end_draft
from data.versions import (
    Kind,
    NumberTakenError,
    Publication,
    PublishedMeanwhileError,
    history,
    publish,
    roll_back,
)
from ivr.call.drafts import LineDrafts
from ivr.call.published import new_version
from ivr.errors import TargetError
from ivr.web.menu.read_lines import LineAsItStands
from wording import message

if TYPE_CHECKING:
    from data.database import Database


class Publishing:
    """Publishes lines of ``database`` on the clock ``clock``; with a ``second_person`` none publishes alone what is
    theirs.
    """

    def __init__(
        self, database: Database, drafts: LineDrafts, clock: Callable[[], datetime], *, second_person: bool = False
    ) -> None:
        self._database, self._drafts, self._clock = database, drafts, clock
        self.second_person = second_person

    def history(self, line: str) -> list[Publication]:
        """Return every publication of ``line``, the newest first."""
        with self._database.reading() as connection:
            return history(connection, line)[::-1]

    def publish(
        self, stands: LineAsItStands, why: str, who: str, address: str, *, emergency: bool = False, about: str = ""
    ) -> int:
        """Make the draft of ``stands`` the next version; return its number. The audit says who did it from which
        ``address``, and what is told ``about`` it.

        Raises TargetError where there is no sound draft, where it is behind, where it was saved or another version was
        published meanwhile, and where another line answers the number.
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
        if opened.is_behind:
            raise TargetError(
                message(
                    "draft-behind-on-the-page",
                    "version {number} was published since this draft was begun; bring it in first",
                    number=opened.published,
                )
            )
        if self.second_person and not emergency and who in self._drafts.editors(opened):
            raise TargetError(
                message(
                    "draft-is-the-publishers-own",
                    "you saved this draft, and another person must publish it (IVR_SECOND_PERSON); an emergency needs "
                    "its reason alone",
                )
            )
        new = new_version(line, self._drafts.contents(opened), after=opened.published)
        kind: Kind = "emergency" if emergency else "publish"
        act = "emergency publish" if emergency else "publish"
        try:
            with self._database.transaction() as connection:
                now = self._clock()
                number = publish(connection, new, now, who, why, kind)
                end_draft(connection, opened.draft, "published", now, who)
                record(connection, now, who, act, f"{opened.line} {number}{about}", address)
        except (DraftChangedError, PublishedMeanwhileError):
            raise TargetError(
                message(
                    "changed-while-publishing",
                    "the draft was saved, or another version published, at this moment; look at it again",
                )
            ) from None
        except NumberTakenError as taken:
            raise _taken(taken, new.dialled) from None
        return number

    def roll_back(self, line: str, number: int, why: str, who: str, address: str) -> None:
        """Let the version ``number`` of ``line`` answer again. Raises TargetError where it cannot."""
        past = self.history(line)
        to = next((each for each in reversed(past) if each.number == number), None)
        if to is None or number == past[0].number:
            raise TargetError(
                message(
                    "no-version-to-go-back-to",
                    "there is no version {number} of {line} to go back to, or it answers already",
                    number=number,
                    line=line,
                )
            )
        try:
            with self._database.transaction() as connection:
                now = self._clock()
                roll_back(connection, to, now, who, why)
                record(connection, now, who, "rollback", f"{line} {number}", address)
        except NumberTakenError as taken:
            raise _taken(taken, to.dialled) from None


def _taken(taken: NumberTakenError, dialled: str) -> TargetError:
    return TargetError(
        message(
            "number-of-a-published-line",
            "the line {other} answers {dialled}, which is published; give one of them another number",
            other=taken.line,
            dialled=dialled,
        )
    )
