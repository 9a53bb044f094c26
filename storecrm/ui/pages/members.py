"""The members list with its search, and one member's page beside it."""

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from storecrm.domain import birthdays
from storecrm.domain.member_fields import ON_CARD, MemberField, Reads
from storecrm.domain.offers.reading import OfferView
from storecrm.domain.timeline import Event
from storecrm.errors import StoreError
from storecrm.i18n import Catalogue
from storecrm.services.analytics.segments import SegmentView
from storecrm.services.coupons.batches import BatchView
from storecrm.services.coupons.issue import CouponView
from storecrm.services.loyalty.points_account import Movement
from storecrm.services.members.registry import NewMember
from storecrm.services.members.views import MemberView
from storecrm.services.store import Topic
from storecrm.services.till.receipts import SaleRow
from storecrm.ui.kit.empty_state import EmptyState
from storecrm.ui.kit.rows import Column, RowsModel, table
from storecrm.ui.kit.scanner import normal
from storecrm.ui.kit.widgets import Banner, ChoiceBox, beside, button, card, field, label, row
from storecrm.ui.pages.member_profile import ProfileTab
from storecrm.ui.viewmodels.members import FIRST, Lists, MemberPage, MembersViewModel, Opened
from storecrm.values import Channel, CouponState, SaleState, grouped
from storecrm.wording import insight, labels
from storecrm.wording.errors import cure, sentence
from storecrm.wording.offers import benefit


class MembersPage(QWidget):
    """Search left, the member right."""

    place_wanted = Signal(str)

    def __init__(self, vm: MembersViewModel, words: Catalogue) -> None:
        super().__init__()
        self.setObjectName("page")
        self._vm, self._words = vm, words
        w = words
        self._columns: list[Column[MemberView]] = [
            Column(w.t("Full name"), lambda r: r.name or "—", 90),
            Column(w.t("Phone"), lambda r: r.phone, 140),
            Column(w.t("Registered"), lambda r: w.day(r.registered_on), 100),
        ]
        self.rows: RowsModel[MemberView] = RowsModel(self._columns)
        self.search, self.banner = (
            field(w.t("Search members"), w.t("Phone tail, name, initials, card")),
            Banner(),
        )
        self.list = table(self.rows, self._columns, w.t("Members"))
        self.empty = EmptyState(self.list, "users")
        self.count, self.rule = label("", "small"), label("", "small", wrap=True)
        self.chips: list[QPushButton] = [
            button("", partial(self._choose, at), kind="chip") for at in range(FIRST)
        ]
        self._rest, self._offers = QMenu(self), QMenu(self)
        self.more = button(w.t("More"), self._rest, kind="chip")
        self.export = button(w.t("Export"), self._export, icon="download")
        self.give, self.go = (
            button(w.t("Issue coupons"), self._offers, icon="ticket"),
            button("", self._issue, kind="primary"),
        )
        self._shown: SegmentView | None = None
        self._to_issue: tuple[SegmentView, OfferView] | None = None
        self._lists: list[SegmentView] = []
        self._sizes: dict[str, int] = {}
        self._first_wanted = False
        self._wanted_no = ""
        self._total = 0
        self._opened: Opened | None = None
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(200)
        self._build()
        vm.listed.connect(self._show_list)
        vm.opened.connect(self._show_member)
        vm.registered.connect(self._registered)
        vm.lists.connect(self._show_lists)
        vm.counted.connect(self._counted)
        vm.exported.connect(self._printed)
        vm.issued.connect(self._issued)
        vm.forgotten.connect(self._forgotten)
        vm.refused.connect(self._refuse)
        vm.printed.connect(self._printed)
        vm.card_printed.connect(self._card_printed)
        vm.replaced.connect(self._replaced)
        self.rows.wanted.connect(vm.fetch)

    def _build(self) -> None:
        w = self._words
        left = QVBoxLayout()
        left.addWidget(label(w.t("Members"), "h1"))
        left.addLayout(row(self.search, button(w.t("New"), self._new, kind="primary", icon="plus")))
        holder = QWidget()
        chips = QGridLayout(holder)
        chips.setContentsMargins(0, 0, 0, 0)
        chips.setSpacing(6)
        for at, chip in enumerate((*self.chips, self.more)):
            chip.setCheckable(chip is not self.more)
            chip.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            chips.addWidget(chip, at // 3, at % 3)
        left.addWidget(holder)
        if not self._vm.may_list:
            holder.hide()
        left.addWidget(self.rule)
        left.addWidget(self.list, 1)
        left.addLayout(row(self.count, None, self.give, self.export))
        left.addWidget(self.go)
        for hidden in (self.rule, self.export, self.give, self.go):
            hidden.hide()
        right = QVBoxLayout()
        right.addWidget(self.banner)
        frame, column = card()
        self.title, self.facts = label(w.t("Choose a member"), "h1"), label("", "small", wrap=True)
        column.addWidget(self.title)
        column.addWidget(self.facts)
        self.detail = QWidget()
        inside = QVBoxLayout(self.detail)
        inside.setContentsMargins(0, 0, 0, 0)
        self.save = button(w.t("Save changes"), self._save)
        kpis = QHBoxLayout()
        self.kpis = []
        for name in (w.t("Points to use"), w.t("Expired"), w.t("Coupons to use")):
            cell, number = QVBoxLayout(), label("—", "kpi")
            self.kpis.append(number)
            cell.addWidget(number)
            cell.addWidget(label(name, "small"))
            kpis.addLayout(cell)
        inside.addLayout(kpis)
        inside.addLayout(
            row(button(w.t("Print card"), self._print_card, icon="printer"), self.save, None)
        )
        column.addWidget(self.detail)
        right.addWidget(frame)
        right.addWidget(self._tabs(), 1)
        right.addStretch(0)
        self._show_detail(False)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 16)
        whole.setSpacing(16)
        whole.addLayout(left, 2)
        whole.addLayout(right, 3)
        self.search.textEdited.connect(lambda _: self._typing.start())
        self._typing.timeout.connect(lambda: self._vm.search(self.search.text()))
        self.search.returnPressed.connect(self._open_first)
        self.list.clicked.connect(self._open_row)
        self.list.activated.connect(self._open_row)

    def _tabs(self) -> QTabWidget:
        w, tabs = self._words, QTabWidget()
        coupons: list[Column[CouponView]] = [
            Column(w.t("Coupon"), lambda c: c.offer_name, 130),
            Column(w.t("Worth"), lambda c: benefit(c.rule, w), 70),
            Column(
                w.t("State"),
                lambda c: (
                    w.t(labels.COUPON_STATES[c.state])
                    if c.state != CouponState.ISSUED or self._vm.store.clock.day().lasts(c.valid_to)
                    else w.t("expired")
                ),
                80,
            ),
            Column(w.t("Valid to"), lambda c: w.day(c.valid_to), 100),
            Column(w.t("Code"), lambda c: grouped(c.code), 170),
        ]
        self.coupons: RowsModel[CouponView] = RowsModel(coupons)
        moves: list[Column[Movement]] = [
            Column(w.t("Date"), lambda m_: w.day(m_.business_date), 100),
            Column(w.t("Movement"), lambda m_: w.t(labels.ENTRY[m_.kind]), 120),
            Column(w.t("Points"), lambda m_: f"{m_.points:+,}", 80, True),
            Column(w.t("Valid to"), lambda m_: w.day(m_.expires_on), 100),
            Column(w.t("Receipt"), lambda m_: grouped(m_.receipt_no), 170),
        ]
        self.movements: RowsModel[Movement] = RowsModel(moves)
        self.profile = ProfileTab(w, self._behind)
        if self._vm.may_list:
            tabs.addTab(self.profile, w.t("Profile"))
        coupon_list = table(self.coupons, coupons, w.t("Coupons"))
        tabs.addTab(coupon_list, w.t("Coupons"))
        sales: list[Column[SaleRow]] = [
            Column(w.t("Date"), lambda s: w.day(s.business_date), 100),
            Column(w.t("Receipt"), lambda s: grouped(s.receipt_no), 180),
            Column(w.t("Discount"), lambda s: w.money(s.discount), 90, True),
            Column(w.t("Paid"), lambda s: w.money(s.net) if s.net is not None else "—", 100, True),
            Column(
                w.t("State"), lambda s: w.t("taken back") if s.state is SaleState.VOIDED else "", 90
            ),
        ]
        self.sales: RowsModel[SaleRow] = RowsModel(sales)
        events: list[Column[Event]] = [
            Column(w.t("Date"), lambda e: w.day(e.day), 100),
            Column(w.t("What happened"), lambda e: insight.event(e, w), 260),
            Column(w.t("Receipt"), lambda e: grouped(e.receipt_no), 170),
        ]
        self.events: RowsModel[Event] = RowsModel(events)
        sale_list, move_list = (
            table(self.sales, sales, w.t("sales")),
            table(self.movements, moves, w.t("Points")),
        )
        event_list = table(self.events, events, w.t("Timeline"))
        tabs.addTab(sale_list, w.t("Receipts"))
        tabs.addTab(move_list, w.t("Points"))
        if self._vm.may_list:
            tabs.addTab(event_list, w.t("Timeline"))
        self._rows_of = {
            "receipts": sale_list,
            "points": move_list,
            "coupons": coupon_list,
            "timeline": event_list,
        }
        tabs.addTab(self._data(), w.t("Data"))
        tabs.setAccessibleName(w.t("About the member"))
        tabs.setDocumentMode(True)
        tabs.tabBar().setAccessibleName(w.t("About the member"))
        self.tabs = tabs
        return tabs

    def _behind(self, what: str) -> None:
        """A figure opens its rows."""
        self.tabs.setCurrentWidget(self._rows_of[what])

    def _data(self) -> QWidget:
        w, page = self._words, QWidget()
        self.phone = field(w.t("field.phone"))
        self.boxes = {one.name: self._box(one) for one in ON_CARD}
        self.referrer = field(w.t("Brought by"), w.t("phone or card"))
        self.words = field(w.t("Tags"), w.t("words with commas between them"))
        form = QFormLayout(page)
        form.addRow(label(w.t("field.phone")), self.phone)
        for one in ON_CARD:
            form.addRow(label(w.t(one.title)), self.boxes[one.name])
        form.addRow(label(w.t("Brought by")), self.referrer)
        self.ticks = {
            Channel.SMS: QCheckBox(w.t("SMS")),
            Channel.WECHAT: QCheckBox(w.t("WeChat")),
            Channel.EMAIL: QCheckBox(w.t("E-mail")),
        }
        for channel, tick in self.ticks.items():
            tick.clicked.connect(lambda on, channel=channel: self._consent(channel, on))
        form.addRow(label(w.t("Agrees to offers by")), beside(*self.ticks.values(), None))
        self.evidence = field(w.t("Evidence"), w.t("what proves the answer"))
        form.addRow(
            label(w.t("Evidence")),
            beside(
                self.evidence, button(w.t("Print the answers"), self._print_history, icon="printer")
            ),
        )
        self.other_phone, self.fact = (
            field(w.t("Other phone"), w.t("new phone")),
            field(w.t("Name or birthday"), w.t("name or birthday, as said")),
        )
        acts = [self.other_phone, button(w.t("Change the phone"), self._change_phone)]
        if self._vm.may_list:
            acts += [
                button(w.t("Add"), self._add_phone),
                button(w.t("Take off"), self._detach_phone),
            ]
        else:
            acts.insert(1, self.fact)
        form.addRow(label(w.t("Other phone")), beside(*acts))
        if self._vm.may_replace:
            form.addRow(
                label(w.t("Lost card")),
                beside(button(w.t("Freeze it and give a new number"), self._replace_card), None),
            )
        self.password = field(w.t("Password for points"), w.t("four to six digits"))
        self.password.setMaxLength(6)
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self._password_line = beside(
            self.password, button(w.t("Set the password"), self._set_password)
        )
        if self._vm.may_list:
            form.addRow(label(w.t("Tags")), self.words)
            form.addRow(label(w.t("Password for points")), self._password_line)
        self.why, self.tail = (
            field(w.t("Reason"), w.t("Reason")),
            field(w.t("Last four of the member number"), w.t("last four of the number")),
        )
        self.tail.setMaxLength(4)
        self._forget_line = beside(self.why, self.tail, button(w.t("Forget"), self._forget))
        if self._vm.may_forget:
            form.addRow(label(w.t("Forget for ever")), self._forget_line)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(page)
        return scroll

    def _box(self, one: MemberField) -> QLineEdit | ChoiceBox:
        """Where a field of the card is typed, or chosen."""
        w = self._words
        title, hint = w.t(one.title), w.t(one.hint_id) if one.hint else ""
        choices = insight.texts_of(one.name, w) if one.reads is Reads.GENDER else {}
        return ChoiceBox(title, choices) if choices else field(title, hint)

    def open(self) -> None:
        self._vm.search(self.search.text())
        self._vm.count_lists()
        self.search.setFocus()

    topics = frozenset((Topic.MEMBERS,))

    def look_again(self, _changed: frozenset[Topic]) -> None:
        """The list is fetched anew while nobody is at work in it; a cashier's look-ups are counted
        and never repeated by themselves."""
        if not self._vm.may_list:
            return
        self._vm.count_first(self._lists)
        resting = self.list.verticalScrollBar().value() == 0 and self.go.isHidden()
        if resting and not self.list.currentIndex().isValid():
            self._vm.fetch(0, again=True)

    def _new(self) -> None:
        """An empty card; saving registers."""
        self._opened = None
        self._show_detail(True)
        self.title.setText(self._words.t("New member"))
        self.facts.setText(self._words.t("Type the phone, then save."))
        for box in (*self._boxes(), self.referrer):
            box.setText("")
        self.referrer.setEnabled(True)
        self.events.show([])
        for tick in self.ticks.values():
            tick.setChecked(False)
        self.coupons.show([])
        self.movements.show([])
        self.sales.show([])
        for number in self.kpis:
            number.setText("—")
        self.phone.setEnabled(True)
        self.profile.clear()
        self.tabs.setCurrentIndex(self.tabs.count() - 1)
        self.phone.setFocus()

    def _show_detail(self, shown: bool) -> None:
        """What there is to say and to do of somebody; nothing while nobody is chosen."""
        self.detail.setVisible(shown)
        self.tabs.setVisible(shown)

    def _boxes(self) -> tuple[QLineEdit | ChoiceBox, ...]:
        return (self.phone, *self.boxes.values(), self.words)

    def _save(self) -> None:
        texts: dict[str, Any] = {name: box.text() for name, box in self.boxes.items()}
        if self._opened is None:
            consent = tuple(channel for channel, tick in self.ticks.items() if tick.isChecked())
            self._vm.register(
                NewMember(
                    phone=self.phone.text(), consent=consent, referrer=self.referrer.text(), **texts
                )
            )
        else:
            tags = [
                word.strip()
                for word in self.words.text().replace("，", ",").split(",")
                if word.strip()
            ]
            changed = NewMember(**texts)
            self._vm.change(
                self._opened.member.member_no, changed, tags if self._vm.may_list else None
            )

    def _consent(self, channel: Channel, on: bool) -> None:
        if self._opened is not None:
            self._vm.consent(self._opened.member.member_no, channel, on, self.evidence.text())

    def _change_phone(self) -> None:
        if self._opened is not None:
            self._vm.change_phone(
                self._opened.member.member_no, self.other_phone.text(), self.fact.text()
            )

    def _add_phone(self) -> None:
        if self._opened is not None:
            self._vm.add_phone(self._opened.member.member_no, self.other_phone.text())

    def _detach_phone(self) -> None:
        """The number typed, or the first one."""
        if self._opened is not None:
            mine = self._opened.member
            self._vm.detach_phone(mine.member_no, self.other_phone.text().strip() or mine.phone)

    def _replace_card(self) -> None:
        if self._opened is not None:
            self._vm.replace_card(self._opened.member.member_no)

    @Slot(object)
    def _replaced(self, opened: Opened) -> None:
        self._show_member(opened)
        self.banner.say(
            self._words.t(
                "The lost card is frozen. The new number is {number}: print the card.",
                number=grouped(opened.member.member_no),
            )
        )

    def _print_history(self) -> None:
        if self._opened is None:
            return
        name = str(
            Path.home()
            / f"{self._words.t('Consent history')}-{self._opened.member.member_no[-4:]}.pdf"
        )
        file, _ = QFileDialog.getSaveFileName(
            self, self._words.t("Print the answers"), name, "PDF (*.pdf)"
        )
        if file:
            self._vm.print_history(self._opened.member.member_no, Path(file))

    def _set_password(self) -> None:
        if self._opened is not None:
            self._vm.set_password(self._opened.member.member_no, self.password.text())
            self.password.clear()

    def _forget(self) -> None:
        """For ever, so the number's last four have to be typed."""
        if self._opened is None:
            return
        if normal(self.tail.text()) != self._opened.member.member_no[-4:]:
            self.banner.say(
                self._words.t(
                    "Type the last four digits of the member number: this cannot be taken back."
                ),
                bad=True,
            )
            return
        self._vm.forget(self._opened.member.member_no, self.why.text())

    @Slot(object)
    def _forgotten(self, _: object) -> None:
        self._new()
        self._show_detail(False)
        self.why.clear()
        self.tail.clear()
        self._vm.search("")
        self._vm.count_lists()
        self.title.setText(self._words.t("Choose a member"))
        self.facts.setText(
            self._words.t("The member is forgotten. Receipts and points stay as those of nobody.")
        )

    def _print_card(self) -> None:
        if self._opened is None:
            self.banner.say(self._words.t("Choose a member"), bad=True)
            return
        name = str(
            Path.home() / f"{self._words.t('Member card')}-{self._opened.member.member_no[-4:]}.pdf"
        )
        file, _ = QFileDialog.getSaveFileName(
            self, self._words.t("Print card"), name, "PDF (*.pdf)"
        )
        if file:
            self._vm.print_card(self._opened.member.member_no, Path(file))

    @Slot(QModelIndex)
    def _open_row(self, index: QModelIndex) -> None:
        self._vm.open(self.rows.record(index.row()).member_no)

    def _open_first(self) -> None:
        """The first of the answer, not of what stands here still."""
        self._typing.stop()
        self._first_wanted = True
        self._vm.search(self.search.text())

    @Slot(object)
    def _show_list(self, stretch: MemberPage) -> None:
        self.rows.add(stretch.rows) if stretch.offset else self.rows.show(
            stretch.rows, stretch.total
        )
        if self._first_wanted and not stretch.offset:
            self._first_wanted = False
            if stretch.rows:
                self.list.selectRow(0)
                self._vm.open(stretch.rows[0].member_no)
        self._choose_wanted()
        total = self._words.n("1 member", "{count} members", stretch.total)
        self.count.setText(
            total
            if stretch.total or self._vm.may_list
            else self._words.t("Type four digits or two characters of the name.")
        )
        chosen = self._shown = stretch.segment
        self.rule.setVisible(chosen is not None)
        self.export.setVisible(chosen is not None and self._vm.may_export)
        self.give.setVisible(
            chosen is not None and stretch.total > 0 and not self._offers.isEmpty()
        )
        self.go.hide()
        self._total = stretch.total
        self.rule.setText(insight.rule(chosen.rule, self._words) if chosen is not None else "")
        for chip, view in zip(self.chips, self._lists, strict=False):
            chip.setChecked(chosen is not None and chosen.code == view.code)
        if not stretch.again:
            self.banner.say("")
        self._show_empty(stretch)

    def _choose_wanted(self) -> None:
        """The row of whoever was just registered, when it is among those that are shown."""
        wanted, self._wanted_no = self._wanted_no, ""
        for row_no in range(self.rows.rowCount() if wanted else 0):
            if self.rows.record(row_no).member_no == wanted:
                self.list.selectRow(row_no)

    def _show_empty(self, stretch: MemberPage) -> None:
        w = self._words
        if stretch.total:
            self.empty.say("")
        elif stretch.segment is not None:
            self.empty.say(w.t("Nobody is on this list today."))
        elif stretch.asked:
            self.empty.say(
                w.t("Nobody is found by “{text}”.", text=stretch.asked), w.t("Register"), self._new
            )
        elif self._vm.may_import:
            self.empty.say(
                w.t("No members yet. Bring your list in, or register the first one."),
                w.t("Bring a list in"),
                self._bring,
            )
        else:
            self.empty.say("")

    def _bring(self) -> None:
        self.place_wanted.emit("data")

    def _chip_text(self, view: SegmentView) -> str:
        known = self._sizes.get(view.code)
        return f"{self._name(view)} {'…' if known is None else self._words.number(known)}"

    @Slot(object)
    def _counted(self, answer: tuple[str, int]) -> None:
        self._sizes[answer[0]] = answer[1]
        for chip, view in zip(self.chips, self._lists, strict=False):
            chip.setText(self._chip_text(view))

    @Slot(object)
    def _show_lists(self, found: Lists) -> None:
        self._lists = found.views
        self._vm.count_first(found.views)
        for chip, view in zip(self.chips, found.views, strict=False):
            chip.setText(self._chip_text(view))
        self._rest.clear()
        for at, view in enumerate(found.views[FIRST:], FIRST):
            self._rest.addAction(self._name(view), partial(self._choose, at))
        self._offers.clear()
        for offer in found.offers:
            self._offers.addAction(offer.name, partial(self._ask_issue, offer))

    def _name(self, view: SegmentView) -> str:
        return insight.name_of(view.code, view.name, self._words)

    def _choose(self, at: int) -> None:
        """A list; chosen once more, everybody."""
        if at >= len(self._lists):
            return
        self._typing.stop()
        self.go.hide()
        if at < FIRST and not self.chips[at].isChecked():
            self._vm.search(self.search.text())
            return
        self.search.clear()
        self._vm.choose(self._lists[at])

    def _ask_issue(self, offer: OfferView) -> None:
        """The offer is chosen; a button with the number of coupons on it issues them."""
        if self._shown is None:
            return
        self._to_issue = self._shown, offer
        words = self._words.n(
            "Issue {offer} to 1 member",
            "Issue {offer} to {count} members",
            self._total,
            offer=offer.name,
        )
        self.go.setText(words)
        self.go.show()

    def _issue(self) -> None:
        self.go.hide()
        if self._to_issue is not None:
            segment, offer = self._to_issue
            self._vm.issue(segment, offer.code)

    @Slot(object)
    def _issued(self, batch: BatchView) -> None:
        said = self._words.n("1 coupon issued.", "{count} coupons issued.", batch.count)
        where = self._words.t("Batch {number}: print it under Offers.", number=str(batch.id))
        self.banner.say(f"{said} {where}")

    def _export(self) -> None:
        chosen = self._shown
        file, _ = QFileDialog.getSaveFileName(
            self,
            self._words.t("Export"),
            str(Path.home() / "members.xlsx"),
            "Excel (*.xlsx);;CSV (*.csv)",
        )
        if file and chosen is not None:
            self._vm.export(chosen, Path(file))

    @Slot(object)
    def _show_member(self, opened: Opened) -> None:
        w, who = self._words, opened.member
        self._opened = opened
        self._refresh_row(who)
        self._show_detail(True)
        self.title.setText(f"{who.title}  {who.tier}".strip())
        facts = [
            who.phone,
            *who.phones,
            grouped(who.member_no),
            w.t("member since {day}", day=w.day(who.registered_on)),
            *who.tags,
        ]
        falls = birthdays.next_on(who.birthday, who.birthday_type, self._vm.store.clock.date())
        if falls is not None:
            facts.append(w.t("next birthday {day}", day=w.day(falls)))
        facts += [f"{card.name} {card.stamps}/{card.needed}" for card in opened.cards]
        self.facts.setText("   ".join(fact for fact in facts if fact))
        day = self._vm.store.clock.day()
        usable = [
            c
            for c in opened.coupons
            if c.state == CouponState.ISSUED and day.begun(c.valid_from) and day.lasts(c.valid_to)
        ]
        for number, value in zip(
            self.kpis, (opened.balance.active, opened.balance.expired, len(usable)), strict=True
        ):
            number.setText(w.number(value))
        self.coupons.show(opened.coupons)
        self.movements.show(opened.movements)
        self.sales.show(opened.sales)
        self.events.show(opened.events)
        if opened.profile is not None:
            self.profile.show_member(opened.profile, opened.balance, opened.standing, opened.tree)
        self.referrer.setText(opened.tree.referrer_name or opened.tree.referrer_no)
        self.referrer.setEnabled(False)
        # nothing that was typed for one member stays for the next
        for box in (self.other_phone, self.fact, self.evidence, self.password, self.why, self.tail):
            box.clear()
        self.phone.setText(who.phone)
        self.words.setText(", ".join(who.tags))
        for name, typed in self.boxes.items():
            typed.setText(getattr(who, name))
        self.boxes["birthday"].setText(labels.birthday(who.birthday, who.birthday_type, w))
        self.phone.setEnabled(False)
        for channel, tick in self.ticks.items():
            tick.setChecked(who.consent.get(channel.value, False))
        self.banner.say("")

    def _refresh_row(self, who: MemberView) -> None:
        """The list says of a member what the page beside it says."""
        for row_no in range(self.rows.rowCount()):
            if self.rows.record(row_no).id == who.id:
                self.rows.replace(row_no, who)

    @Slot(object)
    def _registered(self, opened: Opened) -> None:
        """Whoever was just registered stands in the list at once, chosen."""
        self._show_member(opened)
        self.search.clear()
        self._wanted_no = opened.member.member_no
        if self._vm.may_list:
            self._vm.search("")
            self._vm.count_lists()
        else:
            # the list of a cashier is what was searched for
            self._show_list(MemberPage(0, [opened.member], 1))

    @Slot(object)
    def _card_printed(self, answer: tuple[Path, str]) -> None:
        file, lost = answer
        said = [
            self._words.t("Saved: {file}", file=str(file)),
            labels.unprintable(lost, self._words),
        ]
        self.banner.say(" ".join(said).strip(), bad=bool(lost))

    @Slot(object)
    def _printed(self, file: Path) -> None:
        self.banner.say(self._words.t("Saved: {file}", file=str(file)))

    @Slot(object)
    def _refuse(self, error: StoreError) -> None:
        self.empty.say("")
        if self._opened is not None:
            # a tick that was not kept is no answer
            for channel, tick in self.ticks.items():
                tick.setChecked(self._opened.member.consent.get(channel.value, False))
        self.banner.say(f"{sentence(error, self._words)} {cure(error, self._words)}", bad=True)
