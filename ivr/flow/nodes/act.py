"""``act``: the caller accepts or refuses the solution of a ticket, takes more time for it, or leaves a message.

aceite-do-chamado:
  act:
    does: accept                  # accept | postpone: by the key 1; refuse | message: by what is said after the beep
    say: confirmar-aceite         # accept and postpone tell to press 1; {prazo} is the last day that is agreed to
    billed: chamado-cobranca      # accept: {cobranca} is the time that will be billed, heard to its end before 'say'
    seconds: 8                    # to wait for the key (default: the line's menu_seconds); the longest recording (120)
    silence: 5                    # of a recording: seconds of silence that end it
    next: chamado-foi-aceito      # it is done
    declined: chamado             # another key, or nothing was said: nothing is done
    impossible: chamado           # the ticket does not take it any more
    linked: chamado-novo          # message to a ticket that is closed: it opens another one, {protocolo}

The ticket is the one that a state ``ticket`` tells of. What was done is written with the turn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import ClassVar, Final

from ivr.flow import triggers
from ivr.flow.entry_formats import EntryFormat
from ivr.flow.nodes.base import NO_KEYS, Defaults, Edge, NeedsDatabase, Node, Shape
from ivr.flow.nodes.spoken import Spoken
from ivr.flow.nodes.ticket import ACTS, MESSAGE
from ivr.flow.rules import Fact
from ivr.source.fields import Fields
from ivr.source.yaml import Text
from ivr.tickets.events import EventKind
from value_class import value_class
from wording import message, phrase

CONFIRMED: Final = frozenset({EventKind.ACCEPTED, EventKind.POSTPONED})
"""What is done by the key 1; the others by a recording."""

LONGEST_RECORDING: Final = 120


@value_class
class ActOnTicket(Node):
    """Something done with a ticket."""

    kind: ClassVar[str] = "act"
    shape: ClassVar[Shape] = Shape("[(", ")]", "cylinder")
    waits: ClassVar[bool] = True
    facts: ClassVar[frozenset[Fact]] = frozenset({"ticket"})
    needs_database: ClassVar[NeedsDatabase] = "always"
    hands_over_to: ClassVar[None] = None
    chooses: ClassVar[None] = None
    told_keys: ClassVar[Mapping[str, Text]] = NO_KEYS
    serves_itself: ClassVar[bool] = True

    does: EventKind
    say: Text
    billed: Text | None
    seconds: int
    silence: int
    next: Text
    declined: Text
    impossible: Text
    linked: Text | None

    @classmethod
    def read(cls, name: str, fields: Fields, defaults: Defaults) -> ActOnTicket | None:
        """An act out of its YAML keys, or None where a fault was told."""
        chosen = fields.choice("does", ACTS)
        does = ACTS[chosen] if chosen else None
        say = fields.text("say", required=True)
        billed = fields.text("billed", required=does is EventKind.ACCEPTED)
        is_recorded = does is not None and does not in CONFIRMED
        usual, most = (LONGEST_RECORDING, 600) if is_recorded else (defaults.menu_seconds, 60)
        seconds = fields.whole("seconds", usual, least=1, most=most)
        silence = fields.whole("silence", 5, least=1, most=60)
        next_, declined, impossible = (fields.text(key, required=True) for key in ("next", "declined", "impossible"))
        linked = fields.text("linked", required=does is MESSAGE)
        for key, owner in (("billed", EventKind.ACCEPTED), ("linked", MESSAGE)):
            if does and does is not owner and fields.has(key):
                fields.diagnostics.error(
                    fields.mark_of(key),
                    message(
                        "act-key-of-another",
                        "'{key}' of {owner} goes with 'does: {act}' only; take it out",
                        key=key,
                        owner=fields.owner,
                        act=next(word for word, kind in ACTS.items() if kind is owner),
                    ),
                )
                return None
        fields.finish()
        if not (does and say and next_ and declined and impossible):
            return None
        if (does is EventKind.ACCEPTED and not billed) or (does is MESSAGE and not linked):
            return None
        return ActOnTicket(name, fields.mark, does, say, billed, seconds, silence, next_, declined, impossible, linked)

    @property
    def is_recorded(self) -> bool:
        """Return whether the caller talks, and presses no key, to do it."""
        return self.does not in CONFIRMED

    @property
    def entry(self) -> EntryFormat | None:
        """The key 1, where it is done by a key."""
        return None if self.is_recorded else EntryFormat.CONFIRMATION

    @property
    def about(self) -> tuple[str, ...]:
        """Return what is done, in the word of YAML."""
        return tuple(word for word, kind in ACTS.items() if kind is self.does)

    def own_edges(self) -> Iterator[Edge]:
        """Done, not wanted, not possible any more; a message to a closed ticket opens another one."""
        if self.is_recorded:
            yield self.edge(triggers.RECORDED, self.next, "message")
            yield self.edge(triggers.NO_INPUT, self.declined, "nothing said")
        else:
            yield self.edge(triggers.key("1"), self.next, "1")
            yield self.edge(triggers.NO_MATCH, self.declined, "not confirmed")
        if self.linked:
            yield self.edge(triggers.LINKED, self.linked, "opens another ticket")
        yield self.edge(triggers.IMPOSSIBLE, self.impossible, "not possible any more")

    def onward(self) -> Iterator[Edge]:
        """Return the edge of a ticket that does not take it: nothing is asked then."""
        return (edge for edge in self.edges() if edge.trigger == triggers.IMPOSSIBLE)

    def spoken(self) -> Iterator[Spoken]:
        """Yield what is billed, and the question or the invitation."""
        if self.billed:
            yield Spoken(self.billed, self.says(self.billed, "cobranca").fills)
        if self.is_recorded:
            yield self.says(self.say)
        else:
            yield replace(self.says(self.say, "prazo"), confirms=phrase("nothing is done"))

    def taken_keys(self) -> frozenset[str]:
        """The one that ends a recording, or the one that confirms."""
        return frozenset({triggers.FINISH_KEY if self.is_recorded else "1"})
