"""The end of a bill at the window, by real keys: no other sum than the one that was shown."""

import pytest
from PySide6.QtCore import Qt

from storecrm.models import tables
from storecrm.services.offers import design
from storecrm.services.till import open_bill, receipts
from storecrm.values import Money
from tests import build
from tests.ui.hands import enter, panel, press, settle, type_fast


@pytest.fixture
def half(manager):
    build.offer(
        manager, "HALF", kind="percent_off", value="50", min_spend=None, valid_days=None, automatic=True,
        valid_from="2026-11-01", valid_to="2026-12-31",
    )  # fmt: skip


def due(program):
    return program.window.pages["till"].vm.now.shown


def posted(store):
    with store.read() as session:
        found = session.execute(tables.sale.select().where(tables.sale.c.state == "posted")).all()
    return [row.net for row in found]


def amount(program, text):
    type_fast(program, text, gap=150)


def test_one_more_enter_takes_a_sum_that_changed(program, half, manager, cashier):
    """A promotion ended after the sum was said: nothing is posted until the person has seen the new
    one."""
    enter(program, "王芳")
    amount(program, "98.00")
    assert due(program) == 4_900
    design.stop(manager, code="HALF")
    type_fast(program, "+", gap=150)
    assert panel(program).accessibleName() == "PRICE CHANGED"
    assert posted(manager) == []
    assert due(program) == 9_800
    press(program, Qt.Key.Key_Return)
    assert posted(manager) == [9_800]
    assert panel(program).accessibleName() == "BILL CLOSED"


def test_a_stored_bill_keeps_its_coupon_until_the_new_sum_is_taken(program, half, manager, cashier):
    """A coupon makes the bill a stored one: the same question, and the same key."""
    build.offer(manager, "C", kind="amount_off", value="1", min_spend=None)
    enter(program, "王芳")
    amount(program, "98.00")
    type_fast(program, build.issued(manager, "C", 1)[0])
    assert due(program) == 4_800
    design.stop(manager, code="HALF")
    type_fast(program, "+", gap=150)
    assert posted(manager) == [] and receipts.current(cashier).net == 4_800
    press(program, Qt.Key.Key_Return)
    assert posted(manager) == [9_700]


def test_the_next_customer_leaves_the_lower_sum_behind(program, half, manager, cashier):
    """Who paid the other register and went is not asked: the sum shown stands, and the receipt says
    so."""
    build.offer(manager, "C", kind="amount_off", value="1", min_spend=None)
    enter(program, "王芳")
    amount(program, "98.00")
    type_fast(program, build.issued(manager, "C", 1)[0])
    design.stop(manager, code="HALF")
    amount(program, "20.00")
    assert posted(manager) == [4_800]
    open_bill.record(cashier, amount=Money(100))
    settle(program)
    type_fast(program, "+", gap=150)
    assert posted(manager) == [4_800, 100, 2_000]


def test_a_clock_set_to_2099_in_mid_sale_asks_and_loses_nothing(program, manager, cashier, wall):
    """The day is asked before anything is posted; with the clock set right the bill closes as it
    was shown."""
    build.offer(manager, "C", kind="amount_off", value="5", min_spend=None)
    enter(program, "王芳")
    amount(program, "98.00")
    type_fast(program, build.issued(manager, "C", 1)[0])
    wall.forward(days=27_000)
    type_fast(program, "+", gap=150)
    assert panel(program).accessibleName() == "WHAT DAY IS IT?"
    assert (posted(manager), receipts.current(cashier).net, due(program)) == ([], 9_300, 9_300)
    wall.forward(days=-27_000)
    type_fast(program, "+", gap=150)
    assert posted(manager) == [9_300]
