"""Ranges as people type them."""

from datetime import date

import pytest

from storecrm.values.ranges import day_span, number_span, typed_range


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [(">5", 6, 5), (">=5", 5, 4), ("<5", 4, 5), ("<= 5", 5, 6), ("=5", 5, 6), ("5..7", 7, 8)],
)
def test_signs_and_dots_are_read(text, inside, outside):
    """Both ends belong to a range of two dots."""
    found = typed_range(text, number_span)
    assert found.holds(inside) and not found.holds(outside) and not found.holds(None)


def test_money_is_counted_in_its_smallest_unit():
    """As the books do."""
    assert number_span("¥1,280.50", 2) == (128_050, 128_050)


def test_a_month_is_all_its_days():
    """After November is December."""
    assert day_span("2026-2") == (date(2026, 2, 1), date(2026, 2, 28))
    assert day_span("2026") == (date(2026, 1, 1), date(2026, 12, 31))
    after = typed_range(">2026-11", day_span)
    assert after.holds(date(2026, 12, 1)) and not after.holds(date(2026, 11, 30))


@pytest.mark.parametrize(
    "text", ["", ">", "5", ">x", "1..x", "Infinity", "=nan", ">1e9999999", ">1e30", "<-1e9999999"]
)
def test_anything_else_is_no_range(text):
    """It is looked for as it stands."""
    assert typed_range(text, number_span) is None


@pytest.mark.parametrize("text", ["2026-13", "2026-02-30", "yesterday", "26-1-1"])
def test_what_is_no_day_is_none(text):
    assert day_span(text) is None
