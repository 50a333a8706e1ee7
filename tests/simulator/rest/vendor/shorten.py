"""Shortens the vendor's OpenAPI document to what the tests compare with: ``python shorten.py DOCUMENT > short.json``.

Every path keeps its methods; those of ``NEEDED`` keep the shapes of their good answers, with names, types, enums,
formats and patterns. What is written for people (descriptions, examples) is left out. ``THIRD_PARTY.md`` tells where
the document is from.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

METHODS = ("get", "post", "delete", "put")
KEPT = frozenset(
    {"type", "properties", "items", "enum", "format", "pattern", "nullable", "minLength", "maxLength", "$ref", "oneOf"}
)
"""Keywords of a schema that say what a value looks like."""

ACCOUNT = "/2010-04-01/Accounts"
NEEDED = (
    "Addresses", "Applications", "AvailablePhoneNumbers", "Calls", "Conferences", "IncomingPhoneNumbers", "Keys",
    "Messages", "Notifications", "OutgoingCallerIds", "Queues", "Recordings", "Transcriptions",
)  # fmt: skip
"""Resources of an account whose answers are compared; the account itself is, too."""


def shorten(document: dict[str, Any]) -> dict[str, Any]:
    """Return the short document."""
    schemas = document["components"]["schemas"]
    paths = {path: _methods(item, needed=_is_needed(path)) for path, item in document["paths"].items()}
    found: dict[str, Any] = {}
    named = set(_named(paths))
    while named:
        name = named.pop()
        found[name] = _schema(schemas[name])
        named |= set(_named(found[name])) - found.keys()
    return {
        "info": {key: document["info"][key] for key in ("title", "license", "version")},
        "paths": paths,
        "schemas": found,
    }


def _is_needed(path: str) -> bool:
    parts = path.removeprefix(ACCOUNT).removesuffix(".json").split("/")
    return len(parts) < 3 or (parts[2] in NEEDED and not {"AssignedAddOns", "AddOnResults"} & set(parts))


def _methods(item: dict[str, Any], *, needed: bool) -> dict[str, Any]:
    return {
        method.upper(): _answers(item[method]["responses"]) if needed else {} for method in METHODS if method in item
    }


def _named(shape: Any) -> Iterator[str]:
    """Every schema that is referred to somewhere in ``shape``."""
    for key, value in shape.items() if isinstance(shape, dict) else enumerate(shape if isinstance(shape, list) else ()):
        if key == "$ref":
            yield value.rpartition("/")[2]
        else:
            yield from _named(value)


def _answers(responses: dict[str, Any]) -> dict[str, Any]:
    """The shape of each good answer by its status; null where it has no body."""
    found = {}
    for status, response in responses.items():
        if status.startswith("2"):
            content = response.get("content", {}).get("application/json")
            found[status] = _schema(content["schema"]) if content else None
    return found


def lines(short: dict[str, Any]) -> Iterator[str]:
    """Yield the short document as JSON with a path or a schema on each line, so that changes can be read."""
    yield f'{{"info": {json.dumps(short["info"])},'
    for part, end in (("paths", "},"), ("schemas", "}}")):
        yield f'"{part}": {{'
        rows = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in sorted(short[part].items())]
        yield ",\n".join(rows)
        yield end


def _schema(schema: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in schema.items() if key in KEPT}
    if "properties" in kept:
        kept["properties"] = {name: _schema(inner) for name, inner in kept["properties"].items()}
    if "items" in kept:
        kept["items"] = _schema(kept["items"])
    return kept


if __name__ == "__main__":
    whole = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    for line in lines(shorten(whole)):
        print(line)
