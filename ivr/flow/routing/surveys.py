"""``surveys``: what contacts are asked after a solution was sent.

surveys:
  questions:                         # 1 to 5 of them, answered by a figure from 1 to 5, in this order
    atendimento:                     # its name in reports: change the words, and keep the name
      text: {pt-BR: "Como foi o atendimento?", es: "¿Cómo fue la atención?"}
  link_days: 15                      # for how long the link of a mail is good; default 15
"""

from __future__ import annotations

from typing import Final

from ivr.flow.routing.section import Places, sections
from ivr.source.fields import Fields
from ivr.tickets.survey_rules import LINK_DAYS, SurveyQuestion, SurveyRules
from wording import message, phrase

MOST_QUESTIONS: Final = 5
"""More are hardly answered to the end."""

LONGEST_TEXT: Final = 200
"""Characters of a question on a page."""

PORTAL_LANGUAGES: Final = ("pt-BR", "es")


def read_surveys(root: Fields, places: Places) -> SurveyRules | None:
    """Return the rules of the line's surveys; None where none are written, and where they have faults (told)."""
    section = root.mapping_of("surveys")
    if section is None:
        return None
    places["surveys"] = root.mark_of("surveys")
    fields = Fields(section, "surveys", root.diagnostics)
    before = len(root.diagnostics.errors)
    questions = [
        _question(name, each) for name, _, each in sections(fields, "questions", phrase("the question"), required=True)
    ]
    if not 1 <= len(questions) <= MOST_QUESTIONS and len(root.diagnostics.errors) == before:
        told = message(
            "surveys-of-too-many-questions",
            "'surveys' asks {number} questions; write 1 to {most}",
            number=len(questions),
            most=MOST_QUESTIONS,
        )
        root.diagnostics.error(fields.mark_of("questions"), told)
    link_days = fields.whole("link_days", LINK_DAYS, least=1, most=90)
    fields.finish()
    if len(root.diagnostics.errors) > before:
        return None
    return SurveyRules(tuple(each for each in questions if each), link_days)


def _question(name: str, fields: Fields) -> SurveyQuestion | None:
    written = Fields.of(
        fields.value("text", required=True),
        phrase("the text of {owner}", owner=fields.owner),
        fields.diagnostics,
        fields.mark_of("text"),
    )
    texts = {language: text for language in PORTAL_LANGUAGES if (text := written.text(language))}
    written.finish()
    fields.finish()
    for text in texts.values():
        if len(text) > LONGEST_TEXT:
            told = message(
                "survey-question-too-long",
                "{owner} has {number} characters; write {most} at most",
                owner=written.owner,
                number=len(text),
                most=LONGEST_TEXT,
            )
            fields.diagnostics.error(text.mark, told)
    if not texts and fields.has("text"):
        fields.diagnostics.error(
            fields.mark_of("text"),
            message(
                "survey-question-without-text",
                "{owner} needs a text in one of the portal's languages: {known}",
                owner=fields.owner,
                known=", ".join(PORTAL_LANGUAGES),
            ),
        )
    return SurveyQuestion(name, {key: str(text) for key, text in texts.items()})
