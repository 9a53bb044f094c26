"""What is refused is written down, and what is over is not praised."""

import pytest

from storecrm.errors import CouponRefused, ImportRejected, NotFound
from storecrm.services.coupons import batches, issue
from storecrm.services.imports import run
from storecrm.services.members import registry
from storecrm.services.members.registry import NewMember
from storecrm.services.members.verification import VOUCHED
from storecrm.services.till import coupon_check, day_board, open_bill
from storecrm.values import Kind, Money, grouped, new_codes
from tests import build

pytestmark = pytest.mark.both


def test_a_refusal_that_also_asks_for_the_member_is_logged(manager, wall):
    """An expired coupon of somebody's own is a refusal; one that only waits for its member or the
    amount is a step on the way."""
    who = build.member(manager)
    build.offer(manager, valid_days=1)
    code = build.issued(manager, to=(who.member_no,))[0]
    with pytest.raises(CouponRefused):
        open_bill.take(manager, code=code, request_no="a", proof=VOUCHED)
    assert day_board.refused(manager) == []
    wall.forward(days=3)
    with pytest.raises(CouponRefused) as refused:
        open_bill.take(manager, code=code, request_no="b", proof=VOUCHED)
    assert {one.code.value for one in refused.value.refusals} >= {"expired", "member_required"}
    [row] = day_board.refused(manager)
    assert "expired" in row.reasons and "member_required" in row.reasons


@pytest.mark.parametrize("kind", ["threshold_off", "amount_off"])
def test_a_promotion_without_budget_is_not_advertised(manager, kind):
    """ "¥5 more and you save ¥20" of a budget that is spent makes a promise that the till
    breaks."""
    build.offer(
        manager,
        "AUTO",
        kind=kind,
        value="20",
        min_spend="100",
        valid_days=None,
        automatic=True,
        budget="30",
    )
    assert open_bill.record(manager, amount=Money(9_500), dry_run=True).near
    assert open_bill.record(manager, amount=Money(20_000)).discount == 2_000
    left = open_bill.record(manager, amount=Money(9_500), dry_run=True).near
    if kind == "threshold_off":
        # the ten that are left are less than it ever gives
        assert not left
    assert open_bill.record(manager, amount=Money(20_000), dry_run=True).discount == 0


def test_a_coupon_whose_budget_is_spent_is_not_offered(manager):
    """Not among the member's choices either, before an amount is known."""
    who = build.member(manager)
    build.offer(manager, "B", kind="threshold_off", value="20", min_spend="100", budget="20")
    one, _ = build.issued(manager, "B", 2)
    build.issued(manager, "B", to=(who.member_no,))
    assert coupon_check.usable(manager, member=who.member_no)
    open_bill.record(manager, amount=Money(20_000), coupons=[one])
    assert coupon_check.usable(manager, member=who.member_no) == []


@pytest.mark.parametrize("typed", ["张 伟", "张伟", "张  伟", "伟", "zw", "ZW"])
def test_a_chinese_name_is_found_however_it_is_spaced(manager, typed):
    """Written with a space or without, by itself or by its initials."""
    kept = [
        registry.register(manager, new=NewMember(phone=f"1380013800{n}", name=name))
        for n, name in enumerate(("张 伟", "张伟"))
    ]
    assert {m.member_no for m in registry.find(manager, text=typed)} == {m.member_no for m in kept}


@pytest.mark.parametrize("typed", ["㛃梅", "梅", "𠮷野", "野"])
def test_rare_signs_are_found_like_others(manager, typed):
    """A name that begins with a sign of an extension is a Chinese name."""
    registry.register(manager, new=NewMember(phone="13800138000", name="㛃梅"))
    registry.register(manager, new=NewMember(phone="13900139000", name="𠮷野"))
    assert len(registry.find(manager, text=typed)) == 1


def test_a_list_of_another_shop_is_refused_whole(manager, tmp_path):
    """Its coupons would be paid for here; its redemptions are of coupons that this shop never gave.
    Nothing of the list is kept."""
    build.offer(manager, "A20")
    foreign = new_codes(Kind.COUPON, 2)
    file = tmp_path / "coupons.csv"
    file.write_text(
        "code,offer_code\nOLD-1,A20\n" + "".join(f"{grouped(code)},A20\n" for code in foreign),
        "utf-8",
    )
    with pytest.raises(ImportRejected) as refused:
        run.load(manager, kind="coupons", path=file)
    assert [(p.row, p.column, p.kind) for p in refused.value.problems] == [
        (3, "code", "other_shop"),
        (4, "code", "other_shop"),
    ]
    with pytest.raises(CouponRefused, match="not_found"):
        coupon_check.check(manager, code="OLD-1", amount=Money(20_000))
    used = tmp_path / "used.csv"
    used.write_text(f"code,redeemed_at,discount\n{foreign[0]},2026-11-20 10:00,20\n", "utf-8")
    with pytest.raises(ImportRejected) as refused:
        run.load(manager, kind="redemptions", path=used)
    assert refused.value.problems[0].kind == "other_shop"
    with pytest.raises(NotFound, match="batch"):
        issue.to_print(manager, batch=77)
    with pytest.raises(NotFound, match="member"):
        issue.issue(manager, offer="A20", to=["13800138000", str(new_codes(Kind.MEMBER, 1)[0])])
    assert batches.listed(manager) == []
