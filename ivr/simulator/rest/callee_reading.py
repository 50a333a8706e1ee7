"""``read_callees`` reads ``callees`` of a script or a seed: how a number answers when the application calls it."""

from __future__ import annotations

from ivr.simulator.phones.scripted import RING
from ivr.simulator.rest.callees import CalleeBehaviour
from ivr.simulator.rest.picking_up import read_party
from ivr.simulator.rest.written_behaviours import parse_callee
from ivr.source.fields import Fields
from ivr.source.seconds import parse_seconds
from ivr.source.yaml import Mapping
from wording import phrase


def read_callees(fields: Fields) -> dict[str, CalleeBehaviour]:
    """Read for each number what becomes of a call to it: ``busy``, ``machine:5``, ``{called: answered, for: 20}``."""
    mapping = fields.mapping_of("callees")
    if mapping is None:
        return {}
    inner = Fields(mapping, phrase("'{key}' of {owner}", key="callees", owner=fields.owner), fields.diagnostics)
    found = {}
    for number in mapping.entries:
        value = inner.value(number)
        if isinstance(value, Mapping):
            found[number] = _callee(
                Fields(value, phrase("'{key}' of {owner}", key=number, owner="'callees'"), fields.diagnostics)
            )
        elif behaviour := inner.parsed(number, parse_callee):
            found[number] = behaviour
    return found


def _callee(fields: Fields) -> CalleeBehaviour:
    party = read_party(fields, "called", "answered")
    after, talk = fields.parsed("after", parse_seconds), fields.parsed("for", parse_seconds)
    fields.finish()
    default = CalleeBehaviour()
    return CalleeBehaviour(
        party.outcome,
        RING if after is None else after,
        default.talk if talk is None else talk,
        party.by,
        party.greeting,
    )
