"""Sessions that look and sessions that write, and what is asked of the file between them.

with writing(engine) as session:  # holds the write lock from here, commits at the end
    session.add(...)"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    Engine,
    text,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from storecrm.errors import StorageTrouble
from storecrm.models.database.complaints import worded
from storecrm.models.database.engine import condition, life_of, open_engine


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that looks and never writes; one snapshot for its whole life."""
    # SQLite keeps what a reader began on; a server shows each statement the newest commits
    if engine.dialect.name != "sqlite":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    with trouble(engine), Session(engine, expire_on_commit=False) as session:
        yield session


@contextmanager
def writing(engine: Engine, *, keep: bool = True) -> Iterator[Session]:
    """A session whose transaction holds the write lock from its first statement and commits at the
    end, or (`keep` False) is undone."""
    writer = engine.execution_options(writing=True)
    with (
        trouble(engine, writing=True),
        Session(writer, expire_on_commit=False) as session,
        session.begin(),
    ):
        session.connection()
        yield session
        if not keep:
            session.rollback()


@contextmanager
def trouble(engine: Engine, *, writing: bool = False) -> Iterator[None]:
    """Turns the driver's complaints about storage into StorageTrouble; everything else is a bug and
    passes. A disk that fails while something is written (`writing`) is not written to again before
    the file was opened anew: what it kept of it nobody knows."""
    try:
        yield
    except (DBAPIError, engine.dialect.loaded_dbapi.Error) as error:
        found = worded(error, str(engine.url.database or ""))
        failed = found is not None and found.code == "io"
        if failed and writing and engine.dialect.name == "sqlite":
            condition(engine).stopped = True
        raise found or error from error


def checkpoint(engine: Engine, *, empty: bool = False) -> bool:
    """Fold the write-ahead log into the file when nobody is in the way (SQLite only). With `empty`
    not a byte stays in the log; False when a reader kept it, or when the disk fails: what was
    committed stands in the log then, and no act failed by it."""
    if engine.dialect.name != "sqlite":
        return True
    if condition(engine).stopped:
        return False
    how = "TRUNCATE" if empty else "PASSIVE"
    try:
        with trouble(engine, writing=True), engine.connect() as connection:
            raw: Any = connection.connection.dbapi_connection
            busy, _pages, _folded = raw.execute(f"PRAGMA wal_checkpoint({how})").fetchone()
            return not busy
    except StorageTrouble:
        return False


def is_still_itself(engine: Engine) -> bool:
    """True while a file store has the content that this engine began on."""
    with trouble(engine), engine.connect() as connection:
        return life_of(connection.connection.dbapi_connection) == condition(engine).life


def quick_check(engine: Engine) -> str:
    """SQLite's own integrity check: "ok" or what it found."""
    if engine.dialect.name != "sqlite":
        return "ok"
    with reading(engine) as session:
        return str(session.execute(text("PRAGMA quick_check(1)")).scalar())


def is_demo(store: str) -> bool:
    """True for a demo shop's store; False for any other, and for what is none."""
    engine = open_engine(store)
    try:
        with reading(engine) as session:
            return session.execute(text("SELECT demo FROM shop")).scalar() == 1
    except (StorageTrouble, DBAPIError):
        return False
    finally:
        engine.dispose()
