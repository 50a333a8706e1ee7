"""Compares what was sent to the app over captured websockets with what the simulator sends: messages, fields, types."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from ivr.capture.captured_sockets import CapturedSocket
from ivr.capture.differences import CallDifference, Kind, Renaming, shown
from ivr.capture.stand_in_socket import PlayedSocket, StandInSockets
from ivr.simulator.behaviours import behaviours

UNCOMPARED: Final = frozenset({"media", "info"})
"""Of frames it counts how often they come; what is told of who speaks comes as often as somebody does."""

OF_THE_MOMENT: Final = frozenset(
    {
        "sequenceNumber", "chunk", "timestamp", "ts", "durationUntilInterruptMs", "utteranceUntilInterrupt",
        "description",
    }
)  # fmt: skip
"""Keys of which only the type of the value is compared: how far speech has come is the simulator's guess."""

RATE_TOLERANCE: Final = 0.15
"""By how much of it the number of frames in a second may differ: a capture knows only when they passed it."""

SHORTEST: Final = 1.0
"""Seconds of a stream of which a rate is told."""


class SocketDifferences:
    """Compares ``sockets``, of whose identifiers ``renaming`` knows which is which."""

    def __init__(self, sockets: StandInSockets, renaming: Renaming) -> None:
        self._sockets = sockets
        self._renaming = renaming

    def all(self) -> Iterator[CallDifference]:
        """Yield all differences, socket by socket."""
        for played in self._sockets.played:
            yield from self._of_one(played)
        for captured in self._sockets.missing:
            what = _what(captured)
            yield CallDifference("missing request", captured.n, what, "request", what, None, _of("request"))
        for handshake in self._sockets.extra:
            what = f"websocket {urlsplit(handshake.url).path}"
            yield CallDifference("extra request", None, what, "request", None, what, _of("request"))

    def _of_one(self, played: PlayedSocket) -> Iterator[CallDifference]:
        captured = played.captured
        theirs = [each.message or {} for each in captured.messages if each.way == "to-app" and each.code is None]
        ours = [message for _, message in played.sent]
        yield from self._signature(played)
        yield from self._frames(played)
        by_type: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = defaultdict(lambda: ([], []))
        for side, messages in enumerate((theirs, ours)):
            for message in messages:
                if (kind := _type(message)) not in UNCOMPARED:
                    by_type[kind][side].append(message)
        for kind, (captured_ones, simulated_ones) in by_type.items():
            for number, (one, other) in enumerate(zip(captured_ones, simulated_ones, strict=False), 1):
                yield from self._of_message(captured, f"{kind} {number}", _flat(one), _flat(other))
            yield from self._counted(captured, kind, len(captured_ones), len(simulated_ones))
        yield from _order(captured, theirs, ours)

    def _signature(self, played: PlayedSocket) -> Iterator[CallDifference]:
        captured, name = played.captured, "header x-twilio-signature"
        if captured.signature in {"invalid", "missing"}:
            yield CallDifference(
                "another value", captured.n, _what(captured), name, captured.signature, "valid", _of(name)
            )

    def _frames(self, played: PlayedSocket) -> Iterator[CallDifference]:
        """Whether frames come as often, whichever track they are of."""
        captured = played.captured
        theirs = [each.t for each in captured.messages if each.way == "to-app" and each.type == "media"]
        ours = [t for t, message in played.sent if _type(message) == "media"]
        rates = _rate(theirs), _rate(ours)
        if rates[0] and rates[1] and abs(rates[0] - rates[1]) > RATE_TOLERANCE * rates[1]:
            name, one, other = "message media", f"{rates[0]:.1f} a second", f"{rates[1]:.1f} a second"
            yield CallDifference("gap", captured.n, _what(captured), name, one, other, _of(name))

    def _counted(self, captured: CapturedSocket, kind: str, theirs: int, ours: int) -> Iterator[CallDifference]:
        if theirs != ours:
            made: Kind = "missing request" if theirs > ours else "extra request"
            name = f"message {kind}"
            yield CallDifference(made, captured.n, _what(captured), name, str(theirs), str(ours), _of(name))

    def _of_message(
        self, captured: CapturedSocket, which: str, theirs: dict[str, Any], ours: dict[str, Any]
    ) -> Iterator[CallDifference]:
        for key in dict.fromkeys([*theirs, *ours]):
            name = f"message {which.partition(' ')[0]}.{key}"
            what = f"{_what(captured)}: {which}"
            one, other = theirs.get(key), ours.get(key)
            kind: Kind
            if key not in ours:
                kind = "missing field"
            elif key not in theirs:
                kind = "extra field"
            elif self._same(key, one, other):
                continue
            else:
                kind = "another value"
            yield CallDifference(kind, captured.n, what, name, _written(one), _written(other), _of(name))

    def _same(self, key: str, one: Any, other: Any) -> bool:
        if type(one) is not type(other):
            return False
        if key.rpartition(".")[2] in OF_THE_MOMENT or one == other:
            return True
        return isinstance(one, str) and self._renaming.same(one, other)


def _order(
    captured: CapturedSocket, theirs: Sequence[dict[str, Any]], ours: Sequence[dict[str, Any]]
) -> Iterator[CallDifference]:
    """Where as many messages of each kind come in another order."""
    lines = [[kind for each in side if (kind := _type(each)) not in UNCOMPARED] for side in (theirs, ours)]
    if sorted(lines[0]) == sorted(lines[1]) and lines[0] != lines[1]:
        place = next(at for at, (one, other) in enumerate(zip(*lines, strict=True)) if one != other)
        one, other = (f"{line[place]} as number {place + 1}" for line in lines)
        yield CallDifference("order", captured.n, _what(captured), "order", one, other, _of("order"))


def _rate(times: Sequence[float]) -> float | None:
    """How many came in a second; None for too short a time."""
    lasted = times[-1] - times[0] if times else 0.0
    return (len(times) - 1) / lasted if lasted >= SHORTEST else None


def _flat(message: dict[str, Any], before: str = "") -> dict[str, Any]:
    """The keys of a message and of what is in it, with dots between them."""
    told: dict[str, Any] = {}
    for key, value in message.items():
        if isinstance(value, dict):
            told |= _flat(value, f"{before}{key}.")
        else:
            told[f"{before}{key}"] = value
    return told


def _type(message: dict[str, Any]) -> str:
    return str(message.get("type") or message.get("event") or "")


def _what(captured: CapturedSocket) -> str:
    return f"websocket {urlsplit(captured.url).path}"


def _written(value: Any) -> str | None:
    """A value with its type to be seen: a text in quotes where a number could be meant."""
    if value is None:
        return None
    return shown(f'"{value}"' if isinstance(value, str) and value.isdigit() else str(value))


def _of(name: str) -> Any:
    return behaviours().of_field(name)
