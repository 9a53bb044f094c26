"""The month's report, by real keys and clicks."""

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from storecrm.services.till import open_bill
from storecrm.ui.kit.toast import said_on
from storecrm.values import Money
from tests import build
from tests.ui.hands import enter, press, settle

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def page(program, manager, cashier):
    """The report of this month, with two offers of which one was used."""
    for code, name in (("FIVE", "Five off"), ("ONE", "One off")):
        build.offer(manager, code, name=name, kind="amount_off", value="5", min_spend=None)
        codes = build.issued(manager, code)
    open_bill.record(cashier, amount=Money(5_000), coupons=[codes[0]])
    enter(program, "陈")
    program.window.go("report")
    found = program.window.pages["report"]
    found.period.usual.setText("this_month")
    found.period.usual.activated.emit(found.period.usual.currentIndex())
    settle(program)
    return found


def names(page):
    return [offer.offer_name for offer in page.offers.records]


def test_a_usual_period_sets_both_days(program, page):
    """Nobody counts the days of a month."""
    assert page.period.days() == (page._vm.today.replace(day=1), page._vm.today)
    page.period.usual.setText("last_month")
    page.period.usual.activated.emit(page.period.usual.currentIndex())
    settle(program)
    assert page.period.days() == page._vm.last_month() and names(page) == []
    assert page.offers.nothing.isVisible()


def test_days_the_wrong_way_are_said_at_the_field_and_move_nothing(program, page):
    """The list keeps what it showed, the button stays where it was."""
    save = page.saving
    before = page.offers.geometry()
    page.period.last.setFocus()
    page.period.last.selectAll()
    QTest.keyClicks(page.period.last, "2020-01-01", delay=60)
    press(program, Qt.Key.Key_Return)
    assert "before the first" in page.errors.text(page.period.last)
    assert page.period.last.hasFocus() and page.offers.geometry() == before
    assert sorted(names(page)) == ["Five off", "One off"] and save.isEnabled()
    page.period.last.selectAll()
    QTest.keyClicks(page.period.last, page._vm.today.isoformat(), delay=60)
    press(program, Qt.Key.Key_Return)
    assert page.errors.text(page.period.last) == "" and page.period.days() is not None


def test_the_offers_are_sorted_filtered_summed_and_copied(program, page):
    """What sold most stands first; the sums are of what is shown."""
    assert names(page) == ["One off", "Five off"]
    page.offers.view.setFocus()
    press(program, Qt.Key.Key_Down)
    QTest.keyClick(page.offers.view, Qt.Key.Key_C, CTRL)
    assert QApplication.clipboard().text().splitlines()[0].startswith("Offer\tIssued\tRedeemed")
    assert page._totals(page.offers.records)["issued"] == "6"
    QTest.keyClick(page.offers.view, Qt.Key.Key_F, CTRL)
    QTest.keyClicks(QApplication.focusWidget(), "five", delay=60)
    settle(program)
    QTest.qWait(400)
    assert names(page) == ["Five off"]
    shown = page._totals(page.offers.records)
    # a sale with two coupons stands with both offers: its money is said of all only
    assert shown["issued"] == "3" and "sales_with_coupon" not in shown


def test_a_rate_is_filtered_as_it_reads_and_nothing_used_is_the_worst(program, page):
    """One of three was used, of the other none."""
    page.offers._sort_by("redemption_rate", False)
    assert names(page) == ["Five off", "One off"]
    page.offers.open_filters("redemption_rate")
    QTest.keyClicks(QApplication.focusWidget(), ">30%", delay=60)
    settle(program)
    QTest.qWait(400)
    assert names(page) == ["One off"]


def test_ctrl_s_writes_the_workbook_and_the_news_opens_it(program, page, tmp_path, monkeypatch):
    """Two presses; what is said lies over the page."""
    file = tmp_path / "month.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    before = page.offers.geometry()
    QTest.keyClick(QApplication.focusWidget() or page, Qt.Key.Key_S, CTRL)
    settle(program)
    assert openpyxl.load_workbook(file).worksheets
    toast = said_on(page)
    assert "month.xlsx" in toast.text() and page.offers.geometry() == before
    QTest.mouseClick(toast.next_button, Qt.MouseButton.LeftButton)
    assert [address.toLocalFile() for address in opened] == [str(file)]


def test_a_tile_says_what_it_means(page):
    """Two rates of one page mean different things."""
    frame = page.tiles.figures["Redeemed of expired"].parentWidget()
    assert "whose last day lies in the period" in frame.toolTip()
    columns = page.offers.model.columns
    at = next(at for at, column in enumerate(columns) if column.key == "redemption_rate")
    tip = page.offers.model.headerData(at, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
    assert tip.startswith("Redemption rate\n") and "issued up to the last day" in tip
