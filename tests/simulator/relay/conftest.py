from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.simulator.relay.agents import AgentServer, agent_server, echoes


@pytest.fixture(scope="module")
def server() -> Iterator[AgentServer]:
    with agent_server() as server:
        yield server


@pytest.fixture
def agents(server: AgentServer) -> AgentServer:
    server.sessions.clear()
    server.behave(echoes)
    return server
