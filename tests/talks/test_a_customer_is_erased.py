"""A customer whom agents talked with is given what is remembered of it, and is erased with the recordings of talks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from data.calls import CALL, record_status
from data.company import COMPANY
from data.database import Database
from data.erasure import erase
from data.export import export
from data.protocols import give_protocol, protocol_of
from data.recorded_talks import recorded_talks_of
from data.retention import due_now, purge
from data.vault import Vault
from ivr.flow.folder import load_line
from ivr.simulator.rest.party import Party
from routing.documents import parse_document
from tests.conftest import Now
from tests.databases import one_of_both
from tests.line_server import PADARIA
from tests.lines import ROUTING, write_line
from tests.security.remembered_customer import everything
from tests.talks.floor import Floor, make_floor

pytestmark = one_of_both("sqlite")

NOTE = "Canário pediu para ligar ao Piu-Piu"


@pytest.fixture
def floor(server_database: Database, server_vault: Vault, clock: Now, tmp_path: Path) -> Iterator[Floor]:
    queue = '    targets: [{queue: fila, wait: 120}, {number: "+551150900106", ring: 20}]\n'
    line = load_line(write_line(tmp_path / "ensaio", routing=ROUTING.replace(queue, f"{queue}    record: yes\n")))
    yield from make_floor(server_database, server_vault, line, clock)


def _talked(floor: Floor, vault: Vault) -> Party:
    """A customer with whom two agents talked, one after the other, and of whom one noted something."""
    ana, caller = floor.talking()
    floor.agent("bia", "1")
    assert floor.acts.note(ana, None, NOTE) is None
    assert floor.acts.transfer(ana, "mesa.fila") is None
    floor.pass_time(25)
    floor.hang_up(caller)
    floor.pass_time(10)
    with floor.database.transaction() as connection:
        theirs = select(COMPANY.c.id).where(COMPANY.c.sealed == vault.document_digest(PADARIA))
        company = connection.execute(theirs).scalar_one()
        connection.execute(update(CALL).where(CALL.c.sid == caller.sid).values(company_id=company))
        if protocol_of(connection, caller.sid) is None:
            give_protocol(connection, caller.sid, "7123456789", floor.time.now())
        record_status(connection, caller.sid, "completed", 9, 60, floor.time.now())
    return caller


def test_talks_and_their_notes_are_given_and_erased_with_the_recording(floor: Floor, server_vault: Vault) -> None:
    caller = _talked(floor, server_vault)
    with floor.database.reading() as connection:
        kept = {each.recording.sid for each in recorded_talks_of(connection, caller.sid)}
    (talked,) = {each.recording_sid for each in floor.talks(caller)}
    assert talked in kept, "beside the tape of the queue, which ends where the talk begins"
    document = parse_document(PADARIA)
    given = export(floor.database, server_vault, document)
    assert given is not None
    (call,) = (each for each in given["calls"] if each["talks"])
    assert len(call["talks"]) == len(call["waits in queues"]) == 2
    assert NOTE in repr(call["talks"])
    assert len(call["recordings"]) == len(kept)
    deleted: list[str] = []
    assert erase(floor.database, server_vault, document, floor.time.now() + timedelta(hours=1), deleted.append)
    assert sorted(deleted) == sorted(kept)
    left = repr(everything(floor.database))
    for secret in (NOTE, *kept, caller.call.setup.from_):
        assert secret not in left
    assert len(floor.talks(caller)) == 2


def test_what_an_agent_notes_after_the_erasure_is_not_kept(floor: Floor, server_vault: Vault) -> None:
    caller = _talked(floor, server_vault)
    bia = floor.talk(caller).user_id
    assert floor.acts.note(bia, None, "antes") is None
    assert erase(floor.database, server_vault, parse_document(PADARIA), floor.time.now(), lambda _: None)
    assert "erased by now" in str(floor.acts.note(bia, None, NOTE))
    assert NOTE not in repr(everything(floor.database))
    assert floor.talk(caller).notes is None
    assert floor.acts.note(bia, None, "") is None
    assert floor.acts.wrap_up(bia) is None


def test_a_recording_whose_end_nobody_was_told_is_deleted_too(floor: Floor, server_vault: Vault) -> None:
    floor.way.lost = {"/twilio/recorded"}
    caller = _talked(floor, server_vault)
    with floor.database.reading() as connection:
        assert recorded_talks_of(connection, caller.sid) == []
    (begun,) = {each.recording_sid for each in floor.talks(caller)}
    deleted: list[str] = []
    assert erase(floor.database, server_vault, parse_document(PADARIA), floor.time.now(), deleted.append)
    assert deleted == [begun]


def test_a_recording_that_nobody_was_told_of_goes_when_its_period_is_over(floor: Floor, server_vault: Vault) -> None:
    floor.way.lost = {"/twilio/recorded"}
    caller = _talked(floor, server_vault)
    (begun,) = {each.recording_sid for each in floor.talks(caller)}
    deleted: list[str] = []
    assert purge(floor.database, floor.time.now() + timedelta(days=89), deleted.append).forgotten["recordings"] == 0
    late = floor.time.now() + timedelta(days=91)
    assert due_now(floor.database, late)["recordings"] == 1
    assert purge(floor.database, late, deleted.append).forgotten["recordings"] == 1
    assert deleted == [begun]
    assert due_now(floor.database, late)["recordings"] == 0
