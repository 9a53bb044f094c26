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
        return dialect.type_descriptor(Date() if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return (
            value.isoformat() if isinstance(value, date) and dialect.name != "postgresql" else value
        )

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return date.fromisoformat(value) if isinstance(value, str) else value


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


class Base(DeclarativeBase):
    """Every table's parent: NewTypes map to columns, constraints have stable names."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        int: BIG,
        str: Text,
        date: DayType,
        v.Code: Text,
        v.Phone: Text,
        **dict.fromkeys(_INTEGERS, BIG),
        **dict.fromkeys(
            (
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
            ),
            Text,
        ),
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
        return [
            f"CREATE OR REPLACE FUNCTION {name}_append_only() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'append-only'; END $$ LANGUAGE plpgsql",
            f"CREATE TRIGGER {name}_append_only BEFORE UPDATE OR DELETE ON {name} FOR EACH ROW EXECUTE FUNCTION {name}_append_only()",
        ]
    verbs = [
        f"CREATE TRIGGER {name}_no_{verb.lower()} BEFORE {verb} ON {name} BEGIN SELECT RAISE(ABORT, 'append-only'); END"
        for verb in ("UPDATE", "DELETE")
    ]
    replace = (
        f"CREATE TRIGGER {name}_no_replace BEFORE INSERT ON {name} WHEN EXISTS (SELECT 1 FROM {name} WHERE id = NEW.id) "
        "BEGIN SELECT RAISE(ABORT, 'append-only: exists'); END"
    )
    return [*verbs, replace]
