"""The form of an offer through real clicks and keys: it asks what the kind needs, and loses nothing
that it does not show."""

import pytest
from PySide6.QtCore import Qt

from storecrm.domain.offers import reading
from storecrm.services.coupons import batches, issue
from storecrm.services.offers import design
from storecrm.ui.pages import offer_fields
from storecrm.values import OfferKind
from tests import build
from tests.domain.offers.test_reading import FULL, OTHERS
from tests.ui.hands import enter, press, settle


@pytest.fixture
def office(program, owner):
    """The offers page of a shop that has none."""
    enter(program, "陈")
    program.window.go("offers")
    settle(program)
    return program.window.pages["offers"]


def shown(editor):
    return [name for name, box in editor.boxes.items() if box.isVisible()]


def save(qtbot, program, editor):
    qtbot.mouseClick(editor.save, Qt.MouseButton.LeftButton)
    settle(program)


def test_an_empty_shop_is_asked_only_what_the_kind_needs(qtbot, program, owner, office):
    """All 31 fields stood there, and the coupon was nobody's."""
    editor = office.editor
    assert (
        len(shown(editor)) < 15
        and "supplier" not in shown(editor)
        and "buy" not in shown(editor)
        and "value" in shown(editor)
    )
    assert (
        editor.body.bearer.isVisible()
        and editor.body.bearer.isChecked()
        and editor.boxes["valid_days"].text() == "30"
    )
    for name, text in (
        ("code", "NEW1"),
        ("name", "满100减20"),
        ("value", "20"),
        ("min_spend", "100"),
    ):
        editor.boxes[name].setFocus()
        qtbot.keyClicks(editor.boxes[name], text) if text.isascii() else editor.boxes[name].setText(
            text
        )
    save(qtbot, program, editor)
    assert design.show(owner, code="NEW1").rule.bearer
    assert len(batches.codes_of(owner, batch=issue.issue(owner, offer="NEW1", count=2).id)) == 2


def test_how_it_goes_out_is_asked_first(qtbot, program, owner, office):
    """Paper, a member's name, or by itself; kinds that never have a coupon are not asked."""
    editor = office.editor
    editor.body.bearer.setFocus()
    press(program, Qt.Key.Key_Down)
    assert editor.body.named.isChecked()
    for name, text in (("code", "MINE"), ("name", "Mine"), ("value", "5"), ("min_spend", "40")):
        editor.boxes[name].setText(text)
    save(qtbot, program, editor)
    assert design.show(owner, code="MINE").rule.bearer is False
    office.new()
    assert editor.body.bearer.isChecked() and not editor.body.automatic.isChecked()
    editor.body.bearer.setFocus()
    press(program, Qt.Key.Key_Down)
    press(program, Qt.Key.Key_Down)
    assert editor.body.automatic.isChecked()
    assert not editor.boxes["valid_days"].isVisible()
    editor.body.kind.setCurrentIndex(editor.body.kind.findData("stamps"))
    assert (
        not editor.body.bearer.isVisible()
        and not editor.body.automatic.isVisible()
        and "reward" in shown(editor)
    )


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize(
    "raw",
    [FULL, *({"code": "X", "name": "x", **other} for other in OTHERS)],
    ids=lambda raw: raw["kind"],
)
def test_an_offer_made_by_a_file_is_kept_and_copied_whole(qtbot, program, owner, raw, language):
    """Brands, shops, channels, exclusions, uses and every article after the fiftieth were
    dropped."""
    program._changed(program.settings.with_(language=language))
    build.offer(owner, "MILK", kind="amount_off", value="5", min_spend=None)
    made = design.create(owner, new=reading.draft(raw))
    enter(program, "陈")
    program.window.go("offers")
    settle(program)
    office = program.window.pages["offers"]
    editor = office.editor
    office.show_offer(design.show(owner, code=made.code))
    editor.boxes["name"].setText("Another name")
    save(qtbot, program, editor)
    kept = design.show(owner, code=made.code)
    assert (kept.name, kept.rule) == ("Another name", made.rule)
    qtbot.mouseClick(editor.copy, Qt.MouseButton.LeftButton)
    editor.boxes["code"].setText("COPY")
    save(qtbot, program, editor)
    assert design.show(owner, code="COPY").rule == made.rule


def test_the_form_says_what_it_does_not_show_and_lets_it_go(qtbot, program, owner):
    """Kept in sight; one click is the way out."""
    design.create(owner, new=reading.draft(FULL))
    enter(program, "陈")
    program.window.go("offers")
    settle(program)
    office = program.window.pages["offers"]
    editor = office.editor
    assert (
        "brands: 晨露" in editor.body.kept.text()
        and "uses of one coupon: 3" in editor.body.kept.text()
        and "counter" in editor.body.kept.text()
    )
    editor.boxes["value"].setText("15")
    save(qtbot, program, editor)
    assert (
        design.show(owner, code="ALL").rule.brands == ("晨露",)
        and design.show(owner, code="ALL").rule.value == 1_500
    )
    qtbot.mouseClick(editor.body.leave_out, Qt.MouseButton.LeftButton)
    assert not editor.body.kept.isVisible()
    save(qtbot, program, editor)
    rule = design.show(owner, code="ALL").rule
    assert (rule.brands, rule.stores, rule.channels, rule.uses_allowed) == ((), (), (), 1) and len(
        rule.products
    ) == 120
    office.new()
    assert not editor.body.kept.isVisible() and editor.body.unseen() == {}


def test_every_key_of_an_offer_has_a_field_or_is_said():
    """A key that comes later fails here until somebody has thought of the form."""
    fields = {name for name, _, _ in offer_fields.FIELDS} | {
        name for name, _ in offer_fields.CHECKS
    }
    asked = {"kind", "bearer", "automatic", "stackable", "zhe"}
    assert set(reading.KEYS) == fields | asked | set(offer_fields.UNSEEN)
    assert {kind.value for kind in offer_fields.KINDS} | {"external"} == {
        kind.value for kind in OfferKind
    }
