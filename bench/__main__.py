"""``python -m bench [NAME...]`` runs the benchmarks and prints one table; ``large`` only where it is named."""

from __future__ import annotations

import sys

from bench import (
    burst,
    commands,
    journeys,
    large,
    passwords,
    ready,
    refusals,
    replay,
    simulator,
    strangers,
    streams,
    telephone,
    turns,
)
from bench.table import written

BENCHMARKS = {
    "turns": turns.run,
    "passwords": passwords.run,
    "strangers": strangers.run,
    "streams": streams.run,
    "burst": burst.run,
    "commands": commands.run,
    "replay": replay.run,
    "ready": ready.run,
    "simulator": simulator.run,
    "refusals": refusals.run,
    "journeys": journeys.run,
    "telephone": telephone.run,
    "large": large.run,
}
LONG = frozenset({"large"})
"""Minutes, and gigabytes."""


def main(names: list[str]) -> int:
    """Run the benchmarks ``names``, or all short ones where there are none, and return the exit code."""
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"bench: there is no benchmark '{unknown[0]}' (there are: {', '.join(BENCHMARKS)})", file=sys.stderr)
        return 2
    for number, name in enumerate(names or [name for name in BENCHMARKS if name not in LONG]):
        print(written(BENCHMARKS[name](), header=number == 0), flush=True)
    return 0


sys.exit(main(sys.argv[1:]))
