"""What a table shows becomes a file, from whatever page: in the background, with its progress."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from storecrm.i18n import Catalogue
from storecrm.services.progress import Progress
from storecrm.services.rights import Right
from storecrm.ui.kit.tasks import Lane, Task
from storecrm.ui.viewmodels.session import SessionViewModel

if TYPE_CHECKING:
    from storecrm.services.exports.shown import ShownColumn
    from storecrm.ui.kit.tables import Column, Shown


class TableFiles(QObject):
    """What the window's tables ask for at its attribute `table_files`."""

    begun = Signal(object)  # Task
    progressed = Signal(object)  # (done, total)
    written = Signal(object)  # (Path, ShownExport)
    refused = Signal(object)  # StoreError

    def __init__(
        self, session: SessionViewModel, lane: Lane, words: Catalogue, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._lane = lane
        self._words = words

    def may_export(self) -> bool:
        """Whether the person at the window may."""
        return self._session.may(Right.EXPORT)

    def may_export_persons(self) -> bool:
        """Whether columns that say who somebody is may leave, too."""
        return self._session.may(Right.EXPORT_MEMBERS)

    def write(self, shown: "Shown", file: Path) -> Task:
        """Write what is shown; its records are read on the lane, as they are written."""
        store, words = self._session.store, self._words

        def work(progress: Progress) -> object:
            # loaded here: the till's window must not wait for what writes sheets
            from storecrm.services.exports.shown import ShownTable, export_shown

            columns = tuple(_column(column) for column in shown.columns)
            rows = (shown.cells(record) for record in shown.records)
            table = ShownTable(shown.title, columns, rows, shown.total)
            # whoever chose the file was asked about one that lies there
            done = export_shown(
                store, table=table, file=file, words=words, overwrite=True, progress=progress
            )
            return file, done

        task = self._lane.start(
            work, then=self.written, refused=self.refused, progressed=self.progressed
        )
        self.begun.emit(task)
        return task


def _column(column: "Column[Any]") -> "ShownColumn":
    from storecrm.services.exports.shown import CellKind, ShownColumn

    return ShownColumn(
        key=column.key,
        title=column.title,
        kind=CellKind(column.kind.name.lower()),
        width=column.width,
        personal=column.personal,
    )
