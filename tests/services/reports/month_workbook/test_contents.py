"""The month report is one look at the books: tills go on selling while it is written."""

import openpyxl
import pytest

from storecrm.i18n import Catalogue
from storecrm.services import shop_settings
from storecrm.services.loyalty import points_account
from storecrm.services.reports import month_workbook
from storecrm.services.reports.month_workbook import contents
from storecrm.services.till import open_bill
from storecrm.values import Money
from tests import build
from tests.conftest import signed

pytestmark = pytest.mark.both
WORDS = Catalogue("en")


def bill_with_coupon(till, coupon):
    return open_bill.record(till, amount=Money(12_800), coupons=[coupon])


def test_a_sale_between_two_sheets_is_in_both_or_in_none(manager, cashier, tmp_path):
    """A till sells at each step of the report; no sheet may know a bill that another one lacks."""
    build.offer(manager)
    coupons = build.issued(manager, count=9)
    bill_with_coupon(cashier, coupons.pop())
    day, file = cashier.clock.today(), tmp_path / "r.xlsx"
    now = month_workbook.write(
        manager,
        first=day,
        last=day,
        file=file,
        words=WORDS,
        progress=lambda _done, _all: bill_with_coupon(cashier, coupons.pop()),
    )
    book = openpyxl.load_workbook(file, data_only=True)
    uses = book["Redemptions"].max_row - 1
    [bills] = {row[1].value for row in book["Staff"] if row[0].value == "Total"}
    assert (uses, bills) == (now.totals.redemptions, now.recorded_receipts)
    assert len(coupons) < 8, "nothing was sold in the midst"


def test_a_report_writes_nothing(owner, base, wall, tmp_path):
    """Who looks changes nothing: points that ended are told as ended, and swept by the day's
    housekeeping."""
    shop_settings.set_rule(owner, key="points_expiry", value="days:5")
    who = build.member(owner).member_no
    open_bill.record(owner, amount=Money(10_000), member=who)
    wall.forward(days=7)
    shop = signed(base, "陈")
    day, heard = shop.clock.today(), []
    shop.listeners.append(heard.append)
    now = month_workbook.write(shop, first=day, last=day, file=tmp_path / "r.xlsx", words=WORDS)
    assert (now.points.expired + now.points.closing, heard) == (now.points.opening, [])
    assert now.points.closing == 0
    assert points_account.sweep(shop) == 100


def test_all_periods_are_told_as_of_one_moment(manager, wall):
    """The clock runs while the report is read; it says one time."""
    day = manager.clock.today()
    with manager.read() as session:
        found = contents.read(
            session, manager, day, day, progress=lambda _done, _all: wall.forward(seconds=60)
        )
    periods = (found.now, found.before, found.year)
    assert len({period.cut_off for period in periods}) == 1
