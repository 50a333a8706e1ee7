"""The fixtures of a call script are read into values, and each mistake is told at its place with the remedy."""

from __future__ import annotations

import re

import pytest

from ivr.source.diagnostics import Diagnostics
from tests.fixtures_of import fixtures_of, read_written
from wording.catalogues import put

PADARIA = "11.222.333/0001-81"
KNOWN = "area_code, contacts, contract_until, datacenter, document, invoices, name, special_contract, unit"


RUBBISH = """\
companies:
- document: "11.222.333/0001-8!"
  contract_until: "2026-02-3!"
  datacenter: "!"
  special_contract: "!"
  area_code: "!"
  contacts: [{name: Ana, password: "!"}]
  invoices: [{number: F-1, amount: "!", due: "!", grace_days: "!"}]
- document: "11!22233300018"
staff: [{number: "!", name: Bia, password: "!"}]
closures: [{destination: suporte, reason: luz, until: "!"}]
agents: [{login: "9!", telephone: "+551150900901", serves: {suporte: 3}}]
"""


def told(text: str) -> list[str]:
    diagnostics = Diagnostics()
    read_written(text, diagnostics)
    return [str(diagnostic) for diagnostic in sorted(diagnostics.errors)]


def test_what_is_left_out_of_a_fixture_is_left_out_of_its_fields() -> None:
    (company,) = fixtures_of({"companies": [{"document": PADARIA, "contacts": [{"password": "1234"}]}]}).companies
    assert (company.document.number, company.fields, company.invoices) == ("11222333000181", {}, ())
    (contact,) = company.contacts
    assert (contact.password, contact.fields) == ("1234", {})


def test_what_may_be_none_is_emptied_by_an_empty_key() -> None:
    written = {"document": PADARIA, "contract_until": None, "special_contract": None, "area_code": None, "unit": None}
    (company,) = fixtures_of({"companies": [written]}).companies
    assert company.fields == {"contract_until": None, "special_contract": None, "area_code": None, "unit": None}


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        (
            "company: []",
            [
                "a:1:1: 'fixtures' has no key 'company'; did you mean 'companies'?"
                " (known: agents, announcements, closures, companies, staff, tickets)"
            ],
        ),
        ("companies: [{}]", ["a:1:13: company 1 of 'fixtures' needs the key 'document'"]),
        ("companies: [Padaria]", ["a:1:13: company 1 of 'fixtures' must be a mapping of keys to values"]),
        (
            "companies: [{document: 11.222.333/0001-82}]",
            [
                "a:1:24: 'document' of company 1 of 'fixtures': this is not a valid CNPJ:"
                " its check digits do not match; compare it with the contract"
            ],
        ),
        (
            f"companies:\n- document: {PADARIA}\n  contacts:\n  - {{password: '1234'}}\n  - {{pasword: '1234'}}\n",
            [
                "a:5:6: contact 2 of company 1 of 'fixtures' has no key 'pasword'; did you mean 'password'?"
                " (known: administrator, blocked, consultancy, name, password, support)",
            ],
        ),
        (
            f"companies:\n- {{document: {PADARIA}, name: [x]}}\n- {{document: {PADARIA}, colour: x}}\n",
            [
                "a:2:40: 'name' of company 1 of 'fixtures' must be one text, not a list or a mapping",
                f"a:3:34: company 2 of 'fixtures' has no key 'colour' (known: {KNOWN})",
            ],
        ),
        (
            f"companies: [{{document: {PADARIA}, invoices: [{{number: 1, amount: x, due: 10/3/26}}]}}]",
            [
                "a:1:75: 'amount' of invoice 1 of company 1 of 'fixtures': write an amount as 1234.56 or 1.234,56",
                "a:1:83: 'due' of invoice 1 of company 1 of 'fixtures': write a date as 2026-03-10 or 10/03/2026",
            ],
        ),
        (
            "closures: [{destination: cst, until: tomorrow}]",
            [
                "a:1:12: closure 1 of 'fixtures' needs the key 'reason'",
                "a:1:38: 'until' of closure 1 of 'fixtures': write a local time as 2026-03-10T18:00",
            ],
        ),
        (
            "announcements:\n- {text: 'Um {x}.', form: 1}\n"
            "- {text: Um., from: 2026-03-10T18:00, until: 2026-03-10T08:00}",
            [
                "a:2:10: 'text' of announcement 1 of 'fixtures': it has a brace, and nothing is filled in there;"
                " write the words",
                "a:2:21: announcement 1 of 'fixtures' has no key 'form'; did you mean 'from'?"
                " (known: destination, from, text, until)",
                "a:3:39: announcement 2 of 'fixtures' would end at 2026-03-10 08:00, and begin at 2026-03-10 18:00;"
                " write a later end",
            ],
        ),
        (
            "staff: [{number: '1', name: Bia, password: '123'}]",
            [
                "a:1:18: 'number' of person 1 of 'fixtures': write a number of three to six digits",
                "a:1:44: 'password' of person 1 of 'fixtures': write a password of eight to twelve digits",
            ],
        ),
        (
            "agents:\n- {login: R!, telephone: 12, serves: {suporte: 6}, hours: seg-sex, state: ringing}\n"
            "- {login: rita}\n",
            [
                "a:2:11: 'login' of agent 1 of 'fixtures': a user's name begins with a letter, and has up to 40 of a-z,"
                " 0-9, '.', '_' and '-', like bia.souza",
                "a:2:26: 'telephone' of agent 1 of 'fixtures': '12' is no valid telephone number; check the area code"
                " and the digits",
                "a:2:48: 'suporte' of 'serves' of agent 1 of 'fixtures' must be a whole number from 1 to 5, not '6'",
                "a:2:59: 'hours' of agent 1 of 'fixtures': 'seg-sex' are no working hours; write them like seg-sex"
                " 08:00-12:00, 13:30-18:00; sab 09:00-13:00",
                "a:2:75: 'state' of agent 1 of 'fixtures' cannot be 'ringing' (one of: available, paused, off)",
                "a:3:3: agent 2 of 'fixtures' needs the key 'serves'",
                "a:3:3: agent 2 of 'fixtures' needs the key 'telephone'",
            ],
        ),
    ],
)  # fmt: skip
def test_everything_that_is_wrong_is_told_at_its_place(text: str, faults: list[str]) -> None:
    assert told(text) == faults


def test_what_is_wrong_has_a_code_and_portuguese_words() -> None:
    diagnostics = Diagnostics()
    read_written(RUBBISH, diagnostics)
    faults = sorted(diagnostics.errors)
    assert len(faults) == RUBBISH.count("!")
    for fault in faults:
        assert fault.code, fault
        told = fault.put(lambda text: put(text, "pt-BR"))
        assert told.startswith(f"{fault.mark}: 'fixtures', "), told
        assert not re.search(r"\b(write|the|must|its|this|like)\b", told), told


def test_no_message_and_no_representation_shows_a_document_or_a_password() -> None:
    secrets = {"document": "52998224725", "contacts": [{"password": "77778888"}]}
    staff = {"number": "101", "name": "Bia", "password": "48151623"}
    shown = repr(fixtures_of({"companies": [secrets], "staff": [staff]}))
    misplaced = (
        "companies:\n- {document: '52998224726', contacts: [{password: canary7}], '52998224725': '77778888'}\n"
        "- '52998224725': {name: x}\n'52998224725': x\nstaff: [{password: '4815162x'}]\n"
    )
    faults = told(misplaced)
    assert len(faults) == 9
    for secret in ("5299822472", "canary7", "77778888", "4815162"):
        assert secret not in shown + "\n".join(faults)
