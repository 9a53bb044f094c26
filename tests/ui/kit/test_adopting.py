"""Pages that were put away are gone, and what was on its way to them is nobody's."""

import gc
import weakref
from threading import Event

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.ui.hands import enter, settle

WITH_ANSWERS = ("members", "today", "offers", "known", "report", "data")


def swept(program):
    """As after a while: what was to be deleted is, and cycles were looked for."""
    settle(program)
    for _ in range(2):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()


def test_pages_end_when_another_person_comes(program):
    """50 of 50 lived on: a shop that changes hands all day filled the computer. Every page of every
    role, by clicks on the rail."""
    pages, parts, visits = [], [], 0
    while visits < 50:
        for name in ("赵", "陈", "王芳"):
            enter(program, name)
            window = program.window
            for place in [
                place for place, made in window.rail_buttons.items() if not made.isHidden()
            ]:
                QTest.mouseClick(window.rail_buttons[place], Qt.MouseButton.LeftButton)
                settle(program)
                visits += 1
            pages += [weakref.ref(page) for page in window.pages.values()]
            parts += [
                weakref.ref(page._vm) for page in window.pages.values() if hasattr(page, "_vm")
            ] + [weakref.ref(window.till_vm)]
        if visits < 25:
            swept(program)
            before = len(QApplication.allWidgets())
    enter(program, "赵")
    window.go("offers")
    swept(program)
    assert len(pages) > 40
    assert [ref() for ref in pages if ref() is not None] == [] and [
        ref() for ref in parts if ref() is not None
    ] == []
    assert len(QApplication.allWidgets()) <= before


@pytest.mark.parametrize("place", WITH_ANSWERS)
def test_an_answer_to_a_page_that_is_gone_is_dropped_quietly(program, place):
    """It raised in the window's thread; the lane goes on with the next piece of work."""
    enter(program, "陈")
    program.window.go(place)
    settle(program)
    go_on, heard = Event(), []
    for lane in program.lanes.all():
        lane.crashed.connect(heard.append)
        lane.start(lambda _: go_on.wait(60))
    program.window.pages[place].open()
    program.window._drop_pages()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    go_on.set()
    settle(program)
    assert heard == [] and all(lane.busy == 0 for lane in program.lanes.all())
    program.window.go(place)
    settle(program)
    assert program.window.pages[place].isVisible()
