"""Announcements are heard by the next call, once in it and at their place, and are gone at their end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from data.announcements import NewAnnouncement, end_announcement, make_announcement
from data.database import Database
from ivr.call import events, said_again, verbs
from ivr.call.engine import Engine
from ivr.call.facts import Facts
from ivr.call.position import Position
from ivr.flow.line import Line
from tests.conftest import MakeServer, Now
from tests.line_server import LineServer, said, statements, twiml
from tests.lines import TUESDAY, make_line
from tests.recorded import recorded, texts_of

pytestmark = pytest.mark.untraced

HOUR = timedelta(hours=1)
WRITTEN = """\
announcements:
  queda:
    text: Estamos com instabilidade.
    from: 2026-03-10T10:00
    until: 2026-03-10T12:00
  mesa: {text: A mesa está cheia de chamadas., until: 2026-03-10T12:00, destination: mesa}
destinations:
"""

Announce = Callable[..., int]


@pytest.fixture
def written(tmp_path: Path) -> Line:
    """The small line, which announces something of its own."""
    return make_line(tmp_path, prompts=[("destinations:\n", WRITTEN)])


@pytest.fixture
def announce(server_database: Database) -> Announce:
    """Announce as the command and the page do."""

    def announce(text: str, scope: str = "*", since: timedelta = -HOUR, until: timedelta = HOUR) -> int:
        new = NewAnnouncement("ensaio", scope, text, TUESDAY + since, TUESDAY + until, "bia")
        with server_database.transaction() as connection:
            return make_announcement(connection, new)

    return announce


def _sid(number: int) -> str:
    return f"CA{number:032x}"


def test_the_line_announces_behind_the_welcome_and_before_the_first_menu(
    server: LineServer, announce: Announce
) -> None:
    announce("Estamos com instabilidade.")
    server.announcements.refresh(TUESDAY)
    (gather,) = twiml(server.start())
    assert [each.text for each in gather] == ["Bem-vindo.", "Estamos com instabilidade.", "Tecle 2, 3, 4, 5 ou 7."]


def test_the_menu_repeats_without_what_was_announced(server: LineServer, announce: Announce) -> None:
    announce("Estamos com instabilidade.")
    server.announcements.refresh(TUESDAY)
    assert said(server.keys("9")) == "Tecle 2, 3, 4, 5 ou 7."
    assert "instabilidade" not in said(server.turn(2, Digits=""))


def test_a_late_finishing_key_that_cuts_it_short_has_it_said_again(server: LineServer, announce: Announce) -> None:
    announce("Chegue mais cedo.")
    server.announcements.refresh(TUESDAY)
    engine = Engine(server.lines.dialled("").line)
    facts = Facts(TUESDAY, announcements=server.announcements.of("ensaio"))
    begun = engine.step(engine.start(), events.Started(), facts, 0).position
    stored = Position.from_json(begun.as_json())
    assert stored.said
    again = said_again.read(stored.said, "principal", engine.line.prompts.texts, None)
    assert [say.announced or say.prompt for say in again] == ["bem-vindo", "Chegue mais cedo.", "principal"]


def test_two_processes_hear_of_it_when_they_look_and_of_its_end(
    make_server: MakeServer, server_database: Database, announce: Announce
) -> None:
    servers = make_server(), make_server()
    number = announce("Estamos com instabilidade.")
    for each, server in enumerate(servers):
        server.announcements.refresh(TUESDAY)
        assert "instabilidade" in said(server.start(_sid(each)))
    with server_database.transaction() as connection:
        assert end_announcement(connection, number, TUESDAY, "bia")
    for each, server in enumerate(servers, 5):
        server.announcements.refresh(TUESDAY)
        assert "instabilidade" not in said(server.start(_sid(each)))


@pytest.mark.parametrize("kept_in", ["file", "database"])
def test_it_begins_and_is_gone_by_itself_by_the_clock_of_the_calls(
    make_server: MakeServer, announce: Announce, clock: Now, written: Line, small_line: Line, kept_in: str
) -> None:
    server = make_server(written if kept_in == "file" else small_line)
    if kept_in == "database":
        announce("Estamos com instabilidade.", since=-HOUR / 2, until=3 * HOUR / 2)
    server.announcements.refresh(TUESDAY - HOUR)
    heard = []
    for each, minutes in enumerate((-31, -30, 89, 90)):
        clock.moment = TUESDAY + timedelta(minutes=minutes)
        heard.append("instabilidade" in said(server.start(_sid(each))))
    assert heard == [False, True, True, False]


@pytest.mark.parametrize(("key", "heard"), [("1", True), ("2", True), ("3", True), ("0", False)])
def test_one_of_a_destination_is_heard_on_the_way_to_it_alone(
    make_server: MakeServer, written: Line, key: str, heard: bool
) -> None:
    server = make_server(written)
    assert "cheia" not in said(server.start())
    server.turn(1, Digits="#")
    assert ("A mesa está cheia de chamadas. Vou chamar" in said(server.turn(2, Digits=key))) == heard


def test_it_is_told_where_its_destination_is_closed(make_server: MakeServer, written: Line, clock: Now) -> None:
    clock.moment = TUESDAY.replace(hour=7, minute=0)
    answer = said(make_server(written).keys("#", "1"))
    assert answer.startswith("A mesa está cheia de chamadas. A mesa RM atende de novo")


def test_who_leaves_a_queue_and_comes_back_does_not_hear_it_again(written: Line) -> None:
    engine, facts = Engine(written), Facts(TUESDAY)
    waiting = engine.step(Position("mesa.fila"), events.Started(), facts, 3)
    stored = Position.from_json(waiting.position.as_json())
    again = engine.step(replace(stored, state="mesa.fila"), events.Started(), facts, 4)
    assert [[say.announced for say in verbs.says(step.verbs)] for step in (waiting, again)] == [
        ["A mesa está cheia de chamadas.", None],
        [None],
    ]


def test_whom_the_line_calls_back_is_not_told_what_the_line_announces(written: Line) -> None:
    engine = Engine(written)
    step = engine.step(engine.start_at_destination("mesa.rm"), events.Started(), Facts(TUESDAY), 0)
    assert [say.announced for say in verbs.says(step.verbs)] == ["A mesa está cheia de chamadas.", None]


def test_a_call_that_heard_none_is_stored_as_before() -> None:
    assert "announced" not in Position("principal").as_json()


def test_what_is_announced_adds_no_statement_to_any_turn(
    make_server: MakeServer, server_database: Database, announce: Announce
) -> None:
    silent = make_server()
    announced = make_server()
    announce("Estamos com instabilidade.")
    announce("A mesa está cheia de chamadas.", "mesa")
    announced.announcements.refresh(TUESDAY)
    sent = []
    for each, server in enumerate((silent, announced)):
        with statements(server_database) as asked:
            heard = said(server.start(_sid(each))) + said(server.turn(1, _sid(each), Digits="#"))
            heard += said(server.turn(2, _sid(each), Digits="1"))
        sent.append((("instabilidade" in heard, "cheia" in heard), asked))
    assert [heard for heard, _ in sent] == [(False, False), (True, True)]
    assert sent[0][1] == sent[1][1]


def test_an_answer_with_what_has_no_clip_is_said_by_one_voice(make_server: MakeServer, tmp_path: Path) -> None:
    written = make_line(tmp_path, prompts=[("destinations:\n", WRITTEN)])
    without = recorded(written, texts_of(written))
    answer = make_server(without).start()
    assert said(answer) == "Bem-vindo. Estamos com instabilidade. Tecle 2, 3, 4, 5 ou 7."
    assert [each.tag for each in twiml(answer).iter("Say", "Play")] == ["Say"] * 3
    whole = recorded(written, [*texts_of(written), "Estamos com instabilidade."])
    whole = replace(whole, version="r00000000000")
    answer = make_server(whole).start(_sid(2))
    assert said(answer) == "Bem-vindo. Estamos com instabilidade. Tecle 2, 3, 4, 5 ou 7."
    assert [each.tag for each in twiml(answer).iter("Say", "Play")] == ["Play"] * 3
