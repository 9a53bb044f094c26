"""The till's road: exactly once, every reason named, nothing half done."""

import json

import pytest
from sqlalchemy import text

from storecrm.errors import BadInput, Conflict, CouponRefused, NotAllowed, NotFound, NotPossible
from storecrm.services import shop_settings
from storecrm.services.coupons import issue
from storecrm.services.imports import run
from storecrm.services.integrity import verify
from storecrm.services.loyalty import points_account, tiers
from storecrm.services.members.verification import VOUCHED
from storecrm.services.offers import design
from storecrm.services.store import new_request
from storecrm.services.till import (
    bill_lines,
    clock_check,
    coupon_check,
    day_board,
    open_bill,
    parked_bills,
    receipts,
    voids,
)
from storecrm.services.till.posting import Closing
from storecrm.values import CouponState, Money, Points, RefusalCode, SaleState, damm
from tests import build
from tests.conftest import PINS, signed

pytestmark = pytest.mark.both


def refused(act) -> list[str]:
    with pytest.raises(CouponRefused) as caught:
        act()
    return [r.code.value for r in caught.value.refusals]


def test_a_coupon_is_used_once(manager, cashier):
    """The second scan says who, when and where."""
    build.offer(manager)
    code = build.issued(manager)[0]
    view = open_bill.record(cashier, amount=Money(12_800), coupons=[code])
    assert (view.gross, view.discount, view.net) == (12_800, 2_000, 10_800)
    with pytest.raises(CouponRefused) as caught:
        open_bill.record(cashier, amount=Money(12_800), coupons=[code])
    first = caught.value.refusals[0]
    assert (first.code.value, first.till, first.staff) == ("already_redeemed", "till 1", "王芳")
    assert verify.verify(manager)[1] == []


def test_a_repeated_request_is_answered_not_repeated(cashier, manager):
    """After a lost answer the same number gives the first answer; other content is a conflict."""
    build.offer(manager)
    code = build.issued(manager)[0]
    first = open_bill.record(cashier, amount=Money(12_800), coupons=[code], request_no="r1")
    again = open_bill.record(cashier, amount=Money(12_800), coupons=[code], request_no="r1")
    assert again.repeated and again.receipt_no == first.receipt_no
    with pytest.raises(Conflict):
        open_bill.record(cashier, amount=Money(999), request_no="r1")


def test_below_the_minimum_says_how_much_is_missing(cashier, manager):
    """Thresholds are inclusive, and the distance is exact."""
    build.offer(manager)
    a, b, _ = build.issued(manager)
    with pytest.raises(CouponRefused) as caught:
        open_bill.record(cashier, amount=Money(8_600), coupons=[a])
    assert caught.value.refusals[0].short == 1_400
    assert open_bill.record(cashier, amount=Money(10_000), coupons=[b]).discount == 2_000


def test_every_failing_rule_is_named(cashier, manager, wall):
    """One scan tells everything that is wrong with a coupon."""
    build.offer(manager, valid_days=3)
    code = build.issued(manager)[0]
    wall.forward(days=5)
    design.stop(manager, code="A20")
    assert refused(lambda: open_bill.record(cashier, amount=Money(5_000), coupons=[code])) == [
        "campaign_paused",
        "expired",
        "min_spend",
    ]


def test_the_last_day_counts_to_its_end(cashier, manager, wall):
    """valid_days = 2: the day of issue is day 1, the next day works, the third does not."""
    build.offer(manager, valid_days=2)
    a, b, _ = build.issued(manager)
    wall.forward(days=1)
    assert open_bill.record(cashier, amount=Money(20_000), coupons=[a]).discount == 2_000
    wall.forward(days=1)
    assert refused(lambda: open_bill.record(cashier, amount=Money(20_000), coupons=[b])) == [
        "expired"
    ]


def test_named_coupons_ask_for_their_member(cashier, manager):
    """Whoever finds a named coupon cannot use it."""
    mine, other = build.member(cashier), build.member(cashier, "13900139000", "王强")
    build.offer(manager, bearer=False)
    code = build.issued(manager, to=(mine.member_no,))[0]
    assert refused(lambda: open_bill.record(cashier, amount=Money(20_000), coupons=[code])) == [
        "member_required"
    ]
    assert refused(
        lambda: open_bill.record(
            cashier, amount=Money(20_000), coupons=[code], member=other.member_no
        )
    ) == ["wrong_member"]
    assert (
        open_bill.record(
            cashier,
            amount=Money(20_000),
            coupons=[code],
            member=mine.member_no,
            closing=Closing(proof=VOUCHED),
        ).discount
        == 2_000
    )


def test_a_members_limit_counts_live_uses(cashier, manager):
    """A use that was taken back frees its place."""
    who = build.member(cashier)
    build.offer(manager, limit_per_member=1)
    a, b, _ = build.issued(manager)
    open_bill.record(cashier, amount=Money(20_000), coupons=[a], member=who.member_no)
    assert refused(
        lambda: open_bill.record(cashier, amount=Money(20_000), coupons=[b], member=who.member_no)
    ) == ["member_limit"]
    voids.undo(cashier)
    assert (
        open_bill.record(cashier, amount=Money(20_000), coupons=[b], member=who.member_no).discount
        == 2_000
    )


def test_several_uses_are_counted(cashier, manager):
    """uses_allowed 2: twice and not thrice."""
    build.offer(manager, uses_allowed=2)
    code = build.issued(manager, count=1)[0]
    for _ in range(2):
        open_bill.record(cashier, amount=Money(20_000), coupons=[code])
    assert refused(lambda: open_bill.record(cashier, amount=Money(20_000), coupons=[code])) == [
        "already_redeemed"
    ]
    assert verify.verify(manager)[1] == []


def test_one_coupon_a_bill_unless_the_rule_says_more(cashier, manager, owner):
    """The switch works both ways."""
    from storecrm.services import shop_settings

    build.offer(manager)
    a, b, c = build.issued(manager)
    assert refused(lambda: open_bill.record(cashier, amount=Money(30_000), coupons=[a, b])) == [
        "not_stackable"
    ]
    assert issue.show(manager, code=a).state is CouponState.ISSUED
    shop_settings.set_rule(owner, key="coupons_per_bill", value="2")
    assert open_bill.record(cashier, amount=Money(30_000), coupons=[a, b]).discount == 4_000
    assert c


def test_percent_comes_before_fixed_amount_and_cap_holds(cashier, manager, owner):
    """The fixed order of calculation, whatever the order of scanning."""
    from storecrm.services import shop_settings

    shop_settings.set_rule(owner, key="coupons_per_bill", value="*")
    build.offer(manager, "OFF20", kind="amount_off", min_spend=None)
    build.offer(manager, "P15", kind="percent_off", value=None, zhe="8.5", cap="30", min_spend=None)
    fixed, percent = build.issued(manager, "OFF20", 1)[0], build.issued(manager, "P15", 2)
    view = open_bill.record(cashier, amount=Money(10_000), coupons=[fixed, percent[0]])
    assert view.discount == 1_500 + 2_000
    assert open_bill.record(cashier, amount=Money(100_000), coupons=[percent[1]]).discount == 3_000


def test_goods_decide_what_counts(cashier, manager, tmp_path):
    """A category coupon measures its own lines, and the shares lie on them."""
    goods = tmp_path / "p.csv"
    goods.write_text("sku,name,category,price\nM,milk,乳品,50\nB,bread,烘焙,8\n", "utf-8")
    run.load(manager, kind="products", path=goods)
    build.offer(manager, kind="amount_off", value="5", min_spend="45", categories=["乳品"])
    a, b, _ = build.issued(manager)
    line = bill_lines.LineIn
    assert refused(lambda: open_bill.record(cashier, lines=[line("B")], coupons=[a])) == [
        "no_eligible_item"
    ]
    view = open_bill.record(cashier, lines=[line("M"), line("B")], coupons=[b])
    assert [x.share for x in view.lines] == [500, 0]
    assert view.net == 5_300


def test_an_open_bill_lives_through_a_power_cut_and_is_repriced(base, manager, cashier):
    """Stored from its first coupon; a smaller amount hands the coupon back; closing earns
    points."""
    who = build.member(cashier)
    build.offer(manager)
    code = build.issued(manager)[0]
    open_bill.take(
        cashier,
        code=code,
        amount=Money(15_000),
        member=who.member_no,
        request_no=new_request(),
        proof=VOUCHED,
    )
    after_power_cut = signed(base, "王芳")
    assert receipts.current(after_power_cut).net == 13_000
    assert refused(
        lambda: open_bill.take(cashier, code=code, request_no=new_request(), proof=VOUCHED)
    ) == ["on_this_bill"]
    view = open_bill.set_amount(cashier, amount=Money(9_000))
    assert [c.code for c in view.handed_back] == [code] and view.discount == 0
    assert issue.show(manager, code=code).state is CouponState.ISSUED
    closed = open_bill.close(cashier)
    assert (closed.state, closed.net, closed.points_earned) == (SaleState.POSTED, 9_000, 90)
    assert receipts.current(cashier) is None
    assert verify.verify(manager)[1] == []


def test_a_coupon_without_condition_needs_no_amount(cashier, manager):
    """It closes as a redemption only; the amount can follow, capped, and earns points then."""
    who = build.member(cashier)
    build.offer(manager, kind="amount_off", value="6", min_spend=None)
    code = build.issued(manager)[0]
    open_bill.take(
        cashier, code=code, member=who.member_no, request_no=new_request(), proof=VOUCHED
    )
    closed = open_bill.close(cashier)
    assert closed.gross is None and closed.discount == 600 and closed.points_earned == 0
    assert [w.receipt_no for w in day_board.board(cashier).waiting] == [closed.receipt_no]
    filled = open_bill.fill_amount(cashier, receipt=closed.receipt_no, amount=Money(500))
    assert (filled.discount, filled.net) == (500, 0)
    assert verify.verify(manager)[1] == []


@pytest.mark.parametrize("bearer", [True, False])
def test_a_late_amount_gives_the_member_what_any_sale_gives(cashier, manager, owner, bearer):
    """Points, the tier, the next coupon when it is the member's own; a paper that would have to be
    handed over is not."""
    tiers.keep(owner, name="gold", threshold=Money(10_000))
    build.offer(manager, kind="amount_off", value="6", min_spend=None)
    build.offer(manager, "NEXT", kind="amount_off", value="5", min_spend=None, bearer=bearer)
    shop_settings.set_rule(owner, key="next_offer", value="NEXT")
    who = build.member(cashier)
    open_bill.take(
        cashier,
        code=build.issued(manager)[0],
        member=who.member_no,
        request_no=new_request(),
        proof=VOUCHED,
    )
    closed = open_bill.close(cashier)
    assert closed.given == ()
    filled = open_bill.fill_amount(cashier, receipt=closed.receipt_no, amount=Money(20_000))
    assert (filled.points_earned, len(filled.given)) == (194, 0 if bearer else 1)
    standing = tiers.standing(cashier, member=who.member_no)
    assert standing is not None and standing.tier == "gold"
    assert verify.verify(owner)[1] == []


def test_percent_asks_for_the_amount_and_keeps_the_coupon(cashier, manager):
    """amount_required consumes nothing."""
    build.offer(manager)
    code = build.issued(manager)[0]
    assert refused(lambda: open_bill.take(cashier, code=code, request_no="x", proof=VOUCHED)) == [
        "amount_required"
    ]
    assert issue.show(manager, code=code).state is CouponState.ISSUED
    assert day_board.board(cashier).refused == 0


def test_undo_gives_everything_back(cashier, manager):
    """Coupon, points and figures as if it had not been."""
    who = build.member(cashier)
    build.offer(manager)
    code = build.issued(manager)[0]
    open_bill.record(cashier, amount=Money(12_800), coupons=[code], member=who.member_no)
    assert points_account.show(cashier, member=who.member_no).active == 108
    assert voids.undo(cashier).state is SaleState.VOIDED
    assert points_account.show(cashier, member=who.member_no).active == 0
    assert issue.show(manager, code=code).state is CouponState.ISSUED
    assert verify.verify(manager)[1] == []
    with pytest.raises(NotFound):
        voids.undo(cashier)


def test_a_cashier_undoes_only_what_is_fresh(cashier, manager, wall):
    """Late, after another bill, or too often: a manager's."""
    first = open_bill.record(cashier, amount=Money(100))
    wall.forward(seconds=601)
    with pytest.raises(NotAllowed) as late:
        voids.void(cashier, receipt=first.receipt_no)
    assert late.value.code == "undo_late"
    for _ in range(5):
        open_bill.record(cashier, amount=Money(100))
        voids.undo(cashier)
    open_bill.record(cashier, amount=Money(100))
    with pytest.raises(NotAllowed) as often:
        voids.undo(cashier)
    assert often.value.code == "undo_often"
    assert voids.void(manager, receipt=first.receipt_no).state is SaleState.VOIDED
    wall.forward(days=1)
    old = open_bill.record(manager, amount=Money(100))
    wall.forward(days=1)
    with pytest.raises(NotPossible):
        voids.void(manager, receipt=old.receipt_no)


def test_points_pay_in_steps_up_to_the_cap(cashier, manager):
    """100 points are ¥1, at most half a bill, and burning more than there is fails whole."""
    who = build.member(cashier)
    open_bill.record(cashier, amount=Money(100_000), member=who.member_no)
    view = open_bill.record(
        cashier,
        amount=Money(1_000),
        member=who.member_no,
        closing=Closing(points_used=500, proof=VOUCHED),
    )
    assert (view.points_paid, view.net, view.points_earned) == (500, 500, 5)
    assert points_account.show(cashier, member=who.member_no).active == 1_000 - 500 + 5
    for used, why in ((150, "points_step"), (600, "points_cap")):
        with pytest.raises(NotPossible) as caught:
            open_bill.record(
                cashier,
                amount=Money(1_000),
                member=who.member_no,
                closing=Closing(points_used=used, proof=VOUCHED),
            )
        assert caught.value.code == why
    with pytest.raises(NotPossible) as caught:
        open_bill.record(
            cashier,
            amount=Money(500_000),
            member=who.member_no,
            closing=Closing(points_used=5_000, proof=VOUCHED),
        )
    assert caught.value.code == "points_short"
    assert verify.verify(manager)[1] == []


def test_points_expire_when_read_and_when_swept(cashier, owner, wall):
    """31 December of the next year is the last day; sweeping twice changes nothing."""
    who = build.member(cashier)
    open_bill.record(cashier, amount=Money(10_000), member=who.member_no)
    wall.forward(days=404)
    assert points_account.show(cashier, member=who.member_no).active == 100
    wall.forward(days=1)
    assert points_account.show(cashier, member=who.member_no).active == 0
    assert points_account.show(cashier, member=who.member_no).expired == 100
    clock_check.confirm_day(owner, day=owner.clock.today())
    assert points_account.sweep(owner) == 100
    assert points_account.sweep(owner) == 0
    assert points_account.show(cashier, member=who.member_no).expired == Points(100)


def test_unknown_codes_are_throttled_and_a_manager_lifts_it(cashier, manager):
    """The sixth well-formed unknown code in ten minutes stops guessing; misreads do not count."""
    from storecrm.services.till import scan
    from storecrm.values import Kind, new_codes

    build.offer(manager)
    good = build.issued(manager)[0]
    misread = good[:-1] + str((int(good[-1]) + 1) % 10)
    assert damm(misread) != 0
    for _ in range(8):
        assert refused(
            lambda: open_bill.record(cashier, amount=Money(20_000), coupons=[misread])
        ) == ["checksum"]
    for code in new_codes(Kind.COUPON, 5):
        assert refused(
            lambda code=code: open_bill.record(cashier, amount=Money(20_000), coupons=[code])
        ) == ["not_found"]
    assert refused(
        lambda: open_bill.record(cashier, amount=Money(20_000), coupons=new_codes(Kind.COUPON, 1))
    ) == ["throttled"]
    with pytest.raises(NotAllowed, match="wrong_pin"):
        scan.lift_throttle(cashier, name="赵", pin="000000", reason="torn paper")
    assert refused(
        lambda: open_bill.record(cashier, amount=Money(20_000), coupons=new_codes(Kind.COUPON, 1))
    ) == ["throttled"]
    scan.lift_throttle(cashier, name="赵", pin=PINS["赵"][1], reason="torn paper")
    assert open_bill.record(cashier, amount=Money(20_000), coupons=[good]).discount == 2_000


def test_payment_codes_leave_no_trace(cashier, base, tmp_path):
    """A live credential is neither stored nor logged."""
    secret = "134567890123456789"
    assert refused(lambda: open_bill.take(cashier, code=secret, request_no="x", proof=VOUCHED)) == [
        "payment_code"
    ]
    assert day_board.board(cashier).recent == ()
    base.engine.dispose()
    assert all(secret.encode() not in p.read_bytes() for p in tmp_path.iterdir() if p.is_file())


@pytest.mark.parametrize(
    "text",
    [
        "\x00\x1b[2J",
        "A" * 4096,
        "'; DROP TABLE coupon;--",
        "６９０１２３４",
        "%",
        "😀",
        "",
        "\u202e123",
    ],
)
def test_hostile_codes_are_refused_quietly(cashier, text):
    """Nothing that can be scanned breaks the till."""
    assert refused(
        lambda: open_bill.take(cashier, code=text, request_no=new_request(), proof=VOUCHED)
    ) == ["not_found"]


@pytest.mark.parametrize("amount", [0, -5, 10**12, 2**63])
def test_absurd_amounts_are_refused(cashier, amount):
    """Before any row is written."""
    with pytest.raises(BadInput):
        open_bill.record(cashier, amount=Money(amount))


def test_a_clock_set_back_takes_no_money(cashier, wall):
    """A PC clock set back cannot revive expired coupons."""
    open_bill.record(cashier, amount=Money(100))
    wall.forward(days=-1)
    with pytest.raises(NotAllowed) as caught:
        open_bill.record(cashier, amount=Money(100))
    assert caught.value.code == "clock_suspect"


def test_the_cashier_says_what_day_it_is_and_it_is_written_down(cashier, owner, wall):
    """A clock set right again, or a shop that was closed for long: one answer, with a name."""
    open_bill.record(cashier, amount=Money(100))
    wall.forward(days=-1)
    with pytest.raises(BadInput):
        clock_check.confirm_day(cashier, day=cashier.clock.today().replace(year=2020))
    clock_check.confirm_day(cashier, day=cashier.clock.today())
    assert open_bill.record(cashier, amount=Money(100)).net == 100
    with cashier.read() as session:
        found = session.execute(
            text("SELECT staff_id, facts FROM audit WHERE action = 'day_confirmed'")
        ).all()
    assert [(row.staff_id, json.loads(row.facts)["day"]) for row in found] == [
        (cashier.staff, "2026-11-21")
    ]
    assert verify.verify(owner)[1] == []


def test_a_clock_that_leaps_ahead_expires_nothing_and_leaves_no_trace(cashier, owner, base, wall):
    """Two years forward and back again: no points, no held coupon, no tier is gone, and money flows
    as before."""
    build.offer(owner, kind="amount_off", value="6", min_spend=None, valid_days=900)
    code = build.issued(owner)[0]
    who = build.member(cashier)
    open_bill.record(cashier, amount=Money(10_000), member=who.member_no)
    parked_bills.suspend(cashier, amount=Money(1000), coupons=[code], proof=VOUCHED)
    wall.forward(days=800)
    ahead = signed(base, "陈")
    for act in (
        lambda: points_account.sweep(ahead),
        lambda: parked_bills.drop_stale(ahead),
        lambda: tiers.review(ahead),
    ):
        with pytest.raises(NotAllowed, match="clock_suspect"):
            act()
    with pytest.raises(NotAllowed, match="clock_suspect"):
        open_bill.record(ahead, amount=Money(100))
    wall.forward(days=-800, seconds=60)
    assert points_account.show(cashier, member=who.member_no).active == 100
    assert len(parked_bills.waiting(cashier)) == 1
    assert open_bill.record(cashier, amount=Money(100)).net == 100
    assert verify.verify(owner)[1] == []


def test_the_best_other_coupon_is_offered(cashier, manager):
    """A refusal that helps."""
    who = build.member(cashier)
    build.offer(manager, "SMALL", kind="amount_off", value="3", min_spend=None, bearer=False)
    build.offer(manager, "BIG", min_spend="500", value="100")
    build.issued(manager, "SMALL", to=(who.member_no,))
    big = build.issued(manager, "BIG")[0]
    with pytest.raises(CouponRefused) as caught:
        coupon_check.check(cashier, code=big, amount=Money(10_000), member=who.member_no)
    assert (caught.value.best.offer_code, caught.value.best.discount) == ("SMALL", 300)


def test_a_dry_run_keeps_nothing(cashier, manager):
    """--dry-run shows the priced bill and leaves the coupon alone."""
    build.offer(manager)
    code = build.issued(manager)[0]
    assert (
        open_bill.record(cashier, amount=Money(12_800), coupons=[code], dry_run=True).net == 10_800
    )
    assert issue.show(manager, code=code).state is CouponState.ISSUED


def test_after_too_many_guesses_no_code_is_taken(cashier, manager):
    """Guessing on must not pay: a valid code is refused too, until a manager vouches."""
    from storecrm.values import Kind, new_codes

    build.offer(manager)
    good = build.issued(manager)[0]
    for code in new_codes(Kind.COUPON, 6):
        refused(lambda code=code: open_bill.record(cashier, amount=Money(20_000), coupons=[code]))
    assert refused(lambda: open_bill.record(cashier, amount=Money(20_000), coupons=[good])) == [
        "throttled"
    ]


def test_a_swap_is_both_or_neither(cashier, manager):
    """When the other coupon does not apply, the bill stays as it was."""
    build.offer(manager)
    build.offer(manager, "BIG", min_spend="500", value="100")
    a, b, _ = build.issued(manager)
    big = build.issued(manager, "BIG")[0]
    open_bill.take(cashier, code=a, amount=Money(15_000), request_no="1", proof=VOUCHED)
    assert refused(lambda: open_bill.swap(cashier, code=big, request_no="2", proof=VOUCHED)) == [
        "min_spend"
    ]
    assert [c.code for c in receipts.current(cashier).coupons] == [a]
    assert [
        c.code for c in open_bill.swap(cashier, code=b, request_no="3", proof=VOUCHED).coupons
    ] == [b]
    assert issue.show(manager, code=a).state is CouponState.ISSUED
    assert verify.verify(manager)[1] == []


def test_an_amount_given_with_a_later_coupon_prices_the_whole_bill(cashier, manager, owner):
    """Lines, earlier coupons and the sale stay one truth."""
    from storecrm.services import shop_settings

    shop_settings.set_rule(owner, key="coupons_per_bill", value="*")
    build.offer(manager)
    build.offer(manager, "FREE", kind="amount_off", value="6", min_spend=None)
    a = build.issued(manager)[0]
    b, c, _ = build.issued(manager, "FREE")
    open_bill.take(cashier, code=b, request_no="1", proof=VOUCHED)
    open_bill.take(cashier, code=a, amount=Money(12_000), request_no="2", proof=VOUCHED)
    view = open_bill.take(cashier, code=c, amount=Money(5_000), request_no="3", proof=VOUCHED)
    assert (view.gross, view.discount, sorted(x.code for x in view.coupons)) == (
        5_000,
        1_200,
        sorted([b, c]),
    )
    open_bill.close(cashier)
    assert verify.verify(manager)[1] == []


def test_no_coupon_is_eaten_by_another(cashier, manager, owner):
    """A percentage that leaves nothing for the coupon before it is refused."""
    from storecrm.services import shop_settings

    shop_settings.set_rule(owner, key="coupons_per_bill", value="2")
    build.offer(manager, "FIVE", kind="amount_off", value="5", min_spend=None)
    build.offer(manager, "ALL", kind="percent_off", value="100", min_spend=None)
    five, everything = build.issued(manager, "FIVE")[0], build.issued(manager, "ALL")[0]
    assert refused(
        lambda: open_bill.record(cashier, amount=Money(1_000), coupons=[five, everything])
    ) == ["not_stackable"]


def test_another_member_never_slips_onto_a_bill(cashier, manager):
    """The bill's member stays; the one who joins owns the uses that were on it."""
    first, other = build.member(cashier), build.member(cashier, "13900139000", "王强")
    build.offer(manager, kind="amount_off", value="6", min_spend=None)
    a, b, _ = build.issued(manager)
    open_bill.take(cashier, code=a, request_no="1", proof=VOUCHED)
    open_bill.join(cashier, member=first.member_no)
    with pytest.raises(Conflict):
        open_bill.take(cashier, code=b, member=other.member_no, request_no="2", proof=VOUCHED)
    open_bill.close(cashier)
    from datetime import date

    from storecrm.services.reports import month_figures

    assert (
        month_figures.figures(
            manager, first=date(2026, 11, 1), last=date(2026, 11, 30)
        ).totals.members_redeeming
        == 1
    )


def test_yesterdays_bills_stay(cashier, manager, wall):
    """Not even a manager's F8 changes a day that is over."""
    open_bill.record(manager, amount=Money(100))
    wall.forward(days=1)
    with pytest.raises(NotPossible):
        voids.undo(manager)


def test_goods_without_points_count_what_was_paid_for_them(cashier, manager, tmp_path):
    """Tobacco 50 and food 50 with 20 off earn on the food's 40."""
    goods = tmp_path / "p.csv"
    goods.write_text("sku,name,category,price\nT,tobacco,x,50\nF,food,y,50\n", "utf-8")
    run.load(manager, kind="products", path=goods)
    from sqlalchemy import text

    with manager.write() as session:
        session.execute(text("UPDATE product SET no_points = 1 WHERE sku = 'T'"))
    who = build.member(cashier)
    build.offer(manager)
    view = open_bill.record(
        cashier,
        lines=[bill_lines.LineIn("T"), bill_lines.LineIn("F")],
        coupons=[build.issued(manager)[0]],
        member=who.member_no,
    )
    assert view.points_earned == 40


def test_points_given_back_are_not_spent(cashier):
    """After a void the buckets are as before."""
    who = build.member(cashier)
    open_bill.record(cashier, amount=Money(100_000), member=who.member_no)
    before = points_account.show(cashier, member=who.member_no)
    open_bill.record(
        cashier,
        amount=Money(1_000),
        member=who.member_no,
        closing=Closing(points_used=100, proof=VOUCHED),
    )
    voids.undo(cashier)
    assert points_account.show(cashier, member=who.member_no) == before


def test_a_lost_named_coupon_gets_a_new_code(manager):
    """The old paper is void, the new one has its dates; a bearer coupon is never printed again."""
    ann = build.member(manager)
    build.offer(manager, bearer=False)
    old = build.issued(manager, to=(ann.member_no,))[0]
    new = issue.reissue(manager, code=old)
    assert new.code != old and new.member_no == ann.member_no
    with pytest.raises(CouponRefused) as refused:
        open_bill.record(manager, amount=Money(12_000), member=ann.member_no, coupons=[old])
    assert refused.value.refusals[0].code is RefusalCode.VOIDED
    open_bill.record(manager, amount=Money(12_000), member=ann.member_no, coupons=[new.code])
    with pytest.raises(Conflict):
        issue.reissue(manager, code=new.code)
    build.offer(manager, code="OPEN")
    with pytest.raises(NotPossible):
        issue.reissue(manager, code=build.issued(manager, "OPEN")[0])


def test_a_manager_sets_a_date_aside_and_both_are_written_down(cashier, owner, base, wall):
    """Expired yesterday, the customer drove an hour: PIN and reason, and the report can name both.
    Used or cancelled stays refused."""
    from storecrm.models.redemption import Redemption
    from storecrm.services.till import overrides

    build.offer(owner, valid_days=1)
    code, other, _ = build.issued(owner)
    wall.forward(days=1)
    cashier, owner = signed(base, "王芳"), signed(base, "陈")
    with pytest.raises(CouponRefused):
        open_bill.record(cashier, amount=Money(12_000), coupons=[code])
    with pytest.raises(BadInput):
        overrides.approve(cashier, name="赵", pin="749183", reason=" ")
    for name, pin in (("赵", "749184"), ("王芳", "3864")):
        with pytest.raises(NotAllowed):
            overrides.approve(cashier, name=name, pin=pin, reason="x")
    given = overrides.approve(cashier, name="赵", pin="749183", reason="drove an hour")
    assert (
        open_bill.record(cashier, amount=Money(12_000), coupons=[code], approval=given).discount
        == 2_000
    )
    with owner.read() as session:
        use = session.query(Redemption).one()
        assert (use.staff_id, use.approved_by, use.approve_reason) == (
            cashier.staff,
            given.staff,
            "drove an hour",
        )
    with pytest.raises(CouponRefused) as refused:
        open_bill.record(cashier, amount=Money(12_000), coupons=[code], approval=given)
    assert refused.value.refusals[0].code is RefusalCode.ALREADY_REDEEMED
    issue.void(owner, code=other)
    with pytest.raises(CouponRefused):
        open_bill.record(cashier, amount=Money(12_000), coupons=[other], approval=given)
    assert verify.verify(owner)[1] == []
