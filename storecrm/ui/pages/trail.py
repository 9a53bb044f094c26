"""The audit trail: who did what, to whom, when and why, as the owner asks for it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QComboBox, QFrame, QVBoxLayout, QWidget

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue
from storecrm.services.reports.audit_trail import NOBODY, Entry, Question
from storecrm.services.store import Topic
from storecrm.ui.kit.field_errors import FieldErrors
from storecrm.ui.kit.pickers.date_box import DateBox, back
from storecrm.ui.kit.tables import Column, Empty, Kind, Table
from storecrm.ui.kit.toast import say
from storecrm.ui.kit.widgets import button, card, field, label, row
from storecrm.ui.pages import refusals
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
        self.errors = FieldErrors(self)
        self._make_filters()
        self.list = self._table()
        self.list.setMinimumHeight(150)
        self.details = self._details()
        self._lay_out()
        self._join()

    def _make_filters(self) -> None:
        w = self._words
        today = self._vm.store.clock.date()
        usual = back(w, today)
        self.first = DateBox(w.t("From"), w, today - timedelta(days=DAYS), usual)
        self.last = DateBox(w.t("To"), w, today, usual)
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

    def _table(self) -> Table[Entry]:
        """Its filters stand above it: they find their way by an index, however long the trail."""
        w = self._words
        columns: list[Column[Entry]] = [
            Column(
                "at",
                w.t("Time"),
                lambda entry: w.stamp(entry.at),
                width=150,
                kind=Kind.MOMENT,
                value=self._at,
            ),
            Column("who", w.t("Who"), self._who, 90, shown=False, personal=True),
            Column("till", w.t("Till"), lambda entry: entry.till, 90, shown=False),
            Column("what", w.t("What"), lambda entry: audit.title(entry.action, w), 140),
            Column("entry", w.t("Entry"), self._sentence, 220, personal=True, stretch=True),
        ]
        return Table(
            [replace(column, sorts=False, filters=False) for column in columns],
            w.t("Audit trail"),
            kept_as="trail",
            empty=Empty("history", w.t("No entry fits.")),
            no_match=w.t("No entry fits."),
            words=w,
            by_store=True,
            open_end=True,
            every_row=lambda _query: self._vm.every_entry(),
            same=lambda entry: entry.id,
        )

    def _at(self, entry: Entry) -> datetime:
        return self._words.local(entry.at)

    def _who(self, entry: Entry) -> str:
        return entry.who or self._words.t("audit.nobody")

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
        column.addLayout(self._sides, 1)

    def _join(self) -> None:
        vm = self._vm
        for day in (self.first, self.last):
            day.changed.connect(self._ask)
        for box in (self.who, self.what):
            box.activated.connect(self._ask)
        self.about.returnPressed.connect(self._ask)
        self.list.wanted.connect(vm.more)
        self.list.chosen.connect(self._describe)
        vm.found.connect(self._show)
        vm.people.connect(self._show_people)
        vm.refused.connect(self._refuse)

    def open(self) -> None:
        self._vm.load_people()
        self._ask()

    topics = frozenset(Topic)

    def look_again(self, _changed: frozenset[Topic]) -> None:
        """The newest entries, unless somebody reads further down."""
        newest = self.list.records[:1]
        if self.list.at_top and self.list.current() in (None, *newest):
            self._ask()

    @Slot()
    def _ask(self) -> None:
        say(self, "")
        staff = self.who.currentData()
        action = self.what.currentData()
        question = Question(
            first=self.first.day(),
            last=self.last.day(),
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
        if not stretch.first:
            known = len(self.list.records)
            self.list.add(stretch.entries, known + len(stretch.entries) + stretch.more)
            return
        self.list.view.scrollToTop()
        self.list.show(stretch.entries, len(stretch.entries) + stretch.more)
        newest = self.list.records[:1]
        if newest:
            self.list.select(lambda entry: entry.id == newest[0].id)
        self._describe(self.list.current())

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

    @Slot(object)
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
        self.list.show([])
        self._describe(None)
        # what cannot be found is said where it was typed
        if error.code == "about":
            self.errors.show(self.about, refusals.told(error, self._words))
        else:
            refusals.show(self, error, self._words)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self.width() >= WIDE
        if beside is self._beside:
            return
        self._beside = beside
        way = QBoxLayout.Direction
        self._sides.setDirection(way.LeftToRight if beside else way.TopToBottom)
        # the details read otherwise there
        self._describe(self.list.current())
