"""The data of a member: the card's fields, the answers about messages, phones, a lost card, the
password for points, and to be forgotten."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFormLayout, QLineEdit, QScrollArea, QWidget

from storecrm.domain.member_fields import ON_CARD, MemberField, Reads
from storecrm.i18n import Catalogue
from storecrm.services.members.registry import NewMember
from storecrm.services.members.views import MemberView
from storecrm.ui.kit import file_dialogs
from storecrm.ui.kit.scanner import normal
from storecrm.ui.kit.widgets import ChoiceBox, beside, button, field, label
from storecrm.ui.viewmodels.members import MembersViewModel, Opened
from storecrm.values import Channel
from storecrm.wording import insight, labels


class DataTab(QScrollArea):
    """One line a field or act; whoever may not do an act sees no line of it."""

    refused = Signal(str)  # why an act was not even tried

    def __init__(self, vm: MembersViewModel, words: Catalogue) -> None:
        super().__init__()
        self._vm = vm
        self._words = words
        self._member: MemberView | None = None
        page = QWidget()
        self._form = QFormLayout(page)
        self._add_fields()
        self._add_consents()
        self._add_phones()
        if vm.may_replace:
            self._add_lost_card()
        self._make_owned()
        if vm.may_list:
            self._form.addRow(label(words.t("Tags")), self.words)
            self._form.addRow(label(words.t("Password for points")), self._password_line)
        if vm.may_forget:
            self._form.addRow(label(words.t("Forget for ever")), self._forget_line)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(page)

    def _add_fields(self) -> None:
        """What stands on the card, and who brought the member."""
        w = self._words
        self.phone = field(w.t("field.phone"))
        self.boxes = {one.name: self._box(one) for one in ON_CARD}
        self.referrer = field(w.t("Brought by"), w.t("phone or card"))
        self._form.addRow(label(w.t("field.phone")), self.phone)
        # the declaration of a field decides whether it stands here
        for one in ON_CARD:
            title = label(w.t(one.title))
            self._form.addRow(title, self.boxes[one.name])
        self._form.addRow(label(w.t("Brought by")), self.referrer)

    def _box(self, one: MemberField) -> QLineEdit | ChoiceBox:
        """Where a field of the card is typed, or chosen."""
        w = self._words
        title = w.t(one.title)
        choices = insight.texts_of(one.name, w) if one.reads is Reads.GENDER else {}
        if choices:
            return ChoiceBox(title, choices)
        hint = w.t(one.hint_id) if one.hint else ""
        return field(title, hint)

    def _add_consents(self) -> None:
        w = self._words
        self.ticks = {
            Channel.SMS: QCheckBox(w.t("SMS")),
            Channel.WECHAT: QCheckBox(w.t("WeChat")),
            Channel.EMAIL: QCheckBox(w.t("E-mail")),
        }
        for channel, tick in self.ticks.items():
            tick.clicked.connect(lambda on, channel=channel: self._consent(channel, on))
        ticks = beside(*self.ticks.values(), None)
        self.evidence = field(w.t("Evidence"), w.t("what proves the answer"))
        print_answers = button(w.t("Print the answers"), self._print_history, icon="printer")
        self._form.addRow(label(w.t("Agrees to offers by")), ticks)
        self._form.addRow(label(w.t("Evidence")), beside(self.evidence, print_answers))

    def _add_phones(self) -> None:
        w = self._words
        self.other_phone = field(w.t("Other phone"), w.t("new phone"))
        self.fact = field(w.t("Name or birthday"), w.t("name or birthday, as said"))
        change = button(w.t("Change the phone"), self.change_phone)
        if self._vm.may_list:
            add = button(w.t("Add"), self._add_phone)
            detach = button(w.t("Take off"), self._detach_phone)
            acts = beside(self.other_phone, change, add, detach)
        else:
            # a cashier has to know something that the member said
            acts = beside(self.other_phone, self.fact, change)
        self._form.addRow(label(w.t("Other phone")), acts)

    def _add_lost_card(self) -> None:
        w = self._words
        freeze = button(w.t("Freeze it and give a new number"), self.replace_card)
        self._form.addRow(label(w.t("Lost card")), beside(freeze, None))

    def _make_owned(self) -> None:
        """Tags, the password for points, to be forgotten: lines of whoever has the right."""
        w = self._words
        self.words = field(w.t("Tags"), w.t("words with commas between them"))
        self.password = field(w.t("Password for points"), w.t("four to six digits"))
        self.password.setMaxLength(6)
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        set_password = button(w.t("Set the password"), self._set_password)
        self._password_line = beside(self.password, set_password)
        tail_hint = w.t("last four of the number")
        self.why = field(w.t("Reason"), w.t("Reason"))
        self.tail = field(w.t("Last four of the member number"), tail_hint)
        self.tail.setMaxLength(4)
        forget = button(w.t("Forget"), self.forget)
        self._forget_line = beside(self.why, self.tail, forget)

    # --- what is shown ---

    def show_blank(self) -> None:
        """An empty card."""
        self._member = None
        for box in (self.phone, *self.boxes.values(), self.words, self.referrer):
            box.setText("")
        self.show_consents({})
        self.phone.setEnabled(True)
        self.referrer.setEnabled(True)

    def show_member(self, opened: Opened) -> None:
        who = opened.member
        tree = opened.tree
        self._member = who
        self._forget_typed()
        self.phone.setText(who.phone)
        # a phone is changed by an act of its own, a referrer never
        self.phone.setEnabled(False)
        self.referrer.setText(tree.referrer_name or tree.referrer_no)
        self.referrer.setEnabled(False)
        self.words.setText(", ".join(who.tags))
        for name, box in self.boxes.items():
            box.setText(getattr(who, name))
        birthday = labels.birthday(who.birthday, who.birthday_type, self._words)
        self.boxes["birthday"].setText(birthday)
        self.show_consents(who.consent)

    def _forget_typed(self) -> None:
        """Nothing that was typed for one member stays for the next."""
        of_acts = (self.other_phone, self.fact, self.evidence)
        of_rights = (self.password, self.why, self.tail)
        for box in (*of_acts, *of_rights):
            box.clear()

    def show_consents(self, consent: Mapping[str, bool]) -> None:
        """The answers as they are kept."""
        for channel, tick in self.ticks.items():
            tick.setChecked(consent.get(channel.value, False))

    def clear_reasons(self) -> None:
        """Why somebody was forgotten is said of that one only."""
        self.why.clear()
        self.tail.clear()

    # --- acts ---

    def save(self) -> None:
        """Register whoever stands on an empty card; keep what was changed of a member."""
        typed: dict[str, Any] = {name: box.text() for name, box in self.boxes.items()}
        if self._member is None:
            # an answer that was not given is no refusal
            consent = tuple(channel for channel, tick in self.ticks.items() if tick.isChecked())
            phone = self.phone.text()
            referrer = self.referrer.text()
            new = NewMember(phone=phone, consent=consent, referrer=referrer, **typed)
            self._vm.register(new)
        else:
            changed = NewMember(**typed)
            self._vm.change(self._member.member_no, changed, self._tags())

    def _tags(self) -> Sequence[str] | None:
        """The words typed; None where tags are not this person's to change."""
        if not self._vm.may_list:
            return None
        typed = self.words.text().replace("，", ",").split(",")
        tags = [word.strip() for word in typed]
        return [tag for tag in tags if tag]

    def _consent(self, channel: Channel, on: bool) -> None:
        if self._member is not None:
            evidence = self.evidence.text()
            self._vm.consent(self._member.member_no, channel, on, evidence)

    def change_phone(self) -> None:
        """The number typed takes the place of the first."""
        if self._member is not None:
            phone = self.other_phone.text()
            fact = self.fact.text()
            self._vm.change_phone(self._member.member_no, phone, fact)

    def _add_phone(self) -> None:
        if self._member is not None:
            self._vm.add_phone(self._member.member_no, self.other_phone.text())

    def _detach_phone(self) -> None:
        """The number typed, or the first one."""
        if self._member is not None:
            typed = self.other_phone.text().strip()
            self._vm.detach_phone(self._member.member_no, typed or self._member.phone)

    def replace_card(self) -> None:
        """Freeze the lost card and give a new number."""
        if self._member is not None:
            self._vm.replace_card(self._member.member_no)

    def _print_history(self) -> None:
        if self._member is None:
            return
        w = self._words
        member_no = self._member.member_no
        title = w.t("Consent history")
        name = f"{title}-{member_no[-4:]}.pdf"
        file = file_dialogs.save_as(self, w.t("Print the answers"), name, file_dialogs.PAPER)
        if file is not None:
            self._vm.print_history(member_no, file)

    def _set_password(self) -> None:
        if self._member is not None:
            self._vm.set_password(self._member.member_no, self.password.text())
            self.password.clear()

    def forget(self) -> None:
        """For ever, so the number's last four have to be typed."""
        if self._member is None:
            return
        member_no = self._member.member_no
        if normal(self.tail.text()) == member_no[-4:]:
            self._vm.forget(member_no, self.why.text())
            return
        why = self._words.t(
            "Type the last four digits of the member number: this cannot be taken back."
        )
        self.refused.emit(why)
