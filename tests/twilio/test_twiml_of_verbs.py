"""The documents: what Twilio's own library writes for the same verbs, byte for byte, with nothing left unescaped."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lxml import etree
from twilio.twiml.voice_response import Dial as TwimlDial
from twilio.twiml.voice_response import Gather as TwimlGather
from twilio.twiml.voice_response import VoiceResponse

from ivr.call import verbs
from ivr.channels.twilio.channel import TwilioVoice
from ivr.channels.twilio.hints import MAX_HINTS_LENGTH
from ivr.channels.twilio.twiml import (
    Stay,
    last_resort,
    render_leave,
    render_nothing,
    render_redirect,
    render_wait,
)
from ivr.flow.line import Line
from ivr.flow.waiting import Waiting
from routing.destinations import Number, Queue, Sip
from tests.lines import TUESDAY

VOICE = {"voice": "Polly.Camila-Neural", "language": "pt-BR"}
render = TwilioVoice().render
ACTION = {"action": "/twilio/turn/3", "method": "POST"}


def _first(document: str) -> etree._Element:
    return etree.fromstring(document.encode())[0]


def test_a_sentence_has_the_voice_and_the_language_of_the_line(small_line: Line) -> None:
    expected = VoiceResponse()
    expected.say("Bem-vindo.", **VOICE)
    assert render(small_line, (verbs.Say("bem-vindo"),), 3, TUESDAY) == str(expected)
    header = replace(small_line.header, voice="Polly.Ricardo", language="en-US")
    say = _first(render(replace(small_line, version="0" * 12, header=header), (verbs.Say("bem-vindo"),), 3, TUESDAY))
    assert (say.get("voice"), say.get("language")) == ("Polly.Ricardo", "en-US")


def test_a_menu_gathers_one_key_and_comes_back_even_with_nothing(small_line: Line) -> None:
    expected = VoiceResponse()
    gather = TwimlGather(
        input="dtmf", timeout=6, finish_on_key="", num_digits=1, action_on_empty_result=True, language="pt-BR", **ACTION
    )
    gather.say("Para RM, 1. Para RH, 2.", **VOICE)
    expected.append(gather)
    rendered = render(small_line, (verbs.Gather((verbs.Say("areas"),), 1, "", 6, speech=False),), 3, TUESDAY)
    assert etree.canonicalize(rendered) == etree.canonicalize(str(expected))
    # Without the empty attribute # would end the entry and never arrive.
    assert 'finishOnKey=""' in rendered


def test_a_gather_that_takes_speech_says_so_with_its_hints(small_line: Line) -> None:
    gather = _first(
        render(small_line, (verbs.Gather((), 14, "#", 8, True, ("suporte", "banco de dados")),), 3, TUESDAY)
    )
    assert dict(gather.items()) == {
        "input": "dtmf speech", "action": "/twilio/turn/3", "method": "POST", "timeout": "8", "finishOnKey": "#",
        "numDigits": "14", "actionOnEmptyResult": "true", "language": "pt-BR", "speechTimeout": "auto",
        "hints": "suporte, banco de dados",
    }  # fmt: skip


def test_an_entry_as_long_as_it_comes_has_no_number_of_digits(small_line: Line) -> None:
    assert _first(render(small_line, (verbs.Gather((), 0, "#", 8, False),), 3, TUESDAY)).get("numDigits") is None


def test_hints_stay_within_the_recognisers_limit_and_none_is_cut(small_line: Line) -> None:
    words = tuple(f"palavra número {number}" for number in range(200))
    hints = _first(render(small_line, (verbs.Gather((), 1, "", 8, True, words),), 3, TUESDAY)).get("hints") or ""
    assert len(hints) <= MAX_HINTS_LENGTH
    assert set(hints.split(", ")) < set(words)


@pytest.mark.parametrize("record", [True, False])
def test_a_telephone_is_dialled_and_answered_when_it_answers(small_line: Line, record: bool) -> None:
    expected = VoiceResponse()
    told = {"recording_status_callback": "/twilio/recorded?desk=cst", "recording_status_callback_method": "POST"}
    recording = {"record": "record-from-answer", **told} if record else {}
    dial = TwimlDial(timeout=25, answer_on_bridge=True, **ACTION, **recording)
    dial.number("+551150900700")
    expected.append(dial)
    rendered = render(small_line, (verbs.Dial(Number("+551150900700", 25), record, destination="cst"),), 3, TUESDAY)
    assert etree.canonicalize(rendered) == etree.canonicalize(str(expected))


def test_a_sip_address_is_dialled_as_one(small_line: Line) -> None:
    dial = _first(render(small_line, (verbs.Dial(Sip("sip:rm@mesa.example.com", 25), record=False),), 3, TUESDAY))
    assert (dial[0].tag, dial[0].text) == ("Sip", "sip:rm@mesa.example.com")


def test_a_dial_that_nothing_follows_goes_on_in_the_document(small_line: Line) -> None:
    answer = (verbs.Dial(Number("+551150900700", 25), record=False), verbs.Hangup())
    dial = _first(render(small_line, answer, None, TUESDAY))
    assert (dial.get("action"), dial.get("method")) == (None, None)


def test_a_queue_is_entered_with_its_music_and_its_longest_wait(small_line: Line) -> None:
    enqueue = _first(TwilioVoice("/ivr").render(small_line, (verbs.Enqueue(Queue("fila", 120), "ligar"),), 3, TUESDAY))
    assert enqueue.text == "fila"
    assert dict(enqueue.items()) == {
        "action": "/ivr/twilio/turn/3", "method": "POST", "waitUrlMethod": "POST",
        "waitUrl": f"/ivr/twilio/wait?seconds=120&turn=3&state=ligar&line=ensaio&menu={small_line.version}",
    }  # fmt: skip


def test_a_recording_comes_back_also_where_nothing_was_recorded(small_line: Line) -> None:
    expected = VoiceResponse()
    expected.record(max_length=60, timeout=5, finish_on_key="#", play_beep=True, **ACTION)
    expected.redirect("/twilio/turn/3", method="POST")
    rendered = render(small_line, (verbs.Record(60, 5),), 3, TUESDAY)
    assert etree.canonicalize(rendered) == etree.canonicalize(str(expected))


def test_signs_that_mean_something_to_xml_are_escaped(small_line: Line) -> None:
    rendered = render(small_line, (verbs.Say("tchau"), verbs.Hangup()), 3, TUESDAY)
    assert "Até logo &amp; obrigado." in rendered
    assert _first(rendered).text == "Até logo & obrigado."
    assert "Espere um pouco &amp; fique." in render_wait(small_line, Waiting(), Stay(0, 600), TUESDAY)


def test_equal_verbs_give_equal_bytes(small_line: Line) -> None:
    answer = (verbs.Say("bem-vindo"), verbs.Gather((verbs.Say("areas"),), 1, "", 6, True, ("a", "b")))
    assert render(small_line, answer, 3, TUESDAY) == render(small_line, answer, 3, TUESDAY)


def test_the_wait_speaks_and_leaves_a_pause(small_line: Line) -> None:
    say, pause = etree.fromstring(render_wait(small_line, Waiting(), Stay(0, 600), TUESDAY).encode())
    assert (say.text, pause.tag, pause.get("length")) == ("Espere um pouco & fique.", "Pause", "20")


def test_the_small_answers_are_what_they_say() -> None:
    assert len(etree.fromstring(render_nothing().encode())) == 0
    assert _first(render_leave()).tag == "Leave"
    redirect = _first(render_redirect("/twilio/voice"))
    assert (redirect.tag, redirect.get("method"), redirect.text) == ("Redirect", "POST", "/twilio/voice")


@pytest.mark.parametrize(("language", "sorry"), [("pt-BR", "Desculpe"), ("es-MX", "Disculpe"), ("en-US", "Sorry")])
def test_the_last_resort_speaks_the_language_of_the_line_and_hangs_up(language: str, sorry: str) -> None:
    say, hangup = etree.fromstring(last_resort(language).encode())
    assert (say.tag, say.get("language"), hangup.tag) == ("Say", language, "Hangup")
    assert (say.text or "").startswith(sorry)


@pytest.mark.parametrize(("keys", "finish", "takes_entry"), [(1, "", False), (14, "#", True)])
def test_an_answer_is_read_back_with_its_words_and_whether_keys_count(
    small_line: Line, keys: int, finish: str, *, takes_entry: bool
) -> None:
    asked = TwilioVoice().read_back(
        render(small_line, (verbs.Gather((verbs.Say("espera"),), keys, finish, 6, False),), 3, TUESDAY)
    )
    assert (asked.text.strip(), asked.takes_entry) == ("Espere um pouco & fique.", takes_entry)
