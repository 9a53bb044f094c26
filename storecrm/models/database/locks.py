"""What is held until the end of a transaction or an act on a server; on SQLite the writer is
alone."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    Engine,
    func,
    select,
)
from sqlalchemy.orm import Session

from storecrm.errors import Conflict


def lock_row(session: Session, table: Any, key: int) -> None:
    """Hold one row until the end of the transaction: FOR NO KEY UPDATE on PostgreSQL (rows that
    refer to it are no obstacle, or two bills of one member would wait for each other for ever),
    nothing on SQLite, where the writer is alone."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(table.id).where(table.id == key).with_for_update(key_share=True))


def hold(session: Session, what: str) -> None:
    """Hold a thing that has no row yet until the end of the transaction, so that two programs
    cannot both find it free (PostgreSQL; on SQLite the writer is alone)."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_number_of(what))))


def _number_of(what: str) -> int:
    """The number under which a server knows a lock."""
    digest = hashlib.sha256(f"storecrm {what}".encode()).digest()
    # the first 64 bits, as PostgreSQL's bigint
    return int.from_bytes(digest[:8], "big", signed=True)


@contextmanager
def alone(engine: Engine, purpose: str, refusal: str, *, shared: bool = False) -> Iterator[None]:
    """Do something on a server that only one program may do at a time; the lock goes with the
    connection, also when its program dies. Those who share it (`shared`) do so beside each other,
    and wait for who does it alone.

    Raises:
        Conflict: `refusal`, somebody else does it.
    """
    key = _number_of(purpose)
    ask, let_go = (func.pg_try_advisory_lock, func.pg_advisory_unlock)
    if shared:
        ask, let_go = (func.pg_advisory_lock_shared, func.pg_advisory_unlock_shared)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if connection.scalar(select(ask(key))) is False:
            raise Conflict(refusal, where=purpose)
        try:
            yield
        finally:
            connection.execute(select(let_go(key)))
