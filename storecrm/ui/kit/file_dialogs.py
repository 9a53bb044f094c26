"""Asks for a file: which one to read, or where to write.

    file = file_dialogs.save_as(self, w.t("Export"), "lists.xlsx", WORKBOOK)

Nothing is chosen where it was cancelled: None, or no files."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

WORKBOOK = "Excel (*.xlsx)"
TEXT = "CSV (*.csv)"
LIST = "Excel (*.xlsx);;CSV (*.csv)"
PAPER = "PDF (*.pdf)"


def save_as(page: QWidget, title: str, name: str, kinds: str) -> Path | None:
    """Where a file of ours is to lie; `name` is proposed in the person's own folder."""
    # never the folder of the program or of the store
    proposed = Path.home() / name
    file, _ = QFileDialog.getSaveFileName(page, title, str(proposed), kinds)
    return Path(file) if file else None


def open_file(page: QWidget, title: str, kinds: str) -> Path | None:
    """A file to read."""
    file, _ = QFileDialog.getOpenFileName(page, title, str(Path.home()), kinds)
    return Path(file) if file else None


def open_files(page: QWidget, title: str, kinds: str) -> list[Path]:
    """Files to read, as many as are wanted."""
    files, _ = QFileDialog.getOpenFileNames(page, title, str(Path.home()), kinds)
    return [Path(file) for file in files]
