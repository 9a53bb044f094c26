"""Nothing of one customer ever lands on another's bill, whatever is refused, left open or pressed
too early."""

import pytest
from PySide6.QtCore import Qt

from storecrm.errors import StorageTrouble
from storecrm.services import shop_settings
from storecrm.services.imports import run
from storecrm.services.integrity import verify
from storecrm.services.loyalty import points_account
from storecrm.services.members import registry
from storecrm.services.members.registry import NewMember
from storecrm.services.till import day_board, open_bill, receipts
from storecrm.values import Money
from tests import build
from tests.ui.hands import enter, panel, press, settle, type_fast

MILK, BOX = "6901234567892", "6909876543210"


@pytest.fixture
def till(program, owner, tmp_path):
    """The register's page, the cashier before it."""
    file = tmp_path / "goods.csv"
    file.write_text(
        f"sku,barcode,name,category,price\nMILK,{MILK},牛奶,乳品,45.90\nBOX,{BOX},礼盒,其他,\n",
        "utf-8",
    )
    run.load(owner, kind="products", path=file)
    shop_settings.set_rule(owner, key="till_mode", value="register")
    enter(program, "王芳")
    return program.window.pages["till"]


@pytest.fixture
def people(owner):
    """Two members with 2,000 points each."""
    made = [
        registry.register(owner, new=NewMember(phone=phone, name=name))
        for phone, name in (("13800138000", "甲"), ("13900139000", "乙"))
    ]
    for who in made:
        open_bill.record(owner, amount=Money(200_000), member=who.member_no)
    return made


def slow(program, text):
    type_fast(program, text, gap=150)


def lines(program):
    bill = receipts.current(program.window.session.store)
    return [] if bill is None else [(line.sku, line.quantity, line.amount) for line in bill.lines]


def test_an_amount_before_an_article_without_price_is_on_the_bill_once(program, till):
    slow(program, "5.00")
    type_fast(program, BOX)
    assert lines(program) == []
    slow(program, "3.00")
    assert lines(program) == [("", 1000, 500), ("BOX", 1000, 300)]


def test_an_unknown_article_keeps_the_amount_and_opens_nothing(program, till, people):
    type_fast(program, people[0].member_no)
    slow(program, "5.00")
    slow(program, "3*999")
    assert receipts.current(program.window.session.store) is None and till.vm.now.amount == 500
    press(program, Qt.Key.Key_F10)
    type_fast(program, MILK)
    assert lines(program) == [("MILK", 1000, 4590)]


def test_the_quantity_of_an_article_without_price_is_kept(program, till):
    slow(program, f"3*{BOX}")
    slow(program, "2.00")
    assert lines(program) == [("BOX", 3000, 600)]


@pytest.mark.parametrize("between", ["scan", "escape", "undo"])
def test_a_price_that_nobody_waits_for_is_no_articles_price(program, till, between):
    type_fast(program, BOX)
    if between == "scan":
        type_fast(program, MILK)
    else:
        press(program, Qt.Key.Key_Escape if between == "escape" else Qt.Key.Key_F8)
    slow(program, "7.00")
    assert ("BOX", 1000, 700) not in lines(program)


def test_a_single_line_without_code_is_goods_too(program, till):
    slow(program, "5.00")
    type_fast(program, MILK)
    slow(program, "-")
    assert lines(program) == [("", 1000, 500)]
    slow(program, "3.00")
    assert lines(program) == [("", 1000, 500), ("", 1000, 300)]
    till.vm.screen.pause.timeout.emit()
    settle(program)
    assert len(lines(program)) == 2


def test_a_card_goes_with_its_customer(program, owner, people):
    """What was typed for the one before is not the next one's."""
    enter(program, "王芳")
    till = program.window.pages["till"]
    type_fast(program, people[0].member_no)
    slow(program, "80+")
    press(program, Qt.Key.Key_F7)
    till.more_card.points.setText("500")
    till.vm.bill.close("idle")
    settle(program)
    assert till.more_card.isHidden()
    till.more_card.apply()
    settle(program)
    type_fast(program, people[1].member_no)
    slow(program, "80+")
    assert till.vm.now.points_used == 0
    press(program, Qt.Key.Key_F10)
    assert points_account.show(owner, member=people[1].member_no).active == 2080


def test_a_bill_taken_up_is_not_the_next_customers(program, owner):
    build.offer(owner)
    code = build.issued(owner)[0]
    enter(program, "王芳")
    slow(program, "128")
    type_fast(program, code)
    press(program, Qt.Key.Key_F6)
    press(program, Qt.Key.Key_F6)
    program.window.till_vm.choose(1)
    settle(program)
    slow(program, "200.00")
    press(program, Qt.Key.Key_F10)
    assert sorted(row.gross for row in day_board.bills(program.window.session.store)) == [
        12_800,
        20_000,
    ]


def test_no_is_no(program, owner, people):
    """Points that were declined are not used when the card is scanned to earn."""
    enter(program, "王芳")
    vm = program.window.till_vm
    slow(program, "8000")
    slow(program, "80+")
    press(program, Qt.Key.Key_F7)
    slow(program, "500")
    assert panel(program).big.text() == "IS IT THE MEMBER?"
    press(program, Qt.Key.Key_Escape)
    type_fast(program, people[0].member_no)
    assert vm.now.points_used == 0


def test_a_close_that_failed_leaves_the_bill_to_its_customer(program, owner, monkeypatch, people):
    """The store is busy while the bill is closed and the next amount is typed already: the next
    coupon does not land on the first bill."""
    build.offer(owner, kind="amount_off", value="6", min_spend=None)
    a, b, _ = build.issued(owner)
    enter(program, "王芳")
    vm = program.window.till_vm
    type_fast(program, people[0].member_no)
    slow(program, "128+")
    type_fast(program, a)
    real = open_bill.close
    monkeypatch.setattr(
        open_bill, "close", lambda *_, **__: (_ for _ in ()).throw(StorageTrouble("busy"))
    )
    slow(program, "200.00")
    monkeypatch.setattr(open_bill, "close", real)
    type_fast(program, b)
    assert [choice.text for choice in vm.result.choices] == ["Show that bill"]
    still = receipts.current(program.window.session.store)
    assert (still.gross, len(still.coupons)) == (12_800, 1)
    vm.choose(1)
    settle(program)
    assert vm.now.bill is not None and vm.now.bill.receipt_no == still.receipt_no
    assert verify.verify(owner)[1] == []


def test_a_coupon_on_its_way_when_the_bill_is_closed_is_on_that_bill(program, owner):
    """The scan and the key are faster than the store: one sale, with the coupon, and its sum is
    seen before it is posted."""
    build.offer(owner, kind="amount_off", value="6", min_spend=None)
    code = build.issued(owner)[0]
    enter(program, "王芳")
    vm = program.window.till_vm
    slow(program, "128+")
    vm.scanned(code)
    vm.close()
    settle(program)
    assert day_board.bills(program.window.session.store) == []
    vm.close()
    settle(program)
    [row] = day_board.bills(program.window.session.store)
    assert (row.gross, row.net) == (12_800, 12_200)
    assert receipts.current(program.window.session.store) is None
    slow(program, "150+")
    press(program, Qt.Key.Key_F10)
    assert sorted(row.gross for row in day_board.bills(program.window.session.store)) == [
        12_800,
        15_000,
    ]


def test_a_refusal_on_its_way_when_the_bill_is_closed_brings_nobody_back(program, owner, people):
    """The coupon wanted a proof, the key was faster: one sale, and the card that is scanned now is
    the next customer's."""
    build.offer(owner, kind="amount_off", value="20", min_spend=None)
    [code] = build.issued(owner, to=(people[0].member_no,))
    enter(program, "王芳")
    vm = program.window.till_vm
    slow(program, "8000")
    slow(program, "128.00")
    vm.bill.take(code)
    vm.close()
    settle(program)
    assert not vm.now.begun and vm.result.title == "BILL CLOSED"
    type_fast(program, people[0].member_no)
    press(program, Qt.Key.Key_F10)
    assert [
        row.gross for row in day_board.bills(program.window.session.store) if row.gross != 200_000
    ] == [12_800]


def test_a_bill_that_could_not_be_taken_back_stays_on_the_strip(program, owner, monkeypatch):
    from storecrm.services.till import voids

    build.offer(owner, kind="amount_off", value="6", min_spend=None)
    enter(program, "王芳")
    vm = program.window.till_vm
    type_fast(program, build.issued(owner)[0])
    monkeypatch.setattr(
        voids, "undo", lambda *_, **__: (_ for _ in ()).throw(StorageTrouble("busy"))
    )
    press(program, Qt.Key.Key_F8)
    assert vm.now.bill is not None
