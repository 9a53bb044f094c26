"""The checker of layouts sees what is wrong: it must be able to fail."""

import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from storecrm.ui.kit.fitted_labels import FitLabel
from tests.ui.layout import faults


@pytest.fixture
def sheet(qtbot):
    """A widget to put things on, in view."""
    made = QWidget()
    made.resize(300, 200)
    made.setStyleSheet("QPushButton { min-height: 24px; padding: 6px 14px; }")
    qtbot.addWidget(made)
    made.show()
    return made


def put(parent, widget, x, y, width, height):
    widget.setParent(parent)
    widget.setGeometry(x, y, width, height)
    widget.show()
    return widget


def test_the_checker_sees_what_lies_over_something_else(sheet):
    """It must be able to fail: a pair that overlaps, then the same pair apart."""
    put(sheet, QLabel("one"), 10, 10, 100, 40)
    other = put(sheet, QPushButton("two"), 60, 30, 100, 40)
    assert [fault for fault in faults(sheet) if fault.startswith("overlap")]
    other.move(60, 60)
    assert faults(sheet) == []


def test_the_checker_sees_words_that_reach_out_of_their_label(sheet):
    """A label that fits its type to its width can still be too low for it."""
    label = put(sheet, FitLabel(56, 22), 10, 10, 200, 78)
    put(sheet, QLabel("below"), 10, 40, 200, 30)
    label.setText("USED")
    label.setFixedHeight(30)
    assert any(fault.startswith("overlap") for fault in faults(sheet))


def test_the_checker_sees_what_stands_outside_or_is_squeezed(sheet):
    put(sheet, QPushButton("outside"), 250, 10, 100, 40)
    flat = QPushButton("squeezed flat")
    flat.setStyleSheet("min-height: 0px; padding: 0px;")
    put(sheet, flat, 10, 80, 200, 12)
    kinds = {fault.split(":")[0] for fault in faults(sheet)}
    assert kinds == {"outside", "squeezed", "no target for a finger"}


def test_the_checker_sees_into_nested_parents(sheet):
    """Two that overlap under different parents, and one that its own parent cuts off."""
    left, right = put(sheet, QWidget(), 0, 0, 150, 100), put(sheet, QWidget(), 100, 0, 150, 100)
    put(left, QLabel("left"), 90, 10, 55, 40)
    put(right, QLabel("right"), 10, 20, 60, 40)
    put(right, QLabel("low"), 100, 80, 40, 40)
    found = faults(sheet)
    assert any("overlap" in f and "'left'" in f and "'right'" in f for f in found)
    assert any("outside" in f and "'low'" in f for f in found)


def test_the_checker_lets_a_layout_with_room_pass(sheet):
    column = QVBoxLayout(sheet)
    for widget in (QLabel("words"), QPushButton("a button"), QLabel("more words")):
        column.addWidget(widget)
        widget.show()
    sheet.layout().activate()
    assert faults(sheet) == []
