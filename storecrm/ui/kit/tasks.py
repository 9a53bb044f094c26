"""Background work: one-thread lanes, and the door through which they answer the windows."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Event
from typing import Any

from PySide6.QtCore import QObject, Signal, SignalInstance, Slot

from storecrm.errors import Cancelled, StorageTrouble, StoreError

Work = Callable[[Callable[[int, int], None]], Any]


_ENDS = ("io", "stopped", "store_replaced", "file_gone")


class Task:
    """One piece of work under way; `cancel()` stops it at its next step."""

    def __init__(self) -> None:
        self._stop = Event()

    def cancel(self) -> None:
        self._stop.set()

    @property
    def cancelled(self) -> bool:
        return self._stop.is_set()


class Lane(QObject):
    """A single thread that does one thing after the other; answers arrive in the window's thread,
    in order.

    `then` and `refused` are signals; they are joined before the work starts, so no answer is lost.
    """

    crashed = Signal(object)
    ended = Signal(object)  # StorageTrouble: nothing more is written before the store opens anew
    _said = Signal(object)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._said.connect(self._deliver)
        self.busy = 0
        self._stopped = False

    def start(
        self,
        work: Work,
        *,
        then: SignalInstance | None = None,
        refused: SignalInstance | None = None,
        progressed: SignalInstance | None = None,
    ) -> Task:
        """Do `work(progress)` on the lane; its value goes to `then`, a StoreError to `refused`."""
        task = Task()
        if self._stopped:
            return task
        self.busy += 1

        def progress(done: int, total: int) -> None:
            if task.cancelled:
                raise Cancelled()
            if progressed is not None:
                self._said.emit((progressed, (done, total), False))

        def run() -> None:
            try:
                answer = (then, work(progress), True)
            except StoreError as error:
                answer = (refused, error, True)
            except Exception as error:
                logging.getLogger("storecrm").exception("bug on a lane")
                answer = (self.crashed, error, True)
            self._said.emit(answer)

        self._pool.submit(run)
        return task

    def do(
        self, work: Callable[[], object], *, then: SignalInstance, refused: SignalInstance
    ) -> None:
        """Do `work` that tells nothing of how far it is."""
        self.start(lambda _: work(), then=then, refused=refused)

    @Slot(object)
    def _deliver(self, answer: tuple[SignalInstance | None, Any, bool]) -> None:
        """Hand an answer on; one for a page that was put away meanwhile is nobody's."""
        signal, value, last = answer
        if last:
            self.busy -= 1
        if signal is None:
            return
        # PySide says that a source is gone by this error, and by nothing else; what a slot raises
        # does not come here
        with suppress(RuntimeError):
            signal.emit(value)
        if isinstance(value, StorageTrouble) and value.code in _ENDS:
            self.ended.emit(value)

    def stop(self) -> None:
        """Finish what runs, drop what waits, take nothing more."""
        self._stopped = True
        self._pool.shutdown(wait=True, cancel_futures=True)
