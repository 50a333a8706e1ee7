"""A ``Language`` has every word that a line needs before it can speak that language."""

from __future__ import annotations

from dataclasses import dataclass

from ivr.languages.dictation import Dictation
from ivr.languages.drafts import DraftNotices
from ivr.languages.keys import KeyWords
from ivr.languages.money import Money
from ivr.languages.numbers import Numbers
from ivr.languages.openings import Openings
from ivr.languages.spans import Spans
from ivr.languages.spelling import Spelling
from ivr.languages.talks import TalkNotices
from ivr.languages.tickets import TicketNotices
from ivr.languages.writing import Writing


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """Every word of one language that the line says or understands by itself; nothing of it has a default.

    The line says ``openings``, ``numbers``, ``spans``, ``money``, ``spelling`` and, where everything of ours is
    broken, ``last_resort``; to telephones that are named for its draft, ``drafts``; to agents, and of them, ``talks``;
    ``tickets`` names those that calls open. It understands ``dictation`` of callers, ``keys`` in prompts and
    ``writing`` of operators.
    """

    openings: Openings
    numbers: Numbers
    money: Money
    spans: Spans
    spelling: Spelling
    dictation: Dictation
    keys: KeyWords
    writing: Writing
    drafts: DraftNotices
    talks: TalkNotices
    tickets: TicketNotices
    last_resort: str
