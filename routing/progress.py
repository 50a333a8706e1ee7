"""``Progress`` records how far a call has come through the routing table, as plain values kept between two turns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from value_class import value_class


@value_class
class Progress:
    """The router makes a Progress with each Ring: the ``index``-th target (from 0) of ``destination`` is ringing.

    ``on_call`` tells in which of its two lists; ``hops`` are the destinations that could not help, oldest first.
    ``since`` is the instant whose rota is being rung, where one is: a shift that ends does not change the ladder of a
    call that is on it. ``contract`` is the special contract whose targets lead the list. ``borrower`` is where the
    call comes back to when the destination's targets were borrowed by another.
    """

    destination: str
    index: int = 0
    on_call: bool = False
    hops: tuple[str, ...] = ()
    since: datetime | None = None
    contract: str | None = None
    borrower: Progress | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, fit for JSON; the last three only where they are set."""
        values: dict[str, Any] = {
            "destination": self.destination,
            "index": self.index,
            "on_call": self.on_call,
            "hops": list(self.hops),
        }
        if self.since:
            values["since"] = self.since.isoformat()
        if self.contract:
            values["contract"] = self.contract
        if self.borrower:
            values["back"] = self.borrower.as_dict()
        return values

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Progress:
        """Read what ``as_dict`` returned; KeyError where one of the first four is missing."""
        since, borrower = values.get("since"), values.get("back")
        return cls(
            values["destination"],
            values["index"],
            values["on_call"],
            tuple(values["hops"]),
            datetime.fromisoformat(since) if since else None,
            values.get("contract"),
            cls.from_dict(borrower) if borrower else None,
        )
