"""What a request holds is read strictly; what it tells is one event."""

from __future__ import annotations

from io import BytesIO
from typing import get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from werkzeug.formparser import FormDataParser

from ivr.call import events
from ivr.channels.twilio import form
from ivr.channels.twilio.form import FIELDS, Form, read_fields
from ivr.channels.twilio.outcomes import DIAL_STATUSES, QUEUE_RESULTS
from ivr.channels.twilio.parse_event import parse_event
from ivr.errors import RequestError
from routing.outcomes import TargetOutcome

CALL = "CA" + "0" * 32
RECORDING = "RE" + "0" * 32


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CallSid", CALL),
        ("AccountSid", "AC" + "a" * 32),
        ("From", "+5511987654321"),
        ("From", "sip:alice@example.com:5060;transport=tls"),
        ("From", "anonymous"),
        ("From", "client:maria_1"),
        ("From", ""),
        ("Digits", "12*#"),
        ("Digits", ""),
        ("SpeechResult", 'Ação, por favor! Nº 5 – é "isto"'),
        ("Confidence", "0.9651"),
        ("Confidence", "1"),
        ("Confidence", "1.0"),
        ("Confidence", "9.1E-4"),
        ("Confidence", ".5"),
        ("Confidence", ""),
        ("DialCallStatus", "no-answer"),
        ("QueueResult", "redirected-from-bridged"),
        ("RecordingDuration", "-1"),
        ("RecordingUrl", "https://api.twilio.com/2010-04-01/Accounts/AC0/Recordings/RE0"),
        ("CallStatus", "in-progress"),
    ],
)
def test_what_twilio_sends_passes(name: str, value: str) -> None:
    assert Form({name: value}).text(name) == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CallSid", ""),
        ("CallSid", "CA123"),
        ("CallSid", CALL.upper().replace("0", "A")),
        ("CallSid", CALL + "Digits2"),
        ("CallSid", CALL + "\n"),
        ("AccountSid", CALL),
        ("Digits", "²"),
        ("Digits", "１２"),
        ("Digits", "٣"),
        ("Digits", "12 "),
        ("Digits", "12\n"),
        ("Digits", "1" * 65),
        ("Digits", "2CallStatuscompleted"),
        ("SpeechResult", "a\x00b"),
        ("SpeechResult", "a\nb"),
        ("SpeechResult", "a" * 2001),
        ("Confidence", "NaN"),
        ("Confidence", "inf"),
        ("Confidence", "-1"),
        ("Confidence", "0,9"),
        ("DialCallStatus", ""),
        ("DialCallStatus", "completedDigits1"),
        ("DialCallDuration", "1e3"),
        ("DialCallDuration", "12345678"),
        ("QueueResult", "left"),
        ("QueueTime", "-1"),
        ("RecordingUrl", "javascript:alert(1)"),
        ("RecordingUrl", "https://x.test/ y"),
        ("RecordingSid", "RE"),
        ("RecordingDuration", "9" * 8),
        ("CallStatus", "done"),
        ("SequenceNumber", "-1"),
        ("CallDuration", "x"),
        ("ErrorCode", "<b>"),
    ],
)
def test_anything_else_is_refused_by_its_field_without_its_value(name: str, value: str) -> None:
    with pytest.raises(RequestError) as raised:
        Form({name: value}).text(name)
    assert str(raised.value) == f"the field {name} is not what Twilio sends"


@given(st.sampled_from(sorted(FIELDS)), st.text(max_size=80))
def test_a_field_that_passes_cannot_end_a_line_or_a_string(name: str, value: str) -> None:
    try:
        passed = Form({name: value}).text(name) or ""
    except RequestError:
        return
    assert not any(ord(sign) < 32 for sign in passed)


def test_a_field_that_was_not_sent_is_none() -> None:
    assert Form({}).text("Digits") is None
    assert Form({}).whole("QueueTime") == 0


@pytest.mark.parametrize("form", [{}, {"CallSid": ""}])
def test_a_required_field_must_be_there(form: dict[str, str]) -> None:
    with pytest.raises(RequestError, match="CallSid"):
        Form(form).required("CallSid")


@pytest.mark.parametrize(("sent", "seconds"), [("12", 12), ("", 0), ("-1", 0)])
def test_lengths_are_whole_seconds_and_never_less_than_none(sent: str, seconds: int) -> None:
    assert Form({"RecordingDuration": sent} if sent else {}).whole("RecordingDuration") == seconds


@pytest.mark.parametrize(
    ("form", "event"),
    [
        ({}, events.Silence()),
        ({"Digits": "2"}, events.Keys("2")),
        ({"Digits": "", "FinishedOnKey": "#"}, events.Keys("#")),
        ({"Digits": "12", "FinishedOnKey": "#"}, events.Keys("12")),
        ({"Digits": "", "FinishedOnKey": ""}, events.Silence()),
        ({"SpeechResult": "suporte", "Confidence": "0.5"}, events.Speech("suporte", 0.5)),
        ({"SpeechResult": "suporte"}, events.Speech("suporte", 0.0)),
        ({"SpeechResult": "", "Digits": "2"}, events.Keys("2")),
        ({"DialCallStatus": "busy"}, events.DialEnded("busy", 0)),
        ({"DialCallStatus": "completed", "DialCallDuration": "61", "Digits": "1"}, events.DialEnded("completed", 61)),
        ({"DialCallStatus": "completed", "DialBridged": "false"}, events.DialEnded("no-answer", 0)),
        ({"DialCallStatus": "busy", "RecordingUrl": "https://x.test/r"}, events.DialEnded("busy", 0)),
        (
            {"DialCallStatus": "completed", "RecordingUrl": f"https://x.test/{RECORDING}"},
            events.DialEnded("completed", 0, events.TalkRecording(RECORDING, f"https://x.test/{RECORDING}")),
        ),
        ({"QueueResult": "bridged", "QueueTime": "20"}, events.QueueLeft("answered", 20)),
        ({"QueueResult": "bridging-in-process"}, events.QueueLeft("answered", 0)),
        ({"QueueResult": "leave", "QueueTime": "120"}, events.QueueLeft("queue-timeout", 120)),
        (
            {"RecordingUrl": "https://x.test/r", "RecordingSid": RECORDING, "RecordingDuration": "9", "Digits": "#"},
            events.Recorded(RECORDING, "https://x.test/r", 9),
        ),
        ({"RecordingUrl": "https://x.test/r", "Digits": "hangup"}, events.Recorded("", "https://x.test/r", 0)),
    ],
)
def test_the_most_telling_field_is_the_event(form: dict[str, str], event: events.Event) -> None:
    assert parse_event(Form(form)) == event


@pytest.mark.parametrize(("field", "event"), [("DialCallStatus", events.DialEnded), ("QueueResult", events.QueueLeft)])
def test_each_word_of_an_end_is_mapped_to_one_of_the_router(
    field: str, event: type[events.DialEnded | events.QueueLeft]
) -> None:
    for word in {"DialCallStatus": DIAL_STATUSES, "QueueResult": QUEUE_RESULTS}[field]:
        parsed = parse_event(Form({field: word}))
        assert isinstance(parsed, event)
        assert parsed.outcome in get_args(TargetOutcome)


HARMLESS = {"AccountSid": f"AC{'0' * 32}", "ApiVersion": "2010-04-01", "FromCity": "", "SpeechResult": "um\u2028dois"}
SWALLOWED = [
    ("ApiVersion", "2010-04-01CallDuration7"),
    ("Direction", "inboundFrom+551130030015"),
    ("Digits7From", "+55"),
]


@given(st.sampled_from(SWALLOWED), st.permutations(sorted(HARMLESS)), st.integers(0, len(HARMLESS)))
def test_a_field_that_holds_another_is_refused_wherever_it_is_sent(
    swallowed: tuple[str, str], order: list[str], place: int
) -> None:
    fields = [(name, HARMLESS[name]) for name in order]
    Form(dict(fields))
    with pytest.raises(RequestError):
        Form(dict([*fields[:place], swallowed, *(each for each in fields[place:] if each[0] != swallowed[0])]))


@given(st.from_regex(form._TELLING))
def test_whatever_may_hold_another_field_shows_one_of_the_signs(text: str) -> None:
    assert any(sign in text for sign in form._SIGNS)
    assert form._has_sign(text)


@given(st.text(st.sampled_from("ab=&+%0123456789ABCDEFabcdef é€\0\1\n"), max_size=40))
@example("a=%00&b=%01&c=1")
@example("a=b=c&d")
@example("a=1&&b=2&")
@example("%3D=%26&é=%C3%A9&x=%C3&y=%A9")
def test_a_form_is_read_as_werkzeug_reads_it(body: str) -> None:
    sent = body.encode()
    _, read, _ = FormDataParser().parse(BytesIO(sent), "application/x-www-form-urlencoded", len(sent))
    assert read_fields(sent) == list(read.items(multi=True))


PIECES = st.lists(
    st.sampled_from(
        ["From", "To", "City", "Stir", "Status", "Digits", "Dial", "Call", "Duration", "+5", "sip:", "/", "a", ""]
    ),
    max_size=4,
).map("".join)


@given(st.dictionaries(PIECES, PIECES, max_size=6))
@example({"XFr": "om+55"})
@example({"XDigits": "7"})
@example({"a/b": ""})
def test_a_form_looked_at_as_a_whole_is_refused_as_field_by_field(fields: dict[str, str]) -> None:
    by_field = Form({})
    by_field._fields = fields
    refused = False
    try:
        by_field._refuse_swallowed()
    except RequestError:
        refused = True
    try:
        Form(fields)
    except RequestError:
        assert refused
    else:
        assert not refused
