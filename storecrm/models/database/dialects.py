"""What SQLite and PostgreSQL say in different words: lists as one parameter, days between dates,
facts of the trail."""

import json
from collections.abc import Collection
from typing import Any, cast

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Integer,
    Text,
    any_,
    func,
    literal,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import FunctionElement


def listed(session: Session, values: Collection[str]) -> Any:
    """Texts as a table with the one column `value`, from one parameter however many there are."""
    if session.get_bind().dialect.name == "sqlite":
        return func.json_each(json.dumps(list(values))).table_valued("value")
    return func.unnest(literal(list(values), ARRAY(Text))).table_valued("value").render_derived()


def among(session: Session, column: Any, values: Collection[Any]) -> ColumnElement[bool]:
    """`column IN values` as one parameter, however many there are: no statement is built anew for
    each number of them."""
    if session.get_bind().dialect.name == "sqlite":
        return cast(ColumnElement[bool], column.in_(select(listed(session, values).c.value)))
    return cast(ColumnElement[bool], column == any_(literal(list(values), ARRAY(column.type))))


class days_between(FunctionElement[int]):
    """Whole days from the first date to the second."""

    type = Integer()
    inherit_cache = True


@compiles(days_between, "sqlite")
def _sqlite_days(element: Any, compiler: Any, **kw: Any) -> str:
    first, last = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"CAST(julianday({last}) - julianday({first}) AS INTEGER)"


@compiles(days_between, "postgresql")
def _postgres_days(element: Any, compiler: Any, **kw: Any) -> str:
    first, last = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"(CAST({last} AS DATE) - CAST({first} AS DATE))"


class fact(FunctionElement[int]):
    """What the trail's entry says under a name that is a whole number there:
    `fact(AuditEntry.facts, literal_column("sale"))`."""

    type = BigInteger()
    inherit_cache = True


class fact_text(fact):
    """The same of what is a word."""

    type = Text()  # type: ignore[assignment]
    inherit_cache = True


@compiles(fact, "sqlite")
def _sqlite_fact(element: Any, compiler: Any, **kw: Any) -> str:
    facts, name = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"json_extract({facts}, '$.{name}')"


@compiles(fact, "postgresql")
def _postgres_fact(element: Any, compiler: Any, **kw: Any) -> str:
    facts, name = (compiler.process(clause, **kw) for clause in element.clauses)
    kind = "TEXT" if isinstance(element, fact_text) else "BIGINT"
    return f"CAST(CAST({facts} AS JSONB) ->> '{name}' AS {kind})"
