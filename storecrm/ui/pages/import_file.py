"""The first step of an import: which file, what it holds, and the imports so far."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from storecrm.i18n import Catalogue, m
from storecrm.services.imports.run import BatchRow
from storecrm.ui.kit import file_dialogs
from storecrm.ui.kit.actions import Action, act, button_of, refresh
from storecrm.ui.kit.sacrifice import Sacrifice
from storecrm.ui.kit.tables import Column, Empty, Kind, Table
from storecrm.ui.kit.widgets import ChoiceBox, label, row
from storecrm.ui.pages.import_labels import STATES
from storecrm.ui.pages.import_readings import ReadingList
from storecrm.ui.viewmodels.import_wizard import ImportViewModel
from storecrm.values import Moment
from storecrm.wording import labels
from storecrm.wording.names import LISTS

_KINDS = "Excel, CSV (*.xlsx *.xls *.csv *.txt *.tsv)"
_CHOOSE = Action("import.choose", m("Choose a file"), "upload", "Ctrl+O")
_FORM = Action("import.form", m("Empty form"), "download")
_BACK = Action("import.back", m("Roll back the import"), "arrow-back-up")
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
        column = QVBoxLayout(self)
        column.addWidget(text)
        column.addLayout(row(None, button_of(step.choosing, "primary"), None))

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
        kinds = {kind: words.t(title) for kind, title in LISTS.items()}
        self.kind = ChoiceBox(words.t("What the file holds"), kinds)
        self.choosing = act(self, _CHOOSE, self.choose, words=words)
        self.form = act(self, _FORM, self._template, words=words)
        self.going_back = act(self, _BACK, self._roll_back, words=words, enabled=self._has_choice)
        self.imports: Table[BatchRow] = Table(
            list(self._columns()),
            words.t("Imports"),
            kept_as="imports",
            empty=Empty("upload", words.t("Nothing was imported yet.")),
            no_match=words.t("No import fits."),
            words=words,
            actions=(self.going_back,),
            same=lambda batch: batch.id,
        )
        self.imports.chosen.connect(self._look)
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
        yield Column(
            "no", w.t("No."), lambda batch: str(batch.id), width=60, kind=Kind.NUMBER, value=_number
        )
        yield Column(
            "at",
            w.t("Time"),
            self._time,
            width=150,
            kind=Kind.MOMENT,
            value=lambda batch: w.local(Moment(batch.at)),
        )
        yield Column("kind", w.t("What the file holds"), lambda batch: w.t(LISTS[batch.kind]), 140)
        yield Column("file", w.t("File"), lambda batch: batch.file_name, 170)
        yield Column(
            "new",
            w.t("Created"),
            self._created,
            width=80,
            kind=Kind.NUMBER,
            value=lambda b: b.created,
        )
        yield Column(
            "changed",
            w.t("Changed"),
            self._updated,
            width=90,
            kind=Kind.NUMBER,
            value=lambda b: b.updated,
        )
        yield Column("state", w.t("State"), self._state, 90, tint=_tint)

    def _time(self, batch: BatchRow) -> str:
        return self._words.stamp(Moment(batch.at))

    def _created(self, batch: BatchRow) -> str:
        return self._words.number(batch.created)

    def _updated(self, batch: BatchRow) -> str:
        return self._words.number(batch.updated)

    def _state(self, batch: BatchRow) -> str:
        if _is_stuck(batch):
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
        column.addLayout(row(title, None, button_of(self.going_back)))
        column.addWidget(self.stuck)
        column.addWidget(self.imports, 1)
        Sacrifice(self, (title,))

    def _head(self) -> QHBoxLayout:
        w = self._words
        title = label(w.t("What the file holds"))
        return row(title, self.kind, None, button_of(self.form))

    @Slot(object)
    def _list(self, rows: Sequence[BatchRow]) -> None:
        """The imports so far; of one that is stuck it is said why, and what to do."""
        self.imports.show(rows)
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
        return self.kind.text()

    def _template(self) -> None:
        kind = self.chosen_kind()
        title = self._words.t("Empty form")
        file = file_dialogs.save_as(self, title, f"{kind}.xlsx", file_dialogs.WORKBOOK)
        if file is not None:
            self._vm.template(kind, file)

    def _roll_back(self) -> None:
        batch = self.imports.current()
        if batch is not None:
            self._vm.undo(batch.id)

    @Slot(object)
    def _look(self, _: BatchRow | None) -> None:
        refresh(self)

    def _has_choice(self) -> bool:
        # asked while the list is still being made, too
        imports: Table[BatchRow] | None = getattr(self, "imports", None)
        return imports is not None and imports.current() is not None


def _number(batch: BatchRow) -> int:
    return batch.id


def _is_stuck(batch: BatchRow) -> bool:
    # while it is written without trouble it is not stuck
    return bool(batch.trouble) and batch.state in _UNFINISHED


def _tint(batch: BatchRow) -> str:
    return "bad_text" if _is_stuck(batch) else ""
