"""Tiers, the points account by hand, bills put aside, offers tried on the past."""

import os
import subprocess
import sys
from datetime import date

import pytest

from storecrm.domain.offers import reading
from storecrm.errors import BadInput, Conflict, CouponRefused, NotAllowed, NotPossible
from storecrm.services import shop_settings
from storecrm.services.coupons import batches, issue
from storecrm.services.imports import run
from storecrm.services.integrity import verify
from storecrm.services.loyalty import adjustments, points_account, tiers
from storecrm.services.members.verification import VOUCHED
from storecrm.services.offers import backtest, design
from storecrm.services.till import clock_check, open_bill, parked_bills, returns, voids
from storecrm.services.till.bill_lines import LineIn
from storecrm.services.till.posting import Closing
from storecrm.values import BasisPoints, CouponState, Money, Quantity, RefusalCode, SaleState
from tests import build
from tests.conftest import signed

pytestmark = pytest.mark.both


@pytest.fixture
def ann(manager):
    return build.member(manager).member_no


def ladder(owner):
    tiers.keep(owner, name="silver", threshold=Money(50_000), points_times=BasisPoints(12_000))
    tiers.keep(
        owner,
        name="gold",
        threshold=Money(100_000),
        off=BasisPoints(500),
        points_times=BasisPoints(15_000),
    )


# --- tiers ---


def test_up_at_once_for_the_next_sale(owner, ann):
    """The sale that reaches the tier has the old price; the next one the new price and points.
    Thresholds are inclusive."""
    ladder(owner)
    first = open_bill.record(owner, amount=Money(100_000), member=ann)
    assert (first.discount, first.points_earned) == (0, 1000)
    found = tiers.standing(owner, member=ann)
    assert (found.tier, found.spent, found.short) == ("gold", 100_000, None)
    second = open_bill.record(owner, amount=Money(10_000), member=ann)
    assert (second.discount, second.points_earned) == (500, 142)


def test_how_much_is_missing_is_said(owner, ann):
    """ "¥200 more to reach silver" ."""
    ladder(owner)
    open_bill.record(owner, amount=Money(30_000), member=ann)
    found = tiers.standing(owner, member=ann)
    assert (found.tier, found.next_tier, found.short) == ("", "silver", 20_000)


def test_down_one_step_at_the_review(owner, base, wall, ann):
    """A year without buying: gold, silver, none; a tier by hand holds until its last day."""
    ladder(owner)
    open_bill.record(owner, amount=Money(100_000), member=ann)
    assert tiers.review(owner) == []
    wall.forward(days=370)
    owner = signed(base, "陈")
    clock_check.confirm_day(owner, day=owner.clock.today())
    assert [m.after for m in tiers.review(owner, dry_run=True)] == ["silver"]
    assert [[m.after for m in tiers.review(owner)] for _ in range(3)] == [["silver"], [], []]
    until = owner.clock.today()
    tiers.set_by_hand(owner, member=ann, tier="gold", until=until, reason="wedding")
    assert tiers.review(owner) == []
    wall.forward(days=1)
    assert tiers.review(signed(base, "陈"))[0].after == ""


def test_a_return_counts_against_the_tier_at_the_review(owner, ann):
    """Spend is net of what came back."""
    ladder(owner)
    sold = open_bill.record(owner, amount=Money(60_000), member=ann)
    returns.return_goods(owner, receipt=sold.receipt_no)
    assert tiers.standing(owner, member=ann).spent == 0
    assert [m.after for m in tiers.review(owner)] == [""]


def test_the_calendar_year_by_setting(owner, base, wall, ann):
    """On 1 January everybody starts anew."""
    shop_settings.set_rule(owner, key="tier_window", value="calendar")
    ladder(owner)
    open_bill.record(owner, amount=Money(60_000), member=ann)
    wall.forward(days=60)
    assert tiers.standing(signed(base, "陈"), member=ann).spent == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"threshold": Money(-1)},
        {"off": BasisPoints(10_000)},
        {"threshold": Money(50_000)},
    ],
)
def test_a_wrong_tier_is_refused(owner, wrong):
    ladder(owner)
    with pytest.raises(BadInput):
        tiers.keep(owner, **({"name": "x", "threshold": Money(7)} | wrong))


# --- the points account ---


def test_adjusting_needs_a_reason_and_has_a_limit(owner, manager, cashier, ann):
    """A manager up to the limit, the owner above it, a cashier never; the balance never falls below
    zero by hand."""
    assert adjustments.adjust(manager, member=ann, count=500, reason="apology").active == 500
    assert adjustments.adjust(manager, member=ann, count=-100, reason="mistake").active == 400
    with pytest.raises(NotAllowed):
        adjustments.adjust(manager, member=ann, count=501, reason="x")
    with pytest.raises(NotAllowed):
        adjustments.adjust(cashier, member=ann, count=1, reason="x")
    with pytest.raises(BadInput):
        adjustments.adjust(owner, member=ann, count=501, reason=" ")
    with pytest.raises(NotPossible):
        adjustments.adjust(owner, member=ann, count=-401, reason="x")
    assert adjustments.adjust(owner, member=ann, count=600, reason="gift").active == 1_000
    assert verify.verify(owner)[1] == []


def test_points_buy_a_coupon_and_come_back_when_it_is_voided(owner, ann):
    """To their own lots; a used coupon keeps them."""
    build.offer(owner, kind="amount_off", value="5", min_spend=None, bearer=False)
    adjustments.adjust(owner, member=ann, count=300, reason="x")
    first = adjustments.exchange(owner, member=ann, offer="A20", cost=100)
    second = adjustments.exchange(owner, member=ann, offer="A20", cost=100)
    with pytest.raises(NotPossible):
        adjustments.exchange(owner, member=ann, offer="A20", cost=101)
    assert (
        points_account.show(owner, member=ann).active,
        points_account.show(owner, member=ann).spent,
    ) == (100, 200)
    issue.void(owner, code=first.code, reason="no longer wanted")
    assert (
        points_account.show(owner, member=ann).active,
        points_account.show(owner, member=ann).spent,
    ) == (200, 100)
    open_bill.record(owner, amount=Money(1_000), member=ann, coupons=[second.code])
    with pytest.raises(Conflict):
        issue.void(owner, code=second.code)
    assert points_account.show(owner, member=ann).active == 205
    assert verify.verify(owner)[1] == []


def test_pending_points_cannot_be_used_yet(owner, base, wall, ann):
    """Each switch both ways: with three days pending, and without."""
    shop_settings.set_rule(owner, key="points_pending_days", value="3")
    open_bill.record(owner, amount=Money(50_000), member=ann)
    found = points_account.show(owner, member=ann)
    assert (found.pending, found.active) == (500, 0)
    with pytest.raises(NotPossible):
        open_bill.record(
            owner, amount=Money(10_000), member=ann, closing=Closing(points_used=100, proof=VOUCHED)
        )
    wall.forward(days=3)
    owner = signed(base, "陈")
    assert points_account.show(owner, member=ann).active == 500
    open_bill.record(
        owner, amount=Money(10_000), member=ann, closing=Closing(points_used=100, proof=VOUCHED)
    )


def test_points_live_as_long_as_the_member_comes(owner, base, wall, ann):
    """12 months without a visit: every visit starts the months again."""
    shop_settings.set_rule(owner, key="points_expiry", value="idle_months:12")
    open_bill.record(owner, amount=Money(50_000), member=ann)
    wall.forward(days=300)
    clock_check.confirm_day(owner, day=owner.clock.today())
    open_bill.record(signed(base, "陈"), amount=Money(10_000), member=ann)
    wall.forward(days=300)
    assert points_account.show(signed(base, "陈"), member=ann).active == 600
    wall.forward(days=100)
    assert points_account.show(signed(base, "陈"), member=ann).active == 0


def test_what_ends_soon(owner, ann):
    """The list for a reminder."""
    shop_settings.set_rule(owner, key="points_expiry", value="days:20")
    open_bill.record(owner, amount=Money(50_000), member=ann)
    assert [(e.member_no, e.points) for e in adjustments.ending(owner)] == [(ann, 500)]
    assert adjustments.ending(owner, days=10) == []


# --- bills put aside ---


def test_a_suspended_bill_holds_its_coupon_and_points(owner, ann):
    """No other till can use them; resumed it is a sale like any other; undone everything is
    back."""
    adjustments.adjust(owner, member=ann, count=300, reason="x")
    build.offer(owner, kind="amount_off", value="5", min_spend=None)
    code = build.issued(owner)[0]
    aside = parked_bills.suspend(
        owner, amount=Money(10_000), member=ann, coupons=[code], points_used=200, proof=VOUCHED
    )
    assert (
        aside.state is SaleState.SUSPENDED and points_account.show(owner, member=ann).active == 100
    )
    with pytest.raises(CouponRefused) as refused:
        open_bill.record(owner, amount=Money(1_000), coupons=[code])
    assert refused.value.refusals[0].code is RefusalCode.RESERVED_ELSEWHERE
    sold = parked_bills.resume(owner, receipt=aside.receipt_no, request_no="r", proof=VOUCHED)
    assert (sold.state, sold.discount, sold.points_paid, sold.net) == (
        SaleState.POSTED,
        500,
        200,
        9_300,
    )
    assert (
        parked_bills.resume(owner, receipt=aside.receipt_no, request_no="r", proof=VOUCHED).net
        == 9_300
    )
    assert points_account.show(owner, member=ann).active == 100 + 93
    voids.void(owner, receipt=aside.receipt_no)
    assert (
        points_account.show(owner, member=ann).active == 300
        and issue.show(owner, code=code).state is CouponState.ISSUED
    )
    assert verify.verify(owner)[1] == []


def test_a_dropped_bill_lets_go(owner, base, wall, ann):
    """By hand, or when its day is over."""
    build.offer(owner, kind="amount_off", value="5", min_spend=None)
    adjustments.adjust(owner, member=ann, count=300, reason="x")
    code = build.issued(owner)[0]
    aside = parked_bills.suspend(
        owner, amount=Money(10_000), member=ann, coupons=[code], points_used=100, proof=VOUCHED
    )
    parked_bills.drop(owner, receipt=aside.receipt_no)
    assert (
        issue.show(owner, code=code).state is CouponState.ISSUED
        and points_account.show(owner, member=ann).active == 300
    )
    with pytest.raises(Conflict):
        parked_bills.resume(owner, receipt=aside.receipt_no, proof=VOUCHED)
    parked_bills.suspend(owner, amount=Money(10_000), member=ann, coupons=[code], proof=VOUCHED)
    wall.forward(days=1)
    assert (
        parked_bills.drop_stale(signed(base, "陈")) == 1
        and parked_bills.waiting(signed(base, "陈")) == []
    )
    assert issue.show(signed(base, "陈"), code=code).state is CouponState.ISSUED
    assert verify.verify(signed(base, "陈"))[1] == []


def test_a_suspended_bill_is_no_sale(owner, ann):
    """It cannot be returned or voided, and earns nothing."""
    aside = parked_bills.suspend(owner, amount=Money(10_000), member=ann, proof=VOUCHED)
    for act in (returns.return_goods, voids.void):
        with pytest.raises(Conflict) as refused:
            act(owner, receipt=aside.receipt_no)
        assert refused.value.code == "sale_suspended"
    assert points_account.show(owner, member=ann).active == 0


# --- tried on the past ---


def test_an_offer_is_tried_on_past_receipts(owner, tmp_path):
    """Last month so many receipts would have qualified, and it would have cost so much."""
    file = tmp_path / "p.csv"
    file.write_text("sku,name,category,price\nM1,Milk,milk,12.00\n", "utf-8")
    run.load(owner, kind="products", path=file)
    for pieces in (1, 8, 9, 12):
        open_bill.record(owner, lines=[LineIn("M1", Quantity(pieces * 1000))])
    voids.undo(owner)
    build.offer(owner, min_spend="100", value="10", categories=["milk"])
    today = owner.clock.today()
    found = backtest.try_out(owner, code="A20", first=today, last=today)
    assert (found.receipts, found.qualified, found.near, found.cost, found.qualified_net) == (
        3,
        1,
        1,
        1_000,
        9_800,
    )
    assert (
        backtest.try_out(owner, code="A20", first=date(2020, 1, 1), last=date(2020, 1, 2)).receipts
        == 0
    )


def test_what_cannot_be_had_together_is_named(owner):
    """Two promotions of one product, two of one bill; not those that stack, nor those of other
    days."""

    def auto(code, **raw):
        design.create(owner, new=reading.draft({"code": code, "automatic": True} | raw))

    auto("LINE", kind="percent_off", value="10", categories="milk")
    auto("BILL", kind="threshold_off", value="10", min_spend="100")
    auto("STACK", kind="threshold_off", value="5", min_spend="50", stackable=True)
    auto("PAST", kind="threshold_off", value="5", min_spend="50", valid_to="2026-01-01")
    rule = reading.draft(
        {
            "code": "N",
            "kind": "amount_off",
            "value": "5",
            "automatic": True,
            "valid_from": "2026-11-01",
            "valid_to": "2026-12-01",
        }
    ).rule
    assert [(c.code, c.why) for c in backtest.collisions(owner, rule=rule)] == [
        ("BILL", "one_a_bill")
    ]
    line = reading.draft(
        {
            "code": "N",
            "kind": "nth_item",
            "buy": 2,
            "value": "50",
            "categories": "milk",
            "automatic": True,
        }
    ).rule
    assert [(c.code, c.why) for c in backtest.collisions(owner, rule=line)] == [
        ("LINE", "one_a_line")
    ]


# --- eight tills at once ---

RACE = """
import sys
from storecrm import compose
from storecrm.errors import StoreError
from storecrm.services.staff import accounts
from storecrm.services.members.verification import VOUCHED
from storecrm.services.till import open_bill
from storecrm.services.till.posting import Closing
from storecrm.values import Money
store = accounts.sign_in(compose.open_store(sys.argv[1]), name="陈", pin="860274", till="till " + sys.argv[2])
given = used = 0
for n in range(6):
    try:
        view = open_bill.record(store, amount=Money(2_000), member=sys.argv[3], closing=Closing(VOUCHED, points_used=int(sys.argv[4])))
        given, used = given + view.discount, used + view.points_paid
    except StoreError as error:
        assert error.code in ("points_short", "busy"), error.code
print(given, used)
"""


def _race(base, member, points_used):
    env = os.environ | {"PYTHONPATH": os.getcwd()}
    tills = [
        subprocess.Popen(
            [sys.executable, "-c", RACE, base.name, str(n), member, str(points_used)],
            stdout=subprocess.PIPE,
            env=env,
            text=True,
        )
        for n in range(8)
    ]
    answers = [till.communicate()[0].split() for till in tills]
    return sum(int(a) for a, _ in answers), sum(int(b) for _, b in answers)


def test_the_last_money_and_the_last_unit_go_to_one_till(owner, base, wall, ann):
    """48 bills at 8 tills want a budget of ¥20 and 7 uses: never a 分 more."""
    import time

    wall.at = time.time_ns() // 1000
    design.create(
        owner,
        new=reading.draft(
            {
                "code": "PURSE",
                "kind": "amount_off",
                "value": "3",
                "budget": "20",
                "automatic": True,
                "stackable": True,
            }
        ),
    )
    design.create(
        owner,
        new=reading.draft(
            {
                "code": "SEVEN",
                "kind": "amount_off",
                "value": "1",
                "limit_total": 7,
                "automatic": True,
            }
        ),
    )
    given, _ = _race(base, ann, 0)
    assert given == 6 * 300 + 7 * 100
    assert verify.verify(owner)[1] == []


def test_the_same_points_are_used_once(owner, base, wall, ann):
    """8 tills want the member's 1,000 points, 100 at a time, 48 times; what is earned on the way is
    not theirs to overspend."""
    import time

    wall.at = time.time_ns() // 1000
    shop_settings.set_rule(owner, key="earn_points", value="0")
    adjustments.adjust(owner, member=ann, count=1_000, reason="x")
    _, used = _race(base, ann, 100)
    assert used == 1_000 and points_account.show(owner, member=ann).active == 0
    assert verify.verify(owner)[1] == []


# --- coupons given on an occasion ---


def test_a_new_member_gets_the_welcome_coupon_from_the_next_day(owner, base, wall):
    """Valid from the next visit; nothing is given when no offer is named, or the offer is stopped:
    registering never fails for it."""
    from storecrm.services.coupons import automatic
    from storecrm.services.members.registry import NewMember

    build.offer(
        owner,
        code="HELLO",
        kind="amount_off",
        value="5",
        min_spend="39",
        bearer=False,
        valid_delay=1,
    )
    first = automatic.register(owner, new=NewMember(phone="13800138001"))
    assert issue.of_member(owner, member=first.member_no) == []
    shop_settings.set_rule(owner, key="welcome_offer", value="HELLO")
    second = automatic.register(owner, new=NewMember(phone="13800138002"))
    (given,) = issue.of_member(owner, member=second.member_no)
    with pytest.raises(CouponRefused) as refused:
        open_bill.record(owner, amount=Money(5_000), member=second.member_no, coupons=[given.code])
    assert refused.value.refusals[0].code is RefusalCode.NOT_STARTED
    wall.forward(days=1)
    owner = signed(base, "陈")
    assert (
        open_bill.record(
            owner, amount=Money(5_000), member=second.member_no, coupons=[given.code]
        ).net
        == 4_500
    )
    design.stop(owner, code="HELLO")
    third = automatic.register(owner, new=NewMember(phone="13800138003"))
    assert issue.of_member(owner, member=third.member_no) == []
    assert verify.verify(owner)[1] == []


def test_a_sale_gives_the_next_purchase_coupon_and_takes_it_back(owner, ann):
    """From the named amount on; a void or a full return cancels it unused; the total limit
    holds."""
    build.offer(owner, code="NEXT", kind="amount_off", value="3", min_spend="29", limit_total=3)
    shop_settings.set_rule(owner, key="next_offer", value="NEXT")
    shop_settings.set_rule(owner, key="next_offer_from", value="50")
    assert open_bill.record(owner, amount=Money(4_999)).given == ()
    sold = [open_bill.record(owner, amount=Money(5_000)) for _ in range(4)]
    assert [len(view.given) for view in sold] == [1, 1, 1, 0]
    done = returns.return_goods(owner, receipt=sold[0].receipt_no)
    assert done.coupons_void == (sold[0].given[0].code,)
    voids.void(owner, receipt=sold[1].receipt_no)
    assert issue.show(owner, code=sold[1].given[0].code).state is CouponState.VOIDED
    assert (
        open_bill.record(owner, amount=Money(4_000), coupons=[sold[2].given[0].code]).net == 3_700
    )
    assert verify.verify(owner)[1] == []


def test_a_lost_coupon_that_was_paid_with_points_gives_them_back_under_its_new_code(owner, ann):
    """Reissued and then cancelled: the points come back once, the report counts one coupon, and the
    store verifies."""
    from storecrm.services.reports import month_figures

    build.offer(owner, kind="amount_off", value="5", min_spend=None, bearer=False)
    adjustments.adjust(owner, member=ann, count=300, reason="x")
    bought = adjustments.exchange(owner, member=ann, offer="A20", cost=100)
    again = issue.reissue(owner, code=bought.code)
    assert points_account.show(owner, member=ann).active == 200 and verify.verify(owner)[1] == []
    issue.void(owner, code=again.code)
    assert points_account.show(owner, member=ann).active == 300
    today = owner.clock.today()
    assert month_figures.figures(owner, first=today, last=today).totals.issued == 1
    assert verify.verify(owner)[1] == []


def test_a_request_number_of_another_act_is_a_conflict(owner):
    """Also for a bill that is taken up again."""
    open_bill.record(owner, amount=Money(1_000), request_no="A")
    aside = parked_bills.suspend(owner, amount=Money(1_000), proof=VOUCHED)
    with pytest.raises(Conflict) as refused:
        parked_bills.resume(owner, receipt=aside.receipt_no, request_no="A", proof=VOUCHED)
    assert refused.value.code == "request_conflict"


def test_a_tier_by_hand_ends_by_itself(owner, base, wall, ann):
    """Reviewed or not; a day that is over is refused."""
    ladder(owner)
    with pytest.raises(BadInput):
        tiers.set_by_hand(owner, member=ann, tier="gold", until=date(2020, 1, 1), reason="x")
    tiers.set_by_hand(owner, member=ann, tier="gold", until=owner.clock.today(), reason="x")
    assert open_bill.record(owner, amount=Money(1_000), member=ann, dry_run=True).discount == 50
    wall.forward(days=1)
    owner = signed(base, "陈")
    assert open_bill.record(owner, amount=Money(1_000), member=ann, dry_run=True).discount == 0
    assert tiers.standing(owner, member=ann).tier == ""


def test_a_held_coupon_of_a_cancelled_batch_does_not_come_back(owner):
    """Dropped or returned, it is cancelled like the rest of its batch."""
    build.offer(owner, kind="amount_off", value="5", min_spend=None)
    held, used, _ = build.issued(owner)
    sold = open_bill.record(owner, amount=Money(1_000), coupons=[used])
    aside = parked_bills.suspend(owner, amount=Money(1_000), coupons=[held], proof=VOUCHED)
    batches.void_batch(owner, batch=1, reason="x")
    parked_bills.drop(owner, receipt=aside.receipt_no)
    returns.return_goods(owner, receipt=sold.receipt_no)
    assert {issue.show(owner, code=code).state for code in (held, used)} == {CouponState.VOIDED}
    assert verify.verify(owner)[1] == []
