"""One line of a file in each encoding that it may be in: a person sees which one reads right."""

from collections.abc import Iterable, Mapping

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from storecrm.i18n import Catalogue


class ReadingList(QListWidget):
    """The readings of a line; without any it takes no room."""

    chosen = Signal(str)  # the encoding of the line that reads right

    def __init__(self, words: Catalogue, height: int) -> None:
        super().__init__()
        self.setAccessibleName(words.t("Which line reads right?"))
        self.setMaximumHeight(height)
        self.hide()
        self.itemActivated.connect(self._choose)
        self.itemClicked.connect(self._choose)

    def show_readings(self, readings: Iterable[Mapping[str, str]]) -> None:
        """Show a line in each of its encodings."""
        self.clear()
        for reading in readings:
            encoding = reading["encoding"]
            item = QListWidgetItem(f"{reading['line']}    ({encoding})")
            item.setData(Qt.ItemDataRole.UserRole, encoding)
            self.addItem(item)
        self.setVisible(self.count() > 0)

    @Slot(QListWidgetItem)
    def _choose(self, item: QListWidgetItem) -> None:
        encoding = item.data(Qt.ItemDataRole.UserRole)
        self.chosen.emit(str(encoding))
