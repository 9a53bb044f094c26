"""Python's search for cycles, kept in the windows' thread: elsewhere it would free a Qt object that
hangs in a cycle, and crash."""

import gc

from PySide6.QtCore import QObject, QTimer, Slot

EVERY_MS = 500


class Collector(QObject):
    """From `start` to `stop` cycles are searched by a timer instead of by whichever thread
    allocates most, at Python's own thresholds."""

    def __init__(self) -> None:
        super().__init__()
        self._was = gc.isenabled()
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        """To be called in the windows' thread."""
        self._was = gc.isenabled()
        gc.disable()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()
        if self._was:
            gc.enable()

    @Slot()
    def _look(self) -> None:
        """The oldest generation that is due; the younger ones go with it."""
        due = [
            at
            for at, (count, most) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True))
            if 0 < most < count
        ]
        if due:
            gc.collect(due[-1])
