"""Protocol numbers: never the same twice, nothing in them to read, found however they are written."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from data.calls import NewCall, open_call
from data.database import Database
from data.protocols import DIGITS, find_by_protocol, first_free, give_protocol, protocol_of
from data.vault import Cost, Vault

NOON = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
SIDS = st.text("0123456789abcdef", min_size=32, max_size=32).map("CA{}".format)


def _call(database: Database, sid: str, number: str) -> None:
    with database.transaction() as connection:
        open_call(connection, NewCall(sid, "4003-0015", "v1", "+5511987654321", "+551140030015", NOON, "{}"))
        give_protocol(connection, sid, number, NOON)


@given(SIDS)
def test_a_number_has_ten_digits_and_does_not_begin_with_zero(sid: str) -> None:
    vault = Vault(b"a key of the tests, 32 bytes.....", Cost.rehearsal())
    for number in islice(vault.protocols(sid), 5):
        assert len(number) == DIGITS
        assert number.isdecimal()
        assert number[0] != "0"


def test_a_call_draws_the_same_numbers_and_another_key_draws_others(vault: Vault) -> None:
    sid = "CA" + "1" * 32
    drawn = list(islice(vault.protocols(sid), 3))
    assert drawn == list(islice(vault.protocols(sid), 3))
    assert len(set(drawn)) == 3
    assert drawn != list(islice(Vault(b"another key of the tests ........", vault.cost).protocols(sid), 3))


def test_numbers_of_calls_in_a_row_have_nothing_in_common(vault: Vault) -> None:
    """Each digit stands in each place about as often as any other: nobody counts calls by their numbers."""
    numbers = [next(vault.protocols(f"CA{call:032x}")) for call in range(4000)]
    assert len(set(numbers)) == len(numbers)
    for place in range(1, DIGITS):
        counts = [sum(number[place] == digit for number in numbers) for digit in "0123456789"]
        assert min(counts) > 300, place
        assert max(counts) < 500, place


def test_a_number_that_a_call_has_is_not_given_again(database: Database) -> None:
    _call(database, "CA" + "1" * 32, "1234567890")
    with database.reading() as connection:
        assert first_free(connection, ["1234567890", "2345678901", "3456789012"]) == "2345678901"
        with pytest.raises(ValueError, match="taken"):
            first_free(connection, ["1234567890"])


def test_the_database_refuses_a_number_twice_and_two_numbers_of_a_call(database: Database) -> None:
    _call(database, "CA" + "1" * 32, "1234567890")
    with pytest.raises(IntegrityError):
        _call(database, "CA" + "2" * 32, "1234567890")
    with pytest.raises(IntegrityError):
        _call(database, "CA" + "1" * 32, "2345678901")


@pytest.mark.parametrize("written", ["1234567890", "12345 67890", "1234-5678-90", " 1.234.567.890 ", "nº 1234567890"])
def test_a_call_is_found_by_its_number_however_it_is_written(database: Database, written: str) -> None:
    _call(database, "CA" + "1" * 32, "1234567890")
    with database.reading() as connection:
        call = find_by_protocol(connection, written)
        assert call is not None
        assert call.sid == "CA" + "1" * 32
        assert protocol_of(connection, call.sid) == "1234567890"


@pytest.mark.parametrize("written", ["", "123456789", "12345678901", "protocolo", "%", "1234567891"])
def test_any_other_number_finds_nothing(database: Database, written: str) -> None:
    _call(database, "CA" + "1" * 32, "1234567890")
    with database.reading() as connection:
        assert find_by_protocol(connection, written) is None
        assert protocol_of(connection, "CA" + "9" * 32) is None
