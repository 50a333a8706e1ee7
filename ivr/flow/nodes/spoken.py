"""One prompt as a state says it: what is filled into it, and which keys are taken meanwhile."""

from __future__ import annotations

from typing import Final

from ivr.source.yaml import Text
from value_class import value_class

CALL: Final = frozenset({"protocolo"})
"""The placeholders that can be filled wherever a call is."""

DESTINATION: Final = CALL | {"destino"}
"""Those that can be filled where a destination was chosen."""

FORECAST: Final = frozenset({"previsao", "dia"})
"""Those that can be filled where the call has a ticket."""


@value_class
class Spoken:
    """``prompt`` and the placeholders that are known where it is said (``fills``).

    ``heard_by``: the states that take a key meanwhile, or what follows them without one; none where no key is taken.
    ``queued``: it is said in a queue, whose keys are those of the state itself; ``takes``: keys that it takes besides,
    which lead nowhere. ``asks``: it belongs to a question with keys of its own; ``announces``: it must tell them all.
    ``confirms``: what comes of it only by the key 1.
    ``fills_closed``: the placeholders that are known in place of ``fills`` where the call has just been told that a
    service is closed. ``tells``: of the keys that the state announces, those that this prompt must tell (None: all).
    """

    prompt: Text
    fills: frozenset[str]
    heard_by: tuple[str, ...] = ()
    queued: bool = False
    asks: bool = False
    announces: bool = False
    confirms: str = ""
    fills_closed: frozenset[str] | None = None
    takes: frozenset[str] = frozenset()
    tells: frozenset[str] | None = None
