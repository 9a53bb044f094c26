"""What a return did."""

from typing import Any

from storecrm.i18n import Catalogue, m
from storecrm.wording.names import ids_by_code

RETURNS = ids_by_code("returns", ("part", "all", "no_receipt"))
_LET_GO = m("{points} points are missing: they are let go.")
_SHORTFALLS = {
    "debt": m("{points} points are missing: the member owes them."),
    "cash": m("{points} points are missing: {cash} are kept for them."),
    "pending": _LET_GO,
    "forgive": _LET_GO,
}
"""What becomes of points that goods had earned and that are spent already."""


def return_effects(found: Any, words: Catalogue) -> list[str]:
    """Everything a return does besides the cash, a sentence each (found:
    services.till.returns.Returned)."""
    said = _points_moved(found, words)
    if stamps := found.stamps_taken_back:
        said.append(words.n("1 stamp is taken back.", "{count} stamps are taken back.", stamps))
    said += [_gift_due(gift, words) for gift in found.gifts_due]
    return said + _coupons_moved(found, words)


def _points_moved(found: Any, words: Catalogue) -> list[str]:
    said = []
    if back := found.points_taken_back:
        said.append(words.n("1 point is taken back.", "{count} points are taken back.", back))
    if given := found.points_given_back:
        said.append(words.n("1 point is given back.", "{count} points are given back.", given))
    # points that were spent already cannot come back
    if found.points_missing:
        missing = words.number(found.points_missing)
        kept = words.money(found.cash_for_points)
        shortfall = _SHORTFALLS[found.shortfall]
        said.append(words.t(shortfall, points=missing, cash=kept))
    return said


def _gift_due(gift: Any, words: Catalogue) -> str:
    # without the goods that earned it a gift has its price
    charge = words.money(gift.charge)
    return words.t(
        "{name} stays and costs {charge} more without these goods.", name=gift.name, charge=charge
    )


def _coupons_moved(found: Any, words: Catalogue) -> list[str]:
    said = []
    if back := len(found.coupons_back):
        said.append(
            words.n("1 coupon can be used again.", "{count} coupons can be used again.", back)
        )
    if kept := len(found.coupons_kept):
        said.append(words.n("1 coupon stays used.", "{count} coupons stay used.", kept))
    if void := len(found.coupons_void):
        said.append(
            words.n("1 unused coupon is cancelled.", "{count} unused coupons are cancelled.", void)
        )
    return said
