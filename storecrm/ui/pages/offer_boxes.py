"""The boxes in which an offer is typed: each key of it in the box that fits, read back as the text
that a file would have."""

from collections.abc import Iterable, Iterator

from PySide6.QtCore import SignalInstance, Slot
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QLineEdit, QWidget

from storecrm.i18n import Catalogue, m
from storecrm.ui.kit.pickers.choices import Choice, Find
from storecrm.ui.kit.pickers.date_box import DateBox
from storecrm.ui.kit.pickers.money_box import MoneyBox
from storecrm.ui.kit.pickers.number_box import CountEdit
from storecrm.ui.kit.pickers.search_box import SearchBox
from storecrm.ui.kit.pickers.time_box import TimeBox
from storecrm.ui.kit.pickers.typed_box import TypedBox
from storecrm.ui.kit.pickers.weekday_chips import WeekdayChips
from storecrm.ui.kit.widgets import ChoiceBox, field, label
from storecrm.ui.pages.offer_fields import FIELDS, LISTED, OfferField
from storecrm.ui.viewmodels.lookups import Lookups

OfferBox = QLineEdit | ChoiceBox

_DAYS = ("valid_from", "valid_to")
_TIMES = ("time_from", "time_to")
_AMOUNTS = ("min_spend", "cap", "budget")
_COUNTS = ("valid_days", "limit_total", "limit_per_member", "buy", "get", "max_repeats")
_PIECES = ("min_quantity",)
_MOST = 999_999_999
_LEAST = 80
_LONGEST = 1_000_000
"""Signs of a list: every article of a large shop."""
_BIRTHDAYS = {
    "": m("Any day"),
    "day": m("Around the birthday"),
    "month": m("In the month of the birthday"),
}


class OfferBoxes:
    """Every box by the key of the offer that is typed in it."""

    def __init__(self, lookups: Lookups, words: Catalogue) -> None:
        self._words = words
        self._lookups = lookups
        self.by_key: dict[str, OfferBox] = {}
        self.whole: dict[str, QWidget] = {}
        self.titles: dict[str, QLabel] = {}
        for one in FIELDS:
            box = self._box(one)
            self.by_key[one.name] = box
            self.whole[one.name] = self._around(one, box)
            self.titles[one.name] = label(words.t(one.title))

    def _box(self, one: OfferField) -> OfferBox:
        w, title = self._words, self._words.t(one.title)
        if one.name in _DAYS:
            return DateBox(title, w, today=self._lookups.today)
        if one.name in _TIMES:
            return TimeBox(title, w, end=one.name == _TIMES[1])
        if one.name in _AMOUNTS:
            return MoneyBox(title, w)
        if one.name in (*_COUNTS, *_PIECES):
            return CountEdit(title, w, 1, _MOST)
        if one.name == "birthday":
            return ChoiceBox(title, {key: w.t(text) for key, text in _BIRTHDAYS.items()})
        return field(title, one.example)

    def _around(self, one: OfferField, box: OfferBox) -> QWidget:
        """The box, with what helps to fill it."""
        finds: dict[str, Find] = {
            "categories": self._lookups.categories,
            "products": self._lookups.articles,
            "not_products": self._lookups.articles,
            "gifts": self._lookups.articles,
        }
        if one.name in LISTED and isinstance(box, QLineEdit):
            box.setMaxLength(_LONGEST)
        if one.name in finds and isinstance(box, QLineEdit):
            return ListLine(box, finds[one.name], self._lookups, self._words)
        if one.name == "weekdays" and isinstance(box, QLineEdit):
            return DaysLine(box, self._words.t(one.title), self._words)
        return box

    def add_to(self, form: QFormLayout, fields: Iterable[OfferField]) -> None:
        for one in fields:
            form.addRow(self.titles[one.name], self.whole[one.name])

    def show_only(self, keys: Iterable[str]) -> None:
        """The boxes that the kind has."""
        shown = set(keys)
        for key, whole in self.whole.items():
            whole.setVisible(key in shown)
            self.titles[key].setVisible(key in shown)

    def put(self, texts: dict[str, str]) -> None:
        """What the offer says, by its keys."""
        for key, text in texts.items():
            self.by_key[key].setText(text)

    def typed(self) -> dict[str, str]:
        """What stands in each box, as a file would have it."""
        return {key: _plain(box) for key, box in self.by_key.items()}

    def changes(self) -> Iterator[SignalInstance]:
        """What the boxes say at each key."""
        for box in self.by_key.values():
            if isinstance(box, QLineEdit):
                yield box.textChanged
            else:
                yield box.currentIndexChanged


def _plain(box: OfferBox) -> str:
    """The text of a box; what it reads is written in one way, however it was typed."""
    text = box.text()
    value = box.current() if isinstance(box, TypedBox) else None
    if isinstance(box, TypedBox) and value is not None:
        # thousands are parted for eyes alone
        text = box.written(value).replace(",", "")
    return text.strip()


class DaysLine(QWidget):
    """Days of the week as chips over the line that holds their numbers."""

    def __init__(self, line: QLineEdit, name: str, words: Catalogue) -> None:
        super().__init__()
        self._line = line
        self.chips = WeekdayChips(name, words)
        inside = QHBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.chips)
        inside.addWidget(line)
        line.hide()
        self.setFocusProxy(self.chips)
        self.chips.changed.connect(self._chosen)
        line.textChanged.connect(self._follow)

    @Slot(object)
    def _chosen(self, days: tuple[int, ...]) -> None:
        self._line.setText(", ".join(map(str, days)))

    @Slot(str)
    def _follow(self, text: str) -> None:
        parts = [part.strip() for part in text.split(",")]
        self.chips.set_days(int(part) for part in parts if part.isdecimal())


class ListLine(QWidget):
    """A line of several things, and a search that adds one."""

    def __init__(self, line: QLineEdit, find: Find, lookups: Lookups, words: Catalogue) -> None:
        super().__init__()
        self._line = line
        name = line.accessibleName()
        self.search = SearchBox(words.t("Find: {what}", what=name), words, find, lookups.lane)
        # it only adds to the line: the form keeps the line
        self.search.setPlaceholderText(words.t("Find and add"))
        for part in (line, self.search):
            part.setMinimumWidth(_LEAST)
        inside = QHBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(line, 3)
        inside.addWidget(self.search, 2)
        self.setFocusProxy(line)
        self.search.chosen.connect(self._add)

    @Slot(object)
    def _add(self, choice: Choice) -> None:
        self.search.set_choice(None)
        before = [part.strip() for part in self._line.text().split(",") if part.strip()]
        if str(choice.value) not in before:
            self._line.setText(", ".join([*before, str(choice.value)]))
