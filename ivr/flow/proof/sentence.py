"""Reads the rules of a line, each a sentence:

line:
  rules:
    - suporte is never reached without identified, contact active, finance clear or within-grace
    - aceite-consultoria is never reached without consultancy authorised
    - every state reaches a person in at most 2 choices
    - no secret is asked where everything behind it is closed
    - no consent is asked where everything behind it is closed

The first names a destination, the beginning of several, or a state, and what callers must have passed: see ``passed``.
"""

from __future__ import annotations

import re
from typing import Final, Literal, cast

from ivr.flow.proof.passed import Passed, read_passed
from ivr.source.diagnostics import Diagnostics
from ivr.source.yaml import Text
from value_class import value_class
from wording import message, phrase, reason

FORMS: Final = (
    "X is never reached without WHAT, WHAT ...",
    "every state reaches a person in at most N choices",
    "no secret is asked where everything behind it is closed",
    "no consent is asked where everything behind it is closed",
)

_NEVER: Final = re.compile(r"(\S+) is never reached without (.+)")
_PERSON: Final = re.compile(r"every state reaches a person in at most ([1-9][0-9]?) choices?")
_CLOSED: Final = re.compile(r"no (secret|consent) is asked where everything behind it is closed")


@value_class
class NeverWithout:
    """``subject`` (a destination, the beginning of several, or a state) is never reached without all of ``passed``."""

    text: Text
    subject: str
    passed: tuple[Passed, ...]


@value_class
class PersonWithin:
    """From every state that asks something a person is reached by at most ``choices`` keys, whatever checks answer."""

    text: Text
    choices: int


@value_class
class ClosedFirst:
    """No call comes to a question for a ``secret`` or a ``consent`` while all destinations behind it are closed."""

    text: Text
    asked: Literal["secret", "consent"]


ProvenRule = NeverWithout | PersonWithin | ClosedFirst


def read_rules(texts: tuple[Text, ...], diagnostics: Diagnostics) -> list[ProvenRule]:
    """Return the rules that can be read; each other sentence is a fault at its place."""
    rules: list[ProvenRule] = []
    for text in texts:
        sentence = " ".join(text.split())
        if never := _NEVER.fullmatch(sentence):
            try:
                passed = tuple(read_passed(each) for each in re.split(r"\s*,\s*", never[2].strip(" ,")))
            except ValueError as error:
                diagnostics.error(text.mark, phrase("a rule of 'line': {fault}", fault=reason(error)))
                continue
            rules.append(NeverWithout(text, never[1], passed))
        elif person := _PERSON.fullmatch(sentence):
            rules.append(PersonWithin(text, int(person[1])))
        elif closed := _CLOSED.fullmatch(sentence):
            rules.append(ClosedFirst(text, cast(Literal["secret", "consent"], closed[1])))
        else:
            forms = "; ".join(f"'{form}'" for form in FORMS)
            diagnostics.error(
                text.mark,
                message(
                    "rule-malformed",
                    "'{text}' is no rule that can be proven; write one of {forms}",
                    text=text,
                    forms=forms,
                ),
            )
    return rules
