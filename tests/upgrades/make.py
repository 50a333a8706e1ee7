"""Writes down what a server of this release leaves behind while it runs, for the releases to come to go on with.

    git worktree add ../release COMMIT
    cd ../release && PYTHONPATH=. ../checkout/.venv/bin/python ../checkout/tests/upgrades/make.py COMMIT.sql.gz
    git worktree remove ../release

The code that runs is that of the folder it is started in, and so are the tests' agents and callers (``at_work.py``),
who work for some minutes first. Its call scripts are played on one SQLite file, and each call is left alone where it
waits in a way that no other does: in that state, and for that destination where one is dialled. A few go on to their
end. What is written is the file's SQL; the secret key is KEY.
"""

from __future__ import annotations

import gzip
import json
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

KEY = b"a key of the tests, 32 bytes....."
STAFF = ("101", "Bia Prado", "48151623")
ENDED = 12
"""So many calls go on to their end, with every status told."""

QUEUES = "queues"
"""So the file is called whose calls wait in queues and ask to be called back: every other one goes on to its end."""

RARE = 3
"""So many messages and wishes to be called back are kept, with their calls."""


class Left(BaseException):
    """The server is stopped while the call waits; no handler of the simulator may take this for an error."""


class Leaving:
    """Stops after an answer with which a call waits as none before it did."""

    def __init__(self, inner: Any, waits: Callable[[], tuple[str, ...] | None], seen: set[tuple[str, ...]]) -> None:
        self._inner = inner
        self._waits = waits
        self._seen = seen

    def send(self, request: Any, timeout: float) -> Any:
        answer = self._inner.send(request, timeout)
        waiting = self._waits()
        if waiting and waiting not in self._seen:
            self._seen.add(waiting)
            raise Left
        return answer


def main(out: Path) -> None:
    from app import create_app
    from data import demo
    from data.closures import NewClosure, close_destination
    from data.database import Database
    from data.staff import save_staff, staff_hash
    from data.vault import Cost, Vault
    from ivr.call.lines import Lines
    from ivr.cli.targets import ENTRY, PUBLIC_URL
    from ivr.flow.folder import line_names
    from ivr.replay.fixture_tickets import apply_fixtures
    from ivr.replay.line_target import LineTarget
    from ivr.replay.runner import play
    from ivr.replay.script import ScriptLines, find_scripts, read_scripts
    from ivr.settings import Settings
    from ivr.simulator.carrier import DEMO_ACCOUNT, DEMO_TOKEN, Carrier, StatusCallback
    from routing.documents import parse_document

    # What people do at their desks is told beside this file, with the tests of the folder that it is started in.
    from tests.upgrades.at_work import work

    flows = Path("flows")
    file = Path(tempfile.mkdtemp()) / "server.sqlite"
    database = Database(f"sqlite:///{file}")
    database.migrate()
    vault = Vault(KEY, Cost.rehearsal())
    demo.load(database, vault, parse_document)
    lines = Lines.load(flows)
    settings = Settings(
        f"sqlite:///{file}", KEY, flows, public_url=PUBLIC_URL, account_sid=DEMO_ACCOUNT, auth_token=DEMO_TOKEN
    )
    known = ScriptLines(flows, line_names(flows), "4003-0015", lambda name: lines.version(name, "").line.prompts.texts)
    scripts = read_scripts(find_scripts([flows]), known)
    clock: list[Callable[[], datetime]] = []
    app = create_app(settings, clock=lambda: clock[-1](), database=database, lines=lines, cost=Cost.rehearsal())
    told = StatusCallback(f"{PUBLIC_URL}/twilio/status", events=("initiated", "ringing", "answered", "completed"))
    engines = {engine.line.name: engine.line for engine in lines}
    targets: dict[str, Any] = {}
    for name, line in engines.items():
        targets[name] = LineTarget(
            name,
            lambda now, fixtures: app,
            entry=ENTRY,
            to=line.header.number,
            zone=line.header.zone,
            carrier=Carrier(DEMO_ACCOUNT, DEMO_TOKEN),
        )

    def played(script: Any, seen: set[tuple[str, ...]] | None) -> bool:
        """True where the call was left."""
        line = engines[script.line]
        if script.fixtures is not None:
            apply_fixtures(script.fixtures, database, vault, line)
            script = replace(script, fixtures=None)
        setup = targets[script.line].setup(script)
        # One application answers all lines, so its clock is that of the call which is being played.
        clock.append(lambda: setup.clock.now())
        sid = setup.call_sid

        def waits() -> tuple[str, ...] | None:
            with database.reading() as connection:
                row = connection.exec_driver_sql(
                    "SELECT line, position, ended_at FROM call WHERE sid = ?", (sid,)
                ).first()
            if row is None or row.ended_at:
                return None
            position = json.loads(row.position)
            node = line.states[position["state"]]
            if not node.waits or node.kind == "hangup":
                return None
            ringing = [str(position["destination"])] if node.kind == "transfer" else []
            queued = ["queued"] if node.kind == "transfer" and position["queued_at"] else []
            return (row.line, node.name, *ringing, *queued)

        class CallTarget:
            target, zone, ours = targets[script.line].target, targets[script.line].zone, True
            line = None

            def left_open(self, _: str) -> Iterator[str]:
                return iter(())

            def setup(self, _: Any) -> Any:
                known = replace(setup, carrier=replace(setup.carrier, status_callback=told))
                return known if seen is None else replace(known, transport=Leaving(setup.transport, waits, seen))

        try:
            play(script, CallTarget())
        except Left:
            return True
        return False

    work(database, vault, engines["4003-0015"])
    ordinary = [script for script in scripts if script.fixtures is None]
    seen: set[tuple[str, ...]] = set()
    every = max(1, len(ordinary) // ENDED)
    others = []
    for number, script in enumerate(ordinary):
        if number % every == 0 or (number % 2 == 0 and QUEUES in script.mark.file):
            played(script, None)
        else:
            others.append(script)
    # What a script makes of the fixtures holds for all that follow, so only those that add people are taken.
    fixtures = [(script, script.fixtures) for script in scripts if script.fixtures]
    staffed = [script for script, made in fixtures if made.staff and not (made.companies or made.closures)]
    for script in [*others, *staffed]:
        if not played(script, seen):
            # It went past what others wait for already: kept where it left what few others did.
            with database.transaction() as connection:
                found = setup_sid(script)
                rare = any(
                    connection.exec_driver_sql(f"SELECT sum(call_sid = ?) FROM {table}", (found,)).scalar_one() > 0
                    and connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one() <= RARE
                    for table in ("message", "callback")
                    if connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()
                )
                for table, column in () if rare else connection.exec_driver_sql(TABLES_OF_CALLS).all():
                    connection.exec_driver_sql(f"DELETE FROM {table} WHERE {column} = ?", (found,))
    with database.transaction() as connection:
        staff, name, password = STAFF
        save_staff(connection, staff, name, staff_hash(vault, staff, password))
        now = clock[-1]()
        close_destination(connection, NewClosure("4003-0015", "ouvidoria", "falta de luz", now, None, name))
    database.close()
    missing = {
        (name, state)
        for name, line in engines.items()
        for state, node in line.states.items()
        if node.waits and node.kind != "hangup"
    } - {waiting[:2] for waiting in seen}
    print(f"{len(seen)} calls wait; nowhere: {sorted(missing) or 'nothing is missing'}")
    from tests.databases import dumped  # of that release, as everything here

    with sqlite3.connect(file) as source, out.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, 0) as packed:
        packed.write("\n".join(dumped(source)).encode())


TABLES_OF_CALLS = """SELECT m.name, p.name FROM sqlite_schema m JOIN pragma_table_info(m.name) p
WHERE m.type = 'table' AND p.name = 'call_sid' UNION ALL SELECT 'call', 'sid'"""


def setup_sid(script: Any) -> str:
    """The sid of a script's call."""
    from ivr.replay import line_target

    sid: str = line_target._call_sid(script)
    return sid


if __name__ == "__main__":
    main(Path(sys.argv[1]))
