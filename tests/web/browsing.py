"""A browser before the pages: it keeps cookies, and sends Origin and the token of its page with what it posts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

from werkzeug.test import TestResponse

from data.roles import Role
from data.users import CODE_FOR, add_user, code_digest, password_hash, set_code, set_password
from data.vault import Cost, Vault
from tests.line_server import KEY, LineServer, LocalClient

HERE = "http://localhost"
PASSWORD = "seis galinhas ruivas"
VAULT = Vault(KEY, Cost.rehearsal())
HTML = {"Accept": "text/html"}

_TOKEN = re.compile(r'name="csrf-token" content="([0-9a-f]{64})"')


class Browser:
    """One browser at the pages of ``server``, which it knows as ``at``."""

    def __init__(self, server: LineServer, at: str = HERE) -> None:
        self.at = at
        self.client = LocalClient(server.pages.application)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> TestResponse:
        """A page that is opened."""
        return self.client.get(path, base_url=self.at, headers=HTML | dict(headers or {}))

    def token(self) -> str:
        """The token that a page of this browser has."""
        found = _TOKEN.search(self.get("/login").text)
        assert found
        return found[1]

    def post(self, path: str, form: Mapping[str, str] | None = None) -> TestResponse:
        """A form of a page that is sent."""
        headers = {"Origin": self.at, "X-CSRF-Token": self.token()} | HTML
        return self.client.post(path, base_url=self.at, data=dict(form or {}), headers=headers)

    def log_in(self, name: str, password: str = PASSWORD, next: str = "/") -> TestResponse:
        """The form of the login, filled in and sent."""
        return self.post("/login", {"name": name, "password": password, "next": next})

    def is_logged_in(self) -> bool:
        """Whether the pages know who asks."""
        return self.get("/login/password").status_code == 200

    def cookies(self) -> dict[str, str]:
        """Every cookie that the browser has, by name."""
        host = self.at.split("//")[1]
        return {
            name: cookie.value
            for name in ("ivr_session", "ivr_browser", "__Host-ivr_session", "__Host-ivr_browser")
            if (cookie := self.client.get_cookie(name, host))
        }

    def set_cookie(self, name: str, value: str) -> None:
        """A cookie that another planted."""
        self.client.set_cookie(name, value, domain=self.at.split("//")[1])


def make_user(server: LineServer, login: str, role: Role = Role.OPS, password: str | None = PASSWORD) -> int:
    """A user of the pages; the id."""
    with server.database.transaction() as connection:
        user = add_user(connection, login, login.title(), role)
        if password is not None:
            set_password(connection, user.id, password_hash(VAULT, user.id, password))
    return user.id


def give_code(server: LineServer, user_id: int, code: str, lasts: timedelta = CODE_FOR) -> None:
    """A one-time code, as a person at the console gives one."""
    with server.database.transaction() as connection:
        set_code(connection, user_id, code_digest(VAULT, user_id, code), server.clock() + lasts)
