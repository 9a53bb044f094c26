"""Two members side by side: the winner of each field is chosen, then they are merged or kept
apart."""

from collections.abc import Callable, Iterator
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QLabel, QRadioButton, QVBoxLayout, QWidget

from storecrm.domain.member_fields import CHOOSABLE
from storecrm.i18n import Catalogue, m
from storecrm.services.members.views import MemberView
from storecrm.ui.kit.actions import Action, act, button_of
from storecrm.ui.kit.forms import Form
from storecrm.ui.kit.widgets import card, label
from storecrm.ui.viewmodels.duplicates import DuplicatesViewModel
from storecrm.values import grouped
from storecrm.wording import insight

_FIRST_FIELD = 2
"""The line of the first field, below the heads and their facts."""


_MERGE = Action("duplicates.merge", m("They are one: merge"), "users", "Ctrl+S")
_APART = Action("duplicates.apart", m("Two people"), shortcut="Ctrl+D")
_SWAP = Action("duplicates.swap", m("Swap"))


class PairSheet(QWidget):
    """Two columns of values, a dot before each; what both have alike needs no choice."""

    def __init__(
        self, vm: DuplicatesViewModel, words: Catalogue, to_list: Callable[[], object]
    ) -> None:
        super().__init__()
        self._vm = vm
        self._words = words
        self._pair: tuple[MemberView, MemberView] | None = None
        self.dots: dict[str, tuple[QRadioButton, QRadioButton]] = {}
        self._groups: list[QButtonGroup] = []
        hint = words.t(
            "Search, then choose a pair. Points, coupons and receipts of both stay as they are "
            "and belong to one."
        )
        self.hint = label(hint, "small", wrap=True)
        self.apart_act = act(self, _APART, self.keep_apart, words=words)
        self.swap_act = act(self, _SWAP, self._swap, words=words)
        body = QWidget()
        frame, inside = card()
        inside.addLayout(self._grid())
        whole = QVBoxLayout(body)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(frame)
        whole.addStretch(1)
        self.form = Form(
            self,
            body,
            words=words,
            save=self.merge,
            leave=to_list,
            save_as=_MERGE,
            others=(button_of(self.apart_act), button_of(self.swap_act)),
        )
        self.merge_act = self.form.save_act
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.hint)
        column.addWidget(self.form, 1)
        column.addStretch(0)
        self.leave()

    def _grid(self) -> QGridLayout:
        self.heads = [label("", "h2", wrap=True) for _ in range(2)]
        self.sums = [label("", "small", wrap=True) for _ in range(2)]
        self.after = label("", "small", wrap=True)
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        # titles left, a column for each of the two
        for at in range(2):
            grid.setColumnStretch(at + 1, 1)
            grid.addWidget(self.heads[at], 0, at + 1)
            grid.addWidget(self.sums[at], 1, at + 1)
        for line, chosen in enumerate(CHOOSABLE, _FIRST_FIELD):
            title = self._words.t(chosen.title)
            grid.addWidget(label(title, "small"), line, 0)
            self.dots[chosen.name] = self._dots(grid, line, title)
        last = len(CHOOSABLE) + _FIRST_FIELD
        grid.addWidget(self.after, last, 0, 1, 3)
        return grid

    def _dots(self, grid: QGridLayout, line: int, title: str) -> tuple[QRadioButton, QRadioButton]:
        """The two values of a field: one of them wins."""
        dots = QRadioButton(), QRadioButton()
        group = QButtonGroup(self)
        for at, dot in enumerate(dots):
            dot.setAccessibleName(title)
            group.addButton(dot)
            grid.addWidget(dot, line, at + 1)
        self._groups.append(group)
        return dots

    @property
    def numbers(self) -> set[str]:
        """The member numbers of the pair that is shown."""
        return {who.member_no for who in self._pair or ()}

    def leave(self) -> None:
        """No pair is shown."""
        self._pair = None
        self.form.hide()
        self.hint.show()
        self._offer(False)

    def refused(self) -> None:
        """The merge was not done: it may be tried again."""
        self.form.refused()

    def _offer(self, shown: bool) -> None:
        """What can be done with a pair, while there is one."""
        for one in (self.apart_act, self.swap_act):
            one.setEnabled(shown)

    def show_pair(self, found: list[tuple[MemberView, int]]) -> None:
        """Two members, each with the points to use."""
        w = self._words
        (one, mine), (other, theirs) = found
        self._pair = one, other
        self._show_head(self.heads[0], w.t("Stays"), one)
        self._show_head(self.heads[1], w.t("Is merged into it"), other)
        self.sums[0].setText("   ".join(self._facts(one, mine)))
        self.sums[1].setText("   ".join(self._facts(other, theirs)))
        self.after.setText(self._points_after(mine, theirs))
        # the values come before the days: choosing by a day comes last
        with self.form.filling(f"{one.member_no} {other.member_no}"):
            for name in self.dots:
                self._show_field(name, one, other)
            # the member for longer is so after the merge too
            if one.registered_on > other.registered_on:
                self.dots["registered_on"][1].setChecked(True)
        self.hint.hide()
        self.form.show()
        self._offer(True)

    def _show_head(self, head: QLabel, title: str, who: MemberView) -> None:
        head.setText(f"{title}: {who.title}")

    def _facts(self, who: MemberView, points: int) -> Iterator[str]:
        """What tells one of the two from the other, and needs no choice."""
        w = self._words
        yield grouped(who.member_no)
        yield w.t("{points} points", points=w.number(points))
        yield from who.tags
        yield from who.phones

    def _points_after(self, mine: int, theirs: int) -> str:
        w = self._words
        said = w.t("After the merge: {points} points.", points=w.number(mine + theirs))
        if not mine or mine != theirs:
            return said
        doubt = w.t(
            "Both have the same balance: if a list held it twice, adjust it after the merge."
        )
        return f"{said} {doubt}"

    def _show_field(self, name: str, one: MemberView, other: MemberView) -> None:
        mine = self._text(name, one)
        theirs = self._text(name, other)
        left, right = self.dots[name]
        left.setText(mine or "—")
        right.setText(theirs or "—")
        left.setEnabled(mine != theirs)
        right.setEnabled(mine != theirs)
        # of one that stays blank the other's value is taken
        wins = left if mine or not theirs else right
        wins.setChecked(True)

    def _text(self, name: str, who: MemberView) -> str:
        """A field's value in words; only a gender has words of its own, a name may well be M."""
        value: Any = getattr(who, name)
        known = insight.texts_of(name, self._words) if name == "gender" and value else {}
        return known.get(value, str(value))

    def merge(self) -> None:
        """Make one of the two."""
        if self._pair is None:
            return
        one, other = self._pair
        self._vm.merge(one.member_no, other.member_no, self._winners())

    def _winners(self) -> dict[str, str]:
        """Whose value wins, for each field in which they differ."""
        winners = {}
        for name, (mine, theirs) in self.dots.items():
            # a field in which both are alike is not asked and not sent
            if theirs.isChecked() and theirs.isEnabled():
                winners[name] = "merged"
            elif mine.isChecked() and mine.isEnabled():
                winners[name] = "survivor"
        return winners

    def _swap(self) -> None:
        if self._pair is not None:
            one, other = self._pair
            self._vm.pair(other.member_no, one.member_no)

    @Slot()
    def keep_apart(self) -> None:
        """They are two people."""
        if self._pair is not None:
            one, other = self._pair
            self._vm.keep_apart(one.member_no, other.member_no)
