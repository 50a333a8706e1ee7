"""Writes a call that was made at a page as a call script, which plays it again with the demo customers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ivr.replay.call_result import headers, result_of
from ivr.replay.coverage import walked_edges
from ivr.replay.recording import script_of
from ivr.replay.runner import Played
from ivr.replay.script import ENDING
from ivr.replay.traced_turns import EDGES_HEADER
from value_class import value_class

if TYPE_CHECKING:
    from ivr.web.phone.browser_call import BrowserCall


@value_class
class SavedScript:
    """``fill_in`` are the lines at which a secret is left out; without any the script replays as it is."""

    name: str
    text: str
    fill_in: tuple[int, ...]


def saved(call: BrowserCall) -> SavedScript:
    """Write the call, which is over. What was keyed for a demo customer is written out, other secrets are left out."""
    transcript = call.party.call.transcript
    result = result_of(transcript)
    told = transcript.as_dict()
    if call.dialled.ours:
        told["events"] = [event for event in told["events"] if not event.get("callback")]
    played = Played(
        file="",
        line=1,
        title=None,
        transcript=told,
        edges=walked_edges(headers(transcript, EDGES_HEADER)),
        seconds=0.0,
        destination=result.destination,
        requests=result.requests,
    )
    written = script_of(call.phone, call.dialled.script, call.dialled, played, known=call.known)
    name = re.sub(r"[^\w-]+", "-", call.dialled.name).strip("-")[:60]
    return SavedScript(f"{name}-{call.phone.began:%Y-%m-%d-%H%M%S}{ENDING}", written.text, written.to_fill_in)
