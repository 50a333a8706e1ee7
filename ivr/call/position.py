"""A position says where a call stands between two turns: a value stored as JSON, and told in part by a turn's address.

Each field of ``Position`` is declared once, with who may know it. The stored form, the public form and the draft in
which a turn changes it (``ivr.call.turn_state``) follow from that list. It never holds a password, and a document only
as its keyed digest.

The keys of the JSON are those that the releases before wrote: processes of two releases answer side by side while one
replaces the other, so that a field may be renamed here, and its key never.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from json.encoder import encode_basestring_ascii as quoted
from operator import attrgetter
from typing import Any, Final

from ivr.call.position_field import (
    PositionField,
    by_word,
    count,
    database_only,
    flag,
    identifying,
    in_address,
    moment,
    perhaps,
    word,
)
from routing.decide import Progress


@dataclass(slots=True)
class Position:
    """One call's position, each field with its meaning below it.

    Treat it as a value. It is not frozen only because dataclasses give a frozen class no draft of the same fields; a
    turn changes its own draft, and never the position that it was given.
    """

    state: str = field(metadata=in_address(word))
    """The state in which the call waits."""
    choices: Mapping[str, str] = field(default_factory=dict, metadata=in_address(by_word(word)))
    """Menu → key pressed there last."""
    strikes: Mapping[str, int] = field(default_factory=dict, metadata=in_address(by_word(count)))
    """Counter → wrong entries."""
    silences: int = field(default=0, metadata=in_address(count))
    """How often nothing was entered in this state so far."""
    errors: int = field(default=0, metadata=in_address(count))
    """How often something wrong was."""
    stray_finish_keys: int = field(default=0, metadata=in_address(count, "strays"))
    """Finishing keys without an entry."""
    document_digest: str | None = field(default=None, metadata=identifying("sealed"))
    """The keyed digest of the document that the caller gave."""
    is_unambiguous: bool = field(default=False, metadata=identifying("exact"))
    """The document was spoken or confirmed, and so is no other's that has the same keys."""
    contact_id: int | None = field(default=None, metadata=identifying())
    """Who has been identified."""
    company_id: int | None = field(default=None, metadata=identifying())
    destination: str | None = field(default=None, metadata=in_address(perhaps(word)))
    """The destination that the call has come to."""
    progress: Progress | None = field(default=None, metadata=in_address(perhaps(Progress.from_dict)))
    """Which of its targets is being rung."""
    over_limit: bool = field(default=False, metadata=in_address(flag))
    """The call has had all its turns, and is with a human for good."""
    protocol: str | None = field(default=None, metadata=identifying())
    """The number that the caller was told."""
    ticket: str | None = field(default=None, metadata=identifying(sparse=True))
    """The number of the ticket that the call is about; no other one is opened in it."""
    ticket_area: str | None = field(default=None, metadata=identifying(sparse=True))
    """The area of the ticket, where this call opened it."""
    ticket_company: int | None = field(default=None, metadata=identifying(sparse=True))
    """The company for which this call opened it."""
    severity_asked: bool = field(default=False, metadata=identifying(sparse=True))
    """The caller was asked in a queue how severe the matter is."""
    queued_at: str | None = field(default=None, metadata=in_address(perhaps(moment)))
    """When the caller came into the queue last, in ISO form."""
    identity_omitted: bool = field(default=False, metadata=in_address(flag, "somebody", identity=True, stored=False))
    """The caller was identified, and the address that tells this position does not say as whom."""
    finish_due: bool = field(default=False, metadata=in_address(flag, late=True))
    """The last entry was ended by its length, so that the ``#`` which closes it may still come."""
    prompts_end: str | None = field(default=None, metadata=in_address(perhaps(moment), late=True))
    """When what was said last is over, in ISO form."""
    served: bool = field(default=False, metadata=in_address(flag, late=True))
    """The caller has talked with a destination, and asked for none since."""
    announced: Mapping[str, int] = field(
        default_factory=dict, metadata=in_address(by_word(count), late=True, sparse=True)
    )
    """Announcement of a destination → how often it was heard; those that were not are left out."""
    code_keys: int = field(default=0, metadata=database_only())
    """Keys of a menu's code, pressed in a row so far."""
    quoted: str | None = field(default=None, metadata=database_only())
    """The price that was told last (``354.00 BRL``)."""
    agreed: bool = field(default=False, metadata=database_only())
    """A term was agreed to, and its service was not given yet."""
    survey: Mapping[str, str] = field(default_factory=dict, metadata=database_only(sparse=True))
    """Question of the survey → figure keyed, empty for one that was skipped; none where none was asked yet."""
    about_ticket: bool = field(default=False, metadata=database_only(sparse=True))
    """People were asked for about the ticket that was keyed."""
    access: str | None = field(default=None, metadata=database_only(sparse=True))
    """The id of the request for remote access that the caller has heard: no other one is answered."""
    closed_ticket: str | None = field(default=None, metadata=identifying(sparse=True))
    """The number of that ticket where it is closed: nothing reopens it, and what the call opens is linked to it."""
    new_password: str | None = field(default=None, repr=False, metadata=database_only(sparse=True))
    """The hash of a password that was keyed once, and is to be keyed again before it is the contact's."""
    said: str | None = field(default=None, metadata=database_only())
    """What the last answer said before its question (``ivr.call.said_again``)."""

    def as_json(self) -> str:
        """Canonical text: equal positions give equal text."""
        if any(_SPARSE_OF(self)):
            sparse = {name: value for name in _SPARSE if (value := getattr(self, name))}
            return _ENCODE(dict(zip(_STORED_AS, _STORED(self), strict=True)) | sparse)
        # In place and in the order of their keys: a function for each value takes three times as long.
        return _layout(_LASTING(self)) % (
            _mapped(tuple(self.choices.items())),
            self.code_keys,
            self.errors,
            "true" if self.finish_due else "false",
            "null" if self.progress is None else _ENCODE(self.progress),
            "null" if self.prompts_end is None else quoted(self.prompts_end),
            "null" if self.said is None else quoted(self.said),
            self.silences,
            quoted(self.state),
            self.stray_finish_keys,
            _mapped(tuple(self.strikes.items())),
        )

    @classmethod
    def from_json(cls, text: str) -> Position:
        """The reverse of ``as_json``, of this release or one before."""
        values = json.loads(text)
        if values["progress"]:
            values["progress"] = Progress.from_dict(values["progress"])
        for key, name in _RENAMED.items():
            if key in values:
                values[name] = values.pop(key)
        return cls(**values)

    def public(self) -> dict[str, object]:
        """Return the fields that say nothing of the caller, as plain values: fit for the address of a turn."""
        values = {key: _plain(value) for (key, _, _), value in zip(_READ.values(), _PUBLIC(self), strict=True)}
        for name in _SPARSE:
            if not values.get(name, True):
                del values[name]
        values["somebody"] = self.identity_omitted or self.contact_id is not None
        return values

    @classmethod
    def from_public(cls, values: Mapping[str, object]) -> Position:
        """The reverse of ``public``. Raises KeyError, TypeError or ValueError for anything else."""
        told: dict[str, Any] = {
            name: read(values[key]) for name, (key, read, late) in _READ.items() if key in values or not late
        }
        return cls(**told)

    def identified_as(self, known: Position) -> Position:
        """This position, of the caller of whom ``known`` tells what ``public`` leaves out."""
        return replace(self, **dict(zip(_IDENTIFYING, _IDENTITY(known), strict=True)))

    def restarted_at(self, state: str) -> Position:
        """Return what is known of the caller and what was told, in ``state``, and nothing of where the call was."""
        return Position(state, strikes=self.strikes, announced=self.announced).identified_as(self)

    def values(self) -> tuple[Any, ...]:
        """All fields, in their order."""
        return _ALL(self)


_FIELDS: Final[tuple[tuple[str, PositionField], ...]] = tuple(
    (each.name, each.metadata["position"]) for each in fields(Position)
)
_ALL: Final = attrgetter(*(name for name, _ in _FIELDS))

_RENAMED: Final = {each.key: name for name, each in _FIELDS if each.key}

_STORED_AS: Final = dict(sorted((each.key or name, name) for name, each in _FIELDS if each.stored and not each.sparse))
_SPARSE: Final = tuple(name for name, each in _FIELDS if each.sparse)
"""Their keys are unknown to the release before, which answers beside this one for a while; most calls have none."""

_SPARSE_OF: Final = attrgetter(*_SPARSE)

_STORED: Final = attrgetter(*_STORED_AS.values())

_CHANGING: Final = frozenset(
    {
        "choices", "code_keys", "errors", "finish_due", "progress", "prompts_end", "said", "silences", "state",
        "stray_finish_keys", "strikes",
    }
)  # fmt: skip
"""What another turn changes. The other fields stay for most of a call: who calls, and where the call has come to."""

_LASTING: Final = attrgetter(*(name for name in _STORED_AS.values() if name not in _CHANGING))

_READ: Final = {name: (each.key or name, each.read, each.late) for name, each in _FIELDS if each.read}
_PUBLIC: Final = attrgetter(*_READ)

_IDENTIFYING: Final = tuple(name for name, each in _FIELDS if each.identity)
_IDENTITY: Final = attrgetter(*_IDENTIFYING)


@lru_cache(maxsize=1024)
def _layout(lasting: tuple[object, ...]) -> str:
    """The JSON of a position with these values of lasting fields, and ``%s`` in the place of each changing one."""
    values = iter(lasting)
    texts = ["%s" if name in _CHANGING else _ENCODE(next(values)).replace("%", "%%") for name in _STORED_AS.values()]
    return "{" + ",".join(f"{quoted(key)}:{text}" for key, text in zip(_STORED_AS, texts, strict=True)) + "}"


@lru_cache(maxsize=4096)
def _mapped(items: tuple[tuple[str, object], ...]) -> str:
    """A mapping as JSON. What callers press in the menus of a line is much alike."""
    return _ENCODE(dict(items))


def _plain(value: object) -> object:
    """A value of a position as one of JSON."""
    match value:
        case None | str() | int():
            return value
        case Progress():
            return value.as_dict()
        case Mapping():
            return dict(value)
    return value


_ENCODE: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=_plain).encode
