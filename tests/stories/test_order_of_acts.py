"""Nobody gains by the order of acts: stamps, given coupons, exchanges and paper, in every order
that once paid."""

import pytest

from storecrm.domain.tenders import Tender
from storecrm.errors import (
    BadInput,
    Conflict,
    CouponRefused,
    NotFound,
    NotPossible,
    PriceChanged,
    StorageTrouble,
)
from storecrm.services import files, shop_settings
from storecrm.services.coupons import batches, issue, paper_stock
from storecrm.services.files import Target
from storecrm.services.imports import run
from storecrm.services.integrity import verify
from storecrm.services.loyalty import adjustments, points_account, stamp_cards
from storecrm.services.members.verification import VOUCHED, Proof, ProofLevel
from storecrm.services.offers import design
from storecrm.services.reports import supplier_claims
from storecrm.services.till import (
    basket,
    exchanges,
    late_member,
    open_bill,
    overrides,
    parked_bills,
    returned_goods,
    returns,
    shifts,
    voids,
)
from storecrm.services.till.bill_lines import LineIn
from storecrm.services.till.posting import Closing
from storecrm.values import CouponState, Money, PaperAct, Quantity, TenderKind
from tests import build

pytestmark = pytest.mark.both

CUP, BREAD = "CUP", "BREAD"


@pytest.fixture
def cafe(manager, tmp_path):
    """Ten cups fill a card that gives ¥10."""
    file = tmp_path / "goods.csv"
    file.write_text(
        "sku,name,category,price,medicine\nCUP,咖啡,饮料,10,\nBREAD,面包,面包,10,\nRX,药,药,20,rx\nRICE,散米,散装,9.99,\n",
        "utf-8",
    )
    run.load(manager, kind="products", path=file)
    build.offer(manager, "FREE", kind="amount_off", value="10", min_spend=None)
    card(manager, "CARD")
    return manager


def card(store, code, **more):
    raw = {
        "kind": "stamps",
        "value": None,
        "min_spend": None,
        "valid_days": None,
        "buy": 10,
        "reward": "FREE",
        "categories": ["饮料"],
    }
    build.offer(store, code, **(raw | {"automatic": True} | more))


@pytest.fixture
def ann(cafe):
    return build.member(cafe).member_no


def cups(store, count, who, sku=CUP, **more):
    return open_bill.record(store, lines=[LineIn(sku, Quantity(count * 1000))], member=who, **more)


def back(store, sale, thousandths=None):
    lines = [returned_goods.ReturnLine(1, Quantity(thousandths))] if thousandths else []
    return returns.return_goods(store, receipt=sale.receipt_no, lines=lines)


def held(store, who):
    return stamp_cards.cards(store, member=who)[0].stamps


def state(store, code):
    return issue.show(store, code=code).state


def clean(owner):
    assert verify.verify(owner)[1] == []


# --- stamps ---


@pytest.mark.parametrize("slices", [(8500, 500), (500,) * 18, (9000,), (1, 8999)])
def test_slices_of_a_return_take_the_stamps_of_the_whole(cafe, ann, owner, slices):
    sold = cups(cafe, 9, ann)
    for part in slices:
        back(cafe, sold, part)
    assert held(cafe, ann) == 0
    clean(owner)


def test_weighed_goods_in_slices_take_one_stamp(cafe, ann):
    card(cafe, "RICE2", categories=["散装"], buy=2)
    sold = open_bill.record(cafe, lines=[LineIn("RICE", Quantity(1500))], member=ann)
    mine = lambda: next(  # noqa: E731
        c.stamps for c in stamp_cards.cards(cafe, member=ann) if c.offer_code == "RICE2"
    )
    assert mine() == 1
    for part in (500, 500, 500):
        back(cafe, sold, part)
    assert mine() == 0


def test_stamps_counted_by_hand_go_back_too(cafe, ann):
    sold = open_bill.record(
        cafe, amount=Money(10_000), member=ann, closing=Closing(pieces={"CARD": 10}, proof=VOUCHED)
    )
    code = sold.given[0].code
    back(cafe, sold)
    assert (held(cafe, ann), state(cafe, code)) == (0, CouponState.VOIDED)
    assert cups(cafe, 1, ann).given == ()


@pytest.mark.parametrize("how", ["return", "void"])
def test_a_card_that_another_sale_filled_is_broken_too(cafe, ann, how):
    first, second = cups(cafe, 9, ann), cups(cafe, 1, ann)
    code = second.given[0].code
    if how == "return":
        back(cafe, first)
    else:
        voids.void(cafe, receipt=first.receipt_no)
    assert (state(cafe, code), held(cafe, ann)) == (CouponState.VOIDED, 1)


def test_as_many_cards_break_as_stamps_are_missing(cafe, ann):
    sold = cups(cafe, 20, ann)
    back(cafe, sold, 11_000)
    assert [state(cafe, g.code) for g in sold.given] == [CouponState.VOIDED] * 2
    assert held(cafe, ann) == 9


def test_a_reissued_reward_is_still_the_cards(cafe, ann):
    sold = cups(cafe, 10, ann)
    new = issue.reissue(cafe, code=sold.given[0].code).code
    back(cafe, sold, 1000)
    assert (state(cafe, new), held(cafe, ann)) == (CouponState.VOIDED, 9)


def test_a_reward_voided_by_hand_gives_its_stamps_back(cafe, ann):
    sold = cups(cafe, 10, ann)
    issue.void(cafe, code=sold.given[0].code)
    assert held(cafe, ann) == 10


@pytest.mark.parametrize("how", ["return", "void"])
def test_a_full_card_stays_when_the_sale_that_filled_it_goes_and_enough_stamps_are_left(
    cafe, ann, owner, how
):
    cups(cafe, 9, ann)
    second = cups(cafe, 6, ann)
    cups(cafe, 2, ann)
    if how == "return":
        assert back(cafe, second).coupons_void == ()
    else:
        voids.void(cafe, receipt=second.receipt_no)
    assert (state(cafe, second.given[0].code), held(cafe, ann)) == (CouponState.ISSUED, 1)
    clean(owner)


@pytest.mark.parametrize("order", ["used", "unused"])
def test_a_reward_that_comes_back_goes_when_its_stamps_are_gone(cafe, ann, owner, order):
    filled = cups(cafe, 10, ann)
    code = filled.given[0].code
    used = open_bill.record(cafe, lines=[LineIn(BREAD, Quantity(2000))], member=ann, coupons=[code])
    back(cafe, filled, 4000)
    assert held(cafe, ann) == -4
    again = back(cafe, used) if order == "used" else voids.void(cafe, receipt=used.receipt_no)
    assert (state(cafe, code), held(cafe, ann)) == (CouponState.VOIDED, 6)
    if order == "used":
        assert (again.coupons_back, again.coupons_void) == ((), (code,))
    clean(owner)


@pytest.mark.parametrize("end", ["taken up", "dropped"])
def test_a_reward_on_a_bill_that_waits_stays_with_it(cafe, ann, owner, end):
    """Its stamps are gone meanwhile: the bill keeps it, but dropped it does not come back."""
    filled = cups(cafe, 10, ann)
    code = filled.given[0].code
    basket.put(cafe, code=BREAD, quantity=Quantity(3000), member=ann)
    open_bill.take(cafe, code=code, request_no="r1", proof=VOUCHED)
    back(cafe, filled)
    aside = parked_bills.suspend_open(cafe)
    assert (aside.net, state(cafe, code), held(cafe, ann)) == (3_000, CouponState.RESERVED, -10)
    if end == "taken up":
        bill, _ = parked_bills.reopen(cafe, receipt=aside.receipt_no)
        assert (bill.net, bill.lost) == (2_000, ())
        assert open_bill.close(cafe).net == 2_000 and state(cafe, code) is CouponState.REDEEMED
    else:
        parked_bills.drop(cafe, receipt=aside.receipt_no)
        assert (state(cafe, code), held(cafe, ann)) == (CouponState.VOIDED, 0)
    clean(owner)


def test_stamps_keep_their_end_and_ended_ones_are_not_charged_again(cafe, ann, wall):
    card(cafe, "SHORT", buy=5, valid_days=3)
    mine = lambda: next(  # noqa: E731
        (c.stamps, c.next_end)
        for c in stamp_cards.cards(cafe, member=ann)
        if c.offer_code == "SHORT"
    )
    sold = cups(cafe, 5, ann)
    end = cafe.clock.today().replace(day=cafe.clock.today().day + 2)
    back(cafe, sold, 1000)
    assert mine() == (4, end)
    wall.forward(days=4)
    assert mine() == (0, None)
    back(cafe, sold)
    assert mine() == (0, None)
    cups(cafe, 2, ann)
    assert mine()[0] == 2


@pytest.mark.parametrize(
    "condition",
    [
        {"min_spend": "100"},
        {"budget": "5"},
        {"limit_per_member": 1},
        {"limit_total": 1},
        {"min_quantity": 2},
        {"group": "x"},
    ],
)
def test_conditions_that_a_card_cannot_hold_are_refused(cafe, condition):
    with pytest.raises(BadInput, match="stamps_condition"):
        card(cafe, "X", **condition)


def test_conditions_that_a_card_can_hold_hold(cafe, ann):
    card(cafe, "GOLD", tiers=["gold"], buy=2)
    card(cafe, "MON", weekdays=[1], buy=2)
    cups(cafe, 1, ann)
    assert {c.offer_code: c.stamps for c in stamp_cards.cards(cafe, member=ann)} == {
        "CARD": 1,
        "GOLD": 0,
        "MON": 0,
    }


@pytest.mark.parametrize(
    ("reward", "code"), [("SELF", "reward_impossible"), ("AUTO", "reward_impossible")]
)
def test_a_reward_that_can_never_be_given_is_refused(cafe, reward, code):
    build.offer(
        cafe,
        "AUTO",
        kind="percent_off",
        value="10",
        min_spend=None,
        automatic=True,
        valid_days=None,
    )
    build.offer(cafe, "SELF", kind="amount_off", value="1", min_spend=None)
    with pytest.raises(BadInput, match=code):
        card(cafe, "SELF", reward=reward)


def test_stamps_need_a_member_and_articles_count_themselves(cafe, ann):
    with pytest.raises(BadInput, match="stamps_member"):
        open_bill.record(
            cafe, amount=Money(100), closing=Closing(pieces={"CARD": 1}, proof=VOUCHED)
        )
    with pytest.raises(BadInput, match="stamps_lines"):
        open_bill.record(
            cafe,
            lines=[LineIn(BREAD)],
            member=ann,
            closing=Closing(pieces={"CARD": 1}, proof=VOUCHED),
        )


def test_a_cup_that_nothing_was_paid_for_is_no_stamp(cafe, ann):
    code = cups(cafe, 10, ann).given[0].code
    assert cups(cafe, 1, ann, coupons=[code]).net == 0
    assert held(cafe, ann) == 0


# --- coupons that a sale gave ---


def _by_card(store, who):
    sold = cups(store, 10, who)
    return sold, sold.given[0].code


def _by_rule(store, who):
    sold = cups(store, 5, who, BREAD)
    return sold, sold.given[0].code


@pytest.mark.parametrize("giver", [_by_card, _by_rule])
@pytest.mark.parametrize("order", ["drop first", "return while held", "void while held"])
def test_a_bill_that_held_a_given_coupon_does_not_free_it(cafe, ann, owner, giver, order):
    if giver is _by_rule:
        build.offer(cafe, "NEXT", kind="amount_off", value="5", min_spend=None)
        shop_settings.set_rule(owner, key="next_offer", value="NEXT")
    sold, code = giver(cafe, ann)
    aside = parked_bills.suspend(
        cafe, lines=[LineIn(BREAD, Quantity(4000))], member=ann, coupons=[code], proof=VOUCHED
    )
    if order == "drop first":
        parked_bills.drop(cafe, receipt=aside.receipt_no)
        assert back(cafe, sold).coupons_void == (code,)
    elif order == "return while held":
        back(cafe, sold)
        with pytest.raises(CouponRefused):
            parked_bills.resume(cafe, receipt=aside.receipt_no, proof=VOUCHED)
        parked_bills.drop(cafe, receipt=aside.receipt_no)
    else:
        voids.void(cafe, receipt=sold.receipt_no)
        parked_bills.drop(cafe, receipt=aside.receipt_no)
    assert state(cafe, code) is CouponState.VOIDED
    clean(owner)


def test_a_given_coupon_does_not_come_back_after_its_giver_is_gone(cafe, ann, owner):
    sold, code = _by_card(cafe, ann)
    used = cups(cafe, 4, ann, BREAD, coupons=[code])
    back(cafe, sold)
    assert held(cafe, ann) == -10
    back(cafe, used)
    assert (state(cafe, code), held(cafe, ann)) == (CouponState.VOIDED, 0)
    clean(owner)


# --- paper ---


@pytest.mark.parametrize("was", ["used", "held"])
def test_voided_paper_never_works_again(manager, cashier, was):
    build.offer(manager, kind="amount_off", value="6", min_spend=None)
    batch = issue.issue(manager, offer="A20", count=4)
    code = batches.codes_of(manager, batch=batch.id)[3]
    if was == "used":
        open_bill.record(cashier, coupons=[code])
        with pytest.raises(Conflict, match="serials_used"):
            paper_stock.move(manager, batch=batch.id, act=PaperAct.VOIDED, first=4, last=4)
        return
    aside = parked_bills.suspend(cashier, amount=Money(3000), coupons=[code], proof=VOUCHED)
    paper_stock.move(manager, batch=batch.id, act=PaperAct.VOIDED, first=4, last=4)
    with pytest.raises(CouponRefused):
        parked_bills.resume(cashier, receipt=aside.receipt_no, proof=VOUCHED)
    parked_bills.drop(cashier, receipt=aside.receipt_no)
    assert state(manager, code) is CouponState.VOIDED


def test_cancelled_and_voided_paper_is_not_handed_out(manager):
    build.offer(manager, kind="amount_off", value="6", min_spend=None)
    one, two = (issue.issue(manager, offer="A20", count=4).id for _ in range(2))
    issue.void(manager, code=batches.codes_of(manager, batch=one)[1])
    with pytest.raises(Conflict, match="serials_out"):
        paper_stock.move(manager, batch=one, act=PaperAct.HANDED_OUT, first=1, last=4, channel="x")
    batches.void_batch(manager, batch=two)
    with pytest.raises(Conflict, match="batch_void"):
        paper_stock.move(manager, batch=two, act=PaperAct.HANDED_OUT, first=1, last=4, channel="x")


# --- exchange ---


def test_forgiven_points_are_not_earned_anew_by_an_exchange(cafe, ann, owner):
    shop_settings.set_rule(owner, key="return_shortfall", value="forgive")
    sold = cups(cafe, 10, ann, BREAD)
    for _ in range(2):
        adjustments.exchange(
            cafe, member=ann, offer="FREE", cost=points_account.show(cafe, member=ann).active or 1
        )
        done = exchanges.exchange(
            cafe, receipt=sold.receipt_no, lines=[], taken=[LineIn(BREAD, Quantity(10_000))]
        )
        assert points_account.show(cafe, member=ann).active == 0
        sold = done.sale
        break
    clean(owner)


def test_a_request_number_of_an_exchange_is_of_its_goods(cafe, owner):
    sold = cups(cafe, 4, None, BREAD)
    ask = {
        "receipt": sold.receipt_no,
        "lines": [returned_goods.ReturnLine(1, Quantity(2000))],
        "request_no": "X1",
    }
    first = exchanges.exchange(cafe, taken=[LineIn(CUP)], **ask)
    again = exchanges.exchange(cafe, taken=[LineIn(CUP)], **ask)
    assert (again.sale.receipt_no, again.sale.repeated, again.back.repeated) == (
        first.sale.receipt_no,
        True,
        True,
    )
    with pytest.raises(Conflict, match="request_conflict"):
        exchanges.exchange(cafe, taken=[LineIn(CUP, Quantity(500_000))], **ask)
    with pytest.raises(Conflict, match="request_conflict"):
        returns.return_goods(cafe, **ask)
    clean(owner)


def test_an_exchange_of_what_cost_nothing_can_be_repeated(cafe):
    code = build.issued(cafe, "FREE")[0]
    sold = cups(cafe, 1, None, BREAD, coupons=[code])
    assert sold.net == 0
    ask = {"receipt": sold.receipt_no, "lines": [], "taken": [LineIn(CUP)], "request_no": "Z1"}
    assert (
        exchanges.exchange(cafe, **ask).sale.receipt_no
        == exchanges.exchange(cafe, **ask).sale.receipt_no
    )


def test_the_new_receipt_of_an_exchange_is_returned_not_voided(cafe, cashier):
    sold = cups(cafe, 2, None, BREAD)
    new = exchanges.exchange(
        cafe, receipt=sold.receipt_no, lines=[], taken=[LineIn(CUP, Quantity(2000))]
    ).sale
    for who in (cashier, cafe):
        with pytest.raises(NotPossible, match="was_exchanged"):
            voids.void(who, receipt=new.receipt_no)
    assert back(cafe, new).cash == 2000


# --- shifts and papers ---


def test_a_bill_that_waited_over_the_hand_over_is_in_the_next_sheet(cafe, cashier, wall):
    aside = parked_bills.suspend(cashier, lines=[LineIn(CUP, Quantity(10_000))], proof=VOUCHED)
    wall.forward(seconds=60)
    shifts.hand_over(cashier)
    wall.forward(seconds=60)
    parked_bills.resume(cashier, receipt=aside.receipt_no, proof=VOUCHED)
    assert (shifts.sheet(cashier).bills, shifts.sheet(cashier).net) == (1, 10_000)


def test_the_drawer_counts_what_went_back(cafe, owner):
    sold = cups(
        cafe,
        10,
        None,
        BREAD,
        closing=Closing(paid=[Tender(TenderKind.CASH, Money(20_000))], proof=VOUCHED),
    )
    back(cafe, sold, 4000)
    assert shifts.sheet(cafe).tenders == {"cash": 6000}
    returns.return_goods(cafe, receipt=sold.receipt_no, way=TenderKind.WECHAT)
    assert shifts.sheet(cafe).tenders == {"cash": 6000, "wechat": -6000}
    beside = cups(cafe, 1, None, BREAD)
    back(cafe, beside)
    assert shifts.sheet(cafe).tenders == {"cash": 6000, "wechat": -6000}
    clean(owner)


@pytest.mark.parametrize(
    ("paid", "way"),
    [
        ([Tender(TenderKind.ALIPAY, Money(10_000))], TenderKind.ALIPAY),
        (
            [Tender(TenderKind.ALIPAY, Money(9_000)), Tender(TenderKind.CASH, Money(1_000))],
            TenderKind.CASH,
        ),
        ([], None),
    ],
)
def test_money_goes_back_as_it_came(cafe, owner, paid, way):
    sold = cups(cafe, 10, None, BREAD, closing=Closing(paid=paid, proof=VOUCHED))
    before = shifts.sheet(cafe).tenders
    assert returns.preview(cafe, receipt=sold.receipt_no).way is way
    done = returns.return_goods(cafe, receipt=sold.receipt_no, request_no="r")
    again = returns.return_goods(cafe, receipt=sold.receipt_no, request_no="r")
    assert (done.way, again.way, again.repeated) == (way, way, True)
    after = shifts.sheet(cafe).tenders
    moved = {kind: after.get(kind, 0) - before.get(kind, 0) for kind in {*before, *after}}
    assert {k: v for k, v in moved.items() if v} == ({way: -10_000} if way else {})
    clean(owner)


def test_the_difference_of_an_exchange_goes_the_same_way(cafe, owner):
    sold = cups(
        cafe,
        2,
        None,
        BREAD,
        closing=Closing(paid=[Tender(TenderKind.WECHAT, Money(2_000))], proof=VOUCHED),
    )
    exchanges.exchange(cafe, receipt=sold.receipt_no, lines=[], taken=[LineIn(CUP)])
    assert shifts.sheet(cafe).tenders == {"wechat": 1000}
    more = cups(
        cafe,
        1,
        None,
        BREAD,
        closing=Closing(paid=[Tender(TenderKind.WECHAT, Money(1_000))], proof=VOUCHED),
    )
    taken = [LineIn(CUP, Quantity(3000))]
    exchanges.exchange(cafe, receipt=more.receipt_no, lines=[], taken=taken, way=TenderKind.CARD)
    assert shifts.sheet(cafe).tenders == {"wechat": 2000, "card": 2000}
    clean(owner)


def test_a_paper_that_cannot_be_written_is_refused_before_the_act(tmp_path):
    with pytest.raises(StorageTrouble, match="folder_missing"):
        files.require(Target(tmp_path / "none" / "x.pdf", "shift"))
    for bad in (tmp_path, tmp_path / ""):
        with pytest.raises(NotPossible, match="not_plain_file"):
            files.require(Target(bad, "shift"))
    files.require(Target(tmp_path / "x.pdf", "shift"))


def test_an_attached_and_voided_sale_is_counted_once_and_frees_the_day(cafe, cashier, ann):
    first = open_bill.record(cashier, amount=Money(1000))
    late_member.attach(cashier, receipt=first.receipt_no, member=ann)
    voids.undo(cashier)
    right = open_bill.record(cashier, amount=Money(900))
    assert late_member.attach(cashier, receipt=right.receipt_no, member=ann).points_earned == 9
    assert shifts.sheet(cashier).attached == 2


def test_a_return_without_receipt_stays_what_it_is(cafe, ann):
    done = returns.without_receipt(cafe, amount=Money(500), reason="broken")
    with pytest.raises(Conflict, match="not_a_sale"):
        late_member.attach(cafe, receipt=done.receipt_no, member=ann)
    with pytest.raises(NotPossible, match="return_final"):
        voids.void(cafe, receipt=done.receipt_no)


def test_a_word_is_not_used_up_for_a_coupon_that_applies(manager, cashier):
    build.offer(manager, kind="amount_off", value="6", min_spend=None)
    [code] = build.issued(manager, count=1)
    open_bill.record(cashier, coupons=[code], approval=overrides.allow(cashier, reason="no need"))
    with cashier.read() as session:
        assert overrides.allowance(session, cashier).left == 3


# --- suppliers and medicines ---


def test_a_supplier_pays_only_for_what_stays_sold(cafe, wall):
    build.offer(
        cafe,
        "SUP",
        kind="amount_off",
        value="20",
        min_spend=None,
        supplier="厂",
        supplier_share="50",
        valid_days=1,
    )
    day = cafe.clock.today()
    sold = cups(cafe, 10, None, BREAD, coupons=[build.issued(cafe, "SUP")[0]])
    owed = lambda: sum(  # noqa: E731
        c.owed for c in supplier_claims.claims(cafe, first=day, last=cafe.clock.today())
    )
    assert owed() == 1000
    back(cafe, sold, 5000)
    assert owed() == 500
    wall.forward(days=2)
    back(cafe, sold)
    assert owed() == 0


def test_a_medicine_is_never_given_whatever_was_said_before(cafe, tmp_path):
    build.offer(
        cafe,
        "GIFT",
        kind="gift",
        value=None,
        min_spend="10",
        gifts=["CUP"],
        automatic=True,
        valid_days=None,
        products=["BREAD"],
    )
    build.offer(
        cafe,
        "TWO",
        kind="buy_get",
        value=None,
        min_spend=None,
        buy=1,
        products=["RX"],
        automatic=True,
        valid_days=None,
    )
    assert open_bill.record(cafe, lines=[LineIn("RX", Quantity(2000))]).discount == 0
    lines = [LineIn(BREAD, Quantity(2000)), LineIn(CUP)]
    assert open_bill.record(cafe, lines=lines).discount == 1000
    file = tmp_path / "now.csv"
    file.write_text("sku,medicine\nCUP,处方药\n", "utf-8")
    run.load(cafe, kind="products", path=file)
    assert open_bill.record(cafe, lines=lines).discount == 0
    file.write_text("code,kind,value,min_spend,gifts,valid_days\nG2,gift,,10,RX,30\n", "utf-8")
    with pytest.raises(BadInput):
        run.load(cafe, kind="offers", path=file)
    assert "G2" not in {offer.code for offer in design.listed(cafe)}


# --- what grows after it was allowed ---


def test_an_emergency_coupon_does_not_grow_with_the_bill(manager, cashier, owner, wall):
    build.offer(manager, kind="percent_off", value="20", min_spend=None, valid_days=1)
    code = build.issued(manager)[0]
    [word] = overrides.new_codes(owner, count=1)
    wall.forward(days=9)
    given = overrides.emergency(cashier, code=word, reason="manager ill")
    assert (
        open_bill.take(
            cashier, code=code, amount=Money(1000), request_no="a", approval=given, proof=VOUCHED
        ).discount
        == 200
    )
    bill = open_bill.set_amount(cashier, amount=Money(1_000_000))
    assert ([c.code for c in bill.handed_back], bill.discount) == ([code], 0)
    clean(owner)


def test_a_named_coupon_that_grew_asks_for_the_second_proof(manager, cashier):
    who = build.member(manager)
    build.offer(manager, kind="percent_off", value="20", min_spend=None)
    [code] = build.issued(manager, to=(who.member_no,))
    card_seen = Proof(ProofLevel.CARD)
    open_bill.take(
        cashier,
        code=code,
        amount=Money(1000),
        member=who.member_no,
        request_no="a",
        proof=card_seen,
    )
    open_bill.set_amount(cashier, amount=Money(1_000_000))
    with pytest.raises(NotPossible, match="proof_second"):
        open_bill.close(cashier, closing=Closing(proof=card_seen))
    assert (
        open_bill.close(
            cashier, closing=Closing(proof=Proof(ProofLevel.CARD, confirmed=True))
        ).discount
        == 200_000
    )


def test_points_do_not_pay_for_a_coupon_that_ended_meanwhile(manager, cashier, owner, wall):
    who = build.member(manager)
    open_bill.record(cashier, amount=Money(100_000), member=who.member_no)
    build.offer(
        manager, kind="amount_off", value="20", min_spend=None, time_from="00:00", time_to="06:35"
    )
    open_bill.take(
        cashier,
        code=build.issued(manager)[0],
        amount=Money(10_000),
        member=who.member_no,
        request_no="a",
        proof=VOUCHED,
    )
    wall.forward(seconds=15 * 60)
    with pytest.raises(PriceChanged):
        open_bill.close(cashier, closing=Closing(points_used=500, proof=VOUCHED))
    assert points_account.show(cashier, member=who.member_no).active == 1000
    clean(owner)


def test_a_swap_on_a_rounded_bill(manager, cashier, owner):
    shop_settings.set_rule(owner, key="rounding", value="1")
    build.offer(manager, kind="amount_off", value="6", min_spend=None)
    a, b, _ = build.issued(manager)
    open_bill.take(cashier, code=a, amount=Money(12_037), request_no="a", proof=VOUCHED)
    assert open_bill.swap(cashier, code=b, request_no="b", proof=VOUCHED).net == 11_400
    clean(owner)


def test_a_free_cup_is_not_charged_as_a_stamp(cafe, ann):
    build.offer(
        cafe,
        "TWO1",
        kind="buy_get",
        value=None,
        min_spend=None,
        buy=2,
        get=1,
        products=["CUP"],
        automatic=True,
        valid_days=None,
    )
    sold = open_bill.record(cafe, lines=[LineIn(CUP), LineIn(CUP), LineIn(CUP)], member=ann)
    assert held(cafe, ann) == 2
    cups(cafe, 1, ann)
    back(cafe, sold)
    assert held(cafe, ann) == 1


def test_an_act_on_another_customers_bill_is_refused(manager, cashier):
    build.offer(manager, kind="amount_off", value="6", min_spend=None)
    a, b, _ = build.issued(manager)
    mine = open_bill.take(
        cashier, code=a, amount=Money(1000), request_no="a", bill="", proof=VOUCHED
    ).receipt_no
    for act in (
        lambda: open_bill.take(cashier, code=b, request_no="b", bill="", proof=VOUCHED),
        lambda: basket.put_amount(cashier, amount=Money(100), bill=""),
        lambda: open_bill.close(cashier, bill="2300000000000000"),
    ):
        with pytest.raises(Conflict, match="open_bill_other"):
            act()
    assert open_bill.close(cashier, bill=str(mine)).net == 400
    with pytest.raises(NotFound, match="open_bill"):
        open_bill.close(cashier, bill=str(mine))


def test_a_scales_label_and_a_scan_stay_two_lines(cafe, owner):
    shop_settings.set_rule(owner, key="scale_codes", value="price")
    basket.put(cafe, code="RICE", quantity=Quantity(778))
    bill = basket.put(cafe, code="RICE")
    assert [(line.quantity, line.amount) for line in bill.lines] == [(778, 777), (1000, 999)]


def test_an_amount_never_replaces_articles(cafe):
    basket.put(cafe, code="CUP")
    with pytest.raises(Conflict, match="bill_has_goods"):
        open_bill.set_amount(cafe, amount=Money(100))
