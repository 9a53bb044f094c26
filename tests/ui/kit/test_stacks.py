"""What is behind asks for no room."""

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from storecrm.ui.kit.stacks import FrontStack, FrontTabs
from tests.ui.layout import settled


def page(high):
    made = QWidget()
    inside = QWidget()
    inside.setMinimumSize(2 * high, high)
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(inside)
    return made


@pytest.fixture(params=["stack", "tabs"])
def made(request, qtbot):
    """A low page in front of a high one, in a column."""
    if request.param == "stack":
        stack = FrontStack(page(50), page(400))
    else:
        stack = FrontTabs("Parts")
        stack.addTab(page(50), "low")
        stack.addTab(page(400), "high")
    whole = QWidget()
    column = QVBoxLayout(whole)
    column.addWidget(stack)
    whole.stack = stack
    qtbot.addWidget(whole)
    whole.show()
    settled()
    return whole


def test_only_what_is_in_front_asks_for_room(made):
    """A low step scrolled because a later one was high."""
    low = made.minimumSizeHint().height()
    assert low < 150
    made.stack.setCurrentIndex(1)
    settled()
    assert made.minimumSizeHint().height() >= low + 340
    assert made.stack.widget(1).height() >= 400
    made.stack.setCurrentIndex(0)
    settled()
    assert made.minimumSizeHint().height() == low
