"""Where a row came from: with which import, and whether it counts as somebody's own."""

from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, cast, or_, select, true

from storecrm.models.base import Base
from storecrm.models.import_batch import ImportBatch, ImportChange
from storecrm.models.member import Member
from storecrm.values import EntryKind, ImportId, SaleState

TABLES = Base.metadata.tables
_B: Any = ImportBatch.__table__
_CHANGE: Any = ImportChange.__table__
PARENTS = {
    "coupon": ("batch_id", "batch"),
    "offer_version": ("offer_id", "offer"),
    "sale_line": ("sale_id", "sale"),
}
"""Tables whose rows came with the row of another one."""


def is_of_others(table: Any, mine: Collection[ImportId]) -> ColumnElement[bool]:
    """True of a row that neither came with these imports nor with one that was rolled back, and
    that is more than a trace."""
    gone = select(_B.c.id).where(_B.c.state == "undone")
    if "import_id" in table.c:
        origin: Any = table.c.import_id
    elif table.name in PARENTS:
        through, parent = PARENTS[table.name]
        owner: Any = TABLES[parent].alias("its_owner")
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
        select(Member.id).where(Member.tier_by_hand == 1)
    ),
}
"""Rows of a table that do count."""
