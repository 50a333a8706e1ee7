"""Whoever has a number and a password for it closes a destination from any telephone, in one entry,
and opens it again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from data.audit import audit_since
from data.closures import CLOSURE, standing_closures
from data.database import Database
from data.staff import all_staff, identify_staff, remove_staff, save_staff, staff_hash, staff_number, staff_password
from data.vault import Vault
from ivr.call import events
from ivr.call.entries import read_staff_entry
from tests.conftest import Now
from tests.line_server import LineServer, said, twiml
from tests.lines import TUESDAY, make_line

MakeServer = Callable[..., LineServer]

CLOSING = (
    (
        '"#": areas}',
        '"#": areas, "8": fechar}',
    ),
    (
        "  desligar: {hangup: {}}\n",
        "  desligar: {hangup: {}}\n"
        '  fechar: {closure: {say: senha, desks: {"1": mesa.rm, "2": mesa, "0": all}, hours: 2,'
        " closed: tchau, opened: guardado, refused: gente}}\n",
    ),
)

BIA = "101*48151623"


@pytest.fixture
def closing(tmp_path: Path, make_server: MakeServer, server_database: Database, server_vault: Vault) -> LineServer:
    """The small line, which Bia may close."""
    with server_database.transaction() as connection:
        save_staff(connection, "101", "Bia", staff_hash(server_vault, "101", "48151623"))
    return make_server(make_line(tmp_path, *CLOSING))


def _standing(database: Database, now: Now) -> list[tuple[str, str]]:
    with database.reading() as connection:
        return [(each.scope, each.closed_by) for each in standing_closures(connection, "ensaio", now.moment)]


def _sid(number: int) -> str:
    return f"CA{number:032x}"


def test_one_entry_closes_the_destination_for_the_hours_that_the_menu_says(
    closing: LineServer, server_database: Database, clock: Now
) -> None:
    answer = closing.keys("8", f"{BIA}*1", sid=_sid(1))
    assert said(answer) == "Até logo & obrigado."
    assert _standing(server_database, clock) == [("mesa.rm", "Bia")]
    assert "A mesa RM atende de novo" in closing.keys("#", "1", sid=_sid(2)).text
    clock.moment = TUESDAY + timedelta(hours=2)
    assert _standing(server_database, clock) == []


def test_a_nought_behind_the_destination_opens_it_again_and_says_who_did(
    closing: LineServer, server_database: Database, clock: Now
) -> None:
    closing.keys("8", f"{BIA}*2", sid=_sid(1))
    clock.moment += timedelta(minutes=1)
    assert "Recado guardado." in said(closing.keys("8", f"{BIA}*2*0", sid=_sid(2)))
    assert _standing(server_database, clock) == []
    with server_database.reading() as connection:
        (kept,) = connection.execute(select(CLOSURE)).all()
        rows = audit_since(connection, TUESDAY - timedelta(1))
    audited = [(row.who, row.act, row.subject, row.address) for row in rows]
    assert audited == [("Bia", act, "ensaio mesa", "telephone") for act in ("close", "open")]
    assert (kept.scope, kept.reason, kept.closed_by, kept.opened_by) == ("mesa", "by telephone", "Bia", "Bia")


def test_the_whole_line_can_be_closed(closing: LineServer, server_database: Database, clock: Now) -> None:
    closing.keys("8", f"{BIA}*0")
    assert _standing(server_database, clock) == [("*", "Bia")]


@pytest.mark.untraced
@pytest.mark.parametrize("entry", ["101*48151624*1", "102*48151623*1", f"{BIA}*9", BIA, "1", "#", "", "*"])
def test_a_wrong_entry_closes_nothing_and_reaches_people_after_one_try(
    closing: LineServer, server_database: Database, clock: Now, entry: str
) -> None:
    answer = closing.keys("8", entry)
    assert "Vou chamar a Assessoria." in said(answer)
    assert _standing(server_database, clock) == []


def test_a_turn_that_is_delivered_twice_closes_once(closing: LineServer, server_database: Database, clock: Now) -> None:
    answer = closing.keys("8", f"{BIA}*1")
    assert closing.turn(2, Digits=f"{BIA}*1").data == answer.data
    assert _standing(server_database, clock) == [("mesa.rm", "Bia")]


def test_the_entry_is_secret_and_leaves_no_trace(closing: LineServer, server_database: Database) -> None:
    asked = closing.keys("8")
    assert asked.headers["X-IVR-Secret"] == "1"
    (gather,) = twiml(asked).iter("Gather")
    assert (gather.get("finishOnKey"), gather.get("input")) == ("#", "dtmf")
    closing.turn(2, Digits=f"{BIA}*1")
    call = closing.call()
    assert call
    assert "48151623" not in repr(call) + repr(closing.turns())
    assert closing.turns()[-1].reason == "mesa.rm closed by telephone"


@pytest.mark.parametrize(
    ("event", "read"),
    [
        (events.Keys("101*48151623*1"), ("101", "48151623", "1", False)),
        (events.Keys("101*48151623*1*0#"), ("101", "48151623", "1", True)),
        (events.Keys("10*48151623*1"), None),
        (events.Keys("101*4815162*1"), None),
        (events.Keys("101*4815162342108*1"), None),
        (events.Keys("101*48151623*1*1"), None),
        (events.Speech("101 48151623 1", 0.9), None),
        (events.Silence(), None),
    ],
)
def test_an_entry_is_number_password_destination_and_nothing_else(
    event: events.Event, read: tuple[str, str, str, bool] | None
) -> None:
    entry = read_staff_entry(event)
    assert (entry and (entry.number, entry.password, entry.destination, entry.opens)) == read
    assert "48151623" not in repr(entry)


def test_a_number_has_one_person_who_can_be_taken_off_the_list(server_database: Database, server_vault: Vault) -> None:
    with server_database.transaction() as connection:
        for name, password in (("Bia", "48151623"), ("Caio", "16234815")):
            save_staff(connection, "101", name, staff_hash(server_vault, "101", password))
        assert all_staff(connection) == [("101", "Caio")]
    assert identify_staff(server_database, server_vault, "101", "48151623") is None
    assert identify_staff(server_database, server_vault, "101", "16234815") == "Caio"
    with server_database.transaction() as connection:
        assert [remove_staff(connection, "101") for _ in range(2)] == [True, False]
    assert identify_staff(server_database, server_vault, "101", "16234815") is None


@pytest.mark.parametrize("text", ["", "12345", "1234567", "1234567890123", "12345678x", "١٢٣٤٥٦٧٨"])
def test_a_password_that_is_none_is_told_without_being_repeated(text: str) -> None:
    with pytest.raises(ValueError, match="eight to twelve digits") as raised:
        staff_password(text)
    assert not text or text not in str(raised.value)


@pytest.mark.parametrize("text", ["", "12", "1234567", "ana"])
def test_a_number_that_is_none_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="three to six digits"):
        staff_number(text)
