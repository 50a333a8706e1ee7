"""A customer's browser before the portal: it keeps cookies, and sends Origin and the token of its page with forms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from werkzeug.test import TestResponse

from app import create_portal
from data.company import find_company
from data.contact import CONTACT
from data.contact_profile import portal_password_hash, save_profile
from data.vault import Cost, Vault
from ivr.settings import Settings
from routing.documents import parse_document
from tests.line_server import KEY, PADARIA, LineServer, LocalClient

HERE = "http://localhost"
PORTAL = "https://cliente.example.com"
PASSWORD = "quatro patos no lago"
VAULT = Vault(KEY, Cost.rehearsal())

_TOKEN = re.compile(r'name="csrf_token" value="([0-9a-f]{64})"')


def portal_of(server: LineServer, portal_url: str | None = None, **changes: Any) -> LocalClient:
    """The portal of a server, whose application stands for every browser of one test."""
    settings = Settings(
        database_url="sqlite://",
        secret_key=KEY,
        flows=server.settings.flows,
        guesses=server.settings.guesses,
        portal_url=portal_url,
        **changes,
    )
    app = create_portal(
        settings, clock=server.clock, database=server.database, lines=lambda: server.lines, cost=Cost.rehearsal()
    )
    return LocalClient(app)


class CustomerBrowser:
    """One browser at the portal of ``server``; those of one ``portal`` are several browsers at one application."""

    def __init__(self, portal: LocalClient, at: str = HERE, language: str = "pt-BR") -> None:
        self.at = at
        self.client = LocalClient(portal.application)
        self.language = language

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> TestResponse:
        """A page that is opened."""
        accepted = {"Accept": "text/html", "Accept-Language": self.language}
        return self.client.get(path, base_url=self.at, headers=accepted | dict(headers or {}))

    def token(self, path: str = "/entrar") -> str:
        """The token that a page of this browser has."""
        found = _TOKEN.search(self.get(path).text)
        assert found
        return found[1]

    def post(self, path: str, form: Mapping[str, Any] | None = None, page: str = "/entrar") -> TestResponse:
        """A form of ``page`` that is sent."""
        sent = {"csrf_token": self.token(page)} | dict(form or {})
        headers = {"Origin": self.at, "Accept": "text/html", "Accept-Language": self.language}
        return self.client.post(path, base_url=self.at, data=sent, headers=headers)

    def sign_in(self, email: str, password: str = PASSWORD, next: str = "/") -> TestResponse:
        """The form of the sign-in, filled in and sent."""
        return self.post("/entrar", {"email": email, "password": password, "next": next})

    def is_signed_in(self) -> bool:
        """Whether the portal knows who asks."""
        return self.get("/").status_code == 200

    def cookies(self) -> dict[str, str]:
        """Every cookie of the portal that the browser has, by name."""
        host = self.at.split("//")[1]
        names = ("ivr_portal_session", "ivr_portal_browser")
        return {
            name: cookie.value
            for name in (*names, *(f"__Host-{each}" for each in names))
            if (cookie := self.client.get_cookie(name, host))
        }


def contact_id(server: LineServer, name: str, document: str = PADARIA) -> int:
    """The id of a contact of the demo data."""
    with server.database.reading() as connection:
        company = find_company(connection, VAULT, parse_document(document))
        found = select(CONTACT.c.id).where(CONTACT.c.company_id == company, CONTACT.c.name == name)
        return int(connection.execute(found).scalar_one())


def activate(
    server: LineServer, name: str, email: str, password: str | None = PASSWORD, document: str = PADARIA
) -> int:
    """Give a contact of the demo data an address and a password of the portal; the contact's id."""
    number = contact_id(server, name, document)
    now = server.clock()
    with server.database.transaction() as connection:
        company = find_company(connection, VAULT, parse_document(document))
        assert company is not None
        fields: dict[str, Any] = {"email": email}
        if password is not None:
            hashed = portal_password_hash(VAULT, f"contact {number}", password)
            fields |= {"portal_password_hash": hashed, "activated_at": now, "invited_at": now}
        save_profile(connection, VAULT, number, company, **fields)
    return number
