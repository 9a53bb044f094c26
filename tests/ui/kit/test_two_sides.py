"""Two parts of a page, one at a time where the window is narrow."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from storecrm.ui.kit.two_sides import NARROW, Side, TwoSides


@pytest.fixture
def sides(qtbot):
    """A list and a field, each wider than half of a narrow window."""
    list_, field = QWidget(), QLineEdit()
    list_.setMinimumWidth(500)
    field.setMinimumWidth(500)
    made = TwoSides(Side("List", list_), Side("Rule", field))
    qtbot.addWidget(made)
    made.resize(1200, 400)
    made.show()
    QApplication.processEvents()
    return made


def seen(sides):
    return [side.title for side in sides.sides if side.part.isVisible()]


def test_both_are_seen_where_there_is_room(sides):
    """Nobody has to choose then."""
    assert seen(sides) == ["List", "Rule"] and not sides.chips[0].isVisible()


def test_a_narrow_window_is_not_held_open_and_shows_one(sides):
    """What both need together must not make a small window larger."""
    sides.resize(NARROW - 1, 400)
    QApplication.processEvents()
    assert sides.width() == NARROW - 1 and seen(sides) == ["List"]
    QTest.mouseClick(sides.chips[1], Qt.MouseButton.LeftButton)
    assert seen(sides) == ["Rule"] and sides.chips[1].isChecked()
    sides.bring(0)
    assert seen(sides) == ["List"] and sides.chips[0].isChecked()
    sides.resize(1200, 400)
    QApplication.processEvents()
    assert seen(sides) == ["List", "Rule"]
