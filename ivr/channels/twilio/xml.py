"""``xml_of`` writes a document of Twilio's library byte for byte as the library would, in a fifth of its time: what was
appended is written as it stands, and no tree of elements is built of it first.
"""

from __future__ import annotations

import json
from typing import Final

from twilio.twiml import TwiML

DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>'

_OF_TEXT: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_OF_ATTRIBUTE: Final = _OF_TEXT | str.maketrans({'"': "&quot;", "\r": "&#13;", "\n": "&#10;", "\t": "&#09;"})


class Comment(TwiML):  # type: ignore[misc]  # the library has no types
    """A comment; Twilio's library makes none. ``words`` hold no two hyphens in a row."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words


class WrittenElements(TwiML):  # type: ignore[misc]
    """Elements as a document has them, written once: ``xml`` may stand in any number of documents."""

    def __init__(self, *elements: TwiML) -> None:
        super().__init__()
        parts: list[str] = []
        for each in elements:
            _write(each, parts)
        self.xml = "".join(parts)


def xml_of(document: TwiML) -> str:
    """Return ``document`` with its declaration."""
    parts = [DECLARATION]
    _write(document, parts)
    # Half a character that a database may hold is no text; the library writes its number, too.
    return "".join(parts).encode("utf-8", "xmlcharrefreplace").decode("utf-8")


def _write(verb: TwiML, parts: list[str]) -> None:
    if isinstance(verb, WrittenElements):
        parts.append(verb.xml)
        return
    if isinstance(verb, Comment):
        parts.append(f"<!--{verb.words}-->")
        return
    written = [
        f' {name}="{(str(value).lower() if isinstance(value, bool) else str(value)).translate(_OF_ATTRIBUTE)}"'
        for name, value in sorted(verb.attrs.items())
    ]
    text = json.dumps(verb.value) if isinstance(verb.value, dict) else verb.value
    if not (text or verb.verbs):
        parts.append(f"<{verb.name}{''.join(written)} />")
        return
    parts.append(f"<{verb.name}{''.join(written)}>{text.translate(_OF_TEXT) if text else ''}")
    for each in verb.verbs:
        _write(each, parts)
    parts.append(f"</{verb.name}>")
