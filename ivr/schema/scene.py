"""The schema of ``*.scene.yaml``: several parties on one clock, what each does, hears and is expected to come to."""

from __future__ import annotations

from typing import Final

from ivr.replay.scenes.acts.state import ASKED, STATES
from ivr.replay.scenes.acts.supervise import SUPERVISING
from ivr.replay.scenes.acts.talk import DOINGS
from ivr.replay.scenes.conditions import STANDINGS
from ivr.replay.scenes.step_reading import OF_CALLS_ALONE
from ivr.schema.call_script import EXPECT_OF_A_CALL, EXPECT_OF_A_LINE, of_scripts_alike, step_verbs
from ivr.schema.carrier import CARRIER_FAULTS
from ivr.schema.shapes import (
    FLAG,
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

_CLOCK: Final = key("When it is done at the earliest, by the scene's clock, which begins at 0:00.", TEXT, "1:30", 12)
_WHEN: Final = key("When another party stands so.", one_or_list(TEXT), *(f"ana {standing}" for standing in STANDINGS))
_AFTER: Final = key("Seconds to wait before it.", SECONDS, 2)

_LOGIN: Final = key("The agent's login; default: the name of the party.", TEXT, "rita")
_REFUSED: Final = key("It must be refused.", FLAG, True)

_SOUNDS: Final = ("hear", "not_hear", "play", "texted")

_ACTS: Final[dict[str, dict[str, Schema]]] = {
    "rest": {
        "request": key("A method, and a path below the account.", TEXT, "POST /Calls/{ana}.json"),
        "form": key("The fields of the request.", named(TEXT), {"Status": "completed"}),
        "status": key("The HTTP status of the answer; default: any but a refusal.", whole(200, 599), 200),
    },
    "state": {
        "ask": key("The state that the agent asks for.", choice(ASKED), *ASKED),
        "is": key("The state in which the line has the agent.", choice(STATES), *STATES),
        "reason": key("Why the agent asks to be paused.", TEXT, "almoço"),
        "agent": _LOGIN,
    },
    "talk": {
        "do": key("What the agent does in the talk.", choice(DOINGS), *DOINGS),
        "to": key("The destination to which the caller is passed on, or that is asked.", TEXT, "suporte.rm"),
        "disposition": key("How the talk went, in a word of the destination's list.", TEXT, "resolvido"),
        "notes": key("What the agent notes.", TEXT, "Enviar o boleto."),
        "agent": _LOGIN,
        "refused": _REFUSED,
    },
    "supervise": {
        "do": key("What the supervisor does.", choice(SUPERVISING), *SUPERVISING),
        "of": key("The login of the agent whose talk it is.", TEXT, "rita"),
        "agent": _LOGIN,
        "refused": _REFUSED,
    },
    "account": {"faults": key("What goes wrong on the account from now on.", mapping(CARRIER_FAULTS), {"api": "away"})},
}
"""The keys of each act besides those of every step."""


def scene() -> Schema:
    """Return the schema of one scene; a file may hold several, separated by ``---``."""
    alike, definitions = of_scripts_alike(_expect())
    shape = mapping(
        {
            "scene": key("The title of the scene.", TEXT, "Two callers are taken in their order"),
            **alike,
            "at": key("When the scene's clock begins, by the line's.", TEXT, "2026-03-10T10:00"),
            "parties": key(
                "Who calls, who is called, and who acts otherwise, by names.",
                named(refer("party")),
                {"ana": {"from": "+5511987654321", "steps": [{"press": "2"}]}},
            ),
        },
        "scene",
        "parties",
    )
    party = mapping(
        {
            "from": key("The number of a party that dials, and may be called back.", NUMBER, "+5511987654321"),
            "telephone": key("The number of a party that is rung.", NUMBER, "+551150900104", "sip:ana@pbx.example.com"),
            "to": key("What it dials; default: the line.", NUMBER, "+551140030015"),
            "url": key("The webhook behind what it dials; default: the line's.", TEXT, "/operador"),
            "at": _CLOCK,
            "when": _WHEN,
            "steps": key("What the party does and hears, strictly in order.", one_or_list(_step()), [{"press": "2"}]),
            "expect": key(
                "How it is expected to go with this party; each is checked.", refer("expect"), {"talked_with": ["ana"]}
            ),
        }
    )
    return document("A scene", shape, **{**definitions, "party": party})


def _expect() -> Schema:
    bounds = mapping({"least": key("At least so many.", SECONDS, 5), "most": key("At most so many.", SECONDS, 60)})
    of_a_party = {
        "talked_with": key("With whom it talked, in this order.", one_or_list(TEXT), ["ana", "beto"]),
        "waited": key("For how many seconds it waited in queues, or alone in a conference.", bounds, {"most": 60}),
        "talked": key("For how many seconds it talked.", bounds, {"least": 5}),
        "held": key("For how many seconds it was on hold.", bounds, {"least": 5}),
        "rang": key("How often its telephone was rung.", whole(0, 1000), 1),
    }
    return mapping({**EXPECT_OF_A_CALL, **EXPECT_OF_A_LINE, **of_a_party})


def _step() -> Schema:
    timed = {"at": _CLOCK, "when": _WHEN}
    of_scripts = {verb: each for verb, each in step_verbs(refer("wanted")).items() if verb not in OF_CALLS_ALONE}
    found = [
        mapping({verb: row, **more, **({} if verb in _SOUNDS else timed)}, verb)
        for verb, (row, more) in of_scripts.items()
    ]
    found.append(mapping({"wait": key("Seconds for which it does nothing.", SECONDS, 30), **timed}, "wait"))
    found.append(mapping({"lost": key("Its connection is lost.", FLAG, True), "after": _AFTER, **timed}, "lost"))
    for name, keys in _ACTS.items():
        act = key("What it does that comes by no telephone.", choice([name]), name)
        found.append(mapping({"act": act, **keys, "after": _AFTER, **timed}, "act"))
    return either(*found)
