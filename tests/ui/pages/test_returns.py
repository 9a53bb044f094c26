"""A return by keys alone: what is typed is never lost, what is wrong is said at its field."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from storecrm.services.till import open_bill, returns
from storecrm.values import Money
from tests.ui.hands import enter, settle, toast, type_fast


@pytest.fixture
def sold(owner):
    return open_bill.record(owner, amount=Money(10_000))


def page_of(program, person="赵"):
    enter(program, person)
    program.window.go("returns")
    settle(program)
    return program.window.pages["returns"]


def key(program, pressed, modifier=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(QApplication.focusWidget() or program.window, pressed, modifier)
    settle(program)


def typed(program, text):
    QTest.keyClicks(QApplication.focusWidget(), text)


def reckoned(program, page):
    """Who types has stopped for long enough."""
    page._soon.timeout.emit()
    settle(program)


def test_goods_are_returned_by_keys_alone(program, owner, sold):
    """The number, Enter, how many, Enter: four acts, no pointer."""
    page = page_of(program)
    typed(program, sold.receipt_no)
    key(program, Qt.Key.Key_Return)
    assert page.lines.boxes[1].hasFocus()
    typed(program, "0.25")
    # what is not reckoned yet is not done, whatever is pressed
    key(program, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert returns.preview(owner, receipt=sold.receipt_no).cash == 10_000
    reckoned(program, page)
    key(program, Qt.Key.Key_Return)
    assert returns.preview(owner, receipt=sold.receipt_no).cash == 7_500
    assert page.number.hasFocus() and page.number.text() == ""
    # the news goes after a while, the money to give stays until the next receipt
    assert page.cash.text() == "¥25.00" and "¥25.00" in page.effects.text()


def test_what_is_wrong_is_said_at_the_number_or_the_line(program, sold):
    page = page_of(program)
    typed(program, "99999")
    key(program, Qt.Key.Key_Return)
    assert page.errors.text(page.number) and page.number.hasFocus() and not toast(page)
    type_fast(program, sold.receipt_no)
    assert not page.errors.text(page.number)
    typed(program, "5")
    reckoned(program, page)
    box = page.lines.boxes[1]
    assert "1" in page.errors.text(box) and not page.form.save_act.isEnabled()


def test_how_many_come_back_waits_while_another_receipt_is_served(program, owner, sold):
    """Esc puts the receipt away; scanned again, what was typed is offered."""
    other = open_bill.record(owner, amount=Money(500))
    page = page_of(program)
    type_fast(program, sold.receipt_no)
    typed(program, "0.5")
    key(program, Qt.Key.Key_Escape)
    assert page.lines.boxes == {} and page.number.hasFocus()
    type_fast(program, other.receipt_no)
    assert not page.form.offer.isVisible()
    type_fast(program, sold.receipt_no)
    assert page.form.offer.isVisible() and page.lines.boxes[1].text() == ""
    page.form.resume_button.setFocus()
    key(program, Qt.Key.Key_Return)
    assert page.lines.boxes[1].text() == "0.5" and page.lines.boxes[1].hasFocus()
