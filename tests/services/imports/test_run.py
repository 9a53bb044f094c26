"""Files in and out, backups, damage, full disks."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest
import sqlcipher3.dbapi2 as driver
from sqlalchemy import text

from storecrm import compose
from storecrm.errors import (
    BadFile,
    BadInput,
    Conflict,
    ImportRejected,
    NotAllowed,
    NotFound,
    StorageTrouble,
)
from storecrm.i18n import Catalogue
from storecrm.models.database import engine
from storecrm.services.backup import backups
from storecrm.services.coupons import batches, issue
from storecrm.services.exports import files, templates
from storecrm.services.imports import run
from storecrm.services.imports.options import ImportOptions
from storecrm.services.integrity import verify
from storecrm.services.loyalty import points_account
from storecrm.services.members import registry
from storecrm.services.members.registry import NewMember
from storecrm.services.reports import day_totals, month_figures
from storecrm.services.store import ShopDetails
from storecrm.services.till import open_bill, receipts
from storecrm.values import Day, Money
from tests import build
from tests.conftest import signed

WORDS = Catalogue("en")


def written(tmp_path: Path, text: str, name: str = "f.csv", encoding: str = "utf-8") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize(
    ("encoding", "mark"), [("utf-8", ","), ("utf-8-sig", ";"), ("gb18030", "\t"), ("utf-16", ",")]
)
def test_members_come_in_from_every_encoding(manager, tmp_path, encoding, mark):
    """Chinese headers, GBK from Chinese Excel, semicolons, tabs."""
    rows = [
        ["手机号", "姓名", "积分", "旧卡号"],
        ["13800138000", "李小梅", "120", "C-001"],
        ["１３９００１３９０００", "王芳", "", ""],
    ]
    path = written(tmp_path, "\n".join(mark.join(r) for r in rows), encoding=encoding)
    done = run.load(manager, kind="members", path=path)
    assert (done.rows, done.created, done.rejected) == (2, 2, 0)
    who = registry.show(manager, member="c-001")
    assert (who.name, who.phone) == ("李小梅", "+8613800138000")
    assert points_account.show(manager, member="13800138000").active == 120


def test_the_same_file_twice_changes_nothing(manager, tmp_path):
    """Re-import is idempotent, for every kind."""
    goods = written(tmp_path, "sku,name,price\nM,milk,5.5\nB,bread,8\n", "p.csv")
    people = written(tmp_path, "phone,name,points\n13800138000,A,50\n13900139000,B,\n", "m.csv")
    sold = written(
        tmp_path,
        "receipt_no,sold_at,member_no,sku,quantity,unit_price,amount\nR1,2026-11-01 10:00,13800138000,M,2,5.5,\nR1,2026-11-01 10:00,13800138000,B,1,,7.90\nR2,2026-11-02,,B,0,,1\n",
        "s.csv",
    )
    offer = written(
        tmp_path,
        "code,kind,value,valid_from,valid_to\nX,external,,2026-10-01,2026-12-31\n",
        "o.csv",
    )
    pairs = written(tmp_path, "offer_code,sku\nX,M\n", "op.csv")
    tickets = written(
        tmp_path,
        "code,offer_code,member_no,issued_on,uses_allowed\nC1,X,13800138000,2026-10-05,*\n",
        "c.csv",
    )
    used = written(
        tmp_path,
        "code,redeemed_at,receipt_no,discount\nC1,2026-11-01,R1,1.00\nC1,2026-11-01,R1,1.00\n",
        "r.csv",
    )
    days = written(tmp_path, "date,net_sales,receipts\n2026-11-01,100.5,12\n", "d.csv")
    files = (
        ("products", goods, 2),
        ("members", people, 2),
        ("sales", sold, 3),
        ("offers", offer, 1),
        ("offer-products", pairs, 1),
        ("coupons", tickets, 1),
        ("redemptions", used, 2),
        ("day-totals", days, 1),
    )
    for kind, path, rows in files:
        first = run.load(manager, kind=kind, path=path)
        assert (first.rows, first.created, first.rejected) == (rows, rows, 0), kind
    for kind, path, rows in files:
        again = run.load(manager, kind=kind, path=path)
        assert (again.created, again.updated, again.unchanged) == (0, 0, rows), kind
    assert receipts.show(manager, receipt="R1").net == 1100 + 790
    figures = month_figures.figures(manager, first=Day(2026, 11, 1), last=Day(2026, 11, 30))
    row = figures.offers[0]
    assert (row.redemptions, row.members_redeeming, row.sales_with_coupon, row.discount) == (
        2,
        1,
        1,
        200,
    )
    assert verify.verify(manager)[1] == []


def test_one_bad_row_keeps_everything_out_unless_asked(manager, tmp_path):
    """All or nothing, with the place of each problem."""
    path = written(
        tmp_path,
        "phone,name,birthday\n13800138000,A,\n1380013,B,\n13900139000,C,2026-02-30\n13800138000,D,\n",
    )
    with pytest.raises(ImportRejected) as caught:
        run.load(manager, kind="members", path=path)
    assert [(p.row, p.column) for p in caught.value.problems][:2] == [(3, "phone"), (4, "birthday")]
    assert registry.count(manager) == 0
    done = run.load(manager, kind="members", path=path, how=ImportOptions(skip_bad=True))
    assert (done.rows, done.created, done.rejected) == (4, 1, 3)


def test_a_dry_run_counts_and_writes_nothing(manager, tmp_path):
    """Checking a file is safe."""
    path = written(tmp_path, "phone\n13800138000\n")
    assert (
        run.load(manager, kind="members", path=path, how=ImportOptions(dry_run=True)).created == 1
    )
    assert registry.count(manager) == 0


def test_fill_replace_and_skip(manager, tmp_path):
    """Blank never overwrites; each way does what it says."""
    build.member(manager, name="李小梅")
    new = written(tmp_path, "phone,name,email\n13800138000,李梅,a@b.cn\n")
    for way, name, email in (
        ("skip", "李小梅", ""),
        ("fill", "李小梅", "a@b.cn"),
        ("replace", "李梅", "a@b.cn"),
    ):
        run.load(manager, kind="members", path=new, how=ImportOptions(on_existing=way))
        who = registry.show(manager, member="13800138000")
        assert (who.name, who.email) == (name, email)


def test_an_import_can_be_taken_back(manager, tmp_path):
    """Created rows go, changed ones become what they were, the ledger keeps its sums."""
    build.member(manager, "13700137000", "旧名")
    path = written(tmp_path, "phone,name,points,tags\n13800138000,A,50,vip\n13700137000,新名,,x\n")
    batch = run.load(
        manager, kind="members", path=path, how=ImportOptions(on_existing="replace")
    ).batch
    assert registry.show(manager, member="13700137000").name == "新名"
    run.undo(manager, batch=batch)
    who = registry.show(manager, member="13700137000")
    assert (who.name, who.tags) == ("旧名", ())
    with pytest.raises(NotFound):
        registry.show(manager, member="13800138000")
    assert run.load(manager, kind="members", path=path).created == 1
    assert points_account.show(manager, member="13800138000").active == 50
    assert verify.verify(manager)[1] == []


def test_an_import_in_use_stays(manager, tmp_path):
    """What later rows stand on cannot be pulled away."""
    batch = run.load(manager, kind="members", path=written(tmp_path, "phone\n13800138000\n")).batch
    open_bill.record(manager, amount=Money(100), member="13800138000")
    with pytest.raises(Conflict):
        run.undo(manager, batch=batch)


def _rows(store):
    with store.read() as session:
        return session.scalar(text("SELECT count(*) FROM member"))


def test_a_killed_import_is_taken_back_at_the_next_start(base, manager, tmp_path, wall):
    """No half file stays."""
    path = written(tmp_path, "phone\n" + "\n".join(f"138{n:08d}" for n in range(60_000)))
    script = (
        "import sys; from storecrm import compose; from storecrm.services.staff import accounts; from storecrm.services.imports import run; from pathlib import Path; s=accounts.sign_in(compose.open_store(sys.argv[1], wall=lambda: %d), name='赵', pin='749183', till='x'); print('go', flush=True); run.load(s, kind='members', path=Path(sys.argv[2]))"
        % wall.at
    )
    child = subprocess.Popen(
        [sys.executable, "-c", script, base.name, str(path)], stdout=subprocess.PIPE, text=True
    )
    child.stdout.readline()
    # nobody sees the rows of an import that is not at its end: they are counted in the file
    while _rows(manager) < 3000:
        assert child.poll() is None and registry.count(manager) == 0, (
            "ended before it could be killed"
        )
    child.kill()
    child.communicate()
    again = signed(compose.open_store(base.name, wall=wall), "赵")
    assert registry.count(again) == 0
    assert run.listed(again)[0].state == "undone"
    compose.close_store(again)


def test_points_open_once(manager, tmp_path):
    """Another opening value later is a row error, never a second present."""
    run.load(manager, kind="members", path=written(tmp_path, "phone,points\n13800138000,50\n"))
    with pytest.raises(ImportRejected) as caught:
        run.load(
            manager,
            kind="members",
            path=written(tmp_path, "phone,points\n13800138000,60\n", "g.csv"),
        )
    assert caught.value.problems[0].kind == "points_opened_before"


def _xlsx(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in ({"xl/workbook.xml": b"<workbook/>"} | parts).items():
            archive.writestr(name, data)
    return path


def _sheet(cells: str) -> bytes:
    return f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{cells}</sheetData></worksheet>'.encode()


@pytest.mark.parametrize(
    "parts",
    [
        {
            "xl/worksheets/sheet1.xml": _sheet(
                '<row r="1"><c r="A1"/></row><row r="1048576"><c r="XFD1048576"/></row>'
            )
        },
        {"xl/worksheets/sheet1.xml": b"<a>" + b" " * 70_000_000 + b"</a>"},
        {"xl/worksheets/sheet1.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'},
        {"xl/worksheets/sheet1.xml": b"<a>" * 100 + b"</a>" * 100},
        {"xl/vbaProject.bin": b"x"},
        {f"x{n}.xml": b"<a/>" for n in range(600)},
        {"xl/worksheets/sheet1.xml": b"<broken"},
    ],
    ids=["far cell", "blanks", "entities", "deep", "macros", "parts", "broken"],
)
def test_hostile_workbooks_are_refused(manager, tmp_path, parts):
    """A guard before the parser, a child process around it; the program lives."""
    with pytest.raises(BadFile):
        run.load(manager, kind="members", path=_xlsx(tmp_path / "f.xlsx", parts))


@pytest.mark.parametrize(
    "head",
    [
        b"\xd0\xcf\x11\xe0old excel",
        b"MZ\x90",
        b"%PDF-1.7",
        b"PK\x03\x04junk",
        b"a,b\x00c\n",
        b"\x89PNG\r\n",
    ],
)
def test_wrong_kinds_of_file_are_told_by_content(manager, tmp_path, head):
    """Whatever the name says."""
    path = tmp_path / "f.xlsx"
    path.write_bytes(head)
    with pytest.raises(BadFile):
        run.load(manager, kind="members", path=path)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty_file"),
        ('phone\n"138', "broken_row"),
        ("phone\n" + "x" * 70_000, "broken_row"),
        (",".join("x" * 300), "too_many_columns"),
    ],
)
def test_broken_text_names_its_line(manager, tmp_path, text, code):
    """Unbalanced quotes, monster cells, countless columns, nothing at all."""
    with pytest.raises(BadFile) as caught:
        run.load(manager, kind="members", path=written(tmp_path, text))
    assert caught.value.code == code


def test_missing_columns_are_named(manager, tmp_path):
    """With the way out."""
    with pytest.raises(BadInput) as caught:
        run.load(manager, kind="sales", path=written(tmp_path, "a,b\n1,2\n"))
    assert caught.value.code == "columns_missing" and "receipt_no" in caught.value.facts["columns"]


def test_formulas_leave_as_text(manager, owner, tmp_path):
    """0 formula cells in the workbook, an apostrophe in CSV."""
    build.member(manager, name='=HYPERLINK("http://x")')
    build.member(manager, "13900139000", "@cmd|' /C calc'!A0")
    for name in ("m.xlsx", "m.csv"):
        assert files.export(owner, kind="members", file=tmp_path / name, words=WORDS) == 2
    sheet = openpyxl.load_workbook(tmp_path / "m.xlsx").active
    kinds = {
        column[0].value: {cell.data_type for cell in column[1:] if cell.value is not None}
        for column in sheet.iter_cols()
    }
    assert {name: kind for name, kind in kinds.items() if kind != {"s"}} == {
        "registered_on": {"d"},
        "points": {"n"},
    }
    text = (tmp_path / "m.csv").read_text("utf-8-sig")
    assert "\"'=HYPERLINK" in text and "\"'@cmd" in text and "\"'+8613800138000" in text


@pytest.mark.parametrize("name", ["m.csv", "m.xlsx"])
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_what_is_exported_comes_back_the_same(manager, owner, tmp_path, name, language):
    """The apostrophe is taken off again; phones and cards keep their digits; days and words are
    read as what they were."""
    build.member(manager, name="-1+1")
    build.member(manager, "13900139000", "'quoted")
    registry.register(
        manager,
        new=NewMember(phone="13700137000", gender="f", birthday="05-17", email="a@example.com"),
    )
    registry.register(
        manager, new=NewMember(phone="13700137001", gender="m", birthday="1990-05-17")
    )
    assert files.export(owner, kind="members", file=tmp_path / name, words=Catalogue(language)) == 4
    found = run.load(
        manager, kind="members", path=tmp_path / name, how=ImportOptions(on_existing="replace")
    )
    assert (found.unchanged, found.updated, found.rejected) == (4, 0, 0)


def test_member_lists_are_the_owners(manager, tmp_path):
    """Managers see members, they do not carry the list away."""
    with pytest.raises(NotAllowed):
        files.export(manager, kind="members", file=tmp_path / "m.csv", words=WORDS)


def test_a_template_comes_back_as_an_import(manager, tmp_path):
    """What we hand out we can read."""
    templates.template(kind="members", file=tmp_path / "t.xlsx", words=Catalogue("zh_CN"))
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    book.active.append([None, 13800138000, "李小梅"])
    book.save(tmp_path / "t.xlsx")
    assert run.load(manager, kind="members", path=tmp_path / "t.xlsx").created == 1
    assert registry.show(manager, member="13800138000").name == "李小梅"


def test_backup_and_restore(base, owner, wall):
    """Restore brings back the books of then and keeps those of now."""
    build.member(owner)
    made = backups.create(owner)
    assert made.ok and made.counts["members"] == 1
    build.member(owner, "13900139000")
    wall.forward(seconds=5)
    backups.restore(owner, path=made.path)
    again = signed(compose.open_store(base.name, wall=wall), "陈")
    assert registry.count(again) == 1
    assert [b.counts["members"] for b in backups.listed(again)] == [2, 1]
    assert verify.verify(again)[1] == []
    compose.close_store(again)


@pytest.mark.parametrize(
    "harm",
    [
        lambda b: b"",
        lambda b: b[: len(b) // 2],
        lambda b: b[:9000] + bytes([b[9000] ^ 1]) + b[9001:],
        lambda b: b"x" * len(b),
    ],
)
def test_a_damaged_backup_is_refused(owner, harm):
    """Truncated, flipped, empty, foreign: never restored."""
    made = backups.create(owner)
    made.path.write_bytes(harm(made.path.read_bytes()))
    for act in (lambda: backups.verify(made.path), lambda: backups.restore(owner, path=made.path)):
        with pytest.raises(StorageTrouble) as caught:
            act()
        assert caught.value.code == "backup_damaged"
    assert registry.count(owner) == 0


def test_old_backups_are_thinned_out(owner, wall):
    """Seven days, four weeks, two months, nothing older than ninety days."""
    for _ in range(40):
        backups.create(owner)
        wall.forward(days=3)
    assert 8 <= len(backups.listed(owner)) <= 13


def test_foreign_and_newer_files_are_left_alone(tmp_path):
    """Not a byte of a file that is not ours is changed."""
    foreign = tmp_path / "other.db"
    made = driver.connect(str(foreign))
    made.execute("CREATE TABLE t (x)")
    made.commit()
    made.close()
    newer = tmp_path / "newer.db"
    compose.close_store(compose.create_store(str(newer), shop=ShopDetails(name="x")))
    made = driver.connect(str(newer))
    made.execute("UPDATE alembic_version SET version_num = '9999'")
    made.commit()
    made.close()
    text = written(tmp_path, "hello", "notes.txt")
    for path, code in ((foreign, "foreign_file"), (newer, "newer_store"), (text, "foreign_file")):
        before = path.read_bytes()
        with pytest.raises(StorageTrouble) as caught:
            compose.open_store(str(path))
        assert caught.value.code == code and path.read_bytes() == before


@pytest.mark.skipif(sys.platform == "win32", reason="an open file is moved by nobody there")
def test_a_store_that_was_moved_takes_nothing_more(base, cashier):
    """In WAL mode SQLite would acknowledge into nothing."""
    path = Path(base.name)
    path.rename(path.with_suffix(".moved"))
    with pytest.raises(StorageTrouble) as caught:
        open_bill.record(cashier, amount=Money(100))
    assert caught.value.code == "file_gone"
    shutil.copyfile(path.with_suffix(".moved"), path)
    with pytest.raises(StorageTrouble):
        open_bill.record(cashier, amount=Money(100))


@pytest.mark.skipif(sys.platform == "win32", reason="a limit on the size of files is Unix's")
def test_a_full_disk_saves_nothing_and_says_so(base, tmp_path):
    """The limit on file size stands in for the disk; after it is lifted, work goes on."""
    script = """
import resource, signal, sys
from storecrm import compose
from storecrm.errors import StorageTrouble
from storecrm.services.staff import accounts
from storecrm.services.till import open_bill
store = accounts.sign_in(compose.open_store(sys.argv[1]), name="王芳", pin="3864", till="t")
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, hard))
done, code = 0, ""
try:
    for done in range(200):
        open_bill.record(store, amount=100)
except StorageTrouble as error:
    code = error.code
resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
open_bill.record(store, amount=100)
print(done, code)
"""
    out = subprocess.run([sys.executable, "-c", script, base.name], capture_output=True, text=True)
    done, code = out.stdout.split()
    assert code in ("disk_full", "io"), out
    with base.read() as session:
        from sqlalchemy import func, select

        from storecrm.models.sale import Sale

        assert session.scalar(select(func.count()).select_from(Sale)) == int(done) + 1


def test_a_busy_store_says_so_and_keeps_nothing(base, cashier, monkeypatch):
    """Another process holds the lock longer than we wait."""
    holder = driver.connect(base.name, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    monkeypatch.setattr(engine, "PRAGMAS", (*engine.PRAGMAS, "busy_timeout=200"))
    base.engine.dispose()
    with pytest.raises(StorageTrouble) as caught:
        open_bill.record(cashier, amount=Money(100))
    assert caught.value.code == "busy"
    holder.execute("ROLLBACK")
    holder.close()
    open_bill.record(cashier, amount=Money(100))


def test_the_ledger_and_the_trail_cannot_be_changed(base, cashier):
    """UPDATE, DELETE and REPLACE are refused, from any client."""
    who = build.member(cashier)
    open_bill.record(cashier, amount=Money(10_000), member=who.member_no)
    raw = driver.connect(base.name, isolation_level=None)
    raw.execute("PRAGMA recursive_triggers = OFF")
    for table in ("point_entry", "audit"):
        for sql in (
            f"UPDATE {table} SET at = 0",
            f"DELETE FROM {table}",
            f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
        ):
            with pytest.raises(driver.DatabaseError, match="append-only"):
                raw.execute(sql)
    raw.close()


def test_a_changed_trail_is_noticed(base, manager):
    """Edits, cuts of the tail, and changed money show in the proof."""
    build.member(manager)
    assert verify.verify(manager)[1] == []
    raw = driver.connect(base.name, isolation_level=None)
    raw.execute("DROP TRIGGER audit_no_delete")
    raw.execute("DELETE FROM audit WHERE id = (SELECT max(id) FROM audit)")
    raw.close()
    assert [f.check for f in verify.verify(manager)[1]] == ["audit_chain", "schema"]


def test_day_totals_make_shares_possible(manager):
    """Until every day has one, the shop's sales are unknown, not zero."""
    day_totals.set_total(manager, day=Day(2026, 11, 1), net_sales=Money(100_000), receipts=40)
    first, last = Day(2026, 11, 1), Day(2026, 11, 2)
    assert month_figures.figures(manager, first=first, last=last).shop_net is None
    day_totals.set_total(manager, day=last, net_sales=Money(50_000), receipts=20)
    assert month_figures.figures(manager, first=first, last=last).shop_net == 150_000


def test_a_batch_stopped_in_the_middle_leaves_nothing(manager):
    """Cancel really cancels."""
    from storecrm.errors import Cancelled

    build.offer(manager)

    def stop(done: int, total: int) -> None:
        if done:
            raise Cancelled()

    with pytest.raises(Cancelled):
        issue.issue(manager, offer="A20", count=12_000, progress=stop)
    assert batches.listed(manager) == []
    assert issue.issue(manager, offer="A20", count=12_000).count == 12_000
    assert verify.verify(manager)[1] == []


def test_void_is_final(manager, cashier):
    """One coupon or the rest of a batch; used ones stay used."""
    build.offer(manager)
    batch = issue.issue(manager, offer="A20", count=3)
    a, b, c = batches.codes_of(manager, batch=batch.id)
    open_bill.record(cashier, amount=Money(20_000), coupons=[a])
    issue.void(manager, code=b)
    view = batches.void_batch(manager, batch=batch.id)
    assert (view.redeemed, view.voided) == (1, 2)
    with pytest.raises(Conflict):
        issue.void(manager, code=a)
    assert c


def test_imported_sales_with_points_can_be_taken_back(base, manager, tmp_path, wall):
    """The ledger keeps its rows, the balance is zero, the receipt is free again, and the store
    opens."""
    run.load(manager, kind="members", path=written(tmp_path, "phone\n13800138000\n", "m.csv"))
    sold = written(
        tmp_path, "receipt_no,sold_at,member_no,amount\nR1,2026-11-01,13800138000,50\n", "s.csv"
    )
    batch = run.load(manager, kind="sales", path=sold, how=ImportOptions(earn=True)).batch
    assert points_account.show(manager, member="13800138000").active == 50
    run.undo(manager, batch=batch)
    assert points_account.show(manager, member="13800138000").active == 0
    assert run.load(manager, kind="sales", path=sold, how=ImportOptions(earn=True)).created == 1
    assert points_account.show(manager, member="13800138000").active == 50
    assert verify.verify(manager)[1] == []
    compose.close_store(compose.open_store(base.name, wall=wall))


def test_imported_coupons_that_were_used_here_stay(manager, tmp_path):
    """What later rows stand on cannot be pulled away."""
    build.offer(manager, kind="amount_off", value="6", min_spend=None)
    batch = run.load(
        manager, kind="coupons", path=written(tmp_path, "code,offer_code\nOLD-1,A20\n")
    ).batch
    open_bill.record(manager, amount=Money(1_000), coupons=["old-1"])
    with pytest.raises(Conflict):
        run.undo(manager, batch=batch)


def test_receipt_numbers_that_begin_anew_each_day(manager, tmp_path):
    """The same number on two days is two receipts, wherever the file is cut."""
    rows = [f"R1,2026-11-{day:02d} 10:00,1" for day in range(1, 21) for _ in range(450)]
    done = run.load(
        manager,
        kind="sales",
        path=written(tmp_path, "receipt_no,sold_at,amount\n" + "\n".join(rows)),
    )
    assert (done.created, done.rejected) == (9_000, 0)
    assert verify.verify(manager)[1] == []


def test_a_card_of_another_member_is_a_problem_not_a_crash(manager, tmp_path):
    """With its row."""
    run.load(
        manager,
        kind="members",
        path=written(tmp_path, "phone,old_card_no\n13800138000,C1\n", "a.csv"),
    )
    with pytest.raises(ImportRejected) as caught:
        run.load(
            manager,
            kind="members",
            path=written(
                tmp_path,
                "phone,old_card_no\n13900139000,C1\n13700137000,C2\n13600136000,C2\n",
                "b.csv",
            ),
        )
    assert [p.row for p in caught.value.problems] == [2, 4]


def test_another_shops_backup_is_refused(owner, tmp_path):
    """A store must not become another shop."""
    other = compose.create_store(str(tmp_path / "other.db"), shop=ShopDetails(name="Other"))
    with pytest.raises(StorageTrouble) as caught:
        backups.restore(owner, path=Path(other.name))
    assert caught.value.code == "backup_in_use"
    compose.close_store(other)
    with pytest.raises(StorageTrouble) as caught:
        backups.restore(owner, path=Path(other.name))
    assert caught.value.code == "other_shop"


def test_one_import_at_a_time_and_a_folder_that_takes_no_file(manager, tmp_path):
    """Each with its own word, before anything is written."""
    from storecrm.services import file_lock

    path = written(tmp_path, "phone\n13800138000\n")
    with file_lock.exclusive(manager.name, "import"), pytest.raises(Conflict) as caught:
        run.load(manager, kind="members", path=path)
    assert caught.value.code == "import_running"
    assert run.load(manager, kind="members", path=path).created == 1
    with pytest.raises(StorageTrouble) as trouble:
        file_lock.hold(str(tmp_path / "no" / "s.db"), "window")
    assert trouble.value.code == "read_only"


def test_a_backup_opens_on_a_new_machine_only_where_no_store_is(owner, tmp_path):
    """The way to a new computer; it never writes over a shop that is there."""
    from storecrm.errors import Conflict

    made = backups.create(owner)
    place = tmp_path / "other" / "store.db"
    backups.bring_back(made.path, name=str(place))
    again = compose.open_store(str(place))
    assert again.shop.uid == owner.shop.uid
    compose.close_store(again)
    with pytest.raises(Conflict):
        backups.bring_back(made.path, name=str(place))
