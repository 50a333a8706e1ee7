"""Asks webhooks as the carrier does: signs, follows redirects, keeps cookies, tries again.

Sources: Twilio's pages on request validation, and on the errors 11205, 11215 and 11216 (redirects 301, 302, 303 and
307 are followed, nothing else).
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Literal, TypeAlias
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

from ivr.simulator import codes
from ivr.simulator.carrier import Carrier
from ivr.simulator.clock import Clock
from ivr.simulator.connection_overrides import ConnectionOverrides, overrides_of
from ivr.simulator.effects import Send, Steps, Tell
from ivr.simulator.parameters import Params, conceal
from ivr.simulator.remembered import remembered
from ivr.simulator.sids import Sids
from ivr.simulator.signature import sign
from ivr.simulator.transcript import Event, Exchange, Transcript
from ivr.simulator.transports import Request, Response, TransportError, form
from ivr.simulator.twiml_notice import WebhookError

if TYPE_CHECKING:
    from ivr.simulator.cookies import Cookies

Aside: TypeAlias = Literal["callback", "media"]
"""Why a request is made whose answer does not steer the call: a status callback, or a sound to play."""

MAX_REDIRECTS = 10
FOLLOWED = {301, 302, 303, 307}
KEEPS_METHOD = {307}

USER_AGENT = "TwilioProxy/1.1"


class Webhooks:
    """The carrier's HTTP client for one call: it signs, keeps the call's cookies, and writes everything down."""

    def __init__(self, carrier: Carrier, clock: Clock, sids: Sids, transcript: Transcript) -> None:
        self._carrier = carrier
        self._clock = clock
        self._sids = sids
        self._transcript = transcript
        self._cookies: Cookies | None = None
        """None until an answer sets one."""

    def ask(
        self, method: str, url: str, params: Params, *, secret: bool = False, aside: Aside | None = None
    ) -> Steps[Response]:
        """The response with a 2xx status; raises WebhookError where there is none.

        ``secret`` conceals in the transcript what the caller keyed or said. ``aside`` marks a request whose answer
        does not steer the call.
        """
        connection = overrides_of(url)
        deadline = self._clock.elapsed() + connection.total
        url = _address(url)
        for _ in range(MAX_REDIRECTS + 1):
            request = self._request(method, url, params, connection)
            shown, shown_url = params, request.url
            if secret:
                shown = conceal(params)
                shown_url = _credentials(_query(method, url, shown))[0]
            event = _event(method, shown_url, shown, aside)
            response = yield from self._send(request, url, event, connection, deadline)
            if 200 <= response.status < 300:
                return response
            if not 300 <= response.status < 400:
                message = f"the server answered with status {response.status}"
                raise WebhookError(codes.RETRIEVAL_FAILURE, message, url)
            location = response.headers.get("Location")
            if response.status not in FOLLOWED or not location:
                message = f"the server answered with status {response.status}, which is no redirect to follow"
                raise WebhookError(codes.INVALID_REDIRECT, message, url)
            url = _address(location, url)
            if response.status not in KEEPS_METHOD:
                method, params = "GET", ()
        raise WebhookError(codes.TOO_MANY_REDIRECTS, f"more than {MAX_REDIRECTS} redirects in a row", url)

    def fetch(self, url: str) -> Steps[Response]:
        """The sound file at ``url``; raises WebhookError where there is none."""
        return self.ask("GET", url, (), aside="media")

    def _send(
        self, request: Request, url: str, event: Event, connection: ConnectionOverrides, deadline: float
    ) -> Steps[Response]:
        """The response to ``request``, which is sent again as often as ``connection`` says."""
        answer: Response | TransportError
        for retry in range(connection.retries + 1):
            tried = Event(0.0, event.kind, dict(event.details)) if retry else event
            tried.t = self._clock.elapsed()
            left = min(deadline - tried.t, connection.read)
            if left <= 0:
                answer = TransportError(f"no answer within {connection.total:g} seconds", "timeout")
            else:
                answer = yield Send(request, left)
                self._write_down(request, tried, answer)
                yield Tell(tried)
            if not connection.tries_again(answer):
                break
        if isinstance(answer, TransportError):
            raise WebhookError(codes.CAUSES[answer.cause], answer.reason, url)
        if "Set-Cookie" in answer.headers:
            if self._cookies is None:
                from ivr.simulator.cookies import Cookies

                self._cookies = Cookies()
            self._cookies.keep(request.url, answer)
        return answer

    def _write_down(self, request: Request, event: Event, answer: Response | TransportError) -> None:
        response = answer if isinstance(answer, Response) else None
        event.details["status"] = response.status if response else None
        aside = "callback" in event.details or "media" in event.details
        self._transcript.exchanges.append(Exchange(request, response, aside))

    def _request(self, method: str, url: str, params: Params, connection: ConnectionOverrides) -> Request:
        url, authorization = _credentials(_query(method, url, params))
        fields = params if method == "POST" else ()
        headers = [
            ("Accept", "*/*"),
            ("Cache-Control", "max-age=259200"),
            ("I-Twilio-Idempotency-Token", self._sids.token()),
            ("User-Agent", USER_AGENT),
            ("X-Home-Region", "us1"),
            ("X-Twilio-Signature", sign(self._carrier.auth_token, url, fields)),
        ]
        if authorization:
            headers.append(("Authorization", authorization))
        cookie = self._cookies.header(url) if self._cookies else None
        if cookie is not None:
            headers.append(("Cookie", cookie))
        return Request(method, url, fields, tuple(headers), connection.connect)


def _event(method: str, url: str, shown: Params, aside: Aside | None) -> Event:
    """How the transcript tells of a request to ``url``, which has no password: with the fields that may be shown."""
    details: dict[str, Any] = {"method": method, "url": url, "params": dict(shown), "status": None}
    if aside:
        details[aside] = True
    return Event(0.0, "request", details)


def _query(method: str, url: str, params: Params) -> str:
    if method == "POST" or not params:
        return url
    return f"{url}{'&' if urlsplit(url).query else '?'}{form(params)}"


@remembered(1024)
def _address(url: str, base: str = "") -> str:
    """``url`` as it goes over the wire: absolute, escaped, without its fragment. What is no HTTP address raises."""
    try:
        parts = urlsplit(quote(urljoin(base, url), safe="!#$%&'()*+,/:;=?@[]~"))
        valid = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid:
        raise WebhookError(codes.INVALID_URL, f"'{url.split('?')[0]}' is no http:// or https:// address", url)
    return urlunsplit(parts._replace(fragment=""))


def _credentials(url: str) -> tuple[str, str | None]:
    """``url`` without user and password, and the Authorization header that they make."""
    if "@" not in url:
        return url, None
    parts = urlsplit(url)
    if parts.username is None:
        return url, None
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])), (
        "Basic " + base64.b64encode(pair).decode("ascii")
    )
