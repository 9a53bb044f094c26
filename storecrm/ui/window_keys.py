"""The keys that work on every page."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtWidgets import QWidget

from storecrm.i18n import Catalogue, m
from storecrm.ui.kit.actions import Action, LiveAction, act
from storecrm.ui.kit.key_sheet import KeySheet
from storecrm.ui.kit.palette import Palette
from storecrm.ui.pages.till.keys import TILL_ACTS

SHEET = Action(KeySheet.OPENED_BY, m("Show the keys"), "keyboard", "F1", short=m("Keys"))
PALETTE = Action(Palette.OPENED_BY, m("Find anything"), "search", "Ctrl+K")
REFRESH = Action("window.refresh", m("Look again"), "refresh", "F5")
FULL_SCREEN = Action("window.full_screen", m("Full screen"), "maximize", "F11")
LOCK = Action("window.lock", m("Lock, change person"), "lock", "F12", short=m("Lock"))


@dataclass(frozen=True)
class KeyActs:
    """What keys do; `at_till` does an action of the till's page by its key."""

    at_till: Callable[[str], object]
    show_keys: Callable[[], object]
    open_palette: Callable[[], object]
    look_again: Callable[[], object]
    lock: Callable[[], object]


def key_actions(frame: QWidget, acts: KeyActs, words: Catalogue) -> dict[str, LiveAction]:
    """The actions of the window by their keys: they work while `frame`, and with it some page, is
    in sight."""
    doing: dict[Action, Callable[[], object]] = {
        SHEET: acts.show_keys,
        PALETTE: acts.open_palette,
        REFRESH: acts.look_again,
        LOCK: acts.lock,
    }
    for declared in TILL_ACTS:
        doing[declared] = partial(acts.at_till, declared.key)
    return {declared.key: act(frame, declared, do, words=words) for declared, do in doing.items()}
