"""A member's life with the shop, newest first: registered, bought, gave back, used a coupon, got
one, points by hand, answers, stages, tiers."""

from collections.abc import Iterator

from sqlalchemy import select
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


def of_member(store: Store, *, member: str, limit: int = 200) -> list[Event]:
    """The newest events of a member, newest first.

    Raises:
        NotFound: member.
    """
    rights.require(store, Right.REPORTS)
    with store.read() as session:
        person = registry.resolve(session, store, member)
        every = [
            event
            for part in (_sales, _coupons, _points, _rest)
            for event in part(session, store, person, limit)
        ]
    return sorted(every, key=lambda event: event.day, reverse=True)[:limit]


def _sales(session: Session, store: Store, member: MemberId, limit: int) -> Iterator[Event]:  # noqa: ARG001
    query = (
        select(tables.sale)
        .where(visits.LIVE, tables.sale.c.member_id == member)
        .order_by(tables.sale.c.business_date.desc(), tables.sale.c.id.desc())
        .limit(limit)
    )
    for row in session.execute(query):
        kind = "returned" if row.returns_id is not None else "bought"
        yield Event(row.business_date, kind, amount=row.net, receipt_no=row.receipt_no)


def _coupons(session: Session, store: Store, member: MemberId, limit: int) -> Iterator[Event]:  # noqa: ARG001
    used = select(tables.redemption.c.business_date, tables.redemption.c.discount, Offer.name).join(
        Offer, Offer.id == tables.redemption.c.offer_id
    )
    used = (
        used.where(
            tables.redemption.c.member_id == member, tables.redemption.c.reversed_at.is_(None)
        )
        .order_by(tables.redemption.c.id.desc())
        .limit(limit)
    )
    for row in session.execute(used):
        yield Event(row.business_date, "redeemed", row.name, row.discount)
    given = (
        select(tables.coupon.c.issued_on, Offer.name)
        .join(Offer, Offer.id == tables.coupon.c.offer_id)
        .where(tables.coupon.c.member_id == member)
    )
    for row in session.execute(given.order_by(tables.coupon.c.id.desc()).limit(limit)):
        yield Event(row.issued_on, "given", row.name)


def _points(session: Session, store: Store, member: MemberId, limit: int) -> Iterator[Event]:  # noqa: ARG001
    kinds = (EntryKind.ADJUST, EntryKind.EXCHANGE, EntryKind.EXPIRE, EntryKind.OPENING)
    query = select(
        tables.point_entry.c.business_date, tables.point_entry.c.kind, tables.point_entry.c.points
    ).where(tables.point_entry.c.member_id == member, tables.point_entry.c.kind.in_(kinds))
    for row in session.execute(query.order_by(tables.point_entry.c.id.desc()).limit(limit)):
        yield Event(row.business_date, f"points_{row.kind}", count=row.points)


def _rest(session: Session, store: Store, member: MemberId, limit: int) -> Iterator[Event]:
    row = session.execute(
        select(tables.member.c.registered_on).where(tables.member.c.id == member)
    ).one()
    yield Event(row.registered_on, "registered")
    zone, close = store.clock.zone, store.clock.close_hour
    said = select(Consent.at, Consent.channel, Consent.granted).where(Consent.member_id == member)
    for answer in session.execute(said.order_by(Consent.id.desc()).limit(limit)):
        yield Event(
            business_date(answer.at, zone, close),
            "consent",
            answer.channel,
            granted=bool(answer.granted),
        )
    for day, was, stage in lifecycle_history.of_member(session, member)[-limit:]:
        if was:
            yield Event(day, "stage", stage)
    for moved in session.execute(
        select(TierChange.business_date, TierChange.tier).where(TierChange.member_id == member)
    ):
        yield Event(moved.business_date, "tier", moved.tier)
    for at in session.scalars(
        select(MemberMerge.at).where(
            MemberMerge.survivor_id == member, MemberMerge.undone_at.is_(None)
        )
    ):
        yield Event(business_date(Moment(at), zone, close), "merged")
