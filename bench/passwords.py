"""This benchmark measures ordinary turns while passwords are tried: they are computed beside the turns of others.

``python -m bench.passwords PORT`` is who tries them, in a process of its own: it says when all its calls are asked for
their password, tries so many a second once a line comes in, and prints what it measured as JSON.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from bench.commands import IVR
from bench.serving import serving
from bench.signed_calls import FORM, TOKEN, Answers, Callers, request_of
from bench.table import Row

CALLERS = 8
EVERY = 1 / 40
"""Seconds between two ordinary turns."""
PASSWORDS = 20
"""Tried in a second."""
SECONDS = 15
"""600 ordinary turns, of which six are beyond the p99."""
WAY = ("3", "11222333000181")
"""To the question for the password: people are on call for the data centre day and night, so that it is asked at any
hour, where support and consultancy tell at once that they are closed."""
WRONG = "9999"
GOAL = 0.050
GOAL_OF_PASSWORDS = 4.0


def run() -> list[Row]:
    """Return the rows of the report; the floor are the same turns without any password.

    Raises RuntimeError where not every password that was tried was compared: then the figures would tell nothing.
    """
    with tempfile.TemporaryDirectory() as folder:
        database, budgets = Path(folder) / "passwords.sqlite", "account:999999,caller:999999,alarm:999999,all:999999"
        with serving(
            [IVR, "serve", "--port", "0"],
            folder,
            TWILIO_AUTH_TOKEN=TOKEN,
            IVR_GUESSES=budgets,
            IVR_DATABASE_URL=f"sqlite:///{database}",
        ) as port:
            callers = Callers(port, CALLERS)
            calls = int(SECONDS / EVERY / 10)
            callers.play(callers.calls(0, calls // 4), EVERY)
            alone = callers.play(callers.calls(1, calls), EVERY)
            ordinary = callers.calls(2, calls)
            with subprocess.Popen(
                [sys.executable, "-m", "bench.passwords", str(port)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            ) as trying:
                assert trying.stdin is not None
                assert trying.stdout is not None
                trying.stdout.readline()  # every call is asked for its password
                trying.stdin.write("go\n")
                trying.stdin.flush()
                time.sleep(0.5)
                among = callers.play(ordinary, EVERY)
                passwords = Answers(**json.loads(trying.stdout.readline()))
            callers.close()
        _require_compared(database)
    return [
        Row(
            f"p99 of menu turns, {passwords.rate:.0f} passwords a second tried",
            f"{1000 * among.p99:.1f} ms, {among.errors + passwords.errors} errors",
            f"{1000 * alone.p99:.1f} ms without passwords",
            f"{among.p99 / alone.p99:.1f}",
            f"{1000 * GOAL:.0f} ms",
        ),
        Row(
            "... p99 of the turns with a password",
            f"{1000 * passwords.p99:.0f} ms",
            f"{1000 * passwords.median:.0f} ms the median",
            goal=f"{GOAL_OF_PASSWORDS:.0f} s",
        ),
    ]


def _require_compared(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        (compared,) = connection.execute("SELECT COUNT(*) FROM attempt WHERE admitted AND matched = 0").fetchone()
    if compared != PASSWORDS * SECONDS:
        raise RuntimeError(
            f"of {PASSWORDS * SECONDS} passwords {compared} were compared: the keys {', '.join(WAY)} do not lead to the"
            " question for one; mend WAY in bench/passwords.py"
        )


def _try(port: int) -> None:
    """Bring calls to the question for the password, and give each a wrong one, so many a second."""
    guessers = Callers(port, 16)
    calls = []
    for number in range(PASSWORDS * SECONDS):
        usual = {"CallSid": f"CA{'f' * 8}{number:024x}", **FORM}
        keys = (*WAY, WRONG)
        turns = [request_of(port, f"/twilio/turn/{at}", usual | {"Digits": key}) for at, key in enumerate(keys, 1)]
        calls.append([request_of(port, "/twilio/voice", usual), *turns])
    begun = guessers.play([call[:-1] for call in calls])
    print("ready", flush=True)
    sys.stdin.readline()
    answers = guessers.play([call[-1:] for call in calls], 1 / PASSWORDS)
    answers.errors += begun.errors
    guessers.close()
    print(json.dumps(vars(answers)), flush=True)


if __name__ == "__main__":
    _try(int(sys.argv[1]))
