"""A form has the same keys everywhere, and what was typed into it is never lost without a word."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QFormLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from storecrm.i18n import Catalogue
from storecrm.ui.kit import tab_order
from storecrm.ui.kit.drafts import drafts_of
from storecrm.ui.kit.forms import Form
from storecrm.ui.kit.widgets import ChoiceBox, beside, button, field

WORDS = Catalogue("en")


class Card(QWidget):
    """A page with a form of four fields, and a part with an act of its own."""

    def __init__(self, draft="card"):
        super().__init__()
        self.did = []
        body = QWidget()
        lines = QFormLayout(body)
        self.name, self.phone = field("Name"), field("Phone")
        self.kind = ChoiceBox("Kind", {"": "—", "a": "First", "b": "Second"})
        self.agrees = QCheckBox("Agrees")
        self.agrees.setAccessibleName("Agrees")
        self.note = QPlainTextEdit()
        self.note.setAccessibleName("Note")
        self.note.setTabChangesFocus(True)
        self.secret, self.code = field("Secret"), field("Code")
        self.secret.setEchoMode(QLineEdit.EchoMode.Password)
        self.apart = beside(self.code, button("Try", lambda: self.did.append("try")))
        # put in as they come to mind: the layout says what stands where
        lines.addRow("Phone", self.phone)
        lines.insertRow(0, "Name", self.name)
        for part in (self.kind, self.agrees, self.note, self.secret, self.apart):
            lines.addRow(part)
        self.other = button("Print", lambda: self.did.append("print"))
        self.form = Form(
            self,
            body,
            words=WORDS,
            save=lambda: self.did.append("save"),
            leave=lambda: self.did.append("leave"),
            new=lambda: self.did.append("new"),
            draft=draft,
            others=(self.other,),
        )
        self.form.set_apart(self.apart, lambda: self.did.append("try"))
        self.search = field("Search")
        column = QVBoxLayout(self)
        column.addWidget(self.search)
        column.addWidget(self.form)

    def fill(self, name, of=""):
        with self.form.filling(of):
            self.name.setText(name)
            for box in (self.phone, self.kind):
                box.setText("")
            self.agrees.setChecked(False)
            self.note.setPlainText("")


@pytest.fixture
def card(qtbot):
    made = shown(qtbot, Card())
    made.fill("Ann", "1")
    made.name.setFocus()
    return made


def shown(qtbot, page):
    qtbot.addWidget(page)
    page.resize(420, 300)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    return page


def keys(*pressed, modifier=Qt.KeyboardModifier.NoModifier):
    for key in pressed:
        QTest.keyClick(QApplication.focusWidget(), key, modifier)


def text(words):
    QTest.keyClicks(QApplication.focusWidget(), words)


@pytest.mark.parametrize("place", ("name", "kind", "agrees", "secret"))
@pytest.mark.parametrize("key", (Qt.Key.Key_Return, Qt.Key.Key_Enter))
def test_enter_saves_from_every_field(card, place, key):
    getattr(card, place).setFocus()
    keys(key)
    assert card.did == ["save"]


@pytest.mark.parametrize("place", ("name", "note", "search", "code"))
def test_ctrl_s_saves_wherever_the_cursor_is_on_the_page(card, place):
    getattr(card, place).setFocus()
    keys(Qt.Key.Key_S, modifier=Qt.KeyboardModifier.ControlModifier)
    assert card.did == ["save"]


def test_ctrl_n_begins_a_new_one_from_the_list_too(card):
    card.search.setFocus()
    keys(Qt.Key.Key_N, modifier=Qt.KeyboardModifier.ControlModifier)
    assert card.did == ["new"]


def test_enter_in_a_text_of_lines_is_a_new_line_and_with_ctrl_it_saves(card):
    card.note.setFocus()
    text("a")
    keys(Qt.Key.Key_Return)
    text("b")
    assert card.note.toPlainText() == "a\nb" and card.did == []
    keys(Qt.Key.Key_Return, modifier=Qt.KeyboardModifier.ControlModifier)
    assert card.did == ["save"]


def test_enter_on_a_button_presses_that_button(card):
    """Whoever tabbed to "Print" and saved instead would not know what was done."""
    card.other.setFocus()
    keys(Qt.Key.Key_Return)
    assert card.did == ["print"]


def test_enter_in_a_part_set_apart_does_its_own_act(card):
    card.code.setFocus()
    text("77")
    keys(Qt.Key.Key_Return)
    assert card.did == ["try"]
    assert card.form.typed() == {}


def test_a_second_press_saves_once_until_something_was_typed(card):
    """An impatient second Enter registered nobody twice, but an offer it did."""
    keys(Qt.Key.Key_Return, Qt.Key.Key_Return)
    assert card.did == ["save"]
    text("!")
    keys(Qt.Key.Key_Return)
    assert card.did == ["save", "save"]
    card.form.refused()
    keys(Qt.Key.Key_Return)
    assert card.did == ["save"] * 3


def test_esc_leaves_at_once_when_nothing_was_typed(card):
    keys(Qt.Key.Key_Escape)
    assert card.did == ["leave"]
    assert not card.form.offer.isVisible() and not card.form.question.isVisible()


def test_what_was_typed_is_kept_when_one_leaves_and_offered_again(card):
    text(" B")
    card.kind.setFocus()
    keys(Qt.Key.Key_Down)
    card.agrees.setFocus()
    keys(Qt.Key.Key_Space)
    card.note.setFocus()
    text("calls on Mondays")
    keys(Qt.Key.Key_Escape)
    assert card.did == ["leave"] and card.name.text() == "Ann"
    card.fill("Ann", "1")
    assert card.form.offer.isVisible() and "not saved" in card.form.offer.text.text()
    card.form.resume_button.setFocus()
    keys(Qt.Key.Key_Return)
    assert card.name.text() == "Ann B" and card.kind.text() == "a"
    assert card.agrees.isChecked() and card.note.toPlainText() == "calls on Mondays"
    assert card.name.hasFocus() and not card.form.offer.isVisible()


def test_another_record_shown_over_it_takes_nothing_away(card):
    """A click on another row of the list lost a half-typed offer without a word."""
    text(" B")
    card.fill("Bob", "2")
    assert not card.form.offer.isVisible()
    card.fill("Ann", "1")
    card.form.resume()
    assert card.name.text() == "Ann B"


def test_a_new_one_begun_over_a_new_one_offers_what_was_typed(card):
    card.fill("")
    card.name.setFocus()
    text("Cid")
    card.fill("")
    assert card.name.text() == "" and card.form.offer.isVisible()
    card.form.resume()
    assert card.name.text() == "Cid"


def test_the_same_record_shown_again_leaves_what_is_being_typed(card):
    """News of the store, or a tick that was kept, came while somebody typed."""
    text(" B")
    card.fill("Ann of the store", "1")
    assert card.name.text() == "Ann B" and not card.form.offer.isVisible()


def test_what_was_saved_or_thrown_away_is_not_offered(card):
    text(" B")
    card.form.saved()
    card.fill("Bob", "2")
    card.fill("Ann B", "1")
    assert not card.form.offer.isVisible()
    card.name.setFocus()
    text(" C")
    card.fill("Bob", "2")
    card.fill("Ann B", "1")
    QTest.mouseClick(card.form.discard_button, Qt.MouseButton.LeftButton)
    card.fill("Bob", "2")
    card.fill("Ann B", "1")
    assert not card.form.offer.isVisible()


def test_letters_typed_between_save_and_its_answer_are_not_saved_yet(card):
    """The store was slow, the shopkeeper was not: half a name was taken for a saved one."""
    text(" B")
    keys(Qt.Key.Key_Return)
    text("arker")
    card.form.saved()
    # the answer shows the record as the store keeps it
    card.fill("Ann B", "1")
    assert card.name.text() == "Ann Barker" and card.form.typed() == {"Name": "Ann Barker"}
    keys(Qt.Key.Key_Escape)
    card.fill("Ann B", "1")
    card.form.resume()
    assert card.name.text() == "Ann Barker"


def test_an_answer_for_another_record_takes_nothing_typed_here(card):
    text(" B")
    keys(Qt.Key.Key_Return)
    card.fill("Bob", "2")
    card.name.setFocus()
    text(" C")
    card.form.saved(of="1")
    assert card.form.typed() == {"Name": "Bob C"}
    card.fill("Ann B", "1")
    assert not card.form.offer.isVisible()


def test_what_was_typed_and_taken_out_again_leaves_no_draft(card):
    text("!")
    card.form.hide()
    card.form.show()
    card.name.setFocus()
    keys(Qt.Key.Key_Backspace)
    card.fill("Bob", "2")
    card.fill("Ann", "1")
    assert not card.form.offer.isVisible()


def test_a_draft_belongs_to_its_person_and_outlives_the_page(qtbot):
    """Pages end when another person signs in; a half-typed card is not that person's business."""
    window = shown(qtbot, QWidget())
    column = QVBoxLayout(window)

    def page_of(person):
        drafts_of(window).person = person
        made = Card()
        column.addWidget(made)
        made.fill("")
        QApplication.processEvents()
        return made

    mine = page_of("ann")
    mine.name.setFocus()
    text("Cid")
    mine.hide()
    mine.deleteLater()
    theirs = page_of("bob")
    assert not theirs.form.offer.isVisibleTo(theirs)
    again = page_of("ann")
    again.form.resume()
    assert again.name.text() == "Cid"


def test_passwords_and_what_is_set_apart_are_in_no_draft(card):
    for box in (card.secret, card.code):
        box.setFocus()
        text("1234")
    assert card.form.typed() == {}
    assert set(card.form.fields()) == {"Name", "Phone", "Kind", "Agrees", "Note"}


def test_a_form_without_drafts_asks_before_it_is_left(qtbot):
    page = shown(qtbot, Card(draft=""))
    page.fill("Ann", "1")
    page.name.setFocus()
    text("!")
    keys(Qt.Key.Key_Escape)
    assert page.did == [] and page.form.question.isVisible()
    # Esc again is "no", and the cursor is where it was asked for
    keys(Qt.Key.Key_Escape)
    assert page.did == [] and page.name.text() == "Ann!" and page.name.hasFocus()
    keys(Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Return)
    assert page.did == ["leave"] and page.name.text() == "Ann"


def test_tab_goes_from_the_top_to_the_bottom_and_to_the_buttons(card):
    """In the order in which the layout shows the fields, not in that in which they were made."""
    parts = (card.name, card.phone, card.kind, card.agrees, card.note, card.secret, card.code)
    foot = (card.form.save_button, card.other, card.form.leave_button)
    card.name.setFocus()
    visited = []
    for _ in range(11):
        visited.append(QApplication.focusWidget())
        keys(Qt.Key.Key_Tab)
    assert [one for one in visited if one in (*parts, *foot)] == [*parts, *foot]
    assert list(tab_order.stops_in(card.form))[:2] == [card.name, card.phone]


def test_a_field_that_gets_the_cursor_is_in_sight_and_the_buttons_never_move(card):
    """At 150 % half of a form is out of sight; saving must not be."""
    before = card.form.save_button.mapTo(card, card.form.save_button.rect().topLeft())
    card.code.setFocus()
    QApplication.processEvents()
    where = card.code.mapTo(card.form.area.viewport(), card.code.rect().center())
    assert card.form.area.viewport().rect().contains(where)
    card.name.setFocus()
    text("!")
    card.fill("Bob", "2")
    card.fill("Ann", "1")
    QApplication.processEvents()
    assert card.form.offer.isVisible()
    assert card.form.save_button.mapTo(card, card.form.save_button.rect().topLeft()) == before
