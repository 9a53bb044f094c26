"""What the till offers a member is the best of everything they have, and only what they can use."""

import pytest

from storecrm.errors import CouponRefused
from storecrm.ledger import point_balances, point_entries
from storecrm.models import hot
from storecrm.services import shop_settings
from storecrm.services.coupons import issue
from storecrm.services.till import coupon_check, open_bill
from storecrm.values import EntryKind, Money, Points
from tests import build

pytestmark = pytest.mark.both


@pytest.fixture
def who(manager):
    """A member with 40 coupons of ¥1 and then one of ¥20."""
    person = build.member(manager)
    build.offer(manager, "ONE", kind="amount_off", value="1", min_spend=None)
    build.offer(manager, "TWENTY", value="20", min_spend="100")
    for _ in range(40):
        build.issued(manager, "ONE", to=(person.member_no,))
    build.issued(manager, "TWENTY", to=(person.member_no,))
    return person


def test_the_best_of_all_is_offered(manager, who):
    """It lies behind forty others; a bounded look would never reach it."""
    build.offer(manager, "BIG", value="50", min_spend="900")
    refused = build.issued(manager, "BIG", 1)[0]
    with pytest.raises(CouponRefused) as why:
        coupon_check.check(manager, code=refused, amount=Money(20_000), member=who.member_no)
    assert (why.value.best.offer_code, why.value.best.discount) == ("TWENTY", 2_000)
    first, second = coupon_check.usable(manager, member=who.member_no, amount=Money(20_000))
    assert [(first.offer_code, first.discount), (second.offer_code, second.discount)] == [
        ("TWENTY", 2_000),
        ("ONE", 100),
    ]


def test_hundreds_of_coupons_cost_no_more_than_a_few(manager, who, monkeypatch):
    """They are priced once an offer, whatever the number: the answer comes while the customer
    waits."""
    sent = []
    through = hot.send
    monkeypatch.setattr(
        hot, "send", lambda driver, sql, values: sent.append(sql) or through(driver, sql, values)
    )

    def statements():
        sent.clear()
        coupon_check.usable(manager, member=who.member_no, amount=Money(20_000))
        return len(sent)

    # what an offer says is read once
    statements()
    before = statements()
    for _ in range(60):
        build.issued(manager, "ONE", to=(who.member_no,))
    assert statements() == before


def test_of_equal_coupons_the_one_that_ends_first_is_offered(manager, who, wall):
    """The member loses nothing by taking what is offered."""
    mine = [c for c in issue.of_member(manager, member=who.member_no) if c.offer_code == "ONE"]
    offered = [
        c for c in coupon_check.usable(manager, member=who.member_no) if c.offer_code == "ONE"
    ]
    assert [c.code for c in offered] == [
        min(mine, key=lambda c: (c.valid_to, c.serial, -mine.index(c))).code
    ]


def test_points_that_wait_or_are_owed_are_not_said_to_end(owner, wall):
    """A member who is told of points that end next week must be able to use them today."""
    person = build.member(owner)
    shop_settings.set_rule(owner, key="points_expiry", value="days:10")
    open_bill.record(owner, amount=Money(30_000), member=person.member_no)
    shop_settings.set_rule(owner, key="points_pending_days", value="5")
    open_bill.record(owner, amount=Money(50_000), member=person.member_no)
    today = owner.clock.today()
    with owner.read() as session:
        assert (
            point_balances.expiring(session, person.id, today, today.replace(year=today.year + 1))
            == 300
        )
    with owner.write() as session:
        day = owner.clock.today()
        owed = point_entries.NewLot(
            member=person.id, kind=EntryKind.ADJUST, points=Points(-120), day=day, expires_on=None
        )
        point_entries.open_lot(session, owner, owed)
        assert (
            point_balances.expiring(session, person.id, today, today.replace(year=today.year + 1))
            == 180
        )
