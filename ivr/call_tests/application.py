"""``application_target`` makes a WSGI or ASGI application, named as servers name it, the target of call scripts."""

from __future__ import annotations

import atexit
import importlib
import os
import re
import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

from ivr.cli.url_target import NUMBER, ZONE
from ivr.errors import TargetError
from ivr.replay.call_target import UrlTarget, is_secret
from ivr.simulator.asgi.scope import AsgiApplication, is_asgi
from ivr.simulator.call_setup import ANY_SOCKET
from ivr.simulator.carrier import Carrier
from ivr.simulator.clock import VirtualClock
from ivr.simulator.sockets import SocketTransport
from ivr.simulator.transports import Transport, WsgiTransport

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

ADDRESS = "http://app.test"
"""Where the application believes to be; .test never resolves (RFC 2606), so nothing can leave by accident."""

_WRITTEN = re.compile(r"(?P<module>[\w.]+):(?P<name>\w+)(?P<made>\(\))?(?P<path>/\S*)?")


def application_target(written: str) -> UrlTarget:
    """Return the application ``module:name/path``, or ``module:make()/path``, asked in this process.

    Requests are signed with TWILIO_AUTH_TOKEN where the environment has it. Raises TargetError where there is no such
    application.
    """
    parts = _WRITTEN.fullmatch(written)
    if parts is None:
        raise TargetError(
            f"ivr_target is '{written}'; write a webhook's URL, or an application of this project: module:app/voice"
        )
    transport, sockets = _transports(_application(parts["module"], parts["name"], made=bool(parts["made"])))
    own = Carrier()
    token, account = os.environ.get("TWILIO_AUTH_TOKEN"), os.environ.get("TWILIO_ACCOUNT_SID")
    return UrlTarget(
        ADDRESS + (parts["path"] or "/voice"),
        transport,
        to=NUMBER,
        zone=ZONE,
        carrier=Carrier(account_sid=account or own.account_sid, auth_token=token or own.auth_token),
        new_sid=lambda: "CA" + secrets.token_hex(16),
        make_clock=VirtualClock,
        conceals=is_secret,
        sockets=sockets,
    )


def _transports(app: WSGIApplication | AsgiApplication) -> tuple[Transport, SocketTransport]:
    """Return what asks ``app`` and what opens its websockets.

    An ASGI application stops when the process does, after the last of its calls.
    """
    if not is_asgi(app):
        return WsgiTransport(cast("WSGIApplication", app)), ANY_SOCKET
    from ivr.simulator.asgi.transport import AsgiTransport

    transport = AsgiTransport(app)
    atexit.register(transport.close)
    return transport, transport


def _application(module: str, name: str, *, made: bool) -> WSGIApplication | AsgiApplication:
    here = str(Path.cwd())
    if here not in sys.path:  # as servers find it, which are started in the project's folder
        sys.path.insert(0, here)
    try:
        found = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise TargetError(f"ivr_target names {module}:{name}, which cannot be imported: {error}") from None
    application: WSGIApplication | AsgiApplication = found() if made else found
    return application
