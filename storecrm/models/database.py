"""Engines and sessions: one SQLite library, WAL with full durability, writers that take the lock first."""

import hashlib
import json
import secrets
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any, cast

import sqlcipher3.dbapi2 as driver
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Engine,
    Integer,
    QueuePool,
    Text,
    any_,
    create_engine,
    event,
    func,
    inspect,
    literal,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import FunctionElement

from storecrm import paths
from storecrm.errors import BadInput, Collided, Conflict, StorageTrouble

_FIXED = ((3, 51, 3), (3, 50, 7), (3, 44, 6))
_PRAGMAS = (
    "journal_mode=WAL",
    "busy_timeout=5000",
    "synchronous=FULL",
    "foreign_keys=ON",
    "recursive_triggers=ON",
    "trusted_schema=OFF",
    "cell_size_check=ON",
    "mmap_size=0",
    "secure_delete=ON",
    "cache_size=-65536",
    "journal_size_limit=16777216",
)
_PREPARED = 1000
"""Prepared statements kept by a connection. The driver's 128 are full after a migration, and a full cache throws out the newest,
so that every statement of a sale would be prepared anew each time."""
_NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "afs", "ncpfs"}


def wal_is_safe(version: tuple[int, int, int]) -> bool:
    """True for SQLite versions without the WAL-reset bug (fixed in 3.51.3, backported to 3.50.7 and 3.44.6)."""
    return version >= _FIXED[0] or any(fixed <= version < (fixed[0], fixed[1] + 1, 0) for fixed in _FIXED[1:])


def key_of(path: Path) -> str:
    """The key of an encrypted store as 64 hexadecimal digits, "" for a plain one.

    Raises:
        StorageTrouble: key_unreadable.
    """
    file = paths.key_file(path)
    if not file.is_file():
        return ""
    key = file.read_text("ascii", errors="replace").strip()
    if len(key) != 64 or any(c not in "0123456789abcdef" for c in key):
        raise StorageTrouble("key_unreadable", where=str(file))
    return key


def new_key(path: Path) -> str:
    """Make and keep a random key for the store that will lie at `path`; returns it as the recovery code.

    Raises:
        StorageTrouble: read_only.
    """
    key = secrets.token_hex(32)
    keep_key(path, key)
    return key


def keep_key(path: Path, key: str) -> None:
    """Remember on this machine the key of the store at `path`.

    Raises:
        StorageTrouble: read_only.
    """
    file = paths.key_file(path)
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file.write_text(key, "ascii")
        file.chmod(0o600)
    except OSError as error:
        raise StorageTrouble("read_only", where=str(file)) from error


def put_key_aside(path: Path) -> None:
    """The key of an earlier store at this place is kept under another name: its backups may still need it."""
    file = paths.key_file(path)
    if file.is_file():
        file.rename(file.with_suffix(f".{secrets.token_hex(3)}.old"))


def unlock(connection: Any, key: str) -> None:
    """Say the key first, before anything else is asked of an encrypted file."""
    if key:
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key}'\"")


def open_engine(store: str, key: str | None = None) -> Engine:
    """An engine on a file or a PostgreSQL URL; `key` when it is not the one this machine keeps for the place.

    Raises:
        StorageTrouble: sqlite_too_old, network_drive, folder_missing.
    """
    if paths.is_url(store):
        if not store.startswith(("postgresql://", "postgresql+psycopg://")):
            raise BadInput("store_url", where=store.partition("://")[0])
        engine = create_engine(store.replace("postgresql://", "postgresql+psycopg://", 1), pool_size=4, pool_pre_ping=True)
        event.listen(engine, "connect", _whole_numbers)
        return engine
    path = Path(store).resolve()
    if not wal_is_safe(driver.sqlite_version_info):
        raise StorageTrouble("sqlite_too_old", version=driver.sqlite_version)
    if not path.parent.is_dir():
        raise StorageTrouble("folder_missing", where=str(path.parent))
    if file_system(path.parent) in _NETWORK:
        raise StorageTrouble("network_drive", where=str(path.parent))
    key = key_of(path) if key is None else key
    engine = create_engine(
        f"sqlite:///{path}",
        module=driver,
        poolclass=QueuePool,
        pool_size=4,
        max_overflow=8,
        execution_options={"key": key},
        connect_args={"cached_statements": _PREPARED},
    )
    _listen(engine, path, key)
    return engine


def _listen(engine: Engine, path: Path, key: str) -> None:
    identity: list[tuple[int, int]] = []

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        unlock(connection, key)
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        found = path.stat()
        identity[:] = identity or [(found.st_dev, found.st_ino)]

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get("writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
        if writing:
            # in WAL mode SQLite does not notice that its file was deleted or swapped
            try:
                found = path.stat()
            except OSError:
                raise StorageTrouble("file_gone", where=str(path)) from None
            if identity and (found.st_dev, found.st_ino) != identity[0]:
                raise StorageTrouble("file_gone", where=str(path))


def file_system(folder: Path) -> str:
    """The type of the file system `folder` lies on, "" where the system does not say."""
    try:
        mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text("utf-8").splitlines()]
    except OSError:
        return ""
    inside = [(mount, kind) for mount, kind in mounts if folder.is_relative_to(mount.replace("\\040", " "))]
    return max(inside, key=lambda pair: len(pair[0]), default=("", ""))[1]


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that looks and never writes; one snapshot for its whole life."""
    with trouble(engine), Session(engine, expire_on_commit=False) as session:
        yield session


@contextmanager
def writing(engine: Engine, *, keep: bool = True) -> Iterator[Session]:
    """A session whose transaction holds the write lock from its first statement and commits at the end, or (`keep` False) is undone."""
    writer = engine.execution_options(writing=True)
    with trouble(engine), Session(writer, expire_on_commit=False) as session, session.begin():
        session.connection()
        yield session
        if not keep:
            session.rollback()


@contextmanager
def trouble(engine: Engine) -> Iterator[None]:
    """Turns the driver's complaints about storage into StorageTrouble; everything else is a bug and passes."""
    try:
        yield
    except DBAPIError as error:
        raise _worded(error, engine) or error from error
    except engine.dialect.loaded_dbapi.Error as error:
        raise _worded(error, engine) or error from error


_COLLISIONS = ("40001", "40P01", "23505")
"""PostgreSQL's words for a transaction that met another one: not serializable, a deadlock, and a row that somebody else
put in between a look and an insert. SQLite's writer is alone."""


def _worded(error: Exception, engine: Engine) -> StorageTrouble | None:
    original = getattr(error, "orig", None) or error
    name = str(getattr(original, "sqlite_errorname", ""))
    if getattr(original, "sqlstate", None) in _COLLISIONS:
        return Collided()
    words, where = str(original).lower(), str(engine.url.database or "")
    for code, names, signs in (
        ("disk_full", ("SQLITE_FULL",), ("disk is full",)),
        ("busy", ("SQLITE_BUSY", "SQLITE_LOCKED"), ("database is locked",)),
        ("read_only", ("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM"), ("readonly", "read-only", "unable to open")),
        ("damaged", ("SQLITE_CORRUPT", "SQLITE_NOTADB"), ("malformed", "not a database")),
        ("io", ("SQLITE_IOERR",), ("disk i/o",)),
        (
            "unreachable",
            (),
            (
                "connection failed",
                "server closed",
                "could not connect",
                "terminating connection",
                "failed to resolve",
                "connection refused",
                "connection is bad",
            ),
        ),
    ):
        if name.startswith(names) if name and names else any(sign in words for sign in signs):
            return StorageTrouble("disk_full" if code == "io" and _no_space(where) else code, where=where)
    return None


def _no_space(where: str) -> bool:
    import shutil

    try:
        return shutil.disk_usage(Path(where).parent).free < 1_000_000
    except OSError:
        return False


def checkpoint(engine: Engine, *, empty: bool = False) -> bool:
    """Fold the write-ahead log into the file when nobody is in the way (SQLite only). With `empty` not a byte stays in the log; False
    when a reader kept it."""
    if engine.dialect.name != "sqlite":
        return True
    with engine.connect() as connection:
        raw: Any = connection.connection.dbapi_connection
        return not raw.execute(f"PRAGMA wal_checkpoint({'TRUNCATE' if empty else 'PASSIVE'})").fetchone()[0]


def lock_row(session: Session, table: Any, key: int) -> None:
    """Hold one row until the end of the transaction: FOR NO KEY UPDATE on PostgreSQL (rows that refer to it
    are no obstacle, or two bills of one member would wait for each other for ever), nothing on SQLite, where the writer is alone."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(table.id).where(table.id == key).with_for_update(key_share=True))


def hold(session: Session, what: str) -> None:
    """Hold a thing that has no row yet until the end of the transaction, so that two programs cannot both find it free (PostgreSQL; on
    SQLite the writer is alone)."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_number_of(what))))


def _number_of(what: str) -> int:
    """The number under which a server knows a lock."""
    return int.from_bytes(hashlib.sha256(f"storecrm {what}".encode()).digest()[:8], "big", signed=True)


@contextmanager
def alone(engine: Engine, purpose: str, refusal: str) -> Iterator[None]:
    """Do something on a server that only one program may do at a time; the lock goes with the connection, also when its program dies.

    Raises:
        Conflict: `refusal`, somebody else does it.
    """
    key = _number_of(purpose)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.scalar(select(func.pg_try_advisory_lock(key))):
            raise Conflict(refusal, where=purpose)
        try:
            yield
        finally:
            connection.execute(select(func.pg_advisory_unlock(key)))


def _whole_numbers(connection: Any, _record: Any) -> None:
    """Sums come back as NUMERIC from PostgreSQL; every number here is whole, so they are integers like on SQLite."""
    from psycopg.adapt import Loader

    class Whole(Loader):
        def load(self, data: Any) -> int:
            return int(bytes(data))

    connection.adapters.register_loader("numeric", Whole)


def has_tables(engine: Engine) -> bool:
    """True when the database already holds a store."""
    return inspect(engine).has_table("shop")


def steady(session: Session) -> int:
    """Microseconds on a clock that only runs, the same for all programs on this machine; PostgreSQL's own for all its tills.

    It may begin anew when the machine is started; it never runs ahead of the time that passed.
    """
    if session.get_bind().dialect.name == "sqlite":
        return time.monotonic_ns() // 1000
    return int(session.execute(text("SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)")).scalar_one())


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


def quick_check(engine: Engine) -> str:
    """SQLite's own integrity check: "ok" or what it found."""
    if engine.dialect.name != "sqlite":
        return "ok"
    with reading(engine) as session:
        return str(session.execute(text("PRAGMA quick_check(1)")).scalar())


def bulk_insert(session: Session, table: Any, columns: tuple[str, ...], rows: list[tuple[Any, ...]], *, known_stay: bool = False) -> None:
    """Many rows through the driver itself: values are plain (days as ISO text), nothing is converted on the way. With `known_stay` a row
    whose key is there already is passed over."""
    if rows:
        insert_columns(session, table, dict(zip(columns, zip(*rows, strict=True), strict=True)), known_stay=known_stay)


def insert_columns(session: Session, table: Any, columns: Mapping[str, Sequence[Any]], *, known_stay: bool = False, **same: Any) -> None:
    """As bulk_insert, column by column, each of the same length; `same` are columns with one value for all rows."""
    count = len(next(iter(columns.values())))
    if not count:
        return
    if session.get_bind().dialect.name == "sqlite":
        _insert_values(session, table, columns, same, known_stay=known_stay)
        return
    every = dict(columns) | {name: (value,) * count for name, value in same.items()}
    names, marks = ", ".join(f'"{name}"' for name in every), ", ".join(["%s"] * len(every))
    clause = " ON CONFLICT DO NOTHING" if known_stay else ""
    rows = list(zip(*every.values(), strict=True))
    session.connection().exec_driver_sql(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks}){clause}', rows)


_AT_ONCE = (512, 32, 1)
"""Rows in one statement: few lengths, so that each is prepared once."""


def _insert_values(session: Session, table: Any, columns: Mapping[str, Sequence[Any]], same: dict[str, Any], *, known_stay: bool) -> None:
    """Hundreds of rows in one statement of SQLite: it prepares to take a statement back by copying each page that the statement touches,
    which costs more than the row. What all rows share is handed over once."""
    first, *others = columns
    handed = {first: columns[first]}
    for name in others:
        values = columns[name]
        if values.count(values[0]) == len(values):
            same = same | {name: values[0]}
        else:
            handed[name] = values
    width, names = len(handed), ", ".join(f'"{name}"' for name in (*same, *handed))
    picked = ", ".join(["?"] * len(same) + [f"column{place + 1}" for place in range(width)])
    # WHERE keeps ON from being read as a join
    clause = " WHERE true ON CONFLICT DO NOTHING" if known_stay else ""
    flat, connection, shared = list(chain.from_iterable(zip(*handed.values(), strict=True))), session.connection(), tuple(same.values())
    done, row = 0, "(" + ", ".join(["?"] * width) + ")"
    for length in _AT_ONCE:
        while len(flat) - done >= length * width:
            statement = f'INSERT INTO "{table.name}" ({names}) SELECT {picked} FROM (VALUES {", ".join([row] * length)}){clause}'
            connection.exec_driver_sql(statement, (*shared, *flat[done : done + length * width]))
            done += length * width


def next_ids(session: Session, table: Any, count: int) -> Sequence[int]:
    """Numbers for the next `count` rows of a table with an id of its own; theirs as long as this transaction writes them."""
    if session.get_bind().dialect.name == "sqlite":
        # the writer is alone, and the next row has the number after the highest
        first = (session.scalar(select(func.max(table.c.id))) or 0) + 1
        return range(first, first + count)
    sequence = func.nextval(func.pg_get_serial_sequence(table.name, "id"))
    return list(session.scalars(select(sequence).select_from(func.generate_series(1, count))))


def listed(session: Session, values: Collection[str]) -> Any:
    """Texts as a table with the one column `value`, from one parameter however many there are."""
    if session.get_bind().dialect.name == "sqlite":
        return func.json_each(json.dumps(list(values))).table_valued("value")
    return func.unnest(literal(list(values), ARRAY(Text))).table_valued("value").render_derived()


def among(session: Session, column: Any, values: Collection[Any]) -> ColumnElement[bool]:
    """`column IN values` as one parameter, however many there are: no statement is built anew for each number of them."""
    if session.get_bind().dialect.name == "sqlite":
        return cast(ColumnElement[bool], column.in_(select(listed(session, values).c.value)))
    return cast(ColumnElement[bool], column == any_(literal(list(values), ARRAY(column.type))))


def copy_into(engine: Engine, target: Path) -> None:
    """A consistent copy of a SQLite store in a new file, while others write.

    Raises:
        StorageTrouble: not_sqlite, disk_full, read_only.
    """
    if engine.dialect.name != "sqlite":
        raise StorageTrouble("not_sqlite", where=str(engine.url.render_as_string(hide_password=True)))
    with trouble(engine), engine.connect() as connection:
        raw: Any = connection.connection.dbapi_connection
        if engine.get_execution_options().get("key", ""):
            raw.execute("VACUUM INTO ?", (str(target),))
            return
        destination = driver.connect(str(target))
        try:
            raw.backup(destination)
            destination.execute("PRAGMA journal_mode=DELETE")
        finally:
            destination.close()


class days_between(FunctionElement[int]):  # noqa: N801 (SQL functions are written small)
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
