"""``act: talk`` is what an agent does in a talk on the page: hold, end, pass on, ask a colleague, note how it went."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, Self

from ivr.replay.scenes.acts.at_the_page import NotThereError, office_of, user_of
from ivr.replay.scenes.acts.scene_act import SceneAct
from ivr.source.fields import Fields
from value_class import value_class
from wording import message, phrase

if TYPE_CHECKING:
    from ivr.call.talks.acts import TalkActs
    from ivr.replay.scenes.scene_stage import SceneStage

DOINGS: Final = ("hold", "resume", "end", "transfer", "consult", "complete", "cancel", "note", "wrap-up")

_WITH_DESTINATION: Final = frozenset({"transfer", "consult"})


@value_class
class TalkAct(SceneAct):
    """``do: hold``, or ``do: transfer`` and ``to: suporte.rm``; ``note`` has a ``disposition`` and ``notes``. ``agent``
    is the login of the agent (left out: the party's name). One that is ``refused`` must be.
    """

    name: ClassVar[str] = "talk"

    doing: str
    to: str = ""
    disposition: str | None = None
    notes: str | None = None
    agent: str = ""
    refused: bool = False

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """See ``SceneAct``."""
        doing = fields.choice("do", DOINGS) or ""
        to = fields.text("to", "")
        if doing and (doing in _WITH_DESTINATION) != fields.has("to"):
            told = message(
                "talk-passed-on-where",
                "{owner}: 'to' (a destination) belongs to 'do: transfer' and 'do: consult', and to them only",
                owner=fields.owner,
            )
            fields.diagnostics.error(fields.mark_of("do"), told)
        disposition, notes = fields.text("disposition"), fields.text("notes")
        return cls(doing, to, disposition, notes, fields.text("agent", ""), fields.flag("refused"))

    def perform(self, stage: SceneStage, party: str) -> str | None:
        """See ``SceneAct``."""
        from ivr.call.talks.acts import TalkActs

        try:
            office, user = office_of(stage), user_of(stage, self.agent or party)
        except NotThereError as error:
            return str(error)
        why = self._done(TalkActs(office.database, office.lines, stage.moment, office.send_now), user)
        if self.refused:
            return None if why else phrase("expected to be refused, but it was done")
        return why

    def told(self) -> str:
        """See ``SceneAct``."""
        where = f" to {self.to}" if self.to else ""
        who = f" ({self.agent})" if self.agent else ""
        return f"does on the page: {self.doing}{where}{who}"

    def _done(self, acts: TalkActs, user: int) -> str | None:
        match self.doing:
            case "hold":
                return acts.hold(user)
            case "resume":
                return acts.resume(user)
            case "end":
                return acts.end(user)
            case "transfer":
                return acts.transfer(user, self.to)
            case "consult":
                return acts.consult(user, self.to)
            case "complete":
                return acts.complete(user)
            case "cancel":
                return acts.cancel(user)
            case "note":
                return acts.note(user, self.disposition, self.notes)
        return acts.wrap_up(user)
