"""Logs what was heard since the caller's last act, and finds in it what a step expects to be heard."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from ivr.simulator.phones import steps
from ivr.simulator.phones.steps import Sound, Wanted
from ivr.simulator.transcript import Event
from ivr.source.folding import fold, without_accents
from wording import phrase

QUOTE = 400
"""Characters of what was heard that a failure quotes, counted from its end."""

_ANYTHING = phrase("anything")


class PromptLog:
    """The texts and sounds since the last act, each with the second of the call at which it began."""

    def __init__(self) -> None:
        self.now = 0.0
        self.acted_at = 0.0
        self._texts: list[tuple[float, str]] = []
        self._shown: list[str] = []
        self._sounds: list[tuple[float, str]] = []
        self._received: list[tuple[float, str, str]] = []
        """When a text came, its words, and as they may be shown."""
        self._acted = False

    def notice(self, event: Event) -> None:
        """Remember what is spoken and played, and when."""
        if "leg" in event.details:
            return  # a whisper, which only the callee hears
        self.now = event.t
        if self._acted:
            self.acted_at, self._acted = event.t, False
        kind = event.kind
        if kind == "request":
            return
        words = event.words
        if words is not None:
            self._texts.append((event.t, words))
            self._shown.append(event["text"])
        if kind == "play" and (url := event.get("url")):
            self._sounds.append((event.t, url))
        if kind == "text" and event["direction"] != "inbound":
            body = event["body"]
            self._received.append((event.t, body if event.spoken is None else event.spoken, body))

    def acted(self) -> None:
        """Empty the log, since the caller has acted; the next event tells when that was."""
        self._texts.clear()
        self._shown.clear()
        self._sounds.clear()
        self._received.clear()
        self._acted = True

    def texted(self) -> None:
        """Forget the texts that came, since the caller has sent one; what is spoken goes on meanwhile."""
        self._received.clear()
        self._acted = True

    def cut_short(self) -> None:
        """Forget the text that is being said: the caller does not hear it to its end."""
        if self._texts:
            self._texts.pop()
            self._shown.pop()

    def missing(self, expected: Iterable[Sound]) -> tuple[Sound, str] | None:
        """The first step of ``expected`` that does not hold, and why. Texts and sounds each keep their order."""
        begin = first = 0
        for step in expected:
            match step:
                case steps.Hear(text=text, within=within):
                    place = self._find(text, begin)
                    if place is None:
                        what = name(text, prompt=step.prompt)
                        return step, phrase("{what} was not heard; {instead}", what=what, instead=self.quote())
                    begin, at = place
                    if reason := self.late(within, at):
                        what = name(text, prompt=step.prompt)
                        return step, phrase("{what} was heard only {when}", what=what, when=reason)
                case steps.NotHear(text=text):
                    if self._find(text, 0) is not None:
                        what = name(text, prompt=step.prompt)
                        return step, phrase("{what} was heard; {instead}", what=what, instead=self.quote())
                case steps.Play(url=url, within=within):
                    found = next((i for i in range(first, len(self._sounds)) if _in(url, self._sounds[i][1])), None)
                    if found is None:
                        what = name(url, phrase("a sound"))
                        return step, phrase("{what} was not played; {instead}", what=what, instead=self._played())
                    first = found
                    if reason := self.late(within, self._sounds[found][0]):
                        what = name(url, phrase("a sound"))
                        return step, phrase("{what} was played only {when}", what=what, when=reason)
                case steps.Texted(text=text, within=within):
                    came = next((each for each in self._received if holds(text, each[1])), None)
                    if came is None:
                        what = name(text, phrase("any text"))
                        return step, phrase("{what} was not texted; {instead}", what=what, instead=self._came())
                    if reason := self.late(within, came[0]):
                        what = name(text, phrase("any text"))
                        return step, phrase("{what} was texted only {when}", what=what, when=reason)
        return None

    @property
    def sentences(self) -> tuple[str, ...]:
        """Return each text that was spoken since the caller's last act, as a transcript shows it."""
        return tuple(self._shown)

    @property
    def heard(self) -> str:
        """Return everything that was spoken since the caller's last act, as a transcript shows it."""
        return " ".join(" ".join(self._shown).split())

    def late(self, within: float | None, at: float | None = None) -> str | None:
        """Return why ``at`` (default: now) is over ``within`` seconds after the caller's last act, or None."""
        after = (self.now if at is None else at) - self.acted_at
        if within is None or after <= within + 1e-6:
            return None
        return phrase("{after:.1f} s after the caller's last act, not within {within:g} s", after=after, within=within)

    def quote(self) -> str:
        """Quote what was spoken instead of what a step expected."""
        text = self.heard
        if not text:
            return phrase("nothing was spoken since the caller's last act")
        quoted = f"{'… ' if len(text) > QUOTE else ''}{text[-QUOTE:]}"
        return phrase('heard instead: "{quoted}"', quoted=quoted)

    def _came(self) -> str:
        if not self._received:
            return phrase("no text came since the caller's last act")
        return phrase("texted instead: {texts}", texts=", ".join(f'"{text}"' for _, _, text in self._received))

    def _played(self) -> str:
        if not self._sounds:
            return phrase("nothing was played since the caller's last act")
        return phrase("played instead: {files}", files=", ".join(url for _, url in self._sounds))

    def _find(self, wanted: Wanted, begin: int) -> tuple[int, float] | None:
        """Where in all that was spoken ``wanted`` begins, looking from ``begin`` on, and when that was said."""
        plain_texts = [plain(text) for _, text in self._texts]
        spoken = " ".join(plain_texts)
        match wanted:
            case None:
                found = begin if spoken[begin:].strip() else -1
            case str():
                found = spoken.find(plain(wanted), begin)
            case _:
                hit = _without_accents(wanted).search(spoken, begin)
                found = hit.start() if hit else -1
        if found < 0:
            return None
        end = -1
        for (t, _), text in zip(self._texts, plain_texts, strict=True):
            end += len(text) + 1
            if found < end:
                return found, t
        return (found, self._texts[-1][0]) if self._texts else None


def name(wanted: Wanted, anything: str = _ANYTHING, prompt: str = "") -> str:
    """``wanted`` as a failure names it: by the name of its ``prompt`` where the script says that."""
    match wanted:
        case _ if prompt:
            return phrase("the prompt '{prompt}'", prompt=prompt)
        case None:
            return anything
        case str():
            return f"'{wanted}'"
        case _:
            return f"/{wanted.pattern}/"


@lru_cache(maxsize=2048)
def plain(text: str) -> str:
    """Without accents, capitals and doubled blanks."""
    return fold(text)


@lru_cache(maxsize=256)
def _without_accents(pattern: re.Pattern[str]) -> re.Pattern[str]:
    return re.compile(without_accents(pattern.pattern), pattern.flags | re.IGNORECASE)


def _in(wanted: Wanted, url: str) -> bool:
    match wanted:
        case None:
            return True
        case str():
            return wanted in url
        case _:
            return wanted.search(url) is not None


def holds(wanted: Wanted, text: str) -> bool:
    """Return whether ``text`` holds what is wanted; case and accents do not count."""
    match wanted:
        case None:
            return True
        case str():
            return plain(wanted) in plain(text)
        case _:
            return _without_accents(wanted).search(plain(text)) is not None
