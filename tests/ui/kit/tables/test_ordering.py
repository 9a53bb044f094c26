"""Rows stand where a reader looks for them."""

from storecrm.ui.kit.tables.columns import Column, Kind
from storecrm.ui.kit.tables.ordering import collator, in_order

NAME = Column("name", "Name", lambda record: record[0])
NET = Column("net", "Net", lambda record: str(record[1]), kind=Kind.MONEY, value=lambda r: r[1])
COLUMNS = {"name": NAME, "net": NET}


def names(records, *order, language="zh_CN"):
    return [r[0] for r in in_order(records, COLUMNS, order, collator(language))]


def test_chinese_names_stand_by_their_sound():
    """陈 (chen) before 李 (li) before 王 (wang), as in a phone book."""
    records = [("王芳", 1), ("陈", 2), ("李雷", 3)]
    assert names(records, ("name", False)) == ["陈", "李雷", "王芳"]


def test_nine_comes_before_ten():
    """Batches and shelves are numbered."""
    assert names([("A10", 1), ("A9", 2)], ("name", False), language="en") == ["A9", "A10"]


def test_the_second_column_orders_what_the_first_leaves_equal():
    """The weightiest stands first in the question."""
    records = [("b", 2), ("a", 1), ("a", 2)]
    found = in_order(records, COLUMNS, (("net", True), ("name", False)), collator("en"))
    assert found == [("a", 2), ("b", 2), ("a", 1)]


def test_what_nobody_knows_stands_last_either_way():
    """A bill without amount is not the smallest one."""
    records = [("none", None), ("big", 9), ("small", 1)]
    assert names(records, ("net", False)) == ["small", "big", "none"]
    assert names(records, ("net", True)) == ["big", "small", "none"]
