"""Every file that the program writes goes through one door."""

import json
import os
import stat
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import openpyxl
import pypdf
import pytest

from storecrm import paths
from storecrm.errors import BadInput, Conflict, NotPossible, StorageTrouble, StoreError
from storecrm.i18n import Catalogue
from storecrm.services import demo, files
from storecrm.services.backup import backups
from storecrm.services.exports import files as exporting
from storecrm.services.exports import templates
from storecrm.services.files import Target
from storecrm.services.printing import member_card, member_data_file
from storecrm.services.reports import month_workbook
from storecrm.wording.errors import cure, sentence
from tests import build

WORDS = Catalogue("en", "CNY")
posix = pytest.mark.skipif(os.name == "nt", reason="owners, links and devices of POSIX")


@pytest.fixture
def someone(manager, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return build.member(manager)


def card(store, file, **options):
    member_card.write(store, member="13800138000", file=Path(file), words=WORDS, **options)


def own_files(store) -> list[Path]:
    """The store and what lies with it."""
    live = Path(store.name)
    made = backups.create(store)
    Path(f"{live}.erased").write_text("x", "utf-8")
    beside = [
        Path(f"{live}{end}")
        for end in ("", "-wal", "-shm", "-journal", ".import-lock", ".window-lock", ".erased")
    ]
    return [
        *beside,
        made.path,
        made.path.with_suffix(".json"),
        made.path.parent / "new.pdf",
        paths.key_file(live),
        paths.settings_file(),
    ]


@pytest.mark.parametrize("overwrite", [False, True])
def test_nothing_is_written_over_what_belongs_to_the_store(owner, someone, overwrite):
    """A printed slip took the place of the shop's whole data; no confirmation makes that right."""
    owns = own_files(owner)
    before = {file: file.read_bytes() for file in owns if file.is_file()}
    for file in owns:
        file.parent.mkdir(parents=True, exist_ok=True)
        with pytest.raises(NotPossible) as refused:
            card(owner, file, overwrite=overwrite)
        assert refused.value.code == "own_file", file
    kept = {file: file.read_bytes() for file in before}
    assert {f: b for f, b in kept.items() if not f.name.endswith("-shm")} == {
        f: b for f, b in before.items() if not f.name.endswith("-shm")
    }


def test_no_other_spelling_reaches_the_store(owner, someone, tmp_path):
    """Second names, detours and other cases of letters are the same file, or would be on another
    disk."""
    hard = tmp_path / "hard.pdf"
    os.link(owner.name, hard)
    (tmp_path / "way").mkdir()
    for file in (
        hard,
        tmp_path / "way" / ".." / "store.db",
        tmp_path / "STORE.DB",
        tmp_path / "store.db. ",
    ):
        with pytest.raises(NotPossible) as refused:
            card(owner, file, overwrite=True)
        assert refused.value.code == "own_file", file
    assert hard.samefile(owner.name) and owner.engine.connect().close() is None


def test_no_link_reaches_the_store(owner, someone, tmp_path):
    """Neither one to it nor one to its folder."""
    soft, way = tmp_path / "soft.pdf", tmp_path / "way"
    build.link(soft, owner.name)
    build.link(way, tmp_path)
    for file in (soft, way / "store.db", tmp_path / "way" / ".." / tmp_path.name / "store.db"):
        with pytest.raises(NotPossible) as refused:
            card(owner, file, overwrite=True)
        assert refused.value.code == "own_file", file
    assert soft.is_symlink() and owner.engine.connect().close() is None


def test_another_shops_store_is_safe_too(owner, someone, tmp_path):
    """Two shops may live on one computer: plain stores are told by their first bytes, encrypted
    ones by their key."""
    plain, locked = tmp_path / "b" / "other.db", tmp_path / "b" / "locked"
    plain.parent.mkdir()
    plain.write_bytes(Path(owner.name).read_bytes())
    locked.write_bytes(b"\x01" * 5000)
    paths.key_file(locked).parent.mkdir(parents=True, exist_ok=True)
    paths.key_file(locked).write_text("0" * 64, "ascii")
    for file in (plain, plain.with_name("other.db-wal"), locked, locked.with_name("locked-wal")):
        with pytest.raises(NotPossible) as refused:
            card(owner, file, overwrite=True)
        assert refused.value.code == "own_file", file


@posix
def test_only_plain_files_are_written(owner, someone, tmp_path):
    """A device swallows, a pipe waits for ever, a link leads out of the folder that was named."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "empty").symlink_to(tmp_path / "elsewhere.pdf")
    for file in (
        "/dev/null",
        "/dev/full",
        "/dev/stdout",
        tmp_path / "pipe",
        tmp_path,
        tmp_path / "empty",
        tmp_path / "..",
    ):
        with pytest.raises(NotPossible) as refused:
            card(owner, file, overwrite=True)
        assert refused.value.code == "not_plain_file", file
    assert not (tmp_path / "elsewhere.pdf").exists()


def writers(owner):
    """One of each form of file, written by what writes it."""
    day = owner.clock.today()
    return {
        "card.pdf": lambda file, **o: card(owner, file, **o),
        "report.xlsx": lambda file, **o: month_workbook.write(
            owner, first=day, last=day, file=file, words=WORDS, **o
        ),
        "members.csv": lambda file, **o: exporting.export(
            owner, kind="members", file=file, words=WORDS, **o
        ),
        "members.xlsx": lambda file, **o: exporting.export(
            owner, kind="members", file=file, words=WORDS, **o
        ),
        "form.xlsx": lambda file, **o: templates.template(
            kind="members", file=file, words=WORDS, store=owner.name, **o
        ),
        "data.json": lambda file, **o: member_data_file.write(
            owner, member="13800138000", file=file, words=WORDS, **o
        ),
    }


def test_the_same_kind_is_written_anew_and_nothing_else(owner, someone, tmp_path):
    """A script writes its report every month; a letter of the same name is not its report."""
    for name, write in writers(owner).items():
        file = tmp_path / name
        write(file)
        first = file.read_bytes()
        write(file)
        assert file.read_bytes()[:20] == first[:20]
        file.write_bytes(b"a letter")
        with pytest.raises(Conflict) as refused:
            write(file)
        assert refused.value.code == "file_exists" and file.read_bytes() == b"a letter"
        write(file, overwrite=True)
        assert file.read_bytes()[:20] == first[:20]
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []


def test_another_kind_of_ours_is_not_written_over(owner, someone, tmp_path):
    """A report in the place of the member list would be a loss too."""
    wrote = writers(owner)
    for name, other in (
        ("card.pdf", None),
        ("report.xlsx", "members.xlsx"),
        ("members.xlsx", "form.xlsx"),
    ):
        file = tmp_path / name
        wrote[name](file)
        with pytest.raises(Conflict):
            if other:
                wrote[other](file)
            else:
                member_data_file.write(owner, member="13800138000", file=file, words=WORDS)


def test_a_form_that_somebody_filled_in_is_not_ours_any_more(owner, someone, tmp_path):
    """Asking for the empty form again would throw a day of typing away."""
    file = tmp_path / "form.xlsx"
    write = writers(owner)["form.xlsx"]
    write(file)
    book = openpyxl.load_workbook(file)
    book.active["A2"] = "filled in"
    time.sleep(1.1)
    book.save(file)
    with pytest.raises(Conflict):
        write(file)
    paper = tmp_path / "card.pdf"
    card(owner, paper)
    with paper.open("ab") as more:
        more.write(b"\n9 0 obj\n<<>>\nendobj\nstartxref\n0\n%%EOF\n")
    with pytest.raises(Conflict):
        card(owner, paper)


@posix
def test_papers_are_for_their_owners_eyes(owner, someone, tmp_path):
    """Phones and codes stand in them; an empty form is nobody's secret."""
    for name, write in writers(owner).items():
        write(tmp_path / name)
        mode = stat.S_IMODE((tmp_path / name).stat().st_mode)
        assert mode == (0o600 if name != "form.xlsx" else 0o666 & ~_umask()), name


def _umask() -> int:
    now = os.umask(0)
    os.umask(now)
    return now


def test_a_link_laid_in_the_way_is_not_followed(owner, someone, tmp_path):
    """Somebody who can write into the folder guesses the name of the half-written file."""
    victim = tmp_path / "victim"
    victim.write_text("kept", "utf-8")
    build.link(tmp_path / "card.pdf.part", victim)
    card(owner, tmp_path / "card.pdf")
    assert victim.read_text("utf-8") == "kept" and (tmp_path / "card.pdf").read_bytes().startswith(
        b"%PDF"
    )


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("x" * 300 + ".pdf", "name_too_long"),
        ("没有/x.pdf", "folder_missing"),
        ("字" * (120 if os.name == "posix" else 256) + ".pdf", "name_too_long"),
    ],
)
def test_a_place_that_cannot_be_written_is_named_with_a_way_out(
    owner, someone, tmp_path, name, code
):
    """A long name ended in a bug report."""
    with pytest.raises(StorageTrouble) as refused:
        card(owner, tmp_path / name)
    assert refused.value.code == code
    for language in ("en", "zh_CN"):
        assert sentence(refused.value, Catalogue(language)) and cure(
            refused.value, Catalogue(language)
        )


@posix
@pytest.mark.skipif(os.name != "nt" and os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_rights_is_said(owner, someone, tmp_path):
    """Nobody can do anything about a PermissionError."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    with pytest.raises(StorageTrouble) as refused:
        card(owner, closed / "x.pdf")
    assert refused.value.code == "cannot_write"


@pytest.mark.skipif(
    sys.platform != "linux", reason="a limit of the file's size stands for the full disk"
)
def test_a_full_disk_leaves_the_old_file_and_no_half_one(owner, someone, tmp_path):
    """The month's report must not be gone because the new one did not fit."""
    import resource
    import signal

    file = tmp_path / "card.pdf"
    card(owner, file)
    before, kept = file.read_bytes(), resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, kept[1]))
        with (
            pytest.raises(StorageTrouble) as refused,
            files.whole(Target(file, "member card", owner.name)) as part,
        ):
            part.write_bytes(b"x" * 10_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, kept)
        signal.signal(signal.SIGXFSZ, handler)
    assert refused.value.code == "disk_full" and file.read_bytes() == before
    assert not list(tmp_path.glob(".storecrm-*"))


def test_half_written_files_of_the_killed_are_swept(owner, someone, tmp_path):
    """A kill in mid-writing leaves a file with codes under a name that nobody looks for."""
    old, young, foreign = (tmp_path / f".storecrm-{letter * 12}.part" for letter in "abc")
    for file in (old, young):
        file.write_bytes(b"codes")
    foreign = tmp_path / ".storecrm-notes.part"
    foreign.write_bytes(b"mine")
    os.utime(old, (1, 1))
    os.utime(foreign, (1, 1))
    card(owner, tmp_path / "card.pdf")
    assert (old.exists(), young.exists(), foreign.exists()) == (False, True, True)


def test_marks_are_what_readers_see(owner, someone, tmp_path):
    """The mark is in the place that each form has for it; other programs open the files as
    before."""
    for name, write in writers(owner).items():
        write(tmp_path / name)
    about = pypdf.PdfReader(tmp_path / "card.pdf").metadata
    assert about is not None and about.subject == "storecrm: member card"
    assert (
        openpyxl.load_workbook(tmp_path / "members.xlsx").properties.category
        == "storecrm: export members"
    )
    assert zipfile.ZipFile(tmp_path / "form.xlsx").testzip() is None
    assert next(iter(json.loads((tmp_path / "data.json").read_text("utf-8")))) == "document"


def test_a_tour_takes_no_real_shops_place(owner, tmp_path):
    """`demo` into the folder of a shop removed the shop."""
    live = Path(owner.name)
    real = tmp_path / "real"
    real.mkdir()
    (real / "store.db").write_bytes(b"\x07" * 9000)
    for folder in (real,):
        before = (folder / "store.db").read_bytes()
        with pytest.raises(BadInput) as refused:
            demo.tour(folder, count=50, seed=1, words=WORDS, create=_never, close=_never)
        assert (
            refused.value.code == "output_not_empty"
            and (folder / "store.db").read_bytes() == before
        )
    assert live.exists()
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "report.xlsx").write_bytes(b"mine")
    with pytest.raises(StoreError):
        demo.tour(tmp_path / "papers", count=50, seed=1, words=WORDS, create=_never, close=_never)
    assert (tmp_path / "papers" / "report.xlsx").read_bytes() == b"mine"


def _never(*_args, **_options):
    raise AssertionError("nothing may be made")


# --- temporary folders ---

HOLD = "import sys; sys.path[:0] = [{root!r}]; from storecrm.services import files; print(files.temporary('preview'), flush=True); {then}"
ROOT = str(Path(__file__).resolve().parents[2])


def _child(tmp_path: Path, then: str) -> subprocess.Popen:
    code = HOLD.format(root=ROOT, then=then)
    return subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"TMPDIR": str(tmp_path)},
    )


def test_temporary_folders_end_with_the_program(tmp_path):
    """A batch's codes stood in the temporary folder for ever."""
    with _child(tmp_path, "pass") as child:
        folder = Path(child.stdout.readline().strip())
    assert folder.parent.parent == tmp_path and list(tmp_path.glob("storecrm-*")) == []


def test_temporary_folders_of_the_killed_are_swept_and_no_others(tmp_path, monkeypatch):
    """After a power cut the next start tidies up; a program that runs beside keeps its own."""
    killed, running = (
        _child(tmp_path, "import time; time.sleep(60)"),
        _child(tmp_path, "import time; time.sleep(60)"),
    )
    try:
        left, used = (Path(child.stdout.readline().strip()) for child in (killed, running))
        # where the system knows no such rights the temporary folder is the user's alone
        assert os.name == "nt" or {
            stat.S_IMODE(folder.stat().st_mode) for folder in (left, left.parent)
        } == {0o700}
        killed.kill()
        killed.wait()
        former = tmp_path / "storecrm-preview-abc"
        former.mkdir()
        os.utime(former, (1, 1))
        foreign = tmp_path / "storecrm-notes"
        foreign.mkdir()
        os.utime(foreign, (1, 1))
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
        files.sweep_temporary()
        assert (left.parent.exists(), used.parent.exists(), former.exists(), foreign.exists()) == (
            False,
            True,
            False,
            True,
        )
    finally:
        for child in (killed, running):
            child.kill()
            child.wait()
            child.stdout.close()
