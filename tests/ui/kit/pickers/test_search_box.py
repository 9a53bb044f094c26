"""One of many, found by a few letters and chosen by keys or by mouse."""

import threading

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from storecrm.errors import BadInput
from storecrm.i18n import Catalogue
from storecrm.ui.kit.pickers.choice_list import ChoiceList
from storecrm.ui.kit.pickers.choices import Choice
from storecrm.ui.kit.pickers.search_box import SearchBox
from storecrm.ui.kit.tasks import Lane

WORDS = Catalogue("en")
KEY = Qt.Key
GOODS = [
    Choice("A1", "Milk 250 ml", "¥3.50"),
    Choice("A2", "Milk 1 l", "¥12.80"),
    Choice("B1", "Bread", "¥6.00"),
]


def find(text):
    return [choice for choice in GOODS if text.casefold() in choice.text.casefold()]


@pytest.fixture
def page(qtbot):
    made = QWidget()
    made.resize(500, 500)
    column = QVBoxLayout(made)
    qtbot.addWidget(made)
    made.show()

    def put(box):
        column.addWidget(box)
        column.addWidget(QLineEdit())
        column.addStretch(1)
        QApplication.processEvents()
        box.setFocus()
        return box

    made.put = put
    return made


def the_list(page):
    return page.findChild(ChoiceList)


def sought(qtbot, box, text):
    """Letters typed, and the list that answers them."""
    QTest.keyClicks(QApplication.focusWidget(), text)
    qtbot.waitUntil(box.is_open)


def test_a_few_letters_and_enter_choose(qtbot, page):
    """Nobody knows the number of an article, everybody a part of its name."""
    box = page.put(SearchBox("Article", WORDS, find))
    said = []
    box.changed.connect(said.append)
    sought(qtbot, box, "milk")
    assert the_list(page).topLevelItemCount() == 2
    QTest.keyClick(box, KEY.Key_Down)
    QTest.keyClick(box, KEY.Key_Return)
    assert box.value() == "A2" and box.text() == "Milk 1 l" and said == ["A2"]
    assert not box.is_open() and QApplication.focusWidget() is box and not box.problem()


def test_a_click_chooses_and_the_focus_stays(qtbot, page):
    """Who goes on typing goes on where he was."""
    box = page.put(SearchBox("Article", WORDS, find))
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton)
    shown = the_list(page)
    assert shown.topLevelItemCount() == 3
    place = shown.visualItemRect(shown.topLevelItem(2)).center()
    qtbot.mouseClick(shown.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert box.value() == "B1" and QApplication.focusWidget() is box and not box.is_open()


def test_the_list_lies_inside_the_window_and_moves_nothing(qtbot, page):
    """At the lower edge it opens upwards."""
    column = page.layout()
    column.insertStretch(0, 1)
    box = page.put(SearchBox("Article", WORDS, find))
    column.setStretch(column.count() - 1, 0)
    QApplication.processEvents()
    before = box.geometry()
    sought(qtbot, box, "m")
    assert page.rect().contains(the_list(page).geometry())
    assert box.geometry() == before and not the_list(page).geometry().intersects(before)


def test_the_list_ends_with_its_box(qtbot, page):
    """The window stays when a page goes; what lay over it for the page does not."""
    box = page.put(SearchBox("Article", WORDS, find))
    sought(qtbot, box, "milk")
    assert the_list(page) is not None
    box.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert the_list(page) is None


def test_words_that_were_not_chosen_are_no_answer(qtbot, page):
    """Half a name means nothing to the program, and the box says so."""
    box = page.put(SearchBox("Article", WORDS, find))
    sought(qtbot, box, "milk")
    QTest.keyClick(box, KEY.Key_Escape)
    assert not box.is_open() and box.value() is None and box.problem()
    sought(qtbot, box, "x")
    said = the_list(page).topLevelItem(0).text(0)
    assert "milkx" in said
    QTest.keyClick(box, KEY.Key_Return)
    assert box.value() is None


def test_typing_on_takes_the_choice_out(qtbot, page):
    """What is seen is what is meant."""
    box = page.put(SearchBox("Article", WORDS, find))
    box.set_choice(GOODS[0])
    said = []
    box.changed.connect(said.append)
    QTest.keyClicks(box, "x")
    QTest.keyClick(box, KEY.Key_Tab)
    assert box.value() is None and said == [None]


def test_a_search_runs_on_its_lane_and_a_late_answer_is_nobodys(qtbot, page):
    """The window never waits for the store; what was typed last counts."""
    lane = Lane("search")
    threads, gate = [], threading.Event()

    def slow(text):
        threads.append(threading.current_thread())
        if text == "m":
            gate.wait(5)
        return find(text)

    box = page.put(SearchBox("Article", WORDS, slow, lane))
    QTest.keyClicks(box, "m")
    qtbot.waitUntil(lambda: bool(threads))
    QTest.keyClicks(box, "ilk 1")
    gate.set()
    qtbot.waitUntil(box.is_open)
    assert the_list(page).topLevelItem(0).text(0) == "Milk 1 l"
    assert threading.main_thread() not in threads
    lane.stop()


def test_a_refused_search_says_why(qtbot, page):
    """Members are found by four digits or more."""

    def refuses(text):
        raise BadInput("too_short", where=text)

    box = page.put(SearchBox("Member", WORDS, refuses))
    sought(qtbot, box, "1")
    assert the_list(page).topLevelItem(0).text(0)
    assert the_list(page).current() is None


def test_what_is_typed_counts_where_the_list_is_open(qtbot, page):
    """A category may be named before its first article is there."""
    box = page.put(SearchBox("Category", WORDS, lambda text: [], free=True))
    QTest.keyClicks(box, "dairy")
    QTest.keyClick(box, KEY.Key_Return)
    assert box.value() == "dairy" and not box.problem()
