"""The page of the shop's data, on the smallest screen that is sold."""

import pytest

from tests.ui.hands import enter, settle
from tests.ui.layout import SIZES


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_no_tab_is_wider_than_the_smallest_screen(program, owner, language):
    """At 150 % the last buttons of an import stood outside the window and were found only by
    scrolling sideways."""
    program._changed(program.settings.with_(language=language))
    enter(program, "陈")
    window = program.window
    window.go("data")
    window.resize(*min(SIZES))
    settle(program)
    page = window.pages["data"]
    room = page.parentWidget().width()
    for at in range(page.tabs.count()):
        page.tabs.setCurrentIndex(at)
        settle(program)
        assert page.minimumSizeHint().width() <= room
