"""A part that scrolls gives what is in it the room there is, down to its least."""

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from storecrm.ui.kit.widgets import label, scrolling
from tests.ui.layout import settled

WORDS = "Words that go on in the next line where the width of the window ends. " * 4


class Rows(QWidget):
    """Likes to be high, needs little."""

    def sizeHint(self):
        return self.minimumSizeHint() * 5

    def minimumSizeHint(self):
        from PySide6.QtCore import QSize

        return QSize(100, 80)


@pytest.fixture
def area(qtbot):
    page = QWidget()
    page.words, page.rows = label(WORDS, wrap=True), Rows()
    column = QVBoxLayout(page)
    column.addWidget(page.words)
    column.addWidget(page.rows, 1)
    made = scrolling(page)
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.show()
    settled()
    return made


def test_what_can_do_with_less_does_not_scroll(area):
    """Words that wrap made every page round a list scroll, at the height that the list would
    like."""
    page = area.widget()
    assert area.verticalScrollBar().maximum() == 0
    assert page.size() == area.viewport().size()
    assert page.words.height() >= page.words.heightForWidth(page.words.width())
    assert page.rows.height() >= 80


def test_below_the_least_it_scrolls_and_nothing_is_cut(area):
    area.resize(200, 120)
    settled()
    page = area.widget()
    assert area.verticalScrollBar().maximum() > 0 and area.horizontalScrollBar().maximum() == 0
    assert page.words.height() >= page.words.heightForWidth(page.words.width())
    assert page.rows.height() >= 80


def test_words_that_get_longer_make_it_higher(area):
    area.resize(300, 200)
    settled()
    before = area.widget().height()
    area.widget().words.setText(WORDS * 3)
    settled()
    assert area.widget().height() > before
