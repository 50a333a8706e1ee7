"""``collect``: digits (or a spoken document), checked by a format that the code knows and kept under the state's name.

documento:
  collect:
    say: documento
    format: document              # document | password | access-code
    next: senha                   # a well-formed entry
    read_back: conferir           # a document whose keys stand for one customer's CNPJ with letters: a menu confirms it
    back: software                # * alone
    skip: area-suporte            # an empty entry (# alone, or silence); without it silence gets help
    keys: {"0": area-suporte}     # whole entries that lead elsewhere
    strikes: identificacao        # a malformed entry counts here
    speech: yes                   # may be spoken
    seconds: 7
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

from ivr.flow import triggers
from ivr.flow.nodes.base import Defaults, Edge, Node, Strikes, read_strikes
from ivr.flow.nodes.menu import Menu
from ivr.flow.reprompts import Reprompts, read_reprompts
from ivr.source.fields import Fields
from ivr.source.yaml import Text

FORMATS: Final = {"document": 14, "password": 8, "access-code": 0}
"""Each format and the most keys it takes (0: as long as the access codes of routing.yaml are)."""

SECRET: Final = frozenset({"document", "password"})
"""Formats whose keys are never shown, logged or kept."""


@dataclass(frozen=True, slots=True)
class Collect(Node):
    """An entry of several keys."""

    kind: ClassVar[str] = "collect"
    waits: ClassVar[bool] = True

    say: Text
    format: str
    next: Text
    back: Text | None
    skip: Text | None
    keys: dict[str, Text]
    strikes: Strikes | None
    speech: bool
    seconds: int
    read_back: Text | None
    reprompts: Reprompts
    human: Text
    human_key: str | None = None
    repeat_key: str | None = None
    """The line's keys for people and for the question again, each a whole entry where it means nothing else."""

    @property
    def secret(self) -> bool:
        """True where what is keyed identifies or authenticates somebody."""
        return self.format in SECRET

    def edges(self) -> Iterator[Edge]:
        """A good entry, one to confirm, a malformed one, silence, ``*``, whole entries with a meaning, strikes and
        patience used up."""
        yield self.edge(triggers.COLLECTED, self.next, "entry")
        if self.read_back:
            yield self.edge(triggers.READ_BACK, self.read_back, "read back")
        for pressed, state in self.keys.items():
            yield self.edge(triggers.key(pressed), state, pressed)
        if self.human_key:
            yield self.edge(triggers.key(self.human_key), self.human, self.human_key)
        if self.repeat_key:
            yield self.edge(triggers.key(self.repeat_key), self.name, self.repeat_key)
        yield self.edge(triggers.key("*"), self.back or self.name, "*")
        if self.skip:
            yield self.edge(triggers.SKIPPED, self.skip, "nothing")
        else:
            yield self.edge(triggers.NO_INPUT, self.name, "silence")
        yield self.edge(triggers.NO_MATCH, self.name, "malformed")
        if self.strikes:
            yield self.edge(triggers.MAX_ATTEMPTS, self.strikes.then, f"{self.strikes.limit} strikes", self.mark)
        if not self.strikes or not self.skip:
            yield self.edge(triggers.MAX_REPROMPTS, self.human, "help used up")

    def prompts(self) -> Iterator[Text]:
        """The question and its help; silence that skips it is not helped."""
        yield self.say
        for reprompt in (*(() if self.skip else self.reprompts.no_input), *self.reprompts.invalid):
            yield reprompt.say


def read(name: str, fields: Fields, defaults: Defaults) -> Collect | None:
    """A collect state out of its YAML keys, or None where a fault was told."""
    say = fields.text("say", required=True)
    format_ = fields.choice("format", FORMATS)
    next_ = fields.text("next", required=True)
    back = fields.text("back")
    skip = fields.text("skip")
    keys = _whole_entries(fields)
    strikes = read_strikes(fields, defaults)
    read_back = fields.text("read_back")
    speech = fields.flag("speech")
    seconds = fields.whole("seconds", defaults.collect_seconds, least=1, most=60)
    if speech and format_ == "password":
        fields.diagnostics.error(
            fields.mark_of("speech"), f"{fields.owner} asks for a password, which is keyed, never said"
        )
    if read_back and format_ in {"password", "access-code"}:
        fields.diagnostics.error(
            read_back.mark, f"{fields.owner} has 'read_back', which only a document is: take it out"
        )
        read_back = None
    reprompts = read_reprompts(fields, defaults.reprompts)
    human = fields.text("human") or defaults.human
    fields.finish()
    if not say or not format_ or not next_:
        return None
    return Collect(
        name, fields.mark, say, format_, next_, back, skip, keys, strikes, speech, seconds,
        read_back, reprompts, human, defaults.keys.free("human", keys), defaults.keys.free("repeat", keys),
    )  # fmt: skip


def _whole_entries(fields: Fields) -> dict[str, Text]:
    keys: dict[str, Text] = {}
    written = fields.mapping_of("keys")
    for text, (key, state) in written.entries.items() if written else ():
        if len(text) != 1 or not text.isascii() or not text.isdigit():
            fields.diagnostics.error(
                key.mark, f"'{text}' cannot be a whole entry of {fields.owner}; take one digit 0-9"
            )
        elif isinstance(state, Text) and not state.is_null:
            keys[text] = state
        else:
            fields.diagnostics.error(state.mark, f"entry {text} of {fields.owner} must lead to the name of one state")
    return keys


Asking = Menu | Collect
"""The kinds that ask the caller for something and help when it does not come."""
