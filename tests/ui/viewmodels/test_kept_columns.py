"""Columns stay as a person left them: over the sign-in, another till, another look of the window."""

from PySide6.QtCore import Qt
from sqlalchemy import insert

from storecrm.models import tables
from storecrm.services.staff import preferences
from storecrm.settings import Settings
from tests.conftest import signed
from tests.ui.hands import enter, press, settle

LAYOUT = {"keys": ["name", "phone"], "hidden": ["phone"], "widths": {"name": 140}, "order": []}


def test_columns_are_there_when_the_person_comes_back(program):
    """Kept in the background, read with the next sign-in; others have their own."""
    enter(program, "赵")
    program.window.kept_columns.keep("offers", LAYOUT)
    assert program.window.kept_columns.kept("offers") == LAYOUT
    settle(program)
    enter(program, "陈")
    assert program.window.kept_columns.kept("offers") is None
    enter(program, "赵")
    assert program.window.kept_columns.kept("offers") == LAYOUT
    program.window.kept_columns.keep("offers", None)
    settle(program)
    enter(program, "赵")
    assert program.window.kept_columns.kept("offers") is None


def test_columns_stay_when_the_window_gets_another_language(program):
    """The frame is made anew, for the same person."""
    enter(program, "赵")
    program.window.kept_columns.keep("offers", LAYOUT)
    settle(program)
    program.window.settings_changed.emit(
        Settings(language="zh_CN", theme="light", sounds=False, last_staff="赵")
    )
    settle(program)
    assert program.window._words.chinese
    assert program.window.kept_columns.kept("offers") == LAYOUT


def test_a_person_signs_in_whatever_was_kept(program, base):
    """A value of another version, or of nobody's making, is as if it were not there."""
    store = signed(base, "赵")
    row = {"staff_id": store.staff, "key": "table.offers", "value": '["x"]'}
    with store.write() as session:
        session.execute(insert(tables.staff_preference).values(**row))
    preferences.keep(store, key="other", value={})
    enter(program, "赵")
    assert program.window.session.store.actor.name == "赵"
    assert program.window.kept_columns.kept("offers") is None


def test_a_column_dragged_just_before_the_lock_stays(program):
    """It is kept when it has come to rest; the lock does not wait for that."""
    enter(program, "陈")
    program.window.go("today")
    settle(program)
    table = program.window.pages["today"].bill_list
    column = table.model.columns[0]
    table.view.titles.resizeSection(0, column.width + 37)
    press(program, Qt.Key.Key_F12)
    assert program.window.session.store.actor is None
    enter(program, "陈")
    kept = program.window.kept_columns.kept(table.kept._name)
    assert kept is not None and kept["widths"][column.key] == column.width + 37
