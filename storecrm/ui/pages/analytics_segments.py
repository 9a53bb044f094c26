"""Segments: the list with sizes, the rule made by choosing with its members counted while it
changes, two compared, sizes over time."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt, Slot
from PySide6.QtWidgets import QCheckBox, QFileDialog, QMenu, QScrollArea, QVBoxLayout, QWidget

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue
from storecrm.services.analytics.segments import Compared, SegmentView
from storecrm.ui.kit.charts import LineChart
from storecrm.ui.kit.progress_bar import Busy
from storecrm.ui.kit.rows import Column, RowsModel, table
from storecrm.ui.kit.widgets import button, field, label, row
from storecrm.ui.pages.segment_builder import SegmentBuilder
from storecrm.ui.viewmodels.analytics import KnownViewModel, SegmentList
from storecrm.wording import insight
from storecrm.wording.errors import sentence


class SegmentsTab(QWidget):
    """List left; the rule, its members, its past right."""

    def __init__(self, vm: KnownViewModel, words: Catalogue) -> None:
        super().__init__()
        self._vm, self._words = vm, words
        w = words
        self._shelf = SegmentList([], {})
        self._chosen: SegmentView | None = None
        columns: list[Column[SegmentView]] = [
            Column(w.t("Segment"), self._name, 150),
            Column(w.t("Members"), self._size, 80, True),
            Column(w.t("Kind"), self._kind, 80),
        ]
        self.rows: RowsModel[SegmentView] = RowsModel(columns)
        self.list = table(self.rows, columns, w.t("Segments"))
        self.builder = SegmentBuilder(words)
        self.count, self.sentence, self.both = (
            label("—", "kpi"),
            label("", "small", wrap=True),
            label("", "small", wrap=True),
        )
        self.code, self.name = (
            field(w.t("Code"), w.t("code, like BIG")),
            field(w.t("Name"), w.t("name of the segment")),
        )
        self.code.setMaximumWidth(140)
        self._others = QMenu(self)
        self.sizes = LineChart(w.t("Members over time"))
        self.remove = button(w.t("Remove"), self._remove)
        self.compare = button(w.t("Compare with"), self._others)
        self.export = button(w.t("Export"), self._export, icon="download")
        self.busy = Busy(vm.cancel, w)
        self.likes = QCheckBox(w.t("with what to offer next"))
        left = QVBoxLayout()
        left.addWidget(self.list, 1)
        left.addWidget(self.sizes)
        left.addLayout(row(button(w.t("New rule"), self._new, icon="plus"), self.compare, None))
        left.addWidget(self.both)
        left.addWidget(self.busy)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(self.builder)
        right = QVBoxLayout()
        right.addLayout(row(self.count, label(w.t("members fit now"), "small"), None))
        right.addWidget(self.sentence)
        right.addWidget(scroll, 1)
        right.addLayout(
            row(self.code, self.name, button(w.t("Keep the rule"), self._keep, kind="primary"))
        )
        right.addLayout(
            row(
                button(w.t("Keep today's list"), self._keep_list),
                self.export,
                self.likes,
                self.remove,
                None,
            )
        )
        whole = row(spacing=16)
        whole.addLayout(left, 2)
        whole.addLayout(right, 3)
        whole.setContentsMargins(0, 8, 0, 0)
        self.setLayout(whole)
        self.export.setVisible(vm.may_export)
        self.likes.setVisible(vm.may_export)
        vm.exported.connect(self._ended)
        vm.refused.connect(self._ended)
        vm.progressed.connect(self.busy.step)
        self.remove.hide()
        self.sizes.hide()
        self.list.clicked.connect(self._open_row)
        self.list.activated.connect(self._open_row)
        self.builder.changed.connect(self._ask)
        vm.shelved.connect(self._show)
        vm.counted.connect(self._counted)
        vm.counted_one.connect(self._counted_one)
        vm.incomplete.connect(self._incomplete)
        vm.kept.connect(self._kept)
        vm.sized.connect(self._sized)
        vm.compared.connect(self._compared)

    def open(self) -> None:
        self._vm.shelf()

    def _size(self, view: SegmentView) -> str:
        known = self._shelf.sizes.get(view.code)
        return "…" if known is None else self._words.number(known)

    @Slot(object)
    def _counted_one(self, answer: tuple[str, int]) -> None:
        code, members = answer
        self._shelf.sizes[code] = members
        self.rows.touch(
            next((at for at, view in enumerate(self._shelf.views) if view.code == code), 0)
        )

    def _name(self, view: SegmentView) -> str:
        return insight.name_of(view.code, view.name, self._words)

    def _kind(self, view: SegmentView) -> str:
        w = self._words
        return w.t("built in") if view.built_in else w.t("list") if view.fixed else w.t("own")

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
        if self._chosen is None and shelf.views:
            self.list.selectRow(0)
            self._choose(shelf.views[0])
            return
        for at, view in enumerate(shelf.views):
            if self._chosen is not None and view.code == self._chosen.code:
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
        self.code.setText("" if view.built_in or view.fixed else view.code)
        self.name.setText("" if view.built_in or view.fixed else view.name)
        self.remove.setVisible(not view.built_in)
        self.builder.show_rule(view.rule)
        self._vm.sizes(view)

    def _new(self) -> None:
        self._chosen = None
        self.list.clearSelection()
        self.remove.hide()
        self.code.clear()
        self.name.clear()
        self.builder.show_rule({"all": [{"field": "visits", "op": ">=", "value": 1, "days": 90}]})
        self.sizes.hide()
        self.code.setFocus()

    @Slot()
    def _ask(self) -> None:
        self.count.setText("…")
        self._vm.ask(self.builder.rule())

    @Slot(object)
    def _counted(self, members: int) -> None:
        self.count.setText(self._words.number(members))
        self.sentence.setText(insight.rule(self.builder.rule(), self._words))

    @Slot(object)
    def _incomplete(self, error: StoreError) -> None:
        self.count.setText("—")
        said = self._words.t(
            "A condition is not complete yet: {value}",
            value=str(error.facts.get("value", "")) or "…",
        )
        self.sentence.setText(
            said if error.code.startswith("segment_") else sentence(error, self._words)
        )

    def _keep(self) -> None:
        self._vm.keep(self.code.text(), self.name.text(), self.builder.rule())

    def _keep_list(self) -> None:
        if self._chosen is not None:
            self._vm.keep_list(self._chosen)

    def _remove(self) -> None:
        if self._chosen is not None:
            chosen, self._chosen = self._chosen, None
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
        text = w.t(
            "only {first}: {a}; both: {b}; only {second}: {c}",
            first=self._name(self._chosen),
            second=self._name(self._against),
            a=w.number(found.only_first),
            b=w.number(found.both),
            c=w.number(found.only_second),
        )
        self.both.setText(text)

    @Slot(object)
    def _sized(self, sizes: object) -> None:
        assert isinstance(sizes, list)
        self.sizes.setVisible(len(sizes) > 1)
        self.sizes.show_points([(day, count, self._words.number(count)) for day, count in sizes])

    @Slot(object)
    def _ended(self, _: object) -> None:
        self.busy.hide()
        self.both.setText("")

    def _export(self) -> None:
        if self._chosen is None:
            return
        name = str(Path.home() / f"{self._name(self._chosen)}.xlsx")
        file, _ = QFileDialog.getSaveFileName(
            self, self._words.t("Export"), name, "Excel (*.xlsx);;CSV (*.csv)"
        )
        if file:
            self.both.setText(self._words.t("Exporting …"))
            self._vm.export(self._chosen, Path(file), recommended=self.likes.isChecked())
