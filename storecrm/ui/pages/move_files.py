"""The files of the old system that come in now: what each is, what it would bring, what is wrong
with it."""

from collections.abc import Iterator
from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from storecrm.i18n import Catalogue
from storecrm.services.imports import move_in_page
from storecrm.services.imports.mappings import FileMapping, MappingView
from storecrm.services.imports.moves import Moved, PlannedFile
from storecrm.services.imports.options import Imported
from storecrm.ui.kit.rows import Column, RowsModel, table
from storecrm.ui.kit.widgets import button, label, row
from storecrm.ui.pages.import_labels import cell_column, choose
from storecrm.ui.pages.import_readings import ReadingList
from storecrm.ui.pages.move_ways import ReadingWays
from storecrm.ui.viewmodels.moving_in import MovingInViewModel
from storecrm.values import Problem
from storecrm.wording import labels
from storecrm.wording.errors import problem
from storecrm.wording.names import LISTS

_FILE, _KIND, _ROWS, _NEW, _SAME, _BAD, _TOTALS = range(7)
_WIDTHS = (140, 190, 60, 60, 60, 110, 120)
_FIGURES = (_ROWS, _NEW, _SAME, _BAD, _TOTALS)


class FilesView(QWidget):
    """The files with their figures, how the chosen one is read, and its problems."""

    back = Signal()
    more_wanted = Signal()

    def __init__(self, vm: MovingInViewModel, words: Catalogue) -> None:
        super().__init__()
        self._vm = vm
        self._words = words
        self._make_files()
        self.readings = ReadingList(words, height=110)
        self.ways = ReadingWays(words)
        columns = list(self._problem_columns())
        self.problem_rows: RowsModel[Problem] = RowsModel(columns)
        self.problem_list = table(self.problem_rows, columns, words.t("Problems"))
        self.sums = label("", "small", wrap=True)
        self.totals = QCheckBox(words.t("I have compared the totals"))
        self.skip = QCheckBox(words.t("Leave the rows with problems out"))
        self.make = QCheckBox(words.t("Make the articles that no list holds"))
        self.try_button = button(words.t("Try it out"), vm.try_out, kind="primary")
        self.go_button = button(words.t("Take everything in"), vm.go, kind="primary")
        self._lay_out()
        self._join()
        self._ready()

    def _make_files(self) -> None:
        self.files = QTableWidget(0, len(_WIDTHS))
        self.files.setHorizontalHeaderLabels(list(self._titles()))
        self.files.setAccessibleName(self._words.t("Files"))
        rows = self.files.verticalHeader()
        rows.hide()
        # high enough for the choice that stands in each row
        rows.setDefaultSectionSize(42)
        self.files.setShowGrid(False)
        self.files.setTabKeyNavigation(False)
        self.files.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.files.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        head = self.files.horizontalHeader()
        head.setStretchLastSection(True)
        head.ensurePolished()
        for at, width in enumerate(_WIDTHS):
            # no title is cut, in whatever language
            least = head.sectionSizeHint(at)
            self.files.setColumnWidth(at, max(width, least))

    def _titles(self) -> Iterator[str]:
        """The titles of the columns, in the order of their places."""
        w = self._words
        yield w.t("File")
        yield w.t("What it is")
        yield w.t("Rows")
        yield w.t("New")
        yield w.t("Same")
        yield w.t("With problems")
        yield w.t("Totals")

    def _problem_columns(self) -> Iterator[Column[Problem]]:
        w = self._words
        yield Column(w.t("Row"), lambda found: str(found.row), 60, True)
        yield Column(w.t("Column"), lambda found: cell_column(found.column, w), 110)
        yield Column(w.t("Cell"), lambda found: found.value, 160)
        yield Column(w.t("Problem"), lambda found: problem(found, w), 320)

    def _lay_out(self) -> None:
        w = self._words
        back = button(w.t("Back"), self.back.emit)
        more = button(w.t("Further files"), self.more_wanted.emit)
        fewer = button(w.t("Leave out"), self._leave_out)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.readings)
        column.addWidget(self.files, 2)
        column.addWidget(self.ways)
        column.addWidget(self.problem_list, 1)
        column.addWidget(self.sums)
        column.addLayout(row(self.totals, self.skip, self.make, None))
        column.addLayout(row(back, more, fewer, None, self.try_button, self.go_button))

    def _join(self) -> None:
        self.readings.chosen.connect(self.ways.reads_right)
        self.ways.chosen.connect(self._read_so)
        self.files.itemSelectionChanged.connect(self._show_problems)
        self.files.itemSelectionChanged.connect(self._show_way)
        self.totals.toggled.connect(self._ready)
        self.skip.toggled.connect(self._skip)
        # clicked and not toggled: what is ticked by the program tries nothing out
        self.make.clicked.connect(self._make)
        self._vm.kept.connect(self._keep_mappings)

    def _file(self) -> PlannedFile | None:
        """The file that is chosen."""
        at = self.files.currentRow()
        plan = self._vm.plan
        return plan[at] if 0 <= at < len(plan) else None

    @Slot()
    def _show_way(self) -> None:
        """How the chosen file is read; where it is in doubt, its readings to choose from."""
        file = self._file()
        doubt = file.doubt if file is not None else None
        readings = doubt.facts.get("readings", ()) if doubt is not None else ()
        self.readings.show_readings(readings)
        self.ways.show_file(file)

    @Slot(object, object)
    def _read_so(self, file: PlannedFile, way: FileMapping) -> None:
        self._vm.read_so(file, way)

    @Slot(object)
    def _keep_mappings(self, views: list[MappingView]) -> None:
        self.ways.know_mappings(views)
        self._show_way()

    def _skip(self, on: bool) -> None:
        self._vm.leave_bad = on
        self._ready()

    def _make(self, on: bool) -> None:
        self._vm.new_products = on
        self._vm.try_out()

    def _leave_out(self) -> None:
        file = self._file()
        if file is not None:
            self._vm.remove(file)

    def show_plan(self, plan: list[PlannedFile]) -> PlannedFile | None:
        """Show the files; the first of which a person has to say something is chosen, and
        answered."""
        before = self.files.item(self.files.currentRow(), _FILE)
        chosen = before.text() if before is not None else ""
        self.files.setRowCount(len(plan))
        for at, file in enumerate(plan):
            self._show_file(at, file)
        self.problem_rows.show([])
        self.skip.setChecked(False)
        unclear = _first([file.doubt is not None or not file.kind for file in plan])
        again = _first([file.path.name == chosen for file in plan])
        self.files.clearSelection()
        looked_at = unclear if unclear is not None else again
        self.files.setCurrentCell(-1 if looked_at is None else looked_at, _FILE)
        self._show_way()
        self._ready()
        return plan[unclear] if unclear is not None else None

    def _show_file(self, at: int, file: PlannedFile) -> None:
        # figures of the last trial are not those of this plan
        for place in _FIGURES:
            self.files.takeItem(at, place)
        item = QTableWidgetItem(file.path.name)
        item.setToolTip(str(file.path))
        self.files.setItem(at, _FILE, item)
        self.files.setCellWidget(at, _KIND, self._kind_box(file))

    def _kind_box(self, file: PlannedFile) -> QComboBox:
        """The lists a file may be, the likeliest first."""
        w = self._words
        box = QComboBox()
        box.setAccessibleName(w.t("{file} is", file=file.path.name))
        # what cannot be told by titles has to be said by a person
        if not file.kind:
            box.addItem(w.t("say which"), "")
        kinds = dict.fromkeys((*file.choices, *LISTS))
        for kind in kinds:
            box.addItem(w.t(LISTS[kind]), kind)
        choose(box, file.kind)
        box.activated.connect(partial(self._is_a, file, box))
        return box

    def _is_a(self, file: PlannedFile, box: QComboBox, _at: int) -> None:
        kind = str(box.currentData())
        if kind and kind != file.kind:
            self._vm.is_a(file, kind)

    def show_trial(self, seen: Moved) -> None:
        """What the files would bring; the first with problems is chosen."""
        for at, one in enumerate(seen.files):
            for place, text in self._figures(one.result):
                self.files.setItem(at, place, QTableWidgetItem(text))
        sums = " · ".join(self._sums(seen))
        self.sums.setText(self._words.t("Would come in: {totals}", totals=sums))
        # other totals are to be compared anew
        self.totals.setChecked(False)
        bad = _first([bool(one.result.rejected) for one in seen.files])
        self.files.selectRow(bad or 0)
        self._show_problems()
        self._ready()

    def _sums(self, seen: Moved) -> list[str]:
        """How many rows of each list, and the totals over all of them."""
        w = self._words
        rows = [f"{w.t(LISTS[kind])} {w.number(count)}" for kind, count in seen.rows.items()]
        return rows + self._totals(seen.totals)

    def _figures(self, result: Imported) -> Iterator[tuple[int, str]]:
        """What stands in the row of a file, by its place."""
        w = self._words
        totals = self._totals(result.totals)
        points = result.said.get("points")
        if points:
            said = w.t(
                "points by this list {count}, they come by the list of points",
                count=w.number(points),
            )
            totals.append(said)
        yield _ROWS, w.number(result.rows)
        yield _NEW, w.number(result.created)
        yield _SAME, w.number(result.unchanged)
        yield _BAD, w.number(result.rejected)
        yield _TOTALS, " · ".join(totals)

    def _totals(self, totals: dict[str, int]) -> list[str]:
        """Control totals with their names; a total of nothing is none."""
        w = self._words
        said = []
        for name, value in totals.items():
            if value:
                shown = move_in_page.total(name, value, w)
                said.append(f"{w.t(labels.TOTALS[name])} {shown}")
        return said

    @Slot()
    def _show_problems(self) -> None:
        seen = self._vm.seen
        at = self.files.currentRow()
        if seen is None or not 0 <= at < len(seen.files):
            self.problem_rows.show([])
        else:
            self.problem_rows.show(seen.files[at].result.problems)

    @Slot()
    def _ready(self) -> None:
        """What can be done now: try out, then compare, then take in."""
        vm = self._vm
        seen = vm.seen is not None
        problems = vm.seen is not None and bool(vm.seen.rejected)
        # before a trial there is nothing to see
        self.problem_list.setVisible(problems)
        self.skip.setVisible(problems)
        self.make.setVisible(vm.new_products or vm.lacks_articles)
        self.make.setChecked(vm.new_products)
        self.totals.setVisible(seen)
        self.sums.setVisible(seen)
        self.try_button.setVisible(not seen)
        self.try_button.setEnabled(vm.told)
        self.go_button.setVisible(seen)
        self.go_button.setEnabled(vm.ready and self.totals.isChecked())


def _first(marks: list[bool]) -> int | None:
    """The place of the first that is so."""
    return marks.index(True) if True in marks else None
