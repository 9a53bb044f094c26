"""Lists of sales: a receipt is one, wherever its lines stand; it has one member, and gives points
once, as the till would."""

import pytest
from sqlalchemy import text

from storecrm.i18n import Catalogue
from storecrm.services.exports import files
from storecrm.services.imports import one_file
from storecrm.services.imports import run as importing
from storecrm.services.imports.options import ImportOptions
from storecrm.services.integrity import verify
from storecrm.services.loyalty import points_account, tiers
from storecrm.services.members import merge, registry
from storecrm.services.members.registry import NewMember
from storecrm.services.till import basket, open_bill, receipts
from storecrm.services.till.bill_lines import LineIn
from storecrm.values import BasisPoints, Money, Quantity
from tests import build

pytestmark = pytest.mark.both
A, B = "13800138000", "13900139000"


@pytest.fixture
def sales(owner, tmp_path):
    """Imports rows "receipt,time,member,sku,quantity,amount" as sales."""

    def run(*rows, titles="receipt_no,sold_at,member_no,sku,quantity,amount", **how):
        file = tmp_path / "sales.csv"
        file.write_text("\n".join([titles, *rows]) + "\n", "utf-8")
        return importing.load(
            owner, kind="sales", path=file, how=ImportOptions(earn=True, skip_bad=True, **how)
        )

    return run


@pytest.fixture
def short(monkeypatch):
    """Chunks of two rows."""
    for name in ("CHUNK", "FIRST", "LEAST"):
        monkeypatch.setattr(one_file, name, 2)


def _kinds(done):
    return [(problem.row, problem.column, problem.kind) for problem in done.problems]


def _member_of(owner, receipt):
    view = receipts.show(owner, receipt=receipt)
    return view.member.phone if view.member else ""


@pytest.mark.usefixtures("short")
def test_one_receipt_is_one_earning(owner, sales):
    """Its lines may be anywhere in the file, and what never earns does not; rounded down once."""
    build.member(owner, phone=A)
    build.goods(owner, M1="0.60", T1="10")
    with owner.write() as session:
        session.execute(text("UPDATE product SET no_points = 1 WHERE sku = 'T1'"))
    lines = [f"R1,2026-11-01 10:00,{A},M1,1,0.60"] * 3
    done = sales(
        *lines, f"R2,2026-11-02 10:00,{A},M1,1,0.60", f"R1,2026-11-01 10:00,{A},T1,1,10", *lines
    )
    assert done.created == 8
    assert points_account.show(owner, member=A).active == 3
    view = receipts.show(owner, receipt="R1")
    assert (len(view.lines), view.net) == (7, 1360)
    assert verify.verify(owner)[1] == []


def test_points_of_a_list_are_those_of_the_till(owner, sales):
    """Rate, the tier's multiplier, goods that never earn: one rule."""
    for phone in (A, B):
        build.member(owner, phone=phone, name=phone)
    build.goods(owner, M1="33.35", T1="10")
    with owner.write() as session:
        session.execute(text("UPDATE product SET no_points = 1 WHERE sku = 'T1'"))
    tiers.keep(owner, name="金卡", threshold=Money(10**8), points_times=BasisPoints(15_000))
    for phone in (A, B):
        tiers.set_by_hand(owner, member=phone, tier="金卡", until=None, reason="测试")
    open_bill.record(
        owner, lines=[LineIn("M1", Quantity(1000)), LineIn("T1", Quantity(1000))], member=A
    )
    sales(f"R1,2026-11-22,{B},M1,1,33.35", f"R1,2026-11-22,{B},T1,1,10")
    assert (
        points_account.show(owner, member=A).active
        == points_account.show(owner, member=B).active
        == 50
    )


def test_the_tier_of_the_day_multiplies(owner, sales, wall):
    """Who was moved up today bought last week without it."""
    build.member(owner, phone=A)
    tiers.keep(owner, name="金卡", threshold=Money(10**8), points_times=BasisPoints(20_000))
    tiers.set_by_hand(owner, member=A, tier="金卡", until=None, reason="测试")
    sales(f"R1,2026-11-15,{A},,1,10", f"R2,2026-11-22,{A},,1,10")
    assert points_account.show(owner, member=A).active == 30


@pytest.mark.usefixtures("short")
def test_what_comes_back_takes_its_points_back(owner, sales):
    """A receipt of negative sum takes what its amount earned; what was never earned here is not
    owed."""
    for phone in (A, B):
        build.member(owner, phone=phone, name=phone)
    sales(
        f"R9,2026-11-05,{A},,-1,-30",
        f"R1,2026-11-01,{A},,1,100",
        f"R8,2026-10-05,{A},,-1,-40",
        f"R7,2026-11-05,{B},,-1,-30",
    )
    assert (
        points_account.show(owner, member=A).active,
        points_account.show(owner, member=A).owed,
    ) == (70, 0)
    assert (
        points_account.show(owner, member=B).active,
        points_account.show(owner, member=B).owed,
    ) == (0, 0)
    # a later file takes from what an earlier one gave
    later = sales(f"R2,2026-11-20,{A},,-1,-50.50")
    assert points_account.show(owner, member=A).active == 20
    assert [(row.kind, row.points) for row in points_account.statement(owner, member=A)] == [
        ("claw_back", -50),
        ("claw_back", -30),
        ("earn", 100),
    ]
    assert verify.verify(owner)[1] == []
    importing.undo(owner, batch=later.batch)
    assert points_account.show(owner, member=A).active == 70
    assert verify.verify(owner)[1] == []


@pytest.mark.usefixtures("short")
def test_the_member_may_stand_on_any_line(owner, sales):
    """One receipt has one member; another one on it is a problem that says so."""
    for phone in (A, B):
        build.member(owner, phone=phone, name=phone)
    done = sales(
        "R1,2026-11-01,,,1,10", "R2,2026-11-01,,,1,10", "R1,2026-11-01,,,1,10", f"R1,2026-11-01,{A},,1,10",
        f"R2,2026-11-01,{A},,1,10", f"R2,2026-11-01,{B},,1,10", f"R1,2026-11-01,{B},,1,10",
    )  # fmt: skip
    assert (_member_of(owner, "R1"), _member_of(owner, "R2")) == ("+86" + A, "+86" + A)
    assert _kinds(done) == [
        (7, "member_no", "receipt_two_members"),
        (8, "member_no", "receipt_two_members"),
    ]
    assert points_account.show(owner, member=A).active == 50


def test_a_phone_of_a_sale_finds_its_member(owner, sales):
    """Beside a number, or alone; two of two people are a problem."""
    first, other = build.member(owner, phone=A), build.member(owner, phone=B, name="B")
    titles = "receipt_no,sold_at,phone,member_no,amount"
    done = sales(
        f"R1,2026-11-01,{A},,10",
        f"R2,2026-11-01,{A},{first.member_no},10",
        f"R3,2026-11-01,{A},{other.member_no},10",
        "R4,2026-11-01,13700137000,,10",
        f"R5,2026-11-01,{B},unheard,10",
        titles=titles,
    )
    assert _kinds(done) == [(4, "phone", "phone_of_another"), (5, "phone", "unknown")]
    assert [_member_of(owner, receipt) for receipt in ("R1", "R2", "R5")] == [
        "+86" + A,
        "+86" + A,
        "+86" + B,
    ]


def test_the_same_list_again_says_what_it_found(owner, sales):
    """All unchanged; a member that comes later is named, and another member too."""
    for phone in (A, B):
        build.member(owner, phone=phone, name=phone)
    rows = (f"R1,2026-11-01,{A},,1,10", f"R1,2026-11-01,{A},,1,5", "R2,2026-11-01,,,1,10")
    sales(*rows)
    again = sales(*rows)
    assert (again.created, again.unchanged, again.rejected) == (0, 3, 0)
    named = sales(f"R1,2026-11-01,{B},,1,10", f"R2,2026-11-01,{A},,1,10")
    assert _kinds(named) == [
        (2, "member_no", "receipt_other_member"),
        (3, "member_no", "receipt_no_member"),
    ]
    assert points_account.show(owner, member=A).active == 15


def test_an_old_list_after_a_merge_is_the_survivors(owner, sales, tmp_path):
    """The number of the record that went finds who it became."""
    keep, gone = (
        build.member(owner, phone=A),
        registry.register(owner, new=NewMember(phone=B, name="李小梅")),
    )
    rows = (f"R1,2026-11-01,{gone.member_no},,1,10",)
    sales(*rows)
    merge.merge(owner, survivor=keep.member_no, merged=gone.member_no)
    assert sales(*rows).unchanged == 1
    sales(f"R2,2026-11-02,{gone.member_no},,1,10", f"R3,2026-11-02,{B},,1,10")
    assert points_account.show(owner, member=A).active == 30
    assert verify.verify(owner)[1] == []


def test_odd_quantities_and_times_come_in(owner, sales):
    """A line of no pieces, a receipt across midnight: what the old system wrote is kept as it
    is."""
    build.member(owner, phone=A)
    build.goods(owner, M1="5")
    rows = ("R1,2026-11-01 23:59:30,,M1,0,0.50", f"R1,2026-11-02 00:00:10,{A},M1,1,5")
    done = sales(*rows)
    assert (done.created, done.rejected) == (2, 0)
    assert sales(*rows).unchanged == 2
    assert verify.verify(owner)[1] == []


def test_cut_digits_are_said_of_their_column(sales):
    """A spreadsheet lost them: of the receipt number, or of the article."""
    done = sales("2.2E+15,2026-11-01,,,1,10", "R1,2026-11-01,,1.2E+12,1,10")
    assert _kinds(done) == [(2, "receipt_no", "digits_cut"), (3, "sku", "digits_cut")]


def test_articles_that_no_list_holds_are_made_when_it_is_asked(owner, sales, tmp_path):
    """Name = number, to be completed by a list; counted dry too, and gone with the import."""
    build.goods(owner, M1="5")
    rows = (
        "R1,2026-11-01,,X9,1,10",
        "R1,2026-11-01,,M1,1,5",
        "R2,2026-11-01,,X9,1,10",
        "R2,2026-11-01,,X8,1,7",
        "R3,2026-11-01,nobody,X7,1,7",
    )
    plain = sales(*rows, dry_run=True)
    kinds = [(kind.column, kind.kind, kind.rows, kind.examples) for kind in plain.by_kind]
    assert kinds == [("sku", "unknown", 4, ("X9", "X8", "X7"))]
    assert sales(*rows, dry_run=True, new_products=True).new_products == 2
    done = sales(*rows, new_products=True)
    assert (done.created, done.rejected, done.new_products) == (4, 1, 2)
    assert [line.name for line in receipts.show(owner, receipt="R2").lines] == ["X9", "X8"]
    assert sales(*rows[:4], new_products=True).unchanged == 4
    files.export(owner, kind="products", file=tmp_path / "p.csv", words=Catalogue("en"))
    told = (tmp_path / "p.csv").read_text("utf-8-sig")
    assert [line.rsplit(",", 1)[-1] for line in told.splitlines()[1:]] == ['"no"', '"yes"', '"yes"']
    importing.undo(owner, batch=done.batch)
    assert basket.article(owner, code="X9") is None
    assert verify.verify(owner)[1] == []


def test_a_list_completes_what_was_made_out_of_its_number(owner, sales, tmp_path):
    """The number that stands for its name is as good as blank."""
    sales("R1,2026-11-01,,X9,1,10", new_products=True)
    file = tmp_path / "goods.csv"
    file.write_text("sku,name,price\nX9,牛奶,5\n", "utf-8")
    assert importing.load(owner, kind="products", path=file).updated == 1
    with owner.read() as session:
        assert session.execute(
            text("SELECT name, to_complete FROM product WHERE sku = 'X9'")
        ).one() == ("牛奶", 0)


SHOPIFY = "Name,Financial Status,Created at,Lineitem quantity,Lineitem price,Lineitem sku,Discount Amount\n"


def test_a_discount_of_the_whole_order_is_shared_over_its_lines(owner, tmp_path):
    """By what each line comes to, the rest to the largest: a return of one line gives back what was
    paid for it."""
    build.goods(owner, M1="18", P1="4")
    rows = "#1,paid,2026-10-01 10:00,2,18.00,M1,4.00\n#1,,2026-10-01 10:00,1,4.00,P1,\n#2,paid,2026-10-01 10:00,1,4.00,P1,1.00\n"
    done = build.bring(
        owner, tmp_path, "sales", SHOPIFY + rows + "#3,paid,2026-10-02 10:00,1,0.00,P1,1.00\n"
    )
    assert (done.mapping, done.totals["amount"]) == ("Shopify orders", 3_600 + 300 - 100)
    assert [line.amount for line in receipts.show(owner, receipt="#1").lines] == [3_240, 360]
    assert [line.amount for line in receipts.show(owner, receipt="#2").lines] == [300]
    again = build.bring(owner, tmp_path, "sales", SHOPIFY + rows)
    assert (again.unchanged, again.rejected) == (3, 0)


def test_a_small_first_line_bears_no_more_than_it_comes_to(owner, tmp_path):
    """An order of a card and a coat with a discount above the card's price has no line below
    nothing."""
    build.goods(owner, M1="100", P1="1")
    rows = "#1,paid,2026-10-01 10:00,1,1.00,P1,20.20\n#1,,2026-10-01 10:00,1,100.00,M1,\n"
    build.bring(owner, tmp_path, "sales", SHOPIFY + rows)
    assert [line.amount for line in receipts.show(owner, receipt="#1").lines] == [80, 8_000]
