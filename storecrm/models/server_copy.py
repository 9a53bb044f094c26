"""A copy of a store on a server in a file of its own, to try something out in: what is done there
is gone with the file.

The rows are read in one transaction, so that they belong together, and stream past: of the largest
table some thousand are in memory. Nothing on the server waits for it, and nothing there is written.
"""

import secrets
from collections.abc import Collection
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Engine, Table, text

from storecrm import paths
from storecrm.models import database, migrate
from storecrm.models.base import Base, DayType

AT_ONCE = 5_000
"""Rows that are read and written at once."""


def copy_server(engine: Engine, target: Path, *, without: Collection[str] = ()) -> Engine:
    """A new encrypted file with all rows of a store on a server, but for those of the tables
    `without`. Its key is nowhere else: nobody reads the file once its engine is gone.

    Raises:
        StorageTrouble: disk_full, read_only, unreachable.
    """
    paths.private(target)
    copy = database.open_engine(str(target), key=secrets.token_hex(32))
    try:
        migrate.upgrade(copy)
        with (
            database.trouble(engine),
            engine.connect().execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            ) as source,
            source.begin(),
            database.trouble(copy),
            copy.connect().execution_options(writing=True) as sink,
            sink.begin(),
        ):
            _copy_all(source, sink, without)
    except BaseException:
        copy.dispose()
        raise
    return copy


def _copy_all(source: Connection, sink: Connection, without: Collection[str]) -> None:
    sink.execute(text("PRAGMA defer_foreign_keys = ON"))
    # triggers say what a new row does to others; these rows have done it
    guards = sink.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
    for guard in guards:
        sink.exec_driver_sql(f'DROP TRIGGER "{guard.name}"')
    for table in Base.metadata.sorted_tables:
        sink.execute(table.delete())
        if table.name not in without:
            _copy_table(source, sink, table)
    for guard in guards:
        sink.exec_driver_sql(guard.sql)


def _copy_table(source: Connection, sink: Connection, table: Table) -> None:
    # what is computed cannot be written
    columns = [column for column in table.c if column.computed is None]
    names = [f'"{column.name}"' for column in columns]
    read = ", ".join(map(_read, columns))
    every = f'SELECT {read} FROM "{table.name}"'
    streaming = source.execution_options(yield_per=AT_ONCE)
    rows: Any = streaming.exec_driver_sql(every)
    named, marks = ", ".join(names), ", ".join("?" for _ in names)
    new = f'INSERT INTO "{table.name}" ({named}) VALUES ({marks})'
    raw = sink.connection.dbapi_connection
    assert raw is not None
    for part in rows.partitions():
        raw.executemany(new, [tuple(row) for row in part])


def _read(column: Column[Any]) -> str:
    """A column as a file has it: a date is text there, all else is the same in both."""
    cast = "::text" if isinstance(column.type, DayType) else ""
    return f'"{column.name}"{cast}'
