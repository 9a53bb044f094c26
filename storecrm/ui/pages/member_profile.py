"""One member at a glance: every figure with a way to its rows, charts of months and favourites,
what to offer, whom the member brought."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from storecrm.domain.points import Balance
from storecrm.domain.profile import Month, Profile
from storecrm.i18n import Catalogue
from storecrm.services.loyalty.referrals import Recruit, ReferralTree
from storecrm.services.loyalty.tiers import TierStanding
from storecrm.ui.kit.charts.bar_chart import Bar, BarChart
from storecrm.ui.kit.charts.points import Title
from storecrm.ui.kit.scroll_part import ScrollPart
from storecrm.ui.kit.tables import Kind
from storecrm.ui.kit.widgets import button, label
from storecrm.wording import insight
from storecrm.wording.labels import REFERRALS
from storecrm.wording.offers import tier_sentence


class Line(NamedTuple):
    """A figure with its title; `behind` names the rows that it is counted from, if any."""

    title: str
    text: str
    behind: str = ""


class ProfileTab(ScrollPart):
    """Lines above, charts below; `behind` is told which rows somebody wants to see."""

    def __init__(self, words: Catalogue, behind: Callable[[str], None]) -> None:
        super().__init__()
        self._words = words
        self._behind = behind
        by_month = words.t("Spent by month")
        most = words.t("Buys most")
        self.lines = QGridLayout()
        self.lines.setColumnStretch(1, 1)
        self.likes = label("", "", wrap=True)
        spent = Title(words.t("Spent"), Kind.MONEY)
        self.goods = BarChart(most, words, (Title(words.t("Category")), spent))
        self.months = BarChart(by_month, words, (Title(words.t("Month")), spent))
        self._goods_title = label(most, "small")
        self._months_title = label(by_month, "small")
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.addLayout(self.lines)
        column.addWidget(self.likes)
        column.addWidget(self._goods_title)
        column.addWidget(self.goods)
        column.addWidget(self._months_title)
        column.addWidget(self.months)
        column.addStretch(1)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(inside)
        self.clear()

    def clear(self) -> None:
        """Nobody is chosen."""
        while (item := self.lines.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                # deleted later only: until then it must not be seen
                widget.hide()
                widget.deleteLater()
        for title in (self._goods_title, self._months_title, self.likes):
            title.hide()
        self.goods.hide()
        self.months.hide()

    def show_member(
        self, found: Profile, balance: Balance, standing: TierStanding, tree: ReferralTree
    ) -> None:
        """Show what is known of a member."""
        self.clear()
        lines = [
            Line(one.title, one.text, one.behind) for one in insight.profile(found, self._words)
        ]
        lines += self._tier(standing)
        # points are said even where there are none
        lines.append(self._points(balance))
        lines += self._referrals(tree)
        for at, line in enumerate(lines):
            self._add_line(at, line)
        self._show_likes(found)
        goods = [self._good(one.category, one.amount) for one in found.favourites]
        self._show_chart(self.goods, self._goods_title, goods)
        months = [self._month(month) for month in _since_first_visit(found.months)]
        self._show_chart(self.months, self._months_title, months)

    def _tier(self, standing: TierStanding) -> Iterator[Line]:
        said = tier_sentence(standing.tier, standing.next_tier, standing.short, self._words)
        if said:
            yield Line(self._words.t("Tier"), said)

    def _points(self, balance: Balance) -> Line:
        """The points by what became of them; what there is none of is not said."""
        w = self._words
        counts = {
            w.t("to use"): balance.active,
            w.t("pending"): balance.pending,
            w.t("used"): balance.spent,
            w.t("expired"): balance.expired,
            w.t("owed"): balance.owed,
        }
        parts = [f"{title} {w.number(count)}" for title, count in counts.items() if count]
        return Line(w.t("Points"), " · ".join(parts) or "0", "points")

    def _referrals(self, tree: ReferralTree) -> Iterator[Line]:
        """Who brought the member, and whom the member brought."""
        w = self._words
        if tree.referrer_no:
            yield Line(w.t("Brought by"), tree.referrer_name or tree.referrer_no)
        if tree.friends:
            friends = w.listed(map(self._friend, tree.friends))
            yield Line(w.t("Brought"), friends)

    def _friend(self, friend: Recruit) -> str:
        name = friend.name or friend.member_no[-4:]
        state = self._words.t(REFERRALS[friend.state])
        return f"{name} ({state})"

    def _add_line(self, at: int, line: Line) -> None:
        if line.behind:
            link = button(line.title, partial(self._behind, line.behind), kind="link")
            self.lines.addWidget(link, at, 0)
        else:
            self.lines.addWidget(label(line.title, "small"), at, 0)
        self.lines.addWidget(label(line.text, wrap=True), at, 1)

    def _show_likes(self, found: Profile) -> None:
        w = self._words
        said = [f"{one.name} ({insight.suggestion(one, w)})" for one in found.likes]
        self.likes.setText(w.t("Offer next: {list}", list="; ".join(said)))
        self.likes.setVisible(bool(said))

    def _good(self, category: str, amount: int) -> Bar:
        return Bar(category, amount, self._words.money(amount, short=True))

    def _month(self, month: Month) -> Bar:
        w = self._words
        spent = w.money(month.net, short=True)
        visits = w.n("1 visit", "{count} visits", month.visits)
        return Bar(month.first.strftime("%Y-%m"), month.net, f"{spent} · {visits}")

    def _show_chart(self, chart: BarChart, title: QLabel, bars: list[Bar]) -> None:
        chart.show_bars(bars)
        chart.setVisible(bool(bars))
        title.setVisible(bool(bars))


def _since_first_visit(months: tuple[Month, ...]) -> tuple[Month, ...]:
    """The months without the empty ones before the first visit."""
    for at, month in enumerate(months):
        if month.visits or month.net:
            return months[at:]
    return ()
