"""A rule made by choosing: groups of all, any or none, in them conditions and further groups. What
stands here is a rule at any moment."""

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from storecrm.domain.segment_fields import DEPTH
from storecrm.i18n import Catalogue, m
from storecrm.ui.kit.widgets import button, row
from storecrm.ui.pages.segment_condition import ConditionRow, choice_of
from storecrm.ui.viewmodels.lookups import Lookups

GROUPS = {"all": m("all of these"), "any": m("one of these"), "none": m("none of these")}


class GroupBox(QFrame):
    """All, one or none of what stands in it."""

    changed = Signal()

    def __init__(
        self,
        words: Catalogue,
        lookups: Lookups,
        depth: int,
        gone: Callable[["GroupBox"], None] | None = None,
    ) -> None:
        super().__init__()
        self._words = words
        self._lookups = lookups
        self._depth = depth
        self._gone = gone
        self.setProperty("card", True)
        titles = {kind: words.t(title) for kind, title in GROUPS.items()}
        self.kind = choice_of(words.t("All, one or none"), titles)
        self.kind.currentIndexChanged.connect(lambda _: self.changed.emit())
        self.parts: list[ConditionRow | GroupBox] = []
        self.deeper: QPushButton | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(10, 8, 10, 8)
        self._column.setSpacing(6)
        self._column.addLayout(self._head())

    def _head(self) -> QHBoxLayout:
        w = self._words
        gone = self._gone
        add = button(w.t("Add a condition"), self.add_condition, icon="plus")
        head = row(self.kind, add)
        # a rule may not be deeper than the check allows
        if self._depth < DEPTH - 2:
            self.deeper = button(w.t("Add a group"), self.add_group)
            head.addWidget(self.deeper)
        head.addStretch(1)
        if gone is not None:
            head.addWidget(button("×", lambda: gone(self)))
        return head

    def _add(self, part: "ConditionRow | GroupBox") -> None:
        self.parts.append(part)
        self._column.addWidget(part)
        part.changed.connect(self.changed)
        self.changed.emit()

    def add_condition(self) -> ConditionRow:
        made = ConditionRow(self._words, self._lookups, self._drop)
        self._add(made)
        return made

    def add_group(self) -> "GroupBox":
        made = GroupBox(self._words, self._lookups, self._depth + 1, self._drop)
        # an empty group says nothing
        made.add_condition()
        self._add(made)
        return made

    def _drop(self, part: Any) -> None:
        self.parts.remove(part)
        self._column.removeWidget(part)
        # deleted later only: until then it must not be seen
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
            made = self.add_condition() if "field" in part else self.add_group()
            made.show_rule(part)


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

    def __init__(self, words: Catalogue, lookups: Lookups) -> None:
        super().__init__()
        self.top = GroupBox(words, lookups, 0)
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
