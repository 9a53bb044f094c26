"""A day's smallest story in a real window: the program under Xvfb, a scanner played by xdotool, the book looked at from outside."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from storecrm.services.till import coupons
from storecrm.values import CouponState
from tests import build


@pytest.fixture
def display(tmp_path):
    """A screen of one's own; its number is chosen by the server."""
    if not shutil.which("Xvfb") or not shutil.which("xdotool"):
        pytest.skip("Xvfb and xdotool are Debian packages; packaging/prepare installs them")
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1024x768x24"], pass_fds=[write], stderr=subprocess.DEVNULL
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


def test_a_cashier_redeems_with_a_scan_and_nothing_else(display, base, manager, tmp_path, wall):
    """PIN, scan, done: no click, no field, no dialog."""
    wall.at = time.time_ns() // 1000  # the program in the window has the real time
    build.offer(manager, kind="amount_off", value="6", min_spend=None)
    a, b, _ = build.issued(manager)
    env = os.environ | {
        "DISPLAY": display,
        "QT_QPA_PLATFORM": "xcb",
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path / "c"),
        "XDG_DATA_HOME": str(tmp_path / "d"),
    }
    program = subprocess.Popen([sys.executable, "-m", "storecrm", "--store", base.name, "--lang", "en", "--till", "till 1"], env=env)
    try:
        tool = ["xdotool"]
        # the first window only says that the shop is being opened; the program's own bears the shop's name
        shown = lambda name: subprocess.run([*tool, "search", "--name", name], env=env, capture_output=True, text=True).stdout.split()  # noqa: E731
        wait_for(lambda: shown("storecrm ."))
        window = shown("storecrm .")[0]
        subprocess.run([*tool, "windowfocus", window], env=env, check=False)
        time.sleep(2)
        for _ in range(2):  # the cashier is the third name
            subprocess.run([*tool, "key", "Right"], env=env, check=True)
        subprocess.run([*tool, "type", "--delay", "120", "3864"], env=env, check=True)
        wait_for(lambda: shown("王芳"))
        time.sleep(2)
        subprocess.run([*tool, "type", "--delay", "1", f"{a}\n"], env=env, check=True)
        wait_for(lambda: coupons.show(manager, code=a).state is CouponState.REDEEMED)
        subprocess.run([*tool, "key", "F10"], env=env, check=True)
        time.sleep(1)
        subprocess.run([*tool, "type", "--delay", "1", f"{b}\n"], env=env, check=True)
        wait_for(lambda: coupons.show(manager, code=b).state is CouponState.REDEEMED)
        assert program.poll() is None and Path(base.name).exists()
    finally:
        program.terminate()
        program.wait(20)
