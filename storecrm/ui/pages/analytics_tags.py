"""The shop's words for its members: what each means, and who puts it on."""

from collections.abc import Iterator

from PySide6.QtCore import QModelIndex, Slot
from PySide6.QtWidgets import QComboBox, QFormLayout, QVBoxLayout, QWidget

from storecrm.i18n import Catalogue, m
from storecrm.services.analytics.segments import SegmentView
from storecrm.services.members.tags import COLOURS, TagView
from storecrm.ui.kit.rows import Column, RowsModel, table
from storecrm.ui.kit.widgets import button, field, label, row
from storecrm.ui.viewmodels.analytics import KnownViewModel, SegmentList
from storecrm.wording import insight

AS_IT_IS = "="
"""The rule that the tag has already, where no segment has it."""
NAMES = {
    "grey": m("grey"),
    "blue": m("blue"),
    "green": m("green"),
    "amber": m("amber"),
    "red": m("red"),
}


class TagsTab(QWidget):
    """Every tag with its group, colour, days and rule; one is defined or changed on the right."""

    def __init__(self, vm: KnownViewModel, words: Catalogue) -> None:
        super().__init__()
        self._vm = vm
        self._words = words
        self._shelf = SegmentList([], {})
        columns = list(self._columns())
        self.rows: RowsModel[TagView] = RowsModel(columns)
        self.list = table(self.rows, columns, words.t("Tags"))
        self.name = field(words.t("Tag"))
        self.group = field(words.t("Group"))
        self.days = field(words.t("Stays for days"), words.t("empty: for ever"))
        self.colour = QComboBox()
        self.colour.setAccessibleName(words.t("Colour"))
        for colour in COLOURS:
            self.colour.addItem(words.t(NAMES[colour]), colour)
        self.of = QComboBox()
        self.of.setAccessibleName(words.t("Put on by the rule of"))
        whole = row(spacing=16)
        whole.setContentsMargins(0, 8, 0, 0)
        whole.addWidget(self.list, 3)
        whole.addLayout(self._tag_side(), 2)
        self.setLayout(whole)
        self.list.clicked.connect(self._open_row)
        vm.tagged.connect(self.rows.show)
        vm.shelved.connect(self._segments)

    def _columns(self) -> Iterator[Column[TagView]]:
        w = self._words
        tint = _ink
        yield Column(w.t("Tag"), lambda tag: tag.name, 120, tint=tint)
        yield Column(w.t("Group"), lambda tag: tag.group or "—", 100)
        yield Column(w.t("Members"), lambda tag: w.number(tag.members), 80, True)
        yield Column(w.t("Stays"), self._stays, 90)
        yield Column(w.t("Put on by"), self._put_on_by, 220)

    def _stays(self, tag: TagView) -> str:
        w = self._words
        return w.n("1 day", "{count} days", tag.days) if tag.days else w.t("for ever")

    def _put_on_by(self, tag: TagView) -> str:
        w = self._words
        return insight.rule(tag.rule, w) if tag.rule else w.t("a person")

    def _tag_side(self) -> QVBoxLayout:
        """The fields of one tag."""
        w = self._words
        form = QFormLayout()
        form.addRow(label(w.t("Tag")), self.name)
        form.addRow(label(w.t("Group")), self.group)
        form.addRow(label(w.t("Colour")), self.colour)
        form.addRow(label(w.t("Stays for days")), self.days)
        form.addRow(label(w.t("Put on by the rule of")), self.of)
        save = button(w.t("Save the tag"), self._save, kind="primary")
        remove = button(w.t("Remove"), self._remove)
        told = w.t(
            "A tag with a rule is put on and taken off once a day; what a person put on stays."
        )
        side = QVBoxLayout()
        side.addLayout(form)
        side.addLayout(row(save, remove, None))
        side.addWidget(label(told, "small", wrap=True))
        side.addStretch(1)
        return side

    def open(self) -> None:
        self._vm.tags()
        self._vm.shelf()

    @Slot(object)
    def _segments(self, shelf: SegmentList) -> None:
        """The segments by whose rule a tag can be put on; the chosen one stays chosen."""
        self._shelf = shelf
        chosen = self.of.currentData()
        self.of.clear()
        self.of.addItem(self._words.t("nothing: by hand"), "")
        for view in shelf.views:
            # a fixed list has no rule
            if not view.fixed:
                name = insight.name_of(view.code, view.name, self._words)
                self.of.addItem(name, view.code)
        self._choose_rule(chosen)

    def _choose_rule(self, code: str) -> None:
        at = self.of.findData(code)
        self.of.setCurrentIndex(max(0, at))

    @Slot(QModelIndex)
    def _open_row(self, index: QModelIndex) -> None:
        tag = self.rows.record(index.row())
        self.name.setText(tag.name)
        self.group.setText(tag.group)
        self.days.setText(str(tag.days or ""))
        self.colour.setCurrentIndex(self.colour.findData(tag.colour))
        # what was said of another tag is not meant for this one
        last = self.of.count() - 1
        if self.of.itemData(last) == AS_IT_IS:
            self.of.removeItem(last)
        same = self._segment_with(tag)
        if tag.rule and not same:
            # a rule that no segment has: saving the colour must not lose it
            self.of.addItem(self._words.t("the rule it has"), AS_IT_IS)
            same = AS_IT_IS
        self._choose_rule(same)

    def _segment_with(self, tag: TagView) -> str:
        """The segment that has the same rule."""
        # several segments may say the same; the first stands for them
        for view in self._shelf.views:
            if tag.rule and view.rule == tag.rule:
                return view.code
        return ""

    def _chosen_segment(self) -> SegmentView | None:
        code = self.of.currentData()
        for view in self._shelf.views:
            if view.code == code:
                return view
        return None

    def _save(self) -> None:
        name = self.name.text()
        group = self.group.text()
        colour = str(self.colour.currentData())
        days = self.days.text()
        segment = self._chosen_segment()
        as_it_is = self.of.currentData() == AS_IT_IS
        self._vm.keep_tag(name, group, colour, days, segment, keep_rule=as_it_is)

    def _remove(self) -> None:
        self._vm.remove_tag(self.name.text().strip())


def _ink(tag: TagView) -> str:
    """The role of the colour in which a tag is written."""
    return f"tag_{tag.colour}"
