"""The named groups of RFM as the shop means them: a line each, the scores in cells."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from storecrm.i18n import Catalogue, m
from storecrm.ui.kit.actions import Action, act, button_of
from storecrm.ui.kit.pickers.flow_layout import FlowLayout
from storecrm.ui.kit.tables import Column, Empty, Kind, Table
from storecrm.ui.kit.toast import say
from storecrm.ui.kit.widgets import label
from storecrm.wording import insight

_ADD = Action("groups.add", m("Add a group"), "plus")
_REMOVE = Action("groups.remove", m("Remove the group"), "x", "Del")
_UP = Action("groups.up", m("Move up"), "", "Alt+Up")
_DOWN = Action("groups.down", m("Move down"), "", "Alt+Down")
_SAVE = Action("groups.save", m("Save the groups"), "check", "Ctrl+S")
_LETTERS = "RFM"


@dataclass(frozen=True)
class GroupLine:
    """One group as it is typed: its name, and a range of scores ("4-5", "1", "" for any) for R, F
    and M."""

    place: int
    name: str
    r: str = ""
    f: str = ""
    m: str = ""

    def written(self) -> str:
        """As the rule of the shop writes it."""
        scores = zip(_LETTERS, (self.r, self.f, self.m), strict=True)
        return " ".join([self.name, *(f"{letter}{range_}" for letter, range_ in scores if range_)])


def read_lines(rule: str) -> list[GroupLine]:
    """The lines of a rule of the shop, "best R4-5 F4-5, rest"."""
    lines = []
    for place, part in enumerate(rule.split(",")):
        name, *scores = part.split()
        typed = {score[0].lower(): score[1:] for score in scores}
        lines.append(GroupLine(place, name, **typed))
    return lines


class GroupTable(QWidget):
    """The groups in their order: the first that fits is the member's."""

    def __init__(self, words: Catalogue, save: Callable[[str], object]) -> None:
        super().__init__()
        self._words = words
        self._save_rule = save
        self._rule = ""
        self._lines: list[GroupLine] = []
        w = words
        acts = [
            act(self, _ADD, self._add, words=w),
            act(self, _REMOVE, self._remove, words=w),
            act(self, _UP, lambda: self._move(-1), words=w),
            act(self, _DOWN, lambda: self._move(1), words=w),
        ]
        self.saving = act(self, _SAVE, self.save, words=w)
        self.lines: Table[GroupLine] = Table(
            list(self._columns()),
            w.t("Table of groups"),
            kept_as="",
            empty=Empty("users", w.t("There is no group.")),
            no_match=w.t("No group fits."),
            words=w,
            actions=acts,
            order=(("place", False),),
            same=lambda line: line.place,
        )
        told = w.t(
            "The first group that fits is the member's, the last takes everybody else. Scores are "
            "1 to 5; an empty cell takes any."
        )
        buttons = QWidget()
        flow = FlowLayout(buttons, 8)
        for action in acts:
            flow.addWidget(button_of(action))
        flow.addWidget(button_of(self.saving, "primary"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.addWidget(label(told, "small", wrap=True))
        column.addWidget(self.lines, 1)
        column.addWidget(buttons)

    def _columns(self) -> Iterator[Column[GroupLine]]:
        w = self._words
        yield Column(
            key="place",
            title=w.t("Order"),
            text=lambda line: str(line.place + 1),
            width=80,
            kind=Kind.NUMBER,
            value=lambda line: line.place,
        )
        yield Column(
            key="name",
            title=w.t("Group"),
            text=lambda line: insight.group(line.name, w),
            width=140,
            edit=self._rename,
        )
        yield self._scores("r", lambda line: line.r, lambda line, typed: replace(line, r=typed))
        yield self._scores("f", lambda line: line.f, lambda line, typed: replace(line, f=typed))
        yield self._scores("m", lambda line: line.m, lambda line, typed: replace(line, m=typed))

    def _scores(
        self,
        letter: str,
        text: Callable[[GroupLine], str],
        change: Callable[[GroupLine, str], GroupLine],
    ) -> Column[GroupLine]:
        def edit(line: GroupLine, typed: str) -> None:
            # a dash as people type it, long or full-width, is a dash
            plain = typed.strip().translate(str.maketrans("–—－～~", "-----"))
            self._replace(change(line, plain))

        return Column(letter, letter.upper(), text, 70, edit=edit)

    def show_rule(self, rule: str) -> None:
        """Show the rule of the shop; what somebody is changing stays."""
        if rule != self._rule:
            self._rule = rule
            self._number(read_lines(rule))

    def typed(self) -> str:
        """The rule as it stands in the table."""
        return ", ".join(line.written() for line in self._lines)

    @Slot()
    def save(self) -> None:
        self.lines.view.take_typed()
        self._save_rule(self.typed())

    def _rename(self, line: GroupLine, typed: str) -> None:
        # the rule parts its pieces by blanks and commas
        name = "_".join(typed.replace(",", " ").replace("，", " ").split())[:30]
        if name:
            self._replace(replace(line, name=name))

    def _replace(self, line: GroupLine) -> None:
        self._forget_undo()
        # the cell is being left just now: the row stays where it is
        self._lines[line.place] = line
        self.lines.replace(lambda one: one.place == line.place, line)

    def _forget_undo(self) -> None:
        """A removal is not taken back over what was changed after it."""
        say(self, "")

    def _number(self, lines: Sequence[GroupLine]) -> None:
        """Show lines in this order."""
        self._lines = [replace(line, place=place) for place, line in enumerate(lines)]
        self.lines.show(self._lines)

    def _add(self) -> None:
        self.lines.view.take_typed()
        lines = list(self._lines)
        chosen = self.lines.current()
        # the last one takes everybody else: it stays the last
        at = max(0, len(lines) - 1) if chosen is None else chosen.place
        named = {line.name for line in lines}
        word = self._words.t("New group").replace(" ", "_")
        number = next(n for n in range(1, len(lines) + 2) if f"{word}_{n}" not in named)
        lines.insert(at, GroupLine(0, f"{word}_{number}", "1-5"))
        self._forget_undo()
        self._number(lines)
        self.lines.select(lambda line: line.place == at)

    def _remove(self) -> None:
        self.lines.view.take_typed()
        chosen = self.lines.current()
        lines = list(self._lines)
        # somebody has to take everybody else
        if chosen is None or len(lines) < 2:
            return
        self._number([line for line in lines if line.place != chosen.place])
        name = insight.group(chosen.name, self._words)
        said = self._words.t("{name} is taken out; it counts when the groups are saved.", name=name)
        say(self, said, undo=lambda: self._number(lines))

    def _move(self, by: int) -> None:
        self.lines.view.take_typed()
        chosen = self.lines.current()
        lines = list(self._lines)
        # the first cannot go up, the last not down
        if chosen is None or not 0 <= chosen.place + by < len(lines):
            return
        to = chosen.place + by
        lines.insert(to, lines.pop(chosen.place))
        self._forget_undo()
        self._number(lines)
        self.lines.select(lambda line: line.place == to)
