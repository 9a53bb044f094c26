"""What a copy holds: its rows by table, whether it is whole, and its digest."""

import contextlib
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from storecrm.errors import StorageTrouble
from storecrm.models import database, migrate
from storecrm.models.coupon import Coupon
from storecrm.models.member import Member
from storecrm.models.points import PointEntry
from storecrm.models.redemption import Redemption
from storecrm.models.sale import Sale

COUNTED: dict[str, Any] = {
    "members": Member,
    "sales": Sale,
    "coupons": Coupon,
    "redemptions": Redemption,
    "points": PointEntry,
}
_COUNTS = [f"(SELECT count(*) FROM {table.__tablename__})" for table in COUNTED.values()]
_ROWS = text(f"SELECT {', '.join(_COUNTS)}")
_LINK = text("SELECT mac FROM audit WHERE till_id = :till AND seq = :seq")
_LEAST = 4096
"""Bytes of the smallest file that holds a table."""


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def count(
    path: Path, key: str, *, anchors: Sequence[dict[str, Any]] = (), whole: bool = True
) -> dict[str, Any]:
    """Revision and row counts of a copy: as long as it says, not empty, with these links of the
    trail, and `whole` in every page, index and reference. Not a byte is changed, nothing appears
    beside it.

    Raises:
        StorageTrouble: backup_damaged, newer_store.
    """
    try:
        if path.stat().st_size < _LEAST:
            raise StorageTrouble("backup_damaged", where=str(path))
        with sealed(path, key) as engine:
            revision = migrate.current(engine)
            if revision is None:
                raise StorageTrouble("backup_damaged", where=str(path))
            with database.reading(engine) as session:
                # the quick look first: reading a cut file whole is of no use
                cut = _is_cut(session, path)
                harmed = cut or (whole and _is_harmed(session))
                if harmed or _lacks_links(session, anchors):
                    raise StorageTrouble("backup_damaged", where=str(path))
                rows = session.execute(_ROWS).one()
            counts = dict(zip(COUNTED, rows, strict=True))
            return {"revision": revision, "counts": counts}
    except StorageTrouble as error:
        if error.code == "newer_store":
            raise
        raise StorageTrouble("backup_damaged", where=str(path)) from error


def _is_cut(session: Session, path: Path) -> bool:
    pages = _pragma(session, "page_count")
    size = _pragma(session, "page_size")
    return pages * size != path.stat().st_size


def _pragma(session: Session, name: str) -> int:
    # an encrypted store says its numbers as text
    return int(session.execute(text(f"PRAGMA {name}")).scalar_one())


def _is_harmed(session: Session) -> bool:
    """True when a page, an index or a reference is not as it should be: everything is read, which
    takes fifty times as long as copying."""
    if session.execute(text("PRAGMA integrity_check(1)")).scalar() != "ok":
        return True
    return session.execute(text("PRAGMA foreign_key_check")).first() is not None


def _lacks_links(session: Session, anchors: Sequence[dict[str, Any]]) -> bool:
    """True when a link that stood in the store before it was copied does not stand in the copy."""
    for anchor in anchors:
        place = {"till": anchor["till"], "seq": anchor["seq"]}
        mac = session.execute(_LINK, place).scalar()
        if mac is None or not str(mac).startswith(anchor["mac"]):
            return True
    return False


@contextlib.contextmanager
def sealed(path: Path, key: str) -> Iterator[Engine]:
    """An engine that only looks at a copy."""
    engine = database.open_engine(str(path), key, sealed=True)
    try:
        yield engine
    finally:
        engine.dispose()
