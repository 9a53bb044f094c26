"""The audit trail: who did what, to whom, when and why, as the owner asks for it."""

from collections.abc import Iterator
from datetime import timedelta

from PySide6.QtCore import QModelIndex, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QComboBox, QFrame, QVBoxLayout, QWidget

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue
from storecrm.services.reports.audit_trail import NOBODY, Entry, Question
from storecrm.services.store import Topic
from storecrm.ui.kit.dates import date_box, day_in
from storecrm.ui.kit.empty_state import EmptyState
from storecrm.ui.kit.rows import Column, RowsModel, table
from storecrm.ui.kit.widgets import Banner, button, card, field, label, row
from storecrm.ui.pages.refusals import told
from storecrm.ui.viewmodels.trail import Stretch, TrailViewModel
from storecrm.wording import audit
from storecrm.wording import shop_rules as setting_words

DAYS = 30
"""How far back the page looks when it is opened."""
WIDE = 1000
"""From how many pixels on the details stand beside the list."""


class TrailPage(QWidget):
    """A row of filters, the entries, and all that is known of the chosen one."""

    def __init__(self, vm: TrailViewModel, words: Catalogue) -> None:
        super().__init__()
        self.setObjectName("page")
        self._vm = vm
        self._words = words
        self._beside = False
        self.banner = Banner()
        self._make_filters()
        columns = list(self._columns())
        self.rows: RowsModel[Entry] = RowsModel(columns)
        self.list = table(self.rows, columns, words.t("Audit trail"))
        self.list.setMinimumHeight(150)
        self.empty = EmptyState(self.list, "history")
        self.details = self._details()
        self._lay_out()
        self._join()

    def _make_filters(self) -> None:
        w = self._words
        today = self._vm.store.clock.date()
        self.first = date_box(today - timedelta(days=DAYS), w.t("From"))
        self.last = date_box(today, w.t("To"))
        self.who = QComboBox()
        self.what = QComboBox()
        self.who.setAccessibleName(w.t("Who"))
        self.what.setAccessibleName(w.t("What"))
        self.about = field(w.t("About"), w.t("member, receipt, coupon or offer"))
        self.look = button(w.t("Show"), self._ask, kind="primary", icon="search")
        self._show_people([])
        self.what.addItem(w.t("everything"), "")
        titles = {action: audit.title(action, w) for action in audit.ACTIONS}
        # in the order of the reader's language
        for title, action in sorted((title, action) for action, title in titles.items()):
            self.what.addItem(title, action)
        for box in (self.who, self.what):
            # long names do not push the row out of a small window
            fitting = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            box.setSizeAdjustPolicy(fitting)
            box.setMinimumContentsLength(9)
            box.setStyleSheet("min-height: 24px;")

    def _columns(self) -> Iterator[Column[Entry]]:
        w = self._words
        yield Column(w.t("Time"), lambda entry: w.stamp(entry.at), 140)
        yield Column(w.t("What"), lambda entry: audit.title(entry.action, w), 130)
        yield Column(w.t("Entry"), self._sentence, 200)

    def _details(self) -> QFrame:
        frame, inside = card()
        inside.setSpacing(4)
        self.title = label("", "h2", wrap=True)
        self.said = label("", wrap=True)
        self.facts = label("", "small", wrap=True)
        for text in (self.title, self.said, self.facts):
            # a number is copied from here into a search
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            inside.addWidget(text)
        inside.addStretch(1)
        return frame

    def _lay_out(self) -> None:
        title = label(self._words.t("Audit trail"), "h1")
        self._sides = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._sides.setSpacing(12)
        self._sides.addWidget(self.list, 3)
        self._sides.addWidget(self.details, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.addLayout(row(title, None, self.first, label("–"), self.last))
        column.addLayout(row(self.who, self.what, self.about, self.look))
        column.addWidget(self.banner)
        column.addLayout(self._sides, 1)

    def _join(self) -> None:
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
        at_top = self.list.verticalScrollBar().value() == 0
        if at_top and self.list.currentIndex().row() <= 0:
            self._ask()

    def _ask(self) -> None:
        self.banner.say("")
        staff = self.who.currentData()
        action = self.what.currentData()
        question = Question(
            first=day_in(self.first),
            last=day_in(self.last),
            staff=staff or "",
            action=action or "",
            about=self.about.text(),
        )
        self._vm.ask(question)

    def _sentence(self, entry: Entry) -> str:
        w = self._words
        titles = setting_words.TITLES
        return audit.sentence(entry.action, entry.facts, entry.who, w, titles)

    @Slot(object)
    def _show(self, stretch: Stretch) -> None:
        count = len(stretch.entries) + stretch.more
        if not stretch.first:
            self.rows.add(stretch.entries, self.rows.rowCount() + count)
            return
        self.rows.show(stretch.entries, count)
        self.list.scrollToTop()
        self.empty.say("" if stretch.entries else self._words.t("No entry fits."))
        self._describe(None)
        if stretch.entries:
            self.list.selectRow(0)

    @Slot(object)
    def _show_people(self, names: list[str]) -> None:
        """Who may have done something; whoever was chosen stays so."""
        chosen = self.who.currentData()
        self.who.clear()
        self.who.addItem(self._words.t("everybody"), "")
        for name in names:
            self.who.addItem(name, name)
        self.who.addItem(self._words.t("audit.nobody"), NOBODY)
        at = self.who.findData(chosen)
        self.who.setCurrentIndex(max(0, at))

    @Slot(QModelIndex, QModelIndex)
    def _choose(self, now: QModelIndex, _before: QModelIndex) -> None:
        entry = self.rows.record(now.row()) if now.isValid() else None
        self._describe(entry)

    def _describe(self, entry: Entry | None) -> None:
        self.details.setVisible(entry is not None)
        if entry is None:
            return
        self.title.setText(audit.title(entry.action, self._words))
        self.said.setText(self._sentence(entry))
        between = "\n" if self._beside else " · "
        self.facts.setText(between.join(self._facts(entry)))
        # below the list each line counts
        self.title.setVisible(self._beside)

    def _facts(self, entry: Entry) -> Iterator[str]:
        """When to the second, where, and the place in the chain that proves it."""
        w = self._words
        at = self._words.local(entry.at)
        yield f"{at:%Y-%m-%d %H:%M:%S} {at.tzinfo} ({at:%z})"
        yield w.t("Till: {till}", till=entry.till)
        yield w.t("No. {seq} in the chain of this till", seq=w.number(entry.seq))
        yield w.t("Mark of the chain: {mark}", mark=entry.mac[:16])
        yield from audit.proofs(entry.action, entry.facts, w)

    @Slot(object)
    def _refuse(self, error: StoreError) -> None:
        self.rows.show([])
        self._describe(None)
        self.empty.say("")
        self.banner.say(told(error, self._words), bad=True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self.width() >= WIDE
        if beside is self._beside:
            return
        self._beside = beside
        way = QBoxLayout.Direction
        self._sides.setDirection(way.LeftToRight if beside else way.TopToBottom)
        # the details read otherwise there
        chosen = self.list.currentIndex()
        self._choose(chosen, chosen)
