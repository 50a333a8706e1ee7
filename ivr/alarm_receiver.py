"""``AlarmReceiver`` names who is told of alarms: an address, the secret that signs, and whether it may be private."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import SplitResult, urlsplit

from ivr.addresses import is_ip, is_loopback, is_public

MIN_SECRET: Final = 16


@dataclass(frozen=True, slots=True)
class AlarmReceiver:
    """The address may hold a secret of the receiver's, as many do, so that it is shown nowhere either."""

    url: str = field(repr=False)
    secret: bytes = field(repr=False)
    private: bool = False


def read_receiver(environ: Mapping[str, str], faults: list[str]) -> AlarmReceiver | None:
    """Return the receiver that ``environ`` names; None where it names none. Adds to ``faults``."""
    url = environ.get("IVR_ALARM_URL", "").strip()
    secret = environ.get("IVR_ALARM_SECRET", "").strip()
    allowed = environ.get("IVR_ALARM_PRIVATE", "").strip().lower()
    before = len(faults)
    if allowed not in {"", "yes", "no"}:
        faults.append("IVR_ALARM_PRIVATE: yes (IVR_ALARM_URL may be in a private network) or no; unset it for no")
    if not url:
        if secret:
            faults.append("IVR_ALARM_SECRET: only good beside IVR_ALARM_URL; set that one, or unset both")
        return None
    faults += _faults_of(url, private=allowed == "yes")
    if len(secret) < MIN_SECRET:
        faults.append(
            f"IVR_ALARM_SECRET: required with IVR_ALARM_URL, {MIN_SECRET} characters or more, the receiver's as well;"
            ' make one with python3 -c "import secrets; print(secrets.token_hex(32))"'
        )
    return None if len(faults) > before else AlarmReceiver(url, secret.encode(), allowed == "yes")


def _faults_of(url: str, *, private: bool) -> list[str]:
    parts = _split(url)
    host = parts.hostname if parts else None
    if parts is None or not host:
        return [
            "IVR_ALARM_URL: write the https address that alarms are sent to, like https://alarms.example.com/ivr,"
            " without a user in it"
        ]
    if parts.scheme != "https" and not is_loopback(host):
        return ["IVR_ALARM_URL: write https; http is only for a receiver on this machine, like http://127.0.0.1:9000/"]
    if is_ip(host) and not (private or is_loopback(host) or is_public(host.strip("[]"))):
        return ["IVR_ALARM_URL: it is in a private network; set IVR_ALARM_PRIVATE=yes where that is meant"]
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
