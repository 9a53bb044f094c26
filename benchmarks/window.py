"""Scan to painted result in the window, and cold start to the painted till."""

import os
import subprocess
import sys
import time

from benchmarks import store

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def window(scans: int = 200, base: int = 100_000) -> None:
    """From the scanner's last key to the painted panel, over many coupons, synchronous=FULL."""
    from PySide6.QtWidgets import QApplication

    from storecrm.app import Program
    from storecrm.services.people import staff
    from storecrm.services.till import coupons
    from storecrm.settings import Settings

    owner = store.fresh()
    store.offer(owner, kind="amount_off", min_spend="", value="6")
    batch = coupons.issue(owner, offer="B", count=base)
    codes = coupons.codes_of(owner, batch=batch.id)[:scans]
    program = Program(owner.name, Settings(language="zh_CN", theme="light", sounds=False), "T", lambda _: None)
    program.window.show()
    who = staff.listed(program.store)[0]
    program.window.session.sign_in(who, who.pin or "")
    app, lanes = QApplication.instance(), program.lanes

    def settle() -> None:
        app.processEvents()
        while any(lane.busy for lane in lanes.all()):
            app.processEvents()
        app.processEvents()

    settle()
    program.window.go("till")
    settle()
    took = []
    for code in codes:
        start = time.perf_counter()
        program.window._scanned(code)
        while program.window.till_vm.result.look != "ok" or program.window.till_vm.bill is None:
            app.processEvents()
        program.window.pages["till"].panel.repaint()
        took.append((time.perf_counter() - start) * 1000)
        settle()
        program.window.till_vm.close()
        settle()
    program.close()
    took.sort()
    print(
        f"scan to painted result over {base:,} coupons: median {took[len(took) // 2]:.1f} ms, p95 {took[int(len(took) * 0.95)]:.1f} ms (goal p95 <= 100 ms)"
    )


_FLOOR = "import time; t=time.perf_counter(); from PySide6.QtWidgets import QApplication, QMainWindow; a=QApplication([]); w=QMainWindow(); w.show(); a.processEvents(); print(time.perf_counter()-t)"
_OURS = (
    "import sys, time; t=time.perf_counter(); from storecrm.app import Program; from storecrm.settings import Settings; "
    "p=Program(sys.argv[1], Settings(language='zh_CN', theme='light', sounds=False), 'T', lambda _: None); p.window.show(); p.app.processEvents(); print(time.perf_counter()-t)"
)


def start() -> None:
    """Cold start to the painted first page against importing QtWidgets and showing an empty window."""
    owner = store.fresh()
    floor = [float(subprocess.run([sys.executable, "-c", _FLOOR], capture_output=True, text=True).stdout) for _ in range(5)]
    ours = [
        float(subprocess.run([sys.executable, "-c", _OURS, owner.name], capture_output=True, text=True).stdout.splitlines()[-1])
        for _ in range(5)
    ]
    print(
        f"start to painted window: ours {min(ours):.2f} s, QtWidgets and an empty window {min(floor):.2f} s, ratio {min(ours) / min(floor):.2f} (goal <= 2)"
    )
