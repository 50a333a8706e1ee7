"""An alarm that stands is shown on the wallboard of its line, and counted in the metrics; one that is over is not."""

from __future__ import annotations

from data.alarms import begin_alarm, clear_alarm, raise_alarm
from tests.line_server import LineServer

FIGURES = {"agents": 3, "waiting": 2}
PORTUGUESE = {"Accept-Language": "pt-BR"}


def _gauge(server: LineServer, kind: str) -> float:
    (line,) = [
        each for each in server.pages.get("/metrics").text.splitlines() if f'ivr_alarms{{kind="{kind}"}}' in each
    ]
    return float(line.split()[-1])


def test_an_alarm_stands_on_the_wallboard_until_it_is_cleared(server: LineServer) -> None:
    now, database = server.clock(), server.database
    with database.transaction() as connection:
        raised = begin_alarm(connection, ("no-agents", "ensaio", "mesa.fila"), FIGURES, now)
        other = begin_alarm(connection, ("no-agents", "another line", "x"), {"agents": 9, "waiting": 9}, now)
        pending = begin_alarm(connection, ("service-level", "ensaio", "mesa.rm"), {}, now)
        assert raised
        assert other
        assert pending
        raise_alarm(connection, raised.id, FIGURES, now)
        raise_alarm(connection, other.id, {"agents": 9, "waiting": 9}, now)
    shown = server.pages.get("/wallboard/ensaio/now", headers=PORTUGUESE).text
    assert "mesa.fila nenhum de 3 atendentes está no posto; 2 ligações esperam" in shown
    assert "9 atendentes" not in shown
    assert "mesa.rm" not in shown.partition('<ul class="sums">')[0]
    assert (
        "none of 3 agents is on duty" in server.pages.get("/wallboard/ensaio", headers={"Accept-Language": "en"}).text
    )
    assert (_gauge(server, "no-agents"), _gauge(server, "service-level")) == (2, 0)
    with database.transaction() as connection:
        assert clear_alarm(connection, raised.id, now)
    assert "no posto" not in server.pages.get("/wallboard/ensaio/now", headers=PORTUGUESE).text
