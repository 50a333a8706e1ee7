"""``Examined`` is what came of one check: that it is well, or what is wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, TypeAlias

from value_class import value_class
from wording import Message

State: TypeAlias = Literal["ok", "warning", "fault"]


@value_class
class Examined:
    """An examined thing is what came of the check ``check`` at ``where`` (a variable, a number, an address)."""

    check: str
    state: State
    where: str
    told: Message

    def as_dict(self) -> dict[str, Any]:
        """Return what programs read of it."""
        told = {"check": self.check, "state": self.state, "where": self.where, "message": str(self.told)}
        return told | ({"code": self.told.code} if self.told.code else {})


def well(check: str, where: str, told: Message) -> Examined:
    """Return that nothing is wrong."""
    return Examined(check, "ok", where, told)


def doubtful(check: str, where: str, told: Message) -> Examined:
    """Return what may be meant so, or could not be looked at."""
    return Examined(check, "warning", where, told)


def wrong(check: str, where: str, told: Message) -> Examined:
    """Return what keeps calls from going as they should."""
    return Examined(check, "fault", where, told)


def worst(examined: Iterable[Examined]) -> State:
    """Return the worst of all states."""
    states = {each.state for each in examined}
    return "fault" if "fault" in states else "warning" if "warning" in states else "ok"
