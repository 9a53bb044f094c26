"""A bill, a coupon used on it, a return."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storecrm.cli.json_form.refused import refusal
from storecrm.cli.json_form.values import facts, money, pieces, rows
from storecrm.i18n import Catalogue
from storecrm.values import Refusal

if TYPE_CHECKING:
    # a command loads what it does, not what others answer
    from storecrm.services.till.receipt_numbers import ReceiptChoice
    from storecrm.services.till.receipts import BillView, LineView
    from storecrm.services.till.returned_goods import LineBack, Returned

_HEAD = ("receipt_no", "state", "business_date")
_SUMS = ("gross", "discount", "points_paid", "rounding", "price_kept", "net", "points_earned")
_GOODS = ("line=line_no", "sku", "name")
_GIFT = ("line=line_no", "name", "charge")
_COUPON = ("code", "offer_code", "discount", "redeemed_at")
_STEP = ("step", "offer_code", "offer=offer_name", "amount")
_TENDER = ("kind", "amount", "given")
_GIVEN = ("code", "offer=offer_name", "valid_from", "valid_to")
_POINTS_BACK = ("points_given_back", "points_taken_back", "points_missing")
_COUPONS_BACK = ("cash_for_points", "coupons_back", "coupons_kept", "coupons_void")


def bill(view: BillView, words: Catalogue) -> dict[str, Any]:
    body = {"ok": True} | facts(view, (*_HEAD, *_SUMS), words)
    body["member_no"] = view.member.member_no if view.member else None
    body["coupons"] = rows(view.coupons, _COUPON, words)
    body["lines"] = [_line(line, words) for line in view.lines]
    body["steps"] = rows(view.steps, _STEP, words)
    body["near"] = [_near(offer, missed, words) for offer, missed in view.near]
    body["tenders"] = rows(view.paid, _TENDER, words)
    # money to hand back is known once somebody paid
    change = view.change if view.paid else None
    body["change"] = money(change, words)
    body["returns"] = view.returns
    body["given"] = rows(view.given, _GIVEN, words)
    return body | _repeated(view)


def _line(line: LineView, words: Catalogue) -> dict[str, Any]:
    goods = facts(line, _GOODS)
    goods["quantity"] = pieces(line.quantity)
    goods |= facts(line, ("unit_price", "amount"), words)
    goods["discount"] = money(line.share, words)
    goods["net"] = money(line.amount - line.share, words)
    return goods


def _near(offer: str, missed: Refusal, words: Catalogue) -> dict[str, Any]:
    return {"offer": offer} | refusal(missed, words)


def _repeated(view: BillView | Returned) -> dict[str, Any]:
    """Said only of a request that had been carried out before."""
    return {"repeated": True} if view.repeated else {}


def redeemed(view: BillView, words: Catalogue, code: str) -> dict[str, Any]:
    named = [coupon for coupon in view.coupons if coupon.code == code]
    mine = named[0] if named else view.coupons[-1]
    used = facts(mine, ("code", "discount"), words)
    body = {"ok": True} | used | facts(view, ("receipt_no", "state"))
    body |= facts(mine, ("redeemed_at",), words)
    body |= facts(view, ("gross", "net", "points_earned"), words)
    return body | _repeated(view)


def returned(view: Returned, words: Catalogue) -> dict[str, Any]:
    """A return, or its preview."""
    body = {"ok": True} | facts(view, ("receipt_no", "original", "cash"), words)
    body["lines"] = [_line_back(line, words) for line in view.lines]
    body |= facts(view, _POINTS_BACK)
    body["shortfall"] = view.shortfall or None
    body |= facts(view, _COUPONS_BACK, words)
    body["gifts_due"] = rows(view.gifts_due, _GIFT, words)
    body |= facts(view, ("stamps_taken_back", "everything", "back_by=way"))
    return body | _repeated(view)


def _line_back(line: LineBack, words: Catalogue) -> dict[str, Any]:
    goods = facts(line, _GOODS)
    goods["quantity"] = pieces(line.quantity)
    return goods | facts(line, ("cash",), words)


def receipt_choice(one: ReceiptChoice, words: Catalogue) -> dict[str, Any]:
    """One of several receipts of a number; `receipt` names it alone."""
    return facts(one, ("receipt", "date=business_date", "store", "net"), words)
