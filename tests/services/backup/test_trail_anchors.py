"""What was kept of the trail outside the file is compared with it: an older, a mixed or a cut file
does not open silently."""

import json
import os
import shutil
import threading
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as driver

from storecrm import compose, paths
from storecrm.errors import BadInput, NotAllowed
from storecrm.ledger import audit
from storecrm.services.backup import backups, trail_anchors
from storecrm.services.integrity import verify
from storecrm.services.till import open_bill
from storecrm.values import Money
from tests.conftest import signed


@pytest.fixture
def place(tmp_path, template):
    target = tmp_path / "shop" / "store.db"
    target.parent.mkdir()
    shutil.copyfile(template, target)
    return target


def sell(place, wall, count=3):
    """A day at the till, closed as it should be."""
    wall.forward(seconds=60)
    base = compose.open_store(str(place), wall=wall, steady=wall.steady)
    cashier = signed(base, "王芳")
    for _ in range(count):
        open_bill.record(cashier, amount=Money(1_000))
    compose.close_store(base)


def opened(place, wall, who="陈"):
    wall.forward(seconds=60)
    return signed(compose.open_store(str(place), wall=wall, steady=wall.steady), who)


def copy(place, name):
    target = place.parent / name
    shutil.copyfile(place, target)
    return target


def test_an_older_file_in_the_stores_place_is_said(place, wall):
    """Whoever puts yesterday's file back takes today's sales out; the chain of that file is
    whole."""
    sell(place, wall)
    yesterday = copy(place, "yesterday")
    sell(place, wall, 4)
    shutil.copyfile(yesterday, place)
    owner = opened(place, wall)
    [gap] = trail_anchors.look(owner)
    assert (gap.till, gap.missing, gap.where) == ("till 1", 4, trail_anchors.HERE)
    assert "anchors" in [finding.check for finding in verify.verify(owner)[1]]
    compose.close_store(owner)
    again = opened(place, wall)
    assert [g.seq for g in trail_anchors.look(again)] == [gap.seq]
    compose.close_store(again)


def test_another_file_that_grew_as_far_is_said_too(place, wall):
    """A file in which other sales were made instead: the entry is there, and is another one."""
    sell(place, wall)
    other = copy(place, "other")
    sell(place, wall, 2)
    elsewhere = place.parent / "elsewhere.db"
    shutil.copyfile(other, elsewhere)
    sell(elsewhere, wall, 9)
    shutil.copyfile(elsewhere, place)
    owner = opened(place, wall)
    assert [gap.missing for gap in trail_anchors.look(owner)] == [0]
    compose.close_store(owner)


def test_a_cut_chain_with_a_forged_head_is_said(place, wall):
    """Even by somebody who has the shop's own key and signs the head anew."""
    from storecrm.ledger import audit

    sell(place, wall)
    link = driver.connect(str(place), isolation_level=None)
    for (name,) in link.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audit%'"
    ).fetchall():
        link.execute(f"DROP TRIGGER {name}")
    key = link.execute("SELECT audit_key FROM shop").fetchone()[0]
    till, seq = link.execute("SELECT till_id, seq FROM audit_head ORDER BY seq DESC").fetchone()
    link.execute("DELETE FROM audit WHERE till_id = ? AND seq > ?", (till, seq - 2))
    mac = link.execute(
        "SELECT mac FROM audit WHERE till_id = ? AND seq = ?", (till, seq - 2)
    ).fetchone()[0]
    marked, marks = link.execute(
        "SELECT marked, marks FROM audit_head WHERE till_id = ?", (till,)
    ).fetchone()
    seal = audit.seal_of(key, till, seq - 2, mac, marked, marks)
    link.execute(
        "UPDATE audit_head SET seq = ?, mac = ?, seal = ? WHERE till_id = ?",
        (seq - 2, mac, seal, till),
    )
    link.close()
    owner = opened(place, wall)
    assert [gap.seq for gap in trail_anchors.look(owner)] == [seq]
    compose.close_store(owner)


def test_a_backups_manifest_says_it_without_the_second_place(place, wall):
    """Another machine, or a cleaned one: the manifest beside the store is enough."""
    sell(place, wall)
    before = copy(place, "before")
    sell(place, wall)
    owner = opened(place, wall)
    view = backups.create(owner)
    compose.close_store(owner)
    shutil.rmtree(paths.anchor_file("x").parent)
    shutil.copyfile(before, place)
    owner = opened(place, wall)
    assert {gap.where for gap in trail_anchors.look(owner)} == {view.path.stem}
    compose.close_store(owner)


def test_a_restore_is_no_alarm(place, wall):
    """It says itself what it was; what is done afterwards is kept again and compared again."""
    sell(place, wall)
    owner = opened(place, wall)
    view = backups.create(owner)
    compose.close_store(owner)
    sell(place, wall, 5)
    owner = opened(place, wall)
    backups.restore(owner, path=view.path)
    compose.close_store(owner)
    owner = opened(place, wall)
    assert trail_anchors.look(owner) == [] and verify.verify(owner)[1] == []
    compose.close_store(owner)
    restored = copy(place, "restored")
    sell(place, wall, 2)
    shutil.copyfile(restored, place)
    owner = opened(place, wall)
    assert [gap.till for gap in trail_anchors.look(owner)] == ["till 1"]
    compose.close_store(owner)


def test_the_owner_may_say_that_this_file_is_the_right_one(place, wall):
    """With a reason, in the trail; nobody else may."""
    older = copy(place, "older")
    sell(place, wall)
    shutil.copyfile(older, place)
    manager = opened(place, wall, "赵")
    with pytest.raises(NotAllowed, match="right_missing"):
        trail_anchors.accept(manager, reason="it is")
    compose.close_store(manager)
    owner = opened(place, wall)
    with pytest.raises(BadInput, match="reason_missing"):
        trail_anchors.accept(owner, reason=" ")
    assert len(trail_anchors.accept(owner, reason="the disk was changed")) == 1
    assert trail_anchors.look(owner) == [] and verify.verify(owner)[1] == []
    compose.close_store(owner)
    sell(place, wall)
    shutil.copyfile(older, place)
    owner = opened(place, wall)
    assert trail_anchors.look(owner) != []
    compose.close_store(owner)


def test_a_forged_second_place_says_nothing(place, wall):
    """Files outside the store are input: one that this shop did not write neither alarms nor stops
    the shop."""
    sell(place, wall)
    [file] = [f for f in paths.anchor_file("x").parent.glob("*.json") if str(f)]
    for text in (
        "",
        "{",
        "[]",
        json.dumps(
            {
                "at": 1,
                "anchors": [{"till": 2, "seq": 999, "mac": "0" * 16}],
                "answers": [],
                "mark": "x",
            }
        ),
    ):
        Path(file).write_text(text, "utf-8")
        owner = opened(place, wall)
        assert trail_anchors.look(owner) == []
        compose.close_store(owner)
        assert json.loads(file.read_text("utf-8"))["anchors"]


@pytest.fixture(autouse=True)
def _own_second_place():
    """Each test begins on a machine that has seen no shop."""
    shutil.rmtree(paths.anchor_file("x").parent, ignore_errors=True)


def test_two_programs_that_keep_the_place_at_once_do_not_collide(place, wall, monkeypatch):
    """The one that looked later has the last word, the file is whole and private, nothing half
    written stays."""
    first, second = opened(place, wall, "王芳"), opened(place, wall, "陈")
    private, beside = paths.private, []

    def meanwhile(file):
        private(file)
        if not beside:
            beside.append(threading.Thread(target=trail_anchors.note, args=(second,)))
            open_bill.record(second, amount=Money(1_000))
            beside[0].start()
            beside[0].join(0.5)

    open_bill.record(first, amount=Money(1_000))
    with monkeypatch.context() as patched:
        patched.setattr(paths, "private", meanwhile)
        trail_anchors.note(first)
        beside[0].join()
    file = trail_anchors._file(first)
    with first.read() as session:
        assert json.loads(file.read_text("utf-8"))["anchors"] == audit.anchors(session)
    assert os.name == "nt" or file.stat().st_mode & 0o777 == 0o600
    assert not file.with_suffix(".part").exists() and trail_anchors.look(first) == []
    for store in (first, second):
        compose.close_store(store)
