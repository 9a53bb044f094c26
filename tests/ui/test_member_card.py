"""The card of a member has a box for every field that is typed, and keeps what was typed."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from storecrm.domain import member_fields
from storecrm.services.members import registry
from tests.ui.hands import enter, settle

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
    qtbot.mouseClick(page.save, Qt.MouseButton.LeftButton)
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
