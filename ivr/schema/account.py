"""The schema of the seed of a simulated account: keys, numbers and their webhooks, applications, callees, queues."""

from __future__ import annotations

from typing import Final

from ivr.schema.call_script import callees
from ivr.schema.shapes import (
    NUMBER,
    SECONDS,
    TEXT,
    Schema,
    choice,
    document,
    either,
    key,
    mapping,
    named,
    one_or_list,
    whole,
)
from ivr.simulator.rest.queue import LARGEST
from ivr.simulator.rest.seed import KINDS, METHODS, QUEUE_KINDS

_URL: Final[Schema] = {"type": "string", "pattern": "^https?://"}
_METHOD: Final = choice(METHODS)
_KIND: Final = key("What kind of number it is; default: local.", choice(KINDS), *KINDS)
_PHONE_NUMBER: Final = key("The number, as the vendor writes it.", NUMBER, "+551140030015")


def account() -> Schema:
    """Return the schema of the file."""
    shape = mapping(
        {
            "account": key(
                "The identifier of the account; default: the call's own.",
                {"type": "string", "pattern": "^AC[0-9a-fA-F]{32}$"},
                "AC11111111111111111111111111111111",
            ),
            "token": key("The token that signs its requests.", TEXT, "not-a-real-token"),
            "name": key("What the account is called.", TEXT, "Shop"),
            "keys": key("API keys; none: any key will do.", one_or_list(_key()), [{"name": "server"}]),
            "applications": key(
                "Webhooks that several numbers, and calls, may share.",
                one_or_list(_application()),
                [{"name": "support"}],
            ),
            "numbers": key("The account's phone numbers.", one_or_list(_number()), [{"phone_number": "+551140030015"}]),
            "available_numbers": key(
                "Numbers that the account may take on.",
                one_or_list(_available()),
                [{"phone_number": "+551140030099", "country": "BR"}],
            ),
            "verified_callers": key(
                "Numbers of others that calls may come from.", one_or_list(NUMBER), ["+5511955550000"]
            ),
            "callees": callees(),
            "queues": key(
                "What happens in a queue in which no live call serves.",
                named(either({"type": "string", "pattern": "^(wait|full|bridged(:[0-9.]+){0,2})$"}, _queue())),
                {"support": "bridged:20:60"},
            ),
        }
    )
    return document("The seed of a simulated account", shape)


def _key() -> Schema:
    return mapping(
        {
            "sid": key(
                "The key's identifier.",
                {"type": "string", "pattern": "^SK[0-9a-fA-F]{32}$"},
                "SK22222222222222222222222222222222",
            ),
            "secret": key("The key's secret.", TEXT, "not-a-real-secret"),
            "name": key("What the key is called.", TEXT, "server"),
        },
        "sid",
        "secret",
    )


def _webhooks() -> dict[str, Schema]:
    voice, texts = "http://127.0.0.1:3000/voice", "http://127.0.0.1:3000/sms"
    return {
        "voice_url": key("Asked what to do with a call.", _URL, voice),
        "voice_method": key("How it is asked; default: POST.", _METHOD, *METHODS),
        "voice_fallback_url": key("Asked where the first one failed.", _URL, voice),
        "voice_fallback_method": key("How that is asked; default: POST.", _METHOD, *METHODS),
        "status_callback": key("Told how a call ended.", _URL, voice),
        "status_callback_method": key("How it is told; default: POST.", _METHOD, *METHODS),
        "sms_url": key("Asked what to do with a text.", _URL, texts),
        "sms_method": key("How it is asked; default: POST.", _METHOD, *METHODS),
        "sms_fallback_url": key("Asked where the first one failed.", _URL, texts),
        "sms_fallback_method": key("How that is asked; default: POST.", _METHOD, *METHODS),
    }


def _application() -> Schema:
    return mapping(
        {
            "name": key("What the application is called.", TEXT, "support"),
            "sid": _sid("AP"),
            **_webhooks(),
            "sms_status_callback": key("Told what becomes of a text.", _URL, "http://127.0.0.1:3000/texts"),
            "message_status_callback": key("Told what becomes of a text.", _URL, "http://127.0.0.1:3000/texts"),
        },
        "name",
    )


def _number() -> Schema:
    return mapping(
        {
            "phone_number": _PHONE_NUMBER,
            "name": key("What the number is called.", TEXT, "Support"),
            "sid": _sid("PN"),
            "kind": _KIND,
            **_webhooks(),
            "voice_application": key("The application whose webhooks a call asks.", TEXT, "support"),
            "sms_application": key("The application whose webhooks a text asks.", TEXT, "support"),
        },
        "phone_number",
    )


def _available() -> Schema:
    return mapping(
        {
            "phone_number": _PHONE_NUMBER,
            "country": key("The two letters of its country.", {"type": "string", "pattern": "^[A-Za-z]{2}$"}, "BR"),
            "kind": _KIND,
        },
        "phone_number",
        "country",
    )


def _queue() -> Schema:
    return mapping(
        {
            "agent": key("Whether an agent comes; default: wait.", choice(QUEUE_KINDS), *QUEUE_KINDS),
            "after": key("Seconds until the agent comes.", SECONDS, 20),
            "for": key("Seconds that the agent talks.", SECONDS, 60),
            "max_size": key("Callers that the queue holds.", whole(1, LARGEST), 5),
        }
    )


def _sid(prefix: str) -> Schema:
    shape: Schema = {"type": "string", "pattern": f"^{prefix}[0-9a-fA-F]{{32}}$"}
    return key("The identifier; default: one made of the name.", shape, f"{prefix}33333333333333333333333333333333")
