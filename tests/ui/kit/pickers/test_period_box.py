"""From one day to another: usual periods, typed days, what is wrong with them."""

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from storecrm.i18n import Catalogue
from storecrm.ui.kit.pickers.period_box import PeriodBox, periods

TODAY = date(2026, 3, 1)


@pytest.fixture
def box(qtbot):
    made = PeriodBox(Catalogue("en"), date(2026, 2, 1), date(2026, 2, 28), lambda: TODAY)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("today", "2026-03-01", "2026-03-01"),
        ("week", "2026-02-23", "2026-03-01"),
        ("this_month", "2026-03-01", "2026-03-01"),
        ("last_month", "2026-02-01", "2026-02-28"),
        ("year", "2026-01-01", "2026-03-01"),
    ],
)
def test_usual_periods_are_of_the_shops_day(name, first, last):
    """Both ends count."""
    assert periods(TODAY)[name] == (date.fromisoformat(first), date.fromisoformat(last))


def test_a_usual_period_is_known_by_its_name_and_chosen_by_a_key(box):
    """Down goes to the next one."""
    told = []
    box.changed.connect(lambda: told.append(box.days()))
    assert box.usual.text() == "last_month"
    box.usual.setFocus()
    QTest.keyClick(box.usual, Qt.Key.Key_Down)
    assert box.usual.text() == "year"
    assert told == [(date(2026, 1, 1), TODAY)]


def test_days_of_ones_own_have_no_name(box):
    """The choice says so at once."""
    box.first.put(date(2026, 2, 3))
    assert box.usual.text() == "" and box.days() == (date(2026, 2, 3), date(2026, 2, 28))


@pytest.mark.parametrize(
    ("first", "said"),
    [("2026-05-01", "before the first"), ("", "Both days"), ("soon", "Not a date")],
)
def test_what_is_wrong_is_said_and_is_no_period(box, first, said):
    """Nothing is asked of the store then."""
    box.first.setText(first)
    box.first.settle()
    assert box.days() is None and said in box.problem()
