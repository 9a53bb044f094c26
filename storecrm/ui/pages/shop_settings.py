"""The shop's own settings by groups: what each is called, what it is set to, what it does, and a
way to set it."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from PySide6.QtCore import QModelIndex, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QComboBox, QFrame, QVBoxLayout, QWidget

from storecrm.domain.setting_kinds import Group, Groups, Setting
from storecrm.domain.shop_rules import SETTINGS, ShopRules
from storecrm.errors import StoreError
from storecrm.i18n import Catalogue
from storecrm.ui.kit.field_errors import FieldErrors
from storecrm.ui.kit.forms import Form
from storecrm.ui.kit.tables import Column, Empty, Table
from storecrm.ui.kit.toast import say
from storecrm.ui.kit.widgets import Saying, button, card, field, label, row
from storecrm.ui.pages.refusals import told
from storecrm.ui.pages.setting_controls import Control, control_of
from storecrm.ui.viewmodels.shop_settings import KeptSetting, ShopSettingsViewModel
from storecrm.wording import shop_rules as setting_words

WIDE = 540
"""From this width on the chosen setting stands beside the list, below that under it."""
LEAST = 100
"""The list is never lower: its title and a rule or two, on the smallest screen with the chosen rule
under it."""


class ShopSettingsPage(QWidget):
    """A list, narrowed by group and by words, and the chosen setting with its control."""

    def __init__(self, vm: ShopSettingsViewModel, words: Catalogue) -> None:
        super().__init__()
        self.setObjectName("page")
        self._vm = vm
        self._words = words
        self._rules = ShopRules.of({}, words.digits)
        self.chosen: Setting[Any] | None = None
        self.control: Control | None = None
        self._make_list()
        self._make_editor()
        self.errors = FieldErrors(self)
        self.both = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self.both.setSpacing(12)
        self.both.addWidget(self._list_side(), 4)
        self.both.addWidget(self._editor_card(), 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.addLayout(self.both, 1)
        self._join()
        self._choose(None)

    def open(self) -> None:
        self._vm.load()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        way = QBoxLayout.Direction
        wide = self.width() >= WIDE
        self.both.setDirection(way.LeftToRight if wide else way.TopToBottom)

    # --- what is seen ---

    def _make_list(self) -> None:
        w = self._words
        none_here = Empty("settings", w.t("No rule has these words."))
        self.rules: Table[Setting[Any]] = Table(
            list(self._columns()),
            w.t("Rules of the shop"),
            kept_as="shop_rules",
            empty=none_here,
            no_match=w.t("No rule fits."),
            words=w,
            same=lambda setting: setting.key,
        )
        self.rules.setMinimumHeight(LEAST)
        self.sought = field(w.t("Find a rule"), w.t("Find a rule"))
        self.group = QComboBox()
        self.group.setAccessibleName(w.t("Group"))
        self.group.addItem(w.t("All rules"), None)
        for group in Group:
            self.group.addItem(setting_words.group(group, w), group)

    def _columns(self) -> Iterator[Column[Setting[Any]]]:
        w = self._words
        yield Column("rule", w.t("Rule"), lambda setting: setting_words.title(setting, w), 160)
        yield Column("set_to", w.t("Set to"), self._set_to, 150)
        yield Column(
            "group",
            w.t("Group"),
            lambda setting: setting_words.group(setting.group, w),
            110,
            shown=False,
        )

    def _set_to(self, setting: Setting[Any]) -> str:
        text = self._rules.text[setting.key]
        return setting_words.value(setting, text, self._words)

    def _list_side(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row(self.group, self.sought))
        column.addWidget(self.rules, 1)
        return side

    def _make_editor(self) -> None:
        w = self._words
        self.title = label("", "h2", wrap=True)
        self.about = label("", wrap=True)
        self.allowed = Saying("small")
        self.usual = Saying("small")
        self.note = Saying("small")
        self.reset = button(w.t("Back to the usual"), self._reset)
        body = QWidget()
        self._fields = QVBoxLayout(body)
        self._fields.setContentsMargins(0, 0, 0, 0)
        for said in (self.title, self.about, self.allowed, self.usual, self.note):
            self._fields.addWidget(said)
        self._fields.addStretch(1)
        self.form = Form(
            self,
            body,
            words=w,
            save=self._save,
            leave=self._leave,
            draft="rule",
            others=(self.reset,),
        )

    def _editor_card(self) -> QFrame:
        frame, column = card()
        column.addWidget(self.form)
        return frame

    def _join(self) -> None:
        vm = self._vm
        self.group.currentIndexChanged.connect(self._narrow)
        self.sought.textChanged.connect(self._narrow)
        self.rules.chosen.connect(self._choose)
        self.rules.opened.connect(self._enter)
        self.rules.view.clicked.connect(self._clicked)
        vm.shown.connect(self._show)
        vm.kept.connect(self._kept)
        vm.unread.connect(self._warn)
        vm.refused.connect(self._refuse)

    # --- the list ---

    @Slot(object)
    def _show(self, rules: ShopRules) -> None:
        self._rules = rules
        self._narrow()

    @Slot(object)
    def _warn(self, kept: dict[str, str]) -> None:
        """What a store holds that cannot be read, by an older or a newer program."""
        said = setting_words.unread(kept, self._words)
        if said:
            say(self, " ".join(said), bad=True)

    @Slot()
    def _narrow(self) -> None:
        """Show the settings of the group and with the words that are asked for; the chosen one
        stays chosen."""
        self.rules.show([setting for setting in SETTINGS.values() if self._fits(setting)])

    def _fits(self, setting: Setting[Any]) -> bool:
        group = self.group.currentData()
        sought = self.sought.text().strip().casefold()
        return group in (None, setting.group) and sought in self._said(setting)

    def _said(self, setting: Setting[Any]) -> str:
        """All in which a setting may be found."""
        title = setting_words.title(setting, self._words)
        about = setting_words.about(setting, self._words)
        return f"{title} {about} {setting.key}".casefold()

    @Slot(QModelIndex)
    def _clicked(self, _index: QModelIndex) -> None:
        # who clicks wants to set it: whoever goes through by the arrow keys only reads
        self._enter(self.chosen)

    @Slot(object)
    def _enter(self, _setting: object) -> None:
        self.form.begin_typing()

    # --- the chosen one ---

    @Slot(object)
    def _choose(self, setting: Setting[Any] | None) -> None:
        self.chosen = setting
        with self.form.filling(of=setting.key if setting is not None else ""):
            self._fill(setting)

    def _fill(self, setting: Setting[Any] | None) -> None:
        """What the setting does, and its control with what it is set to."""
        self._drop_control()
        for said in (self.title, self.note, self.allowed, self.usual):
            said.setText("")
        self.form.buttons.setVisible(setting is not None)
        if setting is None:
            hint = self._words.t("Choose a rule in the list to read what it does and to set it.")
            self.about.setText(hint)
            return
        self._describe(setting)
        self.control = control_of(setting, self._words, self._vm.lookups)
        # below what it does
        self._fields.insertWidget(2, self.control)
        self.control.show_text(self._rules.text[setting.key])

    def _drop_control(self) -> None:
        if self.control is not None:
            self.errors.clear()
            self.control.hide()
            self.control.setParent(None)
            self.control.deleteLater()
            self.control = None

    def _describe(self, setting: Setting[Any]) -> None:
        """What the setting does, what it may be and what it usually is."""
        w = self._words
        usual = setting.initial(w.digits)
        usual_said = setting_words.value(setting, usual, w)
        self.title.setText(setting_words.title(setting, w))
        self.about.setText(setting_words.about(setting, w))
        # what has a control of its own is shown by it
        written = isinstance(setting, Groups)
        self.allowed.setText(setting_words.allowed(setting, w) if written else "")
        self.usual.setText(w.t("Usual: {value}", value=usual_said))
        self.reset.setVisible(self._rules.text[setting.key] != usual)
        if setting is ShopRules.close_hour:
            self.note.setText(self._about_closing())

    def _about_closing(self) -> str:
        """What the hour in which the day closes means for dates."""
        return self._words.t(
            "Coupons and promotions work from 00:00 of their first date until {hour}:00 after "
            "their last date, when that day closes.",
            hour=f"{self._rules.close_hour:02d}",
        )

    def _leave(self) -> None:
        self.rules.setFocus()

    # --- setting it ---

    def _save(self) -> None:
        if self.chosen is None or self.control is None:
            return
        problem = self.control.problem()
        if problem:
            self.form.refused()
            self.errors.show(self.control, problem)
            return
        self._vm.keep(self.chosen, self.control.text())

    def _reset(self) -> None:
        if self.chosen is not None:
            usual = self.chosen.initial(self._words.digits)
            self._vm.keep(self.chosen, usual)

    @Slot(object)
    def _kept(self, kept: KeptSetting) -> None:
        # another rule may be chosen by now: what is typed for that one stays
        setting = SETTINGS[kept.key]
        self.form.saved(of=kept.key)
        self._show(kept.rules)
        self._choose(self.chosen)
        w = self._words
        set_to = self._set_to(setting)
        said = w.t("{rule}: {value}", rule=setting_words.title(setting, w), value=set_to)
        changed = kept.rules.text[kept.key] != kept.before
        undo = partial(self._vm.keep, setting, kept.before) if changed else None
        say(self, said, undo=undo)

    @Slot(object)
    def _refuse(self, error: StoreError) -> None:
        self.form.refused()
        said = told(error, self._words, setting_words.TITLES)
        # what the store says of the value stands at its box
        if self.control is not None and error.where in (None, "", self.control.setting.key):
            self.errors.show(self.control, said)
        else:
            say(self, said, bad=True)
