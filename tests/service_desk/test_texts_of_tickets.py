"""Texts of people on a ticket are kept readable, bounded, and without documents and passwords."""

from __future__ import annotations

import pytest

from ivr.service_desk.texts import LONGEST_SUBJECT, LONGEST_TEXT, kept_subject, kept_text


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("CNPJ 11.222.333/0001-81, CPF 529.982.247-25", "CNPJ •••, CPF •••"),
        ("o cnpj é 11222333000181.", "o cnpj é •••."),
        ("minha senha é 1234", "minha senha é •••"),
        ("a senha do admin: totvs123, entra", "a senha do admin: •••, entra"),
        ("password=hunter2", "password=•••"),
        ("minha contraseña: x1y2z3", "minha contraseña: •••"),
    ],
)
def test_documents_and_passwords_are_not_kept(written: str, kept: str) -> None:
    assert kept_text(written) == kept


@pytest.mark.parametrize(
    "written",
    [
        "versão 12.1.33, build 7.00.131227A, rotina MATA103",
        "protocolo 5071343114, erro 12345678901",
        "a senha expirou em 2026 e não entra",
        "nota 000123 série 1, R$ 1.234,56",
    ],
)
def test_what_an_analyst_works_with_stays(written: str) -> None:
    assert kept_text(written) == written


def test_signs_that_show_a_text_otherwise_than_it_is_are_left_out() -> None:
    assert kept_text(" a\u202eb\x00c\ufeff\r\nd\te\ud800 ") == "abc\nd\te"


def test_a_text_and_a_subject_are_bounded_and_say_so() -> None:
    assert kept_text("a" * LONGEST_TEXT) == "a" * LONGEST_TEXT
    with pytest.raises(ValueError, match="100000 characters"):
        kept_text("a" * 100_000)
    assert kept_subject(" Erro \n na  nota ") == "Erro na nota"
    for written, why in (
        ("", "a few words"),
        ("\x00 ", "a few words"),
        ("a" * (LONGEST_SUBJECT + 1), "201 characters"),
    ):
        with pytest.raises(ValueError, match=why):
            kept_subject(written)
