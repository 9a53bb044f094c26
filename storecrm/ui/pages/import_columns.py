"""The second step of an import: which column of the file is which of ours, and how its cells are
read."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QSpinBox,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from storecrm.domain.list_columns import COLUMNS, PARTS
from storecrm.i18n import Catalogue
from storecrm.services.imports.mappings import OWN, MappingView, Reading
from storecrm.services.imports.preview import FileColumn, FilePreview
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

_WIDTHS = (150, 70, 240, 190, 100)
_IMPORTED_AS = 3
"""The place of the choice among the columns of the map."""


class ColumnsStep(QWidget):
    """What was found in the file, each column with what it is imported as."""

    back = Signal()

    def __init__(self, vm: ImportViewModel, words: Catalogue) -> None:
        super().__init__()
        self._vm = vm
        self._words = words
        self._combos: list[tuple[str, QComboBox]] = []
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
        self.encoding = QComboBox()
        self.encoding.setAccessibleName(w.t("Encoding"))
        for code, title in encodings(w).items():
            self.encoding.addItem(title, code)
        self.sheet = QComboBox()
        self.sheet.setAccessibleName(w.t("Sheet"))
        self.header = QSpinBox()
        self.header.setAccessibleName(w.t("Row of the titles"))
        self.header.setRange(1, 20)
        self.kept = QComboBox()
        self.kept.setAccessibleName(w.t("Kept mapping"))

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
        self.map = QTableWidget(0, len(_WIDTHS))
        of_file = [w.t("Column of the file"), w.t("Filled"), w.t("Examples")]
        of_ours = [w.t("Imported as"), w.t("How told")]
        self.map.setHorizontalHeaderLabels(of_file + of_ours)
        self.map.setAccessibleName(w.t("Columns"))
        rows = self.map.verticalHeader()
        rows.hide()
        # high enough for the choice that stands in each row
        rows.setDefaultSectionSize(42)
        self.map.setShowGrid(False)
        self.map.setTabKeyNavigation(False)
        self.map.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.map.horizontalHeader().setStretchLastSection(True)
        for at, width in enumerate(_WIDTHS):
            self.map.setColumnWidth(at, width)
        hint = w.t("keep these columns under a name")
        self.name = field(w.t("Name of the mapping"), hint)
        self.name.setMinimumWidth(280)

    def _lay_out(self) -> None:
        w = self._words
        titles_in = label(w.t("Row of the titles"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.about)
        column.addLayout(row(self.encoding, self.sheet, titles_in, self.header, self.kept, None))
        column.addLayout(row(self.decimal, self.days))
        column.addLayout(row(self.rounding, self.blank_words))
        column.addWidget(self.rules)
        column.addWidget(self.map, 1)
        back = button(w.t("Back"), self.back.emit)
        keep = button(w.t("Keep"), self._keep)
        check = button(w.t("Check the file"), self.check, kind="primary")
        column.addLayout(row(back, self.name, keep, None, check))

    def _join(self) -> None:
        vm = self._vm
        self.encoding.activated.connect(lambda _: vm.read_as(str(self.encoding.currentData())))
        self.sheet.activated.connect(lambda _: vm.read_sheet(str(self.sheet.currentData())))
        self.header.editingFinished.connect(self._titles_in)
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

    def _titles_in(self) -> None:
        at = self.header.value()
        # leaving the box untouched reads nothing anew
        if at != self._vm.plan.header:
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
        self.header.blockSignals(True)
        self.header.setValue(preview.header)
        self.header.blockSignals(False)
        self._show_kept(found.kept)
        self._show_sheets(preview)
        self._show_reading(preview.reading)
        self._show_columns(preview.columns)

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

    def _show_columns(self, columns: tuple[FileColumn, ...]) -> None:
        self.map.setRowCount(len(columns))
        self._combos = []
        for at, column in enumerate(columns):
            for place, text in self._cells(column).items():
                self.map.setItem(at, place, QTableWidgetItem(text))
            choice = self._choice(column)
            self.map.setCellWidget(at, _IMPORTED_AS, choice)
            self._combos.append((column.title, choice))

    def _cells(self, column: FileColumn) -> dict[int, str]:
        """What is said of a column of the file, by its place in the map."""
        w = self._words
        title = column.title or "—"
        filled = w.percent(column.filled, 0)
        examples = "   ".join(column.examples)
        told = w.t(TOLD[column.told_by])
        if column.shapes > 1:
            told += w.n(" (1 way to write dates)", " ({count} ways to write dates)", column.shapes)
        return {0: title, 1: filled, 2: examples, 4: told}

    def _choice(self, column: FileColumn) -> QComboBox:
        """Which of our columns a column of the file is."""
        w = self._words
        kind = self._vm.plan.kind
        choice = QComboBox()
        choice.setAccessibleName(w.t("{title} is imported as", title=column.title or "—"))
        parts = PARTS.get(kind, ())
        for ours in ("", *COLUMNS[kind], *parts):
            choice.addItem(column_name(ours, w), ours)
        choice.setCurrentIndex(choice.findData(column.stands_for))
        # a column without a title cannot be named in a mapping
        choice.setEnabled(bool(column.title))
        choice.activated.connect(partial(self._stands_for, column.title, choice))
        return choice

    def _stands_for(self, title: str, choice: QComboBox, _at: int) -> None:
        self._vm.stands_for(title, str(choice.currentData()))
        # what the column was before is free again: the other choices show it
        chosen = self._vm.plan.columns
        for other, box in self._combos:
            choose(box, chosen.get(other, ""))
