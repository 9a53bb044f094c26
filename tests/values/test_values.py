"""Values are exact."""

from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storecrm import values as v


@given(st.text("0123456789", min_size=1, max_size=20), st.data())
def test_damm_catches_every_single_error_and_swap(digits, data):
    """A misread digit or two swapped neighbours never pass for another code."""
    code = digits + str(v.damm(digits))
    assert v.damm(code) == 0
    at = data.draw(st.integers(0, len(code) - 1))
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != code[at]]))
    assert v.damm(code[:at] + other + code[at + 1 :]) != 0
    if at and code[at] != code[at - 1]:
        assert v.damm(code[: at - 1] + code[at] + code[at - 1] + code[at + 1 :]) != 0


def test_new_codes_are_ours_and_distinct():
    """A batch of codes is unique, checks, and is no payment code."""
    codes = v.new_codes(v.Kind.COUPON, 20_000)
    assert len(set(codes)) == 20_000
    assert all(
        v.own_kind(c) is v.Kind.COUPON and v.damm(c) == 0 and not v.is_payment_code(c)
        for c in codes
    )


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=30))
def test_shares_add_up_exactly(total, weights):
    """An allocated discount loses no fen."""
    parts = v.share_out(total, weights)
    assert sum(parts) == (total if sum(weights) else 0)
    assert all(p >= 0 for p in parts)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("12.5", 1250),
        ("1,280", 128000),
        ("￥３０．５", 3050),
        ("0", 0),
        (".5", 50),
        ("0.29", 29),
        ("10000000", 10**9),
        ("12。50", 1250),
    ],
)
def test_amounts_as_people_type_them(text, fen):
    """Full-width digits, separators and the currency sign are read."""
    assert v.parse_money(text) == fen


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "1.234",
        "-5",
        "1e5",
        "12,34",
        "9" * 15,
        "१२",
        "1 2 x",
        "NaN",
        "∞",
        "--1",
        "0x10",
        "½",
    ],
)
def test_what_is_no_amount_is_refused(text):
    """Letters, too many decimals, negative and absurd values never become money."""
    with pytest.raises(ValueError):
        v.parse_money(text)


@given(st.integers(-(10**11), 10**11))
def test_money_text_reads_back(amount):
    """What a file says is what was meant."""
    assert v.parse_money(v.money_text(amount), negative=True) == amount


@pytest.mark.parametrize(
    ("zhe", "off"),
    [("8.5", 1500), ("85", 1500), ("9", 1000), ("8.5折", 1500), ("5", 5000), ("0.5", 9500)],
)
def test_zhe_is_what_the_customer_pays(zhe, off):
    """8.5折 takes 15 % off."""
    assert v.parse_zhe(zhe) == off
    assert Decimal(v.zhe_text(off)) * 1000 == 10_000 - off


@pytest.mark.parametrize("text", ["0", "100", "-1", "8.555", "折", "", "0.0", "00"])
def test_what_is_no_zhe_is_refused(text):
    """100 is a slip of the hand, 0 would be a present."""
    with pytest.raises(ValueError):
        v.parse_zhe(text)


@pytest.mark.parametrize(
    "code",
    ["134567890123456789", "2812345678901234567", "300000000000000000000000", "2512345678901234"],
)
def test_payment_codes_are_known(code):
    """A customer's payment code is a live credential."""
    assert v.is_payment_code(code)


@pytest.mark.parametrize(
    "code", ["2112345678901234", "6901234567892", "13456789012345678", "", "99"]
)
def test_other_codes_are_no_payment_codes(code):
    """Our own kinds keep clear of WeChat's and Alipay's ranges."""
    assert not v.is_payment_code(code)


@pytest.mark.parametrize(
    "text",
    [
        "2112 3456 7890 1234",
        "2112-3456-7890-1234\r\n",
        "２１１２３４５６７８９０１２３４",
        "\x002112345678901234\x1b",
        "\u202e2112345678901234",
    ],
)
def test_every_shape_of_a_code_is_one_key(text):
    """Separators, full width, controls and direction marks do not matter."""
    assert v.scan_key(text) == "2112345678901234"


@given(st.text(max_size=600))
def test_scan_keys_never_fail_and_stay_short(text):
    """Whatever is scanned becomes a harmless key."""
    key = v.scan_key(text)
    assert len(key) <= 128 and "\x00" not in key


@given(st.text(max_size=300))
def test_clean_text_is_one_line_without_controls(text):
    """Names cannot carry control characters into papers and sheets."""
    tidy = v.clean_text(text)
    assert "\n" not in tidy and v.clean_text(tidy) == tidy


def test_the_business_day_ends_at_four():
    """A sale at half past three belongs to the evening before."""
    zone = ZoneInfo("Asia/Shanghai")
    early = v.start_of(v.Day(2026, 11, 22), zone) + 3 * 3_600_000_000
    assert v.business_date(v.Moment(early), zone, 4) == v.Day(2026, 11, 21)
    assert v.business_date(v.Moment(early + 3_600_000_000), zone, 4) == v.Day(2026, 11, 22)


def test_ean_check_digits():
    """A product's barcode is told from a coupon."""
    assert v.ean_ok("6901234567892") and not v.ean_ok("6901234567893")


@pytest.mark.parametrize(
    ("kept", "shown"),
    [("+8613800138000", "138 0013 8000"), ("+4930123456", "+4930123456"), ("", ""), (None, "")],
)
def test_a_phone_is_shown_as_people_say_it(kept, shown):
    """Three, four, four: what a cashier reads back to the customer."""
    assert v.spaced_phone(kept) == shown
