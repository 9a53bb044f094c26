"""One business date a bill, that of its closing; a shift is what happened between two instants,
whatever the clock on the wall did."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from storecrm import compose
from storecrm.domain.tenders import Tender
from storecrm.models.redemption import Redemption
from storecrm.services.integrity import verify
from storecrm.services.loyalty import points_account
from storecrm.services.members.verification import VOUCHED
from storecrm.services.reports import month_figures
from storecrm.services.staff import accounts
from storecrm.services.store import ShopDetails
from storecrm.services.till import (
    basket,
    open_bill,
    receipt_numbers,
    returns,
    shifts,
    voids,
)
from storecrm.services.till.posting import Closing
from storecrm.values import Money, Role, TenderKind, business_date, moment, opening_of
from tests import build
from tests.conftest import Wall, signed

pytestmark = pytest.mark.both
NEW_YORK = ZoneInfo("America/New_York")


def clean(store):
    assert verify.verify(store)[1] == []


def at(wall, store, *clock):
    """Set the clock to a time on the store's wall."""
    wall.at = moment(datetime(*clock, tzinfo=store.clock.zone))


def tie(store, first, last):
    return [
        (name, ours, theirs)
        for name, ours, theirs in month_figures.figures(store, first=first, last=last).tie_out
        if ours != theirs
    ]


def test_a_bill_across_the_close_of_day_is_of_the_day_it_closes(manager, cashier, owner, wall):
    """Opened at 3:50 with a coupon, closed at 4:10: sale, use, points and report say the same day,
    and the tie-out is green for both."""
    build.offer(manager, kind="amount_off", value="5", min_spend=None, valid_days=9)
    who = build.member(manager).member_no
    at(wall, cashier, 2026, 11, 23, 3, 50)
    yesterday = cashier.clock.today()
    open_bill.take(
        cashier,
        code=build.issued(manager)[0],
        amount=Money(10_000),
        member=who,
        request_no="a",
        proof=VOUCHED,
    )
    at(wall, cashier, 2026, 11, 23, 4, 10)
    today = cashier.clock.today()
    done = open_bill.close(cashier)
    assert (yesterday + timedelta(days=1), done.business_date) == (today, today)
    with owner.read() as session:
        assert session.scalar(select(Redemption.business_date)) == today
    assert points_account.statement(owner, member=who)[0].business_date == today
    for day, sold in ((yesterday, 0), (today, 9_500)):
        figures = month_figures.figures(owner, first=day, last=day)
        assert (figures.totals.sales_with_coupon_net, tie(owner, day, day)) == (sold, [])
    assert voids.undo(cashier).business_date == today
    clean(owner)


def test_a_basket_across_the_close_of_day_is_of_the_day_it_is_paid(owner, cashier, wall):
    """Beside another register or here: the same rule, and a return finds the day."""
    build.goods(owner, A="10")
    at(wall, cashier, 2026, 11, 23, 3, 50)
    basket.put(cashier, code="A")
    at(wall, cashier, 2026, 11, 23, 4, 10)
    done = open_bill.close(
        cashier, closing=Closing(paid=[Tender(TenderKind.CASH, Money(1_000))], proof=VOUCHED)
    )
    assert done.business_date == cashier.clock.today()
    sheet = shifts.sheet(cashier)
    assert (sheet.bills, sheet.net, sheet.tenders) == (1, 1_000, {"cash": 1_000})


def test_a_coupon_is_on_the_sheet_of_its_bill(manager, cashier, wall):
    """The sheet of the old day does not count a bill that is still open; the new one has bill and
    coupon."""
    build.offer(manager, kind="amount_off", value="5", min_spend=None, valid_days=9)
    at(wall, cashier, 2026, 11, 23, 3, 50)
    open_bill.take(
        cashier, code=build.issued(manager)[0], amount=Money(10_000), request_no="a", proof=VOUCHED
    )
    before = shifts.hand_over(cashier)
    at(wall, cashier, 2026, 11, 23, 4, 10)
    open_bill.close(cashier)
    after = shifts.sheet(cashier)
    assert [(s.bills, s.given, sum(c.count for c in s.coupons)) for s in (before, after)] == [
        (0, 0, 0),
        (1, 500, 1),
    ]


@pytest.mark.parametrize("filler", ["王芳", "赵"])
def test_a_late_amount_is_on_one_sheet(manager, cashier, owner, base, wall, filler):
    """The bill on the sheet of its closing, the amount on that of who typed it: all sheets together
    are what was sold and given."""
    build.offer(manager, kind="amount_off", value="5", min_spend=None)
    codes = build.issued(manager)
    a, b, c = (open_bill.record(cashier, coupons=[code]).receipt_no for code in codes)
    open_bill.fill_amount(signed(base, filler), receipt=a, amount=Money(2_000))
    sheets = [shifts.hand_over(cashier)]
    assert (sheets[0].bills, sheets[0].net, sheets[0].given, sheets[0].late_amounts) == (
        3,
        1_500,
        1_500,
        0,
    )
    wall.forward(seconds=60)
    open_bill.fill_amount(signed(base, filler), receipt=b, amount=Money(300))
    sheets += [shifts.hand_over(signed(base, name)) for name in ("王芳", "赵")]
    wall.forward(days=1)
    open_bill.fill_amount(signed(base, filler), receipt=c, amount=Money(10_000))
    sheets += [shifts.hand_over(signed(base, name)) for name in ("王芳", "赵")]
    assert sum(sheet.bills for sheet in sheets) == 3
    assert sum(sheet.net for sheet in sheets) == 1_500 + 0 + 9_500
    assert sum(sheet.given for sheet in sheets) == 500 + 300 + 500
    assert sum(sheet.late_amounts for sheet in sheets) == 2
    assert sum(coupon.count for sheet in sheets for coupon in sheet.coupons) == 3
    clean(signed(base, "陈"))


@pytest.mark.parametrize(("day", "hours"), [((2026, 3, 8), 23), ((2026, 11, 1), 25)])
def test_a_business_day_begins_at_the_hour_on_the_wall(day, hours):
    """The night that leaves an hour out and the one that has it twice: the day begins when the wall
    says four."""
    date = datetime(*day).date()
    for close in range(13):
        first, last = (opening_of(date + timedelta(days=n), NEW_YORK, close) for n in (0, 1))
        assert business_date(first, NEW_YORK, close) == date
        assert business_date(type(first)(first - 1), NEW_YORK, close) == date - timedelta(days=1)
        if close == 0:
            assert (last - first) // 3_600_000_000 == hours


@pytest.mark.parametrize("day", [(2026, 3, 8), (2026, 11, 1)])
def test_the_sheet_of_a_clock_change_day_has_its_bills(tmp_path, day):
    """From four o'clock on, neither an hour of the night before nor less than all of the day."""
    wall = Wall()
    wall.at = moment(datetime(*day, 0, 30, tzinfo=NEW_YORK))
    base = compose.create_store(
        str(tmp_path / "ny.db"),
        shop=ShopDetails(name="NY", demo=True, timezone="America/New_York"),
        wall=wall,
    )
    accounts.add(base, name="O", role=Role.OWNER, pin="860274")
    shop = accounts.sign_in(base, name="O", pin="860274", till="T")
    for hour, minute in ((0, 30), (3, 30), (4, 30), (9, 0)):
        at(wall, shop, *day, hour, minute)
        open_bill.record(shop, amount=Money(1_000))
    sheet = shifts.sheet(shop)
    assert (sheet.bills, sheet.business_date) == (2, datetime(*day).date())
    compose.close_store(base)


def test_a_return_after_the_close_of_day_counts_on_its_own_day(manager, owner, cashier, wall):
    """What was sold stays on its day, what comes back is of the day it comes."""
    at(wall, cashier, 2026, 11, 23, 3, 50)
    sold = open_bill.record(cashier, amount=Money(1_000))
    at(wall, cashier, 2026, 11, 23, 4, 10)
    back = returns.return_goods(manager, receipt=sold.receipt_no)
    with owner.read() as session:
        assert receipt_numbers.row_of(
            session, back.receipt_no
        ).business_date == sold.business_date + timedelta(days=1)
    assert tie(owner, sold.business_date, sold.business_date + timedelta(days=1)) == []
