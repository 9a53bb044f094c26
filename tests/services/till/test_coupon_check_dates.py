"""From 00:00 of the first date until the close of the business day that began on the last: one rule
for all that has dates."""

from datetime import UTC, date, datetime

import pytest

from storecrm.errors import CouponRefused
from storecrm.services import shop_settings
from storecrm.services.analytics import segments
from storecrm.services.coupons import issue
from storecrm.services.loyalty import card_replacement
from storecrm.services.offers import design, live_promotions
from storecrm.services.till import coupon_check, open_bill, returns
from storecrm.values import Money, RefusalCode
from tests import build
from tests.conftest import signed

pytestmark = pytest.mark.both


def stand(wall, text):
    """Move the clock to a local time of Shanghai."""
    wall.at = (
        int(
            (
                datetime.fromisoformat(text + "+08:00") - datetime(1970, 1, 1, tzinfo=UTC)
            ).total_seconds()
        )
        * 1_000_000
    )


def refused(store, code):
    with pytest.raises(CouponRefused) as why:
        coupon_check.check(store, code=code, amount=Money(10_000))
    return [one.code for one in why.value.refusals]


@pytest.fixture
def coupon(manager, wall):
    """A coupon of 1 to 5 December."""
    stand(wall, "2026-11-28T12:00")
    build.offer(
        manager,
        "DEC",
        kind="amount_off",
        value="5",
        min_spend=None,
        valid_days=None,
        valid_from="2026-12-01",
        valid_to="2026-12-05",
    )
    return build.issued(manager, "DEC", 1)[0]


def test_a_coupon_works_from_midnight_until_its_last_day_closes(manager, wall, coupon):
    """At half past midnight of the first day the shop still trades on the day before; of the day
    after the last it still does too."""
    stand(wall, "2026-11-30T23:59")
    assert refused(manager, coupon) == [RefusalCode.NOT_STARTED]
    for works in ("2026-12-01T00:00", "2026-12-01T03:00", "2026-12-05T23:59", "2026-12-06T03:59"):
        stand(wall, works)
        assert coupon_check.check(manager, code=coupon, amount=Money(10_000)).discount == 500
    stand(wall, "2026-12-06T04:00")
    assert refused(manager, coupon) == [RefusalCode.EXPIRED]


def test_the_day_of_issue_is_the_calendars(manager, wall):
    """A slip printed after midnight says the date on the wall, and works at once."""
    build.offer(manager, "TWO", kind="amount_off", value="5", min_spend=None, valid_days=2)
    stand(wall, "2026-12-01T00:30")
    [code] = build.issued(manager, "TWO", 1)
    shown = issue.show(manager, code=code)
    assert (shown.issued_on, shown.valid_from, shown.valid_to) == (
        date(2026, 12, 1),
        date(2026, 12, 1),
        date(2026, 12, 2),
    )
    assert coupon_check.check(manager, code=code, amount=Money(10_000)).discount == 500


def test_a_promotion_keeps_the_same_hours(manager, wall):
    """A customer at half past midnight is told the same by a coupon and by a promotion of the same
    dates."""
    build.offer(
        manager,
        "AUTO",
        kind="amount_off",
        value="5",
        min_spend="10",
        valid_days=None,
        valid_from="2026-12-01",
        valid_to="2026-12-05",
        automatic=True,
    )
    for at, runs in (
        ("2026-11-30T23:59", 0),
        ("2026-12-01T00:00", 1),
        ("2026-12-06T03:59", 1),
        ("2026-12-06T04:00", 0),
    ):
        stand(wall, at)
        with manager.read() as session:
            assert len(live_promotions.running(session, manager)) == runs, at
        assert (
            open_bill.record(manager, amount=Money(5_000), dry_run=True).net == 5_000 - 500 * runs
        )


def test_what_is_offered_is_what_is_taken(manager, wall):
    """Suggestions, the better coupon, a lost card and a segment know the same hours as the scan."""
    who = build.member(manager)
    stand(wall, "2026-11-28T12:00")
    build.offer(
        manager,
        "DEC",
        kind="amount_off",
        value="5",
        min_spend=None,
        valid_days=None,
        valid_from="2026-12-01",
        valid_to="2026-12-05",
    )
    build.issued(manager, "DEC", to=(who.member_no,))
    segments.create(
        manager, code="HAS", name="has", rule={"field": "coupons_unused", "op": ">=", "value": 1}
    )
    for at, there in (
        ("2026-11-30T23:59", 0),
        ("2026-12-01T00:30", 1),
        ("2026-12-06T03:30", 1),
        ("2026-12-06T04:30", 0),
    ):
        stand(wall, at)
        assert (
            len(coupon_check.usable(manager, member=who.member_no, amount=Money(10_000))) == there
        ), at
    assert segments.count(manager, code="HAS") == 0
    stand(wall, "2026-12-06T03:30")
    assert segments.count(manager, code="HAS") == 1
    assert card_replacement.replace(manager, member=who.member_no).coupons == 1


def test_a_coupon_comes_back_until_its_last_day_closes(manager, wall, coupon):
    """A return in the small hours after the last day gives the coupon back, one later does not."""
    stand(wall, "2026-12-05T20:00")
    sold = open_bill.record(manager, amount=Money(10_000), coupons=[coupon])
    stand(wall, "2026-12-06T03:00")
    assert returns.return_goods(manager, receipt=sold.receipt_no).coupons_back == (coupon,)


def test_an_offer_is_issued_until_its_last_date_is_over(manager, wall, coupon):
    """A coupon issued after midnight would bear a date on which it is already over."""
    stand(wall, "2026-12-05T23:00")
    assert design.can_be_issued(manager, design.show(manager, code="DEC"))
    stand(wall, "2026-12-06T01:00")
    assert not design.can_be_issued(manager, design.show(manager, code="DEC"))


def test_the_next_coupon_given_after_midnight_bears_that_date(owner, wall):
    """Coupons that come by themselves count their days from the calendar's date too."""
    build.offer(owner, "NEXT", kind="amount_off", value="5", min_spend=None, valid_days=3)
    shop_settings.set_rule(owner, key="next_offer", value="NEXT")
    stand(wall, "2026-12-02T01:00")
    given = open_bill.record(signed(owner, "王芳"), amount=Money(10_000)).given[0]
    assert (given.valid_from, given.valid_to) == (date(2026, 12, 2), date(2026, 12, 4))
