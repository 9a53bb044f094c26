"""The import wizard with files of other systems: what it knew, how cells are read, what it leaves
out, and the same rows as the command line."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox
from sqlalchemy import update

from storecrm.models.import_batch import ImportBatch
from storecrm.services.imports import mappings, run
from storecrm.services.imports.options import ImportOptions
from storecrm.services.members import registry
from storecrm.services.till import basket
from tests import build
from tests.services.imports.test_mappings import SAMPLES
from tests.ui.hands import enter, filtered, settle

YINBAO = (
    "会员编号,会员姓名,会员等级,折扣(%),余额,积分,手机号,生日,状态,累计消费\n"
    "00001,甲,金卡,95,0.00,1234.50,13800020001,1990-05-17,启用,3210.00\n"
    "00002,乙,普通,100,12.30,88.00,13900020002,农历 5月17日,启用,0.00\n"
    "00003,丙,普通,100,0.00,5.00,13900020003,,禁用,0.00\n"
    "合计,,,,12.30,1327.50,,,,3210.00\n"
)


def taken(program, file, kind="members"):
    """The wizard's page with a file looked at."""
    enter(program, "陈")
    program.window.go("data")
    settle(program)
    page = program.window.pages["data"].imports
    page.file.kind.setCurrentIndex(page.file.kind.findData(kind))
    page.take(file)
    settle(program)
    return page


def imported_as(page):
    """What stands beside each column of the file."""
    rows = page.columns.map.model
    return [rows.index(at, 1).data() for at in range(rows.rowCount())]


def test_the_wizard_says_which_system_it_knew_and_what_it_left_out(
    qtbot, program, manager, tmp_path
):
    """The ready mapping is named, its rules can be seen and switched off, and the last step says
    what has no place here."""
    file = tmp_path / "members.csv"
    file.write_text(YINBAO, "utf-8")
    page = taken(program, file)
    assert "银豹会员" in page.columns.about.text() and page.columns.rounding.currentData() == "down"
    rules = page.columns.rules.findChildren(QCheckBox)
    assert [(box.text(), box.isChecked()) for box in rules] == [("without: disabled", True)]
    page.columns.check()
    settle(program)
    assert (
        "new 2" in page.check.counts.text()
        and "without: disabled 1 · without: totals 1" in page.check.omitted.text()
    )
    page._go(1)
    qtbot.keyClick(rules[0], Qt.Key.Key_Space)
    page.columns.check()
    settle(program)
    assert "new 3" in page.check.counts.text()
    page.check.totals.setChecked(True)
    page.check.take_in()
    settle(program)
    assert (
        "余额" in page.without.text()
        and "银豹会员" in page.without.text()
        and registry.count(manager) == 3
    )


def test_two_columns_of_one_title_both_count_in_the_wizard(program, manager, tmp_path):
    """The second phone fills where the first is blank, on the screen as on the command line."""
    file = tmp_path / "twice.csv"
    file.write_text("姓名,电话,电话\n甲,13800138001,\n乙,,13800138002\n", "utf-8")
    page = taken(program, file)
    assert imported_as(page) == ["name", "phone", "phone"]
    page.columns.check()
    settle(program)
    page.check.totals.setChecked(True)
    page.check.take_in()
    settle(program)
    assert (
        registry.show(manager, member="13800138002").name == "乙" and registry.count(manager) == 2
    )


def test_ways_of_reading_are_chosen_in_the_wizard_and_kept(program, manager, tmp_path):
    """The order of the month, a word that says nothing and the calendar of a column are asked once
    and kept with the mapping."""
    file = tmp_path / "odd.csv"
    file.write_text(
        "phone,birthday,note\n13800138001,03/04/1990,没填\n13800138002,03/05/1990,tea\n", "utf-8"
    )
    page = taken(program, file)
    page.columns.check()
    settle(program)
    assert len(page.check.problems.records) == 2
    page._go(1)
    page.columns.days.setCurrentIndex(page.columns.days.findData("dmy"))
    page.columns.days.activated.emit(page.columns.days.currentIndex())
    page.columns.blank_words.setText("没填")
    page.columns.check()
    settle(program)
    assert len(page.check.problems.records) == 0
    page._vm.keep_mapping("odd")
    settle(program)
    page.take(file)
    settle(program)
    assert page.columns.days.currentData() == "own"
    page.columns.kept.setCurrentIndex(page.columns.kept.findText("odd"))
    page.columns._use_kept()
    settle(program)
    assert page.columns.days.currentData() == "dmy" and page.columns.blank_words.text() == "没填"
    page.columns.check()
    settle(program)
    page.check.totals.setChecked(True)
    page.check.take_in()
    settle(program)
    who = registry.show(manager, member="13800138001")
    assert (who.birthday, who.note) == ("1990-04-03", "")


def test_a_text_of_unsure_encoding_shows_its_lines_to_choose_from(
    qtbot, program, manager, tmp_path
):
    """Nobody knows the name of an encoding, but everybody sees which name is written right."""
    file = tmp_path / "few.csv"
    file.write_bytes("phone,name\n13800138000,李\n".encode("gb18030"))
    page = taken(program, file)
    lines = [page.file.readings.item(at).text() for at in range(page.file.readings.count())]
    right = next(at for at, text in enumerate(lines) if "李" in text and "gb18030" in text)
    page.file.readings.itemClicked.emit(page.file.readings.item(right))
    settle(program)
    assert page.stack.currentIndex() == 1 and page.columns.encoding.currentData() == "gb18030"
    assert imported_as(page) == ["phone", "name"]


def test_the_wizard_reads_each_system_as_the_command_line_does(program, manager, tmp_path):
    """Every column and every way of reading goes through the person's choices, and nothing else
    comes out."""
    enter(program, "陈")
    program.window.go("data")
    settle(program)
    page = program.window.pages["data"].imports
    kinds = {one.name: one.kind for one in mappings.ready()}
    for name, sample in SAMPLES.items():
        file = tmp_path / "export.csv"
        file.write_text(sample()[0], "utf-8")
        page.file.kind.setCurrentIndex(page.file.kind.findData(kinds[name]))
        page.take(file)
        settle(program)
        page.columns.check()
        settle(program)
        alone = run.load(
            manager, kind=kinds[name], path=file, how=ImportOptions(dry_run=True, skip_bad=True)
        )
        seen = page.check.seen
        assert (seen.created, seen.skipped_by, seen.left_out, seen.totals) == (
            alone.created,
            alone.skipped_by,
            alone.left_out,
            alone.totals,
        ), name
        assert (seen.rejected, seen.mapping, seen.rounded) == (
            alone.rejected,
            name,
            alone.rounded,
        ), name


def test_the_wizard_makes_articles_that_no_list_holds(qtbot, program, manager, tmp_path):
    """One tick instead of correcting every row that names them."""
    file = tmp_path / "sales.csv"
    file.write_text(
        "小票号,销售时间,货号,数量,金额\nR1,2026-11-01 10:00,X9,1,10\nR2,2026-11-01 10:00,X9,1,10\n",
        "utf-8",
    )
    page = taken(program, file, "sales")
    page.columns.check()
    settle(program)
    assert page.check.goods.isVisible() and not page.check.erased.isVisible()
    qtbot.keyClick(page.check.goods, Qt.Key.Key_Space)
    settle(program)
    assert (
        "new 2" in page.check.counts.text()
        and "1 article made, to be completed" in page.check.counts.text()
    )
    page.check.totals.setChecked(True)
    page.check.take_in()
    settle(program)
    assert basket.article(manager, code="X9").name == "X9"


def test_the_list_says_why_an_import_is_stuck(program, manager, tmp_path):
    """Whoever looks at it sees what keeps it from its end, and what to do."""
    done = build.bring(manager, tmp_path, "products", "sku,name,price\nTEA,tea,5\n")
    with manager.write() as session:
        session.execute(
            update(ImportBatch)
            .where(ImportBatch.id == done.batch)
            .values(state="writing", trouble="RuntimeError")
        )
    enter(program, "陈")
    program.window.go("data")
    settle(program)
    page = program.window.pages["data"].imports
    assert (
        page.file.stuck.isVisible()
        and "products.csv" in page.file.stuck.text()
        and "open the store again" in page.file.stuck.text()
    )
    assert page.file.imports.model.index(0, 6).data() == "stuck"
    with manager.write() as session:
        session.execute(
            update(ImportBatch).where(ImportBatch.id == done.batch).values(state="done", trouble="")
        )
    page.open()
    settle(program)
    assert not page.file.stuck.isVisible()


def test_imports_are_filtered_by_their_day(program, manager, tmp_path):
    """As people type it, and the list is still alive afterwards."""
    build.bring(manager, tmp_path, "products", "sku,name,price\nTEA,tea,5\n")
    enter(program, "陈")
    program.window.go("data")
    settle(program)
    page = program.window.pages["data"].imports
    assert filtered(program, page.file.imports, "at", ">2026-11") == 0
    page.open()
    settle(program)
    assert filtered(program, page.file.imports, "at", "=2026-11") == 1
