"""What is said of an offer while it is typed: its sentence in both languages, what is wrong with
it, with which offers it collides."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue
from storecrm.services.offers.backtest import Collision
from storecrm.ui.kit.widgets import label
from storecrm.ui.pages.offer_fields import TITLES
from storecrm.ui.pages.refusals import told

_HIGH = 92
_LOW = 72
_MOST_NAMES = 5
"""So many colliding offers are named; the first are enough to see why."""


class OfferAnswers(QScrollArea):
    """Lines above the form, always in sight; they have one height, so that nothing that is typed
    moves the field in which it is typed."""

    def __init__(self, words: Catalogue) -> None:
        super().__init__()
        self._words = words
        self.setProperty("plain", True)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.chinese = label("", "sentence", wrap=True)
        self.english = label("", "sentence", wrap=True)
        # what is not typed yet is no fault: it turns red at its field when it is saved
        self.verdict = label("", "small", wrap=True)
        self.beside = label("", "small", wrap=True)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for line in (self.chinese, self.english, self.verdict, self.beside):
            column.addWidget(line)
        column.addStretch(1)
        self.setWidget(inside)
        self.fit(low=False)

    def fit(self, *, low: bool) -> None:
        """Less of it where the page is low: it scrolls."""
        self.setFixedHeight(_LOW if low else _HIGH)

    def show_sentence(self, chinese: str, english: str, error: StoreError | None) -> None:
        """The offer read aloud, or why it is none yet."""
        self.chinese.setText(chinese)
        self.english.setText(english)
        own, other = self._own_first()
        # the other language, which stands on papers too, is a look away
        own.setToolTip(other.text())
        own.setVisible(bool(own.text()))
        other.hide()
        self.verdict.setText(told(error, self._words, TITLES) if error else "")
        self.verdict.setVisible(error is not None)

    def _own_first(self) -> tuple[QLabel, QLabel]:
        pair = self.chinese, self.english
        return pair if self._words.chinese else (pair[1], pair[0])

    def show_frozen(self) -> None:
        """Coupons are out: it is said why nothing can be typed."""
        why = self._words.t("Coupons are out, so what it says stays. Stop it and make a copy.")
        self.verdict.setText(why)
        self.verdict.show()

    @Slot(object)
    def show_beside(self, found: list[Collision]) -> None:
        """The offers that do not go together with this one."""
        w = self._words
        names = w.listed(one.name for one in found[:_MOST_NAMES])
        said = w.t("Not together with {names}: the customer gets the better one.", names=names)
        self.beside.setVisible(bool(found))
        self.beside.setText(said if found else "")
