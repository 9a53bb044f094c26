"""The ground of every table: column types for the values, STRICT tables, guards of append-only
ones."""

from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    Date,
    Dialect,
    Index,
    Integer,
    MetaData,
    Text,
    TypeDecorator,
    text,
)
from sqlalchemy.orm import DeclarativeBase

from storecrm import values as v

BIG = BigInteger().with_variant(Integer, "sqlite")
STRICT = {"sqlite_strict": True}
STRICT_BY_KEY = {"sqlite_strict": True, "sqlite_with_rowid": False}


class DayType(TypeDecorator[date]):
    """A date: DATE on PostgreSQL, ISO text on SQLite (STRICT tables have no DATE)."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        native = Date() if dialect.name == "postgresql" else Text()
        return dialect.type_descriptor(native)

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        plain = dialect.name == "postgresql" or not isinstance(value, date)
        return value if plain else value.isoformat()

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return date.fromisoformat(value) if isinstance(value, str) else value


# each is a type of its own to the checker, and a number to the database
_INTEGERS: tuple[Any, ...] = (
    v.Money,
    v.Points,
    v.BasisPoints,
    v.Quantity,
    v.Moment,
    v.ShopId,
    v.StaffId,
    v.TillId,
    v.MemberId,
    v.ProductId,
    v.OfferId,
    v.VersionId,
    v.BatchId,
    v.CouponId,
    v.RedemptionId,
    v.SaleId,
    v.LineId,
    v.LotId,
    v.EntryId,
    v.ImportId,
)


_WORDS: tuple[Any, ...] = (
    v.Role,
    v.Kind,
    v.OfferKind,
    v.OfferState,
    v.CouponState,
    v.BatchState,
    v.SaleState,
    v.EntryKind,
    v.Channel,
    v.TenderKind,
    v.Override,
    v.PaperAct,
    v.StampKind,
)
# a revision names the constraint that it changes: no database makes the names up
_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table's parent: NewTypes map to columns, constraints have stable names."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map = {
        int: BIG,
        str: Text,
        date: DayType,
        v.Code: Text,
        v.Phone: Text,
        **dict.fromkeys(_INTEGERS, BIG),
        **dict.fromkeys(_WORDS, Text),
    }


def sparse(table: str, column: str, *more: str, name: str = "", unique: bool = False) -> Index:
    """An index on a column that is empty in most rows: only the others stand in it. Nor is it ever
    taken to find the empty ones, of which SQLite, without statistics, believes that there are
    few."""
    return partial(
        name or f"ix_{table}_{column}", column, *more, where=f"{column} IS NOT NULL", unique=unique
    )


def partial(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index of those rows alone for which `where` is true. What PostgreSQL is told stands in the
    migrations: saying it here too would load its dialect with every program."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where))


def guards(name: str, dialect: str) -> list[str]:
    """The triggers that refuse UPDATE, DELETE and REPLACE on an append-only table, from whatever
    client."""
    if dialect == "postgresql":
        function = f"{name}_append_only()"
        refusing = "$$ BEGIN RAISE EXCEPTION 'append-only'; END $$ LANGUAGE plpgsql"
        before = f"BEFORE UPDATE OR DELETE ON {name} FOR EACH ROW EXECUTE FUNCTION {function}"
        return [
            f"CREATE OR REPLACE FUNCTION {function} RETURNS trigger AS {refusing}",
            f"CREATE TRIGGER {name}_append_only {before}",
        ]
    made: list[str] = []
    for verb in ("UPDATE", "DELETE"):
        before = f"{name}_no_{verb.lower()} BEFORE {verb} ON {name}"
        made.append(f"CREATE TRIGGER {before} BEGIN SELECT RAISE(ABORT, 'append-only'); END")
    # REPLACE deletes without asking the triggers of deletion
    exists = f"EXISTS (SELECT 1 FROM {name} WHERE id = NEW.id)"
    replace = (
        f"CREATE TRIGGER {name}_no_replace BEFORE INSERT ON {name} WHEN {exists} "
        "BEGIN SELECT RAISE(ABORT, 'append-only: exists'); END"
    )
    return [*made, replace]
