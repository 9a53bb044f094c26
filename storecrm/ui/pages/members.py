"""The members: the list with its search, and one member's page beside it."""

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from storecrm.domain import birthdays
from storecrm.errors import StoreError
from storecrm.i18n import Catalogue
from storecrm.services.coupons.batches import BatchView
from storecrm.services.coupons.issue import CouponView
from storecrm.services.store import Topic
from storecrm.ui.kit import file_dialogs
from storecrm.ui.kit.widgets import Banner, button, card, label, row
from storecrm.ui.pages.member_data import DataTab
from storecrm.ui.pages.member_history import HistoryTabs
from storecrm.ui.pages.member_list import MemberList
from storecrm.ui.pages.refusals import told
from storecrm.ui.viewmodels.members import MemberPage, MembersViewModel, Opened
from storecrm.values import CouponState, grouped
from storecrm.wording import labels


class MembersPage(QWidget):
    """Search left, the member right."""

    place_wanted = Signal(str)

    def __init__(self, vm: MembersViewModel, words: Catalogue) -> None:
        super().__init__()
        self.setObjectName("page")
        self._vm = vm
        self._words = words
        self._opened: Opened | None = None
        self.banner = Banner()
        self.directory = MemberList(vm, words)
        self.tabs = HistoryTabs(vm, words)
        self.data = DataTab(vm, words)
        self.tabs.addTab(self.data, words.t("Data"))
        right = QVBoxLayout()
        right.addWidget(self.banner)
        right.addWidget(self._head())
        right.addWidget(self.tabs, 1)
        right.addStretch(0)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 16)
        whole.setSpacing(16)
        whole.addWidget(self.directory, 2)
        whole.addLayout(right, 3)
        self._show_detail(False)
        self._join()

    def _head(self) -> QFrame:
        """The card above the tabs: who it is, and the figures that matter first."""
        w = self._words
        frame, column = card()
        self.title = label(w.t("Choose a member"), "h1")
        self.facts = label("", "small", wrap=True)
        self.detail = QWidget()
        self.save = button(w.t("Save changes"), self.data.save)
        print_card = button(w.t("Print card"), self._print_card, icon="printer")
        inside = QVBoxLayout(self.detail)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addLayout(self._figures())
        inside.addLayout(row(print_card, self.save, None))
        column.addWidget(self.title)
        column.addWidget(self.facts)
        column.addWidget(self.detail)
        return frame

    def _figures(self) -> QHBoxLayout:
        w = self._words
        figures = QHBoxLayout()
        self.kpis = []
        for name in (w.t("Points to use"), w.t("Expired"), w.t("Coupons to use")):
            cell = QVBoxLayout()
            number = label("—", "kpi")
            self.kpis.append(number)
            cell.addWidget(number)
            cell.addWidget(label(name, "small"))
            figures.addLayout(cell)
        return figures

    def _join(self) -> None:
        vm = self._vm
        self.directory.new_wanted.connect(self.register)
        self.directory.place_wanted.connect(self.place_wanted)
        self.data.refused.connect(self._warn)
        vm.listed.connect(self._listed)
        vm.opened.connect(self._show_member)
        vm.registered.connect(self._registered)
        vm.exported.connect(self._saved)
        vm.issued.connect(self._issued)
        vm.forgotten.connect(self._forgotten)
        vm.refused.connect(self._refuse)
        vm.printed.connect(self._saved)
        vm.card_printed.connect(self._card_printed)
        vm.replaced.connect(self._replaced)

    def open(self) -> None:
        self.directory.open()

    topics = frozenset((Topic.MEMBERS,))

    def look_again(self, _changed: frozenset[Topic]) -> None:
        """A cashier's look-ups are counted and never repeated by themselves."""
        if self._vm.may_list:
            self.directory.look_again()

    @Slot()
    def register(self) -> None:
        """An empty card; saving registers."""
        self._opened = None
        self._show_detail(True)
        self.title.setText(self._words.t("New member"))
        self.facts.setText(self._words.t("Type the phone, then save."))
        self.data.show_blank()
        self.tabs.clear_rows()
        for number in self.kpis:
            number.setText("—")
        # the fields to type in stand there
        self.tabs.setCurrentWidget(self.data)
        self.data.phone.setFocus()

    def _show_detail(self, shown: bool) -> None:
        """What there is to say and to do of somebody; nothing while nobody is chosen."""
        self.detail.setVisible(shown)
        self.tabs.setVisible(shown)

    def _print_card(self) -> None:
        w = self._words
        if self._opened is None:
            self._warn(w.t("Choose a member"))
            return
        member_no = self._opened.member.member_no
        title = w.t("Member card")
        name = f"{title}-{member_no[-4:]}.pdf"
        file = file_dialogs.save_as(self, w.t("Print card"), name, file_dialogs.PAPER)
        if file is not None:
            self._vm.print_card(member_no, file)

    # --- answers ---

    @Slot(object)
    def _listed(self, stretch: MemberPage) -> None:
        # a list that is only looked at again takes no news away
        if not stretch.again:
            self.banner.say("")

    @Slot(object)
    def _show_member(self, opened: Opened) -> None:
        who = opened.member
        self._opened = opened
        self.directory.refresh(who)
        self._show_detail(True)
        self.title.setText(f"{who.title}  {who.tier}".strip())
        self.facts.setText("   ".join(filter(None, self._facts(opened))))
        usable = sum(map(self._usable, opened.coupons))
        # what the customer asks for first
        figures = (opened.balance.active, opened.balance.expired, usable)
        for number, value in zip(self.kpis, figures, strict=True):
            number.setText(self._words.number(value))
        self.tabs.show_member(opened)
        self.data.show_member(opened)
        self.banner.say("")

    def _facts(self, opened: Opened) -> Iterator[str]:
        """Phones, number, since when, tags, the next birthday, stamps."""
        w = self._words
        who = opened.member
        yield who.phone
        yield from who.phones
        yield grouped(who.member_no)
        yield w.t("member since {day}", day=w.day(who.registered_on))
        yield from who.tags
        today = self._vm.store.clock.date()
        birthday = birthdays.next_on(who.birthday, who.birthday_type, today)
        if birthday is not None:
            yield w.t("next birthday {day}", day=w.day(birthday))
        for one in opened.cards:
            yield f"{one.name} {one.stamps}/{one.needed}"

    def _usable(self, coupon: CouponView) -> bool:
        """True for a coupon that can be used today."""
        day = self._vm.store.clock.day()
        dated = day.begun(coupon.valid_from) and day.lasts(coupon.valid_to)
        return coupon.state == CouponState.ISSUED and dated

    @Slot(object)
    def _registered(self, opened: Opened) -> None:
        self._show_member(opened)
        self.directory.show_registered(opened.member)
        # a cashier's list is shown at once, and takes what was said before away
        if not self._vm.may_list:
            self.banner.say("")

    @Slot(object)
    def _replaced(self, opened: Opened) -> None:
        self._show_member(opened)
        number = grouped(opened.member.member_no)
        said = self._words.t(
            "The lost card is frozen. The new number is {number}: print the card.", number=number
        )
        self.banner.say(said)

    @Slot(object)
    def _forgotten(self, _: object) -> None:
        w = self._words
        self.register()
        self._show_detail(False)
        self.data.clear_reasons()
        # whoever was found by name is not found any more
        self._vm.search("")
        self._vm.count_lists()
        self.title.setText(w.t("Choose a member"))
        kept = w.t("The member is forgotten. Receipts and points stay as those of nobody.")
        self.facts.setText(kept)

    @Slot(object)
    def _issued(self, batch: BatchView) -> None:
        w = self._words
        said = w.n("1 coupon issued.", "{count} coupons issued.", batch.count)
        where = w.t("Batch {number}: print it under Offers.", number=str(batch.id))
        self.banner.say(f"{said} {where}")

    @Slot(object)
    def _card_printed(self, answer: tuple[Path, str]) -> None:
        file, lost = answer
        saved = self._words.t("Saved: {file}", file=str(file))
        # signs that no font of the paper has
        unprintable = labels.unprintable(lost, self._words)
        self.banner.say(f"{saved} {unprintable}".strip(), bad=bool(lost))

    @Slot(object)
    def _saved(self, file: Path) -> None:
        self.banner.say(self._words.t("Saved: {file}", file=str(file)))

    @Slot(str)
    def _warn(self, text: str) -> None:
        self.banner.say(text, bad=True)

    @Slot(object)
    def _refuse(self, error: StoreError) -> None:
        self.directory.empty.say("")
        if self._opened is not None:
            # a tick that was not kept is no answer
            self.data.show_consents(self._opened.member.consent)
        self._warn(told(error, self._words))
