"""Phones and cards change hands; the ledger stays with the member."""

import pytest

from storecrm.errors import Conflict, CouponRefused, NotAllowed, NotFound, NotPossible, Throttled
from storecrm.services import shop_settings
from storecrm.services.coupons import code_lookup, issue
from storecrm.services.loyalty import card_replacement, points_account
from storecrm.services.members import phones_and_cards, registry, search_limits
from storecrm.services.members.registry import NewMember
from storecrm.services.till import open_bill
from storecrm.values import CouponState, Money
from tests import build


@pytest.fixture
def ann(manager):
    return registry.register(
        manager,
        new=NewMember(phone="13800138000", name="李小梅", birthday="1990-05-17", card_no="OLD-1"),
    )


@pytest.mark.both
def test_a_new_phone_takes_the_old_one_and_a_fact(manager, cashier, ann):
    """The cashier asks for what only the member says; a manager vouches."""
    with pytest.raises(NotAllowed, match="fact_wrong"):
        phones_and_cards.change_phone(
            cashier, member="13800138000", phone="13900139000", fact="05-18"
        )
    with pytest.raises(NotAllowed, match="fact_wrong"):
        phones_and_cards.change_phone(cashier, member="13800138000", phone="13900139000")
    assert phones_and_cards.change_phone(
        cashier, member="13800138000", phone="13900139000", fact="05-17"
    ).phone.endswith("9000")
    assert (
        phones_and_cards.change_phone(manager, member="13900139000", phone="13700137000").phone
        == "+8613700137000"
    )
    with pytest.raises(NotFound):
        registry.show(manager, member="13800138000")
    build.member(manager, phone="13600136000", name="王强")
    with pytest.raises(Conflict, match="phone_taken"):
        phones_and_cards.change_phone(manager, member=ann.member_no, phone="13600136000")


@pytest.mark.both
def test_a_recycled_number_leaves_the_points_on_the_card(manager, ann):
    open_bill.record(manager, amount=Money(10_000), member=ann.member_no)
    assert (
        phones_and_cards.detach_phone(manager, member="13800138000", phone="13800138000").phone
        == ""
    )
    new = build.member(manager, phone="13800138000", name="新机主")
    assert (
        points_account.show(manager, member="OLD-1").active == 100
        and points_account.show(manager, member=new.member_no).active == 0
    )


def test_a_family_shares_up_to_three_phones_and_cards(manager, cashier, ann, wall):
    for phone in ("13900139000", "13700137000"):
        phones_and_cards.add_phone(manager, member=ann.member_no, phone=phone, note="妈妈")
        wall.forward(seconds=1)
    with pytest.raises(NotPossible, match="phones_most"):
        phones_and_cards.add_phone(manager, member=ann.member_no, phone="13600136000")
    assert [one.member_no for one in registry.find(cashier, text="7000")] == [ann.member_no]
    with pytest.raises(Conflict, match="phone_taken"):
        build.member(manager, phone="13700137000")
    phones_and_cards.add_card(cashier, member=ann.member_no, card="OLD-2")
    with pytest.raises(NotPossible, match="cards_most"):
        phones_and_cards.add_card(cashier, member=ann.member_no, card="OLD-3")
    left = phones_and_cards.detach_phone(manager, member="13800138000", phone="13800138000")
    assert (left.phone, left.phones) == ("+8613900139000", ("+8613700137000",))


@pytest.mark.both
def test_a_lost_card_is_frozen_and_its_coupons_come_under_new_codes(manager, cashier, ann):
    """Whoever found the card gets nothing with it, and the cashier is told why."""
    build.offer(manager)
    codes = build.issued(manager, to=(ann.member_no,))
    open_bill.record(manager, amount=Money(5_000), member=ann.member_no)
    done = card_replacement.replace(manager, member="13800138000")
    assert done.member_no != ann.member_no and done.coupons == 1
    with pytest.raises(NotFound, match="card_lost"):
        registry.show(manager, member=ann.member_no)
    with cashier.read() as session, pytest.raises(CouponRefused, match="card_lost"):
        code_lookup.resolve(session, ann.member_no)
    with pytest.raises(CouponRefused, match="voided"):
        open_bill.record(cashier, amount=Money(20_000), coupons=[codes[0]], member="13800138000")
    alive = [
        c for c in issue.of_member(manager, member=done.member_no) if c.state is CouponState.ISSUED
    ]
    assert (
        len(alive) == 1
        and alive[0].code != codes[0]
        and points_account.show(manager, member="OLD-1").active == 50
    )
    card_replacement.replace(manager, member=done.member_no, card="OLD-1")
    with pytest.raises(Conflict, match="card_lost"):
        phones_and_cards.add_card(manager, member=done.member_no, card="old-1")
    with pytest.raises(NotFound, match="card"):
        card_replacement.replace(manager, member=done.member_no, card="NOPE")


def test_nobody_reads_the_list_four_digits_at_a_time(owner, manager, cashier, ann, wall):
    shop_settings.set_rule(owner, key="look_ups_per_hour", value="3")
    for _ in range(3):
        assert registry.find(cashier, text="8000")
    with pytest.raises(Throttled, match="look_ups"):
        registry.find(cashier, text="8000")
    assert (
        registry.find(manager, text="8000")
        and registry.show(cashier, member=ann.member_no).name == "李小梅"
    )
    assert search_limits.by_person(owner) == [("王芳", 3, 3)]
    wall.wait(seconds=3600)
    assert registry.find(cashier, text="8000")
