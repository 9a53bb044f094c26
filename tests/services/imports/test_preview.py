"""Files as shops have them: other encodings, titles in the third row, dates in ten shapes, phones
that a spreadsheet broke."""

import datetime

import openpyxl
import pytest
import xlsxwriter

from storecrm.errors import BadFile, BadInput, ImportRejected, NotFound, NotPossible
from storecrm.i18n import Catalogue
from storecrm.services import shop_settings
from storecrm.services.imports import mappings, preview, rejected_rows, run
from storecrm.services.imports.options import ImportOptions
from storecrm.services.integrity import verify
from storecrm.services.loyalty import points_account
from storecrm.services.members import consent, erasure, registry
from storecrm.services.members.registry import NewMember
from storecrm.values import Channel, Purpose, read_day
from storecrm.wording.errors import problem
from tests import build


def load(store, path, kind="members", **how):
    return run.load(store, kind=kind, path=path, how=ImportOptions(**how))


@pytest.mark.parametrize(
    ("encoding", "sign", "end"),
    [
        ("utf-8-sig", ",", "\r\n"),
        ("gb18030", ",", "\n"),
        ("gb18030", ";", "\r\n"),
        ("utf-16", "\t", "\r\n"),
        ("utf-8", "\t", "\r"),
    ],
)
def test_text_of_every_kind_is_read(manager, tmp_path, encoding, sign, end):
    file = tmp_path / "名单.csv"
    rows = [
        "会员资料 2026年11月",
        sign.join(("手机号（必填）", "会员姓名", "出生日期", "e-mail")),
        sign.join(("１３８００１３８０００", "李小梅", "1990年5月17日", "")),
    ]
    file.write_bytes(end.join([*rows, sign * 3, ""]).encode(encoding))
    assert load(manager, file).created == 1
    who = registry.show(manager, member="13800138000")
    assert (who.name, who.birthday) == ("李小梅", "1990-05-17")
    look = preview.look(manager, kind="members", path=file)
    assert (look.header, look.rows, look.delimiter) == (2, 1, sign) and look.encoding.replace(
        "-sig", ""
    ) == encoding.replace("-sig", "")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1990-05-17", "1990-05-17"), ("1990/5/17", "1990-05-17"), ("1990.5.17", "1990-05-17"), ("1990年5月17日", "1990-05-17"),
        ("19900517", "1990-05-17"), ("33010", "1990-05-17"), ("17/05/1990", "1990-05-17"), ("05/17/1990", "1990-05-17"),
        ("17 May 1990", "1990-05-17"), ("May 17, 1990", "1990-05-17"), ("1990-05-17 00:00:00", "1990-05-17"), ("１９９０／５／１７", "1990-05-17"),
        ("29 Feb 1900", ""), ("1990-13-01", ""), ("yesterday", ""), ("-5", ""), ("1e12", ""), ("", ""), ("90-5-17", ""),
    ],
)  # fmt: skip
def test_a_date_is_read_in_whatever_shape(text, day):
    if day:
        assert read_day(text) == datetime.date.fromisoformat(day)
    else:
        with pytest.raises(ValueError, match="not_date"):
            read_day(text)


def test_a_date_that_is_either_of_two_days_is_not_guessed():
    with pytest.raises(ValueError, match="date_ambiguous"):
        read_day("03/04/1990")
    assert read_day("04/04/1990") == datetime.date(1990, 4, 4)


def test_a_workbook_with_merged_titles_numbers_and_real_dates(owner, tmp_path):
    """Phones as numbers, dates as dates and as serial numbers, groups of columns merged above the
    titles, a blank row, 100 columns."""
    file = tmp_path / "list.xlsx"
    book = xlsxwriter.Workbook(str(file))
    sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.merge_range("A1:C1", "会员信息")
    sheet.merge_range("D1:F1", "消费")
    for at, title in enumerate(("手机", "姓名", "生日", "累计消费", "消费次数", "积分")):
        sheet.write(1, at, title)
    for at in range(6, 100):
        sheet.write(1, at, f"备用{at}")
    sheet.write_row(2, 0, [13800138000, "李小梅", 33010, 6430.5, 42, 1280])
    sheet.write_row(4, 0, [13900139000, "王强"])
    sheet.write_datetime(4, 2, datetime.datetime(1985, 3, 2), day)
    book.close()
    done = load(owner, file, expect={"points": "1280", "spent_to_date": "6430.50", "rows": "2"})
    assert (done.created, done.totals) == (2, {"points": 1280, "spent_to_date": 643_050})
    assert [registry.show(owner, member=p).birthday for p in ("13800138000", "13900139000")] == [
        "1990-05-17",
        "1985-03-02",
    ]
    assert points_account.show(owner, member="13800138000").active == 1280


def test_digits_that_a_spreadsheet_cut_are_not_believed(manager, tmp_path):
    """1.38E+10 was a phone once; no program can say which."""
    file = tmp_path / "cut.csv"
    file.write_text(
        "phone,name,old_card_no\n1.38E+10,甲,\n13900139000,乙,2.20012E+15\n13700137000,丙,\n",
        "utf-8",
    )
    with pytest.raises(ImportRejected) as told:
        load(manager, file)
    assert [(p.row, p.column, p.kind) for p in told.value.problems] == [
        (2, "phone", "digits_cut"),
        (3, "old_card_no", "digits_cut"),
    ]
    assert registry.count(manager) == 0


def test_cells_are_put_right_in_place_rows_left_out_and_the_rest_exported(manager, tmp_path):
    file = tmp_path / "some.csv"
    file.write_text(
        "手机,姓名,生日\n1380013800,甲,1990-5-17\n13900139000,乙,03/04/1990\n13700137000,丙,\n13700137000,丁,\n",
        "utf-8",
    )
    seen = load(manager, file, dry_run=True, skip_bad=True)
    assert (seen.created, seen.rejected, [p.row for p in seen.problems]) == (1, 3, [2, 3, 5])
    words = Catalogue("zh_CN", "CNY", manager.clock.zone)
    out = tmp_path / "problems.xlsx"
    assert (
        rejected_rows.write(
            manager, kind="members", path=file, how=ImportOptions(), file=out, words=words
        )
        == 3
    )
    sheet = openpyxl.load_workbook(out).active
    cells = [[str(cell.value or "") for cell in row] for row in sheet.iter_rows()]
    assert ["1380013800", "甲", "1990-5-17", "2"] in [row[:4] for row in cells] and any(
        "年份" in row[4] for row in cells
    )
    fixes = {(2, "phone"): "13800138000", (3, "birthday"): "1990-04-03"}
    with pytest.raises(NotPossible, match="totals_differ"):
        load(manager, file, fixes=fixes, leave=frozenset({5}), expect={"rows": "4"})
    assert registry.count(manager) == 0
    assert load(manager, file, fixes=fixes, leave=frozenset({5}), expect={"rows": "3"}).created == 3
    assert registry.show(manager, member="13900139000").birthday == "1990-04-03"


def test_every_problem_of_a_row_is_named_and_many_are_dealt_with_at_once(manager, tmp_path):
    """What is only nice to know may be left blank, the same wrong word is put right everywhere, and
    the kinds are counted."""
    file = tmp_path / "many.csv"
    lines = [
        "手机,姓名,性别,生日,邮箱,积分,到店次数",
        "1380013800,甲,靓女,13月,a@b,1分,2次",
        "13900139000,乙,靓女,31/31/1990,b@c.cn,361分,12次",
    ]
    file.write_text("\n".join([*lines, "13700137000,丙, 靓女 ,,x,5,1"]) + "\n", "utf-8")
    seen = load(manager, file, dry_run=True, skip_bad=True)
    assert [(p.row, p.column) for p in seen.problems if p.row == 2] == [
        (2, "phone"),
        (2, "gender"),
        (2, "birthday"),
        (2, "email"),
    ]
    assert (seen.rejected, seen.kinds[0]) == (3, ("gender", "gender", 3))
    alike = {("gender", "靓女"): "女"}
    with pytest.raises(ImportRejected) as told:
        load(manager, file, alike=alike, blank=frozenset({"birthday"}))
    assert [(p.row, p.column) for p in told.value.problems] == [
        (2, "phone"),
        (2, "email"),
        (4, "email"),
    ]
    seen = load(
        manager,
        file,
        alike=alike,
        blank=frozenset({"birthday", "email"}),
        dry_run=True,
        skip_bad=True,
    )
    assert (seen.rejected, seen.blanked) == (1, 2), (
        "what is left blank in a row that stays out is not counted"
    )
    done = load(
        manager,
        file,
        alike=alike,
        blank=frozenset({"birthday", "email"}),
        fixes={(2, "phone"): "13800138000"},
    )
    assert (done.created, done.blanked, done.totals["points"]) == (3, 4, 367)
    ben = registry.show(manager, member="13900139000")
    assert (ben.gender, ben.birthday, ben.email) == ("f", "", "b@c.cn")
    again = load(
        manager,
        file,
        alike=alike,
        blank=frozenset({"birthday", "email"}),
        fixes={(2, "phone"): "13800138000"},
    )
    assert (again.unchanged, again.created) == (3, 0)
    with pytest.raises(BadInput, match="blank_column"):
        load(manager, file, blank=frozenset({"phone"}))


def test_cells_are_left_blank_by_one_kind_of_problem_and_rows_left_out_are_exported(
    manager, tmp_path
):
    """An ambiguous day is not blanked along with nonsense; whom a row is about and where it stood
    first is said."""
    file = tmp_path / "kinds.csv"
    lines = [
        "phone,name,birthday",
        "13800138000,甲,soon",
        "13900139000,乙,03/04/1990",
        "13700137000,丙,",
        "13700137000,丁,",
    ]
    file.write_text("\n".join(lines) + "\n", "utf-8")
    seen = load(manager, file, blank=frozenset({"birthday:birthday"}), dry_run=True, skip_bad=True)
    assert [(p.row, p.kind, p.who) for p in seen.problems] == [
        (3, "birthday_ambiguous", "乙"),
        (5, "twice_in_file", "丁"),
    ]
    words = Catalogue("zh_CN", "CNY", manager.clock.zone)
    assert "第 4 行" in problem(seen.problems[1], words)
    out = tmp_path / "left.xlsx"
    left = ImportOptions(leave=frozenset({5}), blank=frozenset({"birthday:birthday"}))
    assert (
        rejected_rows.write(manager, kind="members", path=file, how=left, file=out, words=words)
        == 2
    )


def test_every_problem_of_a_long_list_is_there_for_who_wants_it(manager, tmp_path):
    """A thousand for a script; all of them for the window, which deals with them by their kind."""
    file = tmp_path / "long.csv"
    file.write_text("phone,email\n" + "1380013800,\n" * 1200 + "13900139000,nobody\n", "utf-8")
    seen = load(manager, file, dry_run=True, skip_bad=True, every_problem=True)
    assert (len(seen.problems), seen.problems[-1].row, [count for *_, count in seen.kinds]) == (
        1201,
        1202,
        [1200, 1],
    )
    assert len(load(manager, file, dry_run=True, skip_bad=True).problems) == 1000


def test_a_long_wrong_text_is_put_right_everywhere(manager, tmp_path):
    """What is shown of a cell is what the cell says, however the refusal cuts it."""
    file, text_ = tmp_path / "wordy.csv", "not known yet, please ask the customer at the till"
    file.write_text(
        f'phone,gender,birthday\n13800138000,"{text_}","{text_}"\n13900139000,"{text_}",\n', "utf-8"
    )
    seen = load(manager, file, dry_run=True, skip_bad=True)
    assert {p.value for p in seen.problems} == {text_}
    done = load(manager, file, alike={(p.column, p.value): "" for p in seen.problems})
    assert done.created == 2


def test_columns_are_told_by_title_by_content_and_by_a_kept_mapping(manager, tmp_path):
    file = tmp_path / "bare.csv"
    file.write_text(
        "列1,列2,Kommentar,列4\n13800138000,李小梅,gut,女\n13900139000,王强,,男\n", "utf-8"
    )
    look = preview.look(manager, kind="members", path=file)
    assert [(c.stands_for, c.told_by) for c in look.columns] == [
        ("phone", "content"),
        ("name", "content"),
        ("", ""),
        ("gender", "content"),
    ]
    assert [c.filled for c in look.columns] == [1, 1, 0.5, 1] and look.columns[0].examples == (
        "13800138000",
        "13900139000",
    )
    with pytest.raises(BadInput, match="columns_missing"):
        load(manager, file)
    chosen = {"列1": "phone", "列2": "name", "Kommentar": "note", "列4": ""}
    mappings.keep(manager, name="银豹", kind="members", columns=chosen)
    assert load(manager, file, mapping=mappings.named(manager, name="银豹").columns).created == 2
    who = registry.show(manager, member="13800138000")
    assert (who.name, who.note, who.gender) == ("李小梅", "gut", "")
    assert [m.name for m in mappings.listed(manager, kind="members")] == [
        "银豹"
    ] and mappings.listed(manager, kind="sales") == []
    mappings.remove(manager, name="银豹")
    with pytest.raises(NotFound, match="mapping"):
        mappings.named(manager, name="银豹")
    for wrong, columns in (("", {}), ("x", {"a": "nonsense"})):
        with pytest.raises(BadInput):
            mappings.keep(manager, name=wrong, kind="members", columns=columns)


def test_the_encoding_and_the_titles_may_be_said(manager, tmp_path):
    file = tmp_path / "odd.csv"
    file.write_bytes("phone,name\nphone,name\n13800138000,李小梅\n".encode("gb18030"))
    assert preview.look(manager, kind="members", path=file, encoding="gb18030", header=2).rows == 1
    assert load(manager, file, header=2).created == 1
    for how in ({"encoding": "klingon"}, {"header": 9}, {"expect": {"weight": "3"}}):
        with pytest.raises(BadInput):
            load(manager, file, **how)
    with pytest.raises(BadFile, match="encoding"):
        load(manager, file, encoding="utf-8")


def test_points_come_in_lots_each_once(owner, manager, tmp_path):
    """The old system's lots with their own ends; the same file again changes nothing, and a whole
    import can be taken back."""
    who = build.member(manager)
    file = tmp_path / "points.csv"
    file.write_text(
        "会员号,积分,到期日,获得日期,参考号\n"
        f"{who.member_no},300,2026-12-31,2026-01-02,A1\n{who.member_no},50,2027-12-31,,\n{who.member_no},50,2027-12-31,,\n",
        "utf-8",
    )
    done = load(manager, file, kind="points", expect={"points": "400"})
    assert (done.created, points_account.show(manager, member=who.member_no).active) == (3, 400)
    assert load(manager, file, kind="points").unchanged == 3
    members_file = tmp_path / "m.csv"
    members_file.write_text(f"member_no,points\n{who.member_no},999\n", "utf-8")
    with pytest.raises(ImportRejected):
        load(manager, members_file)
    run.undo(manager, batch=done.batch)
    assert points_account.show(manager, member=who.member_no).active == 0
    assert load(manager, file, kind="points").created == 3
    assert verify.verify(owner)[1] == []


def test_points_of_nobody_and_impossible_ones_are_said(manager, tmp_path):
    file = tmp_path / "points.csv"
    file.write_text(
        "phone,points,expires_on,earned_on\n13800138000,5,,\n,5,,\n13900139000,0,,\n1,5,2020-01-01,2021-01-01\n",
        "utf-8",
    )
    with pytest.raises(ImportRejected) as told:
        load(manager, file, kind="points")
    assert {p.row: p.kind for p in told.value.problems} == {
        2: "unknown",
        3: "missing",
        4: "out_of_range",
        5: "before_start",
    }


@pytest.mark.both
def test_who_said_stop_is_never_written_to_again(manager, cashier, tmp_path):
    """Members lose their yes for every purpose; whoever registers with the number later is not
    asked again without proof."""
    who = registry.register(
        manager,
        new=NewMember(
            phone="13800138000", name="李小梅", email="A@example.com", consent=(Channel.SMS,)
        ),
    )
    consent.set_consent(
        manager, member=who.member_no, channel=Channel.SMS, granted=True, purpose=Purpose.SURVEY
    )
    consent.set_consent(manager, member=who.member_no, channel=Channel.EMAIL, granted=True)
    file = tmp_path / "退订.csv"
    file.write_text(
        "手机,邮箱,渠道,原因\n13800138000,,,回复R\n13900139000,,短信,\n,a@example.com,邮件,\n13900139000,,电话,\n",
        "utf-8",
    )
    done = load(manager, file, kind="opt-outs")
    assert (done.created, load(manager, file, kind="opt-outs").unchanged) == (4, 4)
    assert registry.show(manager, member=who.member_no).consent == {"sms": False, "email": False}
    assert [(a.purpose.value, a.granted, a.evidence) for a in consent.history(manager, member=who.member_no) if a.channel is Channel.SMS][-1] == (
        "survey", False, "回复R",
    )  # fmt: skip
    assert consent.never_written(manager) == {"sms": 2, "email": 1, "phone": 1}
    new = registry.register(
        cashier,
        new=NewMember(phone="13900139000", name="王强", consent=(Channel.SMS, Channel.WECHAT)),
    )
    assert new.consent == {"sms": False, "wechat": True}
    more = tmp_path / "more.csv"
    more.write_text("phone,consent_sms\n13900139000,是\n", "utf-8")
    load(manager, more)
    assert registry.show(manager, member=new.member_no).consent["sms"] is False
    with pytest.raises(BadInput, match="evidence_missing"):
        consent.set_consent(cashier, member=new.member_no, channel=Channel.SMS, granted=True)
    assert consent.set_consent(
        cashier,
        member=new.member_no,
        channel=Channel.SMS,
        granted=True,
        evidence="signed 2026-11-22",
    ).consent["sms"]
    assert consent.never_written(manager)["sms"] == 1
    run.undo(manager, batch=done.batch)
    assert "phone" not in consent.never_written(manager)


def test_a_child_needs_somebody_who_answers(manager, tmp_path):
    with pytest.raises(BadInput, match="guardian_missing"):
        registry.register(manager, new=NewMember(phone="13800138000", birthday="2015-05-17"))
    who = registry.register(
        manager, new=NewMember(phone="13800138000", birthday="2015-05-17", guardian="李妈妈")
    )
    assert who.guardian == "李妈妈"
    file = tmp_path / "kids.csv"
    file.write_text(
        "phone,birthday,guardian\n13900139000,2016-01-01,\n13700137000,2016-01-01,王爸爸\n", "utf-8"
    )
    assert [p.kind for p in load(manager, file, skip_bad=True).problems] == ["guardian_missing"]
    assert registry.show(manager, member="13700137000").guardian == "王爸爸"


def test_who_did_nothing_for_long_is_forgotten_after_a_preview(owner, manager, wall, tmp_path):
    """Nobody without the rule; a visit, an answer, a coupon that still works keep a member."""
    from storecrm.services.till import open_bill
    from storecrm.values import Money

    gone, seen, said, holds = (
        build.member(manager, phone=f"1380013800{at}", name=f"名{at}") for at in range(4)
    )
    build.offer(manager, valid_days=2000, bearer=False)
    build.issued(manager, to=(holds.member_no,))
    for _ in range(10):
        wall.forward(days=40)
        shop_settings.set_rule(owner, key="undo_minutes", value="10")
    assert erasure.stale(owner) == []
    shop_settings.set_rule(owner, key="retention_months", value="12")
    open_bill.record(manager, amount=Money(1_000), member=seen.member_no)
    consent.set_consent(manager, member=said.member_no, channel=Channel.SMS, granted=False)
    assert [one.member_no for one in erasure.stale(owner)] == [gone.member_no]
    assert (
        erasure.retain(owner, expect=1) == 1
        and erasure.retain(owner, expect=0) == 0
        and registry.count(owner) == 3
    )
    with pytest.raises(NotFound):
        registry.show(owner, member=gone.member_no)
    assert verify.verify(owner)[1] == []
