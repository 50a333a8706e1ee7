"""Whose document a number keyed on a telephone may be."""

from __future__ import annotations

from itertools import product

import pytest
from sqlalchemy import text

from data.company import save_company
from data.database import Database
from data.former_cipher import DecryptionError
from data.keypad_lookup import KeypadMatch, find_by_keypad, lettered_document
from data.vault import KEYPAD, Cost, Vault
from routing.documents import check_digits, parse_document
from tests.line_server import statements

OFFICIAL = "12ABC34501DE35"
KEYS = "12222345013335"
TWIN = "12AAC34501DF35"
PADARIA = "11222333000181"
NEIGHBOUR = "11222EFE000181"
"""Its letters lie on the keys of the Padaria's number, and its check digits are the same."""


def _save(database: Database, vault: Vault, *numbers: str) -> None:
    with database.transaction() as connection:
        for number in numbers:
            save_company(connection, vault, parse_document(number), {"name": number})


def _found(database: Database, vault: Vault, keys: str) -> KeypadMatch:
    return find_by_keypad(database, vault, vault.document_digest(keys))


def test_keys_that_are_nobodys_are_not_known(database: Database, vault: Vault) -> None:
    _save(database, vault, PADARIA)
    assert _found(database, vault, KEYS) == KeypadMatch(known=False)


def test_a_number_without_letters_is_known_and_not_read_back(database: Database, vault: Vault) -> None:
    _save(database, vault, PADARIA)
    assert _found(database, vault, PADARIA) == KeypadMatch(known=True)


def test_the_only_document_with_letters_on_its_keys_is_read_back(database: Database, vault: Vault) -> None:
    _save(database, vault, PADARIA, OFFICIAL)
    found = _found(database, vault, KEYS)
    assert found == KeypadMatch(True, vault.document_digest(OFFICIAL), OFFICIAL)
    assert OFFICIAL not in repr(found)
    assert lettered_document(database, vault, vault.document_digest(OFFICIAL)) == OFFICIAL


@pytest.mark.parametrize("others", [(TWIN,), (TWIN, "12ACC34501DD35")], ids=["two", "three"])
def test_of_several_none_is_picked(database: Database, vault: Vault, others: tuple[str, ...]) -> None:
    _save(database, vault, OFFICIAL, *others)
    assert _found(database, vault, KEYS) == KeypadMatch(known=True)


def test_a_number_of_figures_and_its_neighbour_with_letters_are_several(database: Database, vault: Vault) -> None:
    _save(database, vault, PADARIA, NEIGHBOUR)
    assert _found(database, vault, PADARIA) == KeypadMatch(known=True)


def test_unknown_known_and_several_cost_one_and_the_same_statement(database: Database, vault: Vault) -> None:
    _save(database, vault, PADARIA, OFFICIAL, "11444777000161")
    _save(database, vault, *(base for base in _readings(20) if base != OFFICIAL))
    sent = []
    for keys in (PADARIA, KEYS, "11444777000161", "99999999999999"):
        with statements(database) as told:
            _found(database, vault, keys)
        sent.append([statement for statement in told if statement.startswith("SELECT")])
    assert all(statements_ == sent[0] for statements_ in sent)
    assert len(sent[0]) == 1


def test_a_company_stored_without_letters_is_known_but_not_read_back(database: Database, vault: Vault) -> None:
    _save(database, vault, OFFICIAL)
    with database.transaction() as connection:
        connection.execute(text("UPDATE company SET lettered = NULL"))
    assert _found(database, vault, KEYS) == KeypadMatch(known=True)
    with pytest.raises(LookupError):
        lettered_document(database, vault, vault.document_digest(OFFICIAL))
    _save(database, vault, OFFICIAL)  # the next import
    assert _found(database, vault, KEYS).number == OFFICIAL


def test_the_database_alone_tells_nobody_the_letters(database: Database, vault: Vault) -> None:
    _save(database, vault, OFFICIAL)
    with database.reading() as connection:
        (stored,) = connection.execute(text("SELECT lettered FROM company")).scalars()
    assert OFFICIAL not in stored
    with pytest.raises(DecryptionError):
        find_by_keypad(database, _SameDigests(b"another key of tests, 32 bytes..", vault), vault.document_digest(KEYS))


class _SameDigests(Vault):
    """A vault of another key that gets as far as the row."""

    def __init__(self, key: bytes, digesting: Vault) -> None:
        super().__init__(key, Cost.rehearsal())
        self._document_key = digesting._document_key


def _readings(most: int | None = None) -> list[str]:
    """Every document with right check digits that is keyed as the official example is."""
    keys: dict[str, str] = {}
    for sign in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        keys[sign.translate(KEYPAD)] = keys.get(sign.translate(KEYPAD), "") + sign
    found = ("".join(signs) for signs in product(*(keys[key] for key in KEYS[:12])))
    right = [f"{base}35" for base in found if check_digits(base) == "35"]
    return right[:most]


def test_check_digits_are_no_way_to_guess_the_letters() -> None:
    """Of the 262,144 readings of the official example's keys, 2,226 have its check digits: hence the confirmation."""
    readings = _readings()
    assert len(readings) == 2226
    assert OFFICIAL in readings
    assert TWIN in readings
