"""Looks at the public address as the carrier does: whether it can be reached, by whom, and that it signs alike."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode, urlsplit

from ivr.addresses import is_loopback
from ivr.doctor.examined import Examined, doubtful, well, wrong
from ivr.doctor.get_only import GetOnly, Gotten, UnreachableError
from ivr.settings import Settings
from ivr.simulator.signature import sign
from wording import message, phrase

ENTRY: Final = "/twilio/voice"
STATUS: Final = "/twilio/status"
FALLBACK: Final = "/twilio/fallback"

SOON: Final = timedelta(days=14)
"""How long before its end a certificate is told: most are renewed a month before."""

MOST_SKEW: Final = timedelta(seconds=30)


def look_at(settings: Settings, get_only: GetOnly, now: datetime) -> Iterator[Examined]:
    """Yield what is found at IVR_PUBLIC_URL. Every request is a GET, for which no webhook does anything."""
    url = settings.public_url
    if url is None:
        told = message("doctor-no-public-url", "it is not set; set it to the address that the carrier is to call")
        yield wrong("public-url", "IVR_PUBLIC_URL", told)
        return
    yield _scheme(url)
    try:
        health = get_only.get(f"{url}/health")
    except UnreachableError as error:
        yield _unreachable(url, error)
        return
    if health.certificate_ends is not None:
        yield _certificate(url, health.certificate_ends, now)
    yield _health(url, health)
    try:
        yield _unsigned(url, get_only)
        if settings.auth_token:
            yield _signed(url, settings, get_only)
    except UnreachableError as error:
        yield _unreachable(url, error)


def clock(answer: Gotten, where: str, now: datetime) -> Examined:
    """Return whether this machine's clock goes as that of ``where``, which has just answered."""
    if answer.date is None:
        return doubtful("clock", where, message("doctor-clock-unknown", "it does not say what time it is; look at NTP"))
    skew = now - answer.date
    if abs(skew) > MOST_SKEW:
        told = message(
            "doctor-clock-skewed",
            "this machine's clock is {seconds} seconds apart from that one; have NTP set it: opening hours go by it",
            seconds=round(abs(skew).total_seconds()),
        )
        return doubtful("clock", where, told)
    return well("clock", where, phrase("this machine's clock goes with that one"))


def _scheme(url: str) -> Examined:
    parts = urlsplit(url)
    if is_loopback(parts.hostname or ""):
        told = message("doctor-public-url-local", "only this machine can reach it; set it to the carrier's way in")
        return doubtful("public-url", url, told)
    if parts.scheme != "https":
        told = message(
            "doctor-public-url-plain", "it is not https: what callers key in can be read on its way; end TLS before it"
        )
        return wrong("public-url", url, told)
    return well("public-url", url, phrase("it is an https address"))


def _unreachable(url: str, error: UnreachableError) -> Examined:
    if error.tls:
        told = message(
            "doctor-certificate-bad",
            "its certificate is not accepted ({why}), and the carrier would not accept it either; renew or complete it",
            why=str(error),
        )
        return wrong("tls", url, told)
    told = message(
        "doctor-public-url-unreachable",
        "nothing answers ({why}); start ivr serve, and look at DNS, the proxy and the firewall",
        why=str(error),
    )
    return wrong("public-url", url, told)


def _certificate(url: str, ends: datetime, now: datetime) -> Examined:
    left = ends - now
    day = ends.date().isoformat()
    if left < SOON:
        told = message(
            "doctor-certificate-ends",
            "its certificate ends on {day}, in {days} days; renew it",
            day=day,
            days=left.days,
        )
        return doubtful("tls", url, told)
    return well("tls", url, phrase("its certificate is good until {day}", day=day))


def _health(url: str, answer: Gotten) -> Examined:
    where = f"{url}/health"
    if answer.status in range(300, 400):
        told = message(
            "doctor-public-url-redirects",
            "it redirects ({status}), which turns the carrier's POST into a GET; set IVR_PUBLIC_URL to where it leads",
            status=answer.status,
        )
        return wrong("health", where, told)
    status = answer.json().get("status")
    if answer.status != 200 or status is None:
        told = message(
            "doctor-not-our-server",
            "what answers there ({status}) is not ivr serve; lead the proxy to its port",
            status=answer.status,
        )
        return wrong("health", where, told)
    if status != "ok":
        told = message(
            "doctor-degraded",
            "the server says that it is {status}: {reasons}; read docs/reliability.md",
            status=str(status)[:40],
            reasons=json.dumps(answer.json().get("reasons", ""), ensure_ascii=False)[:200],
        )
        return doubtful("health", where, told)
    return well("health", where, phrase("the server is well"))


def _unsigned(url: str, get_only: GetOnly) -> Examined:
    where = url + ENTRY
    answer = get_only.get(where)
    if answer.status == 403:
        return well("unsigned", where, phrase("a request without a signature is refused"))
    told = message(
        "doctor-unsigned-taken",
        "a request without a signature is answered with {status}, not 403: set TWILIO_AUTH_TOKEN for the server, and"
        " lead the proxy to its webhooks' port",
        status=answer.status,
    )
    return wrong("unsigned", where, told)


def _signed(url: str, settings: Settings, get_only: GetOnly) -> Examined:
    """A signed GET of the status webhook gets a document and does nothing: the line takes in what is posted."""
    query = f"?{urlencode({'AccountSid': settings.account_sid})}" if settings.account_sid else ""
    where = url + STATUS
    signature = sign(settings.auth_token or "", where + query)
    answer = get_only.get(where + query, {"X-Twilio-Signature": signature})
    if answer.status == 200 and b"<Response" in answer.body:
        return well("signed", where, phrase("a request signed with the token for this address gets TwiML"))
    if answer.status == 403:
        told = message(
            "doctor-signed-refused",
            "a request signed with this environment's token for this address is refused: the server has another"
            " TWILIO_AUTH_TOKEN, TWILIO_ACCOUNT_SID or IVR_PUBLIC_URL, or the proxy rewrites the path",
        )
        return wrong("signed", where, told)
    told = message(
        "doctor-signed-no-twiml",
        "a signed request is answered with {status} and no TwiML; lead the proxy to the webhooks' port of ivr serve",
        status=answer.status,
    )
    return wrong("signed", where, told)
