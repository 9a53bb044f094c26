"""A child process runs this program's code and nobody else's."""

import ast
import sys
from pathlib import Path

import pytest

from storecrm.services import children
from storecrm.services.imports import reader

ROOT = Path(__file__).resolve().parents[2]
TRAP = "open({spot!r}, 'a').write('ran '); raise SystemExit(3)"


@pytest.fixture
def trapped(tmp_path, monkeypatch):
    """A folder full of modules that leave a trace, in the current folder and on every path that
    Python can be told."""
    spot, folder = tmp_path / "spot", tmp_path / "traps"
    folder.mkdir()
    for name in (
        "storecrm",
        "json",
        "csv",
        "struct",
        "marshal",
        "python_calamine",
        "sitecustomize",
        "usercustomize",
        "encodings",
    ):
        (folder / f"{name}.py").write_text(TRAP.format(spot=str(spot)), "utf-8")
    monkeypatch.chdir(folder)
    for name in ("PYTHONPATH", "PYTHONHOME", "PYTHONUSERBASE", "PYTHONSTARTUP"):
        monkeypatch.setenv(
            name, str(folder / "json.py") if name == "PYTHONSTARTUP" else str(folder)
        )
    return spot


def test_the_reader_runs_no_code_of_the_current_folder(trapped, tmp_path):
    """Whoever could put a file beside a list ran code with the owner's rights."""
    for name, text in (("a.csv", "phone\n13800138000\n"),):
        (tmp_path / name).write_text(text, "utf-8")
        with reader.rows_of(tmp_path / name) as frames:
            assert list(frames) == [[["phone"], ["13800138000"]]]
    assert not trapped.exists()


def test_a_relative_name_is_still_found(trapped, tmp_path):
    """The child stands elsewhere; the file is where the person stands."""
    (tmp_path / "traps" / "here.csv").write_text("phone\n1\n", "utf-8")
    with reader.rows_of(Path("here.csv")) as frames:
        assert list(frames) == [[["phone"], ["1"]]]
    with reader.rows_of(Path("../traps/here.csv")) as frames:
        assert len(list(frames)) == 1


def test_workbooks_are_read_by_the_same_library(trapped, tmp_path):
    """The libraries come last on the child's path, and from where the program has them."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(tmp_path / "b.xlsx")) as book:
        book.add_worksheet().write_string(0, 0, "phone")
    with reader.rows_of(tmp_path / "b.xlsx") as frames:
        assert list(frames) == [[["phone"]]]
    assert not trapped.exists()


def test_a_child_is_given_little_to_know(monkeypatch):
    """The PIN of the person who acts stands in the environment."""
    monkeypatch.setenv("STORECRM_PIN", "860274")
    monkeypatch.setenv("PGPASSWORD", "x")
    seen = {}

    class Child:
        stdout = sys.stdin

        def __init__(self, command, **options):
            seen.update(options, command=command)

        def kill(self):
            raise KeyError

    monkeypatch.setattr("subprocess.Popen", Child)
    with pytest.raises(KeyError), children.running("m", ["x"]):
        pass
    assert set(seen["env"]) <= {"SYSTEMROOT", "WINDIR", "TEMP", "TMP", "TMPDIR"}
    assert seen["command"][1] == "-I" and seen["cwd"] == ROOT / "storecrm"


def test_every_child_is_started_in_one_place():
    """A second way to start one would forget half of it. Sounds are played by the system's own
    player."""
    found = set()
    for path in (ROOT / "storecrm").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, (ast.Import, ast.ImportFrom))
                else []
            )
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if {"subprocess", "multiprocessing", "QProcess"} & set(names) or called.startswith(
                ("os.system", "os.popen", "os.exec", "os.spawn", "pty.")
            ):
                found.add(path.relative_to(ROOT / "storecrm").as_posix())
    assert found == {"services/children.py", "ui/kit/sounds.py"}
