"""Two parts of a page beside each other; where the window is narrow, one of them at a time.

sides = TwoSides(Side(words.t("Segments"), list), Side(words.t("Rule"), rule), (2, 3))
sides.bring(1)          # a segment was chosen: its rule is wanted
"""

from functools import partial
from typing import NamedTuple

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from storecrm.ui.kit.cursor import carry
from storecrm.ui.kit.widgets import button, row

NARROW = 860
"""Below so many pixels there is no room for two."""


class Side(NamedTuple):
    """A part of a page, and what it is called where it has to be chosen."""

    title: str
    part: QWidget


class TwoSides(QWidget):
    """Both sides, or the chosen one under a line of their titles."""

    def __init__(self, left: Side, right: Side, shares: tuple[int, int] = (1, 1)) -> None:
        super().__init__()
        # the room that both need must not hold a small window open
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self.sides = (left, right)
        self._shown = 0
        self._chips = QWidget()
        self._choice = QButtonGroup(self)
        self._choice.setExclusive(True)
        self.chips = [self._chip(at, side) for at, side in enumerate(self.sides)]
        line = row(*self.chips, None)
        line.setContentsMargins(0, 0, 0, 0)
        self._chips.setLayout(line)
        both = QHBoxLayout()
        both.setSpacing(16)
        for side, share in zip(self.sides, shares, strict=True):
            both.addWidget(side.part, share)
        column = QVBoxLayout(self)
        column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._chips)
        column.addLayout(both, 1)
        self._fit()

    @property
    def is_narrow(self) -> bool:
        """Whether one side is shown at a time."""
        return self.width() < NARROW

    def bring(self, at: int) -> None:
        """Show this side where only one is shown."""
        self._shown = at
        self._fit()

    def _chip(self, at: int, side: Side) -> QPushButton:
        chip = button(side.title, partial(self.bring, at), kind="side")
        chip.setCheckable(True)
        self._choice.addButton(chip)
        return chip

    def _fit(self) -> None:
        narrow = self.is_narrow
        self._chips.setVisible(narrow)
        self.chips[self._shown].setChecked(True)
        shown, other = self.sides[self._shown].part, self.sides[1 - self._shown].part
        shown.show()
        # hidden, not made small: Tab must not lead into what nobody sees
        if narrow:
            carry(other, shown)
        other.setVisible(not narrow)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
