"""``/entrar`` begins a session of a contact, ``/sair`` ends it.

What is wrong is told in the same words whatever it is: an address that nobody has, a wrong password, a contact who is
blocked or not activated, a budget that is used up. Nothing that is typed is logged or filled in again but the address.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING
from unicodedata import normalize

from flask import Blueprint, redirect, request

from data.contact_profile import find_contact, keeps_portal_password
from data.portal_attempts import identify_contact
from data.portal_sessions import begin_portal_session, end_portal_session
from ivr.web.portal.fields import field
from ivr.web.portal.guard import PortalGuard, open_to_all
from ivr.web.portal.kept_form import kept_form
from ivr.web.portal.layout import portal_page
from ivr.web.shell.languages import gettext as _
from ivr.web.shell.layout import own_path

if TYPE_CHECKING:
    from flask import Response
    from sqlalchemy import Connection
    from werkzeug.wrappers import Response as BaseResponse

    from data.budgets import Budgets
    from data.contact_profile import PortalContact
    from data.database import Database
    from data.vault import Vault


def sign_in_pages(
    database: Database, vault: Vault, clock: Callable[[], datetime], budgets: Budgets, guard: PortalGuard
) -> Blueprint:
    """Return the blueprint of ``/entrar`` and ``/sair``."""
    web = Blueprint("portal_sign_in", __name__, template_folder=".")

    @web.get("/entrar")
    @open_to_all
    def form() -> Response:
        where = own_path(request.args.get("next", "/"))
        return portal_page("sign_in.html", wrong="", address="", next=where, kept=None)

    @web.post("/entrar")
    @open_to_all
    def sign_in() -> BaseResponse:
        address, now, renewed = field("email"), clock(), guard.draw()
        contact = identify_contact(
            database,
            vault,
            budgets,
            now,
            address,
            normalize("NFKC", field("password", strip=False)),
            guard.browser_digest(),
            guard.browser_digest(renewed),
        )
        where = own_path(request.form.get("next", "/"))
        session = None
        if contact:
            with database.transaction() as connection:
                session = begin_session(connection, guard, contact, now)
        if session is None:
            told = _("This address and password do not go together, or there were too many tries.")
            return portal_page("sign_in.html", 403, wrong=told, address=address, next=where, kept=kept_form())
        answer = begun(guard, session, renewed, where)
        kept = kept_form()
        return portal_page("kept.html", kept=kept) if kept else answer

    @web.post("/sair")
    @open_to_all
    def sign_out() -> BaseResponse:
        session = guard.session()
        if session:
            with database.transaction() as connection:
                end_portal_session(connection, session.digest)
        response = redirect("/entrar", 303)
        guard.cookies.end(response)
        return response

    return web


def begin_session(connection: Connection, guard: PortalGuard, contact: PortalContact, now: datetime) -> str | None:
    """Begin a session under a new token, whatever token the browser came with, and return it; None where the contact
    was blocked, or has another password, since it was proven.
    """
    if not keeps_portal_password(connection, contact.contact_id, contact.password_hash or ""):
        return None
    again = find_contact(connection, contact.contact_id)
    if again is None or again.blocked:
        return None
    token = guard.draw()
    before = guard.cookies.session(request)
    if before:
        end_portal_session(connection, guard.session_digest(before))
    begin_portal_session(connection, guard.session_digest(token), again, now)
    guard.record(connection, again, "sign in to the portal", again.contact_name)
    return token


def begun(guard: PortalGuard, session: str, browser: str, where: str) -> BaseResponse:
    """Let every answer to this request give the browser its session; return the one that leads on to ``where``."""
    guard.begin(session, browser)
    return redirect(where, 303)
