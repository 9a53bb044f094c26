"""Offers that multiply points keep their limits and measure their minimum like every other
offer."""

import pytest

from storecrm.domain.offers import reading
from storecrm.services.integrity import verify
from storecrm.services.members.verification import VOUCHED
from storecrm.services.offers import design
from storecrm.services.till import late_member, open_bill, returns, voids
from storecrm.values import Money
from tests import build
from tests.conftest import signed

pytestmark = pytest.mark.both
TEN = Money(10_000)


def double(store, code="X", value="2", **more):
    design.create(
        store,
        new=reading.draft(
            {"code": code, "kind": "points_times", "value": value, "automatic": True} | more
        ),
    )


@pytest.fixture
def ann(owner):
    return build.member(owner).member_no


@pytest.fixture
def bob(owner):
    return build.member(owner, phone="13800138001", name="王").member_no


def earned(store, member, amount=TEN):
    return open_bill.record(store, amount=amount, member=member).points_earned


def test_once_for_each_member(owner, ann, bob):
    """The second sale earns the plain points, another member's first the double."""
    double(owner, limit_per_member=1)
    assert [earned(owner, who) for who in (ann, ann, bob, bob)] == [200, 100, 200, 100]
    assert verify.verify(owner)[1] == []


def test_so_many_in_all(owner, ann, bob):
    """The limit is the offer's, whoever comes; a trial run uses nothing up."""
    double(owner, limit_total=2)
    open_bill.record(owner, amount=TEN, member=ann, dry_run=True)
    assert [earned(owner, who) for who in (ann, bob, ann)] == [200, 200, 100]


@pytest.mark.parametrize("limit", ["limit_total", "limit_per_member"])
def test_a_void_and_a_full_return_free_the_use(owner, ann, limit):
    """As if it had not been; a part that comes back frees nothing."""
    double(owner, **{limit: 1})
    first = open_bill.record(owner, amount=TEN, member=ann)
    voids.void(owner, receipt=first.receipt_no)
    second = open_bill.record(owner, amount=TEN, member=ann)
    assert (second.points_earned, earned(owner, ann)) == (200, 100)
    returns.return_goods(owner, receipt=second.receipt_no)
    assert earned(owner, ann) == 200
    assert verify.verify(owner)[1] == []


def test_nobody_uses_it_without_a_member(owner, ann, bob):
    """A sale without member earns nothing, so it takes nobody's turn; the member who comes later
    takes what is left then."""
    double(owner, limit_total=1)
    nobody = [open_bill.record(owner, amount=TEN) for _ in range(2)]
    assert late_member.attach(owner, receipt=nobody[0].receipt_no, member=ann).points_earned == 200
    assert late_member.attach(owner, receipt=nobody[1].receipt_no, member=bob).points_earned == 100
    assert earned(owner, bob) == 100


def test_a_bill_that_is_open_holds_its_turn(owner, base, ann, bob):
    """Two tills, one turn: who opened the bill first has it, and does not lose it to himself."""
    double(owner, limit_total=1)
    other = signed(base, "赵", "till 2")
    open_bill.take(
        owner, code=_coupon(owner), amount=TEN, member=ann, request_no="1", proof=VOUCHED
    )
    assert earned(other, bob) == 100
    open_bill.set_amount(owner, amount=Money(20_000))
    assert open_bill.close(owner).points_earned == 2 * 199


def _coupon(store):
    build.offer(store, "ONE", kind="amount_off", value="1", min_spend=None)
    return build.issued(store, "ONE", 1)[0]


@pytest.mark.parametrize(("off", "points"), [("10", 90), ("", 200)])
def test_the_minimum_is_measured_after_promotions(owner, ann, off, points):
    """100 less 10 is not 100."""
    double(owner, min_spend="100")
    if off:
        design.create(
            owner,
            new=reading.draft({"code": "Y", "kind": "amount_off", "value": off, "automatic": True}),
        )
    assert earned(owner, ann) == points


def test_a_coupon_does_not_lower_what_the_minimum_is_measured_on(owner, ann):
    """It is measured where the coupons begin, as theirs is."""
    double(owner, min_spend="100")
    sold = open_bill.record(owner, amount=TEN, member=ann, coupons=[_coupon(owner)])
    assert (sold.net, sold.points_earned) == (9_900, 198)


def test_of_two_the_higher_priority_counts_and_then_the_larger(owner, ann):
    """One multiplies, and only its own limit is used up."""
    double(owner, "THREE", "3", limit_per_member=1)
    double(owner, "TWO", "2", limit_per_member=1, priority=0)
    assert [earned(owner, ann) for _ in range(3)] == [300, 200, 100]
    double(owner, "FIRST", "1.5", priority=5)
    assert earned(owner, ann) == 150
