"""``read_seed`` reads what an account is made with: keys, numbers and their webhooks, applications, callees, queues.

The keys of numbers and applications are the vendor's own property names, so that they can be copied from its API. An
identifier that is not written is made of the number or the name, and is the same in every run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import fields as fields_of
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from ivr.errors import SeedError
from ivr.simulator.rest.account import (
    NAME,
    AccountSeed,
    ApiKey,
    AvailableNumber,
    ConfiguredWebhooks,
    OwnNumber,
    TwimlApplication,
    VerifiedCaller,
)
from ivr.simulator.rest.callee_reading import read_callees
from ivr.simulator.rest.queue import LARGEST, MAX_SIZE
from ivr.simulator.rest.queue_agents import TALK, QueueBehaviour
from ivr.simulator.rest.written_behaviours import parse_queue
from ivr.simulator.sids import Sids
from ivr.source.diagnostics import MOST, Diagnostics, Mark, TooManyDiagnosticsError
from ivr.source.fields import Fields, suggest
from ivr.source.files_beside import may_be_reached
from ivr.source.seconds import parse_seconds
from ivr.source.yaml import Mapping, Text, Value, load
from wording import message, phrase

METHODS: Final = ("POST", "GET")

KINDS: Final = ("local", "mobile", "toll-free")
"""Kinds of phone numbers, in the vendor's words."""

WEBHOOKS: Final = tuple(field.name for field in fields_of(ConfiguredWebhooks))
"""The addresses and methods that a number and an application have."""

QUEUE_KINDS: Final = ("wait", "bridged", "full")

_SIDS = Sids("seed")


def read_seed(path: Path) -> AccountSeed:
    """Read the file at ``path``; raises SeedError with every mistake and its place."""
    diagnostics = Diagnostics(most=MOST)
    seed: AccountSeed | None = None
    try:
        found = [each for each in load(path, diagnostics, str(path)) if not (isinstance(each, Text) and each.is_null)]
        if not diagnostics.errors:
            first = found[0] if found else None
            mark = Mark(str(path), 1, 1)
            seed = seed_of(Fields.of(first, phrase("the seed"), diagnostics, mark))
            if len(found) > 1:
                several = message(
                    "seed-of-several", "the file holds {count} documents; a seed is one", count=len(found)
                )
                diagnostics.error(found[1].mark, several)
    except TooManyDiagnosticsError:
        pass  # enough was told
    if seed is None or diagnostics.errors:
        raise SeedError(sorted(diagnostics.errors))
    return seed


def read_seed_beside(fields: Fields) -> AccountSeed | None:
    """Read the file that a script names under ``seed``, from the script's own folder; its mistakes are the script's."""
    name = fields.text("seed")
    if name is None:
        return None
    file = Path(name.mark.file).parent / name
    if not (may_be_reached(file) and file.is_file()):
        told = message("seed-missing", "'seed' of {owner}: {file} is no file", owner=fields.owner, file=file)
        fields.diagnostics.error(name.mark, told)
        return None
    try:
        return read_seed(file)
    except SeedError as error:
        for each in error.diagnostics:
            fields.diagnostics.error(each.mark, each.message)
        return None


def seed_of(fields: Fields) -> AccountSeed:
    """Read the seed; what is wrong goes to the diagnostics of ``fields``."""
    applications = tuple(_application(inner) for inner in _each(fields, "applications"))
    _tell_repeated(fields, "applications", "name")
    _tell_repeated(fields, "numbers", "phone_number")
    _tell_repeated(fields, "keys", "sid")
    by_name = {each: one.sid for one in applications for each in (one.name, one.sid)}
    seed = AccountSeed(
        sid=fields.parsed("account", _sid("AC")),
        token=fields.parsed("token", _secret),
        name=fields.text("name") or NAME,
        keys=tuple(_key(inner) for inner in _each(fields, "keys")),
        numbers=tuple(_number(inner, by_name) for inner in _each(fields, "numbers")),
        available=tuple(_available(inner) for inner in _each(fields, "available_numbers")),
        applications=applications,
        verified=tuple(_verified(fields)),
        callees=read_callees(fields),
        queues=_queues(fields),
    )
    fields.finish()
    return seed


def _each(fields: Fields, key: str) -> Iterator[Fields]:
    """The mappings of the list under ``key``."""
    for item in fields.items(key):
        owner = phrase("an entry of '{key}'", key=key)
        if isinstance(item, Mapping):
            yield Fields(item, owner, fields.diagnostics)
        else:
            told = message("not-a-mapping", "{owner} must be a mapping of keys to values", owner=owner)
            fields.diagnostics.error(item.mark, told)


def _tell_repeated(fields: Fields, key: str, name: str) -> None:
    """Tell entries of the list under ``key`` that have the ``name`` of one before."""
    seen: set[str] = set()
    for item in fields.items(key):
        value = item.get(name) if isinstance(item, Mapping) else None
        if isinstance(value, Text):
            if value in seen:
                told = message(
                    "seed-entry-repeated", "'{key}' holds {name} '{value}' twice", key=key, name=name, value=value
                )
                fields.diagnostics.error(value.mark, told)
            seen.add(value)


def _key(fields: Fields) -> ApiKey:
    sid = fields.parsed("sid", _sid("SK"), required=True) or ""
    secret = fields.parsed("secret", _secret, required=True) or ""
    name = fields.text("name") or ""
    fields.finish()
    return ApiKey(sid, secret, name)


def _webhooks(fields: Fields) -> ConfiguredWebhooks:
    said: dict[str, Any] = {}
    for name in WEBHOOKS:
        if name.endswith("_method"):
            said[name] = fields.choice(name, METHODS, default="POST") or "POST"
        else:
            said[name] = fields.parsed(name, _address)
    return ConfiguredWebhooks(**said)


def _application(fields: Fields) -> TwimlApplication:
    name = fields.text("name", required=True) or ""
    application = TwimlApplication(
        sid=fields.parsed("sid", _sid("AP")) or _SIDS.named("AP", name),
        name=name,
        webhooks=_webhooks(fields),
        sms_status_callback=fields.parsed("sms_status_callback", _address),
        message_status_callback=fields.parsed("message_status_callback", _address),
    )
    fields.finish()
    return application


def _number(fields: Fields, applications: dict[str, str]) -> OwnNumber:
    number = fields.parsed("phone_number", parse_number, required=True) or ""
    made = OwnNumber(
        sid=fields.parsed("sid", _sid("PN")) or _SIDS.named("PN", number),
        number=number,
        name=fields.text("name") or "",
        webhooks=_webhooks(fields),
        voice_application_sid=_assigned(fields, "voice_application", applications),
        sms_application_sid=_assigned(fields, "sms_application", applications),
        kind=fields.choice("kind", KINDS, default=KINDS[0]) or KINDS[0],
    )
    fields.finish()
    return made


def _assigned(fields: Fields, key: str, applications: dict[str, str]) -> str | None:
    """The identifier of the application that is named under ``key``."""
    name = fields.text(key)
    if name is None:
        return None
    if name not in applications:
        told = message(
            "seed-application-unknown",
            "{owner} names the application '{name}', which 'applications' does not hold{near}",
            owner=fields.owner,
            name=name,
            near=suggest(name, applications),
        )
        fields.diagnostics.error(name.mark, told)
    return applications.get(name)


def _available(fields: Fields) -> AvailableNumber:
    number = fields.parsed("phone_number", parse_number, required=True) or ""
    country = fields.parsed("country", _country, required=True) or ""
    kind = fields.choice("kind", KINDS, default=KINDS[0]) or KINDS[0]
    fields.finish()
    return AvailableNumber(number, country, kind)


def _verified(fields: Fields) -> Iterator[VerifiedCaller]:
    for number, _ in fields.parsed_each("verified_callers", parse_number):
        yield VerifiedCaller(_SIDS.named("PN", f"verified/{number}"), number)


def _queues(fields: Fields) -> dict[str, QueueBehaviour]:
    """Read for each queue what happens in it: ``bridged:20:60``, or ``{agent: bridged, after: 20, max_size: 5}``."""
    mapping = fields.mapping_of("queues")
    if mapping is None:
        return {}
    inner = Fields(mapping, phrase("'{key}' of {owner}", key="queues", owner=fields.owner), fields.diagnostics)
    found = {}
    for name in mapping.entries:
        value: Value | None = inner.value(name)
        if isinstance(value, Mapping):
            owner = phrase("'{key}' of {owner}", key=name, owner="'queues'")
            found[name] = _queue(Fields(value, owner, fields.diagnostics))
        elif behaviour := inner.parsed(name, parse_queue):
            found[name] = behaviour
    return found


def _queue(fields: Fields) -> QueueBehaviour:
    kind = fields.choice("agent", QUEUE_KINDS, default="wait") or "wait"
    after, talk = fields.parsed("after", parse_seconds), fields.parsed("for", parse_seconds)
    size = fields.whole("max_size", MAX_SIZE, least=1, most=LARGEST)
    fields.finish()
    known = {"wait": QueueBehaviour("wait"), "bridged": QueueBehaviour("bridged"), "full": QueueBehaviour("full")}[kind]
    return QueueBehaviour(known.kind, 0.0 if after is None else after, TALK if talk is None else talk, size)


def parse_number(text: str) -> str:
    """Return a telephone number in the form that the vendor has for all; ValueError otherwise."""
    if re.fullmatch(r"\+[1-9][0-9]{6,14}", text):
        return text
    raise ValueError(
        message("number-malformed", "'{text}' is not a telephone number; write it like +5511987654321", text=text)
    )


def _sid(prefix: str) -> Callable[[str], str]:
    """Make the reader of an identifier that begins with ``prefix``."""

    def parse(text: str) -> str:
        if re.fullmatch(rf"{prefix}[0-9a-fA-F]{{32}}", text):
            return text
        told = message(
            "sid-malformed", "write {prefix} and 32 hexadecimal digits, not '{text}'", prefix=prefix, text=text
        )
        raise ValueError(told)

    return parse


def _secret(text: str) -> str:
    """Return a token or a key's secret, which no message repeats."""
    if re.fullmatch(r"[\x21-\x7e]+", text):
        return text
    raise ValueError(message("auth-token-malformed", "write printable ASCII without spaces"))


def _address(text: str) -> str:
    """Return a whole address."""
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme in {"http", "https"} and parts.hostname:
        return text
    raise ValueError(message("seed-address-malformed", "write an http:// or https:// address, not '{text}'", text=text))


def _country(text: str) -> str:
    """Return the two letters of a country."""
    if re.fullmatch(r"[A-Za-z]{2}", text):
        return text.upper()
    raise ValueError(
        message("country-malformed", "write the two letters of a country, such as BR, not '{text}'", text=text)
    )
