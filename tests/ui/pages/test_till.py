"""The counter through real key events: goods, points, proof, overrides, bills put aside."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from sqlalchemy import text

from storecrm.services import shop_settings
from storecrm.services.coupons import issue
from storecrm.services.imports import run
from storecrm.services.integrity import verify
from storecrm.services.loyalty import points_account, stamp_cards
from storecrm.services.members import registry, staff_cards, verification
from storecrm.services.members.registry import NewMember
from storecrm.services.staff import accounts
from storecrm.services.till import open_bill, overrides, parked_bills, receipts
from storecrm.services.till.bill_lines import LineIn
from storecrm.ui.kit import printing
from storecrm.ui.kit.toast import said_on
from storecrm.values import (
    CouponState,
    Kind,
    Money,
    Override,
    PaperAct,
    Quantity,
    SaleState,
    new_codes,
)
from tests import build
from tests.conftest import PINS
from tests.ui.hands import enter, panel, press, settle, toast, toast_is_bad, type_fast

MILK, WRONG = "6901234567892", "6909999999998"


@pytest.fixture
def goods(owner, tmp_path):
    """A shop whose till is the register."""
    file = tmp_path / "goods.csv"
    file.write_text(
        f"sku,barcode,name,category,price\nMILK,{MILK},晨露纯牛奶,乳品,45.90\nBREAD,,吐司,烘焙,8.80\nBOX,,礼盒,其他,\n",
        "utf-8",
    )
    run.load(owner, kind="products", path=file)
    shop_settings.set_rule(owner, key="till_mode", value="register")
    return owner


def page(program):
    return program.window.pages["till"]


def basket(program):
    rows = page(program).side.basket.rows
    return [tuple(column.text(line) for column in rows.columns) for line in rows.rows]


def slow(program, text):
    type_fast(program, text, gap=150)


def click(program, widget):
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
    settle(program)


def labelled(holder, text):
    return next(b for b in holder.findChildren(QPushButton) if b.accessibleName() == text)


def test_a_basket_is_scanned_paid_and_changed(program, goods, cashier):
    """Scan, scan, three of it, out with one, pay with a note, read the change: no box, the scan box
    keeps the keys."""
    enter(program, "王芳")
    type_fast(program, MILK)
    type_fast(program, MILK)
    slow(program, "3*BREAD")
    assert basket(program) == [("晨露纯牛奶", "2", "¥91.80"), ("吐司", "3", "¥26.40")]
    assert page(program).due.text() == "Due ¥118.20"
    slow(program, "2*")
    assert basket(program)[1] == ("吐司", "2", "¥17.60")
    slow(program, "12.5")
    assert basket(program)[2] == ("Goods without a code", "1", "¥12.50")
    page(program).side.basket.chosen.emit(3)
    slow(program, "-")
    assert len(basket(program)) == 2
    press(program, Qt.Key.Key_F10)
    card = page(program).pay_card
    assert not card.isHidden() and card.due.text() == "¥109.40" and card.box.hasFocus()
    slow(program, "200")
    assert panel(program).big.text() == "Change ¥90.60"
    assert page(program).scan.hasFocus() and QApplication.activeModalWidget() is None
    assert receipts.current(program.window.session.store) is None
    assert verify.verify(goods)[1] == []


def test_two_ways_of_paying_and_only_cash_gives_change(program, goods):
    enter(program, "王芳")
    type_fast(program, MILK)
    press(program, Qt.Key.Key_F10)
    card = page(program).pay_card
    card.box.setText("100")
    QTest.keyClicks(card.box, "w")
    settle(program)
    assert "exact" in card.said() and not card.isHidden()
    card.box.setText("40")
    QTest.keyClicks(card.box, "w")
    settle(program)
    assert "Still to pay: ¥5.90" in card.so_far.text() and card.box.text() == "5.90"
    press(program, Qt.Key.Key_Return)
    assert panel(program).big.text() == "¥45.90"
    done = program.window.till_vm.bill.last
    shown = receipts.show(goods, receipt=done)
    assert [(p.kind.value, p.amount) for p in shown.paid] == [("cash", 590), ("wechat", 4000)]


def test_escape_at_paying_goes_back_to_the_goods(program, goods):
    enter(program, "王芳")
    type_fast(program, MILK)
    press(program, Qt.Key.Key_F10)
    press(program, Qt.Key.Key_Escape)
    assert page(program).pay_card.isHidden() and page(program).scan.hasFocus()
    type_fast(program, MILK)
    assert basket(program) == [("晨露纯牛奶", "2", "¥91.80")]


def test_goods_are_never_sold_by_a_pause_or_by_another_member(program, goods):
    who = build.member(goods)
    other = registry.register(goods, new=NewMember(phone="13900139000", name="王五"))
    enter(program, "王芳")
    type_fast(program, MILK)
    program.window.till_vm.screen.pause.timeout.emit()
    settle(program)
    assert receipts.current(program.window.session.store).state is SaleState.OPEN
    type_fast(program, who.member_no)
    type_fast(program, other.member_no)
    assert panel(program).big.text() == "ANOTHER MEMBER"
    assert receipts.current(program.window.session.store).member.id == who.id


def test_an_article_without_price_asks_for_it_and_an_unknown_one_says_so(program, goods):
    enter(program, "王芳")
    slow(program, "1*BOX")
    assert panel(program).big.text() == "NO PRICE"
    slow(program, "88")
    assert basket(program) == [("礼盒", "1", "¥88.00")]
    assert receipts.current(program.window.session.store).lines[0].sku == "BOX"
    type_fast(program, WRONG)
    assert "barcode" in panel(program).todo.text()


def test_beside_another_register_goods_stay_there(program, goods, owner):
    shop_settings.set_rule(owner, key="till_mode", value="companion")
    enter(program, "王芳")
    type_fast(program, MILK)
    assert panel(program).todo.text() == "Scan goods at the register."
    assert receipts.current(program.window.session.store) is None


def test_a_bill_waits_while_the_next_customer_is_served(program, goods):
    """F6 puts it aside with its coupon, F6 and a digit take it up again."""
    build.offer(goods, kind="amount_off", value="6", min_spend=None)
    code = build.issued(goods)[0]
    enter(program, "王芳")
    type_fast(program, MILK)
    type_fast(program, code)
    assert page(program).due.text() == "Due ¥39.90"
    press(program, Qt.Key.Key_F6)
    assert panel(program).big.text() == "PUT ASIDE" and basket(program)[0][0] == "晨露纯牛奶"
    assert issue.show(goods, code=code).state is CouponState.RESERVED
    slow(program, "2*BREAD")
    press(program, Qt.Key.Key_F10)
    press(program, Qt.Key.Key_Return)
    press(program, Qt.Key.Key_F6)
    assert panel(program).big.text() == "WHICH BILL?"
    program.window.till_vm.choose(1)
    settle(program)
    assert page(program).due.text() == "Due ¥39.90"
    press(program, Qt.Key.Key_F10)
    press(program, Qt.Key.Key_Return)
    assert issue.show(goods, code=code).state is CouponState.REDEEMED
    assert parked_bills.waiting(goods) == []
    press(program, Qt.Key.Key_F6)
    assert panel(program).big.text() == "NOTHING WAITS"
    assert verify.verify(goods)[1] == []


def test_undo_drops_the_basket_with_its_coupon(program, goods):
    build.offer(goods, kind="amount_off", value="6", min_spend=None)
    code = build.issued(goods)[0]
    enter(program, "王芳")
    type_fast(program, MILK)
    type_fast(program, code)
    press(program, Qt.Key.Key_F8)
    assert issue.show(goods, code=code).state is CouponState.ISSUED
    assert page(program).side.currentWidget() is page(program).side.day


# --- points and proof, beside another register ---


def rich(owner, **more):
    who = registry.register(owner, new=NewMember(phone="13800138000", name="李小梅", **more))
    open_bill.record(owner, amount=Money(2_000_000), member=who.member_no)
    return who


@pytest.mark.parametrize(
    ("language", "asked"), [("en", "IS IT THE MEMBER?"), ("zh_CN", "请核实会员")]
)
def test_points_pay_after_the_card_was_scanned(program, owner, language, asked):
    """The tail shows the member; burning waits for the card and then goes on by itself."""
    who = rich(owner)
    program._changed(program.settings.with_(language=language))
    settle(program)
    enter(program, "王芳")
    slow(program, "8000")
    slow(program, "60+")
    press(program, Qt.Key.Key_F7)
    card = page(program).more_card
    assert card.points.text() == ""
    slow(program, "2000")
    assert panel(program).big.text() == asked
    assert program.window.till_vm.now.points_used == 0
    type_fast(program, who.member_no)
    assert program.window.till_vm.now.points_used == 2000
    assert "40.00" in page(program).due.text()
    press(program, Qt.Key.Key_F10)
    assert points_account.show(owner, member=who.member_no).active == 20_000 - 2_000 + 40
    assert verify.verify(owner)[1] == []


def test_above_fifty_the_birthday_is_asked(program, owner):
    who = rich(owner, birthday="1990-05-17")
    enter(program, "王芳")
    type_fast(program, who.member_no)
    slow(program, "200+")
    press(program, Qt.Key.Key_F7)
    slow(program, "6000")
    card = page(program).proof_card
    assert not card.isHidden() and "李, 05-17" in card.ask.text() and card.match.hasFocus()
    press(program, Qt.Key.Key_Return)
    assert card.isHidden() and page(program).due.text() == "Due ¥140.00"
    press(program, Qt.Key.Key_F10)
    assert points_account.show(owner, member=who.member_no).active == 20_000 - 6_000 + 140


def test_above_fifty_the_password_is_asked_when_there_is_one(program, owner):
    who = rich(owner)
    verification.set_password(owner, member=who.member_no, password="4711")
    enter(program, "王芳")
    type_fast(program, who.member_no)
    slow(program, "200+")
    press(program, Qt.Key.Key_F7)
    slow(program, "6000")
    card = page(program).proof_card
    assert card.password.hasFocus() and card.match.isHidden()
    slow(program, "1234")
    assert "4 tries" in card.said()
    slow(program, "4711")
    assert card.isHidden() and page(program).due.text() == "Due ¥140.00"


def test_what_earns_nothing_and_stamps_are_typed_on_one_card(program, owner):
    who = build.member(owner)
    build.offer(owner, "FREE", kind="amount_off", value="100", min_spend=None, valid_days=30)
    build.offer(
        owner,
        "CARD4",
        kind="stamps",
        value=None,
        min_spend=None,
        valid_days=None,
        buy=4,
        reward="FREE",
        categories=["奶粉"],
        automatic=True,
    )
    enter(program, "王芳")
    type_fast(program, who.member_no)
    slow(program, "100+")
    press(program, Qt.Key.Key_F7)
    card = page(program).more_card
    card.points.clear()
    card.without.setText("abc")
    card.apply()
    assert card.said() and not card.isHidden()
    card.without.setText("25")
    card.kinds.setCurrentIndex(1)
    card.pieces["CARD4"].setText("5")
    press(program, Qt.Key.Key_Return)
    press(program, Qt.Key.Key_F10)
    assert points_account.show(owner, member=who.member_no).active == 75
    assert [(c.stamps, c.needed) for c in stamp_cards.cards(owner, member=who.member_no)] == [
        (1, 4)
    ]
    assert any("FREE" in value for _, value in program.window.till_vm.result.facts)


# --- overrides ---


def test_a_cashier_takes_a_coupon_that_just_ended_on_the_own_word(program, owner, wall):
    build.offer(owner, kind="amount_off", value="6", min_spend=None, valid_days=1)
    a, b, _ = build.issued(owner)
    wall.forward(days=2)
    enter(program, "王芳")
    type_fast(program, a)
    texts = [choice.text for choice in program.window.till_vm.result.choices]
    assert texts == ["On my own word", "Manager approves"]
    program.window.till_vm.choose(1)
    settle(program)
    card = page(program).approve_card
    assert card.reason.hasFocus() and card.pin.isHidden()
    press(program, Qt.Key.Key_Return)
    assert card.said()
    slow(program, "yesterday")
    assert issue.show(owner, code=a).state is CouponState.REDEEMED
    press(program, Qt.Key.Key_F10)
    wall.forward(days=3)
    type_fast(program, b)
    assert [choice.text for choice in program.window.till_vm.result.choices] == ["Manager approves"]


def test_a_manager_lets_a_till_go_on_that_tried_too_many_codes(program, owner):
    """The sixth unknown code stops the till; the manager's PIN there, and the coupon in the hand is
    taken at once."""
    build.offer(owner, kind="amount_off", value="6", min_spend=None)
    good = build.issued(owner)[0]
    enter(program, "王芳")
    for code in new_codes(Kind.COUPON, 6):
        type_fast(program, code)
    type_fast(program, good)
    assert [choice.text for choice in program.window.till_vm.result.choices] == ["Manager approves"]
    assert issue.show(owner, code=good).state is CouponState.ISSUED
    program.window.till_vm.choose(1)
    settle(program)
    card = page(program).approve_card
    assert card.isVisible() and card.name.findData("") < 0, (
        "a code from the safe is for one coupon, not for a till"
    )
    card.name.setCurrentIndex(card.name.findData("赵"))
    card.pin.setText("000000")
    card.reason.setText("torn paper")
    card.approve()
    settle(program)
    assert (
        card.isVisible()
        and card.said()
        and issue.show(owner, code=good).state is CouponState.ISSUED
    )
    card.pin.setText(PINS["赵"][1])
    card.approve()
    settle(program)
    assert not card.isVisible() and issue.show(owner, code=good).state is CouponState.REDEEMED


def test_a_managers_word_stands_while_the_member_is_proved(program, owner, wall):
    """A named coupon above the second proof, a day over: the manager is asked once, the birthday
    once, then it is taken."""
    who = rich(owner, birthday="1990-05-17")
    build.offer(owner, kind="amount_off", value="60", min_spend=None, valid_days=1)
    [coupon] = build.issued(owner, to=(who.member_no,))
    wall.forward(days=9)
    enter(program, "王芳")
    type_fast(program, who.member_no)
    slow(program, "200+")
    type_fast(program, coupon)
    program.window.till_vm.choose(1)
    settle(program)
    card = page(program).approve_card
    card.name.setCurrentIndex(card.name.findData("赵"))
    slow(program, "749183")
    slow(program, "late train")
    assert page(program).approve_card.isHidden() and not page(program).proof_card.isHidden()
    press(program, Qt.Key.Key_Return)
    assert page(program).due.text() == "Due ¥140.00"
    view = issue.show(owner, code=coupon)
    assert view.state is CouponState.REDEEMED
    press(program, Qt.Key.Key_F10)
    assert verify.verify(owner)[1] == []


def test_a_code_from_the_safe_opens_what_a_manager_would(program, owner, wall):
    build.offer(owner, kind="amount_off", value="6", min_spend=None, valid_days=1)
    coupon = build.issued(owner)[0]
    [code] = overrides.new_codes(owner, count=1)
    wall.forward(days=9)
    enter(program, "王芳")
    type_fast(program, coupon)
    program.window.till_vm.choose(1)
    settle(program)
    card = page(program).approve_card
    card.name.setCurrentIndex(card.name.count() - 1)
    card.pin.setText("111111111111")
    card.reason.setText("manager ill")
    card.approve()
    settle(program)
    assert "not known" in card.said()
    card.pin.setText(f"{code[:4]} {code[4:8]} {code[8:]}")
    card.approve()
    settle(program)
    assert issue.show(owner, code=coupon).state is CouponState.REDEEMED
    with owner.read() as session:
        assert (
            session.execute(text("SELECT override FROM redemption")).scalar_one()
            == Override.EMERGENCY
        )


# --- fingers ---


def test_an_amount_is_typed_with_fingers(program, owner):
    """A tap into the amount puts the large keys beside it; they go away with Enter."""
    enter(program, "王芳")
    till = page(program)
    click(program, till.amount)
    assert till.side.currentWidget() is till.side.keypad
    for sign in ("1", "2", "8", ".", "5", "⌫", "5", "0"):
        made = labelled(till.side.keypad, sign)
        assert made.height() >= 64 or made.minimumHeight() >= 64
        click(program, made)
    click(program, labelled(till.side.keypad, "Enter"))
    assert program.window.till_vm.now.amount == 12_850
    assert till.side.currentWidget() is till.side.day
    assert till.scan.hasFocus()


# --- the day ---


def test_the_day_is_looked_through_and_handed_over(program, owner, tmp_path):
    """A forgotten card is added to a bill, refused scans say why, the shift ends with its
    differences."""
    build.offer(owner, kind="amount_off", value="6", min_spend=None)
    a, b, _ = build.issued(owner)
    who = build.member(owner)
    enter(program, "王芳")
    slow(program, "50+")
    type_fast(program, a)
    press(program, Qt.Key.Key_F10)
    type_fast(program, a)
    program.window.go("today")
    settle(program)
    day = program.window.pages["today"]
    assert len(day.bill_list.records) == 1
    [refused] = day.refused_list.records
    assert day._why(refused) == "ALREADY USED"
    # nothing is chosen yet: the button is pale, and Enter says why
    assert not day.attach.isEnabled() and not day.slip.isEnabled()
    day.member.setText("13800138000")
    QTest.keyClick(day.member, Qt.Key.Key_Return)
    assert "Choose a bill" in toast(day) and toast_is_bad(day)
    assert day.bill_list.select(lambda bill: True)
    click(program, day.attach)
    assert "44 points" in toast(day)
    assert points_account.show(owner, member=who.member_no).active == 44
    day.tabs.setCurrentIndex(2)
    # what is no amount is said at its box, and nothing is handed over
    day.shift.register.setText("seven")
    click(program, day.shift.close_shift)
    assert "Not an amount" in day.shift._wrong.text(day.shift.register)
    assert day.shift.register.hasFocus()
    day.shift.register.setText("￥７")
    day.shift.boxes["A20"].setText("2")
    QTest.keyClick(day.shift.register, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(program)
    assert "differs by ¥1.00" in toast(day) and "+1" in toast(day)
    day._vm.print_shift(day.shift._sheet, tmp_path / "shift.pdf")
    settle(program)
    assert (tmp_path / "shift.pdf").exists()
    assert b


def test_goods_are_exchanged_on_the_returns_page(program, goods):
    """Scan the receipt, say what comes back, scan what goes instead: only the difference is
    paid."""
    sold = open_bill.record(goods, lines=[LineIn("BREAD", Quantity(2000))])
    enter(program, "赵")
    type_fast(program, sold.receipt_no)
    back = program.window.pages["returns"]
    back.lines.boxes[1].setText("1")
    back.preview()
    settle(program)
    type_fast(program, MILK)
    assert program.window._here == "returns"
    assert (back.meaning.text(), back.cash.text()) == ("The customer pays", "¥37.10")
    click(program, back.go)
    assert "take ¥37.10" in toast(back)
    assert verify.verify(goods)[1] == []


def test_stock_is_handed_out_in_the_window(program, owner):
    build.offer(owner, kind="amount_off", value="6", min_spend=None)
    enter(program, "赵")
    program.window.go("offers")
    settle(program)
    office = program.window.pages["offers"]
    office.batches.count.set_value(20)
    office.batches.activate.setChecked(True)
    office.batches._issue()
    settle(program)
    office.tabs.setCurrentIndex(2)
    stock = office.stock
    stock.serials.setText("abc")
    click(program, stock.acts[PaperAct.HANDED_OUT])
    assert "like 1-500" in stock.errors.text(stock.serials)
    stock.serials.setText("1-15")
    stock.channel.setText("street")
    click(program, stock.acts[PaperAct.HANDED_OUT])
    assert "out 15" in stock.about.text() and len(stock.ways.records) == 1
    stock.serials.setText("15")
    click(program, stock.acts[PaperAct.VOIDED])
    assert "void 1" in stock.about.text()


def test_a_stamp_card_is_designed_in_the_window(program, owner):
    build.offer(owner, "FREE", kind="amount_off", value="100", min_spend=None, valid_days=30)
    enter(program, "赵")
    program.window.go("offers")
    settle(program)
    office = program.window.pages["offers"]
    office.new()
    editor = office.editor
    editor.body.kind.setCurrentIndex(editor.body.kind.findData("stamps"))
    for name, typed in (
        ("code", "CARD12"),
        ("name", "奶粉集点"),
        ("buy", "12"),
        ("reward", "FREE"),
        ("categories", "奶粉"),
        ("valid_days", "365"),
    ):
        editor.boxes[name].setText(typed)
    assert editor.body.automatic.isHidden() and editor.boxes["min_spend"].isHidden()
    assert "12 stamps are a coupon of FREE" in editor.answers.english.text()
    click(program, editor.save)
    assert "CARD12" in toast(office)
    assert stamp_cards.cards(owner, member=build.member(owner).member_no)[0].needed == 12


def test_emergency_codes_are_printed_by_the_owner(program, owner, tmp_path):
    enter(program, "陈")
    program.window.go("settings")
    settle(program)
    shop = program.window.pages["settings"]._shop
    shop._vm.emergency_codes(10, tmp_path / "codes.pdf")
    settle(program)
    assert (tmp_path / "codes.pdf").exists() and said_on(shop).text() == "Kept."


def test_the_till_asks_what_day_it_is_when_the_clock_was_moved(program, owner, wall):
    """Yes goes on with that day; no calls the manager. Nothing is lost meanwhile."""
    enter(program, "王芳")
    slow(program, "50+")
    press(program, Qt.Key.Key_F10)
    wall.forward(days=-1)
    slow(program, "60+")
    assert panel(program).big.text() == "WHAT DAY IS IT?"
    program.window.till_vm.choose(2)
    assert "manager" in panel(program).todo.text()
    press(program, Qt.Key.Key_F10)
    assert (
        panel(program).big.text() == "WHAT DAY IS IT?" and program.window.till_vm.now.amount == 6000
    )
    program.window.till_vm.choose(1)
    settle(program)
    assert panel(program).big.text() == "THANK YOU"
    press(program, Qt.Key.Key_F10)
    assert panel(program).big.text() == "¥60.00"
    assert verify.verify(owner)[1] == []


@pytest.mark.parametrize(
    ("rule", "plain", "with_coupon"), [("never", 0, 0), ("coupon", 0, 1), ("always", 1, 1)]
)
def test_slips_are_printed_by_the_shops_rule(program, owner, monkeypatch, rule, plain, with_coupon):
    """Only the number of slips differs; a missing printer is said in the bar, never in a box, and
    no paper is left lying about."""
    build.offer(owner, "NEXT", kind="amount_off", value="5", min_spend=None)
    shop_settings.set_rule(owner, key="slip", value=rule)
    enter(program, "王芳")
    printed, pages = [], []

    def no_printer(file, _name):
        printed.append(file)
        pages.append(file.read_bytes()[:4])
        return False

    monkeypatch.setattr(printing, "slip", no_printer)
    slow(program, "50+")
    press(program, Qt.Key.Key_F10)
    assert len(printed) == plain
    shop_settings.set_rule(owner, key="next_offer", value="NEXT")
    slow(program, "50+")
    press(program, Qt.Key.Key_F10)
    assert len(printed) - plain == with_coupon and set(pages) <= {b"%PDF"}
    assert not any(file.exists() for file in printed)
    assert program.window.news.isHidden() is (not printed)
    program.window.till_vm.choose(1)
    settle(program)
    assert len(printed) == plain + with_coupon + 1


def test_an_emergency_code_is_worth_what_the_rule_says(program, owner, wall):
    """¥50 by default, ¥5 when the owner says so, for lists printed from then on."""
    shop_settings.set_rule(owner, key="emergency_most", value="5")
    build.offer(owner, kind="amount_off", value="6", min_spend=None, valid_days=1)
    coupon = build.issued(owner)[0]
    [code] = overrides.new_codes(owner, count=1)
    wall.forward(days=9)
    enter(program, "王芳")
    type_fast(program, coupon)
    program.window.till_vm.choose(1)
    settle(program)
    program.window.till_vm.approve_by_code(code, "manager ill")
    settle(program)
    assert "5" in page(program).approve_card.said()
    assert issue.show(owner, code=coupon).state is CouponState.ISSUED


def test_a_lost_slip_is_printed_again_from_the_refusal(program, base, manager):
    """After a power cut the coupon is used and the customer has no slip: one key prints it."""
    build.offer(manager, kind="amount_off", value="6", min_spend=None)
    code = build.issued(manager)[0]
    enter(program, "王芳")
    store = program.window.session.store
    bill = open_bill.record(store, amount=Money(1_000), coupons=[code])
    sent = []
    program.window.till_vm.slip_wanted.connect(sent.append)
    type_fast(program, code)
    settle(program)
    choice = program.window.till_vm.result.choices[0]
    assert (
        choice.text == "Print the slip"
        and bill.receipt_no[-4:] in program.window.till_vm.result.todo
    )
    program.window.till_vm.choose(1)
    settle(program)
    assert [file.name for file in sent] == [f"slip-{bill.receipt_no}.pdf"]


@pytest.mark.parametrize(("language", "said"), [("en", "YOUR OWN CARD"), ("zh_CN", "本人会员卡")])
def test_points_of_the_own_card_wait_for_a_manager(program, owner, language, said):
    """Scanned, counted and refused; the manager's PIN lets it go on, for this customer, and a wrong
    one does not."""
    who = rich(owner)
    staff_cards.set_card(owner, name="王芳", member=who.member_no)
    program._changed(program.settings.with_(language=language))
    settle(program)
    enter(program, "王芳")
    type_fast(program, who.member_no)
    slow(program, "60+")
    press(program, Qt.Key.Key_F7)
    slow(program, "2000")
    assert panel(program).big.text() == said and program.window.till_vm.now.points_used == 0
    program.window.till_vm.choose(1)
    settle(program)
    card = page(program).approve_card
    assert card.isVisible() and card.name.findData("") < 0 and card.name.findData("王芳") < 0
    card.name.setCurrentIndex(card.name.findData("赵"))
    slow(program, "749180")
    slow(program, "lunch")
    assert card.isVisible() and card.said()
    slow(program, "749183")
    slow(program, "")
    assert card.isHidden() and program.window.till_vm.now.points_used == 2000
    press(program, Qt.Key.Key_F10)
    assert points_account.show(owner, member=who.member_no).active == 20_000 - 2_000 + 40
    assert verify.verify(owner)[1] == []


def test_the_own_named_coupon_waits_for_a_manager(program, owner):
    """One PIN for the coupon; a coupon of somebody else's needs none."""
    who = rich(owner)
    staff_cards.set_card(owner, name="王芳", member=who.member_no)
    build.offer(owner, kind="amount_off", value="6", min_spend=None)
    [coupon] = build.issued(owner, to=(who.member_no,))
    enter(program, "王芳")
    type_fast(program, who.member_no)
    slow(program, "60+")
    type_fast(program, coupon)
    assert issue.show(owner, code=coupon).state is CouponState.ISSUED
    program.window.till_vm.choose(1)
    settle(program)
    card = page(program).approve_card
    card.name.setCurrentIndex(card.name.findData("赵"))
    slow(program, "749183")
    slow(program, "lunch")
    assert issue.show(owner, code=coupon).state is CouponState.REDEEMED
    press(program, Qt.Key.Key_F10)
    assert verify.verify(owner)[1] == []


def test_the_owner_says_whose_card_is_whose(program, owner):
    """Chosen in the list, named by its phone; emptied it is nobody's any more."""
    who = build.member(owner)
    enter(program, "陈")
    program.window.go("settings")
    settle(program)
    program.window.pages["settings"].tabs.setCurrentIndex(1)
    settle(program)
    shop = program.window.pages["settings"]._shop
    for said, kept in (("13800138000", who.member_no), ("", "")):
        shop.people.select(lambda person: person.name == "王芳")
        shop.card.setText(said)
        shop.own.click()
        settle(program)
        assert (
            shop.people.current().member == kept == accounts.named(owner, "王芳").member
            and said_on(shop).text() == "Kept."
        )
    shop.people.select(lambda person: person.name == "王芳")
    shop.card.setText("13999999999")
    shop.own.click()
    settle(program)
    assert "13999999999" in shop.errors.text(shop.card)
