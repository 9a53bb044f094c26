"""How one file of a move is read: the same choices as where a single file is imported."""

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from storecrm.i18n import Catalogue
from storecrm.services.imports.mappings import OWN, FileMapping, MappingView
from storecrm.services.imports.moves import PlannedFile
from storecrm.ui.kit.widgets import row
from storecrm.ui.pages.import_labels import (
    DECIMALS,
    ORDERS,
    choice_box,
    choose,
    encodings,
    titled,
)


def _said(box: QComboBox) -> str:
    """What a box says; nothing where it holds no choice."""
    return str(box.currentData() or "")


class ReadingWays(QWidget):
    """The choices for the file that is chosen among those of the move."""

    chosen = Signal(object, object)  # PlannedFile, FileMapping: read it so

    def __init__(self, words: Catalogue) -> None:
        super().__init__()
        self._words = words
        self._mappings: list[MappingView] = []
        self._file: PlannedFile | None = None
        decimals = titled(DECIMALS, words)
        orders = titled(ORDERS, words)
        self.encoding = self._choice(words.t("Encoding"), encodings(words))
        self.sheet = self._choice(words.t("Sheet"), {})
        self.decimal = self._choice(words.t("Decimal sign"), decimals)
        self.days = self._choice(words.t("Order of day and month"), orders)
        self.kept = self._choice(words.t("Kept mapping"), {})
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row(self.encoding, self.sheet, self.decimal, self.days, self.kept))
        self.hide()

    def _choice(self, name: str, known: Mapping[str, str]) -> QComboBox:
        # five of them stand beside each other
        box = choice_box(name, known, least=4)
        box.activated.connect(self._read_so)
        return box

    def know_mappings(self, views: list[MappingView]) -> None:
        """The mappings that were kept."""
        self._mappings = views

    def show_file(self, file: PlannedFile | None) -> None:
        """What was said of a file, and what was found in it."""
        self._file = file
        self.setVisible(file is not None)
        if file is None:
            return
        about = file.about
        way = file.way
        self._show_sheets(about.sheets if about is not None else ())
        self._show_kept(file.kind)
        choose(self.sheet, about.sheet if about is not None else "")
        choose(self.encoding, way.encoding)
        choose(self.kept, way.name)
        choose(self.decimal, way.reading.decimal or OWN)
        choose(self.days, way.reading.days or OWN)

    def _show_sheets(self, sheets: tuple[str, ...]) -> None:
        self.sheet.clear()
        for name in sheets:
            self.sheet.addItem(self._words.t("sheet {name}", name=name), name)
        self.sheet.setVisible(len(sheets) > 1)
        # a workbook says its encoding itself
        self.encoding.setVisible(not sheets)

    def _show_kept(self, kind: str) -> None:
        """The kept mappings for a kind of list; all of them while the kind is not known."""
        views = [view for view in self._mappings if not kind or view.kind == kind]
        self.kept.clear()
        self.kept.addItem(self._words.t("a kept mapping …"), "")
        for view in views:
            self.kept.addItem(view.name, view.name)
        self.kept.setVisible(bool(views))

    @Slot()
    def _read_so(self) -> None:
        """Read the file as the boxes say."""
        file = self._file
        if file is None:
            return
        way = self._way(file.way)
        sheet = _said(self.sheet)
        about = file.about
        # the first sheet was found, not said
        if about is None or sheet == about.sheet:
            sheet = way.sheet
        said = replace(way, encoding=_said(self.encoding), sheet=sheet)
        self.chosen.emit(file, said)

    def _way(self, before: FileMapping) -> FileMapping:
        """The way that the boxes say: a kept mapping as it is, or the cells read otherwise."""
        name = _said(self.kept)
        if name == before.name:
            reading = replace(before.reading, decimal=_said(self.decimal), days=_said(self.days))
            return replace(before, reading=reading)
        for view in self._mappings:
            if view.name == name:
                return FileMapping(
                    name=view.name, kind=view.kind, columns=view.columns, reading=view.reading
                )
        return FileMapping()

    def reads_right(self, encoding: str) -> None:
        """Read the file in the encoding in which a person could read it."""
        if self._file is not None:
            way = replace(self._file.way, encoding=encoding)
            self.chosen.emit(self._file, way)
