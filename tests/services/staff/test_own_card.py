"""Whoever works here may earn on their own card; for anything else with it there are two."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import select

from storecrm.errors import NotAllowed, NotFound
from storecrm.models.audit import AuditEntry
from storecrm.services.imports import run
from storecrm.services.imports.options import ImportOptions
from storecrm.services.integrity import verify
from storecrm.services.loyalty import adjustments, points_account
from storecrm.services.members import erasure, merge, staff_cards
from storecrm.services.members.verification import VOUCHED, Proof, ProofLevel
from storecrm.services.reports import exceptions
from storecrm.services.staff import accounts
from storecrm.services.staff.own_card import SecondPerson
from storecrm.services.till import late_member, open_bill, overrides, parked_bills
from storecrm.services.till.posting import Closing
from storecrm.values import Money, Role
from tests import build
from tests.conftest import signed

pytestmark = pytest.mark.both


@pytest.fixture
def card(owner):
    """The card that belongs to everybody who works here."""
    who = build.member(owner)
    adjustments.adjust(owner, member=who.member_no, count=5_000, reason="moved in")
    for name in ("陈", "赵", "王芳"):
        staff_cards.set_card(owner, name=name, member=who.member_no)
    return who.member_no


@pytest.fixture
def boss(owner):
    """Somebody whose card it is not."""
    accounts.add(owner, name="周", role=Role.MANAGER, pin="602749")
    return accounts.named(owner, "周")


def word(store, name="周", pin="602749"):
    return overrides.second(overrides.approve(store, name=name, pin=pin, reason="asked me"))


def refused(act, **facts):
    with pytest.raises(NotAllowed) as error:
        act(**facts)
    return error.value.code == "own_card"


def trail(store, action):
    with store.read() as session:
        return [
            json.loads(facts)
            for facts in session.scalars(
                select(AuditEntry.facts).where(AuditEntry.action == action).order_by(AuditEntry.id)
            )
        ]


def test_the_owner_says_whose_card_it_is(owner, manager, cashier, base):
    """Only the owner sees the number: it is a card that proves a member."""
    who = build.member(owner)
    assert staff_cards.set_card(owner, name="王芳", member=who.member_no).member == who.member_no
    assert [p.member for p in accounts.listed(owner)] == ["", "", who.member_no]
    for store in (manager, cashier, base):
        assert {p.member for p in accounts.listed(store)} == {""}
    for store in (manager, cashier):
        with pytest.raises(NotAllowed, match="right_missing"):
            staff_cards.set_card(store, name="王芳", member=None)
    with pytest.raises(NotFound, match="member"):
        staff_cards.set_card(owner, name="王芳", member="13999999999")
    assert staff_cards.set_card(owner, name="王芳", member=None).member == ""
    assert [f["member"] for f in trail(owner, "staff_card_set")][-2:] == [who.id, None]
    assert verify.verify(owner)[1] == []


def test_earning_is_free_and_counted(owner, cashier, manager, card):
    """Whole bills, and members put on a sale afterwards."""
    open_bill.record(cashier, amount=Money(1_000), member=card)
    later = open_bill.record(cashier, amount=Money(2_000)).receipt_no
    late_member.attach(cashier, receipt=later, member=card)
    other = build.member(owner, "13900139000")
    open_bill.record(cashier, amount=Money(1_000), member=other.member_no)
    assert points_account.show(owner, member=card).active == 5_030
    day = cashier.clock.today()
    assert {p.staff: p.own_card for p in exceptions.people(owner, first=day, last=day)} == {
        "王芳": 1 + 1,
        "陈": 0,
    }
    assert [f.get("own_card") for f in trail(owner, "sale_posted")] == [True, None, None]
    assert [f.get("own_card") for f in trail(owner, "member_attached")] == [True]


@pytest.mark.parametrize("name", ["陈", "赵", "王芳"])
def test_points_of_the_own_card_are_used_by_two(base, owner, boss, card, name):
    """Whatever the role; a word of one's own, or of somebody whose card it is too, is none."""
    store, shown = signed(base, name), Proof(ProofLevel.CARD, confirmed=True)
    use = {"amount": Money(10_000), "member": card}
    points = Closing(points_used=1_000, proof=VOUCHED)
    assert refused(
        open_bill.record, store=store, **use, closing=replace(points, proof=shown)
    ) and refused(parked_bills.suspend, store=store, **use, points_used=1_000, proof=shown)
    for other, pin in (("陈", "860274"), ("赵", "749183")):
        own = Proof(ProofLevel.CARD, confirmed=True, second=word(store, other, pin))
        assert refused(open_bill.record, store=store, **use, closing=replace(points, proof=own))
    two = Proof(ProofLevel.CARD, confirmed=True, second=word(store))
    assert open_bill.record(store, **use, closing=replace(points, proof=two)).points_paid == 1_000
    assert trail(owner, "own_card_approved") == [
        {
            "approved_by": boss.id,
            "member": trail(owner, "staff_card_set")[-1]["member"],
            "reason": "asked me",
        }
    ]
    assert verify.verify(owner)[1] == []


def test_a_word_stands_for_ten_minutes(cashier, boss, card, wall):
    two = Proof(ProofLevel.CARD, confirmed=True, second=word(cashier))
    wall.wait(seconds=601)
    assert refused(
        open_bill.record,
        store=cashier,
        amount=Money(10_000),
        member=card,
        closing=Closing(points_used=1_000, proof=two),
    )
    alone = overrides.second(overrides.allow(cashier, reason="I may"))
    assert alone is None


def test_named_coupons_of_the_own_card_take_two(owner, manager, cashier, boss, card):
    """Taken at the till or put aside; what was put aside with a word goes on without another."""
    build.offer(owner, "NAMED", kind="amount_off", value="5", min_spend=None)
    [one] = build.issued(owner, "NAMED", to=(card,))
    shown = Proof(ProofLevel.CARD, confirmed=True)
    assert refused(
        open_bill.take,
        store=cashier,
        code=one,
        amount=Money(10_000),
        member=card,
        request_no="r",
        proof=shown,
    )
    assert refused(
        parked_bills.suspend,
        store=cashier,
        amount=Money(10_000),
        member=card,
        coupons=[one],
        proof=shown,
    )
    two = Proof(ProofLevel.CARD, confirmed=True, second=word(cashier))
    aside = parked_bills.suspend(
        cashier, amount=Money(10_000), member=card, coupons=[one], points_used=1_000, proof=two
    )
    done = parked_bills.resume(cashier, receipt=aside.receipt_no, proof=VOUCHED)
    assert (done.discount, done.points_paid) == (500, 1_000)


@pytest.mark.parametrize("name", ["陈", "赵"])
def test_nobody_adjusts_the_own_card_alone(base, owner, boss, card, name):
    """By hand, for a coupon, by a file of points, by a file of sales, by what another member had:
    the owner neither."""
    store = signed(base, name)
    build.offer(owner, "GIFT", kind="amount_off", value="5", min_spend=None)
    other = build.member(owner, "13900139000")
    for count in (100, -100):
        assert refused(adjustments.adjust, store=store, member=card, count=count, reason="x")
    assert refused(adjustments.exchange, store=store, member=card, offer="GIFT", cost=100)
    assert refused(merge.merge, store=store, survivor=card, merged=other.member_no)
    assert refused(merge.merge, store=store, survivor=other.member_no, merged=card)
    assert points_account.show(owner, member=card).active == 5_000
    assert (
        adjustments.adjust(store, member=card, count=100, reason="x", second=word(store)).active
        == 5_100
    )
    adjustments.exchange(store, member=card, offer="GIFT", cost=100, second=word(store))
    assert adjustments.adjust(store, member=other.member_no, count=7, reason="x").active == 7


@pytest.mark.parametrize("name", ["陈", "赵"])
def test_nobodys_own_file_gives_the_own_card_points(base, owner, boss, card, tmp_path, name):
    file = tmp_path / "list.csv"
    for kind, head, how in (
        ("points", f"member_no,points,reference\n{card},10,a", ImportOptions()),
        (
            "sales",
            f"receipt_no,sold_at,member_no,amount\nR1,2026-10-01T10:00:00,{card},20",
            ImportOptions(earn=True),
        ),
    ):
        file.write_text(head, "utf-8")
        assert refused(run.load, store=signed(base, name), kind=kind, path=file, how=how)
        assert (
            run.load(
                accounts.sign_in(base, name="周", pin="602749", till="till 2"),
                kind=kind,
                path=file,
                how=how,
            ).created
            == 1
        )
    assert points_account.show(owner, member=card).active == 5_030


def test_the_link_goes_with_the_member(owner, manager, cashier):
    """Into another record, back out of it, and away with the person."""
    a, b = build.member(owner), build.member(owner, "13900139000", "李小妹")
    staff_cards.set_card(owner, name="王芳", member=b.member_no)
    mine = lambda: accounts.named(owner, "王芳").member  # noqa: E731
    merge.merge(manager, survivor=a.member_no, merged=b.member_no)
    assert mine() == a.member_no and verify.verify(owner)[1] == []
    merge.unmerge(manager, member=a.member_no)
    assert mine() == b.member_no and verify.verify(owner)[1] == []
    erasure.erase(owner, member=b.member_no, reason="asked")
    assert mine() == "" and verify.verify(owner)[1] == []


def test_taking_an_import_back_takes_the_link(owner, tmp_path):
    file = tmp_path / "list.csv"
    file.write_text("phone,name\n13900139000,李小妹", "utf-8")
    batch = run.load(owner, kind="members", path=file).batch
    staff_cards.set_card(owner, name="王芳", member="13900139000")
    run.undo(owner, batch=batch)
    assert accounts.named(owner, "王芳").member == "" and verify.verify(owner)[1] == []


def test_a_link_that_was_changed_in_the_file_is_found(owner):
    """By the seal, and by who is not there."""
    staff_cards.set_card(owner, name="王芳", member=build.member(owner).member_no)
    who = accounts.named(owner, "王芳").id
    with owner.write() as session:
        session.connection().exec_driver_sql(f"UPDATE staff SET member_id = 999 WHERE id = {who}")
    assert {(f.check, f.example) for f in verify.verify(owner)[1]} == {
        ("seals", f"staff {who}"),
        ("own_cards", f"staff {who}"),
    }


def test_a_second_person_is_somebody(cashier):
    """A small allowance of one's own is no second person's word; a manager's is."""
    given = overrides.approve(cashier, name="赵", pin="749183", reason="x")
    assert (
        overrides.second(given) == SecondPerson(given.staff, "x", given.given_at)
        and overrides.second(None) is None
    )
