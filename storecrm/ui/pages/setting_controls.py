"""What a setting of the shop is set with, by its kind: a choice, a number with its unit, an amount,
an offer. A control reads and gives the text that files and commands write; people never see it.

    control = control_of(setting, words, lookups)
    control.show_text("*")
    control.text()         ->  "*", while the tick "no limit" is seen
"""

from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from storecrm.domain import points
from storecrm.domain.setting_kinds import (
    Amount,
    Expiry,
    Limit,
    OfferCode,
    Setting,
    Span,
    Whole,
)
from storecrm.i18n import Catalogue
from storecrm.ui.kit.pickers.choices import Choice
from storecrm.ui.kit.pickers.money_box import MoneyBox
from storecrm.ui.kit.pickers.number_box import NumberBox
from storecrm.ui.kit.pickers.search_box import SearchBox
from storecrm.ui.kit.widgets import field
from storecrm.ui.viewmodels.lookups import Lookups
from storecrm.values import money_text
from storecrm.wording import shop_rules as setting_words

_MOST_LASTING = 9_999
"""Days or months that points may live, at the most."""
_SHORTEST = 10
"""Letters of a choice that are always in sight."""
_GAPS = "x"
"""Behind a span: so many of a member's own gaps between visits."""


class Control(QWidget):
    """Base of the controls: boxes beside each other, the first takes the focus."""

    def __init__(self, setting: Setting[Any], words: Catalogue) -> None:
        super().__init__()
        self.setting = setting
        self.words = words
        self.title = setting_words.title(setting, words)
        self.setAccessibleName(self.title)
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(0, 0, 0, 0)

    def hold(self, *boxes: QWidget, wide: bool = False) -> None:
        """Put the boxes in; with `wide` the last takes all the room there is."""
        for box in boxes:
            self._line.addWidget(box, int(wide and box is boxes[-1]))
        if not wide:
            self._line.addStretch(1)
        self.setFocusProxy(boxes[0])

    def text(self) -> str:
        """What is set, as files and commands write it."""
        raise NotImplementedError

    def show_text(self, text: str) -> None:
        """Show what the store says."""
        raise NotImplementedError

    def problem(self) -> str:
        """What is wrong with what was typed, "" where nothing is."""
        return ""


class ChoiceControl(Control):
    """One of a short list."""

    def __init__(self, setting: Setting[Any], words: Catalogue) -> None:
        super().__init__(setting, words)
        self.pick = _combo(self.title)
        for choice in setting.choices(words.digits):
            self.pick.addItem(setting_words.choice(setting, choice, words), choice)
        self.hold(self.pick, wide=True)

    def text(self) -> str:
        return str(self.pick.currentData())

    def show_text(self, text: str) -> None:
        self.pick.setCurrentIndex(self.pick.findData(text))


class NumberControl(Control):
    """A whole number with its unit; a limit may be none."""

    def __init__(self, setting: Whole[Any] | Limit, words: Catalogue) -> None:
        super().__init__(setting, words)
        is_limit = isinstance(setting, Limit)
        nothing = setting_words.value(setting, setting.nothing, words) if is_limit else ""
        bounds = (1, setting.most) if isinstance(setting, Limit) else (setting.low, setting.high)
        self.number = NumberBox(
            self.title,
            words,
            unit=setting_words.unit(setting, words),
            least=bounds[0],
            most=bounds[1],
            no_limit=nothing,
        )
        self.hold(self.number, wide=True)

    def text(self) -> str:
        if self.number.unlimited():
            return self.setting.nothing
        value = self.number.value()
        return "" if value is None else str(value)

    def show_text(self, text: str) -> None:
        none_set = bool(self.setting.nothing) and text == self.setting.nothing
        self.number.set_value(None if none_set else int(text))

    def problem(self) -> str:
        return self.number.problem()


class MoneyControl(Control):
    """An amount in the shop's currency."""

    def __init__(self, setting: Amount, words: Catalogue) -> None:
        super().__init__(setting, words)
        self.money = MoneyBox(self.title, words)
        self.hold(self.money)

    def text(self) -> str:
        amount = self.money.amount()
        return "" if amount is None else money_text(amount, self.words.digits)

    def show_text(self, text: str) -> None:
        amount = self.setting.read(text, self.words.digits)
        self.money.set_amount(amount)

    def problem(self) -> str:
        return self.money.problem()


class ExpiryControl(Control):
    """Until when points live: a choice, and behind some a number of days or months."""

    def __init__(self, setting: Expiry, words: Catalogue) -> None:
        super().__init__(setting, words)
        self.pick = _combo(self.title)
        for policy in (*points.UNCOUNTED, *points.COUNTED):
            self.pick.addItem(setting_words.choice(setting, policy, words), policy)
        self.number = NumberBox(words.t("How long"), words, unit=" ", least=1, most=_MOST_LASTING)
        self.pick.currentIndexChanged.connect(self._picked)
        self.hold(self.pick, self.number, wide=True)
        self._picked()

    @Slot()
    def _picked(self) -> None:
        w = self.words
        policy = self.pick.currentData()
        self.number.setVisible(policy in points.COUNTED)
        self.number.unit.setText(w.t("days") if policy == points.DAYS else w.t("months"))

    def text(self) -> str:
        policy = str(self.pick.currentData())
        if policy not in points.COUNTED:
            return policy
        return f"{policy}:{self.number.value() or ''}"

    def show_text(self, text: str) -> None:
        policy, _, count = text.partition(":")
        self.pick.setCurrentIndex(self.pick.findData(policy))
        self.number.set_value(int(count) if count else None)
        self._picked()

    def problem(self) -> str:
        counted = self.pick.currentData() in points.COUNTED
        if counted and self.number.value() is None:
            return self.number.problem() or self.number.entry.wrong()
        return ""


class SpanControl(Control):
    """Days since a visit, or multiples of a member's own gap between visits."""

    def __init__(self, setting: Span, words: Catalogue) -> None:
        super().__init__(setting, words)
        self.value = field(self.title)
        self.value.setMaximumWidth(90)
        self.unit = _combo(words.t("Unit"))
        self.unit.addItem(words.t("days"), "")
        self.unit.addItem(words.t("× the member's own gap"), _GAPS)
        self.hold(self.value, self.unit, wide=True)

    def text(self) -> str:
        return f"{self.value.text().strip()}{self.unit.currentData()}"

    def show_text(self, text: str) -> None:
        self.value.setText(text.removesuffix(_GAPS))
        self.unit.setCurrentIndex(int(text.endswith(_GAPS)))


class OfferControl(Control):
    """An offer, found by its name; an empty box is none."""

    def __init__(self, setting: OfferCode, words: Catalogue, lookups: Lookups) -> None:
        super().__init__(setting, words)
        self.offer = SearchBox(self.title, words, lookups.offers, lookups.lane)
        none = setting_words.value(setting, setting.nothing, words)
        self.offer.setPlaceholderText(none)
        self.hold(self.offer, wide=True)

    def text(self) -> str:
        return str(self.offer.value() or self.setting.nothing)

    def show_text(self, text: str) -> None:
        none_set = text == self.setting.nothing
        self.offer.set_choice(None if none_set else Choice(text, text))

    def problem(self) -> str:
        return self.offer.problem()


class TextControl(Control):
    """What can only be written."""

    def __init__(self, setting: Setting[Any], words: Catalogue) -> None:
        super().__init__(setting, words)
        self.value = field(self.title)
        self.hold(self.value, wide=True)

    def text(self) -> str:
        return self.value.text()

    def show_text(self, text: str) -> None:
        self.value.setText(text)


def control_of(setting: Setting[Any], words: Catalogue, lookups: Lookups) -> Control:
    """The control of a setting's kind."""
    if isinstance(setting, Whole | Limit):
        return NumberControl(setting, words)
    if isinstance(setting, Amount):
        return MoneyControl(setting, words)
    if isinstance(setting, Expiry):
        return ExpiryControl(setting, words)
    if isinstance(setting, Span):
        return SpanControl(setting, words)
    if isinstance(setting, OfferCode):
        return OfferControl(setting, words, lookups)
    if setting.choices(words.digits):
        return ChoiceControl(setting, words)
    return TextControl(setting, words)


def _combo(name: str) -> QComboBox:
    """A list of answers; long ones do not push the row out of a small window."""
    box = QComboBox()
    box.setAccessibleName(name)
    fitting = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
    box.setSizeAdjustPolicy(fitting)
    box.setMinimumContentsLength(_SHORTEST)
    return box
