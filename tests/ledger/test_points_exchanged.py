"""Points that paid for a coupon go back to their lots whenever the coupon ends unused: once, and to
whoever owns the lot."""

import pytest

from storecrm.services.coupons import batches, issue
from storecrm.services.integrity import verify
from storecrm.services.loyalty import adjustments, card_replacement, points_account
from storecrm.services.members import merge
from storecrm.services.members.verification import VOUCHED
from storecrm.services.till import open_bill, parked_bills, returns, voids
from storecrm.values import Money
from tests import build
from tests.conftest import signed

pytestmark = pytest.mark.both


@pytest.fixture
def bought(manager):
    """A member with 1,000 points, 100 of which paid for a coupon: (member number, coupon)."""
    who = build.member(manager).member_no
    open_bill.record(manager, amount=Money(100_000), member=who)
    build.offer(
        manager, "OWN", kind="amount_off", value="5", min_spend=None, bearer=False, valid_days=5
    )
    return who, adjustments.exchange(manager, member=who, offer="OWN", cost=100)


def active(store, who):
    return points_account.show(store, member=who).active


def whole(store, owner, who):
    """Everything is back, once, and the books are clean."""
    left = points_account.show(store, member=who)
    assert (left.active, left.spent) == (1_000, 0)
    assert verify.verify(owner)[1] == []


def test_a_batch_voided_while_a_bill_put_aside_holds_its_coupon(manager, owner, bought):
    """The coupon ends when the bill lets it go; the points come back then."""
    who, coupon = bought
    waiting = parked_bills.suspend(
        manager, amount=Money(5_000), member=who, coupons=[coupon.code], proof=VOUCHED
    )
    batches.void_batch(manager, batch=coupon.batch)
    assert active(manager, who) == 900
    parked_bills.drop(manager, receipt=waiting.receipt_no)
    whole(manager, owner, who)


def test_a_bill_taken_up_again_without_its_voided_coupon(manager, owner, bought):
    """The bill goes on without it, and the points are free."""
    who, coupon = bought
    waiting = parked_bills.suspend(
        manager, amount=Money(5_000), member=who, coupons=[coupon.code], proof=VOUCHED
    )
    batches.void_batch(manager, batch=coupon.batch)
    bill, _ = parked_bills.reopen(manager, receipt=waiting.receipt_no)
    assert bill.lost and not bill.coupons
    whole(manager, owner, who)


@pytest.mark.parametrize("how", ["undo", "void", "return", "swap"])
def test_a_use_that_is_taken_back_after_the_batch_was_voided(manager, owner, bought, how):
    """Used coupons of the batch stay used; when the use goes the coupon ends unused."""
    who, coupon = bought
    build.offer(manager, "OTHER", kind="amount_off", value="1", min_spend=None)
    other = build.issued(manager, "OTHER", 1)[0]
    if how in ("undo", "swap"):
        open_bill.take(
            manager,
            code=coupon.code,
            amount=Money(5_000),
            member=who,
            request_no="a",
            proof=VOUCHED,
        )
    else:
        sold = open_bill.record(manager, amount=Money(5_000), member=who, coupons=[coupon.code])
    batches.void_batch(manager, batch=coupon.batch)
    if how == "undo":
        voids.undo(manager)
    elif how == "swap":
        open_bill.swap(manager, code=other, request_no="b", proof=VOUCHED)
        voids.undo(manager)
    elif how == "void":
        voids.void(manager, receipt=sold.receipt_no)
    else:
        returns.return_goods(manager, receipt=sold.receipt_no)
    whole(manager, owner, who)


def test_a_coupon_that_was_lost_and_issued_again(manager, owner, bought):
    """The code is another one, the points are those that paid for the first: by batch, by code,
    after a lost card."""
    who, coupon = bought
    again = issue.reissue(manager, code=coupon.code)
    batches.void_batch(manager, batch=coupon.batch)
    whole(manager, owner, who)
    second = adjustments.exchange(manager, member=who, offer="OWN", cost=100)
    issue.reissue(manager, code=second.code)
    card_replacement.replace(manager, member=who)
    [mine] = [c for c in issue.of_member(manager, member="13800138000") if c.state == "issued"]
    assert mine.code not in (again.code, second.code)
    issue.void(manager, code=mine.code)
    whole(manager, owner, "13800138000")


def test_points_come_back_once_and_to_the_lots_owner(manager, owner, bought):
    """Voided twice in two ways, merged between: the survivor has them, once."""
    who, coupon = bought
    other = build.member(manager, phone="13900139000", name="王小明").member_no
    merge.merge(manager, survivor=other, merged=who)
    issue.void(manager, code=coupon.code)
    batches.void_batch(manager, batch=coupon.batch)
    batches.void_batch(manager, batch=coupon.batch)
    whole(manager, owner, other)


def test_a_coupon_that_only_ended_was_had(manager, owner, base, bought, wall):
    """Who lets a coupon run out has had what was paid for; voiding it is a decision of the shop,
    late or not."""
    who, coupon = bought
    wall.forward(days=10)
    manager = signed(base, "赵")
    assert active(manager, who) == 900
    issue.void(manager, code=coupon.code)
    whole(manager, signed(base, "陈"), who)


def test_a_use_that_stands_keeps_its_points(manager, owner, bought):
    """A partial return, or a void of the batch, takes nothing back of a coupon that was used."""
    who, coupon = bought
    open_bill.record(manager, amount=Money(5_000), member=who, coupons=[coupon.code])
    before = active(manager, who)
    batches.void_batch(manager, batch=coupon.batch)
    assert active(manager, who) == before
    assert verify.verify(owner)[1] == []
