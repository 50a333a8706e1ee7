"""Where a call stands between two turns: a value that is kept as JSON.

It never holds a password, and a document only as its keyed digest.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from routing.decide import Progress

PUBLIC: Final = (
    "state",
    "choices",
    "strikes",
    "silences",
    "errors",
    "strays",
    "finish_due",
    "prompts_end",
    "served",
    "destination",
    "progress",
    "over_limit",
    "queued_at",
)


@dataclass(frozen=True, slots=True)
class Position:
    """One call's standing.

    ``state``: the state that waits. ``choices``: menu → key pressed there last.
    ``strikes``: counter → wrong entries. ``silences`` and ``errors``: failed entries in this state so far.
    ``strays``: finishing keys without an entry. ``finish_due``: the last entry was ended by its length, so that the
    ``#`` which closes it may still come. ``prompts_end``: when what was said last is over, in ISO form.
    ``sealed``: keyed digest of the document; ``exact``: it was spoken or confirmed, and so is no other's that has the
    same keys. ``contact_id`` and ``company_id``: who has been identified.
    ``destination`` and ``progress``: the desk being rung. ``over_limit``: the call has had all its turns and is with
    a human for good. ``served``: the caller has talked with a desk, and asked for none since.
    ``protocol``: the number that the caller was told. ``code_keys``: keys of a menu's code, pressed in a row so far.
    ``queued_at``: when the caller came into the queue last, in ISO form.
    ``quoted``: the price that was told last (``354.00 BRL``). ``agreed``: a term was agreed to, and its service was not
    given yet.
    ``somebody``: the caller was identified, and who it is was left out (see ``public``).
    """

    state: str
    choices: Mapping[str, str] = field(default_factory=dict)
    strikes: Mapping[str, int] = field(default_factory=dict)
    silences: int = 0
    errors: int = 0
    strays: int = 0
    sealed: str | None = None
    exact: bool = False
    contact_id: int | None = None
    company_id: int | None = None
    destination: str | None = None
    progress: Progress | None = None
    over_limit: bool = False
    protocol: str | None = None
    queued_at: str | None = None
    somebody: bool = False
    finish_due: bool = False
    prompts_end: str | None = None
    served: bool = False
    code_keys: int = 0
    quoted: str | None = None
    agreed: bool = False

    def as_json(self) -> str:
        """Canonical text: equal positions give equal text."""
        values = {name: getattr(self, name) for name in self.__slots__ if name != "somebody"}
        values["progress"] = self.progress.as_dict() if self.progress else None
        values |= {name: dict(values[name]) for name in ("choices", "strikes")}
        return json.dumps(values, sort_keys=True, separators=(",", ":"))

    def identified_as(self, known: Position) -> Position:
        """This position, of the caller of whom ``known`` tells what ``public`` leaves out."""
        return replace(
            self,
            sealed=known.sealed,
            exact=known.exact,
            contact_id=known.contact_id,
            company_id=known.company_id,
            protocol=known.protocol,
            somebody=False,
        )

    def public(self) -> dict[str, Any]:
        """What of it says nothing of who calls, as plain values: fit for the address of a turn."""
        values = {name: getattr(self, name) for name in PUBLIC}
        values["progress"] = self.progress.as_dict() if self.progress else None
        values["somebody"] = self.somebody or self.contact_id is not None
        return values | {name: dict(values[name]) for name in ("choices", "strikes")}

    @classmethod
    def from_public(cls, values: Mapping[str, Any]) -> Position:
        """The reverse of ``public``. Raises KeyError, TypeError or ValueError for anything else."""
        strikes = {_word(name): _count(number) for name, number in values["strikes"].items()}
        choices = {_word(name): _word(key) for name, key in values["choices"].items()}
        progress = Progress.from_dict(values["progress"]) if values["progress"] else None
        queued_at = _moment(values["queued_at"])
        destination = values["destination"] and _word(values["destination"])
        return cls(
            _word(values["state"]),
            choices,
            strikes,
            _count(values["silences"]),
            _count(values["errors"]),
            _count(values["strays"]),
            destination=destination,
            progress=progress,
            over_limit=values["over_limit"] is True,
            queued_at=queued_at,
            somebody=values["somebody"] is True,
            finish_due=values.get("finish_due") is True,
            prompts_end=_moment(values.get("prompts_end")),
            served=values.get("served") is True,
        )

    @classmethod
    def from_json(cls, text: str) -> Position:
        """The reverse of ``as_json``."""
        values = json.loads(text)
        if values["progress"]:
            values["progress"] = Progress.from_dict(values["progress"])
        return cls(**values)


def _moment(value: object) -> str | None:
    if not value:
        return None
    moment = datetime.fromisoformat(_word(value))
    if moment.tzinfo is None:
        raise ValueError("a moment has a zone")
    return moment.isoformat()


def _word(value: object) -> str:
    if not isinstance(value, str) or len(value) > 200:
        raise TypeError("not a word")
    return value


def _count(value: object) -> int:
    if type(value) is not int or not 0 <= value <= 1000:
        raise TypeError("not a count")
    return value
