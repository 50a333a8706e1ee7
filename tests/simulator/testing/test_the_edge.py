"""A tool of others needs no more than ``ivr.simulator.testing``, and what it lists."""

from __future__ import annotations

from datetime import UTC, datetime

from ivr.simulator import testing


class Impatient:
    """A caller who presses 2 into every gather, and hangs up wherever else time passes."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def act(self, moment: testing.Moment) -> testing.acts.Act | None:
        return testing.acts.Press("2") if moment.kind == "gather" else None

    def notice(self, event: testing.Event) -> None:
        if event.kind == "say":
            self.heard.append(event["text"])

    def ended(self) -> str | None:
        return None


class Canned:
    """An application that is two documents and a cable that breaks."""

    def send(self, request: testing.Request, timeout: float) -> testing.Response:
        del timeout
        if request.url.endswith("/gone"):
            raise testing.TransportError("the cable is broken")
        pressed = dict(request.params).get("Digits")
        body = f"<Say>{pressed}</Say><Redirect>/gone</Redirect>" if pressed else "<Gather numDigits='1'/>"
        headers = testing.Headers([("Content-Type", "text/xml")])
        return testing.Response(200, headers, f"<Response>{body}</Response>".encode(), request.url)


def test_a_telephone_and_a_transport_of_ones_own_are_written_from_the_edge() -> None:
    phone, clock = Impatient(), testing.VirtualClock(datetime(2026, 3, 10, 10, tzinfo=UTC))
    setup = testing.CallSetup(
        "http://own.test/voice", Canned(), "+5511987654321", "+551140030015", "CA" + "1" * 32, clock
    )
    transcript = testing.place_call(setup, phone)
    assert "2" in phone.heard
    assert [error.code for error in (transcript.error,) if error] == [11205]
