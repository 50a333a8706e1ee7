"""``act: state`` asks for an agent's state as the agent's page does, or looks in which one the line has the agent."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, Self

from data.agent_states import ASKED_FOR, AgentState
from ivr.replay.scenes.acts.at_the_page import NotThereError, agent_in, office_of
from ivr.replay.scenes.acts.scene_act import SceneAct
from ivr.source.fields import Fields
from value_class import value_class
from wording import message, phrase, reason

if TYPE_CHECKING:
    from ivr.replay.scenes.scene_stage import SceneStage

STATES: Final = tuple(state.value for state in AgentState)
ASKED: Final = tuple(state.value for state in AgentState if state in ASKED_FOR)


@value_class
class StateAct(SceneAct):
    """``ask: paused``, with a ``reason``, or ``is: wrap-up``. ``agent`` is the login of whom it is about; left out, it
    is the name of the party that does it.
    """

    name: ClassVar[str] = "state"

    asked: AgentState | None
    expected: AgentState | None = None
    reason: str | None = None
    agent: str = ""

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """See ``SceneAct``."""
        asked, expected = fields.choice("ask", ASKED, default=""), fields.choice("is", STATES, default="")
        if fields.has("ask") == fields.has("is"):
            told = message(
                "state-asked-or-expected",
                "{owner} needs 'ask' (the agent asks for a state) or 'is' (the state that the line has), and not both",
                owner=fields.owner,
            )
            fields.diagnostics.error(fields.mark_of("act"), told)
        return cls(
            AgentState(asked) if asked else None,
            AgentState(expected) if expected else None,
            fields.text("reason"),
            fields.text("agent", ""),
        )

    def perform(self, stage: SceneStage, party: str) -> str | None:
        """See ``SceneAct``."""
        from data.agents import StateRequest
        from ivr.call.agents import ask

        login = self.agent or party
        try:
            with office_of(stage).database.transaction() as connection:
                agent = agent_in(connection, login)
                if self.asked:
                    done = ask(connection, agent, self.asked, self.reason, stage.moment(), login)
                    if done is StateRequest.NOTHING:
                        return phrase(
                            "an agent who is {state} cannot become {asked}",
                            state=agent.state.value,
                            asked=self.asked.value,
                        )
        except (NotThereError, ValueError) as error:
            return reason(error)
        if self.expected and agent.state is not self.expected:
            return phrase(
                "expected {login} to be {wanted}, but the line has {login} as {state}",
                login=login,
                wanted=self.expected.value,
                state=agent.state.value,
            )
        return None

    def told(self) -> str:
        """See ``SceneAct``."""
        who = f" ({self.agent})" if self.agent else ""
        if self.expected:
            return f"is {self.expected.value}{who}"
        why = f", {self.reason}" if self.reason else ""
        return f"asks to be {self.asked.value if self.asked else ''}{why}{who}"
