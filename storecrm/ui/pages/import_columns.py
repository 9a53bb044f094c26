"""The second step of an import: which column of the file is which of ours, and how its cells are
read."""

from collections.abc import Iterator
from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from storecrm.domain.list_columns import COLUMNS, PARTS
from storecrm.i18n import Catalogue, m
from storecrm.services.imports.mappings import OWN, MappingView, Reading
from storecrm.services.imports.preview import FileColumn, FilePreview
from storecrm.ui.kit.actions import Action, act, button_of
from storecrm.ui.kit.pickers.number_box import NumberBox
from storecrm.ui.kit.sacrifice import Sacrifice
from storecrm.ui.kit.tables import Column, Empty, Kind, Table
from storecrm.ui.kit.widgets import button, field, label, row
from storecrm.ui.pages.import_labels import (
    DECIMALS,
    ORDERS,
    ROUNDINGS,
    TOLD,
    choice_box,
    choose,
    column_name,
    encodings,
    rule_name,
    titled,
)
from storecrm.ui.viewmodels.import_wizard import ImportViewModel, Looked

_CHECK = Action("import.check", m("Check the file"), "list-details", "Ctrl+Return")
_KEEP = Action("import.keep", m("Keep the mapping under its name"), short=m("Keep"))


class ColumnsStep(QWidget):
    """What was found in the file, each column with what it is imported as."""

    back = Signal()

    def __init__(self, vm: ImportViewModel, words: Catalogue) -> None:
        super().__init__()
        self._vm = vm
        self._words = words
        self.about = label("", "small", wrap=True)
        self._make_file_ways()
        self._make_cell_ways()
        self.rules = QWidget()
        self._rules = QHBoxLayout(self.rules)
        self._rules.setContentsMargins(0, 0, 0, 0)
        self._make_map()
        self._lay_out()
        self._join()

    def _make_file_ways(self) -> None:
        """How the file itself is read: encoding, sheet, row of the titles, a kept mapping."""
        w = self._words
        self.encoding = choice_box(w.t("Encoding"), encodings(w), least=4)
        self.sheet = choice_box(w.t("Sheet"), {}, least=4)
        self.header = NumberBox(w.t("Row of the titles"), w, least=1, most=20, value=1)
        self.kept = choice_box(w.t("Kept mapping"), {}, least=4)

    def _make_cell_ways(self) -> None:
        """How the cells are read."""
        w = self._words
        decimals = titled(DECIMALS, w)
        orders = titled(ORDERS, w)
        self.decimal = choice_box(w.t("Decimal sign"), decimals, least=12)
        self.days = choice_box(w.t("Order of day and month"), orders, least=12)
        roundings = titled(ROUNDINGS, w)
        self.rounding = choice_box(w.t("Parts of a point"), roundings, least=12)
        hint = w.t("words that say nothing: none, 没填")
        self.blank_words = field(w.t("Words that say nothing"), hint)

    def _make_map(self) -> None:
        w = self._words
        self.map: Table[FileColumn] = Table(
            list(self._columns()),
            w.t("Columns"),
            kept_as="import_columns",
            empty=Empty("columns", w.t("The file has no columns.")),
            no_match=w.t("No column fits."),
            words=w,
            same=lambda column: column.title,
        )
        hint = w.t("keep these columns under a name")
        self.name = field(w.t("Name of the mapping"), hint)
        self.name.setMinimumWidth(120)

    def _columns(self) -> Iterator[Column[FileColumn]]:
        w = self._words
        yield Column("title", w.t("Column of the file"), _title, 150)
        yield Column(
            "as",
            w.t("Imported as"),
            self._imported_as,
            190,
            edit=self._stands_for,
            choices=self._choices,
        )
        yield Column(
            "filled",
            w.t("Filled"),
            self._filled,
            width=80,
            kind=Kind.PERCENT,
            value=lambda c: c.filled,
        )
        yield Column(
            "examples", w.t("Examples"), lambda c: "   ".join(c.examples), 240, personal=True
        )
        yield Column("told", w.t("How told"), self._told, 110)

    def _lay_out(self) -> None:
        w = self._words
        titles_in = label(w.t("Row of the titles"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.about)
        column.addLayout(row(self.encoding, self.sheet, titles_in, self.header, self.kept))
        column.addLayout(row(self.decimal, self.days))
        column.addLayout(row(self.rounding, self.blank_words))
        column.addWidget(self.rules)
        column.addWidget(self.map, 1)
        back = button(w.t("Back"), self.back.emit)
        keep = button_of(act(self, _KEEP, self._keep, words=w))
        check = button_of(act(self, _CHECK, self.check, words=w), "primary")
        column.addLayout(row(back, self.name, keep, None, check))
        Sacrifice(self, (self.about,))

    def _join(self) -> None:
        vm = self._vm
        self.encoding.activated.connect(lambda _: vm.read_as(str(self.encoding.currentData())))
        self.sheet.activated.connect(lambda _: vm.read_sheet(str(self.sheet.currentData())))
        self.header.changed.connect(self._titles_in)
        self.kept.activated.connect(self._use_kept)
        self.decimal.activated.connect(partial(self._read_cells, "decimal", self.decimal))
        self.days.activated.connect(partial(self._read_cells, "days", self.days))
        self.rounding.activated.connect(partial(self._read_cells, "points", self.rounding))

    def _read_cells(self, way: str, box: QComboBox, _at: int) -> None:
        code = str(box.currentData())
        self._vm.read_cells(**{way: code})

    def _keep(self) -> None:
        self._vm.keep_mapping(self.name.text())

    def check(self) -> None:
        """Count what would happen with the file read in this way."""
        typed = self.blank_words.text().replace("，", ",")
        # commas of either writing
        blank = [word.strip() for word in typed.split(",")]
        self._vm.read_cells(blank=tuple(filter(None, blank)))
        self._vm.check()

    @Slot(object)
    def _titles_in(self, at: int | None) -> None:
        # leaving the box untouched reads nothing anew
        if at is not None and at != self._vm.plan.header:
            self._vm.titles_in(at)

    def _use_kept(self) -> None:
        chosen = self.kept.currentData()
        if chosen is not None:
            self._vm.look(chosen)

    def show_file(self, found: Looked) -> None:
        """What was found in the file."""
        preview = found.look
        self.about.setText(self._about(preview))
        # what was found is shown, not asked for again
        self.header.set_value(preview.header)
        self._show_kept(found.kept)
        self._show_sheets(preview)
        self._show_reading(preview.reading)
        self.map.show(preview.columns)

    def _about(self, preview: FilePreview) -> str:
        """The file in a line: its name, how it was read, how long it is."""
        w = self._words
        path = self._vm.plan.path
        name = path.name if path else ""
        mapping = w.t("read as {mapping}", mapping=preview.mapping) if preview.mapping else ""
        rows = w.n("1 row", "{count} rows", preview.rows)
        if preview.more:
            rows = w.t("first {rows} looked at, the rest when it is checked", rows=rows)
        parts = (name, mapping, preview.encoding, self._delimiter(preview.delimiter), rows)
        return " · ".join(part for part in parts if part)

    def _delimiter(self, sign: str) -> str:
        """What stands between the cells of a text."""
        w = self._words
        printed = {",": w.t("commas"), ";": w.t("semicolons")}
        drawn = {"\t": w.t("tabs"), "|": w.t("upright lines")}
        return (printed | drawn).get(sign, "")

    def _show_kept(self, views: list[MappingView]) -> None:
        self.kept.clear()
        self.kept.addItem(self._words.t("a kept mapping …"), None)
        for view in views:
            self.kept.addItem(view.name, view)
        self.kept.setVisible(bool(views))

    def _show_sheets(self, preview: FilePreview) -> None:
        self.sheet.clear()
        for name in preview.sheets:
            self.sheet.addItem(self._words.t("sheet {name}", name=name), name)
        choose(self.sheet, preview.sheet)
        self.sheet.setVisible(len(preview.sheets) > 1)

    def _show_reading(self, reading: Reading) -> None:
        """How the cells are read, to be seen and changed."""
        choose(self.decimal, reading.decimal or OWN)
        choose(self.days, reading.days or OWN)
        choose(self.rounding, reading.points or OWN)
        self.blank_words.setText(", ".join(reading.blank))
        self._clear_rules()
        # several rules may bear the same name: one tick follows them all
        names = dict.fromkeys(rule.name for rule in reading.rules)
        for name in names:
            self._rules.addWidget(self._rule_tick(name, reading))
        self._rules.addStretch(1)
        self.rules.setVisible(bool(names))

    def _clear_rules(self) -> None:
        while (item := self._rules.takeAt(0)) is not None:
            tick = item.widget()
            if tick is not None:
                tick.deleteLater()

    def _rule_tick(self, name: str, reading: Reading) -> QCheckBox:
        what = rule_name(name, self._words)
        tick = QCheckBox(self._words.t("without: {what}", what=what))
        tick.setChecked(name not in reading.taken)
        tick.toggled.connect(partial(self._vm.follow, name))
        return tick

    # --- what stands in the map ---

    def _filled(self, column: FileColumn) -> str:
        return self._words.percent(column.filled, 0)

    def _told(self, column: FileColumn) -> str:
        """How it was told what the column is, and how many ways to write dates it has."""
        w = self._words
        told = w.t(TOLD[column.told_by])
        if column.shapes > 1:
            told += w.n(" (1 way to write dates)", " ({count} ways to write dates)", column.shapes)
        return told

    def _imported_as(self, column: FileColumn) -> str:
        """As the plan says now: what a column was before is free again."""
        return column_name(self._vm.plan.columns.get(column.title, ""), self._words)

    def _choices(self, column: FileColumn) -> dict[str, str]:
        """Which of our columns a column of the file may be."""
        # a column without a title cannot be named in a mapping
        if not column.title:
            return {}
        kind = self._vm.plan.kind
        ours = ("", *COLUMNS[kind], *PARTS.get(kind, ()))
        return {place: column_name(place, self._words) for place in ours}

    def _stands_for(self, column: FileColumn, ours: str) -> None:
        self._vm.stands_for(column.title, ours)
        # what the column was before is free again: other rows read differently now
        self.map.model.touch()


def _title(column: FileColumn) -> str:
    return column.title or "—"
