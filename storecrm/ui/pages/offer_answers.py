"""What is said of an offer while it is typed: its sentence in both languages, what is wrong with
it, with which offers it collides."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue
from storecrm.services.offers.backtest import Collision
from storecrm.ui.kit.widgets import label
from storecrm.ui.pages.offer_fields import TITLES
from storecrm.ui.pages.refusals import told

_MOST_NAMES = 5
"""So many colliding offers are named; the first are enough to see why."""


class OfferAnswers(QWidget):
    """Lines below the form, always in sight."""

    def __init__(self, words: Catalogue) -> None:
        super().__init__()
        self._words = words
        self.chinese = label("", "sentence", wrap=True)
        self.english = label("", "sentence", wrap=True)
        self.verdict = label("", "error", wrap=True)
        self.beside = label("", "small", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for line in (self.chinese, self.english, self.verdict, self.beside):
            column.addWidget(line)

    def show_sentence(self, chinese: str, english: str, error: StoreError | None) -> None:
        """The offer read aloud, or why it is none."""
        self.chinese.setText(chinese)
        self.english.setText(english)
        # an offer that cannot be read has no sentence
        self.chinese.setVisible(bool(chinese))
        self.english.setVisible(bool(english))
        self.verdict.setText(told(error, self._words, TITLES) if error else "")

    def show_frozen(self) -> None:
        """Coupons are out: it is said why nothing can be typed."""
        why = self._words.t("Coupons are out, so what it says stays. Stop it and make a copy.")
        self.verdict.setText(why)

    @Slot(object)
    def show_beside(self, found: list[Collision]) -> None:
        """The offers that do not go together with this one."""
        w = self._words
        names = w.listed(one.name for one in found[:_MOST_NAMES])
        said = w.t("Not together with {names}: the customer gets the better one.", names=names)
        self.beside.setVisible(bool(found))
        self.beside.setText(said if found else "")
