"""``python -m bench [NAME...]`` runs the benchmarks and prints their ratios."""

from __future__ import annotations

import sys

from bench import burst, commands, journeys, refusals, simulator, strangers, turns

BENCHMARKS = {
    "commands": commands.run,
    "journeys": journeys.run,
    "turns": turns.run,
    "simulator": simulator.run,
    "refusals": refusals.run,
    "burst": burst.run,
    "strangers": strangers.run,
}


def main(names: list[str]) -> int:
    """Run the benchmarks ``names``, or all of them where there are none, and return the exit code."""
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"bench: there is no benchmark '{unknown[0]}' (there are: {', '.join(BENCHMARKS)})", file=sys.stderr)
        return 2
    for name in names or BENCHMARKS:
        print(BENCHMARKS[name](), flush=True)
    return 0


sys.exit(main(sys.argv[1:]))
