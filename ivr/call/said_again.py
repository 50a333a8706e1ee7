"""``written`` keeps by its names what an answer says before its question, and ``read`` has it said again.

A ``#`` of habit that comes after a menu's key cuts short whatever the carrier is saying by then: that a desk is closed,
that an entry was wrong. Who presses it has not heard that, and it is said once more, not the question alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from ivr.call import verbs


def written(state: str, prompts: tuple[verbs.Say, ...], question: str) -> str | None:
    """Return the names of ``prompts``, said where the call comes to ``state``, and what fills them but is not the
    caller's own; None where they are the bare ``question``, which needs not be remembered, or tell a telephone, or what
    is known of a ticket or of a company.
    """
    bare = len(prompts) == 1 and prompts[0].prompt == question
    if bare or not prompts or any(say.telephone or say.is_for_one_caller for say in prompts):
        return None
    return json.dumps([state, *map(_row, prompts)], separators=(",", ":"))


def read(text: str, state: str, prompts: Mapping[str, object], document: str | None) -> tuple[verbs.Say, ...]:
    """Return what was written, with the caller's ``document`` where it was read back; nothing where the call stands in
    another ``state`` by now, or the menu has ``prompts`` of other names.
    """
    told, *rows = json.loads(text)
    if told != state or any(row[0] and row[0] not in prompts for row in rows):
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
