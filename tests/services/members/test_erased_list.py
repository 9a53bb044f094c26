"""The list of the erased is input like any other file: only what this program sealed is believed,
and nothing in it stops anything."""

import os
import shutil
import sys

import pytest
import sqlcipher3.dbapi2 as driver
from sqlalchemy import text

from storecrm import compose, paths
from storecrm.errors import StorageTrouble
from storecrm.services.backup import backups, restore_copy
from storecrm.services.integrity import verify
from storecrm.services.members import erased_list, erasure, registry
from tests import build
from tests.conftest import signed
from tests.models.test_migrations import GOLDEN


@pytest.fixture(autouse=True)
def own_keys(tmp_path, monkeypatch):
    """A place for keys of this test's own."""
    monkeypatch.setattr(
        paths.platformdirs, "user_config_dir", lambda *_, **__: str(tmp_path / "config")
    )


def people_of(store):
    with store.read() as session:
        return {
            row.id: row.recorded_at
            for row in session.execute(text("SELECT id, recorded_at FROM member"))
        }


def restored(base, owner, wall, made):
    done = backups.restore(owner, path=made.path)
    return done, signed(compose.open_store(base.name, wall=wall), "陈")


def test_a_forged_list_erases_nobody(base, owner, wall):
    """Not at an opening and not at a restore; it is said, set aside as it was, and stands in the
    trail."""
    for n in range(20):
        build.member(owner, f"1380000{n:04d}")
    made, place = backups.create(owner), erased_list.list_of(base.name)
    forged = "".join(
        f"{owner.shop.uid} {number} {since}{end}\n"
        for number, since in people_of(owner).items()
        for end in ("", " " + "0" * 64)
    ).encode()
    place.write_bytes(forged)
    again = signed(compose.open_store(base.name, wall=wall), "陈")
    assert registry.count(again) == 20 and place.read_bytes() == forged
    compose.close_store(again)
    done, again = restored(base, owner, wall, made)
    assert (registry.count(again), done.erased_again, done.set_aside.read_bytes()) == (
        20,
        0,
        forged,
    ) and not place.exists()
    with again.read() as session:
        assert (
            session.execute(
                text("SELECT facts FROM audit WHERE action = 'erased_again'")
            ).scalar_one()
            == '{"members":0,"refused":20}'
        )
    assert verify.verify(again)[1] == []
    compose.close_store(again)


def test_what_was_erased_is_erased_again_though_the_list_was_forged_or_is_gone(base, owner, wall):
    """The store that is replaced knows it too; the good lines go over into a new list."""
    ann, bob, cid = (build.member(owner, f"1380000000{n}") for n in range(3))
    made, place = backups.create(owner), erased_list.list_of(base.name)
    since = people_of(owner)
    erasure.erase(owner, member=ann.member_no, reason="asked")
    erasure.erase(owner, member=bob.member_no, reason="asked")
    good = place.read_bytes()
    place.write_bytes(
        good + b"\xff\xfe\n" + f"{owner.shop.uid} {cid.id} {since[cid.id]} {'a' * 64}\n".encode()
    )
    done, again = restored(base, owner, wall, made)
    assert (registry.count(again), done.erased_again, done.set_aside is not None) == (1, 2, True)
    assert sorted(place.read_bytes().splitlines()) == sorted(good.splitlines())
    place.unlink()
    done, once_more = restored(base, again, wall, made)
    assert (registry.count(once_more), done.erased_again, done.set_aside) == (1, 2, None)
    assert sorted(place.read_bytes().splitlines()) == sorted(good.splitlines())
    compose.close_store(once_more)


def test_who_registered_after_one_backup_is_erased_in_a_later_one_too(base, owner, wall):
    """Between the two the store does not know the member at all: the list does."""
    old = backups.create(owner)
    wall.forward(days=1)
    ann = build.member(owner)
    young = backups.create(owner)
    erasure.erase(owner, member=ann.member_no, reason="asked")
    _, again = restored(base, owner, wall, old)
    assert people_of(again) == {}
    done, once_more = restored(base, again, wall, young)
    assert (registry.count(once_more), done.erased_again) == (0, 1)
    compose.close_store(once_more)


def test_a_backup_brought_to_where_the_store_was_brings_nobody_back(base, owner, tmp_path, wall):
    """The list still lies there; on a machine without its key it is not believed, and that is
    said."""
    ann = build.member(owner)
    build.member(owner, "13900139000")
    made = backups.create(owner)
    erasure.erase(owner, member=ann.member_no, reason="asked")
    compose.close_store(base)
    for elsewhere in (False, True):
        for end in ("", "-wal", "-shm"):
            (tmp_path / f"store.db{end}").unlink(missing_ok=True)
        if elsewhere:
            paths.seal_file(owner.shop.uid).unlink()
        done = backups.bring_back(made.path, name=base.name)
        assert (done.erased_again, done.set_aside is None) == (
            (0, False) if elsewhere else (1, True)
        )
        again = signed(compose.open_store(base.name, wall=wall), "陈")
        assert registry.count(again) == (2 if elsewhere else 1) and verify.verify(again)[1] == []
        compose.close_store(again)


def test_a_huge_list_is_read_and_stops_nothing(base, owner, wall):
    """260,000 good lines, and many that are none; more than one statement could name."""
    ann = build.member(owner)
    made, place = backups.create(owner), erased_list.list_of(base.name)
    erasure.erase(owner, member=ann.member_no, reason="asked")
    erased_list.append(
        owner, ((n, n) for n in range(1_000, 261_000)), erased_list.key_for(owner.shop.uid)
    )
    with place.open("ab") as kept:
        kept.writelines(b"x" * 20 + b"\n" for _ in range(100_000))
        kept.write(b"y" * 2_000_000)
    done, again = restored(base, owner, wall, made)
    assert (registry.count(again), done.erased_again, done.set_aside is not None) == (0, 1, True)
    assert len(place.read_bytes().splitlines()) == 260_001
    compose.close_store(again)


@pytest.mark.parametrize("what", ["folder", "pipe", "loop", "lost link", "nothing"])
def test_something_else_in_the_lists_place_is_set_aside(base, owner, wall, what):
    """A pipe would never end."""
    made, place = backups.create(owner), erased_list.list_of(base.name)
    if what == "folder":
        place.mkdir()
    elif what == "pipe":
        if sys.platform == "win32":
            pytest.skip("Windows has no pipes in folders")
        os.mkfifo(place)
    elif what == "loop":
        build.link(place, place)
    elif what == "lost link":
        build.link(place, place.with_name("no such file"))
    done, again = restored(base, owner, wall, made)
    assert (done.set_aside is None) == (what == "nothing") and not os.path.lexists(place)
    assert registry.count(again) == 0
    compose.close_store(again)


def test_a_line_that_a_power_cut_tore_costs_itself_alone(base, owner, wall):
    """What is added later stands on a line of its own."""
    ann, bob = build.member(owner), build.member(owner, "13900139000")
    made, place = backups.create(owner), erased_list.list_of(base.name)
    erasure.erase(owner, member=ann.member_no, reason="asked")
    place.write_bytes(place.read_bytes() + f"{owner.shop.uid} 7 179".encode())
    erasure.erase(owner, member=bob.member_no, reason="asked")
    assert len(place.read_bytes().splitlines()) == 3
    done, again = restored(base, owner, wall, made)
    assert (registry.count(again), done.erased_again, len(place.read_bytes().splitlines())) == (
        0,
        2,
        2,
    )
    compose.close_store(again)


def test_an_earlier_versions_list_is_taken_over_where_the_store_confirms_it(tmp_path):
    """The fourth version's store has one erased member; whoever else stands on its plain list was
    never erased."""
    place = tmp_path / "store.db"
    raw = driver.connect(str(place), isolation_level=None)
    raw.executescript((GOLDEN / "store-0004.sql").read_text("utf-8"))
    raw.execute("PRAGMA application_id = 0x53435231")
    uid = raw.execute("SELECT uid FROM shop").fetchone()[0]
    rows = raw.execute("SELECT id, recorded_at, state FROM member").fetchall()
    raw.close()
    before = tmp_path / "before.db"
    shutil.copyfile(place, before)
    listed = erased_list.list_of(str(place))
    listed.write_text("".join(f"{uid} {number} {since}\n" for number, since, _ in rows), "utf-8")
    owner = signed(compose.open_store(str(place)), "陈")
    live = registry.count(owner)
    erased = [(number, since) for number, since, state in rows if state == "erased"]
    key = erased_list.key_for(uid)
    assert erased and listed.read_text("utf-8").split()[3::4] == [
        erased_list.seal(key, uid, person) for person in erased
    ]
    assert len(list(tmp_path.glob("store.db.erased.refused-*"))) == 1
    backups.restore(owner, path=before, force=True)
    compose.close_store(owner)
    again = signed(compose.open_store(str(place)), "陈")
    assert registry.count(again) == live > 0
    compose.close_store(again)


def test_what_another_account_of_this_machine_erased_is_believed_where_the_store_shows_it(
    base, owner, wall
):
    """Its key is not ours, its lines are."""
    ann = build.member(owner)
    made, place = backups.create(owner), erased_list.list_of(base.name)
    erasure.erase(owner, member=ann.member_no, reason="asked")
    paths.seal_file(owner.shop.uid).unlink()
    bob = build.member(owner, "13900139000")
    erasure.erase(owner, member=bob.member_no, reason="asked")
    done, again = restored(base, owner, wall, made)
    assert (
        registry.count(again),
        done.erased_again,
        done.set_aside,
        len(place.read_bytes().splitlines()),
    ) == (0, 1, None, 2)
    compose.close_store(again)


def test_the_trail_shows_where_the_list_stood(base, owner):
    """The first signs of the last seal, in the entry of the erasure."""
    ann = build.member(owner)
    erasure.erase(owner, member=ann.member_no, reason="asked")
    last = erased_list.list_of(base.name).read_text("utf-8").split()[-1]
    with owner.read() as session:
        said = session.execute(
            text("SELECT facts FROM audit WHERE action = 'member_erased'")
        ).scalar_one()
    assert f'"listed":"{last[:16]}"' in said


def test_who_is_erased_while_a_backup_is_made_ready_does_not_come_back(
    base, owner, wall, monkeypatch
):
    """The erasure was acknowledged, so the restore begins again; the list has both lines."""
    ann, bob = build.member(owner), build.member(owner, "13900139000")
    made, fill = backups.create(owner), restore_copy._amend
    erasure.erase(owner, member=ann.member_no, reason="asked")
    erased_list.list_of(base.name).write_bytes(b"x\n")

    def meanwhile(*args):
        amended = fill(*args)
        erasure.erase(owner, member=bob.member_no, reason="asked")
        return amended

    with monkeypatch.context() as patched:
        patched.setattr(restore_copy, "_amend", meanwhile)
        with pytest.raises(StorageTrouble, match="busy"):
            backups.restore(owner, path=made.path)
    assert not list(backups.folder_of(base.name).glob("*-before-restore*"))
    done, again = restored(base, owner, wall, made)
    assert (registry.count(again), done.erased_again, done.set_aside is not None) == (0, 2, True)
    assert len(erased_list.list_of(base.name).read_bytes().splitlines()) == 2
    compose.close_store(again)
