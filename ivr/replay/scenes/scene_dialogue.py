"""A scene as a dialogue of all its parties by one clock: who says what to whom, one line an event."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from ivr.simulator.phones.dialogue import CALLER, CARRIER, SIMULATOR, describe, sentences

_COLUMN: Final = 20
"""Characters of the column that says who acts, and in whose call."""

_ACTS: Final = frozenset({"press", "speak", "silence", "record"})
"""Kinds of events that the party itself does."""


def scene_dialogue(events: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield one line for each event, which names its ``party``: the scene's second, who acts, and what."""
    whose: dict[str, list[Mapping[str, Any]]] = {}
    for place, event in enumerate(events):
        if event["kind"] != "heard" and not event.get("callback"):  # who says something says so
            whose.setdefault(event["party"], []).append({**event, "place": place})
    # A sentence in several recordings is told as one, also where others are told something meanwhile.
    told = [event for each in whose.values() for event in sentences(each)]
    for event in sorted(told, key=lambda event: int(event["place"])):
        who, what = _row(event)
        yield f"{event['t']:7.1f}  {who:<{_COLUMN}}  {what}"


def _row(event: Mapping[str, Any]) -> tuple[str, str]:
    party = event["party"]
    if event["kind"] == "act":
        return party, event["text"]
    if event["kind"] == "speak" and "to" in event:
        heard = ", ".join(event["to"]) or "nobody"
        return f"{party} → {heard}", f"“{event['text']}”"
    if event["kind"] == "conference":
        held = "on hold" if event["hold"] else "not on hold"
        return f"{CARRIER} → {party}", f"{held}{', muted' if event['muted'] else ''}"
    own = {key: value for key, value in event.items() if key not in {"leg", "party", "place"}}
    who, what = describe(event["kind"], own)
    if who in {CALLER, "callee"} or event["kind"] in _ACTS:
        return party, what
    return (party, what) if who == SIMULATOR else (f"{who} → {party}", what)
