"""Boxes for days, times, money and numbers, by keys and mouse as a person uses them."""

from datetime import date

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLineEdit,
    QScrollArea,
    QSpinBox,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from storecrm.i18n import Catalogue
from storecrm.ui.kit import form_values
from storecrm.ui.kit.pickers.date_box import DateBox, ahead, back
from storecrm.ui.kit.pickers.money_box import MoneyBox
from storecrm.ui.kit.pickers.number_box import NumberBox
from storecrm.ui.kit.pickers.time_box import TimeBox
from storecrm.ui.kit.pickers.weekday_chips import WeekdayChips
from storecrm.ui.kit.pickers.wheel_guard import install_wheel_guard

TODAY = date(2026, 11, 26)
WORDS = Catalogue("en")
KEY = Qt.Key


@pytest.fixture
def page(qtbot):
    """A page on which boxes stand below one another, and where the focus goes when one is left."""
    made = QWidget()
    QVBoxLayout(made)
    qtbot.addWidget(made)
    made.show()
    made.other = QLineEdit(made)

    def put(box):
        made.layout().addWidget(box)
        box.show()
        QApplication.processEvents()
        box.setFocus()
        return box

    made.layout().addWidget(made.other)
    made.put = put
    return made


def type_into(box, text, then=KEY.Key_Tab):
    target = QApplication.focusWidget() or box
    if isinstance(target, QLineEdit):
        target.selectAll()
    # what no key bears comes from the input method
    typed = QInputMethodEvent()
    typed.setCommitString(text)
    if text.isascii():
        QTest.keyClicks(target, text)
    else:
        QApplication.sendEvent(target, typed)
    if then:
        QTest.keyClick(target, then)


def today_box(**more):
    return DateBox("Until", WORDS, TODAY, ahead(WORDS, TODAY), today=lambda: TODAY, **more)


def heard(signal):
    said = []
    signal.connect(said.append)
    return said


def test_a_typed_day_is_written_in_the_houses_way_when_it_is_left(page):
    """Whatever was typed, all read the same afterwards, and the page hears of it once."""
    box = page.put(today_box())
    said = heard(box.changed)
    type_into(box, "12/1", then=None)
    assert box.day() == date(2026, 12, 1) and not said
    QTest.keyClick(box, KEY.Key_Tab)
    assert box.text() == "2026-12-01" and said == [date(2026, 12, 1)]


def test_a_day_that_cannot_be_read_stays_as_it_was_typed(page):
    """Who mistyped a sign corrects it, and does not type anew."""
    box = page.put(today_box())
    type_into(box, "2026-02-30")
    assert box.text() == "2026-02-30" and box.day() is None
    assert box.problem() and "2026-11-26" in box.problem()
    assert box.property("unread") and box.toolTip() == box.problem()
    box.setFocus()
    type_into(box, "2026-02-28")
    assert not box.property("unread") and not box.problem() and box.day() == date(2026, 2, 28)


def test_the_tip_of_the_page_comes_back_when_the_mistake_is_gone(page):
    """What a page explains there is not lost to one wrong key."""
    box = page.put(today_box())
    box.setToolTip("The last day on which it can be used")
    type_into(box, "soon")
    assert box.toolTip() == box.problem()
    box.setFocus()
    type_into(box, "+1")
    assert box.toolTip() == "The last day on which it can be used"


def test_an_empty_day_is_none_and_no_mistake(page):
    """An offer without an end is one."""
    box = page.put(today_box())
    said = heard(box.changed)
    box.selectAll()
    QTest.keyClick(box, KEY.Key_Delete)
    QTest.keyClick(box, KEY.Key_Tab)
    assert box.day() is None and not box.problem() and said == [None]


@pytest.mark.parametrize(
    "key, day",
    [
        (KEY.Key_Up, date(2026, 11, 27)),
        (KEY.Key_Down, date(2026, 11, 25)),
        (KEY.Key_PageUp, date(2026, 12, 26)),
        (KEY.Key_PageDown, date(2026, 10, 26)),
    ],
)
def test_arrow_keys_move_by_days_and_page_keys_by_months(page, key, day):
    """Most days that are meant lie near."""
    box = page.put(today_box())
    said = heard(box.changed)
    QTest.keyClick(box, key)
    assert box.day() == day and said == [day]


def test_the_same_day_of_a_shorter_month_is_its_last(page):
    """There is no 31st of February."""
    box = page.put(today_box())
    box.set_day(date(2027, 1, 31))
    QTest.keyClick(box, KEY.Key_PageUp)
    assert box.day() == date(2027, 2, 28)
    box.set_day(date(2027, 3, 31))
    QTest.keyClick(box, KEY.Key_PageDown)
    assert box.day() == date(2027, 2, 28)


def opened(box):
    QTest.keyClick(box, KEY.Key_Down, Qt.KeyboardModifier.AltModifier)
    QApplication.processEvents()
    return QApplication.activePopupWidget()


def test_a_day_is_picked_in_the_calendar_by_keys(page):
    """Alt+Down opens it as it opens every list; Enter takes the day."""
    box = page.put(today_box())
    popup = opened(box)
    month = QApplication.focusWidget()
    QTest.keyClick(month, KEY.Key_Right)
    QTest.keyClick(month, KEY.Key_Down)
    QTest.keyClick(month, KEY.Key_Return)
    assert box.day() == date(2026, 12, 4) and not popup.isVisible()
    assert QApplication.focusWidget() is box


def test_esc_leaves_the_day_as_it_was(page):
    """To look at the calendar changes nothing."""
    box = page.put(today_box())
    popup = opened(box)
    month = QApplication.focusWidget()
    QTest.keyClick(month, KEY.Key_Right)
    QTest.keyClick(month, KEY.Key_Escape)
    assert not popup.isVisible() and box.day() == TODAY


def test_a_usual_day_is_one_click_beside_the_calendar(qtbot, page):
    """The last of the month is asked for most, and nobody knows whether it has 30 or 31 days."""
    box = page.put(today_box())
    popup = opened(box)
    end = next(made for made in popup.presets if made.text() == "End of next month")
    qtbot.mouseClick(end, Qt.MouseButton.LeftButton)
    assert box.day() == date(2026, 12, 31) and not popup.isVisible()


def test_usual_days_are_right_at_the_ends_of_months():
    """They are counted from the shop's day."""
    days = {preset.text: preset.day for preset in ahead(WORDS, date(2026, 12, 31))}
    assert days["End of this month"] == date(2026, 12, 31)
    assert days["End of next month"] == date(2027, 1, 31)
    gone = {preset.text: preset.day for preset in back(WORDS, date(2027, 1, 1))}
    assert gone["First of last month"] == date(2026, 12, 1)
    assert gone["First of the year"] == date(2027, 1, 1)


def test_a_time_is_typed_and_stepped(page):
    """By quarters of an hour from a full one, and never beyond the day."""
    box = page.put(TimeBox("From", WORDS))
    type_into(box, "下午3点20", then=None)
    QTest.keyClick(box, KEY.Key_Up)
    assert box.text() == "15:30" and box.minutes() == 930
    QTest.keyClick(box, KEY.Key_PageDown)
    assert box.text() == "15:00"
    box.set_minutes(5)
    QTest.keyClick(box, KEY.Key_Down)
    QTest.keyClick(box, KEY.Key_Down)
    assert box.minutes() == 0


def test_only_the_end_of_something_is_at_24(page):
    """Nothing begins when the day is over."""
    begins = page.put(TimeBox("From", WORDS))
    type_into(begins, "24")
    assert begins.minutes() is None and begins.problem()
    ends = page.put(TimeBox("Until", WORDS, end=True))
    type_into(ends, "24")
    assert ends.minutes() == 1440 and ends.text() == "24:00"


def test_money_is_written_with_its_places_and_read_back(page):
    """What the box writes it reads again."""
    box = page.put(MoneyBox("Budget", WORDS))
    type_into(box, "￥1.2万")
    assert box.text() == "12,000.00" and box.amount() == 1_200_000 and not box.problem()
    box.setFocus()
    type_into(box, "1,28")
    assert box.amount() is None and "1,280.00" in box.problem() and box.text() == "1,28"


def test_money_of_another_currency_has_its_decimals(page):
    """The shop's yen are no cents."""
    box = page.put(MoneyBox("Price", Catalogue("en", "CNY"), "JPY"))
    type_into(box, "1280")
    assert box.amount() == 1280 and box.text() == "1,280" and box.accessibleDescription() == "JPY"


def test_a_number_beyond_its_bounds_is_said_and_kept(page):
    """Dropping the last digit would leave another number that looks meant."""
    box = page.put(NumberBox("Days", WORDS, unit="days", least=1, most=120))
    said = heard(box.changed)
    type_into(box, "150")
    assert box.entry.text() == "150" and box.value() is None and "120" in box.problem()
    assert said == []
    box.setFocus()
    type_into(box, "30")
    assert box.value() == 30 and said == [30]
    box.setFocus()
    QTest.keyClick(box.entry, KEY.Key_PageUp)
    assert box.value() == 40


def test_no_limit_is_a_tick_and_no_sign_to_be_known(qtbot, page):
    """A tick takes the number away, taking it off asks for one."""
    box = page.put(NumberBox("At most", WORDS, least=1, most=9, no_limit="no limit", value=3))
    said = heard(box.changed)
    qtbot.mouseClick(
        box.nothing, Qt.MouseButton.LeftButton, pos=QPoint(8, box.nothing.height() // 2)
    )
    assert box.unlimited() and box.value() is None and not box.entry.isEnabled()
    QTest.keyClick(box.nothing, KEY.Key_Space)
    assert not box.unlimited() and QApplication.focusWidget() is box.entry
    assert said == [None, 3]


def test_weekdays_are_chosen_by_mouse_and_by_keys(qtbot, page):
    """Arrow keys go round the week, the space bar chooses."""
    chips = page.put(WeekdayChips("On", WORDS, (6,)))
    said = heard(chips.changed)
    qtbot.mouseClick(chips.chips[6], Qt.MouseButton.LeftButton)
    chips.chips[6].setFocus()
    QTest.keyClick(QApplication.focusWidget(), KEY.Key_Right)
    QTest.keyClick(QApplication.focusWidget(), KEY.Key_Space)
    assert chips.days() == (1, 6, 7) and said == [(6, 7), (1, 6, 7)]
    names = [chip.accessibleName() for chip in chips.chips]
    assert len(set(names)) == 7 and all(name.startswith("On ") for name in names)


def test_what_stands_in_boxes_is_kept_as_a_draft_and_put_back(page):
    """A form knows them like its other fields."""
    made = [
        today_box(),
        TimeBox("From", WORDS, 540),
        MoneyBox("Budget", WORDS, amount=5_000),
        NumberBox("At most", WORDS, no_limit="no limit"),
        WeekdayChips("On", WORDS, (1, 2)),
    ]
    for box in made:
        page.put(box)
    kept = form_values.read_all(form_values.fields(page, (page.other,)))
    assert len(kept) == len(made)
    day, minutes, amount, count, days = made
    day.set_day(None), minutes.set_minutes(None), amount.set_amount(None)
    count.set_value(7), days.set_days(())
    for name, field in form_values.fields(page, (page.other,)).items():
        form_values.put(field, kept[name])
    assert (day.day(), minutes.minutes(), amount.amount()) == (TODAY, 540, 5_000)
    assert count.unlimited() and days.days() == (1, 2)


def wheel(widget):
    """One notch down, with the pointer in the middle of a widget, as the system sends it: only
    such a one is handed on to what the widget stands in."""
    window = widget.window()
    at = widget.mapTo(window, widget.rect().center())
    QTest.wheelEvent(window.windowHandle(), at, QPoint(0, -120))


def test_the_wheel_scrolls_the_page_and_changes_no_box(qtbot):
    """A date, a choice or a tab that changed under the pointer is one that nobody saw change."""
    install_wheel_guard(QApplication.instance())
    area = QScrollArea()
    qtbot.addWidget(area)
    inside = QWidget()
    column = QVBoxLayout(inside)
    combo, spin, tabs = QComboBox(), QSpinBox(), QTabWidget()
    combo.addItems(["one", "two", "three"])
    for name in ("first", "second"):
        tabs.addTab(QWidget(), name)
    day = today_box()
    for box in (combo, spin, tabs, day):
        column.addWidget(box)
    column.addStretch(1)
    inside.setMinimumHeight(2_000)
    area.setWidget(inside)
    area.resize(400, 300)
    area.show()
    bar = area.verticalScrollBar()
    for box in (combo, spin, tabs.tabBar(), day):
        bar.setValue(0)
        before = (combo.currentIndex(), spin.value(), tabs.currentIndex(), day.day())
        box.setFocus()
        wheel(box)
        assert (combo.currentIndex(), spin.value(), tabs.currentIndex(), day.day()) == before
        assert bar.value() > 0, box
    combo.clearFocus()
    assert combo.focusPolicy() == Qt.FocusPolicy.StrongFocus
