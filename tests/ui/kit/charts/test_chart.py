"""What all charts have: values under the pointer and the keys, a description, a table, copies."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QImage
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu

from storecrm.ui.kit.charts.bar_chart import BarChart
from storecrm.ui.kit.charts.numbers_sheet import NumbersSheet
from storecrm.ui.kit.charts.points import Title
from storecrm.ui.kit.charts.reading import Reading
from storecrm.ui.kit.toast import said_on

Key = Qt.Key


def reading(page):
    """The words over the page, "" while there are none."""
    return "".join(one.text() for one in page.findChildren(Reading) if one.isVisible())


def middle(chart, at):
    return chart.outline(at).boundingRect().center().toPoint()


def focus(qtbot, chart):
    # the first widget of a window has the cursor already
    chart.clearFocus()
    chart.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(chart.hasFocus)


def sheet(page):
    return next(one for one in page.findChildren(NumbersSheet))


def test_the_pointer_reads_a_value_and_leaves_nothing_behind(qtbot, page, bars):
    """No waiting for a tool tip; the page does not move for it."""
    before = bars.geometry()
    qtbot.mouseMove(bars, middle(bars, 1))
    assert reading(page) == "active: 18  60%"
    qtbot.mouseMove(bars, middle(bars, 0))
    assert reading(page) == "new: 12  40%" and bars.geometry() == before
    bars.leaveEvent(None)
    assert reading(page) == ""


def test_arrow_keys_go_from_value_to_value(qtbot, page, bars):
    """Who has no mouse, or sees no colours, reads the same; a screen reader is told the point."""
    focus(qtbot, bars)
    assert reading(page) == "new: 12  40%"
    qtbot.keyClick(bars, Key.Key_Down)
    assert reading(page) == "active: 18  60%"
    assert bars.accessibleDescription().startswith("active: 18  60%\nnew: 12  40%; active")
    qtbot.keyClick(bars, Key.Key_End)
    qtbot.keyClick(bars, Key.Key_Right)
    assert reading(page) == "lost: 0  0%"
    qtbot.keyClick(bars, Key.Key_Home)
    qtbot.keyClick(bars, Key.Key_Left)
    assert reading(page) == "new: 12  40%"


def test_a_value_is_chosen_by_enter_and_by_a_click(qtbot, bars):
    """Both ways lead to the same place."""
    chosen = []
    bars.chosen.connect(chosen.append)
    focus(qtbot, bars)
    qtbot.keyClick(bars, Key.Key_Down)
    qtbot.keyClick(bars, Key.Key_Return)
    qtbot.mouseClick(bars, Qt.MouseButton.LeftButton, pos=middle(bars, 2))
    qtbot.mouseClick(bars, Qt.MouseButton.RightButton, pos=middle(bars, 0))
    assert chosen == [1, 2]


def test_what_is_read_goes_with_the_chart(qtbot, page, bars):
    """Words of a page that is gone must not lie over the next one."""
    focus(qtbot, bars)
    bars.hide()
    assert reading(page) == ""


def test_the_reading_stays_in_the_window(qtbot, page, bars):
    """At the upper edge there is no room above a bar."""
    page.resize(200, 120)
    QApplication.processEvents()
    focus(qtbot, bars)
    for at in range(3):
        bars.go_to(at)
        lying = next(one for one in page.findChildren(Reading)).geometry()
        assert page.rect().contains(lying)
        assert not lying.contains(bars.mapTo(page, middle(bars, at)))


def test_t_shows_the_same_as_a_table_and_esc_leads_back(qtbot, page, bars):
    """The numbers of a chart can be sorted, copied and exported as those of any list."""
    focus(qtbot, bars)
    qtbot.keyClick(bars, Key.Key_T)
    shown = sheet(page)
    assert shown.isVisible() and shown.table.model.rowCount() == 3
    assert [column.title for column in shown.table.model.columns] == ["Stage", "Members"]
    qtbot.keyClick(QApplication.focusWidget(), Key.Key_Escape)
    assert not shown.isVisible() and bars.hasFocus()


def test_the_table_goes_when_the_page_does(qtbot, page, bars):
    """A locked window must not show figures."""
    focus(qtbot, bars)
    qtbot.keyClick(bars, Key.Key_T)
    bars.hide()
    assert not sheet(page).isVisible()


def test_the_numbers_are_copied_with_their_titles(qtbot, page, bars):
    """A spreadsheet takes them as they are."""
    focus(qtbot, bars)
    qtbot.keyClick(bars, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QApplication.clipboard().text()
    assert copied == "Stage\tMembers\nnew\t12 40%\nactive\t18 60%\nlost\t0 0%"
    assert said_on(bars).isVisible()


def test_only_the_chart_with_the_cursor_is_copied(qtbot, page, bars, words):
    """Two charts of a page have the same keys."""
    other = BarChart("Other", words, (Title("Name"), Title("Value")))
    page.layout().addWidget(other)
    QApplication.processEvents()
    focus(qtbot, other)
    QApplication.clipboard().setText("before")
    qtbot.keyClick(other, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    # it has nothing to show, so it has nothing to copy
    assert QApplication.clipboard().text() == "before"
    qtbot.keyClick(other, Key.Key_T)
    assert page.findChildren(NumbersSheet) == []


def test_the_picture_bears_the_name_and_no_cursor(qtbot, page, bars):
    """It is pasted into a report, where nobody knows what it was."""
    focus(qtbot, bars)
    qtbot.keyClick(
        bars,
        Key.Key_C,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    with_focus = QApplication.clipboard().image()
    assert with_focus.width() == 2 * (bars.width() + 32)
    bars.clearFocus()
    bars._menu.copy_picture()
    assert QApplication.clipboard().image() == with_focus
    head = with_focus.copy(0, 0, with_focus.width(), 80)
    assert any(head.pixel(x, y) != head.pixel(0, 0) for x in range(240) for y in range(80))


def test_a_picture_is_saved_as_png(qtbot, page, bars, tmp_path, monkeypatch):
    """The name is proposed, the file says whose it is."""
    asked = []

    def place(_page, title, proposed, kinds):
        asked.append((title, Path(proposed).name, kinds))
        return str(tmp_path / "chart.png"), kinds

    monkeypatch.setattr(QFileDialog, "getSaveFileName", place)
    bars._menu.save_picture()
    assert asked == [("Save as a picture", "Stages now.png", "PNG (*.png)")]
    saved = QImage(str(tmp_path / "chart.png"))
    assert saved.text("Software") == "storecrm: chart" and saved.height() > bars.height()
    assert "chart.png" in said_on(bars).words.text()


def test_a_picture_that_cannot_be_saved_is_said(qtbot, page, bars, tmp_path, monkeypatch):
    """A folder that is gone is no crash."""
    gone = tmp_path / "gone" / "chart.png"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(gone), ""))
    bars._menu.save_picture()
    assert said_on(bars).isVisible() and not gone.exists()


def test_the_menu_shows_every_act_with_its_key(page, bars, monkeypatch):
    """What the keys do can be found by the mouse."""
    opened = []
    # a menu that is really open takes the keyboard, which a test without a screen has not
    monkeypatch.setattr(QMenu, "popup", lambda menu, place: opened.append((menu, place)))
    spot = middle(bars, 1)
    by_mouse = QContextMenuEvent.Reason.Mouse
    event = QContextMenuEvent(by_mouse, spot, bars.mapToGlobal(spot))
    QApplication.sendEvent(bars, event)
    menu, place = opened[0]
    shown = [(action.text(), action.shortcut().toString()) for action in menu.actions()]
    assert ("Show as a table", "T") in shown and ("Save as a picture", "") in shown
    assert len(shown) == 4 and place == bars.mapToGlobal(spot)


def test_other_points_keep_the_place_of_the_keys(qtbot, page, bars):
    """A page that looks again must not throw its reader back."""
    focus(qtbot, bars)
    qtbot.keyClick(bars, Key.Key_Down)
    bars.show_bars(bars._bars)
    assert reading(page) == "active: 18  60%"
    bars.show_bars(bars._bars[:1])
    assert reading(page) == "new: 12  40%"
    bars.show_bars([])
    bars.empty = "Nobody yet."
    assert reading(page) == "" and bars.found(QPointF(5, 5)) == -1


@pytest.mark.parametrize("key", [Key.Key_Down, Key.Key_Return, Key.Key_T, Key.Key_Home])
def test_a_chart_without_points_takes_no_keys(qtbot, page, bars, key):
    """There is nothing that they could mean."""
    bars.empty = "Nobody yet."
    bars.show_bars([])
    chosen = []
    bars.chosen.connect(chosen.append)
    focus(qtbot, bars)
    qtbot.keyClick(bars, key)
    assert chosen == [] and bars.accessibleDescription() == "Nobody yet."
