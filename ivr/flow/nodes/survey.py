"""``survey``: asks a caller how a talk was, question after question, each answered by a key from 1 to 5.

pesquisa:
  survey:
    desks: [consultoria]            # after talks with these: destinations, or beginnings of several names
    questions:                      # the prompt of each; the names are those of 'surveys' in routing.yaml
      atendimento: pesquisa-atendimento
    wrong: pesquisa-de-1-a-5        # before a question that got another key, once
    seconds: 6                      # to wait for a key; silence or # skips a question
    comment: pesquisa-comentario    # optional: invites to speak after the beep, where anything was answered
    comment_seconds: 60             # of the longest recording
    silence: 5                      # seconds of silence that end it
    next: despedida                 # answered, or not asked

Nothing is asked where no talk took place, or the contact wants no survey; the call goes on at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from ivr.flow import triggers
from ivr.flow.entry_formats import EntryFormat
from ivr.flow.nodes.base import NO_KEYS, Defaults, Edge, NeedsDatabase, Node, Shape
from ivr.flow.nodes.spoken import Spoken
from ivr.flow.rules import Fact
from ivr.source.fields import Fields
from ivr.source.yaml import Text
from ivr.tickets.survey_rules import KEYS
from routing.closures import in_scope
from value_class import value_class
from wording import message, phrase


@value_class
class SurveyByTelephone(Node):
    """Questions after a talk, which need the database to be kept; a call passes over them while it is away."""

    kind: ClassVar[str] = "survey"
    shape: ClassVar[Shape] = Shape("[/", "/]", "parallelogram")
    waits: ClassVar[bool] = True
    entry: ClassVar[EntryFormat] = EntryFormat.KEY
    facts: ClassVar[frozenset[Fact]] = frozenset({"survey"})
    needs_database: ClassVar[NeedsDatabase] = "never"
    hands_over_to: ClassVar[None] = None
    chooses: ClassVar[None] = None
    told_keys: ClassVar[Mapping[str, Text]] = NO_KEYS

    desks: tuple[Text, ...]
    questions: Mapping[str, Text]
    wrong: Text
    seconds: int
    comment: Text | None
    comment_seconds: int
    silence: int
    next: Text

    @classmethod
    def read(cls, name: str, fields: Fields, defaults: Defaults) -> SurveyByTelephone | None:
        """A survey out of its YAML keys, or None where a fault was told."""
        desks = fields.texts("desks", required=True)
        questions = _questions(fields)
        wrong, next_ = fields.text("wrong", required=True), fields.text("next", required=True)
        seconds = fields.whole("seconds", defaults.menu_seconds, least=1, most=60)
        comment = fields.text("comment")
        comment_seconds = fields.whole("comment_seconds", 60, least=5, most=600)
        silence = fields.whole("silence", 5, least=1, most=60)
        fields.finish()
        for key, found in (("desks", desks), ("questions", questions)):
            if fields.has(key) and found is not None and not found:
                told = message(
                    "survey-state-names-nothing",
                    "'{key}' of {owner} names nothing, so that nothing would ever be asked",
                    key=key,
                    owner=fields.owner,
                )
                fields.diagnostics.error(fields.mark_of(key), told)
        if not (desks and questions and wrong and next_):
            return None
        return SurveyByTelephone(
            name, fields.mark, desks, questions, wrong, seconds, comment, comment_seconds, silence, next_
        )

    def asks_after(self, destination: str | None) -> bool:
        """Return whether ops want its questions after a talk with ``destination``."""
        return destination is not None and any(in_scope(destination, desk) for desk in self.desks)

    def own_edges(self) -> Iterator[Edge]:
        """It is over, or was not asked."""
        yield self.edge(triggers.NEXT, self.next, "")

    def onward(self) -> Iterator[Edge]:
        """Return the edge of a call that is asked nothing."""
        return iter(self.edges())

    def spoken(self) -> Iterator[Spoken]:
        """Each question, what follows a wrong key, and the invitation to speak."""
        for prompt in dict.fromkeys((*self.questions.values(), self.wrong)):
            yield self.says(prompt)
        if self.comment:
            yield Spoken(self.comment, self.says(self.comment).fills)

    def said_together(self) -> Iterator[tuple[Text, ...]]:
        """A question after the words about a wrong key; or the invitation alone."""
        for prompt in self.questions.values():
            yield (self.wrong, prompt)
        if self.comment:
            yield (self.comment,)

    def taken_keys(self) -> frozenset[str]:
        """The figures, and the key that skips a question or ends a comment."""
        return KEYS | {triggers.FINISH_KEY}


def _questions(fields: Fields) -> dict[str, Text] | None:
    """The prompt of each question, in their order; None where a fault was told."""
    written = fields.mapping_of("questions", required=True)
    if written is None:
        return None
    told = Fields(written, phrase("'questions' of {owner}", owner=fields.owner), fields.diagnostics)
    found = {question: told.text(question, required=True) for question in written.entries}
    given = {question: prompt for question, prompt in found.items() if prompt is not None}
    return given if len(given) == len(found) else None
