"""Somebody's word sets a rule aside for one coupon of one bill: not for the next one, not for the
next bill, not another day."""

import pytest

from storecrm.errors import CouponRefused
from storecrm.services.integrity import verify
from storecrm.services.members.verification import VOUCHED
from storecrm.services.reports import exceptions
from storecrm.services.till import open_bill, overrides, parked_bills, receipts, voids
from storecrm.values import Money, RefusalCode, SaleState
from tests import build
from tests.conftest import signed

pytestmark = pytest.mark.both


@pytest.fixture
def ended(manager, owner, base, wall):
    """Three coupons that ended yesterday, at a shop that takes several on a bill."""
    from storecrm.services import shop_settings

    shop_settings.set_rule(owner, key="coupons_per_bill", value="*")
    build.offer(manager, kind="amount_off", value="5", min_spend=None, valid_days=1)
    codes = build.issued(manager)
    wall.forward(days=1)
    return codes


def word(store, how, owner):
    if how == "manager":
        return overrides.approve(store, name="赵", pin="749183", reason="late train")
    if how == "allowance":
        return overrides.allow(store, reason="late train")
    return overrides.emergency(
        store, code=overrides.new_codes(owner, count=1)[0], reason="late train"
    )


def refused(act):
    with pytest.raises(CouponRefused) as caught:
        act()
    return [r.code for r in caught.value.refusals]


@pytest.mark.parametrize("how", ["manager", "allowance", "emergency"])
def test_one_word_is_for_one_coupon(base, ended, how):
    """A command with two ended coupons needs two words; nothing of it is kept."""
    cashier, owner = signed(base, "王芳"), signed(base, "陈")
    said = word(cashier, how, owner)
    both = refused(
        lambda: open_bill.record(cashier, amount=Money(10_000), coupons=ended[:2], approval=said)
    )
    assert both == [RefusalCode.EXPIRED]
    assert (
        open_bill.record(cashier, amount=Money(10_000), coupons=ended[:1], approval=said).discount
        == 500
    )
    assert refused(
        lambda: open_bill.record(cashier, amount=Money(10_000), coupons=ended[1:2], approval=said)
    ) == [RefusalCode.EXPIRED]
    assert verify.verify(owner)[1] == []


def test_a_word_is_for_one_bill_even_when_that_is_taken_back(base, ended):
    """A void does not give the word back: it was given, and stands in the list."""
    cashier, owner = signed(base, "王芳"), signed(base, "陈")
    said = word(cashier, "manager", owner)
    open_bill.record(cashier, amount=Money(10_000), coupons=ended[:1], approval=said)
    voids.undo(cashier)
    assert refused(
        lambda: open_bill.record(cashier, amount=Money(10_000), coupons=ended[:1], approval=said)
    ) == [RefusalCode.EXPIRED]
    day = owner.clock.today()
    assert [row.taken_back for row in exceptions.overrides(owner, first=day, last=day)] == [True]


def test_a_repeated_request_does_not_use_a_word_again(base, ended):
    """The answer of the first time, and the word of the second is still there."""
    cashier, owner = signed(base, "王芳"), signed(base, "陈")
    first = open_bill.record(
        cashier,
        amount=Money(10_000),
        coupons=ended[:1],
        approval=word(cashier, "manager", owner),
        request_no="r",
    )
    said = word(cashier, "manager", owner)
    again = open_bill.record(
        cashier, amount=Money(10_000), coupons=ended[:1], approval=said, request_no="r"
    )
    assert again.repeated and again.receipt_no == first.receipt_no
    open_bill.take(
        cashier, code=ended[1], amount=Money(10_000), request_no="t", approval=said, proof=VOUCHED
    )
    assert open_bill.take(
        cashier, code=ended[1], amount=Money(10_000), request_no="t", approval=said, proof=VOUCHED
    ).repeated
    assert refused(
        lambda: open_bill.take(cashier, code=ended[2], request_no="u", approval=said, proof=VOUCHED)
    ) == [RefusalCode.EXPIRED]


def test_a_word_waits_ten_minutes(base, ended, wall):
    """Who comes back after lunch, or in ten days, asks again."""
    cashier, owner = signed(base, "王芳"), signed(base, "陈")
    said = word(cashier, "manager", owner)
    wall.forward(seconds=600)
    dry = open_bill.record(
        cashier, amount=Money(10_000), coupons=ended[:1], approval=said, dry_run=True
    )
    wall.forward(seconds=1)
    assert dry.discount == 500
    assert refused(
        lambda: open_bill.record(cashier, amount=Money(10_000), coupons=ended[:1], approval=said)
    ) == [RefusalCode.EXPIRED]


@pytest.mark.parametrize("end", ["reopen", "resume"])
def test_a_bill_taken_up_ten_days_later_has_no_word(base, ended, wall, end):
    """The day it was given for is over: the coupon is judged as it is, and the bill goes on or
    waits."""
    cashier, owner = signed(base, "王芳"), signed(base, "陈")
    open_bill.take(
        cashier,
        code=ended[0],
        amount=Money(10_000),
        request_no="t",
        approval=word(cashier, "manager", owner),
        proof=VOUCHED,
    )
    aside = parked_bills.suspend_open(cashier)
    wall.forward(days=10)
    cashier = signed(base, "王芳")
    if end == "reopen":
        bill, _ = parked_bills.reopen(cashier, receipt=aside.receipt_no)
        assert [lost.code for lost in bill.lost] == [ended[0]] and bill.net == 10_000
    else:
        assert RefusalCode.EXPIRED in refused(
            lambda: parked_bills.resume(cashier, receipt=aside.receipt_no, proof=VOUCHED)
        )
        assert receipts.show(cashier, receipt=aside.receipt_no).state is SaleState.SUSPENDED
    assert verify.verify(signed(base, "陈"))[1] == []
