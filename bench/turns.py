"""This benchmark measures a durable turn: the line on an SQLite file, synchronous, against the bare view."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from app import create_app, webhooks_front
from bench.floor import Client, bare_app, bare_front, served
from bench.measure import against
from data.database import Database
from data.demo import load
from data.vault import Cost, Vault
from ivr.settings import Settings
from routing.documents import parse_document

CALLS = 60
KEYS = ("2", "*", "4", "8", "*", "7", "9", "*", "2")
"""Ordinary turns of a caller who looks around; no password, whose cost is meant."""


def run() -> str:
    """Return one line of the report."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'bench.sqlite'}")
        database.migrate()
        key = b"a key for benchmarks"
        load(database, Vault(key, Cost.rehearsal()), parse_document)
        settings = Settings(str(database), key, Path("flows"))
        noon = datetime(2026, 3, 10, 12, tzinfo=UTC)
        app = create_app(settings, clock=lambda: noon, database=database)
        sids = (f"CA{number:032x}" for number in itertools.count())
        with served(webhooks_front(app, settings)) as line, served(bare_front(bare_app())) as bare:
            ratio = against(lambda: _calls(line, sids), lambda: _calls(bare, sids))
        database.close()
    turns = CALLS * (len(KEYS) + 1)
    return (
        f"a durable turn: {1000 * ratio.work / turns:.2f} ms, {turns / ratio.work:.0f} turns/s,"
        f" {1 / ratio.times:.2f} of a bare Flask view ({turns / ratio.floor:.0f}/s)"
    )


def _calls(client: Client, sids: Iterator[str]) -> None:
    for _ in range(CALLS):
        form = {"CallSid": next(sids), "From": "+5511987654321", "To": "+551140030015"}
        client.ask("/twilio/voice", form)
        for number, key in enumerate(KEYS, start=1):
            client.ask(f"/twilio/turn/{number}", form | {"Digits": key})
