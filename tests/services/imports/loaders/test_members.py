"""Members of a list who have further phones and cards."""

import pytest

from storecrm.errors import NotFound
from storecrm.models.member import MemberPhone
from storecrm.services.imports import run
from storecrm.services.members import phones_and_cards, registry
from tests import build

FAMILY = 'member_no,phone,name,further_phones,further_cards\nK1,13800138000,李,13800138001; 13800138002,"C1,C2"\n'


@pytest.mark.both
def test_a_family_is_found_by_each_of_its_numbers_and_goes_with_its_list(owner, tmp_path):
    """A list brings all phones and cards, once, and takes them along when it is rolled back."""
    first = build.bring(owner, tmp_path, "members", FAMILY)
    for number in ("13800138001", "13800138002", "C1", "C2", "K1"):
        assert registry.show(owner, member=number).name == "李"
    assert build.bring(owner, tmp_path, "members", FAMILY).unchanged == 1
    run.undo(owner, batch=first.batch)
    for number in ("13800138001", "C2"):
        with pytest.raises(NotFound):
            registry.show(owner, member=number)
    assert build.rows(owner, MemberPhone) == 0


@pytest.mark.both
def test_numbers_that_a_list_adds_to_a_known_member_go_with_it(owner, tmp_path):
    """What the shop had of the member stays."""
    mine = build.member(owner)
    phones_and_cards.add_phone(owner, member=mine.member_no, phone="13800138001")
    text = 'phone,further_phones,further_cards\n13800138000,"13800138001,13800138002",C1\n'
    assert build.bring(owner, tmp_path, "members", text, dry_run=True).updated == 1
    done = build.bring(owner, tmp_path, "members", text)
    assert (done.updated, registry.show(owner, member="C1").member_no) == (1, mine.member_no)
    run.undo(owner, batch=done.batch)
    assert (
        build.rows(owner, MemberPhone) == 1
        and registry.show(owner, member="13800138001").member_no == mine.member_no
    )


def test_a_number_of_another_is_a_problem_of_its_row(owner, tmp_path):
    """In the shop, in the file before or after, as a first or a further one."""
    build.member(owner, "13900139000", "王")
    phones_and_cards.add_phone(owner, member="13900139000", phone="13900139001")
    phones_and_cards.add_card(owner, member="13900139000", card="C9")
    text = (
        "phone,further_phones,further_cards\n13800138000,13900139000,\n13800138001,13900139001,\n13800138002,,C9\n"
        "13800138003,13800138004,\n13800138004,,\n13800138005,13800138003,\n13800138006,12,\n"
    )
    assert build.problems(owner, tmp_path, "members", text) == [
        (2, "further_phones", "phone_of_another"),
        (3, "further_phones", "phone_of_another"),
        (4, "further_cards", "card_of_another"),
        (6, "phone", "twice_in_file"),
        (7, "further_phones", "twice_in_file"),
        (8, "further_phones", "phone"),
    ]


def test_a_lost_card_does_not_come_again_as_a_further_one(owner, tmp_path):
    """Whoever found it would be the member."""
    build.member(owner)
    phones_and_cards.add_card(owner, member="13800138000", card="C1")
    with owner.write() as session:
        phones_and_cards.freeze_card(
            session, owner, registry.resolve(session, owner, "13800138000"), "C1"
        )
    assert build.problems(owner, tmp_path, "members", "phone,further_cards\n13900139000,C1\n") == [
        (2, "further_cards", "card_lost")
    ]
