"""The rules of rota swaps: whom the line may ring in the place of whom, and until when."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from routing.numbers import parse_any_number
from routing.rota_swaps import RotaSwap
from routing.targets import Number
from wording import message

if TYPE_CHECKING:
    from routing.rotas import Rota
    from routing.table import RoutingTable

LONGEST: Final = timedelta(days=31)
"""Who is away for longer leaves the rota, in its file."""


def allowed_swaps(table: RoutingTable, swaps: Collection[RotaSwap]) -> tuple[RotaSwap, ...]:
    """Return ``swaps`` without those whose telephone the allow-list of ``table`` does not allow (any more)."""
    return tuple(each for each in swaps if each.telephone is None or not table.allowed.refusal(Number(each.telephone)))


def read_swap(table: RoutingTable, rota: str, person: str, stand_in: str, since: datetime, until: datetime) -> RotaSwap:
    """Read a swap as a person writes it, ``stand_in`` a name of the rota or a telephone in any spelling.

    Raises ValueError, whose message says what to write instead.
    """
    found = table.rotas.get(rota)
    if found is None:
        raise ValueError(
            message(
                "no-such-rota",
                "the line has no rota '{rota}' (one of: {known})",
                rota=rota,
                known=", ".join(table.rotas) or "-",
            )
        )
    if person not in found.people:
        raise ValueError(_nobody(person, found))
    if stand_in in found.people:
        return RotaSwap(rota, person, stand_in, since, until)
    if not any(sign.isdecimal() for sign in stand_in):
        raise ValueError(_nobody(stand_in, found))
    return RotaSwap(rota, person, parse_any_number(stand_in, table.allowed.country), since, until)


def refusal_of_swap(table: RoutingTable, swap: RotaSwap, others: Iterable[RotaSwap]) -> str | None:
    """Return why ``swap``, which ``read_swap`` read, may not be made beside ``others`` of the line, or None."""
    rota = table.rotas[swap.rota]
    if swap.until <= swap.since:
        return message("swap-ends-first", "a swap ends after it begins; give a later end")
    if swap.until - swap.since > LONGEST:
        return message(
            "swap-too-long",
            "a swap lasts {days} days at most; who is away for longer leaves the rota in routing.yaml",
            days=LONGEST.days,
        )
    if swap.telephone and (refused := table.allowed.refusal(Number(swap.telephone))):
        return refused
    if swap.stand_in == swap.person or swap.telephone == rota.people[swap.person]:
        return message(
            "swap-with-oneself", "'{person}' cannot stand in for '{person}'; name another", person=swap.person
        )
    standing = [each for each in others if each.rota == swap.rota and _meet(each, swap)]
    if any(each.person == swap.person for each in standing):
        return message(
            "swapped-already",
            "somebody stands in for '{person}' then already; end that first",
            person=swap.person,
        )
    number = swap.telephone or rota.people[swap.stand_in]
    replaces = False
    for moment in rota.changes_between(swap.since, swap.until, standing):
        if any(rung.person == swap.person for rung in rota.at(moment)):
            replaces = True
            if any(rung.number == number for rung in rota.at(moment, standing)):
                return message(
                    "stand-in-on-call",
                    "'{stand_in}' is on call beside '{person}' at {moment:%Y-%m-%d %H:%M}; name another",
                    stand_in=swap.stand_in,
                    person=swap.person,
                    moment=moment.astimezone(rota.zone),
                )
    if not replaces:
        return message(
            "replaced-not-on-call",
            "'{person}' is not on call before {until:%Y-%m-%d %H:%M}; name who is, or a later end",
            person=swap.person,
            until=swap.until.astimezone(rota.zone),
        )
    return None


def _nobody(person: str, rota: Rota) -> str:
    return message(
        "nobody-of-the-rota",
        "'{person}' is nobody of the rota '{rota}' (one of: {known})",
        person=person,
        rota=rota.name,
        known=", ".join(rota.people),
    )


def _meet(one: RotaSwap, other: RotaSwap) -> bool:
    return one.since < other.until and other.since < one.until
