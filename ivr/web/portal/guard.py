"""The portal's guard stands before every page of it: it judges Host and Origin, who asks and whether that contact may.

A view says who sees it: ``@open_to_all``, ``@signed_in``, ``@administrator_only`` or ``@without_pendency``; one that
says nothing is refused. What changes something (POST and the like) must come from a page of the portal: with Origin,
and with a token that only such a page was given. It is no guard of the staff's: a mark of theirs means nothing here.
"""

from __future__ import annotations

import hmac
import logging
import secrets
from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import quote

from flask import Flask, Response, abort, current_app, g, redirect, request

from data.audit import record
from data.browser_sessions import SEEN_EVERY
from data.database import DatabaseUnavailableError
from data.portal_sessions import PortalSession, find_portal_session, see_portal_session
from data.vault import WebSecret
from ivr.web.cookies import BrowserCookies
from ivr.web.origin import NO_ORIGIN, SAFE, PagesAddress
from ivr.web.portal.pendency import Pendency, pendency_of
from ivr.web.shell.languages import gettext as _
from value_class import value_class

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from werkzeug.wrappers import Response as BaseResponse

    from data.contact_profile import PortalContact
    from data.database import Database
    from data.vault import Vault

log = logging.getLogger(__name__)

SIGN_IN: Final = "/entrar"
FIELD: Final = "csrf_token"

RULE: Final = "ivr_portal_rule"
_EXTENSION: Final = "ivr.portal_guard"

View = TypeVar("View", bound=Callable[..., object])


@value_class
class PortalRule:
    """A rule holds what a view needs: a contact who is signed in, its company's administrator, a company without a
    pendency.
    """

    signed_in: bool
    administrator: bool = False
    no_pendency: bool = False


def open_to_all(view: View) -> View:
    """Mark a view that shows nothing of a customer's: the sign-in, files of the layout, the privacy notice."""
    return _marked(view, PortalRule(signed_in=False))


def signed_in(view: View) -> View:
    """Mark a view for every contact who is signed in, with a pendency or without: own data, contacts, privacy."""
    return _marked(view, PortalRule(signed_in=True))


def administrator_only(view: View) -> View:
    """Mark a view for the administrator of a company; other contacts are told who that is."""
    return _marked(view, PortalRule(signed_in=True, administrator=True))


def without_pendency(view: View) -> View:
    """Mark a view that waits while the company has a pendency: tickets and downloads. What is told then, and the way
    out of it, is the same page everywhere.
    """
    return _marked(view, PortalRule(signed_in=True, no_pendency=True))


def portal_guard() -> PortalGuard:
    """Return the guard of the portal that answers now."""
    found: PortalGuard = current_app.extensions[_EXTENSION]
    return found


def portal_contact() -> PortalContact:
    """Return the contact who asks, in a request that the guard let through to a view for contacts who are signed in.
    Raises LookupError in any other.
    """
    session = portal_guard().session()
    if session is None:
        raise LookupError("nobody is signed in: the view must say so, by @signed_in or another mark")
    return session.contact


class PortalGuard:
    """Guards the portal at ``address``. ``today`` gives the line's local day, by which invoices are overdue; ``draw``
    makes tokens of 43 signs; ``blocked`` renders what a company with a pendency is told, ``refused`` what a contact
    is who is not the administrator, and ``typed`` (with ``signed_in``) what was typed into a form that is refused
    since its session is over (None: nothing that is kept).
    """

    def __init__(
        self,
        database: Database,
        vault: Vault,
        clock: Callable[[], datetime],
        address: PagesAddress,
        today: Callable[[], date],
        *,
        blocked: Callable[[Pendency], Response],
        refused: Callable[[], Response],
        typed: Callable[..., Response | None],
        draw: Callable[[], str] = secrets.token_urlsafe,
    ) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._today = today
        self._blocked = blocked
        self._refused = refused
        self._typed = typed
        self.address = address
        self.cookies = BrowserCookies(is_secure=address.is_secure, of="ivr_portal")
        self.draw = draw

    def stand_before(self, app: Flask) -> None:
        """Judge every request of ``app`` before its view, and give templates ``csrf_token()`` and ``contact``."""
        app.extensions[_EXTENSION] = self
        app.before_request(self._judge)
        app.after_request(self._leave)
        app.register_error_handler(DatabaseUnavailableError, lambda _error: _away())
        app.context_processor(lambda: {"csrf_token": self.csrf_token, "contact": self._known()})

    def session(self) -> PortalSession | None:
        """Return the session of the request. Raises DatabaseUnavailableError."""
        if "portal_session" not in g:
            g.portal_session = self._look_up()
            if g.portal_session and g.portal_session.contact.language:
                g.language = g.portal_session.contact.language
        found: PortalSession | None = g.portal_session
        return found

    def csrf_token(self) -> str:
        """Return the token that a page of this browser sends with what changes something."""
        return self._vault.web_digest(WebSecret.PORTAL_CSRF, f"{self.browser()} {self._session_token() or ''}")

    def browser(self) -> str:
        """Return the token by which this browser is known; a new one gets it with this answer."""
        if "portal_browser" not in g:
            known = self.cookies.browser(request)
            g.portal_browser = known or self.draw()
            g.portal_browser_is_new = known is None
        token: str = g.portal_browser
        return token

    def browser_digest(self, token: str | None = None) -> str:
        """Return the digest under which a browser is stored, by default the one that asks."""
        return self._vault.web_digest(WebSecret.PORTAL_BROWSER, token or self.browser())

    def session_digest(self, token: str) -> str:
        """Return the digest under which the session of a token is stored."""
        return self._vault.web_digest(WebSecret.PORTAL_SESSION, token)

    def begin(self, session: str, browser: str) -> None:
        """Let this browser have the session of that token, and be known by another one, from this answer on."""
        g.portal_browser, g.portal_browser_is_new = browser, True
        g.portal_begun = session
        g.pop("portal_session", None)

    def source(self) -> str:
        """Return from which address the request came, for the audit."""
        return self.address.source(request.environ)

    def record(self, connection: Connection, who: PortalContact, act: str, subject: str) -> None:
        """Write a row of the audit in the transaction that does the act: contacts are named, never an address of theirs
        or a document.
        """
        record(connection, self._clock(), self.name_of(who), act, subject, self.source(), who.company_id)

    def name_of(self, contact: PortalContact) -> str:
        """Return how the audit names a contact; no login of the staff's has brackets."""
        return f"{contact.contact_name} (company {contact.company_id})"

    def _known(self) -> PortalContact | None:
        try:
            session = self.session()
        except DatabaseUnavailableError:
            return None
        return session.contact if session else None

    def _judge(self) -> BaseResponse | None:
        refused = self.address.refusal(request.environ)
        if refused:
            return _line(refused.line, refused.status)
        if "\0" in request.path:
            # No address of ours has one, and PostgreSQL takes none in a text.
            abort(404)
        if request.routing_exception is not None or request.endpoint is None:
            return None
        rule: PortalRule | None = getattr(current_app.view_functions[request.endpoint], RULE, None)
        if rule is None:
            log.error("a page does not say who may see it", extra={"path": request.path})
            return _line("Forbidden: this page does not say who may see it.", 403)
        if request.method not in SAFE:
            if "HTTP_ORIGIN" not in request.environ:
                return _line(NO_ORIGIN.line, NO_ORIGIN.status)
            if not self._has_token():
                return self._without_token()
        elif request.headers.get("Sec-Fetch-Site", "none") in {"cross-site", "same-site"}:
            # A link of a mail brings no cookie (SameSite=Strict), and a new one would take the place of the browser's
            # own, for which a code may have been sent; a page of ours that loads itself anew brings them.
            return Response('<!doctype html><meta http-equiv="refresh" content="0">', mimetype="text/html")
        try:
            return self._judge_contact(rule)
        except DatabaseUnavailableError:
            return _away()

    def _judge_contact(self, rule: PortalRule) -> BaseResponse | None:
        if not rule.signed_in:
            return None
        session = self.session()
        if session is None:
            if request.method in SAFE and "text/html" in request.headers.get("Accept", ""):
                return redirect(f"{SIGN_IN}?next={quote(request.full_path.rstrip('?'), safe='')}", 303)
            kept = self._typed(signed_in=False) if request.method not in SAFE else None
            return kept or _line(_("Sign in first."), 401)
        if rule.administrator and not session.contact.administrator:
            return self._refused()
        if rule.no_pendency:
            with self._database.reading() as connection:
                pendency = pendency_of(connection, session.contact.company_id, self._today())
            if pendency:
                return self._blocked(pendency)
        return None

    def _has_token(self) -> bool:
        if self.cookies.browser(request) is None:
            return False
        return hmac.compare_digest(request.form.get(FIELD, "").encode(), self.csrf_token().encode())

    def _without_token(self) -> Response:
        """What is told of a form whose token is of another session, or of none: the page of the portal from which it
        comes (its Origin says so) was open for long. Nothing of it is done; what was typed is shown again.
        """
        try:
            kept = self._typed(signed_in=self.session() is not None)
        except DatabaseUnavailableError:
            kept = None
        return kept or _line(_("This page was open for too long. Go back, load it again, and send it once more."), 403)

    def _session_token(self) -> str | None:
        return g.get("portal_begun") or self.cookies.session(request)

    def _look_up(self) -> PortalSession | None:
        token = self._session_token()
        if token is None:
            return None
        digest, now = self.session_digest(token), self._clock()
        with self._database.reading() as connection:
            found = find_portal_session(connection, digest, now)
        if found and now - found.seen_at >= SEEN_EVERY:
            with self._database.transaction(durable=False) as connection:
                see_portal_session(connection, digest, now)
        return found

    def _leave(self, response: Response) -> Response:
        if g.get("portal_browser_is_new"):
            self.cookies.know(response, self.browser())
        if g.get("portal_begun"):
            self.cookies.begin(response, g.portal_begun)
        if self.address.is_secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        return response


def _marked(view: View, rule: PortalRule) -> View:
    setattr(view, RULE, rule)
    return view


def _away() -> Response:
    return _line(_("The portal cannot be reached just now. Try again in a few minutes."), 503)


def _line(text: str, status: int) -> Response:
    return Response(f"{text}\n", status, mimetype="text/plain")
