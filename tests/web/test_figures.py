"""Figures are computed once for many who ask, and a health that another process tells is passed on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from data.database import DatabaseUnavailableError
from data.standing import Standing
from ivr.call.lines import Lines
from ivr.web.figures import FRESH_SECONDS, STALE_SECONDS, Figures
from ivr.web.peer import AGAIN_SECONDS, SILENT_SECONDS, Peer
from tests.line_server import LineServer


class Stopwatch:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_figures_are_computed_at_most_every_few_seconds() -> None:
    stopwatch, computed = Stopwatch(), []

    def compute() -> int:
        computed.append(1)
        return len(computed)

    figures = Figures(compute, stopwatch)
    assert [figures.get() for _ in range(50)] == [1] * 50
    stopwatch.seconds += FRESH_SECONDS
    assert [figures.get(), figures.get()] == [2, 2]


@pytest.fixture
def hanging() -> tuple[Figures[str], Stopwatch, threading.Event]:
    """Figures that were computed once, and hang the second time until the event is set."""
    stopwatch, release, computed = Stopwatch(), threading.Event(), []

    def compute() -> str:
        computed.append(1)
        if len(computed) == 2:
            release.wait(20)
        return f"the {len(computed)}th"

    figures = Figures(compute, stopwatch, patience=0.05)
    figures.get()
    return figures, stopwatch, release


def test_while_one_computes_the_others_get_what_was_there_before(
    hanging: tuple[Figures[str], Stopwatch, threading.Event],
) -> None:
    figures, stopwatch, release = hanging
    stopwatch.seconds += FRESH_SECONDS
    computing = threading.Thread(target=figures.get)
    computing.start()
    while not figures._computing.locked():
        pass
    assert [figures.get() for _ in range(5)] == ["the 1th"] * 5
    stopwatch.seconds += STALE_SECONDS
    with pytest.raises(DatabaseUnavailableError):
        figures.get()
    release.set()
    computing.join()
    assert figures.get() != "the 1th"


def test_figures_that_cannot_be_computed_are_asked_for_again() -> None:
    tries = []

    def compute() -> str:
        tries.append(1)
        if len(tries) == 1:
            raise DatabaseUnavailableError("away")
        return "there"

    figures = Figures(compute, Stopwatch())
    with pytest.raises(DatabaseUnavailableError):
        figures.get()
    assert figures.get() == "there"


UP, AWAY = Standing("up", 1.0), Standing("away", 1.0, "a file's name")


@pytest.fixture
def make_peer(server: LineServer, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Peer, Stopwatch]]:
    """A peer whose other side is the in-process webhooks' page, or silent where it is told to be."""

    def make(standing: Standing = UP, *, load: Callable[[], Lines] = lambda: server.lines) -> tuple[Peer, Stopwatch]:
        stopwatch = Stopwatch()
        peer = Peer("http://127.0.0.1:1", load, lambda: standing, stopwatch)
        monkeypatch.setattr(peer, "_ask", lambda: server.client.get("/health").json)
        return peer, stopwatch

    return make


def test_the_pages_tell_the_health_of_the_webhooks(
    make_peer: Callable[..., tuple[Peer, Stopwatch]], server: LineServer
) -> None:
    peer, stopwatch = make_peer()
    assert peer.told()["reasons"] == ["the webhooks do not answer"]
    peer.look()
    assert peer.told() == server.client.get("/health").json
    stopwatch.seconds += SILENT_SECONDS + 1
    assert peer.told() == {"status": "degraded", "reasons": ["the webhooks do not answer"], "lines": {}}


def test_a_database_that_only_the_pages_miss_is_told_too(make_peer: Callable[..., tuple[Peer, Stopwatch]]) -> None:
    peer, _ = make_peer(AWAY)
    peer.look()
    told = peer.told()
    assert (told["status"], told["reasons"]) == ("degraded", ["the database does not answer"])
    assert "file" not in str(told)


def test_menus_that_cannot_be_read_are_tried_again_but_not_all_the_time(
    make_peer: Callable[..., tuple[Peer, Stopwatch]], server: LineServer, tmp_path: Path
) -> None:
    tries = []

    def load() -> Lines:
        tries.append(1)
        return Lines.load(tmp_path) if len(tries) < 3 else server.lines

    peer, stopwatch = make_peer(load=load)
    assert list(peer.lines) == []
    for _ in range(5):
        peer.look()
    assert len(tries) == 1
    for _ in range(2):
        stopwatch.seconds += AGAIN_SECONDS
        peer.look()
    assert peer.lines is server.lines


def test_a_peer_that_listens_nowhere_is_silent_and_no_error() -> None:
    peer = Peer("http://127.0.0.1:1", lambda: Lines([]), lambda: UP, Stopwatch())
    peer.look()
    assert peer.told()["reasons"] == ["the webhooks do not answer"]


def test_whatever_watches_the_health_is_told_and_makes_it_degraded(server: LineServer) -> None:
    from ivr.web.health import Health

    health = Health(server.lines, server.database.standing)
    health.watch(lambda: [])
    assert health.told()["status"] == "ok"
    health.watch(lambda: ["the line ensaio starts from its last good version"])
    told = health.told()
    assert (told["status"], told["reasons"]) == ("degraded", ["the line ensaio starts from its last good version"])
