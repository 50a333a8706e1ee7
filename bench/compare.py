"""``python -m bench.compare A B`` compares the turns of two revisions of this repository, pair by pair.

Each is checked out beside the other, and both are measured in turn, so that a busy moment of the machine falls on both.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

PAIRS = 5


def main(revisions: list[str]) -> int:
    """Print a line for each pair, and the medians; return the exit code."""
    if len(revisions) != 2:
        print("compare: name two revisions, like python -m bench.compare main HEAD", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        # Both are measured by the probe of today.
        shutil.copytree("bench", Path(folder) / "probe" / "bench")
        trees = [Path(folder) / f"tree{number}" for number in range(2)]
        for tree, revision in zip(trees, revisions, strict=True):
            if not _checked_out(tree, revision):
                return 2
        ratios, gains = [], []
        for pair in range(1, PAIRS + 1):
            first, second = (_measured(tree) for tree in trees)
            # Of each the bare view beside it is the measure, so that what is told holds on any machine.
            costs = [each["turn"] / each["bare"] for each in (first, second)]
            ratios.append(costs)
            gains.append(costs[1] / costs[0])
            print(f"pair {pair}: {costs[0]:.2f} and {costs[1]:.2f} bare views a turn, {gains[-1]:.2f} times")
    for revision, found in zip(revisions, zip(*ratios, strict=True), strict=True):
        print(f"{revision}: {statistics.median(found):.2f} bare views a turn")
    print(f"{revisions[1]} costs {statistics.median(gains):.2f} times {revisions[0]}, median of {PAIRS} pairs")
    return 0


def _checked_out(tree: Path, revision: str) -> bool:
    tree.mkdir()
    packed = subprocess.run(["git", "archive", revision], check=False, capture_output=True)
    if packed.returncode:
        print(f"compare: {packed.stderr.decode().strip().splitlines()[0]}", file=sys.stderr)
        return False
    subprocess.run(["tar", "-x"], cwd=tree, input=packed.stdout, check=True)
    return True


def _measured(tree: Path) -> dict[str, float]:
    environment = os.environ | {"PYTHONPATH": f"{tree.parent / 'probe'}{os.pathsep}{tree}"}
    command = [sys.executable, "-m", "bench.probe"]
    done = subprocess.run(command, cwd=tree, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    costs: dict[str, float] = json.loads(done.stdout)
    return costs


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
