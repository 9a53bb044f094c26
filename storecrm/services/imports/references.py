"""Which tables may refer to what an import brought, and what that means for a roll back.

The questions follow from the foreign keys of the models: each key that points at a row which a roll
back removes has an answer in `ANSWERS`, and a test fails where one is missing."""

from collections.abc import Callable, Collection, Iterator
from enum import Enum
from typing import Any

from sqlalchemy import Column, Table, select
from sqlalchemy.orm import Session

from storecrm.models import database
from storecrm.models.base import Base
from storecrm.services.imports.row_origins import TABLES, is_of_others
from storecrm.values import ImportId


class Hindrance(Enum):
    """What a row means for the imported one that it names: it STOPS a roll back, GOES with the
    imported row, or LETS_GO of it."""

    STOPS = "stops"
    GOES = "goes"
    LETS_GO = "lets_go"


REMOVED = ("member", "offer", "offer_version", "product", "sale", "batch", "coupon", "redemption")
"""The tables of which a roll back removes rows that others may name; rows of the points ledger are
reversed and stay."""

_STOP_OFFERS = """
batch.offer_id batch.version_id coupon.offer_id redemption.offer_id sale_step.offer_id
sale_step.version_id stamp_entry.offer_id stamp_entry.version_id
"""
_STOP_COUPONS = """
coupon.by_sale coupon.held_by coupon.member_id emergency_code.redemption_id paper_move.batch_id
point_entry.coupon_id redemption.coupon_id stamp_entry.coupon_id
"""
_STOP_MEMBERS = """
consent.member_id lost_card.member_id member.merged_into member_merge.merged_id
member_merge.survivor_id point_entry.member_id redemption.member_id referral.friend_id
referral.referrer_id sale.member_id stamp_entry.member_id tier_change.member_id
"""
_STOP_SALES = """
point_entry.sale_id redemption.sale_id referral.sale_id sale.returns_id sale.voids_id
sale_line.product_id sale_step.sale_id sale_tender.pair_id sale_tender.sale_id stamp_entry.sale_id
"""
# a member's kept list, further phone and words are the member's
_GO_WITH_MEMBERS = """
member_phone.member_id member_tag.member_id not_duplicate.first_id not_duplicate.second_id
segment_member.member_id stage_change.member_id
"""
# points of a lot go with its entries, which are asked; a slip of a receipt goes with the receipt
_GO = """
allocation.redemption_id coupon.batch_id offer_scope.version_id offer_use.offer_id
offer_version.offer_id point_lot.member_id product_pair.first_id product_pair.second_id
sale_line.sale_id slip_print.sale_id
"""
_LET_GO = "member.referred_by refused_scan.offer_id"
_STOP = (_STOP_OFFERS + _STOP_COUPONS + _STOP_MEMBERS + _STOP_SALES).split()
_GO_TOO = (_GO + _GO_WITH_MEMBERS).split()
ANSWERS: dict[str, Hindrance] = dict.fromkeys(_STOP, Hindrance.STOPS)
"""By table and column."""
ANSWERS |= dict.fromkeys(_GO_TOO, Hindrance.GOES)
ANSWERS |= dict.fromkeys(_LET_GO.split(), Hindrance.LETS_GO)
APART = ("coupon", "offer_version", "point_lot")
"""Tables whose rows go with what they name, but in a step of their own, or stay as the ledger's."""


def foreign_keys() -> list[tuple[str, str]]:
    """("table.column", table it names) of every foreign key that names a row which a roll back
    removes."""
    found = list[tuple[str, str]]()
    for column in _columns():
        name = f"{column.table.name}.{column.name}"
        found += [(name, target) for target in _targets(column) if target in REMOVED]
    return found


def _columns() -> Iterator[Column[Any]]:
    for table in Base.metadata.sorted_tables:
        yield from table.c


def _targets(column: Column[Any]) -> list[str]:
    """The tables that a column names."""
    return [key.column.table.name for key in column.foreign_keys]


def named(name: str) -> tuple[Table, Column[Any]]:
    """The table and the column of a foreign key."""
    table_name, _, column = name.partition(".")
    table = TABLES[table_name]
    return table, table.c[column]


def held(
    session: Session, target: str, ids: Collection[int], batches: Collection[ImportId]
) -> set[int]:
    """Those of the rows `ids` of a table that something stands on, which is not of these
    imports."""
    mine = set(batches)

    def stops(name: str, _: Table) -> bool:
        return ANSWERS[name] is Hindrance.STOPS

    return _named_by(session, target, ids, stops, lambda table: (is_of_others(table, mine),))


def still_named(
    session: Session, target: str, ids: Collection[int], *, apart: bool = True
) -> set[int]:
    """Those of the rows `ids` of a table that another row still names, which does not go with them
    (`apart`: in the same step)."""

    def counts(name: str, table: Table) -> bool:
        # what stands apart has not gone yet
        if apart and table.name in APART:
            return True
        return ANSWERS[name] is Hindrance.STOPS

    return _named_by(session, target, ids, counts, lambda _: ())


def _named_by(
    session: Session,
    target: str,
    ids: Collection[int],
    counts: Callable[[str, Table], bool],
    more: Callable[[Table], tuple[Any, ...]],
) -> set[int]:
    """Those of the rows `ids` that rows of the tables which count name."""
    found = set[int]()
    for name, at in foreign_keys():
        table, column = named(name)
        if at == target and counts(name, table):
            among = database.among(session, column, ids)
            query = select(column).where(among, *more(table)).distinct()
            found.update(session.scalars(query))
    return found
