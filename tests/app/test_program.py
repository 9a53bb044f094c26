"""What the house does by itself is in nobody's way."""

from threading import Event

from PySide6.QtCore import Qt

from storecrm.services.housekeeping import daily
from tests import build
from tests.conftest import signed
from tests.ui.hands import enter, settle


def test_a_search_does_not_wait_for_the_days_housekeeping(qtbot, program, base, monkeypatch):
    """Somebody signs in, the day's work begins, and a customer stands at the counter."""
    owner = signed(base, "陈")
    build.member(owner)
    build.member(owner, phone="13900139111", name="王小二")
    begun, let_go = Event(), Event()

    def keep_house(_store):
        begun.set()
        let_go.wait(60)

    enter(program, "陈")
    program.window.go("members")
    settle(program)
    monkeypatch.setattr(daily, "keep_house", keep_house)
    program.window._daily()
    page = program.window.pages["members"]
    try:
        qtbot.waitUntil(begun.is_set, timeout=120_000)
        page.directory.search.setFocus()
        qtbot.keyClicks(page.directory.search, "8000")
        qtbot.keyClick(page.directory.search, Qt.Key.Key_Return)
        qtbot.waitUntil(
            lambda: page.directory.list.model.rowCount() == 1 and not program.lanes.bench.busy,
            timeout=120_000,
        )
        assert program.lanes.house.busy
    finally:
        let_go.set()
    settle(program)
