"""A copy made ready to be a store, in a file beside the place it will have: of this version,
without those who were erased since, with the restore in its trail, in a life of its own. What is
done to the store itself is one step after that.

While somebody holds the lock of copies, a file that stands there under this name is what a killed
restore left behind.
"""

import contextlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select

from storecrm import paths
from storecrm.errors import StorageTrouble
from storecrm.ledger import audit
from storecrm.ledger.acting import till_named
from storecrm.models import database, migrate
from storecrm.models.staff import Staff
from storecrm.services import shop_settings
from storecrm.services.backup import copies, copy_contents
from storecrm.services.members import erased_list, erasure
from storecrm.services.store import Clock, Store, shop_info
from storecrm.values import Actor, TillId

_BESIDE = ("", "-wal", "-shm", "-journal")


@dataclass(frozen=True)
class Ready:
    """A copy that may take the place of a store: when the backup it came from was made and how many
    rows it had, how many members were erased in it again, by which list, of which shop it is."""

    file: Path
    made_at: str
    counts: dict[str, int]
    erased_again: int
    listed: erased_list.Listed
    uid: str


def place_of(name: str) -> Path:
    """Where a copy is made ready for the store `name`."""
    real = Path(name).resolve()
    return real.with_name(f"{real.name}.restoring")


def sweep(name: str) -> None:
    """Remove what a killed restore left. Only under the lock of copies."""
    ready = place_of(name)
    for end in _BESIDE:
        with contextlib.suppress(OSError):
            ready.with_name(ready.name + end).unlink(missing_ok=True)


@contextlib.contextmanager
def ready(
    source: Path,
    *,
    name: str,
    key: str,
    force: bool,
    live: Store | None,
    wall: Callable[[], int] | None = None,
    **facts: Any,
) -> Iterator[Ready]:
    """Make the copy `source` ready for the store `name` and give it; it is gone afterwards unless
    it was moved. `live` is the store it will take the place of, None where there is none. A copy
    without a manifest is taken with `force` alone. `facts` are for its trail.

    Raises:
        StorageTrouble: backup_in_use, backup_damaged, backup_incomplete, newer_store, other_shop,
            manifest_missing, read_only, disk_full.
    """
    file = place_of(name)
    manifest = copies.manifest_of(source)
    copies.require_at_rest(source, manifest)
    sweep(name)
    try:
        with copies.troubles(file.parent):
            paths.private(file)
            shutil.copyfile(source, file)
            # the copy is looked at, not the source: nobody can change it in between
            counts = copies.check(file, manifest, key, where=source)
            with copy_contents.sealed(file, key) as looking:
                uid = copies.uid_of(looking)
            if live is not None and live.shop.uid != uid:
                raise StorageTrouble("other_shop", where=str(source))
            if not manifest.get("sha256") and not force:
                raise StorageTrouble("manifest_missing", where=str(source))
            listed = erased_list.look(name, uid, live)
            said = facts | {"file": source.name}
            again = _amend(file, key, live, wall, listed, said)
            copies.to_disk(file)
            yield Ready(
                file=file,
                made_at=manifest.get("made_at", ""),
                counts=counts,
                erased_again=again,
                listed=listed,
                uid=uid,
            )
    finally:
        sweep(name)


def _amend(
    file: Path,
    key: str,
    live: Store | None,
    wall: Callable[[], int] | None,
    listed: erased_list.Listed,
    facts: dict[str, Any],
) -> int:
    """Make the copy a store of this version and of today. Returns how many members were erased
    again."""
    engine = database.open_engine(str(file), key)
    try:
        if migrate.current(engine) != migrate.newest():
            migrate.upgrade(engine)
            engine.dispose()
            engine = database.open_engine(str(file), key)
        store, till = _as_store(engine, live, wall)
        again = erasure.again(store, listed.people)
        with store.write() as session:
            if again or listed.refused:
                counts = {"members": again, "refused": listed.refused}
                audit.log_at(session, store, till, "erased_again", **counts)
            audit.log_at(session, store, till, "restored", **facts)
            # programs that have the old store open see that it is another one
            raw = session.connection().connection.dbapi_connection
            database.begin_new_life(raw)
        database.checkpoint(engine, empty=True)
    finally:
        engine.dispose()
    return again


def _as_store(
    engine: Engine, live: Store | None, wall: Callable[[], int] | None
) -> tuple[Store, TillId | None]:
    """The copy as a store, with who acts and where as the copy knows them: it may be older than the
    till or the person."""
    with database.reading(engine) as session:
        shop = shop_info(session)
        close = shop_settings.current(session).close_hour
    if live is None or live.actor is None:
        clock = Clock(ZoneInfo(shop.timezone), close, wall)
        return Store.on(engine, shop, clock, str(engine.url.database)), None
    bare = replace(live, engine=engine, shop=shop, actor=None, listeners=[], frozen={})
    same = (Staff.id == live.actor.staff, Staff.name == live.actor.name)
    with bare.write() as session:
        till = till_named(session, live.actor.till_name)
        known = session.scalar(select(Staff.id).where(*same))
    acting: Actor | None = None if known is None else replace(live.actor, till=till)
    return replace(bare, actor=acting), till
