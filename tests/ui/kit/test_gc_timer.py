"""Qt objects in cycles are freed in the windows' thread, whatever the lanes allocate."""

import gc
import threading
import weakref

from PySide6.QtCore import QObject

from storecrm.ui.kit.gc_timer import Collector
from tests.ui.hands import settle


class Ring(QObject):
    """A Qt object that only the search for cycles can free, like a window whose buttons know it."""

    def __init__(self) -> None:
        super().__init__()
        self.me = self


def test_a_lane_frees_no_qt_object(qtbot, program):
    """The search for cycles runs in whichever thread allocates most; freeing a Qt object there ends
    in a crash."""
    freed, kept = [], []
    weakref.finalize(Ring(), lambda: freed.append(threading.current_thread()))
    many = range(gc.get_threshold()[0] * 300)
    # kept, for what is freed again counts for no search
    program.lanes.office.start(lambda _: kept.extend([] for _ in many))
    settle(program)
    assert freed in ([], [threading.main_thread()])
    qtbot.waitUntil(lambda: freed == [threading.main_thread()], timeout=120_000)


def test_cycles_are_searched_by_themselves_again_without_a_window(qtbot):
    collector = Collector()
    collector.start()
    assert not gc.isenabled()
    collector.stop()
    assert gc.isenabled()
