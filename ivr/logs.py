"""The log of a running line: one line an event, its fields after it, and never what a caller keyed.

Messages are constant words; whatever changes is a field. Only the fields named here are written, so that a field added
in passing with somebody's data in it does not reach the log.
"""

from __future__ import annotations

import logging
from typing import Final, TextIO

FIELDS: Final = ("call", "turn", "state", "event", "outcome", "path", "why", "error", "at", "code")


class Fields(logging.Formatter):
    """``2026-03-10 10:00:00,000 INFO ivr.call.turn turn call=CA... turn=3 state=documento``."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """The record with the fields that it has."""
        written = super().format(record)
        fields = [f"{name}={getattr(record, name)}" for name in FIELDS if getattr(record, name, None) is not None]
        return " ".join([written, *fields])


def log_to(stream: TextIO) -> None:
    """Write what this project tells to ``stream``, and only warnings of the libraries."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Fields())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("ivr").setLevel(logging.INFO)
