"""The schema of the destinations of ``routing.yaml``, and of whom they ring."""

from __future__ import annotations

from typing import Final

from ivr.flow.routing.section import ALWAYS_OPEN
from ivr.schema.shapes import (
    FLAG,
    NUMBER,
    TEXT,
    Schema,
    either,
    key,
    mapping,
    named,
    one_or_list,
    refer,
    whole,
)

_PLAIN_TARGETS: Final = ("number", "sip", "queue", "desk", "together")
_TARGETS: Final = key(
    "Whom to ring, one after the other.", one_or_list(refer("target")), [{"queue": "suporte-rm", "wait": 600}]
)


def destination() -> Schema:
    """Return the schema of whom a call can be routed to."""
    divert = mapping({"divert": key("The destination that takes the call instead.", TEXT, "assessoria")}, "divert")
    apologise = mapping(
        {"apologise": key("The prompt with which the line apologises.", TEXT, "indisponivel")}, "apologise"
    )
    ending = either({"enum": ["apologise"]}, apologise, divert)
    failure = either({"enum": ["next", "apologise"]}, apologise, divert)
    contracts = named(either(one_or_list(refer("target")), mapping({"targets": _TARGETS}, "targets")))
    older = mapping({"targets": _TARGETS, "queue": key("Has no effect any more.", whole(0), 1)})
    return mapping(
        {
            "hours": key("The hours that it keeps, or always.", TEXT, "suporte", ALWAYS_OPEN),
            "targets": _TARGETS,
            "on_call": key(
                "Who is on call: a rota, or a list of targets.",
                either(
                    mapping({"rota": key("The rota.", TEXT, "plantao-suporte")}, "rota"), one_or_list(refer("target"))
                ),
                {"rota": "plantao-suporte"},
            ),
            "closed": key(
                "What a caller finds when it is closed; default: announce.",
                either({"enum": ["announce", "on-call"]}, divert),
                "announce",
                "on-call",
                {"divert": "assessoria"},
            ),
            "busy": key("What follows a busy target; default: next.", failure, "next", {"divert": "assessoria"}),
            "no_answer": key(
                "What follows a target that does not answer; default: next.", failure, "next", "apologise"
            ),
            "failed": key("What follows a target that cannot be rung; default: next.", failure, "next"),
            "exhausted": key(
                "What follows the last target; default: apologise.", ending, "apologise", {"divert": "assessoria"}
            ),
            "limits": key(
                "How many calls its telephones take.",
                mapping(
                    {
                        "concurrent": key("Calls at the same time.", whole(1), 10),
                        "per_hour": key("Calls in an hour.", whole(1), 60),
                        "per_day": key("Calls in a day.", whole(1), 300),
                    }
                ),
                {"concurrent": 10},
            ),
            "contracts": key(
                "Targets of a special contract, rung before its own.",
                contracts,
                {"PRIME.ANA": [{"number": "+551150900104"}]},
            ),
            "priority": key(
                "The older name of contracts.", named(older), {"SLA": {"targets": [{"queue": "suporte-sla"}]}}
            ),
            "record": key("Whether its talks are recorded.", FLAG, True),
            "message": key("Whether a message is taken when it is closed; default: yes.", FLAG, False),
        },
        "hours",
    )


def _ring(default: int = 30) -> Schema:
    return key("Seconds for which it rings.", whole(0), default)


def target() -> Schema:
    """Return the schema of one telephone, queue or share that is rung."""
    telephones = {
        "number": mapping(
            {
                "number": key("A telephone, in E.164.", NUMBER, "+551150900104"),
                "ring": _ring(),
                "accept": key("Whether the person who picks up must press 1.", FLAG, True),
            },
            "number",
        ),
        "sip": mapping({"sip": key("A SIP address.", TEXT, "sip:rm@suporte.example.com"), "ring": _ring(25)}, "sip"),
        "queue": mapping(
            {
                "queue": key("A queue in which the caller waits.", TEXT, "suporte-rm"),
                "wait": key("Seconds of the longest wait.", whole(0), 600),
            },
            "queue",
        ),
        "desk": mapping({"desk": key("Another destination, whose targets are rung.", TEXT, "suporte.geral")}, "desk"),
        "together": mapping(
            {
                "together": key(
                    "Telephones that ring at the same time.",
                    one_or_list(refer("together")),
                    [{"number": "+551150900104"}, {"sip": "sip:rm@suporte.example.com"}],
                ),
                "ring": _ring(25),
            },
            "together",
        ),
    }
    weight = {"weight": key("Its share of the calls.", whole(0), 70)}
    parts = [_with(telephones[kind], weight) for kind in _PLAIN_TARGETS]
    share = mapping(
        {
            "share": key(
                "Targets among which calls are shared by weight.",
                one_or_list(either(*parts)),
                [{"weight": 70, "queue": "sul"}, {"weight": 30, "queue": "norte"}],
            )
        },
        "share",
    )
    return either(*telephones.values(), share)


def together() -> Schema:
    """Return the schema of one of those that ring at the same time."""
    number = {
        "number": key("A telephone, in E.164.", NUMBER, "+551150900104"),
        "accept": key("Whether the person who picks up must press 1.", FLAG, True),
    }
    return either(
        mapping(number, "number"), mapping({"sip": key("A SIP address.", TEXT, "sip:rm@suporte.example.com")}, "sip")
    )


def _with(shape: Schema, more: dict[str, Schema]) -> Schema:
    properties = shape["properties"]
    return {**shape, "properties": {**properties, **more}} if isinstance(properties, dict) else shape


def contract() -> Schema:
    """Return the schema of whom customers of a special contract reach first."""
    return mapping(
        {
            "desks": key("Destinations, or beginnings of several names.", one_or_list(TEXT), "suporte"),
            "targets": _TARGETS,
        },
        "desks",
    )
