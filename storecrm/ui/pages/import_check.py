"""The third step of an import: what would happen, the problems by their kind, and the totals that a
person confirms."""

from collections.abc import Iterator, Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from storecrm.i18n import Catalogue, m
from storecrm.services.imports.options import Imported
from storecrm.ui.kit import file_dialogs
from storecrm.ui.kit.actions import Action, act, button_of
from storecrm.ui.kit.fitted_labels import TailLabel
from storecrm.ui.kit.pickers.flow_layout import in_lines
from storecrm.ui.kit.sacrifice import Sacrifice
from storecrm.ui.kit.tables import Column, Empty, Kind, Table
from storecrm.ui.kit.widgets import ChoiceBox, button, label, row
from storecrm.ui.pages.import_labels import (
    cell_column,
    choice_box,
    choose,
    column_name,
    rule_name,
    titled,
)
from storecrm.ui.viewmodels.import_wizard import ImportViewModel
from storecrm.values import Problem
from storecrm.wording import errors

EXISTING = {
    "fill": m("fill what is empty"),
    "replace": m("replace"),
    "skip": m("leave as it is"),
}
_IMPORT = Action("import.go", m("Import"), "check", "Ctrl+Return")
_LEAVE = Action("import.leave", m("Leave out the chosen rows"), "x", "Del")
_EXPORT = Action("import.problems", m("Export the rows with problems"), "download")
_NOT_HEARD_OF = ("sku", "unknown")
"""Column and kind of the problem of an article that no list holds."""


def left_out(seen: Imported, words: Catalogue) -> list[str]:
    """What a rule left out, what was rounded, and the columns that have no place here."""
    said = []
    # a total without these rows would not be understood
    for name, count in seen.skipped_by:
        what = f"{rule_name(name, words)} {words.number(count)}"
        said.append(words.t("without: {what}", what=what))
    if seen.rounded:
        rounded = words.n(
            "1 value of points rounded", "{count} values of points rounded", seen.rounded
        )
        said.append(rounded)
    if seen.left_out:
        titles = words.listed(seen.left_out)
        said.append(words.t("columns without a place here: {titles}", titles=titles))
    return said


def save_problems(page: QWidget, vm: ImportViewModel, words: Catalogue) -> None:
    """Ask where the rows with problems are to lie, to be put right there."""
    title = words.t("Export the rows with problems")
    problems = words.t("Problems")
    name = f"{problems}.xlsx"
    file = file_dialogs.save_as(page, title, name, file_dialogs.WORKBOOK)
    if file is not None:
        vm.export_problems(file)


class CheckStep(QWidget):
    """The counts above, the problems, the totals below them."""

    back = Signal()

    def __init__(self, vm: ImportViewModel, words: Catalogue) -> None:
        super().__init__()
        self._vm = vm
        self._words = words
        self.seen: Imported | None = None
        self._problems: Sequence[Problem] = ()
        self.counts = label("", "h2", wrap=True)
        self.omitted = label("", "small", wrap=True)
        self._make_acts()
        self.problems: Table[Problem] = Table(
            list(self._columns()),
            words.t("Problems"),
            kept_as="import_problems",
            empty=Empty("circle-check", words.t("Every row is right.")),
            no_match=words.t("No problem fits."),
            words=words,
            actions=(self.leaving, self.exporting),
            same=lambda problem: (problem.row, problem.column),
        )
        self._make_ways()
        self._make_cures()
        self.totals = QCheckBox("")
        self.go = button_of(self.importing, "primary")
        self.why = TailLabel("")
        self._lay_out()
        self._join()

    def _columns(self) -> Iterator[Column[Problem]]:
        w = self._words
        cell = w.t("Cell (F2 puts it right)")
        yield Column(
            "row",
            w.t("Row"),
            lambda problem: str(problem.row),
            width=60,
            kind=Kind.NUMBER,
            value=_row,
        )
        yield Column("who", w.t("Full name"), lambda problem: problem.who, 90, personal=True)
        yield Column("column", w.t("Column"), lambda one: cell_column(one.column, w), 95)
        yield Column("cell", cell, _cell, 200, edit=self._fix, personal=True)
        yield Column("problem", w.t("Problem"), lambda one: errors.problem(one, w), 240)

    def _make_acts(self) -> None:
        w = self._words
        self.leaving = act(self, _LEAVE, self.leave, words=w)
        self.exporting = act(self, _EXPORT, self._export, words=w)
        self.importing = act(self, _IMPORT, self.take_in, words=w, enabled=self._can_go)

    def _make_ways(self) -> None:
        """What is to happen with rows as a whole."""
        w = self._words
        self.existing = ChoiceBox(w.t("What exists already"), titled(EXISTING, w))
        self.skip = QCheckBox(w.t("Leave out rows with problems"))
        self.erased = QCheckBox(w.t("Take in again who was erased: they asked for it"))
        self.goods = QCheckBox(
            w.t("Make the articles that no list holds: the number is the name, to be completed")
        )

    def _make_cures(self) -> None:
        """What is done with many problems of one kind at once."""
        w = self._words
        # a kind may be called by a whole sentence
        self.group = choice_box(w.t("Kind of problem"), {}, least=12)
        self.everywhere = QCheckBox(w.t("Put right every cell that says the same"))
        self.anew = button(w.t("Undo all that was decided here"), self._vm.decide_anew)
        self.blank = button(w.t("Leave these cells blank"), self._leave_blank)
        nice_to_know = w.t(
            "Birthday, e-mail and what else is only nice to know can be left blank, one kind at "
            "a time."
        )
        self.blank.setToolTip(nice_to_know)

    def _lay_out(self) -> None:
        w = self._words
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.counts)
        column.addWidget(self.omitted)
        exists = label(w.t("What exists already"))
        column.addLayout(row(exists, self.existing, None, self.anew))
        column.addLayout(row(self.group, self.blank))
        # as many in a line as the screen and the language leave room for
        column.addWidget(in_lines(self.everywhere, self.skip, self.erased, self.goods))
        column.addWidget(self.problems, 1)
        column.addLayout(row(button_of(self.leaving), button_of(self.exporting), None))
        column.addWidget(self.totals)
        back = button(w.t("Back"), self.back.emit)
        column.addLayout(row(back, self.why, self.go))
        Sacrifice(self, (self.omitted,))

    def _join(self) -> None:
        vm = self._vm
        self.existing.activated.connect(lambda _: vm.on_existing(self.existing.text()))
        self.skip.toggled.connect(self._skip)
        # clicked and not toggled: what is ticked by the program counts nothing anew
        self.erased.clicked.connect(vm.take_erased)
        self.goods.clicked.connect(vm.make_products)
        self.group.activated.connect(self._show_chosen)
        self.totals.toggled.connect(self._ready)

    def forget(self) -> None:
        """What was chosen for the file before is not meant for this one."""
        self.skip.setChecked(False)
        self.everywhere.setChecked(False)
        self.group.clear()
        self.existing.setCurrentIndex(0)

    def _skip(self, on: bool) -> None:
        self._vm.leave_bad(on)
        self._ready()

    @Slot()
    def _ready(self) -> None:
        """Whether it can be imported now; otherwise it is said why not."""
        self.why.setText(self._lacks())
        self.importing.ask()

    def _can_go(self) -> bool:
        return self.seen is not None and not self._lacks()

    def _lacks(self) -> str:
        """What is still to be done before the import."""
        w = self._words
        seen = self.seen
        if seen is None:
            return ""
        # nothing is left to take in, whatever is ticked
        if seen.rows <= seen.rejected + seen.skipped:
            return w.t("No row can be taken.")
        if seen.rejected and not self.skip.isChecked():
            return w.t("Put the rows with problems right, or tick that they are left out.")
        if not self.totals.isChecked():
            return w.t("Tick the totals when they are right.")
        return ""

    def show_result(self, seen: Imported) -> None:
        """What would happen."""
        self.seen = seen
        self.anew.setVisible(self._vm.decided)
        self._show_groups(seen)
        self.counts.setText(" · ".join(self._counted(seen)))
        omitted = left_out(seen, self._words)
        self.omitted.setText(" · ".join(omitted))
        self.omitted.setVisible(bool(omitted))
        totals = " · ".join(self._totals(seen))
        self.totals.setText(self._words.t("I have checked: {totals}", totals=totals))
        # other totals are to be confirmed anew
        self.totals.setChecked(False)
        self._show_ways(seen)
        self._ready()

    def _counted(self, seen: Imported) -> Iterator[str]:
        """How many rows come in, and what was decided about others."""
        w = self._words
        by_hand = len(self._vm.plan.leave)
        yield w.t(
            "new {new} · changed {changed} · same {same} · with problems {bad}",
            new=w.number(seen.created),
            changed=w.number(seen.updated),
            same=w.number(seen.unchanged),
            bad=w.number(seen.rejected),
        )
        if seen.blanked:
            yield w.n("1 cell left blank", "{count} cells left blank", seen.blanked)
        if seen.new_products:
            yield w.n(
                "1 article made, to be completed",
                "{count} articles made, to be completed",
                seen.new_products,
            )
        if by_hand:
            yield w.n("1 row left out by you", "{count} rows left out by you", by_hand)

    def _totals(self, seen: Imported) -> Iterator[str]:
        """The control totals over the rows that come in."""
        w = self._words
        taken = seen.rows - seen.rejected - seen.skipped
        yield w.n("1 row", "{count} rows", taken)
        for name, value in seen.totals.items():
            # points are as they are, all else is money
            shown = w.number(value) if name == "points" else w.money(value)
            yield f"{column_name(name, w)} {shown}"

    def _show_ways(self, seen: Imported) -> None:
        """Only the choices that there is something to choose about."""
        plan = self._vm.plan
        self.skip.setVisible(bool(seen.rejected))
        self.erased.setChecked(plan.take_erased)
        erased = any(kind == "erased_before" for _, kind, _ in seen.kinds)
        self.erased.setVisible(plan.take_erased or erased)
        self.goods.setChecked(plan.new_products)
        unheard = any((kind.column, kind.kind) == _NOT_HEARD_OF for kind in seen.by_kind)
        makable = unheard and plan.kind == "sales"
        self.goods.setVisible(plan.new_products or makable)

    def _show_groups(self, seen: Imported) -> None:
        """The problems by what they are, so that many alike are dealt with at once; the chosen kind
        stays chosen while there are any."""
        w = self._words
        chosen = self.group.currentData()
        every = sum(count for _, _, count in seen.kinds)
        # only the first problems come as rows, the counts are of all
        self._problems = seen.problems
        self.group.clear()
        self.group.addItem(w.t("all problems ({count})", count=w.number(every)), None)
        for column, kind, count in seen.kinds:
            title = self._group_title(column, kind, count)
            self.group.addItem(title, f"{column}:{kind}")
        choose(self.group, chosen)
        # a file without problems needs no cures
        for part in (self.group, self.blank, self.everywhere):
            part.setVisible(bool(seen.kinds))
        self._show_chosen()

    def _group_title(self, column: str, kind: str, count: int) -> str:
        """A kind of problem with its count, behind the column that has it."""
        w = self._words
        problem = errors.problem(Problem(0, column, kind), w)
        said = f"{problem} ({w.number(count)})"
        return f"{column_name(column, w)}: {said}" if column else said

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """The problems for which an import was refused."""
        self._problems = problems
        self._show_chosen()

    @Slot()
    def _show_chosen(self) -> None:
        """The problems of the chosen kind; all where none is chosen."""
        chosen = self.group.currentData()
        column = chosen.partition(":")[0] if chosen is not None else ""
        shown = [p for p in self._problems if chosen in (None, f"{p.column}:{p.kind}")]
        self.problems.show(shown)
        self.blank.setEnabled(chosen is not None and self._vm.may_be_blank(column))

    def _fix(self, found: Problem, text: str) -> None:
        # one correction may stand for thousands of cells
        everywhere = self.everywhere.isChecked()
        self._vm.fix(found, text, everywhere=everywhere)

    def _leave_blank(self) -> None:
        chosen = self.group.currentData()
        if chosen is not None:
            self._vm.leave_blank(chosen)

    def leave(self) -> None:
        """Leave out the rows that are chosen in the list."""
        chosen = self.problems.chosen_records()
        if chosen:
            self._vm.leave_out(problem.row for problem in chosen)

    def _export(self) -> None:
        save_problems(self, self._vm, self._words)

    def take_in(self) -> None:
        """Import what was checked."""
        if self.seen is not None:
            self._vm.go(self.seen)


def _row(problem: Problem) -> int:
    return problem.row


def _cell(problem: Problem) -> str:
    return problem.value
