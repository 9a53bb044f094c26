"""Uses of what an import brought that no foreign key says."""

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from storecrm.ledger.points import REISSUED
from storecrm.models import tables
from storecrm.services.imports.row_origins import is_of_others, row_is_noted
from storecrm.values import EntryKind, ImportId, StampKind

_COUPON = tables.coupon.c
_ENTRY = tables.point_entry.c
_BATCH = tables.batch.c
_IMPORT = tables.import_batch.c
_CHANGE = tables.import_change.c
_SCOPE = tables.offer_scope.c
_VERSION = tables.offer_version.c
_MERGE = tables.member_merge.c
_OFFER = tables.offer.c
_SALE = tables.sale.c
_STAMP = tables.stamp_entry.c
Query = Select[Any]

_ITS_BATCH = tables.batch.alias("its_batch")
_OF_BATCH = _ITS_BATCH.c.id == _COUPON.batch_id
_WITH_BATCH = tables.coupon.join(_ITS_BATCH, _OF_BATCH)
_COUPONS = select(_COUPON.id).select_from(_WITH_BATCH)
_ATTACHED = select(_SALE.id).where(_SALE.attached_at.is_not(None))
"""Receipts onto which a customer was written afterwards."""
_PRINTED = select(_BATCH.id).where(_BATCH.prints > 0)
_SAME_VERSION = _SCOPE.version_id == _BATCH.version_id
_SCOPED = select(_BATCH.id).join(tables.offer_scope, _SAME_VERSION)
_STEP = tables.sale_step.c
_PRICED = select(_SALE.id).join(tables.sale_step, _STEP.sale_id == _SALE.id)
_BODIES = select(_OFFER.id, _VERSION.more)
_VERSIONS = _BODIES.join(tables.offer_version, _VERSION.offer_id == _OFFER.id)
_GIVING = _VERSIONS.where(_VERSION.more.contains('"reward"'))
_LATER = tables.stamp_entry.alias("later").c
_SAME_MEMBER = _LATER.member_id == _STAMP.member_id
_SAME_CARD = _LATER.offer_id == _STAMP.offer_id
_ON_CARD = select(_LATER.id).where(_SAME_MEMBER, _SAME_CARD)
_LATER_ON_CARD = _ON_CARD.where(_LATER.id > _STAMP.id)
_FILLED = _LATER_ON_CARD.where(_LATER.kind == StampKind.CARD).exists()
_FIRST = tables.point_entry.alias("first").c
_OPENING = _FIRST.kind == EntryKind.OPENING
_OPENED = select(_FIRST.lot_id).where(_OPENING)
# what both records were is emptied when it is over
_HELD = (_MERGE.undone_at.is_(None), _MERGE.before != "")
_BOTH = (_MERGE.survivor_id, _MERGE.merged_id)
_MERGES = select(_MERGE.id, *_BOTH).where(*_HELD)
_MEMBERS_CHANGED = select(_CHANGE.row_key).where(_CHANGE.table_name == "member")
_HOLDERS = select(func.min(_ENTRY.member_id))
_BEGAN = select(func.min(_IMPORT.at))


def asked_besides(session: Session, mine: Collection[ImportId]) -> dict[str, list[Query]]:
    """What no foreign key says: queries by what people call the rows."""
    attached = _ATTACHED.where(_SALE.import_id.in_(mine))
    coupons = _COUPONS.where(_ITS_BATCH.c.import_id.in_(mine))
    reissued = coupons.where(_COUPON.void_reason == REISSUED)
    held = coupons.where(_COUPON.held_by.is_not(None))
    printed = _PRINTED.where(_BATCH.import_id.in_(mine))
    asked = {"coupon": [reissued, held], "paper": [printed]}
    asked["sale"] = [attached, _promotions(session, mine)]
    asked["point_entry"] = [_burnt(mine)]
    asked["member_merge"] = [_merged(session, mine)]
    asked["batch"] = [_issued(mine)]
    asked["offer"] = [_rewarded(session, mine)]
    asked["stamp_entry"] = [_filled(mine)]
    return asked


def _issued(mine: Collection[ImportId]) -> Query:
    """Coupons of others under an offer whose goods an import named."""
    others = is_of_others(tables.batch, mine)
    named = _SCOPE.import_id.in_(mine)
    return _SCOPED.where(named, others)


def _promotions(session: Session, mine: Collection[ImportId]) -> Query:
    """Bills under a promotion whose goods an import named, since then: their returns are priced by
    it."""
    began = session.scalar(_BEGAN.where(_IMPORT.id.in_(mine)))
    named = _SCOPE.import_id.in_(mine)
    scoped = select(_SCOPE.version_id).where(named)
    priced = _PRICED.where(_STEP.version_id.in_(scoped))
    return priced.where(_SALE.recorded_at >= began)


def _rewarded(session: Session, mine: Collection[ImportId]) -> Query:
    """Offers of another origin that give an imported one as their reward."""
    imported = _OFFER.import_id.in_(mine)
    codes = set(session.scalars(select(_OFFER.code).where(imported)))
    giving = _giving(session, mine, codes) if codes else []
    return select(_OFFER.id).where(_OFFER.id.in_(giving))


def _giving(session: Session, mine: Collection[ImportId], codes: set[str]) -> list[int]:
    """Offers of others whose reward is one of `codes`."""
    found = list[int]()
    for row in session.execute(_GIVING.where(is_of_others(tables.offer, mine))):
        # the reward stands in the body of a version
        body = json.loads(row.more)
        if body.get("reward") in codes:
            found.append(row.id)
    return found


def _filled(mine: Collection[ImportId]) -> Query:
    """Members whose stamp card gave its coupon since an import brought stamps for it."""
    noted = row_is_noted(tables.stamp_entry, mine)
    return select(_STAMP.member_id).where(noted, _FILLED)


def _burnt(mine: Collection[ImportId]) -> Query:
    """Members who used points that they brought along: taking those back would make them owe what
    they were given. What sales earned goes back as with a void."""
    opened = _OPENED.where(_FIRST.import_id.in_(mine))
    imported = _ENTRY.import_id.is_not(None)
    own = and_(imported, _ENTRY.import_id.in_(mine))
    # what time took is nobody's use
    no_use = or_(own, _ENTRY.kind == EntryKind.EXPIRE)
    used = case((no_use, 0), else_=_ENTRY.points)
    in_lots = _ENTRY.lot_id.in_(opened)
    holders = _HOLDERS.where(in_lots).group_by(_ENTRY.lot_id)
    return holders.having(func.sum(used) < 0)


def _merged(session: Session, mine: Collection[ImportId]) -> Query:
    """Two records that became one cannot lose what an import said of one of them: they are parted
    first."""
    merges = session.execute(_MERGES).all()
    # most shops hold none
    changed = _members_changed(session, mine) if merges else set[int]()
    held = list[int]()
    for merge, *both in merges:
        if not changed.isdisjoint(both):
            held.append(merge)
    return select(_MERGE.survivor_id).where(_MERGE.id.in_(held))


def _members_changed(session: Session, mine: Collection[ImportId]) -> set[int]:
    keys = _MEMBERS_CHANGED.where(_CHANGE.import_id.in_(mine))
    rows = map(json.loads, session.scalars(keys))
    return {int(row["id"]) for row in rows}
