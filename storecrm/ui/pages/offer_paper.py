"""The paper of coupons: which, in what language, from which cell on, and a look at it."""

from pathlib import Path

import pypdfium2
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from storecrm.i18n import Catalogue, m
from storecrm.services.coupons.batches import BatchView
from storecrm.services.printing.coupon_layouts import LAYOUTS
from storecrm.ui.kit import printing
from storecrm.ui.kit.pickers.number_box import NumberBox
from storecrm.ui.kit.widgets import label
from storecrm.ui.pages.paper_language import language_box

_PAPERS = {
    "a4-3x7": m("A4, 21 labels 63.5 × 38.1"),
    "a4-3x8": m("A4, 24 labels 70 × 36"),
    "slip-80": m("Slip 80 mm"),
    "slip-58": m("Slip 58 mm"),
    "card-90x54": m("Card 90 × 54"),
}
_MOST_CELLS = 24
_NARROW = 560
"""Pixels, below which the paper lies under its choices and not beside them."""


class CouponPaper(QWidget):
    """The choices, and the first page as it will be printed."""

    changed = Signal()

    def __init__(self, words: Catalogue) -> None:
        super().__init__()
        self._words = words
        self.layout_box = QComboBox()
        self.layout_box.setAccessibleName(words.t("Paper"))
        for name, title in _PAPERS.items():
            self.layout_box.addItem(words.t(title), name)
        self.language_box = language_box(words.t("Language of the paper"), words)
        self.first = NumberBox(
            words.t("First free cell"), words, least=1, most=_MOST_CELLS, value=1
        )
        self.copies = QCheckBox(words.t("Print it again, as marked copies"))
        self.copies.hide()
        self.preview = QLabel()
        self.preview.setAlignment(Qt.AlignmentFlag.AlignCenter)
        # smaller, and no coupon can be judged by it
        self.preview.setMinimumSize(200, 220)
        self._beside = QHBoxLayout(self)
        self._beside.setContentsMargins(0, 0, 0, 0)
        self._beside.addLayout(self._side(), 3)
        self._beside.addWidget(self.preview, 2)
        self.layout_box.currentIndexChanged.connect(self._tell)
        self.language_box.currentIndexChanged.connect(self._tell)
        self.first.changed.connect(self._tell)

    def _side(self) -> QVBoxLayout:
        w = self._words
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.addRow(label(w.t("Paper")), self.layout_box)
        form.addRow(label(w.t("Language")), self.language_box)
        form.addRow(label(w.t("First free cell")), self.first)
        side = QVBoxLayout()
        side.addLayout(form)
        side.addWidget(self.copies)
        side.addWidget(
            label(w.t("Print at 100 %, without fitting to the page."), "small", wrap=True)
        )
        side.addStretch(1)
        return side

    @Slot()
    def _tell(self) -> None:
        self.changed.emit()

    @property
    def kind(self) -> str:
        """The name of the chosen layout."""
        return str(self.layout_box.currentData())

    @property
    def language(self) -> str:
        return str(self.language_box.currentData())

    def cell(self) -> int:
        """The first free cell of the sheet."""
        return min(self.first.value() or 1, LAYOUTS[self.kind].cells)

    def fit_to(self, batch: BatchView | None) -> None:
        """What can be chosen for a batch on this paper."""
        cells = LAYOUTS[self.kind].cells
        self.first.setEnabled(cells > 1)
        self.first.entry.most = cells
        printed = batch is not None and batch.bearer and batch.prints > 0
        # what was never printed has no copies
        if not printed:
            self.copies.setChecked(False)
        self.copies.setVisible(printed)

    def show_page(self, file: Path | None) -> None:
        """The first page of a PDF, which is gone then; nothing where there is none."""
        if file is None:
            self.preview.clear()
            return
        page = _first_page(file)
        printing.forget(file)
        fitting = Qt.AspectRatioMode.KeepAspectRatio
        smooth = Qt.TransformationMode.SmoothTransformation
        self.preview.setPixmap(page.scaled(self.preview.size(), fitting, smooth))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        way = QBoxLayout.Direction
        narrow = self.width() < _NARROW
        self._beside.setDirection(way.TopToBottom if narrow else way.LeftToRight)


def _first_page(file: Path) -> QPixmap:
    """The first page of a PDF, about 100 dots an inch."""
    document = pypdfium2.PdfDocument(str(file))
    picture = document[0].render(scale=1.4).to_pil().convert("RGB")
    document.close()
    width = picture.width
    height = picture.height
    bytes_a_line = width * 3
    pixels = picture.tobytes()
    image = QImage(pixels, width, height, bytes_a_line, QImage.Format.Format_RGB888)
    # a copy: the picture's bytes are gone once this returns
    return QPixmap.fromImage(image)
