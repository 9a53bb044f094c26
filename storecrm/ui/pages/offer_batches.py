"""Issue coupons, print them with a live preview, cancel a batch or one of them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from storecrm.domain.offers.reading import OfferView
from storecrm.errors import StoreError
from storecrm.i18n import Catalogue, m
from storecrm.services.coupons.batches import BatchView
from storecrm.services.coupons.issue import CouponView
from storecrm.services.printing.coupon_layouts import LAYOUTS
from storecrm.ui.kit import file_dialogs, printing
from storecrm.ui.kit.rows import Column, RowsModel, table
from storecrm.ui.kit.widgets import Banner, button, field, label, row
from storecrm.ui.pages.offer_coupon import CouponLine
from storecrm.ui.pages.paper_language import language_box
from storecrm.ui.viewmodels.offers import OffersViewModel
from storecrm.values import BatchState, OfferKind
from storecrm.wording import labels

_STATES = {
    BatchState.ISSUING: m("being issued"),
    BatchState.READY: m("out"),
    BatchState.VOIDED: m("cancelled"),
}
_PAPERS = {
    "a4-3x7": m("A4, 21 labels 63.5 × 38.1"),
    "a4-3x8": m("A4, 24 labels 70 × 36"),
    "slip-80": m("Slip 80 mm"),
    "slip-58": m("Slip 58 mm"),
    "card-90x54": m("Card 90 × 54"),
}


class Batches(QWidget):
    """Issue, list, print, cancel."""

    def __init__(self, banner: Banner, vm: OffersViewModel, words: Catalogue) -> None:
        super().__init__()
        self._banner = banner
        self._vm = vm
        self._words = words
        self._offer: OfferView | None = None
        self._printer: Any = None
        columns = list(self._columns())
        self.rows: RowsModel[BatchView] = RowsModel(columns)
        self.list = table(self.rows, columns, words.t("Batches"))
        self._make_issue()
        self._make_paper()
        self.one = CouponLine(vm, words)
        self._lay_out()
        self._join()

    def _columns(self) -> Iterator[Column[BatchView]]:
        w = self._words
        yield Column(w.t("Batch"), lambda batch: str(batch.id), 60)
        yield Column(w.t("Issued on"), lambda batch: w.day(batch.issued_on), 100)
        yield Column(w.t("Coupons"), lambda batch: w.number(batch.count), 80, True)
        yield Column(w.t("Used"), lambda batch: w.number(batch.redeemed), 60, True)
        yield Column(w.t("State"), lambda batch: w.t(_STATES[batch.state]), 80)

    def _make_issue(self) -> None:
        """How many, or to whom."""
        w = self._words
        hint = w.t("or phones of members, separated by spaces")
        self.count = QSpinBox()
        self.count.setRange(0, 1_000_000)
        self.count.setValue(100)
        self.count.setAccessibleName(w.t("Number of coupons"))
        self.members = field(w.t("Member numbers or phones"), hint)
        self.activate = QCheckBox(w.t("works only once it is handed out"))
        self.bar = QProgressBar()
        self.cancel = button(w.t("Cancel"), self._vm.cancel)
        self.bar.hide()
        self.cancel.hide()

    def _make_paper(self) -> None:
        """On what paper, and a look at it."""
        w = self._words
        self.layout_box = QComboBox()
        self.layout_box.setAccessibleName(w.t("Paper"))
        for name, title in _PAPERS.items():
            self.layout_box.addItem(w.t(title), name)
        self.language = language_box(w.t("Language of the paper"), w)
        self.first = QSpinBox()
        self.first.setRange(1, 24)
        self.first.setAccessibleName(w.t("First free cell"))
        self.copies = QCheckBox(w.t("Print it again, as marked copies"))
        self.copies.hide()
        self.preview = QLabel()
        self.preview.setAlignment(Qt.AlignmentFlag.AlignCenter)
        # smaller, and no coupon can be judged by it
        self.preview.setMinimumSize(200, 220)

    def _lay_out(self) -> None:
        w = self._words
        issue = button(w.t("Issue"), self._issue, kind="primary", icon="ticket")
        below = QHBoxLayout()
        below.addLayout(self._print_side(), 3)
        below.addWidget(self.preview, 2)
        column = QVBoxLayout(self)
        column.addLayout(row(self.count, self.members, issue))
        column.addLayout(row(self.activate, self.bar, self.cancel))
        column.addLayout(below, 1)
        column.addWidget(label(w.t("Print at 100 %, without fitting to the page."), "small"))
        column.addWidget(self.one)

    def _print_side(self) -> QVBoxLayout:
        """The batches, and how the chosen one is printed."""
        w = self._words
        form = QFormLayout()
        form.addRow(label(w.t("Paper")), self.layout_box)
        form.addRow(label(w.t("Language")), self.language)
        form.addRow(label(w.t("First free cell")), self.first)
        void = button(w.t("Cancel batch"), self._void)
        send = button(w.t("Print"), self._print, icon="printer")
        save = button(w.t("Save as PDF"), self._save_pdf, kind="primary", icon="download")
        side = QVBoxLayout()
        side.addWidget(self.list, 1)
        side.addLayout(form)
        side.addLayout(row(void, None))
        side.addWidget(self.copies)
        side.addLayout(row(send, save, None))
        return side

    def _join(self) -> None:
        vm = self._vm
        self.one.paper_wanted.connect(self._reissue)
        self.list.clicked.connect(lambda _: self._look())
        self.layout_box.currentIndexChanged.connect(lambda _: self._look())
        self.language.currentIndexChanged.connect(lambda _: self._look())
        self.first.valueChanged.connect(lambda _: self._look())
        vm.batches.connect(self._show_batches)
        vm.issued.connect(self._issued)
        vm.previewed.connect(self._show_preview)
        vm.progressed.connect(self._progress)
        vm.printed.connect(self._printed)
        vm.refused.connect(self._stopped)

    def show_offer(self, offer: OfferView | None) -> None:
        """The batches of an offer; coupons of another system are not issued here."""
        self._offer = offer
        ours = offer is not None and offer.rule.kind is not OfferKind.EXTERNAL
        self.setEnabled(ours)
        self.count.setValue(100 if offer and offer.rule.bearer else 0)
        self.rows.show([])
        self.preview.clear()
        self.look_again()

    def look_again(self) -> None:
        """What became of the batches meanwhile."""
        if self._offer is not None:
            self._vm.load_batches(self._offer.code)

    def _chosen(self) -> BatchView | None:
        index = self.list.currentIndex()
        # an emptied list keeps its index for a while
        if not index.isValid() or not self.rows.rowCount():
            return None
        return self.rows.record(index.row())

    def _issue(self) -> None:
        if self._offer is None:
            return
        typed = self.members.text().replace(",", " ").replace("，", " ")
        to = typed.split()
        # whoever is named gets one each
        count = 0 if to else self.count.value()
        activate = self.activate.isChecked()
        self._vm.issue(self._offer.code, count, to, activate=activate)

    def _void(self) -> None:
        batch = self._chosen()
        if batch is not None:
            self._vm.void_batch(batch.id, self._words.t("cancelled by the office"))

    @Slot(object)
    def _reissue(self, coupon: CouponView) -> None:
        file = self._ask_pdf(f"{coupon.offer_code}-{coupon.code[-4:]}.pdf")
        if file is not None:
            layout = self.layout_box.currentData()
            language = self.language.currentData()
            self._vm.reissue(coupon.code, layout, language, file)

    def _ask_pdf(self, name: str) -> Path | None:
        title = self._words.t("Save as PDF")
        return file_dialogs.save_as(self, title, name, file_dialogs.PAPER)

    def _look(self) -> None:
        """A preview of the chosen batch on the chosen paper."""
        batch = self._chosen()
        layout = self.layout_box.currentData()
        cells = LAYOUTS[layout].cells
        self.first.setEnabled(cells > 1)
        self.first.setMaximum(cells)
        printed = batch is not None and batch.bearer and batch.prints > 0
        # what was never printed has no copies
        if not printed:
            self.copies.setChecked(False)
        self.copies.setVisible(printed)
        # a batch that is still being issued has no paper
        if batch is not None and batch.state is BatchState.READY:
            language = self.language.currentData()
            self._vm.preview(batch.id, layout, self._cell(), language)

    def _cell(self) -> int:
        """The first free cell of the sheet."""
        layout = LAYOUTS[self.layout_box.currentData()]
        return min(self.first.value(), layout.cells)

    def _to_print(self) -> BatchView | None:
        """The chosen batch; it is asked for where none is."""
        batch = self._chosen()
        if batch is None:
            self._banner.say(self._words.t("Choose a batch first."), bad=True)
        return batch

    def _print_to(self, batch: BatchView, file: Path) -> None:
        layout = self.layout_box.currentData()
        language = self.language.currentData()
        copy = self.copies.isChecked()
        self._vm.print_to(batch.id, layout, self._cell(), language, file, copy=copy)

    def _save_pdf(self) -> None:
        batch = self._to_print()
        if batch is None:
            return
        file = self._ask_pdf(f"{batch.offer_code}-{batch.id}.pdf")
        if file is not None:
            self._print_to(batch, file)

    def _print(self) -> None:
        """To a printer: the PDF's pages at the printer's own resolution, one to one."""
        batch = self._to_print()
        if batch is None:
            return
        layout = LAYOUTS[self.layout_box.currentData()]
        printer = printing.ask(self, layout.page)
        if printer is not None:
            # remembered until the pages are made
            self._printer = printer
            self._print_to(batch, printing.temporary_pdf())

    # --- answers ---

    @Slot(object)
    def _show_batches(self, found: list[BatchView]) -> None:
        self.rows.show(found)
        if found:
            self.list.selectRow(0)
            self.list.setCurrentIndex(self.rows.index(0, 0))
            self._look()

    @Slot(object)
    def _issued(self, batch: BatchView) -> None:
        w = self._words
        self._stopped(None)
        # a batch that was cancelled answers by the same signal
        if batch.state is not BatchState.READY:
            self._banner.say(w.t("Batch {batch} is cancelled.", batch=batch.id))
            return
        said = w.n(
            "1 coupon issued, batch {batch}.",
            "{count} coupons issued, batch {batch}.",
            batch.count,
            batch=batch.id,
        )
        self._banner.say(said)

    @Slot(object)
    def _progress(self, step: tuple[int, int]) -> None:
        done, total = step
        self.bar.setRange(0, max(1, total))
        self.bar.setValue(done)
        self.bar.setVisible(done < total)
        self.cancel.setVisible(done < total)

    @Slot(object)
    def _printed(self, answer: tuple[Path, int, str]) -> None:
        file, pages, lost = answer
        self._stopped(None)
        done = self._sent(file, pages)
        # signs that no font of the paper has
        unprintable = labels.unprintable(lost, self._words)
        self._banner.say(f"{done} {unprintable}".strip(), bad=bool(unprintable))

    def _sent(self, file: Path, pages: int) -> str:
        """Send the pages to the printer if one was chosen; say where they are now."""
        w = self._words
        printer = self._printer
        if printer is None:
            return w.n("1 page saved: {file}", "{count} pages saved: {file}", pages, file=str(file))
        self._printer = None
        printing.send(file, printer)
        printing.forget(file)
        return w.n("1 page sent to the printer.", "{count} pages sent to the printer.", pages)

    @Slot(object)
    def _stopped(self, _error: StoreError | None) -> None:
        self.bar.hide()
        self.cancel.hide()

    @Slot(object)
    def _show_preview(self, file: Path | None) -> None:
        if file is None:
            self.preview.clear()
            return
        page = _first_page(file)
        printing.forget(file)
        fitting = Qt.AspectRatioMode
        smooth = Qt.TransformationMode
        shown = page.scaled(
            self.preview.size(), fitting.KeepAspectRatio, smooth.SmoothTransformation
        )
        self.preview.setPixmap(shown)


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
