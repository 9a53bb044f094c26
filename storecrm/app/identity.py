"""Who this program is to the system's task bar: its picture and its name there, not those of the Python that runs it."""

import ctypes
import sys
from typing import Any

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from storecrm import paths

NAME = "storecrm"
SIZES = (16, 24, 32, 48, 64, 128, 256)


def show(app: QApplication) -> None:
    """Say it before the first window stands."""
    app.setDesktopFileName(NAME)
    app.setWindowIcon(icon())
    if sys.platform == "win32":
        shell: Any = ctypes.windll.shell32
        shell.SetCurrentProcessExplicitAppUserModelID(f"{NAME}.till")


def icon() -> QIcon:
    """The program's picture, drawn in each size that a system asks for."""
    drawn = QIcon()
    for size in SIZES:
        drawn.addPixmap(picture(size))
    return drawn


def picture(size: int) -> QPixmap:
    """The picture, `size` pixels wide and high."""
    made = QPixmap(size, size)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    QSvgRenderer(QByteArray((paths.resources() / "icons" / f"{NAME}.svg").read_bytes())).render(painter)
    painter.end()
    return made
