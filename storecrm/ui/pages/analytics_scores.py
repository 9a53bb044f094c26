"""The heat map of RFM with its named groups, and the moves between them."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from storecrm.domain.shop_rules import ShopRules
from storecrm.errors import StoreError
from storecrm.i18n import Catalogue
from storecrm.services.analytics.rfm import GroupSize, Overview, RfmCell
from storecrm.ui.kit.charts.heat_map import SIDE, Axes, HeatCell, HeatMap
from storecrm.ui.kit.charts.points import Title
from storecrm.ui.kit.stacks import FrontTabs
from storecrm.ui.kit.tables import Column, Empty, Kind, Table
from storecrm.ui.kit.two_sides import Side, TwoSides
from storecrm.ui.kit.widgets import label
from storecrm.ui.pages.analytics_dates import DatedTab
from storecrm.ui.pages.analytics_groups import GroupTable
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
        self.groups = self._group_table()
        self.moved = self._move_table()
        self.rules = GroupTable(words, self._save)
        map_side = Side(words.t("Heat map"), self._map_side())
        # the map needs a little more room than the groups
        self.sides = TwoSides(map_side, Side(words.t("RFM groups"), self._tables()), (52, 48))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 8, 0, 0)
        whole.addWidget(self.dates())
        whole.addWidget(self.sides, 1)
        self.map.chosen.connect(self._choose)
        vm.scored.connect(self._show)
        vm.ruled.connect(self.again)

    def _group_table(self) -> Table[GroupSize]:
        w = self._words
        return Table(
            list(self._group_columns()),
            w.t("RFM groups"),
            kept_as="known.groups",
            empty=Empty("users", w.t("Nobody bought in these days.")),
            no_match=w.t("No group fits."),
            words=w,
            totals=self._group_totals,
            same=lambda group: group.name,
        )

    def _move_table(self) -> Table[GroupMove]:
        w = self._words
        return Table(
            list(self._move_columns()),
            w.t("Moves between the two days"),
            kept_as="known.moves",
            empty=Empty("users", w.t("Nobody changed the group between the two days.")),
            no_match=w.t("No move fits."),
            words=w,
            # the most frequent move first
            order=(("members", True),),
        )

    def _group_columns(self) -> Iterator[Column[GroupSize]]:
        w = self._words
        yield Column("group", w.t("Group"), lambda group: insight.group(group.name, w), 120)
        yield Column(
            key="members",
            title=w.t("Members"),
            text=lambda group: w.number(group.members),
            width=90,
            kind=Kind.NUMBER,
            value=lambda group: group.members,
        )
        yield Column(
            key="spent",
            title=w.t("Spent"),
            text=lambda group: self._about(group.net),
            kind=Kind.MONEY,
            # sorted by the cent, though nobody is shown it
            value=lambda group: group.net,
        )
        yield Column("rule", w.t("Rule"), self._rule, 150)

    def _group_totals(self, groups: Sequence[GroupSize]) -> dict[str, str]:
        w = self._words
        return {
            "group": w.t("Total"),
            "members": w.number(sum(group.members for group in groups)),
            "spent": self._about(sum(group.net for group in groups)),
        }

    def _move_columns(self) -> Iterator[Column[GroupMove]]:
        w = self._words
        yield Column("from", w.t("From"), lambda move: self._name(move.start), 130)
        yield Column("to", w.t("To"), lambda move: self._name(move.end), 130)
        yield Column(
            key="members",
            title=w.t("Members"),
            text=lambda move: w.number(move.members),
            width=100,
            kind=Kind.NUMBER,
            value=lambda move: move.members,
        )

    def _name(self, name: str) -> str:
        return insight.group(name, self._words) if name else self._words.t("not bought")

    def _about(self, net: int) -> str:
        """Money without its minor unit: nobody compares groups by the cent."""
        return self._words.money(round(net, -2), short=True)

    def _rule(self, group: GroupSize) -> str:
        """What makes a member one of the group, without the group's name before it."""
        _, _, condition = group.rule.partition(" ")
        return condition or self._words.t("everybody else")

    def _map_side(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.map, 1)
        column.addWidget(self.cell)
        column.addWidget(self.sum)
        return side

    def _tables(self) -> QTabWidget:
        """The groups, the moves between them, and how they are made, in one place: each needs the
        height."""
        w = self._words
        tabs = FrontTabs(w.t("RFM groups"))
        tabs.addTab(self.groups, w.t("RFM groups"))
        tabs.addTab(self.moved, w.t("Moves"))
        # who may not change the groups does not need to see how they are made
        if self._vm.may_rule:
            tabs.addTab(self.rules, w.t("Rules"))
        else:
            self.rules.setParent(self)
            self.rules.hide()
        return tabs

    def look(self, day: date, since: date) -> None:
        self._vm.scores(day, since)

    def field_of(self, error: StoreError) -> QWidget | None:
        return self.rules.lines if error.code == "rule_value" else None

    @Slot(object)
    def _show(self, found: Scores) -> None:
        now = found.now
        self.sum.setText(self._bought(now))
        # an empty cell can be read and chosen, too
        found_at = {(cell.r, cell.f): cell for cell in now.cells}
        scores = range(1, SIDE + 1)
        cells = [self._heat_cell(r, f, found_at.get((r, f))) for r in scores for f in scores]
        self.map.show_cells(cells, self.sum.text())
        self.groups.show(now.groups)
        self.moved.show(_moves(found))
        self.rules.show_rule(found.groups)
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

    def _save(self, rule: str) -> None:
        self._vm.set_rules({ShopRules.rfm_groups.key: rule})


def _moves(found: Scores) -> list[GroupMove]:
    """Who is in another group than before."""
    moves = [GroupMove(start, end, count) for (start, end), count in found.moves.items()]
    return [move for move in moves if move.start != move.end]
