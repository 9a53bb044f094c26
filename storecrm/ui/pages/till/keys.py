"""What the till's keys do, and the large ones below the panel."""

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QWidget

from storecrm.i18n import Catalogue, m
from storecrm.services.rights import Right
from storecrm.ui.kit.actions import Action, act, button_of
from storecrm.ui.presenters.till.screen import Screen

FIND = Action(
    "till.find",
    m("Find a member"),
    icon="user-search",
    shortcut="F2",
    right=Right.SELL,
    short=m("Find"),
)
AMOUNT = Action(
    "till.amount",
    m("Amount of the bill"),
    icon="cash",
    shortcut="F3",
    right=Right.SELL,
    short=m("Amount"),
)
REGISTER = Action(
    "till.register", m("New member"), icon="user-plus", shortcut="F4", right=Right.REGISTER
)
ASIDE = Action(
    key="till.aside",
    text=m("Put the bill aside, or take one up"),
    icon="list-details",
    shortcut="F6",
    right=Right.SELL,
    short=m("Put aside"),
)
POINTS = Action(
    key="till.points",
    text=m("Points, and what earns none"),
    icon="discount",
    shortcut="F7",
    right=Right.SELL,
    short=m("Points"),
)
UNDO = Action(
    "till.undo",
    m("Undo the last bill"),
    icon="arrow-back-up",
    shortcut="F8",
    right=Right.SELL,
    short=m("Undo"),
)
WAITING = Action(
    key="till.waiting",
    text=m("Bills without amount"),
    icon="zoom-question",
    shortcut="F9",
    right=Right.SELL,
    short=m("No amount"),
)
CLOSE = Action(
    "till.close",
    m("Close the bill"),
    icon="check",
    shortcut="F10",
    right=Right.SELL,
    short=m("Close bill"),
)
PRINT = Action(
    "till.print",
    m("Print the slip of the last bill"),
    icon="printer",
    shortcut="Ctrl+P",
    right=Right.SELL,
)
TILL_ACTS = (FIND, AMOUNT, REGISTER, ASIDE, POINTS, UNDO, WAITING, CLOSE, PRINT)
"""Their keys work on every page: whoever presses one is at the till again."""

ALL_KEYS = (FIND, AMOUNT, REGISTER, ASIDE, CLOSE, UNDO, WAITING, POINTS)
"""Below the panel, as a hand finds them; the first row is the commonest."""
FEW_KEYS = (AMOUNT, REGISTER, CLOSE, UNDO)
LEAST_KEYS = (CLOSE, UNDO)
"""What must not be missing."""

WAYS = tuple(Action(f"till.way.{n}", m("Way on"), shortcut=f"Alt+{n}") for n in range(1, 10))
"""A way on that stands on the panel, taken without the scan box."""

IN_THE_SCAN_BOX = (
    ("1234", m("4 digits, or the whole phone: the member")),
    ("128", m("1 to 3 digits, or a decimal point: the amount")),
    ("1280+", m("a number and +: the amount, however long")),
    ("+", m("closes the bill")),
    ("1 Enter", m("a way on by its number")),
    ("3*", m("three of the chosen article")),
    ("-", m("takes the chosen article out")),
    ("Esc", m("clears the box")),
)
"""What a person can type into the scan box, and what it means there."""

IN_A_ROW = 4


class KeyGrid(QGridLayout):
    """Keys of actions, four in a row; those that there is no room for are on the F1 sheet."""

    def __init__(self, actions: Iterable[QAction]) -> None:
        super().__init__()
        self.setSpacing(8)
        self.buttons = {action.objectName(): button_of(action, "till") for action in actions}
        self._laid: tuple[str, ...] = ("nothing yet",)

    def lay(self, keys: Iterable[Action]) -> None:
        """Show the keys of these actions alone, without holes."""
        names = tuple(declared.key for declared in keys)
        if names == self._laid:
            return
        self._laid = names
        while self.takeAt(0):
            pass
        for name, made in self.buttons.items():
            if name in names:
                place = names.index(name)
                self.addWidget(made, place // IN_A_ROW, place % IN_A_ROW)
            made.setVisible(name in names)


class WayKeys:
    """Alt and a number do what the panel shows at that number, while it is in sight."""

    def __init__(self, page: QWidget, take: Callable[[int], object], words: Catalogue) -> None:
        self._acts = [
            act(page, declared, partial(take, number), words=words)
            for number, declared in enumerate(WAYS, 1)
        ]
        self.show(None)

    def show(self, result: Screen | None) -> None:
        """The ways of `result`; None while something lies over them."""
        numbers = result.numbers if result else ()
        for number, way in enumerate(self._acts, 1):
            stands = number in numbers
            way.setEnabled(stands)
            way.setVisible(stands)
            if result and stands:
                way.setText(result.choices[number - 1].text)
