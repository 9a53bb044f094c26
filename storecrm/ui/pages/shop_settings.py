"""The shop's own settings by groups: what each is called, what it is set to, what it does, and a
way to set it."""

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QModelIndex, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QCheckBox, QComboBox, QFrame, QVBoxLayout, QWidget

from storecrm.domain import points
from storecrm.domain.setting_kinds import Expiry, Group, Setting
from storecrm.domain.shop_rules import SETTINGS, ShopRules
from storecrm.errors import StoreError
from storecrm.i18n import Catalogue
from storecrm.ui.kit.rows import Column, RowsModel, table
from storecrm.ui.kit.widgets import Banner, Saying, button, card, field, label, row
from storecrm.ui.pages.refusals import told
from storecrm.ui.viewmodels.shop_settings import ShopSettingsViewModel
from storecrm.wording import shop_rules as setting_words

WIDE = 540
"""From this width on the chosen setting stands beside the list, below that under it."""
LEAST = 100
"""The list is never lower: its title and a rule or two, on the smallest screen with the chosen rule
under it."""


class ShopSettingsPage(QWidget):
    """A list, narrowed by group and by words, and the chosen setting with its box or its
    choices."""

    def __init__(self, vm: ShopSettingsViewModel, words: Catalogue) -> None:
        super().__init__()
        self.setObjectName("page")
        self._vm = vm
        self._words = words
        self._rules = ShopRules.of({}, words.digits)
        self.chosen: Setting[Any] | None = None
        self.banner = Banner()
        self._make_list()
        self._make_editor()
        self.both = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self.both.setSpacing(12)
        self.both.addWidget(self._list_side(), 3)
        self.both.addWidget(self._editor_card(), 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.addWidget(self.banner)
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
        # what a rule is called needs more room than what it is set to
        share = self.width() * 3 // 10
        self.rule_list.setColumnWidth(0, max(150, min(290, share)))

    # --- what is seen ---

    def _make_list(self) -> None:
        w = self._words
        columns = list(self._columns())
        self.rows: RowsModel[Setting[Any]] = RowsModel(columns)
        self.rule_list = table(self.rows, columns, w.t("Rules of the shop"))
        self.rule_list.setMinimumHeight(LEAST)
        self.sought = field(w.t("Find a rule"), w.t("Find a rule"))
        self.group = QComboBox()
        self.group.setAccessibleName(w.t("Group"))
        self.group.addItem(w.t("All rules"), None)
        for group in Group:
            self.group.addItem(setting_words.group(group, w), group)

    def _columns(self) -> Iterator[Column[Setting[Any]]]:
        w = self._words
        yield Column(w.t("Rule"), lambda setting: setting_words.title(setting, w), 290)
        yield Column(w.t("Set to"), self._set_to, 90)

    def _set_to(self, setting: Setting[Any]) -> str:
        text = self._rules.text[setting.key]
        return setting_words.value(setting, text, self._words)

    def _list_side(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row(self.group, self.sought))
        column.addWidget(self.rule_list, 1)
        return side

    def _make_editor(self) -> None:
        w = self._words
        self.title = label("", "h2", wrap=True)
        self.about = label("", wrap=True)
        self.value = field(w.t("Value"), w.t("new value"))
        self.value.setMinimumWidth(60)
        self.unit = label("")
        self.pick = QComboBox()
        self.pick.setAccessibleName(w.t("Value"))
        # long choices do not push the row out of a small window
        fitting = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        self.pick.setSizeAdjustPolicy(fitting)
        self.pick.setMinimumContentsLength(10)
        self.nothing = QCheckBox()
        self.allowed = Saying("small")
        self.usual = Saying("small")
        self.note = Saying("small")
        self.keep = button(w.t("Keep the rule"), self._keep, kind="primary")
        self.reset = button(w.t("Back to the usual"), self._reset)

    def _editor_card(self) -> QFrame:
        frame, column = card()
        column.addWidget(self.title)
        column.addWidget(self.about)
        column.addLayout(row(self.pick, self.value, self.unit, self.nothing))
        column.addLayout(row(self.reset, None, self.keep))
        for said in (self.allowed, self.usual, self.note):
            column.addWidget(said)
        column.addStretch(1)
        return frame

    def _join(self) -> None:
        vm = self._vm
        self.group.currentIndexChanged.connect(self._narrow)
        self.sought.textChanged.connect(self._narrow)
        self.rule_list.selectionModel().currentRowChanged.connect(self._moved)
        self.rule_list.clicked.connect(self._clicked)
        self.value.returnPressed.connect(self._keep)
        self.pick.currentIndexChanged.connect(self._picked)
        self.nothing.toggled.connect(self.value.setDisabled)
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
    def _kept(self, rules: ShopRules) -> None:
        self._show(rules)
        self._choose(self.chosen)
        self.banner.say(self._words.t("Kept."))

    @Slot(object)
    def _warn(self, kept: dict[str, str]) -> None:
        """What a store holds that cannot be read, by an older or a newer program."""
        said = setting_words.unread(kept, self._words)
        self.banner.say(" ".join(said), bad=bool(kept))

    @Slot(object)
    def _refuse(self, error: StoreError) -> None:
        self.banner.say(told(error, self._words, setting_words.TITLES), bad=True)

    def _narrow(self) -> None:
        """Show the settings of the group and with the words that are asked for; the chosen one
        stays chosen."""
        fitting = [setting for setting in SETTINGS.values() if self._fits(setting)]
        # showing other rows takes the choice away
        chosen = self.chosen
        self.rows.show(fitting)
        if chosen in fitting:
            self.rule_list.selectRow(fitting.index(chosen))
        else:
            self._choose(None)

    def _fits(self, setting: Setting[Any]) -> bool:
        group = self.group.currentData()
        sought = self.sought.text().strip().casefold()
        return group in (None, setting.group) and sought in self._said(setting)

    def _said(self, setting: Setting[Any]) -> str:
        """All in which a setting may be found."""
        title = setting_words.title(setting, self._words)
        about = setting_words.about(setting, self._words)
        return f"{title} {about} {setting.key}".casefold()

    @Slot(QModelIndex, QModelIndex)
    def _moved(self, index: QModelIndex, _before: QModelIndex) -> None:
        if index.isValid():
            self._choose(self.rows.record(index.row()))

    @Slot(QModelIndex)
    def _clicked(self, index: QModelIndex) -> None:
        self._choose(self.rows.record(index.row()))
        # who clicks wants to set it: whoever goes through by the arrow keys only reads
        if self.value.isVisible() and self.value.isEnabled():
            self.value.setFocus()
            self.value.selectAll()
        elif self.pick.isVisible():
            self.pick.setFocus()

    # --- the chosen one ---

    def _choose(self, setting: Setting[Any] | None) -> None:
        self.chosen = setting
        for widget in (self.pick, self.value, self.unit, self.nothing, self.keep, self.reset):
            widget.setVisible(False)
        for text in (self.title, self.about, self.note, self.allowed, self.usual):
            text.setText("")
        if setting is None:
            hint = self._words.t("Choose a rule in the list to read what it does and to set it.")
            self.about.setText(hint)
        else:
            self._describe(setting)
            self._fill(setting, self._rules.text[setting.key])

    def _describe(self, setting: Setting[Any]) -> None:
        """What the setting does, what it may be and what it usually is."""
        w = self._words
        usual = setting.initial(w.digits)
        usual_said = setting_words.value(setting, usual, w)
        self.title.setText(setting_words.title(setting, w))
        self.about.setText(setting_words.about(setting, w))
        self.allowed.setText(setting_words.allowed(setting, w))
        self.usual.setText(w.t("Usual: {value}", value=usual_said))
        self.keep.setVisible(True)
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

    def _fill(self, setting: Setting[Any], text: str) -> None:
        """Boxes of the kind that the setting needs, with what it is set to."""
        choices = self._choices(setting)
        # a policy may have a number behind it
        policy, _, count = text.partition(":")
        none_set = bool(setting.nothing) and text == setting.nothing
        self._fill_choices(setting, choices, policy)
        unit = setting_words.unit(setting, self._words)
        self.unit.setText(unit)
        self.unit.setVisible(bool(unit) and not choices)
        typed = "" if none_set else text
        self.value.setText(count if choices else typed)
        self.value.setVisible(not choices)
        self._fill_nothing(setting, none_set)
        self.value.setDisabled(none_set)
        if choices:
            self._picked()

    def _choices(self, setting: Setting[Any]) -> tuple[str, ...]:
        """What can be chosen; nothing where a value is typed."""
        if isinstance(setting, Expiry):
            return (*points.UNCOUNTED, *points.COUNTED)
        return tuple(setting.choices(self._words.digits))

    def _fill_choices(self, setting: Setting[Any], choices: tuple[str, ...], policy: str) -> None:
        self.pick.blockSignals(True)
        self.pick.clear()
        for choice in choices:
            title = setting_words.choice(setting, choice, self._words)
            self.pick.addItem(title, choice)
        self.pick.setCurrentIndex(self.pick.findData(policy))
        self.pick.blockSignals(False)
        self.pick.setVisible(bool(choices))

    def _fill_nothing(self, setting: Setting[Any], none_set: bool) -> None:
        """The tick that sets no value at all, where there may be none."""
        nothing = setting.nothing
        said = setting_words.value(setting, nothing, self._words) if nothing else ""
        self.nothing.setText(said)
        self.nothing.setVisible(bool(nothing))
        self.nothing.setChecked(none_set)

    @Slot()
    def _picked(self) -> None:
        """Some policies need a number behind them."""
        w = self._words
        policy = self.pick.currentData()
        counted = isinstance(self.chosen, Expiry) and policy in points.COUNTED
        self.value.setVisible(counted)
        self.value.setDisabled(False)
        self.unit.setVisible(counted)
        if counted:
            self.unit.setText(w.t("days") if policy == points.DAYS else w.t("months"))

    def _text(self) -> str:
        """What is set, as files and commands write it."""
        if self.pick.isVisible():
            policy = str(self.pick.currentData())
            count = self.value.text().strip()
            return f"{policy}:{count}" if self.value.isVisible() else policy
        if self.nothing.isVisible() and self.nothing.isChecked() and self.chosen is not None:
            return self.chosen.nothing
        return self.value.text()

    def _keep(self) -> None:
        if self.chosen is not None:
            self._vm.keep(self.chosen, self._text())

    def _reset(self) -> None:
        if self.chosen is not None:
            usual = self.chosen.initial(self._words.digits)
            self._vm.keep(self.chosen, usual)
