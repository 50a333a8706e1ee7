"""A customer is given everything that is remembered of them, and nothing of anybody else."""

from __future__ import annotations

import json

from sqlalchemy import select

from data.contact import CONTACT
from data.database import Database
from data.export import export, holding
from data.vault import Vault
from tests.security.canary import CNPJ, Traces
from tests.security.old_calls import CALLER, RECORDING, OldCall, sid
from tests.security.remembered_customer import DOCUMENT, ENDED, NAME, PERSON


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
    assert call["turns"][0]["replay"]["checks"] == [["contract", "valid"]]
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
