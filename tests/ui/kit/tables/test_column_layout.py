"""What one person chose is fitted to the columns of today."""

from dataclasses import replace

from storecrm.ui.kit.tables.column_layout import first_layout, read_layout
from storecrm.ui.kit.tables.columns import Column

COLUMNS = [
    Column("name", "Name", str),
    Column("phone", "Phone", str),
    Column("note", "Note", str, shown=False),
]


def test_it_comes_back_as_it_was_kept():
    """Order, hidden ones, widths and the order of rows."""
    said = {"keys": ["note", "phone", "name"], "hidden": ["phone"]}
    said |= {"widths": {"name": 220}, "order": [["name", True]]}
    assert read_layout(said, COLUMNS).said() == said


def test_a_column_of_a_later_version_stands_at_the_end():
    """And one that is gone is forgotten."""
    said = {"keys": ["fax", "phone", "name"], "hidden": ["fax"], "widths": {"fax": 9}, "order": []}
    layout = read_layout(said, COLUMNS)
    assert layout.keys == ("phone", "name", "note")
    assert layout.hidden == {"note"} and layout.widths == {}


def test_an_order_that_is_no_longer_offered_is_forgotten():
    """Nobody could take it off again by a click on its title."""
    columns = [replace(COLUMNS[0], sorts=False), *COLUMNS[1:]]
    said = {"keys": [], "hidden": [], "widths": {}, "order": [["name", True], ["phone", False]]}
    assert read_layout(said, columns).order == (("phone", False),)


def test_nonsense_is_as_if_nothing_was_kept():
    """A preference is input like any other."""
    for said in ({}, {"keys": 5}, {"keys": ["name"], "hidden": [], "widths": [], "order": 1}):
        assert read_layout(said, COLUMNS) == first_layout(COLUMNS)


def test_no_table_is_left_without_a_column():
    """Where all were hidden the usual ones are shown."""
    said = {"keys": [], "hidden": ["name", "phone", "note"], "widths": {}, "order": []}
    assert read_layout(said, COLUMNS) == first_layout(COLUMNS)
