"""What is worked out of receipts: tags by rule, stages noted, referrals, recruiting, what goes
together, who comes again."""

import random
from datetime import date, timedelta

import pytest

from storecrm.errors import BadInput, NotAllowed, NotFound, NotPossible
from storecrm.services import shop_settings
from storecrm.services.analytics import (
    basket_pairs,
    lifecycle_history,
    recommendation,
    repurchase,
    segments,
    tag_rules,
)
from storecrm.services.housekeeping import daily
from storecrm.services.imports import run
from storecrm.services.integrity import verify
from storecrm.services.loyalty import points_account, referrals
from storecrm.services.members import merge, registry, tags
from storecrm.services.members.registry import NewMember
from storecrm.services.reports import enrolment
from storecrm.services.till import open_bill, returned_goods, returns, voids
from storecrm.services.till.bill_lines import LineIn
from storecrm.values import Money, Quantity
from tests import build


def goods(
    store, tmp_path, rows="M1,牛奶,3.00,\nB1,面包,8.00,\nE1,鸡蛋,26.80,\nR1,药,30.00,处方药\n"
):
    file = tmp_path / "goods.csv"
    file.write_text("sku,name,price,medicine\n" + rows, "utf-8")
    run.load(store, kind="products", path=file)


def basket(store, member, *skus):
    return open_bill.record(
        store, lines=[LineIn(sku, Quantity(1000)) for sku in skus], member=member
    )


# --- tags ---


@pytest.mark.both
def test_a_tag_by_rule_comes_and_goes_with_the_rule(manager, cashier):
    """Whoever the rule picks has it; a word that a person put on stays."""
    ann, bob = build.member(manager), build.member(manager, phone="13900139000", name="王强")
    open_bill.record(manager, amount=Money(20_000), member=ann.member_no)
    tags.keep(manager, name="大客", group="价值", colour="amber")
    rule = {"field": "spent", "op": ">=", "value": "100"}
    found = {t.name: t for t in tag_rules.set_rule(manager, name="大客", rule=rule)}
    assert (found["大客"].members, found["大客"].group, found["大客"].rule) == (1, "价值", rule)
    registry.tag(manager, member=bob.member_no, add=["大客"])
    sold = open_bill.record(manager, amount=Money(20_000), member=bob.member_no)
    assert tag_rules.apply(cashier) == {}
    voids.void(manager, receipt=sold.receipt_no)
    tag_rules.apply(cashier)
    assert registry.show(manager, member=bob.member_no).tags == ("大客",)
    found = {
        t.name: t
        for t in tag_rules.set_rule(
            manager, name="大客", rule={"field": "spent", "op": ">=", "value": "1000"}
        )
    }
    assert registry.show(manager, member=ann.member_no).tags == () and found["大客"].members == 1
    tag_rules.set_rule(manager, name="大客", rule=None)
    assert registry.show(manager, member=bob.member_no).tags == ("大客",)
    tags.remove(manager, name="大客")
    assert registry.show(manager, member=bob.member_no).tags == ()


@pytest.mark.both
def test_a_tag_ends_by_itself(manager, wall):
    ann = build.member(manager)
    tags.keep(manager, name="孕期", days=30)
    registry.tag(manager, member=ann.member_no, add=["孕期", "常客"])
    wall.forward(days=29)
    assert registry.show(manager, member=ann.member_no).tags == ("孕期", "常客")
    wall.forward(days=1)
    assert registry.show(manager, member=ann.member_no).tags == ("常客",)
    assert segments.count(manager, rule={"field": "tag", "op": "is", "value": "孕期"}) == 0
    tag_rules.apply(manager)
    assert {t.name: t.members for t in tags.listed(manager)} == {"孕期": 0, "常客": 1}


def test_tags_that_cannot_be_are_refused(manager, cashier):
    for wrong in ({"name": "a,b"}, {"name": "x", "colour": "pink"}, {"name": "x", "days": 0}):
        with pytest.raises(BadInput):
            tags.keep(manager, **wrong)
    tags.keep(manager, name="x")
    with pytest.raises(BadInput, match="tag_rule_tag"):
        tag_rules.set_rule(
            manager, name="x", rule={"not": {"all": [{"field": "tag", "op": "is", "value": "y"}]}}
        )
    with pytest.raises(NotFound, match="tag_name"):
        tag_rules.set_rule(manager, name="y", rule=None)
    with pytest.raises(NotFound, match="tag_name"):
        tags.remove(manager, name="y")
    with pytest.raises(NotAllowed):
        tags.keep(cashier, name="x")


# --- stages ---


@pytest.mark.both
def test_each_step_between_stages_is_noted_once(manager, owner, wall):
    ann = build.member(manager)
    assert (lifecycle_history.note(manager), lifecycle_history.note(manager)) == (1, 0)
    open_bill.record(manager, amount=Money(1_000), member=ann.member_no)
    assert lifecycle_history.note(manager) == 1
    first = manager.clock.today()
    for _ in range(2):
        wall.forward(days=40)
        shop_settings.set_rule(owner, key="undo_minutes", value="10")
    assert lifecycle_history.note(manager) == 1
    today = manager.clock.today()
    assert lifecycle_history.moves(manager, first=first, last=today) == {
        ("", "prospect"): 1,
        ("prospect", "new"): 1,
        ("new", "dormant"): 1,
    }
    with manager.read() as session:
        steps = lifecycle_history.of_member(session, ann.id)
    assert steps == [(first, "", "prospect"), (first, "prospect", "new"), (today, "new", "dormant")]


# --- referrals ---


@pytest.fixture
def rewards(owner):
    for key, value in (
        ("referral_points", "200"),
        ("referral_friend_points", "100"),
        ("referral_min_spend", "39"),
    ):
        shop_settings.set_rule(owner, key=key, value=value)


def friend(store, referrer, phone="13900139000"):
    return registry.register(store, new=NewMember(phone=phone, name="王强", referrer=referrer))


@pytest.mark.both
def test_both_are_rewarded_with_the_first_purchase_that_counts(owner, manager, rewards, wall):
    ann = build.member(manager)
    bob = friend(manager, ann.phone)
    open_bill.record(manager, amount=Money(3_899), member=bob.member_no)
    assert [f.state for f in referrals.tree(manager, member=ann.member_no).friends] == ["waiting"]
    open_bill.record(manager, amount=Money(3_900), member=bob.member_no)
    open_bill.record(manager, amount=Money(9_900), member=bob.member_no)
    [known] = referrals.tree(manager, member=ann.member_no).friends
    assert (known.member_no, known.state, known.rewarded_on) == (
        bob.member_no,
        "rewarded",
        manager.clock.today(),
    )
    assert referrals.tree(manager, member=bob.member_no).referrer_no == ann.member_no
    mine = points_account.show(manager, member=ann.member_no)
    assert (mine.pending, mine.active) == (200, 0) and points_account.show(
        manager, member=bob.member_no
    ).pending == 100
    wall.forward(days=7)
    assert points_account.show(manager, member=ann.member_no).active == 200
    assert verify.verify(owner)[1] == []


def test_the_reward_goes_with_the_sale_and_comes_with_the_next(owner, manager, rewards, wall):
    ann = build.member(manager)
    bob = friend(manager, ann.member_no)
    sold = open_bill.record(manager, amount=Money(5_000), member=bob.member_no)
    voids.void(manager, receipt=sold.receipt_no)
    assert points_account.show(manager, member=ann.member_no).pending == 0
    again = open_bill.record(manager, amount=Money(5_000), member=bob.member_no)
    assert points_account.show(manager, member=ann.member_no).pending == 200
    wall.forward(days=1)
    returns.return_goods(manager, receipt=again.receipt_no, lines=[])
    assert (
        points_account.show(manager, member=ann.member_no).pending == 0
        and points_account.show(manager, member=bob.member_no).pending == 0
    )
    assert [f.state for f in referrals.tree(manager, member=ann.member_no).friends] == ["waiting"]
    assert verify.verify(owner)[1] == []


def test_a_partial_return_that_leaves_enough_keeps_the_reward(manager, rewards, tmp_path):
    goods(manager, tmp_path)
    ann = build.member(manager)
    bob = friend(manager, ann.member_no)
    sold = basket(manager, bob.member_no, "E1", "E1", "M1")
    lines = [returned_goods.ReturnLine(3, Quantity(1000))]
    returns.return_goods(manager, receipt=sold.receipt_no, lines=lines)
    assert points_account.show(manager, member=ann.member_no).pending == 200
    returns.return_goods(
        manager, receipt=sold.receipt_no, lines=[returned_goods.ReturnLine(1, Quantity(1000))]
    )
    assert points_account.show(manager, member=ann.member_no).pending == 0


def test_there_is_a_cap_and_nobody_brings_themselves(owner, manager, rewards):
    shop_settings.set_rule(owner, key="referral_per_month", value="1")
    ann = build.member(manager)
    bob, cid = friend(manager, ann.member_no), friend(manager, ann.member_no, "13700137000")
    for who in (bob, cid):
        open_bill.record(manager, amount=Money(5_000), member=who.member_no)
    assert [f.state for f in referrals.tree(manager, member=ann.member_no).friends] == [
        "rewarded",
        "capped",
    ]
    assert points_account.show(manager, member=ann.member_no).pending == 200
    dan = friend(manager, ann.member_no, "13600136000")
    merge.merge(manager, survivor=ann.member_no, merged=dan.member_no)
    shop_settings.set_rule(owner, key="referral_per_month", value="*")
    open_bill.record(manager, amount=Money(5_000), member=ann.member_no)
    assert points_account.show(manager, member=ann.member_no).pending == 200
    with pytest.raises(NotFound, match="member"):
        friend(manager, "13500135000", "13400134000")


def test_recruiting_counts_members_who_came_and_coupons_that_were_used(
    manager, cashier, owner, wall
):
    from storecrm.services.coupons import paper_stock
    from storecrm.values import PaperAct

    day = manager.clock.today()
    ann, _ = build.member(cashier), build.member(cashier, phone="13900139000", name="王强")
    open_bill.record(manager, amount=Money(1_000), member=ann.member_no)
    build.offer(manager, kind="amount_off", value="5", min_spend=None)
    codes = build.issued(manager, count=3)
    paper_stock.move(
        manager, batch=1, act=PaperAct.HANDED_OUT, first=1, last=2, channel="街头", person="李强"
    )
    open_bill.record(manager, amount=Money(5_000), coupons=[codes[0]])
    found = {r.name: r for r in enrolment.figures(manager, first=day, last=day)}
    assert (found["王芳"].registered, found["王芳"].effective, found["王芳"].bonus) == (2, 1, 200)
    assert (found["李强"].handed_out, found["李强"].used) == (2, 1)
    with pytest.raises(BadInput, match="period"):
        enrolment.figures(manager, first=day, last=day - timedelta(days=1))


# --- what goes together ---


@pytest.mark.both
def test_a_member_is_shown_what_goes_with_the_own_goods(owner, manager, wall, tmp_path):
    """Milk and bread go together; who just bought milk is shown bread, not milk and never
    medicine."""
    goods(manager, tmp_path)
    other, ann = build.member(manager), build.member(manager, phone="13900139000", name="王强")
    for _ in range(4):
        basket(manager, other.member_no, "M1", "B1", "R1")
    basket(manager, other.member_no, "E1")
    basket(manager, ann.member_no, "M1")
    assert recommendation.of_member(manager, member=ann.member_no) == []
    wall.forward(days=1)
    assert basket_pairs.learn(manager) == 3
    [best] = recommendation.of_member(manager, member=ann.member_no)
    assert (best.sku, best.own, best.with_name, round(best.confidence, 3), round(best.lift, 3)) == (
        "B1",
        0,
        "牛奶",
        0.8,
        1.2,
    )
    assert [(p.sku, p.receipts) for p in recommendation.goes_with(manager, sku="M1")] == [
        ("B1", 4),
        ("R1", 4),
    ]
    again = recommendation.of_member(manager, member=other.member_no)
    assert [(s.sku, s.own, s.visits) for s in again] == [("M1", 4, 5), ("B1", 4, 5)]
    with pytest.raises(NotFound, match="product"):
        recommendation.goes_with(manager, sku="nope")
    assert verify.verify(owner)[1] == []


# --- who comes again ---


def test_a_shop_learns_who_comes_again(manager, owner, wall, tmp_path):
    with pytest.raises(NotPossible, match="not_learned"):
        repurchase.every(manager)
    with pytest.raises(NotPossible, match="not_enough_data"):
        repurchase.learn(manager)
    chance, lines, today = (
        random.Random(5),
        ["receipt_no,sold_at,member_no,amount"],
        manager.clock.today(),
    )
    people = ["member_no,name"] + [f"T{at},Name {at}" for at in range(90)]
    for at in range(90):
        day = today - timedelta(days=300 - at)
        while day <= today:
            lines.append(f"{at}-{day},{day},T{at},20.00")
            day += timedelta(days=1 + int(chance.expovariate(1 / (5 + at))))
            if chance.random() < 0.08:
                break
    for kind, rows in (("members", people), ("sales", lines)):
        file = tmp_path / f"{kind}.csv"
        file.write_text("\n".join(rows), "utf-8")
        run.load(manager, kind=kind, path=file)
    model = repurchase.learn(manager)
    assert min(model.r, model.alpha, model.a, model.b) > 0
    every = repurchase.every(manager)
    assert len(every) == 90 and every[0].net >= every[-1].net
    one = repurchase.show(manager, member=every[0].member_no)
    assert one == every[0] and 0 < one.alive <= 1 and one.net == round(one.visits * 2000)
    assert isinstance(today, date) and verify.verify(owner)[1] == []


def test_the_house_is_kept_once_a_day(owner, manager, cashier, wall):
    """Whoever signs in first: tags by rule, stages, merges that are over, what was learned, and the
    day's copy; the next one nothing."""
    ann = build.member(manager)
    tags.keep(manager, name="来过")
    tag_rules.set_rule(manager, name="来过", rule={"field": "visits", "op": ">=", "value": 1})
    open_bill.record(manager, amount=Money(1_000), member=ann.member_no)
    made = daily.keep_house(cashier)
    assert made is not None and made.path.exists() and daily.keep_house(cashier) is None
    assert registry.show(manager, member=ann.member_no).tags == ("来过",)
    with manager.read() as session:
        assert [step[2] for step in lifecycle_history.of_member(session, ann.id)] == ["new"]
        assert basket_pairs.learned_on(session) == manager.clock.today() - timedelta(days=1)
    wall.forward(days=1)
    assert daily.keep_house(cashier) is not None and verify.verify(owner)[1] == []
