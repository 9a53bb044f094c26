"""Whose keys they are: a scanner's, a person's, and what happens when nobody presses any."""

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from storecrm.services import shop_settings
from storecrm.services.coupons import issue
from storecrm.services.staff import accounts
from storecrm.services.till import receipts
from storecrm.ui.kit.idle import IdleWatch
from storecrm.ui.kit.pickers.choices import Choice
from storecrm.ui.kit.pickers.search_box import SearchBox
from storecrm.values import CouponState, Role
from tests import build
from tests.ui.hands import enter, panel, press, settle, type_fast

WECHAT = "134567890123456789"


@pytest.fixture
def coupon(manager):
    """A coupon that needs no amount."""
    build.offer(manager, kind="amount_off", value="6", min_spend=None)
    return build.issued(manager)[0]


def slow(program, text, **more):
    type_fast(program, text, gap=150, **more)


def spent(store, code):
    return issue.show(store, code=code).state is CouponState.REDEEMED


# --- a scan at the lock is a scan ---


@pytest.mark.parametrize("end", [Qt.Key.Key_Return, Qt.Key.Key_Tab, None])
def test_a_scan_at_the_lock_types_no_pin(qtbot, program, coupon, base, end):
    """Sixteen digits were four wrong PINs, and the right one was refused after them."""
    sign_in = program.window.sign_in
    sign_in._choose(next(p for p in sign_in._people if p.name == "王芳"))
    sign_in.setFocus()
    type_fast(program, coupon, end=end)
    qtbot.waitUntil(lambda: "scan again" in sign_in.verdict.text(), timeout=120_000)
    assert "●" not in sign_in.dots.text()
    slow(program, "3864", end=None)
    assert program.window.session.store.actor.name == "王芳"
    assert not spent(program.window.session.store, coupon)


def test_a_badge_at_the_lock_chooses_its_person(program, base):
    """The badge says who, the PIN that it is true."""
    sign_in = program.window.sign_in
    type_fast(program, accounts.named(base, "赵").badge)
    assert sign_in._who.name == "赵" and "赵" in sign_in.verdict.text()
    slow(program, "749183", end=None)
    assert program.window.session.store.actor.name == "赵"


def test_a_scan_in_the_middle_of_a_pin_leaves_nothing_of_it(program, coupon):
    sign_in = program.window.sign_in
    sign_in._choose(next(p for p in sign_in._people if p.name == "王芳"))
    slow(program, "38", end=None)
    type_fast(program, coupon)
    assert "●" not in sign_in.dots.text()
    slow(program, "3864", end=None)
    assert program.window.session.store.actor.name == "王芳"


def test_a_scan_that_was_not_read_well_is_no_pin_either(program, base):
    """Two scans run into one, a code of no shop: nobody types that fast, so it is dropped, and the
    PIN after it is right."""
    sign_in = program.window.sign_in
    sign_in._choose(next(p for p in sign_in._people if p.name == "王芳"))
    type_fast(program, "21" * 20)
    type_fast(program, "1234567", end=None)
    QTest.qWait(300)
    assert "●" not in sign_in.dots.text()
    slow(program, "3864", end=None)
    assert program.window.session.store.actor.name == "王芳"


def test_a_line_feed_ends_a_scan_too(program, coupon, manager):
    """Some scanners end with it; it has no key of its own."""
    enter(program, "赵")
    program.window.go("report")
    settle(program)
    page = program.window.pages["report"]
    before = page.period.first.text()
    page.period.first.setFocus()
    type_fast(program, coupon + "\n", end=None)
    assert page.period.first.text() == before and spent(manager, coupon)


# --- a scan in a field of another page ---


def test_a_scan_leaves_a_date_as_it_was(program, coupon, manager):
    """The report was from 2101-03-09 on."""
    enter(program, "赵")
    program.window.go("report")
    settle(program)
    page = program.window.pages["report"]
    before, changes = page.period.first.text(), []
    page.period.first.changed.connect(changes.append)
    page.period.first.setFocus()
    type_fast(program, coupon)
    assert page.period.first.text() == before and changes == []
    assert spent(manager, coupon) and program.window._here == "till"


def test_a_scan_leaves_a_number_as_it_was(program, coupon, manager):
    """217,100 coupons were about to be issued."""
    enter(program, "赵")
    program.window.go("offers")
    settle(program)
    office = program.window.pages["offers"]
    office.tabs.setCurrentIndex(1)
    count, changes = office.batches.count, []
    count.changed.connect(changes.append)
    count.setFocus()
    before = count.value()
    type_fast(program, coupon)
    assert count.value() == before and changes == [] and spent(manager, coupon)


def test_a_scan_leaves_what_was_chosen_in_a_search(program, coupon, owner):
    """The name stood there again, but nothing was chosen any more."""
    enter(program, "陈")
    program.window.go("known")
    settle(program)
    milk = Choice("A1", "Milk 250 ml", "¥3.50")
    box = SearchBox("Article", program.window._words, lambda _: [milk])
    box.setParent(program.window.pages["known"])
    box.set_choice(milk)
    said = []
    box.changed.connect(said.append)
    box.show()
    box.setFocus()
    type_fast(program, coupon)
    assert spent(owner, coupon)
    assert (box.text(), box.value(), box.problem(), said) == (milk.text, "A1", "", [])
    assert not box.is_open()


def test_a_scan_leaves_a_text_area_as_it_was(program, coupon, owner):
    enter(program, "陈")
    program.window.go("known")
    settle(program)
    area = QPlainTextEdit(program.window.pages["known"])
    area.setPlainText("champions R4-5 F4-5 M4-5")
    area.show()
    area.setFocus()
    before, changes = area.toPlainText(), []
    area.textChanged.connect(lambda: changes.append(area.toPlainText()))
    type_fast(program, coupon)
    assert area.toPlainText() == before and changes == [] and spent(owner, coupon)


@pytest.mark.qt_log_ignore("raise\\(\\)", "grabbing the keyboard", extend=True)
def test_a_scan_into_an_open_choice_chooses_nothing(program, coupon, owner):
    """Enter at the end of the scan would have taken whatever the digits found in the list."""
    enter(program, "陈")
    program.window.go("settings")
    settle(program)
    page = program.window.pages["settings"]
    page.paper.setFocus()
    page.paper.showPopup()
    settle(program)
    assert QApplication.activePopupWidget() is not None
    type_fast(program, coupon)
    assert page.paper.currentData() == "slip-80"
    assert QApplication.activePopupWidget() is None and spent(owner, coupon)


def test_a_scan_on_a_button_presses_nothing(program, coupon, owner):
    enter(program, "陈")
    program.window.go("offers")
    settle(program)
    office = program.window.pages["offers"]
    office.editor.stop.setFocus()
    type_fast(program, coupon)
    assert spent(owner, coupon) and program.window._here == "till"


@pytest.mark.parametrize("gap", [45, 150])
def test_a_person_types_into_dates_and_numbers_as_ever(program, owner, gap):
    """What is held back for a moment comes, in order."""
    enter(program, "陈")
    program.window.go("report")
    settle(program)
    page = program.window.pages["report"]
    page.period.first.clear()
    page.period.first.setFocus()
    type_fast(program, "2025", gap=gap, end=None)
    assert page.period.first.text() == "2025"


def test_a_payment_code_goes_where_scans_go_and_is_kept_nowhere(program, owner):
    """A live payment credential: not in the field, not in the book."""
    enter(program, "陈")
    program.window.go("report")
    settle(program)
    page = program.window.pages["report"]
    before = page.period.first.text()
    page.period.first.setFocus()
    type_fast(program, WECHAT)
    assert page.period.first.text() == before and program.window._here == "till"
    assert program.window.till_vm.result.look == "unknown"


def test_the_scanner_is_measured_where_it_is_tested(program, owner):
    """The box in the settings is there to see a scanner: its digits go nowhere else."""
    enter(program, "陈")
    program.window.go("settings")
    settle(program)
    page = program.window.pages["settings"]
    page.test.setFocus()
    type_fast(program, "6901234567892")
    assert "13" in page.verdict.text() and program.window._here == "settings"


# --- digits are digits ---


@pytest.mark.parametrize("gap", [60, 450, 1_500])
def test_digits_typed_at_any_speed_are_an_amount(qtbot, program, coupon, manager, gap):
    """1-2-8 typed slowly took coupon 1 and left 28.00; with the slip offered, 1 printed it."""
    who = build.member(manager)
    build.offer(manager, "MINE", kind="amount_off", value="5", min_spend=None, bearer=False)
    build.issued(manager, "MINE", to=(who.member_no,))
    enter(program, "王芳")
    type_fast(program, who.member_no)
    assert len(program.window.till_vm.result.choices) == 1
    type_fast(program, "1", gap=gap, end=None)
    qtbot.wait(600)
    type_fast(program, "28", gap=gap)
    assert program.window.till_vm.now.amount == 12_800
    assert receipts.current(program.window.session.store) is None


def test_a_number_and_enter_or_alt_chooses(program, manager):
    """The same way on by two ways, and without choices Alt leads to the page."""
    who = build.member(manager)
    build.offer(manager, "MINE", kind="amount_off", value="5", min_spend=None, bearer=False)
    codes = build.issued(manager, "MINE", to=(who.member_no,)) + build.issued(
        manager, "MINE", to=(who.member_no,)
    )
    enter(program, "王芳")
    type_fast(program, who.member_no)
    slow(program, "1")
    assert sum(spent(manager, code) for code in codes) == 1
    press(program, Qt.Key.Key_F10)
    type_fast(program, who.member_no)
    QTest.keyClick(program.window.windowHandle(), Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    settle(program)
    assert all(spent(manager, code) for code in codes)
    press(program, Qt.Key.Key_F10)
    QTest.keyClick(program.window.windowHandle(), Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    settle(program)
    assert program.window._here == "members"


def test_the_slip_is_never_printed_by_a_digit(program, owner):
    """After a bill was closed the next customer's 1 yuan is an amount; Ctrl+P prints."""
    enter(program, "王芳")
    printed = []
    program.window.till_vm.slip_wanted.connect(lambda file: printed.append(file) if file else None)
    slow(program, "50+")
    press(program, Qt.Key.Key_F10)
    assert [choice.key for choice in program.window.till_vm.result.choices] == ["Ctrl+P"]
    slow(program, "1")
    assert program.window.till_vm.now.amount == 100 and printed == []
    QTest.keyClick(program.window.windowHandle(), Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    settle(program)
    assert len(printed) == 1 and program.window.till_vm.now.amount == 100


# --- what the panel says, and for how long ---


def test_a_scan_takes_the_words_of_the_typed_code_away_and_moves_nothing(program, coupon):
    """ "2103 8962 ...: Enter takes it" stayed under the scan box and pushed strip and panel
    down."""
    enter(program, "王芳")
    till = program.window.pages["till"]
    places = lambda: (till.strip.geometry(), till.panel.geometry())  # noqa: E731
    before = places()
    slow(program, coupon, end=None)
    assert "Enter takes it" in till.strip_text.text() and places() == before
    till.scan.clear()
    type_fast(program, coupon)
    assert "Enter takes it" not in till.strip_text.text() and "-¥6.00" in till.strip_text.text()
    assert places() == before


def test_the_members_coupons_stay_until_one_is_used(program, manager):
    """They vanished with the amount, and the member had to be typed again."""
    who = build.member(manager)
    build.offer(manager, "MINE", bearer=False)
    [code] = build.issued(manager, "MINE", to=(who.member_no,))
    enter(program, "王芳")
    type_fast(program, who.member_no)
    slow(program, "128")
    vm = program.window.till_vm
    assert (
        vm.now.amount == 12_800
        and len(vm.result.choices) == 1
        and "¥20.00" in vm.result.choices[0].text
    )
    press(program, Qt.Key.Key_Escape)
    assert len(vm.result.choices) == 1
    slow(program, "1")
    assert (
        spent(manager, code)
        and vm.result.choices == ()
        and program.window.pages["till"].due.text() == "Due ¥108.00"
    )
    press(program, Qt.Key.Key_F10)
    type_fast(program, who.member_no)
    assert vm.result.choices == ()


def test_a_green_panel_goes_to_rest_and_says_what_was_last(qtbot, program, coupon):
    """The last customer's green stayed for ever."""
    enter(program, "王芳")
    type_fast(program, coupon)
    shown = panel(program)
    assert shown.property("look") == "ok" and not shown.bar.isHidden()
    shown._timer.setInterval(1)
    qtbot.waitUntil(lambda: shown.property("look") == "idle", timeout=120_000)
    assert shown.bar.isHidden() and shown.big.text() == "Ready"
    said = [shown.facts.itemAtPosition(0, column).widget().text() for column in (0, 1)]
    assert said[0] == "Last" and "REDEEMED" in said[1] and "Take ¥6.00 off" in said[1]
    type_fast(program, coupon)
    assert shown.property("look") == "info"


def test_a_refusal_stays_until_the_next_act(qtbot, program, coupon, wall):
    """Only a success goes away by itself."""
    enter(program, "王芳")
    type_fast(program, coupon)
    press(program, Qt.Key.Key_F10)
    type_fast(program, coupon)
    assert panel(program).property("look") == "used"
    assert not panel(program)._timer.isActive() and panel(program).bar.isHidden()


def register(program, phone, name):
    press(program, Qt.Key.Key_F4)
    card = program.window.pages["till"].register_card
    card.phone.setText(phone)
    press(program, Qt.Key.Key_Return)
    card.name.setText(name)
    press(program, Qt.Key.Key_Return)


@pytest.mark.parametrize("bearer", [True, False])
def test_a_registered_member_is_said_to_be_one_with_the_gift(program, owner, bearer):
    """The welcome coupon was given and nobody knew of it."""
    build.offer(
        owner, "HELLO", name="入会礼券", kind="amount_off", value="5", min_spend="39", bearer=bearer
    )
    shop_settings.set_rule(owner, key="welcome_offer", value="HELLO")
    enter(program, "王芳")
    register(program, "13800138000", "李小梅")
    said = program.window.till_vm.result
    assert (said.look, said.title, said.big) == ("ok", "REGISTERED", "李小梅")
    assert any(name == "Welcome gift" and "入会礼券" in value for name, value in said.facts)
    assert program.window.till_vm.now.who.name == "李小梅"


def test_registering_somebody_takes_no_bill_away(program, manager):
    """The member on the bill was replaced without a word."""
    build.member(manager, phone="13900139000", name="王五")
    enter(program, "王芳")
    slow(program, "13900139000")
    slow(program, "50+")
    register(program, "13800138000", "李小梅")
    vm = program.window.till_vm
    assert vm.now.who.name == "王五" and vm.now.amount == 5_000
    assert vm.result.title == "REGISTERED" and "王五" in vm.result.todo


# --- nobody there ---


@pytest.fixture
def clock(program):
    """The watch of the window on a clock that stands until the test moves it."""
    now = [0.0]
    program.window.watch._clock = lambda: now[0]
    program.window.watch.acted()

    def wait(seconds):
        now[0] += seconds
        program.window.watch.look()
        settle(program)

    return wait


def key(program):
    press(program, Qt.Key.Key_Shift)


def mouse(program):
    till = program.window.pages["till"]
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(5, 5),
        QPointF(5, 5),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(till, event)


def finger(program):
    QTest.mouseClick(program.window.pages["till"].scan, Qt.MouseButton.LeftButton)


def scan(program):
    type_fast(program, "6901234567892")


@pytest.mark.parametrize("act", [key, mouse, finger, scan])
def test_who_does_anything_keeps_the_rights(program, owner, clock, act):
    """A manager was put out every three minutes, whatever he did."""
    enter(program, "赵")
    program.window.go("till")
    settle(program)
    for _ in range(4):
        clock(100)
        act(program)
    assert program.window._signed_in() and program.window.session.store.actor.role is Role.MANAGER


def test_an_unattended_till_goes_on_with_a_cashiers_rights(program, owner, clock):
    """No lock, so that no digit of an amount falls into a PIN: the bill, the field and the cursor
    stay, only the rights are gone."""
    enter(program, "赵")
    program.window.go("offers")
    program.window.go("till")
    settle(program)
    slow(program, "128+")
    slow(program, "5", end=None)
    clock(179)
    assert program.window.session.store.actor.role is Role.MANAGER
    clock(2)
    window = program.window
    assert (
        window._signed_in()
        and window.session.store.actor.role is Role.CASHIER
        and window.session.store.actor.name == "赵"
    )
    assert (
        set(window.pages) == {"till"}
        and window.rail_buttons["offers"].isHidden()
        and "cashier" in window.user.text()
    )
    assert window.till_vm.store.actor.role is Role.CASHIER
    slow(program, "0")
    assert window.till_vm.now.amount == 5_000 or window.till_vm.now.amount == 12_800
    press(program, Qt.Key.Key_F12)
    slow(program, "749183", end=None)
    assert (
        window.session.store.actor.role is Role.MANAGER
        and not window.rail_buttons["offers"].isHidden()
    )
    assert window.till_vm.now.begun and window.till_vm.store.actor.role is Role.MANAGER


def test_the_pages_behind_the_till_lock_after_ten_minutes(program, owner, clock):
    """They never did. Who comes back says who first: digits that come now may be an amount."""
    enter(program, "陈")
    program.window.go("report")
    settle(program)
    clock(599)
    assert program.window._signed_in()
    clock(2)
    assert not program.window._signed_in()
    sign_in = program.window.sign_in
    slow(program, "860274", end=None)
    assert (
        not program.window._signed_in()
        and "●" not in sign_in.dots.text()
        and "name" in sign_in.verdict.text()
    )
    press(program, Qt.Key.Key_Right)
    assert sign_in._who.name == "陈"
    slow(program, "860274", end=None)
    assert program.window._signed_in() and program.window._here == "report"


@pytest.mark.parametrize(("minutes", "locked"), [(0, False), (5, True)])
def test_a_cashiers_till_locks_only_where_the_machine_says_so(
    qtbot, program, owner, clock, minutes, locked
):
    """The setting is chosen on the page, by hand; never is what stands there."""
    enter(program, "陈")
    program.window.go("settings")
    settle(program)
    lock = program.window.pages["settings"].lock
    assert lock.currentData() == 0
    lock.setFocus()
    while lock.currentData() != minutes:
        press(program, Qt.Key.Key_Down)
    enter(program, "王芳")
    clock(299)
    assert program.window._signed_in()
    clock(7_200 if not locked else 2)
    assert program.window._signed_in() is not locked


def test_an_open_bill_is_not_left_alone_while_somebody_works(program, owner):
    """Whoever fills in a card for four minutes has not gone away."""
    enter(program, "王芳")
    slow(program, "50+")
    idle = program.window.till_vm.screen.pause
    idle.start(1_000)
    press(program, Qt.Key.Key_Shift)
    assert idle.remainingTime() > 100_000


def test_the_watch_counts_from_the_last_act():
    """On a clock that only goes forward."""
    now, heard = [10.0], []
    watch = IdleWatch(lambda: now[0])
    watch.idle.connect(heard.append)
    now[0] = 75.5
    watch.look()
    watch.acted()
    now[0] = 80.0
    watch.look()
    assert heard == [65, 4]


# --- a code with a space in it ---


@pytest.mark.parametrize("code", ["AB 12 CD 34", "2312 3456 7890 1239", "x y z 1 2 3"])
@pytest.mark.parametrize("end", [Qt.Key.Key_Return, None])
def test_a_space_in_a_foreign_code_presses_no_button(qtbot, program, base, code, end):
    """A supplier's label was scanned while a button had the focus: its spaces pressed it."""
    enter(program, "王芳")
    pressed = []
    button = program.window.rail_buttons["till"]
    button.clicked.connect(lambda: pressed.append(code))
    button.setFocus()
    type_fast(program, code, end=end)
    settle(program)
    assert pressed == []
    press(program, Qt.Key.Key_Space)
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert len(pressed) >= 1
