"""Segments: the list with sizes, the rule made by choosing with its members counted while it
changes, two compared, sizes over time."""

from collections.abc import Iterator
from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox, QMenu, QVBoxLayout, QWidget

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue, m
from storecrm.services.analytics.segments import Compared, SegmentView
from storecrm.ui.kit import file_dialogs
from storecrm.ui.kit.actions import Action, act, button_of, refresh
from storecrm.ui.kit.charts.line_chart import DayValue, LineChart
from storecrm.ui.kit.charts.points import Title
from storecrm.ui.kit.pickers.flow_layout import FlowLayout
from storecrm.ui.kit.progress import Progress
from storecrm.ui.kit.tables import Column, Empty, Kind, Table
from storecrm.ui.kit.toast import say
from storecrm.ui.kit.two_sides import Side, TwoSides
from storecrm.ui.kit.widgets import button, field, label, row, scrolling
from storecrm.ui.pages.segment_builder import SegmentBuilder
from storecrm.ui.viewmodels.analytics import KnownViewModel, SegmentList
from storecrm.wording import insight
from storecrm.wording.errors import sentence

_NEW_RULE = {"all": [{"field": "visits", "op": ">=", "value": 1, "days": 90}]}
"""A new rule starts with those who came lately."""
_NEW = Action("segments.new", m("New rule"), "plus", "Ctrl+N")
_KEEP = Action("segments.keep", m("Save the rule"), "check", "Ctrl+S")
_KEEP_LIST = Action("segments.keep_list", m("Keep today's list"), "list-details")
_EXPORT = Action("segments.export", m("Export the members"), "download", "Ctrl+Shift+E")
_REMOVE = Action("segments.remove", m("Remove"), "x")


class SegmentsTab(QWidget):
    """List left; the rule, its members, its past right."""

    def __init__(self, vm: KnownViewModel, words: Catalogue) -> None:
        super().__init__()
        self._vm = vm
        self._words = words
        self._shelf = SegmentList([], {})
        self._chosen: SegmentView | None = None
        self._make_acts()
        self._make_list()
        self._make_rule()
        left = Side(words.t("Segments"), self._left_side())
        right = Side(words.t("Rule"), self._right_side())
        self.sides = TwoSides(left, right, (2, 3))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 8, 0, 0)
        whole.addWidget(self.sides)
        self.likes.setVisible(vm.may_export)
        self.sizes.hide()
        self._join()

    def _make_acts(self) -> None:
        w = self._words
        self.making = act(self, _NEW, self._new, words=w)
        self.keeping = act(self, _KEEP, self._keep, words=w)
        self.listing = act(self, _KEEP_LIST, self._keep_list, words=w, enabled=self._has_chosen)
        self.exporting = act(
            self,
            _EXPORT,
            self._export,
            words=w,
            enabled=self._has_chosen,
            allowed=self._vm.may_export,
        )
        self.removing = act(self, _REMOVE, self._remove, words=w, enabled=self._may_remove)

    def _has_chosen(self) -> bool:
        return self._chosen is not None

    def _may_remove(self) -> bool:
        """What the program brings stays."""
        return self._chosen is not None and not self._chosen.built_in

    def _make_list(self) -> None:
        w = self._words
        self.list: Table[SegmentView] = Table(
            list(self._columns()),
            w.t("Segments"),
            kept_as="known.segments",
            empty=Empty("users", w.t("There is no segment.")),
            no_match=w.t("No segment fits."),
            words=w,
            actions=(self.making, self.listing, self.exporting, self.removing),
            same=lambda view: view.code,
        )
        titles = (Title(w.t("Day"), Kind.DAY), Title(w.t("Members"), Kind.NUMBER))
        self.sizes = LineChart(w.t("Members over time"), w, titles)
        self._others = QMenu(self)
        self.compare = button(w.t("Compare with"), self._others)
        self.both = label("", "small", wrap=True)
        self.progress = Progress(self)

    def _columns(self) -> Iterator[Column[SegmentView]]:
        w = self._words
        yield Column("name", w.t("Segment"), self._name, 150)
        yield Column(
            key="members",
            title=w.t("Members"),
            text=self._size,
            width=90,
            kind=Kind.NUMBER,
            value=lambda view: self._shelf.sizes.get(view.code),
        )
        yield Column("kind", w.t("Kind"), self._kind, 90)

    def _make_rule(self) -> None:
        w = self._words
        self.count = label("—", "kpi")
        self.sentence = label("", "small", wrap=True)
        self.builder = SegmentBuilder(w, self._vm.lookups)
        self.code = field(w.t("Code"), w.t("code, like BIG"))
        # a code is short, the name needs the room
        self.code.setMaximumWidth(140)
        self.name = field(w.t("Name"), w.t("name of the segment"))
        self.likes = QCheckBox(w.t("with what to offer next"))
        # as high as the buttons beside it
        self.likes.setMinimumHeight(36)
        for box in (self.code, self.name):
            box.returnPressed.connect(self.keeping.trigger)

    def _left_side(self) -> QWidget:
        part = QWidget()
        side = QVBoxLayout(part)
        side.setContentsMargins(0, 0, 0, 0)
        side.addWidget(self.list, 1)
        side.addWidget(self.sizes)
        side.addLayout(row(button_of(self.making), self.compare, None))
        side.addWidget(self.both)
        return part

    def _right_side(self) -> QWidget:
        fitting = label(self._words.t("members fit now"), "small")
        acts = QWidget()
        flow = FlowLayout(acts, 8)
        for widget in (button_of(self.listing), button_of(self.exporting), self.likes):
            flow.addWidget(widget)
        flow.addWidget(button_of(self.removing))
        part = QWidget()
        side = QVBoxLayout(part)
        side.setContentsMargins(0, 0, 0, 0)
        side.addLayout(row(self.count, fitting, None))
        side.addWidget(self.sentence)
        rule = scrolling(self.builder)
        # a condition and a half: less could not be read
        rule.setMinimumHeight(150)
        side.addWidget(rule, 1)
        side.addLayout(row(self.code, self.name, button_of(self.keeping, "primary")))
        side.addWidget(acts)
        return part

    def _join(self) -> None:
        vm = self._vm
        self.list.chosen.connect(self._open_row)
        self.list.opened.connect(self._show_rule)
        self.builder.changed.connect(self._ask)
        vm.exported.connect(self._ended)
        vm.refused.connect(self._ended)
        vm.progressed.connect(self._progressed)
        vm.shelved.connect(self._show)
        vm.counted.connect(self._counted)
        vm.counted_one.connect(self._counted_one)
        vm.incomplete.connect(self._incomplete)
        vm.kept.connect(self._kept)
        vm.sized.connect(self._sized)
        vm.compared.connect(self._compared)

    def open(self) -> None:
        self._vm.shelf()

    def field_of(self, error: StoreError) -> QWidget | None:
        """The code that is refused."""
        return self.code if error.code == "segment_code" else None

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
        # the order stays until somebody asks for it again: rows that jump cannot be clicked
        self.list.model.touch()

    @Slot(object)
    def _show(self, shelf: SegmentList) -> None:
        # what was counted before stays until it is counted anew
        self._shelf = SegmentList(shelf.views, dict(self._shelf.sizes))
        self.list.show(shelf.views)
        if self.isVisible():
            self._vm.count_each(shelf.views)
        self._others.clear()
        for view in shelf.views:
            self._others.addAction(self._name(view), partial(self._compare, view))
        if self._chosen is not None:
            self._show_chosen(self._chosen.code)
        elif shelf.views:
            self._choose(shelf.views[0])
            self._show_chosen(shelf.views[0].code)

    def _show_chosen(self, code: str) -> None:
        """The row of the chosen segment, wherever it stands now."""
        self.list.select(lambda view: view.code == code)

    @Slot(object)
    def _kept(self, view: SegmentView | None) -> None:
        """What was kept stays chosen; after a removal the first is."""
        if view is not None:
            self._choose(view)
            say(self, self._words.t("Kept: {name}", name=self._name(view)))
        self._vm.shelf()

    @Slot(object)
    def _open_row(self, view: SegmentView | None) -> None:
        # what is shown already is not shown anew: somebody may be changing it
        if view is not None and view != self._chosen:
            self._choose(view)

    @Slot(object)
    def _show_rule(self, view: SegmentView) -> None:
        """Enter or a double click: to the rule."""
        self._open_row(view)
        self.sides.bring(1)
        self.builder.top.kind.setFocus()

    def _choose(self, view: SegmentView) -> None:
        self._chosen = view
        self.both.setText("")
        # built-in ones are a start for an own one, under another code
        own = not view.built_in and not view.fixed
        self.code.setText(view.code if own else "")
        self.name.setText(view.name if own else "")
        refresh(self)
        self.builder.show_rule(view.rule)
        self._vm.sizes(view)

    def _new(self) -> None:
        self._chosen = None
        self.list.clear_choice()
        refresh(self)
        self.sides.bring(1)
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
        gone = self._chosen
        if gone is None:
            return
        self._chosen = None
        self._vm.remove(gone)
        said = self._words.t("Removed: {name}", name=self._name(gone))
        # the members of a list are written down nowhere else
        undo = None if gone.fixed else partial(self._vm.keep, gone.code, gone.name, gone.rule)
        say(self, said, undo=undo)

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
    def _progressed(self, far: tuple[int, int]) -> None:
        self.progress.step(*far)

    @Slot(object)
    def _ended(self, _: object) -> None:
        self.progress.end()

    def _export(self) -> None:
        chosen = self._chosen
        w = self._words
        if chosen is None:
            return
        name = f"{self._name(chosen)}.xlsx"
        file = file_dialogs.save_as(self, w.t("Export the members"), name, file_dialogs.LIST)
        if file is not None:
            self._vm.export(chosen, file, recommended=self.likes.isChecked())
            self.progress.begin(w.t("Exporting…"), self._vm.task)
