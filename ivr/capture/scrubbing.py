"""``Scrubber`` takes what is somebody's out of requests, answers and messages before any of it is written."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import quote, quote_plus, unquote, unquote_plus, urlsplit, urlunsplit

from ivr.capture.personal_fields import (
    FREE_ATTRIBUTES,
    HEADERS_KEPT,
    KEYED_ATTRIBUTES,
    NAMING,
    OF_PEOPLE,
    SIGNED,
    Kind,
    kind_of_field,
    kind_of_key,
)
from ivr.capture.pseudonyms import Pseudonyms

Pairs = list[list[str]]

ANYBODY: Final = {
    "anonymous",
    "restricted",
    "unavailable",
    "unknown",
    "+266696687",
    "266696687",
    "+7378742833",
    "+86282452253",
}
"""What the vendor sends in place of a number that is withheld."""

_MARKUP = re.compile(r"(<!--.*?-->|<!\[CDATA\[.*?\]\]>|<[^>]*>)", re.DOTALL)
_ATTRIBUTE = re.compile(r"""([\w:.-]+)(\s*=\s*)("[^"]*"|'[^']*')""")
_IDENTIFIER = re.compile(r"[A-Z]{2}[0-9a-f]{32}")


class Scrubber:
    """Replaces by ``pseudonyms``. ``replace_texts``: the words that an app says, too, which else stay where they are no
    value that was replaced. ``unknown`` are the names of fields that nothing is known of; their values are replaced.
    """

    def __init__(self, pseudonyms: Pseudonyms, *, replace_texts: bool = False) -> None:
        self._made = pseudonyms
        self._replace_texts = replace_texts
        self.unknown: set[str] = set()

    @property
    def counts(self) -> dict[str, int]:
        """Return how many different values of each kind were replaced."""
        return dict(sorted(self._made.counts.items()))

    def fields(self, pairs: Iterable[tuple[str, str]]) -> Pairs:
        """Return the fields of a form, in their order: what is known to be nobody's stays."""
        listed = list(pairs)
        for name, value in listed:  # numbers and names first: they are looked for in all that follows
            if kind_of_field(name) in {"telephone", "name", "digits", "speech"}:
                self.value(name, value)
        return [[name, self.value(name, value)] for name, value in listed]

    def value(self, name: str, value: str) -> str:
        """Return what is written in place of the value of the field ``name``."""
        kind = kind_of_field(name)
        if kind == "unknown" and value:
            self.unknown.add(name)
        return self._as(kind, value)

    def headers(self, pairs: Iterable[tuple[str, str]]) -> Pairs:
        """Return the headers: of a cookie its name, of a signature nothing, of what may be a secret something else."""
        told: Pairs = []
        for name, value in pairs:
            match name.lower():
                case known if known == SIGNED:
                    continue  # whether it was valid is told in its place
                case "cookie":
                    told.append([name, "; ".join(self._cookie(each) for each in value.split("; "))])
                case "set-cookie":
                    first, _, rest = value.partition(";")
                    told.append([name, f"{self._cookie(first)};{rest}" if rest else self._cookie(first)])
                case "location":
                    told.append([name, self.address(value)])
                case known if known in HEADERS_KEPT:
                    told.append([name, self._made.text(value)])
                case "host" | "forwarded" | "via":
                    continue  # the tunnel's
                case known if known.startswith(("x-forwarded-", "x-real-", "cf-", "ngrok-")):
                    continue
                case _:
                    told.append([name, self._made.secret(value)])
        return told

    def address(self, url: str) -> str:
        """Return a URL, or its path and query: who stands in it is replaced, and so is each value of its query."""
        try:
            parts = urlsplit(url)
        except ValueError:
            return self._made.words(url)
        host = parts.netloc.rpartition("@")[2]
        if "@" in parts.netloc:
            host = f"{self._made.secret(parts.netloc.rpartition('@')[0])}@{host}"
        path = "/".join(self._segment(each) for each in parts.path.split("/"))
        query = "&".join(self._asked(each) for each in parts.query.split("&")) if parts.query else ""
        return urlunsplit((parts.scheme, host, path, query, parts.fragment))

    def body(self, body: str, content_type: str) -> str:
        """Return an answer without what is somebody's: TwiML by its elements, all else as a text."""
        if "xml" in content_type or body.lstrip("\ufeff \r\n\t").startswith("<"):
            return self._xml(body)
        return self._made.words(body, "texts") if self._replace_texts else self._made.text(body)

    def message(self, message: str) -> Any:
        """Return a message over a websocket as JSON: of sound only how much it was."""
        try:
            read = json.loads(message)
        except ValueError:
            return {"text": self._made.words(message)}
        if not isinstance(read, dict):
            return {"text": self._made.words(message)}
        return self._of_json("", read)

    def _of_json(self, key: str, value: Any) -> Any:
        match value:
            case dict():
                if key == "media" and isinstance(value.get("payload"), str):
                    value = {k: v for k, v in value.items() if k != "payload"} | {"bytes": _decoded(value["payload"])}
                if key == "customParameters":
                    return {name: self._as("unknown", str(one)) for name, one in value.items()}
                return {name: self._of_json(name, one) for name, one in value.items()}
            case list():
                return [self._of_json(key, one) for one in value]
            case str():
                kind = kind_of_key(key)
                if kind == "text" and self._replace_texts and key in {"token", "utteranceUntilInterrupt"}:
                    kind = "speech"
                return self._as(kind, value)
            case int() if not isinstance(value, bool) and kind_of_key(key) != "kept":
                return int(self._made.digits(str(abs(value))))
            case _:
                return value

    def _as(self, kind: Kind, value: str) -> str:
        if not value:
            return value
        match kind:
            case "kept":
                return self._made.patterns(value) if len(value) > 40 else value
            case "telephone":
                return value if value.lower() in ANYBODY else self._made.telephone(value)
            case "name":
                return self._made.digits(value, "names and places") if value.isdigit() else self._made.name(value)
            case "digits":
                return self._made.digits(value)
            case "speech":
                return self._of_json_text(value) or self._made.words(value)
            case "address":
                return self.address(value)
            case "sid":
                return self._made.sid(value) if _IDENTIFIER.fullmatch(value) else self._made.text(value)
            case "text":
                return self._made.text(value)
            case "secret":
                return self._made.secret(value)
            case "unknown":
                return self._made.sid(value) if _IDENTIFIER.fullmatch(value) else self._made.words(value)

    def _of_json_text(self, value: str) -> str | None:
        """A text that is a JSON object or list, with what is in it replaced; None for any other."""
        if not value.startswith(("{", "[")):
            return None
        try:
            read = json.loads(value)
        except ValueError:
            return None
        return json.dumps(self._leaves(read), ensure_ascii=False)

    def _leaves(self, value: Any) -> Any:
        match value:
            case dict():
                return {name: self._leaves(one) for name, one in value.items()}
            case list():
                return [self._leaves(one) for one in value]
            case str():
                return self._as("unknown", value)
            case int() if not isinstance(value, bool):
                return int(self._made.digits(str(abs(value))))
            case _:
                return value

    def _cookie(self, pair: str) -> str:
        name, equals, value = pair.partition("=")
        return f"{name}={self._made.secret(value)}" if equals else self._made.secret(pair)

    def _segment(self, written: str) -> str:
        plain = unquote(written)
        made = self._made.text(plain)
        return written if made == plain else quote(made)

    def _asked(self, pair: str) -> str:
        name, equals, value = pair.partition("=")
        if not equals:
            return self._segment(pair)
        return f"{name}={quote_plus(self.query_value(unquote_plus(name), unquote_plus(value)), safe=':')}"

    def query_value(self, name: str, value: str) -> str:
        """Return what is written in place of a value of a query: one of the vendor's fields, or of the app's own."""
        kind = kind_of_field(name)
        if kind != "unknown":
            return self._as(kind, value)
        replaced = self._made.text(value)  # what was replaced elsewhere looks the same here
        return replaced if replaced != value else self._made.words(value)

    def _xml(self, body: str) -> str:
        told: list[str] = []
        inside = ""
        for piece in _MARKUP.split(body):
            if piece.startswith("<!--"):
                told.append(f"<!--{self._said(piece[4:-3])}-->")
            elif piece.startswith("<![CDATA["):
                told.append(f"<![CDATA[{self._said(piece[9:-3])}]]>")
            elif piece.startswith("<"):
                inside = "" if piece.startswith("</") else re.split(r"[\s/>]", piece[1:], maxsplit=1)[0]
                told.append(_ATTRIBUTE.sub(lambda found, of=inside: self._attribute(of, found), piece))
            else:
                told.append(self._content(inside, piece))
        return "".join(told)

    def _content(self, element: str, text: str) -> str:
        if not text.strip():
            return text
        plain = html.unescape(text)
        if element in OF_PEOPLE:
            made = self._made.party(plain.strip()) if element == "Sip" else self._made.words(plain)
        elif element in {"Redirect", "Play"} or (element == "Sms" and "://" in plain):
            made = self.address(plain.strip())
        else:
            made = self._made.text(plain) if element in NAMING else self._said(plain)
        return text if made == plain.strip() else html.escape(made, quote=False)

    def _said(self, text: str) -> str:
        return self._made.words(text, "texts") if self._replace_texts else self._made.text(text)

    def _attribute(self, element: str, found: re.Match[str]) -> str:
        name, equals, quoted = found.groups()
        plain = html.unescape(quoted[1:-1])
        if name in KEYED_ATTRIBUTES:
            made = self._made.digits(plain)
        elif name == "value" and element == "Parameter":
            made = self._as("unknown", plain)
        elif name in FREE_ATTRIBUTES:
            made = self._made.text(plain)
        elif re.match(r"[a-z]+://|/|\.|\?", plain) or name.lower().endswith(("url", "callback", "action")):
            made = self.address(plain)
        else:
            made = self._made.patterns(plain)
        return found[0] if made == plain else f"{name}{equals}{quoted[0]}{html.escape(made)}{quoted[0]}"


def _decoded(payload: str) -> int:
    """How many bytes of sound a payload in base64 is."""
    return len(payload) * 3 // 4 - payload[-2:].count("=")
