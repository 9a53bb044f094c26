"""The audit trail: who did what, to whom, when and why, as the owner asks for it."""

from datetime import timedelta

from PySide6.QtCore import QModelIndex, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QComboBox, QVBoxLayout, QWidget

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue
from storecrm.services.reports.audit_trail import NOBODY, Entry, Question
from storecrm.services.store import Topic
from storecrm.ui.kit.dates import date_box, day_in
from storecrm.ui.kit.empty_state import EmptyState
from storecrm.ui.kit.rows import Column, RowsModel, table
from storecrm.ui.kit.widgets import Banner, button, card, field, label, row
from storecrm.ui.viewmodels.trail import Stretch, TrailViewModel
from storecrm.wording import audit
from storecrm.wording import shop_rules as setting_words
from storecrm.wording.errors import cure, sentence

DAYS = 30
"""How far back the page looks when it is opened."""
WIDE = 1000
"""From how many pixels on the details stand beside the list."""


class TrailPage(QWidget):
    """A row of filters, the entries, and all that is known of the chosen one."""

    def __init__(self, vm: TrailViewModel, words: Catalogue) -> None:
        super().__init__()
        self.setObjectName("page")
        self._vm, self._words = vm, words
        w = words
        self.banner = Banner()
        today = vm.store.clock.date()
        self.first, self.last = (
            date_box(today - timedelta(days=DAYS), w.t("From")),
            date_box(today, w.t("To")),
        )
        self.who, self.what = QComboBox(), QComboBox()
        self.about = field(w.t("About"), w.t("member, receipt, coupon or offer"))
        self.look = button(w.t("Show"), self._ask, kind="primary", icon="search")
        self._fill_filters()
        columns: list[Column[Entry]] = [
            Column(w.t("Time"), lambda e: w.stamp(e.at), 140),
            Column(w.t("What"), lambda e: audit.title(e.action, w), 130),
            Column(w.t("Entry"), self._sentence, 200),
        ]
        self.rows: RowsModel[Entry] = RowsModel(columns)
        self.list = table(self.rows, columns, w.t("Audit trail"))
        self.empty = EmptyState(self.list, "history")
        frame, inside = card()
        inside.setSpacing(4)
        self.title, self.said, self.facts = (
            label("", "h2", wrap=True),
            label("", wrap=True),
            label("", "small", wrap=True),
        )
        for text in (self.title, self.said, self.facts):
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            inside.addWidget(text)
        inside.addStretch(1)
        self.details = frame
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.addLayout(
            row(label(w.t("Audit trail"), "h1"), None, self.first, label("–"), self.last)
        )
        column.addLayout(row(self.who, self.what, self.about, self.look))
        column.addWidget(self.banner)
        self._sides = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._sides.setSpacing(12)
        self._sides.addWidget(self.list, 3)
        self._sides.addWidget(frame, 1)
        self._beside = False
        self.list.setMinimumHeight(150)
        column.addLayout(self._sides, 1)
        self._wire()

    def _fill_filters(self) -> None:
        w = self._words
        self.who.setAccessibleName(w.t("Who"))
        self.what.setAccessibleName(w.t("What"))
        self._show_people([])
        self.what.addItem(w.t("everything"), "")
        for title, action in sorted((audit.title(action, w), action) for action in audit.ACTIONS):
            self.what.addItem(title, action)
        for box in (self.who, self.what):
            # long names do not push the row out of a small window
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.setMinimumContentsLength(9)
            box.setStyleSheet("min-height: 24px;")

    def _wire(self) -> None:
        vm = self._vm
        for day in (self.first, self.last):
            day.dateChanged.connect(lambda _: self._ask())
        for box in (self.who, self.what):
            box.activated.connect(lambda _: self._ask())
        self.about.returnPressed.connect(self._ask)
        self.rows.wanted.connect(lambda _: vm.more())
        self.list.selectionModel().currentRowChanged.connect(self._choose)
        vm.found.connect(self._show)
        vm.people.connect(self._show_people)
        vm.refused.connect(self._refuse)

    def open(self) -> None:
        self._vm.load_people()
        self._ask()

    topics = frozenset(Topic)

    def look_again(self, _changed: frozenset[Topic]) -> None:
        """The newest entries, unless somebody reads further down."""
        if self.list.verticalScrollBar().value() == 0 and self.list.currentIndex().row() <= 0:
            self._ask()

    def _ask(self) -> None:
        self.banner.say("")
        self._vm.ask(
            Question(
                first=day_in(self.first),
                last=day_in(self.last),
                staff=self.who.currentData() or "",
                action=self.what.currentData() or "",
                about=self.about.text(),
            )
        )

    def _sentence(self, entry: Entry) -> str:
        return audit.sentence(
            entry.action, entry.facts, entry.who, self._words, setting_words.TITLES
        )

    @Slot(object)
    def _show(self, stretch: Stretch) -> None:
        if stretch.first:
            self.rows.show(stretch.entries, len(stretch.entries) + stretch.more)
            self.list.scrollToTop()
            self.empty.say("" if stretch.entries else self._words.t("No entry fits."))
            self._describe(None)
            if stretch.entries:
                self.list.selectRow(0)
        else:
            self.rows.add(
                stretch.entries, self.rows.rowCount() + len(stretch.entries) + stretch.more
            )

    @Slot(object)
    def _show_people(self, names: list[str]) -> None:
        chosen = self.who.currentData()
        self.who.clear()
        self.who.addItem(self._words.t("everybody"), "")
        for name in names:
            self.who.addItem(name, name)
        self.who.addItem(self._words.t("audit.nobody"), NOBODY)
        self.who.setCurrentIndex(max(0, self.who.findData(chosen)))

    @Slot(QModelIndex, QModelIndex)
    def _choose(self, now: QModelIndex, _before: QModelIndex) -> None:
        self._describe(self.rows.record(now.row()) if now.isValid() else None)

    def _describe(self, entry: Entry | None) -> None:
        self.details.setVisible(entry is not None)
        if entry is None:
            return
        w = self._words
        self.title.setText(audit.title(entry.action, w))
        self.said.setText(self._sentence(entry))
        at = w.local(entry.at)
        lines = [
            f"{at:%Y-%m-%d %H:%M:%S} {at.tzinfo} ({at:%z})",
            w.t("Till: {till}", till=entry.till),
            w.t("No. {seq} in the chain of this till", seq=w.number(entry.seq)),
            w.t("Mark of the chain: {mark}", mark=entry.mac[:16]),
            *audit.proofs(entry.action, entry.facts, w),
        ]
        self.facts.setText(("\n" if self._beside else " · ").join(lines))
        # below the list each line counts
        self.title.setVisible(self._beside)

    @Slot(object)
    def _refuse(self, error: StoreError) -> None:
        self.rows.show([])
        self._describe(None)
        self.empty.say("")
        self.banner.say(
            f"{sentence(error, self._words)} {cure(error, self._words)}".strip(), bad=True
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self.width() >= WIDE
        if beside is self._beside:
            return
        self._beside = beside
        self._sides.setDirection(
            QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        )
        chosen = self.list.currentIndex()
        self._choose(chosen, chosen)
