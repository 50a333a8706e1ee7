"""``check``: one question about the caller that the code knows how to answer; every answer leads somewhere.

autenticar:
  check:
    rule: identity                      # see ivr/flow/rules.py
    outcomes: {matched: contato, refused: dados-nao-conferem}
    strikes: identificacao              # a counter ...
    strikes_on: refused                 # ... that this answer adds to and any other clears
contrato-prime:
  check:
    rule: special
    contract: PRIME                     # the special contract asked for (default: any); only of this rule
    outcomes: {contracted: prime, missing: sin-prime}
suporte-aberto:
  check:
    rule: open
    desks: [suporte]             # destinations, or beginnings of several names: is one of them open or on call?
    outcomes: {open: documento, closed: suporte-fechado}   # a say that tells {destino} and {abertura}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from ivr.flow import triggers
from ivr.flow.entry_formats import EntryFormat
from ivr.flow.nodes.base import (
    NO_KEYS,
    Defaults,
    Edge,
    NeedsDatabase,
    Node,
    RuleAnswer,
    Shape,
    Strikes,
    read_strikes,
)
from ivr.flow.nodes.spoken import Spoken
from ivr.flow.rules import OPEN, RULES, Fact, Rule, refuses
from ivr.source.fields import Fields, suggest
from ivr.source.yaml import Text
from value_class import value_class
from wording import message


@value_class
class Check(Node):
    """A fork that the customer's record decides."""

    kind: ClassVar[str] = "check"
    shape: ClassVar[Shape] = Shape("{", "}", "diamond")
    waits: ClassVar[bool] = False
    entry: ClassVar[EntryFormat | None] = None
    hands_over_to: ClassVar[None] = None
    chooses: ClassVar[None] = None
    told_keys: ClassVar[Mapping[str, Text]] = NO_KEYS

    rule: Rule
    outcomes: dict[str, Text]
    strikes: Strikes | None
    strikes_on: str | None
    contract: str | None = None
    destinations: tuple[Text, ...] = ()

    @classmethod
    def read(cls, name: str, fields: Fields, defaults: Defaults) -> Check | None:
        """A check out of its YAML keys, or None where a fault was told."""
        rules = RULES | {OPEN.name: OPEN}
        rule_name = fields.choice("rule", rules)
        rule = rules.get(rule_name or "")
        outcomes = _outcomes(fields, rule)
        strikes = read_strikes(fields, defaults)
        strikes_on = fields.choice("strikes_on", rule.outcomes, default="") if rule else fields.text("strikes_on")
        if strikes and not fields.has("strikes_on"):
            fields.diagnostics.error(
                fields.mark_of("strikes"),
                message(
                    "strikes-on-missing", "{owner} needs 'strikes_on': the answer that is a strike", owner=fields.owner
                ),
            )
        if strikes_on and not fields.has("strikes"):
            fields.diagnostics.error(
                fields.mark_of("strikes_on"),
                message(
                    "strikes-missing",
                    "{owner} needs 'strikes': the counter that '{strikes_on}' adds to",
                    owner=fields.owner,
                    strikes_on=strikes_on,
                ),
            )
        if rule and strikes_on and not refuses(strikes_on):
            bad = [word for word in rule.outcomes if refuses(word)]
            fields.diagnostics.error(
                fields.mark_of("strikes_on"),
                message(
                    "strikes-on-a-good-answer",
                    "'strikes_on' of {owner} would count '{strikes_on}', a good answer, as a strike (count: {bad})",
                    owner=fields.owner,
                    strikes_on=strikes_on,
                    bad=", ".join(bad),
                ),
            )
        contract = fields.text("contract") if rule and rule.name == "special" else None
        destinations = fields.texts("destinations", required=True) if rule is OPEN else ()
        fields.finish()
        if not rule:
            return None
        return Check(name, fields.mark, rule, outcomes, strikes, strikes_on or None, contract, destinations)

    @property
    def facts(self) -> frozenset[Fact]:
        """That of its rule."""
        return frozenset({self.rule.needs})

    @property
    def needs_database(self) -> NeedsDatabase:
        """For the customer's record; hours are known without one, and closures are not seen then, as in a transfer."""
        if self.rule is OPEN:
            return "never"
        return "always" if self.rule.needs == "identity" else "once identified"

    @property
    def counter(self) -> Strikes | None:
        """Return the counter of strikes to which one of the answers adds."""
        return self.strikes

    @property
    def about(self) -> tuple[str, ...]:
        """Return its rule, and the contract or the destinations that it asks about."""
        return (self.rule.name, *filter(None, [self.contract]), *self.destinations)

    def own_edges(self) -> Iterator[Edge]:
        """One edge an answer, and the one of a counter that is full."""
        for word, state in self.outcomes.items():
            label, proves = f"{self.rule.name}: {word}", self.rule.proves(word)
            answer = RuleAnswer(self.rule, word, self.destinations)
            yield self.edge(triggers.outcome(word), state, label, proves=proves, answer=answer)
        if self.strikes:
            struck = RuleAnswer(self.rule, self.strikes_on) if self.strikes_on else None
            label = f"{self.strikes.limit} strikes"
            yield self.edge(triggers.MAX_ATTEMPTS, self.strikes.then, label, self.mark, answer=struck)

    def spoken(self) -> Iterator[Spoken]:
        """Nothing."""
        yield from ()


def _outcomes(fields: Fields, rule: Rule | None) -> dict[str, Text]:
    outcomes: dict[str, Text] = {}
    written = fields.mapping_of("outcomes", required=True)
    if not written or not rule:
        return outcomes
    for word, mark, state in written.items():
        if word not in rule.outcomes:
            fields.diagnostics.error(
                mark,
                message(
                    "answer-unknown",
                    "the rule '{rule}' never answers '{word}'{near} (it answers: {known})",
                    rule=rule.name,
                    word=word,
                    near=suggest(word, rule.outcomes),
                    known=", ".join(rule.outcomes),
                ),
            )
        elif isinstance(state, Text) and not state.is_null:
            outcomes[word] = state
        else:
            fields.diagnostics.error(
                state.mark,
                message(
                    "answer-leads-to-no-state",
                    "the answer '{word}' of {owner} must lead to the name of one state",
                    word=word,
                    owner=fields.owner,
                ),
            )
    _tell_apart(fields, rule, outcomes)
    for word in rule.outcomes:
        if word not in written.entries:
            fields.diagnostics.error(
                fields.mark_of("outcomes"),
                message(
                    "answer-missing",
                    "{owner} says nothing about the answer '{word}' of '{rule}'",
                    owner=fields.owner,
                    word=word,
                    rule=rule.name,
                ),
            )
    return outcomes


def _tell_apart(fields: Fields, rule: Rule, outcomes: dict[str, Text]) -> None:
    """Tell an answer that refuses the caller and leads to where a good one leads: the check would decide nothing."""
    if rule.name == "open":
        return  # of destinations, not of the caller
    good = {state: word for word, state in outcomes.items() if not refuses(word)}
    for word, state in outcomes.items():
        if refuses(word) and state in good:
            fields.diagnostics.error(
                state.mark,
                message(
                    "answers-lead-alike",
                    "the answer '{word}' of {owner} leads to '{state}', as '{other}' does, so that "
                    "'{rule}' decides nothing; lead it elsewhere",
                    word=word,
                    owner=fields.owner,
                    state=state,
                    other=good[state],
                    rule=rule.name,
                ),
            )
