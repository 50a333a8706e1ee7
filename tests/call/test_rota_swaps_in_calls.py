"""Who stands in on call is rung by the next call, in each process, also while the database is away."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from data.database import Database
from data.rota_swaps import NewRotaSwap, end_swap, find_swap, lasting_swaps, make_swap
from ivr.call.rota_swaps import RotaSwaps
from ivr.flow.folder import load_line
from tests.conftest import MakeServer, Now
from tests.line_server import LineServer
from tests.lines import MENU, ROUTING, TUESDAY, write_line

EVENING = TUESDAY.replace(hour=20, minute=0)
HOUR = timedelta(hours=1)
ANA, BRUNO = "+551150900101", "+551150900102"
ROTA = """\
rotas:
  plantao:
    people: {ana: "+551150900101", bruno: "+551150900102"}
    shifts: [{time: "00:00-24:00", who: [ana]}]
destinations:
"""


@pytest.fixture
def server(tmp_path: Path, make_server: MakeServer, clock: Now) -> LineServer:
    """The small line, whose mesa.rh has a rota, in the evening."""
    routing = ROUTING.replace("destinations:\n", ROTA).replace(
        'on_call: [{number: "+551150900199", ring: 30}]', "on_call: {rota: plantao}"
    )
    menu = MENU.replace("  wait: espera\n", "  wait: espera\n  accept: plantao\n")
    clock.moment = EVENING
    return make_server(load_line(write_line(tmp_path / "ensaio", menu=menu, routing=routing)))


def _make(database: Database, stand_in: str = "bruno", line: str = "ensaio") -> int:
    with database.transaction() as connection:
        return make_swap(
            connection, NewRotaSwap(line, "plantao", "ana", stand_in, EVENING - HOUR, EVENING + HOUR, "bia")
        )


def _rings(server: LineServer, number: int) -> str:
    return server.keys("#", "2", sid=f"CA{number:032x}").text


def test_the_next_call_rings_the_stand_in_until_the_end(server: LineServer, clock: Now) -> None:
    assert ANA in _rings(server, 1)
    _make(server.database)
    server.swaps.refresh(EVENING)
    rings = _rings(server, 2)
    assert BRUNO in rings
    assert ANA not in rings
    clock.moment = EVENING + HOUR
    assert ANA in _rings(server, 3), "it is over, whether this process has looked again or not"


def test_one_that_is_ended_is_forgotten_at_the_next_look(server: LineServer) -> None:
    number = _make(server.database, "+551150900777")
    server.swaps.refresh(EVENING)
    assert "+551150900777" in _rings(server, 1)
    with server.database.transaction() as connection:
        assert [end_swap(connection, number, EVENING, who) for who in ("caio", "rui")] == [True, False]
        assert not end_swap(connection, number + 1, EVENING, "caio")
        found = find_swap(connection, number)
    assert found
    assert (found.ended_at, found.ended_by, found.made_by) == (EVENING, "caio", "bia")
    server.swaps.refresh(EVENING)
    assert ANA in _rings(server, 2)


def test_a_process_knows_those_of_each_line_that_are_not_over(server: LineServer) -> None:
    _make(server.database)
    _make(server.database, line="outra")
    swaps = RotaSwaps(server.database)
    swaps.refresh(EVENING)
    assert [len(swaps.of(name)) for name in ("ensaio", "outra", "terceira")] == [1, 1, 0]
    with server.database.reading() as connection:
        assert lasting_swaps(connection, EVENING + HOUR) == []


def test_what_was_known_holds_while_the_database_is_away(server: LineServer, monkeypatch: pytest.MonkeyPatch) -> None:
    _make(server.database)
    server.swaps.refresh(EVENING)
    known = server.swaps.of("ensaio")
    assert known
    monkeypatch.setattr(server.database, "standing", lambda: type("Down", (), {"state": "down"})())
    server.swaps.refresh(EVENING)
    assert server.swaps.of("ensaio") == known
