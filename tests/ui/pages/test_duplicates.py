"""The cleaning workbench by keys: a pair after the other, each act can be taken back."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from storecrm.services.members import registry
from storecrm.services.members.registry import NewMember
from tests.ui.hands import enter, settle, toast


@pytest.fixture
def page(program, manager):
    """Two pairs: one person with two phones, and two who are alike."""
    for number, (name, birthday) in enumerate(
        [("Ann Smith", "1990-05-17"), ("Ann Smith", "1990-05-17")] + [("Jon Lee", "1980-01-01")] * 2
    ):
        phone = f"1380013800{number}"
        registry.register(manager, new=NewMember(phone=phone, name=name, birthday=birthday))
    enter(program, "陈")
    data = program.window.go("data") or program.window.pages["data"]
    settle(program)
    data.tabs.setCurrentWidget(data.twins)
    settle(program)
    return data.twins


def key(program, pressed, modifier=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(QApplication.focusWidget() or program.window, pressed, modifier)
    settle(program)


def search(program, page):
    QTest.mouseClick(page.pairs.nothing.act, Qt.MouseButton.LeftButton)
    settle(program)


def test_before_a_search_the_list_says_what_to_do(program, page):
    """It was a grey area under a line of titles."""
    assert page.pairs.nothing.isVisible() and page.merges.nothing.isVisible()
    assert not page.pair.form.isVisible() and not page.pair.apart_act.isEnabled()
    search(program, page)
    assert not page.pairs.nothing.isVisible() and "2 pairs" in toast(page)


def test_pairs_are_walked_merged_and_parted_by_keys(program, page, manager):
    """Down shows the next pair, Ctrl+D says two people, Enter merges, Ctrl+Z takes it back."""
    search(program, page)
    page.pairs.setFocus()
    first = page.pair.numbers
    key(program, Qt.Key.Key_Down)
    second = page.pair.numbers
    assert second != first
    key(program, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert [one.first.member_no in first for one in page.pairs.records] == [True]
    assert page.pair.numbers == first and toast(page) == "Kept apart."
    page.pair.form.begin_typing()
    key(program, Qt.Key.Key_Return)
    assert registry.count(manager) == 3 and page.pairs.records == []
    assert not page.pair.form.isVisible() and "one member now" in toast(page)
    page.pairs.setFocus()
    key(program, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert registry.count(manager) == 4 and "two members again" in toast(page)


def test_a_merge_is_undone_from_its_list(program, page, manager):
    search(program, page)
    key(program, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert registry.count(manager) == 3 and not page.unmerge_act.isEnabled()
    page.merges.setFocus()
    key(program, Qt.Key.Key_Down)
    page.merges.select(lambda _: True)
    settle(program)
    assert page.unmerge_act.isEnabled()
    page.unmerge_act.trigger()
    settle(program)
    assert registry.count(manager) == 4 and not page.unmerge_act.isEnabled()
