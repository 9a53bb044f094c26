"""The cleaning workbench: likely duplicates left, two side by side right, and merges to undo."""

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QModelIndex, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue
from storecrm.services.members.duplicates import DuplicateGroup, MergeCandidate, Pair
from storecrm.services.members.merge import Merged
from storecrm.services.members.views import MemberView
from storecrm.ui.kit import file_dialogs
from storecrm.ui.kit.progress_bar import Busy
from storecrm.ui.kit.rows import Column, RowsModel, table
from storecrm.ui.kit.widgets import Banner, button, label, row
from storecrm.ui.pages.duplicate_pair import PairSheet
from storecrm.ui.pages.refusals import told
from storecrm.ui.viewmodels.duplicates import DuplicatesViewModel
from storecrm.values import Moment, grouped
from storecrm.wording import insight


class DuplicatesPage(QWidget):
    """Pairs left, one pair right."""

    def __init__(self, vm: DuplicatesViewModel, words: Catalogue) -> None:
        super().__init__()
        self._vm = vm
        self._words = words
        self.banner = Banner()
        self.busy = Busy(vm.cancel, words)
        pairs = list(self._pair_columns())
        merges = list(self._merge_columns())
        self.rows: RowsModel[Pair] = RowsModel(pairs)
        self.list = table(self.rows, pairs, words.t("Likely duplicates"))
        self.merge_rows: RowsModel[Merged] = RowsModel(merges)
        self.merge_list = table(self.merge_rows, merges, words.t("Merges"))
        self.export = button(words.t("Export"), self._export, icon="download")
        self.export.hide()
        self.pair = PairSheet(vm, words)
        # the pair needs more room than the list of pairs
        whole = row(spacing=16)
        whole.addLayout(self._left_side(), 2)
        whole.addWidget(self.pair, 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.addWidget(self.busy)
        column.addWidget(self.banner)
        column.addLayout(whole, 1)
        self._join()

    def _pair_columns(self) -> Iterator[Column[Pair]]:
        w = self._words
        yield Column(w.t("Members"), _names, 140)
        yield Column(w.t("Why"), lambda pair: insight.duplicate(pair.reason, w), 130)
        yield Column(w.t("Sure"), lambda pair: f"{pair.score}%", 60, True)

    def _merge_columns(self) -> Iterator[Column[Merged]]:
        w = self._words
        yield Column(w.t("Merged into"), _survivor, 100)
        yield Column(w.t("Time"), lambda merge: w.stamp(Moment(merge.at)), 125)
        yield Column(w.t("Can be undone"), self._undoable, 125)

    def _undoable(self, merge: Merged) -> str:
        return self._words.t("yes") if merge.undoable else self._words.t("no")

    def _left_side(self) -> QVBoxLayout:
        w = self._words
        search = button(w.t("Search everybody"), self.search, kind="primary", icon="search")
        title = label(w.t("Merges"), "small")
        unmerge = button(w.t("Part them again"), self.unmerge)
        side = QVBoxLayout()
        side.addLayout(row(search, self.export, None))
        side.addWidget(self.list, 3)
        side.addLayout(row(title, None, unmerge))
        side.addWidget(self.merge_list, 1)
        return side

    def _join(self) -> None:
        vm = self._vm
        self.list.clicked.connect(self._open_row)
        self.list.activated.connect(self._open_row)
        vm.found.connect(self._found)
        vm.paired.connect(self.pair.show_pair)
        vm.merged.connect(self._merged)
        vm.apart.connect(self._kept_apart)
        vm.parted.connect(self._unmerged)
        vm.merges.connect(self.merge_rows.show)
        vm.exported.connect(self._exported)
        vm.progressed.connect(self.busy.step)
        vm.refused.connect(self._refuse)

    def open(self) -> None:
        self._vm.load_merges()

    def search(self) -> None:
        """Look for everybody who is there twice."""
        self._vm.find()

    @Slot(object)
    def _found(self, found: list[DuplicateGroup]) -> None:
        w = self._words
        self.busy.hide()
        pairs = [pair for group in found for pair in group.pairs]
        # the surest first
        pairs.sort(key=lambda pair: -pair.score)
        self.rows.show(pairs)
        # the list holds names and phones: only who may export members sees the way
        self.export.setVisible(bool(pairs) and self._vm.may_export)
        nobody = w.t("Nobody is there twice, it seems.")
        some = w.n("1 pair found.", "{count} pairs found.", len(pairs))
        self.banner.say(some if pairs else nobody)
        self._show_first(pairs)

    def _show_first(self, pairs: list[Pair]) -> None:
        if pairs:
            self._show_row(0)
        else:
            self.pair.leave()

    def _show_row(self, at: int) -> None:
        self.list.selectRow(at)
        pair = self.rows.record(at)
        self._vm.pair(pair.first.member_no, pair.second.member_no)

    @Slot(QModelIndex)
    def _open_row(self, index: QModelIndex) -> None:
        self._show_row(index.row())

    @Slot(object)
    def _merged(self, view: MemberView) -> None:
        # what is like the one that stays is still to be looked at
        gone = self.pair.numbers - {view.member_no}
        rest = [pair for pair in self.listed() if not gone & _numbers(pair)]
        said = self._words.t(
            "{name} is one member now. It can be undone for 30 days.", name=view.title
        )
        self._next(rest, said)
        self._vm.load_merges()

    @Slot(object)
    def _kept_apart(self, _: object) -> None:
        two = self.pair.numbers
        rest = [pair for pair in self.listed() if _numbers(pair) != two]
        self._next(rest, self._words.t("Kept apart."))

    def listed(self) -> list[Pair]:
        """The pairs that are still to be looked at."""
        return [self.rows.record(at) for at in range(self.rows.rowCount())]

    def _next(self, rest: list[Pair], said: str) -> None:
        """Go on with the pair that is next in the list."""
        # the whole list is not searched anew for one pair
        self.rows.show(rest)
        self.pair.leave()
        self._show_first(rest)
        self.banner.say(said)

    def unmerge(self) -> None:
        """Part the members of the chosen merge again."""
        index = self.merge_list.currentIndex()
        if index.isValid():
            merge = self.merge_rows.record(index.row())
            self._vm.part(merge)

    @Slot(object)
    def _unmerged(self, views: tuple[MemberView, MemberView]) -> None:
        one, other = views
        said = self._words.t(
            "{one} and {other} are two members again.", one=one.title, other=other.title
        )
        self.banner.say(said)
        self._vm.load_merges()

    def _export(self) -> None:
        title = self._words.t("Export")
        file = file_dialogs.save_as(self, title, "duplicates.xlsx", file_dialogs.LIST)
        if file is not None:
            self._vm.export(file)

    @Slot(object)
    def _exported(self, file: Path) -> None:
        self.banner.say(self._words.t("Saved: {file}", file=str(file)))

    @Slot(object)
    def _refuse(self, error: StoreError) -> None:
        self.busy.hide()
        self.banner.say(told(error, self._words), bad=True)


def _name(who: MergeCandidate) -> str:
    """A name, or the end of the phone of somebody without one."""
    return who.name or who.phone[-4:]


def _names(pair: Pair) -> str:
    return f"{_name(pair.first)} / {_name(pair.second)}"


def _survivor(merge: Merged) -> str:
    return merge.survivor_name or grouped(merge.survivor)


def _numbers(pair: Pair) -> set[str]:
    return {pair.first.member_no, pair.second.member_no}
