"""Of one company one contact is the administrator, and five are contacts, whatever happens at the same moment."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from data.company import find_company
from data.contact import CONTACT
from data.contact_acts import ContactActError, WantedContact, add_contact, hand_over
from data.contact_profile import contacts_of
from data.database import Database
from routing.documents import parse_document
from tests.conftest import Now
from tests.line_server import PADARIA
from tests.web.at_the_portal import VAULT

METALURGICA = "11444777000161"


def test_of_two_handovers_at_once_one_comes_too_late(server_database: Database, database_url: str) -> None:
    with server_database.reading() as connection:
        company = find_company(connection, VAULT, parse_document(PADARIA))
        assert company is not None
        people = {each.contact_name: each.contact_id for each in contacts_of(connection, company)}
    start, outcomes = threading.Barrier(2), []

    def hand(to: str) -> None:
        start.wait()
        try:
            with server_database.transaction() as connection:
                hand_over(connection, company, people[to], by=people["Ana"])
        except ContactActError:
            outcomes.append("too late")
        else:
            outcomes.append("done")

    threads = [threading.Thread(target=hand, args=(to,)) for to in ("Bruno", "Davi")]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(outcomes) == ["done", "too late"]
    with server_database.reading() as connection:
        assert [each.administrator for each in contacts_of(connection, company)].count(True) == 1


def test_of_four_more_contacts_at_once_the_sixth_is_refused(
    server_database: Database, database_url: str, clock: Now
) -> None:
    with server_database.reading() as connection:
        company = find_company(connection, VAULT, parse_document(METALURGICA))
    assert company is not None
    start, outcomes = threading.Barrier(4), []

    def one(place: int) -> None:
        wanted = WantedContact(f"Pessoa {place}", f"p{place}@x.example", None, True, False, frozenset())
        hashed = VAULT.hash_password("x", f"no digits {place}")
        start.wait()
        try:
            with server_database.transaction() as connection:
                add_contact(connection, VAULT, company, wanted, hashed, clock())
        except ValueError:
            outcomes.append("refused")
        else:
            outcomes.append("added")

    threads = [threading.Thread(target=one, args=(place,)) for place in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(outcomes) == ["added"] * 3 + ["refused"]


def test_the_database_holds_one_administrator_whatever_writes(server_database: Database, database_url: str) -> None:
    with pytest.raises(IntegrityError), server_database.transaction() as connection:
        connection.execute(update(CONTACT).where(CONTACT.c.name == "Bruno").values(administrator=True))
