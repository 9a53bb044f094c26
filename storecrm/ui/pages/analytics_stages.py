"""Stages of a member's life: how many are where, who moved, and the four thresholds."""

from datetime import date

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from storecrm.domain.lifecycle import STAGES
from storecrm.domain.shop_rules import ShopRules
from storecrm.errors import StoreError
from storecrm.i18n import Catalogue, m
from storecrm.services.analytics.lifecycle import Stage
from storecrm.ui.kit.actions import Action, act, button_of
from storecrm.ui.kit.charts.bar_chart import Bar, BarChart
from storecrm.ui.kit.charts.flow_chart import Flow, FlowChart
from storecrm.ui.kit.charts.points import Title
from storecrm.ui.kit.pickers.flow_layout import FlowLayout
from storecrm.ui.kit.sacrifice import Sacrifice
from storecrm.ui.kit.tables import Kind
from storecrm.ui.kit.two_sides import Side, TwoSides
from storecrm.ui.kit.widgets import beside, field, label
from storecrm.ui.pages.analytics_dates import DatedTab
from storecrm.ui.viewmodels.analytics import KnownViewModel, Stages
from storecrm.wording import insight

_SAVE = Action("stages.save", m("Save the thresholds"), "check", "Ctrl+S")
_GONE = ("dormant", "lost")
"""The stages from which a member can be won back."""


class StagesTab(DatedTab):
    """Bars of today left, the flow from the earlier day right, the thresholds below."""

    def __init__(self, vm: KnownViewModel, words: Catalogue) -> None:
        super().__init__(vm, words)
        members = Title(words.t("Members"), Kind.NUMBER)
        stage = Title(words.t("Stage"))
        from_to = (Title(words.t("From")), Title(words.t("To")))
        self.bars = BarChart(words.t("Stages now"), words, (stage, members))
        self.flow = FlowChart(words.t("Moves between stages"), words, (*from_to, members))
        self.flow.empty = words.t("Nobody was here on the earlier day.")
        self.back = label("", "small", wrap=True)
        now = QWidget()
        left = QVBoxLayout(now)
        left.setContentsMargins(0, 0, 0, 0)
        left.addWidget(self.bars)
        left.addWidget(self.back)
        left.addStretch(1)
        # the flow is read from left to right and needs the room
        moves = Side(words.t("Moves between stages"), self.flow)
        self.sides = TwoSides(Side(words.t("Stages now"), now), moves, (2, 3))
        told = words.t(
            "Days since the last visit, or 2x for twice a member's own gap between visits."
        )
        self.saving = act(self, _SAVE, self._save, words=words, allowed=vm.may_rule)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 8, 0, 0)
        whole.addWidget(self.dates())
        whole.addWidget(self.sides, 1)
        whole.addWidget(self._thresholds())
        told_line = label(told, "small", wrap=True)
        whole.addWidget(told_line)
        Sacrifice(self, (told_line,))
        vm.staged.connect(self._show)
        vm.ruled.connect(self._ruled)

    def _thresholds(self) -> QWidget:
        """The fields of the four thresholds; only who makes the rules may change them."""
        w = self._words
        titles = {
            ShopRules.stage_new.key: w.t("New for"),
            ShopRules.stage_active.key: w.t("Active up to"),
            ShopRules.stage_dormant.key: w.t("Dormant from"),
            ShopRules.stage_lost.key: w.t("Lost after"),
        }
        self.spans = {key: field(title) for key, title in titles.items()}
        line = QWidget()
        flow = FlowLayout(line, 12)
        for key, box in self.spans.items():
            box.setFixedWidth(64)
            box.setEnabled(self._vm.may_rule)
            box.returnPressed.connect(self.saving.trigger)
            flow.addWidget(beside(label(titles[key], "small"), box))
        # others see the thresholds, for the bars are not understood without them
        if self._vm.may_rule:
            flow.addWidget(button_of(self.saving))
        return line

    def look(self, day: date, since: date) -> None:
        self._vm.stages(day, since)

    def field_of(self, error: StoreError) -> QWidget | None:
        """The threshold that is refused."""
        return self.spans.get(error.where)

    @Slot(object)
    def _show(self, found: Stages) -> None:
        w = self._words
        total = sum(stage.members for stage in found.now)
        self.bars.show_bars([self._bar(stage, total) for stage in found.now])
        self.back.setText(self._won_back(found))
        # who registered after the earlier day comes from nowhere, drawn before all stages
        names = {"": w.t("not a member yet")}
        for name in STAGES:
            names[name] = insight.stage(name, w)
        flows = [Flow(start, end, count) for (start, end), count in found.moves.items()]
        self.flow.show_flows(flows, names, self.back.text())
        for key, box in self.spans.items():
            # what somebody is typing is not taken away by news
            if not box.isModified():
                box.setText(found.thresholds[key])

    def _bar(self, stage: Stage, total: int) -> Bar:
        w = self._words
        share = stage.members / total if total else None
        figures = f"{w.number(stage.members)}  {w.percent(share, 0)}"
        return Bar(insight.stage(stage.name, w), stage.members, figures)

    def _won_back(self, found: Stages) -> str:
        """How many of those who were gone on the earlier day have come since."""
        w = self._words
        back = gone = 0
        for (start, end), count in found.moves.items():
            back += count if end == "back" else 0
            gone += count if start in _GONE else 0
        share = back / gone if gone else None
        return w.t(
            "Won back since then: {count} of {gone} who were dormant or lost ({rate}).",
            count=w.number(back),
            gone=w.number(gone),
            rate=w.percent(share),
        )

    def _save(self) -> None:
        typed = {key: box.text().strip() for key, box in self.spans.items()}
        self._vm.set_rules(typed)

    @Slot(object)
    def _ruled(self, answer: object) -> None:
        """The thresholds of the shop are others now, by whomever."""
        for box in self.spans.values():
            box.setModified(False)
        self.again(answer)
