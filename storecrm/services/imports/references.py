"""Who uses what an import brought. Every table that may refer to an imported row is asked before an
import is rolled back.

The questions follow from the foreign keys of the models: each key that points at a row which a roll
back removes has an answer in `ANSWERS`, and a test fails where one is missing. What no foreign key
says is asked below that (`_asked_besides`).
"""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, case, cast, func, or_, select, true, union
from sqlalchemy.orm import Session

from storecrm.errors import Conflict
from storecrm.ledger.points import REISSUED
from storecrm.models import database
from storecrm.models.base import Base
from storecrm.models.coupon import Batch, Coupon
from storecrm.models.day_total import DayTotal
from storecrm.models.import_batch import ImportBatch, ImportChange
from storecrm.models.member import Member, MemberMerge
from storecrm.models.offer import Offer, OfferScope, OfferVersion
from storecrm.models.points import PointEntry
from storecrm.models.redemption import Redemption
from storecrm.models.sale import Sale, SaleStep
from storecrm.models.stamp import StampEntry
from storecrm.values import EntryKind, ImportId, SaleState, StampKind

_TABLES = Base.metadata.tables
_M, _S, _R, _C, _E = (model.__table__ for model in (Member, Sale, Redemption, Coupon, PointEntry))
_BATCH: Any = Batch.__table__
_B: Any = ImportBatch.__table__
_CHANGE: Any = ImportChange.__table__
_DAY: Any = DayTotal.__table__
_SCOPE: Any = OfferScope.__table__
_VERSION: Any = OfferVersion.__table__
_STEP: Any = SaleStep.__table__
_STAMP: Any = StampEntry.__table__
_MERGE: Any = MemberMerge.__table__


class Hindrance(Enum):
    """What a row means for the imported one that it names: it STOPS a roll back, GOES with the
    imported row, or LETS_GO of it."""

    STOPS = "stops"
    GOES = "goes"
    LETS_GO = "lets_go"


REMOVED = ("member", "offer", "offer_version", "product", "sale", "batch", "coupon", "redemption")
"""The tables of which a roll back removes rows that others may name; rows of the points ledger are
reversed and stay."""
_STOPS, _GOES, _LETS_GO = Hindrance.STOPS, Hindrance.GOES, Hindrance.LETS_GO
ANSWERS: dict[str, Hindrance] = {
    "allocation.redemption_id": _GOES,
    "batch.offer_id": _STOPS,
    "batch.version_id": _STOPS,
    "consent.member_id": _STOPS,
    "coupon.batch_id": _GOES,
    "coupon.by_sale": _STOPS,
    "coupon.held_by": _STOPS,
    "coupon.member_id": _STOPS,
    "coupon.offer_id": _STOPS,
    "emergency_code.redemption_id": _STOPS,
    "lost_card.member_id": _STOPS,
    "member.merged_into": _STOPS,
    "member.referred_by": _LETS_GO,
    "member_merge.merged_id": _STOPS,
    "member_merge.survivor_id": _STOPS,
    "member_phone.member_id": _GOES,
    "member_tag.member_id": _GOES,
    "not_duplicate.first_id": _GOES,
    "not_duplicate.second_id": _GOES,
    "offer_scope.version_id": _GOES,
    "offer_use.offer_id": _GOES,
    "offer_version.offer_id": _GOES,
    "paper_move.batch_id": _STOPS,
    "point_entry.coupon_id": _STOPS,
    "point_entry.member_id": _STOPS,
    "point_entry.sale_id": _STOPS,
    "point_lot.member_id": _GOES,
    "product_pair.first_id": _GOES,
    "product_pair.second_id": _GOES,
    "redemption.coupon_id": _STOPS,
    "redemption.member_id": _STOPS,
    "redemption.offer_id": _STOPS,
    "redemption.sale_id": _STOPS,
    "referral.friend_id": _STOPS,
    "referral.referrer_id": _STOPS,
    "referral.sale_id": _STOPS,
    "refused_scan.offer_id": _LETS_GO,
    "sale.member_id": _STOPS,
    "sale.returns_id": _STOPS,
    "sale.voids_id": _STOPS,
    "sale_line.product_id": _STOPS,
    "sale_line.sale_id": _GOES,
    "sale_step.offer_id": _STOPS,
    "sale_step.sale_id": _STOPS,
    "sale_step.version_id": _STOPS,
    "sale_tender.pair_id": _STOPS,
    "sale_tender.sale_id": _STOPS,
    "segment_member.member_id": _GOES,
    "slip_print.sale_id": _GOES,
    "stage_change.member_id": _GOES,
    "stamp_entry.coupon_id": _STOPS,
    "stamp_entry.member_id": _STOPS,
    "stamp_entry.offer_id": _STOPS,
    "stamp_entry.sale_id": _STOPS,
    "stamp_entry.version_id": _STOPS,
    "tier_change.member_id": _STOPS,
}
"""By table and column. Points of a lot go with its entries, which are asked; a member's kept list,
further phone and words are the member's; a slip of a receipt goes with the receipt."""

_WHO: dict[str, tuple[str, str]] = {
    "batch": ("batch", "id"),
    "consent": ("consent", "member_id"),
    "coupon": ("coupon", "id"),
    "emergency_code": ("emergency_code", "redemption_id"),
    "lost_card": ("lost_card", "member_id"),
    "member": ("member_merge", "id"),
    "member_merge": ("member_merge", "survivor_id"),
    "paper_move": ("paper", "batch_id"),
    "point_entry": ("point_entry", "member_id"),
    "redemption": ("redemption", "coupon_id"),
    "referral": ("referral", "friend_id"),
    "sale": ("sale", "id"),
    "sale_line": ("sale", "sale_id"),
    "sale_step": ("sale", "sale_id"),
    "sale_tender": ("sale", "sale_id"),
    "stamp_entry": ("stamp_entry", "member_id"),
    "tier_change": ("tier_change", "member_id"),
}
"""What people call a row that stops a roll back, and the column that says which one it is."""


@dataclass(frozen=True)
class Use:
    """Something that stands on an import: what it is (receipts: sale, uses of coupons: redemption,
    ...), how many, and one of them."""

    by: str
    count: int
    example: str


def foreign_keys() -> list[tuple[str, str]]:
    """("table.column", table it names) of every foreign key that names a row which a roll back
    removes."""
    return [
        (f"{table.name}.{column.name}", key.column.table.name)
        for table in Base.metadata.sorted_tables
        for column in table.c
        for key in column.foreign_keys
        if key.column.table.name in REMOVED
    ]


def require_unused(session: Session, batches: Sequence[ImportId]) -> None:
    """Refuse while anything that is not of these imports, which go together, stands on what they
    brought.

    Raises:
        Conflict: import_in_use (facts: by, count, example of the first; uses: all of them).
    """
    if found := uses(session, batches):
        first, rows = found[0], [vars(use) for use in found]
        where = ", ".join(map(str, batches))
        raise Conflict(
            "import_in_use",
            where=where,
            by=first.by,
            count=first.count,
            example=first.example,
            uses=rows,
        )


def uses(session: Session, batches: Sequence[ImportId]) -> list[Use]:
    """What stands on these imports, most telling first; nothing when they may go."""
    mine = set(batches)
    asked: dict[str, list[Any]] = defaultdict(list)
    for name, target in foreign_keys():
        if ANSWERS[name] is not Hindrance.STOPS:
            continue
        table, column = named(name)
        by, key = _WHO[table.name]
        held, origin = _from(table, target, column)
        asked[by].append(
            select(table.c[key])
            .select_from(held)
            .where(origin.in_(mine), _other(table, mine), column.is_not(None))
        )
    for by, queries in _asked_besides(session, mine).items():
        asked[by] += queries
    found = [use for by, queries in asked.items() if (use := _counted(session, by, queries))]
    found += _changed_later(session, mine)
    return sorted(
        found, key=lambda use: (_FIRST.index(use.by) if use.by in _FIRST else len(_FIRST), use.by)
    )


_FIRST = ("sale", "redemption", "coupon", "paper", "batch", "import", "member_merge")


def held(
    session: Session, target: str, ids: Collection[int], batches: Collection[ImportId]
) -> set[int]:
    """Those of the rows `ids` of a table that something stands on, which is not of these
    imports."""
    found, mine = set[int](), set(batches)
    for name, at in foreign_keys():
        if at == target and ANSWERS[name] is Hindrance.STOPS:
            table, column = named(name)
            found |= set(
                session.scalars(
                    select(column)
                    .where(database.among(session, column, ids), _other(table, mine))
                    .distinct()
                )
            )
    return found


APART = ("coupon", "offer_version", "point_lot")
"""Tables whose rows go with what they name, but in a step of their own, or stay as the ledger's."""


def still_named(
    session: Session, target: str, ids: Collection[int], *, apart: bool = True
) -> set[int]:
    """Those of the rows `ids` of a table that another row still names, which does not go with them
    (`apart`: in the same step)."""
    found = set[int]()
    for name, at in foreign_keys():
        table, column = named(name)
        if at == target and (ANSWERS[name] is Hindrance.STOPS or (apart and table.name in APART)):
            found |= set(
                session.scalars(
                    select(column).where(database.among(session, column, ids)).distinct()
                )
            )
    return found


def named(name: str) -> tuple[Any, Any]:
    """The table and the column of a foreign key."""
    table, _, column = name.partition(".")
    return _TABLES[table], _TABLES[table].c[column]


_PARENTS = {
    "coupon": ("batch_id", "batch"),
    "offer_version": ("offer_id", "offer"),
    "sale_line": ("sale_id", "sale"),
}
"""Tables whose rows came with the row of another one."""


def _from(table: Any, target: str, column: Any) -> tuple[Any, Any]:
    """A table joined to the rows that it names, and the import of those."""
    named = _TABLES[target].alias("named")
    joined = table.join(named, named.c.id == column)
    if target not in _PARENTS:
        return joined, named.c.import_id
    through, parent = _PARENTS[target]
    owner = _TABLES[parent].alias("owner")
    return joined.join(owner, owner.c.id == named.c[through]), owner.c.import_id


def _other(table: Any, mine: Collection[ImportId]) -> ColumnElement[bool]:
    """True of a row that neither came with these imports nor with one that was rolled back, and
    that is more than a trace."""
    gone = select(_B.c.id).where(_B.c.state == "undone")
    if "import_id" in table.c:
        origin: Any = table.c.import_id
    elif table.name in _PARENTS:
        through, parent = _PARENTS[table.name]
        owner: Any = _TABLES[parent].alias("its_owner")
        origin = select(owner.c.import_id).where(owner.c.id == table.c[through]).scalar_subquery()
    elif table.name in _NOTED:
        # the list that brought it noted it
        key = '{"id": ' + cast(table.c.id, Text) + "}"
        noted = select(_CHANGE.c.id).where(
            _CHANGE.c.import_id.in_(mine),
            _CHANGE.c.table_name == table.name,
            _CHANGE.c.row_key == key,
        )
        return ~noted.exists()
    else:
        return _TRACES.get(table.name, _always)(table)
    other = or_(origin.is_(None), origin.not_in(mine) & origin.not_in(gone))
    return and_(other, _TRACES.get(table.name, _always)(table))


_NOTED = ("referral", "stamp_entry")
"""Tables whose rows an import brings one by one, and notes."""


def _always(_: Any) -> ColumnElement[bool]:
    return true()


_TRACES: dict[str, Callable[[Any], ColumnElement[bool]]] = {
    # a bill that was dropped sold nothing
    "sale": lambda table: table.c.state != SaleState.DROPPED,
    # what time took, and what takes something back
    "point_entry": lambda table: (table.c.kind != EntryKind.EXPIRE) & table.c.reverses_id.is_(None),
    # what another list said of a member goes with the member; a word at the counter is somebody's
    "consent": lambda table: table.c.import_id.is_(None),
    # two records that were parted again
    "member_merge": lambda table: table.c.undone_at.is_(None),
    # tiers that came by what was spent
    "tier_change": lambda table: table.c.member_id.in_(
        select(_M.c.id).where(_M.c.tier_by_hand == 1)
    ),
}
"""Rows of a table that do count."""


def _counted(session: Session, by: str, queries: Sequence[Any]) -> Use | None:
    found = union(*queries).subquery()
    [key] = found.c
    count, first = session.execute(select(func.count(), func.min(key)).select_from(found)).one()
    return Use(by, int(count), _called(session, by, first)) if count else None


def _called(session: Session, by: str, key: int) -> str:
    """What people call the row `key`."""
    query: Any = {
        "sale": select(_S.c.receipt_no).where(_S.c.id == key),
        "coupon": select(_C.c.code).where(_C.c.id == key),
        "redemption": select(_C.c.code).where(_C.c.id == key),
        "offer": select(Offer.code).where(Offer.id == key),
    }.get(by)
    if query is None and by in ("batch", "paper", "emergency_code"):
        return str(key)
    return str(
        session.scalar(query if query is not None else select(_M.c.member_no).where(_M.c.id == key))
    )


def _asked_besides(session: Session, mine: Collection[ImportId]) -> dict[str, list[Any]]:
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
            select(_S.c.id).where(_S.c.import_id.in_(mine), _S.c.attached_at.is_not(None)),
            *_promotions(session, mine),
        ],
        "coupon": [paper, held],
        "paper": [select(_BATCH.c.id).where(_BATCH.c.import_id.in_(mine), _BATCH.c.prints > 0)],
        "point_entry": [_burnt(mine)],
        "member_merge": [_merged(session, mine)],
        "batch": [
            select(_BATCH.c.id)
            .join(_SCOPE, _SCOPE.c.version_id == _BATCH.c.version_id)
            .where(_SCOPE.c.import_id.in_(mine), _other(_BATCH, mine))
        ],
        "offer": [_rewarded(session, mine)],
        "stamp_entry": [_filled(mine)],
    }


def _promotions(session: Session, mine: Collection[ImportId]) -> list[Any]:
    """Bills under a promotion whose goods an import named, since then: their returns are priced by
    it."""
    began = session.scalar(select(func.min(_B.c.at)).where(_B.c.id.in_(mine)))
    since = _S.c.recorded_at >= began
    scoped = select(_SCOPE.c.version_id).where(_SCOPE.c.import_id.in_(mine))
    return [
        select(_S.c.id)
        .join(_STEP, _STEP.c.sale_id == _S.c.id)
        .where(_STEP.c.version_id.in_(scoped), since)
    ]


def _rewarded(session: Session, mine: Collection[ImportId]) -> Any:
    """Offers of another origin that give an imported one as their reward."""
    codes = set(session.scalars(select(Offer.code).where(Offer.import_id.in_(mine))))
    others = select(Offer.id, _VERSION.c.more).join(_VERSION, _VERSION.c.offer_id == Offer.id)
    others = others.where(_VERSION.c.more.contains('"reward"'), _other(Offer.__table__, mine))
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


def _changed_later(session: Session, mine: Collection[ImportId]) -> list[Use]:
    """Other imports that changed rows which these made: what was changed cannot go without its
    change."""
    others = select(_B.c.id).where(
        _B.c.id > min(mine), _B.c.id.not_in(mine), _B.c.state != "undone"
    )
    later = select(_CHANGE.c.import_id).where(_CHANGE.c.import_id.in_(others))
    found = set[int]()
    for name in ("member", "product"):
        table = _TABLES[name].alias("made")
        key = '{"id": ' + cast(table.c.id, Text) + "}"
        named = select(table.c.id).where(table.c.import_id.in_(mine), key == _CHANGE.c.row_key)
        found |= set(
            session.scalars(later.where(_CHANGE.c.table_name == name, named.exists()).distinct())
        )
    days = {
        (row.store, row.day.isoformat())
        for row in session.execute(
            select(_DAY.c.store, _DAY.c.day).where(_DAY.c.import_id.in_(mine))
        )
    }
    if days:
        rows = session.execute(
            later.add_columns(_CHANGE.c.row_key).where(_CHANGE.c.table_name == "day_total")
        )
        found |= {row.import_id for row in rows if tuple(json.loads(row.row_key).values()) in days}
    return [Use("import", len(found), str(min(found)))] if found else []
