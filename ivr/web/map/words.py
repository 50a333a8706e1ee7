"""The words of a map: labels of edges and kinds of states as people read them, in the language of the request."""

from __future__ import annotations

import re
from typing import Final

from ivr.web.shell.languages import gettext
from ivr.web.shell.layout import N_

KINDS: Final = {
    "menu": N_("asks for a key, or for a word that means one"),
    "collect": N_("asks for several keys"),
    "check": N_("asks what is known of the caller, or whether a destination answers now"),
    "branch": N_("goes on by a key that was pressed before"),
    "say": N_("says something and goes on"),
    "route": N_("chooses a destination"),
    "transfer": N_("rings the destination"),
    "record": N_("takes a message"),
    "closure": N_("lets staff close or open destinations"),
    "callback": N_("offers to call back"),
    "text": N_("offers a text"),
    "ticket": N_("tells a ticket, and what may be done with it"),
    "act": N_("acts on a ticket for the customer"),
    "access": N_("answers a request for remote access"),
    "administrator": N_("tells who the administrator is"),
    "survey": N_("asks how the talk was"),
    "hangup": N_("ends the call"),
}
"""What a state of each kind does, by its key in YAML."""

LABELS: Final = frozenset(
    {
        N_("entry"),
        N_("read back"),
        N_("nothing"),
        N_("silence"),
        N_("malformed"),
        N_("other key"),
        N_("help used up"),
        N_("otherwise"),
        N_("code"),
        N_("served"),
        N_("closed"),
        N_("nobody answered"),
        N_("no message is taken"),
        N_("not confirmed"),
        N_("no number to call"),
        N_("not wanted"),
        N_("no mobile to text"),
        N_("message"),
        N_("nothing said"),
        N_("unknown code"),
        N_("billed"),
        N_("of no such desk"),
        N_("no administrator"),
        N_("opens another ticket"),
        N_("not possible any more"),
        N_("not this contact's"),
        N_("desk closed"),
        N_("desk opened"),
        N_("refused"),
    }
)
"""Every label of an edge that holds no word of the line."""

_STRIKES: Final = re.compile(r"(\d+) strikes")


def in_words(label: str) -> str:
    """Return the label of an edge in the language of the request; words of the line in it stay as they are."""
    strikes = _STRIKES.fullmatch(label)
    if strikes:
        return gettext("%(count)s strikes") % {"count": strikes[1]}
    by, comma, name = label.partition(", ")
    if comma and by == "by code":
        return gettext("by code, %(scope)s") % {"scope": name}
    if comma and by == "by region":
        return gettext("by region, %(region)s") % {"region": name}
    if comma and by == "by ticket":
        return gettext("by ticket, %(scope)s") % {"scope": name}
    return gettext(label) if label in LABELS else label
