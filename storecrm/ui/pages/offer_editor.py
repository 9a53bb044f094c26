"""What an offer says: only the fields of its kind, the sentence in both languages, what it collides
with, what it would have cost."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFormLayout,
    QLabel,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from storecrm.domain.offers import kinds, reading
from storecrm.domain.offers.reading import OfferView
from storecrm.domain.offers.rule import PERCENTAGES
from storecrm.i18n import Catalogue, m
from storecrm.services.offers.backtest import Collision, Trial
from storecrm.ui.kit.widgets import Banner, button, field, label, row
from storecrm.ui.viewmodels.offers import OffersViewModel
from storecrm.values import OfferKind, OfferState, parse_percent, zhe_text
from storecrm.wording import labels
from storecrm.wording.errors import cure, sentence

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


class Editor(QWidget):
    """What the offer says; the sentence in both languages follows every key."""

    def __init__(
        self, banner: Banner, anew: Callable[[], None], vm: OffersViewModel, words: Catalogue
    ) -> None:
        super().__init__()
        self._banner, self._anew, self._vm, self._words = banner, anew, vm, words
        w = words
        self.kind = QComboBox()
        self.kind.setAccessibleName(w.t("Kind"))
        for kind in _KINDS:
            self.kind.addItem(w.t(labels.KINDS[kind]), kind.value)
        self.boxes = {name: field(w.t(title), hint) for name, title, hint in _FIELDS}
        self.bearer = QRadioButton(w.t("On paper, for whoever holds it (bearer)"))
        self.named = QRadioButton(w.t("To members by name"))
        self.automatic = QRadioButton(w.t("Applies by itself, without a coupon"))
        self._goes = QButtonGroup(self)
        for way in (self.bearer, self.named, self.automatic):
            self._goes.addButton(way)
        self.kept = label("", "small", wrap=True)
        self.leave_out = button(w.t("Leave it out"), self._leave_out, kind="link")
        self.checks = {name: QCheckBox(w.t(title)) for name, title in _CHECKS}
        self.stackable = QComboBox()
        self.stackable.setAccessibleName(w.t("Beside other offers"))
        for title, says in _BESIDE:
            self.stackable.addItem(w.t(title), says)
        self.more = QCheckBox(w.t("More conditions"))
        self.beside = label("", "small", wrap=True)
        self.trial = button(w.t("Try on the last 30 days"), self._try, icon="history")
        self.chinese, self.english = (
            label("", "sentence", wrap=True),
            label("", "sentence", wrap=True),
        )
        self.verdict = label("", "error", wrap=True)
        self.save = button(w.t("Keep the offer"), self._save, kind="primary")
        self.stop = button(w.t("Stop"), self._stop)
        self.copy = button(w.t("Make a copy"), self._copy)
        form = QFormLayout()
        form.setVerticalSpacing(6)
        self._how = label(w.t("How it goes out"))
        ways = QWidget()
        choices = QVBoxLayout(ways)
        choices.setContentsMargins(0, 0, 0, 0)
        for way in (self.bearer, self.named, self.automatic):
            choices.addWidget(way)
        self._ways = ways
        form.addRow(self._how, ways)
        form.addRow(label(w.t("Kind")), self.kind)
        self._rows: dict[str, QLabel] = {}
        for name, title, _ in _FIELDS:
            if name == _FIRST_RARE:
                form.addRow(self.more)
            self._rows[name] = label(w.t(title))
            form.addRow(self._rows[name], self.boxes[name])
        self._beside_title = label(w.t("Beside other offers"))
        form.addRow(self._beside_title, self.stackable)
        for check in self.checks.values():
            form.addRow(check)
        form.addRow(self.kept)
        form.addRow(self.leave_out)
        for name in _LISTED:
            self.boxes[name].setMaxLength(1_000_000)
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
        ticks: tuple[QAbstractButton, ...] = (
            self.bearer,
            self.named,
            self.automatic,
            *self.checks.values(),
        )
        for tick in ticks:
            tick.toggled.connect(self._read)
        self._offer: OfferView | None = None
        self._base: dict[str, Any] = {}
        self._texts: dict[str, str] = {}
        self.show_offer(None)

    def show_offer(self, offer: OfferView | None) -> None:
        """Fill the fields; an offer with coupons out is frozen, a new one starts with the shop's
        usual: paper, 30 days."""
        self._offer = offer
        self._base = (
            reading.as_keys(offer, self._words.digits)
            if offer
            else {"bearer": True, "valid_days": 30}
        )
        self._fill()
        frozen = offer is not None and offer.issued > 0
        ways = (self.bearer, self.named, self.automatic)
        for box in (
            self.kind,
            *ways,
            self.stackable,
            self.leave_out,
            *self.boxes.values(),
            *self.checks.values(),
        ):
            box.setEnabled(not frozen)
        self.save.setEnabled(not frozen)
        for widget in (self.stop, self.copy):
            widget.setEnabled(offer is not None)
        running = offer is None or offer.state is OfferState.RUNNING
        self.stop.setText(self._words.t("Stop") if running else self._words.t("Let it run"))
        self._read()
        if frozen:
            self.verdict.setText(
                self._words.t("Coupons are out, so what it says stays. Stop it and make a copy.")
            )

    def _fill(self) -> None:
        """Put what the offer says into the fields, and remember the words that stand there."""
        base = self._base
        kind = OfferKind(base.get("kind", _KINDS[0].value))
        if self.kind.count() > len(_KINDS):
            self.kind.removeItem(len(_KINDS))
        if kind not in _KINDS:
            # a kind that is made by a file only
            self.kind.addItem(self._words.t(labels.KINDS[kind]), kind.value)
        self.kind.setCurrentIndex(self.kind.findData(kind.value))
        self._texts = {name: _text(base.get(name, "")) for name in self.boxes}
        if kind in PERCENTAGES and self._words.chinese:
            self._texts["value"] = zhe_text(parse_percent(base["value"]))
        for name, text in self._texts.items():
            self.boxes[name].setText(text)
        way = (
            self.automatic
            if base.get("automatic")
            else self.bearer
            if base.get("bearer")
            else self.named
        )
        way.setChecked(True)
        for name, check in self.checks.items():
            check.setChecked(bool(base.get(name)))
        self.stackable.setCurrentIndex([says for _, says in _BESIDE].index(base.get("stackable")))
        rare = any(self._texts[name] for name in _RARE) or any(
            check.isChecked() for check in self.checks.values()
        )
        self.more.setChecked(rare or self.stackable.currentIndex() > 0)

    def _unseen(self) -> dict[str, Any]:
        """What the offer says that has no field here."""
        usual = {"uses_allowed": 1}
        return {
            name: self._base[name]
            for name in _UNSEEN
            if self._base.get(name, usual.get(name)) != usual.get(name)
        }

    def _leave_out(self) -> None:
        """The offer without what has no field here."""
        for name in _UNSEEN:
            self._base.pop(name, None)
        self._read()

    def raw(self) -> dict[str, Any]:
        """All the offer's keys: what was typed over what it said before, so that nothing is lost
        that has no field or stands in it as it was. A percentage typed in Chinese is 折."""
        kind = OfferKind(self.kind.currentData())
        texts = dict(self._base)
        another = kind.value != self._base.get("kind", kind.value)
        typed = {name: box.text().strip() for name, box in self.boxes.items()}
        texts |= {
            name: text
            for name, text in typed.items()
            if text != self._texts[name] or name not in texts or another and name == "value"
        }
        automatic = self.automatic.isChecked() or kind in kinds.BY_ITSELF
        texts |= {"kind": kind.value, "bearer": not self.named.isChecked(), "automatic": automatic}
        texts |= {name: check.isChecked() for name, check in self.checks.items()}
        texts["stackable"] = self.stackable.currentData()
        for name in self.boxes:
            if kind not in kinds.having(name):
                texts[name] = ""
        if automatic:
            texts["bearer"] = True
        if automatic and kind is not OfferKind.STAMPS:
            texts["valid_days"] = ""
        if kind in PERCENTAGES and self._words.chinese and texts["value"] == typed["value"]:
            texts["zhe"] = texts.pop("value")
        return texts

    def _arrange(self, *_: object) -> None:
        """Only the fields that the kind has; rarer ones on demand."""
        kind = OfferKind(self.kind.currentData())
        automatic = self.automatic.isChecked() or kind in kinds.BY_ITSELF
        for name, box in self.boxes.items():
            shown = kind in kinds.having(name) and (name not in _RARE or self.more.isChecked())
            shown = shown and not (
                name == "valid_days" and automatic and kind is not OfferKind.STAMPS
            )
            for widget in (box, self._rows[name]):
                widget.setVisible(shown)
        for rare in (self._beside_title, self.stackable, *self.checks.values()):
            rare.setVisible(self.more.isChecked())
        for part in (self._how, self._ways):
            part.setVisible(kind not in kinds.BY_ITSELF)
        self.automatic.setVisible(kind not in kinds.BY_ITSELF)
        unseen = self._unseen()
        said = "; ".join(
            f"{self._words.t(_UNSEEN[name])}: {_text(value)}" for name, value in unseen.items()
        )
        self.kept.setText(
            self._words.t("Set by a file and kept as it is: {list}.", list=said) if unseen else ""
        )
        for rest in (self.kept, self.leave_out):
            rest.setVisible(bool(unseen))

    def _look_beside(self) -> None:
        self._vm.look_beside(self.raw(), self._offer.code if self._offer else "")

    def _try(self) -> None:
        self._vm.try_out(self.raw())

    @Slot(object)
    def _show_beside(self, found: list[Collision]) -> None:
        names = self._words.listed(one.name for one in found[:5])
        self.beside.setVisible(bool(found))
        self.beside.setText(
            self._words.t(
                "Not together with {names}: the customer gets the better one.", names=names
            )
            if found
            else ""
        )

    @Slot(object)
    def _show_trial(self, found: Trial) -> None:
        w = self._words
        cost, share = (
            w.money(found.cost),
            w.percent(found.qualified / found.receipts if found.receipts else None),
        )
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
            (
                self._words.t("8.5 means the customer pays 85%")
                if self._words.chinese
                else self._words.t("15 means 15% off")
            )
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
        self.verdict.setText(
            f"{sentence(error, self._words, _TITLES)} {cure(error, self._words)}" if error else ""
        )

    def _save(self) -> None:
        self._vm.keep(self.raw())

    def _copy(self) -> None:
        """The same under another code: what was issued keeps its rule."""
        raw, wanted = {name: box.text() for name, box in self.boxes.items()}, self._base
        way = next(way for way in (self.bearer, self.named, self.automatic) if way.isChecked())
        kind, beside = self.kind.currentData(), self.stackable.currentIndex()
        checks = {name: check.isChecked() for name, check in self.checks.items()}
        self._anew()
        self._base = {**wanted, "code": ""}
        self._fill()
        self.kind.setCurrentIndex(self.kind.findData(kind))
        self.stackable.setCurrentIndex(beside)
        way.setChecked(True)
        for name, box in self.boxes.items():
            box.setText("" if name == "code" else raw[name])
        for name, on in checks.items():
            self.checks[name].setChecked(on)
        self._read()
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


_LISTED = ("categories", "products", "not_products", "gifts", "tiers")
"""Fields in which long lists stand."""
_UNSEEN = {
    "brands": m("only these brands"),
    "not_categories": m("not these categories"),
    "stores": m("only in these shops"),
    "channels": m("only by these channels"),
    "uses_allowed": m("uses of one coupon"),
    "valid_delay": m("days from issue to the first day"),
}
"""What an offer made by a file can say that has no field here."""


def _text(value: Any) -> str:
    """A key's value as it stands in its field."""
    return ", ".join(str(one) for one in value) if isinstance(value, (list, tuple)) else str(value)


_TITLES = {name: title for name, title, _ in _FIELDS} | dict(_CHECKS)
_TITLES |= {"stackable": m("Beside other offers"), "bearer": m("To members by name")} | _UNSEEN
"""What people read where a file has a key."""
