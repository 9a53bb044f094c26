"""The first step of an import: which file, what it holds, and the imports so far."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from storecrm.i18n import Catalogue
from storecrm.services.imports.run import BatchRow
from storecrm.ui.kit import file_dialogs
from storecrm.ui.kit.rows import Column, RowsModel, table
from storecrm.ui.kit.widgets import button, label, row
from storecrm.ui.pages.import_labels import STATES
from storecrm.ui.pages.import_readings import ReadingList
from storecrm.ui.viewmodels.import_wizard import ImportViewModel
from storecrm.values import Moment
from storecrm.wording import labels
from storecrm.wording.names import LISTS

_KINDS = "Excel, CSV (*.xlsx *.xls *.csv *.txt *.tsv)"
_UNFINISHED = ("writing", "showing")
"""States in which an import that has a trouble is stuck."""


class DropArea(QFrame):
    """A place to let a file fall."""

    dropped = Signal(Path)

    def __init__(self, step: "FileStep", words: Catalogue) -> None:
        super().__init__()
        self.setProperty("card", True)
        self.setAcceptDrops(True)
        text = label(words.t("Drop an Excel or CSV file here"), "h2")
        text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        choose = button(words.t("Choose a file"), step.choose, kind="primary", icon="upload")
        column = QVBoxLayout(self)
        column.addWidget(text)
        column.addLayout(row(None, choose, None))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        urls = event.mimeData().urls()
        if any(url.isLocalFile() for url in urls):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        urls = event.mimeData().urls()
        files = [url.toLocalFile() for url in urls if url.isLocalFile()]
        # one import takes one file
        if files:
            self.dropped.emit(Path(files[0]))


class FileStep(QWidget):
    """What the file holds, the place to drop it, and the imports so far."""

    taken = Signal(Path)  # a file that was dropped or chosen
    read_as = Signal(str)  # an encoding that reads right

    def __init__(self, vm: ImportViewModel, words: Catalogue) -> None:
        super().__init__()
        self._vm = vm
        self._words = words
        self.kind = QComboBox()
        self.kind.setAccessibleName(words.t("What the file holds"))
        for kind, title in LISTS.items():
            self.kind.addItem(words.t(title), kind)
        columns = list(self._columns())
        self.import_rows: RowsModel[BatchRow] = RowsModel(columns)
        self.import_list = table(self.import_rows, columns, words.t("Imports"))
        self.drop_area = DropArea(self, words)
        # dropped or chosen, a file is looked at in the same way
        self.drop_area.dropped.connect(self.taken)
        self.readings = ReadingList(words, height=170)
        self.readings.chosen.connect(self._read_as)
        self.stuck = label("", wrap=True)
        self.stuck.hide()
        self._lay_out()
        vm.imports.connect(self._list)

    def _columns(self) -> Iterator[Column[BatchRow]]:
        w = self._words
        yield Column(w.t("No."), lambda batch: str(batch.id), 50)
        yield Column(w.t("Time"), lambda batch: w.stamp(Moment(batch.at)), 140)
        yield Column(w.t("What the file holds"), lambda batch: w.t(LISTS[batch.kind]), 140)
        yield Column(w.t("File"), lambda batch: batch.file_name, 170)
        yield Column(w.t("New"), lambda batch: w.number(batch.created), 70, True)
        yield Column(w.t("Changed"), lambda batch: w.number(batch.updated), 90, True)
        yield Column(w.t("State"), self._state, 90)

    def _state(self, batch: BatchRow) -> str:
        # while it is written without trouble it is not stuck
        if batch.trouble and batch.state in _UNFINISHED:
            return self._words.t("stuck")
        return self._words.t(STATES[batch.state])

    def _lay_out(self) -> None:
        w = self._words
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._head())
        column.addWidget(self.drop_area)
        column.addWidget(self.readings)
        title = label(w.t("Imports so far"), "small")
        roll_back = button(w.t("Roll back the import"), self._roll_back)
        column.addLayout(row(title, None, roll_back))
        column.addWidget(self.stuck)
        column.addWidget(self.import_list, 1)

    def _head(self) -> QHBoxLayout:
        w = self._words
        title = label(w.t("What the file holds"))
        form = button(w.t("Empty form"), self._template, icon="download")
        return row(title, self.kind, None, form)

    @Slot(object)
    def _list(self, rows: Sequence[BatchRow]) -> None:
        """The imports so far; of one that is stuck it is said why, and what to do."""
        self.import_rows.show(rows)
        troubles = [line for line in map(self._trouble, rows) if line]
        self.stuck.setText("\n".join(troubles))
        self.stuck.setVisible(bool(troubles))

    def _trouble(self, batch: BatchRow) -> str:
        """Why an import is stuck, and the cure; nothing of one that is not."""
        said, cure = labels.import_trouble(
            batch.state, batch.trouble, self._words, batch=batch.id, file=batch.file_name
        )
        return f"{said} {cure}" if said else ""

    def _read_as(self, encoding: str) -> None:
        self.readings.hide()
        self.read_as.emit(encoding)

    def choose(self) -> None:
        """Ask for a file."""
        file = file_dialogs.open_file(self, self._words.t("Choose a file"), _KINDS)
        if file is not None:
            self.taken.emit(file)

    def chosen_kind(self) -> str:
        """What the file is said to hold."""
        return str(self.kind.currentData())

    def _template(self) -> None:
        kind = self.chosen_kind()
        title = self._words.t("Empty form")
        file = file_dialogs.save_as(self, title, f"{kind}.xlsx", file_dialogs.WORKBOOK)
        if file is not None:
            self._vm.template(kind, file)

    def _roll_back(self) -> None:
        index = self.import_list.currentIndex()
        if index.isValid():
            batch = self.import_rows.record(index.row())
            self._vm.undo(batch.id)
