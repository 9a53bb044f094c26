"""What a table shows is written from any page, and the window says what became of it."""

import csv
from datetime import date

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from shiboken6 import isValid

from storecrm.errors import Cancelled
from storecrm.services.exports.shown import ShownExport
from storecrm.ui.kit import file_dialogs, toast
from storecrm.ui.kit.progress import Progress
from storecrm.ui.kit.tables import Column, Empty, Kind, Table
from storecrm.ui.kit.tasks import Task
from tests.ui.hands import enter, settle

CTRL = Qt.KeyboardModifier.ControlModifier
COLUMNS = [
    Column("name", "Full name", lambda row: row[0], personal=True),
    Column(
        "net", "Net", lambda row: f"¥{row[1] / 100:.2f}", kind=Kind.MONEY, value=lambda row: row[1]
    ),
    Column("day", "Day", lambda row: row[2].isoformat(), kind=Kind.DAY, value=lambda row: row[2]),
]
ROWS = [("王芳", 1_200, date(2026, 11, 2)), ("李小梅", 30_050, date(2026, 11, 1))]


@pytest.fixture
def table(program, request):
    """A table on the page in front of a person."""
    enter(program, request.param)
    # a page without a table of its own
    program.window.go("till")
    settle(program)
    page = program.window._in_front()
    made = Table(
        COLUMNS, "Best customers", kept_as="best", empty=Empty("users", "Nobody."),
        no_match="Nobody fits.", words=program.window._words,
    )  # fmt: skip
    made.setParent(page)
    made.show(ROWS)
    made.resize(600, 300)
    made.setVisible(True)
    settle(program)
    return made


def ctrl_e(program, table, file, monkeypatch):
    monkeypatch.setattr(file_dialogs, "save_as", lambda *_: file)
    table.view.setFocus()
    QTest.keyClick(table.view, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    settle(program)


def cells(file):
    with file.open(encoding="utf-8-sig", newline="") as source:
        return list(csv.reader(source))


@pytest.mark.parametrize("table", ["陈"], indirect=True)
def test_ctrl_e_writes_the_rows_as_they_are_sorted(program, table, tmp_path, monkeypatch):
    file = tmp_path / "best.csv"
    table._sort_by("net", True)
    ctrl_e(program, table, file, monkeypatch)
    assert cells(file) == [
        ["Full name", "Net", "Day"],
        ["李小梅", "300.50", "2026-11-01"],
        ["王芳", "12.00", "2026-11-02"],
    ]
    said = toast.said_on(program.window._in_front())
    assert "2 rows saved" in said.text() and not said.is_bad


@pytest.mark.parametrize("table", ["赵"], indirect=True)
def test_a_manager_is_told_what_is_not_in_the_file(program, table, tmp_path, monkeypatch):
    file = tmp_path / "best.csv"
    ctrl_e(program, table, file, monkeypatch)
    assert cells(file)[0] == ["Net", "Day"]
    assert "Without Full name" in toast.said_on(program.window._in_front()).text()


@pytest.mark.parametrize(
    ("table", "first"),
    [("陈", "Full name\tNet\tDay"), ("赵", "Net\tDay")],
    indirect=["table"],
)
def test_many_rows_leave_by_ctrl_c_as_they_would_in_a_file(program, table, first):
    """One member's row is at work in a chat; the whole list is an export."""
    clipboard = QGuiApplication.clipboard()
    table.view.setFocus()
    QTest.keyClick(table.view, Qt.Key.Key_Down)
    QTest.keyClick(table.view, Qt.Key.Key_C, CTRL)
    assert clipboard.text().splitlines()[0] == "Full name\tNet\tDay"
    QTest.keyClick(table.view, Qt.Key.Key_A, CTRL)
    QTest.keyClick(table.view, Qt.Key.Key_C, CTRL)
    titles, *rows = clipboard.text().splitlines()
    assert titles == first and len(rows) == 2
    said = toast.said_on(program.window._in_front())
    assert (said is not None and "Without Full name" in said.text()) is ("Full" not in first)


@pytest.mark.parametrize("table", ["陈"], indirect=True)
def test_a_file_that_cannot_be_written_is_said_until_it_is_read(
    program, table, tmp_path, monkeypatch
):
    ctrl_e(program, table, tmp_path / "missing" / "best.csv", monkeypatch)
    said = toast.said_on(program.window._in_front())
    assert said.is_bad and said.text()


@pytest.mark.parametrize("table", ["陈"], indirect=True)
def test_an_export_outlives_its_page(program, table, tmp_path):
    """Another person signs in while it runs: what is said of it finds a page, and so does the
    next one."""
    files = program.window.table_files
    files.begun.emit(Task())
    enter(program, "赵")
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not isValid(table)
    files.progressed.emit((1, 2))
    files.written.emit((tmp_path / "best.csv", ShownExport(2)))
    assert "2 rows saved" in toast.said_on(program.window._in_front()).text()
    files.begun.emit(Task())
    files.progressed.emit((1, 2))
    bar = program.window._in_front().findChild(Progress)
    assert bar.bar.value() == 1
    files.refused.emit(Cancelled())
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not isValid(bar)


@pytest.mark.parametrize("table", ["王芳"], indirect=True)
def test_a_cashier_is_offered_no_file(program, table, tmp_path, monkeypatch):
    ctrl_e(program, table, tmp_path / "best.csv", monkeypatch)
    assert not table.exporting.isVisible()
    assert list(tmp_path.glob("best*")) == []


@pytest.mark.parametrize("table", ["陈"], indirect=True)
def test_a_locked_window_copies_nothing_from_a_menu_left_open(program, table):
    """The menu of a row stayed over the sign-in and went on to act."""
    QGuiApplication.clipboard().setText("before")
    table.select(lambda row: row[0] == "王芳")
    table.view.customContextMenuRequested.emit(
        table.view.visualRect(table.view.currentIndex()).center()
    )
    menu = QApplication.activePopupWidget()
    assert menu is table._menu and table.copying in menu.actions()
    program.window.lock(nobody=True)
    settle(program)
    assert QApplication.activePopupWidget() is None and menu.isHidden()
    menu.setActiveAction(table.copying)
    QTest.keyClick(QApplication.focusWidget() or program.window, Qt.Key.Key_Return)
    assert QGuiApplication.clipboard().text() == "before"


@pytest.mark.parametrize("table", ["陈"], indirect=True)
def test_a_locked_window_writes_no_file_that_was_asked_for(program, table, monkeypatch):
    """The dialog was answered after the lock, and the rows went out in the owner's name."""
    written, left = [], []
    monkeypatch.setattr(type(program.window.table_files), "write", lambda *_: written.append(1))

    def lock():
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QDialog)
        program.window.lock(nobody=True)
        left.append(dialog.isHidden())
        # without the lock's help the test would wait for ever
        dialog.reject()

    QTimer.singleShot(200, lock)
    table.view.setFocus()
    QTest.keyClick(table.view, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    settle(program)
    assert left == [True] and written == []
    assert program.window.whole.currentWidget() is program.window.sign_in
