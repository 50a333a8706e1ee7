"""This benchmark measures signed turns beside a hundred open event streams of the pages, and how soon a key is told."""

from __future__ import annotations

import http.client
import json
import re
import subprocess
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from bench.commands import IVR
from bench.serving import Served, started
from bench.signed_calls import TOKEN, Answers, Callers
from bench.table import Row

STREAMS = 100
PHONES = 50
CONNECTIONS = 16
CALLS = 40
EVERY = 0.005
"""Seconds between two requests: a third of what one processor does."""

PRESSES = 20
GOAL_P99 = 0.020
GOAL_KEY = 0.100
LOGIN = "bench"
PASSWORD = "dezenove galinhas azuis"


def run() -> list[Row]:
    """Return the rows of the report."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        served = stack.enter_context(started([IVR, "serve", "--port", "0"], folder, TWILIO_AUTH_TOKEN=TOKEN))
        pages = _Pages(served, folder)
        callers = Callers(served.port, CONNECTIONS)
        stack.callback(callers.close)
        callers.play(callers.calls(0, CALLS))
        without = callers.play(callers.calls(1, CALLS), every=EVERY)
        phones = [pages.post("/phone/api/phones", {})["phone"] for _ in range(PHONES)]
        streams = [pages.stream(phones[number % PHONES]) for number in range(STREAMS)]
        beside = callers.play(callers.calls(2, CALLS), every=EVERY)
        keys = pages.keys(phones[0], streams[0])
        for each in streams:
            each.close()
    return [
        Row(
            f"a signed turn beside {STREAMS} open streams, p99",
            f"{1000 * beside.p99:.1f} ms, {_errors(without, beside)} errors",
            f"{1000 * without.p99:.1f} ms without",
            f"{beside.p99 / without.p99:.2f}",
            f"{1000 * GOAL_P99:.0f} ms",
        ),
        Row(
            "a key at a page, until its page is told",
            f"{1000 * median(keys):.1f} ms, slowest {1000 * max(keys):.1f} ms",
            f"{len(keys)} keys",
            "",
            f"{1000 * GOAL_KEY:.0f} ms",
        ),
    ]


def _errors(*found: Answers) -> int:
    return sum(each.errors for each in found)


class _Pages:
    """A user of the pages, who is logged in."""

    def __init__(self, served: Served, folder: str) -> None:
        if served.pages_port is None:
            raise RuntimeError("the server has told no port of its pages")
        self._port = served.pages_port
        self._cookies: dict[str, str] = {}
        environment = {"IVR_FLOWS": str(Path("flows").resolve()), "PATH": "/usr/bin:/bin"}
        command = [IVR, "users"]
        subprocess.run(
            [*command, "add", LOGIN, "--role", "tester"], cwd=folder, env=environment, check=True, capture_output=True
        )
        subprocess.run(
            [*command, "password", LOGIN, "--stdin"],
            cwd=folder,
            env=environment,
            input=PASSWORD.encode(),
            check=True,
            capture_output=True,
        )
        self._token = self._read_token()
        form = f"name={LOGIN}&password={PASSWORD.replace(' ', '+')}&next=/"
        self._ask("POST", "/login", form.encode(), "application/x-www-form-urlencoded")
        self._token = self._read_token()

    def post(self, path: str, body: object) -> dict[str, str]:
        """What is answered to ``body``."""
        text = self._ask("POST", path, json.dumps(body).encode(), "application/json")
        found: dict[str, str] = json.loads(text)
        return found

    def stream(self, phone: str) -> http.client.HTTPConnection:
        """An open stream of the phone."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        connection.request("GET", f"/phone/api/phones/{phone}/events", headers=self._headers())
        return connection

    def keys(self, phone: str, connection: http.client.HTTPConnection) -> list[float]:
        """The seconds from each key, pressed in a live call, to the event that it stopped the prompt."""
        answer = connection.getresponse()
        heard = threading.Semaphore(0)
        ready = threading.Semaphore(0)

        def listen() -> None:
            for line in answer:
                if b'"kind":"prompt_over"' in line and b'"interrupted":true' in line:
                    heard.release()
                if b'"kind":"moment"' in line and b'"barge_in":true' in line:
                    ready.release()

        listening = threading.Thread(target=listen, daemon=True)
        listening.start()
        call = self.post(f"/phone/api/phones/{phone}/calls", {"line": "4003-0015"})["call"]
        took = []
        for _ in range(PRESSES):
            if not ready.acquire(timeout=10):
                break
            began = time.perf_counter()
            self.post(f"/phone/api/phones/{phone}/acts", {"call": call, "act": "press", "keys": "9"})
            if heard.acquire(timeout=10):
                took.append(time.perf_counter() - began)
        # The server ends the stream of a phone that leaves.
        self._ask("POST", f"/phone/api/phones/{phone}/leave", b"{}", "application/json")
        listening.join(10)
        return took

    def _read_token(self) -> str:
        found = re.search(r'name="csrf-token" content="([0-9a-f]{64})"', self._ask("GET", "/login", None, ""))
        if found is None:
            raise RuntimeError("the page of the login has no token")
        return found[1]

    def _headers(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}

    def _ask(self, method: str, path: str, body: bytes | None, kind: str) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        headers = self._headers()
        if method == "POST":
            headers |= {"Origin": f"http://127.0.0.1:{self._port}", "Content-Type": kind, "X-CSRF-Token": self._token}
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                cookie, _, rest = value.partition("=")
                self._cookies[cookie] = rest.partition(";")[0]
        text = answer.read().decode()
        connection.close()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path} was answered with {answer.status}: {text.strip()}")
        return text
