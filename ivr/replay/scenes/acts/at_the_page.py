"""``office_of`` and ``user_of`` give acts of people at a page what they are done with: the line, and who does them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wording import phrase

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from data.agents import Agent
    from ivr.replay.scenes.scene_stage import SceneOffice, SceneStage


class NotThereError(LookupError):
    """There is no line of ours, or no such agent of it; the text says so."""


def office_of(stage: SceneStage) -> SceneOffice:
    """Return what acts on the line; raise NotThereError where it is another's application."""
    if stage.target.office is None:
        raise NotThereError(phrase("only a line of this project has agents"))
    return stage.target.office


def agent_in(connection: Connection, login: str) -> Agent:
    """Return the agent of that login; raise NotThereError where the line has none."""
    from data.agents import agent_named

    agent = agent_named(connection, login)
    if agent is None:
        raise NotThereError(phrase("the line has no agent '{login}'; write one under fixtures: agents", login=login))
    return agent


def user_of(stage: SceneStage, login: str) -> int:
    """Return the user of the agent of that login; raise NotThereError as ``office_of`` and ``agent_in`` do."""
    with office_of(stage).database.reading() as connection:
        return agent_in(connection, login).user_id
