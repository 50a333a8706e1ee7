"""Which steps are traced where coverage is asked for: tracing takes three times the time of what it traces.

The tracer is set while the measured rooms are imported, and while a test runs that measures them; at no other time, be
that the collecting of tests or the word that workers send of each. The marker ``no_cover`` of pytest-cov would do for
the tests, but in a worker of xdist two tracers are set, and it stops one.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from _typeshed import TraceFunction

HERE = Path(__file__).parent

ROOMS = ("routing", "wording", "ivr.call", "ivr.flow", "ivr.languages", "ivr.source")
"""What is measured: ``source`` of coverage in pyproject.toml."""

MEASURED = tuple(
    HERE / each
    for each in (
        "call",
        "flow",
        "routing",
        "source",
        "talks",
        "cli/test_agents.py",
        "cli/test_draft.py",
        "cli/test_drawing_ways.py",
        "cli/test_publishing.py",
        "faults/test_menus_published_under_calls.py",
        "service_desk/test_surveys_by_telephone.py",
        "twilio/test_bounds_of_callbacks.py",
        "twilio/test_calling_back.py",
        "twilio/test_texts_of_the_line.py",
        "twilio/test_tickets_of_calls.py",
    )
)
"""Tests whose steps are traced, where they do not say ``pytest.mark.untraced``: that others measure the same."""

_put_away: list[TraceFunction] = []
"""The tracer, while it is not set."""


def _set(tracer: TraceFunction | None) -> None:
    sys.settrace(tracer)
    threading.settrace(tracer)


@contextmanager
def _untraced() -> Iterator[None]:
    """Nothing is traced meanwhile but what ``_traced`` says."""
    tracer = sys.gettrace()
    if tracer is None:
        yield
        return
    _put_away.append(tracer)
    _set(None)
    try:
        yield
    finally:
        _set(_put_away.pop())


@contextmanager
def _traced() -> Iterator[None]:
    """What is done meanwhile is traced, if coverage is asked for."""
    if not _put_away:
        yield
        return
    _set(_put_away[-1])
    try:
        yield
    finally:
        _set(None)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> Generator[None, object, object]:
    """Who shares tests among workers runs none: the threads that talk to them begin without a tracer."""
    if session.config.getoption("numprocesses", None) and not hasattr(session.config, "workerinput"):
        with _untraced():
            return (yield)
    return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection() -> Generator[None, object, object]:
    if sys.gettrace() is not None:
        for room in ROOMS:
            _import_all(room)
    with _untraced():
        return (yield)


@pytest.hookimpl(wrapper=True, trylast=True)  # within that of pytest-cov, which stops the tracer at the end of its own
def pytest_runtestloop() -> Generator[None, object, object]:
    with _untraced():
        return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    told = item.get_closest_marker("untraced") is None
    if told and any(each in (item.path, *item.path.parents) for each in MEASURED):
        with _traced():
            return (yield)
    return (yield)


def _import_all(package: str) -> None:
    """Import a room with all that lies in it, so that what stands in its modules is traced."""
    paths = importlib.import_module(package).__path__
    for module in pkgutil.walk_packages(paths, f"{package}."):
        importlib.import_module(module.name)
