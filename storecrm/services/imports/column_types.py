"""What the cells of our columns hold: days, moments, amounts, counts, codes."""

_BIRTHDAY = ("birthday",)
_OF_MEMBERS = ("registered_on", "last_visit", "answered_at", "rewarded_on", "tier_down_on")
_OF_SALES = ("sold_at", "business_date", "returns_date", "date")
_OF_PAPERS = ("redeemed_at", "earned_on", "issued_on")
# a year of two figures in one of these is never ahead of today
PAST = frozenset((*_BIRTHDAY, *_OF_MEMBERS, *_OF_SALES, *_OF_PAPERS))
DAYS = PAST | {"tier_until", "points_expire_on", "expires_on", "valid_from", "valid_to"}
INSTANTS = frozenset(("sold_at", "redeemed_at", "answered_at"))
"""Days that bear their time."""

_PRICES = ("price", "cost", "unit_price", "discount", "amount", "amount_back")
_SUMS = ("spent_to_date", "net_sales", "min_spend", "cap")
AMOUNTS = frozenset((*_PRICES, *_SUMS))
NUMBERS = AMOUNTS | {"quantity", "points", "visits", "receipts", "stamps"}

_OF_PEOPLE = ("phone", "member_no", "old_card_no", "referred_by")
_OF_GOODS = ("barcode", "sku", "receipt_no")
_OF_COUPONS = ("code", "redemption_no", "coupon_code")
# digits that are no amount: a spreadsheet's apostrophe and .0 come off
NUMBERS_OF = frozenset((*_OF_PEOPLE, *_OF_GOODS, *_OF_COUPONS))
"""Columns that hold the numbers and codes of things."""
