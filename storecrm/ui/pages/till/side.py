"""The right column of the till: the day, the basket, or a keypad for fingers."""

from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from storecrm.i18n import Catalogue
from storecrm.services.till.day_board import Board, Recent
from storecrm.ui.kit import theme
from storecrm.ui.kit.fitted_labels import TailLabel
from storecrm.ui.kit.widgets import button, card, label, marked, row
from storecrm.ui.pages.till.panel import empty
from storecrm.values import Refusal, RefusalCode
from storecrm.wording.refusals import refusal_title


class DayBoard(QWidget):
    """Today's counts and the last scans."""

    def __init__(self, words: Catalogue) -> None:
        super().__init__()
        self._words = w = words
        counts, column = card()
        column.addWidget(label(w.t("This till today"), "small"))
        self.counts = [label("0", "h1") for _ in range(3)]
        line = QHBoxLayout()
        for number, name in zip(
            self.counts, (w.t("redeemed"), w.t("discount"), w.t("refused")), strict=True
        ):
            cell = QVBoxLayout()
            cell.addWidget(number)
            cell.addWidget(label(name, "small"))
            line.addLayout(cell)
        column.addLayout(line)
        recent, inside = card(spacing=6)
        inside.addWidget(label(w.t("Recent scans"), "small"))
        self.rows = QVBoxLayout()
        self.rows.setSpacing(8)
        inside.addLayout(self.rows)
        inside.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(12)
        whole.addWidget(counts)
        whole.addWidget(recent, 1)

    @Slot(object)
    def show_board(self, board: Board) -> None:
        w = self._words
        for shown, text in zip(
            self.counts,
            (str(board.redeemed), w.money(board.discount, short=True), str(board.refused)),
            strict=True,
        ):
            shown.setText(text)
        empty(self.rows)
        # as many as the column has room for
        for scan in board.recent[:9]:
            self.rows.addWidget(self._scan_line(scan))

    def _scan_line(self, scan: Recent) -> QWidget:
        """One scan: its sign, when, the end of its code, and what it came to."""
        w, look = self._words, _look(scan)
        sign = label()
        sign.setPixmap(theme.pixmap(_SIGNS[look], f"{look}_text", 20))
        time, code = label(w.time(scan.at), "small"), label(f"…{scan.code_tail}", "small")
        line = row(sign, time, code, TailLabel(self._outcome(scan)))
        line.setContentsMargins(0, 0, 0, 0)
        line.setStretch(3, 1)
        holder = QWidget()
        holder.setLayout(line)
        return holder

    def _outcome(self, scan: Recent) -> str:
        w = self._words
        if scan.taken_back:
            return w.t("taken back")
        if scan.discount is not None:
            return w.money(scan.discount, short=True)
        return refusal_title(_refusal(scan.reason), w).capitalize()


_SIGNS = {"ok": "circle-check", "used": "alert-triangle", "bad": "alert-octagon"}


def _look(scan: Recent) -> str:
    if scan.reason is None:
        return "ok"
    return "used" if scan.reason is RefusalCode.ALREADY_REDEEMED else "bad"


def _refusal(code: RefusalCode | None) -> Refusal:
    return Refusal(code or RefusalCode.NOT_FOUND)


class Keypad(QFrame):
    """Large keys for fingers; they type into the box that was touched."""

    put_away = Signal()

    def __init__(self, words: Catalogue) -> None:
        super().__init__()
        self.setProperty("card", True)
        self._keys: list[QPushButton] = []
        self.box: QLineEdit | None = None
        """Where the keys type; None while the keypad is away."""
        self._fresh = True
        grid = QGridLayout(self)
        grid.setContentsMargins(8, 8, 8, 8)
        grid.setSpacing(6)
        for place, sign in enumerate("789456123.0"):
            self._key(grid, sign, place // 3, place % 3, partial(self._type, sign))
        self._key(grid, "⌫", 3, 2, self._erase)
        close = button("✕", self._leave, kind="pin")
        close.setAccessibleName(words.t("Close"))
        enter = button(words.t("Enter"), self._enter, kind="primary")
        for made, column, span in ((close, 0, 1), (enter, 1, 2)):
            self._keys.append(made)
            # a finger on a key leaves the cursor where it types
            made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            grid.addWidget(made, 4, column, 1, span)
        grid.setRowStretch(5, 1)
        self.tighten(False)

    def type_into(self, box: QLineEdit) -> None:
        """The first key begins the box anew."""
        self.box = box
        self._fresh = True

    def _type(self, sign: str) -> None:
        if self.box is not None:
            self.box.setText(sign if self._fresh else self.box.text() + sign)
        self._fresh = False

    def _erase(self) -> None:
        if self.box is not None:
            self.box.setText(self.box.text()[:-1])
        self._fresh = False

    def _leave(self) -> None:
        self.box = None
        self.put_away.emit()

    def _enter(self) -> None:
        box = self.box
        # away first: what Enter does may show something else beside the panel
        self._leave()
        if box is not None:
            box.returnPressed.emit()

    def tighten(self, low: bool) -> None:
        """Keys for fingers: 66 px, and never less than 56."""
        for made in self._keys:
            marked(made, "low", low)
            made.setFixedHeight(56 if low else 66)

    def _key(self, grid: QGridLayout, sign: str, line: int, column: int, act: object) -> None:
        made = button(sign, act, kind="pin")  # type: ignore[arg-type]
        self._keys.append(made)
        made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        grid.addWidget(made, line, column)
