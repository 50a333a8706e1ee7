"""A condition of a step names another party and how it stands: ``when: ana talks``."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Final

from ivr.source.diagnostics import Mark
from ivr.source.fields import Fields, suggest
from ivr.source.yaml import Text
from value_class import value_class
from wording import message, phrase

RINGS, ANSWERED, WAITS, TALKS, HELD, HUNG_UP, DONE = (
    "rings",
    "answered",
    "waits",
    "talks",
    "is held",
    "hung up",
    "is done",
)
"""How a party stands: its telephone rings, it is in a call, it waits in a queue or alone in a conference, it and
another hear each other, it is on hold, its call is over, its steps are over.
"""

STANDINGS: Final = (RINGS, ANSWERED, WAITS, TALKS, HELD, HUNG_UP, DONE)

NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,29}")
"""The name of a party."""


@value_class
class PartyCondition:
    """The condition holds where ``party`` stands so, or came to since the last step of the party that waits for it."""

    party: str
    standing: str
    mark: Mark

    def __str__(self) -> str:
        return f"{self.party} {self.standing}"


def read_conditions(fields: Fields) -> tuple[PartyCondition, ...]:
    """Read ``when``: one condition, or a list of which all must hold."""
    found = []
    for written in fields.texts("when"):
        party, _, standing = " ".join(written.split()).partition(" ")
        if standing in STANDINGS:
            found.append(PartyCondition(party, standing, written.mark))
        else:
            fields.diagnostics.error(written.mark, _malformed(fields.owner, written, standing))
    return tuple(found)


def check_names(conditions: Iterable[PartyCondition], names: Collection[str], own: str, fields: Fields) -> None:
    """Tell the conditions of the party ``own`` that name nobody of the scene, or its own end."""
    for each in conditions:
        if each.party == own and each.standing == DONE:
            told = message(
                "condition-of-oneself",
                "'when: {condition}': a party cannot wait for the end of its own steps",
                condition=each,
            )
            fields.diagnostics.error(each.mark, told)
        elif each.party not in names:
            told = message(
                "condition-of-unknown-party",
                "'when: {condition}': the scene has no party '{party}'{near}",
                condition=each,
                party=each.party,
                near=suggest(each.party, names) or phrase(" (there are: {known})", known=", ".join(names)),
            )
            fields.diagnostics.error(each.mark, told)


def _malformed(owner: str, written: Text, standing: str) -> str:
    return message(
        "condition-malformed",
        "'when' of {owner}: write who, and how that party stands, such as ana talks, not '{written}'{near}"
        " (there are: {known})",
        owner=owner,
        written=written,
        near=suggest(standing, STANDINGS) if standing else "",
        known=", ".join(STANDINGS),
    )
