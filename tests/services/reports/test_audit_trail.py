"""The trail as the owner reads it: who, what, when, about what; a page at a time, however long it
is."""

from datetime import date

import pytest
from sqlalchemy import event, text

from storecrm.errors import BadInput, NotAllowed, NotFound
from storecrm.services import shop_settings
from storecrm.services.loyalty import adjustments
from storecrm.services.members import erasure
from storecrm.services.members import merge as merging
from storecrm.services.reports import audit_trail
from storecrm.services.reports.audit_trail import Question
from storecrm.services.till import open_bill, voids
from storecrm.values import Money
from tests import build
from tests.conftest import signed

ANN, BEA = "13800138000", "13900139000"


def actions(store, **asked):
    return [
        entry.action
        for entry in audit_trail.page(
            store, question=Question(**asked), limit=audit_trail.MOST
        ).entries
    ]


@pytest.fixture
def sold(base, owner):
    """A receipt with a member and a coupon, voided by the manager with a reason."""
    ann = build.member(owner)
    build.offer(owner)
    [code] = build.issued(owner, count=1)
    bill = open_bill.record(signed(base, "王芳"), amount=Money(15_000), member=ANN, coupons=[code])
    voids.void(signed(base, "赵"), receipt=bill.receipt_no, reason="wrong article")
    return ann, code, bill


@pytest.mark.both
def test_the_trail_of_a_receipt_a_coupon_and_a_member_is_found(owner, sold):
    """Each is asked for by what stands on paper; what happened to a member's receipts is the
    member's trail too."""
    ann, code, bill = sold
    void = ["sale_taken_back", "redemption_reversed"]
    assert actions(owner, about=bill.receipt_no) == [*void, "sale_posted", "coupon_redeemed"]
    assert actions(owner, about=code) == ["redemption_reversed", "coupon_redeemed", "batch_issued"]
    assert actions(owner, about=ANN) == [
        *void,
        "sale_posted",
        "coupon_redeemed",
        "member_registered",
    ]
    assert actions(owner, about=ann.member_no) == actions(owner, about=ANN)
    assert actions(owner, about="A20") == ["batch_issued", "offer_kept"]
    assert actions(owner, about=ANN, staff="赵") == void
    with pytest.raises(NotFound, match="about"):
        actions(owner, about="nothing")


@pytest.mark.both
def test_the_trail_is_asked_by_person_action_and_day(owner, base, sold, wall):
    """The questions of an owner: what did she do, who voided, what happened that day."""
    assert actions(owner, staff="王芳") == ["sale_posted", "coupon_redeemed"]
    assert actions(owner, action="sale_taken_back") == ["sale_taken_back"]
    assert actions(owner, staff="陈", action="sale_taken_back") == []
    before = len(actions(owner))
    wall.forward(days=1)
    shop_settings.set_rule(signed(base, "陈"), key="undo_minutes", value="20")
    assert actions(signed(base, "陈"), first=date(2026, 11, 23)) == ["sealed", "rule_set"]
    assert len(actions(signed(base, "陈"), last=date(2026, 11, 22))) == before
    with pytest.raises(BadInput, match="period"):
        actions(owner, first=date(2026, 11, 23), last=date(2026, 11, 22))
    for wrong in ({"staff": "nobody"}, {"action": "sang"}):
        with pytest.raises(NotFound):
            actions(owner, **wrong)


@pytest.mark.both
def test_pages_follow_each_other_without_a_gap(owner, sold):
    """Three at a time give what one page gives, whatever was asked."""
    for asked in (
        Question(),
        Question(about=ANN),
        Question(staff="陈"),
        Question(action="sealed", staff="陈"),
    ):
        whole = audit_trail.page(owner, question=asked, limit=audit_trail.MOST)
        found, after = [], ""
        while True:
            part = audit_trail.page(owner, question=asked, after=after, limit=3)
            found += part.entries
            after = part.following
            if not after:
                break
        assert tuple(found) == whole.entries and len(found) > 3
    for wrong in ({"after": "newest"}, {"limit": 0}, {"limit": audit_trail.MOST + 1}):
        with pytest.raises(BadInput):
            audit_trail.page(owner, **wrong)


@pytest.mark.both
def test_rows_are_named_as_people_know_them(owner, base, sold):
    """Numbers of rows say nothing to the owner; a coupon's code is never whole."""
    ann, code, bill = sold
    newest, reversed_, posted, used = audit_trail.page(
        owner, question=Question(about=bill.receipt_no)
    ).entries
    assert (newest.who, newest.facts) == (
        "赵",
        {"sale": bill.receipt_no, "reason": "wrong article"},
    )
    assert (used.facts["coupon"], used.facts["sale"], used.till) == (
        f"…{code[-4:]}",
        bill.receipt_no,
        "till 1",
    )
    assert (
        reversed_.facts["coupon"] == used.facts["coupon"]
        and reversed_.facts["sale"] == bill.receipt_no
    )
    [entry] = audit_trail.page(owner, question=Question(action="member_registered")).entries
    assert (entry.facts["member"].number, entry.facts["member"].name) == (ann.member_no, "李小梅")
    assert [
        e.facts["staff"]
        for e in audit_trail.page(owner, question=Question(action="staff_added")).entries
    ] == ["王芳", "赵", "陈"]
    assert posted.seq < newest.seq and len(newest.mac) == 64


@pytest.mark.both
def test_who_was_erased_is_not_named_in_the_trail(owner):
    """The entries stay, for the chain; the name and what people typed about the person do not come
    up again."""
    ann = build.member(owner)
    adjustments.adjust(owner, member=ANN, count=50, reason="called 李小梅")
    erasure.erase(owner, member=ANN, reason="asked for it")
    found = audit_trail.page(owner, limit=3).entries
    assert [entry.action for entry in found] == [
        "member_erased",
        "points_adjusted",
        "member_registered",
    ]
    assert ann.member_no not in repr(found) and ann.name not in repr(found[0])
    assert all(entry.facts["member"].erased and entry.facts["member"].name == "" for entry in found)
    assert (found[0].facts.get("withheld"), found[1].facts["withheld"]) == (None, True)


def test_a_merged_member_keeps_its_trail(owner):
    """What was done to the second record is found by the first one."""
    keep, gone = build.member(owner), build.member(owner, BEA, "李小美")
    adjustments.adjust(owner, member=BEA, count=7, reason="welcome")
    merging.merge(owner, survivor=keep.member_no, merged=gone.member_no)
    assert actions(owner, about=ANN) == [
        "members_merged",
        "points_adjusted",
        "member_registered",
        "member_registered",
    ]
    [merge] = audit_trail.page(owner, question=Question(action="members_merged")).entries
    assert merge.facts["survivor"].number == keep.member_no
    assert (
        merge.facts["merged"].into == merge.facts["survivor"] and not merge.facts["merged"].erased
    )


def test_the_trail_is_the_owners(base, manager, cashier):
    """Whoever is watched does not read who watches."""
    for store in (manager, cashier):
        with pytest.raises(NotAllowed):
            audit_trail.page(store)
        with pytest.raises(NotAllowed):
            audit_trail.people(store)
    assert set(audit_trail.people(signed(base, "陈"))) == {"王芳", "赵", "陈"}


QUESTIONS = {
    "all": Question(),
    "day": Question(first=date(2026, 11, 20), last=date(2026, 11, 21)),
    "person": Question(staff="赵"),
    "action": Question(action="tier_set"),
    "person and action": Question(staff="赵", action="sale_posted"),
    "member": Question(about=ANN),
    "receipt": Question(about="R-1"),
    "member, person": Question(about=ANN, staff="赵"),
}


def _steps(store, asked):
    """Steps of SQLite's machine that a page takes, in hundreds."""
    ticks = []

    def watch(raw, *_):
        raw.set_progress_handler(lambda: ticks.append(1), 100)

    event.listen(store.engine, "checkout", watch)
    try:
        audit_trail.page(store, question=asked, limit=50)
    finally:
        event.remove(store.engine, "checkout", watch)
        store.engine.dispose()
    return len(ticks)


def _lengthen(base, count):
    """More entries, as a shop of years has them: nearly all are sales, nearly all of one person."""
    with base.write() as session:
        at, top = session.execute(text("SELECT min(at), max(seq) FROM audit")).one()
        staff = dict(session.execute(text("SELECT name, id FROM staff")).all())
        rows = [
            {
                "seq": top + n,
                "at": at - n * 30_000_000,
                "staff": staff["王芳" if n % 50 else "赵"],
                "facts": f'{{"net":100,"sale":{9000 + n}}}',
            }
            for n in range(1, count + 1)
        ]
        insert = "INSERT INTO audit (till_id, seq, at, staff_id, action, facts, mac) VALUES (1, :seq, :at, :staff, 'sale_posted', :facts, '')"
        session.execute(text(insert), rows)


def test_a_page_costs_the_same_in_a_long_trail(owner, base):
    """Each question has an index of its own, chosen without statistics: none reads more than it
    shows."""
    build.member(owner)
    adjustments.adjust(owner, member=ANN, count=5, reason="x")
    bring = open_bill.record(owner, amount=Money(5_000), member=ANN)
    asked = QUESTIONS | {"receipt": Question(about=bring.receipt_no)}
    _lengthen(base, 3_000)
    short = {name: _steps(owner, question) for name, question in asked.items()}
    _lengthen(base, 25_000)
    long = {name: _steps(owner, question) for name, question in asked.items()}
    assert {
        name: (short[name], long[name]) for name in long if long[name] > 1.3 * short[name] + 3
    } == {}
    assert max(long.values()) < 400
