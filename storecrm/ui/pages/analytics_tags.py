"""The shop's words for its members, and who brings members."""

from datetime import timedelta

from PySide6.QtCore import QModelIndex, Slot
from PySide6.QtWidgets import QComboBox, QFormLayout, QVBoxLayout, QWidget

from storecrm.i18n import Catalogue, m
from storecrm.services.members.tags import COLOURS, TagView
from storecrm.services.reports.enrolment import Recruiter
from storecrm.ui.kit.dates import date_box, day_in
from storecrm.ui.kit.rows import Column, RowsModel, table
from storecrm.ui.kit.widgets import button, field, label, row
from storecrm.ui.viewmodels.analytics import KnownViewModel, SegmentList
from storecrm.wording import insight

AS_IT_IS = "="
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
        self._vm, self._words = vm, words
        w = words
        self._shelf = SegmentList([], {})
        columns: list[Column[TagView]] = [
            Column(w.t("Tag"), lambda t: t.name, 120, tint=lambda t: f"tag_{t.colour}"),
            Column(w.t("Group"), lambda t: t.group or "—", 100),
            Column(w.t("Members"), lambda t: w.number(t.members), 80, True),
            Column(
                w.t("Stays"),
                lambda t: w.n("1 day", "{count} days", t.days) if t.days else w.t("for ever"),
                90,
            ),
            Column(
                w.t("Put on by"),
                lambda t: insight.rule(t.rule, w) if t.rule else w.t("a person"),
                220,
            ),
        ]
        self.rows: RowsModel[TagView] = RowsModel(columns)
        self.list = table(self.rows, columns, w.t("Tags"))
        self.name, self.group, self.days = (
            field(w.t("Tag")),
            field(w.t("Group")),
            field(w.t("Stays for days"), w.t("empty: for ever")),
        )
        self.colour, self.of = QComboBox(), QComboBox()
        self.colour.setAccessibleName(w.t("Colour"))
        for colour in COLOURS:
            self.colour.addItem(w.t(NAMES[colour]), colour)
        self.of.setAccessibleName(w.t("Put on by the rule of"))
        form = QFormLayout()
        for title, box in (
            (w.t("Tag"), self.name),
            (w.t("Group"), self.group),
            (w.t("Colour"), self.colour),
            (w.t("Stays for days"), self.days),
            (w.t("Put on by the rule of"), self.of),
        ):
            form.addRow(label(title), box)
        right = QVBoxLayout()
        right.addLayout(form)
        right.addLayout(
            row(
                button(w.t("Save the tag"), self._save, kind="primary"),
                button(w.t("Remove"), self._remove),
                None,
            )
        )
        right.addWidget(
            label(
                w.t(
                    "A tag with a rule is put on and taken off once a day; what a person put on stays."
                ),
                "small",
                wrap=True,
            )
        )
        right.addStretch(1)
        whole = row(spacing=16)
        whole.addWidget(self.list, 3)
        whole.addLayout(right, 2)
        whole.setContentsMargins(0, 8, 0, 0)
        self.setLayout(whole)
        self.list.clicked.connect(self._open_row)
        vm.tagged.connect(self.rows.show)
        vm.shelved.connect(self._segments)

    def open(self) -> None:
        self._vm.tags()
        self._vm.shelf()

    @Slot(object)
    def _segments(self, shelf: SegmentList) -> None:
        self._shelf = shelf
        chosen = self.of.currentData()
        self.of.clear()
        self.of.addItem(self._words.t("nothing: by hand"), "")
        for view in shelf.views:
            if not view.fixed:
                self.of.addItem(insight.name_of(view.code, view.name, self._words), view.code)
        self.of.setCurrentIndex(max(0, self.of.findData(chosen)))

    @Slot(QModelIndex)
    def _open_row(self, index: QModelIndex) -> None:
        tag = self.rows.record(index.row())
        self.name.setText(tag.name)
        self.group.setText(tag.group)
        self.days.setText(str(tag.days or ""))
        self.colour.setCurrentIndex(self.colour.findData(tag.colour))
        same = (
            next((view.code for view in self._shelf.views if view.rule == tag.rule), "")
            if tag.rule
            else ""
        )
        if self.of.itemData(self.of.count() - 1) == AS_IT_IS:
            self.of.removeItem(self.of.count() - 1)
        if tag.rule and not same:
            # a rule that no segment has: saving the colour must not lose it
            self.of.addItem(self._words.t("the rule it has"), AS_IT_IS)
            same = AS_IT_IS
        self.of.setCurrentIndex(max(0, self.of.findData(same)))

    def _save(self) -> None:
        of = next((view for view in self._shelf.views if view.code == self.of.currentData()), None)
        as_it_is = self.of.currentData() == AS_IT_IS
        colour = str(self.colour.currentData())
        self._vm.keep_tag(
            self.name.text(), self.group.text(), colour, self.days.text(), of, keep_rule=as_it_is
        )

    def _remove(self) -> None:
        self._vm.remove_tag(self.name.text().strip())


class RecruitingTab(QWidget):
    """New members and used coupons by the people who brought and handed them out."""

    def __init__(self, vm: KnownViewModel, words: Catalogue) -> None:
        super().__init__()
        self._vm = vm
        w = words
        first = vm.today.replace(day=1)
        self.first, self.last = (
            date_box((first - timedelta(days=1)).replace(day=1), w.t("From")),
            date_box(vm.today, w.t("To")),
        )
        columns: list[Column[Recruiter]] = [
            Column(w.t("Person"), lambda r: r.name, 140),
            Column(w.t("New members"), lambda r: w.number(r.registered), 110, True),
            Column(w.t("of them bought"), lambda r: w.number(r.effective), 110, True),
            Column(w.t("Bonus"), lambda r: w.money(r.bonus), 100, True),
            Column(w.t("Coupons handed out"), lambda r: w.number(r.handed_out), 140, True),
            Column(w.t("of them used"), lambda r: w.number(r.used), 110, True),
        ]
        self.rows: RowsModel[Recruiter] = RowsModel(columns)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.addLayout(row(label(w.t("From")), self.first, label(w.t("To")), self.last, None))
        column.addWidget(table(self.rows, columns, w.t("Who brings members")), 1)
        column.addWidget(
            label(
                w.t(
                    "Effective: bought soon enough after registering. How soon, and the bonus, are rules of the shop."
                ),
                "small",
                wrap=True,
            )
        )
        for box in (self.first, self.last):
            box.dateChanged.connect(lambda _: self.open())
        vm.recruited.connect(self.rows.show)

    def open(self) -> None:
        self._vm.recruiters(day_in(self.first), day_in(self.last))
