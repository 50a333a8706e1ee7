"""``/privacidade`` tells everybody, signed in or not, what is kept of customers, for how long and why.

The figures are those of ``data.periods``, by which things really go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint

from data.periods import PERIODS
from ivr.web.portal.guard import open_to_all
from ivr.web.portal.layout import portal_page
from ivr.web.shell.languages import gettext
from ivr.web.shell.layout import N_

if TYPE_CHECKING:
    from flask import Response

KEPT: Final = {
    "answers": N_("What was said and keyed in a call, to settle complaints; passwords never"),
    "attempts": N_("That a password of the telephone was tried, to notice who guesses"),
    "recordings": N_("Recordings of talks and messages, which the law asks for"),
    "statuses": N_("How a call went at the telephone company, to settle its price"),
    "callbacks": N_("Numbers that are to be called back, texts and mails"),
    "numbers": N_("From which number a call came, to find a call again"),
    "customers": N_("Whose call it was, and what was noted of it: the record of service, which the law asks for"),
    "surveys": N_("Whose answers a survey by telephone has, where the call had no ticket"),
    "consents": N_("Who agreed to a billed service, as long as it may be disputed"),
    "tickets": N_("Tickets with all that belongs to them, after they were closed"),
    "addresses": N_("From which internet address the portal was used, which the law asks for"),
    "audit": N_("Who changed what on the portal"),
}
"""What each period that is about customers keeps, in their words."""

OF_STAFF: Final = frozenset({"closures", "announcements", "swaps", "versions", "agents"})
"""Periods that are about people of ours alone."""


def privacy_page() -> Blueprint:
    """Return the blueprint of ``/privacidade``."""
    web = Blueprint("portal_privacy", __name__, template_folder=".")

    @web.get("/privacidade")
    @open_to_all
    def notice() -> Response:
        kept = [(gettext(KEPT[each.name]), each.days, each.source) for each in PERIODS if each.name in KEPT]
        return portal_page("privacy.html", kept=kept)

    return web
