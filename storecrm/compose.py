"""Puts a store together: look at its version, back up, migrate, open. No Qt; used by the command line, the windows and tests."""

import secrets
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Engine, insert, select

from storecrm import paths
from storecrm.errors import BadInput, Conflict, NotFound, StorageTrouble
from storecrm.models import database, migrate
from storecrm.models.import_batch import ImportBatch
from storecrm.models.shop import Shop
from storecrm.services import rules
from storecrm.services.keeping import backup, erasing, importing
from storecrm.services.people import throttle
from storecrm.services.store import Clock, Store, shop_info
from storecrm.values import ShopId, currency_digits, region_of_zone, regions


def create_store(
    name: str,
    *,
    shop: str,
    currency: str = "CNY",
    timezone: str = "Asia/Shanghai",
    store: str = "",
    demo: bool = False,
    wall: Callable[[], int] | None = None,
    encrypt: bool = False,
    region: str = "",
) -> Store:
    """A new, empty store at `name` (a file or a URL), without staff yet. With `encrypt` the file is unreadable without the key
    that this machine keeps (see models.database.key_of). `region` is the country of phones that are typed without one; that of the
    time zone when left out.

    Raises:
        BadInput: timezone, currency, region, region_missing (the time zone lies in no country), name.
        Conflict: store_exists.
        StorageTrouble: the place cannot be written, or holds something else.
    """
    try:
        zone = ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError):
        raise BadInput("timezone", where=timezone) from None
    try:
        decimals = currency_digits(currency.upper())
    except ValueError:
        raise BadInput("currency", where=currency[:20]) from None
    country = _country(region, timezone)
    if not shop.strip():
        raise BadInput("shop_name")
    if not paths.is_url(name):
        try:
            Path(name).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageTrouble("read_only", where=str(Path(name).parent)) from error
        if not Path(name).exists():
            database.put_key_aside(Path(name))
            if encrypt:
                database.new_key(Path(name))
    elif encrypt:
        raise BadInput("encrypt_server")
    engine = database.open_engine(name)
    if migrate.current(engine) is not None:
        raise Conflict("store_exists", where=name)
    migrate.upgrade(engine)
    clock = Clock(zone, wall=wall)
    with database.writing(engine) as session:
        row = {
            "id": ShopId(1),
            "uid": secrets.token_hex(8),
            "name": shop.strip(),
            "store": store or shop.strip(),
            "currency": currency.upper(),
        }
        row |= {"timezone": timezone, "demo": int(demo), "audit_key": secrets.token_hex(32), "clock_high": 0, "created_at": clock.now()}
        row |= {"decimals": decimals, "region": country}
        session.execute(insert(Shop).values(**row))
    if not paths.is_url(name):
        Path(name).chmod(0o600)
    return _assemble(engine, name, wall)


def _country(region: str, timezone: str) -> str:
    asked = region.strip().upper()
    if asked and asked not in regions():
        raise BadInput("region", where=region[:20])
    found = asked or region_of_zone(timezone)
    if not found:
        raise BadInput("region_missing", where=timezone)
    return found


def open_store(name: str, *, wall: Callable[[], int] | None = None, steady: Callable[[], int] | None = None) -> Store:
    """Open an existing store; an older one is backed up, verified and brought up to date first.

    Raises:
        NotFound: store (nothing is there).
        StorageTrouble: foreign_file, newer_store, damaged, read_only, network_drive, unreachable.
    """
    if not paths.is_url(name) and (not Path(name).exists() or Path(name).stat().st_size == 0):
        raise NotFound("store", where=name)
    engine = database.open_engine(name)
    revision = migrate.current(engine)
    if revision is None:
        raise NotFound("store", where=name)
    if revision != migrate.newest():
        if not paths.is_url(name):
            backup.copy_verified(engine, backup.folder_of(name) / f"before-{migrate.newest()}.db")
        migrate.upgrade(engine)
    store = _assemble(engine, name, wall, steady)
    _after_restart(store)
    with database.reading(engine) as session:
        interrupted = session.scalar(select(ImportBatch.id).where(ImportBatch.state == "writing").limit(1))
    if interrupted is not None:
        importing.take_back_unfinished(store)
    if erasing.list_of(name).is_file():
        with store.write() as session:
            came_back = erasing.again(session, store)
        if came_back:
            database.checkpoint(store.engine, empty=True)
    return store


def _after_restart(store: Store) -> None:
    """Waits that a restart of the machine interrupted begin anew."""
    with store.read() as session:
        interrupted = throttle.after_restart(session, store)
    if interrupted:
        with store.write() as session:
            throttle.count_anew(session, store)


def _assemble(engine: Engine, name: str, wall: Callable[[], int] | None, steady: Callable[[], int] | None = None) -> Store:
    with database.reading(engine) as session:
        shop, close = shop_info(session), rules.current(session).number("close_hour")
    return Store.on(engine, shop, Clock(ZoneInfo(shop.timezone), close, wall, steady), name)


def close_store(store: Store) -> None:
    """Fold the log into the file and let go of it."""
    database.checkpoint(store.engine)
    store.engine.dispose()
