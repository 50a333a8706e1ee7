"""A file comes to a ticket where its name and its content say the same harmless kind, within bounds."""

from __future__ import annotations

import pytest

from data.database import Database
from data.ticket_attachments import attachments_of, find_attachment
from ivr.flow.line import Line
from ivr.service_desk.acts import ticket_for
from ivr.service_desk.attachments import LARGEST, MOST_FILES, NewAttachment, attach, file_name, media_type_of
from ivr.service_desk.opening import NewTicket, open_ticket
from ivr.tickets.events import TicketParty
from tests.service_desk.conftest import MONDAY

NUMBER = "5071343114"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


def put(database: Database, line: Line, name: str, content: bytes, attachment_id: str) -> None:
    with database.transaction() as connection:
        new = NewAttachment(name, content, TicketParty.CUSTOMER, "Ana", text="A tela do erro")
        attach(connection, line, ticket_for(connection, NUMBER), new, attachment_id, MONDAY)


def test_a_file_is_kept_whole_beside_its_event(database: Database, line: Line, new: NewTicket) -> None:
    with database.transaction() as connection:
        open_ticket(connection, line, new, NUMBER, MONDAY)
    put(database, line, "C:\\fotos\\Tela do erro.PNG", PNG, "AT1")
    with database.reading() as connection:
        [named] = attachments_of(connection, NUMBER)
        found = find_attachment(connection, "AT1", NUMBER)
        assert find_attachment(connection, "AT1", "5071343115") is None
    assert (named.name, named.media_type, named.position, named.size) == ("Tela do erro.png", "image/png", 1, len(PNG))
    assert found is not None
    assert found.content == PNG


def test_a_ticket_has_a_bounded_number_of_files(database: Database, line: Line, new: NewTicket) -> None:
    with database.transaction() as connection:
        open_ticket(connection, line, new, NUMBER, MONDAY)
    for number in range(MOST_FILES):
        put(database, line, "log.txt", b"erro", f"AT{number}")
    with pytest.raises(ValueError, match="20 files at most"):
        put(database, line, "log.txt", b"erro", "AT99")


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("vazio.txt", b"", "is empty"),
        ("grande.txt", b"a" * (LARGEST + 1), "501 kB"),
        ("pagina.html", b"<script>", "none of the kinds"),
        ("desenho.svg", b"<svg onload=alert(1)>", "none of the kinds"),
        ("programa.exe", b"MZ\x90", "none of the kinds"),
        ("tela.png", b"<script>alert(1)</script>", "none of the kinds"),
        ("programa.txt", b"MZ\x90\x00\x03", "none of the kinds"),
        ("log.txt.exe", b"log", "none of the kinds"),
        ("relatorio.pdf", PNG, "none of the kinds"),
        ("sem", b"x", "none of the kinds"),
    ],
)
def test_a_file_whose_content_is_no_kind_that_is_taken_is_refused(name: str, content: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        media_type_of(name, content)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("..\\..\\boot.INI", "boot.ini"),
        ("tela\u202egnp.exe", "telagnp.exe"),
        ('a"b<c>\r\nX-Evil: 1.txt', "abcX-Evil 1.txt"),
        ("é" * 300 + ".log", "é" * 96 + ".log"),
    ],
)
def test_a_name_keeps_no_folder_and_no_sign_of_another_meaning(written: str, kept: str) -> None:
    assert file_name(written) == kept


@pytest.mark.parametrize("written", ["", ".txt", "...", "a", "/", "\x00.txt"])
def test_a_file_without_a_name_or_an_ending_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="with an ending"):
        file_name(written)
