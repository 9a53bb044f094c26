"""Papers to a printer: the PDF page is rendered at the printer's own resolution and painted one to
one."""

import contextlib
from pathlib import Path
from typing import Any

import pypdfium2
from PySide6.QtCore import QMarginsF, QSizeF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QWidget

from storecrm.services import files


def temporary_pdf() -> Path:
    """A place for a paper on its way to the printer."""
    return files.temporary("print") / "paper.pdf"


def ask(parent: QWidget, page: tuple[float, float]) -> QPrinter | None:
    """The printer a person chooses, None when they leave. The page size is set again after the
    dialog: drivers put their own."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    dialog = QPrintDialog(printer, parent)
    if not dialog.exec():
        return None
    set_page(printer, page)
    return printer


def set_page(printer: QPrinter, page: tuple[float, float]) -> None:
    """The exact paper in millimetres (a slip's length is that of its PDF page), no margins, no
    fitting."""
    size = QPageSize(
        QSizeF(page[0], page[1] or 200),
        QPageSize.Unit.Millimeter,
        "",
        QPageSize.SizeMatchPolicy.ExactMatch,
    )
    printer.setPageLayout(
        QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0))
    )
    printer.setFullPage(True)


def send(file: Path, printer: QPrinter) -> None:
    """Print every page of `file`."""
    document: Any = pypdfium2.PdfDocument(str(file))
    painter = QPainter()
    if not painter.begin(printer):
        document.close()
        return
    for number, page in enumerate(document):
        # the printer's first page is there already
        if number:
            printer.newPage()
        picture = page.render(scale=printer.resolution() / 72, grayscale=True).to_pil()
        image = QImage(
            picture.tobytes(),
            picture.width,
            picture.height,
            picture.width,
            QImage.Format.Format_Grayscale8,
        )
        painter.drawImage(0, 0, image)
    painter.end()
    document.close()


def forget(file: Path) -> None:
    """A paper that was printed or shown does not stay: codes stand on it."""
    with contextlib.suppress(OSError):
        file.unlink(missing_ok=True)


def printers() -> list[str]:
    """The names of the printers of this machine."""
    return QPrinterInfo.availablePrinterNames()


def slip(file: Path, name: str) -> bool:
    """Print a slip without a question; False when there is no such printer. The paper is as long as
    the slip."""
    found = QPrinterInfo.printerInfo(name) if name else QPrinterInfo()
    # the system knows no printer of that name any more
    if found.isNull():
        return False
    printer = QPrinter(found, QPrinter.PrinterMode.HighResolution)
    document: Any = pypdfium2.PdfDocument(str(file))
    width, height = document[0].get_size()
    document.close()
    set_page(printer, (width / 72 * 25.4, height / 72 * 25.4))
    send(file, printer)
    return True
