"""News of the store: what is committed on one page is seen on another, once, and only where somebody
looks."""

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QThread
from PySide6.QtTest import QTest

from storecrm.services import shop_settings
from storecrm.services.members import registry
from storecrm.services.members.registry import NewMember
from storecrm.services.store import Topic
from storecrm.services.till import day_board, open_bill
from storecrm.ui.kit.store_signals import StoreSignals
from storecrm.ui.kit.tasks import Lane
from storecrm.ui.places import PLACES
from storecrm.values import Money
from tests.ui.hands import enter, settle


@pytest.fixture
def counted(monkeypatch):
    """How often the day of the till was counted, and on which thread."""
    import threading

    seen, board = SimpleNamespace(threads=[]), day_board.board

    def count(store, **more):
        seen.threads.append(threading.current_thread().name)
        return board(store, **more)

    monkeypatch.setattr(day_board, "board", count)
    return seen


def at_desk(program, work):
    """Do something as the window does it: on a lane, in the name of whoever is signed in."""
    store = program.window.session.store
    program.lanes.desk.start(lambda _: work(store))


def sell(store, yuan=10):
    open_bill.record(store, amount=Money(yuan * 100))


def test_each_page_says_what_it_shows_and_no_topic_is_for_nobody(program):
    """A topic that no page shows is a commit that nobody hears of."""
    enter(program, "陈")
    shown = set()
    for name in PLACES:
        program.window.go(name)
        settle(program)
        page = program.window.pages[name]
        assert hasattr(page, "look_again") or not page.topics
        shown |= page.topics if name != "trail" else set()
    assert shown == set(Topic)


def test_a_member_written_on_a_lane_appears_without_opening_the_page_again(program, base):
    """Lists are of now, not of when the page was opened."""
    enter(program, "陈")
    program.window.go("members")
    settle(program)
    page = program.window.pages["members"]
    before = len(page.directory.list.records)

    at_desk(
        program,
        lambda store: registry.register(store, new=NewMember(name="何晓", phone="13900139001")),
    )
    settle(program)

    assert len(page.directory.list.records) == before + 1


def test_a_sale_of_the_till_stands_in_the_list_of_today_at_once(program):
    """The list of the day follows a bill that closes while somebody looks at it."""
    enter(program, "王芳")
    program.window.go("today")
    settle(program)

    at_desk(program, sell)
    settle(program)

    assert program.window.pages["today"].bill_list.model.rowCount() == 1


def test_the_bill_that_is_chosen_stays_chosen_when_another_comes(program):
    """Whoever adds a member to a bill does not lose it to a sale of the same moment."""
    enter(program, "王芳")
    at_desk(program, sell)
    settle(program)
    program.window.go("today")
    settle(program)
    page = program.window.pages["today"]
    page.bill_list.select(lambda bill: True)
    chosen = page.chosen_bill().receipt_no

    at_desk(program, sell)
    settle(program)

    assert page.bill_list.model.rowCount() == 2
    assert page.chosen_bill().receipt_no == chosen


def test_a_page_out_of_sight_does_nothing_until_it_is_shown(program, counted):
    """Ten pages that all count after each sale would cost the till its thread."""
    enter(program, "陈")
    program.window.go("till")
    settle(program)
    program.window.go("offers")
    settle(program)
    counted.threads.clear()

    at_desk(program, sell)
    settle(program)
    assert counted.threads == []

    program.window.go("till")
    settle(program)
    assert len(counted.threads) == 1


def test_fifty_quick_commits_lead_to_few_counts_and_none_on_the_tills_lane(program, counted):
    """The day is counted beside the till's writes, once for all that came meanwhile."""
    enter(program, "王芳")
    counted.threads.clear()

    for _ in range(50):
        at_desk(program, sell)
    while program.lanes.desk.busy:
        QTest.qWait(5)
    settle(program)

    assert 1 <= len(counted.threads) <= 15
    assert all(name.startswith("bench") for name in counted.threads)


def test_the_till_follows_what_the_owner_sets(program, owner):
    """A shop that begins to sell goods here does not sign everybody out for it."""
    enter(program, "陈")
    program.window.go("till")
    settle(program)

    at_desk(program, lambda store: shop_settings.set_rule(store, key="till_mode", value="register"))
    settle(program)

    assert program.window.till_vm.sells_goods


def test_a_closed_window_hears_nothing_and_leaves_the_others_their_news(qtbot, owner):
    """A window built anew in another language listens before the old one closes."""
    old, new = StoreSignals(owner), StoreSignals(owner)
    heard = []
    old.changed.connect(lambda _: heard.append("old"))
    new.changed.connect(lambda _: heard.append("new"))

    shop_settings.set_rule(owner, key="idle_close_minutes", value="7")
    old.close()
    old.close()
    shop_settings.set_rule(owner, key="idle_close_minutes", value="8")

    assert heard == ["old", "new", "new"]
    new.close()
    assert owner.listeners == []


def test_news_from_a_lane_arrives_in_the_windows_thread(qtbot, owner):
    """Widgets may be touched by what hears them."""
    news, lane, threads = StoreSignals(owner), Lane("try"), []
    news.changed.connect(lambda topics: threads.append((QThread.currentThread(), topics)))

    with qtbot.waitSignal(news.changed):
        lane.start(lambda _: shop_settings.set_rule(owner, key="idle_close_minutes", value="7"))
    lane.stop()
    news.close()

    assert threads == [(news.thread(), frozenset((Topic.RULES,)))]


def test_a_listener_that_fails_does_not_unsay_what_is_committed(owner, caplog):
    """The act was done: to tell the till otherwise would have it done twice."""

    def broken(_topics):
        raise RuntimeError("gone")

    owner.listeners.append(broken)
    shop_settings.set_rule(owner, key="idle_close_minutes", value="9")

    assert shop_settings.of(owner).text["idle_close_minutes"] == "9"
    assert "bug in a listener" in caplog.text


def test_nothing_is_delivered_to_a_page_that_was_put_away(program):
    """Pages end with the person they were made for; news of the next one is not theirs."""
    enter(program, "陈")
    program.window.go("report")
    settle(program)
    page, told = program.window.pages["report"], []
    page.look_again = told.append
    at_desk(program, sell)
    while program.lanes.desk.busy:
        QTest.qWait(1)
    enter(program, "王芳")

    assert told == []
    assert "report" not in program.window._opened.unseen
