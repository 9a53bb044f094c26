"""Pricing is exact, in one order, and the best for the customer inside the rules."""

import dataclasses
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storecrm.domain.offers.rule import OfferRule
from storecrm.domain.pricing import AppliedOffer, Buyer, Line, PricingTime, Step, at_all, price
from storecrm.values import MAX_MONEY, Money, OfferKind, Quantity, RefusalCode

CATEGORIES = ("snacks", "milk", "rice")


def line(amount: int, sku: str = "A", category: str = "snacks", pieces: int = 1, **more) -> Line:
    return Line(Money(amount), sku, category, Quantity(pieces * 1000), **more)


def auto(kind: OfferKind, value: int = 0, **more) -> OfferRule:
    return OfferRule(kind, value, automatic=True, **more)


def net(lines, *rules: OfferRule, **more) -> int:
    return price(
        lines, promotions=[AppliedOffer(n, rule) for n, rule in enumerate(rules, 1)], **more
    ).net


# --- each kind, by the sentence a shop would say ---


@pytest.mark.parametrize(
    ("rule", "lines", "wanted"),
    [
        (auto(OfferKind.PERCENT_OFF, 1500, categories=("snacks",)), [line(1000), line(2000, "B", "milk")], 2850),
        (auto(OfferKind.PERCENT_OFF, 1000, cap=Money(1500)), [line(20_000)], 18_500),
        (auto(OfferKind.THRESHOLD_OFF, 2000, min_spend=Money(10_000)), [line(10_000)], 8_000),
        (auto(OfferKind.THRESHOLD_OFF, 2000, min_spend=Money(10_000)), [line(9_999)], 9_999),
        (auto(OfferKind.EVERY_THRESHOLD, 1000, min_spend=Money(5_000)), [line(17_000)], 14_000),
        (auto(OfferKind.EVERY_THRESHOLD, 1000, min_spend=Money(5_000), max_repeats=2), [line(17_000)], 15_000),
        (auto(OfferKind.AMOUNT_OFF, 500), [line(300)], 0),
        (auto(OfferKind.FIXED_PRICE, 990, products=("A",)), [line(2 * 1290, pieces=2)], 1980),
        (auto(OfferKind.FIXED_PRICE, 990, products=("A",)), [line(890)], 890),
        (auto(OfferKind.BUY_GET, buy=2, get=1), [line(1000), line(900, "B"), line(800, "C")], 1900),
        (auto(OfferKind.BUY_GET, buy=2, get=1), [line(6 * 1000, pieces=6)], 4000),
        (auto(OfferKind.BUY_GET, buy=2, get=1, max_repeats=1), [line(6 * 1000, pieces=6)], 5000),
        (auto(OfferKind.BUY_GET, buy=12, get=1, products=("A",)), [line(12 * 21_800, pieces=12)], 12 * 21_800),
        (auto(OfferKind.NTH_ITEM, 5000, buy=2), [line(1000), line(600, "B")], 1300),
        (auto(OfferKind.GIFT, min_spend=Money(9_900), gifts=("G",)), [line(9_900), line(1500, "G", "gifts")], 9_900),
        (auto(OfferKind.GIFT, buy=2, products=("A",), gifts=("G", "H")), [line(200, pieces=2), line(50, "G", "x"), line(70, "H", "x")], 250),
        (auto(OfferKind.ADD_ON, 100, min_spend=Money(5_000)) and auto(OfferKind.ADD_ON, 100, min_spend=Money(5_000), gifts=("G",)), [line(5_000), line(1500, "G")], 5_100),
    ],
)  # fmt: skip
def test_each_kind_gives_what_its_sentence_says(rule, lines, wanted):
    assert net(lines, rule) == wanted


def test_the_order_of_calculation_is_fixed():
    """Promotion, tier price, 满减, coupon (percent before amount), points, rounding: each on what
    the step before left."""
    basket = [line(10_000), line(10_050, "B", "milk")]
    promotions = [
        AppliedOffer(1, auto(OfferKind.PERCENT_OFF, 2000, categories=("snacks",))),
        AppliedOffer(2, auto(OfferKind.THRESHOLD_OFF, 1000, min_spend=Money(15_000))),
    ]
    coupons = [
        AppliedOffer(8, OfferRule(OfferKind.AMOUNT_OFF, 500)),
        AppliedOffer(9, OfferRule(OfferKind.PERCENT_OFF, 1000)),
    ]
    done = price(
        basket,
        coupons,
        promotions=promotions,
        buyer=Buyer("gold", 500),
        points=Money(1_000),
        round_to=10,
    )
    assert [step.step for step in done.applied] == [
        Step.LINE,
        Step.TIER,
        Step.ORDER,
        Step.POINTS,
        Step.ROUNDING,
    ]
    # 8000 + 10050 = 18050; 5 % = 400 + 503; 17147 - 1000 = 16147; 10 % = 1615; 14532 - 500 = 14032;
    # - 1000; 2 to the 角
    assert [step.discount for step in done.applied] == [2_000, 903, 1_000, 1_000, 2]
    assert [(step.key, step.discount) for step in done.taken] == [(9, 1615), (8, 500)]
    assert done.net == 13_030


def test_a_line_takes_the_better_of_two_promotions():
    """Two promotions on one product: the customer gets the better one, never both."""
    assert (
        net(
            [line(1000)],
            auto(OfferKind.PERCENT_OFF, 1000, products=("A",)),
            auto(OfferKind.FIXED_PRICE, 850, products=("A",)),
        )
        == 850
    )


def test_two_good_singles_beat_one_promotion_of_both():
    """Second at half price would save 500; 40 % off each saves 800."""
    lines = [line(1000), line(1000, "B")]
    assert (
        net(
            lines,
            auto(OfferKind.NTH_ITEM, 5000, buy=2),
            auto(OfferKind.PERCENT_OFF, 4000, categories=("snacks",)),
        )
        == 1200
    )


def test_priority_goes_before_saving():
    """The shop says which one counts, even when another saved more."""
    small = auto(OfferKind.FIXED_PRICE, 950, products=("A",), priority=5)
    assert net([line(1000)], small, auto(OfferKind.PERCENT_OFF, 3000, products=("A",))) == 950


def test_promotions_of_the_whole_bill_do_not_stack_unless_they_say_so():
    """满100减20 and 满50减8: the better one; one that stacks comes on top; of an exclusion group
    only one."""
    twenty, eight = (
        auto(OfferKind.THRESHOLD_OFF, 2000, min_spend=Money(10_000)),
        auto(OfferKind.THRESHOLD_OFF, 800, min_spend=Money(5_000)),
    )
    assert net([line(12_000)], twenty, eight) == 10_000
    stacking = auto(OfferKind.THRESHOLD_OFF, 800, min_spend=Money(5_000), stackable=True)
    assert net([line(12_000)], twenty, stacking) == 9_200
    grouped = [
        auto(OfferKind.AMOUNT_OFF, value, stackable=True, group="festival") for value in (300, 700)
    ]
    assert net([line(12_000)], *grouped) == 11_300


def test_tier_price_or_promotion_by_setting():
    """Whichever is lower, when the shop says so; one after the other by default."""
    rule = auto(OfferKind.PERCENT_OFF, 1000, products=("A",))
    assert net([line(1000)], rule, buyer=Buyer("gold", 2000)) == 720
    assert net([line(1000)], rule, buyer=Buyer("gold", 2000), tier_or_promotion=True) == 800
    assert net([line(1000)], rule, buyer=Buyer("gold", 500), tier_or_promotion=True) == 900


def test_what_is_short_is_said():
    """¥12.50 more in snacks and 满100减20 applies; one more piece and the second is half price."""
    done = price(
        [line(8_750)],
        promotions=[
            AppliedOffer(
                1,
                auto(
                    OfferKind.THRESHOLD_OFF, 2000, min_spend=Money(10_000), categories=("snacks",)
                ),
            )
        ],
    )
    assert done.near[0].refusal.short == 1250
    pieces = price(
        [line(900)],
        promotions=[AppliedOffer(1, auto(OfferKind.GIFT, buy=2, products=("A",), gifts=("G",)))],
    )
    assert pieces.near[0].refusal.pieces == 1


def test_a_budget_is_never_overshot():
    """The last money of a budget is given whole or not at all."""
    rule = auto(OfferKind.THRESHOLD_OFF, 2000, min_spend=Money(10_000))
    assert price([line(10_000)], promotions=[AppliedOffer(1, rule, Money(1_999))]).net == 10_000
    assert price([line(10_000)], promotions=[AppliedOffer(1, rule, Money(2_000))]).net == 8_000
    refused = price(
        [line(10_000)], [AppliedOffer(7, OfferRule(OfferKind.AMOUNT_OFF, 500), Money(400))]
    ).refused
    assert refused[7][0].code is RefusalCode.BUDGET


def test_goods_outside_promotions_keep_their_price():
    """Tobacco and prescription goods: no promotion, no tier price, no coupon."""
    basket = [line(2300, "Z", no_promotion=True), line(1000)]
    done = price(
        basket, [AppliedOffer(1, OfferRule(OfferKind.PERCENT_OFF, 5000))], buyer=Buyer("gold", 1000)
    )
    assert done.paid(2)[0] == -0 and done.net == 2300 + 450


def test_a_typed_amount_takes_promotions_of_the_whole_bill_only():
    """Nobody knows what is in it: 满减 of the whole bill applies, one for snacks does not."""
    unknown = [Line(Money(12_000))]
    assert net(unknown, auto(OfferKind.THRESHOLD_OFF, 2000, min_spend=Money(10_000))) == 10_000
    assert net(unknown, auto(OfferKind.PERCENT_OFF, 2000, categories=("snacks",))) == 12_000


def test_double_points_multiply():
    """A double-points day is no discount."""
    done = price([line(1000)], promotions=[AppliedOffer(1, auto(OfferKind.POINTS_TIMES, 20_000))])
    assert (done.net, done.times) == (1000, 20_000)


@pytest.mark.parametrize(
    ("rule", "buyer", "now", "code"),
    [
        (OfferRule(OfferKind.AMOUNT_OFF, 1, weekdays=(6, 7)), None, PricingTime(date(2026, 11, 20)), RefusalCode.WEEKDAY_TIME),
        (OfferRule(OfferKind.AMOUNT_OFF, 1, weekdays=(6, 7)), None, PricingTime(date(2026, 11, 22)), None),
        (OfferRule(OfferKind.AMOUNT_OFF, 1, month_days=(8, 18, 28)), None, PricingTime(date(2026, 11, 18)), None),
        (OfferRule(OfferKind.AMOUNT_OFF, 1, minutes=(600, 659)), None, PricingTime(minute=660), RefusalCode.WEEKDAY_TIME),
        (OfferRule(OfferKind.AMOUNT_OFF, 1, minutes=(600, 659)), None, PricingTime(minute=659), None),
        (OfferRule(OfferKind.AMOUNT_OFF, 1, members_only=True), None, PricingTime(), RefusalCode.MEMBER_REQUIRED),
        (OfferRule(OfferKind.AMOUNT_OFF, 1, tiers=("gold",)), Buyer("silver"), PricingTime(), RefusalCode.TIER),
        (OfferRule(OfferKind.AMOUNT_OFF, 1, first_purchase=True), Buyer(), PricingTime(), RefusalCode.FIRST_PURCHASE),
        (OfferRule(OfferKind.AMOUNT_OFF, 1, birthday="month"), Buyer(birthday="11-30"), PricingTime(date(2026, 11, 1)), None),
        (OfferRule(OfferKind.AMOUNT_OFF, 1, birthday="day"), Buyer(birthday="11-30"), PricingTime(date(2026, 11, 1)), RefusalCode.BIRTHDAY_WINDOW),
        (OfferRule(OfferKind.AMOUNT_OFF, 1, birthday="day"), Buyer(birthday="1990-01-03"), PricingTime(date(2026, 12, 28)), None),
        (OfferRule(OfferKind.AMOUNT_OFF, 1, birthday="day"), Buyer(birthday="02-29"), PricingTime(date(2027, 2, 28)), None),
        (OfferRule(OfferKind.AMOUNT_OFF, 1, stores=("East",)), None, PricingTime(store="West"), RefusalCode.STORE),
        (OfferRule(OfferKind.AMOUNT_OFF, 1, channels=("online",)), None, PricingTime(), RefusalCode.CHANNEL),
    ],
)  # fmt: skip
def test_who_and_when(rule, buyer, now, code):
    assert [r.code for r in at_all(rule, buyer, now)] == ([code] if code else [])


# --- properties over all of it ---

scopes = st.one_of(st.just({}), st.sampled_from(CATEGORIES).map(lambda c: {"categories": (c,)}))
money = st.integers(1, 30_000)


@st.composite
def rules(draw, kinds=tuple(k for k in OfferKind if k is not OfferKind.EXTERNAL), automatic=True):
    kind = draw(st.sampled_from(kinds))
    more = dict(draw(scopes)) | {"automatic": automatic}
    if kind in (OfferKind.THRESHOLD_OFF, OfferKind.EVERY_THRESHOLD):
        more["min_spend"] = draw(money)
    if kind in (OfferKind.BUY_GET, OfferKind.NTH_ITEM):
        more["buy"] = draw(st.integers(1 + (kind is OfferKind.NTH_ITEM), 3))
    if kind in (OfferKind.GIFT, OfferKind.ADD_ON):
        more |= {"min_spend": draw(money), "gifts": (draw(st.sampled_from("ABCD")),)}
    if kind is OfferKind.PERCENT_OFF and draw(st.booleans()):
        more["cap"] = draw(money)
    value = (
        draw(st.integers(1, 10_000))
        if kind in (OfferKind.PERCENT_OFF, OfferKind.NTH_ITEM)
        else 20_000
        if kind is OfferKind.POINTS_TIMES
        else draw(money)
    )
    return OfferRule(
        kind,
        value,
        stackable=draw(st.booleans()),
        group=draw(st.sampled_from(("", "", "g"))),
        **more,
    )


@st.composite
def baskets(draw, most=6):
    return [
        line(draw(st.integers(0, 50_000)), draw(st.sampled_from("ABCDE")), draw(st.sampled_from(CATEGORIES)), draw(st.integers(1, 4)), no_promotion=draw(st.integers(0, 9)) == 0)
        for _ in range(draw(st.integers(1, most)))
    ]  # fmt: skip


@given(
    baskets(),
    st.lists(rules(), max_size=6),
    st.lists(
        rules(
            (
                OfferKind.PERCENT_OFF,
                OfferKind.AMOUNT_OFF,
                OfferKind.THRESHOLD_OFF,
                OfferKind.FIXED_PRICE,
            ),
            False,
        ),
        max_size=3,
    ),
    st.integers(0, 20_000),
    st.integers(0, 3_000),
    st.sampled_from((1, 10, 100)),
    st.booleans(),
)
@settings(max_examples=300)
def test_parts_add_up_and_no_line_goes_below_zero(
    basket, promotions, coupons, points, tier, round_to, either
):
    """Whatever is combined: each step is the sum of its shares, each line stays at or above zero,
    points keep to their cap."""
    asked = [AppliedOffer(n, rule) for n, rule in enumerate(promotions, 1)]
    done = price(basket, [AppliedOffer(n, rule) for n, rule in enumerate(coupons, 100)], promotions=asked, buyer=Buyer("t", tier), points=Money(points), points_cap_percent=50, round_to=round_to, tier_or_promotion=either)  # fmt: skip
    left = [int(part.amount) for part in basket]
    for step in sorted(done.steps, key=lambda s: list(Step).index(s.step)):
        assert sum(step.shares) == step.discount > 0
        assert all(share >= 0 for share in step.shares)
        left = [value - share for value, share in zip(left, step.shares, strict=True)]
    assert all(value >= 0 for value in left) and sum(left) == done.net >= 0
    assert done.points_paid * 2 <= done.gross - done.discount and done.rounding < round_to
    assert done.discount == sum(
        s.discount for s in done.steps if s.step not in (Step.POINTS, Step.ROUNDING)
    )
    rule_of = {a.key: a.rule for a in asked}
    assert all(
        s.discount <= rule_of[s.key].cap
        for s in done.applied
        if s.step is Step.ORDER and rule_of[s.key].cap is not None
    )
    assert all(
        s.shares[n] == 0
        for n, part in enumerate(basket)
        if part.no_promotion
        for s in done.steps
        if s.step not in (Step.POINTS, Step.ROUNDING)
    )


@given(
    baskets(),
    st.lists(rules(), max_size=6),
    st.lists(st.integers(0, 3_000), min_size=6, max_size=6),
)
@settings(max_examples=200)
def test_budgets_hold(basket, promotions, budgets):
    """No promotion gives more than its budget holds."""
    asked = [
        AppliedOffer(n, rule, Money(left))
        for n, (rule, left) in enumerate(zip(promotions, budgets, strict=False), 1)
    ]
    done = price(basket, promotions=asked)
    for one in asked:
        assert sum(step.discount for step in done.applied if step.key == one.key) <= one.left


@given(baskets(), st.lists(rules(), max_size=6), st.randoms())
@settings(max_examples=200)
def test_the_result_does_not_depend_on_the_order_of_the_offers(basket, promotions, random):
    """The database may list them as it likes."""
    asked = [AppliedOffer(n, rule) for n, rule in enumerate(promotions, 1)]
    shuffled = random.sample(asked, len(asked))
    assert price(basket, promotions=asked).steps == price(basket, promotions=shuffled).steps


PLAIN = (
    OfferKind.PERCENT_OFF,
    OfferKind.FIXED_PRICE,
    OfferKind.THRESHOLD_OFF,
    OfferKind.EVERY_THRESHOLD,
    OfferKind.AMOUNT_OFF,
)


@given(
    baskets(),
    st.lists(rules(PLAIN), max_size=5),
    st.integers(1, 50_000),
    st.sampled_from(CATEGORIES),
)
@settings(max_examples=400)
def test_one_more_item_never_costs_more_than_its_price(basket, promotions, amount, category):
    """Adding an item never makes the customer pay more than before plus the item.

    Exceptions, each because a rule says so: a priority puts a smaller promotion first; a gift or
    add-on that becomes due lowers the sum that a threshold is measured on; buy-and-get promotions
    that compete for the same lines are chosen one after the other.
    """
    asked = [AppliedOffer(n, rule) for n, rule in enumerate(promotions, 1)]
    before = price(basket, promotions=asked).net
    after = price([*basket, line(amount, "E", category)], promotions=asked).net
    assert after <= before + amount


def test_the_largest_bill_that_is_allowed_is_exact():
    """Integers, so that ten thousand million lose no 分."""
    done = price(
        [line(MAX_MONEY - 1)], promotions=[AppliedOffer(1, auto(OfferKind.PERCENT_OFF, 3333))]
    )
    assert done.net + done.discount == MAX_MONEY - 1


def coupon(kind, value=0, **more):
    return OfferRule(kind, value, **more)


@pytest.mark.parametrize(
    ("rule", "lines", "discount"),
    [
        # 10 x 0.5 is 5, not 10 x 1
        (coupon(OfferKind.PERCENT_OFF, 1_000, categories=("c",)), [line(5, f"S{n}", "c") for n in range(10)], 5),
        # 10.6 + 20.6 + 30.6 + 40.6 is 102.4
        (coupon(OfferKind.PERCENT_OFF, 1_000, categories=("c",)), [line(a, f"S{a}", "c") for a in (106, 206, 306, 406)], 102),
        # of six pieces at 5 the three second ones at half: 7.5
        (coupon(OfferKind.NTH_ITEM, 5_000, buy=2), [line(5, f"S{n}") for n in range(6)], 8),
        # a third of 1.00 twice: 66.7
        (coupon(OfferKind.GIFT, min_spend=Money(100), get=2, gifts=("G", "H")), [line(100, "G", pieces=3), line(100, "H", pieces=3), line(100)], 67),
    ],
)  # fmt: skip
def test_one_discount_is_rounded_once(rule, lines, discount):
    """Not a line at a time; the parts of the lines add up to it and differ by at most one."""
    done = price(lines, [AppliedOffer(1, rule)])
    assert done.discount == sum(done.taken[0].shares) == discount
    if rule.kind is OfferKind.NTH_ITEM:
        again = price(
            lines, promotions=[AppliedOffer(1, dataclasses.replace(rule, automatic=True))]
        )
        assert again.discount == discount


@pytest.mark.parametrize(
    ("second", "extra"),
    [
        (coupon(OfferKind.GIFT, min_spend=Money(10_000), gifts=("G",)), 1_200),
        (coupon(OfferKind.ADD_ON, 100, min_spend=Money(10_000), gifts=("G",)), 1_100),
        (coupon(OfferKind.BUY_GET, buy=1, get=1, min_spend=Money(10_000), products=("A",)), 4_000),
        (coupon(OfferKind.FIXED_PRICE, 3_000, min_spend=Money(10_000), products=("A",)), 2_000),
        (coupon(OfferKind.THRESHOLD_OFF, 500, min_spend=Money(10_000)), 500),
    ],
)
def test_every_coupon_measures_its_minimum_where_the_coupons_begin(second, extra):
    """20 % first, then what needs 100 of 100: its own goods cost 80 by then, and it is not
    refused."""
    twenty = coupon(OfferKind.PERCENT_OFF, 2_000, products=("A",))
    done = price(
        [line(10_000, "A", pieces=2), line(1_200, "G", "gifts")],
        [AppliedOffer(2, second), AppliedOffer(1, twenty)],
    )
    assert done.refused == {} and done.discount == 2_000 + extra


@pytest.mark.parametrize(("pieces", "discount"), [(2, 0), (3, 30)])
@pytest.mark.parametrize("minimum", [{"min_quantity": 3}, {"min_spend": Money(300)}])
def test_a_special_price_from_so_much_holds_for_promotions_too(pieces, discount, minimum):
    """Three for 0.90 each; two stay at 1.00, and the till says what is missing."""
    rule = auto(OfferKind.FIXED_PRICE, 90, products=("A",), **minimum)
    done = price([line(100 * pieces, "A", pieces=pieces)], promotions=[AppliedOffer(1, rule)])
    assert done.discount == discount and bool(done.near) == (not discount)


@pytest.mark.parametrize(("pieces", "missing"), [(1, 2), (2, 1)])
def test_a_gift_that_needs_pieces_in_two_ways_needs_the_more(pieces, missing):
    """Buy 3, from 2 pieces: three."""
    rule = auto(OfferKind.GIFT, buy=3, min_quantity=2, gifts=("G",))
    done = price(
        [line(100 * pieces, "A", pieces=pieces), line(50, "G")], promotions=[AppliedOffer(1, rule)]
    )
    assert [near.refusal.pieces for near in done.near] == [missing]


def test_only_what_a_group_displaced_is_remembered():
    """A shop has hundreds of promotions; a sale keeps those that its grouped goods would have had
    instead, and no others."""
    group = auto(OfferKind.BUY_GET, buy=2, get=1, products=("A",))
    tenth = auto(OfferKind.PERCENT_OFF, 1_000, products=("A",))
    other = auto(OfferKind.PERCENT_OFF, 1_000, products=("Z",))
    bill = [
        AppliedOffer(1, group),
        AppliedOffer(2, tenth),
        AppliedOffer(3, other),
        AppliedOffer(4, auto(OfferKind.AMOUNT_OFF, 100)),
    ]
    assert price([line(3_000, "A", pieces=3)], promotions=bill).beside == (2,)
    assert price([line(1_000, "A"), line(500, "Z")], promotions=bill).beside == ()
