"""What is wrong in a document, told without a call: place, number, name, what happens, remedy."""

from __future__ import annotations

import pytest

from ivr.simulator.carrier import Carrier
from ivr.simulator.lint import Finding, lint, lint_url
from ivr.simulator.transports import WsgiTransport
from tests.webapps import Page, WebApp


def findings(*verbs: str) -> list[Finding]:
    """The findings in a document that has each of ``verbs`` on a line of its own, from the second on."""
    return lint("\n".join(["<Response>", *verbs, "</Response>"]).encode(), "menu.xml")


def test_a_document_without_mistakes_has_no_findings() -> None:
    assert findings("<Gather numDigits='1' action='/next'><Say>Olá</Say></Gather>", "<Redirect>/voice</Redirect>") == []


def test_a_finding_tells_place_number_name_what_then_and_remedy() -> None:
    (finding,) = findings("<Say>Olá</Say>", "<Gather finishOnKey='##'/>")
    assert (finding.line, finding.code, finding.error) == (3, 13310, False)
    assert str(finding).startswith("menu.xml:3: 13310 Gather: Invalid finishOnKey value: <Gather> takes ")
    assert "; the call goes on. " in str(finding)


def test_every_mistake_is_told_in_the_order_of_the_lines() -> None:
    told = findings("<Gather timeout='soon'><Dial/></Gather>", "<Say voices='x'>Olá</Say>", "<Sayy>Olá</Sayy>")
    assert [(finding.line, finding.code) for finding in told] == [(2, 13313), (2, 13320), (3, 12200), (4, 12200)]


@pytest.mark.parametrize(
    ("document", "line", "code"),
    [
        (b"<Response>\n<Say>Ol\xc3\xa1</Sai>\n</Response>", 2, 12100),
        (b"<Answer/>", 1, 12102),
        (b"", 1, 12100),
        (b"<Response>" + b" " * 70_000 + b"</Response>", 1, 11750),
    ],
)
def test_a_document_of_which_nothing_is_performed_is_an_error(document: bytes, line: int, code: int) -> None:
    (finding,) = lint(document, "menu.xml")
    assert (finding.line, finding.code, finding.error) == (line, code, True)
    assert "nothing of the document is performed" in str(finding)


def test_a_verb_that_is_never_reached_is_told_though_twilio_does_not() -> None:
    (finding,) = findings("<Hangup/>", "<Say>Olá</Say>", "<Say>Alô</Say>")
    assert str(finding) == (
        "menu.xml:3: never reached: <Say> stands after <Hangup>; it is not performed."
        " Take it out, or put it before <Hangup>."
    )
    assert finding.code == 0


def test_what_is_only_not_simulated_is_told_without_a_number() -> None:
    (finding,) = findings("<Refer/>")
    assert finding.code == 0
    assert str(finding).startswith("menu.xml:2: not simulated: <Refer> ")


def test_a_finding_is_a_json_object_too() -> None:
    (finding,) = findings("<Pause length='-1'/>")
    assert list(finding.as_dict()) == ["source", "line", "code", "name", "what", "then", "remedy", "error"]


def asked(app: WebApp, *, method: str = "POST") -> list[Finding]:
    return lint_url("http://app.test/voice", WsgiTransport(app), Carrier(method=method))


def test_a_url_is_asked_once_as_when_a_call_comes_in() -> None:
    app = WebApp().page("/voice", "<Gather action='/next'/><Play lop='2'>/a.mp3</Play><Redirect>/more</Redirect>")
    (finding,) = asked(app)
    assert (finding.source, finding.line, finding.code) == ("http://app.test/voice", 1, 12200)
    assert [request.path for request in app.received] == ["/voice"]
    assert (app.last.form["CallStatus"], app.last.method) == ("ringing", "POST")
    assert "X-Twilio-Signature" in app.last.headers


def test_the_content_type_of_a_url_counts() -> None:
    (finding,) = asked(WebApp().raw("/voice", Page(b"<Response/>", headers=(("Content-Type", "application/json"),))))
    assert (finding.code, finding.error) == (12300, True)


def test_a_url_that_answers_no_document_is_a_finding() -> None:
    (finding,) = asked(WebApp())
    assert (finding.code, finding.error, finding.line) == (11200, True, 1)
    assert "404" in finding.what


def test_redirects_are_followed_and_the_document_at_their_end_is_looked_at() -> None:
    app = WebApp().raw("/voice", Page(b"", "302 Found", (("Location", "/other"),))).page("/other", "<Say/>")
    assert [finding.code for finding in asked(app)] == [13520]
