"""The dominator of a state is the last one, before it, that every way to it passes.

The algorithm is that of Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm" (2001).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def dominators(root: str, leads_to: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The immediate dominator of each name that ``leads_to`` leads to from ``root``; the root is its own.

    The names come in an order in which each stands behind its dominator, the first ways first.
    """
    order = _order(root, leads_to)
    number = {name: at for at, name in enumerate(order)}
    before: dict[str, list[str]] = {name: [] for name in order}
    for name in order:
        for target in leads_to[name]:
            before[target].append(name)
    found = {root: root}
    changed = True
    while changed:
        changed = False
        for name in order[1:]:
            known = [each for each in before[name] if each in found]
            dominator = known[0]
            for other in known[1:]:
                dominator = _common(dominator, other, found, number)
            if found.get(name) != dominator:
                found[name] = dominator
                changed = True
    return {name: found[name] for name in order}


def _order(root: str, leads_to: Mapping[str, Sequence[str]]) -> list[str]:
    """Reverse postorder, without recursion: a menu may be thousands of states deep. The last way is followed first, so
    that the first one stands first."""
    left: list[str] = []
    seen = {root}
    open_ = [(root, iter(reversed(leads_to[root])))]
    while open_:
        name, targets = open_[-1]
        target = next(targets, None)
        if target is None:
            open_.pop()
            left.append(name)
        elif target not in seen:
            seen.add(target)
            open_.append((target, iter(reversed(leads_to[target]))))
    left.reverse()
    return left


def _common(one: str, other: str, found: Mapping[str, str], number: Mapping[str, int]) -> str:
    while one != other:
        while number[one] > number[other]:
            one = found[one]
        while number[other] > number[one]:
            other = found[other]
    return one
