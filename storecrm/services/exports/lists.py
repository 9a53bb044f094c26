"""The lists that a shop hands out: their columns, and how their rows come out of the store one
after the other.

Every list has the columns of the import of the same name (see domain.list_columns), so that an
empty shop that reads the lists is the same shop: members, articles, offers, receipts, coupons and
their uses, points lot by lot. The others tell a person more.

    columns, rows = LISTS["members"]
    for row in rows(session, store): ...
"""

from collections.abc import Callable

from sqlalchemy.orm import Session

from storecrm.domain import member_fields
from storecrm.domain.list_columns import COLUMNS
from storecrm.services.exports import (
    coupon_rows,
    goods_rows,
    member_rows,
    point_rows,
    receipt_rows,
)
from storecrm.services.exports.cells import Rows
from storecrm.services.store import Store

Columns = tuple[str, ...]
RowsOf = Callable[[Session, Store], Rows]


def _without(kind: str, *columns: str) -> Columns:
    """The columns of an import without those that a list of ours has no use for."""
    return tuple(name for name in COLUMNS[kind] if name not in columns)


_MEMBERS = tuple(field.column for field in member_fields.EXPORTED)
# our own lists name members by their number alone
_CONSENTS = _without("consents", "phone")
_REFERRALS = _without("referrals", "phone")
_STAMPS = _without("stamps", "phone")
_SALES = _without("sales", "phone")
_MOVES = ("member_no", "date", "kind", "points", "expires_on", "receipt_no", "reason")
_LOTS = (*_MOVES, "earned_on", "active_from", "reference")

LISTS: dict[str, tuple[Columns, RowsOf]] = {}
"""Kind -> columns, and what gives its rows. The order is the one in which an empty shop reads
them."""
LISTS["products"] = (COLUMNS["products"], goods_rows.articles)
LISTS["offers"] = (COLUMNS["offers"], goods_rows.offers)
LISTS["offer-products"] = (COLUMNS["offer-products"], goods_rows.offer_articles)
# offers and members come before what names them
LISTS["members"] = (_MEMBERS, member_rows.members)
LISTS["consents"] = (_CONSENTS, member_rows.consents)
LISTS["referrals"] = (_REFERRALS, member_rows.referrals)
LISTS["points"] = (_LOTS, point_rows.lots)
LISTS["stamps"] = (_STAMPS, member_rows.stamp_cards)
LISTS["coupons"] = (COLUMNS["coupons"], coupon_rows.coupons)
LISTS["sales"] = (_SALES, receipt_rows.lines)
LISTS["redemptions"] = (COLUMNS["redemptions"], coupon_rows.uses)
LISTS["day-totals"] = (COLUMNS["day-totals"], goods_rows.day_totals)
# told to people only: no import reads it
LISTS["points-ledger"] = (_MOVES, point_rows.entries)
