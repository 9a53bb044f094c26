"""What is typed above a column finds what people mean by it."""

from dataclasses import dataclass
from datetime import date, datetime

import pytest

from storecrm.ui.kit.tables.columns import Column, Kind
from storecrm.ui.kit.tables.matching import matcher


@dataclass(frozen=True)
class Cell:
    text: str
    value: object = None


def fits(kind, cell, typed):
    column = Column("key", "Title", lambda record: record.text, kind=kind)
    if cell.value is not None:
        column = Column("key", "Title", lambda r: r.text, kind=kind, value=lambda r: r.value)
    return matcher(column, typed, 2)(cell)


@pytest.mark.parametrize(
    ("text", "typed", "found"),
    [
        ("Anna Wang", "ANNA", True),
        ("王小芳", "小", True),
        ("Anna", "ＡＮＮＡ", True),
        ("Anna", "bob", False),
    ],
)
def test_words_are_found_whatever_their_case(text, typed, found):
    """Nobody remembers how a name was written, and Chinese keyboards type wide letters."""
    assert fits(Kind.TEXT, Cell(text), typed) is found


@pytest.mark.parametrize("typed", ["13800138000", "138 0013", "0013-8000", "8000"])
def test_a_phone_is_found_however_it_is_grouped(typed):
    """It is shown in groups and typed without."""
    assert fits(Kind.PHONE, Cell("138 0013 8000"), typed)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        (">100", True),
        ("> 128", False),
        (">=128", True),
        ("<128.01", True),
        ("=128", True),
        ("100..200", True),
        ("129..200", False),
        ("￥128", True),
        ("12800", False),
    ],
)
def test_an_amount_is_compared_as_it_is_read(typed, found):
    """Shops think in yuan; the books count in fen."""
    assert fits(Kind.MONEY, Cell("¥128.00", 12_800), typed) is found


def test_a_number_is_found_without_its_commas():
    """1,280 is written with a comma by us alone."""
    assert fits(Kind.NUMBER, Cell("1,280", 1280), "1280")


@pytest.mark.parametrize(
    ("kind", "value"),
    [(Kind.DAY, date(2026, 11, 26)), (Kind.MOMENT, datetime(2026, 11, 26, 14, 30))],
)
def test_days_are_compared_as_days(kind, value):
    """Moments too: nobody types hours to find a day."""
    cell = Cell("2026-11-26", value)
    assert fits(kind, cell, ">=2026-11-26")
    assert fits(kind, cell, "2026-11-01..2026-11-30")
    assert fits(kind, cell, "2026-11")
    assert not fits(kind, cell, ">2026-11-26")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        (">30", True),
        (">30%", True),
        ("＞３０％", True),
        (">45", False),
        (">=45%", True),
        ("=45", True),
        ("30..50%", True),
        ("45%", True),
        ("12%", False),
    ],
)
def test_a_percentage_is_compared_as_it_is_read(typed, found):
    """With its sign or without; nobody types 0.45."""
    assert fits(Kind.PERCENT, Cell("45.0%", 0.45), typed) is found


def test_a_percentage_is_not_less_than_itself():
    """A float lies beside what it is written as."""
    assert fits(Kind.PERCENT, Cell("30.0%", 0.3), ">=30")
    assert not fits(Kind.PERCENT, Cell("55.0%", 0.55), ">55%")


@pytest.mark.parametrize(
    ("kind", "cell", "other"),
    [
        (Kind.TEXT, Cell("王"), Cell("王芳")),
        (Kind.TEXT, Cell("Anna  Wang"), Cell("Anna Wang Li")),
        (Kind.NUMBER, Cell("5", 5), Cell("15", 15)),
        (Kind.MONEY, Cell("HK$5.00", 500), Cell("HK$15.00", 1_500)),
        (Kind.PERCENT, Cell("33.3%", 1 / 3), Cell("133.3%", 4 / 3)),
        (Kind.PHONE, Cell("138 0013 8000"), Cell("138 0013 80001")),
        (Kind.MOMENT, Cell("2026-11-26 14:30", datetime(2026, 11, 26, 14, 30)), Cell("—")),
    ],
)
def test_an_equals_sign_asks_for_the_whole_cell(kind, cell, other):
    """Whoever asks for 5 does not want 15."""
    assert fits(kind, cell, f"={cell.text}")
    assert not fits(kind, other, f"={cell.text}")


def test_what_nobody_knows_fits_no_comparison():
    """A bill without amount is neither above nor below."""
    column = Column("net", "Net", lambda _: "—", kind=Kind.MONEY, value=lambda _: None)
    assert not matcher(column, ">0", 2)(object())
    assert not matcher(column, "<100", 2)(object())
