"""Rows of an import that is not at its end are seen by nobody; what is said of them is true."""

import contextlib
from datetime import timedelta

import pytest
from sqlalchemy import text

from storecrm import compose
from storecrm.errors import Conflict, CouponRefused, NotFound, StorageTrouble, StoreError
from storecrm.i18n import Catalogue
from storecrm.ledger import offer_limits
from storecrm.services.analytics import lifecycle, recommendation, rfm, segments
from storecrm.services.coupons import batches
from storecrm.services.exports import files
from storecrm.services.imports import completion, one_file, pending_rows, rollback
from storecrm.services.imports import run as importing
from storecrm.services.imports.options import ImportOptions
from storecrm.services.integrity import verify
from storecrm.services.loyalty import points_account
from storecrm.services.members import consent, merge, registry
from storecrm.services.members.registry import NewMember
from storecrm.services.members.verification import VOUCHED
from storecrm.services.reports import month_figures
from storecrm.services.till import basket, open_bill, receipts
from storecrm.services.till.bill_lines import LineIn
from storecrm.services.till.posting import Closing
from storecrm.values import Channel, Money, Points
from storecrm.wording.errors import cure, sentence
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
    """Runs an import and stops it, as a kill would, when some rows are in (writing) or when they
    begin to be shown."""

    def run(kind, file, at="writing"):
        turns = []

        def look(*_):
            turns.append(1)
            if at == "writing" and len(turns) > 2:
                raise Killed

        def cut(*_):
            raise Killed

        with monkeypatch.context() as patch:
            patch.setattr(one_file.OneFile, "_take_back", lambda *_: None)
            # however fast the machine is, some rows are left
            patch.setattr(one_file, "CHUNK", one_file.FIRST)
            if at == "showing":
                patch.setattr(completion, "show", cut)
            with contextlib.suppress(Killed):
                importing.load(
                    manager,
                    kind=kind,
                    path=file,
                    how=ImportOptions(new_products=True),
                    progress=look,
                )
        with manager.read() as session:
            return session.scalar(
                text(
                    f"SELECT count(*) FROM {'member' if kind == 'members' else 'sale' if kind == 'sales' else 'coupon'}"
                )
            )

    return run


@pytest.fixture
def people(tmp_path):
    file = tmp_path / "people.csv"
    file.write_text(PEOPLE, "utf-8")
    return file


def test_members_of_an_unfinished_import_are_nobody(
    stopped, people, owner, manager, cashier, tmp_path
):
    """Not by phone, card, number or name, in no list, count, segment or figure; and a till sells
    past them."""
    assert 0 < stopped("members", people) < ROWS
    with manager.read() as session:
        number = session.scalar(text("SELECT member_no FROM member LIMIT 1"))
    for said in ("13800000000", "CARD0", number):
        with pytest.raises(NotFound):
            registry.show(manager, member=said)
        assert registry.find(manager, text=said) == []
        with pytest.raises(StoreError):
            open_bill.record(cashier, amount=Money(100), member=said)
    assert registry.find(manager, text="会员") == [] and registry.page(manager, offset=0) == []
    assert registry.count(manager) == 0 and segments.count(manager, code="new") == 0
    assert (
        files.export(owner, kind="members", file=tmp_path / "m.csv", words=Catalogue("en", "CNY"))
        == 0
    )
    assert (
        rfm.overview(manager).members == 0
        and sum(one.members for one in lifecycle.overview(manager)) == 0
    )


def test_who_comes_to_the_counter_meanwhile_keeps_the_phone(stopped, people, manager, reopen):
    """The till does not wait for an import, and the import gives way: one phone, one member."""
    stopped("members", people, at="showing")
    mine = registry.register(manager, new=NewMember(phone="13800000005", name="自己来的"))
    reopen()
    assert registry.show(manager, member="13800000005").member_no == mine.member_no
    assert registry.count(manager) == ROWS + 1
    assert registry.show(manager, member="CARD5").phone == ""


@pytest.mark.parametrize("at", ["writing", "showing"])
def test_the_next_opening_ends_what_was_begun(stopped, people, manager, owner, backend, at, reopen):
    """Before its end is reached an import goes back, after it goes on; there is no third way."""
    stopped("members", people, at=at)
    reopen()
    assert registry.count(manager) == (ROWS if at == "showing" else 0)
    assert {row.state for row in importing.listed(manager)} == {
        "done" if at == "showing" else "undone"
    }
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
    assert month_figures.figures(manager, **period).recorded_receipts == 0
    assert rfm.overview(manager).members == 0
    reopen()
    assert importing.load(manager, kind="sales", path=file).created == 2 * ROWS
    assert month_figures.figures(manager, **period).recorded_receipts == 2 * ROWS
    assert receipts.show(manager, receipt="R0").net == 1_000


@pytest.fixture
def made(manager, tmp_path):
    """A list of sales of an article that is here, and of many that no list holds."""
    build.goods(manager, TEA="5")
    file = tmp_path / "sales.csv"
    rows = "".join(
        f"R{n},2026-11-01 10:00,{'TEA' if n % 10 else f'NEW{n}'},10.00\n" for n in range(ROWS)
    )
    file.write_text("receipt_no,sold_at,sku,amount\n" + rows, "utf-8")
    return file


def _told(owner, tmp_path):
    """The numbers of the articles that the shop's own list has."""
    files.export(
        owner, kind="products", file=tmp_path / "p.csv", words=Catalogue("en"), overwrite=True
    )
    return [
        line.split(",")[0].strip('"')
        for line in (tmp_path / "p.csv").read_text("utf-8-sig").splitlines()[1:]
    ]


@pytest.mark.parametrize("at", ["writing", "showing"])
def test_articles_made_of_sales_are_nobody_s_before_the_end(
    stopped, made, manager, owner, cashier, tmp_path, reopen, at, backend
):
    """No till finds them, no list has them, until the sales that named them are there."""
    assert stopped("sales", made, at=at)
    assert _told(owner, tmp_path) == ["TEA"] and basket.article(cashier, code="NEW0") is None
    for act in (
        lambda: basket.put(cashier, code="NEW0", price=Money(100)),
        lambda: open_bill.record(cashier, lines=[_line("NEW0")]),
    ):
        with pytest.raises(NotFound, match="product"):
            act()
    with pytest.raises(NotFound, match="product"):
        recommendation.goes_with(manager, sku="NEW0")
    reopen()
    assert len(_told(owner, tmp_path)) == (1 + ROWS // 10 if at == "showing" else 1)
    with owner.read() as session:
        assert session.scalar(text("SELECT count(*) FROM product WHERE arriving = 1")) == 0
    if backend == "sqlite":
        assert verify.verify(owner)[1] == []


@pytest.mark.parametrize("kind", ["sales", "products", "offer-products"])
def test_a_list_takes_an_article_over_from_an_import_that_cannot_end(
    stopped, made, manager, owner, tmp_path, kind, backend
):
    """An import that waits for help keeps no number from the lists that come after it."""
    build.offer(manager)
    stopped("sales", made)
    if kind == "offer-products":
        assert (
            build.bring(manager, tmp_path, kind, "offer_code,sku\nA20,NEW0\n", skip_bad=True)
            .by_kind[0]
            .kind
            == "unknown"
        )
        return
    if kind == "sales":
        assert (
            build.bring(manager, tmp_path, kind, SOLD, skip_bad=True).by_kind[0].kind == "unknown"
        )
    done = build.bring(
        manager,
        tmp_path,
        kind,
        SOLD if kind == "sales" else "sku,name,price\nNEW0,壶,7\n",
        new_products=True,
    )
    assert (done.created, _told(owner, tmp_path)) == (1, ["TEA", "NEW0"])
    importing.take_back_unfinished(manager)
    assert _told(owner, tmp_path) == ["TEA", "NEW0"]
    importing.undo(owner, batch=done.batch)
    assert _told(owner, tmp_path) == ["TEA"]
    if backend == "sqlite":
        assert verify.verify(owner)[1] == []


SOLD = "receipt_no,sold_at,sku,amount\nQ1,2026-11-02 10:00,NEW0,9\n"


def _line(sku):
    return LineIn(sku, unit_price=Money(100))


def test_an_article_that_nobody_shows_is_found_by_the_proof(stopped, made, manager, owner, backend):
    """It would be sold by no till and stand in no list, for ever."""
    done = importing.load(manager, kind="sales", path=made, how=ImportOptions(new_products=True))
    with owner.engine.begin() as connection:
        connection.execute(text("UPDATE product SET arriving = 1 WHERE sku = 'NEW0'"))
    with owner.read() as session:
        assert pending_rows.left(session) == [done.batch]


def test_coupons_of_an_unfinished_import_are_not_found(stopped, manager, cashier, tmp_path, reopen):
    """A code that may be gone at the next opening gives no discount."""
    build.offer(manager, kind="amount_off", value="6", min_spend=None)
    file = tmp_path / "coupons.csv"
    file.write_text("code,offer_code\n" + "".join(f"EXT-{n},A20\n" for n in range(ROWS)), "utf-8")
    assert stopped("coupons", file, at="showing") == ROWS
    with pytest.raises(CouponRefused) as refused:
        open_bill.record(cashier, amount=Money(1_000), coupons=["EXT-0"])
    assert refused.value.refusals[0].code.value == "not_found"
    reopen()
    assert open_bill.record(cashier, amount=Money(1_000), coupons=["EXT-0"]).discount == 600
    assert batches.listed(manager, offer="A20")[0].count == ROWS


def test_a_shown_import_is_as_any_other(manager, people, base):
    """After its end everybody sees it, it can be taken back, and taken in again."""
    done = importing.load(manager, kind="members", path=people)
    assert (done.created, registry.count(manager)) == (ROWS, ROWS)
    assert registry.show(signed(base, "王芳"), member="CARD7").name == "会员7"
    assert importing.load(manager, kind="members", path=people).unchanged == ROWS
    assert importing.undo(manager, batch=done.batch).rows == ROWS and registry.count(manager) == 0
    with pytest.raises(Conflict):
        importing.undo(manager, batch=done.batch)


@pytest.mark.parametrize("at", ["writing", "showing"])
def test_what_is_said_on_a_full_disk_is_true(manager, people, monkeypatch, at, reopen):
    """ "Nothing was kept" was said while thousands of rows lay there: now it is said what waits,
    and for what."""

    def full(*_):
        raise StorageTrouble("disk_full", where="x")

    room, name = (rollback, "take_back") if at == "writing" else (completion, "show")
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
        said = sentence(refused.value, Catalogue(language)) + cure(
            refused.value, Catalogue(language)
        )
        assert "people.csv" in said and "Nothing was" not in said
    assert registry.count(manager) == 0
    reopen()
    assert registry.count(manager) == (0 if at == "writing" else ROWS)


def _points_file(tmp_path, who, kind):
    """A file that gives one known member points in its first rows."""
    file = tmp_path / f"{kind}.csv"
    if kind == "points":
        rows = "".join(f"{who.member_no},1,r{n}\n" for n in range(ROWS))
        file.write_text("member_no,points,reference\n" + rows, "utf-8")
    else:
        file.write_text(
            f"phone,name,points\n{who.phone},她,500\n"
            + "".join(f"138{n:08d},会员{n},1\n" for n in range(ROWS)),
            "utf-8",
        )
    return file


def _books(store):
    """What the ledger's rows, the coupons' uses and those who wait are."""
    with store.read() as session:
        return tuple(
            session.scalar(text(f"SELECT count(*) FROM {name}"))
            for name in ("point_entry", "redemption", "import_waiting")
        )


@pytest.mark.parametrize("at", ["writing", "showing"])
@pytest.mark.parametrize("kind", ["points", "members"])
def test_points_of_an_unfinished_import_are_not_there(
    stopped, manager, owner, cashier, tmp_path, reopen, kind, at, backend
):
    """They could be burnt before the file failed: then the shop had given money for nothing."""
    who = build.member(manager, "13900139000", "她")
    stopped(kind, _points_file(tmp_path, who, kind), at)
    assert _books(manager)[0] == 0 and _books(manager)[2] > 0
    assert (
        points_account.show(cashier, member=who.phone).active == 0
        and points_account.statement(manager, member=who.phone) == []
    )
    with pytest.raises(StoreError):
        open_bill.record(
            cashier,
            amount=Money(10_000),
            member=who.phone,
            closing=Closing(points_used=Points(100), proof=VOUCHED),
        )
    today = manager.clock.today()
    assert (
        month_figures.figures(manager, first=today - timedelta(days=40), last=today).points.closing
        == 0
    )
    reopen()
    lots, hers = (ROWS + 1, 500) if kind == "members" else (ROWS, ROWS)
    assert _books(manager) == ((lots, 0, 0) if at == "showing" else (0, 0, 0))
    assert points_account.show(cashier, member=who.phone).active == (hers if at == "showing" else 0)
    if backend == "sqlite":
        assert verify.verify(owner)[1] == []


def test_points_that_sales_earned_come_with_the_sales(
    stopped, manager, tmp_path, reopen, owner, backend
):
    """A month of receipts with what they earned is one file: all of it, or nothing."""
    who = build.member(manager)
    file = tmp_path / "sales.csv"
    rows = "".join(
        f"R{n},{manager.clock.today().isoformat()},{who.member_no},5.00\n" for n in range(300)
    )
    file.write_text("receipt_no,sold_at,member_no,amount\n" + rows, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(completion, "show", _cut)
        patch.setattr(one_file.OneFile, "_take_back", lambda *_: None)
        with pytest.raises(Killed):
            importing.load(manager, kind="sales", path=file, how=ImportOptions(earn=True))
    assert (
        points_account.show(manager, member=who.member_no).active == 0 and _books(manager)[0] == 0
    )
    reopen()
    assert points_account.show(manager, member=who.member_no).active == 1_500
    assert receipts.show(manager, receipt="R7").points_earned == 5
    if backend == "sqlite":
        assert verify.verify(owner)[1] == []


def _cut(*_):
    raise Killed


def test_points_follow_who_became_one_with_another_meanwhile(
    stopped, manager, owner, tmp_path, reopen, backend
):
    """The record that the file named is no more; the person is."""
    who, other = (
        build.member(manager, "13900139000", "她"),
        build.member(manager, "13900139001", "她"),
    )
    stopped("points", _points_file(tmp_path, who, "points"), "showing")
    merge.merge(manager, survivor=other.member_no, merged=who.member_no)
    reopen()
    assert points_account.show(manager, member=other.phone).active == ROWS
    if backend == "sqlite":
        assert verify.verify(owner)[1] == []


def test_a_manager_s_day_counts_what_waits(manager, tmp_path):
    """Points that wait for the end of a file are given, as those in the books are."""
    build.member(manager, "13900139000", "她")
    file = tmp_path / "points.csv"
    rows = "".join(f"13900139000,3,r{n}\n" for n in range(700))
    file.write_text("phone,points,reference\n" + rows, "utf-8")
    # 500 rows in the first transaction, the rest in the next: 2,000 is what a manager may give in a
    # day
    with pytest.raises(StoreError, match="adjust_limit_day"):
        importing.load(manager, kind="points", path=file)
    assert _books(manager) == (0, 0, 0)


def _given(store):
    """What the offer has given of its budget."""
    with store.write() as session:
        return offer_limits.used(
            session, session.scalar(text("SELECT id FROM offer WHERE code = 'A20'"))
        ).given


@pytest.mark.parametrize("at", ["writing", "showing"])
def test_uses_of_an_unfinished_import_are_not_counted(
    stopped, manager, owner, cashier, tmp_path, reopen, at, backend
):
    """A coupon that a file says is used is free until the file is at its end: what is unproven
    takes nothing from anybody."""
    build.offer(manager, kind="amount_off", value="6", min_spend=None, budget="100000")
    codes = list(build.issued(manager, count=ROWS))
    day = manager.clock.today()
    file = tmp_path / "uses.csv"
    rows = "".join(f"{code},{day.isoformat()},6.00\n" for code in codes)
    file.write_text("code,redeemed_at,discount\n" + rows, "utf-8")
    stopped("redemptions", file, at)
    assert _books(manager)[1] == 0 and _books(manager)[2] > 0
    assert batches.listed(manager, offer="A20")[0].redeemed == 0
    assert (
        month_figures.figures(manager, first=day - timedelta(days=40), last=day).totals.redemptions
        == 0
    )
    assert _given(manager) == 0
    assert open_bill.record(cashier, amount=Money(1_000), coupons=[str(codes[0])]).discount == 600
    reopen()
    # the till's own use stands; what the file says is the second use of that coupon
    assert _books(manager)[1:] == (ROWS + 1 if at == "showing" else 1, 0)
    assert _given(manager) == 600 * _books(manager)[1]
    assert batches.listed(manager, offer="A20")[0].redeemed == (ROWS if at == "showing" else 1)
    if backend == "sqlite":
        assert verify.verify(owner)[1] == []


def test_what_was_left_waiting_is_found_by_the_proof(manager, people, owner, backend):
    """Points of a file that was shown and are in no book would be lost without a word."""
    done = importing.load(manager, kind="members", path=people)
    with owner.engine.begin() as connection:
        connection.execute(
            text(
                f"INSERT INTO import_waiting (import_id, kind, points, body) VALUES ({done.batch}, 'points', 5, '[]')"
            )
        )
    if backend == "sqlite":
        assert [found.check for found in verify.verify(owner)[1]] == ["imports"]


READ_BY_ALL = (
    "product",
    "offer_scope",
    "day_total",
    "suppression",
    "member_tag",
    "consent",
    "scannable",
    "import_change",
)
CHANGING = {
    "products": "sku,name,price,barcode\nTEA,绿茶,91.00,6901234567892\nPOT,壶,360.00,\n",
    "members": "phone,name,tags,consent_sms\n13800138000,李晓梅,常客,是\n",
    "opt-outs": "phone\n13800138000\n13912345678\n",
    "offer-products": "offer_code,sku\nA20,TEA\n",
    "day-totals": "date,net_sales,receipts\n2026-11-01,120.00,9\n2026-11-02,60.00,3\n",
}


@pytest.mark.parametrize("kind", CHANGING)
def test_what_a_file_changes_is_seen_by_nobody_before_its_end(
    manager, owner, tmp_path, monkeypatch, kind, base, reopen
):
    """Prices, names, words, answers, goods of offers and day totals of a file that is not at its
    end are those of before."""
    build.goods(manager, TEA="88.00")
    build.member(manager)
    build.offer(manager, kind="amount_off", min_spend=None)
    build.bring(manager, tmp_path, "day-totals", "date,net_sales,receipts\n2026-11-01,100.00,8\n")

    def stop(*_):
        raise Killed

    before = build.everything(base)
    with monkeypatch.context() as patch:
        patch.setattr(completion, "show", stop)
        patch.setattr(one_file.OneFile, "_take_back", lambda *_: None)
        with pytest.raises(Killed):
            build.bring(manager, tmp_path, kind, CHANGING[kind], on_existing="replace")
    unseen = build.everything(base)
    assert {name for name in READ_BY_ALL if unseen[name] != before[name]} == set()
    assert unseen["member"] == before["member"] and len(unseen["import_waiting"]) == 1
    reopen()
    after = build.everything(base)
    assert (
        any(after[name] != before[name] for name in READ_BY_ALL) and after["import_waiting"] == []
    )
    assert verify.verify(owner)[1] == []


def test_what_a_till_wrote_meanwhile_is_later(manager, owner, tmp_path, monkeypatch, base, reopen):
    """A name that was put right, an answer that was given and a phone that was registered while a
    file came in stay."""
    ann = build.member(manager)
    registry.register(manager, new=NewMember(card_no="OLD-5", name="王小五"))

    def meanwhile(*_):
        registry.change(
            manager, member=ann.member_no, new=NewMember(phone="13800138000", name="李筱梅")
        )
        consent.set_consent(manager, member=ann.member_no, channel=Channel.SMS, granted=False)
        registry.register(manager, new=NewMember(phone="13612345678", name="赵六"))
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(completion, "show", meanwhile)
        patch.setattr(one_file.OneFile, "_take_back", lambda *_: None)
        with pytest.raises(Killed):
            text_of = f"member_no,phone,name,consent_sms,email\n{ann.member_no},,李晓梅,是,li@example.com\nOLD-5,13612345678,,,\n"
            build.bring(manager, tmp_path, "members", text_of, on_existing="replace")
    reopen()
    shown = registry.show(manager, member=ann.member_no)
    assert (shown.name, shown.email, shown.consent) == ("李筱梅", "li@example.com", {"sms": False})
    assert (
        registry.show(manager, member="OLD-5").phone,
        registry.show(manager, member="13612345678").name,
    ) == ("", "赵六")
    assert verify.verify(owner)[1] == []
