"""Offers on one page: the list, the editor with its sentence always in sight, issuing, and papers with a live preview."""

from pathlib import Path
from typing import Any

import pypdfium2
from PySide6.QtCore import QModelIndex, Qt, QTimer, Slot
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QScrollArea,
    QSpinBox,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue, m
from storecrm.services import wording
from storecrm.services.documents.coupon_sheet import LAYOUTS
from storecrm.services.insight.trial import Collision, Trial
from storecrm.services.till.coupons import BatchView, CouponView
from storecrm.services.till.offers import OfferView
from storecrm.ui.kit import printing
from storecrm.ui.kit.rows import Column, RowsModel, table
from storecrm.ui.kit.widgets import Banner, button, field, label, row
from storecrm.ui.viewmodels.offers import OffersViewModel
from storecrm.values import (
    PERCENTAGES,
    BatchState,
    CouponState,
    OfferKind,
    OfferRule,
    OfferState,
    grouped,
    money_text,
    percent_text,
    zhe_text,
)

_KINDS = (
    OfferKind.THRESHOLD_OFF,
    OfferKind.PERCENT_OFF,
    OfferKind.AMOUNT_OFF,
    OfferKind.EVERY_THRESHOLD,
    OfferKind.FIXED_PRICE,
    OfferKind.BUY_GET,
    OfferKind.NTH_ITEM,
    OfferKind.GIFT,
    OfferKind.ADD_ON,
    OfferKind.POINTS_TIMES,
)
_SHOWN_FOR = {
    "value": set(_KINDS) - {OfferKind.BUY_GET, OfferKind.GIFT},
    "cap": {OfferKind.PERCENT_OFF},
    "buy": {OfferKind.BUY_GET, OfferKind.NTH_ITEM, OfferKind.GIFT, OfferKind.ADD_ON},
    "get": {OfferKind.BUY_GET, OfferKind.GIFT, OfferKind.ADD_ON},
    "gifts": {OfferKind.GIFT, OfferKind.ADD_ON},
    "max_repeats": {OfferKind.EVERY_THRESHOLD, OfferKind.BUY_GET, OfferKind.NTH_ITEM, OfferKind.GIFT},
}
"""Fields that only some kinds have."""


class OffersPage(QWidget):
    """Left the offers, right what the chosen one says, its batches, its paper."""

    def __init__(self, vm: OffersViewModel, words: Catalogue) -> None:
        super().__init__()
        self.setObjectName("page")
        self._vm, self._words = vm, words
        w = words
        columns: list[Column[OfferView]] = [
            Column(w.t("Code"), lambda o: o.code, 100),
            Column(w.t("Name"), lambda o: o.name, 118),
            Column(w.t("Issued"), lambda o: w.number(o.issued), 62, True),
        ]
        self.rows: RowsModel[OfferView] = RowsModel(columns)
        self.list, self.banner = table(self.rows, columns, w.t("Offers")), Banner()
        self._offer: OfferView | None = None
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.setAccessibleName(w.t("About the offer"))
        self.tabs.tabBar().setAccessibleName(w.t("About the offer"))
        self.editor, self.batches = Editor(self, vm, words), Batches(self, vm, words)
        self.tabs.addTab(self.editor, w.t("What it says"))
        self.tabs.addTab(self.batches, w.t("Issue and print"))
        left = QVBoxLayout()
        left.addLayout(row(label(w.t("Offers"), "h1"), None, button(w.t("New"), self.new, kind="primary", icon="plus")))
        left.addWidget(self.list, 1)
        self.list.setMinimumWidth(300)
        right = QVBoxLayout()
        right.addWidget(self.banner)
        right.addWidget(self.tabs, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 16)
        whole.setSpacing(16)
        whole.addLayout(left, 2)
        whole.addLayout(right, 4)
        self.list.clicked.connect(self._open_row)
        self.list.activated.connect(self._open_row)
        vm.listed.connect(self._show_list)
        vm.kept.connect(self._kept)
        vm.refused.connect(self.refuse)

    def open(self) -> None:
        self._vm.load()

    def new(self) -> None:
        self._offer = None
        self.banner.say("")
        self.tabs.setCurrentIndex(0)
        self.editor.show_offer(None)
        self.batches.show_offer(None)

    @Slot(QModelIndex)
    def _open_row(self, index: QModelIndex) -> None:
        self.show_offer(self.rows.record(index.row()))

    def show_offer(self, offer: OfferView) -> None:
        self._offer = offer
        self.editor.show_offer(offer)
        self.batches.show_offer(offer)
        self.banner.say("")

    @Slot(object)
    def _show_list(self, found: list[OfferView]) -> None:
        self.rows.show(found)
        if self._offer is None and found:
            self.list.selectRow(0)
            self.show_offer(found[0])

    @Slot(object)
    def _kept(self, offer: OfferView) -> None:
        self.show_offer(offer)
        self.banner.say(self._words.t("Offer {code} is kept.", code=offer.code))
        self._vm.load()

    @Slot(object)
    def refuse(self, error: StoreError) -> None:
        self.banner.say(f"{wording.sentence(error, self._words)} {wording.cure(error, self._words)}", bad=True)


class Editor(QWidget):
    """What the offer says; the sentence in both languages follows every key."""

    def __init__(self, page: OffersPage, vm: OffersViewModel, words: Catalogue) -> None:
        super().__init__()
        self._page, self._vm, self._words = page, vm, words
        w = words
        self.kind = QComboBox()
        self.kind.setAccessibleName(w.t("Kind"))
        for kind in _KINDS:
            self.kind.addItem(w.t(wording.KINDS[kind]), kind.value)
        self.boxes = {name: field(w.t(title), hint) for name, title, hint in _FIELDS}
        self.bearer = QCheckBox(w.t("Whoever holds it may use it (bearer)"))
        self.automatic = QCheckBox(w.t("Applies by itself, without a coupon"))
        self.checks = {name: QCheckBox(w.t(title)) for name, title in _CHECKS}
        self.more = QCheckBox(w.t("More conditions"))
        self.beside = label("", "small", wrap=True)
        self.trial = button(w.t("Try on the last 30 days"), self._try, icon="history")
        self.chinese, self.english = label("", "sentence", wrap=True), label("", "sentence", wrap=True)
        self.verdict = label("", "error", wrap=True)
        self.save = button(w.t("Keep the offer"), self._save, kind="primary")
        self.stop = button(w.t("Stop"), self._stop)
        self.copy = button(w.t("Make a copy"), self._copy)
        form = QFormLayout()
        form.setVerticalSpacing(6)
        form.addRow(label(w.t("Kind")), self.kind)
        form.addRow(self.automatic)
        self._rows: dict[str, QLabel] = {}
        for name, title, _ in _FIELDS:
            if name == _FIRST_RARE:
                form.addRow(self.bearer)
                form.addRow(self.more)
            self._rows[name] = label(w.t(title))
            form.addRow(self._rows[name], self.boxes[name])
        for check in self.checks.values():
            form.addRow(check)
        inside = QWidget()
        inside.setLayout(form)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(inside)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.addWidget(scroll, 1)
        for widget in (self.chinese, self.english, self.verdict, self.beside):
            column.addWidget(widget)
        column.addLayout(row(self.trial, None, self.copy, self.stop, self.save))
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(300)
        self._soon.timeout.connect(self._look_beside)
        self._vm.collided.connect(self._show_beside)
        self._vm.tried.connect(self._show_trial)
        self.more.toggled.connect(self._arrange)
        self.kind.currentIndexChanged.connect(self._read)
        for box in self.boxes.values():
            box.textChanged.connect(self._read)
        for check in (self.bearer, self.automatic, *self.checks.values()):
            check.toggled.connect(self._read)
        self._offer: OfferView | None = None

    def show_offer(self, offer: OfferView | None) -> None:
        """Fill the fields; an offer with coupons out is frozen, a new one starts with the shop's usual."""
        self._offer = offer
        rule, digits = (offer.rule if offer else None), self._words.digits
        percent = rule is not None and rule.kind in PERCENTAGES
        self.kind.setCurrentIndex(max(0, self.kind.findData(rule.kind.value)) if rule else 0)
        values = {
            "code": offer.code if offer else "",
            "name": offer.name if offer else "",
            "campaign": offer.campaign if offer else "",
            "value": ""
            if rule is None
            else (zhe_text(rule.value) if self._words.chinese else percent_text(rule.value))
            if percent
            else percent_text(rule.value // 100)
            if rule.kind is OfferKind.POINTS_TIMES
            else money_text(rule.value, digits),
            "cap": money_text(rule.cap, digits) if rule and rule.cap else "",
            "min_spend": money_text(rule.min_spend, digits) if rule and rule.min_spend else "",
            "valid_days": str(rule.valid_days) if rule and rule.valid_days else "" if rule else "30",
            "valid_from": rule.valid_from.isoformat() if rule and rule.valid_from else "",
            "valid_to": rule.valid_to.isoformat() if rule and rule.valid_to else "",
            "limit_total": str(rule.limit_total) if rule and rule.limit_total else "",
            "limit_per_member": str(rule.limit_per_member) if rule and rule.limit_per_member else "",
            "categories": ", ".join(rule.categories) if rule else "",
            "products": ", ".join(rule.products[:50]) if rule else "",
        } | _rarer(rule, digits)
        for name, text in values.items():
            self.boxes[name].setText(text)
        self.bearer.setChecked(rule.bearer if rule else True)
        self.automatic.setChecked(bool(rule and rule.automatic))
        for name, check in self.checks.items():
            check.setChecked(bool(rule and getattr(rule, name)))
        self.more.setChecked(bool(rule and any(values[name] for name in _RARE) or any(c.isChecked() for c in self.checks.values())))
        frozen = offer is not None and offer.issued > 0
        for box in (self.kind, self.bearer, self.automatic, *self.boxes.values(), *self.checks.values()):
            box.setEnabled(not frozen)
        self.save.setEnabled(not frozen)
        for widget in (self.stop, self.copy):
            widget.setEnabled(offer is not None)
        running = offer is None or offer.state is OfferState.RUNNING
        self.stop.setText(self._words.t("Stop") if running else self._words.t("Let it run"))
        self._read()
        if frozen:
            self.verdict.setText(self._words.t("Coupons are out, so what it says stays. Stop it and make a copy."))

    def raw(self) -> dict[str, Any]:
        """The fields as the offer form's keys; a percentage typed in Chinese is 折."""
        texts: dict[str, Any] = {name: box.text().strip() for name, box in self.boxes.items()}
        kind = OfferKind(self.kind.currentData())
        texts |= {"kind": kind.value, "bearer": self.bearer.isChecked(), "automatic": self.automatic.isChecked()}
        texts |= {name: check.isChecked() for name, check in self.checks.items()}
        for name, kinds in _SHOWN_FOR.items():
            if kind not in kinds:
                texts[name] = ""
        if self.automatic.isChecked():
            texts |= {"valid_days": "", "bearer": True}
        if kind in PERCENTAGES and self._words.chinese:
            texts["zhe"] = texts.pop("value")
        return texts

    def _arrange(self, *_: object) -> None:
        """Only the fields that the kind has; rarer ones on demand."""
        kind = OfferKind(self.kind.currentData())
        for name, box in self.boxes.items():
            shown = kind in _SHOWN_FOR.get(name, {kind}) and (name not in _RARE or self.more.isChecked())
            shown = shown and not (name == "valid_days" and self.automatic.isChecked())
            for widget in (box, self._rows[name]):
                widget.setVisible(shown)
        for check in self.checks.values():
            check.setVisible(self.more.isChecked())
        self.bearer.setVisible(not self.automatic.isChecked())

    def _look_beside(self) -> None:
        self._vm.look_beside(self.raw(), self._offer.code if self._offer else "")

    def _try(self) -> None:
        self._vm.try_out(self.raw())

    @Slot(object)
    def _show_beside(self, found: list[Collision]) -> None:
        names = self._words.t(", ").join(one.name for one in found[:5])
        self.beside.setVisible(bool(found))
        self.beside.setText(self._words.t("Not together with {names}: the customer gets the better one.", names=names) if found else "")

    @Slot(object)
    def _show_trial(self, found: Trial) -> None:
        w = self._words
        cost, share = w.money(found.cost), w.percent(found.qualified / found.receipts if found.receipts else None)
        text = w.n(
            "In the last 30 days 1 receipt ({share}) would have qualified; cost {cost}, {near} just missed it.",
            "In the last 30 days {count} receipts ({share}) would have qualified; cost {cost}, {near} just missed it.",
            found.qualified,
            share=share,
            cost=cost,
            near=w.number(found.near),
        )
        self._page.banner.say(text)

    def _read(self, *_: object) -> None:
        kind = OfferKind(self.kind.currentData())
        hint = (
            (self._words.t("8.5 means the customer pays 85%") if self._words.chinese else self._words.t("15 means 15% off"))
            if kind in PERCENTAGES
            else "2"
            if kind is OfferKind.POINTS_TIMES
            else "20"
        )
        self._arrange()
        self._soon.start()
        self.boxes["value"].setPlaceholderText(hint)
        chinese, english, error = self._vm.read_aloud(self.raw())
        self.chinese.setText(chinese)
        self.english.setText(english)
        self.chinese.setVisible(bool(chinese))
        self.english.setVisible(bool(english))
        self.verdict.setText(f"{wording.sentence(error, self._words)} {wording.cure(error, self._words)}" if error else "")

    def _save(self) -> None:
        self._vm.keep(self.raw())

    def _copy(self) -> None:
        """The same under another code: what was issued keeps its rule."""
        raw = {name: box.text() for name, box in self.boxes.items()}
        checks = {check: check.isChecked() for check in (self.bearer, self.automatic, *self.checks.values())}
        kind = self.kind.currentIndex()
        self._page.new()
        self.kind.setCurrentIndex(kind)
        for name, box in self.boxes.items():
            box.setText("" if name == "code" else raw[name])
        for check, on in checks.items():
            check.setChecked(on)
        self.more.setChecked(any(raw[name] for name in _RARE) or any(check.isChecked() for check in self.checks.values()))
        self.boxes["code"].setFocus()

    def _stop(self) -> None:
        if self._offer is not None:
            self._vm.stop(self._offer.code, running=self._offer.state is OfferState.STOPPED)


_FIELDS = (
    ("code", m("Code"), "AUTUMN20"),
    ("name", m("Name"), ""),
    ("campaign", m("Campaign"), ""),
    ("value", m("Value"), "20"),
    ("min_spend", m("Minimum spend"), "100"),
    ("cap", m("At most off"), ""),
    ("valid_days", m("Days valid from issue"), "30"),
    ("valid_from", m("First day"), "2026-12-01"),
    ("valid_to", m("Last day"), "2026-12-31"),
    ("limit_total", m("Coupons ever issued, at most"), ""),
    ("limit_per_member", m("Uses per member, at most"), ""),
    ("buy", m("Pieces to buy"), "2"),
    ("get", m("Pieces given"), "1"),
    ("gifts", m("Articles given"), ""),
    ("max_repeats", m("At most so many times"), ""),
    ("categories", m("Only these categories"), ""),
    ("products", m("Only these articles"), ""),
    ("not_products", m("Not these articles"), ""),
    ("min_quantity", m("From so many pieces"), ""),
    ("weekdays", m("Weekdays (1 Monday – 7 Sunday)"), "6, 7"),
    ("month_days", m("Days of the month"), "8, 18, 28"),
    ("time_from", m("From what time"), "10:00"),
    ("time_to", m("Until what time"), "12:00"),
    ("tiers", m("Only these tiers"), ""),
    ("birthday", m("Birthday (day or month)"), "month"),
    ("budget", m("Budget, never more than"), ""),
    ("priority", m("Priority, higher first"), "0"),
    ("group", m("Of a group only the best"), ""),
)
_FIRST_RARE = "not_products"
_RARE = [name for name, _, _ in _FIELDS][[name for name, _, _ in _FIELDS].index(_FIRST_RARE) :]
_CHECKS = (
    ("members_only", m("Only for members")),
    ("first_purchase", m("Only for the first purchase")),
    ("stackable", m("Stacks with other offers of the whole bill")),
    ("skip_discounted", m("Not on goods at a special price")),
)


def _rarer(rule: OfferRule | None, digits: int) -> dict[str, str]:
    """The rarer fields as texts."""
    if rule is None:
        return dict.fromkeys(("buy", "get", "gifts", "max_repeats", *_RARE), "")
    times = [f"{minute // 60:02d}:{minute % 60:02d}" for minute in (rule.minutes[0], rule.minutes[1] + 1)] if rule.minutes else ["", ""]
    numbers = {
        name: str(getattr(rule, name) or "") for name in ("buy", "get", "max_repeats", "min_quantity", "birthday", "priority", "group")
    }
    lists = {
        name: ", ".join(str(one) for one in getattr(rule, name)[:50])
        for name in ("gifts", "not_products", "weekdays", "month_days", "tiers")
    }
    money = {"budget": money_text(rule.budget, digits) if rule.budget else ""}
    return numbers | lists | money | {"time_from": times[0], "time_to": times[1]}


class Batches(QWidget):
    """Issue, list, print, cancel."""

    def __init__(self, page: OffersPage, vm: OffersViewModel, words: Catalogue) -> None:
        super().__init__()
        self._page, self._vm, self._words = page, vm, words
        w = words
        self.count, self.members = QSpinBox(), field(w.t("Member numbers or phones"), w.t("or phones of members, separated by spaces"))
        self.count.setRange(0, 1_000_000)
        self.count.setValue(100)
        self.count.setAccessibleName(w.t("Number of coupons"))
        columns: list[Column[BatchView]] = [
            Column(w.t("Batch"), lambda b: str(b.id), 60),
            Column(w.t("Issued on"), lambda b: w.day(b.issued_on), 100),
            Column(w.t("Coupons"), lambda b: w.number(b.count), 80, True),
            Column(w.t("used"), lambda b: w.number(b.redeemed), 60, True),
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
        column.addLayout(row(self.count, self.members, button(w.t("Issue"), self._issue, kind="primary", icon="ticket")))
        column.addLayout(row(self.bar, self.cancel))
        below = QHBoxLayout()
        left = QVBoxLayout()
        left.addWidget(self.list, 1)
        form = QFormLayout()
        form.addRow(label(w.t("Paper")), self.layout_box)
        form.addRow(label(w.t("Language")), self.language)
        form.addRow(label(w.t("First free cell")), self.first)
        left.addLayout(form)
        left.addLayout(
            row(
                button(w.t("Cancel batch"), self._void),
                None,
                button(w.t("Print"), self._print, icon="printer"),
                button(w.t("Save as PDF"), self._save_pdf, kind="primary", icon="download"),
            )
        )
        below.addLayout(left, 3)
        below.addWidget(self.preview, 2)
        column.addLayout(below, 1)
        column.addWidget(label(w.t("Print at 100 %, without fitting to the page."), "small"))
        self.code, self.about = field(w.t("One coupon: its code"), w.t("One coupon: its code")), label("", wrap=True)
        self.again = button(w.t("New code and paper"), self._reissue)
        self.drop = button(w.t("Cancel this coupon"), self._void_one)
        column.addLayout(row(self.code, button(w.t("Look up"), self._find, icon="search"), self.again, self.drop))
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

    def _chosen(self) -> BatchView | None:
        index = self.list.currentIndex()
        return self.rows.record(index.row()) if index.isValid() and self.rows.rowCount() else None

    def _issue(self) -> None:
        if self._offer is not None:
            to = self.members.text().replace(",", " ").replace("，", " ").split()
            self._vm.issue(self._offer.code, 0 if to else self.count.value(), to)

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
        file, _ = QFileDialog.getSaveFileName(self, self._words.t("Save as PDF"), name, "PDF (*.pdf)")
        if file:
            self._vm.reissue(self._coupon.code, self.layout_box.currentData(), self.language.currentData(), Path(file))

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
                w.t(wording.COUPON_STATES[coupon.state]),
                f"{w.day(coupon.valid_from)} – {w.day(coupon.valid_to)}",
                coupon.member_name or coupon.member_no,
            )
            self.about.setText("  ·  ".join(part for part in parts if part))

    def _look(self) -> None:
        batch, layout = self._chosen(), self.layout_box.currentData()
        self.first.setEnabled(LAYOUTS[layout].cells > 1)
        self.first.setMaximum(LAYOUTS[layout].cells)
        if batch is not None and batch.state is BatchState.READY:
            self._vm.preview(batch.id, layout, min(self.first.value(), LAYOUTS[layout].cells), self.language.currentData())

    def _save_pdf(self) -> None:
        batch = self._chosen()
        if batch is None:
            self._page.banner.say(self._words.t("Choose a batch first."), bad=True)
            return
        name = str(Path.home() / f"{batch.offer_code}-{batch.id}.pdf")
        file, _ = QFileDialog.getSaveFileName(self, self._words.t("Save as PDF"), name, "PDF (*.pdf)")
        if file:
            self._vm.print_to(batch.id, self.layout_box.currentData(), self._cell(), self.language.currentData(), Path(file))

    def _cell(self) -> int:
        return min(self.first.value(), LAYOUTS[self.layout_box.currentData()].cells)

    def _print(self) -> None:
        """To a printer: the PDF's pages at the printer's own resolution, one to one."""
        batch = self._chosen()
        if batch is None:
            self._page.banner.say(self._words.t("Choose a batch first."), bad=True)
            return
        layout = LAYOUTS[self.layout_box.currentData()]
        printer = printing.ask(self, layout.page)
        if printer is not None:
            self._printer = printer
            file = printing.temporary_pdf()
            self._vm.print_to(batch.id, layout.name, self._cell(), self.language.currentData(), file)

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
            self._page.banner.say(
                self._words.n("1 coupon issued, batch {batch}.", "{count} coupons issued, batch {batch}.", batch.count, batch=batch.id)
            )
        else:
            self._page.banner.say(self._words.t("Batch {batch} is cancelled.", batch=batch.id))
        if self._offer is not None:
            self._vm.load_batches(self._offer.code)
        self._vm.load()

    @Slot(object)
    def _progress(self, step: tuple[int, int]) -> None:
        done, total = step
        self.bar.setRange(0, max(1, total))
        self.bar.setValue(done)
        self.bar.setVisible(done < total)
        self.cancel.setVisible(done < total)

    @Slot(object)
    def _printed(self, answer: tuple[Path, int]) -> None:
        self._stopped(None)
        file, pages = answer
        if self._printer is not None:
            printing.send(file, self._printer)
            self._printer = None
            self._page.banner.say(self._words.n("1 page sent to the printer.", "{count} pages sent to the printer.", pages))
        else:
            self._page.banner.say(self._words.n("1 page saved: {file}", "{count} pages saved: {file}", pages, file=str(file)))

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
        image = QImage(picture.tobytes(), picture.width, picture.height, picture.width * 3, QImage.Format.Format_RGB888)
        room = self.preview.size()
        self.preview.setPixmap(
            QPixmap.fromImage(image).scaled(room, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
        )


_BATCH = {BatchState.ISSUING: m("being issued"), BatchState.READY: m("out"), BatchState.VOIDED: m("cancelled")}
_PAPERS = {
    "a4-3x7": m("A4, 21 labels 63.5 × 38.1"),
    "a4-3x8": m("A4, 24 labels 70 × 36"),
    "slip-80": m("Slip 80 mm"),
    "slip-58": m("Slip 58 mm"),
    "card-90x54": m("Card 90 × 54"),
}
