"""The pages that somebody has opened, and what changed of each while it was out of sight."""

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QStackedWidget, QWidget

from storecrm.services.store import Topic
from storecrm.ui.kit.adopting import adopt
from storecrm.ui.kit.widgets import scrolling


class OpenedPages:
    """Pages by their names, in a stack; `make` builds one at its first visit."""

    def __init__(self, stack: QStackedWidget, make: Callable[[str], Any]) -> None:
        self._stack = stack
        self._make = make
        self.pages: dict[str, Any] = {}
        self._held: dict[str, QWidget] = {}
        self.unseen: dict[str, frozenset[Topic]] = {}

    def page(self, name: str) -> Any:
        """The page, built when it is not there yet."""
        if name not in self.pages:
            page = self._make(name)
            adopt(page)
            self.pages[name] = page
            # the till fits itself into every window; other pages scroll where it is too small
            held = page if name == "till" else scrolling(page)
            self._held[name] = held
            self._stack.addWidget(held)
        return self.pages[name]

    def show(self, name: str) -> Any:
        """Bring the page to the front."""
        page = self.page(name)
        self._stack.setCurrentWidget(self._held[name])
        return page

    def drop(self, but: str = "") -> None:
        """Pages of a person are gone with their rights."""
        gone = [name for name in self.pages if name != but]
        for name in gone:
            del self.pages[name]
            self.unseen.pop(name, None)
            held = self._held.pop(name)
            self._stack.removeWidget(held)
            held.deleteLater()

    def note(self, changed: frozenset[Topic]) -> None:
        """Keep for each page what changed of what it shows."""
        for name, page in self.pages.items():
            shown = changed & page.topics
            if shown:
                self.unseen[name] = self.unseen.get(name, frozenset()) | shown

    def seen(self, name: str) -> None:
        """The page looked at everything by itself."""
        self.unseen.pop(name, None)

    def catch_up(self, name: str) -> None:
        """Let the page look at what changed, once for all of it."""
        changed = self.unseen.pop(name, None)
        if changed:
            self.pages[name].look_again(changed)
