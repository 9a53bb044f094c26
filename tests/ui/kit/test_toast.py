"""News over the page by real keys and clicks: nothing moves, and what was done can be undone."""

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from storecrm.ui.kit import toast
from storecrm.ui.kit.toast import Toast, said_on, say
from tests.ui.hands import toast as said
from tests.ui.hands import toast_is_bad


class Page(QWidget):
    """A field above, a button at the lower edge."""

    def __init__(self):
        super().__init__()
        self.setObjectName("page")
        self.box = QLineEdit()
        self.save = QPushButton("Save")
        column = QVBoxLayout(self)
        column.addWidget(self.box)
        column.addStretch(1)
        column.addWidget(self.save)
        self.left = 0

    def keyPressEvent(self, event):
        """As a page leaves by Esc."""
        self.left += event.key() == Qt.Key.Key_Escape


@pytest.fixture
def pages(qtbot):
    """Two pages, the first in front."""
    made = QStackedWidget()
    qtbot.addWidget(made)
    made.addWidget(Page())
    made.addWidget(Page())
    made.resize(700, 480)
    made.show()
    QTest.qWaitForWindowActive(made)
    return made


@pytest.fixture
def page(pages):
    return pages.widget(0)


def places(page):
    return [page.box.geometry(), page.save.geometry()]


def test_news_lies_over_the_page_and_moves_nothing(page):
    """Errors pushed the buttons away under the pointer."""
    before = places(page)
    say(page.box, "12 coupons issued.")
    assert said(page) == "12 coupons issued." and places(page) == before
    say(page, "The disk is full. " * 12, bad=True)
    found = said_on(page)
    assert toast_is_bad(page) and places(page) == before
    assert found.words.wordWrap() and page.rect().contains(found.geometry())
    # one place for all that a page says
    assert len(page.findChildren(Toast)) == 1


def test_it_covers_no_button_and_takes_no_focus(page):
    """What is said of a page never stands in the way of what is done there next."""
    page.box.setFocus()
    say(page, "Something went wrong.", bad=True)
    lies = said_on(page).geometry()
    assert not lies.intersects(page.save.geometry()) and page.box.hasFocus()
    QTest.keyClicks(page.box, "abc")
    assert page.box.text() == "abc"


def test_undo_is_one_click_or_one_key(page):
    """Undo, not confirm: by the button, or by Ctrl+Z outside of what is typed."""
    undone = []
    say(page, "Batch 3 is cancelled.", undo=lambda: undone.append("click"))
    QTest.mouseClick(said_on(page).undo_button, Qt.MouseButton.LeftButton)
    assert undone == ["click"] and said(page) == ""
    say(page, "Batch 4 is cancelled.", undo=lambda: undone.append("key"))
    page.save.setFocus()
    QTest.keyClick(page.save, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert undone == ["click", "key"] and said(page) == ""
    QTest.keyClick(page.save, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert undone == ["click", "key"]


def test_ctrl_z_in_a_field_takes_back_what_was_typed(page):
    """The act stays: nobody who corrects a word means it."""
    undone = []
    say(page, "Saved.", undo=lambda: undone.append(1))
    page.box.setFocus()
    QTest.keyClicks(page.box, "x")
    QTest.keyClick(page.box, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert page.box.text() == "" and undone == [] and said(page) == "Saved."


def test_a_good_word_goes_by_itself_and_a_bad_one_stays(page, qtbot, monkeypatch):
    """A refusal that goes while somebody looks at the goods was never read."""
    monkeypatch.setattr(toast, "STAYS_MS", 20)
    say(page, "Saved.")
    qtbot.waitUntil(lambda: said(page) == "")
    say(page, "Not saved.", bad=True)
    assert not said_on(page)._timer.isActive()


def test_esc_puts_a_bad_word_away_before_it_leaves_the_page(page):
    """The first Esc is the word's, the second the page's."""
    page.save.setFocus()
    say(page, "Not saved.", bad=True)
    QTest.keyClick(page.save, Qt.Key.Key_Escape)
    assert said(page) == "" and page.left == 0
    QTest.keyClick(page.save, Qt.Key.Key_Escape)
    assert page.left == 1


def test_its_buttons_are_reached_by_tab_and_have_names(page):
    """Whoever has no mouse undoes too."""
    undone = []
    say(page, "Saved.", undo=lambda: undone.append(1))
    found = said_on(page)
    page.save.setFocus()
    QTest.keyClick(page.save, Qt.Key.Key_Tab)
    assert found.undo_button.hasFocus() and found.undo_button.accessibleName() == "Undo"
    QTest.keyClick(found.undo_button, Qt.Key.Key_Tab)
    assert found.close_button.hasFocus() and found.close_button.accessibleName() == "Close"
    QTest.keyClick(found.close_button, Qt.Key.Key_Space)
    assert said(page) == "" and undone == []


def test_what_was_said_out_of_sight_waits_for_its_page(pages, page):
    """An answer comes while another page is in front, or the window is locked."""
    pages.setCurrentIndex(1)
    say(page, "4,975 members imported.", undo=list)
    found = said_on(page)
    assert not found.isVisible() and not found._timer.isActive()
    assert said(pages.widget(1)) == ""
    pages.setCurrentIndex(0)
    assert found.isVisible() and found._timer.isActive()


def test_it_follows_the_page_when_that_gets_smaller(pages, page):
    """A window that is put beside another one keeps its news in sight."""
    say(page, "The store could not be saved because the disk is full.", bad=True)
    pages.resize(320, 300)
    found = said_on(page)
    assert page.rect().contains(found.geometry())
    assert not QRect(page.save.mapTo(page, QPoint()), page.save.size()).intersects(found.geometry())


def test_nothing_said_takes_away_what_was_said(page):
    """A new form has nothing to do with the error of the last one."""
    say(page, "")
    assert said_on(page) is None
    say(page, "Not saved.", bad=True)
    say(page, "")
    assert said(page) == ""


def test_news_may_offer_what_comes_next(page):
    """A file that was saved is opened from there; the next news does not offer it any more."""
    opened = []
    say(page, "Saved.", then=("Open the file", lambda: opened.append(True)))
    toast = said_on(page)
    assert toast.next_button.text() == "Open the file"
    QTest.mouseClick(toast.next_button, Qt.MouseButton.LeftButton)
    assert opened == [True]
    say(page, "Copied.")
    assert not toast.next_button.isVisible()
    # news that are made without `say` offer nothing either
    other = Toast(page)
    other.tell("Lost.", bad=True, undo=None)
    assert not other.next_button.isVisible()
