"""A ticket that a call opens is called by the destination that was rung."""

from __future__ import annotations

from value_class import value_class


@value_class
class TicketNotices:
    """``by_telephone`` is the subject of a ticket that was opened by telephone, ``{}`` being the destination."""

    by_telephone: str
