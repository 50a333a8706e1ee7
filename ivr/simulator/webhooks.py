"""How the telephone company asks a webhook: what it sends, what it follows, how often it tries.

Sources: Twilio's pages on request validation, connection overrides (one retry when no connection came about), errors
11205 (15 seconds in all), 11215 and 11216 (redirects 301, 302, 303 and 307 are followed, nothing else).
"""

from __future__ import annotations

import base64
import email.message
import urllib.request
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import quote, unquote, urlencode, urljoin, urlsplit, urlunsplit

from ivr.simulator import problems
from ivr.simulator.carrier import Carrier
from ivr.simulator.clock import Clock
from ivr.simulator.effects import Send, Steps, Tell
from ivr.simulator.parameters import Params, conceal
from ivr.simulator.problems import WebhookError
from ivr.simulator.sids import Sids
from ivr.simulator.signature import sign
from ivr.simulator.transcript import Event, Exchange, Transcript
from ivr.simulator.transports import Request, Response, TransportError

TIME_LIMIT = 15.0
"""Seconds until a response must be there, connecting and redirects included (11205)."""

MAX_REDIRECTS = 10
FOLLOWED = {301, 302, 303, 307}
KEEPS_METHOD = {307}

USER_AGENT = "TwilioProxy/1.1"


class Webhooks:
    """The company's HTTP client for one call: it signs, keeps the call's cookies, and writes everything down."""

    def __init__(self, carrier: Carrier, clock: Clock, sids: Sids, transcript: Transcript) -> None:
        self._carrier = carrier
        self._clock = clock
        self._sids = sids
        self._transcript = transcript
        self._cookies = CookieJar()

    def ask(
        self, method: str, url: str, params: Params, *, secret: bool = False, callback: bool = False
    ) -> Steps[Response]:
        """The response with a 2xx status; raises WebhookError where there is none.

        ``secret`` conceals in the transcript what the caller keyed or said. ``callback`` marks a request whose answer
        does not steer the call.
        """
        deadline = self._clock.elapsed() + TIME_LIMIT
        url = _address(url)
        for _ in range(MAX_REDIRECTS + 1):
            request = self._request(method, url, params)
            event = _event(method, url, conceal(params) if secret else params, callback)
            response = yield from self._send(request, url, event, deadline)
            if 200 <= response.status < 300:
                return response
            if not 300 <= response.status < 400:
                message = f"{_place(url)} answered with status {response.status}"
                raise WebhookError(problems.RETRIEVAL_FAILURE, message, url)
            location = response.headers.get("Location")
            if response.status not in FOLLOWED or not location:
                message = f"{_place(url)} answered with status {response.status}, which is no redirect to follow"
                raise WebhookError(problems.INVALID_REDIRECT, message, url)
            url = _address(location, url)
            if response.status not in KEEPS_METHOD:
                method, params = "GET", ()
        raise WebhookError(problems.TOO_MANY_REDIRECTS, f"more than {MAX_REDIRECTS} redirects in a row", url)

    def _send(self, request: Request, url: str, event: Event, deadline: float) -> Steps[Response]:
        """The response to ``request``, which is sent a second time where no connection came about."""
        answer = yield from self._send_once(request, event, deadline)
        if isinstance(answer, TransportError) and answer.cause == "connection":
            answer = yield from self._send_once(request, event, deadline)
        if isinstance(answer, TransportError):
            raise WebhookError(problems.CAUSES[answer.cause], f"{_place(url)}: {answer.reason}", url)
        self._cookies.extract_cookies(_CookieResponse(answer), _cookie_request(request.url))  # type: ignore[arg-type]
        return answer

    def _send_once(self, request: Request, event: Event, deadline: float) -> Steps[Response | TransportError]:
        event = Event(self._clock.elapsed(), event.kind, dict(event.details))
        left = deadline - event.t
        if left <= 0:
            return TransportError(f"no answer within {TIME_LIMIT:g} seconds", "timeout")
        answer: Response | TransportError = yield Send(request, left)
        response = answer if isinstance(answer, Response) else None
        event.details["status"] = response.status if response else None
        callback = "callback" in event.details
        self._transcript.exchanges.append(Exchange(request, response, callback))
        yield Tell(event)
        return answer

    def _request(self, method: str, url: str, params: Params) -> Request:
        url, authorization = _credentials(_query(method, url, params))
        form = params if method == "POST" else ()
        headers = [
            ("Accept", "*/*"),
            ("Cache-Control", "max-age=259200"),
            ("I-Twilio-Idempotency-Token", self._sids.token()),
            ("User-Agent", USER_AGENT),
            ("X-Home-Region", "us1"),
            ("X-Twilio-Signature", sign(self._carrier.auth_token, url, form)),
        ]
        if authorization:
            headers.append(("Authorization", authorization))
        cookies = _cookie_request(url)
        self._cookies.add_cookie_header(cookies)
        if cookies.has_header("Cookie"):
            headers.append(("Cookie", str(cookies.get_header("Cookie"))))
        return Request(method, url, form, tuple(headers))


def _event(method: str, url: str, shown: Params, callback: bool) -> Event:
    """How the transcript tells of a request: with the fields that may be shown, and without a password."""
    shown_url = _credentials(_query(method, url, shown))[0]
    details: dict[str, Any] = {"method": method, "url": shown_url, "params": dict(shown), "status": None}
    if callback:
        details["callback"] = True
    return Event(0.0, "request", details)


class _CookieResponse:
    """What a cookie jar wants to see of a response."""

    def __init__(self, response: Response) -> None:
        self._message = email.message.Message()
        for value in response.headers.get_all("Set-Cookie"):
            self._message["Set-Cookie"] = value

    def info(self) -> email.message.Message:
        return self._message


def _cookie_request(url: str) -> urllib.request.Request:
    return urllib.request.Request(url)  # noqa: S310 - never opened: the jar reads host and path from it


def _query(method: str, url: str, params: Params) -> str:
    if method == "POST" or not params:
        return url
    return f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(params)}"


def _address(url: str, base: str = "") -> str:
    """``url`` as it goes over the wire: absolute, escaped, without its fragment. What is no HTTP address raises."""
    try:
        parts = urlsplit(quote(urljoin(base, url), safe="!#$%&'()*+,/:;=?@[]~"))
        valid = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid:
        raise WebhookError(problems.INVALID_URL, f"'{url.split('?')[0]}' is no http:// or https:// address", url)
    return urlunsplit(parts._replace(fragment=""))


def _credentials(url: str) -> tuple[str, str | None]:
    """``url`` without user and password, and the Authorization header that they make."""
    parts = urlsplit(url)
    if parts.username is None:
        return url, None
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])), (
        "Basic " + base64.b64encode(pair).decode("ascii")
    )


def _place(url: str) -> str:
    """The address without its query, which may hold what the caller keyed, and without a password."""
    return urlunsplit(urlsplit(_credentials(url)[0])._replace(query="", fragment=""))
