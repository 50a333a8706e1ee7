"""A JSON Schema of every file that people write, so that editors complete keys and mark mistakes while one types.

A key's row says what it is and shows an example. The rows stand apart from the readers, which tell more than a schema
can; tests hold the two against each other: what a reader takes the schema takes, and each knows the same keys.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ivr.schema.account import account
from ivr.schema.call_script import call_script
from ivr.schema.menu import menu
from ivr.schema.prompts import prompts, pronunciation
from ivr.schema.routing import routing
from ivr.schema.scene import scene
from ivr.schema.shapes import Schema, in_words, rows

__all__ = ["FILES", "Schema", "in_words", "rows", "schema_of"]

FILES: Final[dict[str, Callable[[], Schema]]] = {
    "menu": menu,
    "prompts": prompts,
    "routing": routing,
    "call": call_script,
    "scene": scene,
    "account": account,
    "pronunciation": pronunciation,
}
"""Each kind of file: ``menu.yaml``, ``prompts.LANGUAGE.yaml``, ``routing.yaml``, ``*.call.yaml``,
``*.scene.yaml``, the seed of an account, and ``audio/pronunciation.yaml``."""


def schema_of(file: str, tag: str) -> Schema:
    """Return the schema of a kind of file of ``FILES``, whose descriptions are in the language ``tag``."""
    return in_words(FILES[file](), tag)
