"""The card of a member has a box for every field that is typed, and keeps what was typed."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from storecrm.domain import member_fields
from storecrm.services.members import registry
from storecrm.ui.kit.drafts import DraftKey, drafts_of
from tests import build
from tests.ui.hands import enter, settle, toast

_TYPED = {"birthday": "1990-05-17", "email": "ann@example.com"}


def test_every_field_of_the_card_is_typed_and_kept(qtbot, program, owner):
    """What a command can say of a member the window can say too: the gender among it."""
    enter(program, "陈")
    program.window.go("members")
    settle(program)
    page = program.window.pages["members"]
    page.register()
    page.data.phone.setText("13800138000")
    assert list(page.data.boxes) == [field.name for field in member_fields.ON_CARD]
    said = {name: _TYPED.get(name, f"some {name}") for name in page.data.boxes} | {"gender": "f"}
    for name, box in page.data.boxes.items():
        if name == "gender":
            QTest.keyClick(box, Qt.Key.Key_Down)
        else:
            qtbot.keyClicks(box, said[name])
    qtbot.mouseClick(page.data.form.save_button, Qt.MouseButton.LeftButton)
    settle(program)
    view = registry.show(owner, member="13800138000")
    assert {name: getattr(view, name) for name in said} == said
    assert {name: box.text() for name, box in page.data.boxes.items()} == said
    page.register()
    assert {box.text() for box in page.data.boxes.values()} == {""}


def test_the_workbench_offers_every_field_that_may_be_chosen(program):
    """Whoever makes two records one sees each field whose value is a matter of choice."""
    enter(program, "陈")
    program.window.go("data")
    settle(program)
    twins = program.window.pages["data"].twins
    assert list(twins.pair.dots) == [field.name for field in member_fields.CHOOSABLE]
    titles = [mine.accessibleName() for mine, _ in twins.pair.dots.values()]
    assert not [title for title in titles if title.startswith("field.")]


def _members(program, person="陈"):
    enter(program, person)
    program.window.go("members")
    settle(program)
    return program.window.pages["members"]


def _type(text):
    QTest.keyClicks(QApplication.focusWidget(), text)


def _key(program, key, modifier=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(QApplication.focusWidget() or program.window, key, modifier)
    settle(program)


def test_a_member_is_registered_by_keys_alone(program, owner):
    """Ctrl+N, the phone, Tab, the name, Enter; a second Enter is the same card once more."""
    page = _members(program)
    _key(program, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert page.data.phone.hasFocus() and not page.head.print_card.isVisible()
    _type("13800138000")
    _key(program, Qt.Key.Key_Tab)
    _type("Li")
    _key(program, Qt.Key.Key_Return)
    assert registry.show(owner, member="13800138000").name == "Li"
    assert page.head.print_card.isVisible() and not page.data.form.offer.isVisible()
    _type(" Mei")
    _key(program, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert registry.show(owner, member="13800138000").name == "Li Mei"
    assert toast(page) == "Saved."


def test_what_is_wrong_on_a_card_is_said_at_its_field(program, owner):
    """A line above the tabs pushed the card down and left the field to be looked for."""
    page = _members(program)
    _key(program, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    before = page.data.form.save_button.mapTo(page, page.data.form.save_button.rect().center())
    _key(program, Qt.Key.Key_Return)
    assert page.data.errors.text(page.data.phone) and page.data.phone.hasFocus()
    _type("13800138000")
    assert not page.data.errors.text(page.data.phone)
    birthday = page.data.boxes["birthday"]
    birthday.setFocus()
    _type("the 40th")
    _key(program, Qt.Key.Key_Return)
    assert page.data.errors.text(birthday) and birthday.hasFocus() and registry.count(owner) == 0
    after = page.data.form.save_button.mapTo(page, page.data.form.save_button.rect().center())
    assert after == before


def test_a_half_typed_card_waits_for_its_person(program, owner):
    """Called away to the till, locked, another person at the machine: it is there again, and only
    for whoever typed it."""
    page = _members(program)
    _key(program, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    _type("13800138000")
    _key(program, Qt.Key.Key_Escape)
    assert not page.tabs.isVisible() and "offered" in toast(page)
    other = _members(program, "赵")
    _key(program, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert other is not page and not other.data.form.offer.isVisible()
    mine = _members(program)
    _key(program, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert mine.data.phone.text() == "" and mine.data.form.offer.isVisible()
    QTest.mouseClick(mine.data.form.resume_button, Qt.MouseButton.LeftButton)
    assert mine.data.phone.text() == "13800138000"


def test_a_card_begun_before_the_last_one_was_answered_is_kept(program, owner):
    """The answer to one card took the next one's first digits for saved, and they were gone."""
    who = build.member(owner)
    page = _members(program)
    page._vm.open(who.member_no)
    settle(program)
    page.data.boxes["note"].setFocus()
    _type("calls on Mondays")
    QTest.keyClick(page, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    # the answer is on its way
    QTest.keyClick(page, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    _type("13900139")
    settle(program)
    assert registry.show(owner, member=who.member_no).note == "calls on Mondays"
    assert not page.data.form.offer.isVisible()
    _key(program, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert page.data.form.offer.isVisible()
    QTest.mouseClick(page.data.form.resume_button, Qt.MouseButton.LeftButton)
    assert page.data.phone.text() == "13900139"


def test_a_draft_of_a_member_who_is_forgotten_is_gone_too(program, owner):
    """An erasure leaves nothing of the person behind, not even in memory."""
    who = build.member(owner)
    page = _members(program)
    page._vm.open(who.member_no)
    settle(program)
    page.data.boxes["note"].setText("half typed")
    page.data.why.setText("asked for it")
    page.data.tail.setText(who.member_no[-4:])
    page.data.tail.setFocus()
    _key(program, Qt.Key.Key_Return)
    assert registry.count(owner) == 0
    assert not drafts_of(page).found(
        DraftKey(str(program.window.session.store.actor.staff), "member", who.member_no)
    )


def test_in_a_small_window_list_and_member_take_turns(program, owner):
    """At 150 % the list and the card beside it were both too narrow; Esc goes back to the list."""
    who = build.member(owner)
    page = _members(program)
    program.window.resize(683, 485)
    settle(program)
    assert page.directory.isVisible() and not page.head.isVisible()
    page._vm.open(who.member_no)
    settle(program)
    page.tabs.setCurrentWidget(page.data)
    assert not page.directory.isVisible() and page.data.form.save_button.isVisible()
    page.data.form.begin_typing()
    _key(program, Qt.Key.Key_Escape)
    assert page.directory.search.hasFocus() and not page.head.isVisible()
