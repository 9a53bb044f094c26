"""The right to be forgotten: not a byte of name, phone or card stays in the store, and the ledger
keeps its sums.

The list of who was erased stands beside the store as bare numbers under seal (see erased_list), and
is applied to every backup that is
restored: a backup of before brings nobody back.
"""

import json
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from storecrm import paths
from storecrm.errors import BadInput, Conflict
from storecrm.ledger import audit, point_balances
from storecrm.models import database
from storecrm.models.coupon import Coupon
from storecrm.models.import_batch import ImportChange
from storecrm.models.member import Consent, Member
from storecrm.models.sale import Sale
from storecrm.services import rights, shop_settings
from storecrm.services.members import blank_records, erased_list, erased_marks, registry
from storecrm.services.rights import Right
from storecrm.services.staff import own_card
from storecrm.services.store import Store, Topic, require_clock
from storecrm.values import A_DAY, CouponState, Day, MemberId, SaleState, clean_text

_C: Any = Coupon.__table__
_M: Any = Member.__table__
_CHANGE: Any = ImportChange.__table__


@dataclass(frozen=True)
class Erased:
    """What an erasure did: coupons of the member's own that are void now, and False in `clean`
    while another program reads the store, so that its log is emptied when that one closes."""

    coupons_void: int
    clean: bool


def erase(store: Store, *, member: str, reason: str) -> Erased:
    """Forget a member: the person is overwritten everywhere, unused coupons of the member's own are
    void, receipts and points stay as those of nobody. It cannot be taken back; backups forget with
    the last of them (90 days), and on being restored.

    Raises:
        NotFound: member.
        BadInput: reason_missing.
        Conflict: member_busy (a bill of the member is open or put aside).
    """
    rights.require(store, Right.ERASE)
    why = clean_text(reason, 200)
    if not why:
        raise BadInput("reason_missing")
    with store.write(Topic.MEMBERS, Topic.COUPONS) as session:
        person = registry.resolve(session, store, member)
        waiting = select(Sale.id).where(
            Sale.member_id == person, Sale.state.in_((SaleState.OPEN, SaleState.SUSPENDED))
        )
        if session.scalar(waiting.limit(1)) is not None:
            raise Conflict("member_busy", where=member[:40])
        same = _same(session, [person])
        void = _forget(session, store, same)
        sealed = _list(session, store, same)
        audit.log(
            session, store, "member_erased", member=person, reason=why, coupons_void=void, **sealed
        )
    return Erased(void, database.checkpoint(store.engine, empty=True))


@dataclass(frozen=True)
class Stale:
    """A member whom the shop has no more reason to keep: not seen since `last` (a visit, an answer,
    or the registration)."""

    member_no: str
    name: str
    last: Day
    points: int


def stale(store: Store) -> list[Stale]:
    """Members who did nothing for as many months as the rule `retention_months` says, the longest
    first; nobody without the rule. Whoever has an open bill, or a coupon that still works, is not
    among them."""
    rights.require(store, Right.ERASE)
    with store.read() as session:
        return [row for _, row in _stale(session, store)]


def retain(store: Store, *, expect: int) -> int:
    """Forget everybody whom `stale` lists, when there are as many as somebody saw; returns how
    many. It cannot be taken back.

    Raises:
        Conflict: stale_changed (facts: now, seen).
        NotAllowed: clock_suspect (a clock that leapt forgets nobody).
    """
    rights.require(store, Right.ERASE)
    with store.read() as session:
        listed = [member for member, _ in _stale(session, store)]
    if len(listed) != expect:
        raise Conflict("stale_changed", where=str(expect), now=len(listed), seen=expect)
    count = 0
    for start in range(0, len(listed), STEP):
        with store.write(Topic.MEMBERS, Topic.COUPONS) as session:
            require_clock(session, store)
            # whoever came back meanwhile stays
            some = [member for member, _ in _stale(session, store, listed[start : start + STEP])]
            if not some:
                continue
            same = _same(session, some)
            void = _forget(session, store, same)
            count += len(some)
            sealed = _list(session, store, same)
            audit.log(
                session,
                store,
                "members_retired",
                members=len(some),
                first=some[0],
                last=some[-1],
                coupons_void=void,
                **sealed,
            )
    if count:
        database.checkpoint(store.engine, empty=True)
    return count


def _same(session: Session, people: list[MemberId]) -> list[MemberId]:
    """These members with everybody who was merged into one of them, however often: a backup of
    before holds them all."""
    found, newest = list(people), list(people)
    while newest:
        newest = [
            MemberId(m)
            for m in session.scalars(select(_M.c.id).where(_M.c.merged_into.in_(newest)))
            if m not in found
        ]
        found += newest
    return found


STEP = 50
AT_ONCE = 500


def _stale(
    session: Session, store: Store, only: list[MemberId] | None = None
) -> list[tuple[MemberId, Stale]]:
    months = shop_settings.current(session).retention_months
    if months is None:
        return []
    today = store.clock.today()
    whole = today.year * 12 + today.month - 1 - months
    edge = date(whole // 12, whole % 12 + 1, min(today.day, 28))
    seen = (
        select(Sale.member_id, func.max(Sale.business_date).label("last"))
        .where(Sale.state != SaleState.DROPPED)
        .group_by(Sale.member_id)
    )
    visit = seen.subquery()
    since = store.clock.now() - (today - edge).days * A_DAY
    answered = select(Consent.member_id).where(Consent.at >= since)
    waiting = select(Sale.member_id).where(
        Sale.state.in_((SaleState.OPEN, SaleState.SUSPENDED)), Sale.member_id.is_not(None)
    )
    own = select(_C.c.member_id).where(
        _C.c.state == CouponState.ISSUED,
        store.clock.day().lasts(_C.c.valid_to),
        _C.c.member_id.is_not(None),
    )
    query = (
        select(
            _M.c.id,
            _M.c.member_no,
            _M.c.name,
            _M.c.registered_on,
            _M.c.opening_last_visit,
            visit.c.last,
        )
        .outerjoin(visit, visit.c.member_id == _M.c.id)
        .where(
            _M.c.state == "live",
            _M.c.registered_on < edge,
            or_(visit.c.last.is_(None), visit.c.last < edge),
        )
        .where(or_(_M.c.opening_last_visit.is_(None), _M.c.opening_last_visit < edge))
        .where(_M.c.id.not_in(answered), _M.c.id.not_in(waiting), _M.c.id.not_in(own))
    )
    if only is not None:
        query = query.where(_M.c.id.in_(only))
    found, left = [], point_balances.totals(session, today)
    for r in session.execute(query):
        last = max(
            day for day in (r.registered_on, r.opening_last_visit, r.last) if day is not None
        )
        found.append((MemberId(r.id), Stale(r.member_no, r.name, last, left.get(r.id, 0))))
    return sorted(found, key=lambda pair: (pair[1].last, pair[0]))


def _list(session: Session, store: Store, people: list[MemberId]) -> dict[str, str]:
    """Put members on the list beside the store, at the end of the caller's transaction. Returns for
    its trail the first signs of the last seal, so that the trail shows where the list stood."""
    if paths.is_url(store.name):
        return {}
    # numbers are given anew after a backup was restored, so the moment of the registration stands
    # beside it
    rows = session.execute(
        select(_M.c.id, _M.c.recorded_at)
        .where(database.among(session, _M.c.id, people))
        .order_by(_M.c.id)
    )
    listed = [(int(row.id), int(row.recorded_at)) for row in rows]
    key = erased_list.key_for(store.shop.uid)
    session.info.setdefault("at_end", []).append(partial(erased_list.append, store, listed, key))
    return {"listed": erased_list.seal(key, store.shop.uid, listed[-1])[:16]}


def again(store: Store, listed: frozenset[erased_list.Person]) -> int:
    """Forget those on the list who came back with a backup, some hundred in a transaction. Returns
    how many."""
    with store.read() as session:
        rows = session.execute(
            select(_M.c.id, _M.c.recorded_at).where(_M.c.state != "erased").order_by(_M.c.id)
        )
        back = [MemberId(row.id) for row in rows if (int(row.id), int(row.recorded_at)) in listed]
    for start in range(0, len(back), AT_ONCE):
        with store.write() as session:
            _forget(session, store, back[start : start + AT_ONCE])
    return len(back)


def _forget(session: Session, store: Store, ids: list[Any]) -> int:
    people = [MemberId(member) for member in ids]
    erased_marks.note(session, store, people)
    own_card.let_go(session, store, people)
    blank_records.blank(session, people)
    # what imports changed in them would bring the person back
    keys = [json.dumps({"id": member}) for member in people]
    session.execute(
        update(_CHANGE)
        .where(_CHANGE.c.table_name == "member", _CHANGE.c.row_key.in_(keys))
        .values(before="{}", after="{}")
    )
    tagged = session.execute(
        select(_CHANGE.c.id, _CHANGE.c.row_key).where(_CHANGE.c.table_name == "member_tag")
    )
    theirs = [row.id for row in tagged if json.loads(row.row_key)["member_id"] in set(people)]
    session.execute(delete(_CHANGE).where(_CHANGE.c.id.in_(theirs)))
    own = (_C.c.member_id.in_(people), _C.c.state == CouponState.ISSUED)
    values = {"state": CouponState.VOIDED, "voided_at": store.clock.now(), "void_reason": "erased"}
    if store.actor is not None:
        values["voided_by"] = store.actor.staff
    done: Any = session.execute(update(_C).where(*own).values(**values))
    return int(done.rowcount)
