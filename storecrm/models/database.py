"""Engines and sessions: one SQLite library, WAL with full durability, writers that take the lock
first.

In WAL mode SQLite does not notice that a file was swapped, so a writer compares the file's identity
and the number of its life (`user_version`); one that began in another life is refused. A store's
content is replaced inside SQLite, never its file: the write lock holds from the copy of the present
state to the commit. Statistics are never noted: those of a small shop mislead the planner in the
same shop after a large import.
"""

import errno
import hashlib
import json
import os
import secrets
import shutil
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, cast

import sqlcipher3.dbapi2 as driver
from sqlalchemy import (
    ARRAY,
    URL,
    BigInteger,
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

if sys.platform == "win32":
    from storecrm import windows

_FIXED = ((3, 51, 3), (3, 50, 7), (3, 44, 6))
_CACHE = "cache_size=-65536"
"""64 MB: with SQLite's own two a proof of a copy reads, and of an encrypted one opens, most pages
several times."""
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
    _CACHE,
    "journal_size_limit=16777216",
)
_PREPARED = 1000
"""Prepared statements kept by a connection. The driver's 128 are full after a migration, and a full
cache throws out the newest, so that every statement of a sale would be prepared anew each time."""
_NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "afs", "ncpfs"}


def wal_is_safe(version: tuple[int, int, int]) -> bool:
    """True for SQLite versions without the WAL-reset bug (fixed in 3.51.3, backported to 3.50.7 and
    3.44.6)."""
    return version >= _FIXED[0] or any(
        fixed <= version < (fixed[0], fixed[1] + 1, 0) for fixed in _FIXED[1:]
    )


def key_of(path: Path) -> str:
    """The key of an encrypted store as 64 hexadecimal digits, "" for a plain one.

    Raises:
        StorageTrouble: key_unreadable.
    """
    file = paths.key_file(path)
    if not file.is_file():
        return ""
    key = _opened(file.read_text("ascii", errors="replace").strip())
    if len(key) != 64 or any(c not in "0123456789abcdef" for c in key):
        raise StorageTrouble("key_unreadable", where=str(file))
    return key


def new_key(path: Path) -> str:
    """Make and keep a random key for the store that will lie at `path`; returns it as the recovery
    code.

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
        paths.private(file)
        file.write_text(_closed(key), "ascii")
    except OSError as error:
        raise StorageTrouble("read_only", where=str(file)) from error


_SEALED = "dpapi:"
"""How a key begins that Windows keeps for one of its users."""


def _closed(key: str) -> str:
    """A key as it lies in its file."""
    if sys.platform == "win32":
        return _SEALED + windows.protect(key.encode()).hex()
    return key


def _opened(kept: str) -> str:
    """The key that a file holds, "" for one that this user of this machine cannot read."""
    if not kept.startswith(_SEALED):
        return kept
    if sys.platform == "win32":
        with suppress(OSError, ValueError):
            return windows.unprotect(bytes.fromhex(kept.removeprefix(_SEALED))).decode()
    return ""


def put_key_aside(path: Path) -> None:
    """The key of an earlier store at this place is kept under another name: its backups may still
    need it."""
    file = paths.key_file(path)
    if file.is_file():
        file.rename(file.with_suffix(f".{secrets.token_hex(3)}.old"))


def unlock(connection: Any, key: str) -> None:
    """Say the key first, before anything else is asked of an encrypted file."""
    if key:
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key}'\"")


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
        if not store.startswith(("postgresql://", "postgresql+psycopg://")):
            raise BadInput("store_url", where=store.partition("://")[0])
        engine = create_engine(
            store.replace("postgresql://", "postgresql+psycopg://", 1),
            pool_size=4,
            pool_pre_ping=True,
        )
        event.listen(engine, "connect", _whole_numbers)
        return engine
    path = Path(store).resolve()
    if not wal_is_safe(driver.sqlite_version_info):
        raise StorageTrouble("sqlite_too_old", version=driver.sqlite_version)
    if not path.parent.is_dir():
        raise StorageTrouble("folder_missing", where=str(path.parent))
    if not sealed and on_network(path.parent):
        raise StorageTrouble("network_drive", where=str(path.parent))
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
        for pragma in (
            "query_only=ON",
            "trusted_schema=OFF",
            "cell_size_check=ON",
            "mmap_size=0",
            _CACHE,
        ):
            connection.execute(f"PRAGMA {pragma}")


def _listen(engine: Engine, path: Path, key: str) -> None:
    begun = condition(engine)

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        unlock(connection, key)
        for pragma in _PRAGMAS:
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


def is_still_itself(engine: Engine) -> bool:
    """True while a file store has the content that this engine began on."""
    with trouble(engine), engine.connect() as connection:
        return life_of(connection.connection.dbapi_connection) == condition(engine).life


def begin_new_life(connection: Any) -> None:
    """From the commit of this transaction on, programs that opened the file before it write nothing
    more into it."""
    connection.execute(f"PRAGMA user_version = {secrets.randbelow(2**31 - 2) + 1}")


def on_network(folder: Path) -> bool:
    """True of a folder on another machine, where SQLite's locks do not hold."""
    if sys.platform == "win32":
        return windows.on_network(str(folder))
    return file_system(folder) in _NETWORK


def file_system(folder: Path) -> str:
    """The type of the file system `folder` lies on, "" where the system does not say."""
    try:
        mounts = [
            line.split()[1:3] for line in Path("/proc/mounts").read_text("utf-8").splitlines()
        ]
    except OSError:
        return ""
    inside = [(mount, kind) for mount, kind in mounts if folder.is_relative_to(_unescaped(mount))]
    return max(inside, key=lambda pair: len(pair[0]), default=("", ""))[1]


def _unescaped(mount: str) -> str:
    """A place as the list of mounts writes it: blanks and backslashes are octal numbers there."""
    for sign in (" ", "\t", "\n", "#", "\\"):
        mount = mount.replace(f"\\{ord(sign):03o}", sign)
    return mount


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that looks and never writes; one snapshot for its whole life."""
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
        if writing and found is not None and found.code == "io" and engine.dialect.name == "sqlite":
            condition(engine).stopped = True
        raise found or error from error


_COLLISIONS = ("40001", "40P01", "23505")
"""PostgreSQL's words for a transaction that met another one: not serializable, a deadlock, and a
row that somebody else put in between a look and an insert. SQLite's writer is alone."""


_WORDS: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("disk_full", ("SQLITE_FULL",), ("disk is full",)),
    ("busy", ("SQLITE_BUSY", "SQLITE_LOCKED"), ("database is locked",)),
    (
        "read_only",
        ("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM"),
        ("readonly", "read-only", "unable to open"),
    ),
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
)


def worded(error: Exception, where: str) -> StorageTrouble | None:
    """A driver's complaint about the store at `where` as trouble with storage; None when it is
    about something else."""
    original = getattr(error, "orig", None) or error
    if getattr(original, "sqlstate", None) in _COLLISIONS:
        return Collided()
    name, words = str(getattr(original, "sqlite_errorname", "")), str(original).lower()
    for code, names, signs in _WORDS:
        if name.startswith(names) if name and names else any(sign in words for sign in signs):
            full = (
                name
                and code in ("io", "read_only")
                and has_no_room(Path(where), _log_size(Path(where)))
            )
            return StorageTrouble("disk_full" if full else code, where=where)
    return None


NO_ROOM = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT if hasattr(errno, "EDQUOT") else errno.ENOSPC)


def _log_size(store: Path) -> int:
    """As much as the log of a store holds already and a little more."""
    with suppress(OSError):
        return store.with_name(f"{store.name}-wal").stat().st_size + 65_536
    return 65_536


def has_no_room(file: Path, size: int) -> bool:
    """True when the disk takes no `size` bytes beside a file: it is full, or a quota or the longest
    length of a file is reached. The driver calls a quota a failure of the disk, so the disk itself
    is asked."""
    with suppress(OSError):
        if shutil.disk_usage(file.parent).free < 1_000_000:
            return True
    probe = file.with_name(f"{file.name}.probe")
    try:
        handle = os.open(probe, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(handle, 0, size)
        finally:
            os.close(handle)
    except OSError as error:
        return error.errno in NO_ROOM
    finally:
        with suppress(OSError):
            probe.unlink(missing_ok=True)
    return False


def checkpoint(engine: Engine, *, empty: bool = False) -> bool:
    """Fold the write-ahead log into the file when nobody is in the way (SQLite only). With `empty`
    not a byte stays in the log; False when a reader kept it, or when the disk fails: what was
    committed stands in the log then, and no act failed by it."""
    if engine.dialect.name != "sqlite":
        return True
    if condition(engine).stopped:
        return False
    try:
        with trouble(engine, writing=True), engine.connect() as connection:
            raw: Any = connection.connection.dbapi_connection
            return not raw.execute(
                f"PRAGMA wal_checkpoint({'TRUNCATE' if empty else 'PASSIVE'})"
            ).fetchone()[0]
    except StorageTrouble:
        return False


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
    return int.from_bytes(
        hashlib.sha256(f"storecrm {what}".encode()).digest()[:8], "big", signed=True
    )


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


def steady(session: Session) -> int:
    """Microseconds on a clock that only runs, the same for all programs on this machine;
    PostgreSQL's own for all its tills.

    It may begin anew when the machine is started; it never runs ahead of the time that passed.
    """
    if session.get_bind().dialect.name == "sqlite":
        return since_start()
    return int(
        session.execute(
            text("SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)")
        ).scalar_one()
    )


def since_start() -> int:
    """Microseconds since this machine was started, those that it slept among them."""
    asleep_too = getattr(time, "CLOCK_BOOTTIME", None)
    if asleep_too is None and sys.platform == "darwin":
        # its plain monotonic clock stands while the machine sleeps, this one does not
        asleep_too = time.CLOCK_MONOTONIC
    return (
        time.monotonic_ns() if asleep_too is None else time.clock_gettime_ns(asleep_too)
    ) // 1000


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
    every = dict(columns) | {name: (value,) * count for name, value in same.items()}
    names, marks = ", ".join(f'"{name}"' for name in every), ", ".join(["%s"] * len(every))
    clause = " ON CONFLICT DO NOTHING" if known_stay else ""
    rows = list(zip(*every.values(), strict=True))
    session.connection().exec_driver_sql(
        f'INSERT INTO "{table.name}" ({names}) VALUES ({marks}){clause}', rows
    )


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
    first, *others = columns
    handed = {first: columns[first]}
    for name in others:
        values = columns[name]
        if values[-1] == values[0] and values.count(values[0]) == len(values):
            same = same | {name: values[0]}
        else:
            handed[name] = values
    width = len(handed)
    flat, connection, shared = (
        list(chain.from_iterable(zip(*handed.values(), strict=True))),
        session.connection(),
        tuple(same.values()),
    )
    done = 0
    for length in _AT_ONCE:
        while len(flat) - done >= length * width:
            statement = _insertion(
                table.name, tuple(same), tuple(handed), length, known_stay=known_stay
            )
            connection.exec_driver_sql(statement, (*shared, *flat[done : done + length * width]))
            done += length * width


@lru_cache(maxsize=500)
def _insertion(
    table: str, same: tuple[str, ...], handed: tuple[str, ...], length: int, *, known_stay: bool
) -> str:
    """The statement of `length` rows; a text of ten thousand signs, made once."""
    names = ", ".join(f'"{name}"' for name in (*same, *handed))
    picked = ", ".join(["?"] * len(same) + [f"column{place + 1}" for place in range(len(handed))])
    row = "(" + ", ".join(["?"] * len(handed)) + ")"
    # WHERE keeps ON from being read as a join
    clause = " WHERE true ON CONFLICT DO NOTHING" if known_stay else ""
    return f'INSERT INTO "{table}" ({names}) SELECT {picked} FROM (VALUES {", ".join([row] * length)}){clause}'


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


def copy_into(engine: Engine, target: Path) -> None:
    """A consistent copy of a SQLite store in a new file that only this user reads, while others
    write.

    Raises:
        StorageTrouble: not_sqlite, disk_full, read_only.
    """
    if engine.dialect.name != "sqlite":
        raise StorageTrouble(
            "not_sqlite", where=str(engine.url.render_as_string(hide_password=True))
        )
    paths.private(target)
    try:
        with trouble(engine), engine.connect() as connection:
            _copy_into(
                connection.connection.dbapi_connection,
                target.absolute(),
                engine.get_execution_options()["key"],
            )
    except StorageTrouble as error:
        need = Path(str(engine.url.database)).stat().st_size
        full = error.code == "disk_full" or (error.code == "io" and has_no_room(target, need))
        # what failed is the place of the copy, not the store
        raise StorageTrouble(
            "disk_full" if full else error.code, where=str(target.parent)
        ) from error
    except OSError as error:
        raise StorageTrouble(
            "disk_full" if error.errno in NO_ROOM else "read_only", where=str(target.parent)
        ) from error


_BLOCK = 65_536
"""Bytes that a copy is written in: sixteen pages of a store at once, which costs half of writing
them one by one."""
_PASSING = 20
"""Pages held in memory while a copy is made: each is needed once."""


def _copy_into(raw: Any, target: Path, key: str) -> None:
    if key:
        _copy_sealed(raw, target, key)
        return
    kept = raw.execute("PRAGMA cache_size").fetchone()[0]
    try:
        raw.execute(f"PRAGMA cache_size={_PASSING}")
        _copy_pages(raw, target)
    finally:
        raw.execute(f"PRAGMA cache_size={kept}")
    with closing(driver.connect(str(target), isolation_level=None)) as copy:
        copy.execute("PRAGMA journal_mode=DELETE")


def _copy_pages(raw: Any, target: Path) -> None:
    """Every page as it is. A copy that is broken off is thrown away, so nothing is kept for its
    sake: whoever called has the disk keep it."""
    with closing(driver.connect(str(target), isolation_level=None)) as copy:
        for pragma in (
            f"page_size={_BLOCK}",
            f"cache_size={_PASSING}",
            "synchronous=OFF",
            "journal_mode=OFF",
        ):
            copy.execute(f"PRAGMA {pragma}")
        # only a file that holds something has a size of pages; this goes with the first page that
        # is copied
        copy.execute("CREATE TABLE begun (size)")
        raw.backup(copy)


def _copy_sealed(raw: Any, target: Path, key: str) -> None:
    """An encrypted store as it lies on the disk, its log beside it, which is then folded in. To
    open each page and seal it anew takes twenty times as long as copying.

    While a transaction of this connection reads, others fold into the file only what the log holds
    up to where it began, and the log is not begun anew before that was folded in whole. So whatever
    the file bears of this while it is copied, the log that is copied after it says it again, and
    what came since may follow; a commit that stands there in part is none.
    """
    live = Path(raw.execute("PRAGMA database_list").fetchone()[2])
    raw.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    raw.execute("BEGIN")
    try:
        raw.execute("SELECT count(*) FROM sqlite_master").fetchone()
        _copy_bytes(live, target)
        log = live.with_name(f"{live.name}-wal")
        if log.exists():
            beside = target.with_name(f"{target.name}-wal")
            paths.private(beside)
            shutil.copyfile(log, beside)
    finally:
        raw.execute("ROLLBACK")
    with closing(driver.connect(str(target), isolation_level=None)) as copy:
        unlock(copy, key)
        copy.execute("PRAGMA synchronous=OFF")
        copy.execute("PRAGMA journal_mode=DELETE")


_HELD: dict[tuple[int, int], int] = {}
"""Stores whose bytes were copied, each open since then. On POSIX a process that closes a file,
however often it has it open, loses every lock that it has on it; SQLite's own, by which others know
that somebody is in the file, would go."""
_HOLDING = threading.Lock()
_READ_AT_ONCE = 1 << 20


def _copy_bytes(live: Path, target: Path) -> None:
    """What stands in the file of an open store, byte by byte."""
    if os.name == "nt":
        shutil.copyfile(live, target)
        return
    found = live.stat()
    with _HOLDING:
        handle = _HELD.get((found.st_dev, found.st_ino))
        if handle is None:
            handle = _HELD[found.st_dev, found.st_ino] = os.open(live, os.O_RDONLY)
    done = 0
    with target.open("wb") as sink:
        while block := os.pread(handle, _READ_AT_ONCE, done):
            sink.write(block)
            done += len(block)


WAITS = 3000
"""How often a replacement tries to get the write lock, a hundredth of a second apart, before it
says that the store is busy."""


@dataclass
class _Steps:
    """What happens after each page of a replacement: one that found the store locked is tried
    again, after the first that did not the lock is held."""

    place: str
    first: Callable[[], None]
    refused: int = 0
    held: bool = False

    def after(self, status: int, _left: int, _total: int) -> None:
        if status:
            self.refused += 1
            if self.refused > WAITS:
                raise StorageTrouble("busy", where=self.place)
        elif not self.held:
            self.held = True
            self.first()


def replace_content(engine: Engine, source: Path, *, first: Callable[[], None]) -> None:
    """Put the content of the copy `source` in place of a file store's own, as one transaction of
    SQLite: whole or not at all, whatever dies in between. `first` is called once the write lock is
        held, while readers still see what was; nobody writes from then until the
    end. The copy must bear another life than the store, so that programs which had it open write
    nothing more.

    Raises:
        StorageTrouble: busy, disk_full, read_only, io, stopped.
    """
    if condition(engine).stopped:
        raise StorageTrouble("stopped", where=str(engine.url.database))
    key, place = engine.get_execution_options()["key"], str(engine.url.database)
    steps = _Steps(place, first)
    with (
        trouble(engine, writing=True),
        closing(driver.connect(str(source.absolute()), isolation_level=None)) as copy,
    ):
        unlock(copy, key)
        copy.execute("BEGIN")
        copy.execute("SELECT count(*) FROM sqlite_master").fetchone()
        with closing(driver.connect(place, isolation_level=None)) as live:
            unlock(live, key)
            # a short wait in the driver: between two tries the program's own count runs
            for pragma in (*_PRAGMAS, "busy_timeout=10"):
                live.execute(f"PRAGMA {pragma}")
            # page by page, for a second step must follow the one that takes the lock
            copy.backup(live, pages=1, progress=steps.after, sleep=0.01)


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
