"""The floor plan is a test."""

import ast
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

from storecrm.services import rights

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted((ROOT / "storecrm").rglob("*.py"))


def test_the_floors_hold():
    """import-linter's contracts: directions, no circles, Qt upstairs only."""
    # its script lies elsewhere on Windows
    call = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", call], cwd=ROOT, capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stdout[-3000:]


ROOM = re.compile(r"^(\w+): \S.*", re.M)
NAMED_BY_NUMBER = "models/migrations/versions"


def _rooms(package: Path) -> set[str]:
    """Modules and packages that lie in `package`."""
    modules = {path.stem for path in package.glob("*.py")}
    packages = {path.parent.name for path in package.glob("*/__init__.py")}
    return (modules | packages) - {"__init__", "__main__"}


@pytest.mark.parametrize(
    "package",
    [
        path.parent.relative_to(ROOT / "storecrm").as_posix()
        for path in SOURCES
        if path.name == "__init__.py" and not path.parent.as_posix().endswith(NAMED_BY_NUMBER)
    ],
)
def test_a_package_names_each_of_its_rooms(package):
    """Its docstring is the map by which a room is found; a room that is gone leads astray."""
    folder = ROOT / "storecrm" / package
    text = ast.get_docstring(ast.parse((folder / "__init__.py").read_text("utf-8"))) or ""
    named = ROOM.findall(text.partition("\n")[2])
    assert sorted(named) == sorted(_rooms(folder))


def _given_names(tree: ast.Module) -> set[str]:
    """What a package gives out beside its rooms."""
    names = set()
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.ImportFrom):
            names |= {alias.asname or alias.name for alias in node.names}
    return names


def test_no_package_gives_a_name_that_a_room_bears():
    """The room takes the name's place as soon as anyone imports the room."""
    for path in SOURCES:
        if path.name == "__init__.py":
            package = path.parent.relative_to(ROOT).as_posix().replace("/", ".")
            tree = ast.parse(path.read_text("utf-8"))
            rooms = {
                alias.name
                for node in tree.body
                if isinstance(node, ast.ImportFrom) and node.module == package
                for alias in node.names
            }
            assert not (_given_names(tree) - rooms) & set(_rooms(path.parent)), path


def _imports(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


def test_no_second_sqlite_comes_in():
    """Two SQLite libraries on one file lose acknowledged commits."""
    guilty = [
        p
        for p in SOURCES
        if any(n == "sqlite3" or n.startswith("sqlite3.") or "QtSql" in n for n in _imports(p))
    ]
    assert guilty == []


def test_view_models_know_no_widgets():
    """State lives without a screen."""
    rooms = (ROOT / "storecrm/ui/viewmodels").rglob("*.py")
    assert [p for p in rooms if _imports(p) & {"PySide6.QtWidgets", "PySide6.QtGui"}] == []


def test_the_till_opens_no_box():
    """A modal box at the till is closed by the next scan's Enter, and that scan is lost."""
    rooms = ROOT / "storecrm/ui"
    till = [*rooms.glob("pages/till/*.py"), *rooms.glob("viewmodels/till/*.py")]
    assert len(till) > 20
    for path in (*till, rooms / "kit/scanner.py"):
        text = path.read_text("utf-8")
        assert "QMessageBox" not in text and ".exec(" not in text


def test_no_colour_stands_outside_the_theme():
    """One table of tokens serves light and dark."""
    for path in (ROOT / "storecrm/ui").rglob("*.py"):
        if path.name != "tokens.py":
            assert not re.search(r"#[0-9A-Fa-f]{6}\b", path.read_text("utf-8")), path


WITHOUT_RIGHT = {
    "names_unsaid": "staff/own_card.py", "unreadable": "shop_settings.py",
    "listed": "staff/accounts.py", "named": "staff/accounts.py", "sign_in": "staff/accounts.py", "set_first_pin": "staff/accounts.py", "add": "staff/accounts.py",
    "set_pin": "staff/accounts.py", "take_back_unfinished": "imports/run.py", "take_back": "imports/rollback.py", "tour": "demo/guided_tour.py",
    "enter": "imports/pending_rows.py", "sweep": "coupons/unfinished_issues.py", "under_way": "coupons/unfinished_issues.py", "is_left": "coupons/unfinished_issues.py", "remove": "coupons/unfinished_issues.py",
    "take_back_left": "imports/move_in.py", "left_over": "imports/unfinished.py", "alone": "imports/run.py",
    "steps": "imports/loaders/sales_points.py", "worth": "loyalty/points_account.py",
    "require_clock": "store.py", "require": "rights.py", "reserve": "staff/throttle.py", "patiently": "staff/throttle.py", "look": "backup/trail_anchors.py", "append": "members/erased_list.py", "show": "imports/completion.py", "again": "members/erasure.py", "note": "backup/trail_anchors.py", "log_refused": "till/scan.py", "file_name": "reports/month_workbook/periods.py",
}  # fmt: skip


def _verbs() -> list[tuple[str, ast.FunctionDef]]:
    found = []
    for path in (ROOT / "storecrm/services").rglob("*.py"):
        for node in ast.parse(path.read_text("utf-8")).body:
            public = (
                isinstance(node, ast.FunctionDef)
                and not node.name.startswith("_")
                and node.args.args
            )
            if public and node.args.args[0].arg == "store":
                found.append((path.relative_to(ROOT / "storecrm/services").as_posix(), node))
    return found


def test_every_verb_begins_with_its_right():
    """Rights are checked below the windows; a verb without one would be open to everybody."""
    open_doors = []
    for room, verb in _verbs():
        if WITHOUT_RIGHT.get(verb.name) == room:
            continue
        body = [
            s
            for s in verb.body
            if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))
        ]
        if "rights.require" not in ast.unparse(body[0]):
            open_doors.append(f"{room}:{verb.name}")
    assert open_doors == []


@pytest.mark.parametrize("right", list(rights.Right))
def test_nobody_may_do_anything(right):
    """Unknown is denied; the owner may everything, a cashier never what a manager may not."""
    from storecrm.values import Role

    assert not rights.may(None, right)
    assert rights.may(Role.OWNER, right)
    assert not rights.may(Role.CASHIER, right) or rights.may(Role.MANAGER, right)


def test_public_things_are_documented():
    """The next person reads the docstring, not the code."""
    import storecrm.services.till.open_bill as room

    assert all(
        inspect.getdoc(f)
        for n, f in vars(room).items()
        if inspect.isfunction(f) and not n.startswith("_") and f.__module__ == room.__name__
    )


def test_pyside_keeps_the_count_of_none():
    """PySide6 6.12 on Python 3.11 loses one reference to None per void call and aborts after
    minutes."""
    from PySide6.QtCore import QObject

    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(2000):
        thing.setObjectName("x")
    assert abs(sys.getrefcount(None) - before) < 500


WRITERS = {
    "ui/tour.py": "lists of an old system in a folder of its own, for a picture",
    "services/files.py": "the door itself",
    "services/backup/copies.py": "copies of the store and their manifests",
    "services/backup/restore_copy.py": "the copy that a store is put back from, in the store's own folder",
    "services/members/erased_list.py": "the list of the erased beside the store, and its key",
    "models/migrate.py": "the lock of an upgrade",
    "paths.py": "the store's log, private before anything is written to it",
    "services/backup/trail_anchors.py": "where the trail stood, beside this machine's keys",
    "models/database/keys.py": "the store's key",
    "models/database/copies.py": "a copy of the store, page by page or as it lies on the disk",
    "models/database/disks.py": "a file that asks the disk for room, gone at once",
    "settings.py": "this machine's choices",
    "services/demo/year.py": "lists for its own imports, in a temporary folder",
    "ui/kit/theme.py": "icons in a temporary folder",
    "ui/kit/program_icon.py": "the picture as a Windows icon, in memory",
    "ui/kit/shortcut.py": "the icon that opens the window, and what the menu keeps of it",
    "ui/kit/sounds.py": "sounds in a temporary folder",
}
THROUGH_THE_DOOR = {
    "services/printing/page.py", "services/reports/workbook.py", "services/printing/member_data_file.py", "services/exports/written.py", "ui/kit/pictures.py",
}  # fmt: skip
"""These write to the place that files.whole gives them, called `part`."""
_BY_NAME = {"write_bytes", "write_text", "symlink_to", "hardlink_to", "copyfile", "copy", "copy2", "move", "mkdtemp", "mkstemp", "NamedTemporaryFile", "TemporaryDirectory", "Workbook", "QImageWriter"}  # fmt: skip


def _writes(call: ast.Call) -> bool:
    """True for a call that makes or changes a file."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    said = [
        node.value
        for node in (*call.args, *(k.value for k in call.keywords))
        if isinstance(node, ast.Constant)
    ]
    owner = ast.unparse(call.func.value) if isinstance(call.func, ast.Attribute) else ""
    if name == "open":
        modes = [
            text
            for text in said
            if isinstance(text, str) and 0 < len(text) <= 3 and set(text) <= set("rwaxbt+")
        ]
        return owner == "os" or any(set(mode) & set("wax+") for mode in modes)
    if name in ("copy", "copy2", "move", "copyfile"):
        return owner == "shutil"
    if name == "save":
        return bool(call.args) and "part" in ast.unparse(call.args[0])
    return name in _BY_NAME


def _writing() -> dict[str, list[ast.Call]]:
    found: dict[str, list[ast.Call]] = {}
    for path in SOURCES:
        calls = [
            node
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Call) and _writes(node)
        ]
        if calls:
            found[path.relative_to(ROOT / "storecrm").as_posix()] = calls
    return found


def test_every_file_goes_through_one_door():
    """A writer of its own would write over the store; who writes otherwise stands here with the
    reason."""
    found = _writing()
    assert set(found) - set(WRITERS) == THROUGH_THE_DOOR
    assert set(WRITERS) <= set(found)
    for room in THROUGH_THE_DOOR:
        for call in found[room]:
            assert "part" in ast.unparse(call), (room, ast.unparse(call))


def test_lock_files_name_no_address():
    """The constraints hold versions only."""
    assert "http" not in (ROOT / "constraints.txt").read_text("utf-8")


_SPENDS = {"record", "take", "swap", "close", "take_on", "suspend", "resume", "Ending"}
_SPENT = {"coupons", "points_used", "code"}


def _vouches(call: ast.Call) -> bool:
    """True for a call that may use a member's points or coupons and leaves open who was seen."""
    if not (
        isinstance(call.func, ast.Attribute)
        and call.func.attr in _SPENDS
        and ast.unparse(call.func.value) in ("bills", "suspending")
    ):
        return False
    said = {one.arg for one in call.keywords}
    # more that is passed on (**) bears it from the window's one place
    return bool(said & _SPENT) and not said & {"proof", None}


def test_each_way_in_says_what_the_member_showed():
    """A verb that is told nothing vouches for the member; no window and no command may leave it at
    that."""
    calls = [
        (file.relative_to(ROOT).as_posix(), node.lineno)
        for file in SOURCES
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and _vouches(node)
    ]
    assert calls == []


OF_THE_KIT = {
    "QTableView", "QTableWidget", "QDateEdit", "QTimeEdit", "QDateTimeEdit", "QSpinBox", "QDoubleSpinBox", "QMessageBox", "Banner", "Busy", "RowsModel", "date_box",
}  # fmt: skip
"""What pages made for themselves before the kit had it: tables, boxes for days and numbers, lines of
news, bars of progress."""


def _named_in(path: Path) -> set[str]:
    """Every name that a module imports or uses."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.alias | ast.Name | ast.Attribute):
            # each of the three has its name in a field of its own
            names |= {getattr(node, field, "") for field in ("name", "id", "attr")}
    return names


def test_no_page_draws_its_own_table_banner_or_date_box():
    """What every page needs is made once, in the kit: a page with its own has its own faults."""
    pages = ROOT / "storecrm/ui/pages"
    own = {
        path.relative_to(pages).as_posix()
        for path in pages.rglob("*.py")
        if _named_in(path) & OF_THE_KIT
    }
    assert own == set()
