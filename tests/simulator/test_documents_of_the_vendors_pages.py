"""Documents of every shape that the vendor's pages show, in examples/: each can be read.

Source: the pages of Twilio's "TwiML for Programmable Voice", verb by verb, and what the vendor's own library for Python
is able to write. A comment at the head of a document names what in it is not simulated.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from twilio.twiml import TwiML, voice_response
from twilio.twiml.voice_response import VoiceResponse

from ivr.simulator import codes
from ivr.simulator.documents import document_of
from ivr.simulator.transports import Headers, Response
from ivr.simulator.verbs.unsimulated import Unsimulated

EXAMPLES = sorted((Path(__file__).parent / "examples").glob("*.xml"))
XML = Headers([("Content-Type", "text/xml")])


def warnings_of(body: bytes) -> list[tuple[int, str]]:
    document = document_of(Response(200, XML, body, "http://app.test/voice"))
    stopped = [
        (codes.NOT_SIMULATED, f"<{verb.element.name}> {verb.what}")
        for verb in document.verbs
        if isinstance(verb, Unsimulated)
    ]
    return [(warning.code, warning.message) for warning in document.warnings] + stopped


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_a_vendors_document_is_read_and_what_is_not_simulated_is_named(file: Path) -> None:
    body = file.read_bytes()
    named = re.search(rb"<!-- not simulated: (\w+) -->", body)
    warnings = warnings_of(body)
    assert [code for code, _ in warnings] == ([codes.NOT_SIMULATED] if named else [])
    for _, message in warnings:
        assert named
        assert f"<{named[1].decode()}>" in message
        assert "simulated" in message or "not transcribed" in message


def test_the_examples_hold_every_verb() -> None:
    shown = b"".join(file.read_bytes() for file in EXAMPLES).decode()
    verbs = [name for name, _ in inspect.getmembers(VoiceResponse, inspect.isfunction) if not name.startswith("_")]
    own = {"queue", "prompt"}  # they stand inside of <Dial> and <Pay>
    inherited = {name for name, _ in inspect.getmembers(TwiML, inspect.isfunction)}
    assert [verb for verb in verbs if verb not in own | inherited and f"<{verb.title()}" not in shown] == []


VALUES = {
    "action_on_empty_result": "true", "answer_on_bridge": "true", "attempt": "1",
    "barge_in": "true", "beep": "true", "caller_id": "+551140030015", "card_type": "visa", "channels": "dual",
    "debug": "true", "digits": "1w2", "end_conference_on_exit": "true", "enhanced": "true", "finish_on_key": "#",
    "hangup_on_star": "true", "input": "dtmf", "jitter_buffer_size": "small", "length": "2", "loop": "2",
    "max_length": "60", "max_participants": "10", "max_speech_time": "9", "muted": "true", "num_digits": "4",
    "play_beep": "true", "profanity_filter": "true", "reason": "busy", "record": "record-from-start",
    "recording_status_callback_event": "completed", "recording_track": "both", "ring_tone": "br", "send_digits": "1w",
    "sequential": "true", "speech_model": "phone_call", "speech_timeout": "3", "start_conference_on_enter": "true",
    "status_callback_event": "", "time_limit": "60", "timeout": "5", "transcribe": "true", "trim": "trim-silence",
    "voice": "Polly.Camila", "language": "pt-BR", "machine_detection": "Enable", "machine_detection_timeout": "30",
    "machine_detection_speech_threshold": "2400", "machine_detection_speech_end_threshold": "1200",
    "machine_detection_silence_timeout": "5000",
    "track": "both", "deepgramSmartFormat": "true", "speechTimeout": "900", "dtmf_detection": "true",
    "events": "tokens-played",
    "elevenlabs_text_normalization": "off", "ignoreBackchannel": "true", "interrupt_sensitivity": "low",
    "interruptible": "any", "partial_prompts": "true", "preemptible": "true", "eot_threshold": "0.8",
    "report_input_during_agent_speech": "any", "transcription_language": "pt-BR", "transcription_provider": "Google",
    "tts_language": "pt-BR", "tts_provider": "Amazon", "welcome_greeting_interruptible": "none", "code": "pt-BR",
}  # fmt: skip
"""A value that the vendor takes, for each attribute that does not take any text."""


OF_A_PAYMENT = {
    "bank_account_type": "consumer-checking", "charge_amount": "20.45", "currency": "brl", "language": "en-US",
    "max_attempts": "2", "min_postal_code_length": "5", "payment_method": "ach-debit", "postal_code": "01310",
    "security_code": "true", "token_type": "one-time", "valid_card_types": "visa amex",
}  # fmt: skip
"""The same of a <Pay>, of which a wrong value is an error."""


OF_A_TRANSCRIPTION = {
    "enable_automatic_punctuation": "true", "enable_provider_data": "true", "language_code": "pt-BR",
    "partial_results": "true", "speech_model": "telephony", "status_callback_url": "https://app.example.com/texto",
    "track": "both_tracks", "transcription_engine": "google",
}  # fmt: skip
"""The same of a <Transcription>, of which a wrong value is an error, too."""


def written_by_the_library() -> Iterator[tuple[str, str]]:
    """One document for each element that the vendor's library can put into a response, with all its attributes."""
    parents = {"": VoiceResponse, **{name: getattr(voice_response, name) for name in PARENTS}}
    for parent_name, parent in parents.items():
        for method, function in inspect.getmembers(parent, inspect.isfunction):
            if method.startswith("_") or method in INHERITED or (parent_name == "" and method in NEVER_ALONE):
                continue
            yield f"{parent_name or 'Response'}.{method}", _document(parent_name, method, function)


PARENTS = {"Dial": "dial", "Connect": "connect", "Start": "start", "Stop": "stop", "Gather": "gather", "Refer": "refer"}
NEVER_ALONE = {"queue", "prompt", "start", "stop"}
"""What belongs inside of <Dial> and <Pay>, and what is wrong with nothing inside of it."""

INHERITED = {name for name, _ in inspect.getmembers(TwiML, inspect.isfunction)}


def _document(parent: str, method: str, function: object) -> str:
    response = VoiceResponse()
    holder = getattr(response, PARENTS[parent])() if parent else response
    arguments = {
        name: _value(name, method)
        for name in inspect.signature(function).parameters  # type: ignore[arg-type]
        if name not in {"self", "kwargs"}
    }
    getattr(holder, method)(**{name: value for name, value in arguments.items() if value})
    return str(response)


def _value(name: str, method: str) -> str:
    if method == "transcription" and name in OF_A_TRANSCRIPTION:
        return OF_A_TRANSCRIPTION[name]
    if method == "pay" and name in OF_A_PAYMENT:
        return OF_A_PAYMENT[name]
    if name.endswith("method"):
        return "POST"
    if name == "track" and method == "stream":
        return "inbound_track"
    if name == "record":
        return "record-from-answer" if method == "dial" else "record-from-start"
    if name == "url" and method == "conversation_relay":
        return "wss://agent.example.com/"
    if name in {"number", "phone_number"}:
        return "+551140030015"
    if name == "sip_url":
        return "sip:ana@pbx.example.com"
    return VALUES.get(name, "/algo" if "url" in name or "callback" in name or name == "action" else "algo")


@pytest.mark.parametrize(("name", "document"), list(written_by_the_library()))
def test_no_attribute_that_the_vendors_library_writes_is_unknown(name: str, document: str) -> None:
    wrong = [message for code, message in warnings_of(document.encode()) if code != codes.NOT_SIMULATED]
    assert wrong == []
