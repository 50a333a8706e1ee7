"""``requires``: what a caller must have passed before a destination is rung, and whether it must be staffed on call.

requires:
  suporte: [identity, contact, contract, finance, support]   # a destination, or the beginning of several names
  consultoria: [identity, contact, contract, finance, consultancy, consent]
  datacenter: [identity, contact, contract, datacenter, on-call]

The words are the rules of ``check`` states (see ivr/flow/rules.py); ``consent``, a key that agrees to a term
(``accepts`` of a menu); and ``on-call``: its staff on call are rung at some time when the destination is not open.
"""

from __future__ import annotations

from typing import Final

from ivr.flow.rules import RULES
from ivr.source.diagnostics import Mark
from ivr.source.fields import Fields, suggest
from ivr.source.yaml import Text
from wording import message

CONSENT: Final = "consent"
ON_CALL: Final = "on-call"
KNOWN: Final = (*(name for name in RULES if name not in {"identified", "open"}), CONSENT, ON_CALL)

Requirements = dict[str, tuple[Mark, tuple[Text, ...]]]
"""What each destination or group of destinations requires, and where that is written."""


def read_requires(root: Fields) -> Requirements:
    """The section of the file; a word that is no requirement is a fault."""
    requirements: Requirements = {}
    written = root.mapping_of("requires")
    each_of = Fields(written, "'requires'", root.diagnostics) if written else None
    for scope, mark, _ in written.items() if written else ():
        known = []
        for word in each_of.texts(scope, required=True) if each_of else ():
            if word in KNOWN:
                known.append(word)
            else:
                root.diagnostics.error(
                    word.mark,
                    message(
                        "requirement-unknown",
                        "'{scope}' cannot require '{word}'{near} (one of: {known})",
                        scope=scope,
                        word=word,
                        near=suggest(word, KNOWN),
                        known=", ".join(KNOWN),
                    ),
                )
        requirements[scope] = (mark, tuple(known))
    return requirements


def scope_holds(scope: str, destination: str) -> bool:
    """True where ``scope`` is the destination, or the beginning of its name."""
    return destination == scope or destination.startswith(f"{scope}.")
