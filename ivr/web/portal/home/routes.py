"""``/`` tells a contact who they are to us, who the administrator is, and leads on to what the portal has."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from flask import Blueprint

from data.contact_profile import contacts_of
from ivr.web.portal.guard import portal_contact, signed_in
from ivr.web.portal.layout import portal_page
from ivr.web.portal.pendency import pendency_of

if TYPE_CHECKING:
    from flask import Response

    from data.database import Database


def home_page(database: Database, today: Callable[[], date]) -> Blueprint:
    """Return the blueprint of ``/``; ``today`` gives the line's local day."""
    web = Blueprint("portal_home", __name__, template_folder=".")

    @web.get("/")
    @signed_in
    def home() -> Response:
        asking = portal_contact()
        with database.reading() as connection:
            administrator = next(
                (each for each in contacts_of(connection, asking.company_id) if each.administrator), None
            )
            pendency = pendency_of(connection, asking.company_id, today())
        return portal_page("home.html", administrator=administrator, pendency=pendency)

    return web
