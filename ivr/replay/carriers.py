"""``read_carrier`` reads a call script's ``carrier``: how the carrier is set up for this call.

Only what the script writes is set; the rest stays as the call's target has it.
"""

from __future__ import annotations

import re
from dataclasses import field, replace
from urllib.parse import urljoin, urlsplit

from ivr.replay.addresses import parse_address
from ivr.replay.carrier_faults import read_carrier_faults
from ivr.simulator import extra_fields
from ivr.simulator.carrier import Carrier, Fallback, MessagingWebhook, StatusCallback
from ivr.simulator.carrier_faults import CarrierFaults
from ivr.simulator.outbound_call import OutboundCall
from ivr.simulator.relay_settings import RelaySettings
from ivr.simulator.tunnel import NO_TUNNEL, Tunnel
from ivr.simulator.verbs.detection import LONGEST, MODES, Detection
from ivr.source.fields import Fields, suggest
from ivr.source.seconds import parse_seconds
from value_class import value_class
from wording import message, phrase, reason

DIRECTIONS = ("inbound", "outbound-api")
METHODS = ("POST", "GET")
MOST_CALLS = 1000
"""Calls a second that an account can make; more is a slip of the pen."""

RINGS = 60.0
"""Seconds for which an outbound call rings, where the script does not say."""

STATUS_EVENTS = ("initiated", "ringing", "answered", "completed")


@value_class
class CarrierChanges:
    """The changes that a script makes to the carrier; None leaves the carrier as it is.

    ``relay`` is how long the script waits for AI agents, which it says beside its ``carrier``.
    """

    account_sid: str | None = None
    auth_token: str | None = field(default=None, repr=False)
    to: str | None = None
    direction: str | None = None
    method: str | None = None
    fallback: Fallback | None = None
    status_callback: StatusCallback | None = None
    fields: tuple[tuple[str, str], ...] = ()
    numbers: tuple[str, ...] = ()
    timeout: float | None = None
    detection: Detection | None = None
    faults: CarrierFaults | None = None
    calls_per_second: float | None = None
    tunnel: Tunnel = NO_TUNNEL
    relay: RelaySettings | None = None
    messaging: MessagingWebhook | None = None

    def applied_to(self, carrier: Carrier, entry: str) -> Carrier:
        """Return ``carrier`` with these changes; addresses that are paths are relative to ``entry``, the webhook."""
        fallback = self.fallback and replace(self.fallback, url=urljoin(entry, self.fallback.url))
        callback = self.status_callback and replace(self.status_callback, url=urljoin(entry, self.status_callback.url))
        messaging = self.messaging and _messaging_at(self.messaging, entry)
        return replace(
            carrier,
            account_sid=self.account_sid or carrier.account_sid,
            auth_token=self.auth_token or carrier.auth_token,
            to=self.to or carrier.to,
            direction=self.direction or carrier.direction,
            method=self.method or carrier.method,
            fallback=fallback or carrier.fallback,
            status_callback=callback or carrier.status_callback,
            fields=self.fields or carrier.fields,
            numbers=self.numbers or carrier.numbers,
            faults=self.faults or carrier.faults,
            calls_per_second=self.calls_per_second or carrier.calls_per_second,
            tunnel=carrier.tunnel.with_all_of(self.tunnel) if self.tunnel else carrier.tunnel,
            relay=self.relay or carrier.relay,
            messaging=messaging or carrier.messaging,
        )

    def with_tunnel(self, tunnel: Tunnel) -> CarrierChanges:
        """Return these changes with the passages of ``tunnel``, which a command names."""
        return replace(self, tunnel=self.tunnel.with_all_of(tunnel)) if tunnel else self

    def outbound(self, entry: str) -> OutboundCall:
        """Return how the carrier makes the call, where it is outbound."""
        callback = self.detection and self.detection.callback
        detection = self.detection
        if detection and callback:
            detection = replace(detection, callback=replace(callback, url=urljoin(entry, callback.url)))
        return OutboundCall(RINGS if self.timeout is None else self.timeout, detection)


def read_carrier(fields: Fields, *, from_client: bool = False) -> CarrierChanges:
    """Read the changes under ``carrier:``; diagnostics go to ``fields``. ``from_client``: the call comes by the Voice
    SDK.
    """
    changes = CarrierChanges(
        account_sid=fields.parsed("account_sid", _account_sid),
        auth_token=fields.parsed("auth_token", _token),
        to=fields.parsed("to", parse_address),
        direction=fields.choice("direction", DIRECTIONS, default="") or None,
        method=fields.choice("method", METHODS, default="") or None,
        fallback=_fallback(fields),
        status_callback=_status_callback(fields),
        fields=_extra_fields(fields, from_client=from_client),
        numbers=fields.texts("numbers"),
        timeout=fields.parsed("timeout", parse_seconds),
        detection=_detection(fields),
        faults=read_carrier_faults(fields),
        calls_per_second=fields.whole("calls_per_second", 0, least=1, most=MOST_CALLS) or None,
        tunnel=_tunnel(fields),
        messaging=_messaging(fields),
    )
    fields.finish()
    return changes


def _messaging_at(webhook: MessagingWebhook, entry: str) -> MessagingWebhook:
    """``webhook`` with whole addresses."""
    fallback = webhook.fallback and replace(webhook.fallback, url=urljoin(entry, webhook.fallback.url))
    return replace(webhook, url=urljoin(entry, webhook.url), fallback=fallback)


def _messaging(fields: Fields) -> MessagingWebhook | None:
    mapping = fields.mapping_of("messaging")
    if mapping is None:
        return None
    inner = Fields(mapping, phrase("'{key}' of {owner}", key="messaging", owner=fields.owner), fields.diagnostics)
    url = inner.parsed("url", parse_url, required=True)
    method = inner.choice("method", METHODS, default="POST")
    fallback = _fallback(inner)
    inner.finish()
    return MessagingWebhook(url, method or "POST", fallback) if url else None


def _fallback(fields: Fields) -> Fallback | None:
    mapping = fields.mapping_of("fallback")
    if mapping is None:
        return None
    inner = Fields(mapping, phrase("'{key}' of {owner}", key="fallback", owner=fields.owner), fields.diagnostics)
    url = inner.parsed("url", parse_url, required=True)
    method = inner.choice("method", METHODS, default="POST")
    inner.finish()
    return Fallback(url, method or "POST") if url else None


def _tunnel(fields: Fields) -> Tunnel:
    mapping = fields.mapping_of("tunnel")
    if mapping is None:
        return NO_TUNNEL
    inner = Fields(mapping, phrase("'{key}' of {owner}", key="tunnel", owner=fields.owner), fields.diagnostics)
    tunnel = NO_TUNNEL
    for name in mapping.entries:
        local = inner.text(name, required=True)
        if local is None:
            continue
        try:
            tunnel = Tunnel.of([*((each.public, each.local) for each in tunnel.passages), (name, local)])
        except ValueError as error:
            told = phrase("{owner}: {fault}", owner=inner.owner, fault=reason(error))
            fields.diagnostics.error(inner.mark_of(name), told)
    return tunnel


def _extra_fields(fields: Fields, *, from_client: bool) -> tuple[tuple[str, str], ...]:
    mapping = fields.mapping_of("fields")
    if mapping is None:
        return ()
    inner = Fields(mapping, phrase("'{key}' of {owner}", key="fields", owner=fields.owner), fields.diagnostics)
    found = []
    for name in mapping.entries:
        value = inner.text(name) or ""
        if fault := extra_fields.fault(name, from_client=from_client):
            fields.diagnostics.error(inner.mark_of(name), phrase("{owner}: {fault}", owner=inner.owner, fault=fault))
        found.append((name, value))
    return extra_fields.with_aliases(tuple(found))


def _detection(fields: Fields) -> Detection | None:
    mapping = fields.mapping_of("machine_detection")
    if mapping is None:
        return None
    inner = Fields(
        mapping, phrase("'{key}' of {owner}", key="machine_detection", owner=fields.owner), fields.diagnostics
    )
    mode = inner.choice("mode", MODES, default=MODES[0])
    asynchronous = inner.flag("async")
    url = inner.parsed("callback", parse_url)
    timeout = inner.parsed("timeout", parse_seconds)
    inner.finish()
    callback = StatusCallback(url) if url else None
    return Detection(mode == MODES[1], asynchronous, callback, float(LONGEST) if timeout is None else timeout)


def _status_callback(fields: Fields) -> StatusCallback | None:
    mapping = fields.mapping_of("status_callback")
    if mapping is None:
        return None
    inner = Fields(mapping, phrase("'{key}' of {owner}", key="status_callback", owner=fields.owner), fields.diagnostics)
    url = inner.parsed("url", parse_url, required=True)
    method = inner.choice("method", METHODS, default="POST")
    events = inner.texts("events")
    for event in events:
        if event not in STATUS_EVENTS:
            hint = suggest(event, STATUS_EVENTS) or phrase(" (one of: {known})", known=", ".join(STATUS_EVENTS))
            fields.diagnostics.error(
                event.mark,
                message(
                    "status-event-unknown",
                    "{owner} has no event '{event}'{near}",
                    owner=inner.owner,
                    event=event,
                    near=hint,
                ),
            )
    inner.finish()
    if url is None:
        return None
    callback = StatusCallback(url, method or "POST")
    return replace(callback, events=tuple(events)) if events else callback


def _account_sid(text: str) -> str:
    if re.fullmatch(r"AC[0-9a-zA-Z]{1,62}", text):
        return text
    raise ValueError(message("account-sid-malformed", "write AC and 32 hexadecimal digits, not '{text}'", text=text))


def _token(text: str) -> str:
    if re.fullmatch(r"[\x21-\x7e]+", text):
        return text
    raise ValueError(message("auth-token-malformed", "write printable ASCII without spaces"))


def parse_url(text: str) -> str:
    """Return ``text`` where it is an address, or a path on the line's own server; ValueError otherwise."""
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme in {"http", "https"} and parts.hostname:
        return text
    # A path is one of the line's own; it is resolved against the entry webhook.
    if text.startswith("/"):
        return text
    raise ValueError(
        message(
            "webhook-address-malformed",
            "write an http:// or https:// address, or a path on the same server, not '{text}'",
            text=text,
        )
    )
