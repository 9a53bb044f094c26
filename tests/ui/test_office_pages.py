"""The pages behind the till through real key and mouse events: what they show is whole, and shown at once."""

import pytest
from PySide6.QtCore import Qt

from storecrm.services import rules, wording
from tests import build
from tests.ui.hands import enter, press, settle


def click_row(qtbot, view, row):
    """A click into the first cell of a row, wherever it has to be scrolled to."""
    index = view.model().index(row, 0)
    view.scrollTo(index)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(index).center())


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_rule_of_the_shop_is_called_by_its_title(qtbot, program, owner, language):
    """A rule without a title raised at each paint; a key is no title."""
    program._changed(program.settings.with_(language=language))
    settle(program)
    enter(program, "陈")
    window = program.window
    window.go("settings")
    page = window.pages["settings"]
    page.tabs.setCurrentIndex(1)
    settle(program)
    shop = page._shop
    assert shop.rows.rowCount() == len(rules.show(owner))
    titles = []
    for row in range(shop.rows.rowCount()):
        click_row(qtbot, shop.rule_list, row)
        titles.append(shop.about.text())
        assert shop.rows.data(shop.rows.index(row, 0)) == titles[-1]
    assert len(set(titles)) == len(titles)
    assert not {key for key in rules.show(owner) for title in titles if "_" in key and key in title}
    if language == "zh_CN":
        assert all(any("一" <= sign <= "鿿" for sign in title) for title in titles)


def test_a_refused_rule_is_named_by_its_title(qtbot, program):
    """Who reads the refusal never saw the key."""
    enter(program, "陈")
    program.window.go("settings")
    settle(program)
    page = program.window.pages["settings"]
    page.tabs.setCurrentIndex(1)
    shop = page._shop
    keys = [record[0] for record in shop.rows._rows]
    click_row(qtbot, shop.rule_list, keys.index("recruit_days"))
    shop.value.setText("many")
    press(program, Qt.Key.Key_Return)
    assert wording.RULES["recruit_days"] in shop.banner.text() and "recruit_days" not in shop.banner.text()


@pytest.mark.parametrize(("name", "before"), [("陈", 0), ("陈", 2), ("王芳", 0)])
def test_who_is_registered_stands_in_the_list_at_once(qtbot, program, owner, name, before):
    """The first member of a shop was saved into a list that stayed empty; a cashier's list shows whom the cashier registered."""
    for number in range(before):
        build.member(owner, phone=f"1390013900{number}", name=f"会员{number}")
    enter(program, name)
    program.window.go("members")
    settle(program)
    page = program.window.pages["members"]
    rows = page.rows
    page._new()
    page.phone.setText("13800138000")
    page.name.setText("李小梅")
    qtbot.mouseClick(page.save, Qt.MouseButton.LeftButton)
    settle(program)
    names = [rows.data(rows.index(row, 0)) for row in range(rows.rowCount())]
    assert len(names) == before + 1 and names.count("李小梅") == 1
    assert rows.record(page.list.currentIndex().row()).name == "李小梅" and page.title.text().startswith("李小梅")
    assert page.empty.isHidden()
    page.name.setText("李大梅")
    qtbot.mouseClick(page.save, Qt.MouseButton.LeftButton)
    settle(program)
    assert rows.data(rows.index(page.list.currentIndex().row(), 0)) == "李大梅"
