"""Whoever was erased does not come back by an old list without a word."""

import pytest
from sqlalchemy import text

from storecrm.errors import ImportRejected, NotFound
from storecrm.i18n import Catalogue
from storecrm.services import wording
from storecrm.services.keeping import erasing, importing, verify
from storecrm.services.keeping.importing import How
from storecrm.services.people import members, numbers
from tests import build

pytestmark = pytest.mark.both
PHONE, FURTHER = "13800138000", "13900139000"


@pytest.fixture
def erased(owner, manager):
    """Somebody with two phones and a card, erased at the own wish."""
    who = build.member(manager, PHONE)
    numbers.add_phone(manager, member=who.member_no, phone=FURTHER)
    numbers.add_card(manager, member=who.member_no, card="OLD-77")
    erasing.erase(owner, member=PHONE, reason="asked for it")
    return who.member_no


def listed(folder, *rows, titles="phone,name"):
    file = folder / "old.csv"
    file.write_text("\n".join((titles, *rows)) + "\n", "utf-8")
    return file


@pytest.mark.parametrize(("titles", "row", "column"), [
    ("phone,name", f"{PHONE},李小梅", "phone"), ("phone,name", f"{FURTHER},李小梅", "phone"),
    ("member_no,name", "{no},李小梅", "member_no"), ("old_card_no,name", "OLD-77,李小梅", "old_card_no"),
])  # fmt: skip
def test_an_old_list_that_names_the_erased_is_said(erased, manager, tmp_path, titles, row, column):
    """By phone, further phone, number or card: each is a problem of its row, and nothing is kept."""
    file = listed(tmp_path, row.format(no=erased), "13700137000,张伟" if "phone" in titles else "N1,张伟", titles=titles)
    with pytest.raises(ImportRejected) as refused:
        importing.load(manager, kind="members", path=file)
    found = refused.value.problems[0]
    assert (found.row, found.column, found.kind) == (2, column, "erased_before")
    assert wording.problem(found, Catalogue("zh_CN")) != wording.problem(found, Catalogue("en"))
    assert members.count(manager) == 0


def test_the_erased_are_left_out_or_taken_when_somebody_says_so(erased, manager, owner, tmp_path, backend):
    """Left out with the rows that have problems; in again only by a choice of its own, which an undoing takes back."""
    file = listed(tmp_path, f"{PHONE},李小梅", "13700137000,张伟")
    seen = importing.load(manager, kind="members", path=file, how=How(dry_run=True, skip_bad=True))
    assert (seen.created, seen.rejected) == (1, 1)
    done = importing.load(manager, kind="members", path=file, how=How(skip_bad=True))
    assert (done.created, done.rejected) == (1, 1)
    with pytest.raises(NotFound):
        members.show(manager, member=PHONE)
    again = importing.load(manager, kind="members", path=file, how=How(take_erased=True))
    assert again.created == 1 and members.show(manager, member=PHONE).name == "李小梅"
    assert importing.load(manager, kind="members", path=file).unchanged == 2
    if backend == "sqlite":
        assert verify.verify(owner)[1] == []


def test_a_mark_tells_nothing_by_itself(erased, owner):
    """What is kept of the erased is a keyed hash: no digit of a phone stands in it."""
    with owner.read() as session:
        marks = list(session.scalars(text("SELECT mac FROM erased_mark")))
    assert len(marks) == 4 and all(len(mark) == 64 and "138001" not in mark for mark in marks)


def test_who_comes_to_the_counter_is_welcome(erased, manager):
    """A person who registers anew is no list."""
    assert build.member(manager, PHONE).phone.endswith(PHONE)
