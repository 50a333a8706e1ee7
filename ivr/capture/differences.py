"""Compares the requests of a captured call with those of the simulated one: field by field, their order, their gaps.

What must differ is no difference: identifiers are compared by which of them are the same, moments by their shape,
seconds within a tolerance; of a signature it counts that it is valid.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal, TypeAlias
from urllib.parse import urlsplit

from ivr.capture.captured_calls import (
    CapturedCall,
    CapturedRequest,
    described,
    event_of,
    is_callback,
    key_of,
    params_of,
)
from ivr.capture.personal_fields import kind_of_field
from ivr.simulator.behaviours import Behaviour, behaviours
from value_class import value_class

Kind: TypeAlias = Literal[
    "missing request", "extra request", "missing field", "extra field", "another value", "order", "gap"
]

SIMULTANEOUS: Final = 0.25
"""Seconds within which a callback and another request come in any order."""

HEADERS: Final = ("accept", "cache-control", "content-type", "cookie", "user-agent", "x-home-region")
"""Headers of the carrier's that are compared by their values; others of its own by whether they are there."""

_OF_THE_CARRIER = re.compile(r"(?:x|i)-twilio-.*")
_SID = re.compile(r"[A-Z]{2}[0-9a-f]{32}")
_SECONDS = re.compile(r"\w*Duration|\w*QueueTime")
_MOMENTS = frozenset({"Timestamp", "RecordingStartTime"})
_SHOWN: Final = 60


@dataclass(frozen=True)
class SimulatedRequest:
    """One request that the simulator made at ``t`` seconds of the call."""

    t: float
    method: str
    url: str
    fields: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, str], ...]

    @cached_property
    def params(self) -> dict[str, str]:
        """Return the carrier's fields of it."""
        return dict(params_of(self.method, self.url, self.fields))

    @property
    def what(self) -> str:
        """Return how a person is told of it."""
        return described(self.method, self.url, self.params)


@value_class
class CallDifference:
    """One difference: of the request ``n`` of the capture (None: it has none), what it is of, and what both sides have.

    ``behaviour`` is what the simulator's guide says there, and how that is known.
    """

    kind: Kind
    n: int | None
    request: str
    field: str
    captured: str | None
    simulated: str | None
    behaviour: Behaviour

    def as_dict(self) -> dict[str, Any]:
        """Return what programs read of it."""
        return {
            "kind": self.kind,
            "n": self.n,
            "request": self.request,
            "field": self.field,
            "captured": self.captured,
            "simulated": self.simulated,
            "behaviour": self.behaviour.row,
            "label": self.behaviour.label,
        }


Sameness: TypeAlias = Callable[[str, str, str], bool]
"""Tells of the field of that name whether two values count as the same."""

Pair: TypeAlias = tuple[CapturedRequest, int, SimulatedRequest]
"""A captured request, and the simulated one that is the same, with its place."""


class Renaming:
    """Knows which identifier of the simulator stands for which of the capture; ``sid`` is the call's, on both sides."""

    def __init__(self, sid: str) -> None:
        self._sids = {sid: sid}
        self._back = {sid: sid}

    def same(self, theirs: str, ours: str) -> bool:
        """Return whether both are the same but for their identifiers, each of which always stands for one other."""
        if _SID.sub("\0", theirs) != _SID.sub("\0", ours):
            return False
        for old, new in zip(_SID.findall(theirs), _SID.findall(ours), strict=True):
            same = self._sids.setdefault(old, new) == new and self._back.setdefault(new, old) == old
            if old[:2] != new[:2] or not same:
                return False
        return True


class Differences:
    """Compares ``call`` with what the simulator made of it; gaps may be ``tolerance`` seconds apart."""

    def __init__(self, call: CapturedCall, simulated: Sequence[SimulatedRequest], tolerance: float) -> None:
        self._call = call
        self._simulated = simulated
        self._tolerance = tolerance
        self.renaming = Renaming(call.sid)

    def all(self) -> list[CallDifference]:
        """Return all of them, in the order of the captured requests; what the capture lacks comes last."""
        pairs, missing, extra = self._pairs()
        told = [_of_request("missing request", each.n, each.what, each.what, None) for each in missing]
        for captured, _, simulated in pairs:
            told += self._fields(captured, simulated)
            told += self._headers(captured, simulated)
        told += self._order(pairs)
        told += self._gaps(pairs)
        told.sort(key=lambda each: each.n or 0)
        return told + [_of_request("extra request", None, each.what, None, each.what) for each in extra]

    def _pairs(self) -> tuple[list[Pair], list[CapturedRequest], list[SimulatedRequest]]:
        waiting: dict[Any, deque[int]] = defaultdict(deque)
        for place, each in enumerate(self._simulated):
            waiting[_sameness(each.method, each.url, each.params)].append(place)
        pairs: list[Pair] = []
        missing: list[CapturedRequest] = []
        for captured in self._call.requests:
            places = waiting[_sameness(captured.method, captured.url, captured.params)]
            if places:
                place = places.popleft()
                pairs.append((captured, place, self._simulated[place]))
            else:
                missing.append(captured)
        left = sorted(place for places in waiting.values() for place in places)
        return pairs, missing, [self._simulated[place] for place in left]

    def _fields(self, captured: CapturedRequest, simulated: SimulatedRequest) -> Iterator[CallDifference]:
        theirs, ours = captured.params, simulated.params
        for name in dict.fromkeys([*theirs, *ours]):
            yield from self._one(captured, name, theirs.get(name), ours.get(name), self._same)

    def _headers(self, captured: CapturedRequest, simulated: SimulatedRequest) -> Iterator[CallDifference]:
        theirs, ours = _carriers(captured.headers), _carriers(simulated.headers)
        if captured.signature != "missing":
            theirs["x-twilio-signature"] = "valid" if captured.signature == "unchecked" else captured.signature
        if "x-twilio-signature" in ours:
            ours["x-twilio-signature"] = "valid"
        for name in dict.fromkeys([*theirs, *ours]):
            yield from self._one(captured, f"header {name}", theirs.get(name), ours.get(name), _same_header)

    def _one(
        self, request: CapturedRequest, name: str, theirs: str | None, ours: str | None, same: Sameness
    ) -> Iterator[CallDifference]:
        kind: Kind
        if ours is None:
            kind = "missing field"
        elif theirs is None:
            kind = "extra field"
        elif same(name, theirs, ours):
            return
        else:
            kind = "another value"
        of = behaviours().of_field(name)
        yield CallDifference(kind, request.n, request.what, name, shown(theirs), shown(ours), of)

    def _same(self, name: str, theirs: str, ours: str) -> bool:
        kind = kind_of_field(name)
        if name in _MOMENTS or kind == "unknown":  # of a field that nothing is known of only the shape was kept
            return _shape(theirs) == _shape(ours)
        if kind == "secret":
            return True
        if _SECONDS.fullmatch(name):
            return _near(theirs, ours, 1.0 + self._tolerance / 60 if name == "Duration" else self._tolerance, name)
        if name.endswith("Url"):
            theirs, ours = (urlsplit(each).path for each in (theirs, ours))
        return self.renaming.same(theirs, ours)

    def _order(self, pairs: Sequence[Pair]) -> Iterator[CallDifference]:
        for position, (captured, place, _) in enumerate(pairs):
            for other, other_place, _ in pairs[position + 1 :]:
                loose = (captured.callback or other.callback) and other.t - captured.t <= SIMULTANEOUS
                if other_place < place and not loose:
                    yield CallDifference(
                        "order",
                        captured.n,
                        captured.what,
                        "order",
                        f"before {other.what}",
                        f"after {other.what}",
                        behaviours().of_field("order"),
                    )
                    break

    def _gaps(self, pairs: Sequence[Pair]) -> Iterator[CallDifference]:
        """Seconds from the request before it that steered the call, to each; of that one its answer counts."""
        before: Pair | None = None
        for pair in pairs:
            captured, _, simulated = pair
            if before is not None:
                theirs = max(captured.t - before[0].answered_at, 0.0)
                ours = max(simulated.t - before[2].t, 0.0)
                if abs(theirs - ours) > self._tolerance:
                    yield CallDifference(
                        "gap",
                        captured.n,
                        captured.what,
                        "gap",
                        f"{theirs:.1f} s",
                        f"{ours:.1f} s",
                        behaviours().of_field("gap"),
                    )
            if not captured.callback and captured.params.get("CallSid") == self._call.sid:
                before = pair


def _of_request(kind: Kind, n: int | None, what: str, theirs: str | None, ours: str | None) -> CallDifference:
    return CallDifference(kind, n, what, "request", theirs, ours, behaviours().of_field("request"))


def _sameness(method: str, url: str, params: dict[str, str]) -> tuple[Any, ...]:
    """What makes two requests the same one: what they ask for, of a callback also what it tells."""
    return key_of(method, url), event_of(params) if is_callback(params) else None


def _carriers(headers: Sequence[tuple[str, str]]) -> dict[str, str]:
    named = {name.lower(): value for name, value in headers}
    return {name: value for name, value in named.items() if name in HEADERS or _OF_THE_CARRIER.fullmatch(name)}


def _same_header(name: str, theirs: str, ours: str) -> bool:
    known = name.removeprefix("header ")
    return theirs.lower() == ours.lower() if known in HEADERS or known == "x-twilio-signature" else True


def _shape(moment: str) -> str:
    return re.sub("[0-9]", "9", re.sub("[A-Za-z]", "a", moment))


def _near(theirs: str, ours: str, tolerance: float, name: str) -> bool:
    try:
        apart = abs(float(theirs) - float(ours))
    except ValueError:
        return False
    return apart <= (tolerance * 1000 if name == "MachineDetectionDuration" else tolerance)


def shown(value: str | None) -> str | None:
    """Return a value as far as a table has room for it."""
    return value if value is None or len(value) <= _SHOWN else f"{value[: _SHOWN - 1]}…"
