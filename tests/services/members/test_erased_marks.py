"""Whoever was erased does not come back by an old list without a word."""

import pytest
from sqlalchemy import text

from storecrm.errors import ImportRejected, NotFound
from storecrm.i18n import Catalogue
from storecrm.services.imports import run
from storecrm.services.imports.options import ImportOptions
from storecrm.services.integrity import verify
from storecrm.services.members import erasure, phones_and_cards, registry
from storecrm.wording.errors import problem
from tests import build

pytestmark = pytest.mark.both
PHONE, FURTHER = "13800138000", "13900139000"


@pytest.fixture
def erased(owner, manager):
    """Somebody with two phones and a card, erased at the own wish."""
    who = build.member(manager, PHONE)
    phones_and_cards.add_phone(manager, member=who.member_no, phone=FURTHER)
    phones_and_cards.add_card(manager, member=who.member_no, card="OLD-77")
    erasure.erase(owner, member=PHONE, reason="asked for it")
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
    """By phone, further phone, number or card: each is a problem of its row, and nothing is
    kept."""
    file = listed(
        tmp_path,
        row.format(no=erased),
        "13700137000,张伟" if "phone" in titles else "N1,张伟",
        titles=titles,
    )
    with pytest.raises(ImportRejected) as refused:
        run.load(manager, kind="members", path=file)
    found = refused.value.problems[0]
    assert (found.row, found.column, found.kind) == (2, column, "erased_before")
    assert problem(found, Catalogue("zh_CN")) != problem(found, Catalogue("en"))
    assert registry.count(manager) == 0


def test_the_erased_are_left_out_or_taken_when_somebody_says_so(
    erased, manager, owner, tmp_path, backend
):
    """Left out with the rows that have problems; in again only by a choice of its own, which an
    undoing takes back."""
    file = listed(tmp_path, f"{PHONE},李小梅", "13700137000,张伟")
    seen = run.load(
        manager, kind="members", path=file, how=ImportOptions(dry_run=True, skip_bad=True)
    )
    assert (seen.created, seen.rejected) == (1, 1)
    done = run.load(manager, kind="members", path=file, how=ImportOptions(skip_bad=True))
    assert (done.created, done.rejected) == (1, 1)
    with pytest.raises(NotFound):
        registry.show(manager, member=PHONE)
    again = run.load(manager, kind="members", path=file, how=ImportOptions(take_erased=True))
    assert again.created == 1 and registry.show(manager, member=PHONE).name == "李小梅"
    assert run.load(manager, kind="members", path=file).unchanged == 2
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
