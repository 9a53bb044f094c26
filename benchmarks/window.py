"""Scan to painted result in the window, and cold start to the painted till."""

import os
import subprocess
import sys
import tempfile
import time

from benchmarks import store

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def window(scans: int = 200, base: int = 100_000) -> None:
    """From the scanner's last key to the painted panel, over many coupons, synchronous=FULL."""
    from PySide6.QtWidgets import QApplication

    from storecrm.app.program import Program
    from storecrm.services.coupons import batches, issue
    from storecrm.services.staff import accounts
    from storecrm.settings import Settings

    owner = store.fresh()
    store.offer(owner, kind="amount_off", min_spend="", value="6")
    batch = issue.issue(owner, offer="B", count=base)
    codes = batches.codes_of(owner, batch=batch.id)[:scans]
    program = Program(
        owner.name, Settings(language="zh_CN", theme="light", sounds=False), "T", lambda _: None
    )
    program.window.show()
    who = accounts.listed(program.store)[0]
    program.window.session.sign_in(who, who.pin or "")
    app, lanes = QApplication.instance(), program.lanes

    def settle() -> None:
        app.processEvents()
        # the day beside the panel follows in the pause between two customers
        while any(lane.busy for lane in lanes.all()) or program.window.looking.isActive():
            app.processEvents()
        app.processEvents()

    settle()
    program.window.go("till")
    settle()
    took = []
    for code in codes:
        start = time.perf_counter()
        program.window._scanned(code)
        while program.window.till_vm.result.look != "ok" or program.window.till_vm.now.bill is None:
            app.processEvents()
        program.window.pages["till"].panel.repaint()
        took.append((time.perf_counter() - start) * 1000)
        settle()
        program.window.till_vm.close()
        settle()
    program.close()
    took.sort()
    middle = took[len(took) // 2]
    late = took[int(len(took) * 0.95)]
    print(
        f"scan to painted result over {base:,} coupons:"
        f" median {middle:.1f} ms, p95 {late:.1f} ms (goal p95 <= 100 ms)"
    )


_FLOOR = """
import time
begun = time.perf_counter()
from PySide6.QtWidgets import QApplication, QMainWindow
program, window = QApplication([]), QMainWindow()
window.show()
program.processEvents()
print(time.perf_counter() - begun)
"""
_OURS = """
import sys, time
begun = time.perf_counter()
from PySide6.QtCore import QEvent, QObject
from storecrm import app
class Watch(QObject):
    first = ready = 0.0
    def eventFilter(self, thing, event):
        if event.type() == QEvent.Type.Paint:
            now, name = time.perf_counter() - begun, type(thing).__name__
            self.first = self.first or now
            if name == "SignInPage" and not self.ready:
                self.ready = now
                print(self.first, self.ready)
                thing.window().close()
        return False
program, watch = app.application(), Watch()
program.installEventFilter(watch)
app.run(store=sys.argv[1], language="zh_CN", till="T")
"""


def start() -> None:
    """Cold start to the first painted window, and on to the painted sign-in page, against importing
    QtWidgets and showing an empty window. Signing in builds the till: see `window`."""
    owner = store.fresh()
    # as on a user's machine: compiled modules are kept
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    kept["PYTHONPYCACHEPREFIX"] = tempfile.mkdtemp(prefix="storecrm-compiled-")

    def said(script: str, *more: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", script, *more], capture_output=True, text=True, env=kept
        ).stdout.splitlines()[-1]

    said(_OURS, owner.name)
    floor = [float(said(_FLOOR)) for _ in range(5)]
    found = [said(_OURS, owner.name) for _ in range(5)]
    first, ready = (min(float(line.split()[place]) for line in found) for place in (0, 1))
    least = min(floor)
    print(
        f"start: empty QtWidgets window {least:.2f} s;"
        f" our first window {first:.2f} s, ratio {first / least:.2f} (goal <= 2);"
        f" sign-in page {ready:.2f} s, ratio {ready / least:.2f}"
    )
