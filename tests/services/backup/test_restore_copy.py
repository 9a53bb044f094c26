"""A backup takes the store's place as one step: no acknowledged sale is lost from disk, whatever
runs beside it or dies in it."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as driver
from sqlalchemy import select, text

from storecrm import compose
from storecrm.errors import Conflict, NotFound, StorageTrouble
from storecrm.models import database
from storecrm.models.database import copies as file_copies
from storecrm.models.sale import Sale
from storecrm.services import file_lock
from storecrm.services.backup import backups, copies, restore_copy
from storecrm.services.integrity import verify
from storecrm.services.members import registry
from storecrm.services.staff import accounts
from storecrm.services.till import open_bill
from storecrm.values import Money, Role
from tests import build
from tests.conftest import PINS, signed
from tests.models.test_migrations import GOLDEN

# sells, says what was acknowledged, and opens the store anew when it was replaced; ends when its
# file to stop stands there
SELLER = textwrap.dedent("""
    import sys
    from pathlib import Path
    from storecrm import compose
    from storecrm.errors import StorageTrouble
    from storecrm.services.staff import accounts
    from storecrm.services.store import new_request
    from storecrm.services.till import open_bill
    name, till, stop, stays = sys.argv[1], sys.argv[2], Path(sys.argv[3]), sys.argv[4] == "stays"
    opened = lambda: accounts.sign_in(compose.open_store(name), name="王芳", pin="3864", till=till)
    store, refused = opened(), set()
    print("ready", flush=True)
    while not stop.exists():
        request = new_request()
        try:
            open_bill.record(store, amount=100, request_no=request)
            print("sold", request, flush=True)
        except StorageTrouble as error:
            print("refused", error.code, flush=True)
        else:
            if stays:
                continue
        compose.close_store(store)
        while True:
            try:
                store = opened()
                break
            except StorageTrouble as error:
                print("refused", error.code, flush=True)
    compose.close_store(store)
""")


def requests_in(path, key=""):
    """The request numbers of all sales that a file holds."""
    engine = database.open_engine(str(path), key, sealed=True)
    try:
        with database.reading(engine) as session:
            return set(session.scalars(select(Sale.request_no)))
    finally:
        engine.dispose()


def reopened(base, wall):
    return signed(compose.open_store(base.name, wall=wall), "陈")


@pytest.mark.parametrize("rounds", [20])
def test_restores_beside_two_sellers_lose_no_acknowledged_sale(base, wall, tmp_path, rounds):
    """Sales of after the backup cannot be in it: each stands in the store or whole in a copy of
    before a restore, and who sold on was told to open the store anew."""
    compose.close_store(base)
    owner = accounts.sign_in(
        compose.open_store(base.name), name="陈", pin=PINS["陈"][1], till="office"
    )
    made, stop = backups.create(owner), tmp_path / "stop"
    command = [sys.executable, "-c", SELLER, base.name]
    sellers = [
        subprocess.Popen([*command, f"till {n}", str(stop), how], stdout=subprocess.PIPE, text=True)
        for n, how in enumerate(("stays", "comes"))
    ]
    for seller in sellers:
        assert seller.stdout.readline() == "ready\n"
    saved = []
    for _ in range(rounds):
        done = backups.restore(owner, path=made.path)
        saved.append(done.saved)
        compose.close_store(owner)
        owner = accounts.sign_in(
            compose.open_store(base.name), name="陈", pin=PINS["陈"][1], till="office"
        )
    stop.touch()
    said = [line.split() for seller in sellers for line in seller.communicate()[0].splitlines()]
    sold = {word for kind, word in said if kind == "sold"}
    codes = {word for kind, word in said if kind == "refused"}
    assert verify.verify(owner)[1] == []
    compose.close_store(owner)
    kept = requests_in(base.name).union(*(requests_in(path) for path in saved))
    assert len(set(saved)) == rounds and sold and sold <= kept
    assert "store_replaced" in codes and codes <= {"store_replaced", "busy"}


def test_who_had_the_store_open_writes_nothing_more_into_it(base, owner, cashier, wall):
    """Numbers that a program remembers may be somebody else's now; the refusal says what to do, and
    a new opening works."""
    made = backups.create(owner)
    other = signed(compose.open_store(base.name, wall=wall), "王芳", "till 2")
    open_bill.record(other, amount=Money(100))
    backups.restore(owner, path=made.path)
    for who in (other, cashier):
        with pytest.raises(StorageTrouble, match="store_replaced"):
            open_bill.record(who, amount=Money(100))
    compose.close_store(other)
    again = signed(compose.open_store(base.name, wall=wall), "王芳", "till 2")
    assert open_bill.record(again, amount=Money(100)).net == 100
    compose.close_store(again)


def test_nobody_writes_between_the_copy_and_the_change(base, owner, monkeypatch):
    """The write lock is held when the present state is copied, so nothing can be acknowledged that
    neither copy nor store holds."""
    made, tried = backups.create(owner), []
    fill = copies.fill

    def watched(engine, copy, facts, **more):
        other = driver.connect(base.name, isolation_level=None)
        other.execute("PRAGMA busy_timeout=50")
        with contextlib.closing(other), pytest.raises(driver.OperationalError, match="locked"):
            tried.append(copy)
            other.execute("BEGIN IMMEDIATE")
        return fill(engine, copy, facts, **more)

    monkeypatch.setattr(copies, "fill", watched)
    done = backups.restore(owner, path=made.path)
    assert tried == [done.saved] and done.saved.is_file()


def test_a_restore_that_finds_no_gap_leaves_everything_as_it_was(base, owner, monkeypatch, wall):
    """Somebody holds the lock longer than we wait: said so, nothing kept, nothing left."""
    made = backups.create(owner)
    build.member(owner)
    before = set(backups.folder_of(base.name).iterdir())
    holder = driver.connect(base.name, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    monkeypatch.setattr(file_copies, "WAITS", 5)
    with pytest.raises(StorageTrouble, match="busy"):
        backups.restore(owner, path=made.path)
    holder.execute("ROLLBACK")
    holder.close()
    assert registry.count(owner) == 1 and not restore_copy.place_of(base.name).exists()
    assert set(backups.folder_of(base.name).iterdir()) == before
    build.member(owner, "13900139000")


def test_a_restore_broken_off_after_it_was_done_keeps_the_copy_of_before(
    base, owner, monkeypatch, wall
):
    """The last sales stand there alone."""
    made = backups.create(owner)
    build.member(owner)
    replace = database.replace_content

    def broken_off(engine, source, *, first):
        replace(engine, source, first=first)
        raise KeyboardInterrupt

    monkeypatch.setattr(database, "replace_content", broken_off)
    with pytest.raises(KeyboardInterrupt):
        backups.restore(owner, path=made.path)
    [saved] = backups.folder_of(base.name).glob("*-before-restore.db")
    assert copies.manifest_of(saved)["counts"]["members"] == 1
    again = reopened(base, wall)
    assert registry.count(again) == 0
    compose.close_store(again)


# kills itself at the n-th line that the rooms of backup run, in a fork for each n; prints how many
# lines there were
KILLED = textwrap.dedent("""
    import os, shutil, signal, sys
    from pathlib import Path
    from storecrm import compose
    from storecrm.models import database, migrate
    from storecrm.services.backup import backups, copies, restore_copy
    from storecrm.services.members import erased_list
    from storecrm.services.staff import accounts
    below = [module for name, module in sys.modules.items() if name.startswith(database.__name__)]
    rooms = {module.__file__ for module in (backups, copies, erased_list, restore_copy, *below)}
    act, folder, points = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    # what this machine keeps apart from the store goes the way of the folder
    os.environ.update(dict.fromkeys(("XDG_CONFIG_HOME", "XDG_DATA_HOME"), str(folder / "machine")))

    def run(at):
        lines = 0
        def inside(frame, event, _):
            nonlocal lines
            lines += event == "line"
            if lines == at:
                os.kill(os.getpid(), signal.SIGKILL)
            return inside
        trace = lambda frame, event, arg: inside if frame.f_code.co_filename in rooms else None
        if act == "upgrade":
            sys.settrace(trace)
        base = compose.open_store(str(folder / "store.db"))
        owner = accounts.sign_in(base, name="陈", pin="860274", till="till 1")
        sys.settrace(trace)
        if act == "upgrade":
            pass
        elif act == "restore":
            [made] = [b.path for b in backups.listed(owner) if "restore" not in b.path.name and b.counts["members"] == 1]
            backups.restore(owner, path=made)
        else:
            backups.create(owner)
        sys.settrace(None)
        return lines

    def forked(at, report=None):
        child = os.fork()
        if child:
            return os.waitpid(child, 0)[1]
        count = run(at)
        if report:
            report.write_text(str(count))
        os._exit(0)

    whole = folder.parent / "whole"
    shutil.copytree(folder, whole)
    assert forked(0, folder.parent / "count") == 0
    total = int((folder.parent / "count").read_text())
    # all along the way, and at each of the last steps
    for at in sorted({1 + n * (total - 1) // points for n in range(points)} | {total - 3 * n for n in range(4)}):
        shutil.rmtree(folder)
        shutil.copytree(whole, folder)
        assert os.waitstatus_to_exitcode(forked(at)) in (-signal.SIGKILL, 0)
        left = folder.parent / f"left-{at:06d}"
        shutil.copytree(folder, left)
    print(total)
""")


def left_by(tmp_path, act, folder, points):
    """The folders that kills all along an act left, each in the place of the shop's own."""
    out = subprocess.run(
        [sys.executable, "-c", KILLED, act, str(folder), str(points)],
        capture_output=True,
        text=True,
    )
    assert out.returncode == 0 and int(out.stdout) > 100, out.stderr
    for left in sorted(tmp_path.glob("left-*")):
        shutil.rmtree(folder)
        left.rename(folder)
        yield folder


def is_tidy(folder):
    """Every copy has its manifest, every manifest its copy, and nothing half made lies there."""
    names = {path.name for path in (folder / "store-backups").iterdir()}
    copied = {Path(name).stem for name in names if name.endswith(".db")}
    described = {Path(name).stem for name in names if name.endswith(".json")}
    return copied == described and not [
        name for name in names if not name.endswith((".db", ".json"))
    ]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a process is forked for each kill")
def test_a_kill_at_any_step_of_an_upgrade_leaves_the_old_or_the_new(tmp_path, monkeypatch):
    """The next opening makes it the new one; the copy of before is whole each time it was made."""
    folder = tmp_path / "shop"
    folder.mkdir()
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(folder / "machine"))
    raw = driver.connect(str(folder / "store.db"), isolation_level=None)
    raw.executescript((GOLDEN / "store-0005.sql").read_text("utf-8"))
    raw.execute("PRAGMA application_id = 0x53435231")
    raw.close()
    for left in left_by(tmp_path, "upgrade", folder, 5):
        owner = signed(compose.open_store(str(left / "store.db")), "陈")
        assert verify.verify(owner)[1] == []
        backups.create(owner)
        compose.close_store(owner)
        assert is_tidy(left)
        for copy in (left / "store-backups").glob("*.db"):
            assert backups.verify(copy).counts["members"] > 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a process is forked for each kill")
@pytest.mark.parametrize("act", ["restore", "backup"])
def test_a_kill_at_any_step_leaves_the_old_or_the_new_and_blocks_nothing(
    template, tmp_path, act, monkeypatch
):
    """The store opens with the members of before or of the backup, its books hold; the next restore
    and backup work, and of what the killed one left nothing stays."""
    folder = tmp_path / "shop"
    folder.mkdir()
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(folder / "machine"))
    shutil.copyfile(template, folder / "store.db")
    owner = signed(compose.open_store(str(folder / "store.db")), "陈")
    build.member(owner)
    made = backups.create(owner).path
    for file in (made, copies.manifest_file(made)):
        shutil.copyfile(file, tmp_path / f"kept{file.suffix}")
    build.member(owner, "13900139000")
    compose.close_store(owner)
    seen = set()
    for left in left_by(tmp_path, act, folder, 10):
        again = signed(compose.open_store(str(left / "store.db")), "陈")
        seen.add(registry.count(again))
        assert verify.verify(again)[1] == [] and not restore_copy.place_of(again.name).exists()
        backups.restore(again, path=tmp_path / "kept.db")
        compose.close_store(again)
        again = signed(compose.open_store(str(left / "store.db")), "陈")
        backups.create(again)
        compose.close_store(again)
        assert is_tidy(left)
    assert seen == ({1, 2} if act == "restore" else {2})


def test_what_somebody_restores_just_now_is_not_taken_for_a_leftover(base, owner, wall):
    """Whoever holds the lock is alive."""
    ready = restore_copy.place_of(base.name)
    ready.write_bytes(b"half")
    with file_lock.exclusive(base.name, "copy"):
        compose.close_store(compose.open_store(base.name, wall=wall))
        assert ready.exists()
    compose.close_store(compose.open_store(base.name, wall=wall))
    assert not ready.exists()


def test_a_store_younger_than_till_and_person_is_restored_and_says_so(base, owner, wall):
    """The trail of the copy knows the till by its name; a person it never saw is nobody in it."""
    made = backups.create(owner)
    accounts.add(owner, name="新", role=Role.OWNER, pin="719246")
    young = accounts.sign_in(base, name="新", pin="719246", till="till 9")
    done = backups.restore(young, path=made.path)
    again = reopened(base, wall)
    with again.read() as session:
        [row] = session.execute(
            text(
                "SELECT a.staff_id, t.name, a.facts FROM audit a JOIN till t ON t.id = a.till_id WHERE a.action = 'restored'"
            )
        ).all()
    assert (row.staff_id, row.name) == (None, "till 9") and json.loads(row.facts)[
        "saved"
    ] == done.saved.name
    assert (
        "新" not in [person.name for person in accounts.listed(again)]
        and verify.verify(again)[1] == []
    )
    compose.close_store(again)


def test_a_copy_without_a_manifest_is_taken_only_when_a_person_says_so(base, owner, wall, tmp_path):
    """Nobody can tell whether it is as it was made; with a wrong manifest it is not taken at
    all."""
    made, alone = backups.create(owner), tmp_path / "alone.db"
    shutil.copyfile(made.path, alone)
    with pytest.raises(StorageTrouble, match="manifest_missing"):
        backups.restore(owner, path=alone)
    with pytest.raises(StorageTrouble, match="manifest_missing"):
        backups.bring_back(alone, name=str(tmp_path / "new" / "s.db"))
    for wrong in ("{", "[]", '{"sha256": 5}', "[" * 9000):
        copies.manifest_file(alone).write_text(wrong, "utf-8")
        with pytest.raises(StorageTrouble, match="manifest_missing"):
            backups.restore(owner, path=alone)
    copies.manifest_file(alone).write_text(json.dumps({"sha256": "0" * 64}), "utf-8")
    with pytest.raises(StorageTrouble, match="backup_damaged"):
        backups.restore(owner, path=alone, force=True)
    copies.manifest_file(alone).unlink()
    assert (
        backups.bring_back(alone, name=str(tmp_path / "new" / "s.db"), force=True).counts
        == made.counts
    )
    backups.restore(owner, path=alone, force=True)
    compose.close_store(reopened(base, wall))


@pytest.mark.parametrize(
    "harm",
    ["DROP TABLE stamp_entry", "ALTER TABLE point_lot DROP COLUMN valid_from", "DROP TABLE rule"],
)
def test_a_copy_that_lacks_a_table_is_refused_though_forced(base, owner, tmp_path, harm):
    """It would open, and fail at the first bill that needs it."""
    made = backups.create(owner)
    alone = tmp_path / "alone.db"
    shutil.copyfile(made.path, alone)
    raw = driver.connect(str(alone), isolation_level=None)
    if "COLUMN" in harm:
        [harm] = [
            f"ALTER TABLE rule DROP COLUMN {name}"
            for _, name, *_ in raw.execute("PRAGMA table_info(rule)")
            if name == "value"
        ]
    raw.execute(harm)
    raw.close()
    for act in (
        lambda: backups.restore(owner, path=alone, force=True),
        lambda: backups.verify(alone),
    ):
        with pytest.raises(StorageTrouble, match="backup_incomplete"):
            act()
    with pytest.raises(StorageTrouble, match="backup_incomplete"):
        backups.bring_back(alone, name=str(tmp_path / "new" / "s.db"), force=True)
    assert list((tmp_path / "new").iterdir()) == [tmp_path / "new" / "s.db.copy-lock"]


def test_an_older_versions_copy_is_looked_over_and_restored_as_this_one(tmp_path):
    """What it lacks is judged by its own version."""
    old = tmp_path / "old.db"
    raw = driver.connect(str(old), isolation_level=None)
    raw.executescript((GOLDEN / "store-0004.sql").read_text("utf-8"))
    raw.execute("PRAGMA application_id = 0x53435231")
    raw.close()
    before = old.read_bytes()
    assert backups.verify(old).counts["members"] > 0
    with pytest.raises(StorageTrouble, match="manifest_missing"):
        backups.bring_back(old, name=str(tmp_path / "store.db"))
    backups.bring_back(old, name=str(tmp_path / "store.db"), force=True)
    owner = signed(compose.open_store(str(tmp_path / "store.db")), "陈")
    assert verify.verify(owner)[1] == [] and old.read_bytes() == before
    backups.create(owner)
    backups.restore(owner, path=old, force=True)
    compose.close_store(owner)
    owner = signed(compose.open_store(str(tmp_path / "store.db")), "陈")
    assert verify.verify(owner)[1] == []
    compose.close_store(owner)


@contextlib.contextmanager
def unwritable(folder):
    """A folder that takes nothing: by its rights, or as a mount where the user may write
    everywhere."""
    if os.geteuid():
        folder.chmod(0o555)
        yield
        folder.chmod(0o755)
        return
    if subprocess.run(["mount", "--bind", folder, folder], capture_output=True).returncode:
        pytest.skip("neither rights nor a mount make a folder read-only here")
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


@pytest.mark.skipif(sys.platform != "linux", reason="mounts and rights of Linux")
def test_a_backup_on_a_medium_that_takes_nothing_is_looked_over_and_restored(
    base, owner, wall, tmp_path
):
    """A disc or a locked stick: nothing is written there, and a backup to it is refused in the
    right word."""
    made, medium = backups.create(owner), tmp_path / "medium"
    medium.mkdir()
    for file in (made.path, copies.manifest_file(made.path)):
        shutil.copyfile(file, medium / file.name)
    build.member(owner)
    with unwritable(medium):
        file = medium / made.path.name
        assert backups.verify(file).counts["members"] == 0
        with pytest.raises(StorageTrouble, match="read_only"):
            backups.create(owner, to=medium)
        backups.bring_back(file, name=str(tmp_path / "new" / "s.db"))
        backups.restore(owner, path=file)
        assert len(list(medium.iterdir())) == 2
    again = reopened(base, wall)
    assert registry.count(again) == 0
    compose.close_store(again)


def test_a_backup_that_is_not_there_is_named(owner, tmp_path):
    """Before anything is locked or made."""
    for act in (
        lambda path: backups.restore(owner, path=path),
        lambda path: backups.bring_back(path, name=str(tmp_path / "n.db")),
    ):
        for path in (tmp_path / "none.db", tmp_path):
            with pytest.raises(NotFound, match="backup"):
                act(path)


def test_a_damaged_store_is_kept_as_it_is_when_a_backup_takes_its_place(base, owner, wall):
    """Restoring is the cure for damage, so damage does not stop it; the copy of before says what it
    is."""
    made = backups.create(owner)
    database.checkpoint(owner.engine, empty=True)
    whole = Path(base.name).read_bytes()
    owner.engine.dispose()
    raw = driver.connect(base.name, isolation_level=None)
    page = raw.execute(
        "SELECT rootpage FROM sqlite_master WHERE name = 'ix_stamp_entry_member'"
    ).fetchone()[0]
    raw.close()
    Path(base.name).write_bytes(whole[: (page - 1) * 4096] + b"\xff" * 4096 + whole[page * 4096 :])
    done = backups.restore(owner, path=made.path)
    assert copies.manifest_of(done.saved)["damaged"] is True
    again = reopened(base, wall)
    assert verify.verify(again)[1] == []
    compose.close_store(again)


def damaged(path):
    """A store whose list of tables is unreadable; returns its bytes."""
    whole = Path(path).read_bytes()
    Path(path).write_bytes(whole[:100] + b"\xff" * 3996 + whole[4096:])
    return Path(path).read_bytes()


def test_a_store_that_does_not_open_any_more_gives_way_to_a_backup(base, owner, wall):
    """The cure that is named works; the damaged file is kept, for the last sales may be saved from
    it."""
    made = backups.create(owner)
    build.member(owner)
    compose.close_store(base)
    was = damaged(base.name)
    with pytest.raises(StorageTrouble, match="damaged"):
        compose.open_store(base.name)
    done = backups.bring_back(made.path, name=base.name)
    again = reopened(base, wall)
    assert registry.count(again) == 0 and done.saved.read_bytes() == was
    compose.close_store(again)
    with pytest.raises(Conflict, match="store_exists"):
        backups.bring_back(made.path, name=base.name)
