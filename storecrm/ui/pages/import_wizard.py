"""Imports in four steps: file, columns, check, done."""

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from storecrm.errors import ImportRejected, StoreError
from storecrm.i18n import Catalogue, m
from storecrm.services.imports.options import Imported
from storecrm.ui.kit.progress import Progress
from storecrm.ui.kit.stacks import FrontStack
from storecrm.ui.kit.tasks import Task
from storecrm.ui.kit.toast import say
from storecrm.ui.kit.widgets import button, label, row
from storecrm.ui.pages.import_check import CheckStep, left_out, save_problems
from storecrm.ui.pages.import_columns import ColumnsStep
from storecrm.ui.pages.import_file import FileStep
from storecrm.ui.pages.import_labels import choose
from storecrm.ui.viewmodels.import_wizard import ImportViewModel, Looked
from storecrm.wording import errors

STEPS = (m("File"), m("Columns"), m("Check over"), m("Done"))
_FILE, _COLUMNS, _CHECK, _DONE = range(4)


class ImportWizard(QWidget):
    """The four steps, one after the other."""

    duplicates_wanted = Signal()

    def __init__(self, vm: ImportViewModel, words: Catalogue) -> None:
        super().__init__()
        self._vm = vm
        self._words = words
        self._batch: Imported | None = None
        self.progress = Progress(self)
        self.steps = label("", "small")
        self.file = FileStep(vm, words)
        self.columns = ColumnsStep(vm, words)
        self.check = CheckStep(vm, words)
        self.stack = FrontStack(self.file, self.columns, self.check, self._done())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.addWidget(self.steps)
        column.addWidget(self.stack, 1)
        self._join()
        self._go(_FILE)

    def _join(self) -> None:
        vm = self._vm
        self.file.taken.connect(self.take)
        self.file.read_as.connect(self._read_as)
        self.columns.back.connect(lambda: self._go(_FILE))
        self.check.back.connect(lambda: self._go(_COLUMNS))
        vm.looked.connect(self._looked)
        vm.checked.connect(self._checked)
        vm.imported.connect(self._imported)
        vm.undone.connect(self._undone)
        vm.saved.connect(self._saved)
        vm.began.connect(self._began)
        vm.progressed.connect(self._went_on)
        vm.refused.connect(self._refuse)

    def open(self) -> None:
        self._vm.load_imports()

    def _go(self, step: int) -> None:
        titles = [self._words.t(title) for title in STEPS]
        marks = [f"{'●' if at == step else '○'} {title}" for at, title in enumerate(titles)]
        self.steps.setText("  —  ".join(marks))
        self.stack.setCurrentIndex(step)
        say(self, "")

    @Slot(object)
    def _began(self, task: Task) -> None:
        self.progress.begin(self._words.t("Import"), task)

    @Slot(object)
    def _went_on(self, step: tuple[int, int]) -> None:
        self.progress.step(*step)

    def take(self, file: Path) -> None:
        """Look at a file that was dropped or chosen."""
        say(self, "")
        # what was chosen for the file before is not meant for this one
        self.check.forget()
        self.file.readings.hide()
        self.columns.encoding.setCurrentIndex(0)
        self._vm.begin(self.file.chosen_kind(), file)

    @Slot(str)
    def _read_as(self, encoding: str) -> None:
        say(self, "")
        choose(self.columns.encoding, encoding)
        self._vm.read_as(encoding)

    @Slot(object)
    def _looked(self, found: Looked) -> None:
        self.columns.show_file(found)
        self._go(_COLUMNS)

    @Slot(object)
    def _checked(self, seen: Imported) -> None:
        self.progress.end()
        self.check.show_result(seen)
        self._go(_CHECK)

    # --- done ---

    def _done(self) -> QWidget:
        w = self._words
        page = QWidget()
        self.result = label("", "h1", wrap=True)
        self.without = label("", wrap=True)
        self.twins = button(
            w.t("Look for duplicates"), self.duplicates_wanted.emit, kind="primary", icon="users"
        )
        rest = w.t("Export the rows with problems")
        self.rest = button(rest, self._export_problems, icon="download")
        again = button(w.t("Another file"), self._again)
        roll_back = button(w.t("Roll back this import"), self.roll_back)
        column = QVBoxLayout(page)
        column.addWidget(self.result)
        column.addWidget(self.without)
        column.addWidget(label(w.t("The whole import can be rolled back within 30 days."), "small"))
        # in two lines: one would be wider than the smallest screen
        column.addLayout(row(self.twins, self.rest, None))
        column.addLayout(row(again, roll_back, None))
        column.addStretch(1)
        return page

    def _export_problems(self) -> None:
        save_problems(self, self._vm, self._words)

    def _again(self) -> None:
        self._go(_FILE)
        self._vm.load_imports()

    def roll_back(self) -> None:
        """Roll the import back that has just been done."""
        if self._batch is not None and self._batch.batch is not None:
            self._vm.undo(self._batch.batch)

    @Slot(object)
    def _imported(self, done: Imported) -> None:
        plan = self._vm.plan
        self.progress.end()
        self._batch = done
        self.result.setText(self._outcome(done))
        self.without.setText(" · ".join(self._left_out(done)))
        self.twins.setVisible(plan.kind == "members" and bool(done.created))
        self.rest.setVisible(bool(done.rejected or plan.leave))
        self._vm.load_imports()
        self._go(_DONE)

    def _outcome(self, done: Imported) -> str:
        w = self._words
        # a row left out by hand is out like one with a problem
        bad = done.rejected + len(self._vm.plan.leave)
        return w.t(
            "Imported: new {new}, changed {changed}, same {same}, left out {bad}.",
            new=w.number(done.created),
            changed=w.number(done.updated),
            same=w.number(done.unchanged),
            bad=w.number(bad),
        )

    def _left_out(self, done: Imported) -> list[str]:
        """Under which mapping the file was read, and what did not come in."""
        rest = left_out(done, self._words)
        if not done.mapping:
            return rest
        return [self._words.t("Read as {mapping}", mapping=done.mapping), *rest]

    @Slot(object)
    def _undone(self, done: Imported) -> None:
        self._go(_FILE)
        say(self, self._words.t("Import {batch} was rolled back.", batch=done.batch))
        self._vm.load_imports()

    @Slot(object)
    def _saved(self, what: object) -> None:
        """A file was written, or a mapping kept under its name."""
        name = str(what) if isinstance(what, Path) else getattr(what, "name", "")
        say(self, self._words.t("Saved: {file}", file=name))

    @Slot(object)
    def _refuse(self, error: StoreError) -> None:
        self.progress.end()
        doubt = error.code == "encoding_unsure"
        if doubt:
            self._go(_FILE)
            self.file.readings.show_readings(error.facts["readings"])
        sentence = errors.sentence(error, self._words)
        say(self, f"{sentence} {self._cure(error)}", bad=True)
        # the rows stand on the page, so they are shown where they are put right
        if isinstance(error, ImportRejected):
            self.check.show_problems(error.problems)

    def _cure(self, error: StoreError) -> str:
        """What can be done about it where the wizard is the place to do it."""
        w = self._words
        if isinstance(error, ImportRejected):
            return w.t("Put the rows with problems right, or tick that they are left out.")
        if error.code == "encoding_unsure":
            return w.t("Choose the line that reads right.")
        return errors.cure(error, w)
