"""``read_callees`` reads ``callees`` of a script or a seed: how a number answers when the application calls it."""

from __future__ import annotations

from typing import cast

from ivr.simulator.phones.scripted import RING
from ivr.simulator.phones.steps import Outcome
from ivr.simulator.rest.callees import CalleeBehaviour
from ivr.simulator.rest.written_behaviours import OUTCOMES, parse_callee
from ivr.simulator.verbs.detection import PARTIES
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
    outcome = fields.choice("called", OUTCOMES, default="answered") or "answered"
    by = fields.choice("by", PARTIES, default=PARTIES[0]) or PARTIES[0]
    after, talk = fields.parsed("after", parse_seconds), fields.parsed("for", parse_seconds)
    fields.finish()
    default = CalleeBehaviour()
    return CalleeBehaviour(
        cast(Outcome, outcome), RING if after is None else after, default.talk if talk is None else talk, by
    )
