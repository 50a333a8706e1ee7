"""The shipped line by text: the same engine, turns, database and effects, and nothing of Twilio."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from data.calls import find_call
from data.database import Database
from data.turns import turns_of
from data.vault import Vault
from ivr.call.lines import Lines
from ivr.call.turn import Turns
from ivr.flow.line import Line
from tests.channels import text_channel
from tests.channels.text_channel import Message, TextChannel, TextService
from tests.conftest import Now
from tests.line_server import PADARIA
from tests.lines import make_line

CONVERSATION = "conversa-1"
FIRST, SECOND = "[convite: +551150900500]", "[convite: +551150900501]"


@pytest.fixture
def turns(shipped_line: Line, server_database: Database, server_vault: Vault, clock: Now) -> Turns:
    return Turns(Lines([shipped_line]), server_database, server_vault, clock, TextChannel())


@pytest.fixture
def service(turns: Turns, shipped_line: Line) -> TextService:
    return TextService(turns, shipped_line.header.number)


def test_a_conversation_by_text_reaches_the_ouvidoria(service: TextService, server_database: Database) -> None:
    assert "Ouvidoria, 5;" in service.receive(Message(CONVERSATION, 0, "oi"))
    assert service.receive(Message(CONVERSATION, 1, "8")).startswith("Desculpe, não entendi.")
    assert "Transferindo para a Ouvidoria." in (told := service.receive(Message(CONVERSATION, 2, "5")))
    assert told.endswith(FIRST)
    assert service.receive(Message(CONVERSATION, 3, ending="declined")).endswith(SECOND)
    service.receive(Message(CONVERSATION, 4, ending="joined"))
    with server_database.reading() as connection:
        call, stored = find_call(connection, CONVERSATION), turns_of(connection, CONVERSATION)
    assert call
    assert (call.turn, call.destination) == (5, "ouvidoria")
    assert [turn.event for turn in stored] == ["start", "keys", "keys", "dial", "dial"]
    assert [turn.outcome for turn in stored] == ["start", "invalid", "key_5", "waits", "served"]


def test_words_lead_where_keys_do(service: TextService) -> None:
    service.receive(Message(CONVERSATION, 0))
    assert service.receive(Message(CONVERSATION, 1, "quero fazer uma reclamação")).endswith(FIRST)


def test_a_message_that_is_repeated_gets_the_same_answer_and_moves_once(
    service: TextService, server_database: Database
) -> None:
    messages = [Message(CONVERSATION, 0), Message(CONVERSATION, 1, "8"), Message(CONVERSATION, 2, "5")]
    answers = [service.receive(message) for message in messages]
    assert [service.receive(message) for message in messages] == answers
    with server_database.reading() as connection:
        assert [turn.number for turn in turns_of(connection, CONVERSATION)] == [0, 1, 2]


def test_what_cannot_be_done_by_text_is_told_once_or_twice_and_ends_it(
    service: TextService, server_database: Database
) -> None:
    service.receive(Message(CONVERSATION, 0))
    service.receive(Message(CONVERSATION, 1, "5"))
    assert service.receive(Message(CONVERSATION, 2, ending="ignored")).endswith(SECOND)
    last = Message(CONVERSATION, 3, ending="ignored")  # a message would be recorded now
    answer = service.receive(last)
    assert answer.endswith("Telefone para +551140030015.")
    assert service.receive(last) == answer
    with server_database.reading() as connection:
        call = find_call(connection, CONVERSATION)
    assert call
    assert (call.status, call.ended_at is not None, call.turn) == ("completed", True, 4)


def test_an_entry_by_text_is_taken_after_a_release_changed_its_words(
    small_line: Line, server_database: Database, server_vault: Vault, clock: Now, tmp_path: Path
) -> None:
    def serving(line: Line) -> TextService:
        turns = Turns(Lines([line]), server_database, server_vault, clock, TextChannel())
        return TextService(turns, line.header.number)

    before, later = serving(small_line), serving(make_line(tmp_path, prompts=(("Digite o CNPJ ou o CPF.", "Quem é?"),)))
    before.receive(Message(CONVERSATION, 0))
    assert before.receive(Message(CONVERSATION, 1, "2")) == "Digite o CNPJ ou o CPF."
    assert later.receive(Message(CONVERSATION, 2, PADARIA)) == "Digite a senha."


def test_the_text_channel_imports_nothing_of_twilio() -> None:
    tree = ast.parse(Path(text_channel.__file__).read_text(encoding="utf-8"))
    imported = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {each.name for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names}
    assert not [name for name in imported if name.split(".")[0] in {"twilio", "flask"} or "channels" in name]
