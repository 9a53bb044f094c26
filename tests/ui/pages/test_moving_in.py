"""Moving in at the window: several files at once, told apart, tried out, compared, taken in, taken
back as one."""

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QFileDialog

from storecrm.services.imports import move_in
from storecrm.services.loyalty import points_account
from storecrm.services.members import registry
from storecrm.services.till import open_bill, voids
from storecrm.values import Money
from tests.services.imports.test_move_in import OLD
from tests.ui.hands import enter, filtered, settle, toast


def opened(program):
    enter(program, "陈")
    program.window.go("data")
    page = program.window.pages["data"]
    page.tabs.setCurrentWidget(page.moving)
    settle(program)
    return page.moving


def written(folder, texts):
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    return sorted(folder.iterdir())


def drop(program, page, files):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    event = QDropEvent(
        QPoint(20, 20),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    page.dropEvent(event)
    settle(program)


def say_which(program, files, kind):
    """Space opens the choice of the chosen row, arrows and Enter take an answer."""
    files.view.setFocus()
    QTest.keyClick(files.view, Qt.Key.Key_Space)
    settle(program)
    box = files.view.findChild(QComboBox)
    for _ in range(box.findData(kind) - box.currentIndex()):
        QTest.keyClick(box.view(), Qt.Key.Key_Down)
    QTest.keyClick(box.view(), Qt.Key.Key_Return)
    settle(program)


def click(program, widget):
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
    settle(program)


def test_all_files_come_in_with_three_presses(program, owner, tmp_path):
    """Drop, try out, compare, take in; nothing is there before the last press, and one press takes
    it all back."""
    page = opened(program)
    drop(program, page, written(tmp_path / "old", OLD))
    assert (
        len(page.incoming.files.records) == len(OLD)
        and page.incoming.files.record(0).file.path.name == "商品.csv"
    )
    assert page.incoming.try_button.isVisible() and not page.incoming.go_button.isVisible()
    click(program, page.incoming.try_button)
    assert (
        "370" in page.incoming.sums.text()
        and registry.count(owner) == 0
        and not page.incoming.go_button.isEnabled()
    )
    page.incoming.totals.setFocus()
    QTest.keyClick(page.incoming.totals, Qt.Key.Key_Space)
    click(program, page.incoming.go_button)
    assert (
        points_account.show(owner, member="K1").active == 350
        and len(page.history.moves.records) == 1
    )
    assert "No. 1" in toast(page)
    # by the day on which it came in, and not after it
    assert filtered(program, page.history.moves, "at", ">2026-11") == 0
    assert filtered(program, page.history.moves, "at", ">=2020") == 1
    click(program, page.history.back_button)
    assert registry.count(owner) == 0 and move_in.show(owner, group=1).state == "undone"


def test_a_file_that_may_be_two_lists_waits_for_a_person(program, owner, tmp_path):
    """The window asks as the command does; what was said holds when further files come."""
    page = opened(program)
    drop(program, page, written(tmp_path / "one", {"a.csv": "手机,积分\n13800138000,30\n"}))
    assert "a.csv" in toast(page) and not page.incoming.try_button.isEnabled()
    say_which(program, page.incoming.files, "members")
    assert page.incoming.try_button.isEnabled()
    drop(program, page, written(tmp_path / "two", {"b.csv": "货号,商品名称,售价\nM1,牛奶,12\n"}))
    assert [
        (file.path.name, file.kind, file.told_by)
        for file in program.window.pages["data"].moving._vm.plan
    ] == [
        ("b.csv", "products", "titles"),
        ("a.csv", "members", "person"),
    ]


def test_a_file_in_doubt_is_read_as_a_person_says(program, owner, tmp_path):
    """The line that reads right is chosen beside the file, or the encoding; the other files wait
    for nothing."""
    page = opened(program)
    both = written(tmp_path / "old", {"会员.csv": "手机,姓名\n13800138000,李\n"})
    doubtful = tmp_path / "old" / "商品.csv"
    doubtful.write_bytes("sku;name\nM1;李\n".encode("gb18030"))
    drop(program, page, [*both, doubtful])
    assert page.incoming.files.current().file.path.name == "商品.csv"
    assert (
        page.incoming.readings.isVisible()
        and not page.incoming.try_button.isEnabled()
        and "商品.csv" in toast(page)
    )
    right = next(
        page.incoming.readings.item(at)
        for at in range(page.incoming.readings.count())
        if "M1;李" in page.incoming.readings.item(at).text()
    )
    QTest.mouseClick(
        page.incoming.readings.viewport(),
        Qt.MouseButton.LeftButton,
        pos=page.incoming.readings.visualItemRect(right).center(),
    )
    settle(program)
    assert (
        not page.incoming.readings.isVisible()
        and page.incoming.try_button.isEnabled()
        and page.incoming.ways.encoding.currentData() == "gb18030"
    )
    page.incoming.ways.decimal.setFocus()
    QTest.keyClick(page.incoming.ways.decimal, Qt.Key.Key_End)
    settle(program)
    assert (
        page._vm.plan[0].way.reading.decimal == "," and page._vm.plan[0].way.encoding == "gb18030"
    )
    click(program, page.incoming.try_button)
    assert page._vm.seen.rejected == 0 and len(page.incoming.files.records) == 2


def test_rows_with_problems_are_shown_before_anything_comes_in(program, owner, tmp_path):
    """File by file; they may be left out by a tick, and then the rest comes in."""
    page = opened(program)
    drop(
        program,
        page,
        written(tmp_path / "old", {"m.csv": "会员号,手机,姓名\nK1,13800138000,李\nK2,12,王\n"}),
    )
    click(program, page.incoming.try_button)
    assert (
        page.incoming.problems.isVisible()
        and len(page.incoming.problems.records) == 1
        and page.incoming.files.model.index(0, 5).data() == "1"
    )
    click(program, page.incoming.totals)
    assert not page.incoming.go_button.isEnabled()
    page.incoming.skip.setFocus()
    QTest.keyClick(page.incoming.skip, Qt.Key.Key_Space)
    assert page.incoming.go_button.isEnabled()
    click(program, page.incoming.go_button)
    assert registry.count(owner) == 1


@pytest.mark.parametrize("kind", ["sales", "members"])
def test_a_list_is_handed_out(program, owner, tmp_path, monkeypatch, kind):
    """What the command hands out the window does too."""
    page = opened(program)
    file = tmp_path / f"{kind}.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    page.history.list_kind.setCurrentIndex(page.history.list_kind.findData(kind))
    page.history.export()
    settle(program)
    assert file.exists() and "Saved" in toast(page)


def test_a_list_that_is_handed_out_says_what_of_the_shop_it_lacks(
    program, owner, tmp_path, monkeypatch
):
    """Before somebody finds out in the new shop: with how many there are, below where the file
    lies."""
    voids.void(
        owner, receipt=open_bill.record(owner, amount=Money(1_000)).receipt_no, reason="wrong"
    )
    page, file = opened(program), tmp_path / "out.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    page.history.list_kind.setCurrentIndex(page.history.list_kind.findData("sales"))
    page.history.export()
    settle(program)
    said = toast(page).splitlines()
    assert (
        "out.csv" in said[0] and "voided receipts" in said[2] and "2" in said[2] and file.is_file()
    )


def test_articles_that_no_list_holds_are_made_at_one_press(program, owner, tmp_path):
    """Twenty numbers need no twenty corrections."""
    page = opened(program)
    drop(
        program,
        page,
        written(
            tmp_path / "old",
            {"s.csv": "小票号,时间,货号,数量,金额\nA1,2026-01-05 10:00,M9,1,6.90\n"},
        ),
    )
    assert not page.incoming.make.isVisible()
    click(program, page.incoming.try_button)
    assert page.incoming.make.isVisible() and page.incoming.files.model.index(0, 5).data() == "1"
    click(program, page.incoming.make)
    assert page.incoming.files.model.index(0, 5).data() == "0" and page.incoming.make.isChecked()
    click(program, page.incoming.totals)
    click(program, page.incoming.go_button)
    assert move_in.show(owner, group=1).files[0].created == 1
