"""In which order tests are run, and which worker takes them where several share them."""

from __future__ import annotations

from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler.loadfile import LoadFileScheduling

from tests.databases import left_to_the_long_run

HERE = Path(__file__).parent

WAITING = ("faults", "browser")
"""Folders whose tests wait for servers, locks, disks and sounds: each is one worker's, one test after the other.

They begin first, so that while they wait the other workers have the cores; and what they share is made once.
"""

WORKING = ("upgrades", "security", "test_the_wheel.py", "test_the_day_after.py", "test_serve.py", "flow", "data", "cli")
"""Folders and files that come next: else one of theirs would run alone at the end."""


@pytest.hookimpl
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = left_to_the_long_run(items)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        gone = set(left_out)
        items[:] = [item for item in items if item not in gone]
    first = {room: rank for rank, room in enumerate((*WAITING, *WORKING))}
    ranks = {path: first.get(_room(path), len(first)) for path in {item.path for item in items}}
    items.sort(key=lambda item: ranks[item.path])


@pytest.hookimpl
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling | None:
    return _ByFileOrRoom(config, log) if config.getvalue("dist") == "loadfile" else None


class _ByFileOrRoom(LoadFileScheduling):  # type: ignore[misc]
    """A file is one worker's, and so is a whole folder of those whose tests wait."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        room = Path(file).parts[1]
        return room if room in WAITING else file


def _room(path: Path) -> str:
    return path.relative_to(HERE).parts[0] if path.is_relative_to(HERE) else ""
