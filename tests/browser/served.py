"""The line as its users start it, for browsers: ``ivr serve`` in a folder of its own, with the demo customers."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from wsgiref.simple_server import WSGIRequestHandler, make_server

import requests

ROOT = Path(__file__).parents[2]
IVR = Path(sys.executable).with_name("ivr")
END = "Ctrl-C ends it."


class Served(NamedTuple):
    """The address of the pages, the one-time code of the first user, a supervisor, and the address of the portal."""

    pages: str
    code: str
    portal: str


def clean_environment() -> dict[str, str]:
    """Return the environment without what is set for another line."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("IVR_", "TWILIO_"))}


@contextmanager
def served(folder: Path, **environ: str) -> Iterator[Served]:
    """Serve the shipped lines on free ports."""
    clean = clean_environment()
    with (folder / "stderr.txt").open("w") as stderr:
        process = subprocess.Popen(
            [IVR, "serve", "--port", "0", "--pages", "127.0.0.1:0"],
            cwd=folder,
            env=clean | {"IVR_FLOWS": str(ROOT / "flows"), "PYTHONUNBUFFERED": "1"} | environ,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )
    try:
        assert process.stdout is not None
        greeting = ""
        for line in process.stdout:
            greeting += line
            if line.strip() == END:
                break
        found = re.search(r"open this\s+(http://\S+)/ ", greeting)
        assert found, greeting + (folder / "stderr.txt").read_text()
        # The greeting is told before the process of the pages is up.
        assert requests.get(f"{found[1]}/health", timeout=60).ok
        code = re.search(r"with the code (\S+):", greeting)
        assert code, greeting
        portal = re.search(r"customers +(http://\S+)/ is their portal", greeting)
        assert portal, greeting
        yield Served(found[1], code[1], portal[1])
    finally:
        process.terminate()
        process.communicate(timeout=30)


@contextmanager
def app_of_others(documents: Mapping[str, bytes]) -> Iterator[str]:
    """Serve somebody's app of TwiML on this machine, a document a path."""

    class Quiet(WSGIRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            return

    def app(environ, start_response):  # type: ignore[no-untyped-def]
        start_response("200 OK", [("Content-Type", "text/xml")])
        return [documents[environ["PATH_INFO"]]]

    with make_server("127.0.0.1", 0, app, handler_class=Quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
