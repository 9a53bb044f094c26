"""Segments: the list with sizes, the rule made by choosing with its members counted while it
changes, two compared, sizes over time."""

from collections.abc import Iterator
from functools import partial

from PySide6.QtCore import QModelIndex, Slot
from PySide6.QtWidgets import QCheckBox, QMenu, QVBoxLayout, QWidget

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue
from storecrm.services.analytics.segments import Compared, SegmentView
from storecrm.ui.kit import file_dialogs
from storecrm.ui.kit.charts.line_chart import DayValue, LineChart
from storecrm.ui.kit.charts.points import Title
from storecrm.ui.kit.progress_bar import Busy
from storecrm.ui.kit.rows import Column, RowsModel, table
from storecrm.ui.kit.tables import Kind
from storecrm.ui.kit.widgets import button, field, label, row, scrolling
from storecrm.ui.pages.segment_builder import SegmentBuilder
from storecrm.ui.viewmodels.analytics import KnownViewModel, SegmentList
from storecrm.wording import insight
from storecrm.wording.errors import sentence

_NEW_RULE = {"all": [{"field": "visits", "op": ">=", "value": 1, "days": 90}]}
"""A new rule starts with those who came lately."""


class SegmentsTab(QWidget):
    """List left; the rule, its members, its past right."""

    def __init__(self, vm: KnownViewModel, words: Catalogue) -> None:
        super().__init__()
        self._vm = vm
        self._words = words
        self._shelf = SegmentList([], {})
        self._chosen: SegmentView | None = None
        self._make_list()
        self._make_rule()
        whole = row(spacing=16)
        whole.setContentsMargins(0, 8, 0, 0)
        whole.addLayout(self._left_side(), 2)
        whole.addLayout(self._right_side(), 3)
        self.setLayout(whole)
        self.export.setVisible(vm.may_export)
        self.likes.setVisible(vm.may_export)
        self.remove.hide()
        self.sizes.hide()
        self._join()

    def _make_list(self) -> None:
        w = self._words
        columns = list(self._columns())
        self.rows: RowsModel[SegmentView] = RowsModel(columns)
        self.list = table(self.rows, columns, w.t("Segments"))
        titles = (Title(w.t("Day"), Kind.DAY), Title(w.t("Members"), Kind.NUMBER))
        self.sizes = LineChart(w.t("Members over time"), w, titles)
        self._others = QMenu(self)
        self.compare = button(w.t("Compare with"), self._others)
        self.both = label("", "small", wrap=True)
        self.busy = Busy(self._vm.cancel, w)

    def _columns(self) -> Iterator[Column[SegmentView]]:
        w = self._words
        yield Column(w.t("Segment"), self._name, 150)
        yield Column(w.t("Members"), self._size, 80, True)
        yield Column(w.t("Kind"), self._kind, 80)

    def _make_rule(self) -> None:
        w = self._words
        self.count = label("—", "kpi")
        self.sentence = label("", "small", wrap=True)
        self.builder = SegmentBuilder(w)
        self.code = field(w.t("Code"), w.t("code, like BIG"))
        # a code is short, the name needs the room
        self.code.setMaximumWidth(140)
        self.name = field(w.t("Name"), w.t("name of the segment"))
        self.remove = button(w.t("Remove"), self._remove)
        self.export = button(w.t("Export"), self._export, icon="download")
        self.likes = QCheckBox(w.t("with what to offer next"))

    def _left_side(self) -> QVBoxLayout:
        new = button(self._words.t("New rule"), self._new, icon="plus")
        side = QVBoxLayout()
        side.addWidget(self.list, 1)
        side.addWidget(self.sizes)
        side.addLayout(row(new, self.compare, None))
        side.addWidget(self.both)
        side.addWidget(self.busy)
        return side

    def _right_side(self) -> QVBoxLayout:
        w = self._words
        fitting = label(w.t("members fit now"), "small")
        keep = button(w.t("Keep the rule"), self._keep, kind="primary")
        keep_list = button(w.t("Keep today's list"), self._keep_list)
        side = QVBoxLayout()
        side.addLayout(row(self.count, fitting, None))
        side.addWidget(self.sentence)
        side.addWidget(scrolling(self.builder), 1)
        side.addLayout(row(self.code, self.name, keep))
        side.addLayout(row(keep_list, self.export, self.likes, self.remove, None))
        return side

    def _join(self) -> None:
        vm = self._vm
        self.list.clicked.connect(self._open_row)
        self.list.activated.connect(self._open_row)
        self.builder.changed.connect(self._ask)
        vm.exported.connect(self._ended)
        vm.refused.connect(self._ended)
        vm.progressed.connect(self.busy.step)
        vm.shelved.connect(self._show)
        vm.counted.connect(self._counted)
        vm.counted_one.connect(self._counted_one)
        vm.incomplete.connect(self._incomplete)
        vm.kept.connect(self._kept)
        vm.sized.connect(self._sized)
        vm.compared.connect(self._compared)

    def open(self) -> None:
        self._vm.shelf()

    # --- the list ---

    def _name(self, view: SegmentView) -> str:
        return insight.name_of(view.code, view.name, self._words)

    def _size(self, view: SegmentView) -> str:
        known = self._shelf.sizes.get(view.code)
        return "…" if known is None else self._words.number(known)

    def _kind(self, view: SegmentView) -> str:
        w = self._words
        if view.built_in:
            return w.t("built in")
        return w.t("list") if view.fixed else w.t("own")

    @Slot(object)
    def _counted_one(self, answer: tuple[str, int]) -> None:
        code, members = answer
        self._shelf.sizes[code] = members
        for at, view in enumerate(self._shelf.views):
            if view.code == code:
                self.rows.touch(at)

    @Slot(object)
    def _show(self, shelf: SegmentList) -> None:
        # what was counted before stays until it is counted anew
        self._shelf = SegmentList(shelf.views, dict(self._shelf.sizes))
        self.rows.show(shelf.views)
        if self.isVisible():
            self._vm.count_each(shelf.views)
        self._others.clear()
        for view in shelf.views:
            self._others.addAction(self._name(view), partial(self._compare, view))
        if self._chosen is not None:
            self._show_chosen(self._chosen.code)
        elif shelf.views:
            self.list.selectRow(0)
            self._choose(shelf.views[0])

    def _show_chosen(self, code: str) -> None:
        """The row of the chosen segment, wherever it stands now."""
        for at, view in enumerate(self._shelf.views):
            if view.code == code:
                self.list.selectRow(at)
                self.list.scrollTo(self.rows.index(at, 0))

    @Slot(object)
    def _kept(self, view: SegmentView | None) -> None:
        """What was kept stays chosen; after a removal the first is."""
        if view is not None:
            self._choose(view)
            self.both.setText(self._words.t("Kept: {name}", name=self._name(view)))
        self._vm.shelf()

    @Slot(QModelIndex)
    def _open_row(self, index: QModelIndex) -> None:
        self._choose(self.rows.record(index.row()))

    def _choose(self, view: SegmentView) -> None:
        self._chosen = view
        self.both.setText("")
        # built-in ones are a start for an own one, under another code
        own = not view.built_in and not view.fixed
        self.code.setText(view.code if own else "")
        self.name.setText(view.name if own else "")
        self.remove.setVisible(not view.built_in)
        self.builder.show_rule(view.rule)
        self._vm.sizes(view)

    def _new(self) -> None:
        self._chosen = None
        self.list.clearSelection()
        self.remove.hide()
        self.code.clear()
        self.name.clear()
        self.builder.show_rule(_NEW_RULE)
        self.sizes.hide()
        self.code.setFocus()

    # --- the rule ---

    @Slot()
    def _ask(self) -> None:
        self.count.setText("…")
        self._vm.ask(self.builder.rule())

    @Slot(object)
    def _counted(self, members: int) -> None:
        self.count.setText(self._words.number(members))
        said = insight.rule(self.builder.rule(), self._words)
        self.sentence.setText(said)

    @Slot(object)
    def _incomplete(self, error: StoreError) -> None:
        w = self._words
        self.count.setText("—")
        if error.code.startswith("segment_"):
            value = str(error.facts.get("value", "")) or "…"
            said = w.t("A condition is not complete yet: {value}", value=value)
        else:
            said = sentence(error, w)
        self.sentence.setText(said)

    def _keep(self) -> None:
        code = self.code.text()
        name = self.name.text()
        self._vm.keep(code, name, self.builder.rule())

    def _keep_list(self) -> None:
        if self._chosen is not None:
            self._vm.keep_list(self._chosen)

    def _remove(self) -> None:
        if self._chosen is not None:
            chosen = self._chosen
            self._chosen = None
            self._vm.remove(chosen)

    def _compare(self, other: SegmentView) -> None:
        if self._chosen is not None:
            self._against = other
            self._vm.compare(self._chosen, other)

    @Slot(object)
    def _compared(self, found: Compared) -> None:
        if self._chosen is None:
            return
        w = self._words
        first = self._name(self._chosen)
        second = self._name(self._against)
        text = w.t(
            "only {first}: {a}; both: {b}; only {second}: {c}",
            first=first,
            second=second,
            a=w.number(found.only_first),
            b=w.number(found.both),
            c=w.number(found.only_second),
        )
        self.both.setText(text)

    @Slot(object)
    def _sized(self, sizes: object) -> None:
        assert isinstance(sizes, list)
        # one day alone makes no line
        self.sizes.setVisible(len(sizes) > 1)
        days = [DayValue(day, count, self._words.number(count)) for day, count in sizes]
        self.sizes.show_days(days)

    @Slot(object)
    def _ended(self, _: object) -> None:
        self.busy.hide()
        self.both.setText("")

    def _export(self) -> None:
        chosen = self._chosen
        w = self._words
        if chosen is None:
            return
        name = f"{self._name(chosen)}.xlsx"
        file = file_dialogs.save_as(self, w.t("Export"), name, file_dialogs.LIST)
        if file is not None:
            self.both.setText(w.t("Exporting …"))
            self._vm.export(chosen, file, recommended=self.likes.isChecked())
