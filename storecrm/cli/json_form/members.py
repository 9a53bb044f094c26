"""A member with points and coupons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storecrm.cli.json_form.values import facts, rows
from storecrm.domain import member_fields

if TYPE_CHECKING:
    # a command loads what it does, not what others answer
    from storecrm.domain.points import Balance
    from storecrm.services.coupons.issue import CouponView
    from storecrm.services.members.views import MemberView

_VIEWED = tuple(field.name for field in member_fields.VIEWED)
_BALANCE = ("pending", "active", "spent", "expired", "owed")
_COUPON = ("code", "offer_code", "offer=offer_name", "state", "valid_from", "valid_to")


def member(view: MemberView, points: Balance, coupons: list[CouponView]) -> dict[str, Any]:
    known = facts(view, _VIEWED)
    contact = {"phones": list(view.phones), "tags": list(view.tags), "consent": view.consent}
    owned = {"points": balance(points), "coupons": rows(coupons, _COUPON)}
    return {"ok": True} | known | contact | owned


def balance(points: Balance) -> dict[str, Any]:
    """Points are counted, not money: no words."""
    return facts(points, _BALANCE)
