"""Where room is short the parts that are not needed go in their order, and come back."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QPushButton, QScrollArea, QWidget

from storecrm.ui.kit.sacrifice import Sacrifice
from storecrm.ui.kit.widgets import label
from tests.ui.layout import faults, settled


@pytest.fixture(params=[Qt.Orientation.Vertical, Qt.Orientation.Horizontal], ids=["high", "wide"])
def page(request, qtbot):
    """Three parts: advice that goes first, a title, and a button that stays."""
    made = QWidget()
    way = QBoxLayout.Direction
    is_high = request.param is Qt.Orientation.Vertical
    column = QBoxLayout(way.TopToBottom if is_high else way.LeftToRight, made)
    made.title, made.advice = label("Title", "h1"), label("Advice")
    made.act = QPushButton("Save")
    for part in (made.title, made.advice, made.act):
        column.addWidget(part)
    made.sacrifice = Sacrifice(made, (made.advice, made.title), request.param)
    made.is_high = is_high
    qtbot.addWidget(made)
    made.show()
    return made


def shrunk(page, to):
    page.setMinimumSize(1, 1)
    page.layout().setSizeConstraint(page.layout().SizeConstraint.SetNoConstraint)
    page.resize(*((400, to) if page.is_high else (to, 200)))
    settled()
    return [part.isVisible() for part in (page.advice, page.title, page.act)]


def test_the_first_part_goes_first_and_all_come_back(page):
    """Room for all, for two, for one; then room for all again."""
    least = page.layout().totalMinimumSize()
    all_of_it = least.height() if page.is_high else least.width()
    assert shrunk(page, all_of_it) == [True, True, True]
    assert shrunk(page, all_of_it - 1) == [False, True, True]
    assert faults(page) == [] or "finger" in faults(page)[0]
    assert shrunk(page, 40) == [False, False, True]
    assert shrunk(page, all_of_it) == [True, True, True]


def test_words_that_get_longer_take_the_room_of_what_goes_first(page):
    least = page.layout().totalMinimumSize()
    assert shrunk(page, least.height() if page.is_high else least.width())[0]
    page.title.setText("Title\nin two lines" if page.is_high else "Title of a page")
    settled()
    assert not page.advice.isVisible() and page.act.isVisible()


def test_what_a_scroll_area_shows_is_the_room(qtbot, page):
    """It gives its page as much as that wants; what is in sight counts."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setWidget(page)
    qtbot.addWidget(area)
    area.resize(60, 60)
    area.show()
    settled()
    assert not page.advice.isVisible() and page.act.isVisible()
    area.resize(600, 600)
    settled()
    assert page.advice.isVisible() and page.title.isVisible()
    # the page ends by itself
    area.takeWidget()
