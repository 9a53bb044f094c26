"""Rows that an import made and a roll back takes away: uses, coupons, sales, offers, articles,
members. What somebody began to use meanwhile stays."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, func, select, update
from sqlalchemy.orm import Session

from storecrm.models import database, tables
from storecrm.services import sealing
from storecrm.services.imports import references
from storecrm.services.imports.rollback_steps import RollbackSteps, delete_rows
from storecrm.services.members import blank_records
from storecrm.services.staff import own_card
from storecrm.values import (
    ARRIVING,
    BatchState,
    CouponState,
    Kind,
    MemberId,
    SaleState,
    new_codes,
    scan_key,
)

_COUPON = tables.coupon.c
_USE = tables.redemption.c
_SCANNED = tables.scannable.c
_BATCH = tables.batch.c
_SALE = tables.sale.c
_OFFER = tables.offer.c
_VERSION = tables.offer_version.c
_MEMBER = tables.member.c
_COUNT = select(func.count())
_OF_THE_COUPON = (_USE.coupon_id == _COUPON.id, _USE.reversed_at.is_(None))
_LIVE_USES = _COUNT.select_from(tables.redemption).where(*_OF_THE_COUPON).scalar_subquery()
_OF_THE_BATCH = _COUPON.batch_id == _BATCH.id
_COUPONS_LEFT = _COUNT.select_from(tables.coupon).where(_OF_THE_BATCH).scalar_subquery()
_EMPTY_SALE = {"state": SaleState.DROPPED, "gross": 0, "net": 0}


def _set(session: Session, table: Table, *where: ColumnElement[bool], **values: Any) -> None:
    changing = update(table).where(*where)
    session.execute(changing.values(**values))


def _remove(session: Session, table: Table, *where: ColumnElement[bool]) -> None:
    session.execute(delete(table).where(*where))


def _make_own(session: Session, table: Table, ids: Collection[int]) -> None:
    """What somebody began to use stays as the shop's own."""
    used = database.among(session, table.c.id, ids)
    _set(session, table, used, import_id=None)


# --- coupons ---


def redemptions(session: Session, ids: list[int]) -> None:
    """Imported uses go; a coupon is free again only if no other live use takes its place."""
    going = _USE.id.in_(ids)
    coupons = set(session.scalars(select(_USE.coupon_id).where(going)))
    delete_rows(session, "redemption", ids)
    touched = database.among(session, _COUPON.id, coupons)
    spent = _COUPON.state == CouponState.REDEEMED
    free = _COUPON.uses_allowed > _LIVE_USES
    _set(session, tables.coupon, touched, spent, free, state=CouponState.ISSUED)


def coupons(steps: RollbackSteps) -> None:
    """Coupons, then the batches they came in."""
    mine = select(_BATCH.id).where(_BATCH.import_id == steps.batch)
    of_mine = _COUPON.batch_id.in_(mine)
    steps.each(tables.coupon, of_mine, _coupons)

    def batches(session: Session, ids: list[int]) -> None:
        # what was handed out where the list comes from
        moves = tables.paper_move
        _remove(session, moves, moves.c.import_id == steps.batch)
        _batches(session, ids)

    steps.mine(tables.batch, batches)


def _coupons(session: Session, ids: list[int]) -> None:
    gone = set(ids) - references.still_named(session, "coupon", ids)
    going = database.among(session, _COUPON.id, gone)
    codes = session.scalars(select(_COUPON.code).where(going))
    keys = set(map(scan_key, codes))
    # found by their key, which has an index
    scanned = database.among(session, _SCANNED.key, keys)
    of_coupon = _SCANNED.kind == Kind.COUPON
    of_gone = _SCANNED.target_id.in_(gone)
    _remove(session, tables.scannable, of_coupon, scanned, of_gone)
    delete_rows(session, "coupon", gone)


def _batches(session: Session, ids: list[int]) -> None:
    kept = references.still_named(session, "batch", ids)
    delete_rows(session, "batch", set(ids) - kept)
    # a batch of which a coupon is used stays with those that are left
    shown = {"state": BatchState.READY, "count": _COUPONS_LEFT}
    staying = _BATCH.id.in_(kept)
    hidden = _BATCH.state == BatchState.ISSUING
    _set(session, tables.batch, staying, hidden, **shown)


# --- sales ---


def sales(steps: RollbackSteps) -> None:
    """Sales; those that the points ledger names are emptied."""

    def drop(session: Session, ids: list[int]) -> None:
        used = references.held(session, "sale", ids, [steps.batch])
        gone = set(ids) - used
        # goods that came back came with the same import
        returns = database.among(session, _SALE.returns_id, gone)
        _set(session, tables.sale, returns, returns_id=None)
        named = references.still_named(session, "sale", gone)
        _empty(session, sorted(named))
        delete_rows(session, "sale", gone - named)

    mine = _SALE.import_id == steps.batch
    # the ones that were emptied stay as they are
    left = _SALE.state != SaleState.DROPPED
    steps.each(tables.sale, mine & left, drop)


def _empty(session: Session, ids: Sequence[int]) -> None:
    """Sales that the points ledger names stay as dropped bills of nothing under a new number: the
    ledger keeps its sums, the receipt is free."""
    lines = tables.sale_line
    of_sales = database.among(session, lines.c.sale_id, ids)
    _remove(session, lines, of_sales)
    numbers = new_codes(Kind.RECEIPT, len(ids))
    for sale, number in zip(ids, numbers, strict=True):
        one = _SALE.id == sale
        _set(session, tables.sale, one, receipt_no=number, **_EMPTY_SALE)


# --- offers, articles ---


def offers(steps: RollbackSteps) -> None:
    """The goods of offers, then the offers."""
    scope = tables.offer_scope
    with steps.store.write() as session:
        touched = sealing.offers_of_import(session, steps.batch)
        _remove(session, scope, scope.c.import_id == steps.batch)
        sealing.seal(session, steps.store, "offer", *touched)
        # what has no other row behind it goes in the same step
        for table in (tables.day_total, tables.consent, tables.suppression):
            _remove(session, table, table.c.import_id == steps.batch)

    def drop(session: Session, ids: list[int]) -> None:
        _offers(session, ids)
        sealing.seal(session, steps.store, "offer", *ids)

    steps.mine(tables.offer, drop)


def _offers(session: Session, ids: list[int]) -> None:
    kept = references.still_named(session, "offer", ids, apart=False)
    staying = _OFFER.id.in_(kept)
    _set(session, tables.offer, staying, import_id=None)
    gone = set(ids) - kept
    of_gone = _VERSION.offer_id.in_(gone)
    versions = session.scalars(select(_VERSION.id).where(of_gone)).all()
    delete_rows(session, "offer_version", versions)
    delete_rows(session, "offer", gone)


def products(session: Session, ids: list[int]) -> None:
    """Articles, with their barcodes; one that is named elsewhere stays as the shop's own."""
    kept = references.still_named(session, "product", ids)
    _make_own(session, tables.product, kept)
    gone = set(ids) - kept
    barcodes = database.among(session, _SCANNED.target_id, gone)
    of_product = _SCANNED.kind == Kind.PRODUCT
    _remove(session, tables.scannable, of_product, barcodes)
    delete_rows(session, "product", gone)


# --- members ---


def members(steps: RollbackSteps) -> None:
    """Members with ledger rows stay as nameless numbers, so that the ledger keeps its sums; one who
    bought or got something else meanwhile stays as the shop's own."""

    def drop(session: Session, ids: list[int]) -> None:
        own = references.held(session, "member", ids, [steps.batch])
        _make_own(session, tables.member, own)
        gone = [member for member in ids if member not in own]
        people = [MemberId(member) for member in gone]
        own_card.let_go(session, steps.store, people)
        blank_records.blank(session, gone)
        tiers = tables.tier_change
        of_gone = database.among(session, tiers.c.member_id, gone)
        _remove(session, tiers, of_gone)
        named = references.still_named(session, "member", gone)
        delete_rows(session, "member", set(gone) - named)

    mine = _MEMBER.import_id == steps.batch
    there = _MEMBER.state.in_(("live", ARRIVING))
    steps.each(tables.member, mine & there, drop)


def waiting_rows(session: Session, ids: list[int]) -> None:
    """What waited beside the books was never in them."""
    waiting = tables.import_waiting
    _remove(session, waiting, waiting.c.id.in_(ids))
