"""The heat map of RFM with its named groups, and the flow between stages of life."""

from datetime import date, timedelta

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QPlainTextEdit, QSplitter, QVBoxLayout, QWidget

from storecrm.domain.lifecycle import STAGES
from storecrm.domain.shop_rules import ShopRules
from storecrm.i18n import Catalogue
from storecrm.services.analytics.rfm import GroupSize, RfmCell
from storecrm.ui.kit.charts import Bar, BarChart, Flow, FlowChart, HeatCell, HeatMap
from storecrm.ui.kit.dates import date_box, day_in
from storecrm.ui.kit.rows import Column, RowsModel, table
from storecrm.ui.kit.widgets import button, field, label, row
from storecrm.ui.viewmodels.analytics import KnownViewModel, Scores, Stages
from storecrm.wording import insight

BACK = 90
"""Days before today that moves are shown from, until somebody chooses others."""


class _Dated(QWidget):
    """A tab with a day and an earlier one to compare with."""

    def __init__(self, vm: KnownViewModel, words: Catalogue) -> None:
        super().__init__()
        self._vm, self._words = vm, words
        self.day = date_box(vm.today, words.t("Up to"))
        self.since = date_box(vm.today - timedelta(days=BACK), words.t("Moves since"))
        for box in (self.day, self.since):
            box.dateChanged.connect(lambda _: self.open())

    def dates(self) -> QWidget:
        w, holder = self._words, QWidget()
        line = row(label(w.t("Up to")), self.day, label(w.t("Moves since")), self.since, None)
        line.setContentsMargins(0, 0, 0, 0)
        holder.setLayout(line)
        return holder

    @property
    def days(self) -> tuple[date, date]:
        return day_in(self.day), day_in(self.since)

    def open(self) -> None:
        raise AssertionError("each tab looks at its own")

    @Slot(object)
    def _again(self, _: object) -> None:
        if self.isVisible():
            self.open()


class ScoresTab(_Dated):
    """RFM: 5 by 5 with counts and spend, the groups, the moves between them."""

    def __init__(self, vm: KnownViewModel, words: Catalogue) -> None:
        super().__init__(vm, words)
        w = words
        self.map = HeatMap(w.t("Heat map of RFM"), w.t("R: how lately →"), w.t("F: how often →"))
        self.cell, self.sum = label("", "small", wrap=True), label("", "small", wrap=True)
        columns: list[Column[GroupSize]] = [
            Column(w.t("Group"), lambda g: insight.group(g.name, w), 120),
            Column(w.t("Members"), lambda g: w.number(g.members), 80, True),
            Column(w.t("Spent"), lambda g: w.money(round(g.net, -2), short=True), 110, True),
            Column(w.t("Rule"), lambda g: g.rule.partition(" ")[2] or w.t("everybody else"), 140),
        ]
        self.groups: RowsModel[GroupSize] = RowsModel(columns)
        moved: list[Column[tuple[str, str, int]]] = [
            Column(w.t("From"), lambda x: self._name(x[0]), 130),
            Column(w.t("To"), lambda x: self._name(x[1]), 130),
            Column(w.t("Members"), lambda x: w.number(x[2]), 80, True),
        ]
        self.moved: RowsModel[tuple[str, str, int]] = RowsModel(moved)
        self.edit = QPlainTextEdit()
        self.edit.setAccessibleName(w.t("Table of groups"))
        self.edit.setTabChangesFocus(True)
        self.edit.setMaximumHeight(120)
        self.save = button(w.t("Save the groups"), self._save)
        left, right = QWidget(), QWidget()
        first, second = QVBoxLayout(left), QVBoxLayout(right)
        for column in (first, second):
            column.setContentsMargins(0, 0, 0, 0)
        first.addWidget(self.map, 1)
        first.addWidget(self.cell)
        first.addWidget(self.sum)
        second.addWidget(table(self.groups, columns, w.t("Groups")), 3)
        second.addWidget(label(w.t("Moves between the two days"), "small"))
        second.addWidget(table(self.moved, moved, w.t("Moves between the two days")), 2)
        if vm.may_rule:
            second.addWidget(
                label(
                    w.t(
                        "The groups, one a line; the first that fits is the member's, the last takes everybody else."
                    ),
                    "small",
                    wrap=True,
                )
            )
            second.addWidget(self.edit)
            second.addLayout(row(None, self.save))
        split = QSplitter()
        split.addWidget(left)
        split.addWidget(right)
        split.setSizes([520, 480])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 8, 0, 0)
        whole.addWidget(self.dates())
        whole.addWidget(split, 1)
        self._cells: dict[tuple[int, int], RfmCell] = {}
        self.map.chosen.connect(self._choose)
        vm.scored.connect(self._show)
        vm.ruled.connect(self._again)

    def _name(self, name: str) -> str:
        return insight.group(name, self._words) if name else self._words.t("not bought")

    def open(self) -> None:
        self._vm.scores(*self.days)

    @Slot(object)
    def _show(self, found: Scores) -> None:
        w, now = self._words, found.now
        self._cells = {(cell.r, cell.f): cell for cell in now.cells}
        cells = [
            HeatCell(
                c.r, c.f, c.members, w.number(c.members), w.money(round(c.net, -2), short=True)
            )
            for c in now.cells
        ]
        said = w.n(
            "1 member bought in the last {days} days",
            "{count} members bought in the last {days} days",
            now.members,
            days=now.days,
        )
        self.sum.setText(f"{said} · {w.money(now.net, short=True)}")
        self.map.show_cells(cells, self.sum.text())
        self.groups.show(now.groups)
        steps = sorted(found.moves.items(), key=lambda item: -item[1])
        self.moved.show([(a, b, count) for (a, b), count in steps if a != b])
        self.edit.setPlainText("\n".join(part.strip() for part in found.groups.split(",")))
        self.cell.setText(w.t("Choose a cell to see who is in it."))

    @Slot(int, int)
    def _choose(self, r: int, f: int) -> None:
        w, cell = self._words, self._cells.get((r, f))
        count = cell.members if cell is not None else 0
        parts = [f"R{r} F{f}: " + w.n("1 member", "{count} members", count)]
        if cell is not None:
            parts.append(w.t("{amount} each", amount=w.money(cell.net // cell.members)))
        self.cell.setText(" · ".join(parts))

    def _save(self) -> None:
        lines = [line.strip() for line in self.edit.toPlainText().splitlines() if line.strip()]
        self._vm.set_rules({ShopRules.rfm_groups.key: ", ".join(lines)})


class StagesTab(_Dated):
    """Stages of life: how many are where, who moved, and the four thresholds."""

    def __init__(self, vm: KnownViewModel, words: Catalogue) -> None:
        super().__init__(vm, words)
        w = words
        self.bars, self.flow, self.back = (
            BarChart(w.t("Stages now")),
            FlowChart(w.t("Moves between stages")),
            label("", "small", wrap=True),
        )
        self.flow.empty = w.t("Nobody was here on the earlier day.")
        titles = {
            ShopRules.stage_new.key: w.t("New for"),
            ShopRules.stage_active.key: w.t("Active up to"),
            ShopRules.stage_dormant.key: w.t("Dormant from"),
            ShopRules.stage_lost.key: w.t("Lost after"),
        }
        self.spans = {name: field(title) for name, title in titles.items()}
        line = row()
        for name, box in self.spans.items():
            line.addWidget(label(titles[name], "small"))
            line.addWidget(box)
            box.setMaximumWidth(64)
            box.setEnabled(vm.may_rule)
        if vm.may_rule:
            line.addWidget(button(w.t("Save"), self._save))
        line.addStretch(1)
        left = QVBoxLayout()
        left.addWidget(self.bars)
        left.addWidget(self.back)
        left.addStretch(1)
        both = row(spacing=16)
        both.addLayout(left, 2)
        both.addWidget(self.flow, 3)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 8, 0, 0)
        whole.addWidget(self.dates())
        whole.addLayout(both, 1)
        whole.addLayout(line)
        whole.addWidget(
            label(
                w.t(
                    "Days since the last visit, or 2x for twice a member's own gap between visits."
                ),
                "small",
                wrap=True,
            )
        )
        vm.staged.connect(self._show)
        vm.ruled.connect(self._again)

    def open(self) -> None:
        self._vm.stages(*self.days)

    @Slot(object)
    def _show(self, found: Stages) -> None:
        w = self._words
        total = sum(stage.members for stage in found.now)
        self.bars.show_bars(
            [
                Bar(
                    insight.stage(s.name, w),
                    s.members,
                    f"{w.number(s.members)}  {w.percent(s.members / total if total else None, 0)}",
                )
                for s in found.now
            ]
        )
        names = {"": w.t("not a member yet")} | {name: insight.stage(name, w) for name in STAGES}
        back = sum(count for (_, end), count in found.moves.items() if end == "back")
        gone = sum(
            count for (start, _), count in found.moves.items() if start in ("dormant", "lost")
        )
        rate = w.percent(back / gone if gone else None)
        self.back.setText(
            w.t(
                "Won back since then: {count} of {gone} who were dormant or lost ({rate}).",
                count=w.number(back),
                gone=w.number(gone),
                rate=rate,
            )
        )
        self.flow.show_flows(
            [Flow(a, b, count) for (a, b), count in found.moves.items()], names, self.back.text()
        )
        for name, box in self.spans.items():
            box.setText(found.thresholds[name])

    def _save(self) -> None:
        self._vm.set_rules({name: box.text().strip() for name, box in self.spans.items()})
