"""One member at a glance: every figure with a way to its rows, charts of months and favourites,
what to offer, whom the member brought."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from storecrm.domain.points import Balance
from storecrm.domain.profile import Profile
from storecrm.i18n import Catalogue
from storecrm.services.loyalty.referrals import ReferralTree
from storecrm.services.loyalty.tiers import TierStanding
from storecrm.ui.kit.charts import Bar, BarChart
from storecrm.ui.kit.widgets import button, label
from storecrm.wording import insight
from storecrm.wording.labels import REFERRALS
from storecrm.wording.offers import tier_sentence


class ProfileTab(QScrollArea):
    """Lines above, charts below; `behind` is told which rows somebody wants to see."""

    def __init__(self, words: Catalogue, behind: Callable[[str], None]) -> None:
        super().__init__()
        self._words, self._behind = words, behind
        w = words
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.lines = QGridLayout()
        self.lines.setColumnStretch(1, 1)
        self.months, self.goods = BarChart(w.t("Spent by month")), BarChart(w.t("Buys most"))
        self._heads = {
            name: label(title, "small")
            for name, title in (("months", w.t("Spent by month")), ("goods", w.t("Buys most")))
        }
        self.likes = label("", "", wrap=True)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.addLayout(self.lines)
        column.addWidget(self.likes)
        for name, chart in (("goods", self.goods), ("months", self.months)):
            column.addWidget(self._heads[name])
            column.addWidget(chart)
        column.addStretch(1)
        self.setWidget(inside)
        self.clear()

    def clear(self) -> None:
        """Nobody is chosen."""
        while (item := self.lines.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for widget in (self.months, self.goods, *self._heads.values(), self.likes):
            widget.hide()

    def show_member(
        self, found: Profile, balance: Balance, standing: TierStanding, tree: ReferralTree
    ) -> None:
        w = self._words
        self.clear()
        rows = [(line.title, line.text, line.behind) for line in insight.profile(found, w)]
        tier = tier_sentence(standing.tier, standing.next_tier, standing.short, w)
        if tier:
            rows.append((w.t("Tier"), tier, ""))
        buckets = [
            (w.t("to use"), balance.active),
            (w.t("pending"), balance.pending),
            (w.t("used"), balance.spent),
        ]
        buckets += [(w.t("expired"), balance.expired), (w.t("owed"), balance.owed)]
        rows.append(
            (
                w.t("Points"),
                " · ".join(f"{title} {w.number(count)}" for title, count in buckets if count)
                or "0",
                "points",
            )
        )
        if tree.referrer_no:
            rows.append((w.t("Brought by"), tree.referrer_name or tree.referrer_no, ""))
        if tree.friends:
            rows.append(
                (
                    w.t("Brought"),
                    w.listed(
                        f"{f.name or f.member_no[-4:]} ({w.t(REFERRALS[f.state])})"
                        for f in tree.friends
                    ),
                    "",
                )
            )
        for at, (title, text, behind) in enumerate(rows):
            head: QWidget = (
                button(title, partial(self._behind, behind), kind="link")
                if behind
                else label(title, "small")
            )
            self.lines.addWidget(head, at, 0)
            self.lines.addWidget(label(text, wrap=True), at, 1)
        said = [f"{one.name} ({insight.suggestion(one, w)})" for one in found.likes]
        self.likes.setText(w.t("Offer next: {list}", list="; ".join(said)))
        self.likes.setVisible(bool(said))
        self.goods.show_bars(
            [
                Bar(one.category, one.amount, w.money(one.amount, short=True))
                for one in found.favourites
            ]
        )
        self._heads["goods"].setVisible(bool(found.favourites))
        self.goods.setVisible(bool(found.favourites))
        seen = [month for month in found.months if month.visits or month.net]
        self.months.show_bars(
            [
                Bar(
                    one.first.strftime("%Y-%m"),
                    max(0, one.net),
                    " · ".join(
                        (w.money(one.net, short=True), w.n("1 visit", "{count} visits", one.visits))
                    ),
                )
                for one in found.months[found.months.index(seen[0]) :]
            ]
            if seen
            else []
        )
        self._heads["months"].setVisible(bool(seen))
        self.months.setVisible(bool(seen))
