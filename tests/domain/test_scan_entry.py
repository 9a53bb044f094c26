"""What the scan box means: the shape of the text decides."""

from hypothesis import given
from hypothesis import strategies as st

from storecrm.domain.scan_entry import (
    Amount,
    Articles,
    Code,
    Command,
    LineQuantity,
    MemberQuery,
    Way,
    check_digit_right,
    ends_itself,
    parse,
    phone_in,
)
from storecrm.values import PIECE, Kind, new_codes

DIGITS = "0123456789"


def digits(least: int, most: int) -> st.SearchStrategy[str]:
    return st.text(DIGITS, min_size=least, max_size=most)


@given(st.text(" \t", max_size=3))
def test_an_empty_box_confirms(blank):
    """Enter alone answers what the panel asks."""
    assert parse(blank) is Command.CONFIRM
    assert parse(blank, ways=(1,), sells_goods=True, goods_on_bill=True) is Command.CONFIRM


@given(digits(1, 3), digits(0, 2))
def test_few_digits_and_digits_with_a_point_are_an_amount(whole, part):
    """Nobody types a currency sign at a till."""
    for typed in (whole, f"{whole}.{part}", f"{whole}0000.{part}", f".{whole}"):
        assert parse(typed) == Amount(typed)


@given(digits(1, 12))
def test_a_plus_makes_an_amount_of_any_digits(typed):
    """Four digits alone are a member's tail; 1280+ is money."""
    assert parse(f"{typed}+") == Amount(typed)


def test_a_plus_alone_closes_the_bill():
    """The large key of the number block ends the sale."""
    assert parse("+") is Command.CLOSE
    assert parse(" + ", sells_goods=True, goods_on_bill=True) is Command.CLOSE


@given(digits(4, 4), digits(11, 11))
def test_four_digits_are_a_tail_and_eleven_a_phone(tail, phone):
    """What a member says aloud; only the whole phone proves who it is."""
    assert parse(tail) == MemberQuery(tail)
    assert parse(phone) == MemberQuery(phone, whole_phone=True)


@given(st.integers(5, 24).filter(lambda n: n != 11).flatmap(lambda n: digits(n, n)))
def test_other_numbers_are_codes(typed):
    """Coupons, cards and articles, with the gaps that stand on the paper."""
    assert parse(typed) == Code(typed)
    assert parse(f"{typed[:4]} {typed[4:]}") == Code(f"{typed[:4]} {typed[4:]}")
    assert parse(f"{typed[:4]}-{typed[4:]}") == Code(f"{typed[:4]}-{typed[4:]}")


@given(st.text("王李小梅abcyz ", min_size=1).filter(str.strip))
def test_letters_are_a_name(typed):
    """Chinese names and their initials find members, at a register too."""
    assert parse(typed) == MemberQuery(typed.strip())
    assert parse(typed, sells_goods=True) == MemberQuery(typed.strip())


@given(digits(11, 15))
def test_a_phone_with_its_country_is_whole(number):
    """+86 and the number, as a phone book writes it."""
    assert parse(f"+{number}") == MemberQuery(f"+{number}", whole_phone=True)


@given(st.integers(1, 9), st.sets(st.integers(1, 9)))
def test_a_digit_is_a_way_only_where_the_panel_shows_it(number, ways):
    """5 is five yuan while nothing is asked."""
    entry = parse(str(number), ways=ways)
    assert entry == (Way(number) if number in ways else Amount(str(number)))


@given(st.integers(0, 9999), st.sampled_from("*×xX"), st.text("abc169", min_size=1))
def test_times_puts_that_many_at_a_register(count, sign, code):
    """3*code; 0*code leaves the number to the article. A till without goods has no quantities."""
    typed = f"{count}{sign}{code}"
    quantity = count * PIECE or None
    assert parse(typed, sells_goods=True) == Articles(code, quantity)
    assert parse(typed) == MemberQuery(typed)


@given(st.integers(0, 9999), st.integers(0, 999))
def test_times_alone_changes_the_chosen_line(count, part):
    """Weighed goods have up to three decimals."""
    assert parse(f"{count}.{part:03}*", sells_goods=True) == LineQuantity(count * PIECE + part)


def test_minus_takes_the_line_out_only_where_goods_lie():
    """Elsewhere it is no code that exists, and said to be none."""
    assert parse("-", goods_on_bill=True) == LineQuantity(0)
    assert parse("-") == Code("-")


@given(st.text(), st.booleans(), st.booleans(), st.sets(st.integers(1, 9)))
def test_every_text_means_something_and_nothing_is_added(typed, register, lies, ways):
    """No text is refused here, and what is passed on was typed."""
    entry = parse(typed, ways=ways, sells_goods=register, goods_on_bill=lies)
    assert getattr(entry, "text", "") in typed
    assert getattr(entry, "code", "") in typed
    assert not isinstance(entry, Way) or entry.number in ways


def test_a_plus_needs_no_enter_behind_an_amount_or_on_a_bill():
    """One key less a customer; a lone plus on the empty till may be a phone's first sign."""
    assert ends_itself("128+", begun=False) and ends_itself("+", begun=True)
    assert not ends_itself("+", begun=False) and not ends_itself("128", begun=True)


def test_registering_begins_with_a_whole_mobile_number_only():
    """A half typed number would be kept as the member's."""
    assert phone_in("13812340001") == "13812340001"
    assert phone_in("1381234000") == phone_in("+8613812340001") == phone_in("") == ""


@given(st.integers(0, 15), st.integers(1, 9))
def test_a_wrong_digit_is_seen_while_typing(place, more):
    """The paper is compared before Enter, not after the refusal."""
    code = str(new_codes(Kind.COUPON, 1)[0])
    wrong = code[:place] + str((int(code[place]) + more) % 10) + code[place + 1 :]
    assert check_digit_right(code) is True and check_digit_right(code[:-1]) is None
    assert check_digit_right(wrong) in ((False,) if place > 1 else (False, None))
