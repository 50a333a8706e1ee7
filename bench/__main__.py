"""``python -m bench [NAME...]`` runs the benchmarks and prints one table; those that take long only where named."""

from __future__ import annotations

import sys

from bench import (
    burst,
    commands,
    distribution,
    journeys,
    media_streams,
    memory,
    passwords,
    ready,
    real_day,
    refusals,
    relay,
    replay,
    simulator,
    states,
    stored_calls,
    strangers,
    streams,
    telephone,
    tickets,
    turns,
    wallboard,
)
from bench.table import written

BENCHMARKS = {
    "turns": turns.run,
    "passwords": passwords.run,
    "strangers": strangers.run,
    "streams": streams.run,
    "burst": burst.run,
    "commands": commands.run,
    "distribution": distribution.run,
    "replay": replay.run,
    "ready": ready.run,
    "simulator": simulator.run,
    "relay": relay.run,
    "refusals": refusals.run,
    "journeys": journeys.run,
    "media": media_streams.run,
    "telephone": telephone.run,
    "wallboard": wallboard.run,
    "tickets": tickets.run,
    "day": real_day.run,
    "stored": stored_calls.run,
    "states": states.run,
    "memory": memory.run,
    "media-minute": media_streams.run_a_minute,
}
LONG = frozenset({"day", "stored", "states", "memory", "media-minute"})
"""Minutes, and one of them gigabytes: ``make bench-large``."""


def main(names: list[str]) -> int:
    """Run the benchmarks ``names``, or all short ones where there are none. A benchmark that cannot tell the truth says
    why, has no rows, and stops no other. Return the exit code.
    """
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"bench: there is no benchmark '{unknown[0]}' (there are: {', '.join(BENCHMARKS)})", file=sys.stderr)
        return 2
    failed = 0
    for number, name in enumerate(names or [name for name in BENCHMARKS if name not in LONG]):
        try:
            rows = BENCHMARKS[name]()
        except RuntimeError as error:
            print(f"bench {name}: {error}", file=sys.stderr, flush=True)
            failed = 1
            continue
        print(written(rows, header=number == 0), flush=True)
    return failed


sys.exit(main(sys.argv[1:]))
