"""Keys of the window and of its pages, pressed for real."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from storecrm.services.till import open_bill
from storecrm.ui.kit.actions import reachable, with_keys
from storecrm.ui.kit.veil import Veil
from storecrm.ui.places import PLACES
from storecrm.values import Money
from tests import build
from tests.ui.hands import enter, panel, press, settle, type_fast

CONTROL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


def hit(program, key, modifier=CONTROL):
    QTest.keyClick(QApplication.focusWidget() or program.window, key, modifier)
    settle(program)


def slow(program, text):
    type_fast(program, text, gap=150, end=None)


def place(program, name):
    program.window.go(name)
    settle(program)
    return program.window.pages[name]


@pytest.mark.parametrize("name", [name for name in PLACES if name != "till"])
def test_the_cursor_goes_along_to_each_page(program, name):
    """It stayed on the rail, framed around the till while another page was open."""
    enter(program, "陈")
    page = place(program, name)
    cursor = QApplication.focusWidget()
    assert cursor is page or page.isAncestorOf(cursor)
    # a page comes back by its key from wherever the cursor is
    hit(program, Qt.Key.Key_1, ALT)
    assert program.window.pages["till"].scan.hasFocus()


@pytest.mark.parametrize("name", PLACES)
def test_no_two_acts_of_a_page_have_one_key(program, name):
    """Which of them would be meant? What a page takes from the window is the page's alone."""
    enter(program, "陈")
    page = place(program, name)
    window = program.window
    own = [
        (key, action.objectName())
        for action in reachable(window)
        for key in [action.shortcut().toString()]
        if key and action.isEnabled() and page.isAncestorOf(action.parent())
    ]
    tables = {"table.filter", "table.copy", "table.export"}
    keys = [key for key, action in own if action not in tables]
    assert len(keys) == len(set(keys)), own
    assert {"F1", "F5", "F11", "F12", "Ctrl+K", "Alt+1"} <= dict(
        with_keys(reachable(window))
    ).keys()


def test_the_palette_does_what_the_page_can_do(program, owner):
    """On Today Ctrl+P is the chosen bill's slip; at the till it is the last bill's."""
    open_bill.record(owner, amount=Money(5000))
    enter(program, "陈")
    window = program.window
    till = place(program, "till")
    named = {key: action.text() for key, action in with_keys(reachable(window))}
    assert named["Ctrl+P"] == "Print the slip of the last bill"
    page = place(program, "today")
    named = {key: action.text() for key, action in with_keys(reachable(window))}
    # nothing is chosen: the page leaves the key to the window
    assert named["Ctrl+P"] == "Print the slip of the last bill"
    QTest.keyClick(page.bill_list.view, Qt.Key.Key_Down)
    settle(program)
    named = {key: action.text() for key, action in with_keys(reachable(window))}
    assert named["Ctrl+P"] == "Slip as PDF" and named["Ctrl+F"] == "Filter the rows"
    assert till is window.pages["till"]


def test_digits_choose_nothing_without_enter(program, manager):
    """1-2-8 typed slowly became 28.00: the 1 had taken the first way on."""
    build.offer(manager, "A20")
    build.offer(manager, "B20")
    first, second = build.issued(manager, "A20")[0], build.issued(manager, "B20")[0]
    enter(program, "王芳")
    till = place(program, "till")
    slow(program, "128")
    hit(program, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier)
    type_fast(program, first)
    type_fast(program, second)
    before = program.window.till_vm.result
    assert len(before.choices) > 1
    for text in ("1", "12", "128"):
        slow(program, text)
        assert program.window.till_vm.result is before and till.scan.text() == text
        till.scan.clear()
    # with the cursor on the panel's own button, too
    button = till.panel.choices.itemAt(0).widget()
    button.setFocus()
    slow(program, "2")
    QTest.qWait(100)
    assert program.window.till_vm.result is before
    till.scan.setFocus()
    hit(program, Qt.Key.Key_1, ALT)
    assert program.window.till_vm.result is not before


def test_alt_and_a_number_is_a_page_where_no_way_stands(program, manager):
    build.offer(manager, "A20")
    build.offer(manager, "B20")
    first, second = build.issued(manager, "A20")[0], build.issued(manager, "B20")[0]
    enter(program, "陈")
    window = program.window
    place(program, "till")
    slow(program, "128")
    hit(program, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier)
    type_fast(program, first)
    type_fast(program, second)
    numbers = window.till_vm.result.numbers
    assert 1 in numbers and 9 not in numbers
    hit(program, Qt.Key.Key_9, ALT)
    assert window.rail_buttons["settings"].isChecked()
    # there the first is the till again, whatever its panel shows
    before = window.till_vm.result
    hit(program, Qt.Key.Key_1, ALT)
    assert window.rail_buttons["till"].isChecked() and window.till_vm.result is before


def test_a_cards_own_keys_hide_the_ways_behind_it(program, manager):
    """Behind the card of a new member the panel's ways cannot be taken."""
    build.offer(manager, "A20")
    build.offer(manager, "B20")
    first, second = build.issued(manager, "A20")[0], build.issued(manager, "B20")[0]
    enter(program, "王芳")
    till = place(program, "till")
    slow(program, "128")
    hit(program, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier)
    type_fast(program, first)
    type_fast(program, second)
    before = program.window.till_vm.result
    press(program, Qt.Key.Key_F4)
    hit(program, Qt.Key.Key_1, ALT)
    assert program.window.till_vm.result is before and till.register_card.isVisible()
    press(program, Qt.Key.Key_Escape)
    assert panel(program).isVisible()


def test_news_moves_nothing_and_is_put_away(program):
    """It pushed every page down by its height."""
    enter(program, "王芳")
    till = place(program, "till")
    news = program.window.news
    where = {part: part.mapTo(program.window, QPoint(0, 0)) for part in till.findChildren(QWidget)}
    news.tell_no_slip_printer()
    settle(program)
    assert news.isVisible() and "slip printer" in news.text()
    assert where == {part: part.mapTo(program.window, QPoint(0, 0)) for part in where}
    place(program, "today")
    assert news.isVisible()
    press(program, Qt.Key.Key_Escape)
    assert news.isHidden() and news.text() == ""


def test_the_bar_says_when_a_scanner_was_there(program, manager):
    """A green light said that a scanner was ready before any was connected."""
    build.offer(manager, "A20")
    code = build.issued(manager, "A20")[0]
    enter(program, "王芳")
    place(program, "till")
    pill = program.window._frame.bar.pill
    assert pill.text() == "Waiting for a scanner"
    type_fast(program, code)
    assert pill.text().startswith("Last scan ") and not pill.property("quiet")


def test_a_search_on_today_begins_anywhere_on_the_page(program, owner):
    """Ctrl+F with the cursor in the box for a member, typed, Enter, arrows: the bill is chosen."""
    for yuan in (50, 60):
        open_bill.record(owner, amount=Money(yuan * 100))
    enter(program, "陈")
    page = place(program, "today")
    page.member.setFocus()
    hit(program, Qt.Key.Key_F)
    box = QApplication.focusWidget()
    page.bill_list.open_filters("net")
    box = QApplication.focusWidget()
    QTest.keyClicks(box, "60")
    QTest.keyClick(box, Qt.Key.Key_Return)
    settle(program)
    assert [bill.net for bill in page.bill_list.records] == [6000]
    assert page.bill_list.totals.texts()["net"] == "¥60.00" and page.attach.isEnabled()


def test_the_sheet_of_keys_stands_where_it_stood(program):
    """Each opening left its rows behind: the first heading went down the sheet, out of sight."""
    enter(program, "陈")
    sheet, tops = program.window.overlay, []
    for _ in range(12):
        hit(program, Qt.Key.Key_F1, Qt.KeyboardModifier.NoModifier)
        assert sheet.isVisible()
        first = min(
            label.mapTo(sheet, QPoint()).y() for label in sheet.area.widget().findChildren(QLabel)
        )
        tops.append(first)
        hit(program, Qt.Key.Key_F1, Qt.KeyboardModifier.NoModifier)
        assert sheet.isHidden()
    assert len(set(tops)) == 1, tops


@pytest.mark.parametrize("key", [Qt.Key.Key_Tab, Qt.Key.Key_Backtab])
@pytest.mark.parametrize("opened_by", [(Qt.Key.Key_K, CONTROL), (Qt.Key.Key_F1, None)])
def test_tab_never_leaves_what_lies_over_the_window(program, opened_by, key):
    """What is typed next landed in a field of the page behind the veil."""
    enter(program, "陈")
    place(program, "members")
    hit(program, opened_by[0], opened_by[1] or Qt.KeyboardModifier.NoModifier)
    (veil,) = [each for each in program.window.findChildren(Veil) if each.isVisible()]
    first, met = QApplication.focusWidget(), set()
    for _ in range(6):
        assert veil.card.isAncestorOf(QApplication.focusWidget())
        met.add(QApplication.focusWidget())
        hit(program, key, Qt.KeyboardModifier.NoModifier)
    assert first in met
