"""``/meus-dados`` shows a contact what is kept, and lets them choose language, surveys and both passwords, and take a
copy along.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from unicodedata import normalize

from flask import Blueprint, Response, redirect, request

from data.attempts import unlimited
from data.audit import acts_of
from data.contact import MAX_CONTACTS
from data.contact import password as phone_password
from data.contact_acts import hold_company
from data.contact_profile import (
    LANGUAGES,
    SEVERITIES,
    keeps_portal_password,
    portal_password,
    portal_password_hash,
    save_profile,
)
from data.export import export_contact
from data.one_time_secrets import end_secrets_of
from data.phone_passwords import PasswordTakenError, check_new, set_phone_password
from data.portal_attempts import identify_contact
from data.portal_sessions import end_portal_sessions_of
from ivr.web.portal.access.routes import chosen, weak
from ivr.web.portal.customer_words import in_customer_words
from ivr.web.portal.fields import field
from ivr.web.portal.guard import PortalGuard, portal_contact, signed_in
from ivr.web.portal.layout import SPOKEN, portal_page
from ivr.web.portal.sign_in.routes import begin_session, begun
from ivr.web.portal.tickets.shown import seen_by_customer
from ivr.web.shell.languages import gettext as _

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

    from data.budgets import Budgets
    from data.contact_profile import PortalContact
    from data.database import Database
    from data.vault import Vault

MOST_DIGITS_A_DAY: Final = 5
"""Times that a contact may choose digits for the telephone in a day, and all of a company five times as often, whoever
is renamed meanwhile. Digits that another contact has are refused, which tells that somebody has them: at so many a day,
to find one of 10,000 takes a year and more."""

_CHOSE_DIGITS: Final = "choose telephone password"
_DAY: Final = timedelta(days=1)


def own_data_pages(
    database: Database, vault: Vault, clock: Callable[[], datetime], budgets: Budgets, guard: PortalGuard
) -> Blueprint:
    """Return the blueprint of ``/meus-dados`` and what is below it."""
    web = Blueprint("portal_own_data", __name__, template_folder=".")

    def shown(status: int = 200, wrong: str = "", told: str = "", of: str = "") -> Response:
        """The page, with what is told of the last act beside the form ``of`` which it was."""
        asking, now = portal_contact(), clock()
        set_at = asking.phone_password_set_at
        return portal_page(
            "own_data.html",
            status,
            wrong=wrong,
            told=told,
            of=of,
            email=asking.email_of(vault),
            mobile=asking.mobile_of(vault),
            severities=SEVERITIES,
            spoken=SPOKEN,
            days=(now - set_at).days if set_at else None,
        )

    def proven(asking: PortalContact) -> PortalContact | None:
        """The contact, where the password that was typed is theirs: a session alone changes no password."""
        mark = guard.browser_digest()
        typed = normalize("NFKC", field("password", strip=False))
        return identify_contact(database, vault, budgets, clock(), asking.email_of(vault) or "", typed, mark, mark)

    @web.get("/meus-dados")
    @signed_in
    def page() -> Response:
        done = {"wishes": _("Saved."), "digits": _("The telephone takes these digits from now on.")}
        of = request.args.get("feito", "")
        return shown(told=done.get(of, ""), of=of)

    @web.post("/meus-dados/preferencias")
    @signed_in
    def wishes() -> BaseResponse:
        asking = portal_contact()
        severities = {each for each in SEVERITIES if str(each) in request.form.getlist("surveys")}
        spoken = field("language") if field("language") in LANGUAGES else None
        with database.transaction() as connection:
            fields: dict[str, Any] = {"language": spoken, "surveys": severities}
            save_profile(connection, vault, asking.contact_id, asking.company_id, **fields)
        return redirect("/meus-dados?feito=wishes", 303)

    @web.post("/meus-dados/senha")
    @signed_in
    def choose_password() -> BaseResponse:
        asking, now = portal_contact(), clock()
        known = proven(asking)
        if known is None:
            return shown(403, _("Your password is another one, or there were too many tries."), of="password")
        password, wrong = chosen()
        address = asking.email_of(vault) or ""
        if not wrong:
            try:
                portal_password(password, address, address.partition("@")[0], *asking.contact_name.split())
            except ValueError:
                wrong = weak()
        if wrong:
            return shown(403, wrong, of="password")
        hashed = portal_password_hash(vault, f"contact {asking.contact_id}", password)
        session = None
        with database.transaction() as connection:
            if keeps_portal_password(connection, asking.contact_id, known.password_hash or ""):
                save_profile(connection, vault, asking.contact_id, asking.company_id, portal_password_hash=hashed)
                end_portal_sessions_of(connection, asking.contact_id)
                end_secrets_of(connection, asking.contact_id, now)
                guard.record(connection, asking, "choose portal password", asking.contact_name)
                session = begin_session(connection, guard, known.with_password(hashed), now)
        if session is None:
            return redirect("/entrar", 303)
        return begun(guard, session, guard.browser(), "/meus-dados")

    @web.post("/meus-dados/senha-telefone")
    @signed_in
    def choose_digits() -> BaseResponse:
        asking, now = portal_contact(), clock()
        if proven(asking) is None:
            return shown(403, _("Your password is another one, or there were too many tries."), of="digits")
        first, second = field("digits"), field("digits-again")
        if first != second:
            return shown(403, _("The two passwords differ."), of="digits")
        try:
            digits = phone_password(first)
        except ValueError as error:
            return shown(403, in_customer_words(error), of="digits")
        with database.transaction() as connection:
            # Of two forms at the same moment one is counted first.
            hold_company(connection, asking.company_id)
            since = now - _DAY
            tried = acts_of(connection, asking.company_id, guard.name_of(asking), _CHOSE_DIGITS, since)
            of_all = acts_of(connection, asking.company_id, None, _CHOSE_DIGITS, since)
            too_often = tried >= MOST_DIGITS_A_DAY or of_all >= MOST_DIGITS_A_DAY * MAX_CONTACTS
            if not too_often:
                # Before it is known whether they may be theirs: what is refused is a try as well.
                guard.record(connection, asking, _CHOSE_DIGITS, asking.contact_name)
        if too_often:
            return shown(403, _("Digits were chosen too often today: try again tomorrow."), of="digits")
        # By telephone they are refused for the same reasons, and told apart as little.
        hashed = check_new(database, vault, asking.contact_id, digits, unlimited)
        try:
            if hashed is None:
                raise PasswordTakenError("it cannot be theirs")
            with database.transaction() as connection:
                set_phone_password(connection, asking.company_id, asking.contact_id, hashed, now)
        except PasswordTakenError:
            told = _("Choose other digits: these cannot be yours. Rows (2345) and repetitions (1212) are nobody's.")
            return shown(403, told, of="digits")
        return redirect("/meus-dados?feito=digits", 303)

    @web.get("/meus-dados/copia.json")
    @signed_in
    def copy() -> Response:
        asking = portal_contact()
        with database.reading() as connection:
            found = export_contact(connection, vault, asking, seen_by_customer)
        text = json.dumps(found, ensure_ascii=False, indent=2) + "\n"
        headers = {"Content-Disposition": 'attachment; filename="meus-dados.json"'}
        return Response(text, mimetype="application/json", headers=headers)

    return web
