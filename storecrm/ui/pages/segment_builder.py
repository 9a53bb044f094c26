"""A rule made by choosing: groups of all, any or none, in them conditions and further groups. What
stands here is a rule at any moment."""

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from storecrm.domain.segment_fields import DEPTH, FIELDS, THIS_MONTH, ops_of
from storecrm.i18n import Catalogue, m
from storecrm.ui.kit.widgets import button, label, row
from storecrm.wording import insight

GROUPS = {"all": m("all of these"), "any": m("one of these"), "none": m("none of these")}
OPS = {
    "=": "=",
    "!=": "≠",
    "<": "<",
    "<=": "≤",
    ">": ">",
    ">=": "≥",
    "is": m("is"),
    "is_not": m("is not"),
    "in": m("is one of"),
}
NARROW = {
    "category": m("category"),
    "brand": m("brand"),
    "sku": m("article"),
    "store": m("shop"),
    "offer": m("offer"),
    "purpose": m("purpose"),
}
MORE_DAYS = 36_500


def _combo(pairs: list[tuple[str, str]], name: str) -> QComboBox:
    made = QComboBox()
    made.setAccessibleName(name)
    for value, title in pairs:
        made.addItem(title, value)
    return made


class ConditionRow(QFrame):
    """One condition: what, how it compares, with what, and within which days or goods."""

    changed = Signal()

    def __init__(self, words: Catalogue, gone: Callable[["ConditionRow"], None]) -> None:
        super().__init__()
        self._words = words
        w = words
        pairs = sorted(
            ((name, w.t(insight.FIELD_NAMES[name])) for name in FIELDS), key=lambda pair: pair[1]
        )
        self.field = _combo(pairs, w.t("What is asked"))
        self.op = _combo([], w.t("Comparison"))
        self.value, self.known = QLineEdit(), _combo([], w.t("Value"))
        self.value.setAccessibleName(w.t("Value"))
        self.value.setMaximumWidth(130)
        self.days = QSpinBox()
        self.days.setRange(0, MORE_DAYS)
        self.days.setSpecialValueText(w.t("ever"))
        self.days.setPrefix(w.t("days") + " ")
        self.days.setAccessibleName(w.t("Within days"))
        self.narrow, self.what = _combo([], w.t("Only of")), QLineEdit()
        self.what.setAccessibleName(w.t("Which"))
        self.what.setMaximumWidth(130)
        for combo in (self.field, self.op, self.known, self.narrow):
            combo.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            combo.setMinimumContentsLength(6)
        first = row(self.field, self.op, self.value, self.known, button("×", lambda: gone(self)))
        first.setStretch(0, 3)
        first.setStretch(3, 2)
        self._lower = QWidget()
        self.also, self._besides = label("", "small"), dict[str, Any]()
        second = row(self.days, self.narrow, self.what, self.also, None)
        second.setContentsMargins(24, 0, 0, 0)
        self._lower.setLayout(second)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(first)
        column.addWidget(self._lower)
        self.field.currentIndexChanged.connect(lambda _: self._fields())
        for combo in (self.op, self.known, self.narrow):
            combo.currentIndexChanged.connect(lambda _: self.changed.emit())
        for box in (self.value, self.what):
            box.textChanged.connect(lambda _: self.changed.emit())
        self.days.valueChanged.connect(lambda _: self.changed.emit())
        self.narrow.currentIndexChanged.connect(
            lambda _: self.what.setVisible(bool(self.narrow.currentData()))
        )
        self.field.setCurrentIndex(self.field.findData("visits"))
        self._fields()

    def _fields(self) -> None:
        """What can be asked of the chosen field."""
        name, w = str(self.field.currentData()), self._words
        self._besides = {}
        self.also.setText("")
        asked = FIELDS[name]
        for combo in (self.op, self.known, self.narrow):
            combo.blockSignals(True)
            combo.clear()
        for op in ops_of(asked):
            self.op.addItem(w.t(OPS[op]), op)
        if asked.kind != "text":
            self.op.setCurrentIndex(self.op.findData(">="))
        named = insight.texts_of(name, w)
        for text in asked.known or tuple(named):
            self.known.addItem(named.get(text, text) or w.t("unknown"), text)
        if name == "birthday_month":
            self.known.addItem(w.t("this month"), THIS_MONTH)
            for month in range(1, 13):
                self.known.addItem(str(month), month)
        goods = [key for key in asked.more if key in NARROW]
        if goods:
            self.narrow.addItem(w.t("of everything"), "")
        for key in goods:
            self.narrow.addItem(w.t(NARROW[key]), key)
        for combo in (self.op, self.known, self.narrow):
            combo.blockSignals(False)
        self.known.setVisible(self.known.count() > 0)
        self.value.setVisible(self.known.count() == 0)
        self.days.setVisible("days" in asked.more)
        self.narrow.setVisible(bool(goods))
        self.what.setVisible(bool(self.narrow.currentData()))
        self._lower.setVisible(bool(asked.more))
        self.changed.emit()

    def rule(self) -> dict[str, Any]:
        """The condition as it stands; what cannot be read is handed on as it was typed, and refused
        by the check."""
        name = str(self.field.currentData())
        asked = FIELDS[name]
        node: dict[str, Any] = {
            "field": name,
            "op": self.op.currentData(),
            "value": self._value(asked.kind),
        }
        if node["value"] == THIS_MONTH:
            node["op"] = "="
        if self.op.currentData() == "in" and name != "birthday_month":
            node["value"] = [
                part.strip() for part in str(node["value"]).replace("，", ",").split(",")
            ]
        if "days" in asked.more and self.days.value():
            node["days"] = self.days.value()
        if self.narrow.currentData() and self.what.text().strip():
            node[str(self.narrow.currentData())] = self.what.text().strip()
        return self._besides | node

    def _value(self, kind: str) -> Any:
        if self.known.count():
            return self.known.currentData()
        text = self.value.text().strip()
        if kind != "number":
            return text
        try:
            return int(text)
        except ValueError:
            try:
                return float(text)
            except ValueError:
                return text

    def show_rule(self, node: Mapping[str, Any]) -> None:
        """Show a condition that is there."""
        self.field.setCurrentIndex(self.field.findData(node["field"]))
        self._fields()
        self.op.setCurrentIndex(max(0, self.op.findData(node["op"])))
        value = node["value"]
        if isinstance(value, list) and self.known.count():
            # a choice of several known words is typed: the list shows one at a time
            self.known.clear()
            self.known.hide()
            self.value.show()
        if self.known.count():
            self.known.setCurrentIndex(max(0, self.known.findData(value)))
        else:
            self.value.setText(", ".join(value) if isinstance(value, list) else str(value))
        self.days.setValue(int(node.get("days", 0)))
        named = [key for key in NARROW if key in node]
        if named:
            self.narrow.setCurrentIndex(self.narrow.findData(named[0]))
            self.what.setText(str(node[named[0]]))
        # what a file may say beyond the one that can be chosen here stays, and is seen
        shown = {"field", "op", "value", "days", *named[:1]}
        self._besides = {key: text for key, text in node.items() if key not in shown}
        titles = NARROW | {"from": m("from"), "to": m("to")}
        self.also.setText(
            "; ".join(
                f"{self._words.t(titles[key])}: {text}" for key, text in self._besides.items()
            )
        )


class GroupBox(QFrame):
    """All, one or none of what stands in it."""

    changed = Signal()

    def __init__(
        self, words: Catalogue, depth: int, gone: Callable[["GroupBox"], None] | None = None
    ) -> None:
        super().__init__()
        self._words, self._depth = words, depth
        self.setProperty("card", True)
        w = words
        self.kind = _combo(
            [(kind, w.t(title)) for kind, title in GROUPS.items()], w.t("All, one or none")
        )
        self.kind.currentIndexChanged.connect(lambda _: self.changed.emit())
        self.parts: list[ConditionRow | GroupBox] = []
        head: QHBoxLayout = row(
            self.kind, button(w.t("Add a condition"), self.add_condition, icon="plus")
        )
        self.deeper: QPushButton | None = None
        if depth < DEPTH - 2:
            self.deeper = button(w.t("Add a group"), self.add_group)
            head.addWidget(self.deeper)
        head.addStretch(1)
        if gone is not None:
            head.addWidget(button("×", lambda: gone(self)))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(10, 8, 10, 8)
        self._column.setSpacing(6)
        self._column.addLayout(head)

    def _add(self, part: "ConditionRow | GroupBox") -> None:
        self.parts.append(part)
        self._column.addWidget(part)
        part.changed.connect(self.changed)
        self.changed.emit()

    def add_condition(self) -> ConditionRow:
        made = ConditionRow(self._words, self._drop)
        self._add(made)
        return made

    def add_group(self) -> "GroupBox":
        made = GroupBox(self._words, self._depth + 1, self._drop)
        made.add_condition()
        self._add(made)
        return made

    def _drop(self, part: Any) -> None:
        self.parts.remove(part)
        self._column.removeWidget(part)
        part.hide()
        part.deleteLater()
        self.changed.emit()

    def clear(self) -> None:
        for part in tuple(self.parts):
            self._drop(part)

    def rule(self) -> dict[str, Any]:
        inside = [part.rule() for part in self.parts]
        kind = self.kind.currentData()
        return {"not": {"any": inside}} if kind == "none" else {kind: inside}

    def show_rule(self, node: Mapping[str, Any]) -> None:
        """Show a rule that is there; a single condition stands in a group of its own."""
        self.clear()
        kind, parts = _opened(node)
        self.kind.setCurrentIndex(self.kind.findData(kind))
        for part in parts:
            if "field" in part:
                self.add_condition().show_rule(part)
            else:
                inside = self.add_group()
                inside.show_rule(part)


def _opened(node: Mapping[str, Any]) -> tuple[str, list[Mapping[str, Any]]]:
    """The kind of a group and what stands in it."""
    if "all" in node:
        return "all", list(node["all"])
    if "any" in node:
        return "any", list(node["any"])
    if "not" in node:
        inside = node["not"]
        return "none", list(inside["any"]) if "any" in inside else [inside]
    return "all", [node]


class SegmentBuilder(QWidget):
    """The whole rule."""

    changed = Signal()

    def __init__(self, words: Catalogue) -> None:
        super().__init__()
        self.top = GroupBox(words, 0)
        self.top.changed.connect(self.changed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.top)
        column.addStretch(1)
        self.top.add_condition()

    def rule(self) -> dict[str, Any]:
        return self.top.rule()

    def show_rule(self, node: Mapping[str, Any]) -> None:
        self.top.show_rule(node)
