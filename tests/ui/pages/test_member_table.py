"""The list of members by real keys and clicks: what is typed above it, what it sorts by, its file."""

import csv
import threading

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from storecrm.services.members import registry
from storecrm.services.members.registry import NewMember
from storecrm.ui.kit import file_dialogs
from tests.ui.hands import enter, settle

CTRL = Qt.KeyboardModifier.ControlModifier
Key = Qt.Key


@pytest.fixture
def directory(program, owner):
    """The list in front of the owner, with two members."""
    for phone, name in (("13812340001", "Anna"), ("13812340002", "Bob")):
        registry.register(owner, new=NewMember(phone=phone, name=name))
    enter(program, "陈")
    # wide enough for every column
    program.window.resize(1920, 1080)
    program.window.go("members")
    settle(program)
    return program.window.pages["members"].directory


def listed(directory):
    return [row.member.name for row in directory.list.records]


def test_a_number_of_twenty_digits_is_an_answer_too(program, directory):
    """It was told as a fault of the program."""
    for asked, found in ((">" + "9" * 20, []), ("<" + "9" * 15, ["Bob", "Anna"])):
        directory.list.open_filters("net")
        box = directory.list.header.boxes["net"]
        assert box.hasFocus()
        # pasted: so many digits at once are else taken for a scan
        QGuiApplication.clipboard().setText(asked)
        QTest.keyClick(box, Key.Key_V, CTRL)
        QTest.keyClick(box, Key.Key_Return)
        settle(program)
        assert listed(directory) == found


def test_names_and_tiers_are_not_sorted_by_their_signs(program, directory):
    """The store knows no sounds and no ladder; a click on other titles sorts."""
    header = directory.list.header
    at_of = {column.key: at for at, column in enumerate(header.columns)}
    for key, order in (("name", ()), ("tier", ()), ("phone", (("phone", False),))):
        assert header.sectionSize(at_of[key]) > 0
        middle = header.sectionViewportPosition(at_of[key]) + header.sectionSize(at_of[key]) // 2
        at = QPoint(middle, header.height() // 4)
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)
        settle(program)
        assert directory.list.query.order == order
    assert listed(directory) == ["Anna", "Bob"]


def test_the_list_that_was_seen_is_written(program, directory, tmp_path, monkeypatch):
    """Also where the bench comes to it only after another one is searched for."""
    file = tmp_path / "members.csv"
    monkeypatch.setattr(file_dialogs, "save_as", lambda *_: file)
    search, free = directory.search, threading.Event()

    def seek(text):
        search.setFocus()
        search.selectAll()
        QTest.keyClicks(search, text)
        QTest.keyClick(search, Key.Key_Return)

    seek("0001")
    settle(program)
    assert listed(directory) == ["Anna"]
    program.lanes.bench.start(lambda _: free.wait(20))
    directory.list.view.setFocus()
    QTest.keyClick(directory.list.view, Key.Key_E, CTRL)
    seek("0002")
    free.set()
    settle(program)
    assert listed(directory) == ["Bob"]
    with file.open(encoding="utf-8-sig", newline="") as source:
        assert [line[0] for line in csv.reader(source)] == ["Full name", "Anna"]
