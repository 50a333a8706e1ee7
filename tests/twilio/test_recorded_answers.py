"""A line with a recorded voice plays what it has clips of, all of an answer or nothing, with the words beside."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import etree

from ivr.call import events, verbs
from ivr.call.engine import Engine
from ivr.channels.twilio.channel import TwilioVoice
from ivr.channels.twilio.sizes import MAX_BYTES
from ivr.channels.twilio.twiml import Stay, render_accept, render_moment, render_wait
from ivr.flow.clips import Clips
from ivr.flow.line import Line
from ivr.flow.prompts import Prompt
from ivr.flow.waiting import Waiting
from ivr.source.yaml import Text
from tests.conftest import MakeServer
from tests.line_server import said, statements, twiml
from tests.lines import TUESDAY, EngineCall, make_line
from tests.recorded import clip, recorded

ASKS = (verbs.Say("bem-vindo"), verbs.Gather((verbs.Say("areas"),), 1, "", 6, False))


@pytest.fixture(scope="session")
def spoken_line(small_line: Line) -> Line:
    """The small line with a clip of everything."""
    return recorded(small_line)


def _of(document: str) -> list[tuple[str, str]]:
    """What the document plays and says: tag and text, and of a comment its text."""
    root = etree.fromstring(document.encode())
    spoken = root.iter("Say", "Play", etree.Comment)
    return [("words" if isinstance(each, etree._Comment) else str(each.tag), each.text or "") for each in spoken]


def _saying(line: Line, text: str) -> Line:
    """``line`` with another goodbye."""
    goodbye = line.prompts.texts["tchau"]
    texts = {**line.prompts.texts, "tchau": Prompt(Text(text, goodbye.text.mark))}
    return replace(line, prompts=replace(line.prompts, texts=texts))


def test_a_prompt_is_played_with_its_words_in_a_comment(spoken_line: Line) -> None:
    document = TwilioVoice("/ivr").render(spoken_line, ASKS, 3, TUESDAY)
    welcome, areas = (clip(text).name for text in ("Bem-vindo.", "Para RM, 1. Para RH, 2."))
    assert _of(document) == [
        ("Play", f"/ivr/audio/{welcome}.wav"),
        ("words", " says: Bem-vindo. "),
        ("Play", f"/ivr/audio/{areas}.wav"),
        ("words", " says: Para RM, 1. Para RH, 2. "),
    ]


def test_a_sentence_is_put_together_from_clips(spoken_line: Line) -> None:
    say = verbs.Say("fechado", "mesa.rm", TUESDAY.replace(hour=13, minute=30))
    document = TwilioVoice().render(spoken_line, (say, verbs.Hangup()), 3, TUESDAY)
    words = [text.removeprefix(" says: ").strip() for tag, text in _of(document) if tag == "words"]
    assert words == ["A mesa RM", "atende de novo", "hoje", "às treze", "e meia."]


def test_where_one_sentence_cannot_be_put_together_all_is_said(small_line: Line) -> None:
    line = recorded(small_line, ["Bem-vindo."])
    assert [tag for tag, _ in _of(TwilioVoice().render(line, ASKS[:1], 3, TUESDAY))] == ["Play", "words"]
    assert _of(TwilioVoice().render(line, ASKS, 3, TUESDAY)) == [
        ("Say", "Bem-vindo."),
        ("Say", "Para RM, 1. Para RH, 2."),
    ]


def test_an_answer_without_clips_is_byte_for_byte_that_of_a_said_line(small_line: Line) -> None:
    without = recorded(small_line, [])
    for answer in (ASKS, (*ASKS[:1], verbs.Hangup())):
        played, said_ = (TwilioVoice().render(line, answer, 3, TUESDAY) for line in (without, small_line))
        assert played == said_


def test_waits_questions_to_staff_and_moments_are_played_too(spoken_line: Line, tmp_path: Path) -> None:
    asking = recorded(make_line(tmp_path, ("  apology:", "  accept: plantao\n  moment: espera\n  apology:")))
    for document in (
        render_wait(spoken_line, Waiting(), Stay(0, 600), TUESDAY, prefix="/ivr"),
        render_accept(asking, "mesa.rm", TUESDAY, "/ivr"),
        render_moment(asking, "/twilio/turn/1", TUESDAY, "/ivr"),
    ):
        found = _of(document)
        assert {tag for tag, _ in found} == {"Play", "words"}
        assert all(text.startswith("/ivr/audio/") for tag, text in found if tag == "Play")


def test_an_answer_that_is_too_large_in_clips_is_said(small_line: Line) -> None:
    """A sentence said has its own length; in clips each word may have an address."""
    text = " ".join(["ah"] * 900)
    line = replace(recorded(_saying(small_line, text), []), clips=Clips([clip("ah")]))
    document = TwilioVoice().render(line, (verbs.Say("tchau"), verbs.Hangup()), 3, TUESDAY)
    assert [tag for tag, _ in _of(document)] == ["Say"]
    assert len(document.encode()) < MAX_BYTES


def test_what_was_played_is_read_back_as_what_was_said(small_line: Line, spoken_line: Line) -> None:
    channel = TwilioVoice()
    answer = (verbs.Say("tchau"), verbs.Gather((verbs.Say("espera"),), 14, "#", 6, False))
    played, told = (channel.read_back(channel.render(line, answer, 3, TUESDAY)) for line in (spoken_line, small_line))
    assert (played.text.split(), played.takes_entry) == (told.text.split(), told.takes_entry)
    assert "Até logo & obrigado." in played.text


@pytest.mark.parametrize("text", ["Tchau --> <Dial/>.", "Tchau --- obrigado.", "Tchau ----> <Dial/>.", "Tchau -"])
def test_words_that_would_end_a_comment_do_not(small_line: Line, text: str) -> None:
    line = recorded(_saying(small_line, text))
    found = _of(TwilioVoice().render(line, (verbs.Say("tchau"), verbs.Hangup()), 3, TUESDAY))
    assert [tag for tag, _ in found] == ["Play", "words"]


def test_a_question_ends_when_its_recordings_do(spoken_line: Line, small_line: Line) -> None:
    """A key within that time has cut it short; a second a clip here, and by the pace of a voice where it is said."""
    played, told = (EngineCall(Engine(line)).position.prompts_end for line in (spoken_line, small_line))
    assert played == (TUESDAY + timedelta(seconds=2)).isoformat()
    assert told != played


def test_a_key_after_a_short_recording_has_cut_nothing_short(spoken_line: Line) -> None:
    call = EngineCall(Engine(spoken_line)).at("documento")
    call.hear(events.Silence())
    call.now += timedelta(seconds=30)
    assert call.position.prompts_end is not None


def test_a_call_is_played_from_end_to_end_and_stores_what_it_told(make_server: MakeServer, spoken_line: Line) -> None:
    server = make_server(spoken_line)
    answer = server.keys("2")
    assert twiml(answer).findall(".//Say") == []
    assert said(answer) == "Digite o CNPJ ou o CPF."
    again = server.turn(1, Digits="2")
    assert again.data == answer.data


def test_a_turn_that_plays_asks_the_database_no_more(make_server: MakeServer, small_line: Line) -> None:
    asked: list[int] = []
    for line in (small_line, recorded(small_line)):
        server = make_server(line)
        server.start("CA" + f"{len(asked)}" * 32)
        with statements(server.database) as sent:
            server.turn(1, "CA" + f"{len(asked)}" * 32, Digits="2")
        asked.append(len(sent))
    assert asked[0] == asked[1]
