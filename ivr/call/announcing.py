"""A call hears an announcement once, at its place.

One of the whole line is heard before the first state that waits for the caller, thus behind a welcome and before the
first menu; one of a destination when the call comes to it, before it is rung or told to be closed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.call import verbs

if TYPE_CHECKING:
    from ivr.call.turn_state import TurnState
    from routing.announcements import Announcement


def announce_line(turn: TurnState) -> None:
    """Tell what is announced to every caller of the line."""
    for each in _holding(turn):
        if each.is_of_line:
            turn.verbs.append(verbs.Say("", announced=each.text))


def announce_destination(turn: TurnState, *destinations: str | None) -> None:
    """Tell what is announced on the way to any of ``destinations``, and was not told in this call."""
    for each in _holding(turn):
        if (
            not each.is_of_line
            and each.name not in turn.announced
            and any(map(each.covers, filter(None, destinations)))
        ):
            turn.announced = {**turn.announced, each.name: 1}
            turn.verbs.append(verbs.Say("", announced=each.text))


def _holding(turn: TurnState) -> list[Announcement]:
    written = turn.line.prompts.announcements
    if not (written or turn.facts.announcements):
        return []
    known = (*(each.announcement for each in written.values()), *turn.facts.announcements)
    return [each for each in known if each.holds(turn.facts.now)]
