"""A day in the shop, start to end, by keys and clicks, in both languages: the manager designs, the
cashier sells, the manager takes back, the owner looks at the month. What is checked stands in the
book, not on the screen."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from storecrm.i18n import Catalogue
from storecrm.services import shop_settings
from storecrm.services.coupons import batches, issue
from storecrm.services.imports import run
from storecrm.services.integrity import verify
from storecrm.services.loyalty import points_account
from storecrm.services.members import registry
from storecrm.services.reports import exceptions, month_figures
from storecrm.services.till import day_board, receipts, shifts
from storecrm.values import CouponState, Money, TenderKind
from tests.conftest import signed
from tests.ui.hands import enter, press, settle, type_fast
from tests.ui.layout import faults

MILK = "6901234567892"


def slow(window, text):
    type_fast(window, text, gap=150)


def click(program, widget):
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
    settle(program)


def named(holder, text):
    return next(b for b in holder.findChildren(QPushButton) if b.accessibleName() == text)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_day_by_each_role(program, owner, base, tmp_path, wall, language):
    words = Catalogue(language, "CNY", base.clock.zone)
    file = tmp_path / "goods.csv"
    file.write_text(
        f"sku,barcode,name,category,price\nMILK,{MILK},晨露纯牛奶,乳品,45.90\nBREAD,,吐司,烘焙,8.80\n",
        "utf-8",
    )
    run.load(owner, kind="products", path=file)
    shop_settings.set_rule(owner, key="till_mode", value="register")
    program._changed(program.settings.with_(language=language))
    settle(program)

    # --- the manager designs an offer and issues coupons ---
    enter(program, "赵")
    window = program.window
    window.go("offers")
    settle(program)
    office = window.pages["offers"]
    click(program, named(office, words.t("New")))
    for box, text in (
        ("code", "AUTUMN20"),
        ("name", "Autumn"),
        ("value", "20"),
        ("min_spend", "100"),
    ):
        office.editor.boxes[box].setFocus()
        QTest.keyClicks(office.editor.boxes[box], text)
    assert office.editor.answers.chinese.text() and office.editor.answers.english.text()
    click(program, office.editor.save)
    office.tabs.setCurrentIndex(1)
    office.batches.count.set_value(3)
    click(program, named(office.batches, words.t("Issue")))
    codes = batches.codes_of(owner, batch=batches.listed(owner)[0].id)
    assert len(codes) == 3

    # --- the cashier registers a member, sells a basket with coupon and change, puts a bill aside
    # ---
    enter(program, "王芳")
    till = window.pages["till"]
    press(program, Qt.Key.Key_F4)
    QTest.keyClicks(till.register_card.phone, "13800138000")
    press(program, Qt.Key.Key_Return)
    QTest.keyClicks(till.register_card.name, "Li")
    press(program, Qt.Key.Key_Return)
    ann = registry.find(owner, text="13800138000")[0].member_no
    for _ in range(3):
        type_fast(program, MILK)
    type_fast(program, codes[0])
    press(program, Qt.Key.Key_F6)
    type_fast(program, MILK)
    press(program, Qt.Key.Key_F10)
    slow(program, "50")
    [passer_by] = day_board.bills(signed(base, "王芳"))
    assert receipts.show(owner, receipt=passer_by.receipt_no).change == 410
    press(program, Qt.Key.Key_F6)
    slow(program, "1")
    press(program, Qt.Key.Key_F10)
    slow(program, "120")
    sold = next(
        b for b in day_board.bills(signed(base, "王芳")) if b.receipt_no != passer_by.receipt_no
    )
    view = receipts.show(owner, receipt=sold.receipt_no)
    assert (view.net, view.change, view.points_earned) == (11_770, 230, 117)
    assert (
        view.member is not None and issue.show(owner, code=codes[0]).state is CouponState.REDEEMED
    )

    # --- a coupon that is not for this bill, and the passer-by who had a card after all ---
    slow(program, "20")
    type_fast(program, codes[1])
    assert issue.show(owner, code=codes[1]).state is CouponState.ISSUED
    press(program, Qt.Key.Key_F8)
    window.go("today")
    settle(program)
    day = window.pages["today"]
    assert faults(window) == []
    day.bill_list.select(lambda bill: bill.receipt_no == passer_by.receipt_no)
    QTest.keyClicks(day.member, "13800138000")
    click(program, day.attach)
    assert points_account.show(owner, member=ann).active == 117 + 45
    day.tabs.setCurrentIndex(2)
    QTest.keyClicks(day.shift.register, "20.00")
    click(program, day.shift.close_shift)

    # --- the manager takes goods back by the receipt's barcode ---
    enter(program, "赵")
    type_fast(program, sold.receipt_no)
    back = window.pages["returns"]
    QTest.keyClicks(back.lines.boxes[1], "1")
    QTest.qWait(400)
    settle(program)
    assert back.go.isEnabled() and faults(window) == []
    click(program, back.go)
    assert points_account.show(owner, member=ann).active == 117 + 45 - 39

    # --- the owner looks ---
    enter(program, "陈")
    business = owner.clock.today()
    now = month_figures.figures(owner, first=business, last=business)
    assert (now.totals.redemptions, now.totals.discount, now.recorded_net) == (
        1,
        2000,
        4590 + 11_770 - 3923,
    )
    [shift] = shifts.handed_over(owner, first=business, last=business)
    assert (shift.bills, shift.given, shift.difference, shift.tenders) == (
        2,
        2000,
        0,
        {TenderKind.CASH.value: Money(16_360)},
    )
    assert {p.staff: p.attached for p in exceptions.people(owner, first=business, last=business)}[
        "王芳"
    ] == 1
    window.go("report")
    settle(program)
    assert faults(window) == []
    assert verify.verify(owner)[1] == []
