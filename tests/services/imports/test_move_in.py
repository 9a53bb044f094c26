"""Moving in: all the files of an old system at once are told apart, tried out, and taken in whole
or not at all."""

import io

import openpyxl
import pypdfium2
import pytest

from storecrm import compose
from storecrm.errors import BadFile, BadInput, Cancelled, Conflict, ImportRejected
from storecrm.i18n import Catalogue
from storecrm.models.import_batch import ImportMove
from storecrm.models.member import Member
from storecrm.models.sale import Sale
from storecrm.services.coupons import issue
from storecrm.services.imports import move_in, move_in_page, run
from storecrm.services.imports.mappings import FileMapping, Reading
from storecrm.services.imports.options import ImportOptions
from storecrm.services.integrity import verify
from storecrm.services.loyalty import points_account
from storecrm.services.members import registry
from storecrm.services.till import open_bill
from storecrm.values import CouponState, Money
from tests import build

OLD = {
    "小票.csv": "小票号,时间,会员号,货号,数量,金额\nA1,2026-01-05 10:00,K1,M1,2,24.00\nA2,2026-01-06 11:30,,M2,1,6.90\n",
    "核销.csv": "券码,核销时间,小票号,优惠\nOLD-1,2026-01-05 10:00,A1,5.00\n",
    "会员.csv": "会员号,手机,姓名,生日,爱好\nK1,13800138000,李小梅,05-17,茶\nK2,13900139000,王强,,\n",
    "积分.csv": "会员号,积分,到期日\nK1,300,2027-12-31\nK1,50,2028-12-31\nK2,20,2027-12-31\n",
    "商品.csv": "货号,商品名称,售价\nM1,牛奶,12.00\nM2,薯片,6.90\n",
    "券.csv": "券码,优惠编码,会员号\nOLD-1,FIVE,K1\nOLD-2,FIVE,K2\n",
    "优惠.csv": "编码,名称,类型,面额,有效天数\nFIVE,五元券,amount_off,5,365\n",
    "退订.csv": "手机,原因\n13500135000,打过电话\n",
    "营业额.csv": "日期,营业额,单数\n2026-01-05,1234.50,61\n",
}
ORDER = [
    "商品.csv",
    "优惠.csv",
    "会员.csv",
    "退订.csv",
    "积分.csv",
    "券.csv",
    "小票.csv",
    "核销.csv",
    "营业额.csv",
]
TOTALS = {"points": 370, "amount": 3_090, "discount": 500, "net_sales": 123_450, "spent_to_date": 0}
ROWS = {
    "products": 2,
    "offers": 1,
    "members": 2,
    "opt-outs": 1,
    "points": 3,
    "coupons": 2,
    "sales": 2,
    "redemptions": 1,
    "day-totals": 1,
}


@pytest.fixture
def old(tmp_path):
    """The files of an old system, in no order."""
    folder = tmp_path / "old"
    folder.mkdir()
    for name, text in OLD.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def files(folder):
    return sorted(folder.iterdir())


def count(store, model, **where):
    with store.read() as session:
        return session.query(model).filter_by(**where).count()


def empty(store):
    """True when nothing is seen of what came in."""
    return (
        registry.find(store, text="李小梅") == []
        and not count(store, Member, state="live")
        and not count(store, Sale, state="posted")
    )


def test_files_are_told_apart_and_put_in_order(owner, old):
    """By their titles and by what stands below them, whatever they are called."""
    found = move_in.plan(owner, files=files(old))
    assert [one.path.name for one in found] == ORDER
    assert [one.kind for one in found] == [kind for kind in move_in.ORDER if kind in ROWS]


def test_what_may_be_two_lists_is_asked_for(owner, tmp_path):
    """Nobody guesses whether a phone with points is a member or a lot; a person says it."""
    file = tmp_path / "a.csv"
    file.write_text("手机,积分\n13800138000,30\n13900139000,40\n", "utf-8")
    with pytest.raises(BadInput, match="kind_unclear") as told:
        move_in.plan(owner, files=[file])
    assert (
        told.value.where == "a.csv"
        and "members" in told.value.facts["known"]
        and "points" in told.value.facts["known"]
    )
    [said] = move_in.plan(owner, files=[file], kinds={"a.csv": "points"})
    assert (said.kind, said.told_by) == ("points", "person")
    file.write_text("手机,积分\n" + "13800138000,30\n13800138000,40\n" * 3, "utf-8")
    assert move_in.plan(owner, files=[file])[0].kind == "points"
    file.write_text("一,二\n1,2\n", "utf-8")
    with pytest.raises(BadInput, match="kind_unknown"):
        move_in.plan(owner, files=[file])
    with pytest.raises(BadInput, match="no_such_file"):
        move_in.plan(owner, files=[file], kinds={"b.csv": "points"})
    with pytest.raises(BadInput, match="no_files"):
        move_in.rehearse(owner, plan=[])


@pytest.mark.both
def test_the_rehearsal_says_what_will_come_and_changes_nothing(owner, old):
    """Members of one file are there for the points of the next, as they will be."""
    plan = move_in.plan(owner, files=files(old))
    tried = move_in.rehearse(owner, plan=plan)
    assert tried.group is None and tried.rejected == 0
    assert (tried.totals, tried.rows) == (TOTALS, ROWS)
    assert empty(owner) and move_in.listed(owner) == [] and run.listed(owner) == []
    moved = move_in.load(owner, plan=plan)
    assert moved.totals == tried.totals
    assert (
        [one.result.created for one in moved.files]
        == [one.result.created for one in tried.files]
        == [2, 1, 2, 1, 3, 2, 2, 1, 1]
    )
    assert points_account.show(owner, member="K1").active == 350
    assert issue.show(owner, code="OLD-1").state is CouponState.REDEEMED
    assert verify.verify(owner)[1] == []


DOUBTFUL = "sku;name\nM1;李\n"


def test_a_file_that_may_be_read_in_two_ways_stops_no_other_and_is_asked_about(owner, old):
    """What somebody says of one file is meant for that file alone."""
    (old / "商品.csv").write_bytes(DOUBTFUL.encode("gb18030"))
    found = move_in.look(owner, files=files(old))
    assert [(one.path.name, one.doubt.code) for one in found if one.doubt] == [
        ("商品.csv", "encoding_unsure")
    ]
    assert found[0].doubt and all(one.kind for one in found[1:])
    with pytest.raises(BadFile, match="encoding_unsure"):
        move_in.plan(owner, files=files(old))
    ways = {
        "商品.csv": FileMapping(encoding="gb18030"),
        "小票.csv": FileMapping(reading=Reading(decimal=",")),
    }
    plan = move_in.plan(owner, files=files(old), ways=ways)
    assert [one.path.name for one in plan] == ORDER and plan[0].about.encoding == "gb18030"
    with pytest.raises(ImportRejected) as told:
        move_in.load(owner, plan=plan)
    assert (told.value.where, told.value.problems[0].column) == ("小票.csv", "amount")
    with pytest.raises(BadInput, match="no_such_file"):
        move_in.look(owner, files=files(old), ways={"x.csv": FileMapping()})


def test_a_sheet_and_a_mapping_are_said_of_one_file(owner, tmp_path):
    """A mapping may say which list it is."""
    book, other = openpyxl.Workbook(), tmp_path / "b.csv"
    for sheet, phone in ((book.active, "13800138000"), (book.create_sheet("二店"), "13900139000")):
        for line in (["手机", "姓名"], [phone, "李"]):
            sheet.append(line)
    book.save(tmp_path / "a.xlsx")
    other.write_text("Nr;Was\nM1;Milch\n", "utf-8")
    ways = {
        "a.xlsx": FileMapping(sheet="二店"),
        "b.csv": FileMapping(kind="products", columns={"Nr": "sku", "Was": "name"}, name="alt"),
    }
    plan = move_in.plan(owner, files=[tmp_path / "a.xlsx", other], ways=ways)
    assert [(one.kind, one.told_by) for one in plan] == [
        ("products", "mapping"),
        ("members", "titles"),
    ]
    moved = move_in.load(owner, plan=plan)
    assert [one.result.mapping for one in moved.files] == ["alt", ""] and registry.show(
        owner, member="13900139000"
    ).name == "李"


@pytest.mark.both
def test_a_rehearsal_knows_what_the_shop_has_and_leaves_nothing(owner, old, tmp_path):
    """On a server too: known members, articles and receipts are known in the copy, and the ledger
    bears no row of it."""
    build.member(owner)
    open_bill.record(owner, amount=Money(5_000), member="13800138000")
    build.bring(owner, tmp_path, "products", "sku,name\nM1,牛奶\n")
    before = build.everything(owner)
    tried = {
        one.file.kind: one.result
        for one in move_in.rehearse(owner, plan=move_in.plan(owner, files=files(old))).files
    }
    assert (tried["products"].created, tried["products"].updated) == (1, 1)
    assert [(one.column, one.kind) for one in tried["members"].problems] == [
        ("phone", "phone_of_another")
    ]
    assert build.everything(owner) == before


def test_members_points_come_by_the_lots_where_both_lists_are_there(owner, old):
    """The balance of the members' list is shown beside the lots, and is not given a second time."""
    (old / "会员.csv").write_text(
        "会员号,手机,姓名,积分\nK1,13800138000,李小梅,350\nK2,13900139000,王强,25\n", "utf-8"
    )
    moved = move_in.load(owner, plan=move_in.plan(owner, files=files(old)))
    assert moved.files[2].result.said == {"points": 375} and moved.totals["points"] == 370
    assert points_account.show(owner, member="K2").active == 20
    assert move_in.show(owner, group=moved.group).files[2].said == {"points": 375}


def test_every_problem_of_every_file_is_said_at_once(owner, old):
    """A file that is wrong keeps nobody from seeing what is wrong in the next."""
    (old / "会员.csv").write_text(OLD["会员.csv"] + "K3,123,错,,\n", "utf-8")
    (old / "营业额.csv").write_text(OLD["营业额.csv"] + "gestern,1,1\n", "utf-8")
    tried = move_in.rehearse(owner, plan=move_in.plan(owner, files=files(old)))
    assert {one.file.kind: one.result.rejected for one in tried.files if one.result.rejected} == {
        "members": 1,
        "day-totals": 1,
    }
    assert tried.rows["members"] == 2


def test_a_problem_in_the_last_file_takes_the_others_back(owner, old):
    """All or nothing; the refusal names the file."""
    (old / "营业额.csv").write_text(OLD["营业额.csv"] + "gestern,1,1\n", "utf-8")
    plan = move_in.plan(owner, files=files(old))
    with pytest.raises(ImportRejected) as refused:
        move_in.load(owner, plan=plan)
    assert refused.value.where == "营业额.csv"
    assert empty(owner) and [view.state for view in move_in.listed(owner)] == ["undone"]
    assert verify.verify(owner)[1] == []
    (old / "营业额.csv").write_text(OLD["营业额.csv"], "utf-8")
    assert move_in.load(owner, plan=plan).totals["points"] == 370
    assert points_account.show(owner, member="K1").active == 350


def test_who_stops_it_midway_has_nothing(owner, old):
    """A cancel while a later file is written takes the earlier ones back."""
    plan, seen = move_in.plan(owner, files=files(old)), []

    def stop(done, total):
        seen.append((done, total))
        if count(owner, Member, state="live"):
            raise Cancelled

    with pytest.raises(Cancelled):
        move_in.load(owner, plan=plan, progress=stop)
    assert seen and empty(owner)
    assert verify.verify(owner)[1] == []


def test_a_kill_midway_is_taken_back_when_the_store_is_opened(owner, old, wall, monkeypatch):
    """Files that were whole go too: they came together."""
    plan = move_in.plan(owner, files=files(old))
    with monkeypatch.context() as patched:
        patched.setattr(move_in, "_end", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        patched.setattr(move_in, "_back", lambda *_: None)
        with pytest.raises(KeyboardInterrupt):
            move_in.load(owner, plan=plan)
    assert count(owner, Member, state="live") == 2
    again = compose.open_store(owner.name, wall=wall, steady=wall.steady)
    assert count(again, Member, state="live") == 0 and count(again, ImportMove, state="undone") == 1
    compose.close_store(again)


def test_what_came_together_goes_together(owner, old):
    """One of the files alone is refused by the number of the whole; while somebody uses it the
    whole stays."""
    moved = move_in.load(owner, plan=move_in.plan(owner, files=files(old)))
    batch = moved.files[2].result.batch
    with pytest.raises(Conflict, match="import_in_group") as told:
        run.undo(owner, batch=batch)
    assert told.value.facts["group"] == moved.group
    open_bill.record(owner, amount=Money(900), member="K2")
    with pytest.raises(Conflict, match="import_in_use"):
        move_in.roll_back(owner, group=moved.group)
    assert move_in.show(owner, group=moved.group).state == "done"
    (old / "x.csv").write_text("会员号,手机,姓名\nK9,13600136000,周\n", "utf-8")
    again = move_in.load(owner, plan=move_in.plan(owner, files=[old / "x.csv"]))
    assert move_in.roll_back(owner, group=again.group).state == "undone"
    assert registry.find(owner, text="13600136000") == []
    with pytest.raises(Conflict, match="import_undone"):
        move_in.roll_back(owner, group=again.group)
    assert verify.verify(owner)[1] == []


@pytest.mark.both
def test_the_whole_is_rolled_back_at_once(owner, old):
    """Points, coupons and receipts name the members that came with them: that is no hindrance."""
    moved = move_in.load(owner, plan=move_in.plan(owner, files=files(old)))
    assert move_in.roll_back(owner, group=moved.group).state == "undone"
    assert empty(owner) and all(row.state == "undone" for row in run.listed(owner))
    assert verify.verify(owner)[1] == []


@pytest.mark.parametrize(
    ("language", "said"), [("zh_CN", "原系统数字"), ("en", "the old system says")]
)
def test_the_page_says_what_came_in_beside_a_blank(owner, old, tmp_path, language, said):
    """File by file, with the totals that the old system's own report must say."""
    moved = move_in.load(owner, plan=move_in.plan(owner, files=files(old)), how=ImportOptions())
    file = tmp_path / "page.pdf"
    pages = move_in_page.write(
        owner, view=move_in.show(owner, group=moved.group), file=file, words=Catalogue(language)
    )
    document = pypdfium2.PdfDocument(io.BytesIO(file.read_bytes()))
    text = "\n".join(document[at].get_textpage().get_text_bounded() for at in range(len(document)))
    assert len(document) == pages and said in text and "陈" in text
    assert (
        all(name in text for name in OLD)
        and "370" in text
        and "爱好" in text
        and "1,234.50" in text
    )
