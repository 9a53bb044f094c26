"""Moving in from another system: all its files at once. And the lists that go out."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue
from storecrm.services.exports.not_carried import LeftBehind
from storecrm.services.imports.moves import Moved, MoveView, PlannedFile
from storecrm.ui.kit import file_dialogs
from storecrm.ui.kit.progress import Progress
from storecrm.ui.kit.stacks import FrontStack
from storecrm.ui.kit.tasks import Task
from storecrm.ui.kit.toast import say
from storecrm.ui.pages.move_files import FilesView
from storecrm.ui.pages.move_history import MoveHistory
from storecrm.ui.pages.refusals import told
from storecrm.ui.viewmodels.moving_in import MovingInViewModel
from storecrm.wording import labels

_KINDS = "Excel, CSV (*.xlsx *.csv *.txt *.tsv *.xls)"
_HISTORY, _FILES = range(2)


class MovingInPage(QWidget):
    """Two views: the files that come in now, and what came in so far."""

    def __init__(self, vm: MovingInViewModel, words: Catalogue) -> None:
        super().__init__()
        self._vm = vm
        self._words = words
        self.setAcceptDrops(True)
        self.progress = Progress(self)
        self.history = MoveHistory(vm, words)
        self.incoming = FilesView(vm, words)
        self.stack = FrontStack(self.history, self.incoming)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.addWidget(self.stack, 1)
        self._join()

    def _join(self) -> None:
        vm = self._vm
        self.history.files_wanted.connect(self.choose)
        self.incoming.more_wanted.connect(self.choose)
        self.incoming.back.connect(self.back)
        vm.planned.connect(self._planned)
        vm.tried.connect(self._tried)
        vm.moved.connect(self._moved)
        vm.rolled_back.connect(self._rolled_back)
        vm.saved.connect(self._saved)
        vm.exported.connect(self._exported)
        vm.began.connect(self._began)
        vm.progressed.connect(self._went_on)
        vm.refused.connect(self._refuse)

    def open(self) -> None:
        self._vm.load_moves()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        urls = event.mimeData().urls()
        if any(url.isLocalFile() for url in urls):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        urls = event.mimeData().urls()
        self.take([Path(url.toLocalFile()) for url in urls if url.isLocalFile()])

    def take(self, files: list[Path]) -> None:
        """Look at files that were dropped or chosen."""
        if files:
            say(self, "")
            self._vm.add(files)

    @Slot()
    def choose(self) -> None:
        """Ask for files."""
        title = self._words.t("Choose the files")
        self.take(file_dialogs.open_files(self, title, _KINDS))

    @Slot()
    def back(self) -> None:
        """Let the files be: nothing came in."""
        self._vm.begin_anew()
        say(self, "")
        self.stack.setCurrentIndex(_HISTORY)
        self._vm.load_moves()

    @Slot(object)
    def _planned(self, plan: list[PlannedFile]) -> None:
        unclear = self.incoming.show_plan(plan)
        said = "" if unclear is None else self._asked(unclear)
        say(self, said, bad=True)
        # without files there is nothing to read
        self.stack.setCurrentIndex(_FILES if plan else _HISTORY)

    def _asked(self, file: PlannedFile) -> str:
        """What a person has to say of a file."""
        w = self._words
        name = file.path.name
        if file.doubt is None:
            return w.t("Say which list {file} is.", file=name)
        if not file.doubt.facts.get("readings"):
            return told(file.doubt, w)
        return w.t(
            "{file} can be read in more than one way: choose the line that reads right.", file=name
        )

    @Slot(object)
    def _began(self, task: Task) -> None:
        self.progress.begin(self._words.t("Moving in"), task)

    @Slot(object)
    def _went_on(self, step: tuple[int, int]) -> None:
        self.progress.step(*step)

    @Slot(object)
    def _tried(self, seen: Moved) -> None:
        self.progress.end()
        self.incoming.show_trial(seen)

    @Slot(object)
    def _moved(self, moved: Moved) -> None:
        w = self._words
        self.progress.end()
        self._vm.begin_anew()
        self.stack.setCurrentIndex(_HISTORY)
        files = w.n("1 file came in", "{count} files came in", len(moved.files))
        said = w.t(
            "{files} as No. {group}. Print the page and compare it.",
            files=files,
            group=moved.group,
        )
        undo = None if moved.group is None else partial(self._vm.roll_back, moved.group)
        say(self, said, undo=undo)
        self._vm.load_moves()

    @Slot(object)
    def _rolled_back(self, view: MoveView) -> None:
        self.progress.end()
        said = self._words.t("Everything of No. {group} was rolled back.", group=view.group)
        say(self, said)
        self._vm.load_moves()

    @Slot(object)
    def _saved(self, file: Path) -> None:
        say(self, self._words.t("Saved: {file}", file=str(file)))

    @Slot(object)
    def _exported(self, done: tuple[Path, tuple[LeftBehind, ...]]) -> None:
        """Where the list lies, and what of this shop's it does not carry."""
        w = self._words
        file, behind = done
        said = [w.t("Saved: {file}", file=str(file))]
        if behind:
            said.append(w.t("Not in this list:"))
        # what a list cannot carry is known before it is relied on
        for one in behind:
            lacking = labels.left_behind(one.code, one.count, w)
            said.append(f"• {lacking}")
        # it stays until somebody has read what is missing
        say(self, "\n".join(said), bad=bool(behind))

    @Slot(object)
    def _refuse(self, error: StoreError) -> None:
        self.progress.end()
        # of several files, the one that was refused
        named = error.code == "import_rejected" and error.where
        where = f"{error.where}: " if named else ""
        say(self, f"{where}{told(error, self._words)}", bad=True)
