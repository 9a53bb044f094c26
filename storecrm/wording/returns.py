"""What a return did."""

from typing import Any

from storecrm.i18n import Catalogue, m
from storecrm.wording.errors import cure as cure
from storecrm.wording.errors import problem as problem
from storecrm.wording.errors import sentence as sentence
from storecrm.wording.refusals import refusal as refusal

RETURNS: dict[str, str] = {
    "part": m("part of the receipt came back"),
    "all": m("all of the receipt came back"),
    "no_receipt": m("came back without a receipt"),
}


def return_effects(found: Any, words: Catalogue) -> list[str]:
    """Everything a return does besides the cash, a sentence each (found:
    services.till.returns.Returned)."""
    said = []
    if found.points_taken_back:
        said.append(
            words.n(
                "1 point is taken back.", "{count} points are taken back.", found.points_taken_back
            )
        )
    if found.points_given_back:
        said.append(
            words.n(
                "1 point is given back.", "{count} points are given back.", found.points_given_back
            )
        )
    if found.points_missing:
        ways = {
            "debt": m("{points} points are missing: the member owes them."),
            "cash": m("{points} points are missing: {cash} are kept for them."),
            "pending": m("{points} points are missing: they are let go."),
            "forgive": m("{points} points are missing: they are let go."),
        }
        said.append(
            words.t(
                ways[found.shortfall],
                points=words.number(found.points_missing),
                cash=words.money(found.cash_for_points),
            )
        )
    if found.stamps_taken_back:
        said.append(
            words.n(
                "1 stamp is taken back.", "{count} stamps are taken back.", found.stamps_taken_back
            )
        )
    for gift in found.gifts_due:
        said.append(
            words.t(
                "{name} stays and costs {charge} more without these goods.",
                name=gift.name,
                charge=words.money(gift.charge),
            )
        )
    if found.coupons_back:
        said.append(
            words.n(
                "1 coupon can be used again.",
                "{count} coupons can be used again.",
                len(found.coupons_back),
            )
        )
    if found.coupons_kept:
        said.append(
            words.n("1 coupon stays used.", "{count} coupons stay used.", len(found.coupons_kept))
        )
    if found.coupons_void:
        said.append(
            words.n(
                "1 unused coupon is cancelled.",
                "{count} unused coupons are cancelled.",
                len(found.coupons_void),
            )
        )
    return said
