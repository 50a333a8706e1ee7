"""A caller passes answers of checks, entries and consents; a proof keeps several of them as bits of one number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from ivr.flow.entry_formats import EntryFormat
from ivr.flow.nodes import Edge
from ivr.flow.routing.requires import CONSENT
from ivr.flow.rules import OPEN, RULES, refuses
from value_class import value_class
from wording import message

IDENTIFIED: Final = "identified"

ENTRIES: Final = (
    CONSENT, EntryFormat.DOCUMENT.value, EntryFormat.PASSWORD.value, EntryFormat.ACCESS_CODE.value,
)  # fmt: skip
"""What edges prove besides answers of checks."""

WORDS: Final = (*RULES, *ENTRIES)


@value_class
class Passed:
    """One thing to be passed: ``word`` is a rule of checks, of which one of ``answers`` came last, or an entry.

    The answer that came last counts, and of the caller who was identified last: who is identified anew, or refused, has
    passed nothing of it yet. What a stranger is answered proves nothing. With a ``state`` it is that the check of the
    rule ``open`` there has answered ``open`` in this call.
    """

    word: str
    answers: frozenset[str] = frozenset()
    state: str = ""

    def __str__(self) -> str:
        if not self.answers or self.word == IDENTIFIED:
            return self.word
        good = [word for word in RULES[self.word].outcomes if word in self.answers]
        return f"{self.word} {' or '.join(good)}"


def read_passed(text: str) -> Passed:
    """Read ``contact active``, ``finance clear or within-grace``, ``finance`` (any good answer), ``consent``.

    Raises ValueError, with what may be written, for anything else.
    """
    word, *rest = text.split()
    if word not in WORDS:
        raise ValueError(
            message(
                "rule-of-nothing-passed",
                "'{word}' is nothing that a caller can have passed (one of: {known})",
                word=word,
                known=", ".join(WORDS),
            )
        )
    if word in ENTRIES:
        if rest:
            raise ValueError(message("rule-with-answers-of-none", "'{word}' has no answers; write it alone", word=word))
        return Passed(word)
    known = RULES[word].outcomes
    answers = [each for each in rest if each != "or"]
    unknown = next((each for each in answers if each not in known), None)
    if unknown is not None:
        raise ValueError(
            message(
                "rule-with-an-unknown-answer",
                "the rule '{word}' never answers '{unknown}' (it answers: {known})",
                word=word,
                unknown=unknown,
                known=", ".join(known),
            )
        )
    return Passed(word, frozenset(answers or (each for each in known if not refuses(each))))


class Bits:
    """Gives each thing to be passed a bit, and tells which bits an edge sets and clears."""

    def __init__(self, passed: Iterable[Passed]) -> None:
        self.all: Sequence[Passed] = tuple(dict.fromkeys(passed))

    def of(self, passed: Iterable[Passed]) -> int:
        """Return the bits of ``passed``, all of which were given before."""
        return sum(1 << self.all.index(each) for each in passed)

    def lacking(self, wanted: int, have: int) -> list[Passed]:
        """Return what is ``wanted`` of a call that has passed ``have``."""
        return [each for at, each in enumerate(self.all) if wanted & ~have & (1 << at)]

    def effect(self, edge: Edge, *, known: bool) -> tuple[int, int]:
        """Return the bits that ``edge`` sets and those that it clears, for a caller who is ``known`` after it."""
        sets = clears = 0
        answer = edge.answer
        for at, each in enumerate(self.all):
            bit = 1 << at
            if each.word in edge.proves and each.word in ENTRIES:
                sets |= bit
            if answer is None:
                continue
            if each.state:
                if each.state == edge.source and answer.word in each.answers:
                    sets |= bit
                continue
            if answer.rule.needs == "identity" and each.word != EntryFormat.DOCUMENT.value:
                # Another caller may be on the line now: of this one nothing was asked yet.
                clears |= bit
            if (
                each.word == IDENTIFIED
                and known
                and (answer.rule.needs == "identity" or answer.rule.name == IDENTIFIED)
            ):
                sets |= bit
            elif answer.rule.name == each.word:
                clears |= bit
                if known and answer.word in each.answers:
                    sets |= bit
            elif answer.rule is OPEN and refuses(answer.word) and each.word == CONSENT:
                # Nothing is agreed to that is for a service which does not answer.
                clears |= bit
        return sets, clears
