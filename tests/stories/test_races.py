"""Exactly once, with eight processes, and over kill -9."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from storecrm import compose
from storecrm.errors import StoreError
from storecrm.services.integrity import verify
from storecrm.services.till import open_bill
from storecrm.values import Money
from tests import build
from tests.conftest import START, signed

_SCRIPT = """
import sys
from storecrm import compose
from storecrm.errors import StoreError
from storecrm.services.staff import accounts
from storecrm.services.till import open_bill
path, start, *codes = sys.argv[1:]
store = accounts.sign_in(compose.open_store(path, wall=lambda: int(start)), name="王芳", pin="3864", till="till %d" % __import__("os").getpid())
for n, code in enumerate(codes):
    try:
        open_bill.record(store, amount=12800, coupons=[code], request_no="%d-%d" % (__import__("os").getpid(), n))
        print("got", code, flush=True)
    except StoreError as error:
        print("no", code, error.code, flush=True)
"""


def _start(path: str, codes: list[str]) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", _SCRIPT, path, str(START), *codes],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.mark.both
def test_eight_processes_redeem_each_coupon_once(base, manager):
    """One wins, the others get the reason, nobody sees "database is locked"."""
    build.offer(manager)
    codes = [str(c) for c in build.issued(manager, count=15)]
    out = [p.communicate()[0] for p in [_start(base.name, codes) for _ in range(8)]]
    lines = [line.split() for text in out for line in text.splitlines()]
    assert sorted(line[1] for line in lines if line[0] == "got") == sorted(codes)
    assert {line[2] for line in lines if line[0] == "no"} == {"already_redeemed"}
    assert verify.verify(manager)[1] == []


def test_kill_nine_loses_nothing_acknowledged(base, manager, template, wall):
    """What was answered is in the book, and the book is whole."""
    build.offer(manager)
    codes = [str(c) for c in build.issued(manager, count=60)]
    said = []
    for at in range(0, 60, 20):
        child = _start(base.name, codes[at : at + 20])
        time.sleep(0.9 + at / 100)
        child.kill()
        said += [
            line.split()[1]
            for line in child.communicate()[0].splitlines()
            if line.startswith("got") and len(line) == 20
        ]
    again = signed(compose.open_store(base.name, wall=wall), "赵")
    for code in said:
        try:
            open_bill.record(again, amount=Money(12_800), coupons=[code])
            raise AssertionError(f"{code} was acknowledged and is free again")
        except StoreError as error:
            assert error.code == "already_redeemed"
    assert verify.verify(again)[1] == []
    compose.close_store(again)


def test_a_second_window_is_refused_and_a_dead_one_is_not(base):
    """A locked file, freed by the system even after kill -9."""
    from storecrm.errors import Conflict
    from storecrm.services import file_lock

    child = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys,time; from storecrm.services import file_lock; h=file_lock.hold(sys.argv[1], 'window'); print('held', flush=True); time.sleep(60)",
            base.name,
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout.readline().strip() == "held"
    try:
        file_lock.hold(base.name, "window")
        raise AssertionError("two windows")
    except Conflict as error:
        assert error.code == "other_window"
    child.kill()
    child.communicate()
    handle = file_lock.hold(base.name, "window")
    handle.close()
    assert Path(base.name).exists()
