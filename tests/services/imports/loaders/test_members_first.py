"""The first list of a new shop is read by short ways: it must come to the same as the long ones."""

import pytest
from sqlalchemy import text

from storecrm.services.imports import one_file, run
from storecrm.services.imports.options import ImportOptions
from storecrm.services.integrity import verify
from storecrm.services.loyalty import points_account
from storecrm.services.members import merge, registry
from storecrm.services.members.registry import NewMember
from tests import build

pytestmark = pytest.mark.both
ROWS = 1300


@pytest.fixture
def short(monkeypatch):
    """Chunks of a few hundred rows."""
    monkeypatch.setattr(one_file, "CHUNK", 300)
    monkeypatch.setattr(one_file, "FIRST", 300)


@pytest.fixture
def listed(tmp_path):
    def write(rows):
        file = tmp_path / f"{len(list(tmp_path.iterdir()))}.csv"
        file.write_text(
            "member_no,phone,name,old_card_no,birthday,points\n"
            + "".join(f"{row}\n" for row in rows),
            "utf-8",
        )
        return file

    return write


def _people():
    """A name, card and birthday of every shape, now and then one as another chunk said it
    already."""
    for n in range(ROWS):
        no, card = f"v{n:04d}" if n % 3 else "", f"Ｃ{n}" if n % 5 == 0 else ""
        phone = f"138{n % 1290:08d}" if n % 7 else ""
        yield f"{no},{phone},{'王' if n % 2 else 'Jörg'}{n % 40},{card},{('1990/5/17', '农历 8-15', '5-17', '')[n % 4]},{n % 9}"


def _rows(store):
    with store.read() as session:
        found = session.execute(
            text(
                "SELECT phone, name, birthday, birthday_type FROM member WHERE phone <> '+8613912345678' ORDER BY id"
            )
        )
        keys = session.execute(
            text("SELECT count(*) FROM scannable WHERE kind = 'member'")
        ).scalar()
        return [tuple(row) for row in found], keys


@pytest.mark.usefixtures("short")
def test_a_first_list_comes_to_what_any_list_does(owner, listed):
    """An empty shop is not looked into for each row; a shop with one member is, and what is kept
    and refused is the same."""
    first = run.load(
        owner, kind="members", path=listed(_people()), how=ImportOptions(skip_bad=True)
    )
    rows, keys = _rows(owner)
    run.undo(owner, batch=first.batch)
    registry.register(owner, new=NewMember(phone="13912345678"))
    later = run.load(
        owner, kind="members", path=listed(_people()), how=ImportOptions(skip_bad=True)
    )
    assert first.rejected > 0
    assert (first.created, first.problems, first.totals) == (
        later.created,
        later.problems,
        later.totals,
    )
    assert _rows(owner) == (rows, keys + 1)
    assert verify.verify(owner)[1] == []


@pytest.mark.usefixtures("short")
def test_who_is_registered_between_two_chunks_is_known_to_the_next(owner, listed):
    """A till goes on while the first list comes in."""
    turns = []

    def meanwhile(*_):
        turns.append(1)
        if len(turns) == 3:
            build.member(owner, phone="13800001200", name="later")

    rows = [f",{13_800_000_000 + n},n{n},,," for n in range(ROWS)]
    done = run.load(owner, kind="members", path=listed(rows), progress=meanwhile)
    assert (done.created, done.updated + done.unchanged) == (ROWS - 1, 1)
    with owner.read() as session:
        assert (
            session.execute(
                text("SELECT count(*) FROM member WHERE phone = '+8613800001200'")
            ).scalar()
            == 1
        )
    assert verify.verify(owner)[1] == []


@pytest.mark.parametrize("existing", ["fill", "replace"])
def test_an_old_list_after_a_merge_is_the_survivors(owner, listed, existing):
    """Both records of one person stand in it, each with its balance; the one that went overwrites
    nothing."""
    rows = [
        "M1,13800138000,李小梅,,1990/5/17,100",
        "M2,13900139000,小李,C2,,50",
        "M3,13700137000,王芳,,,0",
    ]
    run.load(owner, kind="members", path=listed(rows))
    for gone in ("M2", "M3"):
        merge.merge(owner, survivor="M1", merged=gone)
    again = run.load(
        owner, kind="members", path=listed(rows), how=ImportOptions(on_existing=existing)
    )
    assert (again.created, again.updated, again.unchanged) == (0, 0, 3)
    assert registry.show(owner, member="M2").name == "李小梅"
    assert points_account.show(owner, member="M1").active == 150
    assert verify.verify(owner)[1] == []


def test_a_cell_of_two_lines_is_not_two_plain_numbers(manager, tmp_path):
    """Columns are looked at line by line: a cell with a line's end in it says what it says, and no
    more."""
    file = tmp_path / "lines.csv"
    file.write_text(
        'member_no,phone\n0012,13800138000\n"0013\n0014","13800138001\n13800138002"\n', "utf-8"
    )
    done = run.load(
        manager, kind="members", path=file, how=ImportOptions(dry_run=True, skip_bad=True)
    )
    assert (done.created, [(one.row, one.column) for one in done.problems]) == (1, [(3, "phone")])
