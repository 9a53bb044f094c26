"""What is known of members, by real keys and clicks: tables, forms, errors at fields, undo, charts,
and a window that is too narrow for two sides."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from storecrm.services import shop_settings
from storecrm.services.analytics import segments
from storecrm.services.members import registry, tags
from storecrm.services.members.registry import NewMember
from storecrm.services.till import open_bill
from storecrm.ui.kit.toast import said_on
from storecrm.values import Money
from tests import build
from tests.ui.hands import enter, press, settle

CTRL = Qt.KeyboardModifier.ControlModifier
Key = Qt.Key


@pytest.fixture
def page(program, manager):
    """Insight with two members who bought."""
    ann = build.member(manager)
    bob = build.member(manager, phone="13900139000", name="王强")
    for who, amount in ((ann, 20_000), (bob, 1_000)):
        open_bill.record(manager, amount=Money(amount), member=who.member_no)
    enter(program, "陈")
    program.window.go("known")
    settle(program)
    return program.window.pages["known"]


def bring(program, page, tab):
    page.tabs.setCurrentWidget(tab)
    settle(program)
    return tab


def typed(program, field, text):
    """Type over what stands in a field."""
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text, delay=60)
    settle(program)


def test_a_rule_is_begun_and_saved_by_keys_and_taken_back(program, page, manager):
    """Ctrl+N, a name, Enter; a removal can be undone as long as it is said."""
    tab = page.segments
    QTest.keyClick(QApplication.focusWidget(), Key.Key_N, CTRL)
    settle(program)
    typed(program, tab.name, "Big")
    press(program, Key.Key_Return)
    assert [view.name for view in segments.listed(manager) if not view.built_in] == ["Big"]
    assert tab.list.current().name == "Big" and "Big" in said_on(page).text()
    before = tab.list.geometry()
    tab.removing.trigger()
    settle(program)
    assert all(view.built_in for view in segments.listed(manager))
    QTest.keyClick(tab.list.view, Key.Key_Z, CTRL)
    settle(program)
    assert [view.name for view in segments.listed(manager) if not view.built_in] == ["Big"]
    assert tab.list.geometry() == before


def test_what_the_program_brings_cannot_be_removed(program, page):
    """The button says so before it is pressed."""
    assert page.segments.list.current().built_in and not page.segments.removing.isEnabled()


def test_segments_are_sorted_by_their_members(program, page):
    """A size is a number, not a text."""
    tab = page.segments
    tab.list.ask(tab.list.query.sorted_by("members", besides=False))
    sizes = [tab._shelf.sizes[view.code] for view in tab.list.records]
    assert sizes == sorted(sizes) and sizes[-1] == 2


def test_a_threshold_that_is_refused_is_said_at_its_field(program, page, owner):
    """Enter saves; the field that is wrong has the cursor, the others stay."""
    tab = bring(program, page, page.stages)
    before = tab.bars.geometry()
    typed(program, tab.spans["stage_lost"], "soon")
    press(program, Key.Key_Return)
    said = page.errors.text(tab.spans["stage_lost"])
    assert said and "stage_lost" not in said and tab.spans["stage_lost"].hasFocus()
    assert tab.bars.geometry() == before
    typed(program, tab.spans["stage_lost"], "200")
    assert page.errors.text(tab.spans["stage_lost"]) == ""
    press(program, Key.Key_Return)
    assert shop_settings.show(owner)["stage_lost"] == "200"


def test_what_is_typed_stays_when_the_store_has_news(program, page, manager):
    """Somebody sells while a threshold is typed."""
    tab = bring(program, page, page.stages)
    typed(program, tab.spans["stage_lost"], "2")
    open_bill.record(manager, amount=Money(5_000))
    settle(program)
    page.look_again(frozenset())
    settle(program)
    assert tab.spans["stage_lost"].text() == "2"


def test_a_day_that_is_none_is_said_and_the_charts_stay(program, page):
    """They show what they showed."""
    tab = bring(program, page, page.stages)
    shown = tab.bars.points
    typed(program, tab.day, "never")
    press(program, Key.Key_Return)
    assert tab.errors.text(tab.day) and tab.bars.points == shown
    typed(program, tab.day, "2026-01-01")
    press(program, Key.Key_Return)
    assert tab.errors.text(tab.day) == "" and tab.bars.points != shown


def test_the_map_is_read_and_chosen_by_keys(program, page):
    """The same as by the mouse."""
    tab = bring(program, page, page.scores)
    tab.map.setFocus(Qt.FocusReason.TabFocusReason)
    press(program, Key.Key_Down)
    press(program, Key.Key_Return)
    assert tab.cell.text() == tab.map.points[tab.map.current].said
    assert tab.cell.text().startswith("R5 F4")


def test_the_groups_are_changed_in_their_table(program, page, owner):
    """Names as the page says them, scores in cells, the order by keys; saved by Ctrl+S."""
    tab = bring(program, page, page.scores)
    table = tab.rules
    tab.sides.bring(1)
    tab.sides.sides[1].part.setCurrentWidget(table)
    settle(program)
    view = table.lines.view
    table.lines.select(lambda line: line.place == 0)
    spot = view.visualRect(view.model().index(0, 2)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    editor = view.viewport().findChild(QLineEdit)
    editor.setText("3－5")
    QTest.keyClick(editor, Key.Key_Return)
    settle(program)
    view.setFocus()
    QTest.keyClick(view, Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    settle(program)
    QTest.keyClick(view, Key.Key_S, CTRL)
    settle(program)
    rule = shop_settings.show(owner)["rfm_groups"]
    assert rule.startswith("loyal R3-5 F4-5, champions R3-5 F4-5 M4-5, ")


def test_a_group_that_is_taken_out_comes_back_by_undo(program, page):
    """Nothing counts before it is saved."""
    tab = bring(program, page, page.scores)
    table = tab.rules
    before = table.typed()
    table.lines.select(lambda line: line.place == 1)
    table._remove()
    assert "loyal" not in table.typed()
    said_on(page).undo.trigger()
    assert table.typed() == before
    table._add()
    assert table.typed().count(",") == before.count(",") + 1


@pytest.mark.parametrize("change", ["add", "move", "rename"])
def test_undo_takes_back_no_later_change_of_the_groups(program, page, change):
    """A group was taken out and the next one changed at once: the undo of the first would have
    lost the second without a word."""
    tab = bring(program, page, page.scores)
    table = tab.rules
    tab.sides.bring(1)
    tab.sides.sides[1].part.setCurrentWidget(table)
    settle(program)
    view = table.lines.view
    table.lines.select(lambda line: line.place == 1)
    view.setFocus()
    QTest.keyClick(view, Key.Key_Delete)
    settle(program)
    said = said_on(page)
    assert said.undo.isEnabled()
    removed = table.typed()
    table.lines.select(lambda line: line.place == 0)
    if change == "add":
        table.findChild(QAction, "groups.add").trigger()
    elif change == "move":
        QTest.keyClick(view, Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    else:
        spot = view.visualRect(view.model().index(0, 1)).center()
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
        QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
        editor = view.viewport().findChild(QLineEdit)
        editor.setText("regulars")
        QTest.keyClick(editor, Key.Key_Return)
    settle(program)
    changed = table.typed()
    assert changed != removed
    QTest.keyClick(view, Key.Key_Z, CTRL)
    settle(program)
    assert table.typed() == changed and said.text() == ""


def test_a_tag_is_made_changed_and_left_by_keys(program, page, manager):
    """Ctrl+N, Tab from field to field, Enter; Esc keeps what was typed as a draft."""
    tab = bring(program, page, page.tags)
    QTest.keyClick(QApplication.focusWidget(), Key.Key_N, CTRL)
    settle(program)
    typed(program, tab.name, "big")
    press(program, Key.Key_Return)
    assert [tag.name for tag in tags.listed(manager)] == ["big"]
    assert tab.list.current().name == "big"
    typed(program, tab.group, "value")
    press(program, Key.Key_Escape)
    assert tags.listed(manager)[0].group == "" and tab.group.text() == ""
    press(program, Key.Key_Return)
    assert tab.form.offer.isVisible()


def test_a_tag_that_is_refused_is_said_at_its_field(program, page, manager):
    """A comma parts words in lists."""
    tab = bring(program, page, page.tags)
    typed(program, tab.name, "a,b")
    press(program, Key.Key_Return)
    assert page.errors.text(tab.name) and tab.name.hasFocus()
    assert tags.listed(manager) == []


def test_a_tag_on_members_is_taken_off_only_when_that_is_said(program, page, manager):
    """Nobody can put it on all of them again."""
    member = build.member(manager, phone="13700137000", name="周敏")
    registry.change(manager, member=member.member_no, new=NewMember(name="周敏"), tags=["VIP"])
    tab = bring(program, page, page.tags)
    tab.list.select(lambda tag: tag.name == "VIP")
    tab.removing.trigger()
    settle(program)
    assert "1 member" in said_on(page).text() and tags.listed(manager)
    QTest.mouseClick(said_on(page).next_button, Qt.MouseButton.LeftButton)
    settle(program)
    assert tags.listed(manager) == [] and "VIP" in said_on(page).text()


def test_a_narrow_window_shows_one_side_at_a_time(program, page):
    """At 150 % the rule had no room beside the list: whoever opens a segment is at its rule."""
    tab = page.segments
    assert tab.list.isVisible() and tab.name.isVisible()
    program.window.resize(683, 485)
    settle(program)
    assert tab.list.isVisible() and not tab.name.isVisible()
    tab.list.view.setFocus()
    press(program, Key.Key_Return)
    assert tab.name.isVisible() and not tab.list.isVisible()
    QTest.mouseClick(tab.sides.chips[0], Qt.MouseButton.LeftButton)
    assert tab.list.isVisible() and not tab.name.isVisible()
