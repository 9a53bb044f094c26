"""How long nobody did anything: no key, no mouse, no finger, no scan."""

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

LOOK_MS = 5_000


class IdleWatch(QObject):
    """Says every few seconds for how many seconds nobody did anything; `acted` begins anew.

    Args:
        clock: seconds that only go forward, whatever is done to the computer's time.
    """

    idle = Signal(int)  # seconds

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._last = clock()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        # a window that was locked for hours begins with nobody idle
        self.acted()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    @Slot()
    def acted(self) -> None:
        """Somebody did something."""
        self._last = self._clock()

    @Slot()
    def look(self) -> None:
        """Say how long it has been."""
        self.idle.emit(int(self._clock() - self._last))
