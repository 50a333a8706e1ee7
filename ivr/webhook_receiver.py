"""``WebhookReceiver`` names who is told of alarms, or of tickets: an address, the secret that signs, and whether it may
be private. Its settings are ``PREFIX_URL``, ``PREFIX_SECRET`` and ``PREFIX_PRIVATE``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Final
from urllib.parse import SplitResult, urlsplit

from ivr.addresses import is_ip, is_loopback, is_public
from value_class import value_class

MIN_SECRET: Final = 16

ALARMS: Final = "IVR_ALARM"
TICKETS: Final = "IVR_TICKETS"


@value_class
class WebhookReceiver:
    """The address may hold a secret of the receiver's, as many do, so that it is shown nowhere either. ``prefix`` is
    that of the settings that name it.
    """

    url: str = field(repr=False)
    secret: bytes = field(repr=False)
    private: bool = False
    prefix: str = ALARMS


def read_receiver(environ: Mapping[str, str], faults: list[str], prefix: str = ALARMS) -> WebhookReceiver | None:
    """Return the receiver that ``environ`` names under ``prefix``; None where it names none. Adds to ``faults``."""
    url = environ.get(f"{prefix}_URL", "").strip()
    secret = environ.get(f"{prefix}_SECRET", "").strip()
    allowed = environ.get(f"{prefix}_PRIVATE", "").strip().lower()
    before = len(faults)
    if allowed not in {"", "yes", "no"}:
        faults.append(f"{prefix}_PRIVATE: yes ({prefix}_URL may be in a private network) or no; unset it for no")
    if not url:
        if secret:
            faults.append(f"{prefix}_SECRET: only good beside {prefix}_URL; set that one, or unset both")
        return None
    faults += _faults_of(url, prefix, private=allowed == "yes")
    if len(secret) < MIN_SECRET:
        faults.append(
            f"{prefix}_SECRET: required with {prefix}_URL, {MIN_SECRET} characters or more, the receiver's as well;"
            ' make one with python3 -c "import secrets; print(secrets.token_hex(32))"'
        )
    return None if len(faults) > before else WebhookReceiver(url, secret.encode(), allowed == "yes", prefix)


def _faults_of(url: str, prefix: str, *, private: bool) -> list[str]:
    parts = _split(url)
    host = parts.hostname if parts else None
    if parts is None or not host:
        return [
            f"{prefix}_URL: write the https address that is posted to, like https://hooks.example.com/ivr,"
            " without a user in it"
        ]
    if parts.scheme != "https" and not is_loopback(host):
        return [f"{prefix}_URL: write https; http is only for a receiver on this machine, like http://127.0.0.1:9000/"]
    if is_ip(host) and not (private or is_loopback(host) or is_public(host.strip("[]"))):
        return [f"{prefix}_URL: it is in a private network; set {prefix}_PRIVATE=yes where that is meant"]
    return []


def _split(url: str) -> SplitResult | None:
    """The parts of an address that can be sent to."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and parts.port != 0 and "@" not in parts.netloc and not parts.fragment
    except ValueError:
        return None
    plain = url.isascii() and url.isprintable() and " " not in url
    return parts if good and plain else None
