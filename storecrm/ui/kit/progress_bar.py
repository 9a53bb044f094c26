"""The bar of long work."""

from collections.abc import Callable

from PySide6.QtWidgets import QProgressBar, QWidget

from storecrm.i18n import Catalogue
from storecrm.ui.kit.widgets import button, row


class Busy(QWidget):
    """A bar with cancel that shows itself while something long runs."""

    def __init__(self, cancel: Callable[[], object], words: Catalogue) -> None:
        super().__init__()
        self.bar = QProgressBar()
        line = row(self.bar, button(words.t("Cancel"), cancel))
        line.setContentsMargins(0, 0, 0, 0)
        self.setLayout(line)
        self.hide()

    def step(self, step: tuple[int, int]) -> None:
        done, total = step
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.setVisible(total == 0 or done < total)
