"""What users of other shop systems complained about for years, one test each: here it does not
happen.

1-13 refunds and points, 14-20 expiry and rounding, 21-30 coupons, 31-34 partial returns and
reports, 35-36 dates.
"""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

import storecrm
from storecrm.domain import pricing, shop_rules
from storecrm.domain.offers import reading
from storecrm.domain.points import EarnRate
from storecrm.errors import CouponRefused, NotPossible
from storecrm.i18n import Catalogue
from storecrm.services import shop_settings
from storecrm.services.coupons import issue
from storecrm.services.exports import files
from storecrm.services.imports import run
from storecrm.services.integrity import verify
from storecrm.services.loyalty import adjustments, points_account, tiers
from storecrm.services.members import registry
from storecrm.services.members.registry import NewMember
from storecrm.services.members.verification import VOUCHED
from storecrm.services.reports import month_figures
from storecrm.services.till import (
    basket,
    coupon_check,
    open_bill,
    parked_bills,
    receipts,
    returns,
    voids,
)
from storecrm.services.till.bill_lines import LineIn
from storecrm.services.till.posting import Closing
from storecrm.services.till.returned_goods import ReturnLine
from storecrm.values import (
    WHOLE,
    BasisPoints,
    CouponState,
    EntryKind,
    Money,
    Quantity,
    RefusalCode,
    share_out,
)
from tests import build

pytestmark = pytest.mark.both


@pytest.fixture
def shop(manager, tmp_path):
    file = tmp_path / "goods.csv"
    file.write_text(
        "sku,name,category,price,no_points\nA,茶,茶,100.00,\nB,杯,杯,50.00,\nC,糖,糖,33.33,\nGC,购物卡,卡,100.00,是\n",
        "utf-8",
    )
    run.load(manager, kind="products", path=file)
    return manager


@pytest.fixture
def ann(shop):
    return build.member(shop).member_no


def have(store, who):
    return points_account.show(store, member=who).active


def back(store, sale, *lines):
    return returns.return_goods(
        store, receipt=sale.receipt_no, lines=[ReturnLine(n, Quantity(q * 1000)) for n, q in lines]
    )


# --- refunds and points ---


def test_01_buying_and_returning_again_and_again_earns_nothing(shop, ann):
    for _ in range(5):
        sold = open_bill.record(shop, lines=[LineIn("A")], member=ann)
        back(shop, sold, (1, 1))
        assert have(shop, ann) == 0


def test_02_points_that_paid_come_back_once_whatever_is_returned(shop, ann):
    open_bill.record(shop, lines=[LineIn("A", Quantity(10_000))], member=ann)
    sold = open_bill.record(
        shop,
        lines=[LineIn("A"), LineIn("B")],
        member=ann,
        closing=Closing(points_used=1000, proof=VOUCHED),
    )
    assert back(shop, sold, (1, 1), (2, 1)).points_given_back == 1000
    assert have(shop, ann) == 1000


def test_03_goods_that_come_back_do_not_judge_what_is_sold(shop):
    """A sale is priced from its own lines; a return is a sale of its own."""
    build.offer(
        shop,
        "OFF",
        kind="threshold_off",
        value="20",
        min_spend="100",
        automatic=True,
        valid_days=None,
    )
    first = open_bill.record(shop, lines=[LineIn("A")])
    back(shop, first, (1, 1))
    assert open_bill.record(shop, lines=[LineIn("A")]).discount == 2000


def test_04_a_return_takes_the_earned_points(shop, ann):
    sold = open_bill.record(shop, lines=[LineIn("A"), LineIn("B")], member=ann)
    assert back(shop, sold, (1, 1)).points_taken_back == 100
    assert have(shop, ann) == 50


def test_05_a_return_is_never_blocked_by_points_that_are_gone(shop, ann):
    sold = open_bill.record(shop, lines=[LineIn("A", Quantity(2000))], member=ann)
    open_bill.record(
        shop, lines=[LineIn("B")], member=ann, closing=Closing(points_used=200, proof=VOUCHED)
    )
    done = back(shop, sold, (1, 2))
    assert done.cash == 20_000 and points_account.show(shop, member=ann).owed == 152
    open_bill.record(shop, lines=[LineIn("A", Quantity(2000))], member=ann)
    assert have(shop, ann) == 48


def test_06_the_points_checked_are_the_points_taken(shop, owner, ann, wall):
    """A balance in lots that have ended pays nothing."""
    shop_settings.set_rule(owner, key="points_expiry", value="days:10")
    open_bill.record(shop, lines=[LineIn("A", Quantity(2000))], member=ann)
    wall.forward(days=11)
    with pytest.raises(NotPossible, match="points_short"):
        open_bill.record(
            shop, lines=[LineIn("A")], member=ann, closing=Closing(points_used=100, proof=VOUCHED)
        )


def test_07_slices_of_a_return_take_what_the_whole_would(shop, ann):
    """A hundred returns of little take exactly what one return takes."""
    sold = open_bill.record(shop, amount=Money(199), member=ann)
    assert sold.points_earned == 1
    for _ in range(10):
        returns.return_goods(shop, receipt=sold.receipt_no, lines=[ReturnLine(1, Quantity(100))])
    assert have(shop, ann) == 0 and points_account.show(shop, member=ann).owed == 0


def test_08_nothing_posted_is_edited_and_a_bill_put_aside_only_holds(shop, ann):
    open_bill.record(shop, lines=[LineIn("A", Quantity(2000))], member=ann)
    aside = parked_bills.suspend(
        shop, lines=[LineIn("A")], member=ann, points_used=100, proof=VOUCHED
    )
    assert have(shop, ann) == 100
    parked_bills.drop(shop, receipt=aside.receipt_no)
    assert have(shop, ann) == 200
    writers = [
        path.name
        for path in Path(storecrm.__file__).parent.glob("services/till/*.py")
        if "delete(_SALE" in path.read_text("utf-8")
    ]
    assert writers == []


def test_09_gift_cards_and_what_points_paid_earn_nothing(shop, ann):
    assert open_bill.record(shop, lines=[LineIn("GC")], member=ann).points_earned == 0
    open_bill.record(shop, lines=[LineIn("A", Quantity(10_000))], member=ann)
    assert (
        open_bill.record(
            shop, lines=[LineIn("A")], member=ann, closing=Closing(points_used=1000, proof=VOUCHED)
        ).points_earned
        == 90
    )


def test_10_a_line_taken_out_earns_nothing(shop, ann):
    basket.put(shop, code="A", member=ann)
    basket.put(shop, code="B")
    basket.change(shop, line_no=1, quantity=Quantity(0))
    assert open_bill.close(shop).points_earned == 50


def test_11_points_are_earned_on_what_was_paid_after_everything(shop, owner, ann):
    """After promotion, coupon, points and rounding; written down for readers too."""
    shop_settings.set_rule(owner, key="rounding", value="1")
    build.offer(shop, kind="amount_off", value="6.30", min_spend=None)
    code = build.issued(shop)[0]
    open_bill.record(shop, lines=[LineIn("A", Quantity(10_000))], member=ann)
    sold = open_bill.record(
        shop,
        lines=[LineIn("A")],
        member=ann,
        coupons=[code],
        closing=Closing(points_used=200, proof=VOUCHED),
    )
    assert (sold.net, sold.points_earned) == (9100, 91)
    assert "what was paid" in (
        Path(storecrm.__file__).parent.parent / "docs" / "semantics.md"
    ).read_text("utf-8")


def test_12_any_number_of_points_in_the_shops_step_can_be_used(shop, owner, ann):
    open_bill.record(shop, lines=[LineIn("A", Quantity(10_000))], member=ann)
    assert (
        open_bill.record(
            shop, lines=[LineIn("A")], member=ann, closing=Closing(points_used=300, proof=VOUCHED)
        ).points_paid
        == 300
    )
    with pytest.raises(NotPossible, match="points_step"):
        open_bill.record(
            shop, lines=[LineIn("A")], member=ann, closing=Closing(points_used=150, proof=VOUCHED)
        )
    shop_settings.set_rule(owner, key="points_step", value="1")
    assert (
        open_bill.record(
            shop, lines=[LineIn("A")], member=ann, closing=Closing(points_used=151, proof=VOUCHED)
        ).points_paid
        == 151
    )


def test_13_earning_and_burning_are_rows_of_their_own(shop, ann):
    open_bill.record(shop, lines=[LineIn("A", Quantity(10_000))], member=ann)
    sold = open_bill.record(
        shop, lines=[LineIn("A")], member=ann, closing=Closing(points_used=100, proof=VOUCHED)
    )
    mine = [
        (m.kind, m.points)
        for m in points_account.statement(shop, member=ann)
        if m.receipt_no == sold.receipt_no
    ]
    assert sorted(mine) == [(EntryKind.BURN, -100), (EntryKind.EARN, 99)]


# --- expiry and rounding ---


def test_14_the_lot_that_ends_first_is_used_first(shop, owner, ann, wall):
    shop_settings.set_rule(owner, key="points_expiry", value="days:30")
    open_bill.record(shop, lines=[LineIn("A")], member=ann)
    wall.forward(days=20)
    open_bill.record(shop, lines=[LineIn("A", Quantity(2000))], member=ann)
    open_bill.record(
        shop, lines=[LineIn("B")], member=ann, closing=Closing(points_used=100, proof=VOUCHED)
    )
    wall.forward(days=11)
    assert have(shop, ann) == 200 + 49


def test_15_every_rule_of_the_shop_is_read_somewhere():
    """No dead settings: each is read outside its own declaration."""
    root = Path(storecrm.__file__).parent
    declared = root / "domain" / "shop_rules.py"
    code = "\n".join(path.read_text("utf-8") for path in root.rglob("*.py") if path != declared)
    inside = declared.read_text("utf-8").split("def of(")[1]
    assert [
        one.key for one in shop_rules.SETTINGS.values() if f".{one.name}" not in code + inside
    ] == []


def test_16_points_end_when_the_rule_says_and_when_it_says_never(shop, owner, ann, wall):
    shop_settings.set_rule(owner, key="points_expiry", value="days:1")
    open_bill.record(shop, lines=[LineIn("A")], member=ann)
    assert have(shop, ann) == 100
    wall.forward(days=2)
    assert have(shop, ann) == 0
    shop_settings.set_rule(owner, key="points_expiry", value="never")
    open_bill.record(shop, lines=[LineIn("B")], member=ann)
    wall.forward(days=20)
    assert have(shop, ann) == 50


def test_17_no_float_ever_holds_money_or_points(shop, ann, base):
    open_bill.record(shop, lines=[LineIn("C", Quantity(333))], member=ann)
    with base.read() as session:
        of = "typeof" if session.get_bind().dialect.name == "sqlite" else "pg_typeof"
        query = f"SELECT DISTINCT CAST({of}(amount) AS TEXT), CAST({of}(quantity) AS TEXT), CAST({of}(unit_price) AS TEXT) FROM sale_line"
        assert set(session.execute(text(query)).one()) <= {"integer", "bigint"}
        assert session.execute(
            text(f"SELECT DISTINCT CAST({of}(points) AS TEXT) FROM point_entry")
        ).one()[0] in ("integer", "bigint")


def test_18_points_cover_what_is_rounded_too(shop, owner, ann):
    """1 point can be worth the smallest coin, and the cap is measured before rounding."""
    for key, value in (("points_step", "1"), ("points_cap_percent", "100"), ("rounding", "0.1")):
        shop_settings.set_rule(owner, key=key, value=value)
    open_bill.record(shop, lines=[LineIn("A")], member=ann)
    sold = open_bill.record(
        shop, amount=Money(40), member=ann, closing=Closing(points_used=40, proof=VOUCHED)
    )
    assert (sold.points_paid, sold.net) == (40, 0)


def test_19_rates_are_pairs_that_read_as_sentences():
    assert EarnRate(1, Money(100)).earn(Money(7700)) == 77
    assert shop_rules.ShopRules.of({"points_per_unit": "100"}, 2).points_money(77) == 77


def test_20_a_tier_begins_at_its_threshold_and_says_what_is_missing(shop, owner, ann):
    tiers.keep(
        owner,
        name="银卡",
        threshold=Money(10_000),
        off=BasisPoints(0),
        points_times=BasisPoints(WHOLE),
    )
    open_bill.record(shop, amount=Money(9_999), member=ann)
    now = tiers.standing(shop, member=ann)
    assert (now.tier, now.spent, now.short) == ("", 9_999, 1)
    open_bill.record(shop, amount=Money(1), member=ann)
    assert tiers.standing(shop, member=ann).tier == "银卡"


# --- coupons ---


def test_21_a_coupon_used_elsewhere_meanwhile_is_not_used_twice(shop):
    """Held by a bill that waits, dropped, used on another bill: taking the first up again finds it
    used."""
    build.offer(shop, kind="amount_off", value="6", min_spend=None)
    code = build.issued(shop)[0]
    aside = parked_bills.suspend(shop, amount=Money(1000), coupons=[code], proof=VOUCHED)
    parked_bills.drop(shop, receipt=aside.receipt_no)
    open_bill.record(shop, amount=Money(1000), coupons=[code])
    with pytest.raises(NotPossible):
        parked_bills.resume(shop, receipt=aside.receipt_no, proof=VOUCHED)
    assert issue.show(shop, code=code).uses == 1


def test_22_a_bill_that_is_given_up_gives_its_coupon_back(shop, wall):
    build.offer(shop, kind="amount_off", value="6", min_spend=None)
    code = build.issued(shop)[0]
    coupon_check.check(shop, code=code)
    assert issue.show(shop, code=code).state is CouponState.ISSUED
    parked_bills.suspend(shop, amount=Money(1000), coupons=[code], proof=VOUCHED)
    wall.forward(days=1)
    assert parked_bills.drop_stale(shop) == 1
    assert issue.show(shop, code=code).state is CouponState.ISSUED


def test_23_limits_are_checked_again_when_the_member_changes(shop, ann):
    build.offer(shop, kind="amount_off", value="6", min_spend=None, limit_per_member=1)
    a, b, _ = build.issued(shop)
    open_bill.record(shop, amount=Money(1000), member=ann, coupons=[a])
    ben = registry.register(shop, new=NewMember(phone="13900139000")).member_no
    open_bill.take(shop, code=b, amount=Money(1000), member=ben, request_no="r", proof=VOUCHED)
    voids.undo(shop)
    with pytest.raises(CouponRefused) as refused:
        open_bill.take(shop, code=b, amount=Money(1000), member=ann, request_no="s", proof=VOUCHED)
    assert refused.value.refusals[0].code is RefusalCode.MEMBER_LIMIT


def test_24_the_database_itself_refuses_a_second_live_use(shop, base):
    """Behind the conditional update stands a unique index of live uses (the race itself:
    test_races)."""
    with base.read() as session:
        where = (
            "sqlite_master WHERE name"
            if session.get_bind().dialect.name == "sqlite"
            else "pg_indexes WHERE indexname"
        )
        column = "sql" if where.startswith("sqlite") else "indexdef"
        sql = session.execute(
            text(f"SELECT {column} FROM {where} = 'uq_redemption_live_use'")
        ).scalar_one()
    assert re.search(r"UNIQUE.*coupon_id, use_no.*reversed_at IS NULL", sql, re.S)


def test_25_a_coupon_comes_back_with_its_own_reversal_once(shop):
    build.offer(shop, kind="amount_off", value="6", min_spend=None)
    code = build.issued(shop)[0]
    sold = open_bill.record(shop, lines=[LineIn("A")], coupons=[code])
    back(shop, sold, (1, 1))
    assert issue.show(shop, code=code).state is CouponState.ISSUED
    open_bill.record(shop, lines=[LineIn("B")], coupons=[code])
    with pytest.raises(NotPossible):
        voids.void(shop, receipt=sold.receipt_no)
    assert issue.show(shop, code=code).state is CouponState.REDEEMED


def test_26_only_a_full_return_frees_the_use_of_a_limit(shop, ann):
    build.offer(shop, kind="amount_off", value="6", min_spend=None, limit_per_member=1)
    a, b, _ = build.issued(shop)
    sold = open_bill.record(shop, lines=[LineIn("A"), LineIn("B")], member=ann, coupons=[a])
    back(shop, sold, (1, 1))
    with pytest.raises(CouponRefused):
        open_bill.record(shop, lines=[LineIn("A")], member=ann, coupons=[b])
    back(shop, sold, (2, 1))
    assert open_bill.record(shop, lines=[LineIn("A")], member=ann, coupons=[b]).discount == 600


def test_27_no_limit_is_no_limit_and_counts_are_counted(shop):
    build.offer(shop, kind="amount_off", value="1", min_spend=None, uses_allowed="*")
    code = build.issued(shop)[0]
    for _ in range(4):
        open_bill.record(shop, amount=Money(1000), coupons=[code])
    day = shop.clock.today()
    assert month_figures.figures(shop, first=day, last=day).totals.redemptions == 4


def test_28_every_refusal_has_a_reason_in_words():
    for language in ("en", "zh_CN"):
        words = Catalogue(language)
        for code in RefusalCode:
            assert words.said(f"refusal.{code.value}") and words.said(
                f"cure.refusal.{code.value}"
            ), code


def test_29_every_hundred_takes_twenty_each_time_up_to_its_most(shop):
    build.offer(
        shop,
        "EVERY",
        kind="every_threshold",
        value="20",
        min_spend="100",
        max_repeats=3,
        automatic=True,
        valid_days=None,
    )
    assert [
        open_bill.record(shop, amount=Money(a)).discount for a in (9_999, 10_000, 25_000, 99_000)
    ] == [0, 2000, 4000, 6000]


def test_30_the_order_of_discounts_is_fixed_and_written_down(shop, owner, ann):
    tiers.keep(
        owner,
        name="金卡",
        threshold=Money(0),
        off=BasisPoints(1000),
        points_times=BasisPoints(WHOLE),
    )
    tiers.set_by_hand(owner, member=ann, tier="金卡", until=None, reason="test")
    build.offer(
        shop,
        "LINE",
        kind="percent_off",
        value="20",
        min_spend=None,
        categories=["茶"],
        automatic=True,
        valid_days=None,
    )
    build.offer(
        shop,
        "ORDER",
        kind="threshold_off",
        value="5",
        min_spend="70",
        automatic=True,
        valid_days=None,
    )
    build.offer(shop, kind="percent_off", value="10", min_spend=None)
    sold = open_bill.record(shop, lines=[LineIn("A")], member=ann, coupons=[build.issued(shop)[0]])
    # 100 - 20 % = 80, tier 10 % = 72, order 5 = 67, coupon 10 % = 60.30
    assert [(s.step, s.amount) for s in sold.steps] == [
        ("line", 2000),
        ("tier", 800),
        ("order", 500),
    ]
    assert (sold.coupons[0].discount, sold.net) == (670, 6030)


# --- partial returns and money ---


def test_31_what_stays_keeps_its_share_of_the_discount(shop):
    """Returning one of two gives back what was paid for it, not its price and not the whole
    discount."""
    build.offer(shop)
    sold = open_bill.record(shop, lines=[LineIn("A"), LineIn("B")], coupons=[build.issued(shop)[0]])
    first, second = back(shop, sold, (1, 1)).cash, back(shop, sold, (2, 1)).cash
    assert (first, second, first + second) == (8667, 4333, sold.net)


def test_32_parts_add_up_exactly():
    assert share_out(2000, [3333, 3333, 3334]) == [667, 666, 667]
    lines = [pricing.Line(Money(3333), str(n)) for n in range(3)]
    rule = reading.draft({"code": "X", "kind": "amount_off", "value": "0.01", "valid_days": 1}).rule
    assert sum(pricing.price(lines, [pricing.AppliedOffer(1, rule)]).taken[0].shares) == 1


def test_33_gross_discount_and_net_tie_out_after_returns(shop, owner, tmp_path):
    build.offer(shop)
    sold = open_bill.record(shop, lines=[LineIn("A"), LineIn("B")], coupons=[build.issued(shop)[0]])
    back(shop, sold, (2, 1))
    day = shop.clock.today()
    now = month_figures.figures(shop, first=day, last=day)
    assert now.recorded_net == sold.net - 4333
    assert all(ours == theirs for _, ours, theirs in now.tie_out)
    assert verify.verify(owner)[1] == []


def test_34_the_report_counts_the_rows_the_receipt_shows(shop, owner, tmp_path):
    build.offer(shop)
    build.offer(
        shop,
        "AUTO",
        kind="percent_off",
        value="10",
        min_spend=None,
        automatic=True,
        valid_days=None,
    )
    sold = open_bill.record(
        shop, lines=[LineIn("A", Quantity(2000))], coupons=[build.issued(shop)[0]]
    )
    day = shop.clock.today()
    now = month_figures.figures(shop, first=day, last=day)
    assert (now.totals.discount + now.promotions, sold.discount) == (sold.discount, 4000)
    files.export(owner, kind="sales", file=tmp_path / "s.csv", words=Catalogue("en"))


# --- dates ---


def test_35_the_last_day_is_a_whole_day_on_the_shops_clock(shop, wall):
    """A coupon that ends on the 30th works at 23:59 of the 30th in Shanghai, and not after the day
    is over."""
    build.offer(shop, kind="amount_off", value="6", min_spend=None, valid_days=1)
    a, b, _ = build.issued(shop)
    assert issue.show(shop, code=a).valid_to == shop.clock.today()
    wall.forward(seconds=17 * 3600 + 33 * 60)
    assert open_bill.record(shop, coupons=[a]).discount == 600
    wall.forward(seconds=5 * 3600)
    with pytest.raises(CouponRefused):
        open_bill.record(shop, coupons=[b])


@pytest.mark.parametrize("year", range(2026, 2034))
def test_36_a_birthday_on_29_february_comes_every_year(year):
    rule = reading.draft(
        {"code": "B", "kind": "amount_off", "value": "5", "valid_days": 30, "birthday": "day"}
    ).rule
    buyer = pricing.Buyer(birthday="1996-02-29")
    falls = date(year, 2, 29 if year % 4 == 0 else 28)
    for off, fits in ((0, True), (7, True), (-7, True), (8, False), (-8, False)):
        assert (
            pricing.at_all(rule, buyer, pricing.PricingTime(falls + timedelta(days=off))) == []
        ) is fits


def test_the_points_account_by_hand_says_why(shop, ann):
    """Adjusting leaves who and why beside the number."""
    adjustments.adjust(shop, member=ann, count=50, reason="broken jar")
    assert [(m.reason, m.staff) for m in points_account.statement(shop, member=ann)] == [
        ("broken jar", "赵")
    ]
    assert receipts.of_member(shop, member=ann) == []
