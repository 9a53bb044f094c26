"""Ctrl+K: everything that can be done is found by typing a part of it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.ui.hands import enter, panel, press, settle, type_fast

CONTROL = Qt.KeyboardModifier.ControlModifier


def open_it(program):
    QTest.keyClick(QApplication.focusWidget() or program.window, Qt.Key.Key_K, CONTROL)
    settle(program)
    return program.window._frame.palette_card


def said(palette):
    return [palette.list.item(at).text() for at in range(palette.list.count())]


@pytest.mark.parametrize(
    ("language", "typed", "first"),
    [
        ("en", "undo", "Undo the last bill"),
        ("en", "last bill", "Undo the last bill"),
        ("en", "f8", "Undo the last bill"),
        ("zh_CN", "撤销", "撤销上一单"),
        ("zh_CN", "cxsyd", "撤销上一单"),
        ("zh_CN", "syd", "撤销上一单"),
        ("zh_CN", "undo", "撤销上一单"),
    ],
)
def test_an_act_is_found_by_its_words_its_key_or_its_initials(program, language, typed, first):
    program._changed(program.settings.with_(language=language))
    settle(program)
    enter(program, "陈")
    program.window.go("till")
    settle(program)
    palette = open_it(program)
    assert palette.isVisible() and palette.box.hasFocus()
    QTest.keyClicks(palette.box, typed) if typed.isascii() else palette.box.setText(typed)
    assert first in said(palette)[:3]
    assert len(said(palette)) < 8


def test_a_page_is_opened_from_the_keyboard_alone(program):
    enter(program, "陈")
    program.window.go("till")
    settle(program)
    palette = open_it(program)
    QTest.keyClicks(palette.box, "audit")
    QTest.keyClick(palette.box, Qt.Key.Key_Return)
    settle(program)
    assert palette.isHidden() and program.window.stack.currentWidget().isVisible()
    assert program.window.rail_buttons["trail"].isChecked()


def test_arrows_choose_while_the_cursor_stays_in_the_box(program):
    enter(program, "陈")
    program.window.go("till")
    settle(program)
    palette = open_it(program)
    QTest.keyClick(palette.box, Qt.Key.Key_Down)
    QTest.keyClick(palette.box, Qt.Key.Key_Down)
    assert palette.list.currentRow() == 2 and palette.box.hasFocus()
    QTest.keyClick(palette.box, Qt.Key.Key_Up)
    assert palette.list.currentRow() == 1


def test_escape_gives_the_scan_box_back_and_a_scan_does_too(program, manager):
    from tests import build

    build.offer(manager, "A20")
    code = build.issued(manager, "A20")[0]
    enter(program, "王芳")
    settle(program)
    till = program.window.pages["till"]
    till.scan.setFocus()
    palette = open_it(program)
    QTest.keyClick(palette.box, Qt.Key.Key_Escape)
    assert palette.isHidden() and till.scan.hasFocus()
    open_it(program)
    type_fast(program, code)
    assert palette.isHidden() and palette.box.text() == "" and till.scan.hasFocus()
    assert panel(program).property("look") in ("ok", "info")


def test_what_was_done_last_stands_first_and_rights_hide_the_rest(program):
    enter(program, "王芳")
    program.window.go("till")
    settle(program)
    palette = open_it(program)
    offered = said(palette)
    assert "Today" in offered and not {"Offers", "Report", "Audit trail"} & set(offered)
    QTest.keyClicks(palette.box, "today")
    QTest.keyClick(palette.box, Qt.Key.Key_Return)
    settle(program)
    assert said(open_it(program))[0] == "Today"


def test_nothing_found_says_so(program):
    enter(program, "王芳")
    settle(program)
    palette = open_it(program)
    QTest.keyClicks(palette.box, "xyzzy")
    assert said(palette) == [] and palette.none.isVisible()
    QTest.keyClick(palette.box, Qt.Key.Key_Return)
    assert palette.isVisible()


def test_the_sheet_of_keys_gives_way_to_the_palette(program):
    enter(program, "王芳")
    program.window.go("till")
    settle(program)
    press(program, Qt.Key.Key_F1)
    assert program.window.overlay.isVisible()
    palette = open_it(program)
    assert palette.isVisible() and program.window.overlay.isHidden()
