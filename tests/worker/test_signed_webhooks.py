"""A webhook goes to the address that is meant and to no other, over https, and never keeps the worker waiting."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest

from ivr.addresses import is_public
from ivr.call.outgoing import NotSentError
from ivr.webhook_receiver import WebhookReceiver, read_receiver
from ivr.worker import signed_webhook
from ivr.worker.signed_webhook import SignedWebhook, signature_of
from tests.worker.receiver import SECRET, Receiver, receiving

NOW = datetime(2026, 3, 10, 13, tzinfo=UTC)


@pytest.fixture(scope="module")
def listening() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def _webhook(url: str, *, private: bool = False) -> SignedWebhook:
    return SignedWebhook(WebhookReceiver(url, SECRET, private), lambda: NOW)


def _refusal(webhook: SignedWebhook) -> NotSentError:
    with pytest.raises(NotSentError) as raised:
        webhook.post(b"{}", "AW1")
    return raised.value


def test_the_signature_is_that_of_the_guide() -> None:
    assert signature_of(b"a secret of sixteen", 1773147600, b"{}") == (
        "t=1773147600,v1=" + _hmac_by_hand(b"a secret of sixteen", b"1773147600.{}")
    )


def _hmac_by_hand(key: bytes, text: bytes) -> str:
    """HMAC as RFC 2104 writes it, with nothing of a library but the hash."""
    padded = key.ljust(64, b"\0")
    inner = sha256(bytes(each ^ 0x36 for each in padded) + text).digest()
    return sha256(bytes(each ^ 0x5C for each in padded) + inner).hexdigest()


PRIVATE = [
    "10.0.0.7", "172.16.1.1", "192.168.0.1", "127.0.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "::1", "fe80::1", "fc00::1", "::ffff:10.0.0.7", "::ffff:127.0.0.1", "2002:0a00:0001::1", "64:ff9b::a00:7",
    "64:ff9b:1::808:808", "::10.0.0.7", "fec0::1", "no address",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_of_a_private_network_is_none_of_the_internet(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808", "200.160.2.3"])
def test_an_address_of_the_internet_is_one(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "addresses", [["10.0.0.7"], ["127.0.0.1"], ["8.8.8.8", "169.254.169.254"], ["::ffff:10.0.0.7"]]
)
def test_a_name_that_means_a_private_address_is_not_connected_to(
    monkeypatch: pytest.MonkeyPatch, addresses: list[str]
) -> None:
    connected: list[object] = []

    def resolved(*_: object, **__: object) -> list[tuple[Any, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 443)) for each in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    monkeypatch.setattr(socket, "create_connection", lambda *given: connected.append(given))
    refused = _refusal(_webhook("https://alarms.example.com/x?key=hidden"))
    assert refused.for_good
    assert str(refused) == ("alarms.example.com is in a private network; set IVR_ALARM_PRIVATE=yes where that is meant")
    assert connected == []


def test_plain_http_goes_to_no_other_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: pytest.fail("it was looked for"))
    refused = _refusal(_webhook("http://alarms.example.com/", private=True))
    assert (refused.for_good, str(refused)) == (True, "IVR_ALARM_URL is no https address")


def test_a_receiver_without_tls_is_not_told_anything(listening: Receiver) -> None:
    listening.posted.clear()
    refused = _refusal(_webhook(listening.url.replace("http:", "https:")))
    assert not refused.for_good
    assert "was not reached: SSLError" in str(refused)
    assert listening.posted == []


def test_nobody_listening_and_no_such_name_are_tried_again() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        refused = _refusal(_webhook(f"http://127.0.0.1:{port}/"))
    assert (refused.for_good, str(refused)) == (False, "127.0.0.1 was not reached: ConnectionRefusedError")
    unknown = _refusal(_webhook("https://alarms.invalid/"))
    assert (unknown.for_good, str(unknown)) == (False, "the name alarms.invalid is not known")


def test_a_receiver_that_is_silent_keeps_nobody_waiting(
    listening: Receiver, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(signed_webhook, "LONGEST_SECONDS", 0.2)
    listening.silent = threading.Event()
    caplog.set_level(logging.DEBUG)
    began = time.monotonic()
    refused = _refusal(_webhook(listening.url))
    assert time.monotonic() - began < 2
    assert (refused.for_good, str(refused)) == (False, "the receiver did not answer within 0.2 s")
    listening.silent.set()
    listening.silent = None
    assert SECRET.decode() not in caplog.text


@pytest.mark.parametrize(
    ("environ", "fault"),
    [
        ({"IVR_ALARM_URL": "https://a.example.com/"}, "IVR_ALARM_SECRET: required with IVR_ALARM_URL"),
        ({"IVR_ALARM_URL": "https://a.example.com/", "IVR_ALARM_SECRET": "short"}, "IVR_ALARM_SECRET: required"),
        ({"IVR_ALARM_SECRET": "x" * 40}, "IVR_ALARM_SECRET: only good beside IVR_ALARM_URL"),
        ({"IVR_ALARM_URL": "http://a.example.com/", "IVR_ALARM_SECRET": "x" * 40}, "IVR_ALARM_URL: write https;"),
        ({"IVR_ALARM_URL": "https://10.1.2.3/", "IVR_ALARM_SECRET": "x" * 40}, "IVR_ALARM_URL: it is in a private"),
        ({"IVR_ALARM_URL": "https://[fc00::1]/", "IVR_ALARM_SECRET": "x" * 40}, "IVR_ALARM_URL: it is in a private"),
        ({"IVR_ALARM_URL": "https://u:p@a.example.com/", "IVR_ALARM_SECRET": "x" * 40}, "IVR_ALARM_URL: write the"),
        ({"IVR_ALARM_URL": "ftp://a.example.com/", "IVR_ALARM_SECRET": "x" * 40}, "IVR_ALARM_URL: write the https"),
        ({"IVR_ALARM_URL": "https://a.example.com/a b", "IVR_ALARM_SECRET": "x" * 40}, "IVR_ALARM_URL: write the"),
        ({"IVR_ALARM_URL": "https://a:99999/", "IVR_ALARM_SECRET": "x" * 40}, "IVR_ALARM_URL: write the https"),
        ({"IVR_ALARM_PRIVATE": "maybe"}, "IVR_ALARM_PRIVATE: yes"),
    ],
)
def test_a_receiver_that_is_none_is_told_in_one_line(environ: dict[str, str], fault: str) -> None:
    faults: list[str] = []
    assert read_receiver(environ, faults) is None
    (told,) = faults
    assert told.startswith(fault)
    assert "\n" not in told
    assert "u:p" not in told


def test_a_receiver_may_be_of_this_machine_or_of_ones_own_network() -> None:
    faults: list[str] = []
    for url, private in (
        ("http://127.0.0.1:9000/", ""),
        ("https://10.1.2.3/", "yes"),
        ("https://a.example.com/?k=1", "no"),
    ):
        environ = {"IVR_ALARM_URL": url, "IVR_ALARM_SECRET": "x" * 16, "IVR_ALARM_PRIVATE": private}
        found = read_receiver(environ, faults)
        assert found is not None
        assert url not in repr(found)
    assert read_receiver({}, faults) is None
    assert faults == []
