"""Who this program is to the system's task bar: its picture and its name there, not those of the
Python that runs it."""

import ctypes
import sys
from typing import Any

from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QApplication

from storecrm.ui.kit.program_icon import SIZES, picture
from storecrm.ui.kit.shortcut import IDENTITY, NAME


def show(app: QApplication) -> None:
    """Say it before the first window stands."""
    app.setDesktopFileName(NAME)
    app.setWindowIcon(icon())
    if sys.platform == "win32":
        shell: Any = ctypes.windll.shell32
        shell.SetCurrentProcessExplicitAppUserModelID(IDENTITY)


def icon() -> QIcon:
    """The program's picture, drawn in each size that a system asks for."""
    drawn = QIcon()
    for size in SIZES:
        drawn.addPixmap(QPixmap.fromImage(picture(size)))
    return drawn
