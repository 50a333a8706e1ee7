"""One customer's data, given whole and erased whole; nobody else's is touched."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, inspect, select, text

from data.attempts import ATTEMPT
from data.calls import CALL
from data.company import COMPANY
from data.consents import CONSENT
from data.contact import CONTACT
from data.database import Database
from data.erasure import CustomerOnLineError, RecordingsKeptError, erase
from data.export import export, holding
from data.messages import MESSAGE
from data.protocols import find_by_protocol
from data.retention import RecordingNotDeletedError
from data.vault import KEYPAD, Vault
from routing.documents import check_digits, parse_document
from tests.databases import THOROUGHLY, one_of_both, only
from tests.fixtures_of import fixtures_of
from tests.lines import TUESDAY
from tests.security.canary import CNPJ, LETTERS, LETTERS_PASSWORD, PASSWORD, Traces
from tests.security.old_calls import CALLER, RECORDING, OldCall, sid, stored

NAME = "Canário Amarelo Ltda"
PERSON = "Piu-Piu da Silva"
TWIN = LETTERS.translate(KEYPAD)[:12]
TWIN += check_digits(TWIN)
FIXTURES = {
    "companies": [
        {
            "document": CNPJ,
            "name": NAME,
            "contacts": [{"name": PERSON, "password": PASSWORD}],
            "invoices": [{"number": "NF-CANARIO-77", "amount": "1234.50", "due": "2026-01-10"}],
        },
        {"document": LETTERS, "name": "Letras", "contacts": [{"name": "Bem-te-vi", "password": LETTERS_PASSWORD}]},
    ]
}
ENDED = TUESDAY - timedelta(days=2)
DOCUMENT = parse_document(CNPJ)


@pytest.fixture
def customer(server_database: Database, server_vault: Vault) -> Database:
    """The canary's company with two calls of its own and one that gave no password, beside other people's."""
    fixtures_of(FIXTURES).apply(server_database, server_vault)
    company, contact = _ids(server_database, NAME)
    digest = server_vault.document_digest(CNPJ)
    began = ENDED - timedelta(minutes=5)
    theirs = OldCall(sid(1), began, ENDED, contact, company, digest, "7000000001", try_sid=sid(51))
    theirs.write(server_database)
    replace(theirs, sid=sid(2), protocol="7000000002", try_sid=sid(52)).write(server_database)
    replace(theirs, sid=sid(3), contact_id=None, company_id=None, protocol="7000000003", try_sid=sid(53)).write(
        server_database
    )
    other = OldCall(sid(9), began, ENDED, 1, 1, "0" * 64, "7000000009", try_sid=sid(59))
    other.write(server_database)
    # Whoever was called back was reached.
    replace(theirs, sid=sid(51), contact_id=None, company_id=None, account="1" * 64, protocol=None).write(
        server_database
    )
    return server_database


def _ids(database: Database, name: str) -> tuple[int, int]:
    with database.reading() as connection:
        company = connection.execute(select(COMPANY.c.id).where(COMPANY.c.name == name)).scalar_one()
        contact = connection.execute(select(CONTACT.c.id).where(CONTACT.c.company_id == company)).scalars().first()
    assert contact is not None
    return company, contact


def _everything(database: Database) -> dict[str, list[dict[str, Any]]]:
    with database.reading() as connection:
        return {
            name: [dict(row) for row in connection.execute(text(f'SELECT * FROM "{name}"')).mappings()]
            for name in sorted(inspect(connection).get_table_names())
        }


def test_the_export_holds_everything_of_the_customer_and_no_other(customer: Database, server_vault: Vault) -> None:
    found = export(customer, server_vault, DOCUMENT)
    assert found is not None
    shown = json.loads(json.dumps(found))
    assert shown["company"]["name"] == NAME
    assert [each["name"] for each in shown["contacts"]] == [PERSON]
    assert shown["invoices"][0]["amount"] == "1234.50"
    assert [call["sid"] for call in shown["calls"]] == [sid(1), sid(2), sid(3)]
    assert [call["sid"] for call in shown["calls made to call back"]] == [sid(51)]
    assert shown["passwords tried"] == 3
    call = shown["calls"][0]
    assert call["from_number"] == CALLER
    assert call["protocol"] == "7000000001"
    assert call["turns"][0]["states"] == ["senha"]
    assert call["turns"][0]["tried"] == [["region", CALLER, "routing.yaml:3"]]
    assert call["messages"][0]["seconds"] == 12
    assert call["consents"][0]["term"] == "aceite"
    assert call["callbacks"][0]["number"] == CALLER
    assert sid(9) not in json.dumps(shown)


def test_the_export_holds_no_hash_digest_or_address_of_a_recording(customer: Database, server_vault: Vault) -> None:
    shown = json.dumps(export(customer, server_vault, DOCUMENT))
    with customer.reading() as connection:
        hashes = connection.execute(select(CONTACT.c.password_hash)).scalars().all()
    for secret in (
        *hashes,
        "argon2",
        server_vault.document_digest(CNPJ),
        "sealed",
        RECORDING,
        "password_hash",
        "ca11" * 16,
    ):
        assert secret not in shown
    traces = Traces()
    traces.add("export", shown)
    assert traces.leaks() == []


def test_what_is_held_is_counted(customer: Database, server_vault: Vault) -> None:
    held = holding(customer, server_vault, DOCUMENT)
    assert held is not None
    assert (held.contacts, held.invoices, held.calls, held.messages) == (1, 1, 4, 4)
    assert (held.callbacks, held.consents, held.attempts) == (4, 4, 3)


def test_after_an_erasure_nothing_leads_to_the_customer(customer: Database, server_vault: Vault) -> None:
    deleted: list[str] = []
    digest = server_vault.document_digest(CNPJ)
    before = repr(_everything(customer))
    assert erase(customer, server_vault, DOCUMENT, TUESDAY, deleted.append)
    after = _everything(customer)
    other = next(row for row in after["call"] if row["sid"] == sid(9))
    assert other["from_number"] == CALLER
    others = {name: [row for row in rows if sid(9) not in row.values()] for name, rows in after.items()}
    for secret in (NAME, PERSON, digest, CALLER, RECORDING, "NF-CANARIO-77"):
        assert secret in before
        assert secret not in repr(others)
    assert len(deleted) == 4
    assert export(customer, server_vault, DOCUMENT) is None
    assert holding(customer, server_vault, DOCUMENT) is None


def test_an_erasure_keeps_protocols_and_consents_without_a_name(customer: Database, server_vault: Vault) -> None:
    erase(customer, server_vault, DOCUMENT, TUESDAY, lambda _: None)
    with customer.reading() as connection:
        for number in (1, 2, 3):
            call = find_by_protocol(connection, f"700000000{number}")
            assert call is not None
            assert (call.sid, call.status, call.duration) == (sid(number), "completed", 60)
            assert (call.from_number, call.to_number, call.position, call.company_id) == ("", "", "", None)
        consents = connection.execute(select(CONSENT).where(CONSENT.c.call_sid == sid(1))).all()
    assert [(each.term, each.version, each.contact_id) for each in consents] == [("aceite", "f" * 64, None)]


def test_an_erasure_touches_nobody_else(customer: Database, server_vault: Vault) -> None:
    def others(database: Database) -> dict[str, list[str]]:
        mine = {sid(number) for number in (1, 2, 3, 51)}
        return {
            name: sorted(
                repr(row)
                for row in rows
                if not mine & {row.get("call_sid"), row.get("sid")}
                and NAME not in repr(row)
                and PERSON not in repr(row)
                and row.get("number") != "NF-CANARIO-77"
            )
            for name, rows in _everything(database).items()
        }

    before = others(customer)
    erase(customer, server_vault, DOCUMENT, TUESDAY, lambda _: None)
    assert others(customer) == before


def test_a_callback_that_waits_is_not_made_any_more(customer: Database, server_vault: Vault) -> None:
    with customer.transaction() as connection:
        for number in (1, 9):
            waits = text(
                "UPDATE callback SET ended_at = NULL, note = NULL, try_sid = NULL, number = :n WHERE call_sid = :s"
            )
            connection.execute(waits, {"n": f"{CALLER[:-1]}{number}", "s": sid(number)})
    erase(customer, server_vault, DOCUMENT, TUESDAY, lambda _: None)
    rows = {row["call_sid"]: row for row in stored(customer)["callback"]}
    assert (rows[sid(1)]["number"], rows[sid(1)]["note"], rows[sid(1)]["ended_at"]) == (
        "",
        "erased on request",
        TUESDAY,
    )
    assert (rows[sid(9)]["number"], rows[sid(9)]["ended_at"]) == (f"{CALLER[:-1]}9", None)


def test_nobody_is_erased_or_given_for_a_document_that_nobody_has(customer: Database, server_vault: Vault) -> None:
    stranger = parse_document(f"123450990001{check_digits('123450990001')}")
    before = _everything(customer)
    assert export(customer, server_vault, stranger) is None
    assert not erase(customer, server_vault, stranger, TUESDAY, lambda _: None)
    assert _everything(customer) == before


def test_a_customer_on_the_line_is_not_erased_in_the_middle(customer: Database, server_vault: Vault) -> None:
    with customer.transaction() as connection:
        connection.execute(CALL.update().where(CALL.c.sid == sid(2)).values(ended_at=None, status="in-progress"))
    before = _everything(customer)
    with pytest.raises(CustomerOnLineError):
        erase(customer, server_vault, DOCUMENT, TUESDAY, lambda _: None)
    assert _everything(customer) == before


def test_a_message_left_during_the_erasure_is_deleted_too(customer: Database, server_vault: Vault) -> None:
    company, contact = _ids(customer, NAME)
    deleted: list[str] = []

    def delete_and_call(recording: str) -> None:
        if not deleted:
            late = OldCall(
                sid(7),
                ENDED,
                ENDED,
                contact,
                company,
                server_vault.document_digest(CNPJ),
                "7000000007",
                try_sid=sid(57),
            )
            late.write(customer)
        deleted.append(recording)

    before = holding(customer, server_vault, DOCUMENT)
    assert before is not None
    assert erase(customer, server_vault, DOCUMENT, TUESDAY, delete_and_call)
    assert len(deleted) == before.messages + 1


def test_a_customer_calling_during_the_erasure_is_said_to_be_left_in_part(
    customer: Database, server_vault: Vault
) -> None:
    company, contact = _ids(customer, NAME)

    called: list[str] = []

    def call_meanwhile(recording: str) -> None:
        if not called:
            digest = server_vault.document_digest(CNPJ)
            OldCall(sid(7), ENDED, None, contact, company, digest, "7000000007", try_sid=sid(57)).write(customer)
        called.append(recording)

    with pytest.raises(CustomerOnLineError) as raised:
        erase(customer, server_vault, DOCUMENT, TUESDAY, call_meanwhile)
    assert raised.value.begun
    with customer.transaction() as connection:
        connection.execute(CALL.update().where(CALL.c.sid == sid(7)).values(ended_at=TUESDAY, status="completed"))
    assert erase(customer, server_vault, DOCUMENT, TUESDAY, lambda _: None)


def test_the_number_of_a_caller_without_password_is_not_exported(customer: Database, server_vault: Vault) -> None:
    called_back = OldCall(sid(53), ENDED, ENDED, account="1" * 64, protocol=None)
    called_back.write(customer)
    exported = export(customer, server_vault, DOCUMENT)
    assert exported is not None
    calls = {call["sid"]: call for kind in ("calls", "calls made to call back") for call in exported[kind]}
    for theirs in (sid(1), sid(51)):
        assert (calls[theirs]["from_number"], calls[theirs]["callbacks"][0]["number"]) == (CALLER, CALLER)
    for strangers in (sid(3), sid(53)):
        assert {"callbacks", "turns", "protocol"} <= calls[strangers].keys()
        assert calls[strangers].keys().isdisjoint({"from_number", "to_number"})
        assert CALLER not in json.dumps(calls[strangers]), "the number of whom we do not know, in any column"


def test_recordings_that_cannot_be_deleted_stop_the_erasure_at_first(customer: Database, server_vault: Vault) -> None:
    before = _everything(customer)
    with pytest.raises(RecordingsKeptError):
        erase(customer, server_vault, DOCUMENT, TUESDAY)
    assert _everything(customer) == before


def test_an_erasure_that_was_cut_short_is_finished_by_asking_again(customer: Database, server_vault: Vault) -> None:
    refused: list[str] = []

    def second_fails(recording: str) -> None:
        refused.append(recording)
        if len(refused) == 2:
            raise RecordingNotDeletedError("not now")

    with pytest.raises(RecordingNotDeletedError):
        erase(customer, server_vault, DOCUMENT, TUESDAY, second_fails)
    with customer.reading() as connection:
        left = connection.execute(select(MESSAGE.c.call_sid).where(MESSAGE.c.url != "")).scalars().all()
    assert len(left) == 4
    assert erase(customer, server_vault, DOCUMENT, TUESDAY, lambda _: None)
    assert export(customer, server_vault, DOCUMENT) is None


@one_of_both("sqlite")
@pytest.mark.parametrize("broken", range(1, 40, 3 if THOROUGHLY else 6))
def test_whatever_statement_breaks_the_erasure_it_can_be_finished(
    broken: int, customer: Database, server_vault: Vault
) -> None:
    count = 0

    def fail(*_: object) -> None:
        nonlocal count
        count += 1
        if count == broken:
            raise ZeroDivisionError

    event.listen(customer._engine, "before_cursor_execute", fail)
    try:
        erase(customer, server_vault, DOCUMENT, TUESDAY, lambda _: None)
    except ZeroDivisionError:
        pass
    finally:
        event.remove(customer._engine, "before_cursor_execute", fail)
    erase(customer, server_vault, DOCUMENT, TUESDAY, lambda _: None)
    assert NAME not in repr(_everything(customer))
    assert server_vault.document_digest(CNPJ) not in repr(_everything(customer))


def test_a_twin_of_the_same_keys_is_left_alone(server_database: Database, server_vault: Vault) -> None:
    fixtures = {"companies": [*FIXTURES["companies"], {"document": TWIN, "name": "Gêmea", "contacts": []}]}
    same_keys = server_vault.keypad_digest(LETTERS) == server_vault.document_digest(TWIN)
    fixtures_of(fixtures).apply(server_database, server_vault)
    company, contact = _ids(server_database, "Letras")
    OldCall(sid(1), ENDED, ENDED, contact, company, server_vault.keypad_digest(LETTERS)).write(server_database)
    erase(server_database, server_vault, parse_document(TWIN), TUESDAY, lambda _: None)
    (call,) = stored(server_database)["call"]
    assert (call["company_id"], call["from_number"]) == (company, CALLER)
    found = export(server_database, server_vault, parse_document(LETTERS))
    assert found is not None
    assert found["company"]["name"] == "Letras"
    assert same_keys or TWIN[:12] == LETTERS.translate(KEYPAD)[:12]


@only("sqlite")
@pytest.mark.parametrize("rewrite", [True, False])
def test_no_byte_of_what_is_gone_stays_in_the_file(
    rewrite: bool, database_url: str, server_database: Database, customer: Database, server_vault: Vault
) -> None:
    file = Path(str(customer._engine.url.database))
    needles = [needle.encode() for needle in (NAME, PERSON, "NF-CANARIO-77", server_vault.document_digest(CNPJ))]

    def bytes_left() -> bytes:
        return b"".join(each.read_bytes() for each in file.parent.glob(f"{file.name}*"))

    assert all(needle in bytes_left() for needle in needles)
    erase(customer, server_vault, DOCUMENT, TUESDAY, lambda _: None)
    customer.leave_no_remains(rewrite=rewrite)
    assert [needle for needle in needles if needle in bytes_left()] == []
    with customer.reading() as connection:
        assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        assert connection.execute(select(ATTEMPT.c.account).where(ATTEMPT.c.call_sid == sid(9))).scalar() == "0" * 64
