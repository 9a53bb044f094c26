"""The pages behind the till through real key and mouse events: what they show is whole, and shown
at once."""

import pytest
from PySide6.QtCore import Qt

from storecrm.models.shop import Rule
from storecrm.services import shop_settings
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
    assert shop.rows.rowCount() == len(shop_settings.show(owner))
    titles = []
    for row in range(shop.rows.rowCount()):
        click_row(qtbot, shop.rule_list, row)
        titles.append(shop.title.text())
        assert shop.about.text() not in ("", titles[-1])
        assert shop.rows.data(shop.rows.index(row, 0)) == titles[-1]
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
    said = [shop.rows.data(shop.rows.index(row, 0)) for row in range(shop.rows.rowCount())]
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
        keys = [record.key for record in page._rules.rows._rows]
        page._rules.rule_list.selectRow(keys.index(key))
        settle(program)
        return page._rules

    return choose


def test_a_choice_is_picked_from_its_list(qtbot, program, owner, ruling):
    """Nobody has to know how a file writes it."""
    shop = ruling("slip")
    assert [shop.pick.itemData(at) for at in range(shop.pick.count())] == [
        "never",
        "coupon",
        "always",
    ]
    assert shop.value.isHidden() and shop.reset.isHidden()
    shop.pick.setCurrentIndex(2)
    qtbot.mouseClick(shop.keep, Qt.MouseButton.LeftButton)
    settle(program)
    assert shop_settings.of(owner).slip == "always"
    qtbot.mouseClick(shop.reset, Qt.MouseButton.LeftButton)
    settle(program)
    assert shop_settings.of(owner).slip == "coupon" and shop.reset.isHidden()


def test_a_limit_can_be_lifted_with_a_tick(qtbot, program, owner, ruling):
    """No limit is a box of its own, not a sign to be known."""
    shop = ruling("coupons_per_bill")
    qtbot.mouseClick(shop.nothing, Qt.MouseButton.LeftButton)
    assert not shop.value.isEnabled()
    qtbot.mouseClick(shop.keep, Qt.MouseButton.LeftButton)
    settle(program)
    assert shop_settings.of(owner).coupons_per_bill is None
    assert shop.rows.data(
        shop.rows.index(shop.rule_list.currentIndex().row(), 1)
    ) == program.window._words.t("no limit")


def test_a_policy_with_a_number_asks_for_it(qtbot, program, owner, ruling):
    """How long points live is a choice and, where it needs one, a number."""
    shop = ruling("points_expiry")
    assert shop.value.isHidden()
    shop.pick.setCurrentIndex(shop.pick.findData("months"))
    shop.value.clear()
    qtbot.keyClicks(shop.value, "18")
    qtbot.keyClick(shop.value, Qt.Key.Key_Return)
    settle(program)
    assert shop_settings.show(owner)["points_expiry"] == "months:18"


def test_rules_are_found_by_group_and_by_a_word(qtbot, program, ruling):
    """Nobody reads through fifty of them."""
    shop = ruling("slip")
    qtbot.keyClicks(shop.sought, "slip")
    assert {record.key for record in shop.rows._rows} == {"slip"} and shop.chosen.key == "slip"
    shop.sought.clear()
    shop.group.setCurrentIndex(shop.group.findData("friends"))
    assert {record.group for record in shop.rows._rows} == {"friends"} and shop.chosen is None


def test_a_refused_rule_is_named_by_its_title(qtbot, program):
    """Who reads the refusal never saw the key."""
    enter(program, "陈")
    program.window.go("settings")
    settle(program)
    page = program.window.pages["settings"]
    page.tabs.setCurrentIndex(2)
    settle(program)
    shop = page._rules
    keys = [record.key for record in shop.rows._rows]
    click_row(qtbot, shop.rule_list, keys.index("recruit_days"))
    shop.value.setText("many")
    press(program, Qt.Key.Key_Return)
    assert (
        program.window._words.t("rule.recruit_days") in shop.banner.text()
        and "recruit_days" not in shop.banner.text()
    )


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
    rows = page.directory.rows
    page.register()
    page.data.phone.setText("13800138000")
    page.data.boxes["name"].setText("李小梅")
    qtbot.mouseClick(page.save, Qt.MouseButton.LeftButton)
    settle(program)
    names = [rows.data(rows.index(row, 0)) for row in range(rows.rowCount())]
    assert len(names) == before + 1 and names.count("李小梅") == 1
    assert rows.record(
        page.directory.list.currentIndex().row()
    ).name == "李小梅" and page.title.text().startswith("李小梅")
    assert page.directory.empty.isHidden()
    page.data.boxes["name"].setText("李大梅")
    qtbot.mouseClick(page.save, Qt.MouseButton.LeftButton)
    settle(program)
    assert rows.data(rows.index(page.directory.list.currentIndex().row(), 0)) == "李大梅"
