"""``ticket``: tells the ticket whose number the caller keyed, and offers what is possible in its state.

chamado:
  ticket:
    states:                         # a prompt for each state; {chamado} is the number, {prazo} the customer's last day
      opened: chamado-aberto
      in-analysis: chamado-em-analise
      pending-customer: chamado-pendente
      with-another-area: chamado-em-outra-area
      solution-sent: chamado-com-solucao
      postponed: chamado-adiado
      refused: chamado-recusado
      merged: chamado-unido
      accepted: chamado-aceito
      accepted-by-silence: chamado-aceito-por-prazo
      closed-unanswered: chamado-sem-resposta
    forecast: chamado-previsao      # {previsao}: while the clock of the ticket runs
    late: chamado-atrasado          # in its place where the forecast is over
    offers:                         # each said and taken only where the state of the ticket allows it
      access: {key: "5", say: chamado-acesso, next: acesso-do-chamado}   # while a request for remote access waits
      accept: {key: "1", say: chamado-aceitar, next: aceite-do-chamado}
      refuse: {key: "2", say: chamado-recusar, next: recusa-do-chamado}
      postpone: {key: "3", say: chamado-adiar, next: adiamento-do-chamado}
      message: {key: "4", say: chamado-escrever, next: recado-do-chamado}
    say: chamado-opcoes             # said last, whatever is offered
    back: numero-do-chamado         # where * leads
    billed: pessoa-cobrada          # the line's key for people, for a ticket of the area Consultoria; default: human
    human: pessoa-do-chamado        # ... for any other one, and when help is used up

A state ``act`` does what was offered, a state ``access`` answers a request for remote access. Only identified callers
come here: see ivr/flow/checks/tickets.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import ClassVar, Final, TypeVar

from ivr.flow import triggers
from ivr.flow.entry_formats import EntryFormat
from ivr.flow.keys import LineKeys
from ivr.flow.nodes.base import Defaults, Edge, NeedsDatabase, Shape
from ivr.flow.nodes.question import Question
from ivr.flow.nodes.spoken import Spoken
from ivr.flow.reprompts import read_reprompts
from ivr.flow.rules import Fact
from ivr.source.diagnostics import Mark
from ivr.source.fields import Fields
from ivr.source.yaml import Text
from ivr.tickets.events import WITH_CUSTOMER, EventKind, TicketState
from value_class import value_class
from wording import message, phrase

State = TypeVar("State", bound=StrEnum)

MESSAGE: Final = EventKind.MESSAGE_ADDED

ACTS: Final = {
    "accept": EventKind.ACCEPTED,
    "refuse": EventKind.REFUSED,
    "postpone": EventKind.POSTPONED,
    "message": MESSAGE,
}
"""What a customer may do with a ticket by telephone, as it is written, and as the ticket's machine knows it."""

OFFERS: Final = {"access": EventKind.ACCESS_ANSWERED, **ACTS}
"""What may be offered: a question that waits for its answer first."""


@value_class
class TicketOffer:
    """The key by which a caller comes to the state ``next`` that acts on a ticket, and the prompt that tells of it."""

    key: str
    say: Text
    next: Text


@value_class
class AboutTicket(Question):
    """A ticket in words, and what its caller may do with it."""

    kind: ClassVar[str] = "ticket"
    shape: ClassVar[Shape] = Shape("[", "]", "box")
    entry: ClassVar[EntryFormat] = EntryFormat.KEY
    facts: ClassVar[frozenset[Fact]] = frozenset({"ticket"})
    needs_database: ClassVar[NeedsDatabase] = "always"
    chooses: ClassVar[None] = None
    serves_itself: ClassVar[bool] = True

    states: Mapping[TicketState, Text]
    forecast: Text
    late: Text
    offers: Mapping[EventKind, TicketOffer]
    back: Text | None
    billed: Text | None
    human_key: str | None = None
    repeat_key: str | None = None

    @classmethod
    def read(cls, name: str, fields: Fields, defaults: Defaults) -> AboutTicket | None:
        """A ticket out of its YAML keys, or None where a fault was told."""
        say, forecast = fields.text("say", required=True), fields.text("forecast", required=True)
        late = fields.text("late") or forecast
        owner = phrase("'states' of {owner}", owner=fields.owner)
        states, offers = read_prompts_of_states(fields, "states", TicketState, owner), _offers(fields)
        back, billed = fields.text("back"), fields.text("billed")
        seconds = fields.whole("seconds", defaults.menu_seconds, least=1, most=60)
        reprompts = read_reprompts(fields, defaults.reprompts)
        human = fields.text("human") or defaults.human
        fields.finish()
        if not (say and forecast and late and states and offers):
            return None
        taken = {offer.key for offer in offers.values()}
        return AboutTicket(
            name, fields.mark, say, seconds, reprompts, human, states, forecast, late, offers, back, billed,
            defaults.keys.free("human", taken), defaults.keys.free("repeat", taken),
        )  # fmt: skip

    @property
    def told_keys(self) -> Mapping[str, Text]:
        """Those of what is offered; each is told by the prompt of its own offer."""
        return {offer.key: offer.next for offer in self.offers.values()}

    def own_edges(self) -> Iterator[Edge]:
        """Every offer, ``*``, the keys of the line, silence, a wrong key, and the human at the end of patience."""
        for offer in self.offers.values():
            yield self.edge(triggers.key(offer.key), offer.next, offer.key)
        yield self.edge(triggers.key("*"), self.back or self.name, "*")
        if self.repeat_key:
            yield self.edge(triggers.key(self.repeat_key), self.name, self.repeat_key)
        if self.human_key:
            yield self.edge(triggers.key(self.human_key), self.human, self.human_key)
        if self.billed:
            yield self.edge(triggers.BILLED, self.billed, "billed")
        yield self.edge(triggers.NO_INPUT, self.name, "silence")
        yield self.edge(triggers.NO_MATCH, self.name, "other key")
        yield self.edge(triggers.MAX_REPROMPTS, self.human, "help used up")

    def onward(self) -> Iterator[Edge]:
        """Return the edge of a call whose ticket is not there any more."""
        return (edge for edge in self.edges() if edge.trigger == triggers.MAX_REPROMPTS)

    def spoken(self) -> Iterator[Spoken]:
        """The state, the forecast, each offer, what is said last, and the help."""
        for state, prompt in self.states.items():
            yield self.says(prompt, "chamado", *(("prazo",) if state in WITH_CUSTOMER else ()))
        for prompt in dict.fromkeys((self.forecast, self.late)):
            yield self.says(prompt, "previsao", "chamado")
        for offer in self.offers.values():
            yield replace(self.says(offer.say, asks=True, announces=True), tells=frozenset({offer.key}))
        yield replace(
            self.says(self.say, asks=True, announces=True), tells=frozenset(triggers.KEYS) - {*self.told_keys}
        )
        for prompt in self.reprompts.prompts():
            yield self.says(prompt, asks=True)

    def said_together(self) -> Iterator[tuple[Text, ...]]:
        """A state, the forecast, every offer and what is said last; with each help before it."""
        offers = tuple(offer.say for offer in self.offers.values())
        for state in dict.fromkeys(self.states.values()):
            for forecast in dict.fromkeys((self.forecast, self.late)):
                for help_ in (*((prompt,) for prompt in self.reprompts.prompts()), ()):
                    yield (*help_, state, forecast, *offers, self.say)

    def announced_keys(self, line_keys: LineKeys) -> dict[str, Mark | None]:
        """Its offers and ``back``; what is the same in every question of the line is told once a call."""
        announced: dict[str, Mark | None] = {pressed: state.mark for pressed, state in self.told_keys.items()}
        if self.back:
            announced["*"] = None
        return announced | dict.fromkeys(filter(None, (line_keys.repeat, self.human_key)))


def read_prompts_of_states(fields: Fields, key: str, states: Iterable[State], owner: str) -> dict[State, Text] | None:
    """Return the prompt of each of ``states``, written below ``key``; None where one is missing.

    ``owner`` names that mapping in diagnostics.
    """
    written = fields.mapping_of(key, required=True)
    if written is None:
        return None
    told = Fields(written, owner, fields.diagnostics)
    found = {state: told.text(state.value, required=True) for state in states}
    told.finish()
    given = {state: prompt for state, prompt in found.items() if prompt is not None}
    return given if len(given) == len(found) else None


def _offers(fields: Fields) -> dict[EventKind, TicketOffer] | None:
    """What is offered, in the order in which it is written; None where a fault was told."""
    written = fields.mapping_of("offers", required=True)
    if written is None:
        return None
    offered = Fields(written, phrase("'offers' of {owner}", owner=fields.owner), fields.diagnostics)
    found: dict[EventKind, TicketOffer] = {}
    taken: dict[str, str] = {}
    for name in OFFERS:
        if offered.mapping_of(name) is None:
            continue
        offer = read_offer(offered, name, fields.owner, taken)
        if offer is None:
            return None
        found[OFFERS[name]] = offer
    offered.finish()
    if not found:
        fields.diagnostics.error(
            fields.mark_of("offers"),
            message(
                "ticket-offers-nothing",
                "'offers' of {owner} must offer something: {known}",
                owner=fields.owner,
                known=", ".join(OFFERS),
            ),
        )
    return found or None


def read_offer(
    fields: Fields, name: str, of: str | None = None, taken: dict[str, str] | None = None
) -> TicketOffer | None:
    """The offer under the key ``name``; None where a fault was told. ``of`` is what it belongs to for people; its key
    is added to those that others have ``taken``, each with the name of its offer.
    """
    value = fields.mapping_of(name, required=True)
    if value is None:
        return None
    owner = phrase("'{offer}' of {owner}", offer=name, owner=of or fields.owner)
    offer = Fields(value, owner, fields.diagnostics)
    key = offer.choice("key", "123456789")
    say, next_ = offer.text("say", required=True), offer.text("next", required=True)
    offer.finish()
    if not (key and say and next_):
        return None
    other = taken.setdefault(key, name) if taken is not None else name
    if other != name:
        fields.diagnostics.error(
            offer.mark_of("key"),
            message(
                "ticket-offers-alike",
                "key {key} of {owner} is that of '{other}' already; give each offer a key of its own",
                key=key,
                owner=owner,
                other=other,
            ),
        )
    return TicketOffer(key, say, next_)
