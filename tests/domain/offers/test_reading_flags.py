"""An offer does all that it says: what would count for nothing, or contradicts the rest, is refused
where it is designed."""

import dataclasses
from itertools import product

import pytest

from storecrm.domain.offers import reading
from storecrm.domain.offers.rule import OfferRule
from storecrm.domain.pricing import AppliedOffer, Buyer, Line, price
from storecrm.errors import BadInput
from storecrm.i18n import Catalogue
from storecrm.services.imports import run
from storecrm.services.imports.options import ImportOptions
from storecrm.services.offers import design
from storecrm.services.till import open_bill
from storecrm.values import Money, OfferKind, Quantity
from storecrm.wording.errors import cure, sentence

BY_ITSELF = {"automatic": True}
COUPON = {"valid_days": 9}
OFF = {"kind": "amount_off", "value": "5"}
DOUBLE = {"kind": "points_times", "value": "2"} | BY_ITSELF
TENTH = {"kind": "percent_off", "value": "10", "categories": "tea"}
FREE = {"kind": "buy_get", "buy": 2}
CONTRADICTIONS = [
    (DOUBLE | {"budget": "9"}, "offer_no_effect", "budget"),
    (DOUBLE | {"stackable": True}, "offer_no_effect", "stackable"),
    (DOUBLE | {"group": "g"}, "offer_no_effect", "group"),
    (DOUBLE | {"skip_discounted": True}, "offer_no_effect", "skip_discounted"),
    (DOUBLE | {"supplier": "Dew", "supplier_share": "50"}, "offer_no_effect", "supplier"),
    (TENTH | BY_ITSELF | {"stackable": True}, "offer_no_effect", "stackable"),
    (TENTH | BY_ITSELF | {"group": "g"}, "offer_no_effect", "group"),
    (FREE | BY_ITSELF | {"skip_discounted": True}, "offer_no_effect", "skip_discounted"),
    (FREE | COUPON | {"value": "5"}, "offer_no_effect", "value"),
    (FREE | COUPON | {"gifts": "A"}, "offer_no_effect", "gifts"),
    (OFF | COUPON | {"buy": 2}, "offer_no_effect", "buy"),
    (OFF | COUPON | {"get": 2}, "offer_no_effect", "get"),
    (OFF | BY_ITSELF | {"max_repeats": 2}, "offer_no_effect", "max_repeats"),
    (OFF | BY_ITSELF | {"uses_allowed": 3}, "offer_coupon_only", "uses_allowed"),
    (OFF | BY_ITSELF | {"bearer": False}, "offer_coupon_only", "bearer"),
    (OFF | COUPON | {"priority": 3}, "offer_automatic_only", "priority"),
    (OFF | COUPON | {"group": "g", "stackable": False}, "alone_in_group", "group"),
    (OFF | COUPON | {"products": "A", "not_products": "A,B"}, "scope_empty", "not_products"),
    (OFF | COUPON | {"categories": "tea", "not_categories": "tea"}, "scope_empty", "not_categories"),
    (OFF | {"valid_from": "2026-11-23", "valid_to": "2026-11-27", "weekdays": "6,7"}, "never_on", "weekdays"),
    (OFF | {"valid_from": "2026-12-01", "valid_to": "2026-12-09", "month_days": "18"}, "never_on", "month_days"),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "code", "where"), CONTRADICTIONS)
def test_what_counts_for_nothing_is_refused_with_a_sentence(raw, code, where):
    """By name, with the way out, in both languages."""
    with pytest.raises(BadInput) as refused:
        reading.draft({"code": "X"} | raw)
    assert (refused.value.code, refused.value.where) == (code, where)
    for language in ("en", "zh_CN"):
        words = Catalogue(language, "CNY", "Asia/Shanghai")
        assert len(sentence(refused.value, words)) > 8 and len(cure(refused.value, words)) > 4


@pytest.mark.parametrize(
    "raw",
    [
        DOUBLE
        | {
            "limit_total": 1,
            "limit_per_member": 1,
            "min_spend": "5",
            "priority": 2,
            "stackable": False,
        },
        FREE
        | BY_ITSELF
        | {
            "budget": "90",
            "min_quantity": 3,
            "max_repeats": 2,
            "priority": -1,
            "uses_allowed": 1,
            "bearer": True,
        },
        OFF
        | COUPON
        | {
            "stackable": True,
            "group": "g",
            "skip_discounted": True,
            "uses_allowed": "*",
            "bearer": False,
        },
        OFF | {"valid_from": "2026-11-23", "valid_to": "2026-11-28", "weekdays": "6,7"},
        OFF | {"valid_from": "2026-11-23", "valid_to": "2027-11-28", "month_days": "31"},
        OFF | COUPON | {"products": "A,B", "not_products": "A"},
        {"kind": "external", "value": "5", "priority": 3, "buy": 2} | COUPON,
    ],
)
def test_what_counts_is_taken(raw):
    """Nothing that has an effect is in the way; what another system decides is said for people
    only."""
    assert reading.draft({"code": "X"} | raw).code == "X"


def test_a_list_says_which_offer_and_why(manager, tmp_path):
    """An import keeps nothing half done: the row is a problem with the same reason."""
    file = tmp_path / "offers.csv"
    file.write_text(
        "code,kind,value,automatic,max_repeats,valid_days\nA,amount_off,5,yes,2,\nB,amount_off,5,no,,30\n",
        "utf-8",
    )
    done = run.load(manager, kind="offers", path=file, how=ImportOptions(skip_bad=True))
    assert [(p.row, p.column, p.kind) for p in done.problems] == [
        (2, "max_repeats", "offer_no_effect")
    ]
    assert [offer.code for offer in design.listed(manager)] == ["B"]


def test_an_offer_of_before_that_says_too_much_is_priced_as_before(manager):
    """What stands in the file is not judged again: a rule with idle fields opens, is listed and
    applies."""
    kept = design.create(manager, new=reading.draft({"code": "X"} | OFF | BY_ITSELF))
    idle = dataclasses.replace(kept.rule, max_repeats=2, buy=3, bearer=False, skip_discounted=True)
    with manager.write() as session:
        design.add_version(session, kept.id, idle)
    assert design.show(manager, code="X").rule == design.listed(manager)[0].rule == idle
    assert open_bill.record(manager, amount=Money(1_000)).net == 500


# --- no field is accepted and then ignored ---

KINDS = {
    "percent_off": {"value": "10"},
    "amount_off": {"value": "5"},
    "threshold_off": {"value": "5", "min_spend": "10"},
    "every_threshold": {"value": "5", "min_spend": "10"},
    "fixed_price": {"value": "3", "products": "C"},
    "buy_get": {"buy": 1, "get": 1},
    "nth_item": {"value": "50", "buy": 2},
    "gift": {"min_spend": "5", "gifts": "G"},
    "add_on": {"value": "1", "buy": 1, "gifts": "G"},
    "points_times": {"value": "2"},
}
FIELDS = {
    "cap": "1", "min_spend": "90", "min_quantity": 30, "max_repeats": 2, "budget": "1", "priority": 9, "stackable": True, "group": "g",
    "skip_discounted": True, "products": "B", "categories": "tea", "brands": "Dew", "not_products": "A,C,G", "not_categories": "tea,tins",
    "buy": 8, "get": 3, "gifts": "B", "value": "7",
}  # fmt: skip
"""A value of each field that a price can depend on, such that it does on one of the bills below."""
BILLS = [
    [("A", 4), ("G", 1)],
    [("A", 2), ("B", 3), ("C", 2), ("G", 4)],
    [("C", 9), ("G", 3)],
]
ARTICLES = {
    "A": (1_000, "tea", ""),
    "B": (700, "cups", "Dew"),
    "C": (400, "tins", ""),
    "G": (300, "bags", ""),
}
RIVALS = [
    [],
    [
        OfferRule(OfferKind.AMOUNT_OFF, 300, automatic=True, group="g"),
        OfferRule(OfferKind.POINTS_TIMES, 15_000, automatic=True),
    ],
    [
        OfferRule(OfferKind.AMOUNT_OFF, 900, automatic=True, stackable=True, group="g"),
        OfferRule(OfferKind.POINTS_TIMES, 99_000, automatic=True),
    ],
    [OfferRule(OfferKind.AMOUNT_OFF, 9_000, automatic=True)],
    [OfferRule(OfferKind.FIXED_PRICE, 50, products=("A", "B"), automatic=True)],
    [OfferRule(OfferKind.BUY_GET, buy=1, get=1, automatic=True)],
    [OfferRule(OfferKind.PERCENT_OFF, 500, categories=("tins",), automatic=True)],
]


def answers(rule):
    """What the offer does on every bill beside every rival."""
    found = []
    for basket, rivals in product(BILLS, RIVALS):
        lines = [
            Line(
                Money(ARTICLES[sku][0] * n),
                sku,
                ARTICLES[sku][1],
                Quantity(n * 1000),
                ARTICLES[sku][2],
            )
            for sku, n in basket
        ]
        mine = [AppliedOffer(99, rule, rule.budget)]
        others = [AppliedOffer(n, rival) for n, rival in enumerate(rivals, 1)]
        done = price(
            lines,
            () if rule.automatic else mine,
            promotions=mine + others if rule.automatic else others,
            buyer=Buyer(),
        )
        found.append((done.steps, done.times, sorted(done.refused)))
    return found


@pytest.mark.parametrize("automatic", [True, False])
@pytest.mark.parametrize(("kind", "field"), list(product(KINDS, FIELDS)))
def test_no_field_is_taken_and_then_ignored(kind, field, automatic):
    """Each field of each kind either changes what some bill costs, or the offer is refused."""
    plain = {"code": "X", "kind": kind} | KINDS[kind] | (BY_ITSELF if automatic else COUPON)
    if not automatic and (field in ("stackable", "group") or kind == "points_times"):
        # what goes together is judged before the price; more points are never given as coupons
        return
    try:
        rule = reading.draft(plain | {field: FIELDS[field]}).rule
    except BadInput:
        return
    assert answers(rule) != answers(reading.draft(plain).rule)
