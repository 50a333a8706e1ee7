"""All tables share one metadata, named constraints, and types that mean the same in any database."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields
from datetime import UTC, datetime
from decimal import Decimal
from types import new_class
from typing import TYPE_CHECKING, Any, ClassVar, get_args, get_type_hints

from sqlalchemy import BigInteger, Column, ColumnElement, DateTime, Dialect, Index, MetaData, Table, false, literal
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.base import Executable
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel
from sqlmodel.main import FieldInfo

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


class Stored(SQLModel):
    """The base of all tables. Constraints have names, without which a later migration cannot drop them."""

    # Statements are written on the tables, and none makes an object of a row: what pydantic validates one with is built
    # when a model is asked for it first.
    model_config = {"defer_build": True}

    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Utc(TypeDecorator[datetime]):
    """A moment in UTC. SQLite forgets the zone, and a naive moment would silently be taken for local time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _: Dialect) -> datetime | None:
        """Raises ValueError for a moment without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment must have a time zone to be stored; pass datetime(..., tzinfo=UTC)")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _: Dialect) -> datetime | None:
        """The moment, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class MoneyColumn(TypeDecorator[Decimal]):
    """Reais and centavos, stored as whole centavos: SQLite has no decimals, only floats."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, _: Dialect) -> int | None:
        """Raises ValueError for a fraction of a centavo."""
        if value is None:
            return None
        centavos = value * 100
        if centavos != centavos.to_integral_value():
            raise ValueError("an amount has at most two decimal places")
        return int(centavos)

    def process_result_value(self, value: int | None, _: Dialect) -> Decimal | None:
        """The amount with two decimal places."""
        return None if value is None else Decimal(value).scaleb(-2)


def table_of_records(record: type, name: str, *constraints: Index, **columns: FieldInfo) -> Table:
    """The table ``name`` whose rows are ``record``s, a dataclass: it has a column a field, in their order.

    ``columns`` says what the type of a field does not: keys, indices, lengths. A moment is Utc by itself.
    """
    hints = get_type_hints(record)
    body: dict[str, object] = {"__tablename__": name, "__table_args__": constraints, "__module__": record.__module__}
    body["__annotations__"] = {each.name: hints[each.name] for each in fields(record)}
    for each in fields(record):
        if each.name not in columns and datetime in (hints[each.name], *get_args(hints[each.name])):
            columns[each.name] = moment(nullable=hints[each.name] is not datetime)
    model: type[Stored] = new_class(
        f"{record.__name__}Table", (Stored,), {"table": True}, lambda it: it.update(body | columns)
    )
    return table_of(model)


def moment(*, nullable: bool = False, index: bool = False) -> FieldInfo:
    """A column of moments in UTC."""
    column: FieldInfo = Field(sa_column=Column(Utc, nullable=nullable, index=index))
    return column


def values_of(record: DataclassInstance) -> dict[str, Any]:
    """The values of ``record`` by the names of its fields: one row to be written."""
    return {each.name: getattr(record, each.name) for each in fields(record)}


def table_of(model: type[Stored]) -> Table:
    """The table that ``model`` describes, to write statements on."""
    return model.metadata.tables[str(model.__tablename__)]


def is_one_of(column: ColumnElement[Any], known: Collection[str]) -> ColumnElement[bool]:
    """``column IN`` texts that are known beforehand; each is bound by itself, as a ``data.statement`` takes them."""
    return column.in_([literal(each) for each in known]) if known else false()


def insert_unless_there(table: Table) -> Mapping[str, Executable]:
    """INSERT ... ON CONFLICT DO NOTHING, which each database spells in its own way, by its dialect's name."""
    return {
        "sqlite": sqlite.insert(table).on_conflict_do_nothing(),
        "postgresql": postgresql.insert(table).on_conflict_do_nothing(),
    }
