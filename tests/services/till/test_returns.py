"""Returns give back exactly what was paid, in whatever slices; points and coupons follow by the
rule."""

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storecrm.domain.offers import reading
from storecrm.errors import BadInput, Conflict, NotAllowed, NotPossible
from storecrm.ledger import points
from storecrm.models.points import PointEntry
from storecrm.services import shop_settings
from storecrm.services.coupons import issue
from storecrm.services.imports import run
from storecrm.services.integrity import verify
from storecrm.services.loyalty import points_account
from storecrm.services.members.verification import VOUCHED
from storecrm.services.offers import design
from storecrm.services.reports import month_figures
from storecrm.services.till import open_bill, receipts, returns, voids
from storecrm.services.till.bill_lines import LineIn
from storecrm.services.till.posting import Closing
from storecrm.services.till.returned_goods import ReturnLine
from storecrm.values import CouponState, Money, Points, Quantity
from tests import build
from tests.conftest import signed

pytestmark = pytest.mark.both


@pytest.fixture
def shop(manager, tmp_path):
    """Milk, snacks, a gift."""
    file = tmp_path / "products.csv"
    file.write_text(
        "sku,name,category,price\nM1,Milk,milk,12.00\nS1,Crisps,snacks,6.90\nG1,Bag,gifts,15.00\n",
        "utf-8",
    )
    run.load(manager, kind="products", path=file)
    return manager


def line(sku, pieces=1):
    return LineIn(sku, Quantity(pieces * 1000))


def back(number, pieces=1):
    return ReturnLine(number, Quantity(pieces * 1000))


def test_a_line_comes_back_at_what_was_paid_for_it(shop):
    """Not at its shelf price: its share of every discount goes with it."""
    build.offer(shop, value="10", min_spend="50")
    code = build.issued(shop)[0]
    sold = open_bill.record(shop, lines=[line("M1", 4), line("S1", 3)], coupons=[code])
    assert (sold.gross, sold.net) == (6_870, 5_870)
    shown = returns.preview(shop, receipt=sold.receipt_no, lines=[back(1, 2)])
    assert receipts.show(shop, receipt=sold.receipt_no).state == "posted"
    done = returns.return_goods(shop, receipt=sold.receipt_no, lines=[back(1, 2)])
    milk = sold.lines[0].amount - sold.lines[0].share
    assert done.cash == shown.cash == milk // 2
    assert done.coupons_kept == (code,) and not done.everything
    rest = returns.return_goods(shop, receipt=sold.receipt_no)
    assert done.cash + rest.cash == 5_870 and rest.everything
    assert rest.coupons_back == (code,) and issue.show(shop, code=code).state is CouponState.ISSUED
    with pytest.raises(NotPossible):
        returns.return_goods(shop, receipt=sold.receipt_no)
    assert verify.verify(shop)[1] == []


@given(
    st.permutations([1, 1, 1, 2, 2, 3, 3, 3, 3]),
    st.integers(1, 4),
    st.sampled_from(["debt", "cash", "pending", "forgive"]),
)
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_slices_add_up_to_the_whole(shop, order, size, policy):
    """Nine pieces with a promotion, a coupon, points and odd prices: any order, any slices, the
    same cash and points to the last one."""
    owner = signed(shop, "陈")
    shop_settings.set_rule(owner, key="return_shortfall", value=policy)
    number = next(_numbers)
    ann = build.member(shop, phone=f"138{number:08d}", name="")
    open_bill.record(shop, amount=Money(200_000), member=ann.member_no)
    before = points_account.show(shop, member=ann.member_no)
    design.create(
        shop,
        new=reading.draft(
            {
                "code": f"P{number}",
                "kind": "percent_off",
                "value": "7",
                "categories": "snacks",
                "automatic": True,
                "valid_to": "2026-11-22",
                "limit_total": 1,
            }
        ),
    )
    build.offer(shop, code=f"C{number}", value="3.33", min_spend="20")
    code = build.issued(shop, f"C{number}")[0]
    basket = [
        LineIn("M1", Quantity(3000), Money(1_111)),
        LineIn("S1", Quantity(2000), Money(697)),
        LineIn("G1", Quantity(4000), Money(333)),
    ]
    sold = open_bill.record(
        shop,
        lines=basket,
        member=ann.member_no,
        coupons=[code],
        closing=Closing(points_used=200, proof=VOUCHED),
    )
    cash, given_back, taken = 0, 0, 0
    for part in (
        itertools.batched(order, size)
        if hasattr(itertools, "batched")
        else [order[n : n + size] for n in range(0, len(order), size)]
    ):
        done = returns.return_goods(
            shop, receipt=sold.receipt_no, lines=[back(n, part.count(n)) for n in sorted(set(part))]
        )
        assert done.cash >= 0
        cash, given_back, taken = (
            cash + done.cash,
            given_back + done.points_given_back,
            taken + done.points_taken_back,
        )
    kept = (
        sold.points_earned if policy == "pending" else 0
    )  # nothing is pending here, so nothing is taken
    assert (cash, given_back, taken) == (sold.net, 200, sold.points_earned - kept)
    after = points_account.show(shop, member=ann.member_no)
    assert (after.active, after.owed) == (before.active + kept, 0)
    assert done.everything and done.coupons_back == (code,)
    design.stop(shop, code=f"P{number}")
    assert verify.verify(shop)[1] == []


_numbers = itertools.count(1)


@pytest.mark.parametrize(
    ("policy", "cash", "taken", "owed"),
    [
        ("debt", 10_000, 100, 100),
        ("cash", 9_900, 0, 0),
        ("forgive", 10_000, 0, 0),
        ("pending", 10_000, 0, 0),
    ],
)
def test_points_that_are_spent_already(shop, owner, policy, cash, taken, owed):
    """The customer used the points of the sale and brings the goods back: loyalty never blocks the
    return."""
    shop_settings.set_rule(owner, key="return_shortfall", value=policy)
    ann = build.member(shop)
    sold = open_bill.record(shop, amount=Money(10_000), member=ann.member_no)
    open_bill.record(
        shop,
        amount=Money(200),
        member=ann.member_no,
        closing=Closing(points_used=100, proof=VOUCHED),
    )
    with owner.write() as session:
        points.burn(
            session,
            owner,
            member=ann.id,
            points=points_account.show(owner, member=ann.member_no).active,
            day=owner.clock.today(),
        )
    done = returns.return_goods(shop, receipt=sold.receipt_no)
    assert (done.cash, done.points_taken_back, done.points_missing) == (cash, taken, 100)
    assert points_account.show(shop, member=ann.member_no).owed == owed
    assert verify.verify(shop)[1] == []


def test_debt_is_repaid_by_the_next_earnings(shop):
    """Owed points come first."""
    ann = build.member(shop)
    sold = open_bill.record(shop, amount=Money(10_000), member=ann.member_no)
    open_bill.record(
        shop,
        amount=Money(200),
        member=ann.member_no,
        closing=Closing(points_used=100, proof=VOUCHED),
    )
    returns.return_goods(shop, receipt=sold.receipt_no)
    assert points_account.show(shop, member=ann.member_no).owed == 99
    open_bill.record(shop, amount=Money(15_000), member=ann.member_no)
    balance = points_account.show(shop, member=ann.member_no)
    assert (balance.active, balance.owed) == (51, 0)


def test_points_of_a_lot_that_is_over_come_back_with_grace(shop, owner, base, wall):
    """The lot ended meanwhile: the points live thirty more days."""
    shop_settings.set_rule(owner, key="points_expiry", value="days:10")
    ann = build.member(shop)
    open_bill.record(shop, amount=Money(20_000), member=ann.member_no)
    sold = open_bill.record(
        shop,
        amount=Money(1_000),
        member=ann.member_no,
        closing=Closing(points_used=100, proof=VOUCHED),
    )
    wall.forward(days=20)
    shop, owner = signed(base, "赵"), signed(base, "陈")
    points_account.sweep(owner)
    done = returns.return_goods(shop, receipt=sold.receipt_no)
    assert (
        done.points_given_back == 100
        and points_account.show(shop, member=ann.member_no).active == 100
    )
    wall.forward(days=31)
    assert points_account.show(signed(base, "赵"), member=ann.member_no).active == 0


def test_an_expired_coupon_stays_used(shop, base, wall):
    """Reinstating it would give nothing; the receipt says so."""
    build.offer(shop, valid_days=5)
    code = build.issued(shop)[0]
    sold = open_bill.record(shop, amount=Money(12_000), coupons=[code])
    wall.forward(days=10)
    shop = signed(base, "赵")
    done = returns.return_goods(shop, receipt=sold.receipt_no)
    assert done.coupons_kept == (code,) and done.cash == 10_000


def test_a_gift_that_is_no_longer_earned_is_charged_or_comes_back(shop):
    """Keep the bag, bring the milk back: the bag is paid. Bring both: nothing is charged. Never
    charged twice."""
    design.create(
        shop,
        new=reading.draft(
            {"code": "BAG", "kind": "gift", "min_spend": "40", "gifts": "G1", "automatic": True}
        ),
    )
    sold = open_bill.record(shop, lines=[line("M1", 4), line("G1")])
    assert sold.net == 4_800
    shown = returns.preview(shop, receipt=sold.receipt_no, lines=[back(1, 1), back(2)])
    assert shown.gifts_due == () and shown.cash == 1_200
    done = returns.return_goods(shop, receipt=sold.receipt_no, lines=[back(1, 2)])
    assert [g.charge for g in done.gifts_due] == [1_500] and done.cash == 900
    assert returns.return_goods(shop, receipt=sold.receipt_no, lines=[back(1, 1)]).cash == 1_200
    assert verify.verify(shop)[1] == []


def test_a_return_counts_on_its_own_day(shop, owner, base, wall):
    """Net sales of the month of sale stay; the refund is the next month's."""
    sold = open_bill.record(shop, lines=[line("M1", 4)])
    day = shop.clock.today()
    wall.forward(days=10)
    shop, owner = signed(base, "赵"), signed(base, "陈")
    returns.return_goods(shop, receipt=sold.receipt_no, lines=[back(1, 1)])
    assert month_figures.figures(owner, first=day, last=day).recorded_net == 4_800
    later = month_figures.figures(owner, first=shop.clock.today(), last=shop.clock.today())
    assert (later.recorded_net, later.recorded_receipts) == (-1_200, 0)


def test_a_limited_offer_is_free_again_only_after_everything_came_back(shop):
    """One use of one: half returned keeps it used."""
    design.create(
        shop,
        new=reading.draft(
            {"code": "ONE", "kind": "amount_off", "value": "5", "limit_total": 1, "automatic": True}
        ),
    )
    sold = open_bill.record(shop, lines=[line("M1", 2)])
    returns.return_goods(shop, receipt=sold.receipt_no, lines=[back(1)])
    assert open_bill.record(shop, amount=Money(1_000)).discount == 0
    returns.return_goods(shop, receipt=sold.receipt_no)
    assert open_bill.record(shop, amount=Money(1_000)).discount == 500


def test_what_cannot_come_back_is_said(shop, cashier):
    """Wrong line, too many, a voided receipt, a return of a return, a void after a return, a
    cashier alone."""
    sold = open_bill.record(shop, lines=[line("M1", 2)])
    for wrong in (back(9), back(1, 3), ReturnLine(1, Quantity(0))):
        with pytest.raises(BadInput):
            returns.return_goods(shop, receipt=sold.receipt_no, lines=[wrong])
    with pytest.raises(NotAllowed):
        returns.return_goods(cashier, receipt=sold.receipt_no)
    done = returns.return_goods(shop, receipt=sold.receipt_no, lines=[back(1)])
    with pytest.raises(Conflict):
        returns.return_goods(shop, receipt=done.receipt_no)
    for act in (lambda: voids.void(shop, receipt=sold.receipt_no), lambda: voids.undo(shop)):
        with pytest.raises(NotPossible):
            act()
    voided = open_bill.record(shop, lines=[line("M1")])
    voids.void(shop, receipt=voided.receipt_no)
    with pytest.raises(Conflict):
        returns.return_goods(shop, receipt=voided.receipt_no)


def test_a_repeated_return_is_answered_and_not_done_again(shop):
    """The cable came out between the act and the answer."""
    sold = open_bill.record(shop, lines=[line("M1", 3)])
    first = returns.return_goods(shop, receipt=sold.receipt_no, lines=[back(1)], request_no="r1")
    again = returns.return_goods(shop, receipt=sold.receipt_no, lines=[back(1)], request_no="r1")
    assert again.repeated and (again.receipt_no, again.cash, again.lines) == (
        first.receipt_no,
        first.cash,
        first.lines,
    )
    with pytest.raises(Conflict):
        returns.return_goods(shop, receipt=sold.receipt_no, lines=[back(1, 2)], request_no="r1")


def test_without_a_receipt_no_loyalty_is_touched(shop, owner):
    """Cash back, a reason, nothing else."""
    ann = build.member(shop)
    open_bill.record(shop, amount=Money(5_000), member=ann.member_no)
    with owner.read() as session:
        before = session.query(PointEntry).count()
    view = returns.without_receipt(shop, amount=Money(1_200), reason="broken")
    assert view.net == -1_200 and view.member is None
    with owner.read() as session:
        assert session.query(PointEntry).count() == before
    with pytest.raises(BadInput):
        returns.without_receipt(shop, amount=Money(1_200), reason=" ")
    assert points_account.show(shop, member=ann.member_no).active == Points(50)


def test_a_charged_gift_is_repaid_when_it_comes_back(shop):
    """Kept, paid, then brought after all: the customer has everything back that was paid, in one
    piece or two."""
    design.create(
        shop,
        new=reading.draft(
            {
                "code": "BAG",
                "kind": "gift",
                "min_spend": "40",
                "gifts": "G1",
                "get": 2,
                "automatic": True,
            }
        ),
    )
    for pieces in (1, 2):
        sold = open_bill.record(shop, lines=[line("M1", 6), line("G1", pieces)])
        paid = [returns.return_goods(shop, receipt=sold.receipt_no, lines=[back(1, 4)]).cash]
        paid += [
            returns.return_goods(shop, receipt=sold.receipt_no, lines=[back(2, 1)]).cash
            for _ in range(pieces)
        ]
        paid.append(returns.return_goods(shop, receipt=sold.receipt_no).cash)
        assert paid[0] == 4_800 - 1_500 * pieces and sum(paid) == sold.net == 7_200
    assert verify.verify(shop)[1] == []


def test_a_return_never_posts_what_the_customer_would_owe(shop):
    """The bag is worth more than the crisps that come back: it is said, with the ways out, and
    nothing happens."""
    design.create(
        shop,
        new=reading.draft(
            {"code": "BAG", "kind": "gift", "min_spend": "10", "gifts": "G1", "automatic": True}
        ),
    )
    sold = open_bill.record(shop, lines=[line("S1", 2), line("G1")])
    with pytest.raises(NotPossible) as refused:
        returns.return_goods(shop, receipt=sold.receipt_no, lines=[back(1, 1)])
    assert (refused.value.code, refused.value.facts["owes"]) == ("return_owes", "8.10")
    assert (
        returns.return_goods(shop, receipt=sold.receipt_no, lines=[back(1, 1), back(2)]).cash == 690
    )


def test_a_return_without_receipt_is_done_once(shop, owner):
    """The same request number twice is one payout; it is no receipt of a sale."""
    first = returns.without_receipt(shop, amount=Money(500), reason="x", request_no="q")
    again = returns.without_receipt(shop, amount=Money(500), reason="x", request_no="q")
    assert again.repeated and again.receipt_no == first.receipt_no
    with pytest.raises(Conflict):
        returns.without_receipt(shop, amount=Money(700), reason="x", request_no="q")
    today = owner.clock.today()
    assert month_figures.figures(owner, first=today, last=today).recorded_receipts == 0


def test_sales_with_coupon_are_net_of_what_came_back(shop, owner):
    """Half of it returned: half of it counts."""
    build.offer(shop, kind="amount_off", value="4", min_spend=None)
    sold = open_bill.record(shop, lines=[line("M1", 2)], coupons=[build.issued(shop)[0]])
    returns.return_goods(shop, receipt=sold.receipt_no, lines=[back(1)])
    today = owner.clock.today()
    found = month_figures.figures(owner, first=today, last=today)
    assert found.totals.sales_with_coupon_net == 1_000 and all(a == b for _, a, b in found.tie_out)
