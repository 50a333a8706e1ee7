"""``access``: tells the remote access that was asked for on a ticket; its caller allows or refuses it.

acesso-do-chamado:
  access:
    say: acesso-pedido              # {ferramenta}, and {validade}: until when it can be answered; heard to its end
    preparation: acesso-preparo     # a tool that is not approved: {cobranca} is billed; heard to its end
    unauthorised: acesso-sem-perfil # then said to a contact who may order nothing that is billed, in place of 'allow'
    allow: {key: "1", say: acesso-permitir, next: acesso-permitido}
    refuse: {key: "2", say: acesso-recusar, next: acesso-recusado}
    over:                           # a prompt for what became of it: meanwhile, or before its caller came
      allowed: acesso-ja-permitido  # {validade}: until when it lasts
      refused: acesso-ja-recusado
      expired: acesso-vencido
      ended: acesso-encerrado
    back: chamado                   # where * leads, and what goes on where it waits for no answer any more
    denied: contato                 # a contact who may not answer any more: blocked, or with a pendency
    billed: pessoa-cobrada          # the line's key for people, for a ticket of the area Consultoria; default: human
    human: pessoa-do-chamado        # ... for any other one, and when help is used up

The ticket is the one that a state ``ticket`` tells of, whose offer ``access`` leads here. Seeds 000 and 002: the
customer consents first, and it is view only; what was answered is written with the turn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import ClassVar, Final

from ivr.flow import triggers
from ivr.flow.entry_formats import EntryFormat
from ivr.flow.keys import LineKeys
from ivr.flow.nodes.base import Defaults, Edge, NeedsDatabase, Shape
from ivr.flow.nodes.question import Question
from ivr.flow.nodes.spoken import Spoken
from ivr.flow.nodes.ticket import TicketOffer, read_offer, read_prompts_of_states
from ivr.flow.reprompts import read_reprompts
from ivr.flow.rules import Fact
from ivr.source.diagnostics import Mark
from ivr.source.fields import Fields
from ivr.source.yaml import Text
from ivr.tickets.remote_access import AccessState
from value_class import value_class
from wording import phrase

OVER: Final = (AccessState.ALLOWED, AccessState.REFUSED, AccessState.EXPIRED, AccessState.ENDED)
"""What a request may have come to where it waits for no answer."""


@value_class
class AnswerAccess(Question):
    """A request for remote access in words, and the two keys that answer it."""

    kind: ClassVar[str] = "access"
    shape: ClassVar[Shape] = Shape("[(", ")]", "cylinder")
    entry: ClassVar[EntryFormat] = EntryFormat.KEY
    facts: ClassVar[frozenset[Fact]] = frozenset({"ticket", "customer", "protocol"})
    needs_database: ClassVar[NeedsDatabase] = "always"
    chooses: ClassVar[None] = None
    serves_itself: ClassVar[bool] = True

    preparation: Text
    unauthorised: Text
    allow: TicketOffer
    refuse: TicketOffer
    over: Mapping[AccessState, Text]
    back: Text
    denied: Text
    billed: Text | None
    human_key: str | None = None
    repeat_key: str | None = None

    @classmethod
    def read(cls, name: str, fields: Fields, defaults: Defaults) -> AnswerAccess | None:
        """Read a request out of its YAML keys, or None where a fault was told."""
        say, preparation, unauthorised, back, denied = (
            fields.text(key, required=True) for key in ("say", "preparation", "unauthorised", "back", "denied")
        )
        keys: dict[str, str] = {}
        allow, refuse = (read_offer(fields, key, taken=keys) for key in ("allow", "refuse"))
        owner = phrase("'over' of {owner}", owner=fields.owner)
        over = read_prompts_of_states(fields, "over", OVER, owner)
        billed = fields.text("billed")
        seconds = fields.whole("seconds", defaults.menu_seconds, least=1, most=60)
        reprompts = read_reprompts(fields, defaults.reprompts)
        human = fields.text("human") or defaults.human
        fields.finish()
        if not (say and preparation and unauthorised and back and denied and allow and refuse and over):
            return None
        return AnswerAccess(
            name, fields.mark, say, seconds, reprompts, human, preparation, unauthorised, allow, refuse, over, back,
            denied, billed, defaults.keys.free("human", keys), defaults.keys.free("repeat", keys),
        )  # fmt: skip

    @property
    def told_keys(self) -> Mapping[str, Text]:
        """Return the two answers; each is told by a prompt of its own."""
        return {offer.key: offer.next for offer in (self.allow, self.refuse)}

    def own_edges(self) -> Iterator[Edge]:
        """Yield both answers, ``*``, the keys of the line, silence, a wrong key, the human at the end of patience, and
        a request that cannot be answered any more, or not by this contact.
        """
        for offer in (self.allow, self.refuse):
            yield self.edge(triggers.key(offer.key), offer.next, offer.key)
        yield self.edge(triggers.key("*"), self.back, "*")
        if self.repeat_key:
            yield self.edge(triggers.key(self.repeat_key), self.name, self.repeat_key)
        if self.human_key:
            yield self.edge(triggers.key(self.human_key), self.human, self.human_key)
        if self.billed:
            yield self.edge(triggers.BILLED, self.billed, "billed")
        yield self.edge(triggers.NO_INPUT, self.name, "silence")
        yield self.edge(triggers.NO_MATCH, self.name, "other key")
        yield self.edge(triggers.MAX_REPROMPTS, self.human, "help used up")
        yield self.edge(triggers.IMPOSSIBLE, self.back, "not possible any more")
        yield self.edge(triggers.DENIED, self.denied, "not this contact's")

    def onward(self) -> Iterator[Edge]:
        """Return the edges of a request that waits for nothing, and of a contact who may not answer it."""
        return (edge for edge in self.edges() if edge.trigger in {triggers.IMPOSSIBLE, triggers.DENIED})

    def spoken(self) -> Iterator[Spoken]:
        """Yield what is asked and billed, which no key cuts short; both answers, the help, and what became of it."""
        yield Spoken(self.say, self.says(self.say, "ferramenta", "validade").fills)
        yield Spoken(self.preparation, self.says(self.preparation, "ferramenta", "cobranca").fills)
        yield Spoken(self.unauthorised, self.says(self.unauthorised).fills)
        for offer in (self.allow, self.refuse):
            yield replace(self.says(offer.say, asks=True, announces=True), tells=frozenset({offer.key}))
        for prompt in self.reprompts.prompts():
            yield self.says(prompt, asks=True)
        for state, prompt in self.over.items():
            yield self.says(prompt, *(("validade",) if state is AccessState.ALLOWED else ()))

    def said_together(self) -> Iterator[tuple[Text, ...]]:
        """Yield what is asked, what is billed and both answers, with each help before it; or what became of it."""
        asked = (self.say, self.preparation, self.unauthorised, self.allow.say, self.refuse.say)
        for help_ in (*((prompt,) for prompt in self.reprompts.prompts()), ()):
            yield (*help_, *asked)
        for prompt in self.over.values():
            yield (prompt,)

    def announced_keys(self, line_keys: LineKeys) -> dict[str, Mark | None]:
        """Return both answers and ``*``; what is the same in every question of the line is told once a call."""
        announced: dict[str, Mark | None] = {pressed: state.mark for pressed, state in self.told_keys.items()}
        return announced | {"*": None} | dict.fromkeys(filter(None, (line_keys.repeat, self.human_key)))
