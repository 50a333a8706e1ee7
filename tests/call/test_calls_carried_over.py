"""A release brings another menu, the server starts again, and a call that began on the one before goes on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ivr.call import events
from ivr.call.carried_over import carry_over
from ivr.call.engine import Engine
from ivr.call.position import Position
from tests.conftest import MakeServer
from tests.line_server import PADARIA, LineServer, said, twiml
from tests.lines import make_line

TOLD = ("  apology: desculpas\n", "  apology: desculpas\n  changed: mudou\n")
SENTENCE = ("  desculpas: ", "  mudou: O menu mudou.\n  desculpas: ")

Release = Callable[..., LineServer]


@pytest.fixture
def release(make_server: MakeServer, tmp_path: Path, server: LineServer) -> Release:
    """Starts the server again with another menu and prompts; the calls that ``server`` answered are stored."""

    def bring(*menu: tuple[str, str], prompts: tuple[tuple[str, str], ...] = ()) -> LineServer:
        line = make_line(tmp_path, TOLD, *menu, prompts=(SENTENCE, *prompts))
        return make_server(line, database=server.database)

    return bring


def test_a_key_is_taken_where_the_sentence_that_told_it_still_stands(server: LineServer, release: Release) -> None:
    server.start()
    answer = release(prompts=(("Tecle 2, 3, 4, 5 ou 7.", "Há novidades. Tecle 2, 3, 4, 5 ou 7."),)).turn(1, Digits="2")
    assert said(answer) == "Digite o CNPJ ou o CPF."


@pytest.mark.parametrize("silences", [0, 1], ids=["at once", "after help without the menu"])
def test_a_key_told_in_other_words_is_asked_for_again_once(server: LineServer, release: Release, silences: int) -> None:
    server.start()
    for number in range(1, silences + 1):
        server.turn(number)
    later = release(prompts=(("Tecle 2, 3, 4, 5 ou 7.", "Para tudo, tecle 7. Para nada, tecle 2."),))
    again = later.turn(silences + 1, Digits="2")
    assert said(again) == "O menu mudou. Para tudo, tecle 7. Para nada, tecle 2."
    assert twiml(again).find("Gather") is not None
    assert said(later.turn(silences + 2, Digits="2")) == "Digite o CNPJ ou o CPF."


@pytest.mark.parametrize(
    ("released", "heard"),
    [
        ("Para tudo, tecle 2; nada, 3; nunca, 4; talvez, 5; sempre, 7.", "Digite o CNPJ ou o CPF."),
        ("Para tudo, tecle 7; nada, 3; nunca, 4; talvez, 5; sempre, 2.", "O menu mudou. Para tudo, tecle 7; nada, 3;"),
    ],
    ids=["its part stands", "its part is another"],
)
def test_a_key_of_a_list_is_taken_where_its_part_still_stands(
    make_server: MakeServer, tmp_path: Path, released: str, heard: str
) -> None:
    told = ("Tecle 2, 3, 4, 5 ou 7.", "Para tudo, tecle 2; nada, 3; algo, 4; talvez, 5; sempre, 7.")
    before = make_server(make_line(tmp_path / "before", TOLD, prompts=(SENTENCE, told)))
    before.start()
    line = make_line(tmp_path / "after", TOLD, prompts=(SENTENCE, (told[0], released)))
    answer = make_server(line, database=before.database).turn(1, Digits="2")
    assert said(answer).startswith(heard)


def test_an_entry_is_taken_whatever_the_new_words_for_it_are(server: LineServer, release: Release) -> None:
    server.keys("2")
    later = release(prompts=(("Digite o CNPJ ou o CPF.", "Diga quem é."),))
    assert said(later.turn(2, Digits=PADARIA)) == "Digite a senha."


def test_a_call_whose_state_is_gone_begins_again_and_says_why(server: LineServer, release: Release) -> None:
    server.keys("2", PADARIA, "1234")
    later = release(("codigo", "acesso"), prompts=(("codigo: ", "acesso: "), ("codigo-i", "acesso-i")))
    assert said(later.turn(4, Digits="0510003")) == "O menu mudou. Bem-vindo. Tecle 2, 3, 4, 5 ou 7."
    # Who was identified is not asked who it is again.
    assert said(later.turn(5, Digits="4")) == "Para RM, 1. Para RH, 2."


def test_a_question_of_another_kind_gets_no_answer_meant_for_the_old_one(server: LineServer, release: Release) -> None:
    server.keys("#")
    menu = 'menu: {say: areas, keys: {"1": mesa.rm, "2": mesa.rh, "3": mesa.fila}, back: principal, human: mesa.rh}'
    later = release((menu, "collect: {say: areas, format: document, next: mesa.rm, strikes: identificacao}"))
    assert said(later.turn(2, Digits="1")).startswith("O menu mudou. Bem-vindo.")


def test_a_call_with_people_ends_well_under_another_name_of_the_transfer(server: LineServer, release: Release) -> None:
    server.keys("7")
    later = release(("ligar", "tocar"))
    assert said(later.turn(2, DialCallStatus="completed")) == "Até logo & obrigado."


def test_a_message_is_kept_under_another_name_of_its_state(server: LineServer, release: Release) -> None:
    server.keys("7")
    server.turn(2, DialCallStatus="no-answer")
    later = release(("recado", "mensagem"), prompts=(("recado: ", "mensagem: "),))
    told = later.turn(3, RecordingSid="RE" + "0" * 32, RecordingUrl="https://x.test/r", RecordingDuration="9")
    assert said(told) == "Recado guardado."
    with later.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM message").scalar_one() == 1


def test_who_rang_a_destination_that_is_gone_is_given_to_people(engine: Engine) -> None:
    ringing = Position("ligar", destination="mesa.que-foi", contact_id=3, protocol="7123456789")
    went_on = carry_over(engine, ringing, events.DialEnded("busy", 0), ())
    assert (went_on.position.state, went_on.event) == ("gente", events.Started())
    assert (went_on.position.contact_id, went_on.position.protocol) == (3, "7123456789")
    assert carry_over(engine, ringing, events.DialEnded("completed", 9), ()).position == ringing
    assert engine.start_at_destination("mesa.que-foi").state == "gente"


def test_a_call_that_went_on_in_a_new_menu_stays_there(server: LineServer, release: Release, tmp_path: Path) -> None:
    server.start()
    later = release(prompts=(("Tecle 2, 3, 4, 5 ou 7.", "Para nada, tecle 2."),))
    later.turn(1, Digits="2")
    later.lines.add(make_line(tmp_path / "edited", ("seconds: 4", "seconds: 5")))  # while the server runs
    assert said(later.turn(2, Digits="9")) == "Para nada, tecle 2."
