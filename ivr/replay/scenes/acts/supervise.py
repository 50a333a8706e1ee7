"""``act: supervise`` is what a supervisor does on the page with an agent's talk: listen, whisper, join, mute, leave."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, Self

from ivr.replay.scenes.acts.at_the_page import NotThereError, agent_in, office_of
from ivr.replay.scenes.acts.scene_act import SceneAct
from ivr.source.fields import Fields
from value_class import value_class
from wording import phrase

if TYPE_CHECKING:
    from ivr.replay.scenes.scene_stage import SceneStage

SUPERVISING: Final = ("listen", "whisper", "join", "mute", "leave")

_ADDRESS: Final = "scene"


@value_class
class SuperviseAct(SceneAct):
    """``do: listen`` to the present talk ``of`` an agent, by login. ``agent`` is the supervisor's own login (left out:
    the party's name), whose telephone the line has. One that is ``refused`` must be.
    """

    name: ClassVar[str] = "supervise"

    doing: str
    of: str
    agent: str = ""
    refused: bool = False

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """See ``SceneAct``."""
        doing, of = fields.choice("do", SUPERVISING) or "", fields.text("of", required=True) or ""
        return cls(doing, of, fields.text("agent", ""), fields.flag("refused"))

    def perform(self, stage: SceneStage, party: str) -> str | None:
        """See ``SceneAct``."""
        from data.talks import last_talk_of
        from ivr.call.talks.supervising import Supervision

        login = self.agent or party
        try:
            office = office_of(stage)
            with office.database.reading() as connection:
                user = agent_in(connection, login).user_id
                talk = last_talk_of(connection, agent_in(connection, self.of).user_id)
        except NotThereError as error:
            return str(error)
        if talk is None:
            return phrase("{agent} has no talk", agent=self.of)
        supervision = Supervision(office.database, stage.moment, office.send_now)
        act = {
            "listen": supervision.listen,
            "whisper": supervision.whisper,
            "join": supervision.join,
            "mute": supervision.mute,
            "leave": supervision.leave,
        }[self.doing]
        why = act(user, talk.id, login, _ADDRESS)
        if self.refused:
            return None if why else phrase("expected to be refused, but it was done")
        return why

    def told(self) -> str:
        """See ``SceneAct``."""
        who = f" ({self.agent})" if self.agent else ""
        return f"supervises {self.of}: {self.doing}{who}"
