"""``/contatos`` shows the contacts of a company; its administrator adds, changes, releases, blocks and hands over.

Nobody chooses another one's password: who is added or gets another e-mail address is let in, and chooses one with a
code that is sent there.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from unicodedata import normalize

from flask import Blueprint, redirect, request

from data import values
from data.audit import acts_of
from data.contact import MAX_CONTACTS
from data.contact_acts import (
    ContactActError,
    WantedContact,
    add_contact,
    block_contact,
    change_contact,
    company_salt,
    hand_over,
    release_contact,
)
from data.contact_profile import SEVERITIES, contacts_of, email, mobile
from data.mails import WantedMail, want_mail
from data.portal_attempts import identify_contact
from ivr.web.portal.contacts.contact_sheet import read_contact_sheet
from ivr.web.portal.customer_words import in_customer_words
from ivr.web.portal.fields import field
from ivr.web.portal.guard import PortalGuard, administrator_only, portal_contact, signed_in
from ivr.web.portal.layout import portal_page
from ivr.web.shell.languages import gettext as _
from ivr.web.shell.languages import language
from wording import message

if TYPE_CHECKING:
    from flask import Response
    from sqlalchemy import Connection
    from werkzeug.wrappers import Response as BaseResponse

    from data.budgets import Budgets
    from data.contact_profile import PortalContact
    from data.database import Database
    from data.vault import Vault


MOST_INVITATIONS_A_DAY: Final = 25
"""Invitations that one company may have sent in a day, to whatever addresses: the portal is no sender of unwanted mail,
whose words an administrator chooses in part (names), and whose receivers they choose altogether."""

_INVITE: Final = "invite to the portal"
_DAY: Final = timedelta(days=1)


class _RowsError(ValueError):
    """Rows of a file that do not fit with what is stored: ends the transaction of which nothing is to stay."""


def contact_pages(
    database: Database, vault: Vault, clock: Callable[[], datetime], budgets: Budgets, guard: PortalGuard
) -> Blueprint:
    """Return the blueprint of ``/contatos`` and what is below it."""
    web = Blueprint("portal_contacts", __name__, template_folder=".")

    def shown(status: int = 200, **told: Any) -> Response:
        """The list, with what is ``told`` of the last act."""
        asking = portal_contact()
        with database.reading() as connection:
            everybody = contacts_of(connection, asking.company_id)
        rows = [(each, each.email_of(vault), each.mobile_of(vault)) for each in everybody]
        filled = {"wrong": "", "wrong_lines": (), "form": {}} | told
        page = "contacts.html" if asking.administrator else "colleagues.html"
        return portal_page(page, status, rows=rows, most=MAX_CONTACTS, severities=SEVERITIES, now=clock(), **filled)

    def unkeyable(connection: Connection, company_id: int) -> str:
        """The hash of a telephone password that no keypad can key: it has letters."""
        return vault.hash_password(company_salt(connection, company_id), secrets.token_urlsafe(32))

    def invite(connection: Connection, contact: PortalContact, now: datetime) -> None:
        """Have an invitation sent, in a transaction that holds the company's row. Raises ContactActError."""
        asking = portal_contact()
        if acts_of(connection, asking.company_id, None, _INVITE, now - _DAY) >= MOST_INVITATIONS_A_DAY:
            raise ContactActError(
                message("invitations-too-many", "a company sends {most} a day", most=MOST_INVITATIONS_A_DAY)
            )
        guard.record(connection, asking, _INVITE, contact.contact_name)
        wanted = WantedMail("portal-invitation", contact.contact_id, language())
        want_mail(connection, f"ML{secrets.token_hex(16)}", wanted, now)

    def is_theirs(asking: PortalContact, now: datetime) -> bool:
        """Whether the password that was typed is that of who asks; it is a try in the budgets of guessing."""
        mark = guard.browser_digest()
        typed = normalize("NFKC", field("password", strip=False))
        address = asking.email_of(vault) or ""
        return identify_contact(database, vault, budgets, now, address, typed, mark, mark) is not None

    @web.get("/contatos")
    @signed_in
    def listed() -> Response:
        return shown()

    @web.post("/contatos")
    @administrator_only
    def add() -> BaseResponse:
        asking, now = portal_contact(), clock()
        wanted, wrong = _typed()
        if wanted is None:
            return shown(403, wrong=wrong, form=request.form)
        with database.reading() as connection:
            hashed = unkeyable(connection, asking.company_id)
        try:
            with database.transaction() as connection:
                new = add_contact(connection, vault, asking.company_id, wanted, hashed, now)
                invite(connection, new, now)
                guard.record(connection, asking, "add contact", new.contact_name)
        except ValueError as error:
            return shown(403, wrong=in_customer_words(error), form=request.form)
        return redirect("/contatos", 303)

    @web.post("/contatos/arquivo")
    @administrator_only
    def add_file() -> BaseResponse:
        asking, now = portal_contact(), clock()
        sent = request.files.get("file")
        sheet = read_contact_sheet(sent.stream.read() if sent else b"")
        if sheet.wrong:
            return shown(403, wrong_lines=sheet.wrong)
        with database.reading() as connection:
            # Argon2 is slow on purpose: outside of the transaction.
            hashes = [unkeyable(connection, asking.company_id) for _line in sheet.contacts[: MAX_CONTACTS + 1]]
        faults: list[tuple[int, str]] = []
        try:
            with database.transaction() as connection:
                for place, (line, wanted) in enumerate(sheet.contacts):
                    try:
                        with connection.begin_nested():
                            hashed = hashes[min(place, len(hashes) - 1)]
                            new = add_contact(connection, vault, asking.company_id, wanted, hashed, now)
                            invite(connection, new, now)
                            guard.record(connection, asking, "add contact", new.contact_name)
                    except ValueError as error:
                        faults.append((line, in_customer_words(error)))
                if faults:
                    raise _RowsError
        except _RowsError:
            return shown(403, wrong_lines=faults)
        return redirect("/contatos", 303)

    @web.get("/contatos/<int(max=2147483647):contact_id>")
    @administrator_only
    def form(contact_id: int) -> BaseResponse:
        return edited(contact_id)

    def edited(contact_id: int, status: int = 200, wrong: str = "") -> Response:
        with database.reading() as connection:
            everybody = contacts_of(connection, portal_contact().company_id)
        found = next((each for each in everybody if each.contact_id == contact_id), None)
        if found is None:
            return shown(404, wrong=_("This contact is not there any more: load the page again."))
        values_now = {"email": found.email_of(vault), "mobile": found.mobile_of(vault)}
        return portal_page(
            "contact.html", status, edited=found, severities=SEVERITIES, wrong=wrong, form=request.form, **values_now
        )

    @web.post("/contatos/<int(max=2147483647):contact_id>")
    @administrator_only
    def change(contact_id: int) -> BaseResponse:
        asking, now = portal_contact(), clock()
        wanted, wrong = _typed()
        if wanted is None:
            return edited(contact_id, 403, wrong)
        proven = bool(field("password", strip=False)) and is_theirs(asking, now)
        if field("password", strip=False) and not proven:
            return edited(contact_id, 403, _("Your password is another one, or there were too many tries."))
        try:
            with database.transaction() as connection:
                changed, anew = change_contact(
                    connection, vault, asking.company_id, contact_id, wanted, now, proven=proven
                )
                if anew:
                    invite(connection, changed, now)
                guard.record(connection, asking, "change contact", changed.contact_name)
        except ValueError as error:
            return edited(contact_id, 403, in_customer_words(error))
        return redirect("/contatos", 303)

    @web.post("/contatos/<int(max=2147483647):contact_id>/bloquear")
    @administrator_only
    def block(contact_id: int) -> BaseResponse:
        asking, now = portal_contact(), clock()
        try:
            with database.transaction() as connection:
                blocked = block_contact(connection, asking.company_id, contact_id, now)
                guard.record(connection, asking, "block contact", blocked.contact_name)
        except ContactActError as error:
            return shown(403, wrong=in_customer_words(error))
        return redirect("/contatos", 303)

    @web.post("/contatos/<int(max=2147483647):contact_id>/liberar")
    @administrator_only
    def release(contact_id: int) -> BaseResponse:
        asking, now = portal_contact(), clock()
        try:
            with database.transaction() as connection:
                released = release_contact(connection, vault, asking.company_id, contact_id, now)
                if released.activated_at is None:
                    invite(connection, released, now)
                guard.record(connection, asking, "release contact", released.contact_name)
        except ContactActError as error:
            return shown(403, wrong=in_customer_words(error))
        return redirect("/contatos", 303)

    @web.post("/contatos/administrador")
    @administrator_only
    def hand() -> BaseResponse:
        asking, now = portal_contact(), clock()
        if not is_theirs(asking, now):
            return shown(403, wrong=_("Your password is another one, or there were too many tries."))
        to = field("to")
        try:
            with database.transaction() as connection:
                number = int(to) if to.isdecimal() and len(to) < 10 else 0
                before, after = hand_over(connection, asking.company_id, number, by=asking.contact_id)
                names = f"{before.contact_name if before else ''} → {after.contact_name}"
                guard.record(connection, asking, "hand over administration", names)
        except ContactActError as error:
            return shown(403, wrong=in_customer_words(error))
        return redirect("/contatos", 303)

    return web


def _typed() -> tuple[WantedContact | None, str]:
    """The contact that a form describes, or what is wrong with it in the customer's words."""
    number = field("mobile")
    try:
        wanted = WantedContact(
            values.words(field("name")),
            email(field("email")),
            mobile(number) if number else None,
            field("support") == "yes",
            field("consultancy") == "yes",
            frozenset(each for each in SEVERITIES if str(each) in request.form.getlist("surveys")),
        )
    except ValueError as error:
        return None, in_customer_words(error)
    return wanted, ""
