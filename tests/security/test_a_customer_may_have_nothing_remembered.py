"""A customer is erased on request: nothing leads to them any more, and what the law asks for stays without a name."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import event, select, text

from data.attempts import ATTEMPT
from data.calls import CALL
from data.consents import CONSENT
from data.database import Database
from data.erasure import CustomerOnLineError, RecordingsKeptError, erase
from data.export import export, holding
from data.mails import MAIL
from data.messages import MESSAGE
from data.outbox import OutboxRecord, put
from data.protocols import find_by_protocol
from data.retention import RecordingNotDeletedError
from data.vault import KEYPAD, Vault
from routing.documents import check_digits, parse_document
from tests.databases import THOROUGHLY, one_of_both, only
from tests.fixtures_of import fixtures_of
from tests.lines import TUESDAY
from tests.security.canary import CNPJ, LETTERS
from tests.security.old_calls import CALLER, RECORDING, OldCall, sid, stored
from tests.security.remembered_customer import DOCUMENT, ENDED, FIXTURES, NAME, PERSON, TWIN, everything, ids_of


def test_after_an_erasure_nothing_leads_to_the_customer(customer: Database, server_vault: Vault) -> None:
    deleted: list[str] = []
    digest = server_vault.document_digest(CNPJ)
    before = repr(everything(customer))
    assert erase(customer, server_vault, DOCUMENT, TUESDAY, deleted.append)
    after = everything(customer)
    other = next(row for row in after["call"] if row["sid"] == sid(9))
    assert other["from_number"] == CALLER
    others = {name: [row for row in rows if sid(9) not in row.values()] for name, rows in after.items()}
    for secret in (NAME, PERSON, digest, CALLER, RECORDING, "NF-CANARIO-77"):
        assert secret in before
        assert secret not in repr(others)
    assert len(deleted) == 4
    assert export(customer, server_vault, DOCUMENT) is None
    assert holding(customer, server_vault, DOCUMENT) is None


def test_an_erasure_takes_the_letters_that_were_sent_or_wait(customer: Database, server_vault: Vault) -> None:
    _, contact = ids_of(customer, NAME)
    with customer.transaction() as connection:
        for row, recipient in (("ML1", f"contact {contact}"), ("ML2", f"contact {contact}1")):
            put(connection, OutboxRecord(row, MAIL, recipient, "{}", None, TUESDAY, TUESDAY))
    assert erase(customer, server_vault, DOCUMENT, TUESDAY, lambda _: None)
    assert [row["id"] for row in everything(customer)["outbox"] if row["kind"] == MAIL] == ["ML2"]


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
            for name, rows in everything(database).items()
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
    before = everything(customer)
    assert export(customer, server_vault, stranger) is None
    assert not erase(customer, server_vault, stranger, TUESDAY, lambda _: None)
    assert everything(customer) == before


def test_a_customer_on_the_line_is_not_erased_in_the_middle(customer: Database, server_vault: Vault) -> None:
    with customer.transaction() as connection:
        connection.execute(CALL.update().where(CALL.c.sid == sid(2)).values(ended_at=None, status="in-progress"))
    before = everything(customer)
    with pytest.raises(CustomerOnLineError):
        erase(customer, server_vault, DOCUMENT, TUESDAY, lambda _: None)
    assert everything(customer) == before


def test_a_message_left_during_the_erasure_is_deleted_too(customer: Database, server_vault: Vault) -> None:
    company, contact = ids_of(customer, NAME)
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
    company, contact = ids_of(customer, NAME)

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


def test_recordings_that_cannot_be_deleted_stop_the_erasure_at_first(customer: Database, server_vault: Vault) -> None:
    before = everything(customer)
    with pytest.raises(RecordingsKeptError):
        erase(customer, server_vault, DOCUMENT, TUESDAY)
    assert everything(customer) == before


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
    assert NAME not in repr(everything(customer))
    assert server_vault.document_digest(CNPJ) not in repr(everything(customer))


def test_a_twin_of_the_same_keys_is_left_alone(server_database: Database, server_vault: Vault) -> None:
    fixtures = {"companies": [*FIXTURES["companies"], {"document": TWIN, "name": "Gêmea", "contacts": []}]}
    same_keys = server_vault.keypad_digest(LETTERS) == server_vault.document_digest(TWIN)
    fixtures_of(fixtures).apply(server_database, server_vault)
    company, contact = ids_of(server_database, "Letras")
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
