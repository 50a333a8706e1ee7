"""``ivr portal`` lets an administrator into the portal, and says who that is; no secret is told or kept by it."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.audit import audit_since
from data.contact_profile import contacts_of
from data.database import Database
from data.outbox import recent_rows
from tests.cli.conftest import Ivr
from tests.conftest import Now

ANDORINHA = "34.190.256/0001-20"


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ivr: Ivr, now: Now) -> Database:
    """The embedded database of a folder of its own, with the demo customers."""
    monkeypatch.chdir(tmp_path)
    assert ivr("accounts", "unlock", ANDORINHA)[0] == 1  # makes it: nothing is locked there
    database = Database("sqlite:///var/line.sqlite")
    assert now() is not None
    return database


def test_an_administrator_is_let_in_and_told_at_the_registered_address(ivr: Ivr, database: Database, now: Now) -> None:
    code, out, _ = ivr("portal", "activate", ANDORINHA, "helena")
    assert (code, out) == (0, "Helena may choose a password; an invitation goes to h…@transportes-andorinha.example\n")
    with database.reading() as connection:
        (row,) = recent_rows(connection, 5)
        (audited,) = audit_since(connection, now().replace(year=2000))
    assert (row.kind, "andorinha" in row.content, "34190256" in row.content) == ("mail", False, False)
    assert (audited.act, audited.address) == ("let into the portal", "console")
    assert "Helena" not in audited.subject
    code, out, _ = ivr("portal", "show", ANDORINHA)
    assert out.splitlines() == [
        "Helena: administrator, let in, h…@transportes-andorinha.example",
        "Igor: i…@transportes-andorinha.example",
    ]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("activate", ANDORINHA, "Igor"), "this contact is not the company's administrator"),
        (("activate", ANDORINHA, "Zulmira"), "no contact of this company has that name"),
        (("activate", "11222333000182", "Ana"), "its check digits do not match"),
        (("activate", "00000000000191", "Ana"), "no customer has this document"),
        (("administrator", ANDORINHA, "Helena"), "the part is handed to another contact"),
    ],
)
def test_what_is_not_possible_is_told_and_changes_nothing(
    ivr: Ivr, database: Database, arguments: tuple[str, ...], told: str
) -> None:
    code, out, err = ivr("portal", *arguments)
    assert code in {1, 2}
    assert told in err
    assert out == ""
    assert "34190256" not in err
    assert "11222333" not in err
    with database.reading() as connection:
        assert recent_rows(connection, 5) == []


def test_where_the_administrator_left_staff_make_another(ivr: Ivr, database: Database, now: Now) -> None:
    code, out, _ = ivr("portal", "administrator", ANDORINHA, "Igor")
    assert (code, out) == (0, "Helena → Igor: the administrator of the company\n")
    with database.reading() as connection:
        (audited,) = audit_since(connection, now().replace(year=2000))
        contacts = contacts_of(connection, int(audited.subject.rpartition(" ")[2].rstrip(")")))
    assert audited.subject.startswith("Helena → Igor (contact ")
    assert [each.contact_name for each in contacts if each.administrator] == ["Igor"]
