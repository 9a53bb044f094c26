"""A driver's complaint about storage, in the program's own codes.

SQLite names its errors; PostgreSQL gives a state; what bears neither is known by the words of its
sentence. Everything else is a bug and stays what it is."""

from contextlib import suppress
from pathlib import Path

from storecrm.errors import Collided, StorageTrouble
from storecrm.models.database.disks import has_no_room

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
    name = str(getattr(original, "sqlite_errorname", ""))
    code = _code_of(name, str(original).lower())
    if code is None:
        return None
    # SQLite calls a full disk or a quota a failure of the disk: the disk itself is asked
    may_be_full = bool(name) and code in ("io", "read_only")
    if may_be_full and has_no_room(Path(where), _log_size(Path(where))):
        code = "disk_full"
    return StorageTrouble(code, where=where)


def _code_of(name: str, words: str) -> str | None:
    """Our code for an error that SQLite calls `name` ("" elsewhere) and words so."""
    for code, names, signs in _WORDS:
        if name and names:
            fits = name.startswith(names)
        else:
            fits = any(sign in words for sign in signs)
        if fits:
            return code
    return None


def _log_size(store: Path) -> int:
    """As much as the log of a store holds already and a little more."""
    with suppress(OSError):
        return store.with_name(f"{store.name}-wal").stat().st_size + 65_536
    return 65_536
