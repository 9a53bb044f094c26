"""Coupons: issue in batches, void, give again, look up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, literal_column, select, update
from sqlalchemy.orm import Session

from storecrm.domain.offers.rule import OfferRule
from storecrm.errors import BadInput, Conflict, NotFound, NotPossible, StoreError
from storecrm.ledger import audit, coupons, points
from storecrm.models import tables
from storecrm.models.hot import Hot
from storecrm.services import rights, shop_settings
from storecrm.services.coupons import code_lookup, unfinished_issues
from storecrm.services.coupons.batches import BatchView, batch_view
from storecrm.services.members import registry
from storecrm.services.offers import design
from storecrm.services.progress import Progress, silent
from storecrm.services.rights import Right
from storecrm.services.store import Store, Topic, repeatable, require_clock
from storecrm.values import (
    BatchId,
    BatchState,
    Code,
    CouponId,
    CouponState,
    Day,
    Kind,
    MemberId,
    VersionId,
    new_codes,
)

CHUNK = unfinished_issues.CHUNK
MAX_BATCH = 1_000_000
REISSUED = points.REISSUED

_VERSION_OF_OFFER = tables.offer_version.c.offer_id == tables.offer.c.id
_TERMS = (tables.offer.c.id, tables.offer.c.state, tables.offer_version.c.id.label("version"))
_VERSIONS = select(*_TERMS).join(tables.offer_version, _VERSION_OF_OFFER)
_NEWEST_FIRST = _VERSIONS.order_by(tables.offer_version.c.version.desc())
_OF_CODE = tables.offer.c.code == bindparam("code")
_NEWEST = Hot(_NEWEST_FIRST.where(_OF_CODE).limit(1))

_coupon = tables.coupon.c.id
_IN_ORDER = (tables.coupon.c.batch_id, tables.coupon.c.serial)
_OF_BATCH = (tables.batch.c.count.label("batch_count"), tables.batch.c.version_id)
_OF_OFFER = (tables.offer.c.code.label("offer_code"), tables.offer.c.name.label("offer_name"))
# a coupon for whoever holds it has no owner
_OWNER = (
    tables.member.c.member_no,
    tables.member.c.name.label("member_name"),
    tables.member.c.phone,
)
_ITS_BATCH = tables.batch.c.id == tables.coupon.c.batch_id
_ITS_OFFER = tables.offer.c.id == tables.coupon.c.offer_id
_ITS_MEMBER = tables.member.c.id == tables.coupon.c.member_id
_COUPONS = select(tables.coupon, *_OF_BATCH, *_OF_OFFER, *_OWNER).order_by(*_IN_ORDER)
_ISSUED_UNDER = _COUPONS.join(tables.batch, _ITS_BATCH).join(tables.offer, _ITS_OFFER)
_VIEW = _ISSUED_UNDER.outerjoin(tables.member, _ITS_MEMBER)
_READY = tables.batch.c.state == BatchState.READY
_ISSUED = tables.coupon.c.state == CouponState.ISSUED
_OWN = tables.coupon.c.member_id == bindparam("member")
_OF_MEMBER = Hot(_VIEW.where(_OWN, _READY).limit(literal_column("500")))


@dataclass(frozen=True)
class CouponView:
    """One coupon as lists and papers show it."""

    id: CouponId
    code: Code
    batch: BatchId
    serial: int
    batch_count: int
    offer_code: str
    offer_name: str
    rule: OfferRule
    state: CouponState
    valid_from: Day
    valid_to: Day
    issued_on: Day
    member_no: str
    member_name: str
    member_phone: str
    uses_allowed: int | None
    uses: int


def issue(
    store: Store,
    *,
    offer: str,
    count: int = 0,
    to: Sequence[str] = (),
    known: Sequence[MemberId] = (),
    activate: bool = False,
    progress: Progress = silent,
) -> BatchView:
    """Issue `count` bearer coupons, or one to each member in `to` (numbers, phones, cards) or in
    `known` (ids), as one batch under the offer's newest version.

    With `activate` a bearer coupon works only once its serial was handed out (see paper_stock). The
    batch is written in chunks and answers not_found until its last coupon is in; stopped, it leaves
    nothing behind.

    Raises:
        NotFound: offer, member.
        BadInput: count, count_or_members, bearer_only_named.
        NotPossible: offer_stopped, offer_external, offer_over, total_limit (facts: left),
            named_batch.
        Conflict: issue_running (what died is being removed, and takes longer than we wait).
        Cancelled: `progress` said so.
    """
    rights.require(store, Right.BATCHES if len(to) != 1 or known else Right.ISSUE_ONE)
    named = bool(to or known)
    if named == bool(count):
        raise BadInput("count_or_members")
    # a member's own coupon works from its first day on
    if activate and named:
        raise NotPossible("named_batch", where=offer)
    if not 0 <= count <= MAX_BATCH:
        raise BadInput("count", where=str(count), most=MAX_BATCH)
    people: list[MemberId | None] = list(known)
    with store.read() as session:
        people += [registry.resolve(session, store, text) for text in to]
    # a member who is named twice gets one
    people = list(dict.fromkeys(people)) or [None] * count
    with unfinished_issues.under_way(store):
        batch = _issue(store, offer, people, bearer=not named, activate=activate, progress=progress)
    return batch_view(store, batch=batch)


def _issue(
    store: Store,
    offer: str,
    people: Sequence[MemberId | None],
    *,
    bearer: bool,
    activate: bool,
    progress: Progress,
) -> BatchId:
    opened = _open_batch(store, offer, len(people), bearer=bearer, activate=activate)
    # written in their own order they fill the index of codes from one end
    codes = sorted(new_codes(Kind.COUPON, len(people)))
    try:
        _write_coupons(store, opened, codes, people, progress)
    except BaseException:
        unfinished_issues.remove(store, opened.id)
        raise
    _close_batch(store, opened.id, offer, codes)
    return opened.id


def _write_coupons(
    store: Store,
    opened: coupons.OpenBatch,
    codes: Sequence[Code],
    people: Sequence[MemberId | None],
    progress: Progress,
) -> None:
    """The coupons in chunks, behind each of which a till may come."""
    for start in range(0, len(codes), CHUNK):
        progress(start, len(codes))
        end = start + CHUNK
        # serials begin with 1
        serials = range(start + 1, min(end, len(codes)) + 1)
        part = list(zip(codes[start:end], serials, people[start:end], strict=True))
        with store.write() as session:
            coupons.write_chunk(session, opened, part)
    progress(len(codes), len(codes))


def _close_batch(store: Store, batch: BatchId, offer: str, codes: Sequence[Code]) -> None:
    """The last coupon is in: from now on they are known."""
    this = update(tables.batch).where(tables.batch.c.id == batch)
    of_batch = tables.coupon.c.batch_id == batch
    ids = select(func.min(_coupon), func.max(_coupon)).where(of_batch)
    with store.write(Topic.COUPONS) as session:
        session.execute(this.values(state=BatchState.READY))
        first, last = session.execute(ids).one()
        audit.log(
            session,
            store,
            "batch_issued",
            batch=batch,
            offer=offer,
            count=len(codes),
            first=first,
            last=last,
            sha256=audit.digest(codes),
        )


@repeatable
def _open_batch(
    store: Store, code: str, count: int, *, bearer: bool, activate: bool
) -> coupons.OpenBatch:
    with store.write() as session:
        require_clock(session, store)
        terms = terms_of(session, store, code)
        if bearer and not terms.rule.bearer:
            raise BadInput("bearer_only_named", where=code)
        return coupons.open_batch(
            session, store, terms, count=count, bearer=bearer, activate=activate
        )


def terms_of(session: Session, store: Store, code: str) -> coupons.Terms:
    """What new coupons of the offer called `code` are issued under.

    Raises:
        NotFound: offer.
    """
    found = _NEWEST.first(session, code=code)
    if found is None:
        raise NotFound("offer", where=code[:40])
    rule = design.frozen(session, store, found.version)
    return coupons.Terms(
        offer=found.id, code=code, state=found.state, version=found.version, rule=rule
    )


def views(session: Session, where: ColumnElement[bool], limit: int = 1_000_000) -> list[CouponView]:
    """Coupons with their words and rule, by batch and serial."""
    return _views(session, session.execute(_VIEW.where(where).limit(limit)))


def _views(session: Session, rows: Iterable[Any]) -> list[CouponView]:
    rules: dict[int, OfferRule] = {}
    found = []
    for row in rows:
        version = row.version_id
        if version not in rules:
            rules[version] = design.rule_of(session, VersionId(version))
        found.append(_view(row, rules[version]))
    return found


def _view(row: Any, rule: OfferRule) -> CouponView:
    return CouponView(
        id=row.id,
        code=row.code,
        batch=row.batch_id,
        serial=row.serial,
        batch_count=row.batch_count,
        offer_code=row.offer_code,
        offer_name=row.offer_name,
        rule=rule,
        state=CouponState(row.state),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        issued_on=row.issued_on,
        member_no=row.member_no or "",
        member_name=row.member_name or "",
        member_phone=row.phone or "",
        uses_allowed=row.uses_allowed,
        uses=int(row.state == CouponState.REDEEMED),
    )


def to_print(
    store: Store, *, batch: int | None = None, code: str | None = None
) -> list[CouponView]:
    """The coupons of a batch (or one coupon) that can still be used, for paper.

    Raises:
        NotFound: batch, coupon.
        NotPossible: nothing_to_print.
    """
    rights.require(store, Right.ISSUE_ONE)
    with store.read() as session:
        if code is not None:
            these = tables.coupon.c.id == _by_code(session, code)
        else:
            batch_view(store, batch=batch or 0)
            these = tables.coupon.c.batch_id == batch
        found = views(session, and_(these, _ISSUED, _READY))
    if not found:
        raise NotPossible("nothing_to_print", where=str(batch or code))
    return found


def of_member(store: Store, *, member: str) -> list[CouponView]:
    """A member's coupons, newest first.

    Raises:
        NotFound: member.
    """
    rights.require(store, Right.FIND)
    with store.read() as session:
        person = registry.resolve(session, store, member)
        # read in the order of their index, shown the other way round
        oldest_first = _OF_MEMBER.rows(session, member=person)
        return _views(session, reversed(oldest_first))


def _by_code(session: Session, code: str) -> CouponId:
    hit = code_lookup.resolve(session, code, Kind.COUPON)
    return CouponId(hit.target)


def show(store: Store, *, code: str) -> CouponView:
    """One coupon by its code.

    Raises:
        CouponRefused: not_found, checksum.
    """
    rights.require(store, Right.FIND)
    with store.read() as session:
        return _one(session, _by_code(session, code))


def _one(session: Session, coupon: CouponId) -> CouponView:
    [view] = views(session, tables.coupon.c.id == coupon)
    return view


@repeatable
def void(store: Store, *, code: str, reason: str = "") -> CouponView:
    """Void one coupon, for good; of one that may be used several times, the uses that are left.

    Raises:
        CouponRefused: not_found, checksum.
        Conflict: coupon_used, coupon_held (facts: the suspended bill).
    """
    rights.require(store, Right.BATCHES)
    with store.write(Topic.COUPONS) as session:
        coupon = _by_code(session, code)
        # void first: the points that paid for it go back only then
        done = coupons.void(session, store, tables.coupon.c.id == coupon, reason=reason)
        if done != 1:
            raise _not_unused(session, coupon, code)
        rules = shop_settings.current(session)
        points.give_back_exchanged(session, store, rules, [coupon])
        audit.log(session, store, "coupon_voided", coupon=coupon, reason=reason)
        return _one(session, coupon)


def _not_unused(session: Session, coupon: CouponId, code: str) -> StoreError:
    """Why a coupon cannot be void: a parked bill holds it, or it was used."""
    held_by = tables.coupon.c.held_by == tables.sale.c.id
    bills = select(tables.sale.c.receipt_no).join(tables.coupon, held_by)
    reserved = tables.coupon.c.state == CouponState.RESERVED
    holding = bills.where(tables.coupon.c.id == coupon, reserved)
    receipt = session.scalar(holding)
    if receipt:
        return Conflict("coupon_held", where=code, receipt=receipt)
    return Conflict("coupon_used", where=code)


@repeatable
def reissue(store: Store, *, code: str) -> CouponView:
    """A named coupon again, for a member who lost it: the old code is void, a new one has its
    dates, serial and rule.

    Raises:
        CouponRefused: not_found, checksum.
        NotPossible: bearer_reprint (whoever holds the paper may use it).
        Conflict: coupon_used.
    """
    rights.require(store, Right.ISSUE_ONE)
    with store.write(Topic.COUPONS) as session:
        lost = _by_code(session, code)
        coupon = tables.coupon.c
        owner_of = select(coupon.member_id).where(coupon.id == lost)
        owner = session.scalar(owner_of)
        # whoever holds the paper could use both
        if owner is None:
            raise NotPossible("bearer_reprint", where=code)
        return _one(session, renew(session, store, lost))


def renew(session: Session, store: Store, coupon: CouponId) -> CouponId:
    """The same inside the caller's transaction; the caller knows that the coupon is somebody's own.

    Raises:
        Conflict: coupon_used.
    """
    this = tables.coupon.c.id == coupon
    old = session.execute(select(tables.coupon).where(this)).one()
    done = coupons.void(session, store, this, reason=REISSUED)
    use = tables.redemption.c
    # one that was used in part keeps its code
    uses = select(use.id).where(use.coupon_id == coupon, use.reversed_at.is_(None))
    if done != 1 or session.scalar(uses.limit(1)):
        raise Conflict("coupon_used", where=old.code)
    made = coupons.issue_again(session, old)
    # a stamp card's coupon is the new one from now on
    of_card = tables.stamp_entry.c.coupon_id == coupon
    card = update(tables.stamp_entry).where(of_card).values(coupon_id=made)
    session.execute(card)
    audit.log(session, store, "coupon_reissued", coupon=made, instead_of=coupon)
    return made
