"""The cleaning workbench: likely duplicates left, two side by side right, and merges to undo."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue, m
from storecrm.services.members.duplicates import DuplicateGroup, MergeCandidate, Pair
from storecrm.services.members.merge import Merged
from storecrm.services.members.views import MemberView
from storecrm.ui.kit import file_dialogs
from storecrm.ui.kit.actions import Action, act, button_of, refresh
from storecrm.ui.kit.progress import Progress
from storecrm.ui.kit.side_by_side import SideBySide
from storecrm.ui.kit.tables import Column, Empty, Kind, Table
from storecrm.ui.kit.toast import say
from storecrm.ui.kit.widgets import label, row
from storecrm.ui.pages import refusals
from storecrm.ui.pages.duplicate_pair import PairSheet
from storecrm.ui.viewmodels.duplicates import DuplicatesViewModel
from storecrm.values import Moment, grouped
from storecrm.wording import insight

_SEARCH = Action("duplicates.search", m("Search everybody"), "search")
_EXPORT = Action("duplicates.export", m("Export the pairs"), "download")
_UNMERGE = Action("duplicates.unmerge", m("Undo merge"), "arrow-back-up")


_BESIDE = 940
"""From so many pixels on the pair has room beside the lists."""


class DuplicatesPage(QWidget):
    """Pairs left, one pair right."""

    def __init__(self, vm: DuplicatesViewModel, words: Catalogue) -> None:
        super().__init__()
        self._vm = vm
        self._words = words
        self._searched = False
        self._held: list[Pair] = []
        self._known: list[Merged] = []
        self._merge: Merged | None = None
        self.progress = Progress(self)
        self.search_act = act(self, _SEARCH, self.search, words=words)
        self.export_act = act(
            self,
            _EXPORT,
            self._export,
            words=words,
            enabled=self._may_export,
            allowed=vm.may_export,
        )
        self.unmerge_act = act(self, _UNMERGE, self.unmerge, words=words, enabled=self._may_unmerge)
        self.pair = PairSheet(vm, words, self._to_list)
        self.pairs = self._pair_table()
        self.merges = self._merge_table()
        # the pair needs more room than the list of pairs
        both = SideBySide(self._left_side(), self.pair, beside=_BESIDE, shares=(2, 3), spacing=16)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.addWidget(both, 1)
        self._join()

    def _pair_table(self) -> Table[Pair]:
        w = self._words
        return Table(
            list(self._pair_columns()),
            w.t("Likely duplicates"),
            kept_as="duplicates",
            empty=self._unsearched(),
            no_match=w.t("No pair fits."),
            words=w,
            actions=(self.pair.merge_act, self.pair.apart_act, self.pair.swap_act),
            same=_numbers,
            order=(("sure", True),),
        )

    def _unsearched(self) -> Empty:
        w = self._words
        said = w.t("Search finds who is there twice.")
        return Empty("users", said, w.t("Search everybody"), self.search)

    def _pair_columns(self) -> Iterator[Column[Pair]]:
        w = self._words
        yield Column("members", w.t("Members"), _names, 140, personal=True)
        yield Column("why", w.t("Why"), lambda pair: insight.duplicate(pair.reason, w), 130)
        yield Column(
            "sure",
            w.t("Match"),
            lambda pair: f"{pair.score}%",
            80,
            kind=Kind.NUMBER,
            value=lambda pair: pair.score,
        )

    def _merge_table(self) -> Table[Merged]:
        w = self._words
        return Table(
            list(self._merge_columns()),
            w.t("Merges"),
            kept_as="merges",
            empty=Empty("history", w.t("Nobody was merged yet.")),
            no_match=w.t("No merge fits."),
            words=w,
            actions=(self.unmerge_act,),
            same=lambda merge: merge.id,
        )

    def _merge_columns(self) -> Iterator[Column[Merged]]:
        w = self._words
        yield Column("into", w.t("Merged into"), _survivor, 120, personal=True)
        yield Column(
            "at",
            w.t("Time"),
            lambda merge: w.stamp(Moment(merge.at)),
            150,
            kind=Kind.MOMENT,
            value=self._time,
        )
        yield Column("undoable", w.t("Can be undone"), self._undoable, 120)

    def _time(self, merge: Merged) -> datetime:
        return self._words.local(Moment(merge.at)).replace(tzinfo=None)

    def _undoable(self, merge: Merged) -> str:
        return self._words.t("yes") if merge.undoable else self._words.t("no")

    def _left_side(self) -> QWidget:
        title = label(self._words.t("Merges"), "small")
        left = QWidget()
        side = QVBoxLayout(left)
        side.setContentsMargins(0, 0, 0, 0)
        side.addLayout(row(button_of(self.search_act, "primary"), button_of(self.export_act), None))
        side.addWidget(self.pairs, 3)
        side.addLayout(row(title, None, button_of(self.unmerge_act)))
        side.addWidget(self.merges, 2)
        return left

    def _join(self) -> None:
        vm = self._vm
        self.pairs.chosen.connect(self._open_pair)
        self.merges.chosen.connect(self._merge_chosen)
        vm.found.connect(self._found)
        vm.paired.connect(self.pair.show_pair)
        vm.merged.connect(self._merged)
        vm.apart.connect(self._kept_apart)
        vm.parted.connect(self._unmerged)
        vm.merges.connect(self._show_merges)
        vm.exported.connect(self._exported)
        vm.progressed.connect(self._step)
        vm.refused.connect(self._refuse)

    def open(self) -> None:
        if not self._searched:
            self.pairs.show([])
        self._vm.load_merges()

    # --- pairs ---

    def search(self) -> None:
        """Look for everybody who is there twice."""
        self._vm.find()
        self.progress.begin(self._words.t("Searching everybody"), self._vm.task)

    @Slot(object)
    def _step(self, at: tuple[int, int]) -> None:
        self.progress.step(*at)

    @Slot(object)
    def _found(self, found: list[DuplicateGroup]) -> None:
        w = self._words
        self.progress.end()
        self._searched = True
        pairs = [pair for group in found for pair in group.pairs]
        self.pairs.say_empty(Empty("users", w.t("Nobody is there twice, it seems.")))
        self._list(pairs)
        if pairs:
            say(self, w.n("1 pair found.", "{count} pairs found.", len(pairs)))

    def _list(self, pairs: list[Pair]) -> None:
        """Show these pairs, the surest chosen: mostly one goes on with it."""
        self._held = pairs
        self.pair.leave()
        self.pairs.show(pairs)
        if self.pairs.current() is None:
            self.pairs.select(lambda _: True)
        else:
            self._open_pair(self.pairs.current())
        refresh(self)

    @Slot(object)
    def _open_pair(self, pair: Pair | None) -> None:
        if pair is not None and self.pair.numbers != _numbers(pair):
            self._vm.pair(pair.first.member_no, pair.second.member_no)

    def _to_list(self) -> None:
        self.pairs.setFocus()

    @Slot(object)
    def _merged(self, view: MemberView) -> None:
        # what is like the one that stays is still to be looked at
        gone = self.pair.numbers - {view.member_no}
        rest = [pair for pair in self._held if not gone & _numbers(pair)]
        self._list(rest)
        said = self._words.t(
            "{name} is one member now. It can be undone for 30 days.", name=view.title
        )
        say(self, said, undo=partial(self._undo_merge, view.member_no))
        self._vm.load_merges()

    def _undo_merge(self, survivor: str) -> None:
        """The newest merge of the one that stayed."""
        for merge in self._known:
            if merge.survivor == survivor and merge.undoable:
                self._vm.part(merge)
                return

    @Slot(object)
    def _kept_apart(self, _: object) -> None:
        # the whole list is not searched anew for one pair
        two = self.pair.numbers
        rest = [pair for pair in self._held if _numbers(pair) != two]
        self._list(rest)
        say(self, self._words.t("Kept apart."))

    # --- merges ---

    @Slot(object)
    def _show_merges(self, merges: list[Merged]) -> None:
        self._known = merges
        self.merges.show(merges)
        self._merge_chosen(self.merges.current())

    @Slot(object)
    def _merge_chosen(self, merge: Merged | None) -> None:
        self._merge = merge
        refresh(self)

    def _may_export(self) -> bool:
        return bool(self._held)

    def _may_unmerge(self) -> bool:
        return self._merge is not None and self._merge.undoable

    def unmerge(self) -> None:
        """The two of the chosen merge are two members again."""
        if self._merge is not None:
            self._vm.part(self._merge)

    @Slot(object)
    def _unmerged(self, views: tuple[MemberView, MemberView]) -> None:
        one, other = views
        said = self._words.t(
            "{one} and {other} are two members again.", one=one.title, other=other.title
        )
        say(self, said)
        self._vm.load_merges()

    # --- files and refusals ---

    def _export(self) -> None:
        title = self.export_act.text()
        file = file_dialogs.save_as(self, title, "duplicates.xlsx", file_dialogs.LIST)
        if file is not None:
            self._vm.export(file)

    @Slot(object)
    def _exported(self, file: Path) -> None:
        say(self, self._words.t("Saved: {file}", file=str(file)))

    @Slot(object)
    def _refuse(self, error: StoreError) -> None:
        self.progress.end()
        self.pair.refused()
        refusals.show(self, error, self._words)


def _name(who: MergeCandidate) -> str:
    """A name, or the end of the phone of somebody without one."""
    return who.name or who.phone[-4:]


def _names(pair: Pair) -> str:
    return f"{_name(pair.first)} / {_name(pair.second)}"


def _survivor(merge: Merged) -> str:
    return merge.survivor_name or grouped(merge.survivor)


def _numbers(pair: Pair) -> set[str]:
    return {pair.first.member_no, pair.second.member_no}
