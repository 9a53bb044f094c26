"""Automatic promotions on real bills: stored with their shares, counted against limits and budgets,
reversed with the bill."""

import pytest

from storecrm import compose
from storecrm.domain.offers import reading
from storecrm.errors import BadInput, CouponRefused, NotPossible
from storecrm.services import shop_settings
from storecrm.services.imports import run
from storecrm.services.integrity import verify
from storecrm.services.members.verification import VOUCHED
from storecrm.services.offers import design
from storecrm.services.till import open_bill, receipts, voids
from storecrm.services.till.bill_lines import LineIn
from storecrm.services.till.posting import Closing
from storecrm.values import Money, Quantity, RefusalCode
from tests import build
from tests.conftest import signed

pytestmark = pytest.mark.both


@pytest.fixture
def goods(manager, tmp_path):
    """Milk, snacks, tobacco."""
    file = tmp_path / "products.csv"
    file.write_text(
        "sku,name,category,brand,price\nM1,Milk,milk,Dew,12.00\nS1,Crisps,snacks,Crisp,6.90\nS2,Nuts,snacks,Hill,39.90\nT1,Tobacco,tobacco,,23.00\n",
        "utf-8",
    )
    run.load(manager, kind="products", path=file)
    return manager


def auto(store, code, **raw):
    design.create(store, new=reading.draft({"code": code, "automatic": True} | raw))


def line(sku, pieces=1):
    return LineIn(sku, Quantity(pieces * 1000))


def test_promotions_apply_by_themselves_and_are_stored_with_their_shares(goods):
    """A basket is cheaper without anything being scanned; the receipt says by what, line by
    line."""
    auto(goods, "HALF", name="第二件半价", kind="nth_item", value="50", buy=2, products="S1")
    auto(goods, "BIG", name="满50减5", kind="threshold_off", value="5", min_spend="50")
    view = open_bill.record(goods, lines=[line("S1", 2), line("S2"), line("M1")])
    assert [(s.step, s.offer_code, s.amount) for s in view.steps] == [
        ("line", "HALF", 345),
        ("order", "BIG", 500),
    ]
    assert (view.gross, view.discount, view.net) == (6570, 845, 5725)
    assert (
        sum(one.share for one in view.lines) == 845
        and sum(one.amount for one in view.lines) == 6570
    )
    assert verify.verify(goods)[1] == []


def test_a_coupon_comes_after_promotions(goods):
    """The coupon's threshold is measured on what the promotions left."""
    auto(goods, "BIG", kind="threshold_off", value="30", min_spend="100")
    build.offer(goods, min_spend="80", value="10")
    code = build.issued(goods)[0]
    view = open_bill.record(goods, amount=Money(12_000), coupons=[code])
    assert (view.discount, view.net) == (4_000, 8_000)
    voids.undo(goods)
    assert verify.verify(goods)[1] == []


def test_the_total_limit_and_the_budget_hold_and_come_back_with_a_void(goods):
    """Counted from live bills: what is voided frees its place."""
    auto(goods, "FIRST2", kind="amount_off", value="5", limit_total=2)
    auto(goods, "PURSE", kind="amount_off", value="3", budget="5", stackable=True)
    sold = [open_bill.record(goods, amount=Money(2_000)) for _ in range(3)]
    assert [view.discount for view in sold] == [800, 500, 0]
    voids.void(goods, receipt=sold[0].receipt_no)
    assert [open_bill.record(goods, amount=Money(2_000)).discount for _ in range(2)] == [800, 0]
    assert verify.verify(goods)[1] == []


def test_a_promotion_for_members_needs_the_member(goods):
    """Members' price; once for each member."""
    ann = build.member(goods)
    auto(goods, "MEMBERS", kind="percent_off", value="10", members_only=True, limit_per_member=1)
    assert open_bill.record(goods, amount=Money(5_000)).discount == 0
    assert open_bill.record(goods, amount=Money(5_000), member=ann.member_no).discount == 500
    assert open_bill.record(goods, amount=Money(5_000), member=ann.member_no).discount == 0


def test_what_almost_applied_is_said(goods):
    """The cashier can offer to add something."""
    auto(goods, "BIG", name="满100减20", kind="threshold_off", value="20", min_spend="100")
    view = open_bill.record(goods, amount=Money(8_750), dry_run=True)
    assert [(name, r.short) for name, r in view.near] == [("满100减20", 1_250)]


def test_rounding_and_points_are_steps_of_their_own(goods, owner):
    """Rounding is never a promotion; points paid are shared over the lines."""
    shop_settings.set_rule(owner, key="rounding", value="0.1")
    ann = build.member(goods)
    open_bill.record(goods, amount=Money(100_000), member=ann.member_no)
    view = open_bill.record(
        goods,
        lines=[LineIn("M1", Quantity(1000), Money(1_234)), line("S1")],
        member=ann.member_no,
        closing=Closing(points_used=100, proof=VOUCHED),
    )
    assert [(s.step, s.amount) for s in view.steps] == [("points", 100), ("rounding", 4)]
    assert (view.gross, view.discount, view.points_paid, view.rounding, view.net) == (
        1_924,
        0,
        100,
        4,
        1_820,
    )
    assert view.points_earned == 18
    assert verify.verify(goods)[1] == []


def test_double_points_and_goods_that_never_earn(goods):
    """2 times the points on what was paid for goods that earn."""
    ann = build.member(goods)
    auto(goods, "DOUBLE", kind="points_times", value="2", month_days="22")
    view = open_bill.record(goods, lines=[line("M1", 3)], member=ann.member_no)
    assert view.points_earned == 72


def test_an_open_bill_is_priced_with_promotions_too(goods):
    """Scan, type the amount: 满减 is in the amount due."""
    auto(goods, "BIG", kind="threshold_off", value="20", min_spend="100")
    build.offer(goods, kind="amount_off", value="6", min_spend=None)
    first, second, _ = build.issued(goods)
    open_bill.take(goods, code=first, request_no="1", proof=VOUCHED)
    view = open_bill.set_amount(goods, amount=Money(12_000))
    assert (view.discount, view.net) == (2_600, 9_400)
    assert open_bill.close(goods).net == 9_400
    assert receipts.show(goods, receipt=view.receipt_no).net == 9_400
    assert verify.verify(goods)[1] == []


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ({"kind": "buy_get"}, "buy_missing"), ({"kind": "nth_item", "value": "50", "buy": 1}, "buy_missing"), ({"kind": "fixed_price", "value": "9.9"}, "scope_missing"),
        ({"kind": "gift", "min_spend": "99"}, "gifts_missing"), ({"kind": "gift", "gifts": "M1"}, "threshold_missing"), ({"kind": "gift", "buy": 2, "products": "M1", "gifts": "M1"}, "gift_circular"),
        ({"kind": "every_threshold", "value": "5"}, "threshold_missing"), ({"kind": "every_threshold", "value": "5", "min_spend": "4"}, "value_over_threshold"),
        ({"kind": "points_times", "value": "2", "automatic": False}, "automatic_only"), ({"kind": "external"}, "automatic_only"), ({"kind": "amount_off", "value": "5", "valid_days": 3}, "automatic_days"),
        ({"kind": "amount_off", "value": "5", "budget": "4"}, "value_over_budget"), ({"kind": "amount_off", "value": "5", "weekdays": "8"}, "offer_value"),
        ({"kind": "amount_off", "value": "5", "time_from": "10:00", "time_to": "09:00"}, "times_reversed"), ({"kind": "amount_off", "value": "5", "time_from": "25:00"}, "offer_value"),
        ({"kind": "amount_off", "value": "5", "birthday": "always"}, "offer_value"), ({"kind": "points_times", "value": "0.5"}, "offer_value"), ({"kind": "amount_off", "value": "5", "min_quantity": 10**9}, "offer_value"),
    ],
)  # fmt: skip
def test_promotions_that_contradict_themselves(manager, raw, code):
    """The form and the file say what is wrong before a customer does."""
    with pytest.raises(BadInput) as refused:
        design.create(manager, new=reading.draft({"code": "X", "automatic": True} | raw))
    assert refused.value.code == code


def test_every_key_of_a_promotion_survives_the_store(manager):
    """What is frozen reads back as it was written."""
    raw = {
        "code": "ALL", "kind": "percent_off", "value": "10", "cap": "20", "min_spend": "50", "automatic": True, "categories": "snacks", "not_products": "S9",
        "brands": "Dew", "min_quantity": 2, "weekdays": "6,7", "month_days": [8, 18], "time_from": "10:00", "time_to": "12:00", "members_only": True, "tiers": "gold",
        "birthday": "month", "stores": "East", "channels": "store", "budget": "500", "priority": 3, "stackable": True, "group": "g", "skip_discounted": True,  "first_purchase": True,
    }  # fmt: skip
    gift = {"kind": "gift", "buy": 3, "get": 2, "gifts": "S1", "max_repeats": 2, "stackable": False, "uses_allowed": "*", "bearer": False, "valid_days": 9, "valid_delay": 1}  # fmt: skip
    for code, keys in (("ALL", raw), ("GIFT", gift)):
        new = reading.draft(keys | {"code": code})
        design.create(manager, new=new)
        assert design.show(manager, code=code).rule == new.rule
    assert design.show(manager, code="GIFT").rule.stackable is False


def test_the_month_says_what_promotions_tiers_and_points_gave(goods, owner):
    """Beside the coupons; less what came back, on its own day."""
    from storecrm.services.loyalty import tiers
    from storecrm.services.reports import month_figures
    from storecrm.services.till import returns
    from storecrm.values import BasisPoints

    ann = build.member(goods)
    open_bill.record(goods, amount=Money(50_000), member=ann.member_no)
    tiers.keep(owner, name="gold", threshold=Money(1_000_000), off=BasisPoints(1_000))
    tiers.set_by_hand(owner, member=ann.member_no, tier="gold", until=None, reason="x")
    auto(goods, "BIG", kind="threshold_off", value="10", min_spend="50")
    sold = open_bill.record(
        goods,
        amount=Money(10_000),
        member=ann.member_no,
        closing=Closing(points_used=200, proof=VOUCHED),
    )
    open_bill.record(goods, amount=Money(10_000))
    returns.return_goods(goods, receipt=sold.receipt_no)
    voids.undo(goods, receipt=open_bill.record(goods, amount=Money(10_000)).receipt_no)
    today = goods.clock.today()
    found = month_figures.figures(owner, first=today, last=today)
    assert (found.promotions, found.tier_prices, found.points_paid, found.recorded_net) == (
        1_000,
        0,
        0,
        59_000,
    )
    assert (sold.steps[0].amount, sold.net) == (1_000, 10_000 - 1_000 - 1_000 - 200)


def test_one_budget_for_every_coupon_of_an_offer(goods, owner):
    """Two on one bill, or one without an amount: never more than the budget."""
    shop_settings.set_rule(owner, key="coupons_per_bill", value="2")
    build.offer(goods, kind="amount_off", value="5", min_spend=None, budget="7")
    first, second, third = build.issued(goods)
    with pytest.raises(CouponRefused) as refused:
        open_bill.record(goods, amount=Money(10_000), coupons=[first, second])
    assert refused.value.refusals[0].code is RefusalCode.BUDGET
    open_bill.record(goods, coupons=[first])
    with pytest.raises(CouponRefused):
        open_bill.record(goods, coupons=[third])
    assert verify.verify(goods)[1] == []


def test_an_automatic_offer_is_not_issued(goods):
    """One way or the other, so that limit and budget have one account."""
    auto(goods, "A", kind="amount_off", value="5")
    with pytest.raises(NotPossible) as refused:
        build.issued(goods, "A")
    assert refused.value.code == "offer_automatic"


def test_the_first_purchase_is_free_again_after_a_void(goods):
    """As if it had not been."""
    ann = build.member(goods)
    auto(goods, "FIRST", kind="amount_off", value="5", first_purchase=True)
    sold = open_bill.record(goods, amount=Money(1_000), member=ann.member_no)
    voids.void(goods, receipt=sold.receipt_no)
    assert open_bill.record(goods, amount=Money(1_000), member=ann.member_no).discount == 500
    assert open_bill.record(goods, amount=Money(1_000), member=ann.member_no).discount == 0


def test_more_points_are_for_the_whole_bill(goods):
    """With goods it is refused while it is designed; a minimum spend holds."""
    with pytest.raises(BadInput) as refused:
        auto(goods, "X", kind="points_times", value="3", categories="milk")
    assert refused.value.code == "points_scope"
    ann = build.member(goods)
    auto(goods, "Y", kind="points_times", value="3", min_spend="50")
    assert [
        open_bill.record(goods, amount=Money(amount), member=ann.member_no).points_earned
        for amount in (4_900, 5_000)
    ] == [49, 150]


@pytest.mark.both
def test_a_version_whose_number_is_given_anew_does_not_price_by_the_rule_that_is_gone(
    base, manager, owner, tmp_path
):
    """A window stays open for days, and an import is rolled back in another program: the next offer
    may bear its number."""
    again = compose.open_store(base.name)
    elsewhere = signed(again, "王芳", "till 2")
    file = tmp_path / "offers.csv"
    file.write_text("code,name,kind,value,valid_days\nOLD,OLD,amount_off,30,30\n", "utf-8")
    batch = run.load(manager, kind="offers", path=file).batch
    with elsewhere.read() as session:
        first = design.newest_version(session, design.by_code(session, "OLD").id)
        assert design.frozen(session, elsewhere, first).value == 3_000
    run.undo(manager, batch=batch)
    build.offer(owner, "NEW", kind="amount_off", value="5", min_spend=None)
    with elsewhere.read() as session:
        second = design.newest_version(session, design.by_code(session, "NEW").id)
        assert design.frozen(session, elsewhere, second).value == 500
        assert second == first or session.get_bind().dialect.name == "postgresql"
    compose.close_store(again)
