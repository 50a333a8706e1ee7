"""``texts:`` expects the texts that the application sends: each in its order, to whom, and what it says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ivr.replay.steps import read_wanted
from ivr.replay.text_fates import TEXT_ENDINGS, parse_text_error
from ivr.simulator.phones.prompt_log import holds, name
from ivr.simulator.phones.steps import Wanted
from ivr.source.diagnostics import Mark
from ivr.source.fields import Fields
from ivr.source.yaml import Value
from value_class import value_class
from wording import counted, joined, phrase

if TYPE_CHECKING:
    from ivr.replay.call_result import CallResult
    from ivr.simulator.texts.text_message import TextMessage


@value_class
class WantedText:
    """A text that is to be sent: ``text`` is in it, and it comes to ``ended``; None is whatever comes."""

    mark: Mark
    to: str | None
    from_: str | None
    text: Wanted
    ended: str | None
    error: int | None

    def unmet(self, sent: TextMessage) -> Iterator[str]:
        """Yield each thing that was expected of the text and does not hold."""
        if self.to is not None and sent.to != self.to:
            yield phrase("expected a text to {wanted}, but it went to {came}", wanted=self.to,
                         came=sent.to)  # fmt: skip
        if self.from_ is not None and sent.from_ != self.from_:
            yield phrase("expected a text from {wanted}, but it came from {came}",
                         wanted=self.from_, came=sent.from_)  # fmt: skip
        if not holds(self.text, sent.body):
            yield phrase("expected a text that says {wanted}, but it says \"{came}\"",
                         wanted=name(self.text), came=sent.shown)  # fmt: skip
        wanted, came = (self.ended, self.error), (sent.status, sent.error)
        if (self.ended is not None and self.ended != sent.status) or (self.error not in {None, sent.error}):
            yield phrase("expected a text that is {wanted}, but it is {came}",
                         wanted=_standing(*wanted), came=_standing(*came))  # fmt: skip


@value_class
class Texts:
    """``texts: [{to: "+5511900000001", hear: protocolo}]`` expects the texts that were sent; an empty list: none."""

    mark: Mark
    texts: tuple[WantedText, ...]

    def unmet(self, result: CallResult) -> str | None:
        """Return what was expected and what came instead; None where it held."""
        return self.unmet_by(result.texts)

    def unmet_by(self, sent: Sequence[TextMessage]) -> str | None:
        """Return what was expected of the texts ``sent`` and what came instead; None where it held."""
        if len(sent) == len(self.texts):
            pairs = zip(self.texts, sent, strict=True)
            unmet = [what for wanted, each in pairs for what in wanted.unmet(each)]
            return joined("; ", unmet) if unmet else None
        came = [phrase('to {number}: "{text}"', number=each.to, text=each.shown) for each in sent]
        return counted(
            "expected {number} text, but these came: {came}",
            "expected {number} texts, but these came: {came}",
            len(self.texts),
            came=joined(", ", came) if came else phrase("none"),
        )

    def each_unmet(self, sent: Sequence[TextMessage]) -> Iterator[str]:
        """Yield what did not hold in each of as many texts as were expected, with its own place."""
        for wanted, came in zip(self.texts, sent, strict=True):
            for what in wanted.unmet(came):
                yield phrase("{where}: {what}", where=f"{wanted.mark.file}:{wanted.mark.line}", what=what)


def read_texts(fields: Fields) -> Texts | None:
    """Read ``texts:`` of ``expect:``; None where it is not written."""
    written = fields.items("texts")
    if not fields.has("texts"):
        return None
    mark = fields.mark_of("texts")
    return Texts(mark, tuple(_wanted_text(value, number, fields) for number, value in enumerate(written, 1)))


def _wanted_text(value: Value, number: int, fields: Fields) -> WantedText:
    owner = phrase("text {number} of 'texts'", number=number)
    inner = Fields.of(value, owner, fields.diagnostics, fields.mark_of("texts"))
    wanted = WantedText(
        inner.mark,
        inner.text("to"),
        inner.text("from"),
        read_wanted(inner, "hear"),
        inner.choice("ended", TEXT_ENDINGS, default="") or None,
        inner.parsed("error", parse_text_error),
    )
    inner.finish()
    return wanted


def _standing(ended: str | None, error: int | None) -> str:
    if error is None:
        return ended or phrase("anything")
    return phrase("{ended} with {error}", ended=ended or phrase("anything"), error=error)
