"""The shapes of values as an editor sees them: YAML 1.2 makes numbers and flags of what our readers take as text.

JSON Schema of draft 7, which editors know best. There nothing may stand beside a ``$ref``, so a key that refers to a
shape does so in ``allOf``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from wording import Message, phrase
from wording.catalogues import put

Schema = dict[str, object]

DRAFT: Final = "http://json-schema.org/draft-07/schema#"

SCALARS: Final = ["string", "number", "boolean"]
"""``0012`` without quotes is a number to an editor, and a text to our readers."""

TEXT: Final[Schema] = {"type": SCALARS}

FLAG: Final[Schema] = {
    "anyOf": [
        {"enum": [True, False, "yes", "no", "sim", "não"]},
        {
            "type": "string",
            "pattern": "^([Yy][Ee][Ss]|[Nn][Oo]|[Ss][Ii][Mm]|[Nn][ãÃAa][Oo]|[Ss][Iií]|[Tt]rue|[Ff]alse|TRUE|FALSE)$",
        },
    ]
}

NUMBER: Final[Schema] = {"type": ["string", "integer"]}
"""A telephone number: with its + and without quotes it is one to an editor."""

SECONDS: Final[Schema] = {"type": ["number", "string"], "minimum": 0, "pattern": r"^[0-9]{1,5}(\.[0-9]{1,3})?$"}

DATE: Final[Schema] = {
    "type": ["string", "integer"],
    "pattern": "^[0-9]{4}-?([0-9]{2}-?[0-9]{2}|W[0-9]{2}(-?[1-7])?)$",
}

SPAN: Final[Schema] = {"type": "string", "pattern": "^[^-]*[0-9][^-]*-[^-]*[0-9][^-]*$"}

KEYPAD: Final[Schema] = {"type": ["string", "integer"], "pattern": "^[0-9*#]+$"}


def key(description: str, shape: Schema, *examples: object) -> Schema:
    """Return the row of a key: what it is, in a sentence, its shape, and how it is written."""
    return {"description": phrase(description), **shape, "examples": list(examples)}


def mapping(properties: dict[str, Schema], *required: str) -> Schema:
    """Return the shape of a mapping with these keys, and no others."""
    shape: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**shape, "required": list(required)} if required else shape


def named(value: Schema, names: str = "") -> Schema:
    """Return the shape of a mapping whose keys are names that people choose; ``names`` is a pattern of theirs."""
    shape: Schema = {"type": "object", "additionalProperties": value}
    return {**shape, "propertyNames": {"pattern": names}} if names else shape


def one_or_list(item: Schema) -> Schema:
    """Return the shape of a list, for which one value may stand by itself."""
    return {"anyOf": [item, {"type": "array", "items": item}]}


def either(*shapes: Schema) -> Schema:
    """Return what has one of the shapes."""
    return {"anyOf": list(shapes)}


def choice(words: Iterable[str]) -> Schema:
    """Return one of ``words``; an editor takes a bare digit for a number."""
    written = list(words)
    return {"enum": [*written, *(int(word) for word in written if word.isdigit())]}


def whole(least: int, most: int = 1_000_000) -> Schema:
    """Return a whole number from ``least`` to ``most``."""
    return {"type": ["integer", "string"], "minimum": least, "maximum": most, "pattern": "^[0-9]{1,9}$"}


def refer(name: str) -> Schema:
    """Return the shape that stands under ``name`` in the file's definitions."""
    return {"allOf": [{"$ref": f"#/definitions/{name}"}]}


def document(title: str, shape: Schema, **definitions: Schema) -> Schema:
    """Return the whole schema of a file."""
    head: Schema = {"$schema": DRAFT, "title": phrase(title), **shape}
    return {**head, "definitions": definitions} if definitions else head


def in_words(schema: Schema, tag: str) -> Schema:
    """Return ``schema`` with what it tells people in the language ``tag``, ready to be written as JSON."""
    return {name: _in_words(value, tag) for name, value in schema.items()}


def _in_words(value: object, tag: str) -> object:
    if isinstance(value, Message):
        return put(value, tag)
    if isinstance(value, dict):
        return in_words(value, tag)
    return [_in_words(each, tag) for each in value] if isinstance(value, list) else value


def rows(schema: Schema, path: str = "") -> Iterator[tuple[str, Schema]]:
    """Yield the row of every key of ``schema``, with the keys that it stands in: ``line.strikes.*.limit``.

    A definition is told where it stands first by its own name, since many keys may refer to it.
    """
    properties = schema.get("properties")
    for name, row in properties.items() if isinstance(properties, dict) else ():
        yield f"{path}{name}", row
        yield from rows(row, f"{path}{name}.")
    for inside, mark in (("additionalProperties", "*."), ("items", "")):
        value = schema.get(inside)
        if isinstance(value, dict):
            yield from rows(value, f"{path}{mark}")
    several = schema.get("anyOf")
    for value in several if isinstance(several, list) else ():
        yield from rows(value, path)
    definitions = schema.get("definitions")
    for name, value in definitions.items() if isinstance(definitions, dict) else ():
        yield from rows(value, f"{name}.")
