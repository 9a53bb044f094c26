"""One SQLite library, WAL with full durability, writers that take the lock first; or a PostgreSQL
server. Every connection is set up alike, whoever opens it.

In WAL mode SQLite does not notice that a file was swapped, so a writer compares the file's identity
and the number of its life (`user_version`); one that began in another life is refused. Statistics
are never noted: those of a small shop mislead the planner in the same shop after a large import.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as driver
from sqlalchemy import (
    URL,
    Connection,
    Engine,
    QueuePool,
    create_engine,
    event,
    inspect,
)

from storecrm import paths
from storecrm.errors import BadInput, StorageTrouble
from storecrm.models.database.disks import on_network
from storecrm.models.database.keys import key_of, unlock

_FIXED = ((3, 51, 3), (3, 50, 7), (3, 44, 6))

_CACHE = "cache_size=-65536"
"""64 MB: with SQLite's own two a proof of a copy reads, and of an encrypted one opens, most pages
several times."""
PRAGMAS = (
    "journal_mode=WAL",
    "busy_timeout=5000",
    "synchronous=FULL",
    "foreign_keys=ON",
    "recursive_triggers=ON",
    "trusted_schema=OFF",
    "cell_size_check=ON",
    "mmap_size=0",
    "secure_delete=ON",
    _CACHE,
    "journal_size_limit=16777216",
)
_SEALED_PRAGMAS = (
    "query_only=ON",
    "trusted_schema=OFF",
    "cell_size_check=ON",
    "mmap_size=0",
    _CACHE,
)
"""Of a file that is only looked at."""
_PREPARED = 1000
"""Prepared statements kept by a connection. The driver's 128 are full after a migration, and a full
cache throws out the newest, so that every statement of a sale would be prepared anew each time."""


def wal_is_safe(version: tuple[int, int, int]) -> bool:
    """True for SQLite versions without the WAL-reset bug (fixed in 3.51.3, backported to 3.50.7 and
    3.44.6)."""
    return version >= _FIXED[0] or any(
        fixed <= version < (fixed[0], fixed[1] + 1, 0) for fixed in _FIXED[1:]
    )


@dataclass
class Condition:
    """What an engine knows of the file it began on, shared by all its connections.

    `life` is the number that a file bears between two replacements of its content (SQLite's
    user_version); `stopped` says that the disk failed to keep a commit, so that nobody knows what
    it holds until the file was opened anew.
    """

    file: tuple[int, int] | None = None
    life: int = 0
    stopped: bool = False


def condition(engine: Engine) -> Condition:
    """The condition of an engine on a file."""
    found: Condition = engine.get_execution_options()["condition"]
    return found


def open_engine(store: str, key: str | None = None, *, sealed: bool = False) -> Engine:
    """An engine on a file or a PostgreSQL URL; `key` when it is not the one this machine keeps for
    the place. With `sealed` the file is only looked at: not a byte of it changes, no file appears
    beside it, and it may lie on a medium that takes none.

    Raises:
        StorageTrouble: sqlite_too_old, network_drive, folder_missing.
    """
    if paths.is_url(store):
        return _server(store)
    path = Path(store).resolve()
    _require_safe_place(path, sealed=sealed)
    key = key_of(path) if key is None else key
    engine = create_engine(
        # never written as text: a folder's name may hold any sign, and those of an address are no
        # signs of one
        URL.create("sqlite", database=str(path)),
        module=driver,
        poolclass=QueuePool,
        pool_size=4,
        max_overflow=8,
        execution_options={"key": key, "sealed": sealed, "condition": Condition()},
        creator=_connector(path, sealed=sealed),
    )
    if sealed:
        _listen_sealed(engine, key)
    else:
        _listen(engine, path, key)
    return engine


def _server(url: str) -> Engine:
    """An engine on a PostgreSQL server."""
    if not url.startswith(("postgresql://", "postgresql+psycopg://")):
        raise BadInput("store_url", where=url.partition("://")[0])
    with_driver = url.replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(with_driver, pool_size=4, pool_pre_ping=True)
    event.listen(engine, "connect", _whole_numbers)
    return engine


def _require_safe_place(path: Path, *, sealed: bool) -> None:
    """Refuse where SQLite could lose what it was given."""
    if not wal_is_safe(driver.sqlite_version_info):
        raise StorageTrouble("sqlite_too_old", version=driver.sqlite_version)
    if not path.parent.is_dir():
        raise StorageTrouble("folder_missing", where=str(path.parent))
    # a file that is only looked at needs no locks
    if not sealed and on_network(path.parent):
        raise StorageTrouble("network_drive", where=str(path.parent))


def _connector(path: Path, *, sealed: bool) -> Callable[[], Any]:
    def connect() -> Any:
        if sealed:
            return driver.connect(address(path, "immutable=1"), uri=True, check_same_thread=False)
        return driver.connect(str(path), check_same_thread=False, cached_statements=_PREPARED)

    return connect


def address(path: Path, how: str) -> str:
    """A file as SQLite's own kind of URI, opened in a way (`mode=ro`, `immutable=1`); every sign of
    its name is that sign."""
    return f"{path.absolute().as_uri()}?{how}"


def _listen_sealed(engine: Engine, key: str) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        unlock(connection, key)
        for pragma in _SEALED_PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")


def _listen(engine: Engine, path: Path, key: str) -> None:
    begun = condition(engine)

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        unlock(connection, key)
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        if begun.file is None:
            begun.life = life_of(connection)
            begun.file = _identity(path)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if not connection.get_execution_options().get("writing", False):
            connection.exec_driver_sql("BEGIN")
            return
        if begun.stopped:
            raise StorageTrouble("stopped", where=str(path))
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        # in WAL mode SQLite does not notice that its file was deleted or swapped
        if begun.file not in (None, _identity(path)):
            raise StorageTrouble("file_gone", where=str(path))
        if life_of(connection.connection.dbapi_connection) != begun.life:
            raise StorageTrouble("store_replaced", where=str(path))


def _identity(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        raise StorageTrouble("file_gone", where=str(path)) from None
    return found.st_dev, found.st_ino


def life_of(connection: Any) -> int:
    """The number of the life that a file's content is in, through a raw connection."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def begin_new_life(connection: Any) -> None:
    """From the commit of this transaction on, programs that opened the file before it write nothing
    more into it."""
    connection.execute(f"PRAGMA user_version = {secrets.randbelow(2**31 - 2) + 1}")


def _whole_numbers(connection: Any, _record: Any) -> None:
    """Sums come back as NUMERIC from PostgreSQL; every number here is whole, so they are integers
    like on SQLite."""
    from psycopg.adapt import Loader

    class Whole(Loader):
        def load(self, data: Any) -> int:
            return int(bytes(data))

    connection.adapters.register_loader("numeric", Whole)


def has_tables(engine: Engine) -> bool:
    """True when the database already holds a store."""
    return inspect(engine).has_table("shop")
