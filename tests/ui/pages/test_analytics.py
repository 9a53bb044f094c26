"""The pages of what is known of members, by real keys and clicks: a messy list comes in, is
cleaned, segmented and exported."""

import openpyxl
import PySide6
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QComboBox, QFileDialog, QLineEdit

from storecrm.services import shop_settings
from storecrm.services.analytics import basket_pairs, segments
from storecrm.services.loyalty import points_account
from storecrm.services.members import merge, registry, tags
from storecrm.services.members.registry import NewMember
from storecrm.services.till import open_bill
from storecrm.ui.pages.import_file import DropArea
from storecrm.values import Channel, Money
from tests import build
from tests.ui.hands import enter, panel, press, settle, toast, toast_is_bad, type_fast
from tests.ui.layout import faults

MESSY = (
    "会员资料,,,,\n手机号,会员姓名,出生日期,可用积分,备注2\n"
    "13812340001,李小梅,1990/5/17,1280,老顾客\n1381234000,王强,5.17,30,\n13812340003,张伟,03/04/1985,12,\n13812340003,张伟,,12,\n"
    "13812340005,李小妹,1990年5月17日,5,\n"
)


@pytest.fixture
def messy(tmp_path):
    file = tmp_path / "名单.csv"
    file.write_bytes(MESSY.encode("gb18030"))
    return file


def drop(target, file):
    """Let a file fall on a widget."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    spot, act, none = QPointF(5, 5), Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    # from 6.12 on Qt takes the place as it is, before that as whole pixels alone
    entered = spot if PySide6.__version_info__ >= (6, 12) else spot.toPoint()
    entering = QDragEnterEvent(entered, act, data, Qt.MouseButton.LeftButton, none)
    target.dragEnterEvent(entering)
    assert entering.isAccepted()
    target.dropEvent(QDropEvent(spot, act, data, Qt.MouseButton.LeftButton, none))


def type_into_cell(qtbot, program, view, row, column, text):
    """Double-click a cell, type, Enter."""
    spot = view.visualRect(view.model().index(row, column)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    editor = view.viewport().findChild(QLineEdit)
    # keys without a pause between them would be a scanner's
    editor.setText(text)
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    settle(program)


def choose_in_cell(qtbot, view, row, words):
    """Space opens the choice of a row, arrows and Enter take an answer."""
    view.selectRow(row)
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Space)
    [box] = view.findChildren(QComboBox)
    qtbot.waitUntil(lambda: box.view().isVisible())
    for _ in range(box.findText(words) - box.currentIndex()):
        qtbot.keyClick(box.view(), Qt.Key.Key_Down)
    qtbot.keyClick(box.view(), Qt.Key.Key_Return)


def test_a_messy_list_comes_in_cleaned_segmented_and_exported(
    qtbot, program, manager, messy, tmp_path, monkeypatch
):
    """The manager's quarter of an hour: drop, look, put right, confirm the totals, import; merge
    the one who is there twice; pick; export."""
    enter(program, "陈")
    program.window.go("data")
    settle(program)
    page = program.window.pages["data"].imports
    drop(page.findChild(DropArea), messy)
    settle(program)
    assert (
        page.stack.currentIndex() == 1
        and "gb18030" in page.columns.about.text()
        and page.columns.header.value() == 2
    )
    rows = page.columns.map.model
    assert [rows.index(at, 1).data() for at in range(rows.rowCount())] == [
        "phone",
        "name",
        "birthday",
        "points",
        "leave out",
    ]
    choose_in_cell(qtbot, page.columns.map.view, 4, "note")
    page.columns.name.setText("旧系统")
    page._vm.keep_mapping(page.columns.name.text())
    settle(program)
    page._vm.check()
    settle(program)
    assert (
        page.stack.currentIndex() == 2
        and "with problems 2" in page.check.counts.text()
        and not page.check.go.isEnabled()
    )
    type_into_cell(qtbot, program, page.check.problems.view, 0, 3, "13812340002")
    assert [(p.row, p.column, p.kind, p.value) for p in page.check.problems.records] == [
        (5, "birthday", "birthday_ambiguous", "03/04/1985")
    ]
    type_into_cell(qtbot, program, page.check.problems.view, 0, 3, "1985-04-03")
    assert (
        len(page.check.problems.records) == 1
        and page.check.problems.record(0).kind == "twice_in_file"
    )
    page.check.problems.view.selectRow(0)
    page.check.leave()
    settle(program)
    assert (
        len(page.check.problems.records) == 0
        and "1,327" in page.check.totals.text()
        and not page.check.go.isEnabled()
    )
    page.check.totals.setChecked(True)
    qtbot.mouseClick(page.check.go, Qt.MouseButton.LeftButton)
    settle(program)
    assert page.stack.currentIndex() == 3 and "new 4" in page.result.text()
    assert registry.show(manager, member="13812340003").birthday == "1985-04-03"

    twins = program.window.pages["data"].twins
    assert page.twins.isVisible() and page.rest.isVisible(), (
        "the row left out by hand can be had as a file"
    )
    qtbot.mouseClick(page.twins, Qt.MouseButton.LeftButton)
    settle(program)
    assert twins.isVisible()
    assert len(twins.pairs.records) == 1 and "李小梅" in twins.pair.heads[0].text()
    twins.pair.merge()
    settle(program)
    assert (
        registry.count(manager) == 3
        and points_account.show(manager, member="13812340005").active == 1285
    )
    twins.merges.select(lambda _: True)
    assert twins.unmerge_act.isEnabled()
    twins.unmerge_act.trigger()
    settle(program)
    assert registry.count(manager) == 4

    program.window.go("known")
    settle(program)
    tab = program.window.pages["known"].segments
    tab._new()
    row = tab.builder.top.parts[0]
    row.field.setCurrentIndex(row.field.findData("points"))
    row.value.setText("100")
    qtbot.waitUntil(lambda: tab.count.text() == "1", timeout=120_000)
    tab.code.setText("RICH")
    tab.name.setText("积分多")
    tab._keep()
    settle(program)
    assert segments.show(manager, code="RICH").rule == {
        "all": [{"field": "points", "op": ">=", "value": 100}]
    }
    tab._choose(segments.show(manager, code="RICH"))
    out = tmp_path / "rich.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(out), ""))
    tab._export()
    settle(program)
    cells = [
        [cell.value for cell in line] for line in openpyxl.load_workbook(out).active.iter_rows()
    ]
    assert any("李小梅" in [str(cell) for cell in line] for line in cells)


def checked(program, file):
    """The wizard's page with a file looked at and checked."""
    enter(program, "陈")
    program.window.go("data")
    settle(program)
    page = program.window.pages["data"].imports
    page.take(file)
    settle(program)
    page._vm.check()
    settle(program)
    return page


def test_problems_are_dealt_with_by_their_kind(qtbot, program, manager, tmp_path):
    """Choose a kind, see its rows only; leave its cells blank, put the same word right everywhere,
    leave several rows out."""
    file = tmp_path / "list.csv"
    rows = [
        "手机,姓名,性别,生日",
        *(f"1380013800{n},客{n},靓女,{n}月" for n in range(5)),
        "1,甲,,",
        "2,乙,,",
    ]
    file.write_text("\n".join(rows) + "\n", "utf-8")
    page = checked(program, file)
    kinds = lambda: [page.check.group.itemText(at) for at in range(page.check.group.count())]  # noqa: E731
    assert kinds() == [
        "all problems (12)",
        "gender: is not known here (5)",
        "birthday: is not a date (5)",
        "phone: is not a phone number (2)",
    ]
    assert len(page.check.problems.records) == 12 and not page.check.blank.isEnabled()
    assert page.check.problems.record(0).who == "客0"
    page.check.group.setCurrentIndex(2)
    page.check.group.activated.emit(2)
    assert len(page.check.problems.records) == 5 and page.check.blank.isEnabled()
    qtbot.mouseClick(page.check.blank, Qt.MouseButton.LeftButton)
    settle(program)
    assert [text.partition(":")[0] for text in kinds()] == ["all problems (7)", "gender", "phone"]
    qtbot.mouseClick(page.check.anew, Qt.MouseButton.LeftButton)
    settle(program)
    assert len(kinds()) == 4 and not page.check.anew.isVisible()
    page._vm.leave_blank("birthday:birthday")
    settle(program)
    page.check.everywhere.setChecked(True)
    type_into_cell(qtbot, program, page.check.problems.view, 0, 3, "女")
    assert kinds() == ["all problems (2)", "phone: is not a phone number (2)"]
    assert "new 5" in page.check.counts.text() and "5 cells left blank" in page.check.counts.text()
    page.check.problems.view.selectAll()
    page.check.leave()
    settle(program)
    assert (
        not page.check.group.isVisible()
        and len(page.check.problems.records) == 0
        and "2 rows left out by you" in page.check.counts.text()
    )
    page.check.totals.setChecked(True)
    qtbot.mouseClick(page.check.go, Qt.MouseButton.LeftButton)
    settle(program)
    assert (
        registry.count(manager) == 5 and registry.show(manager, member="13800138000").gender == "f"
    )
    assert "left out 2" in page.result.text() and page.rest.isVisible()


def test_a_repeated_phone_is_put_right_in_its_row_whatever_is_ticked(program, manager, tmp_path):
    """The list says 138…, the problem +86138…: the row is mended all the same, and the first of the
    two stays as it is."""
    file = tmp_path / "twice.csv"
    file.write_text("phone,name\n13800138000,A\n13800138000,B\n", "utf-8")
    page = checked(program, file)
    page._vm.fix(page.check.problems.record(0), "13900139000", everywhere=True)
    settle(program)
    assert len(page.check.problems.records) == 0 and "new 2" in page.check.counts.text()


def test_the_wizard_goes_back_reads_anew_and_takes_back(program, manager, messy):
    enter(program, "陈")
    program.window.go("data")
    settle(program)
    page = program.window.pages["data"].imports
    page.take(messy)
    settle(program)
    page._vm.read_as("utf-8")
    settle(program)
    assert "UTF-8" in toast(page)
    page._vm.read_as("gb18030")
    settle(program)
    page._vm.check()
    settle(program)
    page.check.skip.setChecked(True)
    page.check.totals.setChecked(True)
    page.check.take_in()
    settle(program)
    assert registry.count(manager) == 3
    page.roll_back()
    settle(program)
    assert (
        registry.count(manager) == 0
        and "rolled back" in toast(page)
        and page.stack.currentIndex() == 0
    )


def test_a_rule_is_built_by_choosing_and_shown_again_the_same(program, manager):
    """Every built-in rule and one with groups in groups come back as they went in; the members are
    counted while it rests."""
    deep = {
        "all": [
            {
                "any": [
                    {"field": "tag", "op": "in", "value": ["a", "b"]},
                    {"field": "consent", "op": "is", "value": "sms", "purpose": "survey"},
                ]
            },
            {
                "not": {
                    "any": [
                        {
                            "field": "spent",
                            "op": "<",
                            "value": "12.50",
                            "days": 30,
                            "category": "乳品",
                        }
                    ]
                }
            },
            {"field": "birthday_month", "op": "=", "value": 5},
        ]
    }
    enter(program, "陈")
    program.window.go("known")
    settle(program)
    builder = program.window.pages["known"].segments.builder
    for rule in [*segments.BUILT_IN.values(), deep]:
        builder.show_rule(rule)
        shown = builder.rule()
        assert shown == (rule if "field" not in rule else {"all": [rule]}), rule
        assert segments.count(manager, rule=shown) == segments.count(manager, rule=rule)


def test_a_rule_that_is_not_complete_says_what_is_missing(program):
    enter(program, "陈")
    program.window.go("known")
    settle(program)
    tab = program.window.pages["known"].segments
    tab._new()
    row = tab.builder.top.parts[0]
    row.value.setText("many")
    assert tab.count.text() == "—" and "many" in tab.sentence.text()
    tab.builder.top._drop(row)
    assert tab.count.text() == "—"


def test_scores_stages_tags_and_people_are_shown(qtbot, program, manager, owner, wall):
    """Each tab with members, by clicks; a rule that is changed there is the shop's."""
    ann, bob = build.member(manager), build.member(manager, phone="13900139000", name="王强")
    for who, amount in ((ann, 20_000), (bob, 1_000)):
        open_bill.record(manager, amount=Money(amount), member=who.member_no)
    enter(program, "陈")
    program.window.go("known")
    page = program.window.pages["known"]
    page.tabs.setCurrentWidget(page.scores)
    settle(program)
    assert (
        sum(cell.count for cell in page.scores.map.cells) == 2 and "¥210" in page.scores.sum.text()
    )
    at = next(at for at, cell in enumerate(page.scores.map.cells) if cell.count)
    cell = page.scores.map.cells[at]
    spot = page.scores.map.outline(at).boundingRect().center().toPoint()
    qtbot.mouseClick(page.scores.map, Qt.MouseButton.LeftButton, pos=spot)
    assert f"R{cell.x} F{cell.y}" in page.scores.cell.text()
    page.scores.rules.show_rule("best R1-5 F1-5 M1-5, rest")
    page.scores.rules.save()
    settle(program)
    assert shop_settings.show(owner)["rfm_groups"] == "best R1-5 F1-5 M1-5, rest"
    page.tabs.setCurrentWidget(page.stages)
    settle(program)
    assert "new: 2" in page.stages.bars.accessibleDescription()
    page.stages.spans["stage_new"].setText("10")
    page.stages._save()
    settle(program)
    assert shop_settings.show(owner)["stage_new"] == "10"
    page.tabs.setCurrentWidget(page.tags)
    settle(program)
    page.tags.name.setText("大客")
    page.tags.of.setCurrentIndex(page.tags.of.findData("new"))
    page.tags.form.save()
    settle(program)
    assert [(t.name, t.members) for t in tags.listed(manager)] == [("大客", 2)]
    page.tabs.setCurrentWidget(page.recruiting)
    settle(program)
    assert page.recruiting.people.record(0).registered == 2 and faults(program.window) == []


def test_a_members_figures_open_their_rows(qtbot, program, manager, wall):
    ann = build.member(manager)
    bob = registry.register(
        manager, new=NewMember(phone="13900139000", name="王强", referrer=ann.member_no)
    )
    for _ in range(3):
        open_bill.record(manager, amount=Money(5_000), member=ann.member_no)
        wall.forward(days=1)
    enter(program, "陈")
    program.window.go("members")
    page = program.window.pages["members"]
    page._vm.open(ann.member_no)
    settle(program)
    texts = [
        page.tabs.profile.lines.itemAt(at).widget().text()
        for at in range(page.tabs.profile.lines.count())
    ]
    assert any("¥150.00" in text for text in texts) and any(bob.name in text for text in texts)
    spent = next(
        page.tabs.profile.lines.itemAt(at).widget()
        for at in range(page.tabs.profile.lines.count())
        if texts[at] == "Spent"
    )
    qtbot.mouseClick(spent, Qt.MouseButton.LeftButton)
    assert (
        page.tabs.currentWidget() is page.tabs.rows_of["receipts"]
        and len(page.tabs.sales.records) == 3
    )
    assert len(page.tabs.events.records) == 4
    page.data.other_phone.setText("13700137000")
    page.data.change_phone()
    settle(program)
    assert page.data.phone.text() == "137 0013 7000"
    page.data.replace_card()
    settle(program)
    assert (
        "frozen" in toast(page)
        and registry.show(manager, member="13700137000").member_no != ann.member_no
    )


def test_the_till_says_what_the_shop_wants_said(program, manager, cashier, wall, tmp_path):
    """A note for the till stands large, and what to offer next below; a name and birthday that are
    there already are said."""
    from storecrm.services.imports import run
    from storecrm.services.till.bill_lines import LineIn
    from storecrm.values import Quantity

    (tmp_path / "g.csv").write_text("sku,name,price\nM1,牛奶,3\nB1,面包,8\n", "utf-8")
    run.load(manager, kind="products", path=tmp_path / "g.csv")
    new = NewMember(
        phone="13800138000", name="李小梅", birthday="1990-05-17", alert="坏奶退过，换新"
    )
    ann = registry.register(manager, new=new)
    for skus in (("B1",), ("M1",)):
        open_bill.record(
            manager, lines=[LineIn(sku, Quantity(1000)) for sku in skus], member=ann.member_no
        )
        wall.forward(days=1)
    basket_pairs.learn(manager)
    enter(program, "王芳")
    type_fast(program, ann.member_no)
    assert panel(program).big.text() == "李小梅" and panel(program).title.text() == "坏奶退过,换新"
    press(program, Qt.Key.Key_F4)
    card = program.window.pages["till"].register_card
    card.name.setText("李小梅")
    card.birthday.setText("05-17")
    card.birthday.editingFinished.emit()
    settle(program)
    assert "李小梅" in card.twins.text()
    card.phone.setText("13900139000")
    card.birthday.clear()
    card.name.setText("王强")
    card.referrer.setText("13800138000")
    card.save()
    settle(program)
    assert registry.show(manager, member="13900139000").name == "王强"


def test_the_owner_forgets_only_by_number(program, owner, manager, wall):
    build.member(manager)
    for _ in range(10):
        wall.forward(days=40)
        shop_settings.set_rule(owner, key="undo_minutes", value="10")
    enter(program, "陈")
    program.window.go("data")
    page = program.window.pages["data"]
    page.tabs.setCurrentWidget(page.privacy)
    settle(program)
    tab = page.privacy
    tab._vm.set_months("12")
    settle(program)
    assert len(tab.rows.records) == 1
    tab._forget()
    assert registry.count(owner) == 1 and "how many" in tab.errors.text(tab.confirm)
    tab.confirm.setText("1")
    tab._forget()
    settle(program)
    assert registry.count(owner) == 0 and Channel.SMS and merge.listed(owner) == []


def test_two_members_side_by_side_say_names_as_they_are(program, manager):
    """A member may be called M, as a gender is written: only the gender is put in words."""
    for phone, name, gender in (("13812340001", "m", "m"), ("13812340002", "f", "")):
        registry.register(manager, new=NewMember(phone=phone, name=name, gender=gender))
    enter(program, "陈")
    program.window.go("data")
    settle(program)
    twins = program.window.pages["data"].twins
    twins._vm.pair("13812340001", "13812340002")
    settle(program)
    assert [dot.text() for dot in twins.pair.dots["name"]] == ["m", "f"]
    assert [dot.text() for dot in twins.pair.dots["gender"]] == ["male", "—"]


def test_only_those_are_side_by_side_of_whom_something_says_that_they_are_one(
    qtbot, program, manager
):
    """Two contradict each other and are like a third: two pairs, not three. One merged or kept
    apart, the other is still there."""
    for phone, birthday in (
        ("13812340001", "1980-01-01"),
        ("13900130002", ""),
        ("13700140003", "1970-02-02"),
    ):
        registry.register(
            manager,
            new=NewMember(
                phone=phone,
                name="Jon Smith",
                birthday=birthday,
                email="" if birthday else "j@smith.org",
            ),
        )
    registry.register(
        manager, new=NewMember(phone="13600150004", name="Jon Smith", birthday="1980-01-01")
    )
    registry.register(
        manager, new=NewMember(phone="13500160005", name="Jon Smyth", email="J@smith.org")
    )
    enter(program, "陈")
    program.window.go("data")
    settle(program)
    twins = program.window.pages["data"].twins
    program.window.pages["data"].tabs.setCurrentWidget(twins)
    twins.search()
    settle(program)
    shown = lambda: [  # noqa: E731
        (pair.first.phone[-1], pair.second.phone[-1], pair.score) for pair in twins.pairs.records
    ]
    assert (
        shown() == [("2", "5", 98), ("1", "4", 95)]
        and twins.pair.after.text() == "After the merge: 0 points."
    )
    twins.pair.keep_apart()
    settle(program)
    assert shown() == [("1", "4", 95)]
    twins.search()
    settle(program)
    assert shown() == [("1", "4", 95)]
    twins.pair.merge()
    settle(program)
    assert shown() == [] and registry.count(manager) == 4


def test_a_count_that_failed_late_says_nothing_of_the_newer_rule(qtbot, program, manager):
    """The answer to the rule before, even a refusal, is not shown under the rule on the table."""
    enter(program, "陈")
    program.window.go("known")
    settle(program)
    vm = program.window.pages["known"].segments._vm
    said = []
    vm.incomplete.connect(said.append)
    rule = {"all": [{"field": "visits", "op": ">=", "value": 1}]}
    vm.ask(rule)
    vm._rest.stop()
    vm._rule = {"all": [{"field": "no_such_field", "op": ">=", "value": 1}]}
    vm._count()
    vm.ask(rule)
    with qtbot.waitSignal(vm.counted, timeout=120_000):
        settle(program)
    assert said == []


def test_an_empty_shop_says_what_comes_next(qtbot, program, manager):
    """No list is a blank page: each says what is missing, and its button does something about
    it."""
    enter(program, "陈")
    window = program.window
    assert window.pages["report"].offers.nothing.isVisible()
    qtbot.mouseClick(window.pages["report"].offers.nothing.act, Qt.MouseButton.LeftButton)
    settle(program)
    assert window.pages["offers"].isVisible() and window.pages["offers"].list.nothing.isVisible()
    window.go("members")
    settle(program)
    page = window.pages["members"]
    assert (
        page.directory.list.nothing.isVisible()
        and "Bring your list in" in page.directory.list.nothing.text.text()
        and not page.tabs.isVisible()
    )
    qtbot.mouseClick(page.directory.list.nothing.act, Qt.MouseButton.LeftButton)
    settle(program)
    assert window.pages["data"].isVisible() and window.pages["data"].imports.isVisible()
    window.go("members")
    settle(program)
    qtbot.keyClicks(page.directory.search, "zhou", delay=60)
    qtbot.waitUntil(lambda: "zhou" in page.directory.list.nothing.text.text(), timeout=120_000)
    qtbot.mouseClick(page.directory.list.nothing.act, Qt.MouseButton.LeftButton)
    assert page.tabs.isVisible() and page.data.phone.hasFocus()
    page.directory.search.setText("8")
    page._vm.search("8")
    settle(program)
    assert toast_is_bad(page) and not page.directory.list.nothing.isVisible()
    page._vm.search("nobody")
    settle(program)
    assert "nobody" in page.directory.list.nothing.text.text()
    # what is said stays in the middle, wherever the columns are scrolled to
    place = page.directory.list.nothing.geometry()
    page.directory.list.header.resizeSection(1, 900)
    settle(program)
    page.directory.list.view.horizontalScrollBar().setValue(300)
    assert (
        page.directory.list.view.horizontalScrollBar().value() == 300
        and page.directory.list.nothing.geometry().topLeft() == place.topLeft()
    )
    registry.register(manager, new=NewMember(phone="13800138044", name="周"))
    page.directory.search.clear()
    page.open()
    settle(program)
    assert not page.directory.list.nothing.isVisible() and len(page.directory.list.records) == 1
    window.pages["offers"].open()
    build.offer(manager, "FIVE", kind="amount_off", value="5", min_spend=None)
    window.pages["offers"].open()
    settle(program)
    assert (
        not window.pages["offers"].list.nothing.isVisible()
        and len(window.pages["offers"].list.records) == 1
    )
