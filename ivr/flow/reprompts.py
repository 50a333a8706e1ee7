"""Reprompts say how often, and with what words, a state asks again before a human takes over."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.source.fields import Fields
from ivr.source.yaml import Mapping, Sequence, Text
from value_class import value_class
from wording import message, phrase


@value_class
class Reprompt:
    """One answer to a failed entry: a prompt, and whether the state's own prompt follows it."""

    say: Text
    repeat: bool


@value_class
class Reprompts:
    """Growing help, counted apart for silence and for wrong keys; when either list is used up, a human takes over."""

    no_input: tuple[Reprompt, ...]
    invalid: tuple[Reprompt, ...]

    def prompts(self) -> Iterator[Text]:
        """Every prompt named here."""
        for each in (*self.no_input, *self.invalid):
            yield each.say


def read_reprompts(fields: Fields, default: Reprompts | None) -> Reprompts:
    """The keys ``no_input`` and ``invalid`` of ``fields``, each a list of ``{say: PROMPT, repeat: yes|no}``."""
    return Reprompts(
        no_input=_reprompts(fields, "no_input", default.no_input if default else None),
        invalid=_reprompts(fields, "invalid", default.invalid if default else None),
    )


def _reprompts(fields: Fields, key: str, default: tuple[Reprompt, ...] | None) -> tuple[Reprompt, ...]:
    items = fields.items(key, required=default is None)
    if not items:
        if isinstance(fields.mapping.get(key), Sequence):
            fields.diagnostics.error(
                fields.mark_of(key),
                message("help-empty", "'{key}' of {owner} must hold at least one help", key=key, owner=fields.owner),
            )
        return default or ()
    reprompts = []
    for item in items:
        if not isinstance(item, Mapping):
            fields.diagnostics.error(
                item.mark,
                message(
                    "help-malformed",
                    "each help in '{key}' of {owner} must be {{say: PROMPT, repeat: yes}}",
                    key=key,
                    owner=fields.owner,
                ),
            )
            continue
        each = Fields(item, phrase("the help in '{key}' of {owner}", key=key, owner=fields.owner), fields.diagnostics)
        say = each.text("say", required=True)
        repeat = each.flag("repeat")
        each.finish()
        if say:
            reprompts.append(Reprompt(say, repeat))
    return tuple(reprompts)
