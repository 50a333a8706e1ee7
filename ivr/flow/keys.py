"""Telephone keys, each with the state that it leads to."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from ivr.flow import triggers
from ivr.source.diagnostics import Mark
from ivr.source.fields import Fields
from ivr.source.yaml import Text
from value_class import value_class
from wording import message, phrase


@value_class
class LineKeys:
    """Keys that do the same in every menu where they are free: ``repeat`` says it again, ``human`` asks for people."""

    repeat: str | None = None
    human: str | None = None

    def free(self, does: Literal["repeat", "human"], taken: Collection[str]) -> str | None:
        """The key that ``does`` so, unless it is ``taken``."""
        key = self.repeat if does == "repeat" else self.human
        return None if key in taken else key


def read_line_keys(line: Fields) -> LineKeys:
    """The mapping ``keys`` of the line: ``{repeat: "9", human: "0"}``, both of them optional."""
    written = line.mapping_of("keys")
    if written is None:
        return LineKeys()
    fields = Fields(written, phrase("'keys' of {owner}", owner=line.owner), line.diagnostics)
    repeat, human = (fields.choice(does, "0123456789", default="") or None for does in ("repeat", "human"))
    fields.finish()
    if repeat and repeat == human:
        fields.diagnostics.error(
            fields.mark_of("human"),
            message("line-key-twice", "key {key} cannot both repeat and ask for people", key=human),
        )
        human = None
    return LineKeys(repeat, human)


def read_key(fields: Fields, name: str) -> Text | None:
    """The one key under ``name``, which must be there; None where a fault was told."""
    pressed = fields.text(name, required=True)
    return pressed if pressed is not None and _is_key(pressed, pressed.mark, fields) else None


def _is_key(text: str, mark: Mark, fields: Fields) -> bool:
    if len(text) == 1 and text in triggers.KEYS:
        return True
    fields.diagnostics.error(
        mark,
        message("key-malformed", '\'{text}\' is no telephone key; keys are 0-9, "*" and "#" (quoted)', text=text),
    )
    return False


def read_keys(fields: Fields, *, required: bool = True) -> dict[str, Text]:
    """The mapping under ``keys``: one of 0-9, ``*`` and ``#`` to the name of a state; faults are told.

    Where it is ``required`` it holds at least one key.
    """
    keys: dict[str, Text] = {}
    written = fields.mapping_of("keys", required=required)
    for text, mark, state in written.items() if written else ():
        if not _is_key(text, mark, fields):
            continue
        if isinstance(state, Text) and not state.is_null:
            keys[text] = state
        else:
            fields.diagnostics.error(
                state.mark,
                message(
                    "key-leads-to-no-state",
                    "key {key} of {owner} must lead to the name of one state",
                    key=text,
                    owner=fields.owner,
                ),
            )
    if required and written and not written.entries:
        fields.diagnostics.error(
            fields.mark_of("keys"),
            message("keys-empty", "'keys' of {owner} must hold at least one key", owner=fields.owner),
        )
    return keys
