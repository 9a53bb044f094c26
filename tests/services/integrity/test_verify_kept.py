"""What is kept beside the rows, so that it need not be counted: it says what the rows say, whatever
happens, and verify sees when not."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from storecrm.ledger import offer_limits, point_entries
from storecrm.models.offer import OfferUse
from storecrm.models.points import PointEntry, PointLot
from storecrm.services import shop_settings
from storecrm.services.analytics import lifecycle, member_figures, rankings, rfm, segments
from storecrm.services.integrity import verify
from storecrm.services.loyalty import points_account
from storecrm.services.members import registry
from storecrm.services.members.verification import VOUCHED
from storecrm.services.offers import design, live_promotions
from storecrm.services.till import open_bill, parked_bills, pricing_context, returns, voids
from storecrm.services.till.returned_goods import ReturnLine
from storecrm.values import EntryKind, Money, Quantity
from tests import build
from tests.models.test_statements_plans import ACTS, Day, counted, goods, shop  # noqa: F401 - a fixture
from tests.services.analytics.test_segment_rules import Plain

pytestmark = pytest.mark.both


def kept(store):
    """(given, uses) of the automatic promotion, as kept and as counted."""
    with store.read() as session:
        offer = design.by_code(session, "P1").id
        row = session.execute(
            select(OfferUse.given, OfferUse.uses).where(OfferUse.offer_id == offer)
        ).one()
        found = offer_limits._counted(session, offer)
    assert (row.given, row.uses) == (found.given, found.uses)
    return found.given, found.uses


def findings(store):
    return [finding.check for finding in verify.verify(store)[1]]


def test_a_day_at_the_till_leaves_what_is_kept_right(shop):  # noqa: F811
    """Sales, coupons, repricing, returns, voids, bills put aside: each moves what a limited offer
    has given."""
    day = Day(shop)
    day.sale()
    day.redeem_alone()
    for act in ACTS:
        getattr(day, act)()
        with shop.read() as session:
            assert offer_limits.wrong(session) == [], act
    assert kept(shop)[1] > 10 and findings(shop) == []


def test_uses_come_back_with_a_void_a_drop_and_a_full_return(shop):  # noqa: F811
    """A budget is what live sales took; a return gives money back, a full one the use."""
    sell = lambda: open_bill.record(shop, lines=goods(2))  # noqa: E731
    first = sell()
    given, uses = kept(shop)
    assert (given, uses) == (first.discount, 1)
    voids.void(shop, receipt=sell().receipt_no)
    assert kept(shop) == (given, uses)
    aside = parked_bills.suspend(shop, lines=goods(2), proof=VOUCHED)
    assert kept(shop) == (2 * given, 2)
    parked_bills.drop(shop, receipt=aside.receipt_no)
    assert kept(shop) == (given, 1)
    returns.return_goods(shop, receipt=first.receipt_no, lines=[ReturnLine(1, Quantity(1000))])
    assert 0 < kept(shop)[0] < given and kept(shop)[1] == 1
    returns.return_goods(shop, receipt=first.receipt_no)
    assert kept(shop) == (0, 0)


def test_a_budget_leaves_out_the_bill_that_asks(shop):  # noqa: F811
    """A bill that is priced again must not find its own discount in the way."""
    bill = open_bill.record(shop, lines=goods(2))
    with shop.read() as session:
        live = next(one for one in live_promotions.running(session, shop) if one.code == "P1")
        sale = session.scalar(text("SELECT max(id) FROM sale"))
        assert (
            pricing_context.budget_left(session, live.offer, live.rule)
            == 90_000_000 - bill.discount
        )
        assert pricing_context.budget_left(session, live.offer, live.rule, sale) == 90_000_000


def test_verify_sees_what_is_kept_wrongly(shop):  # noqa: F811
    """Whoever changes it by hand gives money away."""
    open_bill.record(shop, lines=goods(2), member=build.member(shop, phone="13700137000").member_no)
    with shop.write() as session:
        session.execute(text("UPDATE offer_use SET given = given - 1"))
        session.execute(text("UPDATE point_lot SET swept = 1"))
    assert findings(shop) == ["points_swept", "offer_uses"]


def test_a_lot_that_was_swept_is_looked_at_again_when_something_moves_in_it(manager, owner, wall):
    """Nothing due costs nothing, however many lots have ended; points that come back into one of
    them end too."""
    shop_settings.set_rule(owner, key="points_expiry", value="days:10")
    who = build.member(manager)
    for _ in range(40):
        open_bill.record(manager, amount=Money(5_000), member=who.member_no)
    wall.forward(days=12)
    assert points_account.sweep(manager) == 40 * 50
    with manager.read() as session:
        assert (
            session.scalar(select(func.count()).select_from(PointLot).where(PointLot.swept == 0))
            == 0
        )
        lot = session.execute(select(PointLot.id, PointLot.member_id)).first()
    assert points_account.sweep(manager) == 0
    with manager.write() as session:
        restored = point_entries.NewEntry(
            lot=lot.id,
            member=lot.member_id,
            kind=EntryKind.RESTORE,
            points=7,
            day=manager.clock.today(),
        )
        point_entries.write(session, manager, restored)
    assert points_account.sweep(manager) == 7
    with manager.read() as session:
        rows = session.scalars(
            select(PointEntry.staff_id).where(PointEntry.kind == EntryKind.EXPIRE)
        ).all()
    assert len(rows) == 41 and set(rows) == {None} and findings(manager) == []


ASKED = [
    {"field": "visits", "op": ">=", "value": 2, "days": 40},
    {"field": "visits", "op": "<", "value": 1, "days": 90},
    {"field": "spent", "op": ">", "value": "60.00", "days": 200},
    {"field": "days_since_visit", "op": ">=", "value": 30},
    {"field": "days_since_seen", "op": "<", "value": 60},
    {"field": "own_gaps_since_visit", "op": ">", "value": 1.5},
    {"field": "with_coupon_percent", "op": ">=", "value": 30},
    {"field": "with_coupon_percent", "op": "<", "value": 30, "days": 100},
    {"field": "stage", "op": "in", "value": ["new", "active", "back"]},
    {"field": "stage", "op": "in", "value": ["back", "warning", "prospect"]},
]


def looked_at(store):
    """What the pages about all members say."""
    long_ago = store.clock.today() - timedelta(days=50)
    return (
        rfm.overview(store),
        lifecycle.overview(store),
        lifecycle.overview(store, before=long_ago),
        {code: segments.count(store, code=code) for code in segments.BUILT_IN},
        [segments.count(store, rule=rule) for rule in ASKED],
        rfm.moves(store, before=store.clock.today(), then=store.clock.tomorrow()),
        lifecycle.moves(store, before=long_ago, then=store.clock.tomorrow()),
    )


def recounted(store):
    """The same as ASKED, member by member from the bare rows."""
    plain = Plain(store)
    return [sum(plain.fits(who, rule) for who in plain.people) for rule in ASKED]


def summed_up(store):
    with store.read() as session:
        active = lifecycle.active_days(shop_settings.current(session))
    return member_figures.refresh(store, active_days=active)


def forgotten(store):
    with store.write() as session:
        session.execute(text("UPDATE member_figures SET stale = 1"))


def test_the_pages_say_the_same_of_kept_figures_and_of_receipts(shop, owner, wall):  # noqa: F811
    """Whether housekeeping ran yesterday, today or never; while windows slide, receipts come, go
    back and change their member."""
    day, chance = Day(shop), random.Random(5)
    people = [build.member(shop, phone=f"135{n:08d}", name="").member_no for n in range(9)]
    with shop.write() as session:
        # as a file of the system before says it
        last = shop.clock.today() - timedelta(days=20)
        session.execute(
            text("UPDATE member SET opening_last_visit = :last WHERE id % 3 = 0"), {"last": last}
        )
    build.offer(shop, "FIVE", kind="amount_off", value="5", min_spend=None, valid_days=2_000)
    used = iter(build.issued(shop, "FIVE", 60))
    for turn in range(14):
        for _ in range(4):
            who = chance.choice(people)
            coupon = [next(used)] if chance.random() < 0.4 else []
            bill = open_bill.record(
                shop, amount=Money(chance.randrange(500, 9_000)), member=who, coupons=coupon
            )
            if chance.random() < 0.25:
                returns.return_goods(shop, receipt=bill.receipt_no)
            elif chance.random() < 0.2:
                voids.void(shop, receipt=bill.receipt_no)
        if turn % 3 == 0:
            summed_up(shop)
            assert summed_up(shop) == 0
        wall.forward(days=chance.choice((1, 20, 45)))
        kept_figures = looked_at(shop)
        assert findings(shop) == []
        if turn % 4 == 1:
            assert [segments.count(shop, rule=rule) for rule in ASKED] == recounted(shop)
        forgotten(shop)
        assert looked_at(shop) == kept_figures
        with shop.read() as session:
            by_number = {
                one.member_no: ((one.r, one.f, one.m), one.group)
                for one in rfm.every(session, shop)
            }
            alone = {
                number: rfm.of_member(session, shop, registry.resolve(session, shop, number))
                for number in people
            }
        assert {number: found for number, found in alone.items() if found} == by_number
    for rule, value in (
        ("stage_active", "1.5x"),
        ("stage_new", "2x"),
        ("stage_dormant", "3x"),
        ("stage_lost", "4.5x"),
    ):
        shop_settings.set_rule(owner, key=rule, value=value)
    summed_up(shop)
    kept_figures = looked_at(shop)
    forgotten(shop)
    assert looked_at(shop) == kept_figures
    day.join_afterwards()
    summed_up(shop)
    with shop.write() as session:
        session.execute(text("UPDATE member_figures SET year_net = year_net + 1 WHERE visits > 0"))
    assert findings(shop) == ["member_figures"]


def test_scores_by_kept_steps_are_those_by_order(shop, wall, monkeypatch):  # noqa: F811
    """Whoever bought since is taken out of the steps and put in again; steps of another year, or
    none, are not believed."""
    chance = random.Random(7)
    people = [build.member(shop, phone=f"134{n:08d}", name="").member_no for n in range(23)]
    monkeypatch.setattr(rankings, "RUNG", 3)

    def scored():
        with shop.read() as session:
            first = rfm._first(shop.clock.tomorrow(), shop_settings.current(session))
            known = rankings.moved(session, shop.clock.tomorrow(), first)
            return known, rfm.every(session, shop), rfm.overview(shop)

    def in_order():
        with monkeypatch.context() as patch:
            patch.setattr(rankings, "MOST", -1)
            return scored()

    assert scored()[0] is None
    for turn in range(12):
        for _ in range(9):
            who = chance.choice(people[: 5 + 2 * turn])
            bill = open_bill.record(
                shop,
                amount=Money(chance.choice((700, 700, 1_500, chance.randrange(500, 9_000)))),
                member=who,
            )
            if chance.random() < 0.2:
                voids.void(shop, receipt=bill.receipt_no)
        if turn % 2 == 0:
            summed_up(shop)
            assert scored()[0] == []
        else:
            assert scored()[0]
        assert scored()[1:] == in_order()[1:] and in_order()[0] is None
        wall.forward(days=chance.choice((1, 1, 45)))
    assert findings(shop) == []


def test_verify_sees_steps_that_are_not_those_of_the_figures(shop):  # noqa: F811
    """A wrong step would shift everybody's score."""
    open_bill.record(
        shop, amount=Money(700), member=build.member(shop, phone="13400000001").member_no
    )
    summed_up(shop)
    assert findings(shop) == []
    with shop.write() as session:
        session.execute(text("UPDATE figures_step SET below = below + 1 WHERE what = 'net'"))
    assert findings(shop) == ["member_figures"]
