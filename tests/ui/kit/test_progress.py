"""Long work over the page: seen when it lasts, cancelled when it lasts too long."""

import threading

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from storecrm.errors import Cancelled
from storecrm.ui.kit import progress
from storecrm.ui.kit.progress import Progress
from storecrm.ui.kit.tasks import Lane, Task


@pytest.fixture
def page(qtbot):
    made = QWidget()
    made.setObjectName("page")
    made.box = QLineEdit()
    QVBoxLayout(made).addWidget(made.box)
    qtbot.addWidget(made)
    made.resize(600, 300)
    made.show()
    return made


@pytest.fixture
def at_once(monkeypatch):
    """Nobody waits for a bar in a test."""
    monkeypatch.setattr(progress, "SEEN_MS", 1)
    monkeypatch.setattr(progress, "CANCEL_MS", 2)


def test_what_ends_at_once_is_never_seen(page, qtbot):
    """A bar that flashes says nothing."""
    bar = Progress(page)
    bar.begin("Reading the file", Task())
    assert bar.isHidden()
    bar.end()
    assert bar.isHidden() and not bar._seen.isActive() and not bar._long.isActive()


def test_a_long_work_says_what_is_done_and_how_far_it_is(page, qtbot, at_once):
    """Over the page: the field stays where it was."""
    bar, before = Progress(page), page.box.geometry()
    bar.begin("Importing members", Task())
    qtbot.waitUntil(bar.isVisible)
    bar.step(500, 5_000)
    assert (bar.bar.value(), bar.bar.maximum()) == (500, 5_000)
    assert bar.words.text() == "Importing members" and page.box.geometry() == before
    assert page.rect().contains(bar.geometry())


def test_cancel_really_stops_the_work(page, qtbot, at_once):
    """By a click or a key; it ends at its next step and says so by its own refusal."""

    class Answers(QObject):
        refused = Signal(object)

    answers, told, lane, go = Answers(), [], Lane("test"), threading.Event()
    answers.refused.connect(told.append)

    def work(report):
        go.wait(5)
        for done in range(1_000):
            report(done, 1_000)

    bar = Progress(page)
    task = lane.start(work, refused=answers.refused)
    bar.begin("Importing members", task)
    qtbot.waitUntil(bar.cancel.isVisible)
    bar.cancel.setFocus()
    QTest.keyClick(bar.cancel, Qt.Key.Key_Space)
    assert task.cancelled and not bar.cancel.isEnabled()
    go.set()
    qtbot.waitUntil(lambda: bool(told))
    lane.stop()
    assert isinstance(told[0], Cancelled)


def test_what_cannot_be_stopped_offers_no_cancel(page, qtbot, at_once):
    """A button that does nothing is worse than none."""
    bar = Progress(page)
    bar.begin("Closing the books", None)
    qtbot.waitUntil(lambda: bar.isVisible() and not bar._long.isActive())
    assert not bar.cancel.isVisible()
