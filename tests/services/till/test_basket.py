"""The till as a register: goods scanned into a basket, paid, put aside, taken up again."""

import pytest

from storecrm.domain import tenders as tenders_
from storecrm.domain.tenders import Paid, Tender
from storecrm.errors import BadInput, Conflict, CouponRefused, NotFound, NotPossible
from storecrm.services import shop_settings
from storecrm.services.coupons import issue
from storecrm.services.imports import run
from storecrm.services.integrity import verify
from storecrm.services.loyalty import points_account
from storecrm.services.members.verification import VOUCHED
from storecrm.services.reports import exceptions
from storecrm.services.till import basket, open_bill, overrides, parked_bills, receipts, voids
from storecrm.services.till.posting import Closing
from storecrm.values import CouponState, Money, Quantity, SaleState, TenderKind
from tests import build

pytestmark = pytest.mark.both

GOODS = """sku,barcode,name,category,price
MILK,6901234567892,晨露纯牛奶,乳品,45.90
BREAD,6909876543210,吐司,烘焙,8.80
00031,,土豆,生鲜,5.60
CIG,,香烟,烟,25.00
NOPRICE,,礼盒,其他,
"""


@pytest.fixture
def goods(manager, tmp_path):
    file = tmp_path / "goods.csv"
    file.write_text(GOODS, "utf-8")
    run.load(manager, kind="products", path=file)
    return manager


def clean(owner):
    assert verify.verify(owner)[1] == []


def test_goods_are_counted_and_the_same_article_joins_its_line(goods, cashier, owner):
    """Two scans of milk are one line of two; another price is another line; 0 takes a line out."""
    basket.put(cashier, code="6901234567892")
    bill = basket.put(cashier, code="6901234567892")
    assert [(line.sku, line.quantity, line.amount) for line in bill.lines] == [("MILK", 2000, 9180)]
    bill = basket.put(cashier, code="BREAD", quantity=Quantity(3000))
    bill = basket.put(cashier, code="BREAD", price=Money(500))
    assert (bill.gross, len(bill.lines), bill.state) == (9180 + 2640 + 500, 3, SaleState.OPEN)
    bill = basket.change(cashier, line_no=2, quantity=Quantity(0))
    assert [line.amount for line in bill.lines] == [9180, 500]
    bill = basket.change(cashier, line_no=1, quantity=Quantity(500))
    assert bill.gross == 2295 + 500
    done = open_bill.close(cashier)
    assert (done.net, done.goods) == (2795, True)
    clean(owner)


def test_the_last_line_taken_out_drops_the_bill_and_frees_its_coupon(goods, cashier, owner):
    build.offer(goods, kind="amount_off", value="6", min_spend=None)
    code = build.issued(goods)[0]
    basket.put(cashier, code="MILK")
    open_bill.take(cashier, code=code, request_no="r1", proof=VOUCHED)
    bill = basket.change(cashier, line_no=1, quantity=Quantity(0))
    assert bill.state is SaleState.DROPPED
    assert issue.show(goods, code=code).state is CouponState.ISSUED
    assert receipts.current(cashier) is None
    clean(owner)


def test_a_coupon_that_no_longer_qualifies_goes_back_when_goods_go(goods, cashier, owner):
    build.offer(goods)
    code = build.issued(goods)[0]
    basket.put(cashier, code="MILK", quantity=Quantity(3000))
    assert open_bill.take(cashier, code=code, request_no="r1", proof=VOUCHED).net == 13770 - 2000
    bill = basket.change(cashier, line_no=1, quantity=Quantity(1000))
    assert [c.code for c in bill.handed_back] == [code]
    assert (bill.net, issue.show(goods, code=code).state) == (4590, CouponState.ISSUED)
    clean(owner)


def test_a_promotion_is_on_the_basket_at_once_and_what_almost_applies_is_said(goods, cashier):
    build.offer(
        goods,
        "DAIRY",
        kind="threshold_off",
        value="10",
        min_spend="100",
        categories=["乳品"],
        automatic=True,
        valid_days=None,
    )
    bill = basket.put(cashier, code="MILK", quantity=Quantity(2000))
    assert [(name, near.short) for name, near in bill.near] == [("DAIRY", 820)]
    bill = basket.put(cashier, code="MILK")
    assert [(step.offer_code, step.amount) for step in bill.steps] == [("DAIRY", 1000)]


def test_goods_without_a_code_earn_no_scoped_discount(goods, cashier, owner):
    """A line typed by its price among goods is of no category; the one typed amount beside another
    register is what it is for."""
    build.offer(goods, kind="amount_off", value="6", min_spend=None, categories=["乳品"])
    a, b, _ = build.issued(goods)
    basket.put_amount(cashier, amount=Money(3000))
    basket.put(cashier, code="BREAD")
    with pytest.raises(CouponRefused) as refused:
        open_bill.take(cashier, code=a, request_no="r1", proof=VOUCHED)
    assert refused.value.refusals[0].code.value == "no_eligible_item"
    voids.undo(cashier)
    assert open_bill.record(cashier, amount=Money(3000), coupons=[b]).discount == 600
    clean(owner)


def test_a_scales_label_says_weight_or_price(goods, owner, cashier):
    """EAN-13 from 20 to 29: five digits of the article, five of the figure; weighed goods never
    join a line."""
    label = "2100031012343"
    with pytest.raises(NotFound):
        basket.put(cashier, code=label)
    shop_settings.set_rule(owner, key="scale_codes", value="weight")
    bill = basket.put(cashier, code=label)
    bill = basket.put(cashier, code=label)
    assert [(line.name, line.quantity, line.amount) for line in bill.lines] == [
        ("土豆", 1234, 691)
    ] * 2
    voids.undo(cashier)
    shop_settings.set_rule(owner, key="scale_codes", value="price")
    bill = basket.put(cashier, code=label)
    assert [(line.amount, line.quantity) for line in bill.lines] == [(1234, 2203)]
    with pytest.raises(NotFound):
        basket.put(cashier, code="2100031012345")


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (lambda s: basket.put(s, code="nothing"), NotFound),
        (lambda s: basket.put(s, code="NOPRICE"), BadInput),
        (lambda s: basket.put(s, code="MILK", quantity=Quantity(10**12)), BadInput),
        (lambda s: basket.put(s, code="MILK", quantity=Quantity(-1000)), BadInput),
        (lambda s: basket.put_amount(s, amount=Money(0)), BadInput),
        (lambda s: basket.change(s, line_no=1, quantity=Quantity(1000)), NotFound),
        (lambda s: basket.put(s, code="MILK", member="13900000000"), NotFound),
    ],
)
def test_what_is_impossible_opens_no_bill(goods, cashier, act, error):
    with pytest.raises(error):
        act(cashier)
    assert receipts.current(cashier) is None


def test_a_basket_ends_at_two_hundred_lines(goods, cashier):
    for number in range(basket.MOST_LINES):
        basket.put_amount(cashier, amount=Money(100 + number))
    with pytest.raises(NotPossible, match="basket_full"):
        basket.put_amount(cashier, amount=Money(1))
    assert len(receipts.current(cashier).lines) == basket.MOST_LINES


def test_tenders_add_up_and_only_cash_gives_change():
    due = 10_800
    cash, wechat = TenderKind.CASH, TenderKind.WECHAT
    assert tenders_.settle(due, [Tender(cash, Money(20_000))]) == [
        Paid(cash, Money(10_800), Money(20_000))
    ]
    assert tenders_.settle(due, [Tender(wechat, Money(800)), Tender(cash, Money(10_000))]) == [
        Paid(wechat, Money(800)),
        Paid(cash, Money(10_000), Money(10_000)),
    ]
    for offered, code in (
        ([Tender(cash, Money(10_000))], "tender_short"),
        ([Tender(wechat, Money(10_801))], "tender_over"),
        ([Tender(cash, Money(0))], "tender"),
        ([Tender(cash, Money(1)), Tender(cash, Money(1))], "tender_twice"),
    ):
        with pytest.raises((BadInput, NotPossible)) as refused:
            tenders_.settle(due, offered)
        assert refused.value.code == code


def test_a_paid_basket_is_taken_back_with_its_tenders(goods, cashier, manager, owner):
    basket.put(cashier, code="MILK")
    with pytest.raises(NotPossible, match="tender_short"):
        open_bill.close(
            cashier, closing=Closing(paid=[Tender(TenderKind.CASH, Money(1000))], proof=VOUCHED)
        )
    done = open_bill.close(
        cashier, closing=Closing(paid=[Tender(TenderKind.CASH, Money(5000))], proof=VOUCHED)
    )
    assert (done.change, done.paid) == (410, (Paid(TenderKind.CASH, Money(4590), Money(5000)),))
    voids.void(manager, receipt=done.receipt_no)
    clean(owner)


def test_points_pay_an_open_bill_and_a_look_before_keeps_nothing(goods, cashier, owner):
    who = build.member(goods)
    open_bill.record(cashier, amount=Money(100_000), member=who.member_no)
    basket.put(cashier, code="MILK", member=who.member_no)
    look = open_bill.close(cashier, dry_run=True, closing=Closing(points_used=1000, proof=VOUCHED))
    assert (look.points_paid, look.net) == (1000, 3590)
    assert points_account.show(cashier, member=who.member_no).active == 1000
    done = open_bill.close(
        cashier,
        closing=Closing(
            points_used=1000, paid=[Tender(TenderKind.ALIPAY, Money(3590))], proof=VOUCHED
        ),
    )
    assert (done.net, points_account.show(cashier, member=who.member_no).active) == (3590, 35)
    clean(owner)


def test_an_open_basket_waits_and_comes_back_with_its_coupon(goods, cashier, manager, owner):
    """Suspended, the coupon is held: no other bill gets it; taken up again it is on the bill, at
    the same price."""
    build.offer(goods)
    code = build.issued(goods)[0]
    basket.put(cashier, code="MILK", quantity=Quantity(3000))
    open_bill.take(cashier, code=code, request_no="r1", proof=VOUCHED)
    aside = parked_bills.suspend_open(cashier)
    assert (aside.state, issue.show(goods, code=code).state) == (
        SaleState.SUSPENDED,
        CouponState.RESERVED,
    )
    with pytest.raises(CouponRefused):
        open_bill.record(manager, amount=Money(20_000), coupons=[code])
    basket.put(cashier, code="BREAD")
    with pytest.raises(Conflict, match="open_bill_first"):
        parked_bills.reopen(cashier, receipt=aside.receipt_no)
    open_bill.close(cashier)
    bill, held = parked_bills.reopen(cashier, receipt=aside.receipt_no)
    assert (bill.state, bill.net, held, bill.lost) == (SaleState.OPEN, 11_770, 0, ())
    assert open_bill.close(cashier).net == 11_770
    clean(owner)


def _left(store):
    with store.read() as session:
        return overrides.allowance(session, store).left


@pytest.mark.parametrize("word", ["manager", "allowance", "emergency"])
@pytest.mark.parametrize("end", ["taken up", "sold"])
def test_a_word_given_for_a_coupon_stands_when_the_bill_is_put_aside(
    goods, cashier, manager, owner, wall, word, end
):
    """It is spent once, however often the bill waits, and an allowance that is used up meanwhile
    does not take it away."""
    build.offer(goods, valid_days=1)
    code, *others = build.issued(goods, count=3)
    [safe] = overrides.new_codes(owner, count=1)
    wall.forward(days=1)
    said = {
        "manager": lambda: overrides.approve(cashier, name="赵", pin="749183", reason="late train"),
        "allowance": lambda: overrides.allow(cashier, reason="late train"),
        "emergency": lambda: overrides.emergency(cashier, code=safe, reason="late train"),
    }[word]()
    basket.put(cashier, code="MILK", quantity=Quantity(3000))
    open_bill.take(cashier, code=code, request_no="r1", approval=said, proof=VOUCHED)
    for _ in range(2):
        aside = parked_bills.suspend_open(cashier)
        if word == "allowance":
            for other in others:
                open_bill.record(
                    cashier,
                    amount=Money(12_000),
                    coupons=[other],
                    approval=overrides.allow(cashier, reason="x"),
                )
            others = []
        if end == "sold":
            sold = parked_bills.resume(manager, receipt=aside.receipt_no, proof=VOUCHED)
            break
        bill, _ = parked_bills.reopen(cashier, receipt=aside.receipt_no)
        assert (bill.lost, [c.code for c in bill.coupons if not c.reversed]) == ((), [code])
    else:
        sold = open_bill.close(cashier)
    assert sold.net == 11_770
    day = cashier.clock.today()
    [row] = [row for row in exceptions.overrides(owner, first=day, last=day) if row.code == code]
    assert (row.reason, row.how, row.taken_back) == ("late train", word, False)
    if word == "allowance":
        assert [_left(store) for store in (cashier, manager)] == [0, 3]
    if word == "emergency":
        with pytest.raises(NotFound, match="emergency_code"):
            overrides.emergency(cashier, code=safe, reason="again")
    clean(owner)


def test_a_bill_taken_up_after_its_coupon_ended_says_so(goods, cashier, owner, wall):
    build.offer(goods, valid_days=1)
    code = build.issued(goods)[0]
    basket.put(cashier, code="MILK", quantity=Quantity(3000))
    open_bill.take(cashier, code=code, request_no="r1", proof=VOUCHED)
    aside = parked_bills.suspend_open(cashier)
    wall.forward(days=1)
    bill, _ = parked_bills.reopen(cashier, receipt=aside.receipt_no)
    assert ([c.code for c in bill.lost], bill.net, bill.coupons) == ([code], 13_770, ())
    assert issue.show(goods, code=code).state is CouponState.ISSUED
    clean(owner)


def test_points_held_by_a_suspended_bill_are_asked_for_again(goods, cashier, owner):
    who = build.member(goods)
    open_bill.record(cashier, amount=Money(100_000), member=who.member_no)
    aside = parked_bills.suspend(
        cashier, amount=Money(5000), member=who.member_no, points_used=1000, proof=VOUCHED
    )
    assert points_account.show(cashier, member=who.member_no).active == 0
    _, held = parked_bills.reopen(cashier, receipt=aside.receipt_no)
    assert (held, points_account.show(cashier, member=who.member_no).active) == (1000, 1000)
    assert (
        open_bill.close(cashier, closing=Closing(points_used=held, proof=VOUCHED)).points_paid
        == 1000
    )
    clean(owner)


def test_an_empty_bill_cannot_wait(goods, cashier):
    build.offer(goods, kind="amount_off", value="6", min_spend=None)
    with pytest.raises(NotFound):
        parked_bills.suspend_open(cashier)
    open_bill.take(cashier, code=build.issued(goods)[0], request_no="r1", proof=VOUCHED)
    with pytest.raises(NotPossible, match="nothing_to_suspend"):
        parked_bills.suspend_open(cashier)


def test_what_earns_nothing_cannot_be_more_than_the_bill(goods, cashier):
    who = build.member(goods)
    for wrong in (Money(-1), Money(5001)):
        with pytest.raises(BadInput, match="no_points"):
            open_bill.record(
                cashier,
                amount=Money(5000),
                member=who.member_no,
                closing=Closing(no_points=wrong, proof=VOUCHED),
            )
    assert (
        open_bill.record(
            cashier,
            amount=Money(5000),
            member=who.member_no,
            closing=Closing(no_points=Money(2000), proof=VOUCHED),
        ).points_earned
        == 30
    )
