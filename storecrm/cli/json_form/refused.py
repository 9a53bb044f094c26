"""Why something was refused, and what would go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storecrm.cli.json_form.values import facts
from storecrm.i18n import Catalogue
from storecrm.values import Refusal
from storecrm.wording import refusals

if TYPE_CHECKING:
    # a command loads what it does, not what others answer
    from storecrm.services.till.member_coupons import BetterCoupon

_WHO_AND_WHEN = ("short", "day", "at", "till", "staff", "member", "limit", "reason", "offer")
_DISTANCES = (*_WHO_AND_WHEN, "pieces", "receipt_no=receipt")


def refusal(refused: Refusal, words: Catalogue) -> dict[str, Any]:
    """One reason with its distance; only the facts it has."""
    distances = facts(refused, _DISTANCES, words)
    if not refused.reason:
        del distances["reason"]
    said = {key: value for key, value in distances.items() if value is not None}
    return {"code": refused.code.value, **said, "message": refusals.refusal(refused, words)}


def better(found: BetterCoupon | None, words: Catalogue) -> dict[str, Any] | None:
    """The coupon that gives more than the one that was refused."""
    if found is None:
        return None
    return facts(found, ("code", "offer_code", "offer=offer_name", "discount"), words)
