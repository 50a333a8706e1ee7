"""The parts that the schemas of several kinds of state share: names, keys, and how a question is helped with."""

from __future__ import annotations

from typing import Final

from ivr.schema.shapes import (
    TEXT,
    Schema,
    key,
    one_or_list,
    refer,
)

STATE_NAMES: Final = "^[a-z0-9]+([-._][a-z0-9]+)*$"
ONE_KEY: Final = "^[0-9*#]$"
ONE_DIGIT: Final = "^[0-9]$"


HELPS: Final = {
    "no_input": key(
        "What a caller hears who keys nothing: help that grows, one row a time.",
        one_or_list(refer("help")),
        [{"say": "silencio", "repeat": "yes"}],
    ),
    "invalid": key(
        "What a caller hears after a wrong key: help that grows, one row a time.",
        one_or_list(refer("help")),
        [{"say": "nao-entendi", "repeat": "yes"}],
    ),
}


NOT_EMPTY: Final[Schema] = {"minProperties": 1}
SAY: Final = key("The prompt that asks.", TEXT, "principal")
HUMAN: Final = key("The state when help is used up; default: the line's.", TEXT, "assessoria")
STRIKES: Final = key("The counter to which a wrong entry adds.", TEXT, "identificacao")
QUESTION: Final = {
    "say": SAY,
    **HELPS,
    "human": HUMAN,
}
