"""Telephone a web application from a test: ``call = phone.dial(app)``, ``call.hears("...")``, ``call.press("2")``.

The fixture ``phone`` is a Telephone; a call is led step by step, see ``PhoneCall``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast
from urllib.parse import urljoin, urlsplit

from ivr.simulator.asgi.scope import AsgiApplication, is_asgi
from ivr.simulator.call_setup import ANY_SOCKET, CallSetup, nothing_is_secret
from ivr.simulator.carrier import (
    DEMO_ACCOUNT,
    DEMO_CALLER,
    DEMO_NUMBER,
    DEMO_TOKEN,
    Carrier,
    Fallback,
    MessagingWebhook,
    StatusCallback,
)
from ivr.simulator.clock import VirtualClock
from ivr.simulator.http_transport import HttpTransport
from ivr.simulator.phone_call import PhoneCall, failures_of
from ivr.simulator.relay_settings import RelaySettings
from ivr.simulator.rest.account import AccountSeed
from ivr.simulator.rest.tested_account import Callee, TestedAccount
from ivr.simulator.sockets import SocketTransport
from ivr.simulator.text_talk import TextTalk
from ivr.simulator.texts.account_texts import AccountTexts
from ivr.simulator.transports import Response, Transport, WsgiTransport
from ivr.simulator.tunnel import Tunnel

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    from ivr.simulator.asgi.transport import AsgiTransport

AT = datetime(2026, 3, 10, 13, 0, tzinfo=UTC)
"""When a call comes in where the test does not say: a Tuesday, ten in the morning in São Paulo."""

USUAL = RelaySettings()
"""How long AI agents are waited for where a test does not say."""

SERVER = "http://app.test"
"""Where an application in this process believes to be; .test never resolves (RFC 2606)."""


class Telephone:
    """Makes calls; ``hang_up`` ends those that are still going on. The fixture ``phone`` is one of these."""

    def __init__(self) -> None:
        self.calls: list[PhoneCall] = []
        self.talks: list[TextTalk] = []
        self._account: TestedAccount | None = None
        self._http: HttpTransport | None = None
        self._asgi: dict[int, AsgiTransport] = {}
        """The ASGI applications that were called, by their identity: each starts once and stops at the end."""

    def dial(
        self,
        target: WSGIApplication | AsgiApplication | str,
        *,
        path: str = "/voice",
        from_: str = DEMO_CALLER,
        to: str = DEMO_NUMBER,
        at: datetime = AT,
        clock: VirtualClock | None = None,
        auth_token: str = DEMO_TOKEN,
        account_sid: str = DEMO_ACCOUNT,
        method: str = "POST",
        fallback: str | None = None,
        status_callback: str | None = None,
        status_events: tuple[str, ...] = ("completed",),
        messaging: str | None = None,
        secret: Callable[[Response], bool] = nothing_is_secret,
        tunnel: Mapping[str, str] | None = None,
        patience: float = USUAL.patience,
        pause: float = USUAL.pause,
    ) -> PhoneCall:
        """Call ``target``: a WSGI or ASGI application, asked in this process at ``path``, or a webhook's URL.

        ``at`` must be aware; give a ``clock`` instead where the application is to go by the same. ``path``,
        ``fallback``, ``status_callback`` and ``messaging`` (which hears of texts that the caller sends) may be paths on
        the same server. ``secret`` says of an answer whether what
        is keyed into it must not be shown. ``tunnel`` leads public names of the application to this machine:
        ``{"app.example.com": "127.0.0.1:3000"}``. ``patience`` and ``pause`` are the real seconds for which an AI agent
        is waited for, and after which an answer of its that says no ``last`` is over. Raises ValueError for an ``at``
        without a zone, a ``target`` that is neither, and a tunnel that leads elsewhere.
        """
        url, transport, sockets = self._reach(target, path)
        carrier = Carrier(
            account_sid=account_sid,
            auth_token=auth_token,
            method=method,
            fallback=Fallback(urljoin(url, fallback)) if fallback else None,
            status_callback=StatusCallback(urljoin(url, status_callback), events=status_events)
            if status_callback
            else None,
            messaging=MessagingWebhook(urljoin(url, messaging)) if messaging else None,
            tunnel=Tunnel.of((tunnel or {}).items()),
            relay=RelaySettings(patience, pause),
        )
        setup = CallSetup(
            url=url,
            transport=transport,
            from_=from_,
            to=to,
            call_sid=f"CA{len(self.calls) + 1:032x}",
            clock=self._clock(clock, at),
            carrier=carrier,
            conceals=secret,
            sockets=sockets,
        )
        call = PhoneCall(setup, self._account.drive if self._account else None)
        self.calls.append(call)
        return call

    def text(
        self,
        target: WSGIApplication | AsgiApplication | str,
        body: str,
        *,
        path: str = "/sms",
        from_: str = DEMO_CALLER,
        to: str = DEMO_NUMBER,
        media: tuple[str, ...] = (),
        at: datetime = AT,
        clock: VirtualClock | None = None,
        auth_token: str = DEMO_TOKEN,
        account_sid: str = DEMO_ACCOUNT,
        method: str = "POST",
        fallback: str | None = None,
        texts: AccountTexts | None = None,
        tunnel: Mapping[str, str] | None = None,
    ) -> TextTalk:
        """Text ``body`` to ``target``, whose messaging webhook is at ``path``; what it answers has come to its end when
        this returns. ``text`` of what is returned sends the next one of the same conversation. ``texts`` say what
        becomes of those that the application sends; the others are as in ``dial``.
        """
        url, transport, _ = self._reach(target, path)
        carrier = Carrier(
            account_sid=account_sid,
            auth_token=auth_token,
            method=method,
            fallback=Fallback(urljoin(url, fallback)) if fallback else None,
            tunnel=Tunnel.of((tunnel or {}).items()),
        )
        sid = f"CA{len(self.talks) + 1:032x}"
        setup = CallSetup(url, transport, from_, to, sid, clock or VirtualClock(at), carrier, texts=texts)
        talk = TextTalk(setup)
        self.talks.append(talk)
        return talk.text(body, media=media)

    def account(
        self,
        target: WSGIApplication | AsgiApplication | str,
        *,
        seed: AccountSeed | None = None,
        callees: Mapping[str, Callee] | None = None,
        at: datetime = AT,
        auth_token: str = DEMO_TOKEN,
        account_sid: str = DEMO_ACCOUNT,
        calls_per_second: float = 1.0,
    ) -> TestedAccount:
        """Give the account an API, which ``target`` calls back: point its client at ``account.api`` before you ``dial``
        (``point_client_at``, ``every_client_at``). From then on all calls are this account's, by one clock that begins
        ``at``. ``seed`` says what the account has, and ``callees`` who picks up. Raises ValueError where calls were
        made before.
        """
        if self.calls or self._account:
            raise ValueError("an account is made once, before the first call")
        _, transport, sockets = self._reach(target, "/")
        carrier = Carrier(account_sid=account_sid, auth_token=auth_token, calls_per_second=calls_per_second)
        self._account = TestedAccount(
            VirtualClock(at), transport, sockets, seed or AccountSeed(), callees or {}, carrier
        )
        return self._account

    def _clock(self, clock: VirtualClock | None, at: datetime) -> VirtualClock:
        if self._account is None:
            return clock or VirtualClock(at)
        if clock is not None and clock is not self._account.clock:
            raise ValueError("the calls of an account go by one clock: leave clock out, or give account.clock")
        return self._account.clock

    def verify(self) -> None:
        """Raises AssertionError where anything failed in a call that the test did not say it expects."""
        failures = [failure for call in self.calls for failure in call.failures]
        if self._account:
            expected = {each for call in self.calls for each in call.expected}
            for made in self._account.calls:
                failures += failures_of(made, expected, f"the call to {made.to}")
        failures += [failure for talk in self.talks for failure in talk.failures]
        if failures:
            raise AssertionError("\n".join(failures))

    def hang_up(self) -> None:
        """End every call that is still going on, and close the connections."""
        for call in self.calls:
            call.abandon()
        if self._account:
            self._account.finish()
        if self._http:
            self._http.close()
            self._http = None
        while self._asgi:
            self._asgi.popitem()[1].close()

    def _reach(
        self, target: WSGIApplication | AsgiApplication | str, path: str
    ) -> tuple[str, Transport, SocketTransport]:
        """Return the address to call, what asks there, and what opens the websockets that its documents name."""
        if not isinstance(target, str):
            return urljoin(SERVER, path), *self._in_process(target)
        if urlsplit(target).scheme not in {"http", "https"}:
            raise ValueError(f"'{target}' is no http:// or https:// address; give one, or a WSGI or ASGI application")
        self._http = self._http or HttpTransport()
        return target, self._http, ANY_SOCKET

    def _in_process(self, app: WSGIApplication | AsgiApplication) -> tuple[Transport, SocketTransport]:
        if is_asgi(app):
            from ivr.simulator.asgi.transport import AsgiTransport

            transport = self._asgi.setdefault(id(app), AsgiTransport(app))
            return transport, transport
        return WsgiTransport(cast("WSGIApplication", app)), ANY_SOCKET
