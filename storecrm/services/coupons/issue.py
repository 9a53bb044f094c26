"""Coupons: issue in batches, void, look up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, case, func, literal_column, select, update
from sqlalchemy.orm import Session

from storecrm.domain.offers.rule import OfferRule
from storecrm.errors import BadInput, Conflict, NotFound, NotPossible
from storecrm.ledger import audit, coupons, points
from storecrm.models.coupon import Batch, Coupon
from storecrm.models.hot import Hot
from storecrm.models.member import Member
from storecrm.models.offer import Offer, OfferVersion
from storecrm.models.redemption import Redemption
from storecrm.models.sale import Sale
from storecrm.models.stamp import StampEntry
from storecrm.services import rights, shop_settings
from storecrm.services.coupons import code_lookup, unfinished_issues
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
    Moment,
    VersionId,
    new_codes,
)

CHUNK = unfinished_issues.CHUNK
MAX_BATCH = 1_000_000
_C: Any = Coupon.__table__
REISSUED = points.REISSUED
_B: Any = Batch.__table__
_O: Any = Offer.__table__
_V: Any = OfferVersion.__table__
_NEWEST = Hot(
    select(_O.c.id, _O.c.state, _V.c.id.label("version"))
    .join(_V, _V.c.offer_id == _O.c.id)
    .where(_O.c.code == bindparam("code"))
    .order_by(_V.c.version.desc())
    .limit(1)
)


@dataclass(frozen=True)
class BatchView:
    """A batch with how its coupons stand."""

    id: BatchId
    offer_code: str
    offer_name: str
    state: BatchState
    count: int
    bearer: bool
    issued_on: Day
    issued_at: Moment
    valid_from: Day | None
    valid_to: Day | None
    redeemed: int
    voided: int
    printed: int
    printed_at: Moment | None = None
    prints: int = 0


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
    if activate and named:
        raise NotPossible("named_batch", where=offer)
    if not 0 <= count <= MAX_BATCH:
        raise BadInput("count", where=str(count), most=MAX_BATCH)
    with store.read() as session:
        people: list[MemberId | None] = [
            *known,
            *(registry.resolve(session, store, text) for text in to),
        ]
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
    batch = opened.id
    codes = sorted(new_codes(Kind.COUPON, len(people)))
    try:
        for start in range(0, len(codes), CHUNK):
            progress(start, len(codes))
            with store.write() as session:
                part = [
                    (code, n, people[n - 1])
                    for n, code in enumerate(codes[start : start + CHUNK], start + 1)
                ]
                coupons.write_chunk(session, opened, part)
        progress(len(codes), len(codes))
    except BaseException:
        unfinished_issues.remove(store, batch)
        raise
    with store.write(Topic.COUPONS) as session:
        session.execute(update(_B).where(_B.c.id == batch).values(state=BatchState.READY))
        last = session.execute(
            select(func.min(_C.c.id), func.max(_C.c.id)).where(_C.c.batch_id == batch)
        ).one()
        audit.log(
            session,
            store,
            "batch_issued",
            batch=batch,
            offer=offer,
            count=len(codes),
            first=last[0],
            last=last[1],
            sha256=audit.digest(codes),
        )
    return batch


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


def codes_of(store: Store, *, batch: BatchId) -> list[Code]:
    """The codes of a batch by serial.

    Raises:
        NotFound: batch.
    """
    rights.require(store, Right.ISSUE_ONE)
    batch_view(store, batch=batch)
    with store.read() as session:
        return list(
            session.scalars(select(_C.c.code).where(_C.c.batch_id == batch).order_by(_C.c.serial))
        )


def batch_view(store: Store, *, batch: int) -> BatchView:
    """One batch.

    Raises:
        NotFound: batch.
    """
    rights.require(store, Right.FIND)
    with store.read() as session:
        found = _batches(session, _B.c.id == batch)
    if not found:
        raise NotFound("batch", where=str(batch))
    return found[0]


def batches(store: Store, *, offer: str | None = None, limit: int = 500) -> list[BatchView]:
    """The newest batches, of one offer or of all."""
    rights.require(store, Right.FIND)
    with store.read() as session:
        return _batches(session, _B.c.id > 0 if offer is None else Offer.code == offer, limit)


def _batches(session: Session, where: Any, limit: int = 1) -> list[BatchView]:
    query = (
        select(_B, _B.c.count.label("size"), Offer.code, Offer.name)
        .join(Offer, Offer.id == _B.c.offer_id)
        .where(where)
        .order_by(_B.c.id.desc())
        .limit(limit)
    )
    rows = session.execute(query).all()
    ids = [row.id for row in rows]
    states: dict[tuple[int, str], int] = {}
    spans: dict[int, tuple[Day, Day]] = {}
    for row in session.execute(
        select(
            _C.c.batch_id,
            _C.c.state,
            func.count().label("n"),
            func.min(_C.c.valid_from).label("a"),
            func.max(_C.c.valid_to).label("b"),
        )
        .where(_C.c.batch_id.in_(ids))
        .group_by(_C.c.batch_id, _C.c.state)
    ):
        states[row.batch_id, row.state] = row.n
        spans[row.batch_id] = (row.a, row.b)
    none: tuple[Day | None, Day | None] = (None, None)
    return [
        BatchView(
            row.id,
            row.code,
            row.name,
            BatchState(row.state),
            row.size,
            bool(row.bearer),
            row.issued_on,
            row.issued_at,
            *spans.get(row.id, none),
            states.get((row.id, "redeemed"), 0),
            states.get((row.id, "voided"), 0),
            row.printed,
            row.printed_at,
            row.prints,
        )
        for row in rows
    ]


_VIEW = (
    select(
        _C,
        _B.c.count.label("batch_count"),
        _B.c.version_id,
        Offer.code.label("offer_code"),
        Offer.name.label("offer_name"),
        Member.member_no,
        Member.name.label("member_name"),
        Member.phone,
    )
    .join(_B, _B.c.id == _C.c.batch_id)
    .join(Offer, Offer.id == _C.c.offer_id)
    .outerjoin(Member, Member.id == _C.c.member_id)
)


def views(session: Session, where: Any, limit: int = 1_000_000) -> list[CouponView]:
    """Coupons with their words and rule, by batch and serial."""
    rows = session.execute(_VIEW.where(where).order_by(_C.c.batch_id, _C.c.serial).limit(limit))
    return _views(session, rows)


def _views(session: Session, rows: Iterable[Any]) -> list[CouponView]:
    rules: dict[int, OfferRule] = {}
    found = []
    for row in rows:
        if row.version_id not in rules:
            rules[row.version_id] = design.rule_of(session, VersionId(row.version_id))
        person = (row.member_no or "", row.member_name or "", row.phone or "")
        found.append(
            CouponView(
                row.id,
                row.code,
                row.batch_id,
                row.serial,
                row.batch_count,
                row.offer_code,
                row.offer_name,
                rules[row.version_id],
                CouponState(row.state),
                row.valid_from,
                row.valid_to,
                row.issued_on,
                *person,
                row.uses_allowed,
                int(row.state == CouponState.REDEEMED),
            )
        )
    return found


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
            where = _C.c.id == _by_code(session, code)
        else:
            batch_view(store, batch=batch or 0)
            where = _C.c.batch_id == batch
        found = views(
            session, where & (_C.c.state == CouponState.ISSUED) & (_B.c.state == BatchState.READY)
        )
    if not found:
        raise NotPossible("nothing_to_print", where=str(batch or code))
    return found


def is_copy(store: Store, *, batch: int, copy: bool = False) -> bool:
    """Whether paper that is now made of a batch is a copy, and bears its mark. Coupons for whoever
    holds them are printed once: again only when somebody decides so (`copy`).

    Raises:
        NotFound: batch.
        NotPossible: batch_printed (facts: at, printed).
    """
    rights.require(store, Right.ISSUE_ONE)
    view = batch_view(store, batch=batch)
    if view.prints and view.bearer and not copy:
        raise NotPossible(
            "batch_printed", where=str(batch), at=view.printed_at, printed=view.printed
        )
    return bool(view.prints)


def mark_printed(store: Store, *, batch: int, count: int) -> None:
    """Remember that a batch went to paper: the first time with its pieces and hour, then how
    often."""
    rights.require(store, Right.ISSUE_ONE)
    first = {
        "printed": case((_B.c.prints == 0, count), else_=_B.c.printed),
        "printed_at": func.coalesce(_B.c.printed_at, store.clock.now()),
    }
    with store.write(Topic.COUPONS) as session:
        done = (
            update(_B)
            .where(_B.c.id == batch)
            .values(**first, prints=_B.c.prints + 1)
            .returning(_B.c.prints)
        )
        prints = session.scalar(done)
        audit.log(session, store, "batch_printed", batch=batch, count=count, prints=prints)


_OF_MEMBER = Hot(
    _VIEW.where(_C.c.member_id == bindparam("member"), _B.c.state == BatchState.READY)
    .order_by(_C.c.batch_id, _C.c.serial)
    .limit(literal_column("500"))
)


def of_member(store: Store, *, member: str) -> list[CouponView]:
    """A member's coupons, newest first.

    Raises:
        NotFound: member.
    """
    rights.require(store, Right.FIND)
    with store.read() as session:
        found = registry.resolve(session, store, member)
        return _views(session, reversed(_OF_MEMBER.rows(session, member=found)))


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
        return views(session, _C.c.id == _by_code(session, code))[0]


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
        if coupons.void(session, store, _C.c.id == coupon, reason=reason) != 1:
            holder = session.scalar(
                select(Sale.receipt_no)
                .join(_C, _C.c.held_by == Sale.id)
                .where(_C.c.id == coupon, _C.c.state == CouponState.RESERVED)
            )
            raise (
                Conflict("coupon_held", where=code, receipt=holder)
                if holder
                else Conflict("coupon_used", where=code)
            )
        points.give_back_exchanged(session, store, shop_settings.current(session), [coupon])
        audit.log(session, store, "coupon_voided", coupon=coupon, reason=reason)
        return views(session, _C.c.id == coupon)[0]


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
        old = session.execute(
            select(_C.c.id, _C.c.member_id).where(_C.c.id == _by_code(session, code))
        ).one()
        if old.member_id is None:
            raise NotPossible("bearer_reprint", where=code)
        return views(session, _C.c.id == renew(session, store, old.id))[0]


def renew(session: Session, store: Store, coupon: CouponId) -> CouponId:
    """The same inside the caller's transaction; the caller knows that the coupon is somebody's own.

    Raises:
        Conflict: coupon_used.
    """
    old = session.execute(select(_C).where(_C.c.id == coupon)).one()
    done = coupons.void(session, store, _C.c.id == old.id, reason=REISSUED)
    used = (
        select(Redemption.id)
        .where(Redemption.coupon_id == old.id, Redemption.reversed_at.is_(None))
        .limit(1)
    )
    if done != 1 or session.scalar(used):
        raise Conflict("coupon_used", where=old.code)
    made = coupons.issue_again(session, old)
    # a stamp card's coupon is the new one from now on
    session.execute(update(StampEntry).where(StampEntry.coupon_id == old.id).values(coupon_id=made))
    audit.log(session, store, "coupon_reissued", coupon=made, instead_of=old.id)
    return made


def void_batch(store: Store, *, batch: int, reason: str = "") -> BatchView:
    """Void every unused coupon of a batch, for good; used ones stay used.

    Raises:
        NotFound: batch.
    """
    rights.require(store, Right.BATCHES)
    batch_view(store, batch=batch)
    with store.write(Topic.COUPONS) as session:
        session.execute(update(_B).where(_B.c.id == batch).values(state=BatchState.VOIDED))
    while True:
        with store.write() as session:
            some = session.scalars(
                select(_C.c.id)
                .where(_C.c.batch_id == batch, _C.c.state == CouponState.ISSUED)
                .limit(CHUNK)
            ).all()
            if not some:
                break
            coupons.void(session, store, _C.c.id.in_(some), reason=reason)
            points.give_back_exchanged(session, store, shop_settings.current(session), some)
    with store.write(Topic.COUPONS) as session:
        voided = session.scalar(
            select(func.count())
            .select_from(_C)
            .where(_C.c.batch_id == batch, _C.c.state == CouponState.VOIDED)
        )
        audit.log(session, store, "batch_voided", batch=batch, count=voided, reason=reason)
    return batch_view(store, batch=batch)
