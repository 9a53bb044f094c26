"""Puts a store together: look at its version, back up, migrate, open. No Qt; used by the command
line, the windows and tests."""

import os
import secrets
import stat
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import sqlcipher3.dbapi2 as driver
from sqlalchemy import Engine, insert, select
from sqlalchemy.exc import NoResultFound

from storecrm import paths
from storecrm.errors import BadInput, Conflict, NotFound, StorageTrouble, StoreError
from storecrm.models import database, migrate
from storecrm.models.shop import Shop
from storecrm.services import file_lock, sealing, shop_settings
from storecrm.services.backup import backups, restore_copy, trail_anchors
from storecrm.services.coupons import unfinished_issues
from storecrm.services.imports import unfinished
from storecrm.services.members import erased_list
from storecrm.services.staff import throttle
from storecrm.services.store import Clock, ShopDetails, Store, shop_info
from storecrm.values import ShopId, currency_digits, region_of_zone, regions


def create_store(
    name: str,
    *,
    shop: ShopDetails,
    encrypt: bool = False,
    wall: Callable[[], int] | None = None,
    steady: Callable[[], int] | None = None,
) -> Store:
    """A new, empty store at `name` (a file or a URL), without staff yet. With `encrypt` the file is
    unreadable without the key that this machine keeps (see models.database.key_of). `wall` and
    `steady` are the clocks of tests and of the tour.

    Raises:
        BadInput: timezone, currency, region, region_missing (the time zone lies in no country),
            name.
        Conflict: store_exists.
        StorageTrouble: the place cannot be written, or holds something else.
    """
    row = _row(shop, wall)
    if encrypt and paths.is_url(name):
        raise BadInput("encrypt_server")
    if paths.is_url(name):
        return _assemble(_furnish(name, row), name, wall, steady)
    if database.on_network(Path(name).resolve().parent):
        raise StorageTrouble("network_drive", where=str(Path(name).parent))
    try:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageTrouble("read_only", where=str(Path(name).parent)) from error
    # two who make a store at one place, or make one where a backup is put: the second finds the
    # first's
    with file_lock.exclusive(name, "copy", wait=file_lock.COPY_WAIT):
        return _assemble(_make_file(name, row, encrypt=encrypt), name, wall, steady)


def _row(shop: ShopDetails, wall: Callable[[], int] | None) -> dict[str, Any]:
    """What the store keeps of its shop, checked."""
    zone = _zone(shop.timezone)
    decimals = _decimals(shop.currency)
    country = _country(shop.region, shop.timezone)
    name = shop.name.strip()
    if not name:
        raise BadInput("shop_name")
    return {
        "id": ShopId(1),
        "uid": secrets.token_hex(8),
        "name": name,
        "store": shop.store or name,
        "currency": shop.currency.upper(),
        "timezone": shop.timezone,
        "demo": int(shop.demo),
        "audit_key": secrets.token_hex(32),
        "clock_high": 0,
        "created_at": Clock(zone, wall=wall).now(),
        "decimals": decimals,
        "region": country,
        # nothing is older than the seals
        "sealed": 1,
    }


def _zone(timezone: str) -> ZoneInfo:
    try:
        return ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError):
        raise BadInput("timezone", where=timezone) from None


def _decimals(currency: str) -> int:
    try:
        return currency_digits(currency.upper())
    except ValueError:
        raise BadInput("currency", where=currency[:20]) from None


def _make_file(name: str, row: dict[str, Any], *, encrypt: bool) -> Engine:
    path = Path(name)
    if path.is_file() and _is_unfinished(name):
        _remove(path)
    new = not path.exists()
    if new:
        database.put_key_aside(path)
        if encrypt:
            database.new_key(path)
    try:
        return _furnish(name, row)
    except StorageTrouble:
        if new:
            # nothing half made stays where the next try would find it
            _remove(path)
        raise


def _is_unfinished(name: str) -> bool:
    """True for what is left of a store whose making was killed: its tables, and no shop."""
    engine = database.open_engine(name)
    try:
        if migrate.current(engine) is None:
            return False
        with database.reading(engine) as session:
            return session.scalar(select(Shop.id)) is None
    finally:
        engine.dispose()


def _remove(path: Path) -> None:
    for end in ("", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)


def _furnish(name: str, row: dict[str, Any]) -> Engine:
    """An empty database with the shop in it."""
    engine = database.open_engine(name)
    if migrate.current(engine) is not None:
        engine.dispose()
        raise Conflict("store_exists", where=name)
    if not paths.is_url(name):
        try:
            paths.private(Path(name))
        except OSError as error:
            raise StorageTrouble("read_only", where=name) from error
    migrate.upgrade(engine)
    with database.writing(engine) as session:
        session.execute(insert(Shop).values(**row))
    return engine


def _country(region: str, timezone: str) -> str:
    asked = region.strip().upper()
    if asked and asked not in regions():
        raise BadInput("region", where=region[:20])
    found = asked or region_of_zone(timezone)
    if not found:
        raise BadInput("region_missing", where=timezone)
    return found


def recovery_code(store: Path) -> str:
    """What opens an encrypted store on another machine."""
    return str(database.key_of(store))


def database_facts() -> dict[str, Any]:
    """The SQLite in use and the newest schema, for `check`.

    Raises:
        StorageTrouble: sqlite_too_old.
    """
    if not database.wal_is_safe(driver.sqlite_version_info):
        raise StorageTrouble("sqlite_too_old", version=driver.sqlite_version)
    return {"sqlite": driver.sqlite_version, "schema": migrate.newest()}


def open_store(
    name: str,
    *,
    wall: Callable[[], int] | None = None,
    steady: Callable[[], int] | None = None,
    window: bool = False,
) -> Store:
    """Open an existing store; an older one is backed up, verified and brought up to date first.
    `window` says that the caller is the store's window and holds its lock.

    Raises:
        NotFound: store (nothing is there).
        Conflict: upgrade_waits (an older store is open in a window), copy_running.
        StorageTrouble: foreign_file, newer_store, damaged, read_only, disk_full, network_drive,
            unreachable.
    """
    if not paths.is_url(name):
        _require_file(name)
        _tidy(name)
    engine = database.open_engine(name)
    try:
        revision = migrate.current(engine)
        if revision is None:
            raise NotFound("store", where=name)
        if revision != migrate.newest():
            engine = _upgraded(name, engine, window=window)
        store = _assemble(engine, name, wall, steady)
        _catch_up(store)
    except NoResultFound:
        # the making of it was killed: there is no shop in it yet
        engine.dispose()
        raise NotFound("store", where=name) from None
    except BaseException:
        # Windows lets nobody put another file in the place of one that is open
        engine.dispose()
        raise
    _take_back_imports(store)
    if unfinished_issues.is_left(store):
        unfinished_issues.sweep(store)
    return store


def _take_back_imports(store: Store) -> None:
    """What a crash left of an import goes."""
    left = unfinished.left_over(store)
    # the loaders of all lists are much to load, and hardly an opening needs them
    if left.batch:
        from storecrm.services.imports import run

        run.take_back_unfinished(store)
    if left.move:
        from storecrm.services.imports import move_in

        move_in.take_back_left(store)


def _require_file(name: str) -> None:
    try:
        found = Path(name).stat()
    except FileNotFoundError:
        raise NotFound("store", where=name) from None
    except OSError as error:
        raise StorageTrouble("read_only", where=name) from error
    if not stat.S_ISREG(found.st_mode):
        raise StorageTrouble("foreign_file", where=name)
    if not found.st_size:
        raise NotFound("store", where=name)
    _keep_private(Path(name), found)


def _keep_private(path: Path, found: os.stat_result) -> None:
    """A store that others may read but not write was left so by an earlier version's restore; one
    that others may write is shared by somebody's will."""
    if found.st_mode & 0o200 and found.st_mode & 0o044 and not found.st_mode & 0o022:
        for end in ("", "-wal", "-shm"):
            with suppress(OSError):
                path.with_name(path.name + end).chmod(0o600)


def _tidy(name: str) -> None:
    """What a killed restore left goes; what somebody is restoring just now stays."""
    if restore_copy.place_of(name).exists():
        with suppress(StoreError), file_lock.exclusive(name, "copy"):
            restore_copy.sweep(name)


def _upgraded(name: str, engine: Engine, *, window: bool) -> Engine:
    """Bring an older store up to date, alone: not beside a window, and not beside another who does
    it. A file store is copied before."""
    if paths.is_url(name):
        migrate.upgrade(engine)
        return engine
    with ExitStack() as alone:
        if not window:
            try:
                alone.enter_context(file_lock.exclusive(name, "window"))
            except Conflict as error:
                raise Conflict("upgrade_waits", where=name) from error
        alone.enter_context(file_lock.exclusive(name, "copy", wait=file_lock.COPY_WAIT))
        # another may have done it meanwhile
        if migrate.current(engine) != migrate.newest():
            backups.before_upgrade(name, engine)
            migrate.upgrade(engine)
            erased_list.take_over(name, engine)
        engine.dispose()
    return database.open_engine(name)


def _catch_up(store: Store) -> None:
    """Waits that a restart of the machine interrupted begin anew; what was there before the seals
    gets them."""
    with store.read() as session:
        interrupted, unsealed = throttle.after_restart(session, store), sealing.is_needed(session)
    if interrupted or unsealed:
        with store.write() as session:
            if interrupted:
                throttle.count_anew(session, store)
            if unsealed:
                sealing.seal_everything(session, store)


def _assemble(
    engine: Engine,
    name: str,
    wall: Callable[[], int] | None,
    steady: Callable[[], int] | None = None,
) -> Store:
    with database.reading(engine) as session:
        shop, close = shop_info(session), shop_settings.current(session).close_hour
    return Store.on(engine, shop, Clock(ZoneInfo(shop.timezone), close, wall, steady), name)


def close_store(store: Store) -> None:
    """Keep where its trail stands, fold the log into the file and let go of it."""
    trail_anchors.note(store)
    database.checkpoint(store.engine)
    store.engine.dispose()
