"""Issue coupons, print them with a live preview, cancel a batch or one of them."""

from pathlib import Path
from typing import Any

import pypdfium2
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
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
from storecrm.ui.kit import printing
from storecrm.ui.kit.rows import Column, RowsModel, table
from storecrm.ui.kit.widgets import Banner, button, field, label, row
from storecrm.ui.viewmodels.offers import OffersViewModel
from storecrm.values import (
    BatchState,
    CouponState,
    OfferKind,
    grouped,
)
from storecrm.wording import labels


class Batches(QWidget):
    """Issue, list, print, cancel."""

    def __init__(self, banner: Banner, vm: OffersViewModel, words: Catalogue) -> None:
        super().__init__()
        self._banner, self._vm, self._words = banner, vm, words
        w = words
        self.count, self.members = (
            QSpinBox(),
            field(
                w.t("Member numbers or phones"), w.t("or phones of members, separated by spaces")
            ),
        )
        self.count.setRange(0, 1_000_000)
        self.count.setValue(100)
        self.count.setAccessibleName(w.t("Number of coupons"))
        columns: list[Column[BatchView]] = [
            Column(w.t("Batch"), lambda b: str(b.id), 60),
            Column(w.t("Issued on"), lambda b: w.day(b.issued_on), 100),
            Column(w.t("Coupons"), lambda b: w.number(b.count), 80, True),
            Column(w.t("Used"), lambda b: w.number(b.redeemed), 60, True),
            Column(w.t("State"), lambda b: w.t(_BATCH[b.state]), 80),
        ]
        self.rows: RowsModel[BatchView] = RowsModel(columns)
        self.list = table(self.rows, columns, w.t("Batches"))
        self.layout_box, self.language = QComboBox(), QComboBox()
        for name, title in _PAPERS.items():
            self.layout_box.addItem(w.t(title), name)
        self.layout_box.setAccessibleName(w.t("Paper"))
        for code, title in (("zh_CN", "中文"), ("en", "English")):
            self.language.addItem(title, code)
        self.language.setAccessibleName(w.t("Language of the paper"))
        self.language.setCurrentIndex(0 if w.chinese else 1)
        self.first = QSpinBox()
        self.first.setRange(1, 24)
        self.first.setAccessibleName(w.t("First free cell"))
        self.preview, self.bar = QLabel(), QProgressBar()
        self.preview.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.preview.setMinimumSize(200, 220)
        self.cancel = button(w.t("Cancel"), vm.cancel)
        self.bar.hide()
        self.cancel.hide()
        self._offer: OfferView | None = None
        self._build()
        vm.batches.connect(self._show_batches)
        vm.issued.connect(self._issued)
        vm.previewed.connect(self._show_preview)
        vm.progressed.connect(self._progress)
        vm.printed.connect(self._printed)
        vm.refused.connect(self._stopped)

    def _build(self) -> None:
        w, column = self._words, QVBoxLayout(self)
        self.activate = QCheckBox(w.t("works only once it is handed out"))
        column.addLayout(
            row(
                self.count,
                self.members,
                button(w.t("Issue"), self._issue, kind="primary", icon="ticket"),
            )
        )
        column.addLayout(row(self.activate, self.bar, self.cancel))
        below = QHBoxLayout()
        left = QVBoxLayout()
        left.addWidget(self.list, 1)
        form = QFormLayout()
        form.addRow(label(w.t("Paper")), self.layout_box)
        form.addRow(label(w.t("Language")), self.language)
        form.addRow(label(w.t("First free cell")), self.first)
        left.addLayout(form)
        left.addLayout(row(button(w.t("Cancel batch"), self._void), None))
        self.copies = QCheckBox(w.t("Print it again, as marked copies"))
        self.copies.hide()
        left.addWidget(self.copies)
        left.addLayout(
            row(
                button(w.t("Print"), self._print, icon="printer"),
                button(w.t("Save as PDF"), self._save_pdf, kind="primary", icon="download"),
                None,
            )
        )
        below.addLayout(left, 3)
        below.addWidget(self.preview, 2)
        column.addLayout(below, 1)
        column.addWidget(label(w.t("Print at 100 %, without fitting to the page."), "small"))
        self.code, self.about = (
            field(w.t("One coupon: its code"), w.t("One coupon: its code")),
            label("", wrap=True),
        )
        self.again = button(w.t("New code and paper"), self._reissue)
        self.drop = button(w.t("Cancel this coupon"), self._void_one)
        column.addLayout(
            row(self.code, button(w.t("Look up"), self._find, icon="search"), self.again, self.drop)
        )
        column.addWidget(self.about)
        self.code.returnPressed.connect(self._find)
        self._vm.found.connect(self._show_coupon)
        self._show_coupon(None)
        self.list.clicked.connect(lambda _: self._look())
        for box in (self.layout_box, self.language):
            box.currentIndexChanged.connect(lambda _: self._look())
        self.first.valueChanged.connect(lambda _: self._look())

    def show_offer(self, offer: OfferView | None) -> None:
        self._offer = offer
        self.setEnabled(offer is not None and offer.rule.kind is not OfferKind.EXTERNAL)
        self.count.setValue(100 if offer and offer.rule.bearer else 0)
        self.rows.show([])
        self.preview.clear()
        if offer is not None:
            self._vm.load_batches(offer.code)

    def look_again(self) -> None:
        """What became of the batches meanwhile."""
        if self._offer is not None:
            self._vm.load_batches(self._offer.code)

    def _chosen(self) -> BatchView | None:
        index = self.list.currentIndex()
        return self.rows.record(index.row()) if index.isValid() and self.rows.rowCount() else None

    def _issue(self) -> None:
        if self._offer is not None:
            to = self.members.text().replace(",", " ").replace("，", " ").split()
            self._vm.issue(
                self._offer.code,
                0 if to else self.count.value(),
                to,
                activate=self.activate.isChecked(),
            )

    def _void(self) -> None:
        batch = self._chosen()
        if batch is not None:
            self._vm.void_batch(batch.id, self._words.t("cancelled by the office"))

    def _find(self) -> None:
        self._vm.find(self.code.text())

    def _void_one(self) -> None:
        if self._coupon is not None:
            self._vm.void_one(self._coupon.code, self._words.t("cancelled by the office"))

    def _reissue(self) -> None:
        if self._coupon is None:
            return
        name = str(Path.home() / f"{self._coupon.offer_code}-{self._coupon.code[-4:]}.pdf")
        file, _ = QFileDialog.getSaveFileName(
            self, self._words.t("Save as PDF"), name, "PDF (*.pdf)"
        )
        if file:
            self._vm.reissue(
                self._coupon.code,
                self.layout_box.currentData(),
                self.language.currentData(),
                Path(file),
            )

    _coupon: CouponView | None = None

    @Slot(object)
    def _show_coupon(self, coupon: CouponView | None) -> None:
        self._coupon, w = coupon, self._words
        usable = coupon is not None and coupon.state is CouponState.ISSUED
        self.drop.setEnabled(usable)
        self.again.setEnabled(usable and bool(coupon and coupon.member_no))
        self.about.setVisible(coupon is not None)
        if coupon is not None:
            parts = (
                grouped(coupon.code),
                coupon.offer_name,
                w.t(labels.COUPON_STATES[coupon.state]),
                f"{w.day(coupon.valid_from)} – {w.day(coupon.valid_to)}",
                coupon.member_name or coupon.member_no,
            )
            self.about.setText("  ·  ".join(part for part in parts if part))

    def _look(self) -> None:
        batch, layout = self._chosen(), self.layout_box.currentData()
        self.first.setEnabled(LAYOUTS[layout].cells > 1)
        self.first.setMaximum(LAYOUTS[layout].cells)
        printed = batch is not None and batch.bearer and batch.prints > 0
        if not printed:
            self.copies.setChecked(False)
        self.copies.setVisible(printed)
        if batch is not None and batch.state is BatchState.READY:
            self._vm.preview(
                batch.id,
                layout,
                min(self.first.value(), LAYOUTS[layout].cells),
                self.language.currentData(),
            )

    def _save_pdf(self) -> None:
        batch = self._chosen()
        if batch is None:
            self._banner.say(self._words.t("Choose a batch first."), bad=True)
            return
        name = str(Path.home() / f"{batch.offer_code}-{batch.id}.pdf")
        file, _ = QFileDialog.getSaveFileName(
            self, self._words.t("Save as PDF"), name, "PDF (*.pdf)"
        )
        if file:
            self._vm.print_to(
                batch.id,
                self.layout_box.currentData(),
                self._cell(),
                self.language.currentData(),
                Path(file),
                copy=self.copies.isChecked(),
            )

    def _cell(self) -> int:
        return min(self.first.value(), LAYOUTS[self.layout_box.currentData()].cells)

    def _print(self) -> None:
        """To a printer: the PDF's pages at the printer's own resolution, one to one."""
        batch = self._chosen()
        if batch is None:
            self._banner.say(self._words.t("Choose a batch first."), bad=True)
            return
        layout = LAYOUTS[self.layout_box.currentData()]
        printer = printing.ask(self, layout.page)
        if printer is not None:
            self._printer = printer
            file = printing.temporary_pdf()
            self._vm.print_to(
                batch.id,
                layout.name,
                self._cell(),
                self.language.currentData(),
                file,
                copy=self.copies.isChecked(),
            )

    _printer: Any = None

    @Slot(object)
    def _show_batches(self, found: list[BatchView]) -> None:
        self.rows.show(found)
        if found:
            self.list.selectRow(0)
            self.list.setCurrentIndex(self.rows.index(0, 0))
            self._look()

    @Slot(object)
    def _issued(self, batch: BatchView) -> None:
        self._stopped(None)
        if batch.state is BatchState.READY:
            self._banner.say(
                self._words.n(
                    "1 coupon issued, batch {batch}.",
                    "{count} coupons issued, batch {batch}.",
                    batch.count,
                    batch=batch.id,
                )
            )
        else:
            self._banner.say(self._words.t("Batch {batch} is cancelled.", batch=batch.id))

    @Slot(object)
    def _progress(self, step: tuple[int, int]) -> None:
        done, total = step
        self.bar.setRange(0, max(1, total))
        self.bar.setValue(done)
        self.bar.setVisible(done < total)
        self.cancel.setVisible(done < total)

    @Slot(object)
    def _printed(self, answer: tuple[Path, int, str]) -> None:
        self._stopped(None)
        file, pages, lost = answer
        lost = labels.unprintable(lost, self._words)
        if self._printer is not None:
            printing.send(file, self._printer)
            printing.forget(file)
            self._printer = None
            done = self._words.n(
                "1 page sent to the printer.", "{count} pages sent to the printer.", pages
            )
        else:
            done = self._words.n(
                "1 page saved: {file}", "{count} pages saved: {file}", pages, file=str(file)
            )
        self._banner.say(f"{done} {lost}".strip(), bad=bool(lost))

    @Slot(object)
    def _stopped(self, _error: StoreError | None) -> None:
        self.bar.hide()
        self.cancel.hide()

    @Slot(object)
    def _show_preview(self, file: Path | None) -> None:
        if file is None:
            self.preview.clear()
            return
        document = pypdfium2.PdfDocument(str(file))
        picture = document[0].render(scale=1.4).to_pil().convert("RGB")
        document.close()
        printing.forget(file)
        image = QImage(
            picture.tobytes(),
            picture.width,
            picture.height,
            picture.width * 3,
            QImage.Format.Format_RGB888,
        )
        room = self.preview.size()
        self.preview.setPixmap(
            QPixmap.fromImage(image).scaled(
                room, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
        )


_BATCH = {
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
