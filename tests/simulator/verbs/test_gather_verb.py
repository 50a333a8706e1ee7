"""<Gather>, attribute by attribute: keys and speech.

Source: Twilio, "TwiML Voice: <Gather>" (twilio.com/docs/voice/twiml/gather), and the fields of real requests.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.simulator.phones import steps
from tests.webapps import CALLER, ENTRY, WebApp, call, codes, ended_by, events, said


def gather(attributes: str = "", inside: str = "", after: str = "<Say>nada veio</Say>") -> WebApp:
    app = WebApp()
    app.page("/voice", f'<Gather action="/next" {attributes}>{inside}</Gather>{after}')
    return app.page("/next", "<Say>obrigado</Say>")


def digits(app: WebApp) -> tuple[str, str]:
    form = app.to("/next")[0].form
    return form["Digits"], form["FinishedOnKey"]


def test_the_default_finish_key_ends_the_gather_and_is_no_digit() -> None:
    app = gather()
    call(app, steps.Press("1234#"))
    assert digits(app) == ("1234", "#")


def test_another_finish_key_leaves_the_hash_among_the_digits() -> None:
    app = gather('finishOnKey="*"')
    call(app, steps.Press("12#4*"))
    assert digits(app) == ("12#4", "*")


def test_an_empty_finish_key_leaves_the_timeout_or_the_digits_to_end_it() -> None:
    app = gather('finishOnKey=""')
    transcript = call(app, steps.Press("12#*"), steps.Silent())
    assert digits(app) == ("12#*", "")
    assert events(transcript, "gather")[0]["finish_on_key"] == ""


def test_the_finish_key_alone_is_no_input() -> None:
    app = gather()
    assert said(call(app, steps.Press("#"))) == ["nada veio"]


def test_num_digits_ends_the_gather_with_the_last_key() -> None:
    app = gather('numDigits="3"')
    call(app, steps.Press("123"))
    assert digits(app) == ("123", "")


def test_keys_beyond_num_digits_are_lost() -> None:
    app = gather('numDigits="1"')
    transcript = call(app, steps.Press("12"))
    assert digits(app) == ("1", "")
    assert [(press["digits"], press.get("lost")) for press in events(transcript, "press")] == [("1", None), ("2", True)]


def test_digits_are_sent_when_the_timeout_passes_after_the_last_key() -> None:
    app = gather('timeout="7"')
    transcript = call(app, steps.Press("12"), steps.Silent())
    assert digits(app) == ("12", "")
    press, request = events(transcript, "press")[0], events(transcript, "request")[1]
    assert request.t - press.t == pytest.approx(7)


def test_each_key_starts_the_timeout_anew() -> None:
    app = gather('timeout="2" finishOnKey=""')
    transcript = call(app, *[steps.Press(key) for key in "1234"])
    assert digits(app) == ("1234", "")
    presses = events(transcript, "press")
    assert presses[-1].t - presses[0].t > 2


def test_the_default_timeout_is_five_seconds_after_the_end_of_the_prompts() -> None:
    transcript = call(gather(inside='<Pause length="10"/>'))
    silence = events(transcript, "silence")[0]
    assert (silence.t, silence["seconds"]) == (15, 5)


def test_a_gather_without_input_falls_through_to_the_next_verb() -> None:
    app = gather()
    assert said(call(app)) == ["nada veio"]
    assert app.to("/next") == []


def test_action_on_empty_result_sends_the_empty_digits() -> None:
    app = gather('actionOnEmptyResult="true"')
    assert said(call(app)) == ["obrigado"]
    assert digits(app) == ("", "")


def test_action_on_empty_result_of_speech_sends_an_empty_result() -> None:
    app = gather('actionOnEmptyResult="true" input="speech"')
    call(app)
    assert app.last.form["SpeechResult"] == ""
    assert "Digits" not in app.last.form


def test_too_many_hints_are_a_warning() -> None:
    assert codes(call(gather(f'hints="{",".join(["a"] * 501)}"'))) == [13330]


def test_without_action_the_digits_go_to_the_document_itself() -> None:
    app = WebApp().page("/voice", '<Gather numDigits="1"/>', "<Say>de novo</Say>")
    call(app, steps.Press("5"), url=ENTRY + "?lang=pt")
    assert app.last.path == "/voice"
    assert app.last.query == {"lang": "pt"}
    assert app.last.form["Digits"] == "5"


def test_a_relative_action_is_resolved_against_the_document_that_holds_it() -> None:
    app = WebApp().page("/a/entry", '<Gather numDigits="1" action="deeper/next?step=2"/>')
    app.page("/a/deeper/next", "<Say>aqui</Say>")
    assert said(call(app, steps.Press("1"), url="http://app.test/a/entry")) == ["aqui"]
    assert app.last.query == {"step": "2"}


def test_method_get_sends_everything_in_the_query() -> None:
    app = gather('method="GET" numDigits="1"')
    transcript = call(app, steps.Press("1"))
    assert app.last.method == "GET"
    assert app.last.form == {}
    assert app.last.query["Digits"] == "1"
    assert app.last.query["From"] == CALLER
    assert "Digits=1" in events(transcript, "request")[1]["url"]


def test_a_real_gather_says_so_in_msg() -> None:
    app = gather('numDigits="1"')
    call(app, steps.Press("1"))
    assert app.last.form["msg"] == "Gather End"


def test_a_key_stops_the_nested_prompts() -> None:
    app = gather('numDigits="1"', "<Say>um</Say><Say>dois</Say><Say>três</Say>")
    transcript = call(app, steps.Press("4", during=2))
    assert [(say["text"], say["interrupted"]) for say in events(transcript, "say")] == [
        ("um", False),
        ("dois", True),
        ("obrigado", False),
    ]
    assert digits(app) == ("4", "")


def test_after_barge_in_the_gather_waits_for_more_keys_without_the_prompts() -> None:
    app = gather('numDigits="2"', "<Say>um</Say><Say>dois</Say>")
    transcript = call(app, steps.Press("4", during=1), steps.Press("2"))
    assert said(transcript) == ["um", "obrigado"]
    assert digits(app) == ("42", "")


def test_keys_before_the_gather_do_not_count() -> None:
    app = WebApp().page("/voice", '<Say>bom dia</Say><Gather numDigits="1" action="/next"/>').page("/next", "")
    transcript = call(app, steps.Early("7"), steps.Press("2"))
    assert app.last.form["Digits"] == "2"
    assert events(transcript, "press")[0]["lost"] is True
    assert events(transcript, "say")[0]["interrupted"] is False


def test_speech_comes_with_its_confidence_and_language() -> None:
    app = gather('input="speech" language="pt-BR"')
    transcript = call(app, steps.Speak("suporte técnico", confidence=0.87))
    form = app.last.form
    assert (form["SpeechResult"], form["Confidence"], form["Language"]) == ("suporte técnico", "0.87", "pt-BR")
    assert "Digits" not in form
    assert events(transcript, "speak")[0]["text"] == "suporte técnico"


def test_a_gather_for_keys_does_not_hear_speech() -> None:
    transcript = call(gather(), steps.Speak("suporte", where="a.call.yaml:3"))
    assert not transcript.passed
    assert "a.call.yaml:3: the call ended before this: speech" in transcript.failures[0]


def test_a_gather_for_speech_does_not_hear_keys() -> None:
    app = gather('input="speech"')
    assert not call(app, steps.Press("1")).passed
    assert app.to("/next") == []


@pytest.mark.parametrize("written", ["dtmf speech", "speech dtmf"])
def test_a_gather_for_both_takes_what_comes(written: str) -> None:
    app = gather(f'input="{written}" numDigits="1"')
    call(app, steps.Speak("dois"))
    assert app.last.form["SpeechResult"] == "dois"
    call(app, steps.Press("2"))
    assert app.last.form["Digits"] == "2"


def test_the_event_tells_what_is_accepted() -> None:
    transcript = call(gather('input="dtmf" numDigits="4" timeout="9" finishOnKey="*"'))
    assert events(transcript, "gather")[0].as_dict() == {
        "t": 0.0,
        "kind": "gather",
        "input": "dtmf",
        "num_digits": 4,
        "finish_on_key": "*",
        "timeout": 9,
    }


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ('timeout="soon"', 13313),
        ('numDigits="0"', 13314),
        ('finishOnKey="12"', 13310),
        ('method="PUT"', 13312),
        ('speechTimeout="-1"', 13327),
        ('input="smell"', 13326),
        ('maxSpeechTime="0"', 13328),
        ('partialResultCallbackMethod="PUT"', 13329),
        ('hints="%s"' % ("a" * 101), 13330),
        ('bargeIn="maybe"', 13332),
        ('profanityFilter="maybe"', 13333),
        ('speechModel="parrot"', 13334),
        ('actionOnEmptyResult="maybe"', 13338),
        ('colour="red"', 12200),
    ],
)
def test_a_wrong_attribute_is_a_warning_and_the_default_stands(attributes: str, code: int) -> None:
    app = gather(attributes)
    transcript = call(app, steps.Press("1#"))
    assert codes(transcript) == [code]
    assert digits(app) == ("1", "#")
    assert transcript.error is None


def test_other_verbs_inside_are_left_out_with_a_warning() -> None:
    transcript = call(gather(inside="<Dial>+551140030015</Dial><Say>fale</Say>"))
    assert codes(transcript) == [13320]
    assert said(transcript)[0] == "fale"
    assert events(transcript, "dial") == []


def test_a_caller_who_hangs_up_in_a_gather_asks_for_nothing_more() -> None:
    app = gather()
    transcript = call(app, steps.HangUp())
    assert ended_by(transcript) == "caller"
    assert transcript.status == "completed"
    assert len(app.received) == 1


@given(keys=st.text("0123456789*", max_size=12), count=st.integers(1, 8))
def test_the_application_gets_the_first_digits_and_never_more_than_asked(keys: str, count: int) -> None:
    app = gather(f'numDigits="{count}"')
    call(app, steps.Press(keys + "#"))
    expected = keys[:count]
    assert [one.form["Digits"] for one in app.to("/next")] == ([expected] if expected else [])


def test_partial_results_are_told_word_by_word_as_they_are_spoken() -> None:
    app = gather('input="speech" partialResultCallback="/partial"').page("/partial", "")
    transcript = call(app, steps.Speak("suporte técnico já"))
    forms = [one.form for one in app.to("/partial")]
    assert [form["UnstableSpeechResult"] for form in forms] == ["suporte", "suporte técnico", "suporte técnico já"]
    assert [form["SequenceNumber"] for form in forms] == ["0", "1", "2"]
    assert app.last.form["SpeechResult"] == "suporte técnico já"
    times = [request.t for request in events(transcript, "request")]
    assert times == sorted(times)
    assert transcript.requests == 2


def test_partial_results_of_a_secret_are_marks_in_the_transcript() -> None:
    app = gather('input="speech" partialResultCallback="/partial"').page("/partial", "")
    transcript = call(app, steps.Speak("abre-te sésamo"), conceals=lambda response: True)
    assert app.to("/partial")[-1].form["UnstableSpeechResult"] == "abre-te sésamo"
    assert "sésamo" not in str(transcript.as_dict())


def test_max_speech_time_cuts_a_long_speech_off() -> None:
    app = gather('input="speech" maxSpeechTime="2" speechTimeout="3"')
    transcript = call(app, steps.Speak("palavra " * 50))
    spoke, request = events(transcript, "speak")[0], events(transcript, "request")[1]
    assert request.t - spoke.t == pytest.approx(2)


def test_speech_timeout_is_the_silence_that_ends_a_speech() -> None:
    app = gather('input="speech" speechTimeout="4"')
    transcript = call(app, steps.Speak("a" * 15))
    spoke, request = events(transcript, "speak")[0], events(transcript, "request")[1]
    assert request.t - spoke.t == pytest.approx(1 + 4)


@pytest.mark.parametrize("model", ["phone_call", "numbers_and_commands", "googlev2_telephony", "deepgram_nova-3"])
def test_the_vendors_speech_models_are_known(model: str) -> None:
    assert codes(call(gather(f'input="speech" speechModel="{model}" enhanced="true"'))) == []
