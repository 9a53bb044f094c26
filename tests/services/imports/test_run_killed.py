"""A process that is killed while it imports: before the end nothing is kept, after it all of it,
whatever the kind. On a server too, which outlives the process."""

import os
import shutil
import signal
import sys
import time

import pytest
from sqlalchemy import make_url

from storecrm import compose
from storecrm.services.integrity import verify
from storecrm.services.store import Store
from storecrm.values import Actor, Role, StaffId, TillId
from tests import build
from tests.conftest import START, server_says, signed

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot fork a process"),
    pytest.mark.both,
]
ON_A_SERVER = ("members", "sales", "coupons")
"""Kinds that write in each of the ways: hidden rows, lines under their receipts, what waits beside
the books."""
FILES = {
    "products": "sku,name,price\nTEA,绿茶,91.00\n"
    + "".join(f"N-{n},新货{n},1.00\n" for n in range(40)),
    "members": "phone,name,tags,consent_sms,points\n13800138001,王大一,常客,是,7\n"
    + "".join(f"139{n:08d},会员{n},新客,,5\n" for n in range(40)),
    "opt-outs": "phone\n13800138001\n13912345678\n",
    "offers": "code,name,kind,value,min_spend,valid_days\nNEW,新,threshold_off,5,20,30\n",
    "offer-products": "offer_code,sku\nW10,TEA\nW10,CUP\n",
    "day-totals": "date,net_sales,receipts\n2026-11-01,120.00,9\n2026-11-02,60.00,3\n",
    "sales": "receipt_no,sold_at,member_no,sku,amount\n"
    + "".join(
        f"R-{n},2026-11-02 10:00,M-1,{'TEA' if n % 4 else f'OWN-{n}'},8.00\n" for n in range(40)
    ),
    "coupons": "code,offer_code,member_no\nALT-1,W10,M-1\nALT-2,W10,\n",
    "redemptions": "code,redeemed_at,discount\nOLD-1,2026-11-02 10:00,10.00\n",
    "points": "member_no,points\nM-2,50\n",
}
UNSEEN = (
    "import_batch",
    "import_change",
    "import_waiting",
    "audit",
    "audit_head",
    "shop",
    "name_key",
    "point_lot",
    "point_entry",
    "product_pair",
    "learned",
    "member_figures",
)
"""What says that there was an import, what is kept to be summed up faster, and rows of the ledger,
which are summed up here."""


@pytest.fixture
def shop(backend, kind, tmp_path, request):
    """A shop that each file adds to and changes something in, closed."""
    if backend == "postgres" and kind not in ON_A_SERVER:
        pytest.skip("a part of the kinds")
    base, manager = request.getfixturevalue("base"), request.getfixturevalue("manager")
    build.bring(
        manager,
        tmp_path,
        "products",
        "sku,name,category,price\nTEA,龙井,茶,88.00\nCUP,马克杯,杯,25.00\n",
    )
    build.bring(
        manager,
        tmp_path,
        "members",
        "member_no,phone,name,points\nM-1,13800138001,王小一,\nM-2,13800138002,王小二,\n",
    )
    build.bring(
        manager,
        tmp_path,
        "offers",
        "code,name,kind,value,min_spend,valid_days\nW10,欢迎券,threshold_off,10,50,90\nOLD,旧券,threshold_off,10,50,90\n",
    )
    build.bring(manager, tmp_path, "coupons", "code,offer_code\nOLD-1,OLD\n")
    build.bring(manager, tmp_path, "day-totals", "date,net_sales,receipts\n2026-11-01,100.00,8\n")
    compose.close_store(base)
    return base.name


@pytest.fixture
def copied(shop, backend, tmp_path, request):
    """Makes a copy of the shop by its number, and gives its place: one of its own, for anchors are
    kept by place."""
    address, made = request.getfixturevalue("server") if backend == "postgres" else "", []

    def copy(number):
        if not address:
            file = tmp_path / f"{number}" / "store.db"
            file.parent.mkdir()
            shutil.copyfile(shop, file)
            return str(file)
        name = make_url(shop).database
        made.append(f"{name}_{number}")
        server_says(address, f"CREATE DATABASE {made[-1]} TEMPLATE {name}")
        return address.format(made[-1])

    yield copy
    for name in made:
        server_says(address, f"DROP DATABASE {name} WITH (FORCE)")


def let_go(request, backend, place):
    """Wait until the server has seen that a process is gone, as it does before anybody starts a
    program anew."""
    if backend == "postgres":
        asked = (
            f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{make_url(place).database}'"
        )
        while server_says(request.getfixturevalue("server"), asked) != 0:
            time.sleep(0.01)


def imports(place, kind, folder, kill_at):
    """Import a file in a process of its own, which kills itself before its `kill_at`-th transaction
    ends. True when it came to its end."""
    child = os.fork()
    if child == 0:
        committed, write = 0, Store.write

        def counted(store, *topics, **how):
            nonlocal committed
            committed += 1
            if committed == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
            return write(store, *topics, **how)

        base = compose.open_store(place, wall=lambda: START + 60_000_000)
        Store.write = counted
        mine = base.acting(Actor(StaffId(2), "赵", Role.MANAGER, TillId(1), "till 1"))
        build.bring(mine, folder, kind, FILES[kind], on_existing="replace", new_products=True)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def seen(place):
    """(what everybody reads, balances of points) of a store as the next opening finds it."""
    base = compose.open_store(place, wall=lambda: START + 120_000_000)
    try:
        rows = {name: rows for name, rows in build.everything(base).items() if name not in UNSEEN}
        return rows, _balances(base)
    finally:
        compose.close_store(base)


def _balances(base):
    found = {}
    for row in build.everything(base)["point_entry"]:
        found[row[2]] = found.get(row[2], 0) + row[4]
    return {member: count for member, count in found.items() if count}


@pytest.mark.parametrize("kind", FILES)
def test_a_kill_keeps_all_or_nothing_of_a_file(shop, copied, kind, tmp_path, backend, request):
    """Killed before any of its transactions, the import is at the next opening as if it had never
    been, or whole; never between."""
    before, wholes, ended, kill_at = seen(shop), [], False, 0
    while not ended:
        kill_at += 1
        copy = copied(kill_at)
        ended = imports(copy, kind, tmp_path, kill_at)
        let_go(request, backend, copy)
        found = seen(copy)
        if found != before:
            wholes.append(_called(found))
        else:
            assert not wholes and not ended
    assert kill_at > len(wholes) >= 2 and all(whole == wholes[-1] for whole in wholes)
    base = compose.open_store(copy, wall=lambda: START + 180_000_000)
    assert verify.verify(signed(base, "陈"))[1] == []
    compose.close_store(base)


def _called(found):
    """What was found without what is drawn by lot or counted by the clock."""
    rows, balances = found
    return {name: len(said) for name, said in rows.items()}, balances
