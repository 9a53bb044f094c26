"""Backups and the disk at the window: what is doubted is asked for, what was done is said, what
ended stays said."""

import shutil

import pytest
import sqlcipher3.dbapi2 as driver
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from storecrm import compose
from storecrm.app.first_run import Beginning
from storecrm.services.backup import backups, copies
from storecrm.services.members import erased_list, registry
from storecrm.settings import Settings
from storecrm.ui.kit import theme
from storecrm.ui.kit.toast import said_on
from tests import build
from tests.conftest import signed
from tests.models.test_database_files import FAILING, FailingOnce
from tests.services.backup.test_restore_copy import damaged
from tests.ui.hands import enter, settle, toast
from tests.ui.test_main_window import beginning, until  # noqa: F401 (a fixture)


def office(program):
    enter(program, "陈")
    program.window.go("data")
    settle(program)
    page = program.window.pages["data"]
    page.tabs.setCurrentIndex(page.tabs.count() - 1)
    return page


def choose(qtbot, page, row=0):
    page.backups.list.view.selectRow(row)
    page.backups.confirm.setFocus()
    qtbot.keyClicks(page.backups.confirm, "RESTORE")


def restore_button(page):
    from PySide6.QtWidgets import QPushButton

    return next(b for b in page.findChildren(QPushButton) if b.text() == "Restore")


def test_a_copy_without_a_manifest_is_restored_after_one_more_press(qtbot, program, owner):
    """The window asks what the command asks; after it the sign-in says what was done and where the
    state of before is."""
    made = backups.create(owner)
    build.member(owner)
    copies.manifest_file(made.path).unlink()
    erased_list.list_of(owner.name).write_text("forged\n", "utf-8")
    page = office(program)
    assert not page.backups.all_the_same.isVisible()
    choose(qtbot, page)
    qtbot.mouseClick(restore_button(page), Qt.MouseButton.LeftButton)
    settle(program)
    assert (
        "manifest is missing" in toast(page)
        and page.backups.all_the_same.isVisible()
        and registry.count(owner) == 1
    )
    old = program.window
    qtbot.mouseClick(page.backups.all_the_same, Qt.MouseButton.LeftButton)
    until(lambda: program.window is not old)
    settle(program)
    told = said_on(program.window.sign_in)
    assert told.isVisible() and "-before-restore" in told.text() and "set aside" in told.text()
    assert registry.count(signed(program.store, "陈")) == 0


def test_a_first_start_takes_a_copy_without_a_manifest_after_one_more_press(
    qtbot,
    beginning,  # noqa: F811
    owner,
    tmp_path,
):
    """A copy that somebody sent by itself."""
    alone, page = tmp_path / "alone.db", beginning.shown
    shutil.copyfile(backups.create(owner).path, alone)
    page.bring(alone)
    until(lambda: page.all_the_same.isVisible())
    assert "manifest is missing" in said_on(page).text()
    qtbot.mouseClick(page.all_the_same, Qt.MouseButton.LeftButton)
    until(lambda: beginning.program is not None)
    assert beginning.program.store.shop.name == "禾田生活"


def test_a_damaged_store_at_the_start_gives_way_to_a_backup(qtbot, base, owner):
    """The window says what is wrong and takes the backup there; the damaged file is kept."""
    made = backups.create(owner)
    compose.close_store(base)
    damaged(base.name)
    first = QWidget()
    start = Beginning(
        QApplication.instance(),
        first,
        Settings(language="en", theme="light", sounds=False),
        "till 1",
    )
    start.open(base.name)
    page = start.shown
    assert page.isVisible() and "is damaged" in said_on(page).text()
    page.bring(made.path)
    until(lambda: start.program is not None)
    assert ".damaged-" in said_on(start.program.window.sign_in).text()
    start.close()


def test_a_disk_that_failed_is_said_on_every_page(qtbot, program, monkeypatch):
    """Nothing more is recorded until the program is opened anew, whoever stands at the till and
    wherever the person goes."""
    connect = driver.connect
    monkeypatch.setattr(driver, "connect", lambda *a, **k: connect(*a, factory=FailingOnce, **k))
    program.store.engine.dispose()
    page = office(program)
    news = program.window.news
    assert not news.isVisible()
    FAILING.append(True)
    page.day_totals.net.setFocus()
    qtbot.keyClicks(page.day_totals.net, "100")
    qtbot.keyClicks(page.day_totals.receipts.entry, "1")
    qtbot.keyClick(page.day_totals.receipts.entry, Qt.Key.Key_Return)
    settle(program)
    assert news.isVisible() and "Close the program" in news.text() and not FAILING
    qtbot.keyClicks(page.day_totals.net, "100")
    qtbot.keyClicks(page.day_totals.receipts.entry, "1")
    qtbot.keyClick(page.day_totals.receipts.entry, Qt.Key.Key_Return)
    settle(program)
    program.window.go("report")
    settle(program)
    assert news.isVisible() and "Nothing more is recorded" in news.text()


@pytest.mark.parametrize("name", ["a b(c)#1%", "it's 'so'"])
def test_signs_of_the_style_are_found_in_a_folder_of_any_name(qapp, tmp_path, monkeypatch, name):
    """The tick of a box is a file in the folder for temporary files."""
    from PySide6.QtWidgets import QCheckBox

    folder = tmp_path / name
    folder.mkdir()
    shots = []
    for at in (tmp_path, folder):
        theme._file.cache_clear()
        monkeypatch.setattr(theme.files, "temporary", lambda _, at=at: at)
        theme.apply(qapp, dark=False, chinese=False)
        box = QCheckBox("x")
        box.setChecked(True)
        box.resize(80, 30)
        shots.append(box.grab().toImage().convertToFormat(QImage.Format.Format_RGB32))
    theme._file.cache_clear()
    monkeypatch.undo()
    theme.apply(qapp, dark=False, chinese=False)
    assert shots[0] == shots[1]
