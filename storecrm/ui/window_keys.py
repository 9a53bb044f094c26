"""The keys that work on every page."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from storecrm.i18n import Catalogue
from storecrm.ui.rail import PLACES

_Key = tuple[str, str, Callable[[], object]]
"""A key, what it does in words, and the act."""


@dataclass(frozen=True)
class KeyActs:
    """What keys do: `at_till` is an act of the till's page, `till_do` one of its view-model, both
    by name; `by_number` goes to a page."""

    at_till: Callable[[str], object]
    till_do: Callable[[str], object]
    show_keys: Callable[[], object]
    look_again: Callable[[], object]
    full_screen: Callable[[], object]
    lock: Callable[[], object]
    by_number: Callable[[int, str], object]


def key_actions(window: QWidget, acts: KeyActs, words: Catalogue) -> list[QAction]:
    """The actions of all keys, in the order in which the sheet of F1 shows them."""
    keys = [*_of_the_till(acts, words), *_of_the_window(acts, words)]
    made = []
    for key, text, act in sorted(keys, key=_place):
        action = _action(window, key, text, act)
        # a key held down acts once
        action.setAutoRepeat(False)
        made.append(action)
    for number, (name, title, _, _) in enumerate(PLACES, 1):
        go = partial(acts.by_number, number, name)
        # the tenth is Alt+0
        made.append(_action(window, f"Alt+{number % 10}", words.t(title), go))
    return made


def _place(key: _Key) -> int:
    """F9 before F10, and every other key behind them."""
    name = key[0]
    return int(name[1:]) if name.startswith("F") else 99


def _action(window: QWidget, key: str, text: str, act: Callable[[], object]) -> QAction:
    action = QAction(text, window)
    action.setShortcut(QKeySequence(key))
    action.triggered.connect(lambda _checked=False: act())
    window.addAction(action)
    return action


def _of_the_till(acts: KeyActs, w: Catalogue) -> tuple[_Key, ...]:
    at, do = acts.at_till, acts.till_do
    return (
        ("F2", w.t("Find a member"), partial(at, "focus_scan")),
        ("F3", w.t("Amount of the bill"), partial(at, "focus_amount")),
        ("F4", w.t("New member"), partial(at, "register")),
        ("F6", w.t("Put the bill aside, or take one up"), partial(do, "aside")),
        ("F7", w.t("Points, and what earns none"), partial(do, "ask_more")),
        ("F8", w.t("Undo the last bill"), partial(do, "undo")),
        ("F9", w.t("Bills without amount"), partial(at, "show_waiting")),
        ("F10", w.t("Close the bill"), partial(do, "close")),
        ("Ctrl+P", w.t("Print the slip of the last bill"), partial(do, "print_last")),
    )


def _of_the_window(acts: KeyActs, w: Catalogue) -> tuple[_Key, ...]:
    return (
        ("F1", w.t("Show the keys"), acts.show_keys),
        ("F5", w.t("Look again"), acts.look_again),
        ("F11", w.t("Full screen"), acts.full_screen),
        ("F12", w.t("Lock, change person"), acts.lock),
    )
