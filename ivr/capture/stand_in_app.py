"""``StandInApp`` answers a simulated call with what the app answered the real one."""

from __future__ import annotations

from collections import defaultdict, deque
from urllib.parse import urlsplit

from ivr.capture.captured_calls import (
    CapturedAnswer,
    CapturedCall,
    CapturedRequest,
    Key,
    is_callback,
    key_of,
    params_of,
)
from ivr.simulator.transports import Headers, Request, Response, TransportError
from ivr.wav import mu_law

SAMPLES_A_SECOND = 8000

NOTHING = b"<Response/>"

_PASSED_ON = ("content-type", "set-cookie", "location")


class StandInApp:
    """A Transport that asks nobody: the answers to each address come in the order in which they came.

    One that is asked for more often than it was hears ``<Response/>``, which ends the call: what the app would have
    said is not known. ``base`` is where the app was; addresses of others are answered with nothing and are in no
    comparison.
    """

    def __init__(self, call: CapturedCall, base: str) -> None:
        self._base = urlsplit(base).netloc
        self._answers: dict[Key, deque[CapturedRequest]] = defaultdict(deque)
        for each in call.requests:
            self._answers[each.key].append(each)
        self._others = {each.key: each.answer for each in call.others if each.answer}
        self.cut: list[CapturedRequest] = []
        """The requests whose answers were asked for and are not in the capture as they were."""

    def send(self, request: Request, timeout: float) -> Response:  # noqa: ARG002 - nothing is waited for
        """Answer ``request`` as it was answered; raises TransportError where it was not."""
        if urlsplit(request.url).netloc != self._base:
            return _empty(request)
        key = key_of(request.method, request.url)
        params = dict(params_of(request.method, request.url, request.params))
        waiting = self._answers.get(key)
        if waiting:
            asked = waiting.popleft()
            if asked.answer is None:
                raise TransportError("the capture has no answer", "timeout")
            if asked.answer.cut and not is_callback(params):
                self.cut.append(asked)
            return _response(request, asked.answer)
        other = self._others.get(key)
        return _response(request, other) if other else _empty(request, callback=is_callback(params))

    def is_of_the_app(self, url: str) -> bool:
        """Return whether ``url`` is the app's, which the capture stood before."""
        return urlsplit(url).netloc == self._base


def _response(request: Request, answer: CapturedAnswer) -> Response:
    if answer.status is None:
        raise TransportError("the app gave no answer", "timeout" if answer.failed == "timeout" else "connection")
    headers = Headers(each for each in answer.headers if each[0].lower() in _PASSED_ON)
    body = answer.body.encode()
    if answer.seconds is not None and not body:
        body = mu_law(b"\xff" * int(min(answer.seconds, 600) * SAMPLES_A_SECOND)).written()
    return Response(answer.status, headers, body, request.url)


def _empty(request: Request, *, callback: bool = True) -> Response:
    kind = "text/plain" if callback else "text/xml"
    return Response(200, Headers([("Content-Type", kind)]), b"" if callback else NOTHING, request.url)
