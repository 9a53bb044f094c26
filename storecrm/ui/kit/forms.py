"""A form: fields that scroll, buttons that never do, and the same keys on every page.

Enter and Ctrl+S save, Ctrl+N begins a new one, Esc leaves. What was typed and not saved is no
loss: with `draft` it is kept (in memory alone) and offered when the same record is opened again,
without it Esc asks first. The buttons stand outside the scroll area, below it, and nothing that the
form says moves a field or a button.

    self.form = Form(self, body, words=w, save=self._save, leave=self._leave, draft="member")
    with self.form.filling(of=member_no):     # what was typed for another record is kept
        self.name.setText(who.name)
    ...
    self.form.saved()                         # the answer came: the draft is done with
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from PySide6.QtCore import QElapsedTimer, Qt, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QVBoxLayout, QWidget

from storecrm.i18n import Catalogue, m
from storecrm.ui.kit import form_values, tab_order
from storecrm.ui.kit.actions import Action, act, button_of
from storecrm.ui.kit.drafts import DraftKey, drafts_of
from storecrm.ui.kit.form_values import Value
from storecrm.ui.kit.toast import say
from storecrm.ui.kit.widgets import beside, button, label, row, scrolling

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_TWICE_MS = 400
"""Two presses within this time are one act, as long as nothing was typed between them."""
_MARGIN = 12
"""How much of what is around a field is brought in sight with it."""


class FormLine(QWidget):
    """One sentence with its buttons, above those of the form; it takes room from the fields that
    scroll, so that neither they nor the buttons move."""

    def __init__(self, *buttons: QWidget) -> None:
        super().__init__()
        self.text = label("", "small", wrap=True)
        inside = row(*buttons)
        line = row(self.text, inside)
        line.setStretch(0, 1)
        line.setContentsMargins(0, 0, 0, 0)
        self.setLayout(line)
        self.hide()

    def say(self, text: str) -> None:
        self.text.setText(text)
        self.show()


_SAVE = Action("form.save", m("Save"), icon="check", shortcut="Ctrl+S")
_NEW = Action("form.new", m("New"), icon="plus", shortcut="Ctrl+N")


class Form(QWidget):
    """The fields of one record with the acts on it.

    Args:
        page: what the form belongs to; Ctrl+S and Ctrl+N work wherever the cursor is in it.
        body: the fields; the form scrolls them.
        save: keeps what is typed.
        leave: what to show when somebody leaves.
        new: begins a new record, if the page makes any.
        draft: the name under which drafts are kept; "" for a form that asks instead.
        save_as: the act as it is declared where "Save" is not the word for it.
        others: further buttons beside it.
    """

    def __init__(
        self,
        page: QWidget,
        body: QWidget,
        *,
        words: Catalogue,
        save: Callable[[], object],
        leave: Callable[[], object],
        new: Callable[[], object] | None = None,
        draft: str = "",
        save_as: Action = _SAVE,
        others: Sequence[QWidget] = (),
    ) -> None:
        super().__init__(page)
        self._words = words
        self._body = body
        self._do_save = save
        self._do_leave = leave
        self._draft = draft
        self._apart: dict[QWidget, Callable[[], object]] = {}
        self._before: dict[str, Value] | None = None
        self._key = DraftKey("", draft, "")
        self._kept_here = False
        self._since_save = QElapsedTimer()
        self._is_saving = False
        self._saved_as: dict[str, Value] = {}
        self._after_leaving: Callable[[], object] = leave
        self.save_act = act(page, save_as, self.save, words=words)
        self.new_act = act(page, _NEW, new, words=words) if new else None
        self._make_foot(others)
        self._lay_out()
        focus = QApplication.instance()
        assert isinstance(focus, QApplication)
        focus.focusChanged.connect(self._follow)

    def _make_foot(self, others: Sequence[QWidget]) -> None:
        w = self._words
        self.save_button = button_of(self.save_act, "primary")
        self.leave_button = button(w.t("Cancel"), self.leave)
        self.leave_button.setToolTip(f"{self.leave_button.text()} (Esc)")
        self.resume_button = button(w.t("Go on with it"), self.resume)
        self.discard_button = button(w.t("Throw it away"), self.discard)
        self.offer = FormLine(self.resume_button, self.discard_button)
        self.stay_button = button(w.t("Go on typing"), self._stay)
        self.drop_button = button(w.t("Leave without saving"), self._leave_unsaved)
        self.question = FormLine(self.stay_button, self.drop_button)
        self.buttons = beside(self.save_button, *others, None, self.leave_button)

    def _lay_out(self) -> None:
        self.area = scrolling(self._body)
        self.area.setProperty("plain", True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.area, 1)
        for part in (self.offer, self.question, self.buttons):
            column.addWidget(part)

    # --- what stands in it ---

    def set_apart(self, part: QWidget, enter: Callable[[], object]) -> None:
        """A part of the body with an act of its own, which Enter in it does: what is typed there
        is no part of the form, is not saved with it and not kept."""
        self._apart[part] = enter

    def fields(self) -> dict[str, QWidget]:
        """The fields by their names, from the top to the bottom."""
        return form_values.fields(self._body, self._apart)

    def values(self) -> dict[str, Value]:
        """What stands in the fields now."""
        return form_values.read_all(self.fields())

    def typed(self) -> dict[str, Value]:
        """What somebody changed since the form was filled."""
        return {} if self._before is None else form_values.changed(self.values(), self._before)

    @contextmanager
    def filling(self, of: str = "") -> Iterator[None]:
        """Fill the fields inside with the record `of`, "" for a new one. What was typed for the
        last record is kept, and what was once typed for this one is offered; when it is the same
        record that is only shown again, what was just typed stays where it is."""
        self._keep_typed()
        typed = self.typed()
        is_same = bool(of) and of == self._key.of
        yield
        # the answer to a save of another record says nothing of this one
        self._is_saving = self._is_saving and is_same
        self._begin(of)
        if typed and is_same:
            self._put(typed)
            self._kept_here = bool(self._draft)
        else:
            self._offer_draft()
            self._tell_kept(typed)
        self._chain()

    def _tell_kept(self, typed: Mapping[str, Value]) -> None:
        """What was not saved of the record that one came from."""
        if typed and self._draft and self.offer.isHidden():
            say(self, self._words.t("Not saved. It is offered when you come back."))

    def _begin(self, of: str = "") -> None:
        """What stands in the fields now is what nobody has changed yet."""
        self._before = self.values()
        self._key = DraftKey(drafts_of(self).person, self._draft, of)
        self._kept_here = False
        self._since_save.invalidate()
        self.question.hide()
        self.offer.hide()

    def _put(self, values: Mapping[str, Value]) -> None:
        for name, value in values.items():
            # asked anew each time: a choice may bring further fields
            field = self.fields().get(name)
            if field is not None:
                form_values.put(field, value)

    def saved(self, of: str | None = None) -> None:
        """What was typed for the record `of`, by itself that in the form, is kept by the store now;
        what was typed since then is not."""
        key = self._key if of is None else replace(self._key, of=of)
        drafts_of(self).drop(key)
        if key != self._key:
            return
        self._before = dict(self._saved_as) if self._is_saving else self.values()
        self._is_saving = False
        self._since_save.invalidate()
        self.offer.hide()
        self.question.hide()

    def begin_typing(self) -> None:
        """The cursor into the first field that takes it."""
        for field in tab_order.stops_in(self._body):
            if field.isEnabled() and field.isVisibleTo(self):
                field.setFocus(Qt.FocusReason.OtherFocusReason)
                return

    @Slot(QWidget, QWidget)
    def _follow(self, _before: QWidget | None, now: QWidget | None) -> None:
        """Bring the field with the cursor in sight, whoever put the cursor there: Qt does so for
        Tab alone."""
        if now is not None and self._body.isAncestorOf(now):
            self.area.ensureWidgetVisible(now, 0, _MARGIN)

    def _chain(self) -> None:
        tab_order.chain(self._body, self.offer, self.question, self.buttons)

    # --- drafts ---

    def _keep_typed(self) -> None:
        """Let no word be lost; what was typed and taken out again leaves no draft behind."""
        if not self._draft or self._before is None:
            return
        typed = self.typed()
        if typed:
            drafts_of(self).keep(self._key, typed)
            self._kept_here = True
        elif self._kept_here:
            drafts_of(self).drop(self._key)

    def _offer_draft(self) -> None:
        draft = drafts_of(self).found(self._key) if self._draft else None
        if draft is None:
            self.offer.hide()
            return
        w = self._words
        # it is offered right here: nobody needs to be told to come back
        say(self, "")
        self.offer.say(w.t("Typed at {time}, not saved.", time=draft.at))

    def resume(self) -> None:
        """Put back what was typed and not saved."""
        draft = drafts_of(self).found(self._key)
        self.offer.hide()
        if draft is not None:
            self._put(draft.values)
            self._kept_here = True
            self.begin_typing()

    def discard(self) -> None:
        """What was typed before is not wanted any more."""
        drafts_of(self).drop(self._key)
        self.offer.hide()
        self.begin_typing()

    # --- acts ---

    def save(self) -> None:
        """Keep what is typed; pressed twice it is done once."""
        values = self.values()
        soon = self._since_save.isValid() and self._since_save.elapsed() < _TWICE_MS
        if soon and values == self._saved_as:
            return
        self._saved_as = values
        self._is_saving = True
        self._since_save.start()
        self._do_save()

    def refused(self) -> None:
        """The answer was no: the next press is tried at once."""
        self._is_saving = False
        self._since_save.invalidate()

    def leave(self) -> None:
        """Away from the form; nothing that was typed is lost without a word."""
        self.leave_then(self._do_leave)

    def leave_then(self, go: Callable[[], object]) -> None:
        """Do `go` when the form can be left."""
        typed = self.typed()
        if not typed:
            go()
        elif self._draft:
            self._keep_typed()
            self._put_before()
            go()
            self._tell_kept(typed)
        else:
            self._after_leaving = go
            self.question.say(self._words.t("What was typed is not saved."))
            self.stay_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _put_before(self) -> None:
        """The fields as they were before somebody typed."""
        self._put(self._before or {})
        # the draft is another one's affair from now on: it is offered when one comes back
        self._kept_here = False

    def _stay(self) -> None:
        self.question.hide()
        self.begin_typing()

    def _leave_unsaved(self) -> None:
        self.question.hide()
        self._put_before()
        self._after_leaving()

    # --- keys ---

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What the field with the cursor left over: fields take their own keys first."""
        if event.key() == Qt.Key.Key_Escape:
            self._escape()
        elif event.key() in _ENTER:
            self._enter(event)
        else:
            super().keyPressEvent(event)

    def _escape(self) -> None:
        # a question is answered by Esc with "no"
        if self.question.isVisibleTo(self):
            self._stay()
        else:
            self.leave()

    def _enter(self, event: QKeyEvent) -> None:
        focus = self.focusWidget()
        # a key that is held down acts once
        if event.isAutoRepeat():
            return
        if isinstance(focus, QAbstractButton) and not focus.isCheckable():
            focus.click()
            return
        for part, enter in self._apart.items():
            if focus is not None and part.isAncestorOf(focus):
                enter()
                return
        self.save_act.trigger()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._before is None:
            self._begin()
        # of two forms in the tabs of one page only that in sight has the key
        self.save_act.setVisible(True)
        self._chain()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        # the page may end while it is out of sight: another person signed in
        self._keep_typed()
        self.save_act.setVisible(False)
