"""Tickets at the portal, for tests: a company whose contacts have signed in, and what analysts do meanwhile."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import requests
from werkzeug.test import TestResponse

from data.ticket_events import TicketEventRecord, events_of
from data.tickets import TicketRecord, find_ticket
from ivr.flow.line import Line
from ivr.service_desk.acts import TicketAct, act_on, ticket_for
from ivr.tickets.events import EventKind, TicketParty
from tests.line_server import LineServer
from tests.web.at_the_portal import CustomerBrowser

ANA, BRUNO = "ana@padaria.example", "bruno@padaria.example"

NEW: Mapping[str, str] = {
    "subject": "Emissão de nota",
    "description": "A nota não sai desde ontem.",
    "destination": "suporte.rm",
    "product": "RM 12.1",
    "module": "Fiscal",
    "usable": "yes",
    "way_round": "yes",
    "corrupts": "no",
}

_FORM = re.compile(r'name="form" value="([A-Za-z0-9_-]{43})"')
_OF_ONE_ANSWER = re.compile(r'value="(?:[0-9a-f]{64}|[A-Za-z0-9_-]{43})"|next=[^"]*"')


def form_of(page: TestResponse) -> str:
    """The token of the first form of a page of tickets."""
    found = _FORM.search(page.text)
    assert found, page.text
    return found[1]


def without_tokens(page: TestResponse) -> str:
    """The words of a page, without tokens and the address that was asked for."""
    return _OF_ONE_ANSWER.sub("", page.text)


def open_ticket(browser: CustomerBrowser, files: Sequence[tuple[str, bytes]] = (), **changes: str) -> TestResponse:
    """The form of a new ticket, filled in and sent."""
    page = browser.get("/chamados/novo")
    form: dict[str, Any] = {**NEW, **changes, "form": changes.get("form", form_of(page))}
    return browser.post("/chamados/novo", form | with_files(files), "/chamados/novo")


def send_large(browser: CustomerBrowser, name: str, content: bytes) -> TestResponse:
    """The form of a new ticket with a large file; Werkzeug's client would leave the file open that it writes for it."""
    page = browser.get("/chamados/novo")
    fields = {**NEW, "form": form_of(page), "csrf_token": browser.token("/chamados/novo")}
    sent = requests.Request("POST", browser.at, data=fields, files={"files": (name, content)}).prepare()
    headers = {"Origin": browser.at, "Accept": "text/html", "Content-Type": sent.headers["Content-Type"]}
    return browser.client.post("/chamados/novo", base_url=browser.at, data=sent.body, headers=headers)


def with_files(files: Sequence[tuple[str, bytes]]) -> dict[str, Any]:
    """Fields of a form that brings files."""
    return {"files": [(io.BytesIO(content), name) for name, content in files]} if files else {}


def number_in(answer: TestResponse) -> str:
    """The number of the ticket to which an answer leads on."""
    assert answer.status_code == 303, answer.text
    found = re.search(r"/chamados/(\d{10})\?", answer.location)
    assert found, answer.location
    return found[1]


def opened(browser: CustomerBrowser, files: Sequence[tuple[str, bytes]] = (), **changes: str) -> str:
    """The number of a ticket that was opened at the portal."""
    return number_in(open_ticket(browser, files, **changes))


def send(browser: CustomerBrowser, number: str, act: str, **fields: Any) -> TestResponse:
    """A form of the page of a ticket, sent."""
    path = f"/chamados/{number}"
    return browser.post(f"{path}/{act}", {"form": form_of(browser.get(path))} | fields, path)


def by_staff(server: LineServer, line: Line, number: str, kind: EventKind, text: str = "", **more: Any) -> TicketRecord:
    """An analyst acts on a ticket now; the ticket after it."""
    act = replace(TicketAct(kind, TicketParty.STAFF, "Iara", text=text or None), **more)
    with server.database.transaction() as connection:
        return act_on(connection, line, ticket_for(connection, number), act, server.clock())


def stored(server: LineServer, number: str) -> TicketRecord:
    """The ticket of that number."""
    with server.database.reading() as connection:
        found = find_ticket(connection, number)
    assert found
    return found


def events(server: LineServer, number: str) -> list[TicketEventRecord]:
    """The events of a ticket."""
    with server.database.reading() as connection:
        return events_of(connection, number)
