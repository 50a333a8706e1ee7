"""Questions about a talk, one key each, and a spoken comment."""

from __future__ import annotations

from ivr.call import events, verbs
from ivr.call.effects import SurveyAnswered, TalkRecorded
from ivr.call.entries import KeyEntry
from ivr.call.states.finish_key import is_stray
from ivr.call.states.performer import performs
from ivr.call.turn_state import TurnState
from ivr.flow import triggers
from ivr.flow.nodes.survey import SurveyByTelephone
from ivr.tickets.survey_rules import KEYS

SKIPPED = ""
"""In place of the figure of a question that was not answered."""


def arrive(turn: TurnState, node: SurveyByTelephone) -> str | None:
    """Ask the first question after a talk that ops want to hear about, once in a call; else go on at once."""
    wanted = turn.served and not turn.survey and node.asks_after(turn.destination)
    if not wanted or turn.facts.database_down or turn.facts.survey_refused:
        return triggers.NEXT
    turn.finish_due = False
    turn.effects.append(_answered(turn))
    return _ask(turn, node)


def hear(turn: TurnState, node: SurveyByTelephone, event: events.Event) -> str | None:
    """Take the answer to the question that was asked, or the comment; each answer is kept in the turn that brings it.

    What was answered before is not known while the database is away: then nothing more is asked.
    """
    if turn.facts.database_down:
        _note_recording(turn, event)
        return triggers.NEXT
    question = _due(turn, node)
    if question is None:
        if _note_recording(turn, event) and isinstance(event, events.Recorded):
            turn.effects.append(_answered(turn, event.sid))
        return triggers.NEXT
    if is_stray(turn, event, longest=1, means=True):
        return _ask(turn, node)
    entry = turn.facts.entry
    pressed = entry.pressed if isinstance(entry, KeyEntry) else triggers.FINISH_KEY
    if pressed in KEYS:
        turn.survey = {**turn.survey, question: pressed}
        turn.effects.append(_answered(turn))
    elif pressed != triggers.FINISH_KEY and not turn.errors:
        turn.errors = 1
        return _ask(turn, node)
    else:
        turn.survey = {**turn.survey, question: SKIPPED}
    turn.errors = 0
    return _ask(turn, node)


def _due(turn: TurnState, node: SurveyByTelephone) -> str | None:
    """The question that was asked last; None where all were."""
    return next((question for question in node.questions if question not in turn.survey), None)


def _ask(turn: TurnState, node: SurveyByTelephone) -> str | None:
    """Ask what comes next, or invite to comment; a caller who answered nothing has nothing to add."""
    question = _due(turn, node)
    if question is not None:
        before = (verbs.Say(node.wrong),) if turn.errors else ()
        asked = (*before, verbs.Say(node.questions[question]))
        turn.verbs.append(verbs.Gather(asked, 1, "", node.seconds, speech=False))
        return None
    if node.comment is None or not any(turn.survey.values()):
        return triggers.NEXT
    turn.verbs += [verbs.Say(node.comment), verbs.Record(node.comment_seconds, node.silence)]
    return None


def _answered(turn: TurnState, recording: str | None = None) -> SurveyAnswered:
    figures = tuple((question, int(figure)) for question, figure in turn.survey.items() if figure)
    return SurveyAnswered(turn.destination, turn.company_id, turn.contact_id, turn.ticket, figures, recording)


def _note_recording(turn: TurnState, event: events.Event) -> bool:
    """Keep a recording with those of talks, with which it is deleted; True where something was said."""
    if not isinstance(event, events.Recorded) or event.seconds <= 0:
        return False
    turn.effects.append(TalkRecorded(turn.destination, event.sid, event.url, event.seconds))
    return True


performs(SurveyByTelephone, arrive, hear)
