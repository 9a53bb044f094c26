"""An offer as the keys it was made of."""

from dataclasses import fields

import pytest

from storecrm.domain.offers import reading
from storecrm.domain.offers.rule import OfferRule
from storecrm.values import OfferKind

FULL = {
    "code": "ALL", "name": "Everything, at once", "campaign": "autumn", "kind": "percent_off", "value": "12.5", "cap": "30.00", "min_spend": "100.00",
    "valid_from": "2026-12-01", "valid_to": "2026-12-31", "valid_days": 30, "valid_delay": 1, "limit_total": 500, "limit_per_member": 2, "uses_allowed": 3,
    "bearer": False, "products": [f"P{n}" for n in range(120)], "categories": ["奶粉, 婴儿", "零食"], "brands": ["晨露"], "not_products": ["P7"],
    "not_categories": ["烟"], "min_quantity": 2, "weekdays": [6, 7], "month_days": [8, 18], "time_from": "10:00", "time_to": "24:00",
    "members_only": True, "tiers": ["gold"], "first_purchase": True, "birthday": "month", "stores": ["s1"], "channels": ["counter"], "budget": "900.00",
    "stackable": True, "group": "g", "skip_discounted": True, "supplier": "晨露乳业", "supplier_share": "50",
}  # fmt: skip
OTHERS = (
    {"kind": "amount_off", "value": "6", "valid_days": 3, "uses_allowed": "*", "stackable": False},
    {
        "kind": "threshold_off",
        "value": "20.05",
        "min_spend": "100",
        "valid_to": "2026-12-31",
        "stackable": True,
    },
    {
        "kind": "every_threshold",
        "value": "5",
        "min_spend": "50",
        "max_repeats": 3,
        "automatic": True,
        "priority": -3,
    },
    {"kind": "fixed_price", "value": "9.90", "products": ["A"], "automatic": True},
    {"kind": "buy_get", "buy": 12, "get": 1, "max_repeats": 2, "automatic": True},
    {"kind": "nth_item", "buy": 2, "value": "50", "automatic": True},
    {"kind": "gift", "gifts": ["G"], "min_spend": "99", "get": 2, "valid_days": 3},
    {"kind": "add_on", "gifts": ["G"], "min_spend": "99", "value": "1", "automatic": True},
    {"kind": "points_times", "value": "1.5", "automatic": True, "weekdays": [3]},
    {
        "kind": "stamps",
        "buy": 12,
        "reward": "MILK",
        "categories": ["奶粉"],
        "valid_days": 365,
        "automatic": True,
    },
    {"kind": "external", "value": "3", "valid_days": 9},
)


@pytest.mark.parametrize(
    "raw", [FULL, *({"code": "X", **other} for other in OTHERS)], ids=lambda raw: raw["kind"]
)
@pytest.mark.parametrize("digits", [0, 2, 3])
def test_an_offer_comes_back_from_its_keys_as_it_was(raw, digits):
    """Whoever changes one key gives all others back unchanged."""
    if digits == 0:
        money = {"cap", "min_spend", "budget"} | (
            {"value"} if raw["kind"] not in ("percent_off", "points_times") else set()
        )
        raw = raw | {key: str(raw[key]).split(".")[0] for key in money & set(raw)}
    made = reading.draft(raw, digits)
    keys = reading.as_keys(made, digits)
    assert set(keys) <= set(reading.KEYS)
    assert reading.draft(keys, digits) == made


def test_no_field_of_a_rule_is_left_out_of_its_keys():
    """A field that comes later fails here until it has a key."""
    said = reading.as_keys(reading.draft(FULL))
    known = {"minutes": "time_from"}
    rare = {"buy", "get", "gifts", "max_repeats", "reward", "automatic", "priority"}
    assert {
        field.name for field in fields(OfferRule) if known.get(field.name, field.name) not in said
    } <= rare
    assert {other["kind"] for other in (FULL, *OTHERS)} == {kind.value for kind in OfferKind}
