"""What came back whole was never bought, what came back in part adds up everywhere, and nothing
that was sold cannot come back."""

import csv
from decimal import Decimal

import pytest

from storecrm.domain.offers import reading
from storecrm.i18n import Catalogue
from storecrm.services.exports import files
from storecrm.services.imports import run
from storecrm.services.integrity import verify
from storecrm.services.loyalty import adjustments, points_account
from storecrm.services.members import erasure
from storecrm.services.members.verification import VOUCHED
from storecrm.services.offers import design
from storecrm.services.reports import enrolment
from storecrm.services.till import exchanges, open_bill, receipt_numbers, receipts, returns
from storecrm.services.till.bill_lines import LineIn
from storecrm.services.till.posting import Closing
from storecrm.services.till.returned_goods import ReturnLine
from storecrm.values import Money, Quantity
from tests import build
from tests.conftest import signed

pytestmark = pytest.mark.both
WORDS = Catalogue("en")


def clean(store):
    assert verify.verify(store)[1] == []


def back(number, pieces=1):
    return ReturnLine(number, Quantity(pieces * 1000))


def auto(store, code, **raw):
    design.create(store, new=reading.draft({"code": code, "automatic": True} | raw))


def test_a_first_purchase_that_came_back_whole_is_the_first_again(manager):
    """As after a void; while a piece stays it was the first."""
    auto(manager, "FIRST", kind="amount_off", value="20", first_purchase=True)
    build.goods(manager, A="100")
    who = build.member(manager).member_no
    first = open_bill.record(manager, lines=[LineIn("A", Quantity(2000))], member=who)
    returns.return_goods(manager, receipt=first.receipt_no, lines=[back(1)])
    assert open_bill.record(manager, lines=[LineIn("A")], member=who, dry_run=True).discount == 0
    returns.return_goods(manager, receipt=first.receipt_no)
    assert (
        first.discount,
        open_bill.record(manager, lines=[LineIn("A")], member=who).discount,
    ) == (2_000, 2_000)


def test_a_full_return_after_the_coupons_end_frees_the_members_limit(manager, owner, base, wall):
    """Nothing was bought with it, so the member's one use and the offer's money are there again."""
    who = build.member(manager).member_no
    build.offer(
        manager,
        "ONCE",
        kind="amount_off",
        value="20",
        min_spend=None,
        valid_days=5,
        limit_per_member=1,
        budget="20",
    )
    [code] = build.issued(manager, "ONCE", to=(who,))
    sold = open_bill.record(manager, amount=Money(10_000), coupons=[code], member=who)
    wall.forward(days=10)
    manager = signed(base, "赵")
    done = returns.return_goods(manager, receipt=sold.receipt_no)
    assert (done.coupons_kept, done.coupons_back) == ((code,), ())
    [later] = build.issued(manager, "ONCE", to=(who,))
    assert (
        open_bill.record(manager, amount=Money(10_000), coupons=[later], member=who).discount
        == 2_000
    )
    clean(signed(base, "陈"))


def test_points_buy_a_limited_coupon_again_after_a_full_return(manager, base, wall):
    """The limit that guards the exchange counts the same uses."""
    who = build.member(manager).member_no
    open_bill.record(manager, amount=Money(100_000), member=who)
    build.offer(
        manager,
        "ONCE",
        kind="amount_off",
        value="20",
        min_spend=None,
        valid_days=5,
        limit_per_member=1,
    )
    code = adjustments.exchange(manager, member=who, offer="ONCE", cost=100).code
    sold = open_bill.record(manager, amount=Money(10_000), coupons=[code], member=who)
    wall.forward(days=10)
    manager = signed(base, "赵")
    returns.return_goods(manager, receipt=sold.receipt_no)
    assert adjustments.exchange(manager, member=who, offer="ONCE", cost=100).code != code


def test_a_recruit_whose_only_purchase_came_back_was_not_effective(manager):
    """The bonus is for members who bought."""
    who = build.member(manager).member_no
    sold = open_bill.record(manager, amount=Money(10_000), member=who)
    today = manager.clock.today()
    assert [r.effective for r in enrolment.figures(manager, first=today, last=today)] == [1]
    returns.return_goods(manager, receipt=sold.receipt_no)
    assert [r.effective for r in enrolment.figures(manager, first=today, last=today)] == [0]


def test_a_line_that_has_only_an_amount_can_come_back(manager, owner, tmp_path):
    """Another system's list knows no quantity for it: it is one piece."""
    file = tmp_path / "sales.csv"
    file.write_text(
        "receipt_no,sold_at,quantity,amount\nR1,2026-11-20 10:00,0,30.00\nR1,2026-11-20 10:00,2,10.00\n",
        "utf-8",
    )
    run.load(owner, kind="sales", path=file)
    part = returns.return_goods(manager, receipt="R1", lines=[back(2)])
    whole = returns.return_goods(manager, receipt="R1", lines=[back(1)])
    assert (part.cash, whole.cash, whole.everything) == (500, 3_000, False)
    assert returns.return_goods(manager, receipt="R1").everything
    build.goods(manager, A="5")
    file.write_text("receipt_no,sold_at,quantity,amount\nR2,2026-11-20 10:00,0,30.00\n", "utf-8")
    run.load(owner, kind="sales", path=file)
    swap = exchanges.exchange(
        manager, receipt="R2", lines=[ReturnLine(1, Quantity(500))], taken=[LineIn("A")]
    )
    assert (swap.back.cash, swap.difference) == (1_500, -1_000)
    clean(owner)


def test_the_receipt_of_an_erased_member_comes_back_and_is_exchanged(manager, owner):
    """The goods taken instead are nobody's; nothing is written for a member who is no more."""
    build.goods(manager, A="50", B="80")
    who = build.member(manager).member_no
    a, b = (open_bill.record(manager, lines=[LineIn("A")], member=who) for _ in range(2))
    erasure.erase(owner, member=who, reason="asked for it")
    swap = exchanges.exchange(manager, receipt=a.receipt_no, lines=[], taken=[LineIn("B")])
    assert (swap.difference, swap.sale.member) == (3_000, None)
    assert returns.return_goods(manager, receipt=b.receipt_no).cash == 5_000
    clean(owner)


@pytest.fixture
def sliced(manager):
    """Three articles, a coupon and a promotion of the whole bill; one piece came back."""
    build.goods(manager, A="9.99", B="7.77", C="3.33")
    auto(manager, "ALL", kind="amount_off", value="1.01")
    build.offer(manager, kind="amount_off", value="3", min_spend=None)
    code = build.issued(manager)[0]
    goods = [LineIn("A", Quantity(3000)), LineIn("B", Quantity(2000)), LineIn("C")]
    return open_bill.record(manager, lines=goods, coupons=[code])


def test_an_export_of_sales_adds_up_with_coupons_that_came_back(manager, owner, sliced, tmp_path):
    """Each line is what was paid for it, or went back for it: together what the shop has."""
    cash = [
        returns.return_goods(manager, receipt=sliced.receipt_no, lines=lines).cash
        for lines in ([back(1), back(2)], [back(1)], [])
    ]
    assert sum(cash) == sliced.net
    file = tmp_path / "sales.csv"
    files.export(owner, kind="sales", file=file, words=WORDS)
    with file.open(encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    assert sum(Decimal(row["amount"]) for row in rows) == 0
    assert sum(Decimal(row["discount"]) for row in rows) == 0
    paid = [
        sum(Decimal(row["amount"]) for row in rows if row["receipt_no"] == number)
        for number in dict.fromkeys(r["receipt_no"] for r in rows)
    ]
    assert [int(amount * 100) for amount in paid] == [sliced.net, *(-amount for amount in cash)]
    clean(owner)


def test_a_repeated_return_answers_as_the_first_time(manager, owner, sliced):
    """Every line's cash, the coupons and the points: a script that lost the answer hands out the
    same money."""
    for number, lines in enumerate(([back(1), back(2)], [])):
        first = returns.return_goods(
            manager, receipt=sliced.receipt_no, lines=lines, request_no=f"r{number}"
        )
        again = returns.return_goods(
            manager, receipt=sliced.receipt_no, lines=lines, request_no=f"r{number}"
        )
        assert again.repeated and again.lines == first.lines
        assert (again.cash, again.coupons_back, again.coupons_kept) == (
            first.cash,
            first.coupons_back,
            first.coupons_kept,
        )
    with manager.read() as session:
        shown = receipts.view(
            session, manager, receipt_numbers.row_of(session, first.receipt_no).id
        )
    assert [line.amount - line.share for line in shown.lines] == [
        -line.cash for line in first.lines
    ]


def test_a_repeated_return_says_what_gifts_and_points_cost(manager, owner):
    """What was charged and what is missing is part of the answer."""
    build.goods(manager, A="100", G="20")
    auto(manager, "GIFT", kind="gift", min_spend="100", gifts=["G"])
    who = build.member(manager).member_no
    sold = open_bill.record(manager, lines=[LineIn("A"), LineIn("G")], member=who)
    points_before = points_account.show(manager, member=who).active
    open_bill.record(
        manager, amount=Money(1_000), member=who, closing=Closing(points_used=100, proof=VOUCHED)
    )
    first = returns.return_goods(manager, receipt=sold.receipt_no, lines=[back(1)], request_no="r")
    again = returns.return_goods(manager, receipt=sold.receipt_no, lines=[back(1)], request_no="r")
    assert points_before == 100 and first.gifts_due and first.points_missing
    assert (again.gifts_due, again.points_missing, again.points_taken_back) == (
        first.gifts_due,
        first.points_missing,
        first.points_taken_back,
    )
    assert (again.lines, again.cash, again.shortfall) == (first.lines, first.cash, first.shortfall)
    clean(owner)
