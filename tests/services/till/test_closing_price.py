"""What a bill is posted at: the sum that was shown, or nothing before somebody saw the new one."""

import json

import pytest

from storecrm.domain.tenders import Tender
from storecrm.errors import BadInput, NotPossible, PriceChanged
from storecrm.services import shop_settings
from storecrm.services.integrity import verify
from storecrm.services.loyalty import points_account
from storecrm.services.members.verification import VOUCHED
from storecrm.services.offers import design
from storecrm.services.reports import exceptions
from storecrm.services.till import (
    basket,
    exchanges,
    open_bill,
    parked_bills,
    receipt_numbers,
    receipts,
    returns,
    voids,
)
from storecrm.services.till.bill_lines import LineIn
from storecrm.services.till.posting import Closing
from storecrm.services.till.returned_goods import ReturnLine
from storecrm.values import Money, Points, Quantity, SaleState, TenderKind
from tests import build

pytestmark = pytest.mark.both
HALF = {
    "kind": "percent_off",
    "value": "50",
    "min_spend": None,
    "valid_days": None,
    "automatic": True,
}
LIVE = {"valid_from": "2026-11-01", "valid_to": "2026-12-31"}


def half_price(manager, code="HALF", **changes):
    return build.offer(manager, code, **HALF | LIVE | changes)


def rich(manager, cashier):
    """A member with 10,000 points."""
    who = build.member(manager)
    open_bill.record(cashier, amount=Money(1_000_000), member=who.member_no)
    return who


def clean(store):
    assert verify.verify(store)[1] == []


def test_points_are_burnt_up_to_what_the_price_takes(manager, cashier, owner):
    """Points held for a bill whose price fell meanwhile stay with the member, beyond what the new
    price takes."""
    who = rich(manager, cashier)
    waiting = parked_bills.suspend(
        cashier, amount=Money(9_800), member=who.member_no, points_used=4_900, proof=VOUCHED
    )
    build.offer(
        manager,
        "NOW",
        kind="amount_off",
        value="89",
        valid_days=None,
        min_spend=None,
        automatic=True,
        **LIVE,
    )
    done = parked_bills.resume(cashier, receipt=waiting.receipt_no, proof=VOUCHED)
    assert (done.net, done.points_paid) == (500, 400)
    assert points_account.show(cashier, member=who.member_no).spent == 400
    clean(owner)


def test_a_promotion_that_began_meanwhile_is_told_before_anything_is_posted(
    manager, cashier, owner
):
    """4,900 points were typed for 98.00; at 9.00 the bill takes 400 of them, and the person sees
    that first."""
    who = rich(manager, cashier)
    build.offer(manager)
    open_bill.take(
        cashier,
        code=build.issued(manager)[0],
        amount=Money(11_800),
        member=who.member_no,
        request_no="a",
        proof=VOUCHED,
    )
    shown = open_bill.close(
        cashier, dry_run=True, closing=Closing(points_used=4_900, proof=VOUCHED)
    )
    build.offer(
        manager,
        "NOW",
        kind="amount_off",
        value="89",
        valid_days=None,
        min_spend=None,
        automatic=True,
        **LIVE,
    )
    with pytest.raises(PriceChanged) as told:
        open_bill.close(
            cashier, closing=Closing(points_used=4_900, expect=shown.net, proof=VOUCHED)
        )
    assert (told.value.was, told.value.points) == (4_900, 1_400)
    assert points_account.show(cashier, member=who.member_no).active == 10_000
    assert receipts.current(cashier).state is SaleState.OPEN
    done = open_bill.close(
        cashier,
        closing=Closing(points_used=told.value.points, expect=told.value.now, proof=VOUCHED),
    )
    # the coupon's minimum does not hold any more beside the promotion, so it is the member's again
    assert (done.net, done.points_paid, done.coupons) == (1_500, 1_400, ())
    clean(owner)


@pytest.mark.parametrize("count", [0, 1_000])
def test_a_promotion_that_ended_meanwhile_is_told_with_and_without_points(
    manager, cashier, owner, count
):
    """49.00 was shown; 98.00 is never posted unasked, whichever way the bill is paid."""
    who = rich(manager, cashier)
    half_price(manager)
    build.offer(manager, kind="amount_off", value="1", min_spend=None)
    open_bill.take(
        cashier,
        code=build.issued(manager)[0],
        amount=Money(9_900),
        member=who.member_no,
        request_no="a",
        proof=VOUCHED,
    )
    shown = open_bill.close(
        cashier, dry_run=True, closing=Closing(points_used=count, proof=VOUCHED)
    )
    design.stop(manager, code="HALF")
    with pytest.raises(PriceChanged) as told:
        open_bill.close(
            cashier, closing=Closing(points_used=count, expect=shown.net, proof=VOUCHED)
        )
    assert (told.value.was, told.value.now) == (4_850 - count, 9_800 - count)
    # what is stored is compared where the caller names no sum
    with pytest.raises(PriceChanged):
        open_bill.close(cashier, closing=Closing(points_used=count, proof=VOUCHED))
    assert (
        open_bill.close(
            cashier, closing=Closing(points_used=count, expect=told.value.now, proof=VOUCHED)
        ).net
        == 9_800 - count
    )
    clean(owner)


@pytest.mark.parametrize("by", ["idle", "next"])
def test_a_bill_that_closes_by_itself_takes_the_lower_sum(manager, cashier, owner, by):
    """The other register took what was shown: the difference is let off, marked, and goes back with
    the goods."""
    half_price(manager)
    who = rich(manager, cashier)
    shown = open_bill.record(
        cashier,
        amount=Money(9_800),
        member=who.member_no,
        dry_run=True,
        closing=Closing(points_used=1_000, proof=VOUCHED),
    )
    design.stop(manager, code="HALF")
    done = open_bill.record(
        cashier,
        amount=Money(9_800),
        member=who.member_no,
        closing=Closing(points_used=1_000, by=by, expect=shown.net, proof=VOUCHED),
    )
    assert (done.net, done.price_kept, done.points_paid, done.discount) == (
        3_900,
        4_900,
        1_000,
        4_900,
    )
    assert sum(step.amount for step in done.steps) == 5_900
    design.stop(manager, code="HALF", running=True)
    [mine] = exceptions.people(owner, first=done.business_date, last=done.business_date)
    assert (mine.price_kept, mine.bills) == (1, 2)
    # a promotion that began: the price now is the lower one
    lower = open_bill.record(
        cashier, amount=Money(9_800), closing=Closing(by=by, expect=Money(9_800), proof=VOUCHED)
    )
    assert (lower.net, lower.price_kept) == (4_900, 0)
    assert returns.return_goods(manager, receipt=done.receipt_no).cash == 3_900
    clean(owner)


def test_a_coupon_of_a_bill_that_closes_by_itself_gives_what_was_shown(
    manager, cashier, owner, wall
):
    """Its hours ended while nobody looked; the customer has paid the lower sum, so it stays
    used."""
    build.offer(
        manager, kind="amount_off", value="20", min_spend=None, time_from="00:00", time_to="06:35"
    )
    code = build.issued(manager)[0]
    open_bill.take(cashier, code=code, amount=Money(10_000), request_no="a", proof=VOUCHED)
    wall.forward(seconds=15 * 60)
    done = open_bill.close(cashier, closing=Closing(by="idle", proof=VOUCHED))
    assert (done.net, done.price_kept, [c.discount for c in done.coupons]) == (
        8_000,
        2_000,
        [2_000],
    )
    voided = voids.void(manager, receipt=done.receipt_no)
    assert voided.state is SaleState.VOIDED
    assert open_bill.record(cashier, amount=Money(10_000)).net == 10_000
    clean(owner)


def test_goods_are_paid_at_the_sum_that_was_shown(manager, cashier, owner):
    """The tenders were counted against the sum shown; with another one the drawer stays shut."""
    build.goods(owner, A="98.00")
    half_price(manager)
    basket.put(cashier, code="A")
    design.stop(manager, code="HALF")
    with pytest.raises(PriceChanged):
        open_bill.close(
            cashier, closing=Closing(paid=[Tender(TenderKind.CASH, Money(5_000))], proof=VOUCHED)
        )
    with pytest.raises(NotPossible, match="tender_short"):
        open_bill.close(
            cashier,
            closing=Closing(
                paid=[Tender(TenderKind.CASH, Money(5_000))], expect=Money(9_800), proof=VOUCHED
            ),
        )
    assert (
        open_bill.close(
            cashier,
            closing=Closing(
                paid=[Tender(TenderKind.CASH, Money(10_000))], expect=Money(9_800), proof=VOUCHED
            ),
        ).change
        == 200
    )
    clean(owner)


def test_a_whole_bill_may_say_what_was_shown(manager, cashier):
    """A register's script names the sum it said to the customer; without it the price is what it
    is."""
    half_price(manager)
    with pytest.raises(PriceChanged) as told:
        open_bill.record(
            cashier,
            amount=Money(9_800),
            request_no="r",
            closing=Closing(expect=Money(9_800), proof=VOUCHED),
        )
    assert (told.value.was, told.value.now, told.value.facts) == (
        9_800,
        4_900,
        {"was": "98.00", "now": "49.00"},
    )
    first = open_bill.record(
        cashier,
        amount=Money(9_800),
        request_no="r",
        closing=Closing(expect=told.value.now, proof=VOUCHED),
    )
    assert (
        open_bill.record(
            cashier,
            amount=Money(9_800),
            request_no="r",
            closing=Closing(expect=Money(1), proof=VOUCHED),
        ).receipt_no
        == first.receipt_no
    )
    build.offer(manager, "F", kind="amount_off", value="5", min_spend=None)
    with pytest.raises(BadInput, match="expect_no_amount"):
        open_bill.record(
            cashier,
            coupons=build.issued(manager, "F", 1),
            closing=Closing(expect=Money(100), proof=VOUCHED),
        )


def test_resume_exchange_and_return_hold_to_what_was_shown(manager, cashier, owner):
    """A preview is a promise too: another sum is said before it is done."""
    build.goods(owner, A="50.00")
    half_price(manager)
    waiting = parked_bills.suspend(cashier, lines=[LineIn("A")], proof=VOUCHED)
    sold = open_bill.record(cashier, lines=[LineIn("A")])
    weighed = exchanges.preview(
        manager, receipt=sold.receipt_no, lines=[], taken=[LineIn("A", Quantity(2_000))]
    )
    design.stop(manager, code="HALF")
    with pytest.raises(PriceChanged):
        parked_bills.resume(cashier, receipt=waiting.receipt_no, expect=waiting.net, proof=VOUCHED)
    swap = {"receipt": sold.receipt_no, "lines": [], "taken": [LineIn("A", Quantity(2_000))]}
    with pytest.raises(PriceChanged) as told:
        exchanges.exchange(manager, **swap, expect=weighed.difference)
    assert (told.value.was, told.value.now) == (2_500, 7_500)
    assert exchanges.exchange(manager, **swap, expect=told.value.now).difference == 7_500
    more = open_bill.record(cashier, lines=[LineIn("A"), LineIn("A")])
    with pytest.raises(PriceChanged):
        returns.return_goods(
            manager,
            receipt=more.receipt_no,
            lines=[ReturnLine(1, Quantity(1_000))],
            expect=Money(4_999),
        )
    assert (
        parked_bills.resume(
            cashier, receipt=waiting.receipt_no, expect=Money(5_000), proof=VOUCHED
        ).net
        == 5_000
    )
    clean(owner)


def test_a_rule_of_rounding_and_points_compare_as_shown(manager, cashier, owner):
    """The sum shown is after points and rounding; the same bill closes without a word."""
    who = rich(manager, cashier)
    shop_settings.set_rule(owner, key="rounding", value="1")
    build.offer(manager, kind="amount_off", value="1", min_spend=None)
    open_bill.take(
        cashier,
        code=build.issued(manager)[0],
        amount=Money(10_050),
        member=who.member_no,
        request_no="a",
        proof=VOUCHED,
    )
    shown = open_bill.close(cashier, dry_run=True, closing=Closing(points_used=300, proof=VOUCHED))
    assert (
        open_bill.close(
            cashier, closing=Closing(points_used=300, expect=shown.net, proof=VOUCHED)
        ).net
        == shown.net
        == 9_600
    )
    assert points_account.show(cashier, member=who.member_no).spent == Points(300)
    with pytest.raises(NotPossible, match="points_cap"):
        open_bill.record(
            cashier,
            amount=Money(1_000),
            member=who.member_no,
            closing=Closing(points_used=600, proof=VOUCHED),
        )
    clean(owner)


def test_the_steps_say_what_was_let_off(manager, cashier):
    """The trace adds up to the discount, so that reports and receipts show the same."""
    done = open_bill.record(
        cashier, amount=Money(9_800), closing=Closing(by="idle", expect=Money(9_000), proof=VOUCHED)
    )
    assert [(step.step, step.amount) for step in done.steps] == [("order", 800)]
    with manager.read() as session:
        trace = json.loads(receipt_numbers.row_of(session, done.receipt_no).trace)
    assert trace == [{"step": "order", "offer": "", "eligible": 9_800, "discount": 800}]
