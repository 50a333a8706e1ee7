"""CNPJs are issued in sequence, so that many customers share their keys: nobody is picked, nobody is another."""

from __future__ import annotations

import string
from collections import Counter, defaultdict
from collections.abc import Iterator
from random import Random

import pytest
from sqlalchemy import insert

from data.company import COMPANY
from data.contact import CONTACT
from data.customers import identify
from data.database import Database
from data.keypad_lookup import KeypadMatch, find_by_keypad
from data.vault import KEYPAD, Vault
from routing.documents import check_digits
from tests.postgres import PostgresServer

SIGNS = string.digits + string.ascii_uppercase
FIRST = int("12ABC000", 36)
CUSTOMERS = 40_000


def _numbers(count: int) -> Iterator[str]:
    """``count`` numbers in a row from one root on, each of a head office."""
    for place in range(FIRST, FIRST + count):
        root = "".join(SIGNS[place // 36**power % 36] for power in range(7, -1, -1))
        yield f"{root}0001" + check_digits(f"{root}0001")


@pytest.fixture(scope="module")
def groups() -> dict[str, list[str]]:
    """The keys of all customers, and whose they are."""
    groups: dict[str, list[str]] = defaultdict(list)
    for number in _numbers(CUSTOMERS):
        groups[number.translate(KEYPAD)].append(number)
    return groups


@pytest.fixture(scope="module")
def asked(groups: dict[str, list[str]]) -> list[str]:
    """The keys that will be keyed: any, and those that most customers share."""
    return Random(9).sample(sorted(groups), 500) + sorted(groups, key=lambda keys: -len(groups[keys]))[:50]


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def registry(
    request: pytest.FixtureRequest, groups: dict[str, list[str]], asked: list[str], server_vault: Vault
) -> Iterator[Database]:
    """A database that knows every one of them; on PostgreSQL, for the sake of time, those that will be asked for."""
    server: PostgresServer | None = None
    url, known = "sqlite://", list(groups)
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres_server")
        url, known = server.create(), sorted(set(asked))
    database = Database(url)
    database.migrate()
    rows = []
    for keys in known:
        keyed = server_vault.document_digest(keys)
        for number in groups[keys]:
            sealed = server_vault.document_digest(number)
            lettered = None if number.isdecimal() else server_vault.encrypt(number, sealed)
            rows.append(
                {"sealed": sealed, "keyed": keyed, "last_two": number[-2:], "kind": "cnpj", "name": number,
                 "datacenter": False, "lettered": lettered}
            )  # fmt: skip
    with database.transaction() as connection:
        connection.execute(insert(COMPANY), rows)
    yield database
    database.close()
    if server:
        server.drop(url)


def test_more_than_half_of_such_customers_have_a_twin(groups: dict[str, list[str]]) -> None:
    sizes = Counter(len(numbers) for numbers in groups.values())
    assert sum(size * count for size, count in sizes.items()) == CUSTOMERS
    assert 1 - sizes[1] / CUSTOMERS > 0.5
    assert max(sizes) >= 5


def test_only_who_is_alone_on_its_keys_is_read_back(
    registry: Database, groups: dict[str, list[str]], asked: list[str], server_vault: Vault
) -> None:
    for keys in asked:
        found = find_by_keypad(registry, server_vault, server_vault.document_digest(keys))
        match groups[keys]:
            case [number] if not number.isdecimal():
                assert found == KeypadMatch(True, server_vault.document_digest(number), number)
            case _:
                assert found == KeypadMatch(True)


def test_each_of_the_largest_group_is_known_by_its_own_password_only(
    registry: Database, groups: dict[str, list[str]], server_vault: Vault
) -> None:
    keys = max(groups, key=lambda keys: len(groups[keys]))
    twins = groups[keys]
    passwords = {number: f"{4000 + place}" for place, number in enumerate(twins[:-1])}
    passwords[twins[-1]] = passwords[twins[-2]]
    keyed = server_vault.document_digest(keys)
    with registry.transaction() as connection:
        for number, password in passwords.items():
            company_id = connection.execute(
                COMPANY.select().where(COMPANY.c.sealed == server_vault.document_digest(number))
            ).one().id  # fmt: skip
            hashed = server_vault.hash_password(keyed, password)
            connection.execute(
                insert(CONTACT),
                {"company_id": company_id, "name": number, "password_hash": hashed, "blocked": False,
                 "administrator": True, "support": True, "consultancy": False},
            )  # fmt: skip
    for number, password in passwords.items():
        found = identify(registry, server_vault, keyed, password)
        alone = list(passwords.values()).count(password) == 1
        assert (found.company_name if found else None) == (number if alone else None)
        exactly = identify(registry, server_vault, server_vault.document_digest(number), password, exactly=True)
        assert exactly is not None
        assert exactly.company_name == number
    assert identify(registry, server_vault, keyed, "9999") is None
