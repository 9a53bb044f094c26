"""The flags of an offer in its editor: set by keys, read in the sentence, filled in again."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from storecrm.services.offers import design
from tests.ui.hands import enter, settle


@pytest.mark.parametrize(
    ("downs", "flag", "said"),
    [
        (0, None, "valid 30 days from the day of issue."),
        (1, True, "together with other coupons that say so."),
        (2, False, "not together with another coupon."),
    ],
)
def test_what_a_coupon_goes_together_with_is_chosen_by_keys(program, downs, flag, said):
    """Three states, as the file has them; the sentence says which, and the offer opened again shows
    it."""
    enter(program, "陈")
    program.window.go("offers")
    settle(program)
    page = program.window.pages["offers"]
    page.new()
    editor = page.editor
    for name, text in (("code", "NEW1"), ("value", "20"), ("min_spend", "100")):
        editor.boxes[name].setText(text)
    editor.body.more.setChecked(True)
    editor.body.stackable.setFocus()
    for _ in range(downs):
        QTest.keyClick(editor.body.stackable, Qt.Key.Key_Down)
    assert editor.answers.english.text().endswith(said)
    QTest.mouseClick(editor.save, Qt.MouseButton.LeftButton)
    settle(program)
    kept = design.show(program.window.session.store, code="NEW1")
    assert kept.rule.stackable is flag
    page.new()
    assert editor.body.stackable.currentIndex() == 0
    editor.show_offer(kept)
    assert editor.body.raw()["stackable"] is flag and editor.body.more.isChecked() == bool(downs)
