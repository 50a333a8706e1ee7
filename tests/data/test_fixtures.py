from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from data.agent_skills import skills_of
from data.agents import all_agents
from data.contact import CONTACT
from data.customers import CustomerRecord, identify
from data.database import Database
from data.fixtures import FixturesError
from data.roles import Role
from data.users import add_user
from data.vault import Vault
from tests.fixtures_of import fixtures_of

PADARIA, UNKNOWN = "11.222.333/0001-81", "390.533.447-05"


def _apply(database: Database, vault: Vault, *companies: dict[str, Any]) -> None:
    fixtures_of({"companies": list(companies)}).apply(database, vault)


def _caller(database: Database, vault: Vault, document: str, password: str) -> CustomerRecord:
    found = identify(database, vault, vault.document_digest(document), password)
    assert found is not None
    return found


def _contacts(database: Database) -> int:
    with database.reading() as connection:
        return connection.execute(select(func.count()).select_from(CONTACT)).scalar_one()


def test_what_fixtures_say_of_a_known_company_goes_over_the_stored(demo_database: Database, vault: Vault) -> None:
    company = {
        "document": PADARIA,
        "contract_until": "2025-12-31",
        "datacenter": "yes",
        "invoices": [{"number": "F-9", "amount": "150.00", "due": "2026-01-10", "grace_days": "5"}],
    }
    _apply(demo_database, vault, company)
    ana = _caller(demo_database, vault, PADARIA, "1234")
    assert (ana.company_name, ana.contract_until, ana.datacenter) == (
        "Padaria Pão Quente Ltda",
        date(2025, 12, 31),
        True,
    )
    assert [(each.number, each.grace_days) for each in ana.invoices] == [("F-9", 5)]


def test_an_unknown_company_is_added_with_defaults(demo_database: Database, vault: Vault) -> None:
    _apply(demo_database, vault, {"document": UNKNOWN, "contacts": [{"password": "1234"}]})
    caller = _caller(demo_database, vault, UNKNOWN, "1234")
    assert (caller.company_name, caller.contact_name) == ("Empresa sem nome", "Contato 1")
    assert (caller.contract_until, caller.datacenter, caller.special_contract) == (None, False, None)
    assert (caller.administrator, caller.support, caller.consultancy) == (False, True, False)


def test_a_contact_is_known_by_its_name(demo_database: Database, vault: Vault) -> None:
    before = _contacts(demo_database)
    _apply(demo_database, vault, {"document": PADARIA, "contacts": [{"name": "ana", "password": "5555"}]})
    assert _caller(demo_database, vault, PADARIA, "5555").administrator
    assert identify(demo_database, vault, vault.document_digest(PADARIA), "1234") is None
    assert _contacts(demo_database) == before


def test_a_contact_without_a_known_name_is_known_by_its_password(demo_database: Database, vault: Vault) -> None:
    before = _contacts(demo_database)
    people = [{"password": "1234", "consultancy": "sim"}, {"name": "Carlota", "password": "2468", "blocked": "no"}]
    _apply(demo_database, vault, {"document": PADARIA, "contacts": people})
    ana = _caller(demo_database, vault, PADARIA, "1234")
    assert (ana.contact_name, ana.consultancy, ana.administrator) == ("Ana", True, True)
    assert _caller(demo_database, vault, PADARIA, "2468").contact_name == "Carlota"
    assert _contacts(demo_database) == before


def test_an_invoice_is_known_by_its_number(demo_database: Database, vault: Vault) -> None:
    transportes = "34.190.256/0001-20"
    _apply(demo_database, vault, {"document": transportes, "invoices": [{"number": "F-2023-11", "paid": "yes"}]})
    assert _caller(demo_database, vault, transportes, "1470").invoices == ()


def test_an_emptied_end_of_contract_is_a_contract_without_end(demo_database: Database, vault: Vault) -> None:
    _apply(demo_database, vault, {"document": PADARIA, "contract_until": None, "name": None})
    ana = _caller(demo_database, vault, PADARIA, "1234")
    assert (ana.contract_until, ana.company_name) == (None, "Padaria Pão Quente Ltda")


@pytest.mark.parametrize("fixtures", [{}, {"companies": None}, {"companies": []}])
def test_fixtures_may_say_nothing(demo_database: Database, vault: Vault, fixtures: object) -> None:
    before = _contacts(demo_database)
    fixtures_of(fixtures).apply(demo_database, vault)
    assert _contacts(demo_database) == before


def test_fixtures_read_once_can_be_applied_to_many_databases(demo_database: Database, vault: Vault) -> None:
    fixtures = fixtures_of({"companies": [{"document": UNKNOWN, "contacts": [{"password": "1234"}]}]})
    for _ in range(2):
        copy = demo_database.copy()
        fixtures.apply(copy, vault)
        _caller(copy, vault, UNKNOWN, "1234")
        copy.close()
    assert identify(demo_database, vault, vault.document_digest(UNKNOWN), "1234") is None


@pytest.mark.parametrize(
    ("company", "told"),
    [
        (
            {"contacts": [{"name": "Ana", "password": "4321"}]},
            "another contact of this company has this password; give each one of its own",
        ),
        (
            {"contacts": [{"password": "1234"}, {"name": "Zoe", "password": "9999"}]},
            "this company has 5 contacts already, the most there may be; leave one out",
        ),
        (
            {"invoices": [{"number": "new", "amount": "1"}]},
            "a new invoice needs due; write what is missing",
        ),
    ],
)
def test_what_does_not_fit_with_the_stored_is_told_and_nothing_stays(
    demo_database: Database, vault: Vault, company: dict[str, Any], told: str
) -> None:
    with pytest.raises(FixturesError) as caught:
        _apply(demo_database, vault, {"document": PADARIA, "name": "Changed", **company})
    assert (caught.value.message, caught.value.place.line) == (told, 1)
    assert _caller(demo_database, vault, PADARIA, "1234").company_name == "Padaria Pão Quente Ltda"


RITA = {"login": "rita", "telephone": "+55 11 5090-0901", "serves": {"suporte": 3, "suporte.rm": "5"}}


def test_agents_have_served_since_long_ago_and_are_known_by_their_login(demo_database: Database, vault: Vault) -> None:
    written = [RITA, {**RITA, "login": "saulo", "name": "Saulo", "state": "paused", "reason": "almoço"}]
    fixtures_of({"agents": written}).apply(demo_database, vault, "4003-0015")
    fixtures_of({"agents": {**RITA, "telephone": "sip:rita@example.com", "state": "off", "serves": {"cst": 1}}}).apply(
        demo_database, vault, "4003-0015"
    )
    with demo_database.reading() as connection:
        found = [
            (each.login, each.name, each.telephone, each.state.value, each.standing.reason, each.standing.since.year)
            for each in all_agents(connection)
        ]
        skills = {
            agent.login: {each.destination: each.level for each in skills_of(connection, agent.user_id)}
            for agent in all_agents(connection)
        }
    assert found == [
        ("rita", "rita", "sip:rita@example.com", "off", None, 2000),
        ("saulo", "Saulo", "+551150900901", "paused", "almoço", 2000),
    ]
    assert skills == {"rita": {"cst": 1}, "saulo": {"suporte": 3, "suporte.rm": 5}}


def test_a_user_of_another_role_is_no_agent_of_fixtures(demo_database: Database, vault: Vault) -> None:
    with demo_database.transaction() as connection:
        add_user(connection, "rita", "Rita", Role.TESTER)
    with pytest.raises(FixturesError, match="rita is tester, who takes no calls"):
        fixtures_of({"agents": RITA}).apply(demo_database, vault, "4003-0015")
