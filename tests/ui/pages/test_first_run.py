"""The first window on a machine: nobody has helped its reader yet."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from storecrm.errors import BadInput
from storecrm.i18n import Catalogue
from storecrm.ui.kit import theme
from storecrm.ui.kit.tasks import Lane
from storecrm.ui.pages.first_run import BeginningPage
from storecrm.ui.viewmodels.first_run import BeginningViewModel
from tests.ui.layout import SIZES, faults, settled


@pytest.fixture(params=["zh_CN", "en"])
def page(qtbot, request):
    words = Catalogue(request.param)
    theme.apply(QApplication.instance(), dark=False, chinese=words.chinese)
    lane = Lane("first")
    vm = BeginningViewModel(lane, "nowhere.db", words, None, None)
    made = BeginningPage(vm, words)
    made.vm = vm
    qtbot.addWidget(made)
    made.show()
    yield made
    lane.stop()


def test_all_three_ways_have_room_at_every_size(page):
    """On a till of 1024 x 768 at 150 % the button that opens the shop stood outside."""
    for size in SIZES:
        page.resize(*size)
        settled()
        assert page.size().toTuple() == size
        assert faults(page) == [], size


@pytest.mark.parametrize(
    "code, field",
    [
        ("shop_name", "shop"),
        ("staff_name", "owner"),
        ("pin_obvious", "pin"),
        ("pin_differs", "again"),
        ("timezone", "zone"),
        ("region_missing", "region"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_moves(page, code, field):
    """The news of it pushed the button away under the pointer."""
    page.resize(1093, 574)
    settled()
    before = page.start.mapTo(page, QPoint(0, 0))
    page.vm.refused.emit(BadInput(code, where="Nowhere", length=6))
    settled()
    box = getattr(page, field)
    assert page.errors.text(box) and box.property("wrong")
    assert QApplication.focusWidget() in (box, box.focusProxy(), *box.findChildren(type(page.shop)))
    assert page.start.mapTo(page, QPoint(0, 0)) == before


def test_enter_in_a_field_opens_the_shop(qtbot, page, monkeypatch):
    """The last field is no dead end for the keyboard."""
    asked = []
    monkeypatch.setattr(page.vm, "open_shop", asked.append)
    qtbot.keyClicks(page.shop, "Corner Shop")
    qtbot.keyClick(page.again, Qt.Key.Key_Return)
    assert [new.name for new in asked] == ["Corner Shop"]
