"""What went wrong once between merges, imports, returns, erasures and lists: each as it was
found."""

import openpyxl
import pytest
from sqlalchemy import text

from storecrm import compose
from storecrm.errors import Conflict, ImportRejected, NotFound, NotPossible
from storecrm.i18n import Catalogue
from storecrm.services import shop_settings
from storecrm.services.analytics import lifecycle_history, profile, segments
from storecrm.services.backup import backups
from storecrm.services.coupons import issue
from storecrm.services.imports import rejected_rows, run
from storecrm.services.imports.options import ImportOptions
from storecrm.services.integrity import verify
from storecrm.services.loyalty import adjustments, card_replacement, points_account
from storecrm.services.members import (
    consent,
    duplicates,
    erasure,
    merge,
    phones_and_cards,
    registry,
)
from storecrm.services.members.registry import NewMember
from storecrm.services.members.verification import VOUCHED
from storecrm.services.till import open_bill, returns
from storecrm.services.till.posting import Closing
from storecrm.values import Channel, Money, Points
from tests import build
from tests.conftest import signed


def bring(store, tmp_path, kind, *rows, **how):
    file = tmp_path / f"{kind}.csv"
    file.write_text("\n".join(rows) + "\n", "utf-8")
    return run.load(store, kind=kind, path=file, how=ImportOptions(**how))


@pytest.fixture
def two(manager):
    return [
        registry.register(manager, new=NewMember(phone=f"1380013800{at}", name=name))
        for at, name in ((1, "李梅"), (9, "王强"))
    ]


def sql(store, statement):
    with store.read() as session:
        return session.execute(text(statement)).all()


@pytest.mark.both
def test_an_import_goes_back_after_stages_were_noted(owner, manager, tmp_path):
    done = bring(
        manager, tmp_path, "members", "phone,name,points", "13800138001,李梅,5", "13800138002,王强,"
    )
    lifecycle_history.note(manager)
    run.undo(manager, batch=done.batch)
    assert registry.count(owner) == 0 and verify.verify(owner)[1] == []


def test_a_member_of_an_import_that_ended_badly_who_bought_meanwhile_stays(
    owner, manager, tmp_path, base, wall
):
    """The batch is taken back at the next start; the customer of today is not."""
    done = bring(manager, tmp_path, "members", "phone,name", "13800138001,李梅", "13800138002,王强")
    open_bill.record(manager, amount=Money(9_000), member="13800138001")
    with owner.engine.begin() as connection:
        connection.execute(
            text(f"UPDATE import_batch SET state = 'writing' WHERE id = {done.batch}")
        )
    assert run.take_back_unfinished(base) == 1
    assert (
        registry.count(owner) == 1 and points_account.show(owner, member="13800138001").active == 90
    )
    assert verify.verify(owner)[1] == []


@pytest.mark.parametrize("survivor", [True, False])
def test_an_import_that_made_one_of_two_merged_records_waits_for_the_parting(
    owner, manager, tmp_path, survivor
):
    bob = registry.register(manager, new=NewMember(phone="13800138009", name="王强"))
    adjustments.adjust(owner, member=bob.member_no, count=100, reason="x")
    done = bring(manager, tmp_path, "members", "phone,name,points", "13800138001,王强,7")
    keep, gone = ("13800138001", "13800138009") if survivor else ("13800138009", "13800138001")
    merge.merge(manager, survivor=keep, merged=gone)
    with pytest.raises(Conflict, match="import_in_use"):
        run.undo(manager, batch=done.batch)
    merge.unmerge(manager, member=keep)
    run.undo(manager, batch=done.batch)
    assert (
        registry.count(owner) == 1
        and points_account.show(owner, member="13800138009").active == 100
    )


@pytest.mark.both
def test_parting_moves_only_the_rows_that_were_moved(owner, manager, tmp_path, two):
    """A row's number is given anew after its import was taken back."""
    ann, bob = two
    day = manager.clock.today()
    done = bring(
        manager,
        tmp_path,
        "sales",
        "receipt_no,sold_at,amount,member_no",
        f"R1,{day},50.00,{bob.member_no}",
    )
    merge.merge(manager, survivor=ann.member_no, merged=bob.member_no)
    run.undo(manager, batch=done.batch)
    open_bill.record(manager, amount=Money(90_000), member=ann.member_no)
    merge.unmerge(manager, member=ann.member_no)
    assert profile.of_member(manager, member=ann.member_no).net == 90_000
    assert profile.of_member(manager, member=bob.member_no).net == 0
    assert verify.verify(owner)[1] == []


@pytest.mark.both
def test_a_return_during_the_merge_goes_with_its_receipt(owner, manager, two):
    ann, bob = two
    sold = open_bill.record(manager, amount=Money(40_000), member=bob.member_no)
    merge.merge(manager, survivor=ann.member_no, merged=bob.member_no)
    returns.return_goods(manager, receipt=sold.receipt_no, lines=[])
    merge.unmerge(manager, member=ann.member_no)
    assert [profile.of_member(manager, member=who.member_no).net for who in two] == [0, 0]
    assert [points_account.show(manager, member=who.member_no).active for who in two] == [0, 0]
    assert verify.verify(owner)[1] == []


@pytest.mark.both
def test_points_that_paid_come_back_to_whose_lot_it_is(owner, manager, two):
    """A bill of the merged member burned the other's lot; it is returned after the parting."""
    ann, bob = two
    adjustments.adjust(owner, member=bob.member_no, count=500, reason="x")
    merge.merge(manager, survivor=ann.member_no, merged=bob.member_no)
    sold = open_bill.record(
        manager,
        amount=Money(10_000),
        member=ann.member_no,
        closing=Closing(points_used=Points(500), proof=VOUCHED),
    )
    merge.unmerge(manager, member=ann.member_no)
    returns.return_goods(manager, receipt=sold.receipt_no, lines=[])
    assert (
        points_account.show(manager, member=bob.member_no).active == 500
        and points_account.show(manager, member=ann.member_no).spent == 0
    )
    assert verify.verify(owner)[1] == []


def test_a_referrer_who_was_forgotten_is_rewarded_by_nobody(owner, manager, two):
    shop_settings.set_rule(owner, key="referral_points", value="100")
    friend = registry.register(
        manager, new=NewMember(phone="13700137000", name="友", referrer=two[0].member_no)
    )
    erasure.erase(owner, member=two[0].member_no, reason="asked")
    open_bill.record(manager, amount=Money(9_000), member=friend.member_no)
    assert sql(owner, "SELECT count(*) FROM point_entry WHERE reason = 'referral'") == [(0,)]


def test_a_lost_card_is_frozen_whatever_its_coupons_are(manager, two):
    build.offer(
        manager, uses_allowed="3", kind="amount_off", value="5", min_spend=None, bearer=False
    )
    [code] = build.issued(manager, to=(two[0].member_no,))
    open_bill.record(manager, amount=Money(2_000), coupons=[code], member=two[0].member_no)
    done = card_replacement.replace(manager, member=two[0].member_no)
    assert done.coupons == 0 and issue.show(manager, code=code).state.value == "issued"


@pytest.mark.both
def test_a_list_or_tag_that_went_meanwhile_does_not_come_back(manager, two):
    ann, bob = two
    segments.create(manager, code="ALL", name="", rule={"field": "visits", "op": ">=", "value": 0})
    segments.keep_list(manager, code="KEPT", of="ALL")
    registry.tag(manager, member=bob.member_no, add=["x", "y"])
    merge.merge(manager, survivor=ann.member_no, merged=bob.member_no)
    segments.remove(manager, code="KEPT")
    registry.tag(manager, member=ann.member_no, remove=["x"])
    _, back = merge.unmerge(manager, member=ann.member_no)
    assert back.tags == ("y",)


def test_a_chain_of_merges_is_forgotten_whole(owner, manager, tmp_path, wall):
    made = [
        registry.register(
            manager, new=NewMember(phone=f"1380013800{at}", name=f"欧阳{sign}", note=f"Notiz{sign}")
        )
        for at, sign in enumerate("甲乙丙丁")
    ]
    saved = backups.create(owner)
    for at in (3, 2, 1):
        merge.merge(manager, survivor=made[at - 1].member_no, merged=made[at].member_no)
    lifecycle_history.note(manager)
    erasure.erase(owner, member=made[0].member_no, reason="asked")
    signs = [sign.encode() for sign in ("欧阳", "1380013800", "Notiz")]
    files = [
        file for file in tmp_path.iterdir() if file.is_file() and file.name.startswith("store.db")
    ]
    assert [
        (file.name, sign) for file in files for sign in signs if sign in file.read_bytes()
    ] == []
    assert sql(owner, "SELECT count(*) FROM stage_change") == [(0,)]
    backups.restore(owner, path=saved.path)
    again = signed(compose.open_store(str(tmp_path / "store.db"), wall=wall), "陈")
    try:
        assert registry.count(again) == 0
    finally:
        compose.close_store(again)


@pytest.mark.both
def test_no_way_leads_past_the_list_of_who_said_stop(manager, tmp_path, two):
    """Not an import that names the member by number, not one that brings the address, not a
    parting."""
    ann, bob = two
    bring(manager, tmp_path, "opt-outs", "phone,channel", "13800138001,sms", "13700137000,sms")
    bring(manager, tmp_path, "members", "member_no,consent_sms", f"{ann.member_no},yes")
    assert registry.show(manager, member=ann.member_no).consent == {"sms": False}
    consent.set_consent(manager, member=bob.member_no, channel=Channel.SMS, granted=True)
    bring(
        manager,
        tmp_path,
        "members",
        "member_no,phone",
        f"{bob.member_no},13700137000",
        on_existing="replace",
    )
    assert registry.show(manager, member=bob.member_no).consent == {"sms": False}


def test_a_phone_that_was_taken_off_stays_off(manager, two):
    ann, bob = two
    merge.merge(manager, survivor=ann.member_no, merged=bob.member_no)
    phones_and_cards.detach_phone(manager, member=ann.member_no, phone="13800138009")
    _, back = merge.unmerge(manager, member=ann.member_no)
    assert back.phone == ""
    with pytest.raises(NotFound, match="phone_of_member"):
        phones_and_cards.detach_phone(manager, member=bob.member_no, phone="13800138001")


def test_a_cashier_is_shown_no_whole_phone_while_typing(cashier, manager, two):
    [one] = duplicates.near(cashier, name="李梅")
    assert (
        "****" in one.phone and duplicates.near(manager, name="李梅")[0].phone == "+8613800138001"
    )


def test_only_as_many_as_were_seen_are_forgotten(owner, manager, wall, two):
    shop_settings.set_rule(owner, key="retention_months", value="12")
    for _ in range(10):
        wall.forward(days=40)
        shop_settings.set_rule(owner, key="undo_minutes", value="10")
    with pytest.raises(Conflict, match="stale_changed"):
        erasure.retain(owner, expect=1)
    assert registry.count(owner) == 2 and erasure.retain(owner, expect=2) == 2


@pytest.mark.both
def test_the_one_who_was_chosen_is_parted(manager, two):
    ann, bob = two
    cid = registry.register(manager, new=NewMember(phone="13700137000", name="丙"))
    merge.merge(manager, survivor=ann.member_no, merged=bob.member_no)
    merge.merge(manager, survivor=ann.member_no, merged=cid.member_no)
    newest, oldest = merge.listed(manager)
    assert (newest.undoable, oldest.undoable) == (True, False)
    with pytest.raises(NotPossible, match="merge_newer"):
        merge.unmerge(manager, member=ann.member_no, merge_id=oldest.id)
    assert merge.unmerge(manager, member=ann.member_no, merge_id=newest.id)[1].name == "丙"


def test_a_frozen_card_comes_back_by_no_import(manager, tmp_path, two):
    phones_and_cards.add_card(manager, member=two[0].member_no, card="OLD-9")
    card_replacement.replace(manager, member=two[0].member_no, card="OLD-9")
    with pytest.raises(ImportRejected) as told:
        bring(manager, tmp_path, "members", "phone,old_card_no", "13700137000,OLD-9")
    assert [(p.column, p.kind) for p in told.value.problems] == [("old_card_no", "card_lost")]


def test_every_row_with_a_problem_is_handed_out(manager, tmp_path):
    file = tmp_path / "many.csv"
    file.write_text("phone\n" + "\n".join(f"1{at}" for at in range(1500)) + "\n", "utf-8")
    words = Catalogue("en", "CNY", manager.clock.zone)
    out = tmp_path / "problems.xlsx"
    assert (
        rejected_rows.write(
            manager, kind="members", path=file, how=ImportOptions(), file=out, words=words
        )
        == 1500
    )
    assert openpyxl.load_workbook(out).active.max_row >= 1500


def test_a_phone_that_became_a_further_one_is_not_given_back_twice(owner, manager, tmp_path, two):
    ann, bob = two
    done = bring(
        manager,
        tmp_path,
        "members",
        "member_no,phone",
        f"{ann.member_no},13700137000",
        on_existing="replace",
    )
    phones_and_cards.add_phone(manager, member=bob.member_no, phone="13800138001")
    run.undo(manager, batch=done.batch)
    assert registry.show(manager, member="13800138001").member_no == bob.member_no
    assert registry.show(manager, member=ann.member_no).phone != "+8613800138001"
