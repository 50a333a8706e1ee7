"""These pages stand in the place of one that is closed to a contact, and tell why, and the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.contact_profile import contacts_of
from ivr.web.portal.guard import portal_contact
from ivr.web.portal.layout import portal_page

if TYPE_CHECKING:
    from flask import Response

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
