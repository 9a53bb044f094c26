"""An action is declared once; buttons, menus, keys and the palette follow it."""

from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from storecrm.i18n import Catalogue
from storecrm.services.rights import Right
from storecrm.ui.kit.actions import (
    PAGE,
    Action,
    act,
    button_of,
    menu_of,
    open_for,
    reachable,
    refresh,
    with_keys,
)

SAVE = Action("test.save", "Save", "check", "Ctrl+S; F9", Right.OFFERS)
STOP = Action("test.stop", "Stop", shortcut="Ctrl+D")


@pytest.fixture
def words():
    return Catalogue("en")


@pytest.fixture
def page(qtbot):
    """A window with a page in it, and in that a box with the cursor."""
    window = QWidget()
    column = QVBoxLayout(window)
    window.page, window.box = QWidget(), QLineEdit()
    window.page.setObjectName(PAGE)
    QVBoxLayout(window.page).addWidget(window.box)
    column.addWidget(window.page)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    window.box.setFocus()
    yield window.page


def test_one_declaration_is_a_button_a_menu_entry_and_a_key(page, words):
    done = []
    save = act(page, SAVE, lambda: done.append("saved"), words=words)
    button = button_of(save, "primary")
    page.layout().addWidget(button)
    menu = menu_of(page, [save, None])
    assert button.text() == button.accessibleName() == "Save" and not button.icon().isNull()
    assert button.toolTip() == "Save (Ctrl+S)" and button.focusPolicy() == Qt.FocusPolicy.TabFocus
    assert [entry.isSeparator() for entry in menu.actions()] == [False, True]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QTest.keyClick(page.window().box, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    # its second key, too
    QTest.keyClick(page.window().box, Qt.Key.Key_F9)
    menu.actions()[0].trigger()
    assert done == ["saved"] * 4


def test_what_cannot_be_done_now_is_pale_and_its_key_is_dead(page, words):
    done, ready = [], []
    save = act(page, SAVE, lambda: done.append(1), words=words, enabled=lambda: bool(ready))
    button = button_of(save)
    page.layout().addWidget(button)
    press = (page.window().box, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(*press)
    assert not button.isEnabled() and with_keys([save]) == [] and done == []
    ready.append(1)
    refresh(page)
    QTest.keyClick(*press)
    assert button.isEnabled() and done == [1]


def test_without_the_right_an_action_is_nowhere(page, words):
    done = []
    save = act(page, SAVE, lambda: done.append(1), words=words, allowed=False)
    button = button_of(save)
    page.layout().addWidget(button)
    QTest.keyClick(page.window().box, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert done == [] and button.isHidden() and save not in reachable(page.window())
    open_for([save], lambda right: right is Right.OFFERS)
    assert not button.isHidden() and save in reachable(page.window())
    open_for([save], lambda right: False)
    assert button.isHidden() and not save.isEnabled()


@pytest.mark.parametrize("turn", range(3))
def test_a_page_gives_a_key_of_the_window_its_own_meaning(page, words, turn):
    """Two actions with one key: Qt asks now the one, now the other, and says that it does not
    know."""
    done = []
    everywhere = act(page.window(), STOP, lambda: done.append("window"), words=words)
    own = Action("test.own", "Own", shortcut="Ctrl+D")
    here = act(page, own, lambda: done.append("page"), words=words)
    for _ in range(turn + 1):
        QTest.keyClick(page.window().box, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert done == ["page"] * (turn + 1)
    assert with_keys(reachable(page.window())) == [("Ctrl+D", here)]
    # out of sight it keeps no key from anybody
    page.hide()
    QTest.keyClick(page.window(), Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert done[-1] == "window" and reachable(page.window()) == [everywhere]


def test_the_cursor_decides_between_two_of_one_page(page, words):
    """Two lists on one page, each with its own Ctrl+D."""
    done, boxes = [], []
    for name in ("left", "right"):
        part = QWidget()
        box = QLineEdit()
        QVBoxLayout(part).addWidget(box)
        page.layout().addWidget(part)
        part.show()
        declared = Action(f"test.{name}", name, shortcut="Ctrl+D")
        act(part, declared, partial(done.append, name), words=words)
        boxes.append(box)
    for box in (*boxes, *reversed(boxes)):
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert done == ["left", "right", "right", "left"]


def test_the_cursor_decides_between_two_that_are_called_the_same(page, words):
    """Two tables side by side: each has its own Ctrl+F, declared once."""
    done, boxes, made = [], [], []
    declared = Action("test.filter", "Filter", shortcut="Ctrl+F")
    for name in ("left", "right"):
        part = QWidget()
        box = QLineEdit()
        QVBoxLayout(part).addWidget(box)
        page.layout().addWidget(part)
        part.show()
        made.append(act(part, declared, partial(done.append, name), words=words))
        boxes.append(box)
    for box in (*boxes, *reversed(boxes)):
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
        # the palette and the menus do what the key does
        assert reachable(page.window()) == [made[boxes.index(box)]]
    assert done == ["left", "right", "right", "left"]
    # from elsewhere on the page it is always the first
    page.window().box.setFocus()
    for _ in range(2):
        QTest.keyClick(page.window().box, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert done[4:] == ["left", "left"]


def test_a_key_held_down_acts_once(page, words):
    done = []
    act(page, STOP, lambda: done.append(1), words=words)
    assert all(not action.autoRepeat() for action in page.actions())
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert done == [1]
