"""``written`` keeps by its names what an answer says before its question, and ``read`` has it said again.

A ``#`` of habit that comes after a menu's key cuts short whatever the carrier is saying by then: that a desk is closed,
that an entry was wrong. Who presses it has not heard that, and it is said once more, not the question alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from itertools import takewhile
from typing import Any, Final

from ivr.call import verbs

_MORE: Final = "more"
"""Stands for what was told of a ticket or of a company, which no address and no row of a call repeats."""


def written(state: str, prompts: tuple[verbs.Say, ...], question: str) -> str | None:
    """Return the names of ``prompts``, said where the call comes to ``state``, and what fills them but is not the
    caller's own; None where they are the bare ``question``, which needs not be remembered, or tell a telephone. Where
    they tell what is known of a ticket or of a company, only those before it are kept, and that more was told.
    """
    bare = len(prompts) == 1 and prompts[0].prompt == question
    ours = tuple(takewhile(lambda say: not say.is_for_one_caller, prompts))
    if bare or not ours or any(say.telephone for say in prompts):
        return None
    more = [_MORE] if len(ours) < len(prompts) else []
    return json.dumps([state, *map(_row, ours), *more], separators=(",", ":"))


def read(text: str, state: str, prompts: Mapping[str, object], document: str | None) -> tuple[verbs.Say, ...]:
    """Return what was written, with the caller's ``document`` where it was read back; nothing where more was told than
    that, the call stands in another ``state`` by now, or the menu has ``prompts`` of other names.
    """
    told, *rows = json.loads(text)
    if told != state or _MORE in rows:
        return ()
    return _said(rows, prompts, document)


def read_before_ticket(text: str, state: str, prompts: Mapping[str, object]) -> tuple[verbs.Say, ...]:
    """Return what was said before something that is known of a ticket; nothing where nothing of that kind was told."""
    told, *rows = json.loads(text)
    return _said(rows[:-1], prompts, None) if told == state and _MORE in rows else ()


def _said(rows: list[list[Any]], prompts: Mapping[str, object], document: str | None) -> tuple[verbs.Say, ...]:
    if any(row[0] and row[0] not in prompts for row in rows):
        return ()
    return tuple(
        verbs.Say(
            name,
            destination,
            datetime.fromisoformat(opens_at) if opens_at else None,
            price=(Decimal(price[0]), price[1]) if price else None,
            document=document if reads_back else None,
            announced=announced[0] if announced else None,
        )
        for name, destination, opens_at, price, reads_back, *announced in rows
    )


def _row(say: verbs.Say) -> list[object]:
    opens_at = say.opens_at.isoformat() if say.opens_at else None
    price = [str(say.price[0]), say.price[1]] if say.price else None
    row: list[object] = [say.prompt, say.destination, opens_at, price, say.document is not None]
    return row if say.announced is None else [*row, say.announced]
