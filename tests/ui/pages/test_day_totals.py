"""Totals of days, typed in by keys: what cannot be read is said at its box, and nothing moves."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from storecrm.services.reports import day_totals
from tests.ui.hands import enter, settle, type_fast


@pytest.fixture
def tab(program, owner):
    enter(program, "陈")
    program.window.go("data")
    page = program.window.pages["data"]
    page.tabs.setCurrentWidget(page.day_totals)
    settle(program)
    return page.day_totals


def typed(program, box, text):
    """As a person types it, in whatever script."""
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    type_fast(program, text, gap=150, end=None)


def test_a_day_is_typed_in_by_keys_alone(program, owner, tab):
    """As people write it; Enter keeps it, the sum is below, the cursor is where the next begins."""
    today = owner.clock.today()
    for net, receipts in (("￥8,650.5", "320"), ("1.2万", "400")):
        typed(program, tab.net, net)
        typed(program, tab.receipts.entry, receipts)
        QTest.keyClick(tab.receipts.entry, Qt.Key.Key_Return)
        settle(program)
        typed(program, tab.day, "-1")
        QTest.keyClick(tab.day, Qt.Key.Key_Tab)
    kept = {
        total.day: total.net_sales for total in day_totals.listed(owner, first=today, last=today)
    }
    assert kept == {today: 865_050}
    assert [total.net_sales for total in tab.rows.records] == [1_200_000, 865_050]
    assert "20,650.50" in tab.rows.totals.accessibleName() or tab.rows.totals.isVisible()
    assert tab.net.text() == "" and tab.receipts.value() is None


def test_what_cannot_be_read_is_said_at_its_box_and_nothing_moves(program, owner, tab):
    typed(program, tab.net, "a lot")
    typed(program, tab.receipts.entry, "320")
    before = [part.mapTo(tab, QPoint(0, 0)) for part in (tab.net, tab.rows)]
    QTest.keyClick(tab.receipts.entry, Qt.Key.Key_Return)
    settle(program)
    assert "1,280" in tab.wrong.text(tab.net) and tab.net.hasFocus()
    assert [part.mapTo(tab, QPoint(0, 0)) for part in (tab.net, tab.rows)] == before
    assert tab.rows.records == []
    typed(program, tab.net, "8650")
    assert tab.wrong.text(tab.net) == ""
    QTest.keyClick(tab.net, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settle(program)
    assert len(tab.rows.records) == 1


def test_the_list_is_sorted_and_filtered_by_keys(program, owner, tab):
    today = owner.clock.today()
    for number, net in enumerate((30_000, 10_000, 20_000)):
        day_totals.set_total(
            owner, day=today.replace(day=today.day - number), net_sales=net, receipts=1
        )
    tab._vm.load_totals()
    settle(program)
    head = tab.rows.header
    spot = QPoint(head.sectionViewportPosition(1) + 20, 10)
    QTest.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert [total.net_sales for total in tab.rows.records] == [10_000, 20_000, 30_000]
    tab.rows.view.setFocus()
    QTest.keyClick(tab.rows.view, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    box = tab.rows.header.boxes["net"]
    box.setFocus()
    QTest.keyClicks(box, "200")
    QTest.keyClick(box, Qt.Key.Key_Return)
    settle(program)
    assert [total.net_sales for total in tab.rows.records] == [20_000]
