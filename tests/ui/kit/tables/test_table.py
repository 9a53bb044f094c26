"""Tables by real keys and mouse."""

from dataclasses import dataclass, replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from storecrm.i18n import Catalogue
from storecrm.ui.kit.tables import Column, Empty, Kind, Query, Table
from storecrm.ui.kit.tasks import Task

SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier


@dataclass(frozen=True)
class Sold:
    article: str
    pieces: int
    net: int


ROWS = [Sold("tea", 3, 1500), Sold("milk", 12, 800), Sold("apples", 3, 900)]
WORDS = Catalogue("en")
COLUMNS = [
    Column("article", "Article", lambda sold: sold.article, 120),
    Column(
        "pieces", "Pieces", lambda sold: str(sold.pieces), 80, Kind.NUMBER, value=lambda s: s.pieces
    ),
    Column("net", "Net", lambda sold: WORDS.money(sold.net), 90, Kind.MONEY, value=lambda s: s.net),
]


class Kept:
    """A window's memory."""

    def __init__(self):
        self.layouts = {}

    def kept(self, table):
        return self.layouts.get(table)

    def keep(self, table, layout):
        self.layouts[table] = layout


class Files:
    """A window's writer of files."""

    def __init__(self):
        self.asked = []

    def may_export(self):
        return True

    def may_export_persons(self):
        return True

    def write(self, shown, file):
        self.asked.append((shown, file))
        return Task()


def made(qtbot, rows=ROWS, kept=None, files=None, columns=COLUMNS, **extras):
    page = QWidget()
    qtbot.addWidget(page)
    page.kept_columns, page.table_files = kept, files
    column = QVBoxLayout(page)
    page.search = QLineEdit(page)
    column.addWidget(page.search)
    column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)
    table = Table(
        columns,
        "Articles",
        kept_as="articles",
        empty=Empty("ticket", "Nothing was sold yet."),
        no_match="No article fits.",
        words=WORDS,
        **extras,
    )
    column.addWidget(table)
    page.resize(640, 400)
    if rows is not None:
        table.show(rows)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    table.view.setFocus()
    table.page = page
    return table


def articles(table):
    return [record.article for record in table.records]


def click_title(qtbot, table, section, modifier=Qt.KeyboardModifier.NoModifier):
    at = QPoint(table.header.sectionViewportPosition(section) + 20, 12)
    qtbot.mouseClick(table.header.viewport(), Qt.MouseButton.LeftButton, modifier, at)


def click_row(qtbot, table, row):
    at = table.view.visualRect(table.model.index(row, 0)).center()
    qtbot.mouseClick(table.view.viewport(), Qt.MouseButton.LeftButton, pos=at)


# --- order ---


def test_a_click_on_a_title_sorts(qtbot):
    """Once up, once down, once as it came."""
    table = made(qtbot)
    click_title(qtbot, table, 0)
    assert articles(table) == ["apples", "milk", "tea"]
    click_title(qtbot, table, 0)
    assert articles(table) == ["tea", "milk", "apples"]
    click_title(qtbot, table, 0)
    assert articles(table) == ["tea", "milk", "apples"] and table.query == Query()


def test_numbers_sort_by_what_they_are_worth(qtbot):
    """12 pieces are more than 3."""
    table = made(qtbot)
    click_title(qtbot, table, 1)
    click_title(qtbot, table, 1)
    assert articles(table)[0] == "milk"


def test_shift_adds_a_second_column(qtbot):
    """By pieces, and among equals by the amount."""
    table = made(qtbot)
    click_title(qtbot, table, 1)
    click_title(qtbot, table, 2, SHIFT)
    assert articles(table) == ["apples", "tea", "milk"]
    assert table.query.order == (("pieces", False), ("net", False))


def test_the_chosen_row_stays_chosen(qtbot):
    """Whatever is sorted, filtered or read anew."""
    table = made(qtbot, same=lambda sold: sold.article)
    click_row(qtbot, table, 1)
    click_title(qtbot, table, 0)
    assert table.current().article == "milk"
    table.show([replace(sold, net=1) for sold in ROWS])
    assert table.current() == Sold("milk", 12, 1)


# --- filters ---


def test_ctrl_f_filters_from_wherever_the_cursor_is(qtbot):
    """The search of the page has the focus, the key is the table's all the same."""
    table = made(qtbot)
    table.page.search.setFocus()
    qtbot.keyClick(table.page.search, Qt.Key.Key_F, CTRL)
    box = table.header.boxes["article"]
    assert box.hasFocus()
    qtbot.keyClicks(box, "mil")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert articles(table) == ["milk"]
    assert table.foot.count.text() == "1 of 3"
    assert table.view.hasFocus() and table.current().article == "milk"


def test_escape_shows_every_row_again(qtbot):
    """And the cursor is among the rows."""
    table = made(qtbot)
    qtbot.keyClick(table.view, Qt.Key.Key_F, CTRL)
    box = table.header.boxes["article"]
    qtbot.keyClicks(box, "zzz")
    qtbot.waitUntil(lambda: articles(table) == [])
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert len(articles(table)) == 3 and table.view.hasFocus()
    assert not table.header.filters_shown


def test_escape_in_a_filter_chooses_nobody(qtbot):
    """Whoever gives up a filter opens no card by it."""
    table = made(qtbot)
    chosen = []
    table.chosen.connect(chosen.append)
    qtbot.keyClick(table.view, Qt.Key.Key_F, CTRL)
    qtbot.keyClick(table.header.boxes["article"], Qt.Key.Key_Escape)
    assert table.view.hasFocus() and chosen == [] and table.current() is None


def test_a_filter_stays_as_it_is_typed(qtbot):
    """A pause after a blank took the blank away: "foo bar" became "foobar"."""
    table = made(qtbot, rows=[Sold("green tea", 1, 100), *ROWS])
    qtbot.keyClick(table.view, Qt.Key.Key_F, CTRL)
    box = table.header.boxes["article"]
    qtbot.keyClicks(box, "green ")
    qtbot.waitUntil(lambda: articles(table) == ["green tea"])
    qtbot.keyClicks(box, "tea")
    assert box.text() == "green tea"
    # what the page asks is shown in the boxes in which nobody types
    table.ask(Query(filters={"pieces": "1"}))
    assert box.text() == "green tea" and table.header.boxes["pieces"].text() == "1"


def test_no_match_and_nothing_at_all_are_told_apart(qtbot):
    """The one is cured by clearing the filters, the other is not."""
    table = made(qtbot, rows=[])
    assert table.nothing.text.text() == "Nothing was sold yet."
    table.show(ROWS)
    assert table.nothing.isHidden()
    table.ask(Query(filters={"article": "zzz"}))
    assert table.nothing.text.text() == "No article fits."
    qtbot.mouseClick(table.nothing.act, Qt.MouseButton.LeftButton)
    assert len(articles(table)) == 3


def test_nothing_is_said_before_anything_came(qtbot):
    """An empty state that flashes up while rows are on their way is a lie."""
    assert made(qtbot, rows=None).nothing.isHidden()


# --- the store ---


def test_a_paged_list_asks_the_store(qtbot):
    """Two hundred of five thousand rows cannot be sorted here."""
    table = made(qtbot, by_store=True)
    asked, wanted = [], []
    table.asked.connect(asked.append)
    table.wanted.connect(wanted.append)
    click_title(qtbot, table, 0)
    assert asked == [Query((("article", False),))]
    assert articles(table) == ["tea", "milk", "apples"]
    table.show(ROWS, 5120)
    assert table.foot.count.text() == "1–3 / 5,120"
    for _ in range(3):
        table.model.fetchMore(table.view.rootIndex())
    assert wanted == [3]
    table.add(ROWS, 5120)
    assert len(table.records) == 6


def test_enter_in_a_filter_waits_for_the_answer_of_the_store(qtbot):
    """The rows of before are not those that were asked for: their first one was opened."""
    table = made(qtbot, by_store=True, same=lambda sold: sold.article)
    chosen = []
    table.chosen.connect(chosen.append)
    qtbot.keyClick(table.view, Qt.Key.Key_F, CTRL)
    box = table.header.boxes["article"]
    qtbot.keyClicks(box, "mil")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert table.query.filters == {"article": "mil"}
    assert table.view.hasFocus() and chosen == []
    table.show(ROWS[1:2], 1)
    assert chosen == [ROWS[1]] and table.current() == ROWS[1]
    # once: what comes later by itself moves nobody
    table.clear_choice()
    table.show(ROWS, 3)
    assert chosen == [ROWS[1], None]


def test_enter_in_a_filter_that_is_answered_chooses_at_once(qtbot):
    """No further answer will come."""
    table = made(qtbot, by_store=True)
    table.asked.connect(lambda _query: table.show(ROWS[1:2], 1))
    qtbot.keyClick(table.view, Qt.Key.Key_F, CTRL)
    box = table.header.boxes["article"]
    qtbot.keyClicks(box, "mil")
    qtbot.waitUntil(lambda: len(table.records) == 1)
    assert table.current() is None
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert table.current() == ROWS[1]


# --- hands ---


def test_enter_opens_and_arrows_choose(qtbot):
    """No mouse is needed."""
    table = made(qtbot)
    chosen, opened = [], []
    table.chosen.connect(chosen.append)
    table.opened.connect(opened.append)
    qtbot.keyClick(table.view, Qt.Key.Key_Down)
    qtbot.keyClick(table.view, Qt.Key.Key_Down)
    qtbot.keyClick(table.view, Qt.Key.Key_Return)
    assert [sold.article for sold in chosen] == ["tea", "milk"]
    assert opened == [ROWS[1]]


def test_a_click_on_the_chosen_row_says_so_again(qtbot):
    """A form that lies over the details is left by it."""
    table = made(qtbot)
    chosen = []
    table.chosen.connect(chosen.append)
    click_row(qtbot, table, 1)
    click_row(qtbot, table, 1)
    assert chosen == [ROWS[1], ROWS[1]]


def test_a_chosen_row_that_is_gone_is_told(qtbot):
    """What stood beside the list is of nobody then."""
    table = made(qtbot)
    click_row(qtbot, table, 1)
    chosen = []
    table.chosen.connect(chosen.append)
    table.show(ROWS[:1])
    assert chosen == [None] and table.current() is None


def test_ctrl_c_copies_rows_with_their_titles(qtbot):
    """A spreadsheet takes them as columns."""
    table = made(qtbot)
    click_row(qtbot, table, 0)
    qtbot.keyClick(table.view, Qt.Key.Key_Down, SHIFT)
    qtbot.keyClick(table.view, Qt.Key.Key_C, CTRL)
    text = QGuiApplication.clipboard().text()
    assert text == "Article\tPieces\tNet\ntea\t3\t¥15.00\nmilk\t12\t¥8.00\n"


def test_a_copied_cell_is_no_formula(qtbot):
    """A name that a stranger gave computes nothing; an amount below nothing stays one."""
    table = made(qtbot, rows=[Sold("=1+1", -3, -500), Sold("@a", 1, 5)])
    qtbot.keyClick(table.view, Qt.Key.Key_A, CTRL)
    qtbot.keyClick(table.view, Qt.Key.Key_C, CTRL)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[1:] == ["'=1+1\t-3\t-¥5.00", "'@a\t1\t¥0.05"]


def test_the_menu_of_a_row_holds_the_acts_of_the_page(qtbot):
    """One declaration feeds buttons and menus."""
    void = QAction("Void")
    table = made(qtbot, actions=(void,))
    click_row(qtbot, table, 1)
    table.view.customContextMenuRequested.emit(
        table.view.visualRect(table.model.index(1, 0)).center()
    )
    menu = table._menu
    texts = [line.text() for line in menu.actions()]
    assert texts[0] == "Void" and "Only “milk”" in texts
    next(line for line in menu.actions() if line.text() == "Only “milk”").trigger()
    menu.hide()
    assert articles(table) == ["milk"]


@pytest.mark.parametrize(
    ("section", "text", "found"), [(1, "3", ["tea", "apples"]), (0, "tea", ["tea"])]
)
def test_only_is_the_whole_cell(qtbot, section, text, found):
    """Only 3 is not 13, and only tea is no green tea."""
    table = made(qtbot, rows=[*ROWS, Sold("green tea", 13, 700)])
    at = table.view.visualRect(table.model.index(0, section)).center()
    table.view.customContextMenuRequested.emit(at)
    only = next(line for line in table._menu.actions() if line.text() == f"Only “{text}”")
    only.trigger()
    table._menu.hide()
    assert articles(table) == found
    qtbot.keyClick(table.view, Qt.Key.Key_F, CTRL)
    # what was asked can be read and changed above the column
    assert table.header.boxes[table.model.columns[section].key].text() == f"={text}"


def test_a_cell_is_edited_by_its_column(qtbot):
    """And left unchanged it is no edit."""
    said = []
    column = Column(
        "article", "Article", lambda s: s.article, edit=lambda s, text: said.append(text)
    )
    table = Table([column], "A", kept_as="", empty=Empty("ticket", "-"), no_match="-", words=WORDS)
    qtbot.addWidget(table)
    table.show(ROWS)
    index = table.model.index(0, 0)
    table.model.setData(index, "tea")
    table.model.setData(index, "coffee")
    assert said == ["coffee"]


def written_in(qtbot, said):
    """A table in which somebody has begun to write another article, and the box he writes in."""
    column = replace(COLUMNS[0], edit=lambda sold, text: said.append((sold.article, text)))
    table = made(qtbot, columns=[column, COLUMNS[1]], same=lambda sold: sold.article)
    qtbot.keyClick(table.view, Qt.Key.Key_Down)
    qtbot.keyClick(table.view, Qt.Key.Key_F2)
    [box] = table.view.viewport().findChildren(QLineEdit)
    qtbot.keyClicks(box, "cof")
    return table, box


@pytest.mark.parametrize(
    ("end", "taken"), [(Qt.Key.Key_Return, [("tea", "coffee")]), (Qt.Key.Key_Escape, [])]
)
def test_rows_that_come_wait_for_a_cell_that_is_written_in(qtbot, end, taken):
    """What somebody else did took the cell away in the middle of a word."""
    said = []
    table, box = written_in(qtbot, said)
    table.show([Sold("bread", 1, 300)])
    table.show(ROWS[::-1])
    table.add([Sold("rice", 2, 400)])
    assert not table.select(lambda sold: sold.article == "rice")
    qtbot.keyClicks(box, "fee")
    assert articles(table) == ["tea", "milk", "apples"] and box.text() == "coffee"
    qtbot.keyClick(box, end)
    qtbot.waitUntil(lambda: articles(table) == ["apples", "milk", "tea", "rice"])
    assert said == taken
    assert table.current().article == "rice"


def test_what_an_edit_brings_is_shown_at_once(qtbot):
    """The page answers with newer rows than those that wait."""
    said = []
    table, box = written_in(qtbot, said)
    edited = table.model.columns[0]
    table.model.columns[0] = replace(
        edited, edit=lambda _sold, text: table.show([Sold(text, 1, 1)])
    )
    table.show(ROWS[:1])
    qtbot.keyClick(box, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: articles(table) == ["cof"])


def test_another_order_takes_what_is_typed(qtbot):
    """A click on a title leaves the cell in which somebody writes."""
    said = []
    table, _ = written_in(qtbot, said)
    click_title(qtbot, table, 0)
    assert said == [("tea", "cof")] and articles(table) == ["apples", "milk", "tea"]


# --- columns ---


def shown(table):
    return [column.key for column in table.shown_columns()]


def test_columns_are_kept_per_person(qtbot):
    """Order, width and what is hidden come back with the next window."""
    kept = Kept()
    table = made(qtbot, kept=kept)
    table.foot.column_menu.aboutToShow.emit()
    table.foot.column_menu.actions()[1].trigger()
    table.header.moveSection(2, 0)
    table.header.resizeSection(2, 155)
    click_title(qtbot, table, 0)
    table.page.hide()
    assert kept.layouts["articles"]["hidden"] == ["pieces"]
    again = made(qtbot, kept=kept)
    assert shown(again) == ["net", "article"]
    assert again.header.sectionSize(2) == 155
    assert articles(again) == ["apples", "milk", "tea"]


def test_as_at_first_forgets_what_was_kept(qtbot):
    """A way back from every layout."""
    kept = Kept()
    table = made(qtbot, kept=kept)
    table.kept.show_column("pieces", False)
    table.kept.reset()
    assert shown(table) == ["article", "pieces", "net"]
    assert kept.layouts["articles"] is None


def test_as_at_first_brings_the_first_order_back(qtbot):
    """A layout is columns and order."""
    kept = Kept()
    table = made(qtbot, kept=kept, order=(("net", True),))
    first = articles(table)
    click_title(qtbot, table, 0)
    assert articles(table) != first
    table.foot.column_menu.aboutToShow.emit()
    table.foot.column_menu.actions()[-1].trigger()
    assert articles(table) == first and table.query.order == (("net", True),)
    table.page.hide()
    assert kept.layouts["articles"] is None


def test_the_first_column_of_words_takes_the_room(qtbot):
    """Amounts stay beside each other on a wide screen."""
    table = made(qtbot)
    assert table.header.length() == table.view.viewport().width()
    assert table.header.sectionSize(2) == 90
    table.page.resize(1200, 400)
    qtbot.waitUntil(lambda: table.header.length() == table.view.viewport().width())
    assert table.header.sectionSize(2) == 90


def test_a_column_that_is_not_shown_takes_no_room(qtbot):
    """It was left white between two others: a column stretched while Qt hid another one."""
    kept = Kept()
    kept.layouts["articles"] = {"keys": [], "hidden": ["pieces"], "widths": {}, "order": []}
    table = made(qtbot, kept=kept)
    for wide in (1200, 500, 900):
        table.page.resize(wide, 400)
        qtbot.waitUntil(lambda: table.header.length() == table.view.viewport().width())
        sizes = [table.header.sectionSize(at) for at in (0, 2)]
        assert table.header.sectionViewportPosition(2) == sizes[0]
        assert sum(sizes) == table.header.length()


def test_spare_columns_go_first_where_room_is_short(qtbot):
    """And come back with the room."""
    spare = [replace(COLUMNS[0], spare=False), *(replace(c, spare=True) for c in COLUMNS[1:])]
    table = made(qtbot, columns=spare)
    table.page.resize(230, 400)
    qtbot.waitUntil(lambda: shown(table) == ["article", "pieces"])
    qtbot.waitUntil(lambda: table.view.horizontalScrollBar().maximum() == 0)
    # what the rows are sorted by stays in sight
    table.ask(Query((("net", True),)))
    assert shown(table) == ["article", "net"]
    table.ask(Query())
    table.page.resize(640, 400)
    qtbot.waitUntil(lambda: shown(table) == ["article", "pieces", "net"])


# --- sums, files, place ---


def test_sums_are_of_the_rows_that_are_shown(qtbot):
    """A filter changes them."""
    table = made(qtbot, totals=lambda rows: {"net": WORDS.money(sum(row.net for row in rows))})
    assert table.totals.texts() == {"net": "¥32.00"}
    table.ask(Query(filters={"article": "tea"}))
    assert table.totals.texts() == {"net": "¥15.00"}
    table.show([])
    assert table.totals.isHidden()


def test_what_is_shown_is_what_is_written(qtbot, monkeypatch, tmp_path):
    """Columns, filters and order; Ctrl+E asks for the file."""
    files, file = Files(), tmp_path / "a.xlsx"
    table = made(qtbot, files=files)
    table.ask(Query((("net", True),), {"pieces": "3"}))
    table.kept.show_column("pieces", False)
    monkeypatch.setattr(
        "storecrm.ui.kit.file_dialogs.save_as", lambda page, title, name, kinds: file
    )
    qtbot.keyClick(table.view, Qt.Key.Key_E, CTRL)
    ((what, where),) = files.asked
    assert where == file
    assert [what.cells(record) for record in what.records] == [("tea", 1500), ("apples", 900)]


def test_a_paged_list_writes_every_row(qtbot, monkeypatch, tmp_path):
    """Not only those that were scrolled to."""
    files = Files()
    table = made(qtbot, files=files, by_store=True, every_row=lambda query: iter(ROWS * 2))
    monkeypatch.setattr("storecrm.ui.kit.file_dialogs.save_as", lambda *_: tmp_path / "a.csv")
    table.foot.file_menu.actions()[1].trigger()
    assert len(list(files.asked[0][0].records)) == 6


def test_without_a_writer_nothing_is_offered(qtbot):
    """Nor to who may not."""
    table = made(qtbot)
    assert table.foot.files.isHidden() and not table.exporting.isVisible()


@pytest.mark.parametrize("height", [150, 260, 333, 401])
def test_no_row_is_cut_in_half(qtbot, height):
    """Half a row is read as none."""
    table = made(qtbot, rows=ROWS * 20)
    table.page.layout().setContentsMargins(0, 0, 0, 0)
    table.page.search.hide()
    table.page.resize(640, height)
    qtbot.waitUntil(lambda: table.height() == height)
    assert table.view.viewport().height() % 36 == 0
    assert table.foot.isVisible() is (height >= 200)


def choosing(qtbot, said):
    """A table in which the article is chosen from three."""
    kinds = {"tea": "Tea", "milk": "Milk", "bread": "Bread"}
    article = Column(
        "article",
        "Article",
        lambda sold: kinds.get(sold.article, "—"),
        edit=lambda sold, answer: said.append((sold.article, answer)),
        choices=lambda sold: kinds if sold.article in kinds else {},
    )
    made = Table(
        [COLUMNS[1], article],
        "Sold",
        kept_as="sold",
        empty=Empty("ticket", "Nothing sold."),
        no_match="Nothing fits.",
        words=WORDS,
    )
    qtbot.addWidget(made)
    made.resize(500, 300)
    made.show(ROWS)
    made.show()
    return made


def opened_box(qtbot, table):
    qtbot.waitUntil(lambda: bool(table.view.findChildren(QComboBox)))
    [box] = table.view.findChildren(QComboBox)
    qtbot.waitUntil(lambda: box.view().isVisible())
    return box


def test_an_answer_is_chosen_in_its_cell_by_keys(qtbot):
    """Space opens the choice of the row, whatever column the cursor is in; Enter takes it."""
    said = []
    table = choosing(qtbot, said)
    table.view.setFocus()
    table.view.selectRow(0)
    qtbot.keyClick(table.view, Qt.Key.Key_Space)
    box = opened_box(qtbot, table)
    assert box.currentText() == "Tea" and box.accessibleName() == "Article"
    qtbot.keyClick(box.view(), Qt.Key.Key_Down)
    qtbot.keyClick(box.view(), Qt.Key.Key_Return)
    assert said == [("tea", "milk")] and table.current() == ROWS[0]


def test_an_answer_is_chosen_by_two_clicks_and_the_same_one_is_no_edit(qtbot):
    said = []
    table = choosing(qtbot, said)
    spot = table.view.visualRect(table.model.index(1, 1)).center()
    qtbot.mouseClick(table.view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    box = opened_box(qtbot, table)
    at = box.view().visualRect(box.model().index(1, 0)).center()
    qtbot.mouseClick(box.view().viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert said == []


def test_a_cell_with_nothing_to_choose_opens_nothing(qtbot):
    table = choosing(qtbot, [])
    table.view.selectRow(2)
    qtbot.keyClick(table.view, Qt.Key.Key_Space)
    assert not table.view.findChildren(QComboBox)


def test_words_give_way_before_the_list_scrolls_and_come_back(qtbot):
    """At 150 % the state stood outside; what the table gives away is nobody's choice and is not
    kept."""
    wide = [Column(key, key.title(), lambda _: "words", 200) for key in ("one", "two", "three")]
    made = Table(
        [*wide, COLUMNS[2]],
        "Sold",
        kept_as="sold",
        empty=Empty("ticket", "Nothing sold."),
        no_match="Nothing fits.",
        words=WORDS,
    )
    qtbot.addWidget(made)
    made.show(ROWS)
    made.resize(420, 300)
    made.show()
    assert made.view.horizontalScrollBar().maximum() == 0
    assert made.header.sectionSize(3) >= 90 and made.header.sectionSize(1) < 200
    made.resize(1000, 300)
    assert [made.header.sectionSize(at) for at in (1, 2)] == [200, 200]
    assert made.kept.layout.widths == {}


def test_a_column_that_is_hidden_takes_no_room(qtbot):
    """It got a width again on its way out, and the list scrolled by it."""
    columns = [replace(COLUMNS[0], shown=False), *COLUMNS[1:], replace(COLUMNS[0], key="again")]
    made = Table(
        columns,
        "Sold",
        kept_as="sold",
        empty=Empty("ticket", "Nothing sold."),
        no_match="Nothing fits.",
        words=WORDS,
    )
    qtbot.addWidget(made)
    made.resize(500, 300)
    made.show(ROWS)
    made.show()
    assert made.header.length() == made.view.viewport().width()
    made.kept.show_column("article", True)
    made.kept.show_column("article", False)
    assert made.header.length() == made.view.viewport().width()
