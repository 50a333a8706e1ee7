"""YAML as an editor reads it: plain scalars become numbers, flags and null by the core schema of YAML 1.2."""

from __future__ import annotations

import re

from ivr.source.yaml import Mapping, Sequence, Text, Value

_WHOLE = re.compile(r"[-+]?[0-9]+")
_FRACTION = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


def as_editors_read(value: Value) -> object:
    """Return ``value`` as JSON has it."""
    match value:
        case Mapping(entries):
            return {key: as_editors_read(child) for key, (_, child) in entries.items()}
        case Sequence(items):
            return [as_editors_read(item) for item in items]
        case Text():
            return str(value) if value.quoted else _resolved(str(value))


def _resolved(text: str) -> object:
    if text in {"", "~", "null", "Null", "NULL"}:
        return None
    if text in {"true", "True", "TRUE", "false", "False", "FALSE"}:
        return text.lower() == "true"
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _FRACTION.fullmatch(text) else text
