"""The heat map of RFM with its named groups, and the moves between them."""

from collections.abc import Iterator
from typing import NamedTuple

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QPlainTextEdit, QSplitter, QVBoxLayout, QWidget

from storecrm.domain.shop_rules import ShopRules
from storecrm.i18n import Catalogue
from storecrm.services.analytics.rfm import GroupSize, Overview, RfmCell
from storecrm.ui.kit.charts.heat_map import SIDE, Axes, HeatCell, HeatMap
from storecrm.ui.kit.charts.points import Title
from storecrm.ui.kit.rows import Column, RowsModel, table
from storecrm.ui.kit.tables import Kind
from storecrm.ui.kit.widgets import button, label, row
from storecrm.ui.pages.analytics_dates import DatedTab
from storecrm.ui.viewmodels.analytics import KnownViewModel, Scores
from storecrm.wording import insight


class GroupMove(NamedTuple):
    """How many went from one group to another; a group of no name had not bought."""

    start: str
    end: str
    members: int


class ScoresTab(DatedTab):
    """RFM: 5 by 5 with counts and spend, the groups, the moves between them."""

    def __init__(self, vm: KnownViewModel, words: Catalogue) -> None:
        super().__init__(vm, words)
        axes = Axes(words.t("R: how lately →"), words.t("F: how often →"))
        members = Title(words.t("Members"), Kind.NUMBER)
        spent = Title(words.t("Spent"), Kind.MONEY)
        self.map = HeatMap(words.t("Heat map of RFM"), words, axes, (members, spent))
        self.cell = label("", "small", wrap=True)
        self.sum = label("", "small", wrap=True)
        self._make_rules()
        split = QSplitter()
        split.addWidget(self._map_side())
        split.addWidget(self._group_side())
        # the map needs a little more room than the groups
        split.setSizes([520, 480])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 8, 0, 0)
        whole.addWidget(self.dates())
        whole.addWidget(split, 1)
        self.map.chosen.connect(self._choose)
        vm.scored.connect(self._show)
        vm.ruled.connect(self.again)

    def _group_columns(self) -> Iterator[Column[GroupSize]]:
        w = self._words
        yield Column(w.t("Group"), lambda group: insight.group(group.name, w), 120)
        yield Column(w.t("Members"), lambda group: w.number(group.members), 80, True)
        yield Column(w.t("Spent"), lambda group: self._about(group.net), 110, True)
        yield Column(w.t("Rule"), self._rule, 140)

    def _move_columns(self) -> Iterator[Column[GroupMove]]:
        w = self._words
        yield Column(w.t("From"), lambda move: self._name(move.start), 130)
        yield Column(w.t("To"), lambda move: self._name(move.end), 130)
        yield Column(w.t("Members"), lambda move: w.number(move.members), 80, True)

    def _name(self, name: str) -> str:
        return insight.group(name, self._words) if name else self._words.t("not bought")

    def _about(self, net: int) -> str:
        """Money without its minor unit: nobody compares groups by the cent."""
        return self._words.money(round(net, -2), short=True)

    def _rule(self, group: GroupSize) -> str:
        """What makes a member one of the group, without the group's name before it."""
        _, _, condition = group.rule.partition(" ")
        return condition or self._words.t("everybody else")

    def _make_rules(self) -> None:
        w = self._words
        self.edit = QPlainTextEdit()
        self.edit.setAccessibleName(w.t("Table of groups"))
        self.edit.setTabChangesFocus(True)
        self.edit.setMaximumHeight(120)
        self.save = button(w.t("Save the groups"), self._save)

    def _map_side(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.map, 1)
        column.addWidget(self.cell)
        column.addWidget(self.sum)
        return side

    def _group_side(self) -> QWidget:
        w = self._words
        side = QWidget()
        # the same words stand above the list and are its name
        moves = w.t("Moves between the two days")
        group_columns = list(self._group_columns())
        move_columns = list(self._move_columns())
        self.groups: RowsModel[GroupSize] = RowsModel(group_columns)
        self.moved: RowsModel[GroupMove] = RowsModel(move_columns)
        groups = table(self.groups, group_columns, w.t("Groups"))
        moved = table(self.moved, move_columns, moves)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(groups, 3)
        column.addWidget(label(moves, "small"))
        column.addWidget(moved, 2)
        # who may not change the groups does not need to see how they are written
        if self._vm.may_rule:
            told = w.t(
                "The groups, one a line; the first that fits is the member's, the last takes "
                "everybody else."
            )
            column.addWidget(label(told, "small", wrap=True))
            column.addWidget(self.edit)
            column.addLayout(row(None, self.save))
        return side

    def open(self) -> None:
        self._vm.scores(*self.days)

    @Slot(object)
    def _show(self, found: Scores) -> None:
        now = found.now
        self.sum.setText(self._bought(now))
        found_at = {(cell.r, cell.f): cell for cell in now.cells}
        scores = range(1, SIDE + 1)
        cells = [self._heat_cell(r, f, found_at.get((r, f))) for r in scores for f in scores]
        self.map.show_cells(cells, self.sum.text())
        self.groups.show(now.groups)
        self.moved.show(_moves(found))
        # a group a line is easier to change than one long text
        rules = [rule.strip() for rule in found.groups.split(",")]
        self.edit.setPlainText("\n".join(rules))
        self.cell.setText(self._words.t("Choose a cell to see who is in it."))

    def _heat_cell(self, r: int, f: int, cell: RfmCell | None) -> HeatCell:
        w = self._words
        members = cell.members if cell is not None else 0
        net = cell.net if cell is not None else 0
        said = f"R{r} F{f}: {w.n('1 member', '{count} members', members)}"
        # an empty cell has no share
        if members:
            each = w.t("{amount} each", amount=w.money(net // members))
            said = f"{said} · {self._about(net)} · {each}"
        return HeatCell(
            x=r,
            y=f,
            count=members,
            amount=net,
            text=w.number(members),
            more=self._about(net),
            said=said,
        )

    def _bought(self, now: Overview) -> str:
        w = self._words
        said = w.n(
            "1 member bought in the last {days} days",
            "{count} members bought in the last {days} days",
            now.members,
            days=now.days,
        )
        return f"{said} · {w.money(now.net, short=True)}"

    @Slot(int)
    def _choose(self, at: int) -> None:
        self.cell.setText(self.map.cells[at].said)

    def _save(self) -> None:
        lines = [line.strip() for line in self.edit.toPlainText().splitlines()]
        rules = ", ".join(line for line in lines if line)
        self._vm.set_rules({ShopRules.rfm_groups.key: rules})


def _moves(found: Scores) -> list[GroupMove]:
    """Who is in another group than before, the most frequent move first."""
    moves = [GroupMove(start, end, count) for (start, end), count in found.moves.items()]
    changed = [move for move in moves if move.start != move.end]
    return sorted(changed, key=lambda move: -move.members)
