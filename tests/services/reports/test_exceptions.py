"""What an owner looks at twice, and what was left open before: promotions' figures, exports,
receipts that were taken back."""

import csv

import openpyxl
import pytest

from storecrm.errors import BadInput, Conflict, NotAllowed, NotPossible
from storecrm.i18n import Catalogue
from storecrm.services import shop_settings
from storecrm.services.coupons import issue
from storecrm.services.exports import files
from storecrm.services.imports import run
from storecrm.services.integrity import verify
from storecrm.services.loyalty import adjustments, points_account
from storecrm.services.members.verification import VOUCHED
from storecrm.services.reports import exceptions, month_workbook, promotion_figures
from storecrm.services.till import (
    late_member,
    open_bill,
    overrides,
    parked_bills,
    receipts,
    returned_goods,
    returns,
    voids,
)
from storecrm.services.till.bill_lines import LineIn
from storecrm.values import CouponState, Money, Override, Quantity
from tests import build

pytestmark = pytest.mark.both


@pytest.fixture
def goods(manager, tmp_path):
    file = tmp_path / "goods.csv"
    file.write_text(
        "sku,name,category,price\nMILK,牛奶,乳品,45.90\nBREAD,吐司,烘焙,8.80\n", "utf-8"
    )
    run.load(manager, kind="products", path=file)
    return manager


def test_rules_set_aside_and_people_are_counted(goods, manager, cashier, owner, wall):
    build.offer(manager, kind="amount_off", value="6", min_spend=None, valid_days=1)
    a, b, _ = build.issued(manager)
    who = build.member(manager)
    wall.forward(days=2)
    day = cashier.clock.today()
    open_bill.record(cashier, coupons=[a], approval=overrides.allow(cashier, reason="just over"))
    word = overrides.approve(cashier, name="赵", pin="749183", reason="good customer")
    open_bill.record(cashier, coupons=[b], approval=word)
    voids.undo(cashier)
    receipt = open_bill.record(cashier, amount=Money(1000)).receipt_no
    late_member.attach(cashier, receipt=receipt, member=who.member_no)
    adjustments.adjust(manager, member=who.member_no, count=5, reason="sorry")
    found = exceptions.overrides(manager, first=day, last=day)
    assert [(r.how, r.staff, r.approver, r.reason, r.taken_back) for r in found] == [
        (Override.ALLOWANCE, "王芳", "王芳", "just over", False),
        (Override.MANAGER, "王芳", "赵", "good customer", True),
    ]
    people = {p.staff: p for p in exceptions.people(manager, first=day, last=day)}
    mine = people["王芳"]
    assert (mine.bills, mine.undone, mine.overrides, mine.attached, mine.without_amount) == (
        3,
        1,
        2,
        1,
        2,
    )
    assert people["赵"].adjusted == 1
    for act in (exceptions.overrides, exceptions.people):
        with pytest.raises(NotAllowed):
            act(cashier, first=day, last=day)
        with pytest.raises(BadInput):
            act(manager, first=day, last=day.replace(day=1))


def test_promotions_have_their_own_figures_less_returns(goods, manager, cashier, owner):
    build.offer(
        manager,
        "DAIRY",
        kind="percent_off",
        value="10",
        min_spend=None,
        categories=["乳品"],
        automatic=True,
        valid_days=None,
    )
    who = build.member(manager)
    kept = open_bill.record(cashier, lines=[LineIn("MILK", Quantity(2000))], member=who.member_no)
    gone = open_bill.record(cashier, lines=[LineIn("MILK")])
    voids.void(manager, receipt=gone.receipt_no)
    returns.return_goods(
        manager, receipt=kept.receipt_no, lines=[returned_goods.ReturnLine(1, Quantity(1000))]
    )
    day = cashier.clock.today()
    [row] = promotion_figures.figures(manager, first=day, last=day)
    assert (row.offer_code, row.sales, row.members, row.discount, row.sales_net) == (
        "DAIRY",
        1,
        1,
        459,
        4131,
    )
    with pytest.raises(BadInput):
        promotion_figures.figures(manager, first=day, last=day.replace(day=1))


def test_the_workbook_shows_promotions_people_and_suppliers(goods, manager, cashier, tmp_path):
    build.offer(
        manager,
        "DAIRY",
        kind="percent_off",
        value="10",
        min_spend=None,
        categories=["乳品"],
        automatic=True,
        valid_days=None,
        supplier="奶厂",
        supplier_share="50",
    )
    open_bill.record(cashier, lines=[LineIn("MILK")])
    day, file = cashier.clock.today(), tmp_path / "r.xlsx"
    month_workbook.write(
        manager, first=day, last=day, file=file, words=Catalogue("zh_CN", "CNY", cashier.clock.zone)
    )
    book = openpyxl.load_workbook(file, data_only=True)
    assert [book["促销"].cell(2, place).value for place in (1, 7)] == ["DAIRY", 4.59]
    assert book["供应商承担"].cell(2, 9).value == 2.3
    assert book["员工"].cell(2, 2).value == 1
    assert book["破例放行"].max_row >= 1


def test_exported_sales_say_what_was_paid_for_each_line(goods, manager, cashier, owner, tmp_path):
    build.offer(
        manager,
        "DAIRY",
        kind="percent_off",
        value="10",
        min_spend=None,
        categories=["乳品"],
        automatic=True,
        valid_days=None,
    )
    build.offer(manager, kind="amount_off", value="6", min_spend=None)
    code = build.issued(manager)[0]
    done = open_bill.record(cashier, lines=[LineIn("MILK"), LineIn("BREAD")], coupons=[code])
    file = tmp_path / "sales.csv"
    files.export(owner, kind="sales", file=file, words=Catalogue("en"))
    rows = list(csv.reader(file.read_text("utf-8-sig").splitlines()))
    head, lines = rows[0], rows[1:]
    paid = [float(line[head.index("amount")]) for line in lines]
    assert round(sum(paid) * 100) == done.net
    assert {line[head.index("coupon_code")].strip("'=\"") for line in lines} == {code}
    assert [float(line[head.index("discount")]) for line in lines] == [9.54, 1.05]


def test_a_voided_receipt_shows_what_it_was(goods, manager, cashier):
    build.offer(manager, kind="amount_off", value="6", min_spend=None)
    a, b, _ = build.issued(manager)
    done = open_bill.record(cashier, lines=[LineIn("MILK")], coupons=[a])
    voids.void(manager, receipt=done.receipt_no)
    shown = receipts.show(cashier, receipt=done.receipt_no)
    assert [line.share for line in shown.lines] == [600] and shown.discount == 600
    open_bill.take(cashier, code=b, amount=Money(5000), request_no="x", proof=VOUCHED)
    open_bill.swap(cashier, code=a, request_no="y", proof=VOUCHED)
    assert [line.share for line in open_bill.close(cashier).lines] == [600]


def test_the_uses_that_are_left_of_a_coupon_can_be_voided(manager, cashier, owner):
    build.offer(manager, kind="amount_off", value="6", min_spend=None, uses_allowed=3)
    code = build.issued(manager)[0]
    open_bill.record(cashier, coupons=[code])
    assert issue.void(manager, code=code, reason="lost").state is CouponState.VOIDED
    voids.undo(cashier)
    assert issue.show(manager, code=code).state is CouponState.VOIDED
    assert verify.verify(owner)[1] == []


def test_a_coupon_held_by_a_bill_that_waits_names_it(manager, cashier):
    build.offer(manager, kind="amount_off", value="6", min_spend=None)
    code = build.issued(manager)[0]
    aside = parked_bills.suspend(cashier, amount=Money(1000), coupons=[code], proof=VOUCHED)
    with pytest.raises(Conflict, match="coupon_held") as held:
        issue.void(manager, code=code)
    assert held.value.facts["receipt"] == aside.receipt_no


def test_points_buy_no_coupon_that_could_never_be_used(manager, cashier, owner):
    build.offer(manager, "GIFT", kind="amount_off", value="6", min_spend=None, limit_per_member=1)
    who = build.member(manager)
    open_bill.record(cashier, amount=Money(100_000), member=who.member_no)
    adjustments.exchange(manager, member=who.member_no, offer="GIFT", cost=100)
    with pytest.raises(NotPossible, match="exchange_limit"):
        adjustments.exchange(manager, member=who.member_no, offer="GIFT", cost=100)
    assert points_account.show(cashier, member=who.member_no).active == 900


@pytest.mark.parametrize(
    ("key", "allowed"),
    [
        ("rounding", "none, 0.1, 1"),
        ("close_hour", "0–12"),
        ("coupons_per_bill", "1–1000, *"),
        ("points_expiry", "next_year_end, never"),
        ("earn_per", "12.50"),
        ("next_offer", "CODE"),
    ],
)
def test_a_refused_rule_says_what_is_allowed(owner, key, allowed):
    with pytest.raises(BadInput) as refused:
        shop_settings.set_rule(owner, key=key, value="no such value")
    assert allowed in refused.value.facts["allowed"]
