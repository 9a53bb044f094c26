"""What people type on a Chinese or an English keyboard, in the ways in which they say it."""

from datetime import date

import pytest

from storecrm.ui.kit.pickers import readings

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    "text, day",
    [
        ("2026-12-01", date(2026, 12, 1)),
        ("2026/12/1", date(2026, 12, 1)),
        ("20261201", date(2026, 12, 1)),
        ("2026年12月1日", date(2026, 12, 1)),
        ("２０２６－１２－０１", date(2026, 12, 1)),
        ("12-1", date(2026, 12, 1)),
        ("12月1日", date(2026, 12, 1)),
        ("1201", date(2026, 12, 1)),
        ("+7", date(2026, 12, 3)),
        ("-26", date(2026, 10, 31)),
        ("今天", TODAY),
        ("后天", date(2026, 11, 28)),
        ("Yesterday", date(2026, 11, 25)),
    ],
)
def test_a_day_is_read_as_people_say_it(text, day):
    """Nobody counts the days of a month at a counter."""
    assert readings.typed_day(text, TODAY) == day


@pytest.mark.parametrize("text", ["2-30", "1340", "2026", "03/04/1990", "soon", "2026-13-01"])
def test_what_is_no_day_or_may_be_two_is_refused(text):
    """A day that is guessed is a coupon that ends on the wrong one."""
    with pytest.raises(ValueError):
        readings.typed_day(text, TODAY)


def test_a_day_beyond_the_calendar_is_refused():
    """Years have four digits."""
    with pytest.raises(ValueError):
        readings.typed_day("+9999", date(9999, 1, 1))


@pytest.mark.parametrize(
    "text, minutes",
    [
        ("9", 540),
        ("930", 570),
        ("0930", 570),
        ("9:30", 570),
        ("９：３０", 570),
        ("9点半", 570),
        ("9点", 540),
        ("21.15", 1275),
        ("下午3点一刻", 915),
        ("3pm", 900),
        ("3:20 PM", 920),
        ("12am", 0),
        ("12 pm", 720),
        ("24:00", 1440),
    ],
)
def test_a_time_is_read_as_people_say_it(text, minutes):
    """With or without a colon, in twelve hours or twenty-four."""
    assert readings.typed_minutes(text) == minutes


@pytest.mark.parametrize("text", ["25", "9:60", "24:01", "noonish", "-1", "9:3:0"])
def test_what_is_no_time_is_refused(text):
    """A rule of the wrong hour gives money away."""
    with pytest.raises(ValueError):
        readings.typed_minutes(text)


@pytest.mark.parametrize(
    "text, minor",
    [
        ("￥1,280.50", 128_050),
        ("1280.5", 128_050),
        ("12万", 12_000_000),
        ("1.5万元", 1_500_000),
        ("1.23456万", 1_234_560),
        ("3千", 300_000),
        ("2k", 200_000),
        ("１２。５", 1_250),
        ("20块", 2_000),
        ("¥ 1 280", 128_000),
    ],
)
def test_an_amount_is_read_as_people_type_it(text, minor):
    """Budgets are said in 万, prices with the sign that the keyboard has."""
    assert readings.typed_amount(text, digits=2) == minor


@pytest.mark.parametrize(
    "text", ["", "万", "-5", "1.234", "1.2345678万", "1,28", "12万5", "99999999万"]
)
def test_what_is_no_amount_is_refused(text):
    """Money is never rounded on its way in."""
    with pytest.raises(ValueError):
        readings.typed_amount(text, digits=2)


def test_an_amount_has_the_decimals_of_its_currency():
    """There are no hundredths of a yen, and thousandths of a dinar."""
    assert readings.typed_amount("1.5万", digits=0) == 15_000
    with pytest.raises(ValueError):
        readings.typed_amount("1.5", digits=0)
    assert readings.grouped(1_234_567, 3) == "1,234.567"


@pytest.mark.parametrize(
    "text, count", [("1,280", 1280), ("１２", 12), ("1.5万", 15_000), ("0", 0)]
)
def test_a_count_is_read_as_people_type_it(text, count):
    """A number of coupons is often said in 万."""
    assert readings.typed_count(text) == count


@pytest.mark.parametrize("text", ["1.5", "many", "-1", ""])
def test_what_is_no_count_is_refused(text):
    """Half a coupon is none."""
    with pytest.raises(ValueError):
        readings.typed_count(text)
