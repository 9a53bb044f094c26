"""The program's picture: for its windows, and as a Windows icon."""

import io

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgRenderer

from storecrm import paths

SIZES = (16, 24, 32, 48, 64, 128, 256)
PICTURE = "storecrm.svg"


def picture(size: int) -> QImage:
    """The program's picture, `size` pixels wide and high."""
    made = QImage(size, size, QImage.Format.Format_ARGB32)
    made.fill(0)
    painter = QPainter(made)
    QSvgRenderer(QByteArray((paths.resources() / "icons" / PICTURE).read_bytes())).render(painter)
    painter.end()
    return made


def ico() -> bytes:
    """The picture in each size, as one Windows icon."""
    # loaded here: every start of the window draws the picture, and hardly one makes an icon of it
    from PIL import Image

    *smaller, largest = [Image.open(io.BytesIO(_png(size))) for size in SIZES]
    made = io.BytesIO()
    largest.save(made, "ICO", sizes=[(size, size) for size in SIZES], append_images=smaller)
    return made.getvalue()


def _png(size: int) -> bytes:
    held = QBuffer()
    held.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(held, QByteArray(b"png")).write(picture(size))
    return bytes(held.data().data())
