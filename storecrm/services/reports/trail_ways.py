"""The ways to the entries of the trail that are about one thing, each by an index of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, literal_column, or_, select
from sqlalchemy.orm import Session

from storecrm.errors import NotFound
from storecrm.models import database
from storecrm.models.audit import AuditEntry
from storecrm.models.coupon import Coupon
from storecrm.models.member import Member
from storecrm.models.offer import Offer
from storecrm.models.redemption import Redemption
from storecrm.models.sale import Sale
from storecrm.models.scannable import Scannable
from storecrm.services.members import registry
from storecrm.services.reports.trail_names import COUPONS, MEMBERS, PAIR
from storecrm.services.store import Store
from storecrm.values import Kind, own_kind, scan_key

BATCHES = ("batch_issued", "batch_printed", "batch_swept", "batch_voided", "paper_moved")
"""Where a batch is one of coupons, not of an import."""
_RECEIPTS = 20
"""How many receipts of one number are looked at: another system's number may begin anew every
day."""


@dataclass(frozen=True)
class TrailWay:
    """One way to entries; `ordered` when its index ends with the moment for all that it finds."""

    where: ColumnElement[bool] | None
    ordered: bool = False


def _fact(name: str) -> Any:
    """A fact that names a row; the index of it holds those entries alone that have it."""
    return database.fact(AuditEntry.facts, literal_column(name))


def _names(name: str, values: Any) -> TrailWay:
    fact = _fact(name)
    # said again, so that the index of entries that have the fact is taken
    return TrailWay(and_(fact.in_(values), fact.is_not(None)))


def _ids(table: Any, where: ColumnElement[bool]) -> Any:
    """Numbers of rows, as an expression: SQLite takes the index of a fact for nothing that has a
    column's own kind."""
    return select(table.id + 0).where(where)


def ways_to(session: Session, store: Store, text: str) -> list[TrailWay]:
    """The ways to an entry about what is called `text`, whatever that is.

    Raises:
        NotFound: about.
    """
    found = [
        *_about_coupon(session, text),
        *_about_receipt(session, text),
        *_about_member(session, store, text),
        *_about_offer(session, text),
    ]
    if not found:
        raise NotFound("about", where=text[:40])
    return found


_COUPON_HIT = select(Scannable.target_id).where(Scannable.kind == Kind.COUPON)


def _about_coupon(session: Session, text: str) -> Iterator[TrailWay]:
    hit = _COUPON_HIT.where(Scannable.key == scan_key(text))
    found = select(Coupon.id, Coupon.batch_id).where(Coupon.id.in_(hit))
    row = session.execute(found).first()
    if row is None:
        return
    for name in COUPONS:
        yield _names(name, [row.id])
    uses = _ids(Redemption, Redemption.coupon_id == row.id)
    yield _names("redemption", uses)
    batch = _fact("batch")
    # the index of the action would lead through all that ever happened to coupons
    of_batch = (AuditEntry.action + "").in_(BATCHES)
    yield TrailWay(and_(batch == row.batch_id, batch.is_not(None), of_batch))


_SALE = select(Sale.id, Sale.voids_id, Sale.returns_id)
_LATEST_SALES = _SALE.order_by(Sale.id.desc()).limit(_RECEIPTS)


def _about_receipt(session: Session, text: str) -> Iterator[TrailWay]:
    key = scan_key(text)
    number = key if own_kind(key) else text
    rows = session.execute(_LATEST_SALES.where(Sale.receipt_no == number)).all()
    if not rows:
        return
    own = [row.id for row in rows]
    # what was voided or returned is told with the receipt that it belongs to
    belongs_to = (row.voids_id or row.returns_id for row in rows)
    first = [sale for sale in belongs_to if sale]
    uses = _ids(Redemption, Redemption.sale_id.in_(own))
    yield _names("sale", own + first)
    yield _names("back", own)
    yield _names("redemption", uses)


def _about_member(session: Session, store: Store, text: str) -> Iterator[TrailWay]:
    person = _member(session, store, text)
    if person is None:
        return
    merged = select(Member.id).where(Member.merged_into == person)
    same = [person, *session.scalars(merged)]
    for name in MEMBERS:
        yield _names(name, same)
    either = or_(*(_fact(name).in_(same) for name in PAIR))
    yield TrailWay(and_(AuditEntry.action == "kept_apart", either))
    bills = _ids(Sale, Sale.member_id.in_(same))
    yield _names("sale", bills)
    coupons = _ids(Coupon, Coupon.member_id.in_(same))
    yield _names("coupon", coupons)
    uses = _ids(Redemption, Redemption.member_id.in_(same))
    yield _names("redemption", uses)


def _member(session: Session, store: Store, text: str) -> int | None:
    try:
        return registry.resolve(session, store, text)
    except NotFound:
        # an erased member is still known by the number
        by_number = select(Member.id).where(Member.member_no == scan_key(text))
        found: int | None = session.scalar(by_number)
        return found


def _about_offer(session: Session, text: str) -> Iterator[TrailWay]:
    offer = select(Offer.id).where(Offer.code == text)
    if session.scalar(offer) is not None:
        said = database.fact_text(AuditEntry.facts, literal_column("offer"))
        yield TrailWay(and_(said == text, said.is_not(None)), ordered=True)
