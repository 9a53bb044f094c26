"""What came in so far from another system, with its printed page and its way back; and the lists
that go out."""

from collections.abc import Iterator

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from storecrm.i18n import Catalogue, m
from storecrm.services.imports.moves import MoveView
from storecrm.ui.kit import file_dialogs
from storecrm.ui.kit.empty_state import EmptyState
from storecrm.ui.kit.rows import Column, RowsModel, table
from storecrm.ui.kit.widgets import button, label, row
from storecrm.ui.viewmodels.moving_in import MovingInViewModel
from storecrm.wording.names import LISTS_OUT

STATES = {"writing": m("being written"), "done": m("imported"), "undone": m("rolled back")}


class MoveHistory(QWidget):
    """The acts of moving in, the newest chosen."""

    files_wanted = Signal()

    def __init__(self, vm: MovingInViewModel, words: Catalogue) -> None:
        super().__init__()
        self._vm = vm
        self._words = words
        columns = list(self._columns())
        self.move_rows: RowsModel[MoveView] = RowsModel(columns)
        self.move_list = table(self.move_rows, columns, words.t("What came in so far"))
        self.empty = EmptyState(self.move_list, "upload")
        self.page_button = button(words.t("Print the page"), self._print, icon="printer")
        self.back_button = button(words.t("Roll all of it back"), self._roll_back)
        self.list_kind = QComboBox()
        self.list_kind.setAccessibleName(words.t("List"))
        # only lists that this person may export
        for kind in vm.lists():
            self.list_kind.addItem(words.t(LISTS_OUT[kind]), kind)
        self._lay_out()
        vm.moves.connect(self._show_moves)

    def _columns(self) -> Iterator[Column[MoveView]]:
        w = self._words
        yield Column(w.t("No."), lambda move: str(move.group), 50)
        yield Column(w.t("Time"), lambda move: w.stamp(move.at), 140)
        yield Column(w.t("By"), lambda move: move.by, 80)
        yield Column(w.t("State"), lambda move: w.t(STATES[move.state]), 90)
        yield Column(w.t("Files"), _file_names, 250)

    def _lay_out(self) -> None:
        w = self._words
        told = w.t(
            "Choose or drop all files of the old system at once: all of them come in, or none."
        )
        choose = button(
            w.t("Choose the files"), self.files_wanted.emit, kind="primary", icon="upload"
        )
        hand_out = label(w.t("Hand out a list"))
        export = button(w.t("Export"), self.export, icon="download")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(label(told, "small", wrap=True))
        column.addLayout(row(choose, None, self.page_button, self.back_button))
        column.addWidget(self.move_list, 1)
        column.addLayout(row(hand_out, self.list_kind, export, None))

    @Slot(object)
    def _show_moves(self, moves: list[MoveView]) -> None:
        self.move_rows.show(moves)
        hint = self._words.t("Drop the files of the old system here.")
        self.empty.say("" if moves else hint)
        # the newest is the one that somebody prints, or rolls back
        if moves:
            self.move_list.selectRow(0)
        self.page_button.setEnabled(bool(moves))
        self.back_button.setEnabled(bool(moves))

    def _chosen(self) -> MoveView | None:
        index = self.move_list.currentIndex()
        return self.move_rows.record(index.row()) if index.isValid() else None

    def _print(self) -> None:
        move = self._chosen()
        if move is None:
            return
        w = self._words
        group = move.group
        title = w.t("moving in")
        name = f"{title}-{group}.pdf"
        file = file_dialogs.save_as(self, w.t("Print the page"), name, file_dialogs.PAPER)
        if file is not None:
            self._vm.print_page(group, file)

    def _roll_back(self) -> None:
        move = self._chosen()
        if move is not None:
            self._vm.roll_back(move.group)

    def export(self) -> None:
        """Hand out the chosen list."""
        kind = str(self.list_kind.currentData())
        name = f"{self.list_kind.currentText()}.xlsx"
        file = file_dialogs.save_as(self, self._words.t("Export"), name, file_dialogs.LIST)
        if file is not None:
            self._vm.export(kind, file)


def _file_names(move: MoveView) -> str:
    return ", ".join(file.file for file in move.files)
