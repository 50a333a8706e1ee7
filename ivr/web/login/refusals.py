"""The guard refuses a person with these words, in the language of the request."""

from __future__ import annotations

from ivr.web.shell.languages import gettext as _


def page_is_old() -> str:
    """Return what is told where a form has no token of this browser: it was open since before a login."""
    return _("This page was open for too long. Go back, load it again, and send it once more.")


def role_may_not(role: str) -> str:
    """Return what is told a user whose role may not do what was asked."""
    return _("A user with the role %(role)s may not do this.") % {"role": role}


def database_is_away() -> str:
    """Return what is told while the database does not answer, on whatever page."""
    return _("The database does not answer; the log says why. Calls are answered without it meanwhile.")
