"""The columns of tables as the person at the window left them: known since the sign-in, kept in the
background."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from PySide6.QtCore import QObject

from storecrm.errors import StoreError
from storecrm.services.staff import preferences
from storecrm.services.store import Store
from storecrm.ui.kit.tasks import Lane
from storecrm.ui.viewmodels.session import SessionViewModel

_TABLES = "table."
"""What the keys of tables begin with, among a person's preferences."""


class KeptColumns(QObject):
    """What the window's tables ask for at its attribute `kept_columns`."""

    def __init__(self, session: SessionViewModel, lane: Lane, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._lane = lane

    def kept(self, table: str) -> Mapping[str, Any] | None:
        """What was kept for `table`, None for nothing."""
        found = self._session.preferences.get(_TABLES + table)
        return found if isinstance(found, Mapping) else None

    def keep(self, table: str, layout: Mapping[str, Any] | None) -> None:
        """Keep it; None: as the page means it. Where the store cannot be written just now, it
        holds until the person signs in anew."""
        store = self._session.store
        if store.actor is None:
            return
        key = _TABLES + table
        self._session.preferences[key] = layout
        self._lane.start(lambda _: _keep(store, key, layout))


def _keep(store: Store, key: str, layout: Mapping[str, Any] | None) -> None:
    # nobody is disturbed because of a column's width
    with suppress(StoreError):
        preferences.keep(store, key=key, value=layout)
