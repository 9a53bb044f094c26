"""Slips of the till, to the printer that this machine has for them."""

from pathlib import Path

from PySide6.QtCore import QObject, Slot

from storecrm.ui.news_bar import NewsBar


class SlipPrinter(QObject):
    """Prints without a question; without a printer the news say where to choose it."""

    def __init__(self, name: str, news: NewsBar, parent: QObject) -> None:
        super().__init__(parent)
        self.name = name
        """The printer of the machine's settings, "" for none."""
        self._news = news

    @Slot(object)
    def print(self, file: Path | None) -> None:
        """Print the slip, and forget its file; None where nothing is to be printed."""
        if file is None:
            return
        # the first paint of the till does not wait for Qt's printing
        from storecrm.ui.kit import printing

        if not printing.slip(file, self.name):
            self._news.tell_no_slip_printer()
        printing.forget(file)
