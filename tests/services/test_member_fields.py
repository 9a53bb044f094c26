"""One table of member fields: whatever is kept of a person is in it, and every way of the house
goes by it."""

import json
from datetime import date

import pytest
from sqlalchemy import select, update

from storecrm.domain import list_titles, member_fields
from storecrm.domain.member_fields import Reads
from storecrm.i18n import Catalogue
from storecrm.models.member import Member
from storecrm.services.exports import files
from storecrm.services.imports import run
from storecrm.services.imports.loaders.listed_member import ListedMember
from storecrm.services.imports.run import ImportOptions
from storecrm.services.members import erasure, merge
from storecrm.services.members.registry import NewMember
from storecrm.services.members.views import MemberView
from storecrm.services.printing import member_data_file
from storecrm.values import Phone
from tests import build

_SAID = {
    "phone": Phone("+8613800138001"),
    "opening_spent": 12_345,
    "opening_visits": 7,
    "tier_by_hand": 1,
    "birthday": "1990-05-17",
    "birthday_type": "lunar",
    "gender": "f",
    "email": "ann@example.com",
    "password_hash": "secret",
}
"""What fields say here whose kind of value is their own; the others say their name or this day."""


def said(session, field):
    """A value that a field can hold and that is not its blank one."""
    if field.name == "referred_by":
        return session.scalar(select(Member.id).where(Member.phone == "+8613700137000"))
    if field.name in _SAID:
        return _SAID[field.name]
    return date(2025, 3, 9) if field.reads is Reads.DAY else f"some {field.name}"


@pytest.fixture
def full(manager):
    """A member of whom every personal field says something."""
    build.member(manager, phone="13700137000", name="Bob")
    who = build.member(manager, phone="13800138001", name="Ann")
    with manager.write() as session:
        values = {field.name: said(session, field) for field in member_fields.PERSONAL}
        assert not [name for name, value in values.items() if value == member_fields.BLANK[name]]
        session.execute(update(Member).where(Member.id == who.id).values(**values))
    return who


def row_of(store, who):
    table = Member.__table__
    with store.read() as session:
        return dict(session.execute(select(table).where(table.c.id == who.id)).mappings().one())


@pytest.mark.both
@pytest.mark.parametrize("way", ["erased", "merged"])
def test_nothing_personal_stays_in_a_record_that_goes(owner, manager, full, way):
    """Whichever way somebody leaves, the same fields are blank, and the number is nobody's."""
    if way == "erased":
        erasure.erase(owner, member=full.member_no, reason="asked")
    else:
        other = build.member(manager, phone="13900139000", name="Anna")
        merge.merge(manager, survivor=other.member_no, merged=full.member_no)
    row = row_of(owner, full)
    assert {name: row[name] for name in member_fields.BLANK} == member_fields.BLANK
    assert (row["state"], row["member_no"] != full.member_no) == ("erased", True)


def test_every_column_of_a_member_is_declared_or_named_as_no_field():
    """A column that nobody declared would be erased by one way and kept by another."""
    declared = {field.name for field in member_fields.STORED}
    columns = set(Member.__table__.c.keys())
    assert declared | member_fields.NO_FIELDS == columns
    assert not declared & member_fields.NO_FIELDS


def test_a_blank_value_is_one_that_the_column_takes():
    """What a record of nobody says is what a new record says where nothing was said."""
    columns = Member.__table__.c
    for field in member_fields.PERSONAL:
        assert columns[field.name].nullable == (field.blank is None), field.name


def test_every_field_of_the_card_is_read_and_shown():
    """What can be typed can be read again, by the same name."""
    for field in member_fields.ON_CARD:
        assert field in member_fields.VIEWED and hasattr(NewMember, field.name)
    shown = MemberView.__dataclass_fields__
    assert {field.name for field in member_fields.VIEWED} <= shown.keys()


def test_every_column_of_a_list_has_its_titles():
    """A list of a Chinese shop is read by the words that people there use."""
    for field in member_fields.LISTED:
        if field.exported and field.name != "points_in_lots":
            assert list_titles.CHINESE.get(field.column), field.column
    assert set(ListedMember._fields) - {"key", "card_key"} == {
        field.column for field in member_fields.LISTED if field.reads is not Reads.NOTHING
    }


def test_whoever_merges_chooses_each_field_that_may_be_chosen(manager, full):
    """The other record's word stays in every field for which somebody said so."""
    other = build.member(manager, phone="13900139000", name="Anna")
    offered = [field.name for field in member_fields.CHOOSABLE]
    before = row_of(manager, full)
    winners = dict.fromkeys(offered, "merged")
    merge.merge(manager, survivor=other.member_no, merged=full.member_no, winners=winners)
    row = row_of(manager, other)
    assert {name: row[name] for name in offered} == {name: before[name] for name in offered}
    followers = [field.name for field in member_fields.STORED if field.goes_with]
    assert {name: row[name] for name in followers} == {name: before[name] for name in followers}


@pytest.mark.both
def test_a_list_that_goes_out_brings_every_listed_field_back(owner, manager, full, tmp_path):
    """What a list carries is what a list brings: nothing that was said is lost on the way."""
    file = tmp_path / "members.csv"
    files.export(owner, kind="members", file=file, words=Catalogue("en"))
    before = row_of(owner, full)
    fields = [field for field in member_fields.LISTED if field.stored and field.personal]
    blank = {field.name: field.blank for field in fields if field.name != "phone"}
    with manager.write() as session:
        session.execute(update(Member).where(Member.id == full.id).values(**blank))
    run.load(manager, kind="members", path=file, how=ImportOptions(on_existing="replace"))
    after = row_of(owner, full)
    names = [field.name for field in fields]
    assert {name: after[name] for name in names} == {name: before[name] for name in names}


def test_the_file_of_a_member_holds_every_field_that_is_handed_over(owner, full, tmp_path):
    """Somebody who asks what is kept gets all of it, however new the field is."""
    file = tmp_path / "member.json"
    member_data_file.write(owner, member=full.member_no, file=file, words=Catalogue("en"))
    person = json.loads(file.read_text("utf-8"))["person"]
    said = {field.name: person[field.name] for field in member_fields.HANDED_OVER}
    assert [name for name, value in said.items() if not value] == []
    assert "secret" not in json.dumps(person)
