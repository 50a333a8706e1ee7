"""Whoever guesses learns nothing: an unknown document and a wrong password sound the same and cost the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from argon2.low_level import hash_secret

from tests.line_server import PADARIA, SID, LineServer, said, statements

UNKNOWN = "98765432000198"
"""A CNPJ with right check digits that nobody has."""

CPF = "52998224725"
"""Of the demo data, with one contact; the Padaria has five."""


@dataclass(frozen=True)
class Attempt:
    """What a caller may perceive of one attempt, and what it costs."""

    body: bytes
    headers: tuple[tuple[str, str], ...]
    statements: tuple[str, ...]
    hashes: int


@pytest.fixture
def attempt(server: LineServer, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Attempt]:
    """A call that keys a document and passwords; what comes of the last one."""
    hashed: list[object] = []

    def counting(*arguments: object, **options: object) -> bytes:
        hashed.append(options["memory_cost"])
        return hash_secret(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("data.vault.hash_secret", counting)
    calls = iter(range(10, 99))

    def tried(document: str, password: str) -> Attempt:
        sid = SID[:-2] + str(next(calls))
        server.start(sid)
        server.turn(1, sid, Digits="2")
        server.turn(2, sid, Digits=document)
        hashed.clear()
        with statements(server.database) as sent:
            answer = server.turn(3, sid, Digits=password)
        return Attempt(answer.data, tuple(answer.headers), tuple(sent), len(hashed))

    return tried


def test_the_unknown_document_of_these_tests_has_right_check_digits(server: LineServer) -> None:
    assert said(server.keys("2", UNKNOWN)) == "Digite a senha."


@pytest.mark.parametrize("document", [PADARIA, CPF])
def test_an_unknown_document_is_answered_as_a_wrong_password_byte_by_byte(
    attempt: Callable[..., Attempt], document: str
) -> None:
    unknown, wrong = attempt(UNKNOWN, "0000"), attempt(document, "0000")
    assert unknown.body == wrong.body
    assert unknown.headers == wrong.headers
    assert "Os dados não conferem".encode() in wrong.body


@pytest.mark.parametrize("document", [PADARIA, CPF])
def test_it_costs_the_same_statements_and_one_argon2(attempt: Callable[..., Attempt], document: str) -> None:
    unknown, wrong = attempt(UNKNOWN, "0000"), attempt(document, "0000")
    assert unknown.statements == wrong.statements
    assert unknown.hashes == wrong.hashes == 1


def test_the_right_password_costs_one_argon2_too(attempt: Callable[..., Attempt]) -> None:
    assert attempt(PADARIA, "1234").hashes == attempt(PADARIA, "2468").hashes == 1


def test_a_nearly_right_password_of_a_blocked_contact_opens_nothing(
    attempt: Callable[..., Attempt],
) -> None:
    assert attempt(PADARIA, "2469") == attempt(UNKNOWN, "2469")


def test_the_password_of_another_company_is_a_wrong_password(attempt: Callable[..., Attempt]) -> None:
    assert attempt(CPF, "1234").body == attempt(UNKNOWN, "1234").body


def test_a_call_with_unknown_documents_goes_as_one_with_wrong_passwords(server: LineServer) -> None:
    """Strikes included: the third one of either leads to people with the same words."""
    heard = []
    for sid, document in ((SID, UNKNOWN), ("CA" + "2" * 32, PADARIA)):
        server.start(sid)
        entries = ["2", *(3 * [document, "0000"])]
        heard.append([server.turn(number, sid, Digits=digits).data for number, digits in enumerate(entries, 1)])
    assert heard[0] == heard[1]
    assert "Não deu certo" in heard[0][-1].decode()


def test_what_is_stored_of_both_is_the_same_but_for_the_digest(server: LineServer) -> None:
    server.keys("2", UNKNOWN, "0000")
    server.keys("2", PADARIA, "0000", sid="CA" + "2" * 32)
    unknown, wrong = server.turns(), server.turns("CA" + "2" * 32)
    assert unknown == wrong
