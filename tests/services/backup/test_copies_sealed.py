"""An encrypted store is copied as it lies on the disk: whole, closed, private, and nobody's hold on
the store is lost."""

import errno
import os
import subprocess
import sys

import pytest

from storecrm import compose, paths
from storecrm.errors import StorageTrouble
from storecrm.models import database
from storecrm.models.database import copies as file_copies
from storecrm.services.backup import backups, copies, copy_contents
from storecrm.services.staff import accounts
from storecrm.services.store import ShopDetails
from storecrm.values import Role

WRITER = """
import sys
import sqlcipher3.dbapi2 as driver

place, key, turns = sys.argv[1], sys.argv[2], int(sys.argv[3])
store = driver.connect(place, isolation_level=None, timeout=30)
store.execute(f"PRAGMA key = \\"x'{key}'\\"")
store.execute("PRAGMA wal_autocheckpoint=20")
store.execute("CREATE TABLE IF NOT EXISTS one (n INTEGER, much TEXT)")
store.execute("CREATE TABLE IF NOT EXISTS other (n INTEGER, much TEXT)")
for turn in range(turns):
    store.execute("BEGIN IMMEDIATE")
    for table in ("one", "other"):
        store.execute(f"INSERT INTO {table} VALUES (?, hex(randomblob(3000)))", (turn,))
    store.execute("COMMIT")
    print(turn, flush=True)
store.close()
"""

ALONE = """
import fcntl
import sys

with open(sys.argv[1], "r+b") as store:
    try:
        # where SQLite locks: 510 bytes from two after the first gigabyte
        fcntl.lockf(store, fcntl.LOCK_EX | fcntl.LOCK_NB, 510, 0x40000002)
    except OSError:
        sys.exit(3)
"""


@pytest.fixture
def owner(tmp_path, monkeypatch):
    """The owner of an encrypted store."""
    monkeypatch.setattr(
        paths.platformdirs, "user_config_dir", lambda *_, **__: str(tmp_path / "config")
    )
    base = compose.create_store(str(tmp_path / "s.db"), shop=ShopDetails(name="S"), encrypt=True)
    accounts.add(base, name="O", role=Role.OWNER, pin="860274")
    yield accounts.sign_in(base, name="O", pin="860274", till="t")
    compose.close_store(base)


def writing(owner, turns):
    """Another program that writes into the store, and has its log folded in as often as it can."""
    key = owner.engine.get_execution_options()["key"]
    asked = [sys.executable, "-c", WRITER, owner.name, key, str(turns)]
    return subprocess.Popen(asked, stdout=subprocess.PIPE, text=True)


def rows(copy, key):
    """What the other program wrote, as a copy has it."""
    with copy_contents.sealed(copy, key) as engine, engine.connect() as connection:
        ask = lambda table: (  # noqa: E731
            connection.exec_driver_sql(f"SELECT n FROM {table} ORDER BY n").scalars().all()
        )
        return ask("one"), ask("other")


def test_a_copy_that_is_made_while_others_write_is_one_moment(owner, tmp_path):
    """Both halves of each act or none; whatever was done before the copy began is in it; every page
    can be opened."""
    key = owner.engine.get_execution_options()["key"]
    with writing(owner, 400) as other:
        for turn in range(12):
            seen = [int(other.stdout.readline()) for _ in range(25)][-1]
            copy = tmp_path / f"copy-{turn}.db"
            database.copy_into(owner.engine, copy)
            one, two = rows(copy, key)
            assert one == two == list(range(len(one))) and len(one) > seen
            assert copy_contents.count(copy, key)["counts"]["members"] == 0
            assert (
                not copy.read_bytes().startswith(b"SQLite")
                and not copy.with_name(f"{copy.name}-wal").exists()
            )
        other.stdout.read()
    assert other.returncode == 0


@pytest.mark.skipif(os.name == "nt", reason="only POSIX forgets locks when a file is closed")
def test_the_store_is_still_held_after_it_was_copied(owner):
    """A program that does not see us in the file may take it for its own; the bytes that SQLite
    locks are locked as before."""
    assert is_held(owner)
    made = backups.create(owner)
    backups.create(owner)
    assert is_held(owner) and made.proof == copies.COPIED
    compose.close_store(owner)
    assert not is_held(owner)


def is_held(owner):
    """True when another program is not given the store for itself alone."""
    asked = [sys.executable, "-c", ALONE, owner.name]
    return subprocess.run(asked, check=False).returncode == 3


def test_what_the_log_alone_holds_is_in_the_copy(owner, tmp_path):
    """A reader keeps the log from being folded in for hours; the last sales stand in it alone."""
    key = owner.engine.get_execution_options()["key"]
    with writing(owner, 1) as other:
        other.stdout.read()
    with owner.engine.connect() as reader:
        reader.exec_driver_sql("SELECT count(*) FROM one").scalar()
        with writing(owner, 6) as other:
            other.stdout.read()
        copy = tmp_path / "copy.db"
        database.copy_into(owner.engine, copy)
    assert len(rows(copy, key)[0]) == 7 and copy_contents.count(copy, key)


def test_a_full_disk_leaves_nothing_of_a_sealed_copy(owner, monkeypatch):
    """The store is whole, and it is said that the copy's place is full."""

    def full(*_):
        raise OSError(errno.ENOSPC, "no room")

    monkeypatch.setattr(file_copies, "_copy_bytes", full)
    with pytest.raises(StorageTrouble) as caught:
        backups.create(owner)
    assert caught.value.code == "disk_full" and list(backups.folder_of(owner.name).iterdir()) == []
