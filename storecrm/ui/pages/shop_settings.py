"""The shop's own settings by groups: what each is called, what it is set to, what it does, and a
way to set it."""

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
from storecrm.ui.viewmodels.shop_settings import ShopSettingsViewModel
from storecrm.wording import shop_rules as setting_words
from storecrm.wording.errors import cure, sentence

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
        self._vm, self._words = vm, words
        self._rules = ShopRules.of({}, words.digits)
        self.chosen: Setting[Any] | None = None
        self.banner = Banner()
        self.both = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self.both.setSpacing(12)
        self.both.addWidget(self._list(), 3)
        self.both.addWidget(self._editor(), 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.addWidget(self.banner)
        column.addLayout(self.both, 1)
        vm.shown.connect(self._show)
        vm.kept.connect(self._kept)
        vm.unread.connect(self._warn)
        vm.refused.connect(self._refuse)
        self._choose(None)

    def open(self) -> None:
        self._vm.load()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= WIDE
        self.both.setDirection(
            QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        )
        # what a rule is called needs more room than what it is set to
        self.rule_list.setColumnWidth(0, max(150, min(290, self.width() * 3 // 10)))

    # --- what is seen ---

    def _list(self) -> QWidget:
        w = self._words
        columns: list[Column[Setting[Any]]] = [
            Column(w.t("Rule"), lambda s: setting_words.title(s, w), 290),
            Column(w.t("Set to"), lambda s: setting_words.value(s, self._rules.text[s.key], w), 90),
        ]
        self.rows: RowsModel[Setting[Any]] = RowsModel(columns)
        self.rule_list = table(self.rows, columns, w.t("Rules of the shop"))
        self.rule_list.setMinimumHeight(LEAST)
        self.group, self.sought = QComboBox(), field(w.t("Find a rule"), w.t("Find a rule"))
        self.group.setAccessibleName(w.t("Group"))
        self.group.addItem(w.t("All rules"), None)
        for group in Group:
            self.group.addItem(setting_words.group(group, w), group)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row(self.group, self.sought))
        column.addWidget(self.rule_list, 1)
        self.group.currentIndexChanged.connect(self._narrow)
        self.sought.textChanged.connect(self._narrow)
        self.rule_list.selectionModel().currentRowChanged.connect(self._moved)
        self.rule_list.clicked.connect(self._clicked)
        return whole

    def _editor(self) -> QFrame:
        w = self._words
        frame, column = card()
        self.title, self.about, self.note = (
            label("", "h2", wrap=True),
            label("", wrap=True),
            Saying("small"),
        )
        self.value, self.unit = field(w.t("Value"), w.t("new value")), label("")
        self.pick, self.nothing = QComboBox(), QCheckBox()
        self.pick.setAccessibleName(w.t("Value"))
        self.pick.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.pick.setMinimumContentsLength(10)
        self.allowed, self.usual = Saying("small"), Saying("small")
        self.keep = button(w.t("Keep the rule"), self._keep, kind="primary")
        self.reset = button(w.t("Back to the usual"), self._reset)
        column.addWidget(self.title)
        column.addWidget(self.about)
        column.addLayout(row(self.pick, self.value, self.unit, self.nothing))
        column.addLayout(row(self.reset, None, self.keep))
        for said in (self.allowed, self.usual, self.note):
            column.addWidget(said)
        column.addStretch(1)
        self.value.returnPressed.connect(self._keep)
        self.pick.currentIndexChanged.connect(self._picked)
        self.nothing.toggled.connect(self.value.setDisabled)
        self.value.setMinimumWidth(60)
        return frame

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
        self.banner.say(" ".join(setting_words.unread(kept, self._words)), bad=bool(kept))

    @Slot(object)
    def _refuse(self, error: StoreError) -> None:
        said = sentence(error, self._words, setting_words.TITLES)
        self.banner.say(f"{said} {cure(error, self._words)}".strip(), bad=True)

    def _narrow(self) -> None:
        """Show the settings of the group and with the words that are asked for; the chosen one
        stays chosen."""
        group, sought = self.group.currentData(), self.sought.text().strip().casefold()
        fit = [
            one
            for one in SETTINGS.values()
            if group in (None, one.group) and sought in self._said(one)
        ]
        chosen = self.chosen
        self.rows.show(fit)
        if chosen in fit:
            self.rule_list.selectRow(fit.index(chosen))
        else:
            self._choose(None)

    def _said(self, setting: Setting[Any]) -> str:
        parts = (
            setting_words.title(setting, self._words),
            setting_words.about(setting, self._words),
        )
        return " ".join((*parts, setting.key)).casefold()

    @Slot(QModelIndex, QModelIndex)
    def _moved(self, index: QModelIndex, _before: QModelIndex) -> None:
        if index.isValid():
            self._choose(self.rows.record(index.row()))

    @Slot(QModelIndex)
    def _clicked(self, index: QModelIndex) -> None:
        self._choose(self.rows.record(index.row()))
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
            self.about.setText(
                self._words.t("Choose a rule in the list to read what it does and to set it.")
            )
        else:
            self._describe(setting)
            self._fill(setting, self._rules.text[setting.key])

    def _describe(self, setting: Setting[Any]) -> None:
        w = self._words
        usual = setting.initial(w.digits)
        self.title.setText(setting_words.title(setting, w))
        self.about.setText(setting_words.about(setting, w))
        self.allowed.setText(setting_words.allowed(setting, w))
        self.usual.setText(w.t("Usual: {value}", value=setting_words.value(setting, usual, w)))
        self.keep.setVisible(True)
        self.reset.setVisible(self._rules.text[setting.key] != usual)
        if setting is ShopRules.close_hour:
            self.note.setText(
                w.t(
                    "Coupons and promotions work from 00:00 of their first date until {hour}:00 after their last date, when that day closes.",
                    hour=f"{self._rules.close_hour:02d}",
                )
            )

    def _fill(self, setting: Setting[Any], text: str) -> None:
        """Boxes of the kind that the setting needs, with what it is set to."""
        w = self._words
        policy, _, count = text.partition(":")
        choices = (
            (*points.UNCOUNTED, *points.COUNTED)
            if isinstance(setting, Expiry)
            else setting.choices(w.digits)
        )
        self.pick.blockSignals(True)
        self.pick.clear()
        for choice in choices:
            self.pick.addItem(setting_words.choice(setting, choice, w), choice)
        self.pick.setCurrentIndex(self.pick.findData(policy))
        self.pick.blockSignals(False)
        self.pick.setVisible(bool(choices))
        self.value.setVisible(not choices)
        self.unit.setText(setting_words.unit(setting, w))
        self.unit.setVisible(bool(self.unit.text()) and not choices)
        none_set = bool(setting.nothing) and text == setting.nothing
        self.value.setText(count if choices else "" if none_set else text)
        self.nothing.setText(
            setting_words.value(setting, setting.nothing, w) if setting.nothing else ""
        )
        self.nothing.setVisible(bool(setting.nothing))
        self.nothing.setChecked(none_set)
        self.value.setDisabled(none_set)
        if choices:
            self._picked()

    @Slot()
    def _picked(self) -> None:
        """Some policies need a number behind them."""
        policy = self.pick.currentData()
        counted = isinstance(self.chosen, Expiry) and policy in points.COUNTED
        self.value.setVisible(counted)
        self.value.setDisabled(False)
        self.unit.setVisible(counted)
        if counted:
            self.unit.setText(
                self._words.t("days") if policy == points.DAYS else self._words.t("months")
            )

    def _text(self) -> str:
        """What is set, as files and commands write it."""
        if self.pick.isVisible():
            policy = str(self.pick.currentData())
            return f"{policy}:{self.value.text().strip()}" if self.value.isVisible() else policy
        if self.nothing.isVisible() and self.nothing.isChecked() and self.chosen is not None:
            return self.chosen.nothing
        return self.value.text()

    def _keep(self) -> None:
        if self.chosen is not None:
            self._vm.keep(self.chosen, self._text())

    def _reset(self) -> None:
        if self.chosen is not None:
            self._vm.keep(self.chosen, self.chosen.initial(self._words.digits))
