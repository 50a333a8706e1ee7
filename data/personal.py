"""PERSONAL beside each table tells what each column says of a person, and what follows from it.

``data.export`` derives from it what is shown, ``data.erasure`` what is taken away, ``data.retention`` what the end of
a period does; docs/privacy.md is compared with it by a test. ``data.all_tables`` names them all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Delete, Row, Table, Update, delete, update

from value_class import value_class


class About(Enum):
    """A column says something of one of these."""

    NOBODY = "nobody"
    CUSTOMER = "the customer"
    CALLER = "the caller"
    STAFF = "the staff"


class _Stays(Enum):
    STAYS = "stays"


STAYS: Final = _Stays.STAYS
"""Nothing is made of the column."""

Value = str | ColumnElement[Any] | None
"""What a column is set to."""

Shown = Callable[[Any], object]
"""Makes JSON of a column's value."""


def as_json(value: object) -> object:
    """A stored value as an export shows it."""
    if isinstance(value, date):  # and moments
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


@value_class
class ColumnRule:
    """A rule tells what one column says of a person. ``exported`` is how an export shows it; None where it does not,
    which holds for digests, hashes, ids of rows and what the line says to every caller.

    ``becomes`` is what is left of it when its ``period`` (of ``data.periods``) is over, and, where it is about a
    customer or a caller, when the customer is erased; ``erased`` says where an erasure makes something else of it.
    """

    about: About = About.NOBODY
    exported: Shown | None = as_json
    becomes: Value | Literal[_Stays.STAYS] = STAYS
    period: str | None = None
    erased: Value | Literal[_Stays.STAYS] = STAYS

    @property
    def on_erasure(self) -> Value | Literal[_Stays.STAYS]:
        """Return what an erasure of its customer makes of the column."""
        if self.erased is STAYS and self.about in (About.CUSTOMER, About.CALLER):
            return self.becomes
        return self.erased


def columns(*names: str, about: About = About.NOBODY, exported: Shown | None = as_json) -> dict[str, ColumnRule]:
    """Columns that stay as long as their row does."""
    return dict.fromkeys(names, ColumnRule(about, exported))


@value_class
class Personal:
    """Every column of ``table``.

    ``exported`` is the name under which an export of a call shows the table's rows. ``by_company`` and ``by_keys`` name
    the column by which rows are found that are deleted with a customer: it holds the company's id, or the keypad digest
    of its document. Rows are deleted after ``rows_period`` too, or, by the sweep, ``rows_kept`` after they were
    written. ``of_company`` is the name under which an export of a company shows the rows that ``by_company`` finds.
    ``outside`` says that the content is kept by the carrier, which deletes it first.
    """

    table: Table
    columns: Mapping[str, ColumnRule]
    exported: str | None = None
    by_company: str | None = None
    by_keys: str | None = None
    rows_period: str | None = None
    rows_kept: timedelta | None = None
    outside: bool = False
    of_company: str | None = None

    def shown(self, row: Row[Any], *, with_caller: bool = True) -> dict[str, Any]:
        """A row as an export shows it; what it says of the caller is left out unless ``with_caller``."""
        rules = self.columns
        return {
            name: show(value)
            for name, value in row._mapping.items()
            if (show := rules[name].exported) is not None and (with_caller or rules[name].about is not About.CALLER)
        }

    def due(self, now: datetime) -> datetime:
        """The sweep drops at ``now`` what was over at this moment or before. Raises LookupError where rows stay."""
        if self.rows_kept is None:
            raise LookupError(f"rows of the table {self.table.name} are not dropped by the sweep")
        return now - self.rows_kept

    def erasing(self) -> Update | None:
        """An UPDATE, still without its WHERE, that takes the customer out of rows that stay; None where it need not."""
        changes = {name: each.on_erasure for name, each in self.columns.items() if each.on_erasure is not STAYS}
        return update(self.table).values(changes) if changes else None

    def forgetting(self, period: str) -> Update | Delete:
        """A statement, still without its WHERE, that takes away what goes after ``period``."""
        if self.rows_period == period:
            return delete(self.table)
        changes = {name: each.becomes for name, each in self.columns.items() if each.period == period}
        if not changes:
            raise LookupError(f"nothing of the table {self.table.name} goes after the period {period}")
        return update(self.table).values(changes)
