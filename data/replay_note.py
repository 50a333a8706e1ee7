"""A replay note is what a turn keeps so that its call can be played again: keys of menus, answers of checks, and what
the router was asked.

It never holds the digits of an entry of several keys (a document, a password, an access code), nor a word that was
said: of those it tells only which kind was asked for. An access code stands in it as the line's own table has it.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any, Final, NamedTuple

LONGEST: Final = 1500
"""Characters of a note; one that would be longer loses the answers of checks and the closures, and so its call cannot
be played again."""


class ReplayNote(NamedTuple):
    """The note tells what happened in one turn, and what its answer waits for.

    ``entry`` is the format of what was asked for (``key``, ``document`` …), empty where nothing was. ``key`` is the key
    of a menu or of a queue, pressed or meant; of several wrong ones in a row only the first is kept. ``taken_back``
    says that a secret entry was, by ``*``. ``told`` is how ringing or a wait ended, in the router's words, after
    ``seconds`` of talk, of waiting, or of a message.

    ``checks`` are the rules that were asked, each with its answer; ``asked`` is what the router was asked, by
    ``destination``, ``code``, ``area`` and ``contract``; ``closed`` are the emergency closures that it was told of,
    each with its end in ISO form (empty: unknown).

    ``waits`` is what the answer waits for: ``keys``, ``dial``, ``queue`` or ``message``; empty where the call is over.
    A dial rings ``rings`` telephones, and with ``accept`` asks who picks up to take the call by a key.
    """

    entry: str = ""
    key: str = ""
    taken_back: bool = False
    told: str = ""
    seconds: int = 0
    checks: tuple[tuple[str, str], ...] = ()
    asked: tuple[tuple[str, str], ...] = ()
    closed: tuple[tuple[str, str], ...] = ()
    waits: str = ""
    rings: int = 0
    accept: bool = False

    def as_json(self) -> str:
        """Return the note as it is stored, LONGEST characters at most."""
        text = _as_json(self)
        return text if len(text) <= LONGEST else _as_json(self._replace(checks=(), asked=(), closed=()))

    @classmethod
    def from_json(cls, text: str) -> ReplayNote:
        """The reverse of ``as_json``; what a later release adds is left out."""
        values: dict[str, Any] = {name: value for name, value in json.loads(text).items() if name in _NAMES}
        for name in _PAIRS & values.keys():
            values[name] = tuple((one, other) for one, other in values[name])
        return cls(**values)

    def asked_for(self, what: str) -> str:
        """Return what the router was asked by ``what``, empty where it was not."""
        return dict(self.asked).get(what, "")


_NAMES: Final = frozenset(ReplayNote._fields)
_PAIRS: Final = frozenset({"checks", "asked", "closed"})
_ENCODE: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_NOTHING: Final = ReplayNote()


@lru_cache(maxsize=1024)
def _as_json(note: ReplayNote) -> str:
    """Write what is said of a note only, in the order of its fields. Most turns of a menu have notes as others have."""
    told = zip(note._fields, note, _NOTHING, strict=True)
    return _ENCODE({name: value for name, value, nothing in told if value != nothing})
