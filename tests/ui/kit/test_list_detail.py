"""Parts of a page where room is short: below each other, or one at a time; nothing is squeezed."""

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from storecrm.ui.kit.list_detail import ListDetail
from storecrm.ui.kit.side_by_side import SideBySide
from storecrm.ui.kit.widgets import scrolling


def part(width):
    made = QLabel("x")
    made.setMinimumSize(width, 100)
    return made


def sized(area, width):
    """The area as it is at a width, as a page stands in the window."""
    area.resize(width, 400)
    QApplication.processEvents()
    return area


def test_columns_go_below_each_other_and_come_back(qtbot):
    """From a large window straight into a small one and back: neither sticks."""
    left, right = part(200), part(300)
    area = scrolling(SideBySide(left, right, beside=600, shares=(1, 2)))
    qtbot.addWidget(area)
    area.show()
    for width, beside in ((900, True), (350, False), (900, True), (599, False), (640, True)):
        sized(area, width)
        assert (right.x() > left.x()) is beside and (right.y() > left.y()) is not beside
        assert not area.horizontalScrollBar().isVisible()


@pytest.mark.parametrize("detail", (False, True))
def test_a_list_and_its_record_take_turns_where_room_is_short(qtbot, detail):
    """Both at 150 % of a small screen were too narrow to be read."""
    records, record = part(250), part(300)
    both, said = ListDetail(records, record, narrow=600), []
    both.narrowed.connect(said.append)
    area = scrolling(both)
    qtbot.addWidget(area)
    area.show()
    sized(area, 800)
    said.clear()
    both.show_detail() if detail else both.show_list()
    assert records.isVisible() and record.isVisible()
    sized(area, 400)
    assert records.isVisible() is not detail and record.isVisible() is detail
    assert not area.horizontalScrollBar().isVisible()
    both.show_list() if detail else both.show_detail()
    assert records.isVisible() is detail and record.isVisible() is not detail
    sized(area, 800)
    assert records.isVisible() and record.isVisible() and said == [True, False]


def test_the_cursor_goes_with_what_takes_the_place_of_what_had_it(qtbot):
    """It went to the till's button in the rail: the next key of a manager would have sold."""
    records, record = QLineEdit(), QLineEdit()
    rail = QPushButton("till")
    both = ListDetail(records, record, narrow=600)
    window = QWidget()
    column = QVBoxLayout(window)
    column.addWidget(rail)
    column.addWidget(both)
    qtbot.addWidget(window)
    window.resize(400, 300)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    records.setFocus()
    both.show_detail()
    assert record.hasFocus()
    both.show_list()
    assert records.hasFocus()
