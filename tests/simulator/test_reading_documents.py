"""Which responses can be performed, and what is said of those that cannot."""

from __future__ import annotations

import pytest

from ivr.simulator.phones import steps
from tests.webapps import Page, WebApp, call, events, said


def answer(body: bytes | str, kind: str = "text/xml", status: str = "200 OK") -> WebApp:
    headers = (("Content-Type", kind),) if kind else ()
    return WebApp().raw("/voice", Page(body.encode() if isinstance(body, str) else body, status, headers))


OK = "<Response><Say>olá</Say></Response>"


@pytest.mark.parametrize("kind", ["text/xml", "application/xml", "text/html", "Text/XML; charset=utf-8"])
def test_xml_is_performed_under_each_of_its_content_types(kind: str) -> None:
    assert said(call(answer(OK, kind))) == ["olá"]


def test_the_charset_of_the_header_is_heeded() -> None:
    assert said(call(answer(OK.encode("latin-1"), "text/xml; charset=iso-8859-1"))) == ["olá"]


def test_an_unknown_charset_leaves_it_to_the_document() -> None:
    assert said(call(answer(OK, "text/xml; charset=klingon"))) == ["olá"]


def test_sound_is_played() -> None:
    assert events(call(answer(b"ID3", "audio/mpeg")), "play")[0]["url"] == "http://app.test/voice"


def test_plain_text_is_said() -> None:
    assert said(call(answer("bom dia\na todos", "text/plain"))) == ["bom dia a todos"]


@pytest.mark.parametrize(
    ("app", "code"),
    [
        (answer("<Response><Say>"), 12100),
        (answer(" \n<?xml version='1.0'?><Response/>"), 12100),
        (answer(""), 12100),
        (answer("{}", "text/xml"), 12100),
        (answer("<response/>"), 12102),
        (answer("{}", "application/json"), 12300),
        (answer(OK, ""), 12300),
        (answer("<Response><Say>" + "a" * 70_000 + "</Say></Response>"), 11750),
        (answer(OK, status="404 Not Found"), 11200),
        (answer('<!DOCTYPE r [<!ENTITY x "y">]><Response><Say>&x;</Say></Response>'), 12100),
        (answer('<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]><Response><Say>&x;</Say></Response>'), 12100),
        (answer("<Response>" * 300 + "</Response>" * 300), 12100),
    ],
)
def test_what_cannot_be_performed_has_the_vendors_number(app: WebApp, code: int) -> None:
    transcript = call(app)
    assert transcript.error is not None
    assert transcript.error.code == code
    assert "\n" not in transcript.error.message


def test_comments_and_processing_instructions_are_no_verbs() -> None:
    transcript = call(answer("<?xml version='1.0'?><!-- a --><Response><!-- b --><?c d?><Say>olá</Say></Response>"))
    assert (said(transcript), transcript.warnings) == (["olá"], [])


def test_a_warning_names_address_line_fault_number_and_remedy() -> None:
    transcript = call(answer("<Response>\n\n  <Say volume='9'>olá</Say>\n</Response>"))
    assert [warning.as_dict() for warning in transcript.warnings] == [
        {
            "code": 12200,
            "message": "http://app.test/voice, line 3: <Say> has no attribute 'volume' (Twilio's warning 12200, Schema"
            " validation warning; the call goes on). It knows language, loop, voice. Take it out.",
            "url": "http://app.test/voice",
            "line": 3,
        }
    ]


def test_what_is_written_for_editors_is_no_attribute_of_ours() -> None:
    root = '<Response xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="voice.xsd">'
    transcript = call(answer(f"{root}<Say>olá</Say></Response>"))
    assert (said(transcript), transcript.warnings) == (["olá"], [])


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            "<Response>\n  <Say>olá</Response>",
            "http://app.test/voice, line 2: the document is not XML: Opening and ending tag mismatch: Say line 2 and"
            " Response (Twilio's error 12100, Document parse failure; the fallback takes over, or the call ends). Mend"
            " the XML; a library that writes TwiML escapes < and & by itself.",
        ),
        (
            "<Response><Say>café & leite</Say></Response>",
            "http://app.test/voice, line 1: the document is not XML: xmlParseEntityRef: no name (Twilio's error 12100,"
            " Document parse failure; the fallback takes over, or the call ends). Mend the XML; a library that writes"
            " TwiML escapes < and & by itself.",
        ),
        (
            "\n\n<html/>",
            "http://app.test/voice, line 3: the root element is <html>; it must be <Response> (Twilio's error 12102,"
            " The root element must be Response; the fallback takes over, or the call ends). Put the verbs into one"
            " <Response>.",
        ),
    ],
)
def test_a_document_that_cannot_be_performed_is_told_with_a_remedy(body: str, message: str) -> None:
    error = call(answer(body)).error
    assert error is not None
    assert error.message == message


def test_a_type_that_cannot_be_performed_is_told_with_the_remedy() -> None:
    error = call(answer("{}", "application/json")).error
    assert error is not None
    assert error.message == (
        "http://app.test/voice: a document of the type application/json cannot be performed (Twilio's error 12300,"
        " Invalid Content-Type; the fallback takes over, or the call ends). Set the Content-Type header of the answer"
        " to text/xml."
    )


def test_what_is_told_of_an_address_leaves_out_its_query_and_its_password() -> None:
    app = WebApp().raw("/voice", Page(b"", "500 Oops"))
    transcript = call(app, url="http://ops:s3cret@app.test/voice?Digits=4321")
    assert transcript.error is not None
    assert transcript.error.message.startswith("http://app.test/voice: ")
    assert "4321" not in transcript.error.message
    assert "s3cret" not in transcript.error.message


def test_the_same_document_of_two_addresses_is_resolved_against_each() -> None:
    body = '<Response><Gather numDigits="1" action="next"/></Response>'
    app = WebApp().raw("/a/voice", Page(body.encode())).raw("/b/voice", Page(body.encode()))
    app.page("/a/next", "").page("/b/next", "")
    for folder in "ab":
        call(app, steps.Press("1"), url=f"http://app.test/{folder}/voice")
    assert [one.path for one in app.received] == ["/a/voice", "/a/next", "/b/voice", "/b/next"]
