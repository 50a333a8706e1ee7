"""Reads the attributes of one verb into typed values; for a wrong one it notes a warning and keeps the default.

So the vendor does it: a wrong attribute never stops a call.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urljoin, urlsplit, urlunsplit

from ivr import voices
from ivr.simulator import codes
from ivr.simulator.carrier import StatusCallback
from ivr.simulator.reader import Element
from ivr.simulator.twiml_notice import TwimlNotice

_SCHEMA = codes.SCHEMA_WARNING


@dataclass(slots=True)
class Page:
    """The document being read: where it came from (relative addresses are relative to it) and its warnings."""

    url: str
    warnings: list[TwimlNotice] = field(default_factory=list)
    _server: str | None = None
    """Scheme and host of ``url``, once an address was relative to them."""

    def warn(self, code: int, element: Element, message: str, remedy: str = "", *, failure: bool = False) -> None:
        """Note a warning at the element's line; ``failure``: because of it something cannot be performed."""
        what = f"<{element.name}> {message}"
        self.warnings.append(TwimlNotice.of(code, what, self.url, element.line, remedy, failure=failure))

    def leave_out(self, child: Element, parent: Element, remedy: str, code: int = _SCHEMA) -> None:
        """Note that ``child`` has no place in ``parent`` and is not performed."""
        self.warn(code, child, f"may not stand inside <{parent.name}>; it is left out", remedy, failure=True)

    def no_text(self, element: Element, remedy: str) -> None:
        """Note text that stands in ``element`` itself, where only elements are performed."""
        if element.own:
            self.warn(_SCHEMA, element, "holds text that nothing performs; it is left out", remedy, failure=True)

    def resolve(self, address: str) -> str:
        """``address`` as an absolute one; an empty one is the document's own."""
        try:
            if address.startswith("/"):
                if self._server is None:
                    scheme, netloc, *_ = urlsplit(self.url)
                    self._server = urlunsplit((scheme, netloc, "", "", ""))
                return _at(self._server, address.strip())
            return urljoin(self.url, address.strip())
        except ValueError:
            return address  # no address at all; asking for it will say so


@lru_cache(maxsize=1024)
def _at(server: str, path: str) -> str:
    """The address of ``path`` at ``server``: recordings stand in document after document."""
    return urljoin(server, path)


class Attributes:
    """Reads what is written on ``element``; names outside of ``known`` are warned of at once."""

    def __init__(self, element: Element, page: Page, known: Collection[str]) -> None:
        self._element = element
        self._page = page
        for name in element.attributes:
            if name not in known:
                right = next((one for one in known if one.lower() == name.lower()), None)
                remedy = f"Write {right}: case counts." if right else f"{_known(known)} Take it out."
                page.warn(codes.SCHEMA_WARNING, element, f"has no attribute '{name}'", remedy)

    def text(self, name: str) -> str | None:
        """The value as it was written; None where it was not."""
        return self._element.attributes.get(name)

    def whole(self, name: str, default: int, *, least: int = 1, code: int = codes.SCHEMA_WARNING) -> int:
        """A whole number, ``least`` or more."""
        written = self.text(name)
        if written is None:
            return default
        if written.strip().isascii() and written.strip().isdigit() and int(written) >= least:
            return int(written)
        self.wrong(name, f"a whole number from {least}", code)
        return default

    def flag(self, name: str, default: bool, *, code: int = codes.SCHEMA_WARNING) -> bool:
        """``true`` or ``false``."""
        return self.choice(name, "true" if default else "false", ("true", "false"), code=code) == "true"

    def choice(self, name: str, default: str, choices: Iterable[str], *, code: int = codes.SCHEMA_WARNING) -> str:
        """One of ``choices``, however its case is written."""
        written = self.text(name)
        if written is None:
            return default
        for choice in choices:
            if written.strip().lower() == choice.lower():
                return choice
        self.wrong(name, " or ".join(choices), code)
        return default

    def method(self, name: str = "method", *, code: int = codes.SCHEMA_WARNING) -> str:
        """``GET`` or ``POST``, which is the default."""
        return self.choice(name, "POST", ("GET", "POST"), code=code)

    def url(self, name: str) -> str | None:
        """The address, made absolute; None where none is written."""
        written = self.text(name)
        return None if written is None else self._page.resolve(written)

    def wrong(
        self,
        name: str,
        expected: str,
        code: int = codes.SCHEMA_WARNING,
        *,
        remedy: str = "The default stands.",
        shown: str | None = None,
    ) -> None:
        """Warn that the value of ``name`` is not one of those that are ``expected``; it is ``shown`` as that."""
        written = self.text(name) if shown is None else shown
        self._page.warn(code, self._element, f"takes {expected} as {name}, not '{written}'", remedy)

    def voice(self) -> str | None:
        """The voice to speak with."""
        written = self.text("voice")
        if written and not voices.is_voice(written):
            similar = voices.similar_voice(written)
            meant = f"Did you mean {similar}? " if similar else ""
            expected = "man, woman, or a voice of Polly's or Google's such as Polly.Camila"
            self.wrong("voice", expected, codes.SAY_VOICE, remedy=f"{meant}The default stands.")
        return written

    def language(self, known: frozenset[str], is_taken: Callable[[str], bool], code: int) -> str | None:
        """The language, with its country, where it ``is_taken``; one of those ``known`` may have been meant."""
        written = self.text("language")
        if written and not is_taken(written):
            similar = voices.similar_language(written, known)
            meant = f"Did you mean {similar}? " if similar else ""
            expected = "a language with its country, such as pt-BR,"
            self.wrong("language", expected, code, remedy=f"{meant}The default stands.")
        return written

    def not_simulated(self, *names: str) -> None:
        """Warn where one of ``names`` is written: Twilio would heed it, and here it has no effect."""
        for name in names:
            if self.text(name):
                self._page.warn(codes.NOT_SIMULATED, self._element, f"{name} is not simulated", failure=True)

    def callback(
        self, name: str, known: Collection[str], default: str, *, method_code: int = _SCHEMA, event_code: int = _SCHEMA
    ) -> StatusCallback | None:
        """The status callback ``name`` with its ``...Method`` and ``...Event``; None where none is written.

        Events stand with blanks between them; ``default`` are those that are told where none are chosen.
        """
        method = self.method(f"{name}Method", code=method_code)
        events = (self.text(f"{name}Event") or default).replace(",", " ").split()
        if set(events) - set(known):
            self.wrong(f"{name}Event", f"{', '.join(known)} (with blanks between them)", event_code)
        url = self.url(name) if self.text(name) else None
        return StatusCallback(url, method, tuple(event for event in events if event in known)) if url else None


def _known(names: Collection[str]) -> str:
    return f"It knows {', '.join(sorted(names))}." if names else "It has none."
