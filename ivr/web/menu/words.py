"""Words tell what a file is, and what happened in a call that the gate compared, in the language of the request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ivr.web.shell.languages import gettext as _
from ivr.web.shell.languages import ngettext
from ivr.web.shell.layout import N_

VERDICTS: Final[Mapping[str, str]] = {
    "elsewhere": N_("lands elsewhere"),
    "fails": N_("fails now"),
    "another-way": N_("goes another way to the same end"),
    "reworded": N_("hears other words"),
}
"""What an edit does to a call that it changes; those that are not named here do not change."""

OUTCOMES: Final[Mapping[str, str]] = {
    "answered": N_("answered"),
    "busy": N_("busy"),
    "no-answer": N_("no answer"),
    "failed": N_("failed"),
    "canceled": N_("canceled"),
    "completed": N_("completed"),
    "bridged": N_("an agent came"),
    "leave": N_("the caller left the queue"),
    "hangup": N_("the call ended"),
    "redirected": N_("the line took the call out of the queue"),
    "redirected-from-bridged": N_("the line took the call from the agent"),
}
"""How a ringing, a wait or a call ended; another word is the carrier's own."""


def counted_verdict(verdict: str, number: int) -> str:
    """Return what an edit does to ``number`` calls."""
    match verdict:
        case "elsewhere":
            told = ngettext("%(num)s lands elsewhere", "%(num)s land elsewhere", number)
        case "fails":
            told = ngettext("%(num)s fails now", "%(num)s fail now", number)
        case "another-way":
            told = ngettext(
                "%(num)s goes another way to the same end", "%(num)s go another way to the same end", number
            )
        case _:
            told = ngettext("%(num)s hears other words", "%(num)s hear other words", number)
    return told % {"num": number}


def kind_of_file(path: str) -> str:
    """Return what the file at ``path`` of a line is."""
    if path == "menu.yaml":
        return _("states and keys")
    if path == "routing.yaml":
        return _("desks, hours and codes")
    if path.startswith("prompts."):
        return _("what callers hear")
    if path.endswith((".call.yaml", ".call.json", ".scene.yaml")):
        return _("call scripts")
    return _("recordings") if path.startswith("audio/") else ""


def moment_of(moment: Mapping[str, str]) -> str:
    """Return what happened in a call, as the gate tells it."""
    text, how = moment["text"], _(OUTCOMES[moment["how"]]) if moment["how"] in OUTCOMES else moment["how"]
    match moment["what"]:
        case "heard":
            return f"“{text}”"
        case "keys":
            return _("the caller presses %(keys)s") % {"keys": text}
        case "speech":
            return _("the caller says “%(text)s”") % {"text": text}
        case "silence":
            return _("the caller gives nothing")
        case "rings":
            return _("rings %(telephone)s: %(outcome)s") % {"telephone": text, "outcome": how}
        case "queue":
            return _("waits in the queue %(queue)s: %(outcome)s") % {"queue": text, "outcome": how}
        case "message":
            return _("the caller leaves a message of %(seconds)s s") % {"seconds": text}
        case "hangup":
            return _("the line hangs up") if text == "app" else _("the caller hangs up")
        case _:
            return _("plays %(file)s") % {"file": text}


def landing_of(side: Mapping[str, Any]) -> str:
    """Return where a call landed."""
    ended = _(OUTCOMES[side["ended"]]) if side["ended"] in OUTCOMES else side["ended"]
    if side["destination"]:
        return f"→ {side['destination']} ({ended})"
    state = side["states"][-1] if side["states"] else "-"
    return _("→ no desk; ends in %(state)s (%(ended)s)") % {"state": state, "ended": ended}
