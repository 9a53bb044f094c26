"""What stands on the screen while the rest of the program is loaded."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

from storecrm.i18n import Catalogue
from storecrm.settings import Settings
from storecrm.ui.kit.tokens import is_dark, tokens


class Opening(QWidget):
    """The window's place and colours with the shop's name, before there is a store to ask."""

    def __init__(self, words: Catalogue, settings: Settings) -> None:
        super().__init__()
        colours = tokens(is_dark(settings.theme, QApplication.styleHints().colorScheme()))
        palette = QPalette(self.palette())
        palette.setColor(QPalette.ColorRole.Window, QColor(colours["bg"]))
        palette.setColor(QPalette.ColorRole.WindowText, QColor(colours["text"]))
        self.setPalette(palette)
        self.setWindowTitle("storecrm")
        self.resize(1024, 728)
        column = QVBoxLayout(self)
        column.addStretch(1)
        for text, size in (
            (settings.last_shop or "storecrm", 26),
            (words.t("Opening the shop…"), 15),
        ):
            line = QLabel(text)
            face = QFont()
            face.setPixelSize(size)
            line.setFont(face)
            line.setAlignment(Qt.AlignmentFlag.AlignCenter)
            line.setTextFormat(Qt.TextFormat.PlainText)
            column.addWidget(line)
        column.addStretch(2)
