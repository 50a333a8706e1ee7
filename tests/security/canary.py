"""Documents and passwords that stand nowhere else, and a nose for every form in which they may leak."""

from __future__ import annotations

import hashlib
import logging
import re
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import inspect, text

from data.database import Database
from data.vault import KEYPAD
from routing.documents import check_digits


def _document(base: str) -> str:
    return base + check_digits(base)


CNPJ = _document("987650430001")
"""A company of the fixtures, and its contact's password."""
PASSWORD = "90817263"

CPF = _document("736518294")
"""Nobody's."""
LETTERS = _document("7XK4QJ920001")
"""Of the fixtures too; a keypad folds it."""
LETTERS_PASSWORD = "38274659"
WRONG_PASSWORD = "61728394"

SPOKEN = "nove oito sete seis cinco zero quatro três zero zero zero um " + " ".join(CNPJ[-2:])
SECRETS = (CNPJ, PASSWORD, CPF, LETTERS, LETTERS_PASSWORD, WRONG_PASSWORD)

SHORTEST = 6
"""As many signs in a row as are enough to find somebody."""

_PUNCTUATION = re.compile(r"[.\-/\s_,:;|•*]")
_NOISE = re.compile(
    r"\b0x[0-9a-f]+\b|\b[0-9]+\.[0-9]+s\b|\b[A-Z]{2}[0-9a-f]{32}\b|pytest-[0-9]+"
    r"|\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}\b|Max-Age=2592000\b"
    r"|csrf[-_]token\" (?:content|value)=\"[0-9a-f]{64}\""
)
"""Addresses in memory, durations, sids, folders of tests, moments of the log, the days of a cookie, tokens of pages:
digits of chance, which sooner or later hold anything."""

_FIGURES = re.compile(r"\b(ivr_\w+_(?:sum|created)\{[^}\n]*\}) [0-9.e+-]+")
"""Seconds and moments among the metrics, of which only the digits are chance: the labels are looked at."""

_TIMES = {"asctime", "created", "msecs", "relativeCreated", "thread", "process"}
"""Fields of a log record that hold numbers of the machine's own."""

_PLACES = {"levelname", "levelno", "lineno", "pathname", "filename", "module", "funcName", "processName"}
"""Fields of a log record that tell which line of the code made it, and nothing that it was given."""

_LEFT_OUT = _TIMES | _PLACES


def _needles() -> Iterator[str]:
    for secret in SECRETS:
        for form in (secret, secret[::-1], secret.translate(KEYPAD)):
            yield from (form[place : place + SHORTEST] for place in range(len(form) - SHORTEST + 1))
        for digest in (hashlib.md5, hashlib.sha1, hashlib.sha256):
            # A hash without a key is found by trying every document there is.
            yield digest(secret.encode()).hexdigest().upper()
    yield "NOVE OITO SETE"
    yield "NOVEOITOSETE"


NEEDLES = frozenset(_needles())


def sniffed(text: str) -> set[str]:
    """Every piece of a secret that is in ``text``, as it stands or between punctuation."""
    text = _NOISE.sub("", _FIGURES.sub(r"\1", text)).upper()
    dense = _PUNCTUATION.sub("", text)
    return {needle for needle in NEEDLES if needle in text or needle in dense}


@dataclass
class Traces:
    """Everything that calls left behind, each with where it was found."""

    texts: list[tuple[str, str]] = field(default_factory=list)

    def add(self, where: str, text: object) -> None:
        self.texts.append((where, str(text)))

    def add_records(self, records: Iterable[logging.LogRecord]) -> None:
        """Log records: as they are printed, and every field that a collector of logs would keep."""
        formatter = logging.Formatter("%(name)s %(message)s")
        for record in records:
            self.add(f"log {record.name}", formatter.format(record))
            for name, value in vars(record).items():
                if name not in _LEFT_OUT and value is not None:
                    self.add(f"log {record.name}.{name}", repr(value))

    def add_database(self, database: Database) -> None:
        """Every table, row by row."""
        with database.reading() as connection:
            if database.dialect == "sqlite":
                driver = connection.connection.driver_connection
                assert isinstance(driver, sqlite3.Connection)
                for line in driver.iterdump():
                    self.add("database", line)
                for word in words_of(driver):
                    self.add("the index of words", word)
                return
            for name in inspect(connection).get_table_names():
                for row in connection.execute(text(f'SELECT * FROM "{name}"')):
                    # Quoted, as a dump is: two columns side by side are no piece of a number.
                    self.add("database", " ".join(f"'{value}'" for value in row))

    def leaks(self) -> list[str]:
        """Where a secret was found; the secret itself is not repeated."""
        if not sniffed("\n".join(dict.fromkeys(text for _, text in self.texts))):
            return []  # and so in none of them; where two of them together look like one, each is looked at
        return sorted({where for where, text in self.texts if sniffed(text)})


def words_of(driver: sqlite3.Connection) -> list[str]:
    """What stands in the index in which a file of SQLite finds tickets by their words."""
    if not driver.execute("SELECT 1 FROM sqlite_master WHERE name = 'ticket_words'").fetchone():
        return []
    driver.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.words USING fts5vocab(main, ticket_words, row)")
    words = [word for (word,) in driver.execute("SELECT term FROM temp.words")]
    driver.execute("DROP TABLE temp.words")
    return words
