"""A remote access lets an analyst look at a customer's screen, by a permission that is asked for on the ticket.

The analyst names a purpose and a tool; the customer allows or refuses it, by portal or telephone (domain.md; seeds 000
and 002). It is view only, whatever the tool could do, and lasts a set time from the permission on. The approved tools
are a list that ops keep; the preparation of another one is billed, and the customer is told so before allowing it.
Nothing here speaks with a tool: what is kept is who asked, for what, who allowed it, and until when.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from value_class import value_class
from wording import Message, counted, message, phrase

MOST_PURPOSE: Final = 500
MOST_TOOL: Final = 40
"""Characters of what an analyst writes."""

MOST_PREPARATION: Final = 8 * 60
"""Minutes of preparation of a tool that is not approved: a day's work."""


@value_class
class RemoteAccessRules:
    """``tools`` are approved. A permission lasts ``minutes``; a request can be answered for ``answer_hours``."""

    tools: tuple[str, ...] = ("LogMeIn", "TRA", "TeamViewer")
    minutes: int = 60
    answer_hours: int = 24

    @property
    def lasts(self) -> timedelta:
        """Return how long a permission lasts."""
        return timedelta(minutes=self.minutes)

    @property
    def answerable(self) -> timedelta:
        """Return how long a request waits for its answer."""
        return timedelta(hours=self.answer_hours)

    def approved(self, tool: str) -> str | None:
        """Return the approved tool of that name as ops write it; None for another one. Case and spaces do not
        matter.
        """
        folded = _folded(tool)
        return next((each for each in self.tools if _folded(each) == folded), None)


USUAL_ACCESS: Final = RemoteAccessRules()
"""The tools of seeds 000 and 002, and an hour."""


class AccessState(StrEnum):
    """A remote access stands in one of these."""

    WAITING = "waiting"
    ALLOWED = "allowed"
    REFUSED = "refused"
    EXPIRED = "expired"
    """It was not answered in time, or its permission ran out."""
    ENDED = "ended"
    """One of both ended it before its time."""


class RemoteAccess(Protocol):
    """A stored remote access, as the rules look at it; moments are aware."""

    @property
    def tool(self) -> str:
        """Return the name of the tool."""

    @property
    def approved(self) -> bool:
        """Return whether the tool was approved when it was asked for."""

    @property
    def preparation_minutes(self) -> int:
        """Return the minutes of preparation that are billed where it is allowed."""

    @property
    def answer(self) -> str | None:
        """Return ``allowed``, ``refused``, or None where the customer has not answered."""

    @property
    def expires_at(self) -> datetime:
        """Return until when it can be answered; once it is allowed, until when it lasts."""

    @property
    def ended_at(self) -> datetime | None:
        """Return when it was ended before its time."""


def access_state(access: RemoteAccess, now: datetime) -> AccessState:
    """Return where a remote access stands at ``now`` (aware)."""
    if access.answer == AccessState.REFUSED.value:
        return AccessState.REFUSED
    if access.ended_at is not None:
        return AccessState.ENDED
    if now >= access.expires_at:
        return AccessState.EXPIRED
    return AccessState.ALLOWED if access.answer == AccessState.ALLOWED.value else AccessState.WAITING


ACCESS_WORDS: Final = {
    AccessState.WAITING: phrase("waits for the customer's permission"),
    AccessState.ALLOWED: phrase("allowed, view only"),
    AccessState.REFUSED: phrase("refused"),
    AccessState.EXPIRED: phrase("expired"),
    AccessState.ENDED: phrase("ended before its time"),
}
"""Each state, as staff read it."""


def answer_told(channel: str | None, protocol: str | None) -> Message | None:
    """Return how a customer answered, as staff read it; None where no answer was given. ``protocol`` is the protocol
    number of a call.
    """
    if channel == "telephone" and protocol:
        return phrase("answered by telephone, protocol {protocol}", protocol=protocol)
    if channel == "telephone":
        return phrase("answered by telephone")
    return phrase("answered on the portal") if channel else None


def preparation_told(access: RemoteAccess) -> Message | None:
    """Return what the customer must be told before a tool that is not approved is allowed; None for one that is."""
    if access.approved or not access.preparation_minutes:
        return None
    return counted(
        "{tool} is not one of the approved tools: {number} minute of preparation is billed if it is allowed",
        "{tool} is not one of the approved tools: {number} minutes of preparation are billed if it is allowed",
        access.preparation_minutes,
        tool=access.tool,
    )


def require_request(rules: RemoteAccessRules, tool: str, purpose: str, preparation: int | None) -> tuple[str, int]:
    """Return the name of the tool and the minutes of its preparation, of a request that says enough.

    Raises ValueError, in words, for one without a purpose or a tool, and for a tool that is not approved without the
    minutes of preparation that the customer is told. Those of an approved tool are none.
    """
    if not purpose.strip() or len(purpose) > MOST_PURPOSE:
        raise ValueError(
            message(
                "access-without-purpose",
                "say what the access is for, in {most} characters at most: the customer reads it",
                most=MOST_PURPOSE,
            )
        )
    named = " ".join(tool.split())
    if not named or len(named) > MOST_TOOL or not named.isprintable():
        raise ValueError(message("access-without-tool", "name the tool, in {most} characters at most", most=MOST_TOOL))
    approved = rules.approved(named)
    if approved:
        return approved, 0
    if preparation is None or not 0 < preparation <= MOST_PREPARATION:
        raise ValueError(
            message(
                "access-preparation-missing",
                "{tool} is not one of the approved tools ({tools}): say how many minutes of preparation are billed, "
                "from 1 to {most}; the customer is told before allowing it",
                tool=named,
                tools=", ".join(rules.tools),
                most=MOST_PREPARATION,
            )
        )
    return named, preparation


def require_answerable(state: AccessState) -> None:
    """Raise ValueError, in words, where a request cannot be answered any more."""
    if state is not AccessState.WAITING:
        raise ValueError(
            message(
                "access-not-waiting",
                "this request waits for no answer any more: {state}; the analyst can ask anew",
                state=ACCESS_WORDS[state],
            )
        )


def _folded(name: str) -> str:
    return "".join(name.casefold().split())
