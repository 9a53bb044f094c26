"""The window through real key events: a scan and nothing else."""

import itertools

import pytest
from PySide6.QtCore import Qt, QThread
from PySide6.QtGui import QInputMethodQueryEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from storecrm.domain.tenders import Tender
from storecrm.services.coupons import issue
from storecrm.services.members import registry
from storecrm.services.members.verification import VOUCHED
from storecrm.services.staff import accounts
from storecrm.services.till import open_bill, receipts, shifts
from storecrm.services.till.posting import Closing
from storecrm.settings import Settings
from storecrm.ui.kit.toast import said_on
from storecrm.values import CouponState, Money, Role, TenderKind
from tests import build
from tests.conftest import PINS
from tests.ui.hands import enter, panel, press, settle, toast, type_fast


def test_sign_in_by_name_and_pin(qtbot, program):
    """Digits alone, submitted at the person's length; a wrong one is said."""
    page = program.window.sign_in
    page._choose(next(p for p in page._people if p.name == "王芳"))
    for digit in "9999":
        qtbot.keyClick(page, digit)
    settle(program)
    assert "PIN" in page.verdict.text()
    for digit in "3864":
        qtbot.keyClick(page, digit)
    settle(program)
    assert program.window.session.store.actor.name == "王芳"
    assert program.window.pages["till"].scan.hasFocus()


def test_a_scan_redeems_and_nothing_else_is_needed(program, manager):
    """C1: 0 keys. The coupon is redeemed in the book before the panel is green."""
    build.offer(manager, kind="amount_off", value="6", min_spend=None)
    code = build.issued(manager)[0]
    enter(program, "王芳")
    type_fast(program, code)
    assert panel(program).property("look") == "ok"
    assert panel(program).big.text() == "Take ¥6.00 off"
    assert issue.show(manager, code=code).state is CouponState.REDEEMED
    type_fast(program, code)
    assert panel(program).property("look") == "info"
    press(program, Qt.Key.Key_F8)
    assert issue.show(manager, code=code).state is CouponState.ISSUED


def test_amount_first_or_coupon_first(program, manager):
    """C2: either order, and the bill strip shows what is due."""
    build.offer(manager)
    a, b, _ = build.issued(manager)
    enter(program, "王芳")
    type_fast(program, a)
    assert panel(program).big.text() == "ENTER THE AMOUNT"
    type_fast(program, "128", gap=150)
    assert panel(program).big.text() == "Take ¥20.00 off"
    assert program.window.pages["till"].due.text() == "Due ¥108.00"
    type_fast(program, "150.5", gap=150)
    assert program.window.pages["till"].due.text() == "Due ¥150.50"
    type_fast(program, b)
    assert program.window.pages["till"].due.text() == "Due ¥130.50"
    press(program, Qt.Key.Key_F10)
    assert receipts.current(program.window.session.store) is None


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "¥14 short. Offer to add something, then scan again."),
        ("zh_CN", "还差 ¥14，可请顾客凑单后重扫。"),
    ],
)
def test_a_refusal_is_read_on_the_page(program, manager, language, words):
    """C3: state, distance, what to do; in both languages, no box."""
    build.offer(manager)
    code = build.issued(manager)[0]
    program._changed(program.settings.with_(language=language))
    settle(program)
    enter(program, "王芳")
    type_fast(program, "86", gap=150)
    type_fast(program, code)
    assert panel(program).property("look") == "bad"
    assert panel(program).todo.text() == words
    assert QApplication.activeModalWidget() is None


def test_a_member_by_tail_and_the_coupon_by_one_digit(program, manager):
    """C4 and C5: four digits show the member; the coupon takes the whole phone, then it is one
    digit and Enter."""
    who = build.member(manager)
    build.offer(manager, kind="amount_off", value="6", min_spend=None, bearer=False)
    code = build.issued(manager, to=(who.member_no,))[0]
    enter(program, "王芳")
    type_fast(program, "8000", gap=150)
    assert panel(program).big.text() == "李小梅"
    type_fast(program, "1", gap=150)
    assert panel(program).big.text() == "IS IT THE MEMBER?"
    type_fast(program, "13800138000", gap=150)
    assert issue.show(manager, code=code).state is CouponState.REDEEMED
    assert panel(program).property("look") == "ok"
    press(program, Qt.Key.Key_F8)
    type_fast(program, "13800138000", gap=150)
    type_fast(program, "1", gap=150)
    assert issue.show(manager, code=code).state is CouponState.REDEEMED


def test_registering_takes_a_phone_and_two_enters(program, manager):
    """C6: F4, phone, Enter, name, Enter; a known phone offers its member."""
    enter(program, "王芳")
    press(program, Qt.Key.Key_F4)
    card = program.window.pages["till"].register_card
    assert card.phone.hasFocus() and not any(t.isChecked() for t in card.ticks.values())
    card.phone.setText("13800138000")
    press(program, Qt.Key.Key_Return)
    assert card.name.hasFocus()
    card.name.setText("李小梅")
    press(program, Qt.Key.Key_Return)
    assert panel(program).big.text() == "李小梅"
    press(program, Qt.Key.Key_F4)
    card.phone.setText("13800138000")
    card.save()
    settle(program)
    assert "李小梅" in card.said()


def test_two_coupons_ask_one_key(program, manager):
    """A forgotten close costs one key: 1 swaps, 2 is the next customer."""
    build.offer(manager)
    a, b, _ = build.issued(manager)
    enter(program, "王芳")
    type_fast(program, "128", gap=150)
    type_fast(program, a)
    type_fast(program, b)
    assert len(program.window.till_vm.result.choices) == 2
    program.window.till_vm.choose(1)
    settle(program)
    assert issue.show(manager, code=a).state is CouponState.ISSUED
    assert issue.show(manager, code=b).state is CouponState.REDEEMED


def test_a_scan_anywhere_goes_to_the_till_and_spoils_no_field(program, manager):
    """From the members page, with the cursor in a field that has text."""
    build.offer(manager, kind="amount_off", value="6", min_spend=None)
    code = build.issued(manager)[0]
    enter(program, "陈")
    program.window.go("members")
    settle(program)
    field = program.window.pages["members"].directory.search
    field.setText("小梅")
    field.setFocus()
    type_fast(program, code)
    assert field.text() == "小梅"
    assert issue.show(manager, code=code).state is CouponState.REDEEMED


def test_a_scanner_without_enter_is_a_scanner(program, manager, qtbot):
    """A pause ends the scan when the check digit is right."""
    build.offer(manager, kind="amount_off", value="6", min_spend=None)
    code = build.issued(manager)[0]
    enter(program, "王芳")
    type_fast(program, code, end=None)
    qtbot.waitUntil(
        lambda: issue.show(manager, code=code).state is CouponState.REDEEMED, timeout=120_000
    )


def test_a_scanner_faster_than_the_clock_is_a_scanner(program, manager):
    """Two of the same digit at the same moment are two digits, not a key that is held."""
    build.offer(manager, kind="amount_off", value="6", min_spend=None)
    codes = build.issued(manager, count=20)
    code = next(code for code in codes if any(a == b for a, b in itertools.pairwise(code)))
    enter(program, "陈")
    program.window.go("members")
    settle(program)
    program.window.pages["members"].directory.search.setFocus()
    type_fast(program, code, gap=0)
    assert program.window.pages["members"].directory.search.text() == ""
    assert issue.show(manager, code=code).state is CouponState.REDEEMED


def test_tab_ends_a_scan_and_full_width_digits_are_digits(program, manager):
    """Scanner suffixes and input methods."""
    build.offer(manager, kind="amount_off", value="6", min_spend=None)
    a, b, _ = build.issued(manager)
    enter(program, "王芳")
    type_fast(program, a, end=Qt.Key.Key_Tab)
    assert issue.show(manager, code=a).state is CouponState.REDEEMED
    program.window.till_vm.close()
    settle(program)
    type_fast(program, "".join(chr(ord(c) + 0xFEE0) for c in b))
    assert issue.show(manager, code=b).state is CouponState.REDEEMED


def test_slow_keys_are_a_person(program, manager):
    """A held or slow key never becomes a scan."""
    enter(program, "陈")
    program.window.go("members")
    settle(program)
    program.window.pages["members"].directory.search.setFocus()
    type_fast(program, "13800138000", gap=120, end=None)
    assert program.window.pages["members"].directory.search.text() == "13800138000"


def test_five_lists_stand_on_the_members_page_and_the_rest_behind_more(
    qtbot, program, owner, wall, tmp_path, monkeypatch
):
    """Choose a list, read its rule, see its members, export it; chosen once more, everybody is
    there again."""
    for n in range(3):
        who = build.member(owner, phone=f"1380013800{n}", name=f"会员{n}")
        open_bill.record(owner, amount=Money(1_000), member=who.member_no)
    for _ in range(2):
        wall.forward(days=35)
        open_bill.record(owner, amount=Money(1_000))
    open_bill.record(owner, amount=Money(1_000), member=who.member_no)
    enter(program, "陈")
    program.window.go("members")
    settle(program)
    page = program.window.pages["members"]
    assert [chip.text() for chip in page.directory.chips] == [
        "Newcomers 0",
        "Regulars 0",
        "Leaving 0",
        "Dormant 2",
        "Birthdays 0",
    ]
    qtbot.mouseClick(page.directory.chips[3], Qt.MouseButton.LeftButton)
    settle(program)
    assert (
        len(page.directory.list.records) == 2
        and "60" in page.directory.rule.text()
        and not page.directory.rule.isHidden()
        and page.directory.chips[3].isChecked()
    )
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "m.csv"), ""))
    qtbot.mouseClick(page.directory.export, Qt.MouseButton.LeftButton)
    settle(program)
    assert (tmp_path / "m.csv").read_text("utf-8-sig").count("1380013800") == 2
    qtbot.mouseClick(page.directory.chips[3], Qt.MouseButton.LeftButton)
    settle(program)
    assert (
        len(page.directory.list.records) == 3
        and page.directory.rule.isHidden()
        and page.directory.export.isHidden()
    )
    build.offer(owner, "COME", kind="amount_off", value="5", min_spend=None)
    page.open()
    settle(program)
    qtbot.mouseClick(page.directory.chips[3], Qt.MouseButton.LeftButton)
    settle(program)
    [come] = page.directory.give.menu().actions()
    come.trigger()
    assert "to 2 members" in page.directory.go.text() and not page.directory.go.isHidden()
    page.directory.choose(0)
    assert page.directory.go.isHidden()
    settle(program)
    page.directory.chips[3].setChecked(True)
    page.directory.choose(3)
    settle(program)
    come.trigger()
    page._vm.choose(page.directory._lists[0])
    qtbot.mouseClick(page.directory.go, Qt.MouseButton.LeftButton)
    settle(program)
    assert toast(page).startswith("2 coupons issued.") and page.directory.go.isHidden()
    assert sorted(
        len(issue.of_member(owner, member=m.member_no)) for m in registry.page(owner, offset=0)
    ) == [0, 1, 1]
    [won_back] = [
        action for action in page.directory.more.menu().actions() if action.text() == "Won back"
    ]
    won_back.trigger()
    settle(program)
    assert len(page.directory.list.records) == 1
    page.directory._open_row(page.directory.list.record(0))
    settle(program)
    said = [
        page.tabs.profile.lines.itemAtPosition(row, 1).widget().text()
        for row in range(page.tabs.profile.lines.rowCount())
    ]
    assert said[0].startswith("won back · Last visit") and said[2] == "¥20.00 · ¥10.00 a visit"


def test_tags_are_typed_and_a_member_is_forgotten_by_the_owner(qtbot, program, owner):
    who = build.member(owner)
    enter(program, "陈")
    program.window.go("members")
    settle(program)
    page = program.window.pages["members"]
    page._vm.open(who.member_no)
    settle(program)
    page.data.words.setText("vip， milk")
    page.data.form.save()
    settle(program)
    assert (
        registry.show(owner, member=who.member_no).tags == ("milk", "vip")
        and "vip" in page.head.facts.text()
    )
    page.data.why.setText("asked for it")
    page.data.tail.setText("0000" if not who.member_no.endswith("0000") else "1111")
    page.data.forget()
    settle(program)
    assert "last four" in page.data.errors.text(page.data.tail) and registry.count(owner) == 1
    page.data.tail.setText(who.member_no[-4:])
    page.data.forget()
    settle(program)
    assert (
        registry.count(owner) == 0
        and len(page.directory.list.records) == 0
        and "forgotten" in page.head.facts.text()
    )
    enter(program, "赵")
    program.window.go("members")
    settle(program)
    assert not program.window.pages["members"]._vm.may_forget


def test_a_cashier_sees_no_lists_and_no_profile(program, owner):
    who = build.member(owner)
    enter(program, "王芳")
    program.window.go("members")
    settle(program)
    page = program.window.pages["members"]
    page._vm.open(who.member_no)
    settle(program)
    assert (
        not page.directory.chips[0].isVisible()
        and page.tabs.count() == 4
        and page.head.title.text()
    )


def test_the_scan_box_refuses_the_input_method(program):
    """Digits must not become Chinese."""
    enter(program, "王芳")
    event = QInputMethodQueryEvent(Qt.InputMethodQuery.ImEnabled)
    QApplication.sendEvent(program.window.pages["till"].scan, event)
    assert event.value(Qt.InputMethodQuery.ImEnabled) is False


def test_a_bill_survives_the_program(program, manager, base):
    """After a power cut the open bill is offered with its two ways on."""
    build.offer(manager)
    code = build.issued(manager)[0]
    enter(program, "王芳")
    open_bill.take(
        program.window.session.store, code=code, amount=15_000, request_no="x", proof=VOUCHED
    )
    enter(program, "陈")
    enter(program, "王芳")
    assert panel(program).big.text() == "OPEN BILL"
    program.window.till_vm.choose(1)
    settle(program)
    assert receipts.current(program.window.session.store) is None


def test_closing_twice_posts_once_and_the_next_amount_is_the_next_bill(program, manager):
    """Keys pressed while the store is busy: nothing is doubled, nothing is lost."""
    enter(program, "王芳")
    vm = program.window.till_vm
    vm.entered("12.50")
    vm.close()
    vm.close()
    vm.entered("8.00")
    settle(program)
    assert vm.now.amount == 800
    vm.close()
    settle(program)
    from storecrm.services.reports import month_figures

    day = program.store.clock.today()
    figures = month_figures.figures(manager, first=day, last=day)
    assert (figures.recorded_receipts, figures.recorded_net) == (2, 2_050)


def test_undo_pressed_twice_spares_the_customer_before(program, manager):
    """The second F8 finds nothing."""
    build.offer(manager, kind="amount_off", value="6", min_spend=None)
    a, b, _ = build.issued(manager)
    enter(program, "赵")
    program.window.go("till")
    settle(program)
    type_fast(program, a)
    press(program, Qt.Key.Key_F10)
    type_fast(program, b)
    press(program, Qt.Key.Key_F8)
    assert issue.show(manager, code=b).state is CouponState.ISSUED
    program.window.till_vm.undo()
    settle(program)
    program.window.till_vm.undo()
    settle(program)
    assert panel(program).big.text() == "NOTHING TO TAKE BACK"


def test_a_members_card_does_not_wait_for_the_next_customer(program, manager):
    """Esc lets go of a member without a bill, and a pause does too."""
    who = build.member(manager)
    enter(program, "王芳")
    type_fast(program, who.member_no)
    vm = program.window.till_vm
    assert vm.now.member is not None
    vm.escape()
    assert vm.now.member is None
    type_fast(program, who.member_no)
    vm.screen.pause.timeout.emit()
    assert vm.now.member is None


def test_rights_shape_the_rail(program):
    """What a person may not do is not offered."""
    seen = {}
    for name in PINS:
        enter(program, name)
        seen[name] = {n for n, b in program.window.rail_buttons.items() if not b.isHidden()}
    assert seen["王芳"] == {"till", "members", "today", "settings"}
    assert "offers" in seen["赵"] and "report" in seen["陈"]
    assert Role.OWNER


def test_an_offer_is_designed_issued_and_printed_in_the_window(program, tmp_path):
    """The sentence follows the keys in both languages; the preview shows the paper."""
    enter(program, "陈")
    program.window.go("offers")
    settle(program)
    page = program.window.pages["offers"]
    page.new()
    for name, text in (
        ("code", "NEW1"),
        ("name", "满100减20"),
        ("value", "20"),
        ("min_spend", "100"),
    ):
        page.editor.boxes[name].setText(text)
    assert (
        page.editor.answers.english.text()
        == "Spend ¥100: ¥20 off; valid 30 days from the day of issue."
    )
    assert page.editor.answers.chinese.text() == "满 ¥100，减 ¥20；自发放当天起 30 天内有效。"
    page.editor.boxes["value"].setText("200")
    assert "more than" in page.editor.answers.verdict.text()
    page.editor.boxes["value"].setText("20")
    page.editor._save()
    settle(program)
    page.batches.count.set_value(30)
    page.batches._issue()
    settle(program)
    assert "30 coupons issued" in toast(page)
    assert not page.batches.preview.pixmap().isNull()
    vm = page._vm
    vm.print_to(page.batches._chosen().id, "slip-80", 1, "zh_CN", tmp_path / "x.pdf")
    settle(program)
    assert (tmp_path / "x.pdf").exists() and "30 pages saved" in toast(page)


def test_the_office_reports_and_backs_up(program, tmp_path):
    """Each button does its work and says so."""
    enter(program, "陈")
    program.window.go("data")
    settle(program)
    page = program.window.pages["data"]
    page._vm.back_up()
    settle(program)
    assert "Backed up" in toast(page) and len(page.backups.list.records) >= 1
    page._vm.prove()
    settle(program)
    assert "all is well" in toast(page)
    page.day_totals.net.setText("8650")
    page.day_totals.receipts.entry.setText("320")
    page.day_totals.keep()
    settle(program)
    assert len(page.day_totals.rows.records) == 1
    program.window.go("report")
    settle(program)
    report = program.window.pages["report"]
    report._vm.report(*report._vm.last_month(), "zh_CN", tmp_path / "r.xlsx")
    settle(program)
    assert (tmp_path / "r.xlsx").exists()


@pytest.fixture
def beginning(qtbot, tmp_path, monkeypatch):
    """The first start on a machine that has no store."""
    from storecrm import paths
    from storecrm.app.first_run import Beginning

    monkeypatch.setattr(paths, "data_folder", lambda: tmp_path / "data")
    monkeypatch.setattr(paths, "settings_file", lambda: tmp_path / "settings.toml")
    first = QWidget()
    first.show()
    start = Beginning(
        QApplication.instance(),
        first,
        Settings(language="en", theme="light", sounds=False),
        "till 1",
    )
    start.open(str(tmp_path / "new.db"))
    yield start
    start.close()


def until(check):
    app = QApplication.instance()
    for _ in range(2000):
        app.processEvents()
        if check():
            return
        QThread.msleep(5)
    raise AssertionError("nothing came")


def test_a_first_start_opens_a_shop_from_the_keyboard(qtbot, beginning, tmp_path):
    """No store is no dead end: name, owner and PIN open one, and the owner signs in."""
    page = beginning.shown
    qtbot.keyClicks(page.shop, "Corner Shop")
    qtbot.keyClicks(page.owner, "Ann")
    qtbot.keyClicks(page.pin, "860274")
    qtbot.keyClicks(page.again, "860275")
    qtbot.keyClick(page.start, Qt.Key.Key_Space)
    until(lambda: bool(page.errors.text(page.again)))
    assert "not the same" in page.errors.text(page.again) and not (tmp_path / "new.db").exists()
    assert QApplication.focusWidget() is page.again
    page.again.clear()
    qtbot.keyClicks(page.again, "860274")
    qtbot.keyClick(page.start, Qt.Key.Key_Space)
    until(lambda: beginning.program is not None)
    settle(beginning.program)
    assert [p.name for p in beginning.program.window.sign_in._people] == ["Ann"]
    assert (tmp_path / "settings.toml").read_text("utf-8").count("Corner Shop") == 1


def test_the_first_page_asks_where_phones_are_from(qtbot, beginning, tmp_path):
    """The country follows the time zone until somebody says another; every currency can be
    chosen."""
    page = beginning.shown
    assert page.currency.findText("KWD") >= 0 and page.region.count() > 240
    page.zone.lineEdit().selectAll()
    qtbot.keyClicks(page.zone.lineEdit(), "Asia/Singapore")
    assert page.region.currentData() == "SG"
    qtbot.keyClicks(page.region, "Malaysia")
    for box, text in (
        (page.shop, "Corner Shop"),
        (page.owner, "Ann"),
        (page.pin, "860274"),
        (page.again, "860274"),
    ):
        qtbot.keyClicks(box, text)
    qtbot.keyClick(page.start, Qt.Key.Key_Space)
    until(lambda: beginning.program is not None)
    settle(beginning.program)
    assert beginning.program.store.shop.region == "MY"


def test_a_first_start_brings_a_backup(qtbot, beginning, owner, tmp_path):
    """A new computer takes the shop over from its backup, and a broken file is refused in a
    sentence."""
    from storecrm.services.backup import backups

    made, page = backups.create(owner), beginning.shown
    bad = tmp_path / "bad.db"
    bad.write_bytes(b"x" * 9000)
    page.bring(bad)
    until(lambda: said_on(page) is not None)
    assert beginning.program is None
    page.bring(made.path)
    until(lambda: beginning.program is not None)
    assert beginning.program.store.shop.name == "禾田生活"


def test_the_owner_takes_staff_on_and_sets_a_rule(qtbot, program):
    """Staff and rules need no command line; what is wrong is said on the page."""
    from storecrm.services import shop_settings

    enter(program, "陈")
    program.window.go("settings")
    program.window.pages["settings"].tabs.setCurrentIndex(1)
    page = program.window.pages["settings"]._shop
    settle(program)
    qtbot.keyClick(program.window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.focusWidget() is page.name
    page.name.setText("李强")
    qtbot.keyClicks(page.pin, "1234")
    qtbot.keyClick(page.pin, Qt.Key.Key_Return)
    settle(program)
    assert page.errors.text(page.pin) and QApplication.focusWidget() is page.pin
    page.pin.setText("5917")
    qtbot.mouseClick(page.add, Qt.MouseButton.LeftButton)
    settle(program)
    assert "李强" in [p.name for p in accounts.listed(program.store)]
    program.window.pages["settings"].tabs.setCurrentIndex(2)
    page = program.window.pages["settings"]._rules
    settle(program)
    page.rules.select(lambda rule: rule.key == "coupons_per_bill")
    entry = page.control.number.entry
    entry.setText("2")
    qtbot.keyClick(entry, Qt.Key.Key_Return)
    settle(program)
    assert shop_settings.show(program.window.session.store)["coupons_per_bill"] == "2"


def test_a_cashier_sees_no_staff_page(program):
    """Hidden in the window, refused in the service."""
    enter(program, "王芳")
    program.window.go("settings")
    assert program.window.pages["settings"]._shop is None


def test_one_coupon_is_cancelled_in_the_window(qtbot, program, owner):
    """A torn or stolen paper: its code is typed, looked at, cancelled."""
    build.offer(owner)
    code = build.issued(owner, count=2)[0]
    enter(program, "陈")
    program.window.go("offers")
    settle(program)
    page = program.window.pages["offers"].batches
    page.one.code.setText(code)
    qtbot.keyClick(page.one.code, Qt.Key.Key_Return)
    settle(program)
    assert page.one.drop.isEnabled() and not page.one.again.isEnabled()
    qtbot.mouseClick(page.one.drop, Qt.MouseButton.LeftButton)
    settle(program)
    assert issue.show(owner, code=code).state is CouponState.VOIDED


def test_a_promotion_is_said_when_the_amount_is_typed(program, owner):
    """The cashier takes it off at the other register now, not after the customer has paid."""
    from storecrm.domain.offers import reading
    from storecrm.services.offers import design

    design.create(
        owner,
        new=reading.draft(
            {
                "code": "BIG",
                "name": "Big bill",
                "kind": "threshold_off",
                "value": "20",
                "min_spend": "100",
                "automatic": True,
            }
        ),
    )
    enter(program, "王芳")
    vm = program.window.till_vm
    vm.entered("128.00")
    settle(program)
    assert (vm.result.look, vm.result.big) == ("ok", "Take ¥20.00 off") and (
        "Big bill",
        "-¥20.00",
    ) in vm.result.facts
    press(program, Qt.Key.Key_F10)
    assert vm.result.big == "¥108.00"
    vm.entered("90.00")
    settle(program)
    assert ("Big bill", "¥10 more and it applies") in vm.result.facts


def test_a_promotion_is_designed_and_tried_in_the_window(qtbot, program, owner):
    """Only the fields of its kind; the sentence follows; what it collides with and what it would
    have cost are said before it is kept."""
    from storecrm.domain.offers import reading
    from storecrm.services.offers import design
    from storecrm.values import OfferKind

    design.create(
        owner,
        new=reading.draft(
            {
                "code": "BIG",
                "name": "Big bill",
                "kind": "threshold_off",
                "value": "20",
                "min_spend": "100",
                "automatic": True,
            }
        ),
    )
    open_bill.record(owner, amount=Money(6_000))
    enter(program, "陈")
    program.window.go("offers")
    settle(program)
    page = program.window.pages["offers"]
    page.new()
    editor = page.editor
    editor.body.kind.setCurrentIndex(editor.body.kind.findData(OfferKind.BUY_GET.value))
    assert (
        editor.boxes["value"].isHidden()
        and not editor.boxes["buy"].isHidden()
        and editor.boxes["budget"].isHidden()
    )
    editor.body.kind.setCurrentIndex(editor.body.kind.findData(OfferKind.EVERY_THRESHOLD.value))
    editor.body.automatic.setChecked(True)
    for name, text in (
        ("code", "EVERY50"),
        ("name", "Every 50"),
        ("value", "5"),
        ("min_spend", "50"),
    ):
        editor.boxes[name].setText(text)
    assert editor.answers.english.text() == "Every ¥50: ¥5 off; applies by itself."
    editor._soon.timeout.emit()
    settle(program)
    assert "Big bill" in editor.answers.beside.text()
    qtbot.mouseClick(editor.trial, Qt.MouseButton.LeftButton)
    settle(program)
    assert "1 receipt" in toast(page) and "¥5.00" in toast(page)
    qtbot.mouseClick(editor.save, Qt.MouseButton.LeftButton)
    settle(program)
    assert design.show(owner, code="EVERY50").rule.automatic
    page.show_offer(design.show(owner, code="EVERY50"))
    assert editor.body.raw()["min_spend"] == "50.00" and editor.body.automatic.isChecked()


def test_goods_come_back_by_the_receipts_barcode(qtbot, program, owner):
    """Scan the receipt anywhere, type how many, read what it does, return: the cash of the preview
    is what is given."""
    from storecrm.services.till import returns

    ann = build.member(owner)
    sold = open_bill.record(owner, amount=Money(10_000), member=ann.member_no)
    enter(program, "赵")
    type_fast(program, sold.receipt_no)
    page = program.window.pages["returns"]
    assert program.window._here == "returns" and page.isVisible() and list(page.lines.boxes) == [1]
    page.lines.boxes[1].setText("x")
    page._soon.timeout.emit()
    settle(program)
    assert page.errors.text(page.lines.boxes[1]) and not page.go.isEnabled()
    page.lines.boxes[1].clear()
    qtbot.keyClicks(page.lines.boxes[1], "0.25")
    page._soon.timeout.emit()
    settle(program)
    assert page.way.isHidden()  # another register took the money
    assert page.cash.text() == "¥25.00" and "25 points are taken back." in page.effects.text()
    qtbot.mouseClick(page.go, Qt.MouseButton.LeftButton)
    settle(program)
    assert "¥25.00" in toast(page) and "¥25.00" in page.effects.text()
    assert returns.preview(owner, receipt=sold.receipt_no).cash == 7_500


def test_money_goes_back_as_it_came_or_as_the_manager_says(qtbot, program, owner):
    paid = [Tender(TenderKind.ALIPAY, Money(10_000))]
    first, second = (
        open_bill.record(owner, amount=Money(10_000), closing=Closing(paid=paid, proof=VOUCHED))
        for _ in range(2)
    )
    enter(program, "赵")
    for sold, way in ((first, None), (second, TenderKind.CASH)):
        type_fast(program, sold.receipt_no)
        page = program.window.pages["returns"]
        assert not page.way.isHidden() and page.way.currentData() == TenderKind.ALIPAY
        if way:
            page.way.setCurrentIndex(page.way.findData(way))
        qtbot.mouseClick(page.everything, Qt.MouseButton.LeftButton)
        page._soon.timeout.emit()
        settle(program)
        qtbot.mouseClick(page.go, Qt.MouseButton.LeftButton)
        settle(program)
        assert page.way.isHidden()
    assert shifts.sheet(program.window.session.store).tenders == {
        "alipay": -10_000,
        "cash": -10_000,
    }


def test_a_cashier_cannot_return_alone(program, owner):
    """A scanned receipt stays at the till, which says that it is no coupon."""
    sold = open_bill.record(owner, amount=Money(10_000))
    enter(program, "王芳")
    type_fast(program, sold.receipt_no)
    assert "returns" not in program.window.pages and program.window.till_vm.result.look == "unknown"


def test_a_manager_approves_an_expired_coupon_at_the_till(qtbot, program, owner, wall):
    """No box, no change of person: the small card, PIN, reason, done."""
    build.offer(owner, kind="amount_off", value="6", min_spend=None, valid_days=1)
    code = build.issued(owner)[0]
    wall.forward(days=1)
    enter(program, "王芳")
    vm = program.window.till_vm
    type_fast(program, code)
    assert vm.result.look == "bad" and vm.choose(len(vm.result.choices))
    settle(program)
    card = program.window.pages["till"].approve_card
    assert not card.isHidden() and [card.name.itemText(n) for n in range(card.name.count())] == [
        "陈",
        "赵",
        "A code from the safe",
    ]
    card.name.setCurrentText("赵")
    qtbot.keyClicks(card.pin, "749184")
    qtbot.keyClick(card.pin, Qt.Key.Key_Return)
    qtbot.keyClicks(card.reason, "drove an hour")
    qtbot.keyClick(card.reason, Qt.Key.Key_Return)
    settle(program)
    assert "PIN" in card.said()
    qtbot.keyClicks(card.pin, "749183")
    qtbot.keyClick(card.reason, Qt.Key.Key_Return)
    settle(program)
    assert (
        card.isHidden()
        and vm.result.look == "ok"
        and program.window.session.store.actor.name == "王芳"
    )
    assert issue.show(owner, code=code).state is CouponState.REDEEMED


def test_the_days_work_is_done_once_somebody_signs_in(program, owner, wall):
    """A bill put aside yesterday no longer holds its coupon, points that ended are written down, a
    copy is made."""
    from storecrm.services.backup import backups
    from storecrm.services.till import parked_bills

    build.offer(owner, kind="amount_off", value="6", min_spend=None)
    code = build.issued(owner)[0]
    parked_bills.suspend(owner, amount=Money(1_000), coupons=[code], proof=VOUCHED)
    wall.forward(days=1)
    enter(program, "王芳")
    program.window._soon.timeout.emit()
    settle(program)
    assert issue.show(owner, code=code).state is CouponState.ISSUED and backups.listed(owner)


def test_a_scan_with_the_cursor_nowhere_is_not_lost(program, manager):
    """After a page was put away nothing has the focus; the keys come to the window."""
    build.offer(manager, kind="amount_off", value="6", min_spend=None)
    code = build.issued(manager)[0]
    enter(program, "王芳")
    QApplication.focusWidget().clearFocus()
    assert QApplication.focusWidget() is None
    type_fast(program, code)
    assert issue.show(manager, code=code).state is CouponState.REDEEMED


def test_whoever_must_wait_sees_the_seconds_go_by(qtbot, program, monkeypatch):
    """A sentence that stands still is typed against; one that counts down is waited for."""
    from storecrm.ui.pages import sign_in

    page = program.window.sign_in
    page._choose(next(p for p in page._people if p.name == "王芳"))
    for digit in "9517" * 4:
        qtbot.keyClick(page, digit)
        settle(program)
    assert page.verdict.text() == "The PIN is not right. Wait 15 s."
    began = sign_in.monotonic()
    monkeypatch.setattr(sign_in, "monotonic", lambda: began + 9.5)
    qtbot.waitUntil(
        lambda: page.verdict.text() == "The PIN is not right. Wait 6 s.", timeout=120_000
    )
    qtbot.keyClick(page, "3")
    assert page.verdict.text() == "The PIN is not right. Wait 6 s."
    for digit in "864":
        qtbot.keyClick(page, digit)
    settle(program)
    assert page.verdict.text().startswith("Too many wrong PINs. Wait ")
    monkeypatch.setattr(sign_in, "monotonic", lambda: began + 60)
    qtbot.waitUntil(
        lambda: page.verdict.text() == "The wait is over: type the PIN.", timeout=120_000
    )
    page._choose(next(p for p in page._people if p.name == "赵"))
    assert page.verdict.text() == ""


def test_the_owner_sees_at_once_that_the_trail_was_cut_and_may_answer(qtbot, program):
    """A file that lost its end does not open silently; the way out stands beside what is said."""
    import json

    from storecrm.services.backup import trail_anchors

    enter(program, "陈")
    trail_anchors.note(program.store)
    file = trail_anchors._file(program.store)
    kept = json.loads(file.read_text("utf-8"))
    said = {name: kept[name] for name in ("at", "anchors", "answers")}
    said["anchors"][0]["seq"] += 7
    file.write_text(json.dumps(said | {"mark": trail_anchors._mark(program.store, said)}), "utf-8")
    enter(program, "陈")
    qtbot.waitUntil(lambda: "missing: at least 7" in program.window.news.text(), timeout=120_000)
    assert program.window.news.isVisible()
    program.window.go("data")
    settle(program)
    page = program.window.pages["data"]
    assert "missing: at least 7" in page.backups.gaps.text()
    page.backups.why_right.setText("a new disk")
    page.backups.is_right.click()
    settle(program)
    assert page.backups.gaps.text() == "" and page.backups.is_right.isHidden()
    assert trail_anchors.look(program.store) == []
