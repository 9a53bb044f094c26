"""How a person arranged the window follows them to every till, and nobody else sees it."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import insert

from storecrm.errors import BadInput, NotAllowed
from storecrm.models import tables
from storecrm.services.integrity import verify
from storecrm.services.staff import preferences
from tests.conftest import signed

pytestmark = pytest.mark.both
COLUMNS = {"order": ["name", "phone"], "hidden": ["email"], "widths": {"name": 140}}


def test_a_person_finds_at_another_till_what_they_arranged(base, cashier):
    preferences.keep(cashier, key="table.members", value=COLUMNS)
    preferences.keep(cashier, key="table.members", value=COLUMNS | {"hidden": []})
    preferences.keep(cashier, key="table.receipts", value={"order": ["金额"]})
    again = signed(base, "王芳", till="till 2")
    assert preferences.kept(again) == {
        "table.members": COLUMNS | {"hidden": []},
        "table.receipts": {"order": ["金额"]},
    }
    assert verify.verify(signed(base, "陈"))[1] == []


def test_nobody_sees_what_another_arranged(owner, manager):
    preferences.keep(owner, key="table.members", value=COLUMNS)
    preferences.keep(manager, key="table.members", value={"order": []})
    assert preferences.kept(manager) == {"table.members": {"order": []}}
    assert preferences.kept(owner) == {"table.members": COLUMNS}


def test_what_comes_as_it_came_leaves_no_row(owner):
    preferences.keep(owner, key="table.members", value=COLUMNS)
    preferences.keep(owner, key="table.members", value=None)
    assert preferences.kept(owner) == {}


def test_two_tills_at_the_same_moment_leave_one_of_the_two(base):
    """The same person, twice: the later one counts, and neither is refused."""
    tills = [signed(base, "王芳", till=f"till {n}") for n in (1, 2)]

    def arrange(turn):
        preferences.keep(tills[turn % 2], key="table.members", value={"turn": turn})

    with ThreadPoolExecutor(2) as both:
        list(both.map(arrange, range(8)))
    assert preferences.kept(tills[0])["table.members"]["turn"] in range(8)


@pytest.mark.parametrize(
    ("key", "value"),
    [("", {}), ("Table", {}), ("a" * 61, {}), ("table.x", {"order": ["x" * preferences.LONGEST]})],
)
def test_a_person_does_not_fill_the_store(owner, key, value):
    with pytest.raises(BadInput):
        preferences.keep(owner, key=key, value=value)
    assert preferences.kept(owner) == {}


def test_a_person_keeps_so_many_tables_and_no_more(owner, monkeypatch):
    monkeypatch.setattr(preferences, "MOST", 2)
    for name in ("a", "b"):
        preferences.keep(owner, key=name, value={})
    with pytest.raises(BadInput):
        preferences.keep(owner, key="c", value={})
    # what is there may still change
    preferences.keep(owner, key="b", value=COLUMNS)
    assert preferences.kept(owner) == {"a": {}, "b": COLUMNS}


def test_what_nobody_can_read_is_as_if_it_were_not_there(owner):
    row = {"staff_id": owner.staff, "key": "table.members", "value": "{"}
    with owner.write() as session:
        session.execute(insert(tables.staff_preference).values(**row))
    preferences.keep(owner, key="other", value={})
    assert preferences.kept(owner) == {"other": {}}


def test_who_works_here_no_more_arranges_nothing(base):
    with pytest.raises(NotAllowed):
        preferences.keep(base, key="table.members", value=COLUMNS)
