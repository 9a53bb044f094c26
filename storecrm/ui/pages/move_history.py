"""What came in so far from another system, with its printed page and its way back; and the lists
that go out."""

from collections.abc import Iterator

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from storecrm.i18n import Catalogue, m
from storecrm.services.imports.moves import MoveView
from storecrm.ui.kit import file_dialogs
from storecrm.ui.kit.actions import Action, act, button_of, refresh
from storecrm.ui.kit.sacrifice import Sacrifice
from storecrm.ui.kit.tables import Column, Empty, Kind, Table
from storecrm.ui.kit.widgets import ChoiceBox, label, row
from storecrm.ui.viewmodels.moving_in import MovingInViewModel
from storecrm.wording.names import LISTS_OUT

STATES = {"writing": m("being written"), "done": m("imported"), "undone": m("rolled back")}
_CHOOSE = Action("move.choose", m("Choose the files"), "upload", "Ctrl+O")
_PRINT = Action("move.print", m("Print the page"), "printer", "Ctrl+P")
_BACK = Action("move.back", m("Roll all of it back"), "arrow-back-up")
_EXPORT = Action("move.export", m("Hand out a list"), "download", short=m("Export"))


class MoveHistory(QWidget):
    """The acts of moving in, the newest chosen."""

    files_wanted = Signal()

    def __init__(self, vm: MovingInViewModel, words: Catalogue) -> None:
        super().__init__()
        self._vm = vm
        self._words = words
        self._make_acts()
        hint = words.t("Drop the files of the old system here.")
        self.moves: Table[MoveView] = Table(
            list(self._columns()),
            words.t("What came in so far"),
            kept_as="moves",
            empty=Empty("upload", hint, self.choosing.text(), self.choosing.trigger),
            no_match=words.t("Nothing that came in fits."),
            words=words,
            actions=(self.printing, self.going_back),
            same=lambda move: move.group,
        )
        self.moves.chosen.connect(self._look)
        # only lists that this person may export
        lists = {kind: words.t(LISTS_OUT[kind]) for kind in vm.lists()}
        self.list_kind = ChoiceBox(words.t("List"), lists)
        self._lay_out()
        vm.moves.connect(self._show_moves)

    def _make_acts(self) -> None:
        w = self._words
        self.choosing = act(self, _CHOOSE, self.files_wanted.emit, words=w)
        self.printing = act(self, _PRINT, self._print, words=w, enabled=self._has_choice)
        self.going_back = act(self, _BACK, self._roll_back, words=w, enabled=self._has_choice)
        self.exporting = act(self, _EXPORT, self.export, words=w)

    def _columns(self) -> Iterator[Column[MoveView]]:
        w = self._words
        yield Column(
            "no",
            w.t("No."),
            lambda move: str(move.group),
            width=60,
            kind=Kind.NUMBER,
            value=_number,
        )
        yield Column(
            "at",
            w.t("Time"),
            lambda move: w.stamp(move.at),
            width=150,
            kind=Kind.MOMENT,
            value=lambda move: w.local(move.at),
        )
        yield Column("by", w.t("By"), lambda move: move.by, 90)
        yield Column("state", w.t("State"), lambda move: w.t(STATES[move.state]), 100)
        yield Column("files", w.t("Files"), _file_names, 250)

    def _lay_out(self) -> None:
        w = self._words
        told = w.t(
            "Choose or drop all files of the old system at once: all of them come in, or none."
        )
        advice = label(told, "small", wrap=True)
        self.page_button = button_of(self.printing)
        self.back_button = button_of(self.going_back)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(advice)
        choose = button_of(self.choosing, "primary")
        column.addLayout(row(choose, None, self.page_button, self.back_button))
        column.addWidget(self.moves, 1)
        hand_out = label(w.t("Hand out a list"))
        column.addLayout(row(hand_out, self.list_kind, button_of(self.exporting), None))
        Sacrifice(self, (advice,))

    @Slot(object)
    def _show_moves(self, moves: list[MoveView]) -> None:
        self.moves.show(moves)
        # the newest is the one that somebody prints, or rolls back
        if self.moves.current() is None:
            self.moves.select(lambda _: True)

    @Slot(object)
    def _look(self, _: MoveView | None) -> None:
        refresh(self)

    def _has_choice(self) -> bool:
        # asked while the list is still being made, too
        moves: Table[MoveView] | None = getattr(self, "moves", None)
        return moves is not None and moves.current() is not None

    def _print(self) -> None:
        move = self.moves.current()
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
        move = self.moves.current()
        if move is not None:
            self._vm.roll_back(move.group)

    def export(self) -> None:
        """Hand out the chosen list."""
        name = f"{self.list_kind.currentText()}.xlsx"
        file = file_dialogs.save_as(self, self._words.t("Export"), name, file_dialogs.LIST)
        if file is not None:
            self._vm.export(self.list_kind.text(), file)


def _number(move: MoveView) -> int:
    return move.group


def _file_names(move: MoveView) -> str:
    return ", ".join(file.file for file in move.files)
