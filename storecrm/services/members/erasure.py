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

from sqlalchemy import ColumnElement, Select, delete, func, or_, select, update
from sqlalchemy.orm import Session

from storecrm import paths
from storecrm.errors import BadInput, Conflict
from storecrm.ledger import audit, point_balances
from storecrm.models import database, tables
from storecrm.models.member import Consent
from storecrm.models.sale import Sale
from storecrm.services import rights, shop_settings
from storecrm.services.members import blank_records, erased_list, erased_marks, registry
from storecrm.services.rights import Right
from storecrm.services.staff import own_card
from storecrm.services.store import Store, Topic, require_clock
from storecrm.values import A_DAY, CouponState, Day, MemberId, SaleState, clean_text

STEP = 50
"""Members who are retired in one transaction."""
AT_ONCE = 500
_PERSON = tables.member.c
_COUPON = tables.coupon.c
_CHANGE = tables.import_change.c
_WHO = (
    _PERSON.id,
    _PERSON.member_no,
    _PERSON.name,
    _PERSON.registered_on,
    _PERSON.opening_last_visit,
)
_UNUSED = _COUPON.state == CouponState.ISSUED
_WAITING = Sale.state.in_((SaleState.OPEN, SaleState.SUSPENDED))


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
        waiting = select(Sale.id).where(Sale.member_id == person, _WAITING)
        if session.scalar(waiting.limit(1)) is not None:
            raise Conflict("member_busy", where=member[:40])
        same = _same(session, [person])
        void = _forget(session, store, same)
        sealed = _list(session, store, same)
        facts = {"member": person, "reason": why, "coupons_void": void}
        audit.log(session, store, "member_erased", **facts, **sealed)
    # the log beside the store holds the person too, until it is emptied
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
            part = listed[start : start + STEP]
            count += _retire(session, store, part)
    if count:
        database.checkpoint(store.engine, empty=True)
    return count


def _retire(session: Session, store: Store, listed: list[MemberId]) -> int:
    # whoever came back meanwhile stays
    people = [member for member, _ in _stale(session, store, listed)]
    if not people:
        return 0
    same = _same(session, people)
    void = _forget(session, store, same)
    # the longest gone and the latest: who stood between them is on the list
    first, last = people[0], people[-1]
    sealed = _list(session, store, same)
    facts = {"members": len(people), "first": first, "last": last, "coupons_void": void}
    audit.log(session, store, "members_retired", **facts, **sealed)
    return len(people)


def _same(session: Session, people: list[MemberId]) -> list[MemberId]:
    """These members with everybody who was merged into one of them, however often: a backup of
    before holds them all."""
    found = list(people)
    newest = found
    while newest:
        into = select(_PERSON.id).where(_PERSON.merged_into.in_(newest))
        merged = session.scalars(into).all()
        newest = [MemberId(member) for member in merged if member not in found]
        found = found + newest
    return found


def _stale(
    session: Session, store: Store, only: list[MemberId] | None = None
) -> list[tuple[MemberId, Stale]]:
    months = shop_settings.current(session).retention_months
    if months is None:
        return []
    today = store.clock.today()
    query = _unseen_since(store, _months_before(today, months))
    if only is not None:
        query = query.where(_PERSON.id.in_(only))
    left = point_balances.totals(session, today)
    found = []
    for row in session.execute(query):
        days = (row.registered_on, row.opening_last_visit, row.last)
        last = max(day for day in days if day is not None)
        member = MemberId(row.id)
        unused = left.get(member, 0)
        one = Stale(row.member_no, row.name, last, unused)
        found.append((member, one))
    return sorted(found, key=_longest_gone_first)


def _longest_gone_first(one: tuple[MemberId, Stale]) -> tuple[Day, MemberId]:
    member, seen = one
    return seen.last, member


def _months_before(today: Day, months: int) -> Day:
    # counted from year 0; not every month has a 29th
    whole = today.year * 12 + today.month - 1 - months
    year, month = divmod(whole, 12)
    return date(year, month + 1, min(today.day, 28))


def _unseen_since(store: Store, edge: Day) -> Select[Any]:
    """Live members who did nothing since a day and for whom nothing waits."""
    last = func.max(Sale.business_date).label("last")
    seen = select(Sale.member_id, last)
    seen = seen.where(Sale.state != SaleState.DROPPED)
    visit = seen.group_by(Sale.member_id).subquery()
    query = select(*_WHO, visit.c.last)
    own_visits = visit.c.member_id == _PERSON.id
    query = query.outerjoin(visit, own_visits)
    registered = (_PERSON.state == "live", _PERSON.registered_on < edge)
    not_here = _nothing_since(visit.c.last, edge)
    nowhere = _nothing_since(_PERSON.opening_last_visit, edge)
    query = query.where(*registered, not_here, nowhere)
    days = (store.clock.today() - edge).days
    since = store.clock.now() - days * A_DAY
    answered = select(Consent.member_id).where(Consent.at >= since)
    of_somebody = Sale.member_id.is_not(None)
    waiting = select(Sale.member_id).where(_WAITING, of_somebody)
    works = store.clock.day().lasts(_COUPON.valid_to)
    named = _COUPON.member_id.is_not(None)
    own = select(_COUPON.member_id).where(_UNUSED, works, named)
    for busy in (answered, waiting, own):
        query = query.where(_PERSON.id.not_in(busy))
    return query


def _nothing_since(last: Any, edge: Day) -> ColumnElement[bool]:
    return or_(last.is_(None), last < edge)


def _list(session: Session, store: Store, people: list[MemberId]) -> dict[str, str]:
    """Put members on the list beside the store, at the end of the caller's transaction. Returns for
    its trail the first signs of the last seal, so that the trail shows where the list stood."""
    if paths.is_url(store.name):
        return {}
    # numbers are given anew after a backup was restored, so the moment of the registration stands
    # beside it
    theirs = database.among(session, _PERSON.id, people)
    listed = _registrations(session, theirs)
    key = erased_list.key_for(store.shop.uid)
    at_end = session.info.setdefault("at_end", [])
    at_end.append(partial(erased_list.append, store, listed, key))
    seal = erased_list.seal(key, store.shop.uid, listed[-1])
    return {"listed": seal[:16]}


def _registrations(session: Session, which: Any) -> list[erased_list.Person]:
    query = select(_PERSON.id, _PERSON.recorded_at).where(which)
    rows = session.execute(query.order_by(_PERSON.id))
    return [(int(row.id), int(row.recorded_at)) for row in rows]


def again(store: Store, listed: frozenset[erased_list.Person]) -> int:
    """Forget those on the list who came back with a backup, some hundred in a transaction. Returns
    how many."""
    with store.read() as session:
        present = _registrations(session, _PERSON.state != "erased")
        back = [MemberId(person[0]) for person in present if person in listed]
    for start in range(0, len(back), AT_ONCE):
        with store.write() as session:
            part = back[start : start + AT_ONCE]
            _forget(session, store, part)
    return len(back)


def _forget(session: Session, store: Store, ids: list[Any]) -> int:
    people = [MemberId(member) for member in ids]
    erased_marks.note(session, store, people)
    own_card.let_go(session, store, people)
    blank_records.blank(session, people)
    _empty_changes(session, people)
    own = update(tables.coupon)
    own = own.where(_COUPON.member_id.in_(people), _UNUSED)
    now = store.clock.now()
    values = {"state": CouponState.VOIDED, "voided_at": now, "void_reason": "erased"}
    # nobody is at a till while a backup is restored
    if store.actor is not None:
        values["voided_by"] = store.actor.staff
    done: Any = session.execute(own.values(**values))
    return int(done.rowcount)


def _empty_changes(session: Session, people: list[MemberId]) -> None:
    """What imports changed in them would bring the person back."""
    keys = [json.dumps({"id": member}) for member in people]
    of_members = _CHANGE.table_name == "member"
    emptied = update(tables.import_change)
    emptied = emptied.where(of_members, _CHANGE.row_key.in_(keys))
    session.execute(emptied.values(before="{}", after="{}"))
    tagged = select(_CHANGE.id, _CHANGE.row_key)
    tagged = tagged.where(_CHANGE.table_name == "member_tag")
    gone = set(people)
    # the key of such a row names the word beside the member
    theirs = []
    for change in session.execute(tagged):
        if json.loads(change.row_key)["member_id"] in gone:
            theirs.append(change.id)
    of_tags = _CHANGE.id.in_(theirs)
    session.execute(delete(tables.import_change).where(of_tags))
