"""Telephone keys, each with the state that it leads to."""

from __future__ import annotations

from ivr.flow import triggers
from ivr.flow.fields import Fields
from ivr.flow.yaml import Scalar


def read_keys(fields: Fields, *, required: bool = True) -> dict[str, Scalar]:
    """The mapping under ``keys``: one of 0-9, ``*`` and ``#`` to the name of a state; faults are told.

    Where it is ``required`` it holds at least one key.
    """
    keys: dict[str, Scalar] = {}
    written = fields.mapping_of("keys", required=required)
    for text, (key, state) in written.entries.items() if written else ():
        if len(text) != 1 or text not in triggers.KEYS:
            fields.faults.error(key.mark, f'\'{text}\' is no telephone key; keys are 0-9, "*" and "#" (quoted)')
        elif isinstance(state, Scalar) and not state.is_null:
            keys[text] = state
        else:
            fields.faults.error(state.mark, f"key {text} of {fields.owner} must lead to the name of one state")
    if required and written and not written.entries:
        fields.faults.error(fields.mark_of("keys"), f"'keys' of {fields.owner} must hold at least one key")
    return keys
