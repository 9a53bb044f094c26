"""Moving in from another system: all its files at once. And the lists that go out."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue, m
from storecrm.services.exports.not_carried import LeftBehind
from storecrm.services.imports import move_in_page
from storecrm.services.imports.mappings import OWN, FileMapping, MappingView
from storecrm.services.imports.moves import Moved, MoveView, PlannedFile
from storecrm.services.imports.options import Imported
from storecrm.services.imports.reader import ENCODINGS
from storecrm.ui.kit.empty_state import EmptyState
from storecrm.ui.kit.progress_bar import Busy
from storecrm.ui.kit.rows import Column, RowsModel, table
from storecrm.ui.kit.widgets import Banner, button, label, row
from storecrm.ui.pages.import_wizard import DECIMALS, ORDERS, column_name
from storecrm.ui.viewmodels.moving_in import MovingInViewModel
from storecrm.values import Problem
from storecrm.wording import labels
from storecrm.wording.errors import cure, problem, sentence
from storecrm.wording.names import LISTS, LISTS_OUT

STATES = {"writing": m("being written"), "done": m("imported"), "undone": m("rolled back")}
_FILE, _KIND, _ROWS, _NEW, _SAME, _BAD, _TOTALS = range(7)


class MovingInPage(QWidget):
    """Two views: the files that come in now, and what came in so far."""

    def __init__(self, vm: MovingInViewModel, words: Catalogue) -> None:
        super().__init__()
        self._vm, self._words = vm, words
        self._mappings: list[MappingView] = []
        self.setAcceptDrops(True)
        self.banner, self.busy, self.stack = Banner(), Busy(vm.cancel, words), QStackedWidget()
        self.stack.addWidget(self._start())
        self.stack.addWidget(self._files())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.addWidget(self.busy)
        column.addWidget(self.banner)
        column.addWidget(self.stack, 1)
        vm.planned.connect(self._planned)
        vm.kept.connect(self._keep_mappings)
        vm.tried.connect(self._tried)
        vm.moved.connect(self._moved)
        vm.moves.connect(self._show_moves)
        vm.rolled_back.connect(self._rolled_back)
        vm.saved.connect(self._saved)
        vm.exported.connect(self._exported)
        vm.progressed.connect(self.busy.step)
        vm.refused.connect(self._refuse)
        self._ready()

    def open(self) -> None:
        self._vm.load_moves()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.take([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])

    def take(self, files: list[Path]) -> None:
        """Look at files that were dropped or chosen."""
        if files:
            self.banner.say("")
            self._vm.add(files)

    # --- what came in so far, and what goes out ---

    def _start(self) -> QWidget:
        w, page = self._words, QWidget()
        columns: list[Column[MoveView]] = [
            Column(w.t("No."), lambda v: str(v.group), 50),
            Column(w.t("Time"), lambda v: w.stamp(v.at), 140),
            Column(w.t("By"), lambda v: v.by, 80),
            Column(w.t("State"), lambda v: w.t(STATES[v.state]), 90),
            Column(w.t("Files"), lambda v: ", ".join(file.file for file in v.files), 250),
        ]
        self.move_rows: RowsModel[MoveView] = RowsModel(columns)
        self.move_list = table(self.move_rows, columns, w.t("What came in so far"))
        self.empty = EmptyState(self.move_list, "upload")
        self.page_button = button(w.t("Print the page"), self._print, icon="printer")
        self.back_button = button(w.t("Roll all of it back"), self._roll_back)
        self.list_kind = QComboBox()
        self.list_kind.setAccessibleName(w.t("List"))
        for kind in self._vm.lists():
            self.list_kind.addItem(w.t(LISTS_OUT[kind]), kind)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        told = w.t(
            "Choose or drop all files of the old system at once: all of them come in, or none."
        )
        column.addWidget(label(told, "small", wrap=True))
        choose = button(w.t("Choose the files"), self.choose, kind="primary", icon="upload")
        column.addLayout(row(choose, None, self.page_button, self.back_button))
        column.addWidget(self.move_list, 1)
        export = button(w.t("Export"), self._export, icon="download")
        column.addLayout(row(label(w.t("Hand out a list")), self.list_kind, export, None))
        return page

    def choose(self) -> None:
        """Ask for files."""
        kinds = "Excel, CSV (*.xlsx *.csv *.txt *.tsv *.xls)"
        files, _ = QFileDialog.getOpenFileNames(
            self, self._words.t("Choose the files"), str(Path.home()), kinds
        )
        self.take([Path(file) for file in files])

    @Slot(object)
    def _show_moves(self, moves: list[MoveView]) -> None:
        self.move_rows.show(moves)
        said = "" if moves else self._words.t("Drop the files of the old system here.")
        self.empty.say(said)
        if moves:
            self.move_list.selectRow(0)
        self.page_button.setEnabled(bool(moves))
        self.back_button.setEnabled(bool(moves))

    def _chosen(self) -> MoveView | None:
        index = self.move_list.currentIndex()
        return self.move_rows.record(index.row()) if index.isValid() else None

    def _print(self) -> None:
        view = self._chosen()
        if view is not None:
            self._print_page(view.group)

    def _print_page(self, group: int) -> None:
        w = self._words
        title = w.t("moving in")
        name = str(Path.home() / f"{title}-{group}.pdf")
        file, _ = QFileDialog.getSaveFileName(self, w.t("Print the page"), name, "PDF (*.pdf)")
        if file:
            self._vm.print_page(group, Path(file))

    def _roll_back(self) -> None:
        view = self._chosen()
        if view is not None:
            self._vm.roll_back(view.group)

    @Slot(object)
    def _rolled_back(self, view: MoveView) -> None:
        self.busy.hide()
        self.banner.say(
            self._words.t("Everything of No. {group} was rolled back.", group=view.group)
        )
        self._vm.load_moves()

    def _export(self) -> None:
        kind = str(self.list_kind.currentData())
        name = str(Path.home() / f"{self.list_kind.currentText()}.xlsx")
        file, _ = QFileDialog.getSaveFileName(
            self, self._words.t("Export"), name, "Excel (*.xlsx);;CSV (*.csv)"
        )
        if file:
            self._vm.export(kind, Path(file))

    # --- what comes in now ---

    def _files(self) -> QWidget:
        w, page = self._words, QWidget()
        self.files = QTableWidget(0, 7)
        titles = (
            w.t("File"),
            w.t("What it is"),
            w.t("Rows"),
            w.t("New"),
            w.t("Same"),
            w.t("With problems"),
            w.t("Totals"),
        )
        self.files.setHorizontalHeaderLabels(list(titles))
        self.files.setAccessibleName(w.t("Files"))
        self.files.verticalHeader().hide()
        self.files.verticalHeader().setDefaultSectionSize(42)
        self.files.setShowGrid(False)
        self.files.setTabKeyNavigation(False)
        self.files.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.files.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        head = self.files.horizontalHeader()
        head.setStretchLastSection(True)
        head.ensurePolished()
        for at, width in enumerate((140, 190, 60, 60, 60, 110, 120)):
            # no title is cut, in whatever language
            self.files.setColumnWidth(at, max(width, head.sectionSizeHint(at)))
        problems: list[Column[Problem]] = [
            Column(w.t("Row"), lambda p: str(p.row), 60, True),
            Column(w.t("Column"), lambda p: column_name(p.column, w) if p.column else "", 110),
            Column(w.t("Cell"), lambda p: p.value, 160),
            Column(w.t("Problem"), lambda p: problem(p, w), 320),
        ]
        self.problem_rows: RowsModel[Problem] = RowsModel(problems)
        self.problem_list = table(self.problem_rows, problems, w.t("Problems"))
        self.ways = self._ways()
        self.sums = label("", "small", wrap=True)
        self.totals = QCheckBox(w.t("I have compared the totals"))
        self.skip = QCheckBox(w.t("Leave the rows with problems out"))
        self.make = QCheckBox(w.t("Make the articles that no list holds"))
        self.try_button = button(w.t("Try it out"), self._try_out, kind="primary")
        self.go_button = button(w.t("Take everything in"), self._vm.go, kind="primary")
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.readings)
        column.addWidget(self.files, 2)
        column.addWidget(self.ways)
        column.addWidget(self.problem_list, 1)
        column.addWidget(self.sums)
        column.addLayout(row(self.totals, self.skip, self.make, None))
        more = button(w.t("Further files"), self.choose)
        fewer = button(w.t("Leave out"), self._leave_out)
        column.addLayout(
            row(button(w.t("Back"), self._back), more, fewer, None, self.try_button, self.go_button)
        )
        self.files.itemSelectionChanged.connect(self._show_problems)
        self.files.itemSelectionChanged.connect(self._show_way)
        self.totals.toggled.connect(lambda _: self._ready())
        self.skip.toggled.connect(self._skip)
        self.make.clicked.connect(self._make)
        return page

    def _ways(self) -> QWidget:
        """How the chosen file is read: the same choices as where a single file is imported."""
        w, page = self._words, QWidget()
        self.readings = QListWidget()
        self.readings.setAccessibleName(w.t("Which line reads right?"))
        self.readings.setMaximumHeight(110)
        self.readings.hide()
        self.readings.itemActivated.connect(self._reads_right)
        self.readings.itemClicked.connect(self._reads_right)
        self.encoding = self._choice(
            w.t("Encoding"), {code: code or w.t("found by itself") for code in ENCODINGS}
        )
        self.sheet = self._choice(w.t("Sheet"), {})
        self.decimal = self._choice(
            w.t("Decimal sign"), {code: w.t(title) for code, title in DECIMALS.items()}
        )
        self.days = self._choice(
            w.t("Order of day and month"), {code: w.t(title) for code, title in ORDERS.items()}
        )
        self.kept = self._choice(w.t("Kept mapping"), {})
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row(self.encoding, self.sheet, self.decimal, self.days, self.kept))
        page.hide()
        return page

    def _choice(self, name: str, known: Mapping[str, str]) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(name)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(4)
        box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for code, title in known.items():
            box.addItem(title, code)
        box.activated.connect(self._read_so)
        return box

    def _file(self) -> PlannedFile | None:
        at = self.files.currentRow()
        return self._vm.plan[at] if 0 <= at < len(self._vm.plan) else None

    @Slot()
    def _show_way(self) -> None:
        """What was said of the chosen file, and what was found."""
        file, w = self._file(), self._words
        self.ways.setVisible(file is not None)
        self._show_readings(file.doubt if file is not None else None)
        if file is None:
            return
        about, way = file.about, file.way
        sheets = about.sheets if about is not None else ()
        self.sheet.clear()
        for name in sheets:
            self.sheet.addItem(w.t("sheet {name}", name=name), name)
        self.sheet.setVisible(len(sheets) > 1)
        self.encoding.setVisible(not sheets)
        views = [view for view in self._mappings if not file.kind or view.kind == file.kind]
        self.kept.clear()
        for title, data in (
            (w.t("a kept mapping …"), ""),
            *((view.name, view.name) for view in views),
        ):
            self.kept.addItem(title, data)
        self.kept.setVisible(bool(views))
        chosen = {
            self.sheet: about.sheet if about else "",
            self.encoding: way.encoding,
            self.kept: way.name,
        }
        chosen |= {self.decimal: way.reading.decimal or OWN, self.days: way.reading.days or OWN}
        for box, said in chosen.items():
            box.setCurrentIndex(max(0, box.findData(said)))

    def _show_readings(self, doubt: StoreError | None) -> None:
        self.readings.clear()
        for one in doubt.facts.get("readings", ()) if doubt is not None else ():
            item = QListWidgetItem(f"{one['line']}    ({one['encoding']})")
            item.setData(Qt.ItemDataRole.UserRole, one["encoding"])
            self.readings.addItem(item)
        self.readings.setVisible(self.readings.count() > 0)

    @Slot(QListWidgetItem)
    def _reads_right(self, item: QListWidgetItem) -> None:
        if (file := self._file()) is not None:
            self._vm.read_so(
                file, replace(file.way, encoding=str(item.data(Qt.ItemDataRole.UserRole)))
            )

    @Slot()
    def _read_so(self) -> None:
        """Read the chosen file as the boxes say."""
        file = self._file()
        if file is None:
            return
        said = {
            box: str(box.currentData() or "")
            for box in (self.encoding, self.sheet, self.decimal, self.days, self.kept)
        }
        way = file.way
        if said[self.kept] != way.name:
            view = next((view for view in self._mappings if view.name == said[self.kept]), None)
            way = (
                FileMapping(
                    name=view.name, kind=view.kind, columns=view.columns, reading=view.reading
                )
                if view
                else FileMapping()
            )
        else:
            way = replace(
                way, reading=replace(way.reading, decimal=said[self.decimal], days=said[self.days])
            )
        sheet = (
            said[self.sheet]
            if file.about is not None and said[self.sheet] != file.about.sheet
            else way.sheet
        )
        self._vm.read_so(file, replace(way, encoding=said[self.encoding], sheet=sheet))

    @Slot(object)
    def _keep_mappings(self, views: list[MappingView]) -> None:
        self._mappings = views
        self._show_way()

    def _back(self) -> None:
        self._vm.begin_anew()
        self.banner.say("")
        self.stack.setCurrentIndex(0)
        self._vm.load_moves()

    def _try_out(self) -> None:
        self.banner.say("")
        self._vm.try_out()

    def _skip(self, on: bool) -> None:
        self._vm.leave_bad = on
        self._ready()

    def _make(self, on: bool) -> None:
        self._vm.new_products = on
        self._try_out()

    def _leave_out(self) -> None:
        at = self.files.currentRow()
        if 0 <= at < len(self._vm.plan):
            self._vm.remove(self._vm.plan[at])

    @Slot(object)
    def _planned(self, plan: list[PlannedFile]) -> None:
        before = self.files.item(self.files.currentRow(), _FILE)
        chosen = before.text() if before is not None else ""
        self.files.setRowCount(len(plan))
        for at, file in enumerate(plan):
            for place in (_ROWS, _NEW, _SAME, _BAD, _TOTALS):
                self.files.takeItem(at, place)
            item = QTableWidgetItem(file.path.name)
            item.setToolTip(str(file.path))
            self.files.setItem(at, _FILE, item)
            self.files.setCellWidget(at, _KIND, self._kind_box(file))
        self.problem_rows.show([])
        self.skip.setChecked(False)
        unclear = next(
            (at for at, file in enumerate(plan) if file.doubt is not None or not file.kind), None
        )
        again = next((at for at, file in enumerate(plan) if file.path.name == chosen), None)
        self.banner.say(
            self._asked(plan[unclear]) if unclear is not None else "", bad=unclear is not None
        )
        self.stack.setCurrentIndex(1 if plan else 0)
        self.files.clearSelection()
        looked_at = unclear if unclear is not None else again
        self.files.setCurrentCell(-1 if looked_at is None else looked_at, _FILE)
        self._show_way()
        self._ready()

    def _asked(self, file: PlannedFile) -> str:
        """What a person has to say of a file."""
        w = self._words
        if file.doubt is not None and file.doubt.facts.get("readings"):
            return w.t(
                "{file} can be read in more than one way: choose the line that reads right.",
                file=file.path.name,
            )
        if file.doubt is not None:
            return f"{sentence(file.doubt, w)} {cure(file.doubt, w)}"
        return w.t("Say which list {file} is.", file=file.path.name)

    def _kind_box(self, file: PlannedFile) -> QComboBox:
        """The lists a file may be, the likeliest first."""
        w, box = self._words, QComboBox()
        box.setAccessibleName(w.t("{file} is", file=file.path.name))
        if not file.kind:
            box.addItem(w.t("say which"), "")
        for kind in dict.fromkeys((*file.choices, *LISTS)):
            box.addItem(w.t(LISTS[kind]), kind)
        box.setCurrentIndex(max(0, box.findData(file.kind)))
        box.activated.connect(partial(self._is_a, file, box))
        return box

    def _is_a(self, file: PlannedFile, box: QComboBox, _at: int) -> None:
        kind = str(box.currentData())
        if kind and kind != file.kind:
            self._vm.is_a(file, kind)

    @Slot(object)
    def _tried(self, seen: Moved) -> None:
        self.busy.hide()
        w = self._words
        for at, one in enumerate(seen.files):
            for place, text in self._figures(one.result):
                self.files.setItem(at, place, QTableWidgetItem(text))
        parts = [f"{w.t(LISTS[kind])} {w.number(count)}" for kind, count in seen.rows.items()]
        parts += [
            f"{w.t(labels.TOTALS[name])} {move_in_page.total(name, value, w)}"
            for name, value in seen.totals.items()
            if value
        ]
        self.sums.setText(w.t("Would come in: {totals}", totals=" · ".join(parts)))
        self.totals.setChecked(False)
        bad = next((at for at, one in enumerate(seen.files) if one.result.rejected), 0)
        self.files.selectRow(bad)
        self._show_problems()
        self._ready()

    def _figures(self, result: Imported) -> list[tuple[int, str]]:
        """What stands in the row of a file."""
        w = self._words
        totals = [
            f"{w.t(labels.TOTALS[name])} {move_in_page.total(name, value, w)}"
            for name, value in result.totals.items()
            if value
        ]
        if points := result.said.get("points"):
            totals.append(
                w.t(
                    "points by this list {count}, they come by the list of points",
                    count=w.number(points),
                )
            )
        numbers = (
            (_ROWS, result.rows),
            (_NEW, result.created),
            (_SAME, result.unchanged),
            (_BAD, result.rejected),
        )
        return [
            *((place, w.number(number)) for place, number in numbers),
            (_TOTALS, " · ".join(totals)),
        ]

    @Slot()
    def _show_problems(self) -> None:
        seen, at = self._vm.seen, self.files.currentRow()
        self.problem_rows.show(
            seen.files[at].result.problems if seen is not None and 0 <= at < len(seen.files) else []
        )

    def _ready(self) -> None:
        """What can be done now: try out, then compare, then take in."""
        vm = self._vm
        seen = vm.seen is not None
        self.problem_list.setVisible(vm.seen is not None and bool(vm.seen.rejected))
        self.skip.setVisible(vm.seen is not None and bool(vm.seen.rejected))
        self.make.setVisible(vm.new_products or vm.lacks_articles)
        self.make.setChecked(vm.new_products)
        self.totals.setVisible(seen)
        self.sums.setVisible(seen)
        self.try_button.setVisible(not seen)
        self.try_button.setEnabled(vm.told)
        self.go_button.setVisible(seen)
        self.go_button.setEnabled(vm.ready and self.totals.isChecked())

    @Slot(object)
    def _moved(self, moved: Moved) -> None:
        w = self._words
        self.busy.hide()
        self._vm.begin_anew()
        self.stack.setCurrentIndex(0)
        said = w.n("1 file came in", "{count} files came in", len(moved.files))
        self.banner.say(
            w.t(
                "{files} as No. {group}. Print the page and compare it.",
                files=said,
                group=moved.group,
            )
        )
        self._vm.load_moves()

    @Slot(object)
    def _saved(self, file: Path) -> None:
        self.banner.say(self._words.t("Saved: {file}", file=str(file)))

    @Slot(object)
    def _exported(self, done: tuple[Path, tuple[LeftBehind, ...]]) -> None:
        """Where the list lies, and what of this shop's it does not carry."""
        w, (file, behind) = self._words, done
        said = [w.t("Saved: {file}", file=str(file))]
        if behind:
            said += [
                w.t("Not in this list:"),
                *(f"• {labels.left_behind(one.code, one.count, w)}" for one in behind),
            ]
        self.banner.say("\n".join(said))

    @Slot(object)
    def _refuse(self, error: StoreError) -> None:
        self.busy.hide()
        where = f"{error.where}: " if error.code == "import_rejected" and error.where else ""
        self.banner.say(
            f"{where}{sentence(error, self._words)} {cure(error, self._words)}", bad=True
        )
