"""An error at its field by real keys: a red frame, the sentence under it, the focus there."""

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QSpinBox,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from storecrm.ui.kit.field_errors import FieldError, FieldErrors


@pytest.fixture
def page(qtbot):
    """A form of two fields."""
    made = QWidget()
    made.setObjectName("page")
    made.name, made.phone = QLineEdit(), QLineEdit()
    column = QVBoxLayout(made)
    column.addWidget(made.name)
    column.addWidget(made.phone)
    column.addStretch(1)
    qtbot.addWidget(made)
    made.resize(500, 400)
    made.show()
    QTest.qWaitForWindowActive(made)
    return made


def grow(page, widget, share=0):
    """One more line of the form; Qt shows it at its next turn."""
    page.layout().addWidget(widget, share)
    QApplication.processEvents()


def bubble(page, field):
    [found] = [one for one in page.findChildren(FieldError) if one.field is field and one.is_open]
    return found


def test_the_error_stands_at_its_field_and_the_focus_goes_there(page):
    """A refusal at the top of the page named no field, and the cursor stayed anywhere."""
    errors, before = FieldErrors(page), [page.name.geometry(), page.phone.geometry()]
    page.name.setFocus()
    errors.show(page.phone, "One digit is missing.")
    lies = bubble(page, page.phone)
    assert page.phone.hasFocus() and lies.isVisible()
    assert lies.y() >= page.phone.geometry().bottom() and lies.x() == page.phone.x()
    assert page.phone.property("wrong") and not page.name.property("wrong")
    assert page.phone.accessibleDescription() == "One digit is missing."
    assert [page.name.geometry(), page.phone.geometry()] == before


def test_it_goes_as_soon_as_the_field_is_changed(page):
    """Red that stays while the form is right again is a lie."""
    errors = FieldErrors(page)
    page.phone.setAccessibleDescription("the member's own")
    errors.show(page.phone, "One digit is missing.")
    QTest.keyClick(page.phone, Qt.Key.Key_8)
    assert errors.text(page.phone) == "" and not page.phone.property("wrong")
    assert page.phone.accessibleDescription() == "the member's own"


def test_the_sentence_does_not_cover_the_next_field_while_that_is_typed_in(page):
    """Tab goes on with the frame still red; back in the field the sentence is there again."""
    errors = FieldErrors(page)
    errors.show(page.name, "Say a name.")
    QTest.keyClick(page.name, Qt.Key.Key_Tab)
    assert page.phone.hasFocus() and bubble(page, page.name).isHidden()
    assert page.name.property("wrong") and errors.text(page.name) == "Say a name."
    QTest.keyClick(page.phone, Qt.Key.Key_Backtab)
    assert bubble(page, page.name).isVisible()


def test_of_several_errors_the_first_has_the_focus(page):
    """All of them are marked at once, so nobody saves five times to find five."""
    errors = FieldErrors(page)
    errors.show(page.name, "Say a name.")
    errors.show(page.phone, "Say a phone.")
    assert page.name.hasFocus() and page.phone.property("wrong")
    assert bubble(page, page.name).isVisible() and bubble(page, page.phone).isHidden()
    errors.clear()
    assert errors.text(page.name) == errors.text(page.phone) == ""
    assert not page.name.property("wrong") and not page.phone.property("wrong")


@pytest.mark.parametrize(
    ("made", "act"),
    [
        (QComboBox, lambda box: QTest.keyClick(box, Qt.Key.Key_Down)),
        (QSpinBox, lambda box: QTest.keyClick(box, Qt.Key.Key_Up)),
        (QCheckBox, lambda box: QTest.keyClick(box, Qt.Key.Key_Space)),
        (QPlainTextEdit, lambda box: QTest.keyClicks(box, "x")),
    ],
)
def test_every_kind_of_field_can_be_wrong(page, made, act):
    """What a person changes is known by Qt itself, not by a list of ours."""
    box = made(page)
    if isinstance(box, QComboBox):
        box.addItems(["a", "b"])
    grow(page, box)
    errors = FieldErrors(page)
    errors.show(box, "Not this.")
    assert box.hasFocus() and box.property("wrong")
    act(box)
    assert errors.text(box) == "" and not box.property("wrong")


def test_a_field_of_several_boxes_is_marked_in_its_boxes(page):
    """A day with its button, an amount with its unit: the frame is that of the box."""
    whole, box = QWidget(), QLineEdit()
    QHBoxLayout(whole).addWidget(box)
    whole.setFocusProxy(box)
    grow(page, whole)
    errors = FieldErrors(page)
    errors.show(whole, "Not a day.")
    assert box.hasFocus() and box.property("wrong") and bubble(page, whole).isVisible()
    QTest.keyClicks(box, "1")
    assert errors.text(whole) == "" and not box.property("wrong")


def test_a_field_out_of_sight_is_brought_into_sight(page):
    """On another tab, and further down than the area is scrolled."""
    tabs, inside, far = QTabWidget(), QWidget(), QLineEdit()
    column = QVBoxLayout(inside)
    column.addSpacing(1_500)
    column.addWidget(far)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setWidget(inside)
    tabs.addTab(QWidget(), "one")
    tabs.addTab(area, "two")
    grow(page, tabs, 9)
    FieldErrors(page).show(far, "Not this.")
    QApplication.processEvents()
    assert tabs.currentWidget() is area and far.hasFocus()
    lies = bubble(page, far)
    # the content ends under the field: the sentence stands above it
    at = QRect(lies.mapTo(area.viewport(), QPoint()), lies.size())
    assert lies.isVisible() and area.viewport().rect().contains(at)
    assert not lies.geometry().intersects(far.geometry())
