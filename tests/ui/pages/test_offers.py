"""The offers' page by real keys and clicks: its list, its form, what is said and what is undone."""

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from storecrm.services.offers import design
from storecrm.ui.kit.toast import said_on
from storecrm.values import OfferState
from tests import build
from tests.ui.hands import enter, settle, toast

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def office(program, owner):
    """The offers' page of a shop that has two."""
    build.offer(owner, "FIVE", kind="amount_off", value="5", min_spend=None)
    build.offer(owner, "TEN", kind="amount_off", value="10", min_spend=None)
    enter(program, "陈")
    program.window.go("offers")
    settle(program)
    return program.window.pages["offers"]


def press(program, key, modifier=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(QApplication.focusWidget() or program.window, key, modifier)
    settle(program)


def type_in(program, office, **fields):
    for name, text in fields.items():
        office.editor.boxes[name].setFocus()
        office.editor.boxes[name].selectAll()
        # what no key of this keyboard makes comes by an input method
        if text.isascii():
            QTest.keyClicks(office.editor.boxes[name], text)
        else:
            office.editor.boxes[name].insert(text)
    settle(program)


def test_the_list_is_filtered_and_copied_by_keys(qtbot, program, office):
    """A click on a title did nothing, and Ctrl+C took one cell."""
    table = office.list
    table.setFocus()
    press(program, Qt.Key.Key_F, CTRL)
    QTest.keyClicks(QApplication.focusWidget(), "FIV")
    # the rows follow when the typing rests
    qtbot.waitUntil(lambda: [offer.code for offer in table.records] == ["FIVE"])
    press(program, Qt.Key.Key_Escape)
    table.clear_filters()
    table.select(lambda offer: offer.code == "TEN")
    table.setFocus()
    press(program, Qt.Key.Key_C, CTRL)
    lines = QApplication.clipboard().text().splitlines()
    assert lines[0].startswith("Code\tName") and lines[1].startswith("TEN\t")


def test_a_new_offer_is_made_without_a_mouse(program, office, owner):
    """Ctrl+N, what it gives, Ctrl+S."""
    press(program, Qt.Key.Key_N, CTRL)
    type_in(program, office, code="NEW1", name="New", value="20", min_spend="100")
    press(program, Qt.Key.Key_S, CTRL)
    assert design.show(owner, code="NEW1").rule.value == 2_000
    assert "NEW1" in toast(office) and office.list.current().code == "NEW1"


def test_what_is_wrong_is_said_at_its_field_and_nothing_moves(program, office):
    """The error stood in a banner that pushed everything down, and again below the form."""
    press(program, Qt.Key.Key_N, CTRL)
    type_in(program, office, code="NEW1", name="New", min_spend="100", value="200")
    editor, save = office.editor, office.editor.save
    before = QRect(save.mapTo(office, QPoint()), save.size())
    office.editor.boxes["name"].setFocus()
    press(program, Qt.Key.Key_S, CTRL)
    assert editor.boxes["value"].hasFocus() and editor.boxes["value"].property("wrong")
    assert "more than" in editor.errors.text(editor.body.fields.whole["value"])
    assert QRect(save.mapTo(office, QPoint()), save.size()) == before and toast(office) == ""
    QTest.keyClicks(editor.boxes["value"], "\b")
    assert not editor.boxes["value"].property("wrong")


def test_an_error_at_a_rare_field_brings_it_in_sight(program, office):
    """A key that no field in sight has was named instead: "not valid in time_to"."""
    press(program, Qt.Key.Key_N, CTRL)
    type_in(program, office, code="NEW1", name="New", value="20", min_spend="100")
    body = office.editor.body
    body.more.setChecked(True)
    type_in(program, office, time_from="12:00", time_to="10:00")
    body.more.setChecked(False)
    press(program, Qt.Key.Key_S, CTRL)
    assert office.editor.boxes["time_to"].hasFocus()
    said = office.editor.errors.text(office.editor.boxes["time_to"])
    assert said and "time_to" not in said


def test_an_offer_that_was_stopped_by_mistake_runs_again_by_one_key(program, office, owner):
    """Undo, not confirm."""
    office.list.select(lambda offer: offer.code == "FIVE")
    settle(program)
    QTest.mouseClick(office.editor.stop, Qt.MouseButton.LeftButton)
    settle(program)
    assert design.show(owner, code="FIVE").state is OfferState.STOPPED
    assert "FIVE" in toast(office)
    office.editor.stop.setFocus()
    press(program, Qt.Key.Key_Z, CTRL)
    assert design.show(owner, code="FIVE").state is OfferState.RUNNING
    assert toast(office) == "Offer FIVE runs again."


def test_what_was_typed_is_there_when_one_comes_back(program, office):
    """A new offer was lost without a word as soon as another row was clicked."""
    press(program, Qt.Key.Key_N, CTRL)
    type_in(program, office, code="NEW1", name="Half", value="20")
    office.list.select(lambda offer: offer.code == "FIVE")
    settle(program)
    assert office.editor.boxes["code"].text() == "FIVE"
    press(program, Qt.Key.Key_N, CTRL)
    form = office.editor.form
    assert form.offer.isVisible() and office.editor.boxes["code"].text() == ""
    QTest.mouseClick(form.resume_button, Qt.MouseButton.LeftButton)
    texts = [office.editor.boxes[name].text() for name in ("code", "name", "value")]
    assert texts == ["NEW1", "Half", "20"]


def test_days_times_and_amounts_are_typed_as_people_write_them(program, office, owner):
    """Weekdays were numbers in a line, days had to be written as a file has them."""
    press(program, Qt.Key.Key_N, CTRL)
    body = office.editor.body
    body.more.setChecked(True)
    type_in(
        program,
        office,
        code="NEW1",
        name="New",
        value="20",
        min_spend="￥1,280.50",
        valid_to="2026/12/31",
        time_from="9",
        time_to="1130",
    )
    chips = body.fields.whole["weekdays"].chips
    chips.chips[5].setFocus()
    press(program, Qt.Key.Key_Space)
    press(program, Qt.Key.Key_Right)
    press(program, Qt.Key.Key_Space)
    press(program, Qt.Key.Key_S, CTRL)
    rule = design.show(owner, code="NEW1").rule
    assert (rule.min_spend, rule.valid_to.isoformat()) == (128_050, "2026-12-31")
    assert rule.weekdays == (6, 7) and rule.minutes == (540, 689)


def test_an_article_is_found_by_its_name(program, office, owner):
    """Its number had to be known by heart."""
    build.goods(owner, MILK="12.00")
    press(program, Qt.Key.Key_N, CTRL)
    line = office.editor.body.fields.whole["products"]
    line.search.setFocus()
    QTest.keyClicks(line.search, "MIL")
    line.search._ask()
    settle(program)
    press(program, Qt.Key.Key_Return)
    assert office.editor.boxes["products"].text() == "MILK" and line.search.text() == ""


def test_coupons_are_issued_and_a_wrong_number_is_said_at_its_field(program, office, owner):
    """The refusal named a phone, and no field was marked."""
    office.list.select(lambda offer: offer.code == "FIVE")
    office.tabs.setCurrentWidget(office.batches)
    settle(program)
    batches = office.batches
    batches.members.setFocus()
    QTest.keyClicks(batches.members, "13800138099")
    batches._issue()
    settle(program)
    assert batches.errors.text(batches.members) and batches.members.hasFocus()
    batches.members.clear()
    batches.count.set_value(3)
    batches._issue()
    settle(program)
    assert "3 coupons issued" in toast(office) and batches.progress.isHidden()
    assert [batch.count for batch in batches.list.records] == [3]
    assert batches.send.isEnabled() and batches.void.isEnabled()


def test_paper_that_was_handed_out_by_mistake_comes_back_by_one_click(program, office, owner):
    """Undo is the same act the other way, and the stock card tells of both."""
    build.issued(owner, "FIVE", count=20)
    office.list.select(lambda offer: offer.code == "FIVE")
    office.tabs.setCurrentWidget(office.stock)
    office.stock._vm.load_batches("FIVE")
    settle(program)
    stock = office.stock
    stock.serials.setText("1-15")
    stock.channel.setText("street")
    stock._hand_out()
    settle(program)
    assert "out 15" in stock.about.text() and "1 to 15" in toast(office)
    QTest.mouseClick(said_on(office).undo_button, Qt.MouseButton.LeftButton)
    settle(program)
    assert "out 0" in stock.about.text()
