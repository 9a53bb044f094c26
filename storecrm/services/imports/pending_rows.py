"""What an import brings and everybody would read: points, uses of coupons, articles, offers' goods,
day totals, what is new of known members. It waits beside the books, and is written into them when
the import is shown.

What waits is in no balance, limit, budget, list or report, nobody can use it, and an import that is
taken back leaves no trace of it.
"""

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from operator import itemgetter
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from storecrm.ledger import point_entries, redemptions
from storecrm.models import database, tables
from storecrm.models.product import SHOWN
from storecrm.services.imports import member_changes, merged_members
from storecrm.services.store import Store
from storecrm.values import CouponState, EntryKind, ImportId

POINTS, USES, ROWS = "points", "uses", "rows"
STEP = 4_000
"""Rows that are kept together, and written in one transaction: a tenth of a second."""
_OF_A_LOT = ("member_id", "kind", "points", "opened_on", "expires_on", "active_from")
POINTS_FIELDS = (*_OF_A_LOT, "sale_id", "reason")
"""What is known of points: a lot of their own, with its first entry."""
_LOT_FIELDS = ("expires_on", "opened_on", "active_from")
_ENTRY_FIELDS = ("kind", "points", "sale_id", "reason")
_GIVEN = itemgetter(POINTS_FIELDS.index("points"))
TAKEN_FIELDS = ("member_id", "points", "day", "of_sale", "sale_id")
"""Points that a returned sale takes from what another one earned (negative)."""
_OF_A_USE = ("coupon_id", "sale_id", "member_id", "at", "business_date", "discount")
USES_FIELDS = (*_OF_A_USE, "redemption_no", "receipt_no")
_WAITING = tables.import_waiting.c
_IMPORT = tables.import_batch.c
_COUPON = tables.coupon.c
_ENTRY = tables.point_entry.c
_USE = tables.redemption.c
_PRODUCT = tables.product.c
_PUT = insert(tables.import_waiting)
_LOT = tables.point_lot.c
_HELD_BY = select(_ENTRY.sale_id, _ENTRY.lot_id, _LOT.member_id)
_IN_LOTS = _HELD_BY.join(tables.point_lot, _LOT.id == _ENTRY.lot_id)
_EARNED = _IN_LOTS.where(_ENTRY.kind == EntryKind.EARN)
_LAST_USE = func.max(_USE.use_no)
_LAST_USES = select(_USE.coupon_id, _LAST_USE).group_by(_USE.coupon_id)
_FACTS = select(_COUPON.id, _COUPON.offer_id, _COUPON.uses_allowed)
_WAITING_ROW = select(_WAITING.kind, _WAITING.body)
_WAITING_ROWS = select(_WAITING.import_id).where(_WAITING.import_id == _IMPORT.id)
_PRODUCTS = select(_PRODUCT.id).where(_PRODUCT.import_id == _IMPORT.id)
_UNSEEN = _PRODUCTS.where(~SHOWN).exists()
_ENDED = select(_IMPORT.id).where(_IMPORT.state.in_(("done", "undone")))
_WAITS = or_(_WAITING_ROWS.exists(), _UNSEEN)
_LEFT = _ENDED.where(_WAITS).order_by(_IMPORT.id).limit(100)


# --- what begins to wait ---


def put(session: Session, batch: ImportId, kind: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Let rows (POINTS_FIELDS or USES_FIELDS, days as ISO text) wait for the end of their
    import."""
    for part in _parts(rows):
        # counted beside the text, so that checks need not read it
        given = map(_GIVEN, part) if kind == POINTS else ()
        _put(session, batch, kind, part, sum(given))


def put_taken(session: Session, batch: ImportId, rows: Sequence[tuple[Any, ...]]) -> None:
    """Let rows (TAKEN_FIELDS, days as ISO text) wait for the end of their import, behind what they
    take from."""
    for part in _parts(rows):
        _put(session, batch, POINTS, {"taken": part})


def put_rows(session: Session, batch: ImportId, rows: Sequence[Any], on_existing: str) -> None:
    """Let rows of the kind of the import (as its loader froze them) wait for the end of it."""
    for part in _parts(rows):
        _put(session, batch, ROWS, {"on_existing": on_existing, "rows": part})


def _parts(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), STEP):
        yield rows[start : start + STEP]


def _put(session: Session, batch: ImportId, kind: str, body: Any, total: int = 0) -> None:
    text = json.dumps(body)
    row = {"import_id": batch, "kind": kind, "points": total, "body": text}
    session.execute(_PUT, row)


# --- what is written into the books ---

Write = Callable[[Session, Store, Any, ImportId], None]
"""Writes the rows of one text that waited."""
_Writer = Callable[[Session, Any], None]


def enter(store: Store, batch: ImportId, rows: Write) -> None:
    """Write what waits into the books, step by step; safe to run again after a crash. `rows` writes
    those of the import's own kind."""
    mine = select(_WAITING.id).where(_WAITING.import_id == batch)
    in_order = mine.order_by(_WAITING.id)
    staff = select(_IMPORT.staff_id).where(_IMPORT.id == batch)
    with store.read() as session:
        waiting = session.scalars(in_order).all()
        by = session.scalar(staff)
    # whoever imported writes it, also where the next opening of the store ends the import
    same = {"import_id": batch, "staff_id": by}
    writers = dict[str, _Writer]()
    writers[POINTS] = partial(_write_points, store, same)
    writers[USES] = partial(_write_uses, store, same)
    writers[ROWS] = lambda session, body: rows(session, store, body, batch)
    writers[member_changes.KIND] = partial(_write_changes, store, batch)
    for part in waiting:
        one = _WAITING.id == part
        with store.write() as session:
            kind, body = session.execute(_WAITING_ROW.where(one)).one()
            writers[kind](session, json.loads(body))
            session.execute(delete(tables.import_waiting).where(one))


def _columns(fields: Sequence[str], rows: Sequence[Sequence[Any]]) -> dict[str, Sequence[Any]]:
    """Rows by column."""
    columns = zip(*rows, strict=True)
    return dict(zip(fields, columns, strict=True))


def _write_changes(store: Store, batch: ImportId, session: Session, rows: list[list[Any]]) -> None:
    listed = [row[0] for row in rows]
    people = merged_members.now_of(session, listed)
    member_changes.write(session, store, rows, people, batch)


# --- points ---


def _write_points(store: Store, same: dict[str, Any], session: Session, rows: Any) -> None:
    if isinstance(rows, dict):
        _write_taken(store, same, session, rows["taken"])
        return
    column = _columns(POINTS_FIELDS, rows)
    lots = database.next_ids(session, tables.point_lot, len(rows))
    holders = merged_members.now_of(session, column["member_id"])
    of_lots = {name: column[name] for name in _LOT_FIELDS}
    of_lots |= {"id": lots, "member_id": holders}
    point_entries.write_many_lots(session, of_lots)
    entries = {name: column[name] for name in _ENTRY_FIELDS}
    entries |= {"lot_id": lots, "member_id": holders}
    # a lot begins with the day of its first entry
    entries["business_date"] = column["opened_on"]
    point_entries.write_many(session, store, entries, **same, at=store.clock.now())


def _write_taken(
    store: Store, same: dict[str, Any], session: Session, rows: list[list[Any]]
) -> None:
    """What a return takes moves in the lot of the sale that earned it."""
    column = _columns(TAKEN_FIELDS, rows)
    sales = column["of_sale"]
    earning = database.among(session, _ENTRY.sale_id, set(sales))
    lots = dict[int, int]()
    holders = dict[int, int]()
    for sale, lot, member in session.execute(_EARNED.where(earning)):
        lots[sale] = lot
        holders[sale] = member
    entries = {name: column[name] for name in ("points", "sale_id")}
    entries["business_date"] = column["day"]
    entries["lot_id"] = [lots[sale] for sale in sales]
    entries["member_id"] = [holders[sale] for sale in sales]
    now = store.clock.now()
    kind = EntryKind.CLAW_BACK.value
    point_entries.write_many(session, store, entries, **same, at=now, kind=kind)


# --- uses of coupons ---


def _write_uses(
    store: Store, same: dict[str, Any], session: Session, rows: list[list[Any]]
) -> None:
    """Uses are numbered now: a till may have used the coupon meanwhile."""
    column = _columns(USES_FIELDS, rows)
    coupons: Sequence[int] = column["coupon_id"]
    facts = _facts_of(session, set(coupons))
    uses = _uses_of(session, set(coupons))
    numbers = list[int]()
    for one in coupons:
        uses[one] += 1
        numbers.append(uses[one])
    column["member_id"] = _holders_now(session, column["member_id"])
    entries: dict[str, Any] = {**column, "use_no": numbers}
    entries["offer_id"] = [facts[one].offer_id for one in coupons]
    more = {"recorded_at": store.clock.now(), "till_id": None}
    redemptions.write_many(session, entries, **same, **more)
    _mark_spent(session, facts, uses)


def _holders_now(session: Session, people: Sequence[int | None]) -> list[int | None]:
    """The members of uses; a use may be nobody's."""
    known = [member for member in people if member is not None]
    now = merged_members.now_of(session, known)
    by_then = dict(zip(known, now, strict=True))
    return [None if member is None else by_then[member] for member in people]


def _facts_of(session: Session, coupons: Collection[int]) -> dict[int, Any]:
    """Of each coupon its offer, and how often it may be used."""
    among = database.among(session, _COUPON.id, coupons)
    facts = session.execute(_FACTS.where(among))
    return {row.id: row for row in facts}


def _uses_of(session: Session, coupons: Collection[int]) -> dict[int, int]:
    """The number of the last use of each coupon, 0 where there is none."""
    among = database.among(session, _USE.coupon_id, coupons)
    last = dict.fromkeys(coupons, 0)
    for coupon, number in session.execute(_LAST_USES.where(among)):
        last[coupon] = number
    return last


def _mark_spent(session: Session, facts: dict[int, Any], uses: dict[int, int]) -> None:
    # a coupon without a number may be used for ever
    spent = list[int]()
    for coupon, row in facts.items():
        allowed = row.uses_allowed
        if allowed is not None and uses[coupon] >= allowed:
            spent.append(coupon)
    issued = _COUPON.state == CouponState.ISSUED
    among = database.among(session, _COUPON.id, spent)
    used = update(tables.coupon).where(among, issued)
    session.execute(used.values(state=CouponState.REDEEMED))


# --- checks ---


def left(session: Session) -> list[int]:
    """What waits for an import that is at its end, or was taken back: nothing should (ids of import
    batches)."""
    return list(session.scalars(_LEFT))
