"""``/login`` begins a session, ``/logout`` ends it; a password is chosen with a one-time code or with the one before.

What is wrong is told in the same words whatever it is: a name that no user has, a wrong password, a disabled user, a
budget that is used up. Nothing that is typed is logged, and no form is filled in again with a password.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final
from unicodedata import normalize

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from data.audit import record
from data.logins import identify_user, know_browser
from data.roles import Act
from data.sessions import begin_session, end_session, end_sessions_of
from data.users import (
    PASSWORD_LENGTH,
    UserError,
    keeps_password,
    page_password,
    password_hash,
    set_password,
    take_code,
    use_code,
)
from data.vault import WebSecret
from ivr.web.guard import Guard, anyone, required
from ivr.web.shell.languages import gettext as _
from ivr.web.shell.layout import own_path, page

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from data.budgets import Budgets
    from data.database import Database
    from data.users import User
    from data.vault import Vault

MOST: Final = 1024
"""Signs of a field that are read: none that is right has more."""


def login(database: Database, vault: Vault, clock: Callable[[], datetime], budgets: Budgets, guard: Guard) -> Blueprint:
    """Return the blueprint of ``/login``, ``/login/code``, ``/login/password`` and ``/logout``."""
    web = Blueprint("login", __name__, template_folder=".")

    def source() -> str:
        return guard.address.source(request.environ)

    def browser_digest(token: str) -> str:
        return vault.web_digest(WebSecret.BROWSER, token)

    def begin(connection: Connection, user: User, act: str, now: datetime) -> str:
        """Begin a session under a new token, whatever token the browser came with; return it."""
        token = guard.draw()
        before = guard.cookies.session(request)
        if before:
            end_session(connection, vault.web_digest(WebSecret.SESSION, before))
        begin_session(connection, vault.web_digest(WebSecret.SESSION, token), user.id, now, source())
        record(connection, now, user.login, act, user.login, source())
        return token

    def begun(session: str, browser: str, where: str) -> BaseResponse:
        response = redirect(where, 303)
        guard.cookies.begin(response, session)
        guard.know(browser)
        return response

    def chosen(user_login: str) -> tuple[str, str]:
        """The password that was chosen, and what is wrong with it."""
        first, second = _field("new", strip=False), _field("again", strip=False)
        if first != second:
            return "", _("The two passwords differ.")
        try:
            return page_password(first, user_login), ""
        except UserError:
            least, most = PASSWORD_LENGTH
            told = _(
                "The password needs %(least)s to %(most)s characters, at least five different ones, and not your name."
            )
            return "", told % {"least": least, "most": most}

    @web.get("/login")
    @anyone
    def form() -> Response:
        return page("login.html", wrong="", name="", next=own_path(request.args.get("next", "/")))

    @web.post("/login")
    @anyone
    def log_in() -> BaseResponse:
        name, now, renewed = _field("name").lower(), clock(), guard.draw()
        proven = identify_user(
            database,
            vault,
            budgets,
            now,
            name,
            normalize("NFKC", _field("password", strip=False)),
            browser_digest(guard.browser()),
            browser_digest(renewed),
        )
        where = own_path(request.form.get("next", "/"))
        session = None
        if proven:
            with database.transaction() as connection:
                if keeps_password(connection, proven.user.id, proven.password_hash):
                    session = begin(connection, proven.user, "log in", now)
        if session is None:
            told = _("This name and password do not go together, or there were too many tries.")
            return _refused(page("login.html", wrong=told, name=name, next=where))
        return begun(session, renewed, where)

    @web.post("/logout")
    @anyone
    def log_out() -> BaseResponse:
        session = guard.visitor().session
        if session:
            with database.transaction() as connection:
                end_session(connection, session.digest)
                record(connection, clock(), session.user.login, "log out", session.user.login, source())
        response = redirect("/login", 303)
        guard.cookies.end(response)
        return response

    @web.get("/login/code")
    @anyone
    def code_form() -> Response:
        return page("code.html", wrong="", name="")

    @web.post("/login/code")
    @anyone
    def choose_with_code() -> BaseResponse:
        name, now, renewed = _field("name").lower(), clock(), guard.draw()
        with database.reading() as connection:
            user = take_code(connection, vault, name, _field("code"), now)
        if user is None:
            told = _("This name and code do not go together, or the code is not good any more.")
            return _refused(page("code.html", wrong=told, name=name))
        password, wrong = chosen(user.login)
        if wrong:
            return _refused(page("code.html", wrong=wrong, name=name))
        hashed = password_hash(vault, user.id, password)
        with database.transaction() as connection:
            if not use_code(connection, vault, user.id, _field("code"), hashed):
                return redirect("/login/code", 303)
            end_sessions_of(connection, user.id)
            know_browser(connection, user.id, browser_digest(renewed), now)
            session = begin(connection, user, "choose password", now)
        return begun(session, renewed, "/")

    @web.get("/login/password")
    @required(Act.OWN_PASSWORD)
    def password_form() -> Response:
        return page("password.html", wrong="")

    @web.post("/login/password")
    @required(Act.OWN_PASSWORD, audited=False)
    def change_password() -> BaseResponse:
        asking, now, renewed = guard.visitor().user, clock(), guard.draw()
        if asking is None:
            return redirect("/login", 303)
        proven = identify_user(
            database,
            vault,
            budgets,
            now,
            asking.login,
            normalize("NFKC", _field("password", strip=False)),
            browser_digest(guard.browser()),
            browser_digest(renewed),
        )
        if proven is None:
            told = _("Your current password is another one, or there were too many tries.")
            return _refused(page("password.html", wrong=told))
        guard.know(renewed)
        user = proven.user
        password, wrong = chosen(user.login)
        if wrong:
            return _refused(page("password.html", wrong=wrong))
        hashed = password_hash(vault, user.id, password)
        with database.transaction() as connection:
            if not keeps_password(connection, user.id, proven.password_hash):
                return redirect("/login", 303)
            set_password(connection, user.id, hashed)
            end_sessions_of(connection, user.id)
            session = begin(connection, user, "choose password", now)
        return begun(session, renewed, "/")

    return web


def _field(name: str, *, strip: bool = True) -> str:
    # No key types a NUL, and PostgreSQL takes none in a text: with one the answer would be another.
    text = request.form.get(name, "")[:MOST].replace("\0", "")
    return text.strip() if strip else text


def _refused(response: Response) -> Response:
    response.status_code = 403
    return response
