"""Tiers: by hand until the last day, then at once what the spend says; down one step a period,
however often anybody looks."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storecrm.services import shop_settings
from storecrm.services.housekeeping import daily
from storecrm.services.loyalty import tiers
from storecrm.services.members import registry
from storecrm.services.till import clock_check, open_bill, returns
from storecrm.values import BasisPoints, Money
from tests import build
from tests.conftest import signed

NAMES = ("", "silver", "gold", "black")


@pytest.fixture
def ladder(owner):
    """Silver from 500, gold from 1,000, black from 2,000; gold pays 5 % less."""
    for name, threshold, off in (
        ("silver", 50_000, 0),
        ("gold", 100_000, 500),
        ("black", 200_000, 1_000),
    ):
        tiers.keep(owner, name=name, threshold=Money(threshold), off=BasisPoints(off))
    return owner


def forward(base, wall, days):
    """So many days later, the owner again."""
    wall.forward(days=days)
    person = signed(base, "陈")
    if days > 44:
        clock_check.confirm_day(person, day=person.clock.today())
    return person


@pytest.mark.both
def test_a_lower_tier_by_hand_is_not_lifted_by_a_sale(ladder):
    """Whoever gave it for a reason decides how long it holds, with an end or without."""
    for phone, until in (("13800138000", ladder.clock.today()), ("13900139000", None)):
        who = build.member(ladder, phone=phone, name="").member_no
        tiers.set_by_hand(
            ladder, member=who, tier="silver", until=until, reason="returns everything"
        )
        open_bill.record(ladder, amount=Money(300_000), member=who)
        assert tiers.standing(ladder, member=who).tier == "silver"
        assert tiers.review(ladder) == []


@pytest.mark.both
def test_after_a_tier_by_hand_the_spend_speaks_at_once(ladder, base, wall):
    """Nobody is without a tier from the last day until somebody reviews: not at the till, not on
    the card, not in the list."""
    who = build.member(ladder).member_no
    open_bill.record(ladder, amount=Money(100_000), member=who)
    tiers.set_by_hand(
        ladder, member=who, tier="black", until=ladder.clock.today(), reason="wedding"
    )
    assert open_bill.record(ladder, amount=Money(1_000), member=who, dry_run=True).discount == 100
    owner = forward(base, wall, 1)
    assert open_bill.record(owner, amount=Money(1_000), member=who, dry_run=True).discount == 50
    assert tiers.standing(owner, member=who).tier == "gold"
    assert registry.show(owner, member=who).tier == "gold"
    assert [(m.before, m.after) for m in tiers.review(owner)] == [("black", "gold")]
    assert tiers.review(owner) == []


@pytest.mark.both
def test_a_sale_after_the_end_writes_down_what_holds(ladder, base, wall):
    """The first act after the last day settles it, downwards too."""
    who = build.member(ladder).member_no
    tiers.set_by_hand(
        ladder, member=who, tier="black", until=ladder.clock.today(), reason="wedding"
    )
    owner = forward(base, wall, 1)
    open_bill.record(owner, amount=Money(50_000), member=who)
    assert tiers.standing(owner, member=who).tier == "silver"
    assert tiers.review(owner) == []


@pytest.mark.both
def test_one_step_down_a_period(ladder, base, wall):
    """Three reviews in a minute are one; the next step is a year away."""
    who = build.member(ladder).member_no
    open_bill.record(ladder, amount=Money(200_000), member=who)
    owner, steps = forward(base, wall, 365), []
    for days in (0, 1, 363, 1, 0, 365):
        owner = forward(base, wall, days)
        steps.append([m.after for _ in range(3) for m in tiers.review(owner)])
    assert steps == [["gold"], [], [], ["silver"], [], [""]]


@pytest.mark.both
def test_a_calendar_year_holds_what_the_year_before_earned(owner, base, wall, ladder):
    """On 1 January nobody has bought anything yet: the tier of the old year holds through the new
    one, then one step a year."""
    shop_settings.set_rule(owner, key="tier_window", value="calendar")
    who = build.member(owner).member_no
    open_bill.record(owner, amount=Money(200_000), member=who)
    steps = []
    for days in (60, 300, 60, 1, 365):
        owner = forward(base, wall, days)
        steps.append(
            (owner.clock.today().year, [m.after for _ in range(2) for m in tiers.review(owner)])
        )
    assert steps == [(2027, []), (2027, []), (2028, ["gold"]), (2028, []), (2029, ["silver"])]


def test_the_days_housekeeping_reviews(ladder, base, wall):
    """Nobody has to remember it; a cashier who signs in first does not do it, a manager's or
    owner's house does."""
    who = build.member(ladder).member_no
    open_bill.record(ladder, amount=Money(100_000), member=who)
    owner = forward(base, wall, 366)
    assert daily.keep_house(owner) is not None
    assert tiers.standing(owner, member=who).tier == "silver"


ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("days"), st.sampled_from([1, 30, 200, 365])),
        st.tuples(st.just("buy"), st.sampled_from([100, 50_000, 100_000, 200_000])),
        st.tuples(st.just("return"), st.just(0)),
        st.tuples(
            st.just("hand"), st.tuples(st.sampled_from(NAMES), st.sampled_from([0, 5, 200, None]))
        ),
        st.tuples(st.just("review"), st.just(0)),
    ),
    min_size=3,
    max_size=14,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_whatever_happens_in_whatever_order(ladder, base, wall, acts):
    """What holds is the hand's while it holds, at least what was reached at each sale, and never
    two steps down in a period."""
    owner = signed(base, "陈")
    who = registry.register(
        owner,
        new=registry.NewMember(phone=f"138{test_whatever_happens_in_whatever_order.number:08d}"),
    ).member_no
    test_whatever_happens_in_whatever_order.number += 1
    bought, hand, stepped = [], None, None
    for act, much in acts:
        before = NAMES.index(tiers.standing(owner, member=who).tier)
        if act == "days":
            owner = forward(base, wall, much)
        elif act == "buy":
            bought.append(
                [
                    owner.clock.today(),
                    much,
                    open_bill.record(owner, amount=Money(much), member=who).receipt_no,
                ]
            )
        elif act == "return" and bought:
            returns.return_goods(owner, receipt=bought.pop()[2])
        elif act == "hand":
            until = None if much[1] is None else owner.clock.today() + timedelta(days=much[1])
            tiers.set_by_hand(owner, member=who, tier=much[0], until=until, reason="x")
            hand, stepped = (much[0], until), None
        elif act == "review":
            tiers.review(owner)
            assert tiers.review(owner) == []
        today = owner.clock.today()
        now = NAMES.index(tiers.standing(owner, member=who).tier)
        if hand is not None and (hand[1] is None or today <= hand[1]):
            assert NAMES[now] == hand[0]
            continue
        over = hand is not None
        if act in ("buy", "review"):
            # a sale or a review writes down what the spend says; until then it is read anew
            hand = None
        net = tiers.standing(owner, member=who).spent
        says = sum(net >= threshold for threshold in (50_000, 100_000, 200_000))
        if over:
            # returns on their own day can leave less than nothing in the window
            assert now == says
            continue
        if act == "buy":
            assert now == max(before, says) if before <= says else now == before
        if now > before:
            stepped = None
        if now < before:
            assert act == "review" and before - now == 1
            assert stepped is None or (today - stepped).days >= 365
            stepped = today


test_whatever_happens_in_whatever_order.number = 1
