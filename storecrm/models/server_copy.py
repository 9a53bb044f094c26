"""A copy of a store on a server in a file of its own, to try something out in: what is done there
is gone with the file.

The rows are read in one transaction, so that they belong together, and stream past: of the largest
table some thousand are in memory. Nothing on the server waits for it, and nothing there is written.
"""

import secrets
from collections.abc import Collection
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, text

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
    columns = [column for column in table.c if column.computed is None]
    # a date is text in a file; all else is the same in both
    read = ", ".join(
        f'"{column.name}"' + ("::text" if isinstance(column.type, DayType) else "")
        for column in columns
    )
    named, marks = (
        ", ".join(f'"{column.name}"' for column in columns),
        ", ".join("?" * len(columns)),
    )
    rows: Any = source.execution_options(yield_per=AT_ONCE).exec_driver_sql(
        f'SELECT {read} FROM "{table.name}"'
    )
    raw = sink.connection.dbapi_connection
    assert raw is not None
    for part in rows.partitions():
        raw.executemany(
            f'INSERT INTO "{table.name}" ({named}) VALUES ({marks})', [tuple(row) for row in part]
        )
