"""While the database is away callers hear what the files announce, and what was known of the database until its end."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from werkzeug.test import TestResponse

from data.announcements import NewAnnouncement, make_announcement
from data.database import Database
from tests.call.degraded.conftest import Locked
from tests.conftest import MakeServer, Now
from tests.line_server import said, twiml
from tests.lines import TUESDAY, make_line

WRITTEN = """\
announcements:
  queda: {text: Estamos com instabilidade., until: 2026-03-10T12:00}
  mesa: {text: A mesa está cheia de chamadas., until: 2026-03-10T12:00, destination: mesa}
destinations:
"""


def _next(answer: TestResponse) -> str:
    """Where the next turn goes."""
    return next(each for verb in twiml(answer).iter() if (each := verb.get("action")))


def test_what_is_written_and_what_was_known_is_heard(
    make_server: MakeServer, database: Database, away: Locked, clock: Now, tmp_path: Path
) -> None:
    server = make_server(make_line(tmp_path, prompts=[("destinations:\n", WRITTEN)]), database=database)
    half = timedelta(minutes=30)
    with database.transaction() as connection:
        new = NewAnnouncement("ensaio", "*", "A portaria mudou.", TUESDAY - half, TUESDAY + half, "bia")
        make_announcement(connection, new)
    server.announcements.refresh(TUESDAY)
    with away():
        menu = server.start()
        server.announcements.refresh(TUESDAY)
        assert menu.headers["X-IVR-Away"] == "1"
        assert said(menu) == "Bem-vindo. Estamos com instabilidade. A portaria mudou. Tecle 2, 3, 4, 5 ou 7."
        areas = server.post(_next(menu), Digits="#")
        rung = server.post(_next(areas), Digits="1")
        assert said(rung) == "A mesa está cheia de chamadas. Vou chamar a mesa RM."
        clock.moment = TUESDAY + half
        assert said(server.start(f"CA{7:032x}")) == "Bem-vindo. Estamos com instabilidade. Tecle 2, 3, 4, 5 ou 7."
    back = server.post(_next(rung), DialCallStatus="busy")
    assert "cheia" not in said(back)
