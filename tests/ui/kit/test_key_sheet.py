"""F1: the keys that work here and now, and nothing on the page moves for them."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from tests.ui.hands import enter, press, settle, type_fast


def caps(window):
    """The keys on the sheet, and what stands beside each."""
    grid = window.overlay.area.widget().layout().itemAt(0).layout()
    shown = {}
    for line in range(grid.rowCount()):
        for column in (0, 2):
            cap = grid.itemAtPosition(line, column)
            text = grid.itemAtPosition(line, column + 1)
            if cap and text and cap.widget().property("kind") == "cap":
                shown[cap.widget().text()] = text.widget().text()
    return shown


def places(window):
    """Where every part of the page in front stands."""
    page = window.stack.currentWidget()
    return [part.geometry().getRect() for part in page.findChildren(QWidget)]


def test_the_sheet_lies_over_the_page_and_moves_nothing(program):
    """It pushed the page 155 px down and left holes in the keys."""
    enter(program, "陈")
    window = program.window
    window.go("till")
    settle(program)
    before = places(window)
    press(program, Qt.Key.Key_F1)
    assert window.overlay.isVisible() and window.overlay.area.hasFocus()
    assert places(window) == before
    press(program, Qt.Key.Key_Escape)
    assert window.overlay.isHidden() and window.pages["till"].scan.hasFocus()
    press(program, Qt.Key.Key_F1)
    press(program, Qt.Key.Key_F1)
    assert window.overlay.isHidden() and places(window) == before


def test_the_sheet_shows_what_works_here_for_this_person(program):
    enter(program, "王芳")
    window = program.window
    window.go("till")
    settle(program)
    press(program, Qt.Key.Key_F1)
    shown = caps(window)
    assert shown["F8"] == "Undo the last bill" and shown["Ctrl+K"] == "Find anything"
    assert shown["1 Enter"] and shown["Alt+3"] == "Today"
    # a cashier has no report, and no way on stands on the panel
    assert "Alt+7" not in shown
    press(program, Qt.Key.Key_F1)
    window.go("today")
    settle(program)
    press(program, Qt.Key.Key_F1)
    shown = caps(window)
    # what is typed into the scan box belongs to the till
    assert "1 Enter" not in shown and shown["F8"] == "Undo the last bill"


def test_a_way_on_the_panel_has_its_key_while_it_stands_there(program, manager):
    from tests import build

    build.offer(manager, "A20")
    build.offer(manager, "B20")
    first, second = build.issued(manager, "A20")[0], build.issued(manager, "B20")[0]
    enter(program, "王芳")
    window = program.window
    settle(program)
    type_fast(program, "128", gap=150)
    type_fast(program, first)
    type_fast(program, second)
    choices = window.till_vm.result.choices
    press(program, Qt.Key.Key_F1)
    assert caps(window)["Alt+1"] == choices[0].text
    headings = [
        label.text()
        for label in window.overlay.findChildren(QLabel)
        if label.property("kind") == "h2" and label.isVisible()
    ]
    assert headings == ["Keys", "On this page", "In the scan box", "Everywhere"]
