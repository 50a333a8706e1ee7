"""A caller in a queue: since when, and in which place."""

from __future__ import annotations

from value_class import value_class


@value_class
class QueueStay:
    """The caller's stay in the queue ``name`` since ``since`` seconds of the call."""

    name: str
    since: float


@value_class
class QueuePosition:
    """A caller's ``position`` in a queue of ``size``, in which the wait is ``average`` seconds."""

    position: int
    size: int
    average: float


def always_room(_queue: str) -> bool:
    """There is room in a queue in which no other caller is known."""
    return True


def only_caller(_queue: str, waited: float) -> QueuePosition:
    """The position of a caller beside whom no other is known."""
    return QueuePosition(1, 1, waited)
