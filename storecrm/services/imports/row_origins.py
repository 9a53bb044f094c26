"""Where a row came from: with which import, and whether it counts as somebody's own."""

from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import ColumnElement, Table, Text, and_, cast, or_, select, true

from storecrm.models import tables
from storecrm.models.base import Base
from storecrm.values import EntryKind, ImportId, SaleState

TABLES = Base.metadata.tables
PARENTS = {
    "coupon": ("batch_id", "batch"),
    "offer_version": ("offer_id", "offer"),
    "sale_line": ("sale_id", "sale"),
}
"""Tables whose rows came with the row of another one."""
_NOTED = ("referral", "stamp_entry")
"""Tables whose rows an import brings one by one, and notes."""
_IMPORT = tables.import_batch.c
_MEMBER = tables.member.c
_UNDONE = select(_IMPORT.id).where(_IMPORT.state == "undone")
_TIERS_BY_HAND = select(_MEMBER.id).where(_MEMBER.tier_by_hand == 1)


def is_of_others(table: Table, mine: Collection[ImportId]) -> ColumnElement[bool]:
    """True of a row that neither came with these imports nor with one that was rolled back, and
    that is more than a trace."""
    if table.name in _NOTED:
        return ~row_is_noted(table, mine)
    counts = _TRACES.get(table.name, _always)(table)
    origin = _origin(table)
    if origin is None:
        return counts
    # what was rolled back holds nothing any more
    of_another = origin.not_in(mine) & origin.not_in(_UNDONE)
    own = origin.is_(None)
    return and_(or_(own, of_another), counts)


def _origin(table: Table) -> Any:
    """The import that a row came with; None where a table does not say it."""
    if "import_id" in table.c:
        return table.c.import_id
    if table.name not in PARENTS:
        return None
    through, parent = PARENTS[table.name]
    owner = TABLES[parent].alias("its_owner")
    its_owner = owner.c.id == table.c[through]
    return select(owner.c.import_id).where(its_owner).scalar_subquery()


def row_is_noted(table: Table, mine: Collection[ImportId]) -> ColumnElement[bool]:
    """True of a row that the list which brought it noted."""
    change = tables.import_change.c
    # as json.dumps writes the key of a row
    key = '{"id": ' + cast(table.c.id, Text) + "}"
    of_table = change.table_name == table.name
    noted = select(change.id).where(change.import_id.in_(mine), of_table)
    return noted.where(change.row_key == key).exists()


def _always(_: Table) -> ColumnElement[bool]:
    return true()


def _sold_something(table: Table) -> ColumnElement[bool]:
    """A bill that was dropped sold nothing."""
    return table.c.state != SaleState.DROPPED


def _moved_points(table: Table) -> ColumnElement[bool]:
    """Neither what time took, nor what takes something back."""
    expired = table.c.kind == EntryKind.EXPIRE
    return ~expired & table.c.reverses_id.is_(None)


def _said_at_the_counter(table: Table) -> ColumnElement[bool]:
    """What another list said of a member goes with the member."""
    return table.c.import_id.is_(None)


def _still_merged(table: Table) -> ColumnElement[bool]:
    """Not two records that were parted again."""
    return table.c.undone_at.is_(None)


def _given_by_hand(table: Table) -> ColumnElement[bool]:
    """Not a tier that came by what was spent."""
    return table.c.member_id.in_(_TIERS_BY_HAND)


_TRACES: dict[str, Callable[[Table], ColumnElement[bool]]] = {
    "sale": _sold_something,
    "point_entry": _moved_points,
    "consent": _said_at_the_counter,
    "member_merge": _still_merged,
    "tier_change": _given_by_hand,
}
"""Rows of a table that do count; all of them where nothing stands here."""
