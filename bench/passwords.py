"""This benchmark measures ordinary turns while passwords are tried: they are computed beside the turns of others."""

from __future__ import annotations

import tempfile
import threading
import time

from bench.commands import IVR
from bench.serving import serving
from bench.signed_calls import FORM, TOKEN, Answers, Callers, request_of
from bench.table import Row

CALLERS = 8
EVERY = 1 / 40
"""Seconds between two ordinary turns."""
PASSWORDS = 20
"""Tried in a second."""
SECONDS = 6
GOAL = 0.050


def run() -> list[Row]:
    """Return the row of the report; the floor are the same turns without any password."""
    with tempfile.TemporaryDirectory() as folder:
        budgets = "account:999999,caller:999999,alarm:999999,all:999999"
        with serving([IVR, "serve", "--port", "0"], folder, TWILIO_AUTH_TOKEN=TOKEN, IVR_GUESSES=budgets) as port:
            callers = Callers(port, CALLERS)
            calls = int(SECONDS / EVERY / 10)
            callers.play(callers.calls(0, calls // 4), EVERY)
            alone = callers.play(callers.calls(1, calls), EVERY)
            tried: list[Answers] = []
            trying = threading.Thread(target=lambda: tried.append(_passwords(port)))
            trying.start()
            time.sleep(0.5)
            among = callers.play(callers.calls(2, calls), EVERY)
            trying.join()
            callers.close()
    (passwords,) = tried
    return [
        Row(
            f"p99 of menu turns, {passwords.rate:.0f} passwords a second tried",
            f"{1000 * among.p99:.1f} ms, {among.errors + passwords.errors} errors",
            f"{1000 * alone.p99:.1f} ms without passwords",
            f"{among.p99 / alone.p99:.1f}",
            f"{1000 * GOAL:.0f} ms",
        ),
        Row("... p99 of the turns with a password", f"{1000 * passwords.p99:.0f} ms", goal="4 s"),
    ]


def _passwords(port: int) -> Answers:
    """Calls whose fifth request gives a wrong password, as many a second as are to be tried."""
    guessers = Callers(port, 16)
    calls = []
    for number in range(PASSWORDS * SECONDS):
        usual = {"CallSid": f"CA{'f' * 8}{number:024x}", **FORM}
        keys = ("2", "2", "11222333000181", "9999")
        turns = [request_of(port, f"/twilio/turn/{at}", usual | {"Digits": key}) for at, key in enumerate(keys, 1)]
        calls.append([request_of(port, "/twilio/voice", usual), *turns])
    begun = guessers.play([call[:-1] for call in calls])
    answers = guessers.play([call[-1:] for call in calls], 1 / PASSWORDS)
    answers.errors += begun.errors
    guessers.close()
    return answers
