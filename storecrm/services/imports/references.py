"""Who uses what an import brought. Every table that may refer to an imported row is asked before an
import is rolled back.

The questions follow from the foreign keys of the models: each key that points at a row which a roll
back removes has an answer in `ANSWERS`, and a test fails where one is missing. What no foreign key
says is asked besides (`unnamed_uses`)."""

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sqlalchemy import Text, cast, func, select, union
from sqlalchemy.orm import Session

from storecrm.errors import Conflict
from storecrm.models import database
from storecrm.models.base import Base
from storecrm.models.coupon import Coupon
from storecrm.models.day_total import DayTotal
from storecrm.models.import_batch import ImportBatch, ImportChange
from storecrm.models.member import Member
from storecrm.models.offer import Offer
from storecrm.models.sale import Sale
from storecrm.services.imports.row_origins import PARENTS, TABLES, is_of_others
from storecrm.services.imports.unnamed_uses import asked_besides
from storecrm.values import ImportId

_B: Any = ImportBatch.__table__
_CHANGE: Any = ImportChange.__table__
_DAY: Any = DayTotal.__table__


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
            .where(origin.in_(mine), is_of_others(table, mine), column.is_not(None))
        )
    for by, queries in asked_besides(session, mine).items():
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
                    .where(database.among(session, column, ids), is_of_others(table, mine))
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
    return TABLES[table], TABLES[table].c[column]


def _from(table: Any, target: str, column: Any) -> tuple[Any, Any]:
    """A table joined to the rows that it names, and the import of those."""
    named = TABLES[target].alias("named")
    joined = table.join(named, named.c.id == column)
    if target not in PARENTS:
        return joined, named.c.import_id
    through, parent = PARENTS[target]
    owner = TABLES[parent].alias("owner")
    return joined.join(owner, owner.c.id == named.c[through]), owner.c.import_id


def _counted(session: Session, by: str, queries: Sequence[Any]) -> Use | None:
    found = union(*queries).subquery()
    [key] = found.c
    count, first = session.execute(select(func.count(), func.min(key)).select_from(found)).one()
    return Use(by, int(count), _called(session, by, first)) if count else None


def _called(session: Session, by: str, key: int) -> str:
    """What people call the row `key`."""
    query: Any = {
        "sale": select(Sale.receipt_no).where(Sale.id == key),
        "coupon": select(Coupon.code).where(Coupon.id == key),
        "redemption": select(Coupon.code).where(Coupon.id == key),
        "offer": select(Offer.code).where(Offer.id == key),
    }.get(by)
    if query is None and by in ("batch", "paper", "emergency_code"):
        return str(key)
    return str(
        session.scalar(
            query if query is not None else select(Member.member_no).where(Member.id == key)
        )
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
        table = TABLES[name].alias("made")
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
