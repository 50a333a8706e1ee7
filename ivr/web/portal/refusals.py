"""These pages stand in the place of one that is closed to a contact, and tell why, and the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.exceptions import HTTPException

from data.contact_profile import contacts_of
from ivr.web.portal.guard import portal_contact
from ivr.web.portal.kept_form import kept_form
from ivr.web.portal.layout import portal_page
from ivr.web.shell.languages import gettext as _

if TYPE_CHECKING:
    from flask import Flask, Response

    from data.database import Database
    from ivr.web.portal.pendency import Pendency


def blocked_page(pendency: Pendency) -> Response:
    """Return what a contact of a company with a pendency is told, as 403."""
    return portal_page("blocked.html", 403, pendency=pendency)


def administrator_only_page(database: Database) -> Response:
    """Return what a contact is told who is not the administrator, with the name of who is, as 403."""
    with database.reading() as connection:
        found = contacts_of(connection, portal_contact().company_id)
    name = next((each.contact_name for each in found if each.administrator), None)
    return portal_page("administrator_only.html", 403, administrator=name)


def typed_page(*, signed_in: bool) -> Response | None:
    """Return the page that shows again what was typed about a ticket; None where nothing was typed.

    It is the sign-in (401), or, where the browser is ``signed_in`` anew, the same form with a token of that session
    (403).
    """
    kept = kept_form()
    if kept is None:
        return None
    if signed_in:
        return portal_page("kept.html", 403, kept=kept)
    return portal_page("sign_in.html", 401, wrong="", address="", next=kept.page, kept=kept)


def tell_what_is_no_page(app: Flask) -> None:
    """Let ``app`` answer in the customer's language for what is no page of it, or not asked for in this way."""

    # The address may hold anything, and so leads back from no language switch (``here``).
    def no_page(error: HTTPException) -> Response | HTTPException:
        status = error.code or 500
        if status < 400:
            return error
        told, way = {
            404: (_("There is no such page"), _("Look whether the address is whole, or begin at the start.")),
            413: (_("This is too large"), _("Nothing was sent. Send less at once, or smaller files.")),
        }.get(status, (_("This cannot be answered"), _("Go back, load the page again, and try once more.")))
        response = portal_page("no_page.html", status, told=told, way=way, here="/")
        allowed = dict(error.get_headers()).get("Allow")
        if allowed:
            response.headers["Allow"] = allowed
        return response

    app.register_error_handler(HTTPException, no_page)


def broken_line() -> str:
    """Return what a customer is told where a page of ours fails."""
    return _("Something of ours failed, and we are told of it. Try again; if it stays so, call us.")
