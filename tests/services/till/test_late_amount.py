"""The amount of a bill that closed without one: when it comes, everything is as if it had been
given at once."""

import pytest

from storecrm.domain.offers import reading
from storecrm.errors import BadInput, Conflict, NotAllowed
from storecrm.services import shop_settings
from storecrm.services.integrity import verify
from storecrm.services.loyalty import points_account, stamp_cards, tiers
from storecrm.services.members import erasure
from storecrm.services.members.verification import VOUCHED
from storecrm.services.offers import design
from storecrm.services.till import late_member, open_bill
from storecrm.services.till.posting import Closing
from storecrm.values import BasisPoints, Money
from tests import build
from tests.conftest import signed

pytestmark = pytest.mark.both


def clean(store):
    assert verify.verify(store)[1] == []


def auto(store, code, **raw):
    design.create(store, new=reading.draft({"code": code, "automatic": True} | raw))


@pytest.fixture
def gold(manager, owner):
    """A member whose points count double, and a coupon of 5.00."""
    tiers.keep(owner, name="gold", threshold=Money(10_000_000), points_times=BasisPoints(20_000))
    who = build.member(manager).member_no
    tiers.set_by_hand(owner, member=who, tier="gold", until=None, reason="friend")
    build.offer(manager, "C", kind="amount_off", value="5", min_spend=None)
    return who


def closed(store, who, **more):
    """A bill that closed without an amount, with one coupon."""
    return open_bill.record(
        store, coupons=build.issued(store, "C", 1), member=who, **more
    ).receipt_no


def test_the_tier_of_the_day_multiplies_the_points(manager, owner, base, gold, wall):
    """Filled in a week later and without the tier, it earns what it would have earned then."""
    at_once = open_bill.record(
        manager, amount=Money(10_500), coupons=build.issued(manager, "C", 1), member=gold
    )
    a, b = closed(manager, gold), closed(manager, gold)
    assert (
        open_bill.fill_amount(manager, receipt=a, amount=Money(10_500)).points_earned
        == at_once.points_earned
        == 200
    )
    wall.forward(days=7)
    owner = signed(base, "陈")
    tiers.set_by_hand(owner, member=gold, tier="", until=None, reason="over")
    late = open_bill.fill_amount(owner, receipt=b, amount=Money(10_500))
    assert (late.points_earned, late.net, late.business_date) == (
        200,
        10_000,
        at_once.business_date,
    )
    assert open_bill.record(owner, amount=Money(10_000), member=gold).points_earned == 100
    clean(owner)


def test_a_points_promotion_of_the_day_counts_and_one_of_today_does_not(
    manager, owner, base, gold, wall
):
    """Its minimum is measured on the amount, its limit on the uses that stand; it is over by
    now."""
    auto(manager, "TRIPLE", kind="points_times", value="3", min_spend="80", limit_total=1)
    a, b, small = (closed(manager, gold) for _ in range(3))
    design.stop(manager, code="TRIPLE")
    wall.forward(days=1)
    manager = signed(base, "赵")
    auto(manager, "TEN", kind="points_times", value="10")
    earned = [
        open_bill.fill_amount(manager, receipt=r, amount=Money(n)).points_earned
        for r, n in ((small, 7_500), (a, 10_500), (b, 10_500))
    ]
    assert earned == [140, 600, 200]
    clean(signed(base, "陈"))


def test_stamps_are_counted_when_the_pieces_are(manager, owner, gold):
    """The pieces stand on the counter; the amount has nothing to do with them."""
    build.offer(manager, "FREE", kind="amount_off", value="9", min_spend=None, bearer=False)
    auto(manager, "CARD", kind="stamps", buy=3, reward="FREE", categories=["cups"])
    receipt = closed(manager, gold, closing=Closing(pieces={"CARD": 2}, proof=VOUCHED))
    assert [card.stamps for card in stamp_cards.cards(manager, member=gold)] == [2]
    open_bill.fill_amount(manager, receipt=receipt, amount=Money(10_500))
    assert [card.stamps for card in stamp_cards.cards(manager, member=gold)] == [2]
    with pytest.raises(BadInput, match="stamps_member"):
        open_bill.record(
            manager,
            coupons=build.issued(manager, "C", 1),
            closing=Closing(pieces={"CARD": 1}, proof=VOUCHED),
        )
    clean(owner)


def test_a_member_who_came_later_earns_like_one_who_was_there(manager, owner, gold):
    """With and without an amount: one poster for both."""
    first = open_bill.record(manager, amount=Money(10_000)).receipt_no
    assert late_member.attach(manager, receipt=first, member=gold).points_earned == 200
    second = open_bill.record(manager, coupons=build.issued(manager, "C", 1)).receipt_no
    assert late_member.attach(manager, receipt=second, member=gold).points_earned == 0
    assert open_bill.fill_amount(manager, receipt=second, amount=Money(10_500)).points_earned == 200
    clean(owner)


def test_a_visit_known_later_keeps_what_is_alive(manager, owner, base, gold, wall):
    """Where points live as long as the member comes, the visit counts from its day, for lots that
    have not ended meanwhile."""
    shop_settings.set_rule(owner, key="points_expiry", value="idle_months:1")
    open_bill.record(manager, amount=Money(10_000), member=gold)
    wall.forward(days=20)
    manager = signed(base, "赵")
    receipt = closed(manager, gold)
    wall.forward(days=5)
    manager = signed(base, "赵")
    open_bill.fill_amount(manager, receipt=receipt, amount=Money(10_500))
    wall.forward(days=20)
    assert points_account.show(signed(base, "赵"), member=gold).active == 400


def test_nobody_earns_for_an_erased_member(manager, owner, gold):
    """The bill is posted, its member is nobody by now."""
    receipt = closed(manager, gold)
    erasure.erase(owner, member=gold, reason="asked for it")
    assert open_bill.fill_amount(manager, receipt=receipt, amount=Money(10_500)).points_earned == 0
    clean(owner)


def test_an_amount_is_given_once_and_by_a_clock_that_is_believed(manager, gold, wall):
    """A second amount is refused; a clock far ahead asks first."""
    a, b = closed(manager, gold), closed(manager, gold)
    open_bill.fill_amount(manager, receipt=a, amount=Money(300))
    with pytest.raises(Conflict, match="amount_known"):
        open_bill.fill_amount(manager, receipt=a, amount=Money(300))
    wall.forward(days=27_000)
    with pytest.raises(NotAllowed, match="clock_suspect"):
        open_bill.fill_amount(manager, receipt=b, amount=Money(300))
