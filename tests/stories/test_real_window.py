"""A day's smallest story in a real window: the program under Xvfb, a scanner played by xdotool, the
book looked at from outside."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from storecrm import settings
from storecrm.services.coupons import issue
from storecrm.services.till import day_board, receipts
from storecrm.settings import Settings
from storecrm.values import CouponState, SaleState
from tests import build
from tests.conftest import signed


@pytest.fixture
def display(tmp_path):
    """A screen of one's own; its number is chosen by the server."""
    if not shutil.which("Xvfb") or not shutil.which("xdotool"):
        pytest.skip("Xvfb and xdotool are Debian packages; packaging/prepare installs them")
    read, write = os.pipe()
    # without -noreset it starts anew when xdotool was its only client, and refuses the program then
    server = subprocess.Popen(
        ["Xvfb", "-noreset", "-displayfd", str(write), "-screen", "0", "1024x768x24"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as pipe:
        number = pipe.readline().strip()
    yield f":{number}"
    server.terminate()
    server.wait()


def wait_for(what, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return
        time.sleep(0.1)
    raise AssertionError("did not happen")


class Hands:
    """The program in a window of its own, and a keyboard that types into it."""

    def __init__(self, display, base, folder):
        self.env = os.environ | {
            "DISPLAY": display,
            "QT_QPA_PLATFORM": "xcb",
            "HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder / "c"),
            "XDG_DATA_HOME": str(folder / "d"),
        }
        # xdotool stops and starts on a busy machine as no scanner does
        settings.save(Settings(gap_ms=120), folder / "c" / "storecrm" / "settings.toml")
        call = [
            sys.executable,
            "-m",
            "storecrm",
            "--store",
            base.name,
            "--lang",
            "en",
            "--till",
            "till 1",
        ]
        self.program = subprocess.Popen(call, env=self.env)

    def shown(self, name):
        found = subprocess.run(
            ["xdotool", "search", "--name", name], env=self.env, capture_output=True, text=True
        )
        return found.stdout.split()

    def focus(self):
        """The first window only says that the shop is being opened; the program's own bears the
        shop's name."""
        windows = []
        wait_for(lambda: windows.extend(self.shown("storecrm .")) or windows)
        subprocess.run(["xdotool", "windowfocus", windows[0]], env=self.env, check=False)
        time.sleep(2)

    def press(self, key):
        subprocess.run(["xdotool", "key", key], env=self.env, check=True)

    def type(self, text, delay):
        subprocess.run(["xdotool", "type", "--delay", str(delay), text], env=self.env, check=True)

    def scan(self, code, end="Return"):
        subprocess.run(
            ["xdotool", "type", "--args", "1", "--delay", "5", code, "key", end],
            env=self.env,
            check=True,
        )

    def sign_in(self):
        """The cashier is the third name."""
        for _ in range(2):
            self.press("Right")
        self.type("3864", 250)
        wait_for(lambda: self.shown("王芳"))
        time.sleep(2)


@pytest.fixture
def hands(display, base, tmp_path, wall):
    wall.at = time.time_ns() // 1000  # the program in the window has the real time
    made = Hands(display, base, tmp_path)
    yield made
    made.program.terminate()
    made.program.wait(20)


def test_a_cashier_redeems_with_a_scan_and_nothing_else(hands, base, manager):
    """PIN, scan, done: no click, no field, no dialog."""
    build.offer(manager, kind="amount_off", value="6", min_spend=None)
    a, b, _ = build.issued(manager)
    hands.focus()
    hands.sign_in()
    hands.type(f"{a}\n", 1)
    wait_for(lambda: issue.show(manager, code=a).state is CouponState.REDEEMED)
    hands.press("F10")
    time.sleep(1)
    hands.type(f"{b}\n", 1)
    wait_for(lambda: issue.show(manager, code=b).state is CouponState.REDEEMED)
    assert hands.program.poll() is None and Path(base.name).exists()


def test_a_scanner_and_a_person_are_told_apart(hands, base, manager):
    """Scans at the lock are no PINs; 1-2-8 typed as people type is 128.00, whatever stands on the
    panel."""
    who = build.member(manager)
    build.offer(manager)
    build.offer(manager, "MINE", kind="amount_off", value="5", min_spend=None, bearer=False)
    build.issued(manager, "MINE", to=(who.member_no,))
    code = build.issued(manager)[0]
    hands.focus()
    for end in ("Return", "Linefeed", "Tab", "Return"):
        hands.scan(code, end)
    hands.sign_in()
    assert issue.show(manager, code=code).state is CouponState.ISSUED
    hands.scan(who.member_no)
    time.sleep(1)
    hands.type("1", 250)
    time.sleep(1)
    hands.type("28", 250)
    hands.press("Return")
    time.sleep(1)
    hands.scan(code)
    wait_for(lambda: issue.show(manager, code=code).state is CouponState.REDEEMED)
    time.sleep(2)
    hands.press("F10")
    seller = signed(base, "王芳")
    wait_for(lambda: [bill for bill in day_board.bills(seller) if bill.state == SaleState.POSTED])
    [bill] = day_board.bills(seller)
    assert receipts.show(manager, receipt=bill.receipt_no).gross == 12_800
