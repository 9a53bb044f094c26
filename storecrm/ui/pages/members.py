"""The members: the list with its search, and one member's page beside it."""

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue, m
from storecrm.services.coupons.batches import BatchView
from storecrm.services.store import Topic
from storecrm.ui.kit import file_dialogs
from storecrm.ui.kit.actions import Action, act, button_of
from storecrm.ui.kit.list_detail import ListDetail
from storecrm.ui.kit.toast import said_on, say
from storecrm.ui.kit.widgets import row
from storecrm.ui.pages.member_data import DataTab
from storecrm.ui.pages.member_head import MemberHead
from storecrm.ui.pages.member_history import HistoryTabs
from storecrm.ui.pages.member_list import MemberList
from storecrm.ui.pages.refusals import told
from storecrm.ui.viewmodels.members import MemberPage, MembersViewModel, Opened
from storecrm.values import grouped
from storecrm.wording import labels

_NARROW = 700
"""In less than so many pixels neither the list nor the member could be read beside the other."""
_BACK = Action("members.list", m("All members"), "users")


class MembersPage(QWidget):
    """Search left, the member right."""

    place_wanted = Signal(str)

    def __init__(self, vm: MembersViewModel, words: Catalogue) -> None:
        super().__init__()
        self.setObjectName("page")
        self._vm = vm
        self._words = words
        self._opened: Opened | None = None
        self.directory = MemberList(vm, words)
        self.head = MemberHead(vm.store, words, self._print_card)
        self.tabs = HistoryTabs(vm, words)
        self.data = DataTab(self, vm, words, leave=self._leave_card, new=self.register)
        self.tabs.addTab(self.data, words.t("Data"))
        back = act(self, _BACK, self._to_list, words=words)
        self._back = button_of(back)
        self._back.hide()
        self._both = ListDetail(self.directory, self._detail_part(), narrow=_NARROW, shares=(2, 3))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 16)
        whole.addWidget(self._both)
        self._show_detail(False)
        self._join()

    def _detail_part(self) -> QWidget:
        part = QWidget()
        right = QVBoxLayout(part)
        right.setContentsMargins(0, 0, 0, 0)
        right.addLayout(row(self._back, None))
        right.addWidget(self.head)
        right.addWidget(self.tabs, 1)
        right.addStretch(0)
        return part

    def _join(self) -> None:
        vm = self._vm
        self.directory.new_wanted.connect(self.register)
        self.directory.place_wanted.connect(self.place_wanted)
        self.data.refused.connect(self._warn)
        self._both.narrowed.connect(self._back.setVisible)
        vm.changed.connect(self._changed)
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
        self.head.show_new()
        self.data.show_blank()
        self.tabs.clear_rows()
        # the fields to type in stand there
        self.tabs.setCurrentWidget(self.data)
        self.data.form.begin_typing()

    def _leave_card(self) -> None:
        """Back to the search; a card that was only begun is put away."""
        if self._opened is None:
            self._show_nobody()
        self._to_list()

    def _to_list(self) -> None:
        self._both.show_list()
        self.directory.search.setFocus()

    def _show_nobody(self) -> None:
        self._show_detail(False)
        self._both.show_list()
        self.head.show_nobody()

    def _show_detail(self, shown: bool) -> None:
        """What there is of somebody; nothing while nobody is chosen."""
        self.tabs.setVisible(shown)
        if shown:
            self._both.show_detail()

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
        toast = said_on(self)
        # what was done meanwhile is still read
        if toast is not None and toast.is_bad and not stretch.again:
            say(self, "")

    @Slot(object)
    def _show_member(self, opened: Opened) -> None:
        self._opened = opened
        self.directory.refresh(opened.member)
        self._show_detail(True)
        self.head.show_member(opened)
        self.tabs.show_member(opened)
        # what the form has to say of somebody else's card stays
        say(self, "")
        self.data.show_member(opened)

    @Slot(object)
    def _changed(self, opened: Opened) -> None:
        # a further card may be half typed by the time the answer comes
        self.data.form.saved(of=opened.member.member_no)
        self._show_member(opened)
        say(self, self._words.t("Saved."))

    @Slot(object)
    def _registered(self, opened: Opened) -> None:
        self.data.form.saved(of="")
        self._show_member(opened)
        self.directory.show_registered(opened.member)
        # a cashier's list is shown at once, and takes what was said before away
        if not self._vm.may_list:
            say(self, "")

    @Slot(object)
    def _replaced(self, opened: Opened) -> None:
        self._show_member(opened)
        number = grouped(opened.member.member_no)
        said = self._words.t(
            "The lost card is frozen. The new number is {number}: print the card.", number=number
        )
        say(self, said)

    @Slot(object)
    def _forgotten(self, _: object) -> None:
        w = self._words
        # nothing of that person stays behind, not even what was typed last
        self.data.form.saved()
        self.register()
        self._show_nobody()
        self.data.clear_reasons()
        # whoever was found by name is not found any more
        self._vm.search("")
        self._vm.count_lists()
        kept = w.t("The member is forgotten. Receipts and points stay as those of nobody.")
        self.head.show_nobody(kept)

    @Slot(object)
    def _issued(self, batch: BatchView) -> None:
        w = self._words
        said = w.n("1 coupon issued.", "{count} coupons issued.", batch.count)
        where = w.t("Batch {number}: print it under Offers.", number=str(batch.id))
        say(self, f"{said} {where}")

    @Slot(object)
    def _card_printed(self, answer: tuple[Path, str]) -> None:
        file, lost = answer
        saved = self._words.t("Saved: {file}", file=str(file))
        # signs that no font of the paper has
        unprintable = labels.unprintable(lost, self._words)
        say(self, f"{saved} {unprintable}".strip(), bad=bool(lost))

    @Slot(object)
    def _saved(self, file: Path) -> None:
        say(self, self._words.t("Saved: {file}", file=str(file)))

    @Slot(str)
    def _warn(self, text: str) -> None:
        say(self, text, bad=True)

    @Slot(object)
    def _refuse(self, error: StoreError) -> None:
        self.directory.list.nothing.say("")
        self._warn(told(error, self._words))
