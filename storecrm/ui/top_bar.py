"""The bar over every page: the shop, the till, who is here."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from storecrm.i18n import Catalogue
from storecrm.services.store import Store
from storecrm.ui.kit.actions import LiveAction, button_of
from storecrm.ui.kit.fitted_labels import ElideLabel
from storecrm.ui.kit.widgets import label, marked
from storecrm.ui.rail import is_narrow

_LOW = 600
"""Under this height of the window the bar gives some of its own."""


class TopBar(QFrame):
    """The shop's name, the till's, the person's, and the keys that work everywhere."""

    def __init__(self, store: Store, till: str, words: Catalogue) -> None:
        super().__init__()
        self._words = words
        self.setObjectName("topbar")
        self._line = line = QHBoxLayout(self)
        line.setContentsMargins(20, 6, 16, 6)
        line.setSpacing(12)
        self.shop = ElideLabel(store.shop.store, "h2")
        self.shop.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.place = label(till, "small")
        self.user = label("", "small")
        line.addWidget(self.shop)
        line.addWidget(self.place)
        line.addStretch(1)
        # nobody takes the figures of the tour for those of a shop
        self.demo = label(words.t("Demo shop"), "demo")
        self.demo.setVisible(store.shop.demo)
        # nothing is known of a scanner until it scanned: a green light would be a promise
        self.pill = label(words.t("Waiting for a scanner"), "pill")
        self.pill.setProperty("quiet", True)
        for widget in (self.demo, self.pill, self.user):
            line.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)

    def put_acts(self, *actions: LiveAction) -> None:
        """What the bar leads to, at its end; without a word where it has none for a button."""
        for action in actions:
            made = button_of(action, "" if action.short else "icon")
            self._line.addWidget(made)

    def say_scanned(self, at: str) -> None:
        """A scanner is there: it scanned at this time."""
        marked(self.pill, "quiet", False)
        self.pill.setText(self._words.t("Last scan {time}", time=at))

    def say_who(self, name: str, rights: str, why: str) -> None:
        """Who is here, with which rights; why, where they are fewer than usual."""
        self.user.setText(f"{name} · {rights}")
        self.user.setToolTip(why)

    def fit(self, window: QWidget) -> None:
        """Less of everything where the window is small."""
        low, narrow = window.height() < _LOW, is_narrow(window)
        self.setFixedHeight(46 if low else 56)
        self._line.setContentsMargins(12 if low else 20, 4, 12 if low else 16, 4)
        for widget in (self.place, self.pill):
            widget.setVisible(not narrow)
