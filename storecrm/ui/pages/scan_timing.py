"""A box that shows how a scanner types: to choose the longest gap that is still one scan."""

from PySide6.QtCore import QElapsedTimer, Qt, Signal
from PySide6.QtGui import QKeyEvent

from storecrm.i18n import Catalogue
from storecrm.ui.kit.scanner import ScanEdit

LEAST_GAP = 20
MOST_GAP = 120
"""What the gap may be set to, in milliseconds."""
_ENDS: dict[int, str] = {
    Qt.Key.Key_Return: "Enter",
    Qt.Key.Key_Enter: "Enter",
    Qt.Key.Key_Tab: "Tab",
}


class ScannerTest(ScanEdit):
    """Shows each key with its gap, and what ended the scan."""

    measured = Signal(str)
    measures = True

    def __init__(self, words: Catalogue) -> None:
        super().__init__()
        self._words = words
        self._clock = QElapsedTimer()
        self._gaps: list[int] = []
        self.setAccessibleName(words.t("Scanner test box"))
        self.setPlaceholderText(words.t("Scan any barcode here"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        end = _ENDS.get(event.key())
        if end is not None:
            self.measured.emit(self._said(end))
            self._gaps.clear()
            self.clear()
            return
        # before the first sign there is no gap
        if self._clock.isValid() and self.text():
            self._gaps.append(int(self._clock.elapsed()))
        self._clock.start()
        super().keyPressEvent(event)

    def _said(self, end: str) -> str:
        longest = max(self._gaps, default=0)
        # three times the longest: a slow moment of the machine does not cut a scan in two
        limit = min(MOST_GAP, max(30, 3 * longest))
        return self._words.t(
            "{count} signs, longest gap {gap} ms, ends with {end}. A good limit: {limit} ms.",
            count=len(self.text()),
            gap=longest,
            end=end,
            limit=limit,
        )
