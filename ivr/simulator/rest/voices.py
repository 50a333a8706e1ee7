"""``hearers`` finds the calls that hear one call: its partner in a talk, or the other participants of its conference.

Source: Twilio, Participant resource: a muted participant is not heard, one on hold neither hears nor is heard, and one
who coaches is heard by the coached participant only.
"""

from __future__ import annotations

from ivr.simulator.rest.party import Party
from ivr.simulator.rest.switchboard import Switchboard


def hearers(switchboard: Switchboard, speaker: Party) -> list[Party]:
    """Return the parties that hear ``speaker`` now, in the order in which they came. Held by the caller."""
    if not speaker.connected:
        return []
    if speaker.partner:
        return [speaker.partner]
    room = switchboard.rooms.holding(speaker.sid)
    own = room.inside.get(speaker.sid) if room else None
    if room is None or own is None or own.muted or own.hold:
        return []
    others = [one for one in room.inside.values() if one is not own and not one.hold]
    if own.coached:
        others = [one for one in others if one.call_sid == own.coached]
    found = (switchboard.call(one.call_sid) for one in others)
    return [party for party in found if party and party.connected]


def is_held(switchboard: Switchboard, party: Party) -> bool:
    """Return whether the call is on hold in its conference. Held by the caller."""
    room = switchboard.rooms.holding(party.sid)
    own = room.inside.get(party.sid) if room else None
    return own is not None and own.hold


def label_of(switchboard: Switchboard, party: Party) -> str | None:
    """Return the label under which the call takes part in its conference; None where it has none. Held by the
    caller.
    """
    room = switchboard.rooms.holding(party.sid)
    own = room.inside.get(party.sid) if room else None
    return own.label if own else None
