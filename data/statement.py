"""A ``Statement`` is compiled once for each database; from then on the driver runs it, with nothing in between.

SQLAlchemy looks a statement up, binds its values and wraps its rows anew at each execution, and that costs a turn
several times what the database itself does. The tables stay its own: text, binding and reading of every value are
derived from them here, once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import Connection, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.base import Executable

from data.tables import Utc
from value_class import value_class

Row = tuple[Any, ...]
"""The values of one row, in the order of what was selected."""

_Process = Callable[[Any], Any]


@value_class
class _Compiled:
    """A statement in the words of one database. ``in_order`` takes values in the order in which they are bound, and
    ``prepared`` are the places of those that something prepares; None where they are bound by name. ``fixed`` are the
    values that the statement brings itself.
    """

    text: str
    in_order: Callable[[Mapping[str, Any]], Iterable[Any]] | None
    prepared: tuple[tuple[int, _Process], ...]
    fixed: Mapping[str, Any]
    binds: tuple[tuple[str, _Process], ...]
    reads: tuple[tuple[int, _Process], ...]

    def bound(self, values: Mapping[str, Any]) -> Any:
        """Return the values as the driver takes them."""
        if self.fixed:
            values = {**self.fixed, **values}
        if self.in_order is not None:
            taken = list(self.in_order(values))
            for place, process in self.prepared:
                taken[place] = process(taken[place])
            return taken
        named = dict(values)
        for name, process in self.binds:
            named[name] = process(named[name])
        return named


_PROCESS_OF_MOMENTS: Final[dict[str, _Process]] = {}
"""By dialect."""


class Statement:
    """One statement, of ``statements`` by a dialect's name where databases spell it in different ways.

    An INSERT writes the columns ``written``, all of them where that is None. May be shared by threads.
    """

    __slots__ = ("_compiled", "_statements", "_written")

    def __init__(
        self, statements: Executable | Mapping[str, Executable], written: Collection[str] | None = None
    ) -> None:
        self._statements: Final = statements
        self._written: Final = None if written is None else list(written)
        self._compiled: Final[dict[str, _Compiled]] = {}

    def first(self, connection: Connection, values: Mapping[str, Any]) -> Row | None:
        """Return the first row, or None."""
        compiled, cursor = self._execute(connection, values)
        row = cursor.fetchone()
        cursor.close()
        return None if row is None else _read(compiled, row)

    def all(self, connection: Connection, values: Mapping[str, Any]) -> list[Row]:
        """Return every row."""
        compiled, cursor = self._execute(connection, values)
        rows = cursor.fetchall()
        cursor.close()
        return [_read(compiled, row) for row in rows]

    def write(self, connection: Connection, values: Mapping[str, Any]) -> int:
        """Return how many rows were written. Raises what SQLAlchemy raises, IntegrityError among others."""
        _, cursor = self._execute(connection, values)
        written: int = cursor.rowcount
        cursor.close()
        return written

    def _execute(self, connection: Connection, values: Mapping[str, Any]) -> tuple[_Compiled, Any]:
        dialect = connection.dialect
        compiled = self._compiled.get(dialect.name) or self._compile(dialect)
        bound = compiled.bound(values)
        # Who listens to what SQLAlchemy executes (a tracer, a test that counts) hears of this as well.
        if connection._has_events or connection.engine._has_events:
            for listener in connection.dispatch.before_cursor_execute:
                listener(connection, None, compiled.text, bound, None, False)
        driver: Any = connection.connection.dbapi_connection
        try:
            return compiled, driver.execute(compiled.text, bound)
        except dialect.loaded_dbapi.Error as error:
            raise told(connection, compiled.text, error) from error

    def _compile(self, dialect: Dialect) -> _Compiled:
        statement = self._statements
        if isinstance(statement, Mapping):
            statement = statement[dialect.name]
        compiled: Any = statement.compile(dialect=dialect, column_keys=self._written)  # type: ignore[attr-defined]
        binds = [
            (name, _process_of_moments(dialect.name, process) if isinstance(each.type, Utc) else process)
            for name, each in compiled.binds.items()
            if (process := each.type.dialect_impl(dialect).bind_processor(dialect))
        ]
        fixed = {name: each.value for name, each in compiled.binds.items() if not each.required}
        selected: Sequence[Any] = tuple(getattr(statement, "selected_columns", ()))
        reads = [
            (place, process)
            for place, column in enumerate(selected)
            if (process := column.type.dialect_impl(dialect).result_processor(dialect, None))
        ]
        in_order, prepared = None, {}
        if compiled.positiontup is not None:
            in_order = _in_order(compiled.positiontup)
            by_name = dict(binds)
            prepared = {place: by_name[name] for place, name in enumerate(compiled.positiontup) if name in by_name}
        made = _Compiled(str(compiled), in_order, tuple(prepared.items()), fixed, tuple(binds), tuple(reads))
        self._compiled[dialect.name] = made
        return made


def _process_of_moments(dialect: str, process: _Process) -> _Process:
    """Return one process of moments for all statements: a turn writes its own in its row, and in that of its call."""
    return _PROCESS_OF_MOMENTS.setdefault(dialect, lru_cache(maxsize=16)(process))


def _in_order(names: Sequence[str]) -> Callable[[Mapping[str, Any]], Iterable[Any]]:
    """Return what takes the values of ``names``, in one step where there are several."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: [values[name] for name in names]


def told(connection: Connection, text: str, error: Exception) -> DBAPIError:
    """Return the driver's ``error`` as SQLAlchemy tells it, without what was bound. A lost connection is given up."""
    dialect = connection.dialect
    lost = dialect.is_disconnect(error, connection.connection, None)  # type: ignore[arg-type]
    if lost:
        connection.invalidate(error)
    made = DBAPIError.instance(
        text,
        None,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=lost,
        dialect=dialect,
    )
    assert isinstance(made, DBAPIError)  # noqa: S101 - that is what an error of the driver becomes
    return made


def _read(compiled: _Compiled, row: Row) -> Row:
    if not compiled.reads:
        return tuple(row)
    values = list(row)
    for place, process in compiled.reads:
        values[place] = process(values[place])
    return tuple(values)
