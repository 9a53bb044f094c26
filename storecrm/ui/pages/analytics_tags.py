"""The shop's words for its members: what each means, and who puts it on."""

from collections.abc import Iterator
from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QComboBox, QFormLayout, QVBoxLayout, QWidget

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue, m
from storecrm.services.analytics.segments import SegmentView
from storecrm.services.members.tags import COLOURS, LONGEST_STAY, TagView
from storecrm.ui.kit.actions import Action, act, button_of, refresh
from storecrm.ui.kit.field_errors import FieldErrors
from storecrm.ui.kit.forms import Form
from storecrm.ui.kit.pickers.number_box import NumberBox
from storecrm.ui.kit.tables import Column, Empty, Kind, Table
from storecrm.ui.kit.toast import say
from storecrm.ui.kit.two_sides import Side, TwoSides
from storecrm.ui.kit.widgets import ChoiceBox, field, label
from storecrm.ui.viewmodels.analytics import KnownViewModel, SegmentList
from storecrm.wording import insight

AS_IT_IS = "="
"""The rule that the tag has already, where no segment has it."""
NAMES = {
    "grey": m("grey"),
    "blue": m("blue"),
    "green": m("green"),
    "amber": m("amber"),
    "red": m("red"),
}


_BLANK = TagView(name="", group="", colour=COLOURS[0], days=None, rule=None, members=0)
"""What stands in the form for a new one."""
_REMOVE = Action("tags.remove", m("Remove"), "x")


class TagsTab(QWidget):
    """Every tag with its group, colour, days and rule; one is defined or changed on the right."""

    def __init__(self, vm: KnownViewModel, words: Catalogue) -> None:
        super().__init__()
        self._vm = vm
        self._words = words
        self._shelf = SegmentList([], {})
        self._chosen: TagView | None = None
        self._saving = ""
        self.removing = act(
            self, _REMOVE, self._remove, words=words, enabled=lambda: self._chosen is not None
        )
        self.errors = FieldErrors(self)
        self.list = self._tag_table()
        self.form = self._tag_form()
        self.sides = TwoSides(Side(words.t("Tags"), self.list), self._form_side(), (3, 2))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 8, 0, 0)
        whole.addWidget(self.sides)
        self.list.chosen.connect(self._open_row)
        self.list.opened.connect(self._to_form)
        vm.tagged.connect(self._show)
        vm.shelved.connect(self._segments)
        vm.refused.connect(self._refused)

    def _tag_table(self) -> Table[TagView]:
        w = self._words
        none = w.t("No tag yet: type a word beside this list, and save it.")
        return Table(
            list(self._columns()),
            w.t("Tags"),
            kept_as="known.tags",
            empty=Empty("list-details", none, w.t("New tag"), self._new),
            no_match=w.t("No tag fits."),
            words=w,
            actions=(self.removing,),
            same=lambda tag: tag.name,
        )

    def _columns(self) -> Iterator[Column[TagView]]:
        w = self._words
        yield Column("tag", w.t("Tag"), lambda tag: tag.name, 120, tint=_ink)
        yield Column("group", w.t("Group"), lambda tag: tag.group or "—", 100)
        yield Column(
            key="members",
            title=w.t("Members"),
            text=lambda tag: w.number(tag.members),
            width=90,
            kind=Kind.NUMBER,
            value=lambda tag: tag.members,
        )
        yield Column("stays", w.t("Stays"), self._stays, 90)
        yield Column("rule", w.t("Put on by"), self._put_on_by, 220)

    def _stays(self, tag: TagView) -> str:
        w = self._words
        return w.n("1 day", "{count} days", tag.days) if tag.days else w.t("for ever")

    def _put_on_by(self, tag: TagView) -> str:
        w = self._words
        return insight.rule(tag.rule, w) if tag.rule else w.t("a person")

    def _tag_form(self) -> Form:
        """The fields of one tag."""
        w = self._words
        self.name = field(w.t("Tag"))
        self.group = field(w.t("Group"))
        self.days = NumberBox(
            w.t("Stays for days"),
            w,
            unit=w.t("days"),
            least=1,
            most=LONGEST_STAY,
            no_limit=w.t("for ever"),
        )
        self.colour = ChoiceBox(w.t("Colour"), {colour: w.t(NAMES[colour]) for colour in COLOURS})
        self.of = QComboBox()
        self.of.setAccessibleName(w.t("Put on by the rule of"))
        told = w.t(
            "A tag with a rule is put on and taken off once a day; what a person put on stays."
        )
        body = QWidget()
        form = QFormLayout(body)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.addRow(label(w.t("Tag")), self.name)
        form.addRow(label(w.t("Group")), self.group)
        form.addRow(label(w.t("Colour")), self.colour)
        form.addRow(label(w.t("Stays")), self.days)
        form.addRow(label(w.t("Put on by the rule of")), self.of)
        form.addRow(label(told, "small", wrap=True))
        return Form(
            self,
            body,
            words=w,
            save=self._save,
            leave=self._leave,
            new=self._new,
            draft="tag",
            others=(button_of(self.removing),),
        )

    def _form_side(self) -> Side:
        return Side(self._words.t("Tag"), self.form)

    def open(self) -> None:
        self._vm.tags()
        self._vm.shelf()

    def field_of(self, error: StoreError) -> QWidget | None:
        """The field that is refused."""
        return {"tag": self.name, "tag_days": self.days}.get(error.code)

    @Slot(object)
    def _show(self, found: list[TagView]) -> None:
        self.list.show(found)
        if not self._saving:
            return
        name = self._saving
        # only now: what was refused must stay a draft
        self._saving = ""
        self.form.saved()
        # what is typed from now on is a change of this one, no further new tag
        self._fill(next((tag for tag in found if tag.name == name), None))
        self.list.select(lambda tag: tag.name == name)
        say(self, self._words.t("Kept: {name}", name=name))

    @Slot(object)
    def _refused(self, _error: StoreError) -> None:
        self._saving = ""
        self.form.refused()

    @Slot(object)
    def _segments(self, shelf: SegmentList) -> None:
        """The segments by whose rule a tag can be put on; the chosen one stays chosen."""
        self._shelf = shelf
        chosen = self.of.currentData()
        self.of.clear()
        self.of.addItem(self._words.t("nothing: by hand"), "")
        for view in shelf.views:
            # a fixed list has no rule
            if not view.fixed:
                name = insight.name_of(view.code, view.name, self._words)
                self.of.addItem(name, view.code)
        self._choose_rule(chosen)

    def _choose_rule(self, code: str) -> None:
        at = self.of.findData(code)
        self.of.setCurrentIndex(max(0, at))

    @Slot(object)
    def _open_row(self, tag: TagView | None) -> None:
        # what is in the form already is not filled in anew: somebody may be changing it
        if tag is not None and tag != self._chosen:
            self._fill(tag)

    @Slot(object)
    def _to_form(self, tag: TagView) -> None:
        """Enter or a double click: to the fields."""
        self._open_row(tag)
        self.sides.bring(1)
        self.name.setFocus()

    def _fill(self, tag: TagView | None) -> None:
        """Show a tag in the form, None for a new one."""
        self._chosen = tag
        shown = tag or _BLANK
        with self.form.filling(of=shown.name):
            self.name.setText(shown.name)
            self.group.setText(shown.group)
            self.days.set_value(shown.days)
            self.colour.setText(shown.colour)
            self._choose_rule(self._rule_of(shown))
        refresh(self)

    def _rule_of(self, tag: TagView) -> str:
        """The answer that stands for a tag's rule."""
        # what was said of another tag is not meant for this one
        last = self.of.count() - 1
        if self.of.itemData(last) == AS_IT_IS:
            self.of.removeItem(last)
        same = self._segment_with(tag)
        if tag.rule and not same:
            # a rule that no segment has: saving the colour must not lose it
            self.of.addItem(self._words.t("the rule it has"), AS_IT_IS)
            return AS_IT_IS
        return same

    def _segment_with(self, tag: TagView) -> str:
        """The segment that has the same rule."""
        # several segments may say the same; the first stands for them
        for view in self._shelf.views:
            if tag.rule and view.rule == tag.rule:
                return view.code
        return ""

    def _chosen_segment(self) -> SegmentView | None:
        code = self.of.currentData()
        for view in self._shelf.views:
            if view.code == code:
                return view
        return None

    def _new(self) -> None:
        self.list.clear_choice()
        self._fill(None)
        self.sides.bring(1)
        self.name.setFocus()

    def _leave(self) -> None:
        """Back to the list; whoever opens the tag again is offered what was typed."""
        self._chosen = None
        refresh(self)
        self.sides.bring(0)
        self.list.setFocus()

    def _save(self) -> None:
        self.errors.clear()
        problem = self.days.problem()
        if problem:
            self.errors.show(self.days, problem)
            return
        self._saving = self.name.text().strip()
        self._vm.keep_tag(
            self.name.text(),
            self.group.text(),
            self.colour.text(),
            self.days.value(),
            self._chosen_segment(),
            keep_rule=self.of.currentData() == AS_IT_IS,
        )

    def _remove(self) -> None:
        gone = self._chosen
        if gone is None:
            return
        if not gone.members:
            self._take_off(gone.name)
            return
        w = self._words
        said = w.n(
            "{name} is on 1 member and would be taken off.",
            "{name} is on {count} members and would be taken off all of them.",
            gone.members,
            name=gone.name,
        )
        # nobody can put it on all of them again
        say(self, said, bad=True, then=(w.t("Take it off"), partial(self._take_off, gone.name)))

    def _take_off(self, name: str) -> None:
        self._vm.remove_tag(name)
        self._fill(None)
        say(self, self._words.t("Removed: {name}", name=name))


def _ink(tag: TagView) -> str:
    """The role of the colour in which a tag is written."""
    return f"tag_{tag.colour}"
