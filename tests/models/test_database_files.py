"""Where a store lies and what its disk does: every name works, every fault has its own word, and
nothing is written that is not kept."""

import contextlib
import ctypes
import logging
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as driver

from storecrm import cli, compose, log, paths
from storecrm.errors import Conflict, NotFound, StorageTrouble
from storecrm.i18n import Catalogue
from storecrm.models import database, migrate
from storecrm.services import file_lock
from storecrm.services.backup import backups
from storecrm.services.integrity import verify
from storecrm.services.members import erasure, registry
from storecrm.services.staff import accounts
from storecrm.services.store import ShopDetails
from storecrm.services.till import open_bill
from storecrm.values import Money, Role
from storecrm.wording.errors import cure, sentence
from tests import build
from tests.conftest import PINS, signed
from tests.models.test_migrations import GOLDEN

NAMES = [
    "100% #1?",
    "a b & c=d;e",
    'it\'s "quoted"' if os.name != "nt" else "it's",
    "禾田 店铺",
    "%20%23",
    "file:x",
    "[x]*",
    "-n",
    "a\\b",
    "..x",
]


@pytest.mark.parametrize(
    "name", [name for name in NAMES if os.name != "nt" or not set(name) & set('?:*"\\')]
)
def test_a_folder_may_bear_any_name(tmp_path, monkeypatch, name):
    """No sign of it is taken for one of an address or a statement; no file appears anywhere
    else."""
    monkeypatch.setattr(
        paths.platformdirs, "user_config_dir", lambda *_, **__: str(tmp_path / "config")
    )
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / name
    place = str(folder / f"{name}.db")
    # every other one is encrypted: its copies are made by another statement
    base = compose.create_store(
        place, shop=ShopDetails(name="S"), encrypt=NAMES.index(name) % 2 == 0
    )
    accounts.add(base, name="O", role=Role.OWNER, pin="860274")
    owner = accounts.sign_in(base, name="O", pin="860274", till="t")
    gone = build.member(owner)
    made = backups.create(owner)
    erasure.erase(owner, member=gone.member_no, reason="asked")
    assert backups.verify(made.path, of=place).counts["members"] == 1
    assert backups.restore(owner, path=made.path).erased_again == 1
    compose.close_store(owner)
    again = accounts.sign_in(compose.open_store(place), name="O", pin="860274", till="t")
    assert registry.count(again) == 0 and verify.verify(again)[1] == []
    code = database.key_of(Path(place))
    compose.close_store(again)
    new = str(tmp_path / f"{name} 2" / "s.db")
    backups.bring_back(made.path, name=new, code=code)
    compose.close_store(compose.open_store(new))
    assert {path.name for path in tmp_path.iterdir()} <= {name, f"{name} 2", "config"}
    assert {path.name.removeprefix(name)[:3] for path in folder.iterdir()} <= {".db", "-ba"}


@pytest.mark.skipif(os.name == "nt", reason="no name may hold these signs there")
def test_a_relative_name_with_signs_of_an_address_is_a_file(tmp_path, monkeypatch, capsys):
    """Only what begins as an address is one."""
    monkeypatch.chdir(tmp_path)
    assert (
        not paths.is_url("/data/x://y") and not paths.is_url("C:\\x") and not paths.is_url("#://x")
    )
    assert paths.is_url("postgresql://x/y") and paths.is_url("postgresql+psycopg://x")
    assert (
        cli.run(
            [
                "--json",
                "--store",
                "file:a?b#c.db",
                "init",
                "--name",
                "S",
                "--owner",
                "O",
                "--pin",
                "860274",
            ]
        )
        == 0
    )
    assert '"ok": true' in capsys.readouterr().out
    assert {path.name for path in tmp_path.iterdir()} == {
        "file:a?b#c.db",
        "file:a?b#c.db.copy-lock",
    }


def test_mounts_are_read_with_their_signs(tmp_path, monkeypatch):
    """A network drive is one whatever it is called."""
    mounts = r"s:/x /mnt/my\040shop\043\134a nfs4 rw 0 0" + "\n/dev/sda / ext4 rw 0 0\n"
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: mounts)
    assert database.file_system(Path("/mnt/my shop#\\a/data")) == "nfs4"
    assert database.file_system(Path("/mnt/my")) == "ext4"


@contextlib.contextmanager
def small_disk(folder, size="2m"):
    """A disk of some megabytes."""
    folder.mkdir()
    if sys.platform != "linux" or os.geteuid():
        pytest.skip("only root can mount a small disk")
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], capture_output=True
    ).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def fill(folder):
    with contextlib.suppress(OSError), (folder / "ballast").open("wb", buffering=0) as sink:
        while True:
            sink.write(b"\0" * 4096)


def test_a_disk_without_a_byte_left_is_called_full(template, tmp_path, capsys):
    """The store is one of this program's, and says so again when there is room."""
    with small_disk(tmp_path / "disk", "4m") as disk:
        place = str(disk / "store.db")
        shutil.copyfile(template, place)
        fill(disk)
        with pytest.raises(StorageTrouble) as caught:
            compose.open_store(place)
        assert caught.value.code == "disk_full"
        assert (
            cli.run(["--json", "--store", place, "check"]) == 6
            and '"disk_full"' in capsys.readouterr().out
        )
        with pytest.raises(StorageTrouble) as caught:
            compose.create_store(str(disk / "new.db"), shop=ShopDetails(name="S"))
        assert caught.value.code == "disk_full" and not (disk / "new.db").exists()
        (disk / "ballast").unlink()
        compose.close_store(compose.open_store(place))


def test_a_full_disk_at_any_act_keeps_all_or_nothing(template, tmp_path):
    """A bill, a backup, a restore: said as what it is, and what was there is there; after room was
    made each works."""
    with small_disk(tmp_path / "disk", "6m") as disk:
        place = str(disk / "store.db")
        shutil.copyfile(template, place)
        owner = signed(compose.open_store(place), "陈")
        made = backups.create(owner, to=tmp_path / "elsewhere")
        fill(disk)
        # what is left of the log's last page may still take a bill
        with pytest.raises(StorageTrouble, match="disk_full"):
            for _ in range(500):
                open_bill.record(owner, amount=Money(100))
        for act in (lambda: backups.create(owner), lambda: backups.restore(owner, path=made.path)):
            with pytest.raises(StorageTrouble) as caught:
                act()
            assert caught.value.code in ("disk_full", "no_space")
        assert not [
            path
            for path in disk.rglob("*")
            if path.suffix in (".part", ".restoring", ".probe", ".json")
        ]
        (disk / "ballast").unlink()
        assert open_bill.record(owner, amount=Money(100)).net == 100
        assert verify.verify(owner)[1] == []
        backups.restore(owner, path=made.path)
        compose.close_store(owner)


QUOTA = textwrap.dedent("""
    import resource, sys
    from pathlib import Path
    from storecrm import compose
    from storecrm.errors import StorageTrouble
    from storecrm.services.backup import backups
    from storecrm.services.staff import accounts
    store = accounts.sign_in(compose.open_store(sys.argv[1]), name="陈", pin="860274", till="t")
    made = backups.create(store)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    for act in (lambda: backups.create(store), lambda: backups.restore(store, path=made.path)):
        try:
            act()
        except StorageTrouble as error:
            print(error.code)
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    print(len(list(made.path.parent.iterdir())))
    backups.restore(store, path=made.path)
    print("done")
""")


@pytest.mark.skipif(sys.platform == "win32", reason="limits are Unix")
def test_a_quota_is_called_a_full_disk(base):
    """The driver calls it a failure of the disk; nothing half made stays, and the program goes on
    when there is room."""
    out = subprocess.run([sys.executable, "-c", QUOTA, base.name], capture_output=True, text=True)
    assert out.stdout.split() == ["disk_full", "disk_full", "2", "done"], out


class FailingOnce(driver.Connection):
    """A connection whose next COMMIT fails as SQLite does when the system could not keep what was
    written."""

    def commit(self):
        if FAILING:
            FAILING.pop()
            self.rollback()
            error = driver.OperationalError("disk I/O error")
            error.sqlite_errorcode, error.sqlite_errorname = 10, "SQLITE_IOERR"
            raise error
        super().commit()


FAILING: list[bool] = []


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_after_a_disk_that_did_not_keep_a_commit_nothing_more_is_written(
    base, wall, monkeypatch, language
):
    """What it holds nobody knows until the file is opened anew: not by the next bill, not by a
    restore, not by folding the log."""
    connect = driver.connect
    monkeypatch.setattr(driver, "connect", lambda *a, **k: connect(*a, factory=FailingOnce, **k))
    store = signed(compose.open_store(base.name, wall=wall), "陈")
    made = backups.create(store)
    open_bill.record(store, amount=Money(100))
    FAILING.append(True)
    with pytest.raises(StorageTrouble) as first:
        open_bill.record(store, amount=Money(200))
    assert first.value.code == "io" and not FAILING
    for act in (
        lambda: open_bill.record(store, amount=Money(300)),
        lambda: backups.restore(store, path=made.path),
    ):
        with pytest.raises(StorageTrouble) as caught:
            act()
        assert caught.value.code == "stopped"
        words = Catalogue(language)
        assert sentence(caught.value, words) and cure(caught.value, words)
    assert not database.checkpoint(store.engine)
    compose.close_store(store)
    again = signed(compose.open_store(base.name, wall=wall), "陈")
    assert open_bill.record(again, amount=Money(400)).net == 400 and verify.verify(again)[1] == []
    compose.close_store(again)


FSYNC = textwrap.dedent("""
    import ctypes, platform, struct, sys
    from storecrm import compose
    from storecrm.errors import StorageTrouble
    from storecrm.services.staff import accounts
    from storecrm.services.till import open_bill
    store = accounts.sign_in(compose.open_store(sys.argv[1]), name="王芳", pin="3864", till="t")
    open_bill.record(store, amount=100)
    # from here on the kernel answers fsync and fdatasync of this process with EIO
    first, second = {"x86_64": (74, 75), "aarch64": (82, 83)}[platform.machine()]
    rules = [(0x20, 0, 0, 0), (0x15, 2, 0, first), (0x15, 1, 0, second), (0x06, 0, 0, 0x7FFF0000), (0x06, 0, 0, 0x00050005)]
    body = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *rule) for rule in rules))
    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("rules", ctypes.c_void_p)]
    program = Program(len(rules), ctypes.addressof(body))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl.argtypes = [ctypes.c_int] + [ctypes.c_ulong] * 4
    if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, ctypes.addressof(program), 0, 0):
        sys.exit(77)
    for _ in range(3):
        try:
            open_bill.record(store, amount=200)
            print("acknowledged")
        except StorageTrouble as error:
            print(error.code)
    compose.close_store(store)
""")


@pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "prctl"),
    reason="the kernel is told to fail by a filter of Linux",
)
def test_a_real_failure_of_fsync_stops_the_writing(base):
    """The system itself says that it could not keep the log: nothing is acknowledged, and the
    second try is not made."""
    out = subprocess.run([sys.executable, "-c", FSYNC, base.name], capture_output=True, text=True)
    if out.returncode == 77:
        pytest.skip("no filter of system calls is allowed here")
    assert out.stdout.split() == ["io", "stopped", "stopped"], out


def older(tmp_path, version="0004"):
    place = tmp_path / "store.db"
    raw = driver.connect(str(place), isolation_level=None)
    raw.executescript((GOLDEN / f"store-{version}.sql").read_text("utf-8"))
    raw.execute(f"PRAGMA application_id = {migrate.APPLICATION_ID}")
    raw.close()
    return place


def test_an_older_store_is_not_upgraded_beside_an_open_window(tmp_path):
    """The window of the earlier version would write by its own rules into the new file; the window
    itself may upgrade."""
    place = older(tmp_path)
    with file_lock.exclusive(str(place), "window"):
        with pytest.raises(Conflict, match="upgrade_waits"):
            compose.open_store(str(place))
        raw = driver.connect(str(place))
        assert raw.execute("SELECT version_num FROM alembic_version").fetchone()[0] == "0004"
        raw.close()
        assert not backups.folder_of(str(place)).exists()
        compose.close_store(compose.open_store(str(place), window=True))
    [copy] = backups.folder_of(str(place)).glob("*.db")
    assert copy.name == f"before-{migrate.newest()}.db" and backups.verify(copy).ok


OPEN = "import sys; from storecrm import compose; compose.close_store(compose.open_store(sys.argv[1])); print('opened')"


def test_two_who_upgrade_at_once_make_one_copy(tmp_path):
    """The second finds the work done."""
    place = older(tmp_path, "0001")
    running = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN, str(place)], stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    said = [process.communicate()[0].strip() for process in running]
    # the upgrade takes the window's lock as well, so one may be told to come again
    assert "opened" in said
    assert [path.name for path in backups.folder_of(str(place)).glob("*.db")] == [
        f"before-{migrate.newest()}.db"
    ]


def test_who_had_an_older_store_open_writes_nothing_into_the_upgraded_one(tmp_path):
    """An upgrade begins a new life of the file."""
    place = older(tmp_path)
    engine = database.open_engine(str(place))
    with database.reading(engine) as session:
        session.connection()
    compose.close_store(compose.open_store(str(place)))
    with pytest.raises(StorageTrouble, match="store_replaced"), database.writing(engine):
        pass
    engine.dispose()


def test_an_upgrade_keeps_the_copy_of_another_store_in_the_same_folder(tmp_path):
    """Two stores of one stem share the folder: `a.db` and `a.sqlite`."""
    place = older(tmp_path)
    other = tmp_path / "store.sqlite"
    shutil.copyfile(place, other)
    for one in (place, other):
        compose.close_store(compose.open_store(str(one)))
    names = sorted(path.name for path in backups.folder_of(str(place)).glob("*.db"))
    assert names == [f"before-{migrate.newest()}-2.db", f"before-{migrate.newest()}.db"]


MAKE = textwrap.dedent("""
    import sys
    from storecrm import compose
    from storecrm.errors import Conflict
    from storecrm.services.store import ShopDetails
    sys.stdin.readline()
    try:
        compose.close_store(compose.create_store(sys.argv[1], shop=ShopDetails("S")))
        print("made")
    except Conflict as error:
        print(error.code)
""")


def test_of_two_who_make_a_store_at_one_place_one_does(tmp_path):
    """The other finds it there."""
    place = str(tmp_path / "store.db")
    running = [
        subprocess.Popen(
            [sys.executable, "-c", MAKE, place],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for process in running:
        process.stdin.write("\n")
        process.stdin.flush()
    assert sorted(process.communicate()[0].strip() for process in running) == [
        "made",
        "store_exists",
        "store_exists",
    ]


def test_a_store_whose_making_was_killed_is_made_anew(tmp_path):
    """Its tables stand there and no shop: there is no store yet, and nothing is in the way of
    one."""
    place = tmp_path / "store.db"
    engine = database.open_engine(str(place))
    migrate.upgrade(engine)
    engine.dispose()
    with pytest.raises(NotFound, match="store"):
        compose.open_store(str(place))
    made = compose.create_store(str(place), shop=ShopDetails(name="S"))
    assert compose.open_store(str(place)).shop.name == "S"
    compose.close_store(made)
    with pytest.raises(Conflict, match="store_exists"):
        compose.create_store(str(place), shop=ShopDetails(name="T"))


@pytest.mark.skipif(os.name == "nt", reason="rights of files are Unix")
@pytest.mark.parametrize(
    ("mode", "kept"), [(0o644, 0o600), (0o640, 0o600), (0o660, 0o660), (0o600, 0o600)]
)
def test_a_store_that_others_could_only_read_is_closed_to_them(template, tmp_path, mode, kept):
    """An earlier version's restore left it so; a store that several accounts write is theirs."""
    place = tmp_path / "store.db"
    shutil.copyfile(template, place)
    place.chmod(mode)
    base = compose.open_store(str(place))
    build.member(signed(base, "陈"))
    assert {
        path.stat().st_mode & 0o777
        for path in tmp_path.glob("store.db*")
        if not path.name.endswith("-lock")
    } == {kept}
    compose.close_store(base)


@pytest.mark.skipif(os.name == "nt", reason="rights of files are Unix")
def test_the_log_is_private_and_stays_so_when_it_turns(tmp_path):
    """An error may quote what a person typed."""
    file, logger = tmp_path / "logs" / "storecrm.log", logging.getLogger("storecrm")
    handlers, logger.handlers = logger.handlers, []
    before = os.umask(0)
    try:
        log.start(file).info("x" * 600_000)
        log.start(file).info("x" * 600_000)
        modes = {oct(path.stat().st_mode & 0o777) for path in file.parent.iterdir()}
    finally:
        os.umask(before)
        logger.handlers[0].close()
        logger.handlers = handlers
    assert modes == {"0o600"} and len(list(file.parent.iterdir())) == 2


def test_what_is_no_file_is_no_store(tmp_path):
    """A folder, a link to one, a link to nowhere: each said, nothing made."""
    (tmp_path / "folder").mkdir()
    build.link(tmp_path / "link", tmp_path / "folder")
    build.link(tmp_path / "nowhere", tmp_path / "none")
    for name, kind, code in (
        ("folder", StorageTrouble, "foreign_file"),
        ("link", StorageTrouble, "foreign_file"),
        ("nowhere", NotFound, "store"),
    ):
        with pytest.raises(kind, match=code):
            compose.open_store(str(tmp_path / name))
    assert {path.name for path in tmp_path.iterdir()} == {"folder", "link", "nowhere"} and list(
        (tmp_path / "folder").iterdir()
    ) == []


def test_a_command_that_did_its_work_says_so_though_the_log_could_not_be_folded(
    base, monkeypatch, capsys
):
    """What was committed stands in the log; the next opening folds it in."""
    for name, value in (
        ("STORECRM_STORE", base.name),
        ("STORECRM_STAFF", "陈"),
        ("STORECRM_PIN", PINS["陈"][1]),
        ("STORECRM_TILL", "till 1"),
    ):
        monkeypatch.setenv(name, value)

    @contextlib.contextmanager
    def failing(*_, writing=False):
        if writing:
            raise StorageTrouble("disk_full")
        yield

    with monkeypatch.context() as patched:
        patched.setattr(database, "checkpoint", database.checkpoint)
        trouble = database.trouble
        patched.setattr(
            database,
            "trouble",
            lambda engine, writing=False: (
                failing(writing=True) if ENDING else trouble(engine, writing=writing)
            ),
        )
        close = compose.close_store

        def closing(store):
            ENDING.append(True)
            close(store)

        patched.setattr(compose, "close_store", closing)
        assert cli.run(["--json", "member", "add", "--phone", "13800138000", "--name", "A"]) == 0
        ENDING.clear()
    assert '"ok": true' in capsys.readouterr().out


ENDING: list[bool] = []
