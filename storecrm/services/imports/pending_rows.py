"""What an import brings and everybody would read: points, uses of coupons, articles, offers' goods,
day totals, what is new of known members. It waits beside the books, and is written into them when
the import is shown.

What waits is in no balance, limit, budget, list or report, nobody can use it, and an import that is
taken back leaves no trace of it.
"""

import json
from collections.abc import Callable, Collection, Sequence
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from storecrm.ledger import point_entries, redemptions
from storecrm.models import database
from storecrm.models.coupon import Coupon
from storecrm.models.import_batch import ImportBatch, ImportWaiting
from storecrm.models.member import Member
from storecrm.models.points import PointEntry, PointLot
from storecrm.models.product import SHOWN, Product
from storecrm.models.redemption import Redemption
from storecrm.services.imports import member_changes
from storecrm.services.store import Store
from storecrm.values import CouponState, EntryKind, ImportId

POINTS, USES, ROWS = "points", "uses", "rows"
STEP = 4_000
"""Rows that are kept together, and written in one transaction: a tenth of a second."""
_W: Any = ImportWaiting.__table__
_B: Any = ImportBatch.__table__
_M: Any = Member.__table__
_C: Any = Coupon.__table__
_LOT: Any = PointLot.__table__
_ENTRY: Any = PointEntry.__table__
_R: Any = Redemption.__table__
_P: Any = Product.__table__
POINTS_FIELDS = (
    "member_id",
    "kind",
    "points",
    "opened_on",
    "expires_on",
    "active_from",
    "sale_id",
    "reason",
)
"""What is known of points: a lot of their own, with its first entry."""
TAKEN_FIELDS = ("member_id", "points", "day", "of_sale", "sale_id")
"""Points that a returned sale takes from what another one earned (negative)."""
USES_FIELDS = (
    "coupon_id",
    "sale_id",
    "member_id",
    "at",
    "business_date",
    "discount",
    "redemption_no",
    "receipt_no",
)


def put(session: Session, batch: ImportId, kind: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Let rows (POINTS_FIELDS or USES_FIELDS, days as ISO text) wait for the end of their
    import."""
    given = POINTS_FIELDS.index("points")
    for start in range(0, len(rows), STEP):
        part = rows[start : start + STEP]
        total = sum(row[given] for row in part) if kind == POINTS else 0
        session.execute(
            insert(_W).values(import_id=batch, kind=kind, points=total, body=json.dumps(part))
        )


def put_taken(session: Session, batch: ImportId, rows: Sequence[tuple[Any, ...]]) -> None:
    """Let rows (TAKEN_FIELDS, days as ISO text) wait for the end of their import, behind what they
    take from."""
    for start in range(0, len(rows), STEP):
        body = json.dumps({"taken": rows[start : start + STEP]})
        session.execute(insert(_W).values(import_id=batch, kind=POINTS, points=0, body=body))


def put_rows(session: Session, batch: ImportId, rows: Sequence[Any], on_existing: str) -> None:
    """Let rows of the kind of the import (as its loader froze them) wait for the end of it."""
    for start in range(0, len(rows), STEP):
        body = json.dumps({"on_existing": on_existing, "rows": rows[start : start + STEP]})
        session.execute(insert(_W).values(import_id=batch, kind=ROWS, points=0, body=body))


Write = Callable[[Session, Store, Any, ImportId], None]
"""Writes the rows of one text that waited."""


def enter(store: Store, batch: ImportId, rows: Write) -> None:
    """Write what waits into the books, step by step; safe to run again after a crash. `rows` writes
    those of the import's own kind."""
    with store.read() as session:
        waiting = list(
            session.scalars(select(_W.c.id).where(_W.c.import_id == batch).order_by(_W.c.id))
        )
        by = session.scalar(select(_B.c.staff_id).where(_B.c.id == batch))
    same = {"import_id": batch, "staff_id": by}
    writers: dict[str, Callable[[Session, Any], None]] = {
        POINTS: lambda session, body: _write_points(session, store, body, same),
        USES: lambda session, body: _write_uses(session, store, body, same),
        ROWS: lambda session, body: rows(session, store, body, batch),
        member_changes.KIND: lambda session, body: _write_changes(session, store, body, batch),
    }
    for part in waiting:
        with store.write() as session:
            row = session.execute(select(_W.c.kind, _W.c.body).where(_W.c.id == part)).one()
            writers[row.kind](session, json.loads(row.body))
            session.execute(delete(_W).where(_W.c.id == part))


def _write_changes(session: Session, store: Store, rows: list[list[Any]], batch: ImportId) -> None:
    member_changes.write(session, store, rows, _now_of(session, [row[0] for row in rows]), batch)


def _write_points(session: Session, store: Store, rows: Any, same: dict[str, Any]) -> None:
    if isinstance(rows, dict):
        _write_taken(session, store, rows["taken"], same)
        return
    column = dict(zip(POINTS_FIELDS, zip(*rows, strict=True), strict=True))
    lots, holders = (
        database.next_ids(session, _LOT, len(rows)),
        _now_of(session, column["member_id"]),
    )
    of_lot = {name: column[name] for name in ("expires_on", "opened_on", "active_from")}
    point_entries.write_many_lots(session, {"id": lots, "member_id": holders, **of_lot})
    said = {name: column[name] for name in ("kind", "points", "sale_id", "reason")}
    entries = {"lot_id": lots, "member_id": holders, "business_date": column["opened_on"], **said}
    point_entries.write_many(session, store, entries, **same, at=store.clock.now())


def _write_taken(
    session: Session, store: Store, rows: list[list[Any]], same: dict[str, Any]
) -> None:
    """What a return takes moves in the lot of the sale that earned it."""
    column: dict[str, Any] = dict(zip(TAKEN_FIELDS, zip(*rows, strict=True), strict=True))
    earned = select(_ENTRY.c.sale_id, _ENTRY.c.lot_id, _LOT.c.member_id).join(
        _LOT, _LOT.c.id == _ENTRY.c.lot_id
    )
    earned = earned.where(
        _ENTRY.c.kind == "earn", database.among(session, _ENTRY.c.sale_id, set(column["of_sale"]))
    )
    lots = {sale: (lot, member) for sale, lot, member in session.execute(earned)}
    entries = {
        "lot_id": [lots[sale][0] for sale in column["of_sale"]],
        "member_id": [lots[sale][1] for sale in column["of_sale"]],
        "points": column["points"],
        "business_date": column["day"],
        "sale_id": column["sale_id"],
    }
    kind = EntryKind.CLAW_BACK.value
    point_entries.write_many(session, store, entries, **same, at=store.clock.now(), kind=kind)


def _now_of(session: Session, people: Sequence[int]) -> list[int]:
    """The members as they are now: a record that became one with another meanwhile is that one."""
    found = dict[int, int]()
    # most shops have no such record, and its index says so at once
    merging = (
        session.scalar(select(_M.c.id).where(_M.c.merged_into.is_not(None)).limit(1)) is not None
    )
    asked = set(people) if merging else set[int]()
    while asked:
        merged = select(_M.c.id, _M.c.merged_into).where(
            database.among(session, _M.c.id, asked), _M.c.merged_into.is_not(None)
        )
        into = {row.id: row.merged_into for row in session.execute(merged)}
        found |= into
        asked = set(into.values()) - found.keys()
    return [_end_of(found, member) for member in people]


def _end_of(into: dict[int, int], member: int) -> int:
    while member in into:
        member = into[member]
    return member


def _write_uses(
    session: Session, store: Store, rows: list[list[Any]], same: dict[str, Any]
) -> None:
    """Uses are numbered now: a till may have used the coupon meanwhile."""
    column: dict[str, Sequence[Any]] = dict(zip(USES_FIELDS, zip(*rows, strict=True), strict=True))
    coupons = set(column["coupon_id"])
    facts = select(_C.c.id, _C.c.offer_id, _C.c.uses_allowed).where(
        database.among(session, _C.c.id, coupons)
    )
    coupon = {row.id: row for row in session.execute(facts)}
    uses, numbers = _uses_of(session, coupons), list[int]()
    for one in column["coupon_id"]:
        uses[one] += 1
        numbers.append(uses[one])
    column["member_id"] = _holders(session, column["member_id"])
    entries: dict[str, Any] = {
        **column,
        "use_no": numbers,
        "offer_id": [coupon[one].offer_id for one in column["coupon_id"]],
    }
    same = same | {"recorded_at": store.clock.now(), "till_id": None}
    redemptions.write_many(session, entries, **same)
    spent = [
        one
        for one, row in coupon.items()
        if row.uses_allowed is not None and uses[one] >= row.uses_allowed
    ]
    used = update(_C).where(
        database.among(session, _C.c.id, spent), _C.c.state == CouponState.ISSUED
    )
    session.execute(used.values(state=CouponState.REDEEMED))


def _uses_of(session: Session, coupons: Collection[int]) -> dict[int, int]:
    taken = select(_R.c.coupon_id, func.max(_R.c.use_no)).where(
        database.among(session, _R.c.coupon_id, coupons)
    )
    return dict.fromkeys(coupons, 0) | {
        coupon: last for coupon, last in session.execute(taken.group_by(_R.c.coupon_id))
    }


def _holders(session: Session, people: Sequence[int | None]) -> list[int | None]:
    known = [member for member in people if member is not None]
    now = dict(zip(known, _now_of(session, known), strict=True))
    return [None if member is None else now[member] for member in people]


def left(session: Session) -> list[int]:
    """What waits for an import that is at its end, or was taken back: nothing should (ids of import
    batches)."""
    ended = select(_B.c.id).where(_B.c.state.in_(("done", "undone")))
    waits = select(_W.c.import_id).where(_W.c.import_id == _B.c.id).exists()
    unseen = select(_P.c.id).where(_P.c.import_id == _B.c.id, ~SHOWN).exists()
    return list(session.scalars(ended.where(or_(waits, unseen)).order_by(_B.c.id).limit(100)))
