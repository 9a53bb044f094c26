"""Backup: a verified copy with a manifest; restore saves the present state first."""

import contextlib
import hashlib
import json
import os
import re
import shutil
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, select, text

from storecrm import paths
from storecrm.errors import BadInput, Conflict, NotFound, StorageTrouble
from storecrm.models import database, migrate
from storecrm.models.coupon import Coupon
from storecrm.models.member import Member
from storecrm.models.points import PointEntry
from storecrm.models.redemption import Redemption
from storecrm.models.sale import Sale
from storecrm.services import audit, rights, rules
from storecrm.services.rights import Right
from storecrm.services.store import Store, shop_info
from storecrm.values import as_datetime

COUNTED: dict[str, Any] = {"members": Member, "sales": Sale, "coupons": Coupon, "redemptions": Redemption, "points": PointEntry}
KEEP_DAYS = 90


@dataclass(frozen=True)
class BackupView:
    """One backup as the list shows it."""

    path: Path
    made_at: str
    size: int
    counts: dict[str, int]
    ok: bool


def folder_of(name: str) -> Path:
    """Backups lie beside the store."""
    path = Path(name)
    return path.parent / f"{path.stem}-backups"


def create(store: Store, *, to: Path | None = None, note: str = "") -> BackupView:
    """Copy the store, look the copy over, then give it its name and manifest. Old copies are thinned out.

    Raises:
        StorageTrouble: no_space, disk_full, read_only, backup_damaged, not_sqlite.
    """
    rights.require(store, Right.BACKUP)
    folder = to or folder_of(store.name)
    stamp = as_datetime(store.clock.now(), store.clock.zone)
    # a second backup within the same second must not write over the first
    while (target := folder / f"storecrm-{stamp:%Y%m%d-%H%M%S}{note}.db").exists():
        stamp += timedelta(seconds=1)
    with store.read() as session:
        anchors = audit.anchors(session)
        keep = rules.current(session).number("backup_keep_daily")
    manifest = copy_verified(
        store.engine, target, {"made_at": stamp.isoformat(timespec="seconds"), "anchors": anchors, "uid": store.shop.uid}
    )
    _thin_out(folder, keep, stamp)
    _drop_old(folder, stamp)
    with store.write() as session:
        audit.log(session, store, "backup_made", file=target.name, sha256=manifest["sha256"])
    return _read(target)


def copy_verified(engine: Engine, target: Path, facts: dict[str, Any] | None = None) -> dict[str, Any]:
    """A copy under its final name only once it was verified; returns the manifest that lies beside it.

    Raises:
        StorageTrouble: no_space, disk_full, read_only, backup_damaged.
    """
    part = target.with_suffix(".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        for left in target.parent.glob("*.part"):
            left.unlink()
        need = Path(str(engine.url.database)).stat().st_size
        if shutil.disk_usage(target.parent).free < need + 1_000_000:
            raise StorageTrouble("no_space", where=str(target.parent), need=need)
        database.copy_into(engine, part)
        manifest = (facts or {}) | {
            "counts": _verify_file(part, engine.get_execution_options().get("key", "")),
            "sha256": _sha256(part),
            "revision": migrate.newest(),
        }
        part.chmod(0o600)
        with part.open("rb+") as done:
            os.fsync(done.fileno())
        part.replace(target)
        target.with_suffix(".json").write_text(json.dumps(manifest, indent=1), "utf-8")
    except OSError as error:
        raise StorageTrouble("disk_full" if error.errno == 28 else "read_only", where=str(target.parent)) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    return manifest


def _sha256(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _verify_file(path: Path, key: str) -> dict[str, int]:
    """Row counts of a copy that is whole: pages, foreign keys, and not empty.

    Raises:
        StorageTrouble: backup_damaged.
    """
    if not path.exists() or path.stat().st_size < 4096:
        raise StorageTrouble("backup_damaged", where=str(path))
    if Path(f"{path}-wal").exists():
        # a store that is open somewhere: its log must not be touched
        raise StorageTrouble("backup_in_use", where=str(path))
    try:
        engine = database.open_engine(str(path), key)
        try:
            if migrate.current(engine) is None:
                raise StorageTrouble("backup_damaged", where=str(path))
            with database.reading(engine) as session:
                if (
                    session.execute(text("PRAGMA integrity_check(1)")).scalar() != "ok"
                    or session.execute(text("PRAGMA foreign_key_check")).first()
                ):
                    raise StorageTrouble("backup_damaged", where=str(path))
                return {name: int(session.scalar(select(func.count()).select_from(table)) or 0) for name, table in COUNTED.items()}
        finally:
            engine.dispose()
            for extra in ("-wal", "-shm"):
                Path(f"{path}{extra}").unlink(missing_ok=True)
    except StorageTrouble as error:
        if error.code in ("newer_store", "backup_in_use"):
            raise
        raise StorageTrouble("backup_damaged", where=str(path)) from error


def listed(store: Store) -> list[BackupView]:
    """The backups beside the store, newest first."""
    rights.require(store, Right.BACKUP)
    if paths.is_url(store.name):
        return []
    return [_read(path) for path in sorted(folder_of(store.name).glob("storecrm-*.db"), reverse=True)]


def _read(path: Path) -> BackupView:
    try:
        manifest = json.loads(path.with_suffix(".json").read_text("utf-8"))
    except (OSError, ValueError):
        manifest = {}
    return BackupView(path, manifest.get("made_at", ""), path.stat().st_size, manifest.get("counts", {}), bool(manifest))


def verify(path: Path, *, of: str = "", key: str = "") -> BackupView:
    """Look a backup over: its own manifest, its pages, its keys. `of` names the store whose key opens it, or `key` is that key.

    Raises:
        NotFound: backup.
        StorageTrouble: backup_damaged, newer_store.
    """
    if not path.is_file():
        raise NotFound("backup", where=str(path))
    view = _read(path)
    manifest = path.with_suffix(".json")
    if manifest.is_file() and json.loads(manifest.read_text("utf-8")).get("sha256") != _sha256(path):
        raise StorageTrouble("backup_damaged", where=str(path))
    return BackupView(path, view.made_at, path.stat().st_size, _verify_file(path, key or (database.key_of(Path(of)) if of else "")), True)


def restore(store: Store, *, path: Path) -> BackupView:
    """Put a backup in the store's place; the present state is saved first and stays beside it. The store must be reopened.

    Raises:
        NotFound: backup.
        StorageTrouble: backup_damaged, newer_store, other_shop, no_space, busy.
    """
    rights.require(store, Right.RESTORE)
    view = verify(path, of=store.name)
    live, key = Path(store.name), store.engine.get_execution_options().get("key", "")
    _require_same_shop(store, path, key)
    ready = live.with_suffix(".restore")
    try:
        shutil.copyfile(path, ready)
        _verify_file(ready, key)
        with ready.open("rb+") as done:
            os.fsync(done.fileno())
        # nobody of this program posts a bill between the last copy and the change
        with store._lock:
            saved = create(store, note="-before-restore")
            database.checkpoint(store.engine)
            store.engine.dispose()
            for extra in ("-wal", "-shm"):
                Path(f"{live}{extra}").unlink(missing_ok=True)
            ready.replace(live)
        engine = database.open_engine(store.name)
        with replace(store, engine=engine).write() as session:
            audit.log(session, store, "restored", file=path.name, saved=saved.path.name)
        engine.dispose()
    except OSError as error:
        raise StorageTrouble("disk_full" if error.errno == 28 else "read_only", where=str(live.parent)) from error
    finally:
        with contextlib.suppress(OSError):
            ready.unlink(missing_ok=True)
    return view


def bring_back(path: Path, *, name: str, code: str = "") -> BackupView:
    """Put a backup where no store is yet, as on a new machine. `code` is the recovery code of an encrypted store.

    Raises:
        Conflict: store_exists.
        NotFound: backup.
        BadInput: recovery_code.
        StorageTrouble: backup_damaged (or the code is another store's), newer_store, not_sqlite, read_only, disk_full.
    """
    key, target = "".join(code.split()).lower(), Path(name)
    if paths.is_url(name):
        raise StorageTrouble("not_sqlite", where=name.partition("://")[0])
    if target.exists() and target.stat().st_size:
        raise Conflict("store_exists", where=name)
    if key and not re.fullmatch(r"[0-9a-f]{64}", key):
        raise BadInput("recovery_code")
    view = verify(path, key=key)
    ready = target.with_suffix(".restore")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, ready)
        ready.chmod(0o600)
        with ready.open("rb+") as done:
            os.fsync(done.fileno())
        database.put_key_aside(target)
        if key:
            database.keep_key(target, key)
        ready.replace(target)
    except OSError as error:
        raise StorageTrouble("disk_full" if error.errno == 28 else "read_only", where=str(target.parent)) from error
    finally:
        with contextlib.suppress(OSError):
            ready.unlink(missing_ok=True)
    return view


def _require_same_shop(store: Store, path: Path, key: str) -> None:
    engine = database.open_engine(str(path), key)
    try:
        with database.reading(engine) as session:
            if shop_info(session).uid != store.shop.uid:
                raise StorageTrouble("other_shop", where=str(path))
    finally:
        engine.dispose()
        for extra in ("-wal", "-shm"):
            Path(f"{path}{extra}").unlink(missing_ok=True)


def _drop_old(folder: Path, now: datetime) -> None:
    """Copies made before a restore or before an upgrade go by age alone: what was erased must not lie there for ever."""
    for path in (*folder.glob("storecrm-*-before-restore.db"), *folder.glob("before-*.db")):
        if now.timestamp() - path.stat().st_mtime > KEEP_DAYS * 86_400:
            path.unlink()
            path.with_suffix(".json").unlink(missing_ok=True)


def _thin_out(folder: Path, keep: int, now: datetime) -> None:
    """Keep the newest of each of the last `keep` days, of 4 weeks and of 2 months; nothing older than 90 days."""
    seen: dict[str, set[str]] = {"day": set(), "week": set(), "month": set()}
    limits = {"day": keep, "week": 4, "month": 2}
    for path in sorted(folder.glob("storecrm-*.db"), reverse=True):
        try:
            made = datetime.strptime(path.stem, "storecrm-%Y%m%d-%H%M%S").replace(tzinfo=now.tzinfo)
        except ValueError:
            continue  # saved before a restore: by age alone, below
        names = {"day": f"{made:%Y%m%d}", "week": f"{made:%G%V}", "month": f"{made:%Y%m}"}
        wanted = [unit for unit, name in names.items() if name not in seen[unit] and len(seen[unit]) < limits[unit]]
        for unit in wanted:
            seen[unit].add(names[unit])
        if not wanted or (now - made).days > KEEP_DAYS:
            path.unlink()
            path.with_suffix(".json").unlink(missing_ok=True)


def due(store: Store) -> bool:
    """True when today has no backup yet."""
    rights.require(store, Right.BACKUP)
    if paths.is_url(store.name):
        return False
    stamp = as_datetime(store.clock.now(), store.clock.zone)
    return not any(folder_of(store.name).glob(f"storecrm-{stamp:%Y%m%d}-*.db"))
