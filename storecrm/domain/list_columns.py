"""Columns of every kind of list that is read in or goes out, and what a row of it must say."""

from storecrm.domain import member_fields
from storecrm.domain.offers.reading import KEYS as OFFER_KEYS

# either says whose the row is
_WHOSE = ("member_no", "phone")
_CONSENTS = ("channel", "purpose", "granted", "answered_at", "evidence", "text_version")
_REFERRALS = ("referred_by", "referral_state", "registered_on", "rewarded_on")
_POINTS = ("points", "expires_on", "earned_on", "reference", "reason", "active_from")
_STAMPS = ("offer_code", "stamps", "expires_on")
_GOODS = ("sku", "barcode", "name", "category", "brand", "price", "cost")
_GOODS_FLAGS = ("no_points", "no_promotion", "medicine", "to_complete")
_SALES = ("receipt_no", "sold_at", "member_no", "sku", "quantity", "unit_price", "discount")
_SALES_WHERE = ("amount", "coupon_code", "store", "channel", "phone", "business_date")
# a receipt of goods that came back names the one that it takes from
_RETURNS = ("returns", "returns_receipt", "returns_date", "returns_line")
_COUPONS = ("code", "offer_code", "member_no", "issued_on", "uses_allowed", "state")
_COUPON_PAPER = ("valid_from", "valid_to", "serial", "batch", "handed_out", "void_reason")
_USES = ("redemption_no", "code", "member_no", "redeemed_at", "receipt_no", "discount")
# in the order in which a list of ours shows them
COLUMNS: dict[str, tuple[str, ...]] = {
    "members": tuple(field.column for field in member_fields.LISTED),
    "consents": (*_WHOSE, *_CONSENTS),
    "referrals": (*_WHOSE, *_REFERRALS),
    "points": (*_WHOSE, *_POINTS),
    "opt-outs": ("phone", "email", "channel", "reason"),
    "products": (*_GOODS, *_GOODS_FLAGS),
    "sales": (*_SALES, *_SALES_WHERE, *_RETURNS),
    "offers": (*OFFER_KEYS, "state"),
    "offer-products": ("offer_code", "sku"),
    "coupons": (*_COUPONS, *_COUPON_PAPER),
    "day-totals": ("date", "store", "net_sales", "receipts"),
    "redemptions": (*_USES, "business_date"),
    "stamps": (*_WHOSE, *_STAMPS),
}
# without these no row can be told
NEEDED: dict[str, tuple[str, ...]] = {
    "members": (),
    "points": ("points",),
    "opt-outs": (),
    "products": ("sku",),
    "sales": ("receipt_no", "sold_at"),
    "offers": ("code", "kind"),
    "offer-products": ("offer_code", "sku"),
    "coupons": ("code", "offer_code"),
    "day-totals": ("date", "net_sales", "receipts"),
    "redemptions": ("code", "redeemed_at"),
    "consents": ("channel", "granted"),
    "referrals": ("referred_by",),
    "stamps": ("offer_code", "stamps"),
}
_A_MEMBER = frozenset(_WHOSE)
NEEDED_ONE: dict[str, frozenset[str]] = {
    **dict.fromkeys(NEEDED, frozenset()),
    **dict.fromkeys(("points", "consents", "referrals", "stamps"), _A_MEMBER),
    "members": _A_MEMBER | {"old_card_no"},
    "opt-outs": frozenset(("phone", "email")),
}
"""At least one of these must be there."""
PROOF: dict[str, tuple[str, ...]] = {
    "members": ("phone", "email"),
    "points": ("points",),
    "products": ("name", "barcode"),
    "sales": ("sold_at",),
    "offers": ("kind",),
    "offer-products": ("sku",),
    "coupons": ("offer_code",),
    "day-totals": (),
    "redemptions": ("redeemed_at",),
    "opt-outs": ("phone", "email"),
    "consents": ("channel", "granted"),
    "referrals": ("referred_by",),
    "stamps": ("offer_code",),
}
"""What a row says that is a record and no sum of them."""
PARTS: dict[str, dict[str, str]] = {
    "members": {"given_name": "name", "family_name": "name"},
    "products": {"variant": "name"},
    "sales": {"sold_time": "sold_at", "amount_back": "amount"},
    "redemptions": {"redeemed_time": "redeemed_at"},
}
"""Columns of other systems' files that are a part of one of ours: both names make the name, the
sort of an article stands behind its name, the time behind the day, and what was given back comes
off the amount."""


def known_columns(kind: str) -> frozenset[str]:
    """What a column of a file can stand for: our columns and their parts."""
    return frozenset(COLUMNS[kind]) | PARTS.get(kind, {}).keys()
