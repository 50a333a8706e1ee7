"""``route``: chooses the destination, by name, by the product access code or by the caller's region; hands over to a
transfer.

suporte.rm:
  route: {to: suporte.rm}

suporte-por-codigo:
  route:
    code: codigo                  # the collect state where the code was keyed
    under: suporte                # table says 'rm', the destination is 'suporte.rm'
    unknown: codigo-desconhecido  # no entry of the table begins like this code
    strikes: codigo
    transfer: transferencia       # default: the line's

consultoria-in-loco:
  route: {region: franquias}      # a table of routing.yaml's 'regions', by the area code of the caller's number

mesa-do-chamado:
  route: {ticket: suporte, unknown: area-suporte}   # the destination of the ticket that was keyed, one of suporte
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from ivr.flow import triggers
from ivr.flow.entry_formats import EntryFormat
from ivr.flow.nodes.base import (
    NO_KEYS,
    Defaults,
    DestinationChoice,
    Edge,
    NeedsDatabase,
    Node,
    Shape,
    Strikes,
    read_strikes,
)
from ivr.flow.nodes.spoken import Spoken
from ivr.flow.rules import Fact
from ivr.source.fields import Fields
from ivr.source.yaml import Text
from value_class import value_class
from wording import message


@value_class
class Route(Node):
    """A decision where the call goes; the transfer that follows rings."""

    kind: ClassVar[str] = "route"
    shape: ClassVar[Shape] = Shape(">", "]", "cds")
    waits: ClassVar[bool] = False
    entry: ClassVar[EntryFormat | None] = None
    hands_over_to: ClassVar[None] = None
    told_keys: ClassVar[Mapping[str, Text]] = NO_KEYS

    to: Text | None
    code: str | None
    under: Text | None
    unknown: Text | None
    strikes: Strikes | None
    transfer: Text
    region: Text | None = None
    ticket: Text | None = None

    @classmethod
    def read(cls, name: str, fields: Fields, defaults: Defaults) -> Route | None:
        """A route out of its YAML keys, or None where a fault was told."""
        to = fields.text("to")
        code = fields.text("code")
        region, ticket = fields.text("region"), fields.text("ticket")
        under = fields.text("under", required=bool(code))
        unknown = fields.text("unknown", required=bool(code or ticket))
        strikes = read_strikes(fields, defaults)
        transfer = fields.text("transfer") or defaults.transfer
        one = sum(map(bool, (to, code, region, ticket))) == 1
        if not one:
            fields.diagnostics.error(
                fields.mark,
                message(
                    "route-without-a-way",
                    "{owner} needs either 'to' (a destination), 'code' (a collect state), 'region' (of routing.yaml) "
                    "or 'ticket' (a beginning of destinations)",
                    owner=fields.owner,
                ),
            )
        if one and not code and (under or strikes or (unknown and not ticket)):
            fields.diagnostics.error(
                fields.mark,
                message(
                    "route-keys-without-code",
                    "'under', 'unknown' and 'strikes' of {owner} go with 'code' only",
                    owner=fields.owner,
                ),
            )
        fields.finish()
        if not one or (code and not (under and unknown)) or (ticket and not unknown):
            return None
        return Route(name, fields.mark, to, code, under, unknown, strikes, transfer, region, ticket)

    @property
    def facts(self) -> frozenset[Fact]:
        """Return ``customer`` where a region decides, that of the customer's company; ``ticket`` where one does."""
        return frozenset({"ticket"} if self.ticket else {"customer"} if self.region else ())

    @property
    def needs_database(self) -> NeedsDatabase:
        """The region of a stranger is that of the number; a stranger keys no ticket."""
        return "once identified" if self.region or self.ticket else "never"

    @property
    def chooses(self) -> DestinationChoice | None:
        """By name, by region, by ticket or by access code."""
        if self.to:
            return DestinationChoice("name", self.to)
        if self.region:
            return DestinationChoice("region", self.region)
        if self.ticket:
            return DestinationChoice("ticket", self.ticket)
        return DestinationChoice("code", self.under) if self.under else None

    @property
    def counter(self) -> Strikes | None:
        """Return the counter of strikes to which an unknown access code adds."""
        return self.strikes

    def own_edges(self) -> Iterator[Edge]:
        """To the transfer; by code also back, and to where too many unknown codes lead."""
        label = self.to if self.to else f"by code, {self.under if self.under else ''}"
        if self.region:
            label = f"by region, {self.region}"
        if self.ticket:
            label = f"by ticket, {self.ticket}"
        yield self.edge(triggers.ROUTED, self.transfer, label)
        if self.unknown and self.ticket:
            yield self.edge(triggers.NO_DESK, self.unknown, "of no such desk")
        elif self.unknown:
            yield self.edge(triggers.UNKNOWN_CODE, self.unknown, "unknown code")
        if self.strikes:
            yield self.edge(triggers.MAX_ATTEMPTS, self.strikes.then, f"{self.strikes.limit} strikes", self.mark)

    def spoken(self) -> Iterator[Spoken]:
        """Nothing."""
        yield from ()
