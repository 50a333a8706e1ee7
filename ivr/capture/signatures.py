"""Tells whether a signature is the account's for a public address, and over which form of the address it was made.

How the vendor writes an address before it signs it is told of most and not of all of them: whether a port, a slash or
the query of a websocket is part of it. Each form is tried, and the one that was found is written down.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple
from urllib.parse import SplitResult, parse_qsl, urlsplit

from ivr.simulator.signature import sign

AS_WRITTEN: Final = "as written"

_PORTS: Final = {"http": 80, "https": 443, "ws": 80, "wss": 443}


class JudgedSignature(NamedTuple):
    """``verdict`` is valid, invalid, missing or unchecked; ``form`` the form of the address that a valid one is of."""

    verdict: str
    form: str = AS_WRITTEN


def judge(
    given: str, token: str | None, base: str, target: str, fields: Sequence[tuple[str, str]], *, websocket: bool = False
) -> JudgedSignature:
    """Judge the signature ``given`` of a request for ``target`` below the public address ``base``."""
    if not given:
        return JudgedSignature("missing")
    if not token:
        return JudgedSignature("unchecked")
    address = _address(base, target, websocket=websocket)
    for form, signed, signed_fields in _forms(address, fields, websocket=websocket):
        if given == sign(token, signed.geturl(), signed_fields):
            return JudgedSignature("valid", form)
    return JudgedSignature("invalid")


def _address(base: str, target: str, *, websocket: bool) -> SplitResult:
    parts, asked = urlsplit(base), urlsplit(target)
    scheme = {"http": "ws", "https": "wss"}.get(parts.scheme, parts.scheme) if websocket else parts.scheme
    path = parts.path.rstrip("/") + asked.path
    return parts._replace(scheme=scheme, path=path, query=asked.query, fragment="")


def _forms(
    address: SplitResult, fields: Sequence[tuple[str, str]], *, websocket: bool
) -> Iterator[tuple[str, SplitResult, Sequence[tuple[str, str]]]]:
    """Each form of the address, by what it is called, with the fields that are signed beside it."""
    yield AS_WRITTEN, address, fields
    if websocket and address.query:
        bare = address._replace(query="")
        yield "the query as fields", bare, parse_qsl(address.query, keep_blank_values=True)
    if address.path == "/":
        yield "without the slash", address._replace(path=""), fields
    if address.port is None:
        yield "with the port", address._replace(netloc=f"{address.netloc}:{_PORTS[address.scheme]}"), fields
    else:
        yield "without the port", address._replace(netloc=address.netloc.rpartition(":")[0]), fields
