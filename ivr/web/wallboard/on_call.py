"""The wallboard shows who is on call now; who may, puts somebody in the place of a person there, and ends it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as BaseResponse

from data.roles import Act
from data.rota_swaps import RotaSwapRecord, end_swap, find_swap, lasting_swaps
from ivr.call.rota_swaps import WantedSwap, swaps_of
from ivr.flow.announcements import read_moment
from ivr.web.guard import audited_as, required, visitor
from ivr.web.shell.languages import gettext as _
from ivr.web.shell.languages import language
from routing.rotas import Rota, Rung
from routing.swap_rules import allowed_swaps
from value_class import value_class
from wording import reason
from wording.catalogues import put

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from data.database import Database
    from ivr.call.lines import Lines
    from ivr.flow.line import Line

MOST = 100
"""Signs of a field that are read."""


@value_class
class RotaNow:
    """A rota at one moment: who is rung, in order, and the swaps that stand."""

    name: str
    rungs: tuple[Rung, ...]
    swaps: tuple[RotaSwapRecord, ...]


def rotas_now(connection: Connection, line: Line, now: datetime) -> list[RotaNow]:
    """Return the rotas of the line at ``now`` (aware), with those who stand in."""
    table = line.routing.table
    if not table.rotas:
        return []
    records = [each for each in lasting_swaps(connection, now) if each.line == line.name]
    swaps = allowed_swaps(table, swaps_of(records, line.name))
    return [
        RotaNow(name, rota.at(now, swaps), tuple(each for each in records if each.rota == name))
        for name, rota in table.rotas.items()
    ]


class RefusedPage(Protocol):
    """Answers the page of a line with what is wrong on top."""

    def __call__(self, line: Line, why: str, status: int = 422) -> Response: ...


def add_swap_views(
    web: Blueprint,
    lines: Callable[[], Lines],
    database: Database,
    clock: Callable[[], datetime],
    refused: RefusedPage,
    answered: Callable[[Line | None], BaseResponse],
) -> None:
    """Add the views to ``web`` by which a swap is made and ended. ``answered`` leads back to the board of a line, or
    says that there is none.
    """

    @web.post("/wallboard/<name>/swap")
    @required(Act.CLOSE)
    def swap(name: str) -> BaseResponse:
        line, now = lines().named(name), clock()
        if line is None:
            return answered(None)
        who, stand_in, until = (
            " ".join(request.form.get(field, "")[:MOST].split()) for field in ("person", "stand_in", "until")
        )
        people = {f"{rota.name}/{person}": (rota.name, person) for rota in _rotas(line) for person in rota.people}
        if who not in people:
            return refused(line, _("Choose who is replaced, of the list."))
        try:
            wanted = WantedSwap(*people[who], stand_in, read_moment(until, line.header.zone))
            with database.transaction() as connection:
                made = wanted.make(connection, line, now, visitor().name)
        except ValueError as error:
            told = put(reason(error), language())
            return refused(line, f"{told[:1].upper()}{told[1:]}.")
        audited_as(f"{line.name} {made.rota} swap #{made.id}")
        return answered(line)

    @web.post("/wallboard/<name>/swap/<int:number>/end")
    @required(Act.CLOSE)
    def end(name: str, number: int) -> BaseResponse:
        line, now = lines().named(name), clock()
        if line is None:
            return answered(None)
        with database.transaction() as connection:
            found = find_swap(connection, number)
            is_ended = (
                found is not None and found.line == line.name and end_swap(connection, number, now, visitor().name)
            )
        if found is None or not is_ended:
            return refused(line, _("This swap is over already."), 409)
        audited_as(f"{line.name} {found.rota} swap #{number} ended")
        return answered(line)


def _rotas(line: Line) -> list[Rota]:
    return list(line.routing.table.rotas.values())
