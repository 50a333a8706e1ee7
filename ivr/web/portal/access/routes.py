"""``/acesso`` has a one-time code sent to an address that was registered before; ``/acesso/codigo`` takes it, together
with the password that is chosen.

It is the same for a first password and for a lost one. Whatever address is typed, the answer and what is done are the
same: a row is written, and nothing is sent for one that nobody may use. The code is good in the browser that asked.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from flask import Blueprint, redirect

from data.contact_profile import (
    address_digest,
    contact_by_email,
    find_contact,
    portal_password,
    portal_password_hash,
    save_profile,
)
from data.mails import CODE_TEXT, MAIL, WantedMail, want_mail
from data.one_time_secrets import (
    GOOD_FOR,
    OneTimeSecret,
    ask_secret,
    end_secrets_of,
    is_code_of,
    secret_of_browser,
    try_secret,
    use_secret,
)
from data.portal_attempts import PORTAL_TRIES, code_account
from data.portal_sessions import end_portal_sessions_of
from data.users import PASSWORD_LENGTH
from ivr.web.portal.fields import field
from ivr.web.portal.guard import PortalGuard, open_to_all
from ivr.web.portal.layout import portal_page
from ivr.web.portal.sign_in.routes import begin_session, begun
from ivr.web.shell.languages import gettext as _
from ivr.web.shell.languages import language

if TYPE_CHECKING:
    from flask import Response
    from sqlalchemy import Connection
    from werkzeug.wrappers import Response as BaseResponse

    from data.budgets import Budgets
    from data.contact_profile import PortalContact
    from data.database import Database
    from data.vault import Vault

CHANNELS = ("email", "mobile")


def access_pages(
    database: Database, vault: Vault, clock: Callable[[], datetime], budgets: Budgets, guard: PortalGuard
) -> Blueprint:
    """Return the blueprint of ``/acesso`` and ``/acesso/codigo``."""
    web = Blueprint("portal_access", __name__, template_folder=".")

    @web.get("/acesso")
    @open_to_all
    def form() -> Response:
        return portal_page("access.html")

    @web.post("/acesso")
    @open_to_all
    def ask() -> BaseResponse:
        address, now = field("email"), clock()
        channel = field("channel") if field("channel") in CHANNELS else CHANNELS[0]
        with database.transaction() as connection:
            found = contact_by_email(connection, vault, address)
            contact = found if found and found.may_choose_password(now) else None
            secret = OneTimeSecret(
                f"OT{secrets.token_hex(16)}",
                address_digest(vault, address),
                guard.browser_digest(),
                channel,
                contact.company_id if contact else None,
                contact.contact_id if contact else None,
                now,
                now + GOOD_FOR,
            )
            if ask_secret(connection, secret) and contact:
                wanted = WantedMail("portal-code", contact.contact_id, language(), {"secret": secret.id})
                kind = CODE_TEXT if channel == "mobile" else MAIL
                want_mail(connection, secret.id.replace("OT", "ML", 1), wanted, now, kind)
        return redirect("/acesso/codigo", 303)

    @web.get("/acesso/codigo")
    @open_to_all
    def code_form() -> Response:
        return portal_page("access_code.html", wrong="")

    @web.post("/acesso/codigo")
    @open_to_all
    def choose() -> BaseResponse:
        now, renewed, typed = clock(), guard.draw(), field("code")
        # Before the code, and by what is typed alone: what is wrong with a password tells nothing of an address.
        password, wrong = chosen()
        if wrong:
            return portal_page("access_code.html", 403, wrong=wrong)
        with database.reading() as connection:
            secret = secret_of_browser(connection, guard.browser_digest(), now)

        def compare() -> bool:
            if secret is None:
                return False
            with database.transaction(durable=False) as connection:
                return try_secret(connection, secret, now) and is_code_of(vault, secret, typed)

        # Apart from tries at the password: who used those up is the one who asks for a code.
        account = code_account(vault, secret.account if secret else "")
        company_id = secret.company_id if secret else None
        browser, known_as = guard.browser_digest(), guard.browser_digest(renewed)
        proven = PORTAL_TRIES.matches(
            database, budgets, account, browser, known_as, now, compare, company_id=company_id
        )
        session: str | None = None
        if proven and secret:
            with database.reading() as connection:
                contact = find_contact(connection, secret.contact_id or 0)
            if contact and not fits(contact, password):
                return portal_page("access_code.html", 403, wrong=weak())
            if contact:
                hashed = portal_password_hash(vault, f"contact {contact.contact_id}", password)
                with database.transaction() as connection:
                    session = activate(connection, secret, hashed, renewed, now)
        if session is None:
            told = _(
                "This code is not right or not good any more. It is good for 15 minutes, once, in this browser alone."
            )
            return portal_page("access_code.html", 403, wrong=told)
        return begun(guard, session, renewed, "/")

    def activate(
        connection: Connection, secret: OneTimeSecret, hashed: str, known_as: str, now: datetime
    ) -> str | None:
        """Use the secret up, give its contact the password, and begin a session in the browser, which is known from now
        on; None where the secret was used meanwhile, or the contact may not have a password any more.
        """
        contact = find_contact(connection, secret.contact_id or 0)
        if contact is None or not contact.may_choose_password(now) or not use_secret(connection, secret, now):
            return None
        first = contact.activated_at is None
        save_profile(
            connection,
            vault,
            contact.contact_id,
            contact.company_id,
            portal_password_hash=hashed,
            activated_at=contact.activated_at or now,
        )
        known = guard.browser_digest(known_as)
        PORTAL_TRIES.know(connection, secret.account, known, now, company_id=contact.company_id)
        end_portal_sessions_of(connection, contact.contact_id)
        end_secrets_of(connection, contact.contact_id, now)
        guard.record(
            connection, contact, "activate the portal" if first else "choose portal password", contact.contact_name
        )
        again = find_contact(connection, contact.contact_id)
        return begin_session(connection, guard, again, now) if again else None

    def fits(contact: PortalContact, password: str) -> bool:
        address = contact.email_of(vault) or ""
        try:
            portal_password(password, address, address.partition("@")[0], *contact.contact_name.split())
        except ValueError:
            return False
        return True

    return web


def chosen() -> tuple[str, str]:
    """Return the password that was typed twice, and what is wrong with it in the customer's words."""
    first, second = field("new", strip=False), field("again", strip=False)
    if first != second:
        return "", _("The two passwords differ.")
    try:
        return portal_password(first), ""
    except ValueError:
        return "", weak()


def weak() -> str:
    """Return what a password needs, in the customer's words."""
    least, most = PASSWORD_LENGTH
    told = _("Take %(least)s to %(most)s characters, at least five different ones, without your name or e-mail in it.")
    return told % {"least": least, "most": most}
