"""The websockets of a capture: which messages passed over each, in their order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal, TypeAlias

from value_class import value_class

Way: TypeAlias = Literal["to-app", "from-app"]
Pairs: TypeAlias = tuple[tuple[str, str], ...]

INPUTS: Final = frozenset({"prompt", "dtmf"})
"""What comes of something that the caller said or keyed."""


@value_class
class CapturedMessage:
    """One message, or that the socket was closed (``code``): its JSON as far as it was kept, else its size."""

    t: float
    way: Way
    message: dict[str, Any] | None = None
    size: int = 0
    code: int | None = None

    @property
    def type(self) -> str:
        """Return what kind of message it is, as either protocol names it."""
        told = self.message or {}
        return str(told.get("type") or told.get("event") or "")


@dataclass(frozen=True)
class CapturedSocket:
    """One websocket: number ``n`` on line ``line`` of the file, opened at ``t``."""

    n: int
    line: int
    t: float
    base: str
    url: str
    headers: Pairs
    signature: str
    outside: bool
    status: int
    messages: tuple[CapturedMessage, ...] = ()

    @cached_property
    def call_sid(self) -> str | None:
        """Return the call that its first messages name: ``setup`` of a relay, ``start`` of a stream."""
        for each in self.messages[:5]:
            told = each.message or {}
            inner = told.get("start")
            sid = told.get("callSid") or (inner.get("callSid") if isinstance(inner, dict) else None)
            if each.way == "to-app" and isinstance(sid, str):
                return sid
        return None

    @property
    def is_relay(self) -> bool:
        """Return whether it is a ConversationRelay's, not a media stream's."""
        return any(each.type == "setup" for each in self.messages[:3])

    @property
    def closed_by_app(self) -> bool:
        """Return whether the app ended it: by ``end``, or by closing it first."""
        ends = any(each.way == "from-app" and each.type == "end" for each in self.messages)
        first = next((each for each in self.messages if each.code is not None), None)
        return ends or (first is not None and first.way == "from-app")

    def inputs(self) -> Iterator[CapturedMessage]:
        """Yield what the caller said and keyed, as the app was told: of a prompt its last form."""
        for each in self.messages:
            if each.way == "to-app" and each.type in INPUTS and (each.message or {}).get("last") is not False:
                yield each
