"""News of the store, brought to the window's thread."""

from contextlib import suppress

from PySide6.QtCore import QObject, Signal, Slot

from storecrm.services.store import Store, Topic


class StoreSignals(QObject):
    """News of the store for one window: `changed` carries the topics of a commit, in the window's
    thread, whichever lane it was made on; after `close` nothing comes."""

    changed = Signal(object)  # frozenset[Topic]
    _heard = Signal(object)

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._listeners = store.listeners
        self._heard.connect(self._pass_on)
        self._listeners.append(self._hear)

    def _hear(self, topics: frozenset[Topic]) -> None:
        """Called on the lane that committed."""
        # the window may end just now: then it is nobody's news
        with suppress(RuntimeError):
            self._heard.emit(topics)

    @Slot(object)
    def _pass_on(self, topics: frozenset[Topic]) -> None:
        # what was on its way when the window closed is not heard any more
        if self._hear in self._listeners:
            self.changed.emit(topics)

    def close(self) -> None:
        if self._hear in self._listeners:
            self._listeners.remove(self._hear)
