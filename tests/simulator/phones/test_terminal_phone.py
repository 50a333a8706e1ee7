"""The telephone in a terminal: what a person sees, and what each key does at each moment of a call."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from ivr.simulator.call_setup import CallSetup
from ivr.simulator.clock import VirtualClock
from ivr.simulator.live_call import place_call
from ivr.simulator.phones.terminal import TerminalPhone
from ivr.simulator.transcript import Transcript
from ivr.simulator.transports import WsgiTransport

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

LONG = "Bem-vindo ao atendimento. Para suporte, tecle dois. Para serviços, tecle três. Para ouvir de novo, tecle nove."


class Person:
    """A terminal with somebody at it: presses each key at its second, and remembers what was on the screen."""

    def __init__(self, clock: VirtualClock, keys: Sequence[tuple[float, str]], text: str = "") -> None:
        self._clock = clock
        self._keys = list(keys)
        self._text = text
        self.asked_secretly: list[bool] = []
        self.frames: list[list[str]] = []
        self.page: list[str] = []

    def key(self, timeout: float) -> str | None:
        now = self._clock.elapsed()
        if self._keys and self._keys[0][0] <= now + timeout:
            at, key = self._keys.pop(0)
            self._clock.advance_to(at)
            return key
        self._clock.advance(timeout)
        return None

    def ask(self, question: str, *, secret: bool) -> str:
        self._clock.advance(4)
        self.asked_secretly.append(secret)
        return self._text

    def show(self, live: Sequence[str], lasting: Sequence[str] = ()) -> None:
        self.page += lasting
        self.frames.append(list(live))


class Line:
    """A webhook that answers with one document after the other, whatever it is told; it remembers what it was."""

    def __init__(self, *documents: str) -> None:
        self.documents = list(documents)
        self.told: list[dict[str, str]] = []

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()
        self.told.append(dict(parse_qsl(body, keep_blank_values=True)))
        document = self.documents.pop(0) if self.documents else "<Hangup/>"
        start_response("200 OK", [("Content-Type", "text/xml")])
        return [f"<Response>{document}</Response>".encode()]


def talk(line: Line, *keys: tuple[float, str], text: str = "", secret: bool = False) -> tuple[Transcript, Person]:
    """One call to ``line`` by somebody who presses ``keys`` at those seconds of the call."""
    clock = VirtualClock(datetime(2026, 3, 10, 13, tzinfo=UTC))
    person = Person(clock, keys, text)
    setup = CallSetup(
        url="http://line.test/voice",
        transport=WsgiTransport(line),
        from_="+5511987650000",
        to="+551140030015",
        call_sid="CA" + "0" * 32,
        clock=clock,
        conceals=lambda _: secret,
    )
    return place_call(setup, TerminalPhone(person, clock.elapsed)), person


def test_words_appear_as_they_are_said() -> None:
    _, person = talk(Line(f"<Say>{LONG}</Say>"))
    spoken = [" ".join(frame[:-1]) for frame in person.frames if len(frame) > 1]
    assert all(LONG.startswith(text) for text in spoken)
    assert len({text for text in spoken if text}) > 10
    assert " ".join(person.page).startswith(LONG)


def test_a_prompt_that_a_key_cuts_off_stays_as_far_as_it_was_said() -> None:
    line = Line(f"<Gather numDigits='1'><Say>{LONG}</Say></Gather>")
    _, person = talk(line, (2.0, "2"))
    assert person.page[0].endswith("—")
    assert LONG.startswith(person.page[0].removesuffix(" —"))
    assert person.page[1:] == ["caller: presses 2", "line: hangs up"]
    assert line.told[1]["Digits"] == "2"


def test_keys_are_taken_one_by_one_and_the_timeout_begins_anew_with_each() -> None:
    line = Line("<Gather timeout='5'/>")
    transcript, _ = talk(line, (4.0, "1"), (8.0, "2"), (12.0, "3"))
    assert line.told[1]["Digits"] == "123"
    assert transcript.duration == 17.0


def test_the_keys_of_one_entry_are_one_line() -> None:
    _, person = talk(Line("<Gather finishOnKey='#'/>"), (1.0, "1"), (2.0, "2"), (3.0, "#"))
    assert "caller: presses 12#" in person.page


def test_the_status_line_tells_call_time_rest_and_keys_so_far() -> None:
    _, person = talk(Line("<Gather timeout='5'/>"), (2.0, "7"))
    statuses = [frame[-1] for frame in person.frames if frame]
    assert statuses[0] == "[Gather gather 0:00] · 5 s left · 0-9 * # keys, h hang up"
    assert "[Gather gather 0:03] · 4 s left · keyed 7 · 0-9 * # keys, h hang up" in statuses


def test_secret_keys_are_marks_wherever_they_are_shown() -> None:
    line = Line("<Gather finishOnKey='#' input='dtmf speech'/>")
    _, person = talk(line, (1.0, "4"), (1.5, "7"), (2.0, "#"), secret=True)
    assert line.told[1]["Digits"] == "47"
    assert "caller: presses •••" in person.page
    assert "4" not in "".join(person.page)
    assert not any("keyed 4" in line for frame in person.frames for line in frame)


def test_a_key_that_nobody_listens_for_stops_nothing() -> None:
    transcript, person = talk(Line(f"<Say>{LONG}</Say>"), (1.0, "5"))
    assert " ".join(person.page).startswith(LONG)
    assert [event.get("lost") for event in transcript.events if event.kind == "press"] == [True]


def test_h_hangs_up() -> None:
    transcript, person = talk(Line(f"<Say>{LONG}</Say>"), (1.0, "h"))
    assert transcript.duration == 1.0
    assert person.page[-1] == "caller: hangs up"


def test_s_speaks_where_the_gather_takes_speech() -> None:
    line = Line("<Gather input='speech'/>")
    _, person = talk(line, (1.0, "s"), text="suporte técnico")
    assert line.told[1]["SpeechResult"] == "suporte técnico"
    assert person.asked_secretly == [False]


def test_what_is_said_in_secret_is_typed_in_secret() -> None:
    _, person = talk(Line("<Gather input='speech'/>"), (1.0, "s"), text="minha senha", secret=True)
    assert person.asked_secretly == [True]
    assert "minha senha" not in "".join(person.page)


def test_s_means_nothing_where_only_keys_are_taken() -> None:
    line = Line("<Gather input='dtmf'/>")
    _, person = talk(line, (1.0, "s"), text="suporte")
    assert person.asked_secretly == []
    assert len(line.told) == 1


def test_who_says_nothing_at_the_question_has_not_spoken() -> None:
    line = Line("<Gather input='speech' timeout='9'/>")
    talk(line, (1.0, "s"), text=" ")
    assert len(line.told) == 1


def test_a_answers_and_the_talk_ends_after_a_while() -> None:
    line = Line("<Dial action='/after'><Number>+5511900000000</Number></Dial>")
    _, person = talk(line, (3.0, "a"))
    assert line.told[1]["DialCallStatus"] == "completed"
    assert "line: dials Number +5511900000000: ringing" in person.page
    assert "line: dials Number +5511900000000: answered, 15 s" in person.page


def test_a_call_that_rings_may_be_busy_unanswered_or_out_of_reach() -> None:
    outcomes = {}
    for key in "bnf":
        line = Line("<Dial action='/after'>+5511900000000</Dial>")
        talk(line, (1.0, key))
        outcomes[key] = line.told[1]["DialCallStatus"]
    assert outcomes == {"b": "busy", "n": "no-answer", "f": "failed"}


def test_keys_mean_nothing_while_it_rings() -> None:
    line = Line("<Dial action='/after' timeout='10'>+5511900000000</Dial>")
    transcript, _ = talk(line, (1.0, "2"), (2.0, "b"))
    assert line.told[1]["DialCallStatus"] == "busy"
    assert not [event for event in transcript.events if event.kind == "press"]


def test_a_is_an_agent_who_takes_the_caller_out_of_the_queue() -> None:
    line = Line("<Enqueue action='/after' waitUrl=''>suporte</Enqueue>")
    _, person = talk(line, (7.0, "a"))
    assert line.told[-1]["QueueResult"] == "bridged"
    assert any(text.startswith("line: puts the call into the queue suporte: bridged") for text in person.page)


def test_t_talks_into_a_recording_until_any_key() -> None:
    line = Line("<Record action='/after' timeout='5'/>")
    talk(line, (2.0, "t"), (10.0, " "), (11.0, "#"))
    assert 8 <= float(line.told[1]["RecordingDuration"]) <= 10
    assert line.told[1]["Digits"] == "#"


def test_a_sentence_in_several_recordings_is_one_on_the_screen() -> None:
    said = [("O protocolo é:", "a"), ("um,", "b"), ("dois.", "c")]
    sounds = (f"<Play>/{sound}.wav</Play><!-- says: {words} -->" for words, sound in said)
    _, person = talk(Line(f"{''.join(sounds)}<Say>Até logo</Say>"))
    assert person.page[:2] == ["O protocolo é: um, dois.", "Até logo"]


def test_a_sentence_that_is_begun_stays_when_something_else_comes() -> None:
    _, person = talk(Line("<Play>/a.wav</Play><!-- says: O protocolo é: --><Pause length='2'/>"))
    assert person.page[0] == "O protocolo é:"


def test_f_lets_a_payment_fail_while_it_is_processed() -> None:
    line = Line("<Pay action='/paid' securityCode='false' postalCode='false'/>", "<Say>fim</Say>")
    keys = "4242424242424242#1230"
    pressed = [(6.0 + 0.3 * number, key) for number, key in enumerate(keys)]
    _, person = talk(line, *pressed, (17.5, "f"))
    assert line.told[-1]["Result"] == "payment-connector-error"
    assert any("f payment fails" in text for frame in person.frames for text in frame)
