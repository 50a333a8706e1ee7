"""What an address may say after its # about the connection to it.

Source: Twilio, "Webhooks: connection overrides" (twilio.com/docs/usage/webhooks/webhooks-connection-overrides).
"""

from __future__ import annotations

import pytest

from ivr.simulator.transports import Cause, Request, Response, TransportError, WsgiTransport
from tests.webapps import ENTRY, Page, WebApp, call


class Failing:
    """A transport that fails as often as told, and then asks the application; it notes what it was given."""

    def __init__(self, app: WebApp, cause: Cause = "connection", times: int = 99) -> None:
        self._inner = WsgiTransport(app)
        self._cause: Cause = cause
        self._left = times
        self.sent: list[tuple[Request, float]] = []

    def send(self, request: Request, timeout: float) -> Response:
        self.sent.append((request, timeout))
        if self._left:
            self._left -= 1
            raise TransportError("nothing came", self._cause)
        return self._inner.send(request, timeout)


def tries(fragment: str, cause: Cause = "connection") -> int:
    transport = Failing(WebApp(), cause)
    call(transport, url=f"{ENTRY}#{fragment}")
    return len(transport.sent)


def test_the_fragment_is_never_sent() -> None:
    app = WebApp().page("/voice", "")
    call(app, url=f"{ENTRY}?a=1#rc=2&rp=all")
    assert app.last.url == f"{ENTRY}?a=1"


@pytest.mark.parametrize(("fragment", "expected"), [("", 2), ("rc=0", 1), ("rc=1", 2), ("rc=4", 5), ("rc=99", 6)])
def test_rc_is_how_often_it_is_tried_again_five_times_at_most(fragment: str, expected: int) -> None:
    assert tries(fragment) == expected


@pytest.mark.parametrize(
    ("fragment", "cause", "expected"),
    [
        ("rc=2", "timeout", 1),
        ("rc=2&rp=rt", "timeout", 3),
        ("rc=2&rp=rt", "connection", 1),
        ("rc=2&rp=ct,rt", "connection", 3),
        ("rc=2&rp=all", "timeout", 3),
        ("rc=2&rp=all", "tls", 1),
    ],
)
def test_rp_is_after_which_failures(fragment: str, cause: Cause, expected: int) -> None:
    assert tries(fragment, cause) == expected


@pytest.mark.parametrize(("policy", "requests"), [("5xx", 2), ("4xx", 1), ("all", 2), ("ct", 1)])
def test_rp_may_name_statuses(policy: str, requests: int) -> None:
    app = WebApp().raw("/voice", Page(b"", "503 Busy"), Page(b"<Response/>"))
    transcript = call(app, url=f"{ENTRY}#rc=1&rp={policy}")
    assert len(app.received) == requests
    assert (transcript.error is None) is (requests == 2)


def test_a_policy_that_there_is_not_is_11243() -> None:
    transcript = call(WebApp(), url=f"{ENTRY}#rp=6xx")
    assert transcript.error is not None
    assert transcript.error.code == 11243


@pytest.mark.parametrize(
    ("fragment", "connect", "wait"),
    [
        ("", 5, 15),
        ("ct=1000&rt=2000", 1, 2),
        ("tt=3000", 5, 3),
        ("ct=1&rt=99999", 0.1, 15),
        ("ct=soon&rt=-1", 5, 15),
        ("e=ashburn&sni=y", 5, 15),
    ],
)
def test_ct_rt_and_tt_are_milliseconds_within_their_bounds(fragment: str, connect: float, wait: float) -> None:
    transport = Failing(WebApp().page("/voice", ""), times=0)
    call(transport, url=f"{ENTRY}#{fragment}")
    request, timeout = transport.sent[0]
    assert (request.connect_within, timeout) == (connect, wait)


def test_an_action_has_overrides_of_its_own() -> None:
    app = WebApp().page("/voice", "<Redirect>/next#rc=3</Redirect>").page("/next", "")
    transport = Failing(app, times=0)
    call(transport)
    assert [request.url for request, _ in transport.sent] == [ENTRY, "http://app.test/next"]
