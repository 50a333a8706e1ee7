"""Two ports of this machine, as ``ivr serve`` has them, and windows of browsers at the pages' one: all by HTTP."""

from __future__ import annotations

import http.client
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from app import create_app, create_carrier, create_pages, pages_front, webhooks_front
from data.database import Database
from data.vault import Cost
from ivr.call.lines import Lines
from ivr.cli.paced_clock import PacedClock
from ivr.cli.targets import LocalLines
from ivr.server.listener import Listener, address_of, bind
from ivr.settings import Settings
from ivr.web.phone.limits import PhoneLimits
from ivr.web.phone.simulated_carrier import SimulatedCarrier
from tests.line_server import KEY

FLOWS = Path("flows")
PATIENCE = 20.0

_TOKEN = re.compile(r'name="csrf-token" content="([0-9a-f]{64})"')


class TelephoneServer:
    """Webhooks and pages on ports of their own, on one database, in this process."""

    def __init__(
        self, database: Database, lines: Lines, limits: PhoneLimits, pace: float, auth_token: str | None
    ) -> None:
        self.database = database
        self.sockets = bind("127.0.0.1", 0, "port"), bind("127.0.0.1", 0, "port")
        self.webhooks, self.pages = map(address_of, self.sockets)
        self.settings = Settings(database_url="sqlite://", secret_key=KEY, flows=FLOWS, public_url=self.webhooks)
        webhooks = create_app(self.settings, clock=_now, database=database, lines=lines, cost=Cost.rehearsal())
        self.carrier: SimulatedCarrier = create_carrier(
            self.settings,
            database=database,
            lines=lambda: lines,
            webhooks=self.webhooks,
            api_url=self.pages,
            rehearse=LocalLines(create_app, FLOWS, partial(PacedClock, pace=pace)).rehearsal,
            limits=limits,
        )
        pages = create_pages(
            replace(self.settings, public_url=self.webhooks),
            clock=_now,
            database=database,
            lines=lambda: lines,
            health=lambda: {"reasons": []},
            cost=Cost.rehearsal(),
            carrier=self.carrier,
        )
        front = pages_front(pages, limits.streams)
        self.listeners = (
            Listener(webhooks_front(webhooks, self.settings)),
            Listener(front, ending=front.end_streams),
        )
        self.threads = [
            threading.Thread(target=listener.run_on, args=(socket,))
            for listener, socket in zip(self.listeners, self.sockets, strict=True)
        ]

    @property
    def port(self) -> int:
        """The port of the pages."""
        return int(self.sockets[1].getsockname()[1])


@contextmanager
def telephones(
    database: Database,
    lines: Lines,
    limits: PhoneLimits | None = None,
    pace: float = 1.0,
    auth_token: str | None = None,
) -> Iterator[TelephoneServer]:
    """Serve for as long as the block runs; nothing of it is left behind. ``pace`` hurries rehearsals."""
    server = TelephoneServer(database, lines, limits or PhoneLimits(), pace, auth_token)
    for thread, listener in zip(server.threads, server.listeners, strict=True):
        thread.start()
        while not listener.started:
            time.sleep(0.005)
    try:
        yield server
    finally:
        server.carrier.stop()
        for listener in reversed(server.listeners):
            listener.should_exit = True
        for thread in server.threads:
            thread.join(PATIENCE)
            assert not thread.is_alive()


class Browser:
    """Asks the pages as a browser does: with Origin, a cookie, and the token of its page."""

    def __init__(self, server: TelephoneServer) -> None:
        self.server = server
        self._cookie = ""
        status, page = self._ask("GET", "/login", None, {})
        assert status == 200, page
        found = _TOKEN.search(page.decode())
        assert found
        self._token = found[1]

    def post(self, path: str, body: object) -> tuple[int, Any]:
        """The status and the JSON that comes back."""
        return self.raw(path, json.dumps(body).encode())

    def raw(self, path: str, body: bytes, content_type: str = "application/json") -> tuple[int, Any]:
        """The same of any body."""
        status, text = self._ask("POST", path, body, {"Content-Type": content_type})
        return status, json.loads(text) if text else None

    def get(self, path: str) -> tuple[int, bytes]:
        """The status and what comes back."""
        return self._ask("GET", path, None, {})

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=PATIENCE)
        sent = headers | {"Cookie": self._cookie}
        if method == "POST":
            sent |= {"Origin": self.server.pages, "X-CSRF-Token": self._token}
        connection.request(method, path, body, sent)
        answer = connection.getresponse()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                self._cookie = value.split(";")[0]
        text = answer.read()
        connection.close()
        return answer.status, text


class Window(Browser):
    """A browser with a telephone, whose events are read in a thread."""

    def __init__(self, server: TelephoneServer) -> None:
        super().__init__(server)
        status, told = self.post("/phone/api/phones", {})
        assert status == 201, told
        self.phone, self.number = told["phone"], told["number"]
        self.events: list[dict[str, Any]] = []
        self.call = ""
        self.changed = threading.Condition()
        threading.Thread(target=self._listen, daemon=True).start()
        self.until("hello")

    def dial(self, **wish: object) -> str:
        """Make a call; its id."""
        status, told = self.post(f"/phone/api/phones/{self.phone}/calls", wish)
        assert status == 201, told
        self.call = told["call"]
        return self.call

    def act(self, act: str, call: str = "", **fields: object) -> tuple[int, Any]:
        """Do something in the call."""
        return self.post(f"/phone/api/phones/{self.phone}/acts", {"call": call or self.call, "act": act, **fields})

    def press(self, keys: str) -> None:
        """Press keys into what listens now."""
        assert self.act("press", keys=keys) == (202, {})

    def hears(self, text: str, **fields: object) -> Any:
        """The first prompt, said or recorded, that has ``text`` in its words."""
        return self.until(("say", "play"), lambda event: text in event.get("text", ""), **fields)

    def until(
        self,
        kind: str | tuple[str, ...],
        where: Callable[[dict[str, Any]], bool] = lambda _: True,
        **fields: object,
    ) -> Any:
        """The first event of that kind with these fields, which may still have to come."""
        kinds = (kind,) if isinstance(kind, str) else kind
        found: list[dict[str, Any]] = []

        def came() -> bool:
            found[:] = [
                event
                for event in self.events
                if event["kind"] in kinds
                and all(event.get(name) == value for name, value in fields.items())
                and where(event)
            ]
            return bool(found)

        with self.changed:
            assert self.changed.wait_for(came, PATIENCE), (kind, fields, [event["kind"] for event in self.events])
        return found[0]

    def at(self, state: str) -> None:
        """Wait until the call listens in ``state``."""
        place = self.events.index(self.until("state", state=state))
        self.until("moment", lambda event: self.events.index(event) > place)

    def told(self, kind: str) -> list[dict[str, Any]]:
        """Every event of that kind so far."""
        return [event for event in self.events if event["kind"] == kind]

    def text(self) -> str:
        """Everything that the page was told, as it came."""
        return json.dumps(self.events, ensure_ascii=False)

    def _listen(self) -> None:
        for event in stream(self.server, self.phone):
            with self.changed:
                self.events.append(event)
                self.changed.notify_all()


def stream(server: TelephoneServer, phone: str, after: int | None = None) -> Iterator[dict[str, Any]]:
    """The events of a phone from a connection of its own; each with its number as ``id``, where it has one."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    headers = {} if after is None else {"Last-Event-ID": str(after)}
    connection.request("GET", f"/phone/api/phones/{phone}/events", headers=headers)
    number = None
    try:
        answer = connection.getresponse()
        assert answer.status == 200, answer.read()
        for line in answer:
            name, _, value = line.decode().rstrip("\n").partition(": ")
            if name == "id":
                number = int(value)
            elif name == "data":
                yield json.loads(value) | ({} if number is None else {"id": number})
                number = None
    except (OSError, http.client.HTTPException):
        return
    finally:
        connection.close()


def _now() -> datetime:
    return datetime.now(UTC)
