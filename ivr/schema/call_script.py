"""The schema of ``*.call.yaml``: what a caller does, hears, and where the call is expected to land."""

from __future__ import annotations

from typing import Final

from ivr.flow.nodes.closure import MOST_HOURS
from ivr.replay.expecting import ENDINGS
from ivr.replay.journey import ENDS
from ivr.replay.steps import OUTCOMES, VERBS
from ivr.replay.text_fates import TEXT_ENDINGS
from ivr.schema.carrier import carrier, text_fate
from ivr.schema.fixtures import fixtures
from ivr.schema.shapes import (
    FLAG,
    KEYPAD,
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
    refer,
    whole,
)
from ivr.schema.stream_steps import stream_expectations, stream_step_verbs
from ivr.simulator.acts import PAYMENT_RESULTS
from ivr.simulator.verbs.detection import PARTIES

_AFTER: Final = key("Seconds to wait before it.", SECONDS, 2)
_WITHIN: Final = key("Seconds within which it must come.", SECONDS, 10)
_DURING: Final = key("While the n-th prompt of the gather plays.", whole(1, 100), 1)
_FOR: Final = key("Seconds of talk, or of waiting.", SECONDS, 60)
_BY: Final = key("Who picks up; default: human.", choice(PARTIES), *PARTIES)
_GREETING: Final = key("Seconds for which an answering machine speaks.", SECONDS, 8)
_BEEP: Final = key(
    "Whether its greeting ends with a beep; no: in silence.", either(FLAG, {"enum": ["other"]}), True, "other"
)
_PICKED_UP = choice((*OUTCOMES, *PARTIES))
_UNTIL_CALLER: Final = key("Talks until the caller hangs up.", {"enum": ["caller"]}, "caller")
_TRUE: Final[Schema] = FLAG


def call_script() -> Schema:
    """Return the schema of one script; a file may hold several, separated by ``---``."""
    alike, definitions = of_scripts_alike(mapping({**EXPECT_OF_A_CALL, **EXPECT_OF_A_LINE}))
    shape = mapping(
        {
            "call": key("The title of the call.", TEXT, "Support by product access code"),
            "line": alike["line"],
            "from": key("The caller's number.", NUMBER, "+5511987654321", "anonymous"),
            "at": key("When the call comes in, by the line's clock.", TEXT, "2026-03-10T10:00"),
            "fixtures": alike["fixtures"],
            "world": key("The older name of fixtures.", refer("fixtures"), {"companies": []}),
            "carrier": alike["carrier"],
            "relay": alike["relay"],
            "callees": alike["callees"],
            "seed": key("The file that says what the account has.", TEXT, "account.yaml"),
            "texts": alike["texts"],
            "journey": key(
                "A name under which the seconds of this caller's way are told.",
                either(
                    TEXT,
                    mapping(
                        {
                            "name": key("The name of the journey.", TEXT, "support by code"),
                            "goal": key("Seconds within which it is to be over.", SECONDS, 75),
                            "until": key("What ends it; default: rings.", choice(ENDS), *ENDS),
                        },
                        "name",
                    ),
                ),
                "support by code",
            ),
            "keep_sound": key(
                "The folder, as seen from the script, in which what is heard of media streams is kept.", TEXT, "heard"
            ),
            "as_written": key(
                "Plays the script in no other way than this one: ivr replay --as leaves it out.", FLAG, True
            ),
            "steps": key(
                "What the people in the call do, and what is heard, strictly in order.",
                one_or_list(_step(refer("wanted"))),
                [{"press": "2"}],
            ),
            "expect": key(
                "How the call is expected to go; each is checked.", refer("expect"), {"destination": "suporte.rm"}
            ),
        },
        "call",
    )
    return document("A call script", shape, **definitions)


def of_scripts_alike(expect: Schema) -> tuple[dict[str, Schema], dict[str, Schema]]:
    """Return the keys that a call script and a scene have alike, and the definitions that their keys refer to, of which
    ``expect`` is one.
    """
    keys = {
        "line": key(
            "The line that is called; default: the folder of flows/ in which the script lies.", TEXT, "4003-0015"
        ),
        "fixtures": key("What differs from the demo data in this call.", refer("fixtures"), {"companies": []}),
        "carrier": key("How the telephone company is set up for this call.", carrier(), {"direction": "inbound"}),
        "relay": key(
            "How long AI agents are waited for, in real seconds.",
            mapping(
                {
                    "patience": key("For a message that a step needs; default: 5.", SECONDS, 5),
                    "pause": key("Within an answer, until that counts as its end; default: 0.5.", SECONDS, 0.5),
                }
            ),
            {"patience": 10},
        ),
        "callees": callees(),
    }
    keys["texts"] = key(
        "What becomes of texts that the application sends to a number, or to all that begin so.",
        named(either(choice(TEXT_ENDINGS), text_fate())),
        {"+5511900000001": "undelivered", "+44": {"refused": 21408}},
    )
    definitions = {
        "wanted": either(TEXT, _REGEX),
        "heard": either(
            TEXT, _REGEX, mapping({"prompt": key("The name of a prompt of the line.", TEXT, "boas-vindas")}, "prompt")
        ),
        "fixtures": fixtures(),
        "expect": expect,
        "made_call": mapping({"to": key("Whom the application calls.", TEXT, "+5511900000001"), **EXPECT_OF_A_CALL}),
    }
    return keys, definitions


_REGEX = mapping({"regex": key("A regular expression.", TEXT, "oito|nove")}, "regex")


def _step(wanted: Schema) -> Schema:
    return either(*(mapping({verb: row, **more}, verb) for verb, (row, more) in step_verbs(wanted).items()))


def step_verbs(wanted: Schema) -> dict[str, tuple[Schema, dict[str, Schema]]]:
    """Return for each verb of a step its row, and the other keys that such a step may have."""
    return {
        **stream_step_verbs(),
        "hear": (
            key("This is said before the caller's next act; any: whatever is said.", refer("heard"), "Bem-vindo"),
            {"within": _WITHIN},
        ),
        "not_hear": (key("This is not said before the caller's next act.", refer("heard"), "erro"), {}),
        "play": (key("A sound whose address holds this is played.", wanted, "any"), {"within": _WITHIN}),
        "press": (
            key("Keys that the caller presses.", KEYPAD, "2", "11222333000181#"),
            {"during": _DURING, "after": _AFTER},
        ),
        "early": (key("Keys pressed while a prompt outside of any question plays.", KEYPAD, "5"), {"after": _AFTER}),
        "speak": (
            key("What the caller says.", TEXT, "suporte técnico"),
            {
                "confidence": key("How sure the recognition is, from 0 to 1.", TEXT, 0.87),
                "during": _DURING,
                "after": _AFTER,
            },
        ),
        "sms": (
            key("What the caller texts, whatever the call is at.", TEXT, "SIM"),
            {
                "to": key("The number that is texted; default: the one that was called.", NUMBER, "+551140030015"),
                "media": key("Addresses of what comes with it.", one_or_list(TEXT), ["https://app.test/foto.png"]),
                "after": _AFTER,
            },
        ),
        "texted": (
            key("A text that holds this comes before the caller's next act; any: whatever comes.", wanted, "protocolo"),
            {"within": _WITHIN},
        ),
        "silent": (key("The caller gives nothing until the question times out.", _TRUE, True), {}),
        "record": (
            key("Seconds for which the caller talks into a recording.", SECONDS, 12),
            {"transcript": key("What is said meanwhile.", TEXT, "Liguem para mim.")},
        ),
        "callee": (
            key("What becomes of a telephone that is rung, or who picks up.", _PICKED_UP, *OUTCOMES, "machine"),
            {
                "until": _UNTIL_CALLER,
                "for": _FOR,
                "press": key("Keys that the callee presses in a whisper.", KEYPAD, "1"),
                "leg": key("Which of several that ring at once.", whole(1, 10), 1),
                "ends": key("Whether a conference ends when the callee leaves it.", FLAG, False),
                "within": _WITHIN,
                "by": _BY,
                "beep": _BEEP,
                "greeting": _GREETING,
            },
        ),
        "called": (
            key("What becomes of the call to the caller, or who picks up.", _PICKED_UP, "answered", "machine"),
            {"by": _BY, "after": _AFTER, "beep": _BEEP, "greeting": _GREETING},
        ),
        "queue": (
            key("An agent comes, or nobody does.", choice(["bridged", "wait"]), "bridged", "wait"),
            {"after": _AFTER, "until": _UNTIL_CALLER, "for": _FOR, "within": _WITHIN},
        ),
        "pay": (
            key(
                "How the payment that is under way ends.", choice(PAYMENT_RESULTS), "success", "payment-connector-error"
            ),
            {
                "token": key("The token that the payment processor gives.", TEXT, "tok_1"),
                "confirmation": key("The code with which it confirms a charge.", TEXT, "ch_1"),
                "error": key("Why it takes no payment.", TEXT, "card is declined"),
            },
        ),
        "hang_up": (
            key(
                "The caller hangs up.",
                either(
                    _TRUE,
                    mapping(
                        {
                            "during": _DURING,
                            "in": key("While this verb of TwiML is at work.", choice(VERBS), "Say", "Dial"),
                        }
                    ),
                ),
                True,
            ),
            {"after": _AFTER},
        ),
    }


def callees() -> Schema:
    """Return the row of those who pick up when the application calls, which a seed has as well."""
    answered = "|".join(("answered", *PARTIES))
    others = "|".join(outcome for outcome in OUTCOMES if outcome != "answered")
    word: Schema = {"type": "string", "pattern": f"^({others}|({answered})(:[0-9.]+){{0,2}})$"}
    return key(
        "How a number answers that the application calls.", named(either(word, _callee())), {"+5511900000001": "busy"}
    )


def _callee() -> Schema:
    return mapping(
        {
            "called": key("What becomes of the call, or who picks up; default: answered.", _PICKED_UP, "answered"),
            "by": _BY,
            "beep": _BEEP,
            "greeting": _GREETING,
            "after": key("Seconds for which it rings.", SECONDS, 5),
            "for": _FOR,
        }
    )


EXPECT_OF_A_CALL: Final[dict[str, Schema]] = {
    "ended": key("The final status of the call.", choice(ENDINGS), "completed"),
    "error": key("The vendor's number of what ended it, or none.", TEXT, "none", 12100),
    "dialled": key("Every telephone that was rung, in this order.", one_or_list(NUMBER), ["+551150900104"]),
    "requests": key("How many webhook requests it made.", whole(0), 9),
    "warnings": key("The vendor's numbers of all that it would warn of.", one_or_list(TEXT), [12200]),
    "duration": key(
        "How many seconds the call lasted.",
        mapping({"least": key("At least so many.", SECONDS, 5), "most": key("At most so many.", SECONDS, 60)}),
        {"most": 60},
    ),
    "unperformed": key("The verb, not simulated, at which the call was stopped.", one_or_list(TEXT), ["Refer"]),
    "texts": key(
        "Texts that the application sent, in this order; [] is none.",
        one_or_list(
            mapping(
                {
                    "to": key("Whom it texts.", NUMBER, "+5511900000001"),
                    "from": key("From which number.", TEXT, "+551140030015"),
                    "hear": key("What it says.", refer("wanted"), "protocolo"),
                    "ended": key("What the text came to.", choice(TEXT_ENDINGS), "delivered"),
                    "error": key("The vendor's number of why it was not delivered.", TEXT, 30003),
                }
            )
        ),
        [{"to": "+5511900000001", "hear": "protocolo"}],
    ),
    "streams": stream_expectations(),
    "calls": key(
        "Calls that the application made.", one_or_list(refer("made_call")), [{"to": "+5511900000001", "ended": "busy"}]
    ),
}

EXPECT_OF_A_LINE: Final[dict[str, Schema]] = {
    "destination": key("Where the router sent the call, or none.", TEXT, "suporte.vitrine"),
    "visited": key(
        "States entered in this order; others may lie between.", one_or_list(TEXT), ["principal", "documento"]
    ),
    "never": key("States that must not be entered.", one_or_list(TEXT), ["cst"]),
    "closes": key(
        "What staff close in the call, and for how many hours; {} is nothing.",
        named(whole(1, MOST_HOURS)),
        {"suporte": 4},
    ),
    "opens": key("What staff open again in the call; [] is nothing.", one_or_list(TEXT), ["suporte"]),
}
