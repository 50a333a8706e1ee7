"""The schema of ``*.call.yaml``: what a caller does, hears, and where the call is expected to land."""

from __future__ import annotations

from typing import Final

from data.agent_skills import LEVELS
from ivr.flow.nodes.closure import MOST_HOURS
from ivr.replay.carrier_faults import APIS, GONE_MEMBERS, MOST_PROMPTS, MOST_REQUESTS
from ivr.replay.carriers import DIRECTIONS, METHODS, MOST_CALLS, STATUS_EVENTS
from ivr.replay.expecting import ENDINGS
from ivr.replay.fixtures import ACCESS_ANSWERS, AGENT_STATES
from ivr.replay.journey import ENDS
from ivr.replay.steps import OUTCOMES, VERBS
from ivr.replay.text_fates import TEXT_ENDINGS
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
from ivr.simulator.carrier_faults import CONFERENCE_EVENTS
from ivr.simulator.verbs.detection import MODES, PARTIES
from ivr.tickets.events import Area, EventKind, TicketParty
from ivr.tickets.remote_access import MOST_PREPARATION

_MAY_BE_EMPTY: Final[Schema] = {"type": ["string", "number", "boolean", "null"]}
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
_URL: Final = key("An address, or a path on the line's own server.", TEXT, "/twilio/fallback")
_METHOD: Final = key("The method of the request.", choice(METHODS), "POST")
_TRUE: Final[Schema] = FLAG

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
        "carrier": key("How the telephone company is set up for this call.", _carrier(), {"direction": "inbound"}),
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
        named(either(choice(TEXT_ENDINGS), _text_fate())),
        {"+5511900000001": "undelivered", "+44": {"refused": 21408}},
    )
    definitions = {
        "wanted": either(TEXT, _REGEX),
        "heard": either(
            TEXT, _REGEX, mapping({"prompt": key("The name of a prompt of the line.", TEXT, "boas-vindas")}, "prompt")
        ),
        "fixtures": _fixtures(),
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


def _text_fate() -> Schema:
    return mapping(
        {
            "ended": key("What the text comes to; default: delivered.", choice(TEXT_ENDINGS), "undelivered"),
            "error": key("The vendor's number of why it is not delivered.", TEXT, 30006),
            "refused": key("The vendor's number with which it is not taken on at all.", TEXT, 21610),
        }
    )


def _carrier() -> Schema:
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


def _ticket_access() -> Schema:
    """A remote access that an analyst asked for before the call."""
    return mapping(
        {
            "at": key("When it was asked for, by the line's clock.", TEXT, "2026-03-02T11:00"),
            "tool": key("With which tool.", TEXT, "TeamViewer"),
            "purpose": key("What for; the customer reads it.", TEXT, "Ver o erro"),
            "minutes": key("Minutes of preparation of a tool that is not approved.", whole(1, MOST_PREPARATION), 45),
            "answer": key(
                "What the customer answered on the portal; left out: it waits.", choice(ACCESS_ANSWERS), "allowed"
            ),
            "answered": key("When the answer was given.", TEXT, "2026-03-02T11:20"),
        },
        "at",
        "tool",
    )


def _ticket_event() -> Schema:
    return mapping(
        {
            "at": key("When it happened, by the line's clock.", TEXT, "2026-03-02T10:00"),
            "kind": key("What happened.", choice(map(str, EventKind)), "solution-sent"),
            "by": key("Who did it; left out: staff.", choice(map(str, TicketParty)), "customer"),
            "text": key("What was written.", TEXT, "Aplique o patch."),
            "minutes": key("How long it took.", whole(1, 6000), 30),
            "severity": key("The severity that it has from then on.", whole(1, 4), 2),
            "area": key("The area that has it from then on.", choice(map(str, Area)), "fabrica"),
            "cause": key("Of a solution: whether the product was at fault.", TEXT, "product"),
        },
        "at",
        "kind",
    )


def _fixtures() -> Schema:
    contact = mapping(
        {
            "name": key("The name of the contact.", TEXT, "Ana"),
            "password": key("The contact's password, of four to eight digits.", TEXT, "1234"),
            "blocked": key("Whether the contact may not call.", TEXT, False),
            "administrator": key("Whether the contact answers for the others.", TEXT, True),
            "support": key("Whether support may be asked for.", TEXT, True),
            "consultancy": key("Whether consultancy may be ordered.", TEXT, False),
        },
        "password",
    )
    invoice = mapping(
        {
            "number": key("The number of the invoice.", TEXT, "F-1"),
            "amount": key("What is owed.", TEXT, "150.00"),
            "due": key("The day on which it is due.", TEXT, "2026-01-10"),
            "grace_days": key("Days after it on which the customer is served all the same.", TEXT, 30),
            "paid": key("Whether it is paid.", TEXT, False),
        },
        "number",
    )
    company = mapping(
        {
            "document": key("CNPJ, CPF, or a document of another country.", TEXT, "11.222.333/0001-81"),
            "name": key("The name of the company.", TEXT, "Padaria Pão Quente Ltda"),
            "contract_until": key("The last day of its contract; empty: without end.", _MAY_BE_EMPTY, "2026-12-31"),
            "datacenter": key("Whether it has contracted the datacenter.", TEXT, True),
            "special_contract": key("SLA, BSO, PRIME; empty: none.", _MAY_BE_EMPTY, "SLA", "PRIME.ANA"),
            "area_code": key("The area code of its address; empty: not known.", _MAY_BE_EMPTY, "11"),
            "unit": key("The franchise to which it belongs; empty: none.", _MAY_BE_EMPTY, "Franquia Campinas"),
            "contacts": key("Its contacts.", one_or_list(contact), [{"name": "Ana", "password": "1234"}]),
            "invoices": key("Its invoices.", one_or_list(invoice), [{"number": "F-1", "amount": "150.00"}]),
        },
        "document",
    )
    closure = mapping(
        {
            "destination": key("A destination, a beginning of several names, or all.", TEXT, "suporte"),
            "reason": key("Why it was closed.", TEXT, "falta de luz"),
            "until": key("When it opens again, by the line's clock.", TEXT, "2026-03-10T18:00"),
        },
        "destination",
        "reason",
    )
    announcement = mapping(
        {
            "text": key("What callers are told.", TEXT, "Estamos com instabilidade."),
            "destination": key("For which destinations; left out: for the whole line.", TEXT, "suporte"),
            "from": key("From when on, by the line's clock; left out: always.", TEXT, "2026-03-10T08:00"),
            "until": key("Until when, by the line's clock; left out: for ever.", TEXT, "2026-03-10T18:00"),
        },
        "text",
    )
    staff = mapping(
        {
            "number": key("The person's number.", TEXT, "101"),
            "name": key("The person's name.", TEXT, "Bia"),
            "password": key("The person's password, of eight to twelve digits.", TEXT, "48151623"),
        },
        "number",
        "name",
        "password",
    )
    agent = mapping(
        {
            "login": key("Under which name the agent logs in.", TEXT, "rita"),
            "name": key("The agent's name; left out: the login.", TEXT, "Rita"),
            "telephone": key("The agent's telephone: a number or a SIP address.", TEXT, "+551150900901"),
            "serves": key(
                "The destinations that the agent serves, or beginnings of names; levels from 1 to 5, the best.",
                named(whole(LEVELS[0], LEVELS[-1])),
                {"suporte": 3, "suporte.rm": 5},
            ),
            "hours": key("When the agent works; left out: always.", TEXT, "seg-sex 08:00-12:00, 13:30-18:00"),
            "state": key("In which state the agent is; default: available.", choice(AGENT_STATES), "paused"),
            "reason": key("Why the agent is paused.", TEXT, "almoço"),
        },
        "login",
        "telephone",
        "serves",
    )
    ticket = mapping(
        {
            "number": key("Its number, of ten digits.", TEXT, "4003001501"),
            "document": key("The document of the company whose it is.", TEXT, "11.222.333/0001-81"),
            "opened": key("When it was opened, by the line's clock.", TEXT, "2026-03-02T09:00"),
            "destination": key("The destination that serves it.", TEXT, "suporte.rm"),
            "contact": key("The contact who opened it; left out: the company's first.", TEXT, "Ana"),
            "area": key("The area that has it; left out: that of the destination.", choice(map(str, Area)), "fabrica"),
            "severity": key("Its severity, from 1 (critical) to 4.", whole(1, 4), 3),
            "subject": key("What it is about.", TEXT, "Nota fiscal recusada"),
            "service": key("The billed service that it is given under.", TEXT, "consultoria-tecnica"),
            "analyst": key("The login of the agent who has it.", TEXT, "rita"),
            "events": key(
                "What happened to it before the call.",
                one_or_list(_ticket_event()),
                [{"at": "2026-03-02T10:00", "kind": "solution-sent", "by": "staff"}],
            ),
            "accesses": key(
                "Remote accesses that an analyst asked for before the call.",
                one_or_list(_ticket_access()),
                [{"at": "2026-03-02T11:00", "tool": "TeamViewer", "purpose": "Ver o erro"}],
            ),
        },
        "number",
        "document",
        "opened",
    )
    return mapping(
        {
            "tickets": key(
                "Tickets that were opened, and acted on, before the call came in.",
                one_or_list(ticket),
                [{"number": "4003001501", "document": "11.222.333/0001-81", "opened": "2026-03-02T09:00"}],
            ),
            "companies": key(
                "Companies that differ from the stored ones.",
                one_or_list(company),
                [{"document": "11.222.333/0001-81"}],
            ),
            "closures": key(
                "Destinations closed before the call came in.",
                one_or_list(closure),
                [{"destination": "suporte", "reason": "luto"}],
            ),
            "announcements": key(
                "What callers are told.",
                one_or_list(announcement),
                [{"text": "Estamos com instabilidade.", "destination": "suporte"}],
            ),
            "staff": key(
                "Who may close destinations by telephone.", one_or_list(staff), [{"number": "101", "name": "Bia"}]
            ),
            "agents": key(
                "Who takes calls that wait in queues.",
                one_or_list(agent),
                [{"login": "rita", "telephone": "+551150900901", "serves": {"suporte": 3}}],
            ),
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
