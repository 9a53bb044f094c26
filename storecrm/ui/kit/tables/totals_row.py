"""Sums under their columns."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QRect, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from storecrm.i18n import Catalogue
from storecrm.ui.kit import theme
from storecrm.ui.kit.tables.cells import PADDING
from storecrm.ui.kit.tables.header import title_face
from storecrm.ui.kit.tables.view import TableView

HEIGHT = 36


class TotalsRow(QWidget):
    """One line below the rows; it moves with their columns."""

    def __init__(self, view: TableView, columns: list[Any], words: Catalogue) -> None:
        super().__init__(view.parentWidget())
        self._view = view
        self._columns = columns
        self._words = words
        self._said: Mapping[str, str] = {}
        self.setAccessibleName(words.t("Total"))
        titles = view.titles
        for moved in (titles.sectionResized, titles.sectionMoved, titles.geometriesChanged):
            moved.connect(self._follow)
        view.horizontalScrollBar().valueChanged.connect(self._follow)
        self.hide()

    def say(self, said: Mapping[str, str]) -> None:
        """By the keys of columns; empty takes no room."""
        self._said = said
        told = [
            f"{column.title} {said[column.key]}" for column in self._columns if column.key in said
        ]
        self.setAccessibleDescription(", ".join(told))
        self.setVisible(bool(said))
        self.update()

    @Slot()
    def _follow(self) -> None:
        """The columns moved."""
        self.update()

    def texts(self) -> dict[str, str]:
        """What stands here, by column."""
        return dict(self._said)

    def sizeHint(self) -> QSize:
        return QSize(100, HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("surface"))
        painter.fillRect(0, 0, self.width(), 2, theme.colour("line"))
        painter.setFont(title_face(self.font()))
        painter.setPen(theme.colour("text"))
        titles = self._view.titles
        # the frame of the rows stands left of the first title
        edge = self._view.frameWidth()
        for place in range(titles.count()):
            section = titles.logicalIndex(place)
            if titles.isSectionHidden(section):
                continue
            left = edge + titles.sectionViewportPosition(section)
            wide = titles.sectionSize(section)
            self._paint_cell(painter, QRect(left, 2, wide, HEIGHT - 2), section, first=place == 0)
        painter.end()

    def _paint_cell(self, painter: QPainter, rect: QRect, section: int, *, first: bool) -> None:
        column = self._columns[section]
        text = self._said.get(column.key, "")
        if not text and first:
            text = self._words.t("Total")
        inside = rect.adjusted(PADDING, 0, -PADDING, 0)
        side = Qt.AlignmentFlag.AlignRight if column.kind.right else Qt.AlignmentFlag.AlignLeft
        painter.drawText(inside, int(side | Qt.AlignmentFlag.AlignVCenter), text)
