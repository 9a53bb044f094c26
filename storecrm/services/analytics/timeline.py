"""A member's life with the shop, newest first: registered, bought, gave back, used a coupon, got
one, points by hand, answers, stages, tiers."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Result, select
from sqlalchemy.orm import Session

from storecrm.domain.timeline import Event
from storecrm.models import tables
from storecrm.models.member import Consent, MemberMerge
from storecrm.models.offer import Offer
from storecrm.models.tier import TierChange
from storecrm.services import rights
from storecrm.services.analytics import lifecycle_history, visits
from storecrm.services.members import registry
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.values import EntryKind, MemberId, Moment, business_date

_BY_THEMSELVES = (EntryKind.ADJUST, EntryKind.EXCHANGE, EntryKind.EXPIRE, EntryKind.OPENING)
"""Movements of points that no receipt explains."""


def of_member(store: Store, *, member: str, limit: int = 200) -> list[Event]:
    """The newest events of a member, newest first.

    Raises:
        NotFound: member.
    """
    rights.require(store, Right.REPORTS)
    with store.read() as session:
        person = registry.resolve(session, store, member)
        every = list(_sales(session, person, limit))
        every += _coupons(session, person, limit)
        every += _points(session, person, limit)
        every += _rest(session, store, person, limit)
    newest_first = sorted(every, key=lambda event: event.day, reverse=True)
    return newest_first[:limit]


def _newest(session: Session, query: Any, key: Any, limit: int) -> Result[Any]:
    newest_first = query.order_by(key.desc())
    return session.execute(newest_first.limit(limit))


def _sales(session: Session, member: MemberId, limit: int) -> Iterator[Event]:
    sale = tables.sale.c
    mine = sale.member_id == member
    query = select(tables.sale).where(visits.LIVE, mine)
    # what came late stands on its day
    query = query.order_by(sale.business_date.desc())
    for row in _newest(session, query, sale.id, limit):
        kind = "returned" if row.returns_id is not None else "bought"
        yield Event(row.business_date, kind, amount=row.net, receipt_no=row.receipt_no)


def _coupons(session: Session, member: MemberId, limit: int) -> Iterator[Event]:
    use = tables.redemption.c
    coupon = tables.coupon.c
    used = select(use.business_date, use.discount, Offer.name)
    used = used.join(Offer, Offer.id == use.offer_id)
    stands = use.reversed_at.is_(None)
    used = used.where(use.member_id == member, stands)
    for row in _newest(session, used, use.id, limit):
        yield Event(row.business_date, "redeemed", row.name, row.discount)
    given = select(coupon.issued_on, Offer.name)
    given = given.join(Offer, Offer.id == coupon.offer_id)
    given = given.where(coupon.member_id == member)
    for row in _newest(session, given, coupon.id, limit):
        yield Event(row.issued_on, "given", row.name)


def _points(session: Session, member: MemberId, limit: int) -> Iterator[Event]:
    entry = tables.point_entry.c
    query = select(entry.business_date, entry.kind, entry.points)
    by_themselves = entry.kind.in_(_BY_THEMSELVES)
    query = query.where(entry.member_id == member, by_themselves)
    for row in _newest(session, query, entry.id, limit):
        yield Event(row.business_date, f"points_{row.kind}", count=row.points)


def _rest(session: Session, store: Store, member: MemberId, limit: int) -> Iterator[Event]:
    person = tables.member.c
    known = select(person.registered_on).where(person.id == member)
    row = session.execute(known).one()
    yield Event(row.registered_on, "registered")
    zone = store.clock.zone
    close = store.clock.close_hour
    said = select(Consent.at, Consent.channel, Consent.granted)
    said = said.where(Consent.member_id == member)
    for answer in _newest(session, said, Consent.id, limit):
        day = business_date(answer.at, zone, close)
        granted = bool(answer.granted)
        yield Event(day, "consent", answer.channel, granted=granted)
    for day, was, stage in lifecycle_history.of_member(session, member)[-limit:]:
        # the first stage is that of the registration
        if was:
            yield Event(day, "stage", stage)
    tiers = select(TierChange.business_date, TierChange.tier)
    tiers = tiers.where(TierChange.member_id == member)
    for moved in session.execute(tiers):
        yield Event(moved.business_date, "tier", moved.tier)
    holds = MemberMerge.undone_at.is_(None)
    merges = select(MemberMerge.at).where(MemberMerge.survivor_id == member, holds)
    for at in session.scalars(merges):
        day = business_date(Moment(at), zone, close)
        yield Event(day, "merged")
