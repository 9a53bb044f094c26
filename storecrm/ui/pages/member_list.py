"""The list of members with its search, the lists that are kept, and what is done with a whole
list."""

from collections.abc import Iterator
from functools import partial

from PySide6.QtCore import QModelIndex, QTimer, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QMenu, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from storecrm.domain.offers.reading import OfferView
from storecrm.i18n import Catalogue
from storecrm.services.analytics.segments import SegmentView
from storecrm.services.members.views import MemberView
from storecrm.ui.kit import file_dialogs
from storecrm.ui.kit.empty_state import EmptyState
from storecrm.ui.kit.rows import Column, RowsModel, table
from storecrm.ui.kit.widgets import button, field, label, row
from storecrm.ui.viewmodels.members import FIRST, Lists, MemberPage, MembersViewModel
from storecrm.wording import insight

_REST_MS = 200
"""Who types has stopped for so long before it is searched."""


class MemberList(QWidget):
    """Search above, chips of the first lists, the members below."""

    new_wanted = Signal()
    place_wanted = Signal(str)

    def __init__(self, vm: MembersViewModel, words: Catalogue) -> None:
        super().__init__()
        self._vm = vm
        self._words = words
        columns = list(self._columns())
        self.rows: RowsModel[MemberView] = RowsModel(columns)
        hint = words.t("Phone tail, name, initials, card")
        self.search = field(words.t("Search members"), hint)
        self.list = table(self.rows, columns, words.t("Members"))
        self.empty = EmptyState(self.list, "users")
        self.count = label("", "small")
        self.rule = label("", "small", wrap=True)
        self._make_acts()
        self._shown: SegmentView | None = None
        self._to_issue: tuple[SegmentView, OfferView] | None = None
        self._lists: list[SegmentView] = []
        self._sizes: dict[str, int] = {}
        self._first_wanted = False
        self._wanted_no = ""
        self._total = 0
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_REST_MS)
        self._lay_out()
        self._join()

    def _columns(self) -> Iterator[Column[MemberView]]:
        w = self._words
        yield Column(w.t("Full name"), lambda member: member.name or "—", 90)
        yield Column(w.t("Phone"), lambda member: member.phone, 140)
        yield Column(w.t("Registered"), lambda member: w.day(member.registered_on), 100)

    def _make_acts(self) -> None:
        w = self._words
        self.chips: list[QPushButton] = []
        for at in range(FIRST):
            chip = button("", partial(self.choose, at), kind="chip")
            self.chips.append(chip)
        self._rest = QMenu(self)
        self._offers = QMenu(self)
        self.more = button(w.t("More"), self._rest, kind="chip")
        self.export = button(w.t("Export"), self._export, icon="download")
        self.give = button(w.t("Issue coupons"), self._offers, icon="ticket")
        # says how many coupons it will issue
        self.go = button("", self._issue, kind="primary")

    def _lay_out(self) -> None:
        w = self._words
        new = button(w.t("New"), self.new_wanted.emit, kind="primary", icon="plus")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        # as far apart as list and member are
        column.setSpacing(16)
        column.addWidget(label(w.t("Members"), "h1"))
        column.addLayout(row(self.search, new))
        column.addWidget(self._chip_grid())
        column.addWidget(self.rule)
        column.addWidget(self.list, 1)
        column.addLayout(row(self.count, None, self.give, self.export))
        column.addWidget(self.go)
        # only while a list is chosen
        for part in (self.rule, self.export, self.give, self.go):
            part.hide()

    def _chip_grid(self) -> QWidget:
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(6)
        for at, chip in enumerate((*self.chips, self.more)):
            chip.setCheckable(chip is not self.more)
            chip.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            grid.addWidget(chip, at // 3, at % 3)
        if not self._vm.may_list:
            holder.hide()
        return holder

    def _join(self) -> None:
        vm = self._vm
        self.search.textEdited.connect(lambda _: self._typing.start())
        self._typing.timeout.connect(self._search)
        self.search.returnPressed.connect(self._open_first)
        self.list.clicked.connect(self._open_row)
        self.list.activated.connect(self._open_row)
        self.rows.wanted.connect(vm.fetch)
        vm.listed.connect(self.show_list)
        vm.lists.connect(self._show_lists)
        vm.counted.connect(self._counted)

    def open(self) -> None:
        self._search()
        self._vm.count_lists()
        self.search.setFocus()

    def look_again(self) -> None:
        """The sizes of the lists; the members too while nobody is at work among them."""
        self._vm.count_first(self._lists)
        at_top = self.list.verticalScrollBar().value() == 0
        chosen = self.list.currentIndex().isValid()
        # who is about to issue coupons reads a number that stays
        if at_top and not chosen and self.go.isHidden():
            self._vm.fetch(0, again=True)

    @Slot()
    def _search(self) -> None:
        self._vm.search(self.search.text())

    @Slot(QModelIndex)
    def _open_row(self, index: QModelIndex) -> None:
        member = self.rows.record(index.row())
        self._vm.open(member.member_no)

    def _open_first(self) -> None:
        """The first of the answer, not of what stands here still."""
        self._typing.stop()
        self._first_wanted = True
        self._search()

    @Slot(object)
    def show_list(self, stretch: MemberPage) -> None:
        """Show what was found, or the next stretch of it."""
        if stretch.offset:
            self.rows.add(stretch.rows)
        else:
            self.rows.show(stretch.rows, stretch.total)
        if self._first_wanted and not stretch.offset:
            self._first_wanted = False
            self._choose_first(stretch)
        self._choose_wanted()
        self._total = stretch.total
        self._show_count()
        self._show_segment(stretch.segment)
        self._show_empty(stretch)

    def _choose_first(self, stretch: MemberPage) -> None:
        if stretch.rows:
            self.list.selectRow(0)
            self._vm.open(stretch.rows[0].member_no)

    def _choose_wanted(self) -> None:
        """The row of whoever was just registered, when it is among those that are shown."""
        wanted = self._wanted_no
        self._wanted_no = ""
        # mostly nobody: then no row is looked at
        for row_no in range(self.rows.rowCount() if wanted else 0):
            if self.rows.record(row_no).member_no == wanted:
                self.list.selectRow(row_no)

    def _show_count(self) -> None:
        w = self._words
        text = w.n("1 member", "{count} members", self._total)
        # a cashier sees nobody before somebody is searched for
        if not self._total and not self._vm.may_list:
            text = w.t("Type four digits or two characters of the name.")
        self.count.setText(text)

    def _show_segment(self, chosen: SegmentView | None) -> None:
        """The rule of the list that is chosen, and what can be done with it."""
        self._shown = chosen
        some = chosen is not None and self._total > 0
        self.rule.setVisible(chosen is not None)
        self.rule.setText(insight.rule(chosen.rule, self._words) if chosen is not None else "")
        self.export.setVisible(chosen is not None and self._vm.may_export)
        self.give.setVisible(some and not self._offers.isEmpty())
        self.go.hide()
        code = chosen.code if chosen is not None else None
        for chip, view in self._chip_lists():
            chip.setChecked(view.code == code)

    def _chip_lists(self) -> Iterator[tuple[QPushButton, SegmentView]]:
        """The chips, each with its list."""
        return zip(self.chips, self._lists, strict=False)

    def _show_empty(self, stretch: MemberPage) -> None:
        w = self._words
        if stretch.total:
            self.empty.say("")
        elif stretch.segment is not None:
            self.empty.say(w.t("Nobody is on this list today."))
        elif stretch.asked:
            nobody = w.t("Nobody is found by “{text}”.", text=stretch.asked)
            self.empty.say(nobody, w.t("Register"), self.new_wanted.emit)
        elif self._vm.may_import:
            none = w.t("No members yet. Bring your list in, or register the first one.")
            self.empty.say(none, w.t("Bring a list in"), self._bring)
        else:
            self.empty.say("")

    def _bring(self) -> None:
        self.place_wanted.emit("data")

    def refresh(self, who: MemberView) -> None:
        """The list says of a member what the page beside it says."""
        for row_no in range(self.rows.rowCount()):
            if self.rows.record(row_no).id == who.id:
                self.rows.replace(row_no, who)

    def show_registered(self, who: MemberView) -> None:
        """Whoever was just registered stands in the list at once, chosen."""
        self.search.clear()
        self._wanted_no = who.member_no
        if self._vm.may_list:
            self._vm.search("")
            self._vm.count_lists()
        else:
            # the list of a cashier is what was searched for
            alone = MemberPage(0, [who], 1)
            self.show_list(alone)

    # --- lists ---

    @Slot(object)
    def _counted(self, answer: tuple[str, int]) -> None:
        code, size = answer
        self._sizes[code] = size
        self._label_chips()

    def _label_chips(self) -> None:
        for chip, view in self._chip_lists():
            known = self._sizes.get(view.code)
            size = "…" if known is None else self._words.number(known)
            chip.setText(f"{self._name(view)} {size}")

    @Slot(object)
    def _show_lists(self, found: Lists) -> None:
        self._lists = found.views
        self._vm.count_first(found.views)
        self._label_chips()
        self._rest.clear()
        for at, view in enumerate(found.views[FIRST:], FIRST):
            self._rest.addAction(self._name(view), partial(self.choose, at))
        self._offers.clear()
        for offer in found.offers:
            self._offers.addAction(offer.name, partial(self._ask_issue, offer))

    def _name(self, view: SegmentView) -> str:
        return insight.name_of(view.code, view.name, self._words)

    def choose(self, at: int) -> None:
        """A list; chosen once more, everybody."""
        if at >= len(self._lists):
            return
        self._typing.stop()
        self.go.hide()
        if at < FIRST and not self.chips[at].isChecked():
            self._search()
            return
        self.search.clear()
        self._vm.choose(self._lists[at])

    def _ask_issue(self, offer: OfferView) -> None:
        """The offer is chosen; a button with the number of coupons on it issues them."""
        if self._shown is None:
            return
        self._to_issue = self._shown, offer
        question = self._words.n(
            "Issue {offer} to 1 member",
            "Issue {offer} to {count} members",
            self._total,
            offer=offer.name,
        )
        self.go.setText(question)
        self.go.show()

    def _issue(self) -> None:
        self.go.hide()
        if self._to_issue is not None:
            segment, offer = self._to_issue
            self._vm.issue(segment, offer.code)

    def _export(self) -> None:
        # the list that was chosen when it was asked for
        chosen = self._shown
        title = self._words.t("Export")
        file = file_dialogs.save_as(self, title, "members.xlsx", file_dialogs.LIST)
        if file is not None and chosen is not None:
            self._vm.export(chosen, file)
