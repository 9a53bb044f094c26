"""Tables that become files, as the window shows it: how far one is, that it is written, what is
not in it."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from storecrm.errors import Cancelled, StoreError
from storecrm.i18n import Catalogue
from storecrm.ui.kit import toast
from storecrm.ui.kit.progress import Progress
from storecrm.ui.kit.tasks import Task
from storecrm.ui.viewmodels.table_files import TableFiles
from storecrm.wording.errors import cure, sentence


class TableExports(QObject):
    """Says over the page in front what becomes of a table's file."""

    def __init__(
        self, files: TableFiles, page: Callable[[], QWidget], words: Catalogue, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._page = page
        self._words = words
        self._progress: Progress | None = None
        files.begun.connect(self._begin)
        files.progressed.connect(self._step)
        files.written.connect(self._say_written)
        files.refused.connect(self._say_refused)

    @Slot(object)
    def _begin(self, task: Task) -> None:
        self._end()
        self._progress = Progress(self._page())
        self._progress.begin(self._words.t("Exporting…"), task)

    @Slot(object)
    def _step(self, far: tuple[int, int]) -> None:
        shown = self._shown()
        if shown is not None:
            shown.step(*far)

    def _shown(self) -> Progress | None:
        """How far it is, over its page; an export may outlive the page, and that with it."""
        shown = self._progress
        return shown if shown is not None and isValid(shown) else None

    def _end(self) -> None:
        shown = self._shown()
        self._progress = None
        if shown is not None:
            shown.end()
            shown.deleteLater()

    @Slot(object)
    def _say_written(self, answer: tuple[Any, Any]) -> None:
        self._end()
        file, done = answer
        w = self._words
        said = w.n("1 row saved: {file}", "{count} rows saved: {file}", done.rows, file=str(file))
        if done.left_out:
            without = w.t(
                "Without {columns}: only the owner exports them.", columns=w.listed(done.left_out)
            )
            said = f"{said}\n{without}"
        toast.say(self._page(), said)

    @Slot(object)
    def _say_refused(self, error: StoreError) -> None:
        self._end()
        # who stopped it knows
        if not isinstance(error, Cancelled):
            said = f"{sentence(error, self._words)} {cure(error, self._words)}"
            toast.say(self._page(), said.strip(), bad=True)
