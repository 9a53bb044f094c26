"""Lists of three pages by real keys and mouse: sorted, filtered, copied, kept."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication

from storecrm.services.backup import backups
from storecrm.services.till import open_bill
from storecrm.values import Money
from tests import build
from tests.conftest import signed
from tests.ui.hands import enter, settle

CTRL = Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton


def click_title(qtbot, table, key):
    section = [column.key for column in table.model.columns].index(key)
    at = QPoint(table.header.sectionViewportPosition(section) + 16, 12)
    qtbot.mouseClick(table.header.viewport(), LEFT, pos=at)


def filter_by(qtbot, program, widget, table, key, text):
    """Ctrl+F, the box of the column, the text, Enter."""
    qtbot.keyClick(widget, Qt.Key.Key_F, CTRL)
    box = table.header.boxes[key]
    box.setFocus()
    qtbot.keyClicks(box, text)
    qtbot.keyClick(box, Qt.Key.Key_Return)
    settle(program)


@pytest.fixture
def members(program, base, owner):
    """Anna spent 120, Bob 9, Cora nothing."""
    for phone, name in (("13800138001", "Anna"), ("13800138002", "Bob"), ("13900139003", "Cora")):
        build.member(owner, phone=phone, name=name)
    till = signed(base, "王芳")
    for phone, amount in (("13800138001", 5_000), ("13800138001", 7_000), ("13800138002", 900)):
        open_bill.record(till, amount=Money(amount), member=phone)
    enter(program, "陈")
    program.window.resize(1900, 900)
    program.window.go("members")
    settle(program)
    return program.window.pages["members"]


def names(table):
    return [row.member.name for row in table.records]


def test_members_are_sorted_and_filtered_by_the_store(qtbot, program, members):
    """By a click on a title and by Ctrl+F from the search box; Esc shows everybody again."""
    table = members.directory.list
    click_title(qtbot, table, "net")
    settle(program)
    assert names(table) == ["Cora", "Bob", "Anna"]
    click_title(qtbot, table, "net")
    settle(program)
    assert names(table) == ["Anna", "Bob", "Cora"]
    filter_by(qtbot, program, members.directory.search, table, "net", ">5")
    assert names(table) == ["Anna", "Bob"] and table.foot.count.text() == "2 rows"
    qtbot.keyClick(table.view, Qt.Key.Key_F, CTRL)
    qtbot.keyClick(table.header.boxes["name"], Qt.Key.Key_Escape)
    settle(program)
    assert names(table) == ["Anna", "Bob", "Cora"]


def test_arrows_open_the_member_they_rest_on(qtbot, program, members):
    """Phones are copied as they are read."""
    table = members.directory.list
    table.view.setFocus()
    for _ in range(2):
        qtbot.keyClick(table.view, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: not members.directory._resting.isActive())
    settle(program)
    assert members.head.title.text().startswith("Bob")
    qtbot.keyClick(table.view, Qt.Key.Key_C, CTRL)
    assert "Bob\t138 0013 8002\t2026-11-22\t¥9.00" in QGuiApplication.clipboard().text()


def test_what_a_member_bought_is_sorted_by_its_amount(qtbot, program, members):
    """In the member's own tab."""
    members.directory._open_first()
    settle(program)
    members.directory.list.select(lambda row: row.member.name == "Anna")
    members.directory._open_chosen()
    settle(program)
    members.tabs.setCurrentWidget(members.tabs.sales)
    table = members.tabs.sales
    click_title(qtbot, table, "paid")
    assert [sale.net for sale in table.records] == [5_000, 7_000]
    filter_by(qtbot, program, table.view, table, "paid", ">60")
    assert [sale.net for sale in table.records] == [7_000]


def test_columns_of_backups_are_kept_for_the_person(qtbot, program, owner):
    """Whoever hides one does not see it after the next sign-in either."""
    backups.create(owner)
    enter(program, "陈")
    program.window.go("data")
    settle(program)
    page = program.window.pages["data"]
    page.tabs.setCurrentWidget(page.backups)
    table = page.backups.list
    table.foot.column_menu.aboutToShow.emit()
    next(a for a in table.foot.column_menu.actions() if a.text() == "Redemptions").trigger()
    program.window.go("till")
    settle(program)
    enter(program, "赵")
    enter(program, "陈")
    program.window.go("data")
    settle(program)
    page = program.window.pages["data"]
    page.tabs.setCurrentWidget(page.backups)
    settle(program)
    shown = [column.key for column in page.backups.list.shown_columns()]
    assert "members" in shown and "redemptions" not in shown
