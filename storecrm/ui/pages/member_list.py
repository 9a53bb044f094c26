"""The list of members with its search, the lists that are kept, and what is done with a whole
list."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QMenu, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from storecrm.domain.offers.reading import OfferView
from storecrm.i18n import Catalogue
from storecrm.services.analytics.member_list import ListedMember
from storecrm.services.analytics.segments import SegmentView
from storecrm.services.members.views import MemberView
from storecrm.ui.kit import file_dialogs
from storecrm.ui.kit.tables import Empty, Query, Table
from storecrm.ui.kit.widgets import button, field, label, row
from storecrm.ui.pages.member_columns import MemberColumns
from storecrm.ui.viewmodels.members import FIRST, Lists, MemberPage, MembersViewModel, alone
from storecrm.wording import insight

_REST_MS = 200
"""Who types has stopped for so long before it is searched."""
_REST_ON_MS = 120
"""A member is opened when the arrows have rested on the row for so long."""


class MemberList(QWidget):
    """Search above, chips of the first lists, the members below."""

    new_wanted = Signal()
    place_wanted = Signal(str)

    def __init__(self, vm: MembersViewModel, words: Catalogue) -> None:
        super().__init__()
        self._vm = vm
        self._words = words
        hint = words.t("Phone tail, name, initials, card")
        self.search = field(words.t("Search members"), hint)
        self.list = self._table()
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
        self._resting = QTimer(self)
        self._resting.setSingleShot(True)
        self._resting.setInterval(_REST_ON_MS)
        self._resting.timeout.connect(self._open_chosen)
        self._lay_out()
        self._join()

    def _table(self) -> Table[ListedMember]:
        w = self._words
        everything = self._vm.may_list
        columns = MemberColumns(w)
        shown = columns.for_everybody() if everything else columns.of_persons()
        return Table(
            shown,
            w.t("Members"),
            kept_as="members",
            empty=self._nobody(),
            no_match=w.t("No member fits the filters."),
            words=w,
            # a cashier's few hits are sorted here
            by_store=everything,
            every_row=lambda _query: self._vm.every_member(),
            same=lambda row: row.member.id,
        )

    def _nobody(self) -> Empty:
        """Before anybody is searched for, or while the shop has no members."""
        w = self._words
        if not self._vm.may_list:
            # a cashier sees nobody before somebody is searched for
            return Empty("user-search", w.t("Type four digits or two characters of the name."))
        none = w.t("No members yet. Bring your list in, or register the first one.")
        if self._vm.may_import:
            return Empty("users", none, w.t("Bring a list in"), self._bring)
        return Empty("users", w.t("No members yet."), w.t("Register"), self.new_wanted.emit)

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
        column.addLayout(row(None, self.give, self.export))
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
        self.list.chosen.connect(self._rest_on)
        self.list.opened.connect(self._open_row)
        self.list.asked.connect(self._ask)
        self.list.wanted.connect(vm.fetch)
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
        at_top = self.list.at_top
        chosen = self.list.current() is not None
        # who is about to issue coupons reads a number that stays
        if at_top and not chosen and self.go.isHidden():
            self._vm.fetch(0, again=True)

    @Slot()
    def _search(self) -> None:
        self._vm.search(self.search.text())

    @Slot(object)
    def _rest_on(self, chosen: ListedMember | None) -> None:
        """Who runs through the list with the arrows opens the one he rests on."""
        if chosen is not None:
            self._resting.start()
        else:
            self._resting.stop()

    @Slot()
    def _open_chosen(self) -> None:
        chosen = self.list.current()
        if chosen is not None:
            self._open_row(chosen)

    @Slot(object)
    def _open_row(self, chosen: ListedMember) -> None:
        self._resting.stop()
        self._vm.open(chosen.member.member_no)

    @Slot(object)
    def _ask(self, query: Query) -> None:
        self._vm.ask(query.order, query.filters)

    def _open_first(self) -> None:
        """The first of the answer, not of what stands here still."""
        self._typing.stop()
        self._first_wanted = True
        self._search()

    @Slot(object)
    def show_list(self, stretch: MemberPage) -> None:
        """Show what was found, or the next stretch of it."""
        self._total = stretch.total
        self._show_empty(stretch)
        if stretch.offset:
            self.list.add(stretch.rows, stretch.total)
        else:
            self.list.show(stretch.rows, stretch.total)
        if self._first_wanted and not stretch.offset:
            self._first_wanted = False
            self._choose_first(stretch)
        self._choose_wanted()
        self._show_segment(stretch.segment)

    def _choose_first(self, stretch: MemberPage) -> None:
        if stretch.rows:
            first = stretch.rows[0].member
            self.list.select(lambda row: row.member.id == first.id)
            self._open_row(stretch.rows[0])

    def _choose_wanted(self) -> None:
        """The row of whoever was just registered, when it is among those that are shown."""
        wanted = self._wanted_no
        self._wanted_no = ""
        if wanted:
            self.list.select(lambda row: row.member.member_no == wanted)
            # the page shows whoever was registered already
            self._resting.stop()

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
        if stretch.segment is not None:
            self.list.say_empty(Empty("users", w.t("Nobody is on this list today.")))
        elif stretch.asked:
            nobody = w.t("Nobody is found by “{text}”.", text=stretch.asked)
            found = Empty("user-search", nobody, w.t("Register"), self.new_wanted.emit)
            self.list.say_empty(found)
        else:
            self.list.say_empty(self._nobody())

    def _bring(self) -> None:
        self.place_wanted.emit("data")

    def refresh(self, who: MemberView) -> None:
        """The list says of a member what the page beside it says."""
        for listed in self.list.records:
            if listed.member.id == who.id:
                now = replace(listed, member=who)
                self.list.replace(lambda other: other.member.id == who.id, now)
                return

    def show_registered(self, who: MemberView) -> None:
        """Whoever was just registered stands in the list at once, chosen."""
        self.search.clear()
        self._wanted_no = who.member_no
        if self._vm.may_list:
            self._vm.search("")
            self._vm.count_lists()
        else:
            # the list of a cashier is what was searched for
            self.show_list(MemberPage(0, [alone(who)], 1))

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
