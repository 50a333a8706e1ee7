"""The small line, and calls on it that are performed by the engine alone."""

from __future__ import annotations

import pytest

from ivr.call.engine import Engine
from ivr.flow.line import Line
from tests.lines import EngineCall, make_line


@pytest.fixture(scope="session")
def small_line(tmp_path_factory: pytest.TempPathFactory) -> Line:
    return make_line(tmp_path_factory.mktemp("flows"))


@pytest.fixture(scope="session")
def engine(small_line: Line) -> Engine:
    return Engine(small_line)


@pytest.fixture
def call(engine: Engine) -> EngineCall:
    """A call that has heard the welcome and waits at the first menu."""
    return EngineCall(engine)
