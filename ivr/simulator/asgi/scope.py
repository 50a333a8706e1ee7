"""The words of ASGI 3.0 in which an application in this process is asked: scopes, messages, and what they look like.

Source: the ASGI specification and its HTTP, websocket and lifespan messages, version 2.4.
"""

from __future__ import annotations

import inspect
import logging
import traceback
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from functools import partial
from typing import Any, TypeAlias, TypeGuard
from urllib.parse import unquote, urlsplit

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
AsgiApplication: TypeAlias = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

VERSION = {"version": "3.0", "spec_version": "2.4"}

_log = logging.getLogger(__name__)


def is_asgi(app: object) -> TypeGuard[AsgiApplication]:
    """Return whether ``app`` is an ASGI application: calling it gives something to wait for."""
    while isinstance(app, partial):
        app = app.func
    called = type(app).__call__ if callable(app) else None
    return inspect.iscoroutinefunction(app) or inspect.iscoroutinefunction(called)


def scope_of(address: str, headers: Iterable[tuple[str, str]], state: Mapping[str, Any]) -> MutableMapping[str, Any]:
    """Return what the scopes of a request and of a websocket at ``address`` have in common.

    ``state`` is what the application kept when it started: each scope has a copy.
    """
    url = urlsplit(address)
    host = next((value for name, value in headers if name.lower() == "host"), url.netloc)
    port = url.port or (443 if url.scheme in {"https", "wss"} else 80)
    path = url.path or "/"
    sent = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    return {
        "asgi": VERSION,
        "scheme": url.scheme,
        "path": unquote(path),
        "raw_path": path.encode("ascii"),
        "query_string": url.query.encode("ascii"),
        "root_path": "",
        "headers": [(b"host", host.encode("latin-1")), *(each for each in sent if each[0] != b"host")],
        "client": ("127.0.0.1", 0),
        "server": (url.hostname or "localhost", port),
        "state": dict(state),
    }


def log_error(error: Exception) -> None:
    """Log which exception an application raised, and where: its text may hold what the caller keyed."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    _log.error("the application raised %s at %s:%s", type(error).__name__, last.filename, last.lineno)
