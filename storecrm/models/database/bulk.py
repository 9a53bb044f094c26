"""Many rows at once, through the driver itself."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from sqlalchemy import (
    func,
    select,
)
from sqlalchemy.orm import Session


def in_turn(session: Session) -> bool:
    """True where rows are numbered in the order in which they are committed: the highest number
    tells whether anybody wrote meanwhile
    (SQLite, where the writer is alone)."""
    return session.get_bind().dialect.name == "sqlite"


def next_ids(session: Session, table: Any, count: int) -> Sequence[int]:
    """Numbers for the next `count` rows of a table with an id of its own; theirs as long as this
    transaction writes them."""
    if session.get_bind().dialect.name == "sqlite":
        # the writer is alone, and the next row has the number after the highest
        first = (session.scalar(select(func.max(table.c.id))) or 0) + 1
        return range(first, first + count)
    sequence = func.nextval(func.pg_get_serial_sequence(table.name, "id"))
    return list(session.scalars(select(sequence).select_from(func.generate_series(1, count))))


def bulk_insert(
    session: Session,
    table: Any,
    columns: tuple[str, ...],
    rows: list[tuple[Any, ...]],
    *,
    known_stay: bool = False,
) -> None:
    """Many rows through the driver itself: values are plain (days as ISO text), nothing is
    converted on the way. With `known_stay` a row whose key is there already is passed over."""
    if rows:
        insert_columns(
            session,
            table,
            dict(zip(columns, zip(*rows, strict=True), strict=True)),
            known_stay=known_stay,
        )


def insert_columns(
    session: Session,
    table: Any,
    columns: Mapping[str, Sequence[Any]],
    *,
    known_stay: bool = False,
    **same: Any,
) -> None:
    """As bulk_insert, column by column, each of the same length; `same` are columns with one value
    for all rows."""
    count = len(next(iter(columns.values())))
    if not count:
        return
    if session.get_bind().dialect.name == "sqlite":
        _insert_values(session, table, columns, same, known_stay=known_stay)
        return
    repeated = {name: (value,) * count for name, value in same.items()}
    every = dict(columns) | repeated
    names = ", ".join(f'"{name}"' for name in every)
    marks = ", ".join(["%s"] * len(every))
    clause = " ON CONFLICT DO NOTHING" if known_stay else ""
    statement = f'INSERT INTO "{table.name}" ({names}) VALUES ({marks}){clause}'
    rows = list(zip(*every.values(), strict=True))
    session.connection().exec_driver_sql(statement, rows)


_AT_ONCE = (512, 128, 32, 8, 2, 1)
"""Rows in one statement: few lengths, so that each is prepared once."""


def _insert_values(
    session: Session,
    table: Any,
    columns: Mapping[str, Sequence[Any]],
    same: dict[str, Any],
    *,
    known_stay: bool,
) -> None:
    """Hundreds of rows in one statement of SQLite: it prepares to take a statement back by copying
    each page that the statement touches, which costs more than the row. What all rows share is
    handed over once."""
    # a first column is always handed over by row: the rows are counted by it
    first, *others = columns
    handed = {first: columns[first]}
    for name in others:
        values = columns[name]
        if values[-1] == values[0] and values.count(values[0]) == len(values):
            same = same | {name: values[0]}
        else:
            handed[name] = values
    # one long list of values, row after row, of which each statement takes its piece
    flat = list(chain.from_iterable(zip(*handed.values(), strict=True)))
    connection = session.connection()
    shared = tuple(same.values())
    shared_names = tuple(same)
    handed_names = tuple(handed)
    width = len(handed)
    done = 0
    for length in _AT_ONCE:
        size = length * width
        while len(flat) - done >= size:
            statement = _insertion(
                table.name, shared_names, handed_names, length, known_stay=known_stay
            )
            connection.exec_driver_sql(statement, (*shared, *flat[done : done + size]))
            done += size


@lru_cache(maxsize=500)
def _insertion(
    table: str, same: tuple[str, ...], handed: tuple[str, ...], length: int, *, known_stay: bool
) -> str:
    """The statement of `length` rows; a text of ten thousand signs, made once."""
    names = ", ".join(f'"{name}"' for name in (*same, *handed))
    # SQLite calls the columns of VALUES column1, column2 and so on
    by_row = [f"column{place + 1}" for place in range(len(handed))]
    picked = ", ".join(["?"] * len(same) + by_row)
    row = "(" + ", ".join(["?"] * len(handed)) + ")"
    rows = ", ".join([row] * length)
    # WHERE keeps ON from being read as a join
    clause = " WHERE true ON CONFLICT DO NOTHING" if known_stay else ""
    return f'INSERT INTO "{table}" ({names}) SELECT {picked} FROM (VALUES {rows}){clause}'
