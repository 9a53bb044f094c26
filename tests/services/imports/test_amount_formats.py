"""Amounts, quantities and points as other systems write them."""

import pytest

from storecrm.services.imports.amount_formats import Amounts, whole_points


@pytest.mark.parametrize(
    ("said", "means", "decimal"),
    [
        ("£12.50", "12.50", "."), ("€ 12.50", "12.50", "."), ("(12.50)", "-12.50", "."), ("12.50-", "-12.50", "."), ("-$0.30", "-0.30", "."),
        ("$-0.30", "-0.30", "."), ("1,23,456.78", "123456.78", "."), ("$4,250.00", "4250.00", "."), ("1 234.50", "1234.50", "."),
        ("1'234.50", "1234.50", "."), ("12,50", "12.50", ","), ("1.234,56", "1234.56", ","), ("4,20 €", "4.20", ","), ("1 234,50 zł", "1234.50", ","),
        ("−5", "-5", "."), ("￥３０", "30", "."), ("12.50 USD", "12.50", "."), (".5", "0.5", "."), ("abc", "abc", "."), ("12,5,0", "12,5,0", "."),
    ],
)  # fmt: skip
def test_an_amount_is_read_in_whatever_shape(said, means, decimal):
    read = Amounts(2, decimal)
    assert read.number(said) == means


def test_a_comma_counts_as_the_decimal_sign_only_when_it_must():
    """12,50 says so; 12.50 beside it says the reverse, and then nothing is certain."""
    found = []
    for cells in (
        ["12,50", "1.234,56"],
        ["1,234.56", "12.50"],
        ["12,50", "12.50"],
        ["1,234"],
        ["7"],
    ):
        read = Amounts(2)
        read.see(cells)
        found.append(read.decimal)
    assert found == [",", ".", ".", ".", "."]
    by_comma = Amounts(2, ",")
    with pytest.raises(ValueError, match="not_amount"):
        by_comma.number("12.50")


def test_points_are_rounded_as_it_is_said():
    assert [
        whole_points("-1.5", "down"),
        whole_points("2.5", "half_up"),
        whole_points("3.000", ""),
    ] == ["-2", "3", "3"]
