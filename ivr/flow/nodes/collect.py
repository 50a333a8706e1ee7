"""``collect``: digits (or a spoken document), checked by a format that the code knows and kept under the state's name.

documento:
  collect:
    say: documento
    format: document              # document | password | access-code | ticket | new-password | new-password-again
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

from collections.abc import Iterator, Mapping
from typing import ClassVar, Final

from ivr.flow import triggers
from ivr.flow.entry_formats import EntryFormat
from ivr.flow.keys import LineKeys
from ivr.flow.nodes.base import Defaults, Edge, NeedsDatabase, Shape, Strikes, read_strikes
from ivr.flow.nodes.question import Question
from ivr.flow.nodes.spoken import Spoken
from ivr.flow.reprompts import read_reprompts
from ivr.flow.rules import Fact
from ivr.source.diagnostics import Mark
from ivr.source.fields import Fields
from ivr.source.yaml import Text
from value_class import value_class
from wording import message

FORMATS: Final = {
    EntryFormat.DOCUMENT: 14,
    EntryFormat.PASSWORD: 8,
    EntryFormat.ACCESS_CODE: 0,
    EntryFormat.TICKET: 10,
    EntryFormat.NEW_PASSWORD: 8,
    EntryFormat.NEW_PASSWORD_AGAIN: 8,
}
"""Each format and the most keys it takes (0: as long as the access codes of routing.yaml are)."""

KEYED_ONLY: Final = frozenset(FORMATS) - {EntryFormat.DOCUMENT, EntryFormat.ACCESS_CODE}
"""Formats of what is keyed and never said: what is said is heard by others, and written down by the recogniser."""

OF_IDENTIFIED: Final = frozenset({EntryFormat.TICKET, EntryFormat.NEW_PASSWORD, EntryFormat.NEW_PASSWORD_AGAIN})
"""Formats of what only an identified caller has."""


@value_class
class Collect(Question):
    """An entry of several keys."""

    kind: ClassVar[str] = "collect"
    shape: ClassVar[Shape] = Shape("[/", "/]", "parallelogram")
    waits: ClassVar[bool] = True
    facts: ClassVar[frozenset[Fact]] = frozenset()
    chooses: ClassVar[None] = None

    format: EntryFormat
    next: Text
    back: Text | None
    skip: Text | None
    keys: dict[str, Text]
    strikes: Strikes | None
    speech: bool
    read_back: Text | None
    human_key: str | None = None
    repeat_key: str | None = None
    """The line's keys for people and for the question again, each a whole entry where it means nothing else."""

    @classmethod
    def read(cls, name: str, fields: Fields, defaults: Defaults) -> Collect | None:
        """A collect state out of its YAML keys, or None where a fault was told."""
        say = fields.text("say", required=True)
        format_ = EntryFormat(chosen) if (chosen := fields.choice("format", [each.value for each in FORMATS])) else None
        next_ = fields.text("next", required=True)
        back = fields.text("back")
        skip = fields.text("skip")
        keys = _whole_entries(fields)
        strikes = read_strikes(fields, defaults)
        read_back = fields.text("read_back")
        speech = fields.flag("speech")
        seconds = fields.whole("seconds", defaults.collect_seconds, least=1, most=60)
        if speech and format_ in KEYED_ONLY:
            fields.diagnostics.error(
                fields.mark_of("speech"),
                message(
                    "password-spoken",
                    "{owner} asks for a password or a ticket's number, which is keyed, never said",
                    owner=fields.owner,
                ),
            )
        if read_back and format_ and format_ is not EntryFormat.DOCUMENT:
            fields.diagnostics.error(
                read_back.mark,
                message(
                    "read-back-of-no-document",
                    "{owner} has 'read_back', which only a document is: take it out",
                    owner=fields.owner,
                ),
            )
            read_back = None
        reprompts = read_reprompts(fields, defaults.reprompts)
        human = fields.text("human") or defaults.human
        fields.finish()
        if not say or not format_ or not next_:
            return None
        return Collect(
            name, fields.mark, say, seconds, reprompts, human, format_, next_, back, skip, keys, strikes, speech,
            read_back, defaults.keys.free("human", keys), defaults.keys.free("repeat", keys),
        )  # fmt: skip

    @property
    def entry(self) -> EntryFormat:
        """That of the format."""
        return self.format

    @property
    def needs_database(self) -> NeedsDatabase:
        """To find whose document it is, or password, or ticket; access codes are in the line's files."""
        return "never" if self.format is EntryFormat.ACCESS_CODE else "always"

    @property
    def told_keys(self) -> Mapping[str, Text]:
        """Whole entries that lead somewhere else."""
        return self.keys

    @property
    def takes_speech(self) -> bool:
        """Return whether the line wants the entry spoken, too; a password never is said."""
        return self.speech

    @property
    def counter(self) -> Strikes | None:
        """Return the counter of strikes to which a malformed entry adds."""
        return self.strikes

    @property
    def about(self) -> tuple[str, ...]:
        """Return the format of the entry."""
        return (self.format.value,)

    @property
    def asks_after_silence(self) -> bool:
        """Return whether a caller who keys nothing is asked again; where that skips the question it is an answer."""
        return self.skip is None and bool(self.reprompts.no_input)

    def own_edges(self) -> Iterator[Edge]:
        """A good entry, one to confirm, a malformed one, silence, ``*``, whole entries with a meaning, strikes and
        patience used up."""
        proves = frozenset({self.format.value})
        yield self.edge(triggers.COLLECTED, self.next, "entry", proves=proves)
        if self.read_back:
            yield self.edge(triggers.READ_BACK, self.read_back, "read back", proves=proves)
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

    def spoken(self) -> Iterator[Spoken]:
        """The question and its help; silence that skips it is not helped."""
        yield self.says(self.say, announces=True)
        for reprompt in (*(() if self.skip else self.reprompts.no_input), *self.reprompts.invalid):
            yield self.says(reprompt.say, asks=True)

    def announced_keys(self, _line_keys: LineKeys) -> dict[str, Mark | None]:
        """Whole entries. That # ends an entry and * takes it back callers know, and long entries have long prompts."""
        announced: dict[str, Mark | None] = {pressed: state.mark for pressed, state in self.keys.items()}
        announced |= dict.fromkeys(filter(None, ("#", self.human_key, self.repeat_key)))
        if self.back:
            announced["*"] = None
        return announced


def _whole_entries(fields: Fields) -> dict[str, Text]:
    keys: dict[str, Text] = {}
    written = fields.mapping_of("keys")
    for text, mark, state in written.items() if written else ():
        if len(text) != 1 or not text.isascii() or not text.isdigit():
            fields.diagnostics.error(
                mark,
                message(
                    "whole-entry-malformed",
                    "'{entry}' cannot be a whole entry of {owner}; take one digit 0-9",
                    entry=text,
                    owner=fields.owner,
                ),
            )
        elif isinstance(state, Text) and not state.is_null:
            keys[text] = state
        else:
            fields.diagnostics.error(
                state.mark,
                message(
                    "whole-entry-leads-to-no-state",
                    "entry {entry} of {owner} must lead to the name of one state",
                    entry=text,
                    owner=fields.owner,
                ),
            )
    return keys
