"""What an offer says: only the fields of its kind, the sentence in both languages, what it collides with, what it would have cost."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from storecrm.i18n import Catalogue, m
from storecrm.services import wording
from storecrm.services.insight.trial import Collision, Trial
from storecrm.services.till.offers import OfferView
from storecrm.ui.kit.widgets import Banner, button, field, label, row
from storecrm.ui.viewmodels.offers import OffersViewModel
from storecrm.values import (
    PERCENTAGES,
    OfferKind,
    OfferRule,
    OfferState,
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
    OfferKind.STAMPS,
)
_SHOWN_FOR = {
    "value": set(_KINDS) - {OfferKind.BUY_GET, OfferKind.GIFT, OfferKind.STAMPS},
    "cap": {OfferKind.PERCENT_OFF},
    "buy": {OfferKind.BUY_GET, OfferKind.NTH_ITEM, OfferKind.GIFT, OfferKind.ADD_ON, OfferKind.STAMPS},
    "reward": {OfferKind.STAMPS},
    "min_spend": set(_KINDS) - {OfferKind.STAMPS},
    "limit_total": set(_KINDS) - {OfferKind.STAMPS},
    "limit_per_member": set(_KINDS) - {OfferKind.STAMPS},
    "get": {OfferKind.BUY_GET, OfferKind.GIFT, OfferKind.ADD_ON},
    "gifts": {OfferKind.GIFT, OfferKind.ADD_ON},
    "max_repeats": {OfferKind.EVERY_THRESHOLD, OfferKind.BUY_GET, OfferKind.NTH_ITEM, OfferKind.GIFT, OfferKind.ADD_ON},
}
"""Fields that only some kinds have."""
_BY_ITSELF = (OfferKind.POINTS_TIMES, OfferKind.STAMPS)
"""Kinds that never have a coupon."""


class Editor(QWidget):
    """What the offer says; the sentence in both languages follows every key."""

    def __init__(self, banner: Banner, anew: Callable[[], None], vm: OffersViewModel, words: Catalogue) -> None:
        super().__init__()
        self._banner, self._anew, self._vm, self._words = banner, anew, vm, words
        w = words
        self.kind = QComboBox()
        self.kind.setAccessibleName(w.t("Kind"))
        for kind in _KINDS:
            self.kind.addItem(w.t(wording.KINDS[kind]), kind.value)
        self.boxes = {name: field(w.t(title), hint) for name, title, hint in _FIELDS}
        self.bearer = QCheckBox(w.t("Whoever holds it may use it (bearer)"))
        self.automatic = QCheckBox(w.t("Applies by itself, without a coupon"))
        self.checks = {name: QCheckBox(w.t(title)) for name, title in _CHECKS}
        self.stackable = QComboBox()
        self.stackable.setAccessibleName(w.t("Beside other offers"))
        for title, says in _BESIDE:
            self.stackable.addItem(w.t(title), says)
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
        self._beside_title = label(w.t("Beside other offers"))
        form.addRow(self._beside_title, self.stackable)
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
        self.stackable.currentIndexChanged.connect(self._read)
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
        self.stackable.setCurrentIndex([says for _, says in _BESIDE].index(rule.stackable if rule else None))
        rare = any(values[name] for name in _RARE) or any(c.isChecked() for c in self.checks.values())
        self.more.setChecked(bool(rule) and (rare or self.stackable.currentIndex() > 0))
        frozen = offer is not None and offer.issued > 0
        for box in (self.kind, self.bearer, self.automatic, self.stackable, *self.boxes.values(), *self.checks.values()):
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
        automatic = self.automatic.isChecked() or kind in _BY_ITSELF
        texts |= {"kind": kind.value, "bearer": self.bearer.isChecked(), "automatic": automatic}
        texts |= {name: check.isChecked() for name, check in self.checks.items()}
        texts["stackable"] = self.stackable.currentData()
        for name, kinds in _SHOWN_FOR.items():
            if kind not in kinds:
                texts[name] = ""
        if automatic:
            texts["bearer"] = True
        if automatic and kind is not OfferKind.STAMPS:
            texts["valid_days"] = ""
        if kind in PERCENTAGES and self._words.chinese:
            texts["zhe"] = texts.pop("value")
        return texts

    def _arrange(self, *_: object) -> None:
        """Only the fields that the kind has; rarer ones on demand."""
        kind = OfferKind(self.kind.currentData())
        automatic = self.automatic.isChecked() or kind in _BY_ITSELF
        for name, box in self.boxes.items():
            shown = kind in _SHOWN_FOR.get(name, {kind}) and (name not in _RARE or self.more.isChecked())
            shown = shown and not (name == "valid_days" and automatic and kind is not OfferKind.STAMPS)
            for widget in (box, self._rows[name]):
                widget.setVisible(shown)
        for rare in (self._beside_title, self.stackable, *self.checks.values()):
            rare.setVisible(self.more.isChecked())
        self.bearer.setVisible(not automatic)
        self.automatic.setVisible(kind not in _BY_ITSELF)

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
        self._banner.say(text)

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
        kind, beside = self.kind.currentIndex(), self.stackable.currentIndex()
        self._anew()
        self.kind.setCurrentIndex(kind)
        self.stackable.setCurrentIndex(beside)
        for name, box in self.boxes.items():
            box.setText("" if name == "code" else raw[name])
        for check, on in checks.items():
            check.setChecked(on)
        self.more.setChecked(any(raw[name] for name in _RARE) or any(check.isChecked() for check in self.checks.values()) or beside > 0)
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
    ("reward", m("A full card gives a coupon of"), "MILK13"),
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
    ("supplier", m("A supplier pays a share: its name"), ""),
    ("supplier_share", m("…its share in %"), "50"),
)
_FIRST_RARE = "not_products"
_RARE = [name for name, _, _ in _FIELDS][[name for name, _, _ in _FIELDS].index(_FIRST_RARE) :]
_BESIDE: tuple[tuple[str, bool | None], ...] = (
    (m("As the shop says"), None),
    (m("Together with others that say so"), True),
    (m("Never together with another"), False),
)
_CHECKS = (
    ("members_only", m("Only for members")),
    ("first_purchase", m("Only for the first purchase")),
    ("skip_discounted", m("Not on goods at a special price")),
)


def _rarer(rule: OfferRule | None, digits: int) -> dict[str, str]:
    """The rarer fields as texts."""
    if rule is None:
        return dict.fromkeys(("buy", "get", "gifts", "reward", "max_repeats", *_RARE), "")
    times = [f"{minute // 60:02d}:{minute % 60:02d}" for minute in (rule.minutes[0], rule.minutes[1] + 1)] if rule.minutes else ["", ""]
    numbers = {
        name: str(getattr(rule, name) or "")
        for name in ("buy", "get", "max_repeats", "min_quantity", "birthday", "priority", "group", "reward", "supplier")
    }
    lists = {
        name: ", ".join(str(one) for one in getattr(rule, name)[:50])
        for name in ("gifts", "not_products", "weekdays", "month_days", "tiers")
    }
    money = {"budget": money_text(rule.budget, digits) if rule.budget else ""}
    money["supplier_share"] = percent_text(rule.supplier_share) if rule.supplier_share else ""
    return numbers | lists | money | {"time_from": times[0], "time_to": times[1]}
