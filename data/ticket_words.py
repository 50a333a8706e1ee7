"""The words of tickets are looked for in an index of each database's own: FTS5 in a file of SQLite, GIN on PostgreSQL.

Both are asked for tickets in which every word that was typed begins a word of ``folded`` (``data.tickets``), where the
words are written as a search compares them: so neither engine has to know a language, and both find the same. GIN
belongs to the table. The index of a file keeps no text, only words with the numbers of their tickets; triggers write
it, whatever inserts, changes or deletes a ticket (https://www.sqlite.org/fts5.html).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

from sqlalchemy import (
    DDL,
    ColumnElement,
    Connection,
    Integer,
    Select,
    cast,
    column,
    event,
    func,
    literal,
    literal_column,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from data.protocols import DIGITS
from data.tickets import LISTED, TICKET, WORDS

NAME: Final = "ticket_words"

TABLES: Final = frozenset({NAME, *(f"{NAME}_{part}" for part in ("config", "data", "docsize", "idx"))})
"""What the index of a file looks like among its tables; none of them is written by a statement of ours."""

MOST_WORDS: Final = 40
"""Words that a search looks for; SQLite takes no condition of thousands of parts."""

MOST_ASKED: Final = 3
"""Words for which an index is asked, the longest, as they are seldom there; the others are looked for in what it
found. An index reads all tickets of a common word, whatever stands beside it.
"""

# Every sign that is not ASCII belongs to a word for this tokenizer, and of the others all that can be in one: its words
# are ours. Without positions the index is a third; and beginnings of up to three letters have lists of their own.
STATEMENTS: Final = (
    "CREATE VIRTUAL TABLE ticket_words USING fts5(folded, content='', detail='none', tokenize='ascii', prefix='1 2 3')",
    "CREATE TRIGGER ticket_words_of_new AFTER INSERT ON ticket BEGIN"
    " INSERT INTO ticket_words(rowid, folded) VALUES (CAST(new.number AS INTEGER), new.folded); END",
    "CREATE TRIGGER ticket_words_of_gone AFTER DELETE ON ticket BEGIN"
    " INSERT INTO ticket_words(ticket_words, rowid, folded)"
    " VALUES ('delete', CAST(old.number AS INTEGER), old.folded); END",
    "CREATE TRIGGER ticket_words_of_changed AFTER UPDATE OF number, folded ON ticket"
    " WHEN old.folded <> new.folded OR old.number <> new.number BEGIN"
    " INSERT INTO ticket_words(ticket_words, rowid, folded)"
    " VALUES ('delete', CAST(old.number AS INTEGER), old.folded);"
    " INSERT INTO ticket_words(rowid, folded) VALUES (CAST(new.number AS INTEGER), new.folded); END",
)
"""They make the index of a file, as the migrations do."""

FILL: Final = "INSERT INTO ticket_words(rowid, folded) SELECT CAST(number AS INTEGER), folded FROM ticket"
"""It fills an index that was made when there were tickets."""

for _each in STATEMENTS:
    event.listen(TICKET, "after_create", DDL(_each).execute_if(dialect="sqlite"))  # type: ignore[no-untyped-call]

_FTS: Final = table(NAME, column("rowid", Integer), column(NAME))


def telling(words: Sequence[str]) -> list[str]:
    """Return the words that are looked for, the longest first and ``MOST_WORDS`` of them: one that begins another is
    found with that.
    """
    kept = [word for word, following in pairwise([*sorted(set(words)), ""]) if not following.startswith(word)]
    return sorted(kept, key=len, reverse=True)[:MOST_WORDS]


def numbers_in_a_file(connection: Connection, words: Sequence[str], most: int) -> list[str]:
    """Return the numbers of the first ``most`` tickets in a file that have the ``words``, which are ``telling``; of
    many words those that have the longest of them.
    """
    return list(connection.scalars(_matches(words, func.printf(f"%0{DIGITS}d", _FTS.c.rowid)).limit(most)))


def having(words: Sequence[str], numbers: Sequence[str] | None) -> Select[Any]:
    """Return what lists need (``LISTED``) of all tickets that have the ``words``, which are ``telling``: those of the
    ``numbers`` that a file found, or those that a server's index finds.
    """
    found = _has_words(words) if numbers is None else TICKET.c.number.in_(numbers)
    # Behind OFFSET neither database's planner mixes the words with the rest: it takes the index that is for them.
    return select(*(TICKET.c[name] for name in LISTED)).where(found, *_rest(words)).offset(0)


def among(words: Sequence[str]) -> list[ColumnElement[bool]]:
    """Return the conditions by which a walk through tickets of a file stops at those with the ``words``: the numbers
    are found first, and kept.
    """
    return [cast(TICKET.c.number, Integer).in_(_matches(words, _FTS.c.rowid)), *_rest(words)]


def begins(folded: ColumnElement[str], word: str) -> ColumnElement[bool]:
    """Return whether ``word`` begins a word there. It is looked for anywhere first, which takes less than half the
    time.
    """
    return folded.like(f"%{word}%") & (literal(" ") + folded).like(f"% {word}%")


def _matches(words: Sequence[str], found: ColumnElement[Any]) -> Select[Any]:
    asked = " ".join(f'"{word}"*' for word in words[:MOST_ASKED])
    return select(found).select_from(_FTS).where(_FTS.c[NAME].op("MATCH")(asked))


def _has_words(words: Sequence[str]) -> ColumnElement[bool]:
    asked = " & ".join(f"'{word}':*" for word in words[:MOST_ASKED])
    return literal_column(WORDS).op("@@")(cast(asked, TSQUERY))


def _rest(words: Sequence[str]) -> list[ColumnElement[bool]]:
    return [begins(TICKET.c.folded, word) for word in words[MOST_ASKED:]]
