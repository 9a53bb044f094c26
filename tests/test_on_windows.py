"""What Windows does otherwise: drives of other machines, secrets of its users, bounds of a child.
What only it has is skipped elsewhere."""

import subprocess
import sys
import time

import pytest

from storecrm import compose, paths, windows
from storecrm.errors import BadFile, StorageTrouble
from storecrm.models import database
from storecrm.models.database import engine
from storecrm.services import files
from storecrm.services.files import Target
from storecrm.services.imports import reader
from storecrm.services.store import ShopDetails

only = pytest.mark.skipif(sys.platform != "win32", reason="Windows has it")
FIXED, REMOTE = 3, 4


@pytest.mark.parametrize(
    ("folder", "drive", "remote"),
    [
        (r"C:\Users\陈\AppData\Local\storecrm", FIXED, False),
        (r"\\?\C:\shop", FIXED, False),
        (r"\\server\share", FIXED, True),
        (r"\\server\share\shop #1", FIXED, True),
        (r"\\?\UNC\server\share\shop", FIXED, True),
        ("//server/share/shop", FIXED, True),
        (r"Z:\shop", REMOTE, True),
        (r"shop", REMOTE, False),
    ],
)
def test_drives_of_other_machines_are_known(folder, drive, remote):
    """By the machine's name in the path, or by what Windows says of the letter."""
    asked = []
    assert windows.on_network(folder, lambda root: asked.append(root) or drive) is remote
    assert all(root.endswith(":\\") and len(root) == 3 for root in asked)


def test_a_store_on_another_machine_is_refused(tmp_path, monkeypatch):
    """Before anything is made there."""
    for room in (database, engine):
        monkeypatch.setattr(room, "on_network", lambda folder: folder.is_relative_to(tmp_path))
    with pytest.raises(StorageTrouble, match="network_drive"):
        database.open_engine(str(tmp_path / "store.db"))
    with pytest.raises(StorageTrouble, match="network_drive"):
        compose.create_store(str(tmp_path / "new" / "store.db"), shop=ShopDetails(name="S"))
    assert list(tmp_path.iterdir()) == []


@only
def test_a_path_that_names_a_machine_is_refused_for_a_store():
    assert database.on_network(paths.Path(r"\\server\share\shop")) and not database.on_network(
        paths.data_folder()
    )


def test_keys_lie_apart_from_the_stores_on_every_system(monkeypatch, tmp_path):
    """Where a system has one folder for both, as Windows has, they move to another one with what
    was there before."""
    one = tmp_path / "Local" / "storecrm"
    (one / "keys").mkdir(parents=True)
    (one / "keys" / "a.key").write_text("k")
    monkeypatch.setattr(paths.platformdirs, "user_data_dir", lambda *_, **__: str(one))
    there = lambda *_, roaming=False, **__: str(  # noqa: E731
        tmp_path / "Roaming" / "storecrm" if roaming else one
    )
    monkeypatch.setattr(paths.platformdirs, "user_config_dir", there)
    monkeypatch.setattr(paths.sys, "platform", "win32")
    key = paths.key_file(one / "store.db")
    assert (
        not key.is_relative_to(one)
        and not paths.seal_file("u").is_relative_to(one)
        and not paths.anchor_file("u").is_relative_to(one)
    )
    assert (key.parent / "a.key").read_text() == "k" and not (one / "keys").exists()
    assert key.parent.parent in paths.own_folders()


@only
def test_a_key_is_read_by_its_user_alone(tmp_path):
    """The file that holds it says nothing to who carries it away."""
    place = tmp_path / "store.db"
    key = database.new_key(place)
    assert key not in paths.key_file(place).read_text() and database.key_of(place) == key
    paths.key_file(place).write_text("dpapi:00ff")
    with pytest.raises(StorageTrouble, match="key_unreadable"):
        database.key_of(place)
    # as an earlier version kept it
    paths.key_file(place).write_text(key)
    assert database.key_of(place) == key


@only
def test_a_child_that_takes_too_much_is_ended(tmp_path, monkeypatch):
    greedy = "import time; x = bytearray(300_000_000); x[::4096] = b'1' * len(x[::4096]); time.sleep(120)"
    began = time.monotonic()
    child = subprocess.Popen([sys.executable, "-c", greedy])
    windows.watch(child, 100_000_000)
    assert child.wait() != 0 and time.monotonic() - began < 100
    file = tmp_path / "a.csv"
    file.write_text("sku\n1\n" * 100_000)
    monkeypatch.setattr(reader, "MEMORY", 1_000_000)
    with pytest.raises(BadFile, match="file_crashed"), reader.rows_of(file) as rows:
        for _ in rows:
            time.sleep(0.1)


@only
def test_a_child_puts_itself_into_a_job():
    """Windows holds it there; a machine that only looks like Windows may take the limits and not
    hold them."""
    code = (
        "import ctypes; from storecrm import windows; windows.limit(500_000_000, 60); "
        "inside = ctypes.c_int(); kernel = windows._kernel(); "
        "kernel.IsProcessInJob(ctypes.c_void_p(-1), None, ctypes.byref(inside)); print(inside.value)"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip()
        == "1"
    )


@only
def test_a_sheet_that_is_open_elsewhere_stays_as_it_is(tmp_path):
    """Nobody puts another file in its place there: it is said, and nothing half made stays."""
    file = tmp_path / "list.csv"
    file.write_bytes(b"old")
    target = Target(file, "list", overwrite=True)
    with (
        file.open("rb"),
        pytest.raises(StorageTrouble, match="cannot_write"),
        files.whole(target) as part,
    ):
        part.write_bytes(b"new")
    assert file.read_bytes() == b"old" and list(tmp_path.iterdir()) == [file]
