"""Issue coupons, print them with a live preview, cancel a batch or one of them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
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
from storecrm.ui.kit.actions import Action, act, button_of, refresh
from storecrm.ui.kit.field_errors import FieldErrors
from storecrm.ui.kit.pickers.number_box import NumberBox
from storecrm.ui.kit.progress import Progress
from storecrm.ui.kit.sacrifice import Sacrifice
from storecrm.ui.kit.tables import Column, Empty, Kind, Table
from storecrm.ui.kit.toast import say
from storecrm.ui.kit.widgets import beside, button, field, label, row, scrolling
from storecrm.ui.pages.offer_coupon import CouponLine
from storecrm.ui.pages.offer_paper import CouponPaper
from storecrm.ui.pages.refusals import told
from storecrm.ui.viewmodels.offers import OffersViewModel
from storecrm.values import BatchState, OfferKind
from storecrm.wording import labels

_STATES = {
    BatchState.ISSUING: m("being issued"),
    BatchState.READY: m("out"),
    BatchState.VOIDED: m("cancelled"),
}
PRINT = Action("offers.print", m("Print"), "printer", "Ctrl+P")
SAVE_PDF = Action("offers.save_pdf", m("Save as PDF"), "download")
VOID_BATCH = Action("offers.void_batch", m("Cancel batch"))
_OF_COUNT = ("count", "count_or_members", "total_limit")
_OF_MEMBERS = ("phone", "phone_country", "member")
"""What is refused of an issue, by the field that it is about."""
_NARROW = 560
_LOW = 170
"""Fewer pixels and no row of the list is seen."""


class Batches(QWidget):
    """Issue, list, print, cancel."""

    def __init__(self, vm: OffersViewModel, words: Catalogue) -> None:
        super().__init__()
        self._vm = vm
        self._words = words
        self._offer: OfferView | None = None
        self._printer: Any = None
        self._make_acts()
        self.list = self._make_list()
        self._make_issue()
        self.paper = CouponPaper(words)
        self.copies = self.paper.copies
        self.preview = self.paper.preview
        self.one = CouponLine(vm, words)
        self.errors = FieldErrors(self)
        self._lay_out()
        self.progress = Progress(self)
        self._join()

    def _make_acts(self) -> None:
        w = self._words
        self.send = act(self, PRINT, self._print, words=w, enabled=self._can_print)
        self.save = act(self, SAVE_PDF, self._save_pdf, words=w, enabled=self._can_print)
        self.void = act(self, VOID_BATCH, self._void, words=w, enabled=self._can_void)

    def _make_list(self) -> Table[BatchView]:
        w = self._words
        made: Table[BatchView] = Table(
            list(self._columns()),
            w.t("Batches"),
            kept_as="offer_batches",
            empty=Empty("ticket", w.t("No coupon of this offer is issued yet.")),
            no_match=w.t("No batch fits."),
            words=w,
            actions=[self.send, self.save, self.void],
            same=lambda batch: batch.id,
        )
        made.setMinimumHeight(_LOW)
        return made

    def _columns(self) -> Iterator[Column[BatchView]]:
        w, number = self._words, Kind.NUMBER
        yield Column("id", w.t("Batch"), lambda one: str(one.id), 70, value=lambda one: one.id)
        day = Kind.DAY
        issued = w.t("Issued on")
        yield Column(
            "issued_on",
            issued,
            lambda one: w.day(one.issued_on),
            width=104,
            kind=day,
            value=lambda one: one.issued_on,
        )
        yield Column(
            "count",
            w.t("Coupons"),
            lambda one: w.number(one.count),
            width=84,
            kind=number,
            value=lambda one: one.count,
        )
        yield Column(
            "used",
            w.t("Used"),
            lambda one: w.number(one.redeemed),
            width=70,
            kind=number,
            value=lambda one: one.redeemed,
        )
        yield Column("state", w.t("State"), lambda one: w.t(_STATES[one.state]), 90)

    def _make_issue(self) -> None:
        """How many, or to whom."""
        w = self._words
        self.count = NumberBox(
            w.t("Number of coupons"), w, unit=w.t("coupons"), most=1_000_000, value=100
        )
        self.members = field(w.t("Member numbers or phones"), w.t("separated by spaces"))
        self.activate = QCheckBox(w.t("works only once it is handed out"))

    def _lay_out(self) -> None:
        inside = QWidget()
        lines = QVBoxLayout(inside)
        lines.setContentsMargins(0, 8, 8, 0)
        lines.addLayout(self._issue_form())
        lines.addWidget(self.list, 1)
        lines.addWidget(self.paper)
        lines.addWidget(self.one)
        area = scrolling(inside)
        area.setProperty("plain", True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(area, 1)
        # what cannot be taken back stands apart from what is pressed every day
        void = button_of(self.void)
        foot = beside(button_of(self.save, "primary"), button_of(self.send), None, void)
        column.addWidget(foot)
        # in the menu of the batch it is always found
        Sacrifice(foot, (void,), Qt.Orientation.Horizontal)

    def _issue_form(self) -> QFormLayout:
        w = self._words
        issue = button(w.t("Issue"), self._issue, kind="primary", icon="ticket")
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.addRow(label(w.t("Number of coupons")), self.count)
        form.addRow(label(w.t("or to members by name")), self.members)
        form.addRow(self.activate)
        form.addRow(row(issue, None))
        return form

    def _join(self) -> None:
        vm = self._vm
        self.one.paper_wanted.connect(self._reissue)
        self.list.chosen.connect(self._look)
        self.paper.changed.connect(self._look)
        vm.batches.connect(self._show_batches)
        vm.issued.connect(self._issued)
        vm.previewed.connect(self._show_page)
        vm.progressed.connect(self._progress)
        vm.printed.connect(self._printed)
        vm.refused.connect(self._stopped)

    def show_offer(self, offer: OfferView | None) -> None:
        """The batches of an offer; coupons of another system are not issued here."""
        self._offer = offer
        ours = offer is not None and offer.rule.kind is not OfferKind.EXTERNAL
        self.setEnabled(ours)
        self.count.set_value(100 if offer and offer.rule.bearer else 0)
        self.errors.clear()
        self.list.show([])
        refresh(self)
        self.preview.clear()
        self.look_again()

    def look_again(self) -> None:
        """What became of the batches meanwhile."""
        if self._offer is not None:
            self._vm.load_batches(self._offer.code)

    def _chosen(self) -> BatchView | None:
        return self.list.current()

    def _can_print(self) -> bool:
        batch = self._chosen() if self._offer else None
        return batch is not None and batch.state is BatchState.READY

    def _can_void(self) -> bool:
        batch = self._chosen() if self._offer else None
        return batch is not None and batch.state is not BatchState.VOIDED

    def refuse(self, error: StoreError) -> bool:
        """Say at its field why nothing was issued; False where it is about none of them."""
        box: QWidget | None = None
        if error.code in _OF_COUNT:
            box = self.count
        elif error.code in _OF_MEMBERS and self.members.text():
            box = self.members
        if box is not None:
            self.errors.show(box, told(error, self._words))
        return box is not None

    def _issue(self) -> None:
        if self._offer is None:
            return
        typed = self.members.text().replace(",", " ").replace("，", " ")
        to = typed.split()
        # whoever is named gets one each
        count = 0 if to else self.count.value() or 0
        activate = self.activate.isChecked()
        self.errors.clear()
        self._vm.issue(self._offer.code, count, to, activate=activate)
        self._begin(self._words.t("Issuing coupons"))

    def _begin(self, what: str) -> None:
        """Long work of the view-model has begun."""
        self.progress.begin(what, self._vm.task)

    def _void(self) -> None:
        batch = self._chosen()
        if batch is not None:
            self._vm.void_batch(batch.id, self._words.t("cancelled by the office"))

    @Slot(object)
    def _reissue(self, coupon: CouponView) -> None:
        file = self._ask_pdf(f"{coupon.offer_code}-{coupon.code[-4:]}.pdf")
        if file is not None:
            self._vm.reissue(coupon.code, self.paper.kind, self.paper.language, file)
            self._begin(self._words.t("Making the pages"))

    def _ask_pdf(self, name: str) -> Path | None:
        title = self._words.t("Save as PDF")
        return file_dialogs.save_as(self, title, name, file_dialogs.PAPER)

    @Slot()
    def _look(self) -> None:
        """A preview of the chosen batch on the chosen paper."""
        refresh(self)
        batch = self._chosen()
        self.paper.fit_to(batch)
        # a batch that is still being issued has no paper
        if batch is not None and batch.state is BatchState.READY:
            paper = self.paper
            self._vm.preview(batch.id, paper.kind, paper.cell(), paper.language)

    def _print_to(self, batch: BatchView, file: Path) -> None:
        paper = self.paper
        copy = self.copies.isChecked()
        self._vm.print_to(batch.id, paper.kind, paper.cell(), paper.language, file, copy=copy)
        self._begin(self._words.t("Making the pages"))

    def _save_pdf(self) -> None:
        batch = self._chosen()
        if batch is None:
            return
        file = self._ask_pdf(f"{batch.offer_code}-{batch.id}.pdf")
        if file is not None:
            self._print_to(batch, file)

    def _print(self) -> None:
        """To a printer: the PDF's pages at the printer's own resolution, one to one."""
        batch = self._chosen()
        if batch is None:
            return
        layout = LAYOUTS[self.paper.kind]
        printer = printing.ask(self, layout.page)
        if printer is not None:
            # remembered until the pages are made
            self._printer = printer
            self._print_to(batch, printing.temporary_pdf())

    # --- answers ---

    @Slot(object)
    def _show_batches(self, found: list[BatchView]) -> None:
        self.list.show(found)
        if found and self._chosen() is None:
            # the newest is what somebody wants to print
            self.list.select(lambda batch: batch.id == found[0].id)
        refresh(self)

    @Slot(object)
    def _issued(self, batch: BatchView) -> None:
        w = self._words
        self._stopped(None)
        # a batch that was cancelled answers by the same signal
        if batch.state is not BatchState.READY:
            say(self, w.t("Batch {batch} is cancelled.", batch=batch.id))
            return
        said = w.n(
            "1 coupon issued, batch {batch}.",
            "{count} coupons issued, batch {batch}.",
            batch.count,
            batch=batch.id,
        )
        say(self, said)

    @Slot(object)
    def _progress(self, step: tuple[int, int]) -> None:
        self.progress.step(*step)

    @Slot(object)
    def _printed(self, answer: tuple[Path, int, str]) -> None:
        file, pages, lost = answer
        self._stopped(None)
        done = self._sent(file, pages)
        # signs that no font of the paper has
        unprintable = labels.unprintable(lost, self._words)
        say(self, f"{done} {unprintable}".strip(), bad=bool(unprintable))

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
        self.progress.end()

    @Slot(object)
    def _show_page(self, file: Path | None) -> None:
        self.paper.show_page(file)
