"""The cleaning workbench: likely duplicates left, the two side by side right, the winner of each
field chosen, and merges to undo."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QModelIndex, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QFileDialog,
    QGridLayout,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from storecrm.domain.member_fields import CHOOSABLE
from storecrm.errors import StoreError
from storecrm.i18n import Catalogue
from storecrm.services.members.duplicates import DuplicateGroup, Pair
from storecrm.services.members.merge import Merged
from storecrm.services.members.views import MemberView
from storecrm.ui.kit.progress_bar import Busy
from storecrm.ui.kit.rows import Column, RowsModel, table
from storecrm.ui.kit.widgets import Banner, button, label, row
from storecrm.ui.viewmodels.duplicates import DuplicatesViewModel
from storecrm.values import Moment, grouped
from storecrm.wording import insight
from storecrm.wording.errors import cure, sentence


class DuplicatesPage(QWidget):
    """Pairs left, one pair right."""

    def __init__(self, vm: DuplicatesViewModel, words: Catalogue) -> None:
        super().__init__()
        self._vm, self._words = vm, words
        w = words
        self.banner, self.busy = Banner(), Busy(vm.cancel, words)
        columns: list[Column[Pair]] = [
            Column(
                w.t("Members"),
                lambda p: (
                    f"{p.first.name or p.first.phone[-4:]} / {p.second.name or p.second.phone[-4:]}"
                ),
                140,
            ),
            Column(w.t("Why"), lambda p: insight.duplicate(p.reason, w), 130),
            Column(w.t("Sure"), lambda p: f"{p.score}%", 60, True),
        ]
        self.rows: RowsModel[Pair] = RowsModel(columns)
        self.list = table(self.rows, columns, w.t("Likely duplicates"))
        merged: list[Column[Merged]] = [
            Column(w.t("Merged into"), lambda x: x.survivor_name or grouped(x.survivor), 100),
            Column(w.t("Time"), lambda x: w.stamp(Moment(x.at)), 125),
            Column(w.t("Can be undone"), lambda x: w.t("yes") if x.undoable else w.t("no"), 125),
        ]
        self.merge_rows: RowsModel[Merged] = RowsModel(merged)
        self.merge_list = table(self.merge_rows, merged, w.t("Merges"))
        self.export = button(w.t("Export"), self._export, icon="download")
        left = QVBoxLayout()
        left.addLayout(
            row(
                button(w.t("Search everybody"), self.search, kind="primary", icon="search"),
                self.export,
                None,
            )
        )
        left.addWidget(self.list, 3)
        left.addLayout(
            row(label(w.t("Merges"), "small"), None, button(w.t("Part them again"), self._part))
        )
        left.addWidget(self.merge_list, 1)
        self.right = QWidget()
        whole = row(spacing=16)
        whole.addLayout(left, 2)
        whole.addWidget(self.right, 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.addWidget(self.busy)
        column.addWidget(self.banner)
        column.addLayout(whole, 1)
        self._compare()
        self.export.hide()
        self.list.clicked.connect(self._open_row)
        self.list.activated.connect(self._open_row)
        vm.found.connect(self._found)
        vm.paired.connect(self._paired)
        vm.merged.connect(self._merged)
        vm.apart.connect(self._kept_apart)
        vm.parted.connect(self._parted)
        vm.merges.connect(self.merge_rows.show)
        vm.exported.connect(
            lambda file: self.banner.say(self._words.t("Saved: {file}", file=str(file)))
        )
        vm.progressed.connect(self.busy.step)
        vm.refused.connect(self._refuse)

    def _compare(self) -> None:
        """Two columns of values, a dot before each; what both have alike needs no choice."""
        w = self._words
        self.heads = [label("", "h2", wrap=True) for _ in range(2)]
        self.sums = [label("", "small", wrap=True) for _ in range(2)]
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        for at in range(2):
            grid.addWidget(self.heads[at], 0, at + 1)
            grid.addWidget(self.sums[at], 1, at + 1)
        self.dots: dict[str, tuple[QRadioButton, QRadioButton]] = {}
        self._groups: list[QButtonGroup] = []
        for line, chosen in enumerate(CHOOSABLE, 2):
            title = w.t(chosen.title)
            dots = QRadioButton(), QRadioButton()
            group = QButtonGroup(self)
            grid.addWidget(label(title, "small"), line, 0)
            for at, dot in enumerate(dots):
                dot.setAccessibleName(title)
                group.addButton(dot)
                grid.addWidget(dot, line, at + 1)
            self.dots[chosen.name] = dots
            self._groups.append(group)
        self.after = label("", "small", wrap=True)
        grid.addWidget(self.after, len(CHOOSABLE) + 2, 0, 1, 3)
        self.hint = label(
            w.t(
                "Search, then choose a pair. Points, coupons and receipts of both stay as they are and belong to one."
            ),
            "small",
            wrap=True,
        )
        self.acts = QWidget()
        acts = row(
            button(w.t("They are one: merge"), self._merge, kind="primary"),
            button(w.t("Two people"), self._keep_apart),
            button(w.t("Swap"), self._swap),
            None,
        )
        acts.setContentsMargins(0, 0, 0, 0)
        self.acts.setLayout(acts)
        self.sheet = QWidget()
        self.sheet.setLayout(grid)
        grid.setContentsMargins(0, 0, 0, 0)
        column = QVBoxLayout(self.right)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.hint)
        column.addWidget(self.sheet)
        column.addWidget(self.acts)
        column.addStretch(1)
        self.sheet.hide()
        self.acts.hide()
        self._pair: tuple[MemberView, MemberView] | None = None

    def open(self) -> None:
        self._vm.load_merges()

    def search(self) -> None:
        """Look for everybody who is there twice."""
        self._vm.find()

    @Slot(object)
    def _found(self, found: list[DuplicateGroup]) -> None:
        self.busy.hide()
        pairs = sorted(
            (pair for group in found for pair in group.pairs), key=lambda pair: -pair.score
        )
        self.rows.show(pairs)
        self.export.setVisible(bool(pairs) and self._vm.may_export)
        said = (
            self._words.n("1 pair found.", "{count} pairs found.", len(pairs))
            if pairs
            else self._words.t("Nobody is there twice, it seems.")
        )
        self.banner.say(said)
        if pairs:
            self._show_row(0)
        else:
            self._leave()

    def _leave(self) -> None:
        self.sheet.hide()
        self.acts.hide()
        self.hint.show()

    def _show_row(self, at: int) -> None:
        self.list.selectRow(at)
        pair = self.rows.record(at)
        self._vm.pair(pair.first.member_no, pair.second.member_no)

    @Slot(QModelIndex)
    def _open_row(self, index: QModelIndex) -> None:
        self._show_row(index.row())

    @Slot(object)
    def _paired(self, found: list[tuple[MemberView, int]]) -> None:
        w = self._words
        (one, mine), (other, theirs) = found
        self._pair = one, other
        for head, sum_, who, count, title in zip(
            self.heads,
            self.sums,
            (one, other),
            (mine, theirs),
            (w.t("Stays"), w.t("Is merged into it")),
            strict=True,
        ):
            head.setText(f"{title}: {who.title}")
            facts = [
                grouped(who.member_no),
                w.t("{points} points", points=w.number(count)),
                *who.tags,
                *who.phones,
            ]
            sum_.setText("   ".join(facts))
        said = w.t("After the merge: {points} points.", points=w.number(mine + theirs))
        if mine and mine == theirs:
            said += " " + w.t(
                "Both have the same balance: if a list held it twice, adjust it after the merge."
            )
        self.after.setText(said)
        for name, dots in self.dots.items():
            texts = [self._text(name, getattr(who, name)) for who in (one, other)]
            for dot, text in zip(dots, texts, strict=True):
                dot.setText(text or "—")
                dot.setEnabled(texts[0] != texts[1])
            dots[0 if texts[0] or not texts[1] else 1].setChecked(True)
        if one.registered_on > other.registered_on:
            self.dots["registered_on"][1].setChecked(True)
        self.hint.hide()
        self.sheet.show()
        self.acts.show()

    def _text(self, name: str, value: Any) -> str:
        """A field's value in words; only a gender has words of its own, a name may well be M."""
        known = insight.texts_of(name, self._words) if name == "gender" and value else {}
        return known.get(value, str(value))

    def _merge(self) -> None:
        if self._pair is not None:
            winners = {
                name: "merged"
                for name, (_, theirs) in self.dots.items()
                if theirs.isChecked() and theirs.isEnabled()
            }
            winners |= {
                name: "survivor"
                for name, (mine, _) in self.dots.items()
                if mine.isChecked() and mine.isEnabled()
            }
            self._vm.merge(self._pair[0].member_no, self._pair[1].member_no, winners)

    def _swap(self) -> None:
        if self._pair is not None:
            self._vm.pair(self._pair[1].member_no, self._pair[0].member_no)

    def _keep_apart(self) -> None:
        if self._pair is not None:
            self._vm.keep_apart(self._pair[0].member_no, self._pair[1].member_no)

    @Slot(object)
    def _merged(self, view: MemberView) -> None:
        # what is like the one that stays is still to be looked at
        gone = {who.member_no for who in self._pair or ()} - {view.member_no}
        rest = [
            pair
            for pair in self._listed()
            if not gone & {pair.first.member_no, pair.second.member_no}
        ]
        self._next(
            rest,
            self._words.t(
                "{name} is one member now. It can be undone for 30 days.", name=view.title
            ),
        )
        self._vm.load_merges()

    @Slot(object)
    def _kept_apart(self, _: object) -> None:
        two = {who.member_no for who in self._pair or ()}
        self._next(
            [
                pair
                for pair in self._listed()
                if {pair.first.member_no, pair.second.member_no} != two
            ],
            self._words.t("Kept apart."),
        )

    def _listed(self) -> list[Pair]:
        return [self.rows.record(at) for at in range(self.rows.rowCount())]

    def _next(self, rest: list[Pair], said: str) -> None:
        """Go on with the pair that is next in the list."""
        self.rows.show(rest)
        self._pair = None
        self._show_row(0) if rest else self._leave()
        self.banner.say(said)

    def _part(self) -> None:
        index = self.merge_list.currentIndex()
        if index.isValid():
            self._vm.part(self.merge_rows.record(index.row()))

    @Slot(object)
    def _parted(self, views: tuple[MemberView, MemberView]) -> None:
        self.banner.say(
            self._words.t(
                "{one} and {other} are two members again.", one=views[0].title, other=views[1].title
            )
        )
        self._vm.load_merges()

    def _export(self) -> None:
        file, _ = QFileDialog.getSaveFileName(
            self,
            self._words.t("Export"),
            str(Path.home() / "duplicates.xlsx"),
            "Excel (*.xlsx);;CSV (*.csv)",
        )
        if file:
            self._vm.export(Path(file))

    @Slot(object)
    def _refuse(self, error: StoreError) -> None:
        self.busy.hide()
        self.banner.say(f"{sentence(error, self._words)} {cure(error, self._words)}", bad=True)
