"""The schema of ``carrier:`` of a call script: what the account does, and what goes wrong on it."""

from __future__ import annotations

from typing import Final

from ivr.replay.carrier_faults import APIS, GONE_MEMBERS, MOST_PROMPTS, MOST_REQUESTS
from ivr.replay.carriers import DIRECTIONS, METHODS, MOST_CALLS, STATUS_EVENTS
from ivr.replay.text_fates import TEXT_ENDINGS
from ivr.schema.shapes import (
    FLAG,
    NUMBER,
    SECONDS,
    TEXT,
    Schema,
    choice,
    key,
    mapping,
    named,
    one_or_list,
    whole,
)
from ivr.simulator.carrier_faults import CONFERENCE_EVENTS
from ivr.simulator.verbs.detection import MODES

_URL: Final = key("An address, or a path on the line's own server.", TEXT, "/twilio/fallback")
_METHOD: Final = key("The method of the request.", choice(METHODS), "POST")
_EVENTS: Final = one_or_list(choice(CONFERENCE_EVENTS))

CARRIER_FAULTS: Final[dict[str, Schema]] = {
    "lost": key("Events of a conference that are never told.", _EVENTS, ["participant-unhold"]),
    "late": key("Events that are told only after the one that follows.", _EVENTS, ["participant-hold"]),
    "regions_apart": key("Whether two regions of one name are two conferences.", FLAG, True),
    "gone_member": key("What a member of a queue who has left it is answered.", choice(GONE_MEMBERS), 404),
    "action_performed": key(
        "Whether a caller who is sent out of a queue goes on with what its action answers.", FLAG, True
    ),
    "redirect_ends_recording": key(
        "Whether recordings of a call end when the application sends it elsewhere.", FLAG, True
    ),
    "slow_streams": key("Seconds for which media streams are held up, again and again.", SECONDS, 0.5),
    "broken_streams": key("Seconds after which media streams break off.", SECONDS, 3),
    "api": key("Whether the API does nothing, or loses its answers.", choice(APIS), *APIS),
    "throttled": key("How many requests to the API are first refused as too many.", whole(0, MOST_REQUESTS), 2),
    "requests_at_once": key("How many requests to the API may be in hand; 0: any number.", whole(0, MOST_REQUESTS), 1),
    "relay": key(
        "What goes wrong between the carrier and an AI agent (ConversationRelay).",
        mapping(
            {
                "unreachable": key("Whether nobody answers at the agent's address.", FLAG, True),
                "lost_after": key("After so many prompts the connection breaks.", whole(1, MOST_PROMPTS), 2),
                "slow": key("Seconds by which each answer is heard late.", SECONDS, 4),
                "unknown": key("Whether the agent gets messages of a type that it cannot know.", FLAG, True),
                "refused": key(
                    "How many messages of the agent are taken for invalid ones.", whole(1, MOST_PROMPTS), 10
                ),
            }
        ),
        {"lost_after": 2},
    ),
}
"""What may go wrong on an account, of a script and in the middle of a scene."""


def text_fate() -> Schema:
    """Return the schema of what becomes of a text."""
    return mapping(
        {
            "ended": key("What the text comes to; default: delivered.", choice(TEXT_ENDINGS), "undelivered"),
            "error": key("The vendor's number of why it is not delivered.", TEXT, 30006),
            "refused": key("The vendor's number with which it is not taken on at all.", TEXT, 21610),
        }
    )


def carrier() -> Schema:
    """Return the schema of the account."""
    return mapping(
        {
            "account_sid": key("The account that the requests come from.", TEXT, "AC00000000000000000000000000000000"),
            "auth_token": key("The token that signs them.", TEXT, "ffffffffffffffffffffffffffffffff"),
            "to": key("The number that was dialled.", TEXT, "+551140030015"),
            "direction": key("Who calls whom.", choice(DIRECTIONS), *DIRECTIONS),
            "method": key("The method of the entry webhook.", choice(METHODS), "POST"),
            "fallback": key(
                "Where is asked when the first address fails.",
                mapping({"url": _URL, "method": _METHOD}, "url"),
                {"url": "/twilio/fallback"},
            ),
            "status_callback": key(
                "Where the call's statuses are told.",
                mapping(
                    {
                        "url": _URL,
                        "method": _METHOD,
                        "events": key(
                            "Which statuses.", one_or_list(choice(STATUS_EVENTS)), ["initiated", "completed"]
                        ),
                    },
                    "url",
                ),
                {"url": "/twilio/status", "events": ["completed"]},
            ),
            "messaging": key(
                "Where is asked what to do with a text that comes in.",
                mapping(
                    {
                        "url": _URL,
                        "method": _METHOD,
                        "fallback": key(
                            "Where is asked when that address fails.",
                            mapping({"url": _URL, "method": _METHOD}, "url"),
                            {"url": "/sms-fallback"},
                        ),
                    },
                    "url",
                ),
                {"url": "/sms"},
            ),
            "fields": key("Fields of the first request besides Twilio's own.", named(TEXT), {"SipHeader_X-Conta": "7"}),
            "numbers": key("Numbers that the account owns.", one_or_list(NUMBER), ["+551140030015"]),
            "timeout": key("Seconds for which a call of the application rings.", SECONDS, 60),
            "machine_detection": key(
                "Whether the carrier listens for an answering machine.",
                mapping(
                    {
                        "mode": key("When it tells.", choice(MODES), *MODES),
                        "async": key("Whether the call goes on meanwhile.", FLAG, True),
                        "callback": key("Where it tells.", TEXT, "/amd"),
                        "timeout": key("Seconds for which it listens.", SECONDS, 30),
                    }
                ),
                {"mode": "Enable"},
            ),
            "tunnel": key(
                "Public names of the application, and where on this machine each leads.",
                named(TEXT),
                {"app.example.com": "127.0.0.1:3000"},
            ),
            "calls_per_second": key("How many calls a second the account can make.", whole(1, MOST_CALLS), 1, 30),
            "faults": key("What goes wrong on the account.", mapping(CARRIER_FAULTS), {"late": ["participant-hold"]}),
        }
    )
