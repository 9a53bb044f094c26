"""This machine's settings, the staff and the sign-in, by keys and mouse as an owner uses them."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from storecrm.domain.shop_rules import SETTINGS
from storecrm.services.staff import accounts
from storecrm.ui.kit.toast import said_on
from tests.conftest import PINS
from tests.ui.hands import enter, press, settle
from tests.ui.layout import SIZES, faults, settled

KEY = Qt.Key


@pytest.fixture
def page(program):
    """The owner's settings."""
    enter(program, "陈")
    program.window.go("settings")
    settle(program)
    return program.window.pages["settings"]


def test_a_setting_applies_at_once_and_is_put_back_from_the_news(qtbot, program, page):
    """Nobody looks for the value that stood there before."""
    page.gap.entry.setFocus()
    page.gap.entry.selectAll()
    qtbot.keyClicks(page.gap.entry, "60")
    press(program, KEY.Key_Return)
    assert program.settings.gap_ms == 60 == program.wedge.gap_ms
    said_on(page).undo.trigger()
    settle(program)
    assert program.settings.gap_ms == 35 and page.gap.value() == 35
    page.lock.setFocus()
    press(program, KEY.Key_Down)
    assert program.settings.lock_minutes == 3
    said_on(page).undo.trigger()
    assert program.settings.lock_minutes == 0 and page.lock.currentData() == 0


def test_a_gap_beyond_its_bounds_changes_nothing_and_says_so(qtbot, program, page):
    """A scanner that is cut in two is a queue that stands."""
    page.gap.entry.setFocus()
    page.gap.entry.selectAll()
    qtbot.keyClicks(page.gap.entry, "900")
    qtbot.keyClick(page.gap.entry, KEY.Key_Tab)
    settle(program)
    assert program.settings.gap_ms == 35
    assert page.gap.entry.property("unread") and "120" in page.gap.entry.toolTip()


def test_the_wheel_over_a_choice_changes_no_setting(program, page):
    """Who scrolls down the page turns no till into another language."""
    before = program.settings
    program.window.resize(683, 485)
    settle(program)
    for box in (page.language, page.theme, page.lock):
        box.setFocus()
        place = box.mapTo(program.window, box.rect().center())
        QTest.wheelEvent(program.window.windowHandle(), place, QPoint(0, -120))
        settle(program)
    assert program.settings == before


def test_tab_goes_from_name_to_name_and_digits_are_that_ones_pin(qtbot, program):
    """A till without a mouse, and whoever cannot use one."""
    sign_in = program.window.sign_in
    sign_in.setFocus()
    names = []
    for _ in sign_in.buttons:
        qtbot.keyClick(QApplication.focusWidget(), KEY.Key_Tab)
        names.append(sign_in._who.name)
    assert names == [person.name for person in sign_in._people]
    while sign_in._who.name != "王芳":
        qtbot.keyClick(QApplication.focusWidget(), KEY.Key_Backtab)
    qtbot.keyClicks(QApplication.focusWidget(), PINS["王芳"][1])
    settle(program)
    assert program.window.session.store.actor.name == "王芳"


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_control_of_every_kind_has_room_in_the_smallest_window(program, language):
    """A choice, a number, money, a span, an offer, a table: a rule of each."""
    program._changed(program.settings.with_(language=language))
    enter(program, "陈")
    program.window.go("settings")
    page = program.window.pages["settings"]
    page.tabs.setCurrentIndex(2)
    program.window.resize(*SIZES[0])
    settle(program)
    rules = page._rules
    first = {type(setting): setting.key for setting in reversed(SETTINGS.values())}
    assert len(first) > 7
    for key in ("slip", *first.values()):
        assert rules.rules.select(lambda rule, key=key: rule.key == key)
        settled()
        assert faults(program.window) == [], key


@pytest.fixture
def staff(program, page):
    """The tab of who works here."""
    page.tabs.setCurrentIndex(1)
    settle(program)
    return page._shop


def test_a_pin_is_set_for_the_chosen_person_by_keys(qtbot, program, staff):
    """Enter in the list goes to the field, Enter in the field sets it; what was typed for one
    person never stays for the next."""
    assert not staff.new_pin.isEnabled() and not staff.other_pin.isEnabled()
    staff.people.select(lambda person: person.name == "王芳")
    staff.people.view.setFocus()
    press(program, KEY.Key_Return)
    assert QApplication.focusWidget() is staff.other_pin
    qtbot.keyClicks(staff.other_pin, "7261")
    staff.people.select(lambda person: person.name == "赵")
    assert staff.other_pin.text() == ""
    staff.people.select(lambda person: person.name == "王芳")
    qtbot.keyClicks(staff.other_pin, "7261")
    press(program, KEY.Key_Return)
    accounts.sign_in(program.store, name="王芳", pin="7261", till="till 1")


def test_who_has_left_is_deactivated_from_the_list(qtbot, program, staff):
    """The same act by button and in the list's menu; who is gone already cannot go again."""
    staff.people.select(lambda person: person.name == "王芳")
    assert staff.leave_act in staff.actions() and staff.leave.isEnabled()
    qtbot.mouseClick(staff.leave, Qt.MouseButton.LeftButton)
    settle(program)
    (gone,) = [person for person in staff.people.records if person.name == "王芳"]
    assert gone.disabled and staff.people.current() == gone
    assert not staff.leave.isEnabled() and said_on(staff).text() == "Kept."
