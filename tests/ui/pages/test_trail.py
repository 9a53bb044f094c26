"""The owner's page of the trail through real key and mouse events."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from storecrm.services.till import open_bill, voids
from storecrm.values import Money
from tests import build
from tests.conftest import signed
from tests.ui.hands import enter, settle

ANN = "13800138000"


def alt_0(program):
    QTest.keyClick(program.window, Qt.Key.Key_0, Qt.KeyboardModifier.AltModifier)
    settle(program)


def opened(program):
    enter(program, "陈")
    alt_0(program)
    page = program.window.pages["trail"]
    assert program.window._here == "trail" and page.isVisible()
    return page


def entries(page):
    return page.list.records


@pytest.fixture
def voided(base, owner):
    build.member(owner)
    bill = open_bill.record(signed(base, "王芳"), amount=Money(5_000), member=ANN)
    voids.void(signed(base, "赵"), receipt=bill.receipt_no, reason="wrong article")
    return bill


def test_the_owner_asks_who_voided_a_receipt_and_why(qtbot, program, voided):
    """By key to the page, the receipt's number and Enter: the answer is a sentence, its proof
    stands beside it."""
    page = opened(program)
    assert [e.action for e in entries(page)][
        -1
    ] == "staff_added" and page.list.current() == entries(page)[0]
    page.about.setFocus()
    qtbot.keyClicks(page.about, voided.receipt_no)
    qtbot.keyClick(page.about, Qt.Key.Key_Return)
    settle(program)
    assert [e.action for e in entries(page)] == ["sale_taken_back", "sale_posted"]
    assert page.said.text() == page._sentence(entries(page)[0])
    assert (
        page.said.text().startswith("赵 voided receipt")
        and "reason: wrong article" in page.said.text()
    )
    assert (
        "Asia/Shanghai" in page.facts.text()
        and "Till: till 1" in page.facts.text()
        and "No. " in page.facts.text()
    )
    qtbot.keyClick(page.list.view, Qt.Key.Key_Down)
    assert page.said.text().startswith("王芳 closed receipt")


def test_filters_work_together_and_say_when_nothing_fits(qtbot, program, voided):
    """By person, by action, by both; a wrong name is said, and the list is empty then."""
    page = opened(program)
    page.who.setCurrentIndex(page.who.findData("王芳"))
    page.who.activated.emit(page.who.currentIndex())
    settle(program)
    assert {e.who for e in entries(page)} == {"王芳"}
    page.what.setCurrentIndex(page.what.findData("sale_taken_back"))
    page.what.activated.emit(page.what.currentIndex())
    settle(program)
    assert entries(page) == [] and page.list.nothing.isVisible() and page.details.isHidden()
    page.about.setText("nobody at all")
    qtbot.mouseClick(page.look, Qt.MouseButton.LeftButton)
    settle(program)
    assert "nobody at all" in page.errors.text(page.about) and entries(page) == []
    assert page.about.hasFocus()


def test_a_long_trail_comes_while_somebody_scrolls(qtbot, program, owner, monkeypatch):
    """The first entries stand there at once; the rest is fetched, each once."""
    from storecrm.ui.viewmodels import trail

    monkeypatch.setattr(trail, "AT_ONCE", 5)
    for number in range(8):
        build.member(owner, phone=f"1390013900{number}", name=f"会员{number}")
    page = opened(program)
    assert page.list.foot.count.text().endswith("more follow")
    for _ in range(20):
        page.list.view.scrollToBottom()
        settle(program)
    ids = [e.id for e in entries(page)]
    assert (
        ids == sorted(ids, reverse=True)
        and len(set(ids)) == len(ids) > 14
        and entries(page)[-1].seq == 1
    )
    assert page.list.foot.count.text() == f"{len(ids)} rows"


def test_only_the_owner_has_the_page(program):
    """Neither the rail nor the key leads a manager there."""
    enter(program, "赵")
    assert program.window.rail_buttons["trail"].isHidden()
    alt_0(program)
    assert "trail" not in program.window.pages
