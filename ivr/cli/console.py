"""A command that changes something leaves a row of the audit, which names the account that gave it."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING

from ivr.cli import clock

if TYPE_CHECKING:
    from sqlalchemy import Connection


def console_user() -> str:
    """Return the account of the operating system that gives the command."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def record_here(connection: Connection, act: str, subject: str, who: str | None = None) -> None:
    """Write that ``who`` (None: the account that gives the command) did an act now, in the transaction that does it."""
    from data.audit import CONSOLE, record

    record(connection, clock.now(), who or console_user(), act, subject, CONSOLE)
