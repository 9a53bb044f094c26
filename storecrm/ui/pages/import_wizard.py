"""Imports in four steps: file, columns, check, done."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QSpinBox,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from storecrm.domain.list_columns import COLUMNS, PARTS
from storecrm.domain.list_titles import CHINESE
from storecrm.errors import ImportRejected, StoreError
from storecrm.i18n import Catalogue, m
from storecrm.services.imports.mappings import OWN, SHOP, Reading
from storecrm.services.imports.options import Imported
from storecrm.services.imports.preview import FileColumn
from storecrm.services.imports.reader import ENCODINGS as KNOWN_ENCODINGS
from storecrm.services.imports.run import BatchRow
from storecrm.ui.kit.progress_bar import Busy
from storecrm.ui.kit.rows import Column, RowsModel, table
from storecrm.ui.kit.widgets import Banner, button, card, field, label, row
from storecrm.ui.viewmodels.import_wizard import ImportViewModel, Looked
from storecrm.values import Moment, Problem
from storecrm.wording import errors, labels
from storecrm.wording.names import LISTS

KINDS = LISTS
STATES = {
    "writing": m("being written"),
    "showing": m("being shown"),
    "done": m("imported"),
    "undone": m("rolled back"),
}
STEPS = (m("File"), m("Columns"), m("Check"), m("Done"))
ENCODINGS = ("", *KNOWN_ENCODINGS)
PART_NAMES = {
    "given_name": m("given name"),
    "family_name": m("family name"),
    "variant": m("variant (behind the name)"),
    "sold_time": m("time (behind the day)"),
    "redeemed_time": m("time (behind the day)"),
    "amount_back": m("amount given back"),
}
DECIMALS = {
    OWN: m("decimal sign: as the cells say"),
    ".": m("decimal sign: 12.50"),
    ",": m("decimal sign: 12,50"),
}
ORDERS = {
    OWN: m("dates: as each column says"),
    SHOP: m("dates: as usual where the shop is"),
    "mdy": m("dates: month, day, year"),
    "dmy": m("dates: day, month, year"),
    "ymd": m("dates: year, month, day"),
}
ROUNDINGS = {
    OWN: m("parts of a point: ask"),
    "down": m("parts of a point: leave out"),
    "half_up": m("parts of a point: round"),
}
RULES = {
    "void": m("voided"),
    "refunded": m("refunded in full"),
    "unpaid": m("not paid"),
    "cancelled": m("cancelled"),
    "disabled": m("disabled"),
    "archived": m("archived"),
    "totals": m("totals"),
    "titles": m("titles said again"),
    "remark": m("remarks"),
    "lost_card": m("card reported lost: without its number"),
}
"""What a person reads of the rules that leave rows out."""
TOLD = {
    "title": m("by its title"),
    "content": m("by its content"),
    "mapping": m("by the mapping"),
    "": "",
}


def column_name(column: str, words: Catalogue) -> str:
    """A column of ours in the reader's language."""
    if not column:
        return words.t("leave out")
    if column in PART_NAMES:
        return words.t(PART_NAMES[column])
    return CHINESE.get(column, column).split(",")[0] if words.chinese else column.replace("_", " ")


def rule_name(name: str, words: Catalogue) -> str:
    """What a rule leaves out, in the reader's language; a mapping of one's own may have any
    name."""
    return words.t(RULES[name]) if name in RULES else name


def _choices(words: Catalogue, name: str, known: dict[str, str]) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(12)
    box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    for code, title in known.items():
        box.addItem(words.t(title), code)
    return box


class DropArea(QFrame):
    """A place to let a file fall."""

    def __init__(self, page: "ImportWizard", words: Catalogue) -> None:
        super().__init__()
        self._page = page
        self.setProperty("card", True)
        self.setAcceptDrops(True)
        column = QVBoxLayout(self)
        text = label(words.t("Drop an Excel or CSV file here"), "h2")
        text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(text)
        column.addLayout(
            row(
                None,
                button(words.t("Choose a file"), page.choose, kind="primary", icon="upload"),
                None,
            )
        )

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if files:
            self._page.take(Path(files[0]))


class ImportWizard(QWidget):
    """The four steps, one after the other."""

    duplicates_wanted = Signal()

    def __init__(self, vm: ImportViewModel, words: Catalogue) -> None:
        super().__init__()
        self._vm, self._words = vm, words
        self._seen: Imported | None = None
        self._batch: Imported | None = None
        self._problems: Sequence[Problem] = ()
        self.banner, self.busy, self.steps = Banner(), Busy(vm.cancel, words), label("", "small")
        self.stack = QStackedWidget()
        for page in (self._file(), self._columns(), self._check(), self._done()):
            self.stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.addWidget(self.steps)
        column.addWidget(self.busy)
        column.addWidget(self.banner)
        column.addWidget(self.stack, 1)
        vm.looked.connect(self._looked)
        vm.checked.connect(self._checked)
        vm.imported.connect(self._imported)
        vm.imports.connect(self._list)
        vm.undone.connect(self._undone)
        vm.saved.connect(self._saved)
        vm.progressed.connect(self.busy.step)
        vm.refused.connect(self._refuse)
        self._go(0)

    def open(self) -> None:
        self._vm.load_imports()

    def _go(self, step: int) -> None:
        marks = [
            f"{'●' if at == step else '○'} {self._words.t(title)}" for at, title in enumerate(STEPS)
        ]
        self.steps.setText("  —  ".join(marks))
        self.stack.setCurrentIndex(step)
        self.banner.say("")

    # --- 1 file ---

    def _file(self) -> QWidget:
        w, page = self._words, QWidget()
        self.kind = QComboBox()
        for kind, title in KINDS.items():
            self.kind.addItem(w.t(title), kind)
        self.kind.setAccessibleName(w.t("What the file holds"))
        imports: list[Column[BatchRow]] = [
            Column(w.t("No."), lambda b: str(b.id), 50),
            Column(w.t("Time"), lambda b: w.stamp(Moment(b.at)), 140),
            Column(w.t("What the file holds"), lambda b: w.t(KINDS[b.kind]), 140),
            Column(w.t("File"), lambda b: b.file_name, 170),
            Column(w.t("New"), lambda b: w.number(b.created), 70, True),
            Column(w.t("Changed"), lambda b: w.number(b.updated), 90, True),
            Column(
                w.t("State"),
                lambda b: (
                    w.t("stuck")
                    if b.trouble and b.state in ("writing", "showing")
                    else w.t(STATES[b.state])
                ),
                90,
            ),
        ]
        self.import_rows: RowsModel[BatchRow] = RowsModel(imports)
        self.import_list = table(self.import_rows, imports, w.t("Imports"))
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(
            row(
                label(w.t("What the file holds")),
                self.kind,
                None,
                button(w.t("Empty form"), self._template, icon="download"),
            )
        )
        column.addWidget(DropArea(self, w))
        self.readings = QListWidget()
        self.readings.setAccessibleName(w.t("Which line reads right?"))
        self.readings.setMaximumHeight(170)
        self.readings.hide()
        self.readings.itemActivated.connect(self._read_as)
        self.readings.itemClicked.connect(self._read_as)
        column.addWidget(self.readings)
        column.addLayout(
            row(
                label(w.t("Imports so far"), "small"),
                None,
                button(w.t("Roll back the import"), self._undo),
            )
        )
        self.stuck = label("", wrap=True)
        self.stuck.hide()
        column.addWidget(self.stuck)
        column.addWidget(self.import_list, 1)
        return page

    @Slot(object)
    def _list(self, rows: Sequence[BatchRow]) -> None:
        """The imports so far; of one that is stuck it is said why, and what to do."""
        self.import_rows.show(list(rows))
        told = (
            labels.import_trouble(r.state, r.trouble, self._words, batch=r.id, file=r.file_name)
            for r in rows
        )
        self.stuck.setText("\n".join(f"{said} {cure}" for said, cure in told if said))
        self.stuck.setVisible(bool(self.stuck.text()))

    def _show_readings(self, readings: Sequence[Mapping[str, str]]) -> None:
        """The same line of the file in each encoding that it may be in: a person sees which one
        reads right."""
        self.readings.clear()
        for one in readings:
            item = QListWidgetItem(f"{one['line']}    ({one['encoding']})")
            item.setData(Qt.ItemDataRole.UserRole, one["encoding"])
            self.readings.addItem(item)
        self.readings.setVisible(bool(readings))

    def _read_as(self, item: QListWidgetItem) -> None:
        chosen = str(item.data(Qt.ItemDataRole.UserRole))
        self.readings.hide()
        self.banner.say("")
        self.encoding.setCurrentIndex(max(0, self.encoding.findData(chosen)))
        self._vm.read_as(chosen)

    def choose(self) -> None:
        """Ask for a file."""
        file, _ = QFileDialog.getOpenFileName(
            self,
            self._words.t("Choose a file"),
            str(Path.home()),
            "Excel, CSV (*.xlsx *.xls *.csv *.txt *.tsv)",
        )
        if file:
            self.take(Path(file))

    def take(self, file: Path) -> None:
        """Look at a file that was dropped or chosen."""
        self.banner.say("")
        # what was chosen for the file before is not meant for this one
        self.skip.setChecked(False)
        self.everywhere.setChecked(False)
        self.group.clear()
        self.existing.setCurrentIndex(0)
        self.readings.hide()
        self.encoding.setCurrentIndex(0)
        self._vm.begin(str(self.kind.currentData()), file)

    def _template(self) -> None:
        kind = str(self.kind.currentData())
        file, _ = QFileDialog.getSaveFileName(
            self, self._words.t("Empty form"), str(Path.home() / f"{kind}.xlsx"), "Excel (*.xlsx)"
        )
        if file:
            self._vm.template(kind, Path(file))

    def _undo(self) -> None:
        index = self.import_list.currentIndex()
        if index.isValid():
            self._vm.undo(self.import_rows.record(index.row()).id)

    # --- 2 columns ---

    def _columns(self) -> QWidget:
        w, page = self._words, QWidget()
        self.about = label("", "small", wrap=True)
        self.encoding, self.header, self.kept = QComboBox(), QSpinBox(), QComboBox()
        self.encoding.setAccessibleName(w.t("Encoding"))
        for code in ENCODINGS:
            self.encoding.addItem(code or w.t("found by itself"), code)
        self.sheet = QComboBox()
        self.sheet.setAccessibleName(w.t("Sheet"))
        self.decimal = _choices(w, w.t("Decimal sign"), DECIMALS)
        self.days = _choices(w, w.t("Order of day and month"), ORDERS)
        self.rounding = _choices(w, w.t("Parts of a point"), ROUNDINGS)
        self.blank_words = field(
            w.t("Words that say nothing"), w.t("words that say nothing: none, 没填")
        )
        self.rules = QWidget()
        self._rules = QHBoxLayout(self.rules)
        self._rules.setContentsMargins(0, 0, 0, 0)
        self.header.setAccessibleName(w.t("Row of the titles"))
        self.header.setRange(1, 20)
        self.kept.setAccessibleName(w.t("Kept mapping"))
        self.map = QTableWidget(0, 5)
        self.map.setHorizontalHeaderLabels(
            [
                w.t("Column of the file"),
                w.t("Filled"),
                w.t("Examples"),
                w.t("Imported as"),
                w.t("How told"),
            ]
        )
        self.map.setAccessibleName(w.t("Columns"))
        self.map.verticalHeader().hide()
        self.map.verticalHeader().setDefaultSectionSize(42)
        self.map.setShowGrid(False)
        self.map.setTabKeyNavigation(False)
        self.map.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.map.horizontalHeader().setStretchLastSection(True)
        for at, width in enumerate((150, 70, 240, 190, 100)):
            self.map.setColumnWidth(at, width)
        self.name = field(w.t("Name of the mapping"), w.t("keep these columns under a name"))
        self.name.setMinimumWidth(280)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.about)
        column.addLayout(
            row(
                self.encoding,
                self.sheet,
                label(w.t("Row of the titles")),
                self.header,
                self.kept,
                None,
            )
        )
        column.addLayout(row(self.decimal, self.days))
        column.addLayout(row(self.rounding, self.blank_words))
        column.addWidget(self.rules)
        column.addWidget(self.map, 1)
        column.addLayout(
            row(
                button(w.t("Back"), partial(self._go, 0)),
                self.name,
                button(w.t("Keep"), lambda: self._vm.keep_mapping(self.name.text())),
                None,
                button(w.t("Check the file"), self._check_file, kind="primary"),
            )
        )
        self.encoding.activated.connect(
            lambda _: self._vm.read_as(str(self.encoding.currentData()))
        )
        self.header.editingFinished.connect(self._titles_in)
        self.kept.activated.connect(self._use_kept)
        self.sheet.activated.connect(lambda _: self._vm.read_sheet(str(self.sheet.currentData())))
        self.decimal.activated.connect(
            lambda _: self._vm.read_cells(decimal=str(self.decimal.currentData()))
        )
        self.days.activated.connect(
            lambda _: self._vm.read_cells(days=str(self.days.currentData()))
        )
        self.rounding.activated.connect(
            lambda _: self._vm.read_cells(points=str(self.rounding.currentData()))
        )
        return page

    def _check_file(self) -> None:
        said = (word.strip() for word in self.blank_words.text().replace("，", ",").split(","))
        self._vm.read_cells(blank=tuple(word for word in said if word))
        self._vm.check()

    def _titles_in(self) -> None:
        if self.header.value() != self._vm.plan.header:
            self._vm.titles_in(self.header.value())

    def _use_kept(self) -> None:
        chosen = self.kept.currentData()
        if chosen is not None:
            self._vm.look(chosen)

    @Slot(object)
    def _looked(self, found: Looked) -> None:
        w, look = self._words, found.look
        sign = {
            ",": w.t("commas"),
            ";": w.t("semicolons"),
            "\t": w.t("tabs"),
            "|": w.t("upright lines"),
        }.get(look.delimiter, "")
        parts = [self._vm.plan.path.name if self._vm.plan.path else "", look.encoding, sign]
        if look.mapping:
            parts.insert(1, w.t("read as {mapping}", mapping=look.mapping))
        rows = w.n("1 row", "{count} rows", look.rows)
        parts.append(
            w.t("first {rows} looked at, the rest when it is checked", rows=rows)
            if look.more
            else rows
        )
        self.about.setText(" · ".join(part for part in parts if part))
        self.header.blockSignals(True)
        self.header.setValue(look.header)
        self.header.blockSignals(False)
        self.kept.clear()
        self.kept.addItem(w.t("a kept mapping …"), None)
        for view in found.kept:
            self.kept.addItem(view.name, view)
        self.kept.setVisible(bool(found.kept))
        self.sheet.clear()
        for name in look.sheets:
            self.sheet.addItem(w.t("sheet {name}", name=name), name)
        self.sheet.setCurrentIndex(max(0, self.sheet.findData(look.sheet)))
        self.sheet.setVisible(len(look.sheets) > 1)
        self._show_ways(look.reading)
        self._show_columns(look.columns)
        self._go(1)

    def _show_ways(self, reading: Reading) -> None:
        """How the cells are read, to be seen and changed."""
        for box, said in (
            (self.decimal, reading.decimal),
            (self.days, reading.days),
            (self.rounding, reading.points),
        ):
            box.setCurrentIndex(max(0, box.findData(said or OWN)))
        self.blank_words.setText(", ".join(reading.blank))
        while (item := self._rules.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        names = dict.fromkeys(rule.name for rule in reading.rules)
        for name in names:
            follow = QCheckBox(self._words.t("without: {what}", what=rule_name(name, self._words)))
            follow.setChecked(name not in reading.taken)
            follow.toggled.connect(partial(self._vm.follow, name))
            self._rules.addWidget(follow)
        self._rules.addStretch(1)
        self.rules.setVisible(bool(names))

    def _show_columns(self, columns: tuple[FileColumn, ...]) -> None:
        w = self._words
        self.map.setRowCount(len(columns))
        self._combos: list[tuple[str, QComboBox]] = []
        for at, one in enumerate(columns):
            shapes = (
                w.n(" (1 way to write dates)", " ({count} ways to write dates)", one.shapes)
                if one.shapes > 1
                else ""
            )
            texts = (
                one.title or "—",
                w.percent(one.filled, 0),
                "   ".join(one.examples),
                None,
                w.t(TOLD[one.told_by]) + shapes,
            )
            for place, text in enumerate(texts):
                if text is not None:
                    self.map.setItem(at, place, QTableWidgetItem(text))
            choice = QComboBox()
            choice.setAccessibleName(w.t("{title} is imported as", title=one.title or "—"))
            for column in ("", *COLUMNS[self._vm.plan.kind], *PARTS.get(self._vm.plan.kind, ())):
                choice.addItem(column_name(column, w), column)
            choice.setCurrentIndex(choice.findData(one.stands_for))
            choice.setEnabled(bool(one.title))
            choice.activated.connect(partial(self._stands_for, one.title, choice))
            self.map.setCellWidget(at, 3, choice)
            self._combos.append((one.title, choice))

    def _stands_for(self, title: str, choice: QComboBox, _at: int) -> None:
        self._vm.stands_for(title, str(choice.currentData()))
        for other, box in self._combos:
            box.setCurrentIndex(max(0, box.findData(self._vm.plan.columns.get(other, ""))))

    # --- 3 check ---

    def _check(self) -> QWidget:
        w, page = self._words, QWidget()
        problems: list[Column[Problem]] = [
            Column(w.t("Row"), lambda p: str(p.row), 60, True),
            Column(w.t("Full name"), lambda p: p.who, 90),
            Column(w.t("Column"), lambda p: column_name(p.column, w) if p.column else "", 95),
            Column(
                w.t("Cell (double-click to put it right)"), lambda p: p.value, 255, edit=self._fix
            ),
            Column(w.t("Problem"), lambda p: errors.problem(p, w), 320),
        ]
        self.problem_rows: RowsModel[Problem] = RowsModel(problems)
        self.problem_list = table(self.problem_rows, problems, w.t("Problems"))
        self.problem_list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.group = QComboBox()
        self.group.setAccessibleName(w.t("Kind of problem"))
        self.group.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.everywhere = QCheckBox(w.t("Put right every cell that says the same"))
        self.anew = button(w.t("Undo all that was decided here"), self._vm.decide_anew)
        self.blank = button(w.t("Leave these cells blank"), self._leave_blank)
        self.counts, self.totals = label("", "h2", wrap=True), QCheckBox("")
        self.existing = QComboBox()
        for code, title in (
            ("fill", m("fill what is empty")),
            ("replace", m("replace")),
            ("skip", m("leave as it is")),
        ):
            self.existing.addItem(w.t(title), code)
        self.existing.setAccessibleName(w.t("What exists already"))
        self.skip = QCheckBox(w.t("Leave out rows with problems"))
        self.erased = QCheckBox(w.t("Take in again who was erased: they asked for it"))
        self.goods = QCheckBox(
            w.t("Make the articles that no list holds: the number is the name, to be completed")
        )
        self.go, self.why = button(w.t("Import"), self._import, kind="primary"), label("", "small")
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        self.omitted = label("", "small", wrap=True)
        column.addWidget(self.counts)
        column.addWidget(self.omitted)
        column.addLayout(row(label(w.t("What exists already")), self.existing, self.skip, None))
        column.addLayout(row(self.group, self.blank, None, self.everywhere))
        column.addWidget(self.erased)
        column.addWidget(self.goods)
        column.addWidget(self.problem_list, 1)
        column.addLayout(
            row(
                button(w.t("Leave out the chosen rows"), self._leave),
                button(
                    w.t("Export the rows with problems"), self._export_problems, icon="download"
                ),
                None,
                self.anew,
            )
        )
        frame, inside = card()
        inside.addWidget(self.totals)
        column.addWidget(frame)
        column.addLayout(row(button(w.t("Back"), partial(self._go, 1)), None, self.why, self.go))
        self.existing.activated.connect(
            lambda _: self._vm.on_existing(str(self.existing.currentData()))
        )
        self.skip.toggled.connect(self._skip)
        self.erased.clicked.connect(self._vm.take_erased)
        self.goods.clicked.connect(self._vm.make_products)
        self.group.activated.connect(lambda _: self._show_problems())
        self.totals.toggled.connect(lambda _: self._ready())
        return page

    def _skip(self, on: bool) -> None:
        self._vm.leave_bad(on)
        self._ready()

    def _ready(self) -> None:
        seen = self._seen
        some = seen is not None and seen.rows > seen.rejected + seen.skipped
        fine = (
            seen is not None
            and (not seen.rejected or self.skip.isChecked())
            and self.totals.isChecked()
            and some
        )
        self.go.setEnabled(fine)
        w = self._words
        if seen is None or fine:
            self.why.setText("")
        elif not some:
            self.why.setText(w.t("No row can be taken."))
        elif seen.rejected and not self.skip.isChecked():
            self.why.setText(
                w.t("Put the rows with problems right, or tick that they are left out.")
            )
        else:
            self.why.setText(w.t("Tick the totals when they are right."))

    @Slot(object)
    def _checked(self, seen: Imported) -> None:
        w = self._words
        self.busy.hide()
        self._seen = seen
        said = [
            w.t(
                "new {new} · changed {changed} · same {same} · with problems {bad}",
                new=w.number(seen.created),
                changed=w.number(seen.updated),
                same=w.number(seen.unchanged),
                bad=w.number(seen.rejected),
            )
        ]
        if seen.blanked:
            said.append(w.n("1 cell left blank", "{count} cells left blank", seen.blanked))
        if seen.new_products:
            said.append(
                w.n(
                    "1 article made, to be completed",
                    "{count} articles made, to be completed",
                    seen.new_products,
                )
            )
        if self._vm.plan.leave:
            said.append(
                w.n(
                    "1 row left out by you",
                    "{count} rows left out by you",
                    len(self._vm.plan.leave),
                )
            )
        self.anew.setVisible(self._vm.decided)
        self._show_groups(seen)
        self.counts.setText(" · ".join(said))
        self.omitted.setText(" · ".join(self._left_out(seen)))
        self.omitted.setVisible(bool(self.omitted.text()))
        parts = [w.n("1 row", "{count} rows", seen.rows - seen.rejected - seen.skipped)]
        for name, value in seen.totals.items():
            shown = w.number(value) if name == "points" else w.money(value)
            parts.append(f"{column_name(name, w)} {shown}")
        self.totals.setText(w.t("I have checked: {totals}", totals=" · ".join(parts)))
        self.totals.setChecked(False)
        self.skip.setVisible(bool(seen.rejected))
        taken = self._vm.plan.take_erased
        self.erased.setChecked(taken)
        self.erased.setVisible(taken or any(kind == "erased_before" for _, kind, _ in seen.kinds))
        making = self._vm.plan.new_products
        self.goods.setChecked(making)
        unheard = any((kind.column, kind.kind) == ("sku", "unknown") for kind in seen.by_kind)
        self.goods.setVisible(making or (unheard and self._vm.plan.kind == "sales"))
        self._ready()
        self._go(2)

    def _left_out(self, seen: Imported) -> list[str]:
        """What a rule left out, what was rounded, and the columns that have no place here."""
        w = self._words
        said = [
            w.t("without: {what}", what=f"{rule_name(name, w)} {w.number(count)}")
            for name, count in seen.skipped_by
        ]
        if seen.rounded:
            said.append(
                w.n("1 value of points rounded", "{count} values of points rounded", seen.rounded)
            )
        if seen.left_out:
            said.append(
                w.t("columns without a place here: {titles}", titles=w.listed(seen.left_out))
            )
        return said

    def _show_groups(self, seen: Imported) -> None:
        """The problems by what they are, so that many alike are dealt with at once; the chosen kind
        stays chosen while there are any."""
        w, chosen = self._words, self.group.currentData()
        self._problems = seen.problems
        self.group.clear()
        self.group.addItem(
            w.t("all problems ({count})", count=w.number(sum(count for _, _, count in seen.kinds))),
            None,
        )
        for column, kind, count in seen.kinds:
            said = f"{errors.problem(Problem(0, column, kind), w)} ({w.number(count)})"
            self.group.addItem(
                f"{column_name(column, w)}: {said}" if column else said, f"{column}:{kind}"
            )
        self.group.setCurrentIndex(max(0, self.group.findData(chosen)))
        for part in (self.group, self.blank, self.everywhere):
            part.setVisible(bool(seen.kinds))
        self._show_problems()

    def _show_problems(self) -> None:
        chosen = self.group.currentData()
        self.problem_rows.show(
            [p for p in self._problems if chosen in (None, f"{p.column}:{p.kind}")]
        )
        self.blank.setToolTip(
            self._words.t(
                "Birthday, e-mail and what else is only nice to know can be left blank, one kind at a time."
            )
        )
        self.blank.setEnabled(
            chosen is not None and self._vm.may_be_blank(chosen.partition(":")[0])
        )

    def _fix(self, found: Problem, text: str) -> None:
        self._vm.fix(found, text, everywhere=self.everywhere.isChecked())

    def _leave_blank(self) -> None:
        chosen = self.group.currentData()
        if chosen is not None:
            self._vm.leave_blank(chosen)

    def _leave(self) -> None:
        chosen = {index.row() for index in self.problem_list.selectedIndexes()}
        if chosen:
            self._vm.leave_out(self.problem_rows.record(at).row for at in chosen)

    def _export_problems(self) -> None:
        name = str(Path.home() / f"{self._words.t('Problems')}.xlsx")
        file, _ = QFileDialog.getSaveFileName(
            self, self._words.t("Export the rows with problems"), name, "Excel (*.xlsx)"
        )
        if file:
            self._vm.export_problems(Path(file))

    def _import(self) -> None:
        if self._seen is not None:
            self._vm.go(self._seen)

    # --- 4 done ---

    def _done(self) -> QWidget:
        w, page = self._words, QWidget()
        self.result, self.without = label("", "h1", wrap=True), label("", wrap=True)
        column = QVBoxLayout(page)
        column.addWidget(self.result)
        column.addWidget(self.without)
        column.addWidget(label(w.t("The whole import can be rolled back within 30 days."), "small"))
        self.twins = button(
            w.t("Look for duplicates"), self.duplicates_wanted.emit, kind="primary", icon="users"
        )
        self.rest = button(
            w.t("Export the rows with problems"), self._export_problems, icon="download"
        )
        column.addLayout(
            row(
                self.twins,
                self.rest,
                button(w.t("Another file"), self._again),
                button(w.t("Roll back this import"), self._undo_this),
                None,
            )
        )
        column.addStretch(1)
        return page

    def _again(self) -> None:
        self._go(0)
        self._vm.load_imports()

    def _undo_this(self) -> None:
        if self._batch is not None and self._batch.batch is not None:
            self._vm.undo(self._batch.batch)

    @Slot(object)
    def _imported(self, done: Imported) -> None:
        w = self._words
        self.busy.hide()
        self._batch = done
        self.result.setText(
            w.t(
                "Imported: new {new}, changed {changed}, same {same}, left out {bad}.",
                new=w.number(done.created),
                changed=w.number(done.updated),
                same=w.number(done.unchanged),
                bad=w.number(done.rejected + len(self._vm.plan.leave)),
            )
        )
        named = [self._words.t("Read as {mapping}", mapping=done.mapping)] if done.mapping else []
        self.without.setText(" · ".join([*named, *self._left_out(done)]))
        self.twins.setVisible(self._vm.plan.kind == "members" and bool(done.created))
        self.rest.setVisible(bool(done.rejected or self._vm.plan.leave))
        self._vm.load_imports()
        self._go(3)

    @Slot(object)
    def _undone(self, done: Imported) -> None:
        self._go(0)
        self.banner.say(self._words.t("Import {batch} was rolled back.", batch=done.batch))
        self._vm.load_imports()

    @Slot(object)
    def _saved(self, what: object) -> None:
        name = str(what) if isinstance(what, Path) else getattr(what, "name", "")
        self.banner.say(self._words.t("Saved: {file}", file=name))

    @Slot(object)
    def _refuse(self, error: StoreError) -> None:
        self.busy.hide()
        cure = errors.cure(error, self._words)
        if isinstance(error, ImportRejected):
            cure = self._words.t(
                "Put the rows with problems right, or tick that they are left out."
            )
        if error.code == "encoding_unsure":
            self._go(0)
            self._show_readings(error.facts["readings"])
            cure = self._words.t("Choose the line that reads right.")
        self.banner.say(f"{errors.sentence(error, self._words)} {cure}", bad=True)
        if isinstance(error, ImportRejected):
            self._problems = error.problems
            self._show_problems()
