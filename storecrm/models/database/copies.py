"""Copies of a store made while others write, and a copy put in the place of a store.

A store's content is replaced inside SQLite, never its file: the write lock holds from the copy of
the present state to the commit.
"""

import os
import shutil
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as driver
from sqlalchemy import (
    Engine,
)

from storecrm import paths
from storecrm.errors import StorageTrouble
from storecrm.models.database.disks import NO_ROOM, has_no_room
from storecrm.models.database.engine import PRAGMAS, condition
from storecrm.models.database.keys import unlock
from storecrm.models.database.transactions import trouble


def copy_into(engine: Engine, target: Path) -> None:
    """A consistent copy of a SQLite store in a new file that only this user reads, while others
    write.

    Raises:
        StorageTrouble: not_sqlite, disk_full, read_only.
    """
    if engine.dialect.name != "sqlite":
        raise StorageTrouble("not_sqlite", where=engine.url.render_as_string(hide_password=True))
    key = engine.get_execution_options()["key"]
    # what fails is the place of the copy, not the store
    place = str(target.parent)
    paths.private(target)
    try:
        with trouble(engine), engine.connect() as connection:
            _copy_into(connection.connection.dbapi_connection, target.absolute(), key)
    except StorageTrouble as error:
        need = Path(str(engine.url.database)).stat().st_size
        full = error.code == "io" and has_no_room(target, need)
        raise StorageTrouble("disk_full" if full else error.code, where=place) from error
    except OSError as error:
        code = "disk_full" if error.errno in NO_ROOM else "read_only"
        raise StorageTrouble(code, where=place) from error


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
    held, while readers still see what was; nobody writes from then until the end. The copy must
    bear another life than the store, so that programs which had it open write nothing more.

    Raises:
        StorageTrouble: busy, disk_full, read_only, io, stopped.
    """
    if condition(engine).stopped:
        raise StorageTrouble("stopped", where=str(engine.url.database))
    key = engine.get_execution_options()["key"]
    place = str(engine.url.database)
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
            for pragma in (*PRAGMAS, "busy_timeout=10"):
                live.execute(f"PRAGMA {pragma}")
            # page by page, for a second step must follow the one that takes the lock
            copy.backup(live, pages=1, progress=steps.after, sleep=0.01)
