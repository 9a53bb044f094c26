"""A list of 200,000 records in the kit's table: first paint and memory beside Qt's own item model,
then sorting and filtering in the window."""

import os
from collections.abc import Callable
from pathlib import Path

from benchmarks.measure import spent

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

Record = tuple[str, str, int]


def lists(count: int = 200_000) -> None:
    """Each in the same window, one after the other."""
    from PySide6.QtGui import QStandardItem, QStandardItemModel
    from PySide6.QtWidgets import QApplication, QTableView

    from storecrm.i18n import Catalogue
    from storecrm.ui.kit import theme
    from storecrm.ui.kit.tables import Column, Empty, Kind, Query, Table

    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.apply(app, dark=False, chinese=True)
    words = Catalogue("zh_CN")
    records: list[Record] = [(f"会员{n}", f"138{n:08d}", n * 7) for n in range(count)]

    def paid(record: Record) -> int:
        return record[2]

    columns: list[Column[Record]] = [
        Column("name", "Name", lambda record: record[0], 120),
        Column("phone", "Phone", lambda record: record[1], 140, Kind.PHONE),
        Column("paid", "Paid", lambda record: words.money(record[2]), 120, Kind.MONEY, paid),
    ]
    empty = Empty("users", "-")
    table = Table(columns, "Members", kept_as="", empty=empty, no_match="-", words=words)
    table.resize(900, 600)
    table.show()
    app.processEvents()

    def ours() -> None:
        table.show(records)
        table.grab()

    plain = QTableView()
    plain.resize(900, 600)
    model = QStandardItemModel()

    def items() -> None:
        for record in records:
            cells = [record[0], record[1], words.money(record[2])]
            model.appendRow([QStandardItem(cell) for cell in cells])
        plain.setModel(model)
        plain.grab()

    fast, small = _measured("kit's table", ours)
    slow, large = _measured("item model", items)
    print(
        f"first paint {slow / fast:.0f} times as fast (goal >= 15),"
        f" {large / max(small, 0.1):.0f} times as small (goal >= 30)"
    )
    _measured("sorted by amount", lambda: table.ask(Query((("paid", True),))))
    _measured("sorted by name", lambda: table.ask(Query((("name", False),))))
    _measured("filtered", lambda: table.ask(Query(filters={"name": "99"})))


def _measured(name: str, act: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds of CPU and megabytes that it took."""
    before = _resident()
    with spent() as found:
        act()
    grown = _resident() - before
    print(f"list of 200,000, {name}: {found.cpu * 1000:.0f} ms CPU, {grown:.0f} MB")
    return found.cpu, grown


def _resident() -> float:
    """Megabytes of this process in memory; 0 where the system does not say."""
    try:
        pages = Path("/proc/self/statm").read_text("ascii").split()[1]
        return int(pages) * os.sysconf("SC_PAGESIZE") / 1e6
    except OSError:
        return 0.0
