"""What was typed into a form and not saved: kept for its person until the program ends.

Drafts lie in memory alone, for they hold names and phones; the window holds them, so that they
outlive the pages, which end when another person signs in.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, QTime
from PySide6.QtWidgets import QWidget

from storecrm.ui.kit.form_values import Value

_MOST = 50
"""So many drafts are kept; the oldest goes first."""


@dataclass(frozen=True)
class DraftKey:
    """Whose draft it is, of which form, and of which record in it."""

    person: str
    form: str
    of: str


@dataclass(frozen=True)
class Draft:
    """The fields that were changed, as they were left."""

    values: Mapping[str, Value]
    at: str  # 14:05


class Drafts(QObject):
    """The drafts of everybody who signed in at this window; `person` is the one of now."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.person = ""
        self._kept: dict[DraftKey, Draft] = {}

    def keep(self, key: DraftKey, values: Mapping[str, Value]) -> None:
        # taken out first: a draft that is kept again is the newest
        self.drop(key)
        at = QTime.currentTime().toString("HH:mm")
        self._kept[key] = Draft(dict(values), at)
        if len(self._kept) > _MOST:
            del self._kept[next(iter(self._kept))]

    def found(self, key: DraftKey) -> Draft | None:
        return self._kept.get(key)

    def drop(self, key: DraftKey) -> None:
        self._kept.pop(key, None)


def drafts_of(widget: QWidget) -> Drafts:
    """The drafts of the window in which a widget stands."""
    window = widget.window()
    found = window.findChild(Drafts, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return found or Drafts(window)
