"""Forgotten means forgotten: not in the file, not in its log, not by a backup, an import or a list;
the sums stay."""

import json

import pypdf
import pytest
from sqlalchemy import text

from storecrm import compose
from storecrm.errors import BadInput, Conflict, NotAllowed, NotFound, StorageTrouble
from storecrm.i18n import Catalogue
from storecrm.models.member import Member
from storecrm.services.analytics import lifecycle_history, segments
from storecrm.services.backup import backups
from storecrm.services.coupons import issue
from storecrm.services.imports import run
from storecrm.services.imports.options import ImportOptions
from storecrm.services.integrity import verify
from storecrm.services.loyalty import card_replacement
from storecrm.services.members import erasure, phones_and_cards, registry
from storecrm.services.members.registry import NewMember
from storecrm.services.members.verification import VOUCHED
from storecrm.services.printing import member_data_file
from storecrm.services.till import open_bill, parked_bills, receipts
from storecrm.values import Channel, CouponState, Money
from tests import build
from tests.conftest import signed

NAME, PHONE, MAIL, NOTE, CARD = (
    "欧阳小梅",
    "13811112222",
    "xiaomei@example.com",
    "allergisch gegen Nüsse",
    "OLD-778899",
)
ALERT, GUARDIAN, FURTHER = "kommt mit Hund", "欧阳大山", "13822223333"


@pytest.fixture
def ann(manager):
    card = {
        "name": NAME,
        "phone": PHONE,
        "email": MAIL,
        "note": NOTE,
        "card_no": CARD,
        "birthday": "1991-07-23",
        "alert": ALERT,
        "guardian": GUARDIAN,
    }
    who = registry.register(manager, new=NewMember(consent=(Channel.SMS,), **card))
    phones_and_cards.add_phone(manager, member=who.member_no, phone=FURTHER, note="Mutti")
    phones_and_cards.add_card(manager, member=who.member_no, card="LOST-5544")
    card_replacement.replace(manager, member=who.member_no, card="LOST-5544")
    registry.tag(manager, member=who.member_no, add=["Stammkundin"])
    return who


def traces(path):
    """What of the person can be read from the bytes of the store and everything beside it."""
    signs = [
        sign.encode()
        for sign in (
            NAME,
            "小梅",
            PHONE,
            MAIL,
            NOTE,
            CARD,
            CARD.casefold(),
            "Stammkundin",
            "1991-07-23",
            "ouyang",
            "yxm",
        )
        + (ALERT, GUARDIAN, FURTHER, "lost-5544", "Mutti")
    ]
    files = [
        file for file in path.parent.iterdir() if file.is_file() and file.name.startswith(path.name)
    ]
    return {sign.decode() for file in files for sign in signs if sign in file.read_bytes()}


def test_not_a_byte_of_the_person_stays(base, manager, owner, ann, tmp_path):
    path = tmp_path / "store.db"
    build.offer(manager)
    [code] = build.issued(manager, to=(ann.member_no,))
    open_bill.record(manager, amount=Money(12_800), member=ann.member_no)
    segments.create(manager, code="ALL", name="", rule={"field": "visits", "op": ">=", "value": 0})
    segments.keep_list(manager, code="KEPT", of="ALL")
    file = tmp_path / "more.csv"
    file.write_text(f"phone,name,tags\n{PHONE},{NAME}二,Nachbarin\n", "utf-8")
    run.load(manager, kind="members", path=file, how=ImportOptions(on_existing="replace"))
    assert {
        NAME,
        PHONE,
        MAIL,
        NOTE,
        CARD.casefold(),
        "Stammkundin",
        ALERT,
        GUARDIAN,
        FURTHER,
        "lost-5544",
        "Mutti",
    } <= traces(path)
    with pytest.raises(NotAllowed):
        erasure.erase(manager, member=ann.member_no, reason="asked for it")
    with pytest.raises(BadInput, match="reason_missing"):
        erasure.erase(owner, member=ann.member_no, reason=" ")
    done = erasure.erase(owner, member=ann.member_no, reason="asked for it")
    assert (done.coupons_void, done.clean, traces(path)) == (1, True, set())
    assert issue.show(owner, code=code).state is CouponState.VOIDED
    for key in (ann.member_no, PHONE, CARD):
        with pytest.raises(NotFound):
            registry.show(owner, member=key)
    assert registry.find(owner, text="欧阳") == [] and segments.count(owner, code="KEPT") == 0
    assert verify.verify(owner)[1] == []


def test_the_ledger_and_the_figures_stay(owner, manager, ann):
    sold = open_bill.record(manager, amount=Money(12_800), member=ann.member_no)
    erasure.erase(owner, member=ann.member_no, reason="asked")
    view = receipts.show(owner, receipt=sold.receipt_no)
    assert (view.net, view.points_earned, view.member.name, view.member.phone) == (
        12_800,
        128,
        "",
        "",
    )
    with owner.read() as session:
        assert session.execute(text("SELECT sum(points) FROM point_entry")).scalar_one() == 128
    assert registry.register(manager, new=NewMember(phone=PHONE)).member_no != ann.member_no
    assert verify.verify(owner)[1] == []


def test_a_member_with_a_bill_that_waits_is_not_forgotten_yet(owner, ann):
    aside = parked_bills.suspend(owner, amount=Money(5_000), member=ann.member_no, proof=VOUCHED)
    with pytest.raises(Conflict, match="member_busy"):
        erasure.erase(owner, member=ann.member_no, reason="asked")
    parked_bills.drop(owner, receipt=aside.receipt_no)
    assert erasure.erase(owner, member=ann.member_no, reason="asked").coupons_void == 0


def test_a_backup_of_before_brings_nobody_back(base, owner, manager, ann, tmp_path, wall):
    path = tmp_path / "store.db"
    bob = build.member(manager, phone="13900139000", name="Bob")
    made = backups.create(owner)
    erasure.erase(owner, member=ann.member_no, reason="asked")
    backups.restore(owner, path=made.path)
    again = signed(compose.open_store(str(path), wall=wall), "陈")
    try:
        assert (
            registry.count(again) == 1 and registry.show(again, member=bob.member_no).name == "Bob"
        )
        assert traces(path) == set() and verify.verify(again)[1] == []
    finally:
        compose.close_store(again)


def test_a_number_given_anew_is_somebody_else(base, owner, manager, tmp_path, wall):
    """Restored to before the erased one registered, the next member has the same number in the
    file, and stays."""
    path = tmp_path / "store.db"
    made = backups.create(owner)
    gone = registry.register(manager, new=NewMember(phone=PHONE, name=NAME))
    erasure.erase(owner, member=gone.member_no, reason="asked")
    backups.restore(owner, path=made.path)
    wall.forward(seconds=60)
    again = signed(compose.open_store(str(path), wall=wall), "陈")
    new = registry.register(again, new=NewMember(phone="13900139000", name="Neu"))
    compose.close_store(again)
    once_more = signed(compose.open_store(str(path), wall=wall), "陈")
    try:
        assert new.id == gone.id and registry.show(once_more, member=new.member_no).name == "Neu"
    finally:
        compose.close_store(once_more)


def test_an_erasure_that_is_refused_is_not_on_the_list(owner, ann, tmp_path, monkeypatch):
    (tmp_path / "store.db.erased").mkdir()
    with pytest.raises(StorageTrouble, match="cannot_write"):
        erasure.erase(owner, member=ann.member_no, reason="asked")
    assert registry.show(owner, member=ann.member_no).name == NAME


def test_an_import_whose_members_are_on_a_kept_list_is_taken_back(owner, manager, tmp_path):
    file = tmp_path / "two.csv"
    file.write_text("phone,name\n13800138000,A\n13900139000,B\n", "utf-8")
    batch = run.load(manager, kind="members", path=file).batch
    segments.keep_list(manager, code="KEPT", of="never_bought")
    assert segments.count(manager, code="KEPT") == 2
    run.undo(owner, batch=batch)
    assert registry.count(owner) == segments.count(manager, code="KEPT") == 0


def test_an_import_taken_back_does_not_bring_the_name_back(owner, manager, ann, tmp_path):
    file = tmp_path / "more.csv"
    file.write_text(f"phone,name,tags\n{PHONE},Neuer Name,neu\n", "utf-8")
    batch = run.load(
        manager, kind="members", path=file, how=ImportOptions(on_existing="replace")
    ).batch
    erasure.erase(owner, member=ann.member_no, reason="asked")
    run.undo(owner, batch=batch)
    assert traces(tmp_path / "store.db") == set() and registry.count(owner) == 0


@pytest.mark.both
def test_forgetting_works_on_either_database(owner, manager, ann):
    erasure.erase(owner, member=ann.member_no, reason="asked")
    assert registry.count(owner) == 0 and verify.verify(owner)[1] == []


@pytest.mark.both
def test_a_refused_correction_keeps_the_tags_as_they_were(manager, ann):
    with pytest.raises(BadInput, match="birthday"):
        registry.change(
            manager, member=ann.member_no, new=NewMember(birthday="1990-99-99"), tags=["vip"]
        )
    with pytest.raises(BadInput, match="tag"):
        registry.change(manager, member=ann.member_no, new=NewMember(name="X"), tags=["y" * 41])
    view = registry.show(manager, member=ann.member_no)
    assert (view.name, view.tags) == (NAME, ("Stammkundin",))
    assert registry.change(
        manager, member=ann.member_no, new=NewMember(name="X"), tags=["vip"]
    ).tags == ("vip",)


@pytest.mark.both
def test_tags_are_put_on_and_taken_off_once(manager, cashier, ann):
    assert registry.tag(
        manager, member=ann.member_no, add=["vip", "vip", "milk"], remove=["Stammkundin"]
    ).tags == ("milk", "vip")
    assert registry.tag(
        manager, member=ann.member_no, add=["vip"], remove=["none", "milk"]
    ).tags == ("vip",)
    assert segments.count(manager, rule={"field": "tag", "op": "is", "value": "vip"}) == 1
    for wrong in ("", "a,b", " x", "y" * 41):
        with pytest.raises(BadInput, match="tag"):
            registry.tag(manager, member=ann.member_no, add=[wrong])
    with pytest.raises(NotAllowed):
        registry.tag(cashier, member=ann.member_no, add=["x"])


def test_a_members_file_holds_everything_that_is_kept(owner, manager, cashier, ann, tmp_path):
    """As JSON for a program and as PDF for a person, in both languages; who may not see phones may
    not write it."""
    build.offer(manager)
    [code] = build.issued(manager, to=(ann.member_no,))
    sold = open_bill.record(manager, amount=Money(12_800), member=ann.member_no)
    before = tmp_path / "before.csv"
    before.write_text(
        f"phone,gender,total_spent,visits,last_visit\n{PHONE},f,3600,12,2024-05-06\n", "utf-8"
    )
    run.load(manager, kind="members", path=before, how=ImportOptions(on_existing="fill"))
    lifecycle_history.note(manager)
    file = tmp_path / "ann.json"
    assert (
        member_data_file.write(
            manager, member=PHONE, file=file, words=Catalogue("en", "CNY", manager.clock.zone)
        )
        == 1
    )
    body = json.loads(file.read_text("utf-8"))
    assert set(body["person"]["cards"]) == {ann.member_no, CARD.casefold()}
    assert (body["person"]["name"], body["person"]["phone"], body["person"]["note"]) == (
        NAME,
        f"+86{PHONE}",
        NOTE,
    )
    assert (body["person"]["further_phones"], body["person"]["lost_cards"]) == (
        [f"+86{FURTHER}"],
        ["lost-5544"],
    )
    # every personal column of the member's row is in the file
    silent = {
        "id",
        "state",
        "phone_tail",
        "registered_by",
        "recorded_at",
        "import_id",
        "password_hash",
        "password_wrong",
        "merged_into",
    }
    said = {"referred_by": "brought_by"}
    assert {
        said.get(name, name)
        for name in (column.name for column in Member.__table__.c)
        if name not in silent
    } <= set(body["person"])
    assert [(c["channel"], c["granted"]) for c in body["consents"]] == [("sms", True)]
    assert [r["receipt_no"] for r in body["receipts"]] == [sold.receipt_no] and body["coupons"][0][
        "code"
    ] == code
    assert [(p["kind"], p["points"]) for p in body["points"]] == [("earn", 128)]
    english = (
        "What we keep about you",
        "SMS (offers): yes",
        "female",
        "Lost cards: lost-5544",
        "¥3,600 · 12 visits · 2024-05-06",
        f"{manager.clock.today()}  new",
    )
    chinese = (
        "我们保存的您的信息",
        "短信 (优惠): 是",
        "女",
        "已挂失的卡",
        "¥3,600 · 12 次 · 2024-05-06",
        f"{manager.clock.today()}  新客",
    )
    for language, said in (("en", english), ("zh_CN", chinese)):
        words = Catalogue(language, "CNY", manager.clock.zone)
        member_data_file.write(manager, member=PHONE, file=tmp_path / "ann.pdf", words=words)
        read = "".join(page.extract_text() for page in pypdf.PdfReader(tmp_path / "ann.pdf").pages)
        assert [text for text in (*said, NAME, PHONE, "128.00") if text not in read] == []
    with pytest.raises(BadInput, match="file_kind"):
        member_data_file.write(manager, member=PHONE, file=tmp_path / "ann.doc", words=words)
    with pytest.raises(NotAllowed):
        member_data_file.write(cashier, member=PHONE, file=file, words=words)
