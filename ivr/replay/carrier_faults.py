"""``read_carrier_faults`` reads what goes wrong on the account of a script: ``faults`` of its ``carrier``."""

from __future__ import annotations

from ivr.simulator.carrier_faults import (
    API_AWAY,
    API_LOST,
    CONFERENCE_EVENTS,
    GONE,
    NO_RELAY_FAULTS,
    CarrierFaults,
    RelayFaults,
)
from ivr.source.fields import Fields, suggest
from ivr.source.seconds import parse_seconds
from wording import message, phrase

GONE_MEMBERS = (str(GONE), "404")
"""What a second request for a member of a queue may be answered."""

MOST_PROMPTS = 1000
"""Messages of a session; more is a slip of the pen."""

MOST_REQUESTS = 1000
"""Requests that a script can let be too many; more is a slip of the pen."""

APIS = (API_AWAY, API_LOST)
"""What may be wrong with the API."""


def read_carrier_faults(fields: Fields) -> CarrierFaults | None:
    """Read the faults under ``faults:``; None where the script has none."""
    mapping = fields.mapping_of("faults")
    if mapping is None:
        return None
    inner = Fields(mapping, phrase("'{key}' of {owner}", key="faults", owner=fields.owner), fields.diagnostics)
    faults = CarrierFaults(
        lost=_events(inner, "lost"),
        late=_events(inner, "late"),
        regions_apart=inner.flag("regions_apart"),
        gone_member=int(inner.choice("gone_member", GONE_MEMBERS, default=GONE_MEMBERS[0]) or GONE),
        action_performed=inner.flag("action_performed"),
        redirect_ends_recording=inner.flag("redirect_ends_recording"),
        api=inner.choice("api", APIS, default="") or "",
        throttled=inner.whole("throttled", 0, most=MOST_REQUESTS),
        requests_at_once=inner.whole("requests_at_once", 0, most=MOST_REQUESTS),
        slow_streams=inner.parsed("slow_streams", parse_seconds) or 0.0,
        broken_streams=inner.parsed("broken_streams", parse_seconds) or 0.0,
        relay=_relay(inner),
    )
    inner.finish()
    return faults


def _relay(fields: Fields) -> RelayFaults:
    mapping = fields.mapping_of("relay")
    if mapping is None:
        return NO_RELAY_FAULTS
    inner = Fields(mapping, phrase("'{key}' of {owner}", key="relay", owner=fields.owner), fields.diagnostics)
    faults = RelayFaults(
        unreachable=inner.flag("unreachable"),
        lost_after=inner.whole("lost_after", 0, least=1, most=MOST_PROMPTS),
        slow=inner.parsed("slow", parse_seconds) or 0.0,
        unknown=inner.flag("unknown"),
        refused=inner.whole("refused", 0, least=1, most=MOST_PROMPTS),
    )
    inner.finish()
    return faults


def _events(fields: Fields, key: str) -> frozenset[str]:
    events = fields.texts(key)
    for event in events:
        if event not in CONFERENCE_EVENTS:
            near = suggest(event, CONFERENCE_EVENTS) or phrase(" (one of: {known})", known=", ".join(CONFERENCE_EVENTS))
            told = message(
                "conference-event-unknown",
                "'{key}' of {owner} holds no event of a conference: '{event}'{near}",
                key=key,
                owner=fields.owner,
                event=event,
                near=near,
            )
            fields.diagnostics.error(event.mark, told)
    return frozenset(events)
