"""What staff announce is heard on every machine from its next look on, until it is over or ended, on each database."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta

from data.announcements import NewAnnouncement, end_announcement, lasting_announcements, make_announcement
from data.database import Database
from ivr.flow.line import Line
from tests.conftest import MakeServer, Now
from tests.databases import opened_again
from tests.line_server import said
from tests.lines import TUESDAY

HOUR = timedelta(hours=1)
TEXT = "Estamos com instabilidade."


def _sid(number: int) -> str:
    return f"CA{number:032x}"


def test_each_machine_hears_it_its_end_and_its_being_ended(
    make_server: MakeServer, server_database: Database, small_line: Line, clock: Now
) -> None:
    with server_database.transaction() as connection:
        for text in (TEXT, "A portaria mudou."):
            make_announcement(connection, NewAnnouncement("ensaio", "*", text, TUESDAY, TUESDAY + HOUR, "bia"))
        (first, _) = lasting_announcements(connection, TUESDAY)
    # A database in memory cannot be opened twice: of SQLite the other machine has a copy.
    with closing(opened_again(server_database)) as other:
        machines = [make_server(small_line, database=each) for each in (server_database, other)]
        for number, machine in enumerate(machines):
            machine.announcements.refresh(TUESDAY)
            assert f"{TEXT} A portaria mudou." in said(machine.start(_sid(number)))
        for database in dict.fromkeys((server_database, other)):
            with database.transaction() as connection:
                end_announcement(connection, first.id, TUESDAY, "caio")
        for number, machine in enumerate(machines, 10):
            machine.announcements.refresh(TUESDAY)
            assert said(machine.start(_sid(number))).startswith("Bem-vindo. A portaria mudou. Tecle")
        clock.moment = TUESDAY + HOUR
        for number, machine in enumerate(machines, 20):
            assert said(machine.start(_sid(number))).startswith("Bem-vindo. Tecle")
