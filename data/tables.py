"""All tables share one metadata, named constraints, and types that mean the same in any database."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import fields
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, get_args, get_type_hints

from sqlalchemy import BigInteger, Column, ColumnElement, DateTime, Dialect, Index, MetaData, Table, false, literal
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.schema import SchemaItem
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field
from sqlmodel.main import FieldInfo, get_column_from_field

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


class Stored:
    """The base of all tables: its subclasses say with sqlmodel's fields which columns a table has.

    Statements are written on the table alone, and no session reads rows as objects. So no model of pydantic's and no
    mapping of SQLAlchemy's is made of them, which for 54 tables was a fifth of a start. Constraints have names, without
    which a later migration cannot drop them.
    """

    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    __tablename__: ClassVar[str]
    __table_args__: ClassVar[tuple[SchemaItem, ...]] = ()

    def __init_subclass__(cls) -> None:
        hints = get_type_hints(cls)
        _add_table(
            cls.__tablename__,
            {name: hints[name] for name in cls.__annotations__},
            {name: getattr(cls, name) for name in cls.__annotations__ if hasattr(cls, name)},
            cls.__table_args__,
        )


def _add_table(
    name: str, types: Mapping[str, object], described: Mapping[str, object], constraints: Iterable[SchemaItem]
) -> Table:
    """The new table ``name`` of columns of these ``types``; what is ``described`` is a field, or a default."""
    columns: list[Column[Any]] = []
    for each, of in types.items():
        field = described.get(each) if each in described else Field()
        field = field if isinstance(field, FieldInfo) else Field(default=field)
        field.annotation = of  # what pydantic would write there, of a class of its own
        column = get_column_from_field(field)
        column.name = column.key = each
        columns.append(column)
    return Table(name, Stored.metadata, *columns, *constraints)


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
    types = {each.name: hints[each.name] for each in fields(record)}
    for each, of in types.items():
        if each not in columns and datetime in (of, *get_args(of)):
            columns[each] = moment(nullable=of is not datetime)
    return _add_table(name, types, columns, constraints)


def moment(*, nullable: bool = False, index: bool = False) -> FieldInfo:
    """A column of moments in UTC."""
    column: FieldInfo = Field(sa_column=Column(Utc, nullable=nullable, index=index))
    return column


def values_of(record: DataclassInstance) -> dict[str, Any]:
    """The values of ``record`` by the names of its fields: one row to be written."""
    return {each.name: getattr(record, each.name) for each in fields(record)}


def table_of(model: type[Stored]) -> Table:
    """The table that ``model`` describes, to write statements on."""
    return model.metadata.tables[model.__tablename__]


def is_one_of(column: ColumnElement[Any], known: Collection[str]) -> ColumnElement[bool]:
    """``column IN`` texts that are known beforehand; each is bound by itself, as a ``data.statement`` takes them."""
    return column.in_([literal(each) for each in known]) if known else false()


def insert_unless_there(table: Table) -> Mapping[str, Executable]:
    """INSERT ... ON CONFLICT DO NOTHING, which each database spells in its own way, by its dialect's name."""
    return {
        "sqlite": sqlite.insert(table).on_conflict_do_nothing(),
        "postgresql": postgresql.insert(table).on_conflict_do_nothing(),
    }
