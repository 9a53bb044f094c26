"""Backup: a verified copy with a manifest; restore saves the present state first."""

import contextlib
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from storecrm import paths
from storecrm.errors import BadInput, Conflict, NotFound, StorageTrouble
from storecrm.ledger import audit
from storecrm.models import database, migrate
from storecrm.services import file_lock, rights
from storecrm.services.backup import copies, restore_copy
from storecrm.services.backup.thinning import thin_out
from storecrm.services.members import erased_list
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.values import as_datetime

BEFORE_RESTORE = "-before-restore"


@dataclass(frozen=True)
class BackupView:
    """One backup as the list shows it; `ok` says that a manifest lies beside it, `proof` how far it
    was proven: copies.WHOLE, copies.COPIED or ""."""

    path: Path
    made_at: str
    size: int
    counts: dict[str, int]
    ok: bool
    proof: str


@dataclass(frozen=True)
class Restored(BackupView):
    """A backup that is a store now: the copy of the state before it (None where no store was), how
    many members were erased in it again, and where a list of the erased was set aside that could
    not be believed."""

    saved: Path | None
    erased_again: int
    set_aside: Path | None


def folder_of(name: str) -> Path:
    """Backups lie beside the store."""
    return paths.backup_folder(Path(name))


def create(store: Store, *, to: Path | None = None, note: str = "") -> BackupView:
    """Copy the store, read the copy back, then give it its name and manifest: copying is quick, so
    somebody may do it at any time. Every page is proven in the copy of the day, by `verify` and
    before a restore. Old copies are thinned out. One copy of a store is made at a time; who comes
    meanwhile waits. Into another folder than the shop's own only the owner copies: whoever carries
    the file away carries every member away.

    Raises:
        Conflict: copy_running (another copy takes longer than we wait).
        StorageTrouble: no_space, disk_full, read_only, folder_link, backup_damaged, not_sqlite.
    """
    rights.require(store, Right.BACKUP if _at_home(store, to) else Right.RESTORE)
    return _make(store, to or folder_of(store.name), note, whole=False)


def of_the_day(store: Store) -> BackupView:
    """The copy that the program makes by itself once a day, whoever is signed in; every page, index
    and reference of it is proven, and so those of the store are.

    Raises:
        As create.
    """
    rights.require(store, Right.KEEP_HOUSE)
    return _make(store, folder_of(store.name), "", whole=True)


def _at_home(store: Store, to: Path | None) -> bool:
    # realpath: a link that leads back to itself is no home, and is refused with its own words later
    if to is None:
        return True
    if paths.is_url(store.name):
        return False
    return os.path.realpath(to) == os.path.realpath(folder_of(store.name))


def _make(store: Store, place: Path, note: str, *, whole: bool) -> BackupView:
    _require_file(store.name)
    with file_lock.exclusive(store.name, "copy", wait=file_lock.COPY_WAIT):
        folder = copies.folder(place)
        copy, facts = _reserve(store, folder, note)
        manifest = copies.fill(store.engine, copy, facts, whole=whole)
        try:
            with store.write() as session:
                audit.log(session, store, "backup_made", file=copy.name, sha256=manifest["sha256"])
        except BaseException:
            # it is said that nothing was saved, so nothing is there
            copies.remove(copy)
            raise
        thin_out(folder, copy, store)
    return _read(copy)


def _require_file(name: str) -> None:
    if paths.is_url(name):
        raise StorageTrouble("not_sqlite", where=name.partition("://")[0])


def _reserve(store: Store, folder: Path, note: str) -> tuple[Path, dict[str, Any]]:
    """A name for a copy of the store as it is now, and what its manifest says already."""
    stamp = as_datetime(store.clock.now(), store.clock.zone)
    with store.read() as session:
        anchors = audit.anchors(session)
    facts: dict[str, Any] = {"uid": store.shop.uid, "place": copies.mark_of(store.name)}
    facts["made_at"] = stamp.isoformat(timespec="seconds")
    facts["anchors"] = anchors
    copies.sweep(folder, facts)
    copy = copies.reserve(folder, _stems(stamp, note), facts)
    return copy, facts


def _stems(stamp: datetime, note: str) -> Iterator[str]:
    """A second backup within the same second, and one of another shop in the same folder, must not
    write over the first."""
    for more in range(3600):
        at = stamp + timedelta(seconds=more)
        yield f"storecrm-{at:%Y%m%d-%H%M%S}{note}"


def before_upgrade(name: str, engine: Any) -> Path:
    """Copy a store of an earlier version before it becomes one of this. Only under the lock of
    copies.

    Raises:
        StorageTrouble: no_space, disk_full, read_only, folder_link, backup_damaged.
    """
    folder = copies.folder(folder_of(name))
    facts = {"uid": copies.uid_of(engine), "place": copies.mark_of(name)}
    # the shop's own clock is not read: it stands in the store, which is of an earlier version
    facts["made_at"] = datetime.now().astimezone().isoformat(timespec="seconds")
    copies.sweep(folder, facts)
    first = f"before-{migrate.newest()}"
    further = (f"{first}-{n}" for n in range(2, 1000))
    copy = copies.reserve(folder, chain([first], further), facts)
    copies.fill(engine, copy, facts)
    return copy


def listed(store: Store) -> list[BackupView]:
    """The backups beside the store, newest first."""
    rights.require(store, Right.BACKUP)
    if paths.is_url(store.name):
        return []
    found = list[BackupView]()
    named = folder_of(store.name).glob("storecrm-*.db")
    for path in sorted(named, reverse=True):
        # one that another program takes away meanwhile is none
        with contextlib.suppress(FileNotFoundError):
            found.append(_read(path))
    return found


def _read(path: Path) -> BackupView:
    manifest = copies.manifest_of(path)
    proof = copies.proof_of(manifest)
    return _view(path, manifest, manifest.get("counts", {}), proof)


def _view(path: Path, manifest: dict[str, Any], counts: dict[str, int], proof: str) -> BackupView:
    made_at = manifest.get("made_at", "")
    size = path.stat().st_size
    ok = bool(proof or manifest.get("sha256"))
    return BackupView(path=path, made_at=made_at, size=size, counts=counts, ok=ok, proof=proof)


def verify(path: Path, *, of: str = "", key: str = "") -> BackupView:
    """Look a backup over: its own manifest, its pages, its keys, its tables. Nothing is written, on
    no medium. `of` names the store whose key opens it, or `key` is that key.

    Raises:
        NotFound: backup.
        StorageTrouble: backup_damaged, backup_incomplete, backup_in_use, newer_store, read_only.
    """
    if not path.is_file():
        raise NotFound("backup", where=str(path))
    manifest = copies.manifest_of(path)
    copies.require_at_rest(path, manifest)
    with copies.troubles(path):
        opens = key or (database.key_of(Path(of)) if of else "")
        counts = copies.check(path, manifest, opens, where=path)
        return _view(path, manifest, counts, copies.WHOLE)


def restore(store: Store, *, path: Path, force: bool = False) -> Restored:
    """Put a backup in the store's place; the present state is saved first and stays beside it. The
    store must be opened anew.

    The backup is made ready beside the store; then the store's write lock is taken, the present
    state copied, and the content replaced as one transaction. Nobody writes in between: whoever
    comes waits, and is then told that the store was replaced. With `force` a copy without a
    manifest is taken too, of which nobody can say that it is as it was made.

    Raises:
        NotFound: backup.
        Conflict: copy_running.
        StorageTrouble: manifest_missing, backup_damaged, backup_incomplete, backup_in_use,
            newer_store, other_shop, no_space, disk_full, read_only, folder_link, busy, not_sqlite.
    """
    rights.require(store, Right.RESTORE)
    _require_file(store.name)
    size = _require_backup(path)
    with file_lock.exclusive(store.name, "copy", wait=file_lock.COPY_WAIT):
        live = Path(store.name).resolve()
        key = store.engine.get_execution_options()["key"]
        with copies.troubles(live):
            # the copy that is made ready, and the log that takes it up before it is folded in
            copies.require_room(live.parent, 2 * size)
        # the trail names the copy of before, so its name is known first
        beside = copies.folder(folder_of(store.name))
        before, facts = _reserve(store, beside, BEFORE_RESTORE)
        copied = restore_copy.ready(
            path, name=store.name, key=key, force=force, live=store, saved=before.name
        )
        try:
            with copied as ready, store._lock:
                aside: list[Path | None] = []
                save = partial(_save, store, before, facts, ready, aside)
                database.replace_content(store.engine, ready.file, first=save)
        except BaseException:
            _give_up(store, before)
            raise
        _settle(store, live)
    return _restored(path, ready, before, aside[0])


def _require_backup(path: Path) -> int:
    """Bytes of the file.

    Raises:
        NotFound: backup.
    """
    if not path.is_file():
        raise NotFound("backup", where=str(path))
    return path.stat().st_size


def _restored(
    path: Path, ready: restore_copy.Ready, saved: Path | None, aside: Path | None
) -> Restored:
    return Restored(
        path=path,
        made_at=ready.made_at,
        size=path.stat().st_size,
        counts=ready.counts,
        ok=True,
        proof=copies.WHOLE,
        saved=saved,
        erased_again=ready.erased_again,
        set_aside=aside,
    )


def _save(
    store: Store,
    before: Path,
    facts: dict[str, Any],
    ready: restore_copy.Ready,
    aside: list[Path | None],
) -> None:
    """Keep the present state, damaged as it may be, while nobody can add to it. Whoever was erased
    since the backup was made ready would come back with it, so that is done again.

    Raises:
        StorageTrouble: busy (somebody was erased meanwhile).
    """
    now = erased_list.look(store.name, ready.uid, store)
    listed = ready.listed
    if (now.people, now.refused) != (listed.people, listed.refused):
        raise StorageTrouble("busy", where=store.name)
    with store.read() as session:
        facts["anchors"] = audit.anchors(session)
    copies.fill(store.engine, before, facts, damaged_too=True)
    set_aside = erased_list.settle(store.name, ready.uid, now)
    aside.append(set_aside)


def _give_up(store: Store, before: Path) -> None:
    """A restore that failed leaves the store as it was, and nobody needs a copy of it; one that was
    broken off after it was done keeps the copy, in which the only trace of the last sales may
    stand."""
    with contextlib.suppress(StorageTrouble, OSError):
        if database.is_still_itself(store.engine):
            copies.remove(before)


def _settle(store: Store, live: Path) -> None:
    """What is left to do once the backup is the store; nothing of it may say that the restore
    failed."""
    with contextlib.suppress(StorageTrouble, OSError):
        live.chmod(0o600)
        database.checkpoint(store.engine, empty=True)
    store.engine.dispose()


def bring_back(
    path: Path,
    *,
    name: str,
    code: str = "",
    force: bool = False,
    wall: Callable[[], int] | None = None,
) -> Restored:
    """Put a backup where no store is yet, as on a new machine, or where one is too damaged to be
    opened: that is kept beside it. `code` is the recovery code of an encrypted store; `force` as in
        restore.

    Raises:
        Conflict: store_exists, copy_running.
        NotFound: backup.
        BadInput: recovery_code.
        StorageTrouble: manifest_missing, backup_damaged (or the code is another store's),
            backup_incomplete, backup_in_use, newer_store, not_sqlite, read_only, disk_full,
            folder_link.
    """
    key = "".join(code.split()).lower()
    target = Path(name).resolve()
    _require_file(name)
    if key and not re.fullmatch(r"[0-9a-f]{64}", key):
        raise BadInput("recovery_code")
    _require_free(target)
    _require_backup(path)
    copies.folder(target.parent)
    with file_lock.exclusive(name, "copy", wait=file_lock.COPY_WAIT):
        _require_free(target)
        key = key or (database.key_of(target) if target.exists() else "")
        copied = restore_copy.ready(path, name=name, key=key, force=force, live=None, wall=wall)
        with copied as ready:
            saved = _keep_damaged(target)
            aside = erased_list.settle(name, ready.uid, ready.listed)
            # the key of what was there opens nothing any more
            database.put_key_aside(target)
            if key:
                database.keep_key(target, key)
            ready.file.replace(target)
            copies.to_disk(target.parent)
    return _restored(path, ready, saved, aside)


def _require_free(target: Path) -> None:
    if target.exists() and target.stat().st_size and not _is_damaged(target):
        raise Conflict("store_exists", where=str(target))


def _is_damaged(target: Path) -> bool:
    """True for a store of this program that cannot be opened any more."""
    engine = database.open_engine(str(target))
    try:
        migrate.current(engine)
        copies.uid_of(engine)
        return False
    except StorageTrouble as error:
        return error.code == "damaged"
    finally:
        engine.dispose()


def _keep_damaged(target: Path) -> Path | None:
    """Move a damaged store aside with its log, in which the last sales may stand; None where there
    was none."""
    if not target.exists() or not target.stat().st_size:
        return None
    aside = target.with_name(f"{target.name}.damaged-{datetime.now():%Y%m%d-%H%M%S}")
    # the log first: a store without it looks whole
    for end in ("-wal", "-shm", ""):
        file = target.with_name(target.name + end)
        if file.exists():
            file.rename(aside.with_name(aside.name + end))
    return aside


def due(store: Store) -> bool:
    """True when today has no backup yet whose every page was proven."""
    rights.require(store, Right.KEEP_HOUSE)
    if paths.is_url(store.name):
        return False
    stamp = as_datetime(store.clock.now(), store.clock.zone)
    today = folder_of(store.name).glob(f"storecrm-{stamp:%Y%m%d}-*.db")
    key = store.engine.get_execution_options()["key"]
    # a folder may hold the copies of several shops
    mine = (path for path in today if copies.is_of(path, store.shop.uid, key))
    return not any(copies.is_whole(path) for path in mine)
