"""What stays of a bill after a return costs what the same engine asks for it: gifts, add-ons and
groups that are not earned any more."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from storecrm.domain.offers import reading
from storecrm.domain.offers.rule import OfferRule
from storecrm.domain.pricing import AppliedOffer, GivenReduction, Line, Step, price
from storecrm.errors import NotPossible
from storecrm.models.sale import Sale
from storecrm.services import shop_settings
from storecrm.services.imports import run
from storecrm.services.integrity import verify
from storecrm.services.loyalty import points_account
from storecrm.services.members.verification import VOUCHED
from storecrm.services.offers import design
from storecrm.services.till import exchanges, late_member, open_bill, returns
from storecrm.services.till.bill_lines import LineIn
from storecrm.services.till.kept_goods import SoldBill
from storecrm.services.till.posting import Closing
from storecrm.services.till.returned_goods import ReturnLine
from storecrm.values import Money, OfferKind, Quantity
from tests import build

GOODS = "sku,name,category,brand,price\nA,Tea,tea,Dew,100.00\nB,Cup,cups,,40.00\nC,Tin,tins,,60.00\nG,Bag,bags,,20.00\n"


@pytest.fixture
def shop(owner, tmp_path):
    """Tea, cups, tins and bags."""
    _load(owner, tmp_path, GOODS)
    return owner


def _load(store, folder, text):
    file = folder / "goods.csv"
    file.write_text(text, "utf-8")
    run.load(store, kind="products", path=file)


def goods(*lines):
    return [LineIn(sku, Quantity(pieces * 1000)) for sku, pieces in lines]


def back(number, pieces=1):
    return ReturnLine(number, Quantity(pieces * 1000))


def auto(store, **raw):
    design.create(store, new=reading.draft({"code": "X", "automatic": True} | raw))


def by_coupon(store, **raw):
    build.offer(store, "X", **({"value": None, "min_spend": None} | raw))
    return [build.issued(store, "X", 1)[0]]


GIFT = {"kind": "gift", "min_spend": "100", "gifts": "G"}
CASES = [
    pytest.param(GIFT, [("A", 1), ("G", 1)], [(1, 1)], 8_000, id="gift"),
    pytest.param(GIFT | {"max_repeats": 2}, [("A", 2), ("G", 2)], [(1, 1)], 8_000, id="one of two gifts"),
    pytest.param(GIFT | {"min_spend": "50", "min_quantity": 3}, [("A", 3), ("G", 1)], [(1, 2)], 18_000, id="gift from three pieces"),
    pytest.param(GIFT | {"not_products": "C", "min_spend": "60"}, [("A", 1), ("C", 2), ("G", 1)], [(1, 1)], 8_000, id="goods left out"),
    pytest.param(GIFT, [("A", 1), ("G", 1), ("G", 1)], [(1, 1)], 8_000, id="another piece of the gift that was paid"),
    pytest.param({"kind": "gift", "buy": 2, "products": "B", "gifts": "G"}, [("B", 2), ("G", 1)], [(1, 1)], 2_000, id="gift for two pieces"),
    pytest.param({"kind": "add_on", "value": "1", "min_spend": "100", "gifts": "G"}, [("A", 1), ("G", 1)], [(1, 1)], 8_100, id="add-on"),
    pytest.param({"kind": "buy_get", "buy": 2, "get": 1}, [("A", 1), ("C", 1), ("B", 1)], [(1, 1)], 6_000, id="the free piece of three"),
    pytest.param({"kind": "buy_get", "buy": 2, "get": 1, "products": "B"}, [("B", 3)], [(1, 2)], 4_000, id="a group in one line"),
    pytest.param({"kind": "nth_item", "buy": 2, "value": "50"}, [("A", 1), ("C", 1)], [(1, 1)], 7_000, id="the second at half"),
    pytest.param({"kind": "fixed_price", "value": "30", "products": "B", "min_quantity": 3}, [("B", 3)], [(1, 1)], 1_000, id="price from three"),
]  # fmt: skip


@pytest.mark.parametrize("way", [auto, by_coupon])
@pytest.mark.parametrize(("raw", "sold", "came", "cash"), CASES)
def test_what_is_not_earned_any_more_is_charged_once(shop, way, raw, sold, came, cash):
    """By a promotion or by a coupon: the preview says it, it is charged, and with the rest
    everything paid has come back."""
    codes = way(shop, **raw) or []
    bill = open_bill.record(shop, lines=goods(*sold), coupons=codes)
    asked = [back(*one) for one in came]
    shown = returns.preview(shop, receipt=bill.receipt_no, lines=asked)
    first = returns.return_goods(shop, receipt=bill.receipt_no, lines=asked)
    assert shown.cash == first.cash == cash and first.gifts_due == shown.gifts_due
    rest = returns.return_goods(shop, receipt=bill.receipt_no)
    assert rest.cash == bill.net - cash and not rest.gifts_due
    assert verify.verify(shop)[1] == []


def test_more_than_came_back_is_never_owed_silently(shop):
    """The gift that stays costs more than the goods: the sentence names it and nothing is done."""
    auto(shop, kind="gift", buy=1, products="G", gifts="C")
    bill = open_bill.record(shop, lines=goods(("G", 1), ("C", 1)))
    with pytest.raises(NotPossible) as refused:
        returns.return_goods(shop, receipt=bill.receipt_no, lines=[back(1)])
    assert (refused.value.code, refused.value.facts["owes"], refused.value.facts["gifts"]) == (
        "return_owes",
        "40.00",
        "Tin",
    )


def test_the_goods_that_stay_have_the_other_promotion_then(shop):
    """Three for two beat ten percent; two of them would have had the ten percent."""
    auto(shop, kind="buy_get", buy=2, get=1, products="B")
    auto(shop, code="TEN", kind="percent_off", value="10", products="B")
    bill = open_bill.record(shop, lines=goods(("B", 3)))
    done = returns.return_goods(shop, receipt=bill.receipt_no, lines=[back(1)])
    assert (bill.net, done.cash) == (8_000, 800)
    assert bill.net - done.cash == open_bill.record(shop, lines=goods(("B", 2)), dry_run=True).net


def test_discounts_on_sums_stay_with_their_goods(shop):
    """20 off from 100 is not charged when 60 stay, with or without a gift beside it."""
    auto(shop, kind="threshold_off", value="20", min_spend="100")
    auto(shop, code="BAG", kind="gift", min_spend="160", gifts="G")
    bill = open_bill.record(shop, lines=goods(("A", 1), ("C", 1), ("G", 1)))
    assert bill.net == 14_000
    paid = [line.amount - line.share for line in bill.lines]
    done = returns.return_goods(shop, receipt=bill.receipt_no, lines=[back(1)])
    assert done.cash == paid[0] - 2_000 and [due.charge for due in done.gifts_due] == [2_000]


def test_a_charged_gift_earns_what_was_paid_for_it(shop):
    """100 paid and 100 points; 80 come back with 80 points; the bag, paid for by now, comes back
    with its 20."""
    auto(shop, **GIFT)
    ann = build.member(shop).member_no
    bill = open_bill.record(shop, lines=goods(("A", 1), ("G", 1)), member=ann)
    first = returns.return_goods(shop, receipt=bill.receipt_no, lines=[back(1)])
    second = returns.return_goods(shop, receipt=bill.receipt_no)
    assert (first.points_taken_back, second.points_taken_back) == (80, 20)
    assert points_account.show(shop, member=ann).active == 0


@pytest.mark.both
@given(st.data())
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_slices_add_up_to_the_return_at_once(shop, data):
    """A gift, a group and a coupon of pieces on one bill: whatever order of slices, the same
    cash."""
    number = next(_NUMBERS)
    with_coupon = data.draw(st.booleans())
    for code, raw in (
        ("G", GIFT | {"max_repeats": 3}),
        ("B", {"kind": "buy_get", "buy": 1, "get": 1, "products": "B"}),
    ):
        if data.draw(st.booleans()):
            auto(shop, code=f"{code}{number}", valid_to="2026-11-22", **raw)
    codes = []
    if with_coupon:
        build.offer(
            shop, f"C{number}", kind="nth_item", value="33.33", buy=2, min_spend=None, products="C"
        )
        codes = build.issued(shop, f"C{number}", 1)
    sold = [
        ("A", data.draw(st.integers(1, 3))),
        ("B", data.draw(st.integers(0, 4))),
        ("C", data.draw(st.integers(0, 3))),
        ("G", data.draw(st.integers(0, 3))),
    ]
    sold = [line for line in sold if line[1]]
    if with_coupon and dict(sold).get("C", 0) < 2:
        codes = []
    bill, again = (open_bill.record(shop, lines=goods(*sold), coupons=used) for used in (codes, ()))
    pieces = data.draw(
        st.permutations([n for n, (_, count) in enumerate(sold, 1) for _ in range(count)])
    )
    cash, stuck = 0, []
    for n in pieces:
        try:
            cash += returns.return_goods(shop, receipt=bill.receipt_no, lines=[back(n)]).cash
        except NotPossible:
            # what would be owed waits for more of the goods
            stuck.append(n)
    if stuck:
        cash += returns.return_goods(shop, receipt=bill.receipt_no).cash
    assert (
        cash == bill.net and returns.return_goods(shop, receipt=again.receipt_no).cash == again.net
    )
    assert verify.verify(shop)[1] == []
    for code in ("G", "B"):
        if any(offer.code == f"{code}{number}" for offer in design.listed(shop)):
            design.stop(shop, code=f"{code}{number}")


_NUMBERS = iter(range(1, 1_000))


def test_an_exchange_charges_what_is_not_earned_any_more(shop):
    """Tea for a tin: the bag that came with the tea is paid, and the difference says so."""
    auto(shop, **GIFT)
    bill = open_bill.record(shop, lines=goods(("A", 1), ("G", 1)))
    done = exchanges.exchange(shop, receipt=bill.receipt_no, lines=[back(1)], taken=goods(("C", 1)))
    assert (done.back.cash, done.sale.net, done.difference) == (8_000, 6_000, -2_000)
    assert verify.verify(shop)[1] == []


def test_a_member_added_later_earns_on_what_earned_then(shop, tmp_path):
    """The cups earn nothing since; the sale was before."""
    bill = open_bill.record(shop, lines=goods(("B", 2)))
    _load(shop, tmp_path, "sku,name,no_points\nB,Cup,yes\n")
    assert (
        late_member.attach(
            shop, receipt=bill.receipt_no, member=build.member(shop).member_no
        ).points_earned
        == 80
    )


# --- the same by figures alone, many times ---

SKUS = "ABCD"
PRICES = {"A": 1_000, "B": 900, "C": 450, "D": 310}


@st.composite
def groups(draw) -> OfferRule:
    """A promotion of groups over some of four articles."""
    kind = draw(
        st.sampled_from(
            [
                OfferKind.GIFT,
                OfferKind.ADD_ON,
                OfferKind.BUY_GET,
                OfferKind.NTH_ITEM,
                OfferKind.FIXED_PRICE,
            ]
        )
    )
    scope = {"products": tuple(sorted(draw(st.sets(st.sampled_from(SKUS), min_size=1))))}
    more = {"max_repeats": draw(st.sampled_from([None, 1, 2])), "automatic": True}
    if kind in (OfferKind.GIFT, OfferKind.ADD_ON):
        gifts = (draw(st.sampled_from(SKUS)),)
        least = {"min_spend": Money(draw(st.sampled_from([500, 1_500])))}
        return OfferRule(kind, 100 if kind is OfferKind.ADD_ON else 0, gifts=gifts, **least, **more)
    if kind is OfferKind.FIXED_PRICE:
        return OfferRule(kind, 300, min_quantity=draw(st.integers(2, 4)), automatic=True, **scope)
    value = 5_000 if kind is OfferKind.NTH_ITEM else 0
    return OfferRule(kind, value, buy=draw(st.integers(2, 3)), **scope, **more)


def sell(counts, rule, as_coupon=False):
    lines = [Line(Money(PRICES[sku] * n), sku, "", Quantity(n * 1000)) for sku, n in counts]
    asked = [AppliedOffer(1, replace(rule, automatic=not as_coupon))]
    done = price(lines, asked if as_coupon else (), promotions=() if as_coupon else asked)
    return lines, asked, done


@given(
    groups(),
    st.lists(st.tuples(st.sampled_from(SKUS), st.integers(1, 4)), min_size=1, max_size=5),
    st.booleans(),
    st.data(),
)
@settings(max_examples=300)
def test_the_rest_costs_what_it_would_have_cost_alone(rule, counts, as_coupon, data):
    """Whatever comes back: what stays is paid as if it had been bought by itself, or as it was
    where that is more."""
    lines, asked, done = sell(counts, rule, as_coupon)
    step = Step.COUPON if as_coupon else Step.LINE
    shares = [sum(step.shares[n] for step in done.steps) for n in range(len(lines))]
    bill = SoldBill(tuple(lines), (GivenReduction(asked[0], step, shares),))
    whole = [line.quantity for line in lines]
    assert sum(bill.charges(whole)) == sum(bill.charges([0] * len(lines))) == 0
    rest = [data.draw(st.integers(0, n)) for _, n in counts]
    stays = [(sku, n) for (sku, _), n in zip(counts, rest, strict=True) if n]
    paid = sum(
        -(-(line.amount - share) * n // count)
        for line, share, n, (_, count) in zip(lines, shares, rest, counts, strict=True)
    )
    charged = bill.charges([n * 1000 for n in rest])
    alone = sell(stays, rule, as_coupon)[2].net if stays else 0
    # a line in parts is never off by a minor unit or more
    assert abs(paid + sum(charged) - max(paid, alone)) <= sum(
        0 < n < count for n, (_, count) in zip(rest, counts, strict=True)
    )
    assert all(one >= 0 for one in charged)


# --- by the facts of the day of sale ---


@pytest.mark.both
def test_an_article_that_changed_since_is_judged_as_it_was_sold(shop, tmp_path):
    """Category, brand, promotion: what was bought for the gift still counts for it, and the card's
    stamps go with their goods."""
    auto(shop, kind="gift", min_spend="100", categories="tea", gifts="G")
    build.offer(shop, "FREE", kind="amount_off", value="9", min_spend=None)
    auto(shop, code="CARD", kind="stamps", buy=9, reward="FREE", categories="cups")
    ann = build.member(shop).member_no
    bill = open_bill.record(shop, lines=goods(("A", 1), ("B", 2), ("G", 1)), member=ann)
    _load(
        shop,
        tmp_path,
        "sku,name,category,brand,no_promotion\nA,Tea,sundries,Mist,yes\nB,Cup,sundries,,\n",
    )
    done = returns.return_goods(shop, receipt=bill.receipt_no, lines=[back(2)])
    assert (done.cash, done.gifts_due, done.stamps_taken_back) == (4_000, (), 1)
    assert returns.return_goods(shop, receipt=bill.receipt_no, lines=[back(1)]).cash == 8_000


@pytest.mark.both
@pytest.mark.parametrize("slices", [[(1, 1), (1, 1), (2, 1)], [(2, 1), (1, 2)], []])
def test_an_article_that_earns_nothing_since_gives_its_points_back(shop, tmp_path, slices):
    """It earned when it was sold: a full return takes all of it, in whatever slices."""
    ann = build.member(shop).member_no
    bill = open_bill.record(shop, lines=goods(("B", 2), ("C", 1)), member=ann)
    _load(shop, tmp_path, "sku,name,no_points\nB,Cup,yes\n")
    taken = [
        returns.return_goods(shop, receipt=bill.receipt_no, lines=[back(*one)]).points_taken_back
        for one in slices
    ]
    rest = 0 if slices else returns.return_goods(shop, receipt=bill.receipt_no).points_taken_back
    assert sum(taken) + rest == bill.points_earned == 140
    assert (
        taken in ([40, 40, 60], [60, 80], []) and points_account.show(shop, member=ann).active == 0
    )
    fresh = open_bill.record(shop, lines=goods(("B", 2), ("C", 1)), member=ann)
    assert fresh.points_earned == 60 and verify.verify(shop)[1] == []


@pytest.mark.both
def test_points_go_back_at_the_rate_of_the_sale(shop):
    """The shop gives two for each full 2.00 since: the same for the whole, another for its
    halves."""
    ann = build.member(shop).member_no
    bill = open_bill.record(shop, lines=[LineIn("G", Quantity(2_000), Money(5_100))], member=ann)
    for key, value in (("earn_points", "2"), ("earn_per", "2")):
        shop_settings.set_rule(shop, key=key, value=value)
    done = returns.return_goods(shop, receipt=bill.receipt_no, lines=[back(1)])
    assert (bill.points_earned, done.points_taken_back) == (102, 51)


@pytest.mark.both
def test_points_that_a_sale_never_earned_are_found(shop):
    """The proof of the books knows the rate, the multiplier and the goods that earn nothing."""
    ann = build.member(shop).member_no
    bill = open_bill.record(
        shop,
        lines=goods(("B", 2), ("C", 1)),
        member=ann,
        closing=Closing(no_points=Money(1_000), proof=VOUCHED),
    )
    assert bill.points_earned == 130 and verify.verify(shop)[1] == []
    with shop.write() as session:
        session.execute(
            update(Sale).where(Sale.receipt_no == bill.receipt_no).values(points_times=20_000)
        )
    assert [finding.check for finding in verify.verify(shop)[1]] == ["earned"]
