"""Uses of what an import brought that no foreign key says."""

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import Text, and_, case, cast, func, or_, select
from sqlalchemy.orm import Session

from storecrm.ledger.points import REISSUED
from storecrm.models.coupon import Batch, Coupon
from storecrm.models.import_batch import ImportBatch, ImportChange
from storecrm.models.member import MemberMerge
from storecrm.models.offer import Offer, OfferScope, OfferVersion
from storecrm.models.points import PointEntry
from storecrm.models.sale import Sale, SaleStep
from storecrm.models.stamp import StampEntry
from storecrm.services.imports.row_origins import is_of_others
from storecrm.values import EntryKind, ImportId, StampKind

_C: Any = Coupon.__table__
_E: Any = PointEntry.__table__
_BATCH: Any = Batch.__table__
_B: Any = ImportBatch.__table__
_CHANGE: Any = ImportChange.__table__
_SCOPE: Any = OfferScope.__table__
_VERSION: Any = OfferVersion.__table__
_STEP: Any = SaleStep.__table__
_STAMP: Any = StampEntry.__table__
_MERGE: Any = MemberMerge.__table__


def asked_besides(session: Session, mine: Collection[ImportId]) -> dict[str, list[Any]]:
    """What no foreign key says: queries by what people call the rows."""
    batch = _BATCH.alias("its_batch")
    of_mine = _C.join(batch, batch.c.id == _C.c.batch_id)
    paper = (
        select(_C.c.id)
        .select_from(of_mine)
        .where(batch.c.import_id.in_(mine), _C.c.void_reason == REISSUED)
    )
    held = (
        select(_C.c.id)
        .select_from(of_mine)
        .where(batch.c.import_id.in_(mine), _C.c.held_by.is_not(None))
    )
    return {
        "sale": [
            select(Sale.id).where(Sale.import_id.in_(mine), Sale.attached_at.is_not(None)),
            *_promotions(session, mine),
        ],
        "coupon": [paper, held],
        "paper": [select(_BATCH.c.id).where(_BATCH.c.import_id.in_(mine), _BATCH.c.prints > 0)],
        "point_entry": [_burnt(mine)],
        "member_merge": [_merged(session, mine)],
        "batch": [
            select(_BATCH.c.id)
            .join(_SCOPE, _SCOPE.c.version_id == _BATCH.c.version_id)
            .where(_SCOPE.c.import_id.in_(mine), is_of_others(_BATCH, mine))
        ],
        "offer": [_rewarded(session, mine)],
        "stamp_entry": [_filled(mine)],
    }


def _promotions(session: Session, mine: Collection[ImportId]) -> list[Any]:
    """Bills under a promotion whose goods an import named, since then: their returns are priced by
    it."""
    began = session.scalar(select(func.min(_B.c.at)).where(_B.c.id.in_(mine)))
    since = Sale.recorded_at >= began
    scoped = select(_SCOPE.c.version_id).where(_SCOPE.c.import_id.in_(mine))
    return [
        select(Sale.id)
        .join(_STEP, _STEP.c.sale_id == Sale.id)
        .where(_STEP.c.version_id.in_(scoped), since)
    ]


def _rewarded(session: Session, mine: Collection[ImportId]) -> Any:
    """Offers of another origin that give an imported one as their reward."""
    codes = set(session.scalars(select(Offer.code).where(Offer.import_id.in_(mine))))
    others = select(Offer.id, _VERSION.c.more).join(_VERSION, _VERSION.c.offer_id == Offer.id)
    others = others.where(_VERSION.c.more.contains('"reward"'), is_of_others(Offer.__table__, mine))
    giving = (
        [row.id for row in session.execute(others) if json.loads(row.more).get("reward") in codes]
        if codes
        else []
    )
    return select(Offer.id).where(Offer.id.in_(giving))


def _filled(mine: Collection[ImportId]) -> Any:
    """Members whose stamp card gave its coupon since an import brought stamps for it."""
    noted = select(_CHANGE.c.row_key).where(
        _CHANGE.c.import_id.in_(mine), _CHANGE.c.table_name == "stamp_entry"
    )
    later = _STAMP.alias("later")
    same = (
        later.c.member_id == _STAMP.c.member_id,
        later.c.offer_id == _STAMP.c.offer_id,
        later.c.id > _STAMP.c.id,
    )
    filled = select(later.c.id).where(*same, later.c.kind == StampKind.CARD).exists()
    return select(_STAMP.c.member_id).where(
        ('{"id": ' + cast(_STAMP.c.id, Text) + "}").in_(noted), filled
    )


def _burnt(mine: Collection[ImportId]) -> Any:
    """Members who used points that they brought along: taking those back would make them owe what
    they were given. What sales earned goes back as with a void."""
    first = _E.alias("first")
    opened = select(first.c.lot_id).where(
        first.c.import_id.in_(mine), first.c.kind == EntryKind.OPENING
    )
    own = or_(
        and_(_E.c.import_id.is_not(None), _E.c.import_id.in_(mine)), _E.c.kind == EntryKind.EXPIRE
    )
    taken = func.sum(case((own, 0), else_=_E.c.points))
    return (
        select(func.min(_E.c.member_id))
        .where(_E.c.lot_id.in_(opened))
        .group_by(_E.c.lot_id)
        .having(taken < 0)
    )


def _merged(session: Session, mine: Collection[ImportId]) -> Any:
    """Two records that became one cannot lose what an import said of one of them: they are parted
    first."""
    holding = select(_MERGE.c.id, _MERGE.c.survivor_id, _MERGE.c.merged_id).where(
        _MERGE.c.undone_at.is_(None), _MERGE.c.before != ""
    )
    merges = session.execute(holding).all()
    together = {int(member) for row in merges for member in (row.survivor_id, row.merged_id)}
    keys = select(_CHANGE.c.row_key).where(
        _CHANGE.c.import_id.in_(mine), _CHANGE.c.table_name == "member"
    )
    changed = (
        {int(json.loads(key)["id"]) for key in session.scalars(keys)} & together
        if together
        else set()
    )
    return select(_MERGE.c.survivor_id).where(
        _MERGE.c.id.in_([row.id for row in merges if {row.survivor_id, row.merged_id} & changed])
    )
