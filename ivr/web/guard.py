"""The guard stands before every page: it judges Host and Origin, who asks and whether that person may.

It also writes who did what. A view says which act it is, ``@required(Act.CALL)``, or that anyone may see it,
``@anyone``; one that says nothing is refused. What changes something (POST and the like) must come from a page of ours:
with Origin, and with a token that only such a page was given. Who may do what is the table of ``data.roles``; why it is
decided so is told in docs/adr/0014-who-may-open-which-page.md.
"""

from __future__ import annotations

import hmac
import logging
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import quote

from flask import Flask, Response, current_app, g, jsonify, redirect, request

from data.audit import VISITOR, record
from data.browser_sessions import SEEN_EVERY
from data.database import DatabaseUnavailableError
from data.roles import AT_A_DESK, BESIDE_A_SIGNED_LINE, MAY, Act
from data.sessions import Session, find_session, see_session
from data.vault import WebSecret
from ivr.web.cookies import BrowserCookies
from ivr.web.login.refusals import database_is_away, page_is_old, role_may_not
from ivr.web.origin import NO_ORIGIN, SAFE, PagesAddress
from value_class import value_class

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

    from data.database import Database
    from data.users import User
    from data.vault import Vault
    from ivr.server.front import Refusal

log = logging.getLogger(__name__)

LOGIN: Final = "/login"
HEADER: Final = "X-CSRF-Token"
FIELD: Final = "csrf_token"

_RULE: Final = "ivr_page_rule"
_EXTENSION: Final = "ivr.guard"

View = TypeVar("View", bound=Callable[..., object])


@value_class
class PageRule:
    """A rule holds what a view needs: ``act`` (None: all may see it).

    Where it is ``audited`` a request that changes something leaves a row. A program of this machine needs no login for
    what is ``probed``.
    """

    act: Act | None
    audited: bool = False
    probed: bool = False


@value_class
class Visitor:
    """A visitor asks for a page: a user with a session, or a person without one."""

    session: Session | None
    acts: frozenset[Act]

    @property
    def user(self) -> User | None:
        """Return the user who is logged in."""
        return self.session.user if self.session else None

    @property
    def name(self) -> str:
        """Return how the audit names this person."""
        return self.session.user.login if self.session else VISITOR


def required(act: Act, *, audited: bool = True) -> Callable[[View], View]:
    """Mark a view: only who may do ``act`` comes to it. What it changes leaves a row in the audit unless ``audited`` is
    False, which is for what comes often, like each key of a call.
    """
    return lambda view: _marked(view, PageRule(act, audited))


def anyone(view: View) -> View:
    """Mark a view that shows nothing of the line: the login, files of the layout, health."""
    return _marked(view, PageRule(None))


def probed(view: View) -> View:
    """Mark a view that programs of this machine read without a login, and people who may look."""
    return _marked(view, PageRule(Act.LOOK, probed=True))


def visitor() -> Visitor:
    """Return who asks, in a request that the guard let through. Raises DatabaseUnavailableError where a session cannot
    be looked up.
    """
    return guard().visitor()


def audited_as(subject: str) -> None:
    """Say to what this request's act is done, for the audit, where its path does not tell. Never a document or a key
    that was pressed.
    """
    g.audit_subject = subject


def guard() -> Guard:
    """Return the guard of the application that answers now."""
    found: Guard = current_app.extensions[_EXTENSION]
    return found


class Guard:
    """Guards the pages at ``address``. ``signed`` says that webhooks are signed, so that the pages would sign for
    visitors; ``draw`` makes tokens of 43 signs.
    """

    def __init__(
        self,
        database: Database,
        vault: Vault,
        clock: Callable[[], datetime],
        address: PagesAddress,
        *,
        signed: bool,
        draw: Callable[[], str] = secrets.token_urlsafe,
    ) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._signed = signed
        self.address = address
        self.cookies = BrowserCookies(is_secure=address.is_secure)
        self.draw = draw

    def stand_before(self, app: Flask) -> None:
        """Judge every request of ``app`` before its view, and give templates ``csrf_token()``, ``user`` and ``may``."""
        app.extensions[_EXTENSION] = self
        app.before_request(self._judge)
        app.after_request(self._leave)
        app.register_error_handler(
            DatabaseUnavailableError, lambda _: Response(f"{database_is_away()}\n", 503, mimetype="text/plain")
        )
        app.context_processor(
            lambda: {"csrf_token": self.csrf_token, "user": self.visitor().user, "may": self.visitor().acts, "Act": Act}
        )

    def visitor(self) -> Visitor:
        """Return who asks. Raises DatabaseUnavailableError."""
        if "visitor" not in g:
            g.visitor = self._look_up()
        found: Visitor = g.visitor
        return found

    def holds(self, session: Session | None) -> bool:
        """Return whether the session of a stream that is open still lasts; one without a login does. A stream is no use
        of a session: it ends when its user does nothing else. May wait for the database: to be asked in a thread.
        """
        if session is None:
            return True
        try:
            with self._database.reading() as connection:
                return find_session(connection, session.digest, self._clock()) is not None
        except DatabaseUnavailableError:
            return False

    def csrf_token(self) -> str:
        """Return the token that a page of this browser sends with what changes something."""
        return self._vault.web_digest(WebSecret.CSRF, f"{self.browser()} {self.cookies.session(request) or ''}")

    def browser(self) -> str:
        """Return the token by which this browser is known; a new one gets it with this answer."""
        if "browser" not in g:
            known = self.cookies.browser(request)
            g.browser = known or self.draw()
            g.browser_is_new = known is None
        token: str = g.browser
        return token

    def know(self, browser: str) -> None:
        """Let this browser be known by another token from this answer on."""
        g.browser, g.browser_is_new = browser, True

    def may_open(self, path: str) -> bool:
        """Return whether this visitor comes to the page at ``path``, which is one of the application's."""
        endpoint, _ = current_app.url_map.bind("pages").match(path)
        rule: PageRule | None = getattr(current_app.view_functions[endpoint], _RULE, None)
        return rule is not None and (rule.act is None or rule.act in self.visitor().acts)

    def record(self, act: str, subject: str, who: str | None = None) -> None:
        """Write a row of the audit, for what this request did. Raises DatabaseUnavailableError."""
        with self._database.transaction() as connection:
            record(
                connection,
                self._clock(),
                who or self.visitor().name,
                act,
                subject,
                self.address.source(request.environ),
            )

    def _judge(self) -> BaseResponse | None:
        refused = self.address.refusal(request.environ)
        if refused:
            return _told(refused)
        if request.routing_exception is not None or request.endpoint is None:
            return None
        rule: PageRule | None = getattr(current_app.view_functions[request.endpoint], _RULE, None)
        if rule is None:
            log.error("a page does not say who may see it", extra={"path": request.path})
            return _line("Forbidden: this page does not say who may see it.", 403)
        g.page_rule = rule
        if request.method not in SAFE:
            if "HTTP_ORIGIN" not in request.environ:
                return _told(NO_ORIGIN)
            if not self._has_token():
                return _line(page_is_old(), 403)
        if rule.act is None or (rule.probed and self.address.is_of_this_machine(request.environ)):
            return None
        try:
            return self._judge_act(rule.act)
        except DatabaseUnavailableError:
            return Response(f"{database_is_away()}\n", 503, mimetype="text/plain")

    def _judge_act(self, act: Act) -> BaseResponse | None:
        asking = self.visitor()
        if act in asking.acts:
            return None
        if asking.user:
            return _line(role_may_not(asking.user.role.value), 403)
        if request.method not in SAFE or "text/html" not in request.headers.get("Accept", ""):
            answer = jsonify(error=f"Log in first: {LOGIN}", code="log-in")
            answer.status_code = 401
            return answer
        if request.headers.get("Sec-Fetch-Site", "none") in {"cross-site", "same-site"}:
            # A link of another site brings no cookie (SameSite=Strict); a page of ours that loads itself anew does.
            return Response('<!doctype html><meta http-equiv="refresh" content="0">', mimetype="text/html")
        return redirect(f"{LOGIN}?next={quote(request.full_path.rstrip('?'), safe='')}", 303)

    def _has_token(self) -> bool:
        given = request.headers.get(HEADER) or request.form.get(FIELD, "")
        if self.cookies.browser(request) is None:
            return False
        return hmac.compare_digest(given.encode(), self.csrf_token().encode())

    def _look_up(self) -> Visitor:
        token = self.cookies.session(request)
        if token is not None:
            digest, now = self._vault.web_digest(WebSecret.SESSION, token), self._clock()
            with self._database.reading() as connection:
                found = find_session(connection, digest, now)
            if found:
                if now - found.seen_at >= SEEN_EVERY:
                    with self._database.transaction(durable=False) as connection:
                        see_session(connection, digest, now)
                return Visitor(found, MAY[found.user.role])
        if self.address.url is not None:
            return Visitor(None, frozenset())
        at_a_desk = not self._signed and self.address.is_of_this_machine(request.environ)
        return Visitor(None, AT_A_DESK if at_a_desk else BESIDE_A_SIGNED_LINE)

    def _leave(self, response: Response) -> Response:
        if g.get("browser_is_new"):
            self.cookies.know(response, self.browser())
        if self.address.is_secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        rule: PageRule | None = g.get("page_rule")
        done = rule and rule.act and rule.audited and request.method not in SAFE and response.status_code < 400
        if rule and rule.act and done:
            try:
                self.record(rule.act.value, g.get("audit_subject", request.path))
            except DatabaseUnavailableError:
                log.warning("an act is missing in the audit: the database is away", extra={"path": request.path})
        return response


def _marked(view: View, rule: PageRule) -> View:
    setattr(view, _RULE, rule)
    return view


def _told(refused: Refusal) -> Response:
    return _line(refused.line, refused.status)


def _line(text: str, status: int) -> Response:
    return Response(f"{text}\n", status, mimetype="text/plain")
