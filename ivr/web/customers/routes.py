"""``/customers`` finds a company by its document, tells its contacts, and lets its administrator into the portal.

The document is posted and stands in no address; what is found is told by that answer alone.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from data.company import document_reader, find_company
from data.contact_profile import contacts_of
from data.portal_access import let_administrator_in, make_administrator, masked
from data.roles import Act
from ivr.web.guard import audited_as, required
from ivr.web.shell.languages import gettext as _
from ivr.web.shell.languages import language
from ivr.web.shell.layout import page
from routing.documents import parse_document
from wording import reason
from wording.catalogues import put

if TYPE_CHECKING:
    from data.database import Database
    from data.vault import Vault

MOST = 60
"""Signs of a field that are read: no document or number has more."""


def customer_pages(database: Database, vault: Vault, clock: Callable[[], datetime]) -> Blueprint:
    """Return the blueprint of ``/customers``."""
    web = Blueprint("customers", __name__, template_folder=".")
    read_document = document_reader(parse_document)

    def shown(company: int | None = None, wrong: str = "", done: str = "") -> Response:
        found = []
        if company is not None:
            with database.reading() as connection:
                found = contacts_of(connection, company)
        rows = [(each, masked(each.email_of(vault))) for each in found]
        answer = page("customers.html", rows=rows, company=company, wrong=wrong, done=done, now=clock())
        if wrong:
            answer.status_code = 422
        return answer

    @web.get("/customers")
    @required(Act.LET_IN)
    def form() -> Response:
        return shown()

    @web.post("/customers")
    @required(Act.LET_IN, audited=False)
    def find() -> Response:
        try:
            document = read_document(request.form.get("document", "")[:MOST])
        except ValueError as error:
            return shown(wrong=put(reason(error), language()))
        with database.reading() as connection:
            company = find_company(connection, vault, document)
        return shown(
            company, wrong="" if company else _("No customer has this document; compare it with the contract.")
        )

    @web.post("/customers/let-in")
    @required(Act.LET_IN)
    def let_in() -> Response:
        contact, company = _number("contact"), _number("company")
        audited_as(f"let into the portal: contact {contact} of company {company}")
        try:
            with database.transaction() as connection:
                done = let_administrator_in(connection, vault, contact, f"ML{secrets.token_hex(16)}", clock())
        except ValueError as error:
            return shown(company, put(reason(error), language()))
        told = _("%(name)s may choose a password now; an invitation goes to the registered address.")
        return shown(done.company_id, done=told % {"name": done.contact_name})

    @web.post("/customers/administrator")
    @required(Act.LET_IN)
    def make() -> Response:
        contact, company = _number("contact"), _number("company")
        try:
            with database.transaction() as connection:
                names = make_administrator(connection, company, contact)
        except ValueError as error:
            return shown(company, put(reason(error), language()))
        audited_as(f"make administrator: {names} (company {company})")
        return shown(company, done=_("%(names)s: the administrator now.") % {"names": names})

    return web


def _number(name: str) -> int:
    """An id that a form of the page holds; 0, which is nobody's, for anything else."""
    written = request.form.get(name, "")
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 10 else 0
