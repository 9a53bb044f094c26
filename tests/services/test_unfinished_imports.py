"""Rows of an import that is not at its end are seen by nobody; what is said of them is true."""

import contextlib
from datetime import timedelta

import pytest
from sqlalchemy import text

from storecrm import compose
from storecrm.errors import Conflict, CouponRefused, NotFound, StorageTrouble, StoreError
from storecrm.i18n import Catalogue
from storecrm.services import wording
from storecrm.services.insight import lifecycle, performance, rfm, segments
from storecrm.services.keeping import exporting, importing, showing, taking_back, verify
from storecrm.services.people import members
from storecrm.services.people.members import NewMember
from storecrm.services.till import bills, coupons, receipts
from storecrm.values import Money
from tests import build
from tests.conftest import signed

pytestmark = pytest.mark.both
ROWS = 1500
PEOPLE = "phone,name,old_card_no\n" + "".join(f"138{n:08d},会员{n},CARD{n}\n" for n in range(ROWS))


@pytest.fixture
def reopen(base, wall):
    """The next opening of the store."""
    return lambda: compose.close_store(compose.open_store(base.name, wall=wall))


class Killed(BaseException):
    """As if the machine stopped here."""


@pytest.fixture
def stopped(manager, monkeypatch):
    """Runs an import and stops it, as a kill would, when some rows are in (writing) or when they begin to be shown."""

    def run(kind, file, at="writing"):
        turns = []

        def look(*_):
            turns.append(1)
            if at == "writing" and len(turns) > 2:
                raise Killed

        def cut(*_):
            raise Killed

        with monkeypatch.context() as patch:
            patch.setattr(importing._Run, "_take_back", lambda *_: None)
            if at == "showing":
                patch.setattr(showing, "show", cut)
            with contextlib.suppress(Killed):
                importing.load(manager, kind=kind, path=file, progress=look)
        with manager.read() as session:
            return session.scalar(
                text(f"SELECT count(*) FROM {'member' if kind == 'members' else 'sale' if kind == 'sales' else 'coupon'}")
            )

    return run


@pytest.fixture
def people(tmp_path):
    file = tmp_path / "people.csv"
    file.write_text(PEOPLE, "utf-8")
    return file


def test_members_of_an_unfinished_import_are_nobody(stopped, people, owner, manager, cashier, tmp_path):
    """Not by phone, card, number or name, in no list, count, segment or figure; and a till sells past them."""
    assert 0 < stopped("members", people) < ROWS
    with manager.read() as session:
        number = session.scalar(text("SELECT member_no FROM member LIMIT 1"))
    for said in ("13800000000", "CARD0", number):
        with pytest.raises(NotFound):
            members.show(manager, member=said)
        assert members.find(manager, text=said) == []
        with pytest.raises(StoreError):
            bills.record(cashier, amount=Money(100), member=said)
    assert members.find(manager, text="会员") == [] and members.page(manager, offset=0) == []
    assert members.count(manager) == 0 and segments.count(manager, code="new") == 0
    assert exporting.export(owner, kind="members", file=tmp_path / "m.csv", words=Catalogue("en", "CNY")) == 0
    assert rfm.overview(manager).members == 0 and sum(one.members for one in lifecycle.overview(manager)) == 0


def test_who_comes_to_the_counter_meanwhile_keeps_the_phone(stopped, people, manager, reopen):
    """The till does not wait for an import, and the import gives way: one phone, one member."""
    stopped("members", people, at="showing")
    mine = members.register(manager, new=NewMember(phone="13800000005", name="自己来的"))
    reopen()
    assert members.show(manager, member="13800000005").member_no == mine.member_no
    assert members.count(manager) == ROWS + 1
    assert members.show(manager, member="CARD5").phone == ""


@pytest.mark.parametrize("at", ["writing", "showing"])
def test_the_next_opening_ends_what_was_begun(stopped, people, manager, owner, backend, at, reopen):
    """Before its end is reached an import goes back, after it goes on; there is no third way."""
    stopped("members", people, at=at)
    reopen()
    assert members.count(manager) == (ROWS if at == "showing" else 0)
    assert {row.state for row in importing.listed(manager)} == {"done" if at == "showing" else "undone"}
    with manager.read() as session:
        assert session.scalar(text("SELECT count(*) FROM member WHERE state = 'arriving'")) == 0
    if backend == "sqlite":
        assert verify.verify(owner)[1] == []


def test_sales_of_an_unfinished_import_are_in_no_figure(stopped, manager, tmp_path, reopen):
    """A month's report is not half an import."""
    who = build.member(manager)
    file = tmp_path / "sales.csv"
    today = manager.clock.today()
    rows = "".join(f"R{n},{today.isoformat()},{who.member_no},10.00\n" for n in range(2 * ROWS))
    file.write_text("receipt_no,sold_at,member_no,amount\n" + rows, "utf-8")
    assert 0 < stopped("sales", file) < 2 * ROWS
    with pytest.raises(NotFound):
        receipts.show(manager, receipt="R0")
    assert receipts.of_member(manager, member=who.member_no) == []
    period = {"first": today - timedelta(days=40), "last": today}
    assert performance.figures(manager, **period).recorded_receipts == 0
    assert rfm.overview(manager).members == 0
    reopen()
    assert importing.load(manager, kind="sales", path=file).created == 2 * ROWS
    assert performance.figures(manager, **period).recorded_receipts == 2 * ROWS
    assert receipts.show(manager, receipt="R0").net == 1_000


def test_coupons_of_an_unfinished_import_are_not_found(stopped, manager, cashier, tmp_path, reopen):
    """A code that may be gone at the next opening gives no discount."""
    build.offer(manager, kind="amount_off", value="6", min_spend=None)
    file = tmp_path / "coupons.csv"
    file.write_text("code,offer_code\n" + "".join(f"EXT-{n},A20\n" for n in range(ROWS)), "utf-8")
    assert stopped("coupons", file, at="showing") == ROWS
    with pytest.raises(CouponRefused) as refused:
        bills.record(cashier, amount=Money(1_000), coupons=["EXT-0"])
    assert refused.value.refusals[0].code.value == "not_found"
    reopen()
    assert bills.record(cashier, amount=Money(1_000), coupons=["EXT-0"]).discount == 600
    assert coupons.batches(manager, offer="A20")[0].count == ROWS


def test_a_shown_import_is_as_any_other(manager, people, base):
    """After its end everybody sees it, it can be taken back, and taken in again."""
    done = importing.load(manager, kind="members", path=people)
    assert (done.created, members.count(manager)) == (ROWS, ROWS)
    assert members.show(signed(base, "王芳"), member="CARD7").name == "会员7"
    assert importing.load(manager, kind="members", path=people).unchanged == ROWS
    assert importing.undo(manager, batch=done.batch).rows == ROWS and members.count(manager) == 0
    with pytest.raises(Conflict):
        importing.undo(manager, batch=done.batch)


@pytest.mark.parametrize("at", ["writing", "showing"])
def test_what_is_said_on_a_full_disk_is_true(manager, people, monkeypatch, at, reopen):
    """ "Nothing was kept" was said while thousands of rows lay there: now it is said what waits, and for what."""

    def full(*_):
        raise StorageTrouble("disk_full", where="x")

    room, name = (taking_back, "take_back") if at == "writing" else (showing, "show")
    turns = []

    def stop(*_):
        turns.append(1)
        if at == "writing" and len(turns) > 2:
            full()

    with monkeypatch.context() as patch:
        patch.setattr(room, name, full)
        with pytest.raises(StorageTrouble) as refused:
            importing.load(manager, kind="members", path=people, progress=stop)
    assert refused.value.code == ("import_not_back" if at == "writing" else "import_half_shown")
    for language in ("en", "zh_CN"):
        said = wording.sentence(refused.value, Catalogue(language)) + wording.cure(refused.value, Catalogue(language))
        assert "people.csv" in said and "Nothing was" not in said
    assert members.count(manager) == 0
    reopen()
    assert members.count(manager) == (0 if at == "writing" else ROWS)
