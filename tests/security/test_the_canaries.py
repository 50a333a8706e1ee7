"""The canaries do sing: what would leak is found, in every place where traces are looked for."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest
from sqlalchemy import text

from data.database import Database
from data.vault import KEYPAD
from ivr.call import events
from ivr.call.engine import Engine
from tests.conftest import MakeServer
from tests.line_server import CALLER, NUMBER, SID, LineServer
from tests.lines import TUESDAY
from tests.security.canary import (
    CNPJ,
    PASSWORD,
    SPOKEN,
    Traces,
    sniffed,
)
from tests.security.watching import CALLS, play


def test_the_canaries_are_really_let_in(watched: LineServer, traces: Traces) -> None:
    play(watched, traces, CALLS["identified"])
    play(watched, traces, CALLS["spoken letters"], "CA" + "2" * 32)
    for sid in (SID, "CA" + "2" * 32):
        call = watched.call(sid)
        assert call is not None
        assert call.contact_id is not None


@pytest.mark.parametrize(
    "leak",
    [
        lambda keys: keys,
        lambda keys: f"{keys[:2]}.{keys[2:5]}.{keys[5:8]}/{keys[8:12]}-{keys[12:]}",
        lambda keys: keys[::-1],
        lambda keys: keys[3:9],
        lambda keys: " ".join(keys),
        lambda keys: f"the caller keyed ...{keys[-6:]}",
        lambda keys: keys.translate(KEYPAD).lower(),
    ],
)
def test_the_canary_sings_when_somebody_logs_what_was_keyed(
    leak: Callable[[str], str],
    make_server: MakeServer,
    traces: Traces,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    step = Engine.step

    def careless(self: Engine, position: object, event: object, *rest: object) -> object:
        if isinstance(event, events.Keys):
            logging.getLogger("ivr.call.engine").debug("heard", extra={"keyed": leak(event.digits)})
        return step(self, position, event, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Engine, "step", careless)
    caplog.set_level(logging.DEBUG)
    make_server().keys("2", CNPJ)
    traces.add_records(caplog.get_records("call"))
    assert traces.leaks() == ["log ivr.call.engine.keyed"]


def test_the_canary_sings_for_every_place_where_traces_are_looked_for(
    server_database: Database, traces: Traces
) -> None:
    with server_database.transaction() as connection:
        connection.execute(text("UPDATE company SET name = :name WHERE id = 1"), {"name": f"Firma {PASSWORD}"})
    traces.add_database(server_database)
    assert traces.leaks() == ["database"]
    with pytest.raises(ValueError) as raised:
        int(CNPJ + "x")
    assert sniffed(repr(raised.value))
    assert sniffed(SPOKEN)
    assert not sniffed(f"{CALLER} {NUMBER} {SID} {TUESDAY} mesa.rm")
