"""A text message of the account, from the moment at which it is taken on to its last status."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Self, TypeAlias

from ivr.simulator.carrier import StatusCallback
from ivr.simulator.texts.segments import segments
from value_class import value_class

Direction: TypeAlias = Literal["inbound", "outbound-api", "outbound-call", "outbound-reply"]

FINAL = frozenset({"delivered", "undelivered", "failed", "received"})
"""Statuses after which nothing more becomes of a text."""

ERRORS = {
    30001: "Queue overflow",
    30002: "Account suspended",
    30003: "Unreachable destination handset",
    30004: "Message blocked",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Message filtered",
    30008: "Unknown error",
    30036: "Validity period expired",
}
"""What the vendor calls some of the errors with which a text is not delivered."""


@value_class
class TextDraft:
    """A draft is a text that is to be sent: from whom to whom, the words, and the addresses of media."""

    from_: str
    to: str
    body: str = field(repr=False)
    media: tuple[str, ...] = ()
    callback: StatusCallback | None = None


@dataclass(slots=True, eq=False)
class TextMessage:
    """``status`` is the vendor's: queued, sent, delivered, undelivered, failed, or received; ``error`` is the number
    with which it was not delivered. ``sent`` is when it left, or came in. A redacted text has no body, and as many
    ``segments`` as it had, and of a ``secret`` one no transcript shows the words.
    """

    sid: str
    direction: Direction
    from_: str
    to: str
    body: str = field(repr=False)
    media: tuple[str, ...]
    callback: StatusCallback | None
    created: datetime
    updated: datetime
    segments: int
    secret: bool = False
    status: str = "queued"
    error: int | None = None
    sent: datetime | None = None

    @classmethod
    def of(cls, draft: TextDraft, sid: str, direction: Direction, now: datetime) -> Self:
        """Return ``draft`` as it is taken on at ``now``."""
        media, callback = draft.media, draft.callback
        count = segments(draft.body)
        return cls(sid, direction, draft.from_, draft.to, draft.body, media, callback, now, now, count)

    def move(self, status: str, now: datetime, error: int | None = None) -> None:
        """Let ``status`` be that of the text from ``now`` on."""
        self.status, self.updated, self.error = status, now, error
        if status in {"sent", "received"}:
            self.sent = now

    @property
    def shown(self) -> str:
        """Return its words as they may be shown: a mark for each character of a secret one."""
        return "•" * len(self.body) if self.secret else self.body

    def details(self) -> dict[str, Any]:
        """Return the details of the event that tells it in a transcript."""
        told: dict[str, Any] = {
            "direction": self.direction,
            "from": self.from_,
            "to": self.to,
            "body": self.shown,
            "segments": self.segments,
            "sid": self.sid,
            "status": self.status,
        }
        return told | ({"media": list(self.media)} if self.media else {})
