"""The files of the old system that come in now: what each is, what it would bring, what is wrong
with it."""

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from storecrm.i18n import Catalogue, m
from storecrm.services.imports import move_in_page
from storecrm.services.imports.mappings import FileMapping, MappingView
from storecrm.services.imports.moves import Moved, PlannedFile
from storecrm.services.imports.options import Imported
from storecrm.ui.kit.actions import Action, act, button_of
from storecrm.ui.kit.pickers.flow_layout import in_lines
from storecrm.ui.kit.tables import Column, Empty, Kind, Table
from storecrm.ui.kit.widgets import button, label, row
from storecrm.ui.pages.import_labels import cell_column
from storecrm.ui.pages.import_readings import ReadingList
from storecrm.ui.pages.move_ways import ReadingWays
from storecrm.ui.viewmodels.moving_in import MovingInViewModel
from storecrm.values import Problem
from storecrm.wording import labels
from storecrm.wording.errors import problem
from storecrm.wording.names import LISTS

_MORE = Action("move.more", m("Further files"), "plus", "Ctrl+O")
_FEWER = Action("move.fewer", m("Leave the chosen file out"), "x", "Del", short=m("Leave out"))
_TRY = Action("move.try", m("Try it out"), "", "Ctrl+Return")
_GO = Action("move.go", m("Take everything in"), "check")


@dataclass(frozen=True)
class FileRow:
    """A file with what it would bring, once that was tried out."""

    file: PlannedFile
    result: Imported | None = None


class FilesView(QWidget):
    """The files with their figures, how the chosen one is read, and its problems."""

    back = Signal()
    more_wanted = Signal()

    def __init__(self, vm: MovingInViewModel, words: Catalogue) -> None:
        super().__init__()
        self._vm = vm
        self._words = words
        self._make_acts()
        self._make_files()
        self._make_problems()
        self.readings = ReadingList(words, height=110)
        self.ways = ReadingWays(words)
        self.sums = label("", "small", wrap=True)
        self.totals = QCheckBox(words.t("I have compared the totals"))
        self.skip = QCheckBox(words.t("Leave the rows with problems out"))
        self.make = QCheckBox(words.t("Make the articles that no list holds"))
        self._lay_out()
        self._join()
        self._ready()

    def _make_acts(self) -> None:
        w, vm = self._words, self._vm
        self.more = act(self, _MORE, self.more_wanted.emit, words=w)
        self.fewer = act(self, _FEWER, self._leave_out, words=w)
        self.trying = act(self, _TRY, vm.try_out, words=w)
        self.going = act(self, _GO, vm.go, words=w)
        self.try_button = button_of(self.trying, "primary")
        self.go_button = button_of(self.going, "primary")

    def _make_files(self) -> None:
        w = self._words
        self.files: Table[FileRow] = Table(
            list(self._columns()),
            w.t("Files"),
            kept_as="move_files",
            empty=Empty("upload", w.t("Drop the files of the old system here.")),
            no_match=w.t("No file fits."),
            words=w,
            actions=(self.fewer,),
            same=lambda shown: shown.file.path,
        )

    def _columns(self) -> Iterator[Column[FileRow]]:
        w = self._words
        yield Column("file", w.t("File"), lambda shown: shown.file.path.name, 140)
        yield Column(
            "kind", w.t("What it is"), self._kind, 180, edit=self._is_a, choices=self._kinds
        )
        for key, title in (
            ("rows", w.t("Rows")),
            ("created", w.t("Created")),
            ("unchanged", w.t("Same")),
            ("rejected", w.t("With problems")),
        ):
            yield self._figure(key, title)
        yield Column("totals", w.t("Totals"), self._totals_of, 150)

    def _figure(self, key: str, title: str) -> Column[FileRow]:
        """A count of the trial; nothing before it."""

        def count(shown: FileRow) -> int | None:
            return None if shown.result is None else int(getattr(shown.result, key))

        def text(shown: FileRow) -> str:
            counted = count(shown)
            return "" if counted is None else self._words.number(counted)

        return Column(key, title, text, width=70, kind=Kind.NUMBER, value=count)

    def _make_problems(self) -> None:
        w = self._words
        self.problems: Table[Problem] = Table(
            list(self._problem_columns()),
            w.t("Problems"),
            kept_as="move_problems",
            empty=Empty("circle-check", w.t("Every row is right.")),
            no_match=w.t("No problem fits."),
            words=w,
            same=lambda found: (found.row, found.column),
        )

    def _problem_columns(self) -> Iterator[Column[Problem]]:
        w = self._words
        yield Column(
            "row", w.t("Row"), lambda one: str(one.row), width=60, kind=Kind.NUMBER, value=_row
        )
        yield Column("column", w.t("Column"), lambda one: cell_column(one.column, w), 110)
        yield Column("cell", w.t("Cell"), lambda one: one.value, 160, personal=True)
        yield Column("problem", w.t("Problem"), lambda one: problem(one, w), 280)

    def _lay_out(self) -> None:
        w = self._words
        back = button(w.t("Back"), self.back.emit)
        more, fewer = button_of(self.more), button_of(self.fewer)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.readings)
        column.addWidget(self.files, 2)
        column.addWidget(self.ways)
        column.addWidget(self.problems, 1)
        column.addWidget(self.sums)
        column.addWidget(in_lines(self.totals, self.skip, self.make))
        column.addLayout(row(back, more, fewer, None, self.try_button, self.go_button))

    def _join(self) -> None:
        self.readings.chosen.connect(self.ways.reads_right)
        self.ways.chosen.connect(self._read_so)
        self.files.chosen.connect(self._chosen)
        self.totals.toggled.connect(self._ready)
        self.skip.toggled.connect(self._skip)
        # clicked and not toggled: what is ticked by the program tries nothing out
        self.make.clicked.connect(self._make)
        self._vm.kept.connect(self._keep_mappings)

    def _file(self) -> PlannedFile | None:
        """The file that is chosen."""
        shown = self.files.current()
        return None if shown is None else shown.file

    @Slot()
    def _show_way(self) -> None:
        """How the chosen file is read; where it is in doubt, its readings to choose from."""
        file = self._file()
        doubt = file.doubt if file is not None else None
        readings = doubt.facts.get("readings", ()) if doubt is not None else ()
        self.readings.show_readings(readings)
        self.ways.show_file(file)

    @Slot(object, object)
    def _read_so(self, file: PlannedFile, way: FileMapping) -> None:
        self._vm.read_so(file, way)

    @Slot(object)
    def _keep_mappings(self, views: list[MappingView]) -> None:
        self.ways.know_mappings(views)
        self._show_way()

    def _skip(self, on: bool) -> None:
        self._vm.leave_bad = on
        self._ready()

    def _make(self, on: bool) -> None:
        self._vm.new_products = on
        self._vm.try_out()

    def _leave_out(self) -> None:
        file = self._file()
        if file is not None:
            self._vm.remove(file)

    def show_plan(self, plan: list[PlannedFile]) -> PlannedFile | None:
        """Show the files; the first of which a person has to say something is chosen, and
        answered."""
        # figures of the last trial are not those of this plan
        self.files.show([FileRow(file) for file in plan])
        self.problems.show([])
        self.skip.setChecked(False)
        unclear = next((file for file in plan if file.doubt is not None or not file.kind), None)
        if unclear is not None:
            self.files.select(lambda shown: shown.file is unclear)
        self._show_way()
        self._ready()
        return unclear

    def _kind(self, shown: FileRow) -> str:
        w = self._words
        return w.t(LISTS[shown.file.kind]) if shown.file.kind else w.t("say which")

    def _kinds(self, shown: FileRow) -> dict[str, str]:
        """The lists a file may be, the likeliest first."""
        w = self._words
        # what cannot be told by titles has to be said by a person
        unsaid = {} if shown.file.kind else {"": w.t("say which")}
        likely = dict.fromkeys((*shown.file.choices, *LISTS))
        return unsaid | {kind: w.t(LISTS[kind]) for kind in likely}

    def _is_a(self, shown: FileRow, kind: str) -> None:
        if kind and kind != shown.file.kind:
            self._vm.is_a(shown.file, kind)

    def show_trial(self, seen: Moved) -> None:
        """What the files would bring; the first with problems is chosen."""
        tried = zip(self._vm.plan, seen.files, strict=True)
        rows = [FileRow(file, one.result) for file, one in tried]
        self.files.show(rows)
        sums = " · ".join(self._sums(seen))
        self.sums.setText(self._words.t("Would come in: {totals}", totals=sums))
        # other totals are to be compared anew
        self.totals.setChecked(False)
        bad = next((one for one in rows if one.result and one.result.rejected), rows[0])
        self.files.select(lambda shown: shown is bad)
        self._show_problems()
        self._ready()

    def _sums(self, seen: Moved) -> list[str]:
        """How many rows of each list, and the totals over all of them."""
        w = self._words
        rows = [f"{w.t(LISTS[kind])} {w.number(count)}" for kind, count in seen.rows.items()]
        return rows + self._totals(seen.totals)

    def _totals_of(self, shown: FileRow) -> str:
        """What the rows of a file come to."""
        result = shown.result
        if result is None:
            return ""
        totals = self._totals(result.totals)
        points = result.said.get("points")
        if points:
            w = self._words
            said = w.t(
                "points by this list {count}, they come by the list of points",
                count=w.number(points),
            )
            totals.append(said)
        return " · ".join(totals)

    def _totals(self, totals: dict[str, int]) -> list[str]:
        """Control totals with their names; a total of nothing is none."""
        w = self._words
        said = []
        for name, value in totals.items():
            if value:
                shown = move_in_page.total(name, value, w)
                said.append(f"{w.t(labels.TOTALS[name])} {shown}")
        return said

    @Slot(object)
    def _chosen(self, _: FileRow | None) -> None:
        self._show_problems()
        self._show_way()

    def _show_problems(self) -> None:
        shown = self.files.current()
        result = shown.result if shown is not None else None
        self.problems.show(result.problems if result is not None else ())

    @Slot()
    def _ready(self) -> None:
        """What can be done now: try out, then compare, then take in."""
        vm = self._vm
        seen = vm.seen is not None
        problems = vm.seen is not None and bool(vm.seen.rejected)
        # before a trial there is nothing to see
        self.problems.setVisible(problems)
        self.skip.setVisible(problems)
        self.make.setVisible(vm.new_products or vm.lacks_articles)
        self.make.setChecked(vm.new_products)
        self.totals.setVisible(seen)
        self.sums.setVisible(seen)
        self.try_button.setVisible(not seen)
        self.trying.setEnabled(vm.told)
        self.go_button.setVisible(seen)
        self.going.setEnabled(vm.ready and self.totals.isChecked())


def _row(found: Problem) -> int:
    return found.row
