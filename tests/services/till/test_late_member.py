"""What a counter needs besides prices: proof, overrides, members added afterwards, stamps, goods
that earn nothing."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from storecrm.errors import (
    BadInput,
    Conflict,
    CouponRefused,
    ImportRejected,
    NotAllowed,
    NotFound,
    NotPossible,
)
from storecrm.services import shop_settings
from storecrm.services.coupons import issue
from storecrm.services.imports import run
from storecrm.services.imports.options import ImportOptions
from storecrm.services.integrity import verify
from storecrm.services.loyalty import points_account, stamp_cards
from storecrm.services.members import registry, verification
from storecrm.services.members.registry import NewMember
from storecrm.services.members.verification import VOUCHED, Proof, ProofLevel
from storecrm.services.offers import design
from storecrm.services.till import (
    basket,
    late_member,
    open_bill,
    overrides,
    receipts,
    returned_goods,
    returns,
    voids,
)
from storecrm.services.till.bill_lines import LineIn
from storecrm.services.till.posting import Closing
from storecrm.values import CouponState, Money, Quantity, RefusalCode
from tests import build
from tests.conftest import signed

pytestmark = pytest.mark.both

TAIL, PHONE, CARD = (Proof(how) for how in (ProofLevel.TAIL, ProofLevel.PHONE, ProofLevel.CARD))


def rich(store, **who):
    """A member with 10,000 points."""
    member = registry.register(store, new=NewMember(phone="13800138000", name="李小梅", **who))
    open_bill.record(store, amount=Money(1_000_000), member=member.member_no)
    return member


# --- proof before burning ---


def test_earning_takes_a_tail_and_burning_takes_the_card(manager, cashier, owner):
    who = rich(manager)
    assert (
        open_bill.record(
            cashier, amount=Money(5000), member=who.member_no, closing=Closing(proof=TAIL)
        ).points_earned
        == 50
    )
    with pytest.raises(NotPossible, match="proof_card"):
        open_bill.record(
            cashier,
            amount=Money(5000),
            member=who.member_no,
            closing=Closing(points_used=1000, proof=TAIL),
        )
    for proof in (PHONE, CARD):
        assert (
            open_bill.record(
                cashier,
                amount=Money(5000),
                member=who.member_no,
                closing=Closing(points_used=1000, proof=proof),
            ).points_paid
            == 1000
        )
    shop_settings.set_rule(owner, key="member_proof", value="no")
    assert (
        open_bill.record(
            cashier,
            amount=Money(5000),
            member=who.member_no,
            closing=Closing(points_used=1000, proof=TAIL),
        ).points_paid
        == 1000
    )


def test_a_named_coupon_takes_the_card_too(manager, cashier):
    who = build.member(manager)
    build.offer(manager, kind="amount_off", value="6", min_spend=None)
    [mine] = build.issued(manager, to=(who.member_no,))
    bearer = build.issued(manager)[0]
    open_bill.take(cashier, code=bearer, member=who.member_no, request_no="a", proof=TAIL)
    voids.undo(cashier)
    with pytest.raises(NotPossible, match="proof_card"):
        open_bill.take(cashier, code=mine, member=who.member_no, request_no="b", proof=TAIL)
    assert receipts.current(cashier) is None
    assert (
        open_bill.take(
            cashier, code=mine, member=who.member_no, request_no="c", proof=CARD
        ).discount
        == 600
    )


def test_above_fifty_a_second_proof_is_asked_and_written_down(manager, cashier, owner):
    who = rich(manager, birthday="1990-05-17")
    with pytest.raises(NotPossible, match="proof_second"):
        open_bill.record(
            cashier,
            amount=Money(20_000),
            member=who.member_no,
            closing=Closing(points_used=6000, proof=CARD),
        )
    asked = verification.question(cashier, member=who.member_no)
    assert (asked.surname, asked.birthday, asked.password) == ("李", "05-17", False)
    with pytest.raises(NotPossible, match="proof_nothing"):
        verification.confirm(cashier, member=who.member_no, how=ProofLevel.CARD)
    proof = verification.confirm(cashier, member=who.member_no, how=ProofLevel.CARD, said=True)
    assert (
        open_bill.record(
            cashier,
            amount=Money(20_000),
            member=who.member_no,
            closing=Closing(points_used=6000, proof=proof),
        ).points_paid
        == 6000
    )
    shop_settings.set_rule(owner, key="second_proof_from", value="100")
    assert (
        open_bill.record(
            cashier,
            amount=Money(20_000),
            member=who.member_no,
            closing=Closing(points_used=4000, proof=CARD),
        ).points_paid
        == 4000
    )


def test_a_members_password_is_a_proof_until_it_was_wrong_five_times(manager, cashier):
    who = rich(manager)
    with pytest.raises(NotPossible, match="proof_nothing"):
        verification.question(cashier, member=who.member_no)
    with pytest.raises(NotAllowed):
        verification.set_password(cashier, member=who.member_no, password="4711")
    for bad in ("123", "1234567", "1111", "12a4"):
        with pytest.raises(BadInput):
            verification.set_password(manager, member=who.member_no, password=bad)
    verification.set_password(manager, member=who.member_no, password="4711")
    proof = verification.confirm(
        cashier, member=who.member_no, how=ProofLevel.CARD, password="4711"
    )
    assert (
        open_bill.record(
            cashier,
            amount=Money(20_000),
            member=who.member_no,
            closing=Closing(points_used=6000, proof=proof),
        ).points_paid
        == 6000
    )
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(NotAllowed, match="password_wrong") as wrong:
            verification.confirm(
                cashier, member=who.member_no, how=ProofLevel.CARD, password="4712"
            )
        assert wrong.value.facts["left"] == left
    with pytest.raises(NotAllowed, match="password_locked"):
        verification.confirm(cashier, member=who.member_no, how=ProofLevel.CARD, password="4711")
    verification.set_password(manager, member=who.member_no, password="4713")
    assert verification.confirm(
        cashier, member=who.member_no, how=ProofLevel.CARD, password="4713"
    ).confirmed


def test_eight_tills_at_once_have_five_tries_together(manager, cashier):
    who = build.member(manager)
    verification.set_password(manager, member=who.member_no, password="4711")

    def guess(number):
        try:
            verification.confirm(
                cashier, member=who.member_no, how=ProofLevel.CARD, password=f"{number:04d}"
            )
        except NotAllowed as no:
            return no.code

    with ThreadPoolExecutor(8) as tills:
        said = Counter(tills.map(guess, range(1, 17)))
    assert said == {
        "password_wrong": verification.TRIES,
        "password_locked": 16 - verification.TRIES,
    }


# --- overrides ---


def test_a_cashier_may_take_a_coupon_three_days_over_three_times(manager, cashier, owner, wall):
    build.offer(manager, kind="amount_off", value="6", min_spend=None, valid_days=2)
    codes = build.issued(manager, count=5)
    wall.forward(days=4)

    def own():
        return overrides.allow(cashier, reason="just missed it")

    for code in codes[:3]:
        assert open_bill.record(cashier, coupons=[code], approval=own()).discount == 600
    with pytest.raises(NotAllowed, match="allowance_used"):
        open_bill.record(cashier, coupons=[codes[3]], approval=own())
    wall.wait(seconds=86_400)
    with pytest.raises(CouponRefused) as refused:
        open_bill.record(cashier, coupons=[codes[3]], approval=own())
    assert refused.value.refusals[0].code is RefusalCode.EXPIRED
    shop_settings.set_rule(owner, key="allowance_days", value="4")
    assert open_bill.record(cashier, coupons=[codes[3]], approval=own()).discount == 600
    assert verify.verify(owner)[1] == []


def test_a_yuan_short_is_the_cashiers_own_word_and_stays_on_the_bill(manager, cashier):
    """The bill is priced again with it: the small lack is still forgiven, a larger one is not."""
    build.offer(manager)
    code = build.issued(manager)[0]
    own = overrides.allow(cashier, reason="9 fen short")
    with pytest.raises(CouponRefused):
        open_bill.take(
            cashier, code=code, amount=Money(9_899), request_no="a", approval=own, proof=VOUCHED
        )
    assert (
        open_bill.take(
            cashier, code=code, amount=Money(9_900), request_no="b", approval=own, proof=VOUCHED
        ).net
        == 7_900
    )
    assert open_bill.set_amount(cashier, amount=Money(9_950)).net == 7_950
    assert [c.code for c in open_bill.set_amount(cashier, amount=Money(9_800)).handed_back] == [
        code
    ]
    with pytest.raises(BadInput, match="reason_missing"):
        overrides.allow(cashier, reason=" ")


def test_an_emergency_code_works_once_and_up_to_its_value(manager, cashier, owner, wall):
    build.offer(manager, "SIX", kind="amount_off", value="6", min_spend=None, valid_days=1)
    build.offer(manager, "SIXTY", kind="amount_off", value="60", min_spend=None, valid_days=1)
    (small, other), (large,) = build.issued(manager, "SIX", 2), build.issued(manager, "SIXTY", 1)
    with pytest.raises(NotAllowed):
        overrides.new_codes(manager, count=2)
    first, second = overrides.new_codes(owner, count=2)
    wall.forward(days=20)
    word = overrides.emergency(
        cashier, code=f"{first[:4]} {first[4:8]} {first[8:]}", reason="manager away"
    )
    with pytest.raises(NotPossible, match="emergency_over"):
        open_bill.record(cashier, coupons=[large], approval=word)
    assert open_bill.record(cashier, coupons=[small], approval=word).discount == 600
    with pytest.raises(CouponRefused, match="expired"):
        open_bill.record(cashier, coupons=[other], approval=word)
    with pytest.raises(NotFound, match="emergency_code"):
        overrides.emergency(cashier, code=first, reason="again")
    overrides.new_codes(owner, count=1)
    with pytest.raises(NotFound, match="emergency_code"):
        overrides.emergency(cashier, code=second, reason="an old list")
    assert issue.show(manager, code=other).state is CouponState.ISSUED
    for wrong in (0, 51):
        with pytest.raises(BadInput, match="emergency_count"):
            overrides.new_codes(owner, count=wrong)
    assert verify.verify(owner)[1] == []


# --- a member added afterwards ---


def test_a_sale_gets_its_member_afterwards_once_a_day(manager, cashier, owner, wall):
    who = build.member(manager)
    first, second = (open_bill.record(cashier, amount=Money(5000)).receipt_no for _ in range(2))
    done = late_member.attach(cashier, receipt=first, member=who.member_no)
    assert (
        done.member.id,
        done.points_earned,
        points_account.show(cashier, member=who.member_no).active,
    ) == (who.id, 50, 50)
    with pytest.raises(Conflict, match="has_member"):
        late_member.attach(manager, receipt=first, member=who.member_no)
    with pytest.raises(NotAllowed, match="attach_often"):
        late_member.attach(cashier, receipt=second, member=who.member_no)
    other = signed(cashier, "王芳", till="till 2")
    third = open_bill.record(other, amount=Money(5000)).receipt_no
    ben = registry.register(manager, new=NewMember(phone="13900139000"))
    with pytest.raises(NotAllowed, match="attach_late"):
        late_member.attach(cashier, receipt=third, member=ben.member_no)
    wall.forward(days=1)
    with pytest.raises(NotAllowed, match="attach_late"):
        late_member.attach(cashier, receipt=second, member=ben.member_no)
    assert late_member.attach(manager, receipt=second, member=ben.member_no).points_earned == 50
    assert verify.verify(owner)[1] == []


def test_a_returned_or_voided_sale_gets_no_member(manager, cashier, owner):
    who = build.member(manager)
    gone = open_bill.record(cashier, amount=Money(5000)).receipt_no
    voids.void(manager, receipt=gone)
    half = open_bill.record(cashier, amount=Money(5000)).receipt_no
    returns.return_goods(manager, receipt=half, lines=[returned_goods.ReturnLine(1, Quantity(500))])
    for receipt in (gone, half):
        with pytest.raises(Conflict):
            late_member.attach(manager, receipt=receipt, member=who.member_no)
    with pytest.raises(NotFound):
        late_member.attach(manager, receipt="nothing", member=who.member_no)
    assert verify.verify(owner)[1] == []


def test_what_was_attached_goes_back_with_the_sale(manager, cashier, owner):
    who = build.member(manager)
    receipt = open_bill.record(cashier, amount=Money(5000)).receipt_no
    late_member.attach(cashier, receipt=receipt, member=who.member_no)
    voids.void(manager, receipt=receipt)
    assert points_account.show(cashier, member=who.member_no).active == 0
    assert verify.verify(owner)[1] == []


# --- stamps ---


@pytest.fixture
def milk(manager, tmp_path):
    """Milk powder 12 + 1, here 4 + 1, with a life of 30 days."""
    file = tmp_path / "goods.csv"
    file.write_text(
        "sku,name,category,price,no_points,no_promotion,medicine\nM,奶粉,奶粉,100,,,\nT,香烟,烟,25,是,是,\nR,药,药品,30,,,处方药\n",
        "utf-8",
    )
    run.load(manager, kind="products", path=file)
    build.offer(
        manager, "FREE", kind="amount_off", value="100", min_spend=None, categories=["奶粉"]
    )
    build.offer(
        manager,
        "CARD4",
        kind="stamps",
        value=None,
        min_spend=None,
        valid_days=30,
        buy=4,
        reward="FREE",
        categories=["奶粉"],
        automatic=True,
    )
    return manager


def card(store, who):
    return [(c.stamps, c.needed) for c in stamp_cards.cards(store, member=who.member_no)][0]


def test_a_full_card_gives_its_coupon_with_the_sale(milk, cashier, owner):
    who = build.member(milk)
    open_bill.record(
        cashier, lines=[LineIn("M", Quantity(3000)), LineIn("T")], member=who.member_no
    )
    assert card(cashier, who) == (3, 4)
    done = open_bill.record(cashier, lines=[LineIn("M", Quantity(2000))], member=who.member_no)
    assert ([g.offer_name for g in done.given], card(cashier, who)) == (["FREE"], (1, 4))
    open_bill.record(cashier, lines=[LineIn("M")])
    assert card(cashier, who) == (1, 4)
    assert verify.verify(owner)[1] == []


@pytest.mark.parametrize("lines", [(3,), (2, 1), (1, 1, 1)])
@pytest.mark.parametrize("by", ["promotion", "coupon"])
def test_a_free_piece_is_no_stamp_wherever_the_line_is_cut(milk, cashier, lines, by):
    """Two bought and one given are two stamps, scanned as one line or as three; what comes back
    takes as many."""
    who = build.member(milk)
    free = {
        "kind": "buy_get",
        "value": None,
        "min_spend": None,
        "buy": 2,
        "get": 1,
        "categories": ["奶粉"],
    }
    if by == "promotion":
        build.offer(milk, "TWO1", **free, valid_days=None, automatic=True)
    else:
        build.offer(milk, "TWO1", **free)
    taken = [] if by == "promotion" else build.issued(milk, "TWO1", 1)
    sold = open_bill.record(
        cashier,
        lines=[LineIn("M", Quantity(n * 1000)) for n in lines],
        member=who.member_no,
        coupons=taken,
    )
    assert (sold.net, card(cashier, who)) == (20_000, (2, 4))
    assert returns.return_goods(milk, receipt=sold.receipt_no).stamps_taken_back == 2
    assert card(cashier, who) == (0, 4)


def test_beside_another_register_the_pieces_are_counted_by_hand(milk, cashier):
    who = build.member(milk)
    done = open_bill.record(
        cashier,
        amount=Money(50_000),
        member=who.member_no,
        closing=Closing(pieces={"CARD4": 5}, proof=VOUCHED),
    )
    assert (len(done.given), card(cashier, who)) == (1, (1, 4))
    for wrong, error in (
        ({"CARD4": 0}, BadInput),
        ({"CARD4": 1001}, BadInput),
        ({"OTHER": 1}, NotFound),
    ):
        with pytest.raises(error):
            open_bill.record(
                cashier,
                amount=Money(100),
                member=who.member_no,
                closing=Closing(pieces=wrong, proof=VOUCHED),
            )


def test_stamps_go_back_with_the_goods_and_break_an_unused_card(milk, cashier, owner):
    who = build.member(milk)
    done = open_bill.record(cashier, lines=[LineIn("M", Quantity(5000))], member=who.member_no)
    code = done.given[0].code
    back = returns.return_goods(
        milk, receipt=done.receipt_no, lines=[returned_goods.ReturnLine(1, Quantity(2000))]
    )
    assert (back.stamps_taken_back, card(cashier, who)) == (2, (3, 4))
    assert issue.show(milk, code=code).state is CouponState.VOIDED
    returns.return_goods(milk, receipt=done.receipt_no)
    assert card(cashier, who) == (0, 4)
    assert verify.verify(owner)[1] == []


def test_stamps_of_a_used_card_are_owed_after_a_return(milk, cashier, owner):
    who = build.member(milk)
    done = open_bill.record(cashier, lines=[LineIn("M", Quantity(4000))], member=who.member_no)
    open_bill.record(
        cashier,
        lines=[LineIn("M")],
        member=who.member_no,
        coupons=[done.given[0].code],
        closing=Closing(proof=VOUCHED),
    )
    assert card(cashier, who) == (0, 4)
    returns.return_goods(milk, receipt=done.receipt_no)
    assert card(cashier, who) == (-4, 4)
    open_bill.record(cashier, lines=[LineIn("M", Quantity(4000))], member=who.member_no)
    assert card(cashier, who) == (0, 4)
    assert verify.verify(owner)[1] == []


def test_a_void_gives_and_takes_every_stamp(milk, cashier, manager, owner):
    who = build.member(milk)
    open_bill.record(cashier, lines=[LineIn("M", Quantity(3000))], member=who.member_no)
    done = open_bill.record(cashier, lines=[LineIn("M", Quantity(2000))], member=who.member_no)
    voids.void(manager, receipt=done.receipt_no)
    assert (card(cashier, who), issue.show(milk, code=done.given[0].code).state) == (
        (3, 4),
        CouponState.VOIDED,
    )
    assert verify.verify(owner)[1] == []


def test_stamps_end(milk, cashier, wall):
    who = build.member(milk)
    open_bill.record(cashier, lines=[LineIn("M", Quantity(2000))], member=who.member_no)
    wall.forward(days=29)
    open_bill.record(cashier, lines=[LineIn("M")], member=who.member_no)
    assert card(cashier, who) == (3, 4)
    wall.forward(days=1)
    assert card(cashier, who) == (1, 4)


def test_a_sale_attached_afterwards_counts_its_stamps(milk, cashier):
    who = build.member(milk)
    receipt = open_bill.record(cashier, lines=[LineIn("M", Quantity(2000))]).receipt_no
    late_member.attach(cashier, receipt=receipt, member=who.member_no)
    assert card(cashier, who) == (2, 4)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"reward": None}, "reward_missing"),
        ({"buy": 1}, "buy_missing"),
        ({"categories": None}, "scope_missing"),
        ({"automatic": None}, "automatic_only"),
        ({"kind": "amount_off", "value": "5", "automatic": None}, "reward_stamps"),
        ({"supplier": "奶厂"}, "supplier_half"),
        ({"supplier_share": "50"}, "supplier_half"),
    ],
)
def test_a_stamp_card_that_makes_no_sense_is_refused(manager, change, code):
    raw = {
        "kind": "stamps",
        "value": None,
        "min_spend": None,
        "valid_days": 30,
        "buy": 4,
        "reward": "A",
        "categories": ["奶粉"],
        "automatic": True,
    }
    with pytest.raises(BadInput, match=code):
        build.offer(manager, "X", **(raw | change))


def test_a_card_for_an_offer_that_is_not_there_is_refused(manager):
    with pytest.raises(NotFound):
        build.offer(
            manager,
            "X",
            kind="stamps",
            value=None,
            min_spend=None,
            valid_days=None,
            buy=4,
            reward="NONE",
            categories=["奶"],
            automatic=True,
        )
    assert design.listed(manager) == []


# --- goods that are different ---


def test_flags_of_goods_come_by_import_and_hold(milk, cashier, tmp_path):
    who = build.member(milk)
    build.offer(
        milk, "TEN", kind="percent_off", value="10", min_spend=None, automatic=True, valid_days=None
    )
    done = open_bill.record(cashier, lines=[LineIn("T"), LineIn("M")], member=who.member_no)
    assert (done.net, done.points_earned) == (2500 + 9000, 90)
    with pytest.raises(BadInput, match="gift_medicine"):
        build.offer(milk, "GIFT", kind="gift", value=None, min_spend="50", gifts=["R"])
    file = tmp_path / "wrong.csv"
    file.write_text("sku,medicine,no_points\nR,homeopathy,\nT,,maybe\n", "utf-8")
    with pytest.raises(ImportRejected) as rejected:
        run.load(milk, kind="products", path=file)
    assert [(p.row, p.column, p.kind) for p in rejected.value.problems] == [
        (2, "medicine", "unknown"),
        (3, "no_points", "not_yes_no"),
    ]
    file.write_text("sku,no_points,medicine\nT,否,\n", "utf-8")
    run.load(milk, kind="products", path=file)
    assert open_bill.record(cashier, lines=[LineIn("T")], member=who.member_no).points_earned == 0
    run.load(milk, kind="products", path=file, how=ImportOptions(on_existing="replace"))
    basket.put(cashier, code="T", member=who.member_no)
    assert open_bill.close(cashier).points_earned == 25
