"""A node says of its state how it is read and drawn, what it says, hears and needs, and where it leads.

What a kind must answer for itself is abstract, so that mypy and the import of ``ivr.flow.nodes`` refuse one that
forgets it; what most kinds do not do has a default.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import ClassVar, Final, Literal, NamedTuple

from ivr.flow import triggers
from ivr.flow.entry_formats import EntryFormat
from ivr.flow.keys import LineKeys
from ivr.flow.nodes.spoken import CALL, Spoken
from ivr.flow.reprompts import Reprompts
from ivr.flow.rules import Fact, Rule
from ivr.source.diagnostics import Mark
from ivr.source.fields import Fields, suggest
from ivr.source.yaml import Text
from value_class import value_class
from wording import message


class Choice(NamedTuple):
    """A choice is the ``key`` that was pressed in a ``menu``; None where it was none of those that are asked for."""

    menu: str
    key: str | None


class RuleAnswer(NamedTuple):
    """The answer ``word`` of a check that asks ``rule``; of ``open`` about ``scopes``, beginnings of destinations."""

    rule: Rule
    word: str
    scopes: tuple[Text, ...] = ()


@value_class
class Edge:
    """One arrow of the menu graph: in ``source``, ``trigger`` leads to ``target``; ``label`` is for people.

    ``proves`` is what is true of a call that takes it: answers of checks, ``consent``, a ``document`` that was keyed.
    ``answer`` is that of a check. A call that takes the edge ``remembers`` a choice from then on; only one that
    ``recalls`` a choice takes it.
    """

    source: str
    trigger: str
    target: str
    label: str
    mark: Mark
    proves: frozenset[str] = frozenset()
    answer: RuleAnswer | None = None
    remembers: Choice | None = None
    recalls: Choice | None = None


class Shape(NamedTuple):
    """A shape is how a state is drawn: the signs around its name in Mermaid, and the name of the shape in Graphviz."""

    opens: str
    closes: str
    graphviz: str


class DestinationChoice(NamedTuple):
    """A state chooses a destination by its ``name`` itself, a table of regions, or the scope of access codes or of
    tickets.
    """

    by: Literal["name", "region", "code", "ticket"]
    name: Text


NeedsDatabase = Literal["never", "once identified", "always"]
"""Whether the database must answer for a call to pass a state: it tells who calls and what they may do, or remembers
what is promised. ``once identified``: of callers who have not said who they are nothing is known with one either."""

NO_KEYS: Final[Mapping[str, Text]] = MappingProxyType({})


class _Remembers:
    """A state keeps the edges that it has drawn (``cached_property``), which takes a dictionary beside its slots."""


@value_class
class Node(_Remembers, ABC):
    """One state of the menu. ``kind`` is its YAML key and the name of its file."""

    kind: ClassVar[str]
    rings: ClassVar[bool] = False
    """True where people are rung; nothing that is keyed is heard before."""
    takes_message: ClassVar[bool] = False
    """True where the caller leaves a message for people."""
    ends_call: ClassVar[bool] = False
    calls_back: ClassVar[bool] = False
    """True where a caller may ask to be called back, by the key 1."""
    for_staff: ClassVar[bool] = False
    """True where only staff go: the key that leads here is not announced."""
    serves_itself: ClassVar[bool] = False
    """True where the line itself serves the caller, at any hour and without people."""

    name: str
    mark: Mark

    @classmethod
    @abstractmethod
    def read(cls, name: str, fields: Fields, defaults: Defaults) -> Node | None:
        """The state ``name`` out of its YAML keys, or None where an error was told."""

    @property
    @abstractmethod
    def shape(self) -> Shape:
        """The shape in which the graph draws it."""

    @property
    @abstractmethod
    def waits(self) -> bool:
        """True where a turn ends here: the caller, a destination or a recording decides what comes next."""

    @property
    @abstractmethod
    def entry(self) -> EntryFormat | None:
        """Return the format of what is keyed or said in answer to the state; None where it listens to nothing."""

    @property
    @abstractmethod
    def facts(self) -> frozenset[Fact]:
        """Return what must be known before a call arrives here; what its prompts need is found in their texts."""

    @property
    @abstractmethod
    def needs_database(self) -> NeedsDatabase:
        """Return whether a call can pass the state only while the database answers."""

    @property
    @abstractmethod
    def hands_over_to(self) -> Text | None:
        """The state that takes over when help is used up; None where the caller is not asked again and again."""

    @property
    @abstractmethod
    def chooses(self) -> DestinationChoice | None:
        """The way in which it chooses the destination of a call, if it does."""

    @property
    @abstractmethod
    def told_keys(self) -> Mapping[str, Text]:
        """Keys with a meaning of their own here, which a prompt must tell, and what each is written to mean.

        Not those of every question of the line.
        """

    @abstractmethod
    def own_edges(self) -> Iterator[Edge]:
        """Every way out of this state, as its kind draws them."""

    @cached_property
    def _edges(self) -> tuple[Edge, ...]:
        return tuple(self.own_edges())

    def edges(self) -> tuple[Edge, ...]:
        """Return every way out of this state; they are drawn once, since a dozen checks follow them."""
        return self._edges

    @abstractmethod
    def spoken(self) -> Iterator[Spoken]:
        """Every prompt that it may say."""

    @property
    def about(self) -> tuple[str, ...]:
        """Return words that stand beside its kind in a picture, the first one first; none where the kind says all."""
        return ()

    @property
    def takes_speech(self) -> bool:
        """Return whether the entry may be said."""
        return False

    @property
    def key_words(self) -> Mapping[str, Sequence[Text]]:
        """Words by which keys of ``told_keys`` are known to callers."""
        return {}

    @property
    def counter(self) -> Strikes | None:
        """Return the counter of strikes to which the state adds wrong entries; None where it has none."""
        return None

    def menu_of(self, _pressed: str, _states: Mapping[str, Node]) -> str:
        """The menu in which a key that was pressed here counts as pressed, for a branch."""
        return self.name

    def prompts(self) -> Iterator[Text]:
        """The names of the prompts that it may say."""
        return (each.prompt for each in self.spoken())

    def said_together(self) -> Iterator[tuple[Text, ...]]:
        """Prompts that one answer may have together, for each way to answer here; a bound of its size."""
        yield tuple(self.prompts())

    def onward(self) -> Iterator[Edge]:
        """The edges that a call may take in the turn in which it arrives."""
        if not self.waits:
            yield from self.edges()

    def led_to(self, pressed: str) -> Iterator[str]:
        """The states that the key ``pressed`` leads to."""
        return (edge.target for edge in self.edges() if edge.trigger == triggers.key(pressed))

    @property
    def takes_several_keys(self) -> bool:
        """Return whether an entry is of several keys, ended by ``#``."""
        return self.entry is not None and self.entry.several

    def taken_keys(self) -> frozenset[str]:
        """Every key that does something here."""
        taken = {edge.trigger for edge in self.edges()}
        ends = {triggers.FINISH_KEY} if self.takes_several_keys else set()
        return frozenset(ends | {pressed for pressed in triggers.KEYS if triggers.key(pressed) in taken})

    def announced_keys(self, _line_keys: LineKeys) -> dict[str, Mark | None]:
        """Each key that does something, and where it is written; None where it goes without saying."""
        return {pressed: meaning.mark for pressed, meaning in self.told_keys.items()}

    def edge(
        self,
        trigger: str,
        target: Text | str,
        label: str,
        mark: Mark | None = None,
        proves: frozenset[str] = frozenset(),
        answer: RuleAnswer | None = None,
        remembers: Choice | None = None,
        recalls: Choice | None = None,
    ) -> Edge:
        """An edge out of this state, placed where its target is written."""
        place = mark or (target.mark if isinstance(target, Text) else self.mark)
        return Edge(self.name, trigger, target, label, place, proves, answer, remembers, recalls)

    def says(self, prompt: Text, *fills: str, asks: bool = False, announces: bool = False) -> Spoken:
        """``prompt`` said here: what is keyed meanwhile is heard by this state, or by what follows it without a key."""
        return Spoken(prompt, CALL.union(fills), (self.name,), asks=asks or announces, announces=announces)


@value_class
class Strikes:
    """A named counter that several states share: the ``limit``-th wrong entry of any of them leads to ``then``."""

    name: str
    limit: int
    then: Text


@value_class
class Defaults:
    """The defaults are what the line says once for all its states."""

    reprompts: Reprompts
    human: Text
    menu_seconds: int
    collect_seconds: int
    strikes: dict[str, Strikes]
    transfer: Text
    keys: LineKeys


def read_strikes(fields: Fields, defaults: Defaults) -> Strikes | None:
    """The counter that ``strikes`` of ``fields`` names, or None."""
    named = fields.text("strikes")
    if named is None:
        return None
    strikes = defaults.strikes.get(named)
    if strikes is None:
        fields.diagnostics.error(
            named.mark,
            message(
                "counter-unknown",
                "'strikes' of {owner} names the counter '{named}', which 'line: strikes:' does not define{near}",
                owner=fields.owner,
                named=named,
                near=suggest(named, defaults.strikes),
            ),
        )
    return strikes
