"""The data of a member: what stands on the card, and the acts on it, a group each: the answers
about messages, phones, a lost card, the password for points, and to be forgotten."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QFrame,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from storecrm.domain.member_fields import ON_CARD, MemberField, Reads
from storecrm.errors import StoreError
from storecrm.i18n import Catalogue
from storecrm.services.members.registry import NewMember
from storecrm.services.members.views import MemberView
from storecrm.ui.kit import file_dialogs
from storecrm.ui.kit.field_errors import FieldErrors
from storecrm.ui.kit.forms import Form
from storecrm.ui.kit.scanner import normal
from storecrm.ui.kit.side_by_side import SideBySide
from storecrm.ui.kit.widgets import ChoiceBox, beside, button, card, field, label
from storecrm.ui.pages.refusals import told
from storecrm.ui.viewmodels.members import MembersViewModel, Opened
from storecrm.values import Channel, spaced_phone
from storecrm.wording import insight, labels

_BESIDE = 760
"""From so many pixels on the acts stand beside the card, not below it."""
_AT = {"phone_or_card": "phone", "phone_taken": "phone", "guardian_missing": "guardian"}
"""At which field a refusal is said whose code is not that field's name."""


class DataTab(QWidget):
    """The card is saved as a whole; each act below or beside it is done by itself. Whoever may not
    do an act sees nothing of it."""

    refused = Signal(str)  # why something was not done that no field is to blame for

    def __init__(
        self,
        page: QWidget,
        vm: MembersViewModel,
        words: Catalogue,
        *,
        leave: Callable[[], object],
        new: Callable[[], object],
    ) -> None:
        super().__init__()
        self._vm = vm
        self._words = words
        self._member: MemberView | None = None
        self.errors = FieldErrors(page)
        # groups are as high as what is in them
        self._sides = [_side(), _side()]
        self._acts: dict[QFrame, Callable[[], object]] = {}
        self._add_card()
        self._add_consents()
        self._add_phones()
        self._add_owned()
        left, right = (side for side, _ in self._sides)
        body = SideBySide(left, right, beside=_BESIDE)
        self.form = Form(
            page,
            body,
            words=words,
            save=self.save,
            leave=leave,
            new=new,
            draft="member",
        )
        for group, enter in self._acts.items():
            self.form.set_apart(group, enter)
        # an answer about messages is one of its own, given on the day
        self.form.set_apart(self._messages, self.form.save_act.trigger)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.addWidget(self.form)
        vm.unsaved.connect(self._refuse_card)
        vm.declined.connect(self._refuse_act)

    # --- what it is made of ---

    def _group(self, side: int, title: str) -> tuple[QFrame, QFormLayout]:
        """A card with a heading and lines; long lines break where there is no room."""
        frame, column = card()
        lines = QFormLayout()
        lines.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        lines.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        column.addWidget(label(title, "h2"))
        column.addLayout(lines)
        _, groups = self._sides[side]
        groups.insertWidget(groups.count() - 1, frame)
        return frame, lines

    def _act_group(self, title: str, enter: Callable[[], object]) -> QFormLayout:
        """A group with an act that Enter in it does; only a member who is there has such acts."""
        frame, lines = self._group(1, title)
        self._acts[frame] = enter
        return lines

    def _add_card(self) -> None:
        """What stands on the card, who brought the member, and the shop's words for the member."""
        w = self._words
        self.phone = field(w.t("field.phone"))
        self.boxes = {one.name: self._box(one) for one in ON_CARD}
        self.referrer = field(w.t("Brought by"), w.t("phone or card"))
        self.words = field(w.t("Tags"), w.t("words with commas between them"))
        _, lines = self._group(0, w.t("Member card"))
        lines.addRow(label(w.t("field.phone")), self.phone)
        # the declaration of a field decides whether it stands here
        for one in ON_CARD:
            title = label(w.t(one.title))
            lines.addRow(title, self.boxes[one.name])
        lines.addRow(label(w.t("Brought by")), self.referrer)
        if self._vm.may_list:
            lines.addRow(label(w.t("Tags")), self.words)

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
            tick.setAccessibleName(tick.text())
            tick.clicked.connect(lambda on, channel=channel: self._consent(channel, on))
        self.evidence = field(w.t("Evidence"), w.t("what proves the answer"))
        print_answers = button(w.t("Print the answers"), self._print_history, icon="printer")
        self._proof = beside(print_answers, None)
        self._messages, self._answers = self._group(1, w.t("Agrees to offers by"))
        self._answers.addRow(beside(*self.ticks.values(), None))
        self._answers.addRow(label(w.t("Evidence")), self.evidence)
        self._answers.addRow(self._proof)

    def _add_phones(self) -> None:
        w = self._words
        self.other_phone = field(w.t("Other phone"), w.t("new phone"))
        self.fact = field(w.t("Name or birthday"), w.t("name or birthday, as said"))
        change = button(w.t("Change the phone"), self.change_phone)
        lines = self._act_group(w.t("Phones"), self.change_phone)
        lines.addRow(label(w.t("Other phone")), self.other_phone)
        if self._vm.may_list:
            add = button(w.t("Add"), self._add_phone)
            detach = button(w.t("Take off"), self._detach_phone)
            lines.addRow(beside(change, None))
            lines.addRow(beside(add, detach, None))
        else:
            # a cashier has to know something that the member said
            lines.addRow(label(w.t("Name or birthday")), self.fact)
            lines.addRow(beside(change, None))

    def _add_owned(self) -> None:
        """A lost card, the password for points, to be forgotten: acts of whoever has the right."""
        w = self._words
        self.password = field(w.t("Password for points"), w.t("four to six digits"))
        self.password.setMaxLength(6)
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.why = field(w.t("Reason"), w.t("Reason"))
        self.tail = field(w.t("Last four of the member number"), w.t("last four of the number"))
        self.tail.setMaxLength(4)
        if self._vm.may_replace:
            freeze = button(w.t("Freeze it and give a new number"), self.replace_card)
            lost = self._act_group(w.t("Lost card"), self.replace_card)
            lost.addRow(beside(freeze, None))
        if self._vm.may_list:
            set_password = button(w.t("Set the password"), self._set_password)
            secret = self._act_group(w.t("Password for points"), self._set_password)
            secret.addRow(self.password)
            secret.addRow(beside(set_password, None))
        if self._vm.may_forget:
            forget = button(w.t("Forget"), self.forget)
            gone = self._act_group(w.t("Forget for ever"), self.forget)
            gone.addRow(label(w.t("Reason")), self.why)
            gone.addRow(label(w.t("Last four of the member number")), self.tail)
            gone.addRow(beside(forget, None))

    # --- what is shown ---

    def show_blank(self) -> None:
        """An empty card; what was once typed into one and not saved is offered."""
        self._member = None
        self.errors.clear()
        with self.form.filling():
            for box in (self.phone, *self.boxes.values(), self.words, self.referrer):
                box.setText("")
        self.show_consents({})
        self._show_acts(False)

    def show_member(self, opened: Opened) -> None:
        who = opened.member
        tree = opened.tree
        is_other = self._member is None or self._member.member_no != who.member_no
        self._member = who
        if is_other:
            self.errors.clear()
            self._forget_typed()
        with self.form.filling(who.member_no):
            self.phone.setText(spaced_phone(who.phone))
            self.referrer.setText(tree.referrer_name or tree.referrer_no)
            self.words.setText(", ".join(who.tags))
            for name, box in self.boxes.items():
                box.setText(getattr(who, name))
            birthday = labels.birthday(who.birthday, who.birthday_type, self._words)
            self.boxes["birthday"].setText(birthday)
        self.show_consents(who.consent)
        self._show_acts(True)

    def _show_acts(self, shown: bool) -> None:
        """What can be done with somebody who is a member already."""
        # a phone is changed by an act of its own, a referrer never
        self.phone.setEnabled(not shown)
        self.referrer.setEnabled(not shown)
        for group in self._acts:
            group.setVisible(shown)
        # what somebody says on the first day needs no proof: it is written down with the card
        for line in (self.evidence, self._proof):
            self._answers.setRowVisible(line, shown)

    def _forget_typed(self) -> None:
        """Nothing that was typed for one member's acts stays for the next."""
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

    # --- refusals ---

    @Slot(object)
    def _refuse_card(self, error: StoreError) -> None:
        """Say at the field what is wrong with it; what no field is to blame for goes to the
        page."""
        self.form.refused()
        fields = self.boxes | {"phone": self.phone, "member": self.referrer}
        self._say_at(fields.get(_AT.get(error.code, error.code)), error)

    @Slot(object)
    def _refuse_act(self, error: StoreError) -> None:
        if self._member is not None:
            # a tick that was not kept is no answer
            self.show_consents(self._member.consent)
        self._say_at(self._tried, error)

    _tried: QWidget | None = None
    """The field of the act that was asked for last."""

    def _say_at(self, box: QWidget | None, error: StoreError) -> None:
        text = told(error, self._words)
        if box is not None and box.isEnabled() and box.isVisibleTo(self):
            self.errors.show(box, text)
        else:
            self.refused.emit(text)

    # --- acts ---

    def save(self) -> None:
        """Register whoever stands on an empty card; keep what was changed of a member."""
        self.errors.clear()
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
            self._tried = self.evidence
            evidence = self.evidence.text()
            self._vm.consent(self._member.member_no, channel, on, evidence)

    def change_phone(self) -> None:
        """The number typed takes the place of the first."""
        if self._member is not None:
            self._tried = self.other_phone
            phone = self.other_phone.text()
            fact = self.fact.text()
            self._vm.change_phone(self._member.member_no, phone, fact)

    def _add_phone(self) -> None:
        if self._member is not None:
            self._tried = self.other_phone
            self._vm.add_phone(self._member.member_no, self.other_phone.text())

    def _detach_phone(self) -> None:
        """The number typed, or the first one."""
        if self._member is not None:
            self._tried = self.other_phone
            typed = self.other_phone.text().strip()
            self._vm.detach_phone(self._member.member_no, typed or self._member.phone)

    def replace_card(self) -> None:
        """Freeze the lost card and give a new number."""
        if self._member is not None:
            self._tried = None
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
            self._tried = self.password
            self._vm.set_password(self._member.member_no, self.password.text())
            self.password.clear()

    def forget(self) -> None:
        """For ever, so the number's last four have to be typed."""
        if self._member is None:
            return
        member_no = self._member.member_no
        if normal(self.tail.text()) == member_no[-4:]:
            self._tried = self.why
            self._vm.forget(member_no, self.why.text())
            return
        why = self._words.t(
            "Type the last four digits of the member number: this cannot be taken back."
        )
        self.errors.show(self.tail, why)


def _side() -> tuple[QWidget, QVBoxLayout]:
    """A column of groups, with what is left of its height below them."""
    side = QWidget()
    groups = QVBoxLayout(side)
    groups.setContentsMargins(0, 0, 0, 0)
    groups.setSpacing(12)
    groups.addStretch(1)
    return side, groups
