"""Copies beside each other: one at a time, each its own, and nothing of anybody else is ever
deleted or readable."""

import os
import shutil
import stat
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest

from storecrm import compose, paths
from storecrm.errors import Conflict, StorageTrouble
from storecrm.ledger import audit
from storecrm.models import database
from storecrm.services import file_lock
from storecrm.services.backup import backups, copies
from storecrm.services.members import erasure
from storecrm.services.staff import accounts
from storecrm.services.store import ShopDetails
from storecrm.values import Role
from tests import build
from tests.conftest import signed


def shop(folder, name="Other", wall=None):
    """Another shop, its owner signed in."""
    base = compose.create_store(str(folder / "store.db"), shop=ShopDetails(name=name), wall=wall)
    accounts.add(base, name="O", role=Role.OWNER, pin="860274")
    return accounts.sign_in(base, name="O", pin="860274", till="t")


def test_in_a_shared_folder_only_ones_own_copies_are_deleted(owner, tmp_path, wall):
    """Other shops' copies, half-written files of others and old files that only look like ours
    stay, however old they are."""
    shared, theirs = tmp_path / "shared", tmp_path / "theirs"
    theirs.mkdir()
    other = shop(theirs, wall=wall)
    foreign = backups.create(other, to=shared).path
    strangers = [
        shared / name
        for name in (
            "film.part",
            "before-0001.db",
            "storecrm-20200101-120000.db",
            "storecrm-abc-def.part",
        )
    ]
    strangers.append(shared / "storecrm-20200102-120000-before-restore.db")
    for file in (*strangers, foreign):
        if file != foreign:
            file.write_bytes(b"x" * 5000)
        os.utime(file, (0, 0))
    first = backups.create(owner, to=shared).path
    for _ in range(30):
        wall.forward(days=7)
        backups.create(owner, to=shared)
    assert all(file.exists() for file in (*strangers, foreign)) and not first.exists()
    assert copies.manifest_file(foreign).exists() and len(list(shared.glob("*.db"))) < 15
    compose.close_store(other)


def test_what_a_killed_backup_left_goes_with_the_next_one(owner, tmp_path):
    """Told by the shop and the place in its name; the manifest of a copy that never came goes
    too."""
    folder = backups.folder_of(owner.name)
    made = backups.create(owner)
    facts = copies.manifest_of(made.path)
    left = [
        folder / f"storecrm-{facts['uid']}-{facts['place']}.part{end}" for end in ("", "-journal")
    ]
    left.append(
        copies.reserve(folder, iter(["storecrm-20261122-000000"]), facts).with_suffix(".json")
    )
    elsewhere = copies.reserve(
        folder, iter(["storecrm-20261122-000001"]), facts | {"place": "another machine"}
    ).with_suffix(".json")
    for file in left[:2]:
        file.write_bytes(b"half")
    backups.create(owner)
    assert not any(file.exists() for file in left) and elsewhere.exists()


def test_copies_of_before_go_after_ninety_days_too(owner, tmp_path):
    """What was erased must not lie there for ever; earlier versions named no shop in the manifest
    of an upgrade, but the copy does."""
    folder = backups.folder_of(owner.name)
    made = backups.create(owner, note=backups.BEFORE_RESTORE)
    old, young = folder / "before-0002.db", folder / "before-0003.db"
    for copy in (old, young):
        shutil.copyfile(made.path, copy)
        copies.manifest_file(copy).write_text('{"sha256": "x", "revision": "0002"}', "utf-8")
    for copy in (old, made.path):
        os.utime(copy, (0, 0))
    backups.create(owner)
    assert (
        young.exists()
        and not old.exists()
        and not made.path.exists()
        and not copies.manifest_file(old).exists()
    )


def test_a_clock_that_leapt_ahead_deletes_no_backup(owner, wall):
    """In 2099 every copy would be too old."""
    made = [backups.create(owner).path]
    wall.forward(days=3)
    made.append(backups.create(owner).path)
    build.member(owner)
    wall.forward(days=365 * 73)
    backups.create(owner)
    assert all(path.exists() for path in made)


CREATE = textwrap.dedent("""
    import sys
    from storecrm import compose
    from storecrm.services.backup import backups
    from storecrm.services.staff import accounts
    store = accounts.sign_in(compose.open_store(sys.argv[1]), name="陈", pin="860274", till="till 1")
    sys.stdin.readline()
    print(backups.create(store).path.name)
    compose.close_store(store)
""")


def test_five_backups_at_once_all_succeed(base, owner, tmp_path):
    """One is made, the others wait; in one folder, in one second."""
    compose.close_store(base)
    running = [
        subprocess.Popen(
            [sys.executable, "-c", CREATE, base.name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(5)
    ]
    for process in running:
        process.stdin.write("\n")
        process.stdin.flush()
    said = [process.communicate()[0].strip() for process in running]
    # of one day only the newest stays, so a name may be free again
    assert [process.returncode for process in running] == [0] * 5 and all(
        name.endswith(".db") for name in said
    )
    left = list(backups.folder_of(base.name).iterdir())
    assert not [path for path in left if path.suffix not in (".db", ".json")]


def test_shops_that_share_a_folder_do_not_take_each_others_names(tmp_path, wall):
    """The clock stands, so all want the same one."""
    stores = []
    for n in range(4):
        (tmp_path / f"{n}").mkdir()
        stores.append(shop(tmp_path / f"{n}", f"S{n}", wall))
    threads = [
        threading.Thread(target=backups.create, args=(store,), kwargs={"to": tmp_path / "shared"})
        for store in stores
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    uids = [copies.manifest_of(path)["uid"] for path in (tmp_path / "shared").glob("*.db")]
    assert sorted(uids) == sorted(store.shop.uid for store in stores)
    for store in stores:
        compose.close_store(store)


def test_who_waits_too_long_is_told_so(base, owner, monkeypatch):
    """A right reason, and nothing is half made."""
    monkeypatch.setattr(file_lock, "COPY_WAIT", 0.2)
    with file_lock.exclusive(base.name, "copy"), pytest.raises(Conflict, match="copy_running"):
        backups.create(owner)
    assert not backups.folder_of(base.name).exists()


def test_a_backup_that_the_trail_could_not_take_is_not_there(owner, monkeypatch):
    """It was said that nothing was saved."""

    def busy(*_, **__):
        raise StorageTrouble("busy")

    with monkeypatch.context() as patched:
        patched.setattr(audit, "log", busy)
        with pytest.raises(StorageTrouble, match="busy"):
            backups.create(owner)
    assert list(backups.folder_of(owner.name).iterdir()) == []
    assert backups.create(owner).ok


def test_a_folder_that_is_a_link_is_followed_when_it_leads_somewhere(owner, tmp_path):
    """The answer names the real place; a link to nowhere, to itself or to a file is refused, and
    nothing is made."""
    real, link = tmp_path / "real", tmp_path / "link"
    real.mkdir()
    build.link(link, real)
    assert backups.create(owner, to=link).path.parent == real
    (tmp_path / "file").write_text("x")
    for name, to in (
        ("dangling", tmp_path / "none"),
        ("loop", tmp_path / "loop"),
        ("to a file", tmp_path / "file"),
    ):
        build.link(tmp_path / name, to)
        with pytest.raises(StorageTrouble, match="folder_link"):
            backups.create(owner, to=tmp_path / name)
    assert not (tmp_path / "none").exists() and (tmp_path / "file").read_text() == "x"


def test_a_store_reached_through_a_link_is_the_same_store(base, tmp_path):
    """One window, one copy at a time, one list of the erased, whatever its name."""
    link = tmp_path / "other name.db"
    build.link(link, base.name)
    with file_lock.exclusive(base.name, "window"), pytest.raises(Conflict, match="other_window"):
        file_lock.hold(str(link), "window")
    linked = signed(compose.open_store(str(link)), "陈")
    made = backups.create(linked)
    backups.restore(linked, path=made.path)
    assert link.is_symlink()
    compose.close_store(linked)


@pytest.mark.skipif(os.name == "nt", reason="rights of files are Unix")
def test_no_file_with_personal_data_can_be_read_by_others(tmp_path, monkeypatch):
    """Whatever the machine's habit is: the store, its log, its copies and manifests, the list, the
    keys; restored and brought back."""
    monkeypatch.setattr(
        paths.platformdirs, "user_config_dir", lambda *_, **__: str(tmp_path / "config")
    )
    before = os.umask(0)
    try:
        for encrypt in (False, True):
            place = tmp_path / f"encrypted {encrypt}"
            base = compose.create_store(
                str(place / "s.db"), shop=ShopDetails(name="S"), encrypt=encrypt
            )
            accounts.add(base, name="O", role=Role.OWNER, pin="860274")
            owner = accounts.sign_in(base, name="O", pin="860274", till="t")
            gone = build.member(owner)
            made = backups.create(owner)
            erasure.erase(owner, member=gone.member_no, reason="asked")
            Path(base.name).chmod(0o644)
            backups.restore(owner, path=made.path)
            code = database.key_of(Path(base.name))
            backups.bring_back(made.path, name=str(place / "new.db"), code=code)
            again = compose.open_store(base.name)
            build.member(accounts.sign_in(again, name="O", pin="860274", till="t"))
            _assert_private(tmp_path)
            compose.close_store(again)
    finally:
        os.umask(before)


def _assert_private(folder):
    files = [
        path for path in folder.rglob("*") if path.is_file() and not path.name.endswith("-lock")
    ]
    assert {
        path.name: oct(path.stat().st_mode)
        for path in files
        if stat.S_IMODE(path.stat().st_mode) & 0o077
    } == {}
    assert {path.suffix for path in files} >= {
        ".db",
        ".json",
        ".db-wal",
        ".db-shm",
        ".erased",
        ".seal",
    }


def test_a_copy_is_private_while_it_is_made(owner, tmp_path, monkeypatch):
    """Half of a store is personal data too."""
    seen, copy_into = [], database.copy_into

    def watched(engine, target):
        copy_into(engine, target)
        seen.append(stat.S_IMODE(target.stat().st_mode))

    monkeypatch.setattr(database, "copy_into", watched)
    backups.create(owner)
    assert seen == [0o600] or os.name == "nt"


@pytest.mark.parametrize("need", ["backup", "restore"])
def test_too_little_room_is_said_before_anything_is_written(owner, monkeypatch, tmp_path, need):
    """Old copies stay, no file appears."""
    made = backups.create(owner)
    before = {path: path.stat().st_mtime_ns for path in backups.folder_of(owner.name).iterdir()}
    monkeypatch.setattr(
        copies.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**9, 10**9 - 4096, 4096)
    )
    with pytest.raises(StorageTrouble, match="no_space"):
        backups.create(owner) if need == "backup" else backups.restore(owner, path=made.path)
    assert {
        path: path.stat().st_mtime_ns for path in backups.folder_of(owner.name).iterdir()
    } == before
