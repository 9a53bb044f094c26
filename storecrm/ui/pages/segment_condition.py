"""One condition of a rule: what is asked, how it compares, with what, and within which days or
goods."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QLineEdit, QVBoxLayout, QWidget

from storecrm.domain.segment_fields import FIELDS, THIS_MONTH, SegmentField, ops_of
from storecrm.i18n import Catalogue, m
from storecrm.ui.kit.pickers.choices import Choice, Find
from storecrm.ui.kit.pickers.flow_layout import FlowLayout
from storecrm.ui.kit.pickers.money_box import MoneyBox
from storecrm.ui.kit.pickers.number_box import NumberBox
from storecrm.ui.kit.pickers.search_box import SearchBox
from storecrm.ui.kit.widgets import button, label, row
from storecrm.ui.viewmodels.lookups import Lookups
from storecrm.values import money_text, parse_money
from storecrm.wording import insight

_SIGNS = {"=": "=", "!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}
_WORDS = {"is": m("is"), "is_not": m("is not"), "in": m("is one of")}
OPS = _SIGNS | _WORDS
_GOODS = {"category": m("category"), "brand": m("brand"), "sku": m("article")}
_PLACES = {"store": m("shop"), "offer": m("offer"), "purpose": m("purpose")}
NARROW = _GOODS | _PLACES
"""What a condition may be narrowed to."""
_BESIDES = NARROW | {"from": m("from"), "to": m("to")}
"""What a file may say beyond what can be chosen here."""
MORE_DAYS = 36_500


def choice_of(name: str, titles: Mapping[str, str]) -> QComboBox:
    """One of some answers."""
    box = QComboBox()
    box.setAccessibleName(name)
    for value, title in titles.items():
        box.addItem(title, value)
    return box


class ConditionRow(QFrame):
    """A line for what is compared, and below it, where the field has such, days and goods."""

    changed = Signal()

    def __init__(
        self, words: Catalogue, lookups: Lookups, gone: Callable[["ConditionRow"], None]
    ) -> None:
        super().__init__()
        self._words = words
        self._gone = gone
        self._besides: dict[str, Any] = {}
        self._as_written = ""
        self._lookups = lookups
        self._finds: dict[str, Find] = {
            "category": lookups.categories,
            "brand": lookups.brands,
            "sku": lookups.articles,
            "offer": lookups.offers,
        }
        self._of = ""
        self._make_comparison()
        self._make_narrowing()
        self._choices = (self.op, self.known, self.narrow)
        for combo in (self.field, *self._choices):
            # long titles do not push the row out of a small window
            fitting = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            combo.setSizeAdjustPolicy(fitting)
            combo.setMinimumContentsLength(6)
        self.narrow.setMinimumContentsLength(11)
        self._lay_out()
        self._join()
        # most rules begin with visits
        self.field.setCurrentIndex(self.field.findData("visits"))
        self._show_field()

    def _make_comparison(self) -> None:
        w = self._words
        titles = {name: w.t(insight.FIELD_NAMES[name]) for name in FIELDS}
        by_title = dict(sorted(titles.items(), key=lambda pair: pair[1]))
        self.field = choice_of(w.t("What is asked"), by_title)
        self.op = choice_of(w.t("Comparison"), {})
        # a value is typed, or chosen where all that it may be is known
        self.known = choice_of(w.t("Value"), {})
        self.value = QLineEdit()
        self.value.setAccessibleName(w.t("Value"))
        self.value.setMaximumWidth(130)
        self.money = MoneyBox(w.t("Value"), w)

    def _make_narrowing(self) -> None:
        w = self._words
        self.days = NumberBox(
            w.t("Within days"), w, unit=w.t("days"), least=1, most=MORE_DAYS, no_limit=w.t("ever")
        )
        self.narrow = choice_of(w.t("Only of"), {})
        # what is in no list yet may be meant all the same
        self.what = SearchBox(w.t("Which"), w, self._find, self._lookups.lane, free=True)
        self.what.setMinimumWidth(150)
        self.also = label("", "small")

    def _find(self, text: str) -> Sequence[Choice]:
        """What fits, of the kind to which the condition is narrowed; called on the lane."""
        find = self._finds.get(self._of)
        return find(text) if find is not None else ()

    def _lay_out(self) -> None:
        drop = button("×", lambda: self._gone(self))
        first = row(self.field, self.op, self.value, self.money, self.known, drop)
        first.setStretch(0, 3)
        first.setStretch(4, 2)
        self._lower = QWidget()
        second = FlowLayout(self._lower)
        self._lower.setContentsMargins(24, 0, 0, 0)
        for widget in (self.days, self.narrow, self.what, self.also):
            second.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(first)
        column.addWidget(self._lower)

    def _join(self) -> None:
        self.field.currentIndexChanged.connect(lambda _: self._show_field())
        for combo in self._choices:
            combo.currentIndexChanged.connect(lambda _: self.changed.emit())
        for box in (self.value, self.money, self.what, self.days.entry):
            box.textChanged.connect(lambda _: self.changed.emit())
        self.days.nothing.toggled.connect(lambda _: self.changed.emit())
        self.narrow.currentIndexChanged.connect(lambda _: self._show_what())

    def _show_what(self) -> None:
        self._of = str(self.narrow.currentData() or "")
        self.what.setVisible(bool(self._of))

    def _show_field(self) -> None:
        """What can be asked of the chosen field."""
        name = str(self.field.currentData())
        asked = FIELDS[name]
        goods = [key for key in asked.more if key in NARROW]
        self._besides = {}
        self.also.setText("")
        for combo in self._choices:
            combo.blockSignals(True)
            combo.clear()
        self._fill_ops(asked)
        self._fill_known(name, asked)
        self._fill_narrow(goods)
        for combo in self._choices:
            combo.blockSignals(False)
        known = self.known.count() > 0
        self.known.setVisible(known)
        is_money = asked.kind == "money"
        self.value.setVisible(not known and not is_money)
        self.money.setVisible(is_money)
        self.days.setVisible("days" in asked.more)
        self.narrow.setVisible(bool(goods))
        self._show_what()
        self._lower.setVisible(bool(asked.more))
        self.changed.emit()

    def _fill_ops(self, asked: SegmentField) -> None:
        for op in ops_of(asked):
            self.op.addItem(self._words.t(OPS[op]), op)
        if asked.kind != "text":
            self.op.setCurrentIndex(self.op.findData(">="))

    def _fill_known(self, name: str, asked: SegmentField) -> None:
        """All that a value may be, where that is known."""
        w = self._words
        named = insight.texts_of(name, w)
        for text in asked.known or tuple(named):
            title = named.get(text, text)
            self.known.addItem(title or w.t("unknown"), text)
        if name == "birthday_month":
            self.known.addItem(w.t("this month"), THIS_MONTH)
            for month in range(1, 13):
                self.known.addItem(str(month), month)

    def _fill_narrow(self, goods: Iterable[str]) -> None:
        for at, key in enumerate(goods):
            if at == 0:
                self.narrow.addItem(self._words.t("of everything"), "")
            self.narrow.addItem(self._words.t(NARROW[key]), key)

    def rule(self) -> dict[str, Any]:
        """The condition as it stands; what cannot be read is handed on as it was typed, and refused
        by the check."""
        name = str(self.field.currentData())
        asked = FIELDS[name]
        op = self.op.currentData()
        value = self._value(asked.kind)
        if op == "in" and name != "birthday_month":
            value = _listed(str(value))
        # this month is one month, whatever the comparison says
        if value == THIS_MONTH:
            op = "="
        node: dict[str, Any] = {"field": name, "op": op, "value": value}
        days = self.days.value()
        if "days" in asked.more and days:
            node["days"] = days
        narrow = self.narrow.currentData()
        what = self.what.value()
        if narrow and what:
            node[str(narrow)] = what
        return self._besides | node

    def _value(self, kind: str) -> Any:
        if self.known.count():
            return self.known.currentData()
        if kind == "money":
            return self._amount()
        text = self.value.text().strip()
        return _number(text) if kind == "number" else text

    def _amount(self) -> str:
        """Money as a rule writes it, the way that it was written there as long as it is the
        same."""
        amount = self.money.amount()
        if amount is None:
            return self.money.text().strip()
        digits = self._words.digits
        try:
            same = parse_money(self._as_written, digits=digits) == amount
        except ValueError:
            same = False
        return self._as_written if same else money_text(amount, digits)

    def show_rule(self, node: Mapping[str, Any]) -> None:
        """Show a condition that is there."""
        self.field.setCurrentIndex(self.field.findData(node["field"]))
        self._show_field()
        at = self.op.findData(node["op"])
        self.op.setCurrentIndex(max(0, at))
        self._show_value(node["value"])
        self.days.set_value(node.get("days"))
        narrowed = [key for key in NARROW if key in node][:1]
        for key in narrowed:
            self.narrow.setCurrentIndex(self.narrow.findData(key))
            said = str(node[key])
            self.what.set_choice(Choice(said, said))
        # what a file may say beyond the one that can be chosen here stays, and is seen
        shown = {"field", "op", "value", "days", *narrowed}
        self._besides = {key: text for key, text in node.items() if key not in shown}
        more = [f"{self._words.t(_BESIDES[key])}: {text}" for key, text in self._besides.items()]
        self.also.setText("; ".join(more))

    def _show_value(self, value: Any) -> None:
        several = isinstance(value, list)
        if several and self.known.count():
            # a choice of several known words is typed: the list shows one at a time
            self.known.clear()
            self.known.hide()
            self.value.show()
        if self.known.count():
            at = self.known.findData(value)
            self.known.setCurrentIndex(max(0, at))
        elif self.money.isVisibleTo(self):
            self._as_written = str(value)
            self._put_money(str(value))
        else:
            self.value.setText(", ".join(value) if several else str(value))

    def _put_money(self, written: str) -> None:
        try:
            self.money.set_amount(parse_money(written, digits=self._words.digits))
        except ValueError:
            # what cannot be read is shown as it is, and refused by the check
            self.money.setText(written)


def _listed(text: str) -> list[str]:
    """Words with commas between them."""
    parts = text.replace("，", ",").split(",")
    return [part.strip() for part in parts]


def _number(text: str) -> int | float | str:
    """A number as it was typed: whole where it is; the text where it is none."""
    for read in (int, float):
        try:
            return read(text)
        except ValueError:
            continue
    return text
