"""``Publishing`` lets callers hear a line: its files become the next version, or a former one answers again.

Commands and the page publish alike: in one transaction with the audit, and with the end of the draft that is published.
What cannot be done is told in the same words on both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from data.audit import record
from data.drafts import DraftChangedError, end_draft
from data.versions import Kind, NewVersion, NumberTakenError, Publication, PublishedMeanwhileError, publish, roll_back
from data.versions import history as publications
from ivr.call.drafts import editors
from ivr.call.version_words import going_back, no_version, nothing_published
from ivr.errors import TargetError
from value_class import value_class
from wording import Message, message

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from data.database import Database
    from data.drafts import Draft
    from ivr.call.draft_files import OpenedDraft


@value_class
class Publisher:
    """A publisher is ``who`` lets callers hear a version, from which ``address``, as the audit names both."""

    who: str
    address: str


class Publishing:
    """Publishes lines of ``database`` on the clock ``clock``; where a ``second_person`` is demanded none publishes
    alone a draft of which they saved something, but in an emergency.
    """

    def __init__(self, database: Database, clock: Callable[[], datetime], *, second_person: bool = False) -> None:
        self._database, self._clock, self._second_person = database, clock, second_person

    def history(self, line: str) -> list[Publication]:
        """Return every publication of ``line``, the newest first."""
        with self._database.reading() as connection:
            return publications(connection, line)[::-1]

    def publish(
        self,
        new: NewVersion,
        why: str,
        by: Publisher,
        *,
        draft: Draft | None = None,
        emergency: bool = False,
        about: str = "",
    ) -> int:
        """Make ``new`` the next version of its line, end the ``draft`` that it is of, and return its number. The audit
        says what is told ``about`` it.

        Raises TargetError where a second person must do it, where the draft was saved or another version published
        meanwhile, and where another line answers the number.
        """
        kind: Kind = "emergency" if emergency else "publish"
        act = "emergency publish" if emergency else "publish"
        try:
            with self._database.transaction() as connection:
                if draft and not emergency:
                    self._require_second_person(connection, draft, by)
                now = self._clock()
                number = publish(connection, new, now, by.who, why, kind)
                if draft:
                    end_draft(connection, draft, "published", now, by.who)
                record(connection, now, by.who, act, f"{new.line} {number}{about}", by.address)
        except DraftChangedError:
            raise TargetError(saved_meanwhile(new.line)) from None
        except PublishedMeanwhileError:
            raise TargetError(
                message(
                    "published-meanwhile",
                    "another version of {line} was published just now; look at it, and publish again",
                    line=new.line,
                )
            ) from None
        except NumberTakenError as taken:
            raise TargetError(
                message(
                    "number-is-published",
                    "{number} is the number of the line {other}, which is published; give {line} a number of its own",
                    number=new.dialled,
                    other=taken.line,
                    line=new.line,
                )
            ) from None
        return number

    def roll_back(self, line: str, number: int | None, why: str, by: Publisher) -> Publication:
        """Let the version ``number`` of ``line`` (None: the one before the present one) answer again, and return its
        first publication. Raises TargetError where there is none to go back to, or another line answers its number.
        """
        try:
            with self._database.transaction() as connection:
                to, now = _meant(line, number, publications(connection, line)), self._clock()
                roll_back(connection, to, now, by.who, " ".join(why.split()) or going_back(to.number))
                record(connection, now, by.who, "rollback", f"{line} {to.number}", by.address)
        except NumberTakenError as taken:
            raise TargetError(
                message(
                    "number-is-answered-by-now",
                    "version {number} of {line} answers {dialled}, which the line {other} answers by now; give one of "
                    "them another number",
                    number=to.number,
                    line=line,
                    dialled=to.dialled,
                    other=taken.line,
                )
            ) from None
        return to

    def _require_second_person(self, connection: Connection, draft: Draft, by: Publisher) -> None:
        if self._second_person and by.who in editors(connection, draft):
            raise TargetError(
                message(
                    "second-person",
                    "{by} saved this draft, and another person must publish it (IVR_SECOND_PERSON); an emergency, with "
                    "its reason, is for one alone",
                    by=by.who,
                )
            )


def require_up_to_date(opened: OpenedDraft) -> None:
    """Raise TargetError where another version was published since the draft was begun, which it would take back."""
    if told := behind(opened):
        raise TargetError(told)


def behind(opened: OpenedDraft) -> Message | None:
    """Return that another version was published since the draft was begun; None where none was."""
    if not opened.is_behind:
        return None
    return message(
        "draft-is-behind",
        "version {number} of {line} was published since this draft was begun from version {base}; bring it in first "
        "(ivr draft update {line})",
        number=opened.published,
        line=opened.line,
        base=opened.base,
    )


def saved_meanwhile(line: str) -> Message:
    """Return that the draft of ``line`` was saved at the moment at which it was to end."""
    return message("draft-saved-meanwhile", "the draft of {line} was saved just now; look at it first", line=line)


def _meant(line: str, number: int | None, past: Sequence[Publication]) -> Publication:
    """The first publication of the version that is meant. Raises TargetError."""
    if not past:
        raise TargetError(nothing_published(line))
    present = past[-1].number
    if number is None:
        before = [each.number for each in past if each.number != present]
        if not before:
            raise TargetError(
                message(
                    "only-version",
                    "version {number} is the only one of {line} that was ever published, so that there is none to go "
                    "back to",
                    number=present,
                    line=line,
                )
            )
        number = before[-1]
    if number == present:
        raise TargetError(
            message(
                "version-answers-already",
                "version {number} of {line} is the one that answers",
                number=number,
                line=line,
            )
        )
    known = sorted({each.number for each in past})
    if number not in known:
        raise TargetError(no_version(line, number, known))
    return next(each for each in past if each.number == number)
