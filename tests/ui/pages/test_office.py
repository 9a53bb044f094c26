"""The pages behind the till through real key and mouse events: what they show is whole, and shown
at once."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit

from storecrm.models.shop import Rule
from storecrm.services import shop_settings
from storecrm.ui.kit.toast import said_on
from tests import build
from tests.ui.hands import enter, press, settle


def click_row(qtbot, view, row):
    """A click into the first cell of a row, wherever it has to be scrolled to."""
    index = view.model().index(row, 0)
    view.scrollTo(index)
    qtbot.mouseClick(
        view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(index).center()
    )


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_rule_of_the_shop_is_called_by_its_title(qtbot, program, owner, language):
    """A rule without a title raised at each paint; a key is no title."""
    program._changed(program.settings.with_(language=language))
    settle(program)
    enter(program, "陈")
    window = program.window
    window.go("settings")
    page = window.pages["settings"]
    page.tabs.setCurrentIndex(2)
    settle(program)
    shop = page._rules
    assert len(shop.rules.records) == len(shop_settings.show(owner))
    titles = []
    for row in range(len(shop.rules.records)):
        click_row(qtbot, shop.rules.view, row)
        titles.append(shop.title.text())
        assert shop.about.text() not in ("", titles[-1])
        assert shop.rules.model.index(row, 0).data() == titles[-1]
    assert len(set(titles)) == len(titles)
    assert not {
        key for key in shop_settings.show(owner) for title in titles if "_" in key and key in title
    }
    if language == "zh_CN":
        assert all(any("一" <= sign <= "鿿" for sign in title) for title in titles)


def test_a_rule_of_another_version_does_not_trouble_the_page(program, owner):
    """A store that a newer or an older program wrote to holds keys without a title; each paint
    raised KeyError."""
    with owner.write() as session:
        session.add(Rule(key="rule_of_tomorrow", value="7"))
    enter(program, "陈")
    program.window.go("settings")
    page = program.window.pages["settings"]
    page.tabs.setCurrentIndex(2)
    settle(program)
    shop = page._rules
    model = shop.rules.model
    said = [model.index(row, 0).data() for row in range(model.rowCount())]
    assert all(said) and "rule_of_tomorrow" not in shop_settings.show(owner)


@pytest.fixture
def ruling(program, owner):
    """The owner's page of rules, and a way to choose one."""
    enter(program, "陈")
    program.window.go("settings")
    page = program.window.pages["settings"]
    page.tabs.setCurrentIndex(2)
    settle(program)

    def choose(key):
        assert page._rules.rules.select(lambda rule: rule.key == key)
        settle(program)
        return page._rules

    return choose


def test_a_choice_is_picked_from_its_list(qtbot, program, owner, ruling):
    """Nobody has to know how a file writes it."""
    shop = ruling("slip")
    pick = shop.control.pick
    assert [pick.itemData(at) for at in range(pick.count())] == ["never", "coupon", "always"]
    assert shop.reset.isHidden()
    pick.setFocus()
    press(program, Qt.Key.Key_Down)
    qtbot.mouseClick(shop.form.save_button, Qt.MouseButton.LeftButton)
    settle(program)
    assert shop_settings.of(owner).slip == "always"
    qtbot.mouseClick(shop.reset, Qt.MouseButton.LeftButton)
    settle(program)
    assert shop_settings.of(owner).slip == "coupon" and shop.reset.isHidden()


def test_what_was_set_is_put_back_from_the_news_of_it(qtbot, program, owner, ruling):
    """Undo is nearer than to remember what stood there."""
    shop = ruling("recruit_days")
    assert shop_settings.of(owner).recruit_days.days == 30
    shop.control.number.entry.setFocus()
    press(program, Qt.Key.Key_Up)
    press(program, Qt.Key.Key_Return)
    assert shop_settings.of(owner).recruit_days.days == 31
    toast = said_on(shop)
    assert program.window._words.t("rule.recruit_days") in toast.text()
    qtbot.mouseClick(toast.undo_button, Qt.MouseButton.LeftButton)
    settle(program)
    assert shop_settings.of(owner).recruit_days.days == 30
    assert shop.control.number.value() == 30


def test_undo_puts_back_the_rule_that_was_set_and_no_other(qtbot, program, owner, ruling):
    """Another rule may be chosen and half typed by the time somebody presses it."""
    shop = ruling("earn_points")
    was = shop_settings.show(owner)["earn_points"]
    typed_into(qtbot, shop, "2")
    press(program, Qt.Key.Key_Return)
    assert shop_settings.show(owner)["earn_points"] == "2" != was
    toast = said_on(shop)
    shop = ruling("points_pending_days")
    pending = shop_settings.show(owner)["points_pending_days"]
    typed_into(qtbot, shop, "7")
    qtbot.mouseClick(toast.undo_button, Qt.MouseButton.LeftButton)
    settle(program)
    assert shop_settings.show(owner)["earn_points"] == was
    assert shop.chosen.key == "points_pending_days" and shop.control.text() == "7"
    assert program.window._words.t("rule.earn_points") in said_on(shop).text()
    # and the undo of the undo is of that rule, too
    qtbot.mouseClick(said_on(shop).undo_button, Qt.MouseButton.LeftButton)
    settle(program)
    held = shop_settings.show(owner)
    assert (held["earn_points"], held["points_pending_days"]) == ("2", pending)


def test_an_answer_says_the_rule_that_was_set_though_another_is_chosen(
    qtbot, program, owner, ruling
):
    """Who goes on quickly keeps what is typed there, and is offered no draft of what was saved."""
    shop = ruling("earn_points")
    typed_into(qtbot, shop, "2")
    qtbot.keyClick(program.window.focusWidget(), Qt.Key.Key_Return)
    # the answer is on its way
    assert shop.rules.select(lambda rule: rule.key == "points_pending_days")
    typed_into(qtbot, shop, "7")
    settle(program)
    assert shop_settings.show(owner)["earn_points"] == "2"
    assert program.window._words.t("rule.earn_points") in said_on(shop).text()
    assert shop.control.text() == "7" and shop.form.typed()
    assert ruling("earn_points").form.offer.isHidden()


def typed_into(qtbot, shop, text):
    """Type over what the chosen rule is set to."""
    entry = next(iter(shop.form.fields().values()))
    # a number is typed into the box inside
    entry = entry if isinstance(entry, QLineEdit) else entry.findChild(QLineEdit)
    entry.setFocus()
    entry.selectAll()
    qtbot.keyClicks(entry, text)


def test_a_limit_can_be_lifted_with_a_tick(qtbot, program, owner, ruling):
    """No limit is a box of its own, not a sign to be known."""
    shop = ruling("coupons_per_bill")
    number = shop.control.number
    number.nothing.setFocus()
    qtbot.keyClick(number.nothing, Qt.Key.Key_Space)
    assert not number.entry.isEnabled()
    qtbot.mouseClick(shop.form.save_button, Qt.MouseButton.LeftButton)
    settle(program)
    assert shop_settings.of(owner).coupons_per_bill is None
    row = shop.rules.view.currentIndex().row()
    assert shop.rules.model.index(row, 1).data() == program.window._words.t("no limit")


def test_money_is_set_as_people_type_it(qtbot, program, owner, ruling):
    """With the sign of the currency, and with points between thousands."""
    shop = ruling("emergency_most")
    shop.control.money.setFocus()
    shop.control.money.selectAll()
    qtbot.keyClicks(shop.control.money, "1,280.5")
    press(program, Qt.Key.Key_Return)
    assert shop_settings.of(owner).emergency_most == 128_050


def test_an_offer_is_found_and_none_is_an_empty_box(qtbot, program, owner, ruling):
    """Nobody knows the codes of offers by heart."""
    build.offer(owner, "WELCOME5", name="新人礼")
    shop = ruling("welcome_offer")
    box = shop.control.offer
    box.setFocus()
    qtbot.keyClicks(box, "xrl")
    qtbot.waitUntil(box.is_open)
    press(program, Qt.Key.Key_Return)
    assert box.text() == "新人礼"
    press(program, Qt.Key.Key_Return)
    assert shop_settings.of(owner).welcome_offer == "WELCOME5"
    box = shop.control.offer
    box.setFocus()
    box.selectAll()
    press(program, Qt.Key.Key_Delete)
    press(program, Qt.Key.Key_Return)
    assert shop_settings.of(owner).welcome_offer is None


def test_a_policy_with_a_number_asks_for_it(qtbot, program, owner, ruling):
    """How long points live is a choice and, where it needs one, a number."""
    shop = ruling("points_expiry")
    control = shop.control
    assert control.number.isHidden()
    control.pick.setCurrentIndex(control.pick.findData("months"))
    control.pick.setFocus()
    press(program, Qt.Key.Key_Return)
    assert shop.errors.text(control)
    control.number.setFocus()
    qtbot.keyClicks(control.number.entry, "18")
    qtbot.keyClick(control.number.entry, Qt.Key.Key_Return)
    settle(program)
    assert shop_settings.show(owner)["points_expiry"] == "months:18"


def test_days_or_gaps_of_a_member_make_a_span(qtbot, program, owner, ruling):
    """Nobody has to know that 2x means twice the usual gap."""
    shop = ruling("stage_lost")
    control = shop.control
    assert (control.value.text(), control.unit.currentData()) == ("180", "")
    control.value.setFocus()
    control.value.selectAll()
    qtbot.keyClicks(control.value, "2.5")
    control.unit.setCurrentIndex(1)
    press(program, Qt.Key.Key_Return)
    assert shop_settings.show(owner)["stage_lost"] == "2.5x"
    assert (shop.control.value.text(), shop.control.unit.currentIndex()) == ("2.5", 1)


def test_rules_are_found_by_group_and_by_a_word(qtbot, program, ruling):
    """Nobody reads through fifty of them."""
    shop = ruling("slip")
    qtbot.keyClicks(shop.sought, "slip")
    assert {rule.key for rule in shop.rules.records} == {"slip"} and shop.chosen.key == "slip"
    shop.sought.clear()
    shop.group.setCurrentIndex(shop.group.findData("friends"))
    assert {rule.group for rule in shop.rules.records} == {"friends"} and shop.chosen is None


def test_a_refused_rule_says_why_at_its_box(qtbot, program, owner, ruling):
    """Nothing moves, the cursor stands where it is mended, no key of the store is read."""
    shop = ruling("recruit_days")
    entry = shop.control.number.entry
    before = shop.form.save_button.mapTo(program.window, QPoint(0, 0))
    entry.setFocus()
    entry.selectAll()
    qtbot.keyClicks(entry, "many")
    press(program, Qt.Key.Key_Return)
    said = shop.errors.text(shop.control)
    assert "365" in said and "recruit_days" not in said
    assert program.window.focusWidget() is entry and entry.property("wrong")
    assert shop.form.save_button.mapTo(program.window, QPoint(0, 0)) == before
    assert shop_settings.of(owner).recruit_days.days == 30


def test_what_only_the_store_refuses_is_named_by_its_title(qtbot, program, owner, ruling):
    """Who reads the refusal never saw the key."""
    shop = ruling("stage_lost")
    shop.control.value.setFocus()
    shop.control.value.selectAll()
    qtbot.keyClicks(shop.control.value, "soon")
    press(program, Qt.Key.Key_Return)
    said = shop.errors.text(shop.control)
    assert program.window._words.t("rule.stage_lost") in said and "stage_lost" not in said


@pytest.mark.parametrize(("name", "before"), [("陈", 0), ("陈", 2), ("王芳", 0)])
def test_who_is_registered_stands_in_the_list_at_once(qtbot, program, owner, name, before):
    """The first member of a shop was saved into a list that stayed empty; a cashier's list shows
    whom the cashier registered."""
    for number in range(before):
        build.member(owner, phone=f"1390013900{number}", name=f"会员{number}")
    enter(program, name)
    program.window.go("members")
    settle(program)
    page = program.window.pages["members"]
    table = page.directory.list
    page.register()
    page.data.phone.setText("13800138000")
    page.data.boxes["name"].setText("李小梅")
    qtbot.mouseClick(page.data.form.save_button, Qt.MouseButton.LeftButton)
    settle(program)
    names = [listed.member.name for listed in table.records]
    assert len(names) == before + 1 and names.count("李小梅") == 1
    assert table.current().member.name == "李小梅" and page.head.title.text().startswith("李小梅")
    assert page.directory.list.nothing.isHidden()
    page.data.boxes["name"].setText("李大梅")
    qtbot.mouseClick(page.data.form.save_button, Qt.MouseButton.LeftButton)
    settle(program)
    assert table.current().member.name == "李大梅"
