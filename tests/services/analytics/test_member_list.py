"""The list of members is sorted and filtered where the rows are."""

import pytest

from storecrm.errors import BadInput, NotAllowed
from storecrm.services.analytics import member_list
from storecrm.services.analytics.member_list import MemberQuestion
from storecrm.services.loyalty import tiers
from storecrm.services.members import erasure, registry
from storecrm.services.members.registry import NewMember
from storecrm.services.till import open_bill
from storecrm.values import BasisPoints, Money
from tests.conftest import signed


@pytest.fixture
def people(base, owner, wall):
    """Three members; Anna bought twice, Bob once and less, nobody knows Cora."""
    for phone, name in (("13812340001", "Anna"), ("13812340002", "Bob"), ("13900130003", "Cora")):
        registry.register(owner, new=NewMember(phone=phone, name=name))
    till = signed(base, "王芳")
    for phone, amount in (("13812340001", 5_000), ("13812340001", 7_000), ("13812340002", 900)):
        open_bill.record(till, amount=Money(amount), member=phone)
    return owner


def names(store, *order, **filters):
    question = MemberQuestion(order=order, filters=filters)
    found = member_list.page(store, question=question)
    assert found.total == len(found.rows)
    return [row.member.name for row in found.rows]


@pytest.mark.both
def test_members_stand_in_the_order_that_is_asked(people):
    """By what they spent; who bought nothing has spent nothing, and was never here."""
    assert names(people) == ["Cora", "Bob", "Anna"]
    assert names(people, ("net", True)) == ["Anna", "Bob", "Cora"]
    assert names(people, ("name", False)) == ["Anna", "Bob", "Cora"]
    assert names(people, ("last", True), ("name", True)) == ["Bob", "Anna", "Cora"]
    assert names(people, ("last", False))[-1] == "Cora"


@pytest.mark.both
def test_filters_read_what_people_type(people):
    """Parts of names, digits of a phone, amounts, days."""
    assert names(people, name="AN") == ["Anna"]
    assert names(people, phone="138 1234") == ["Bob", "Anna"]
    assert names(people, net=">9") == ["Anna"]
    assert names(people, net="1..9") == ["Bob"]
    assert names(people, visits="2") == ["Anna"]
    assert names(people, last="2026-11") == ["Bob", "Anna"]
    assert names(people, registered_on=">2026-11-22") == []
    assert names(people, name="%") == [] and names(people, net="many") == []


@pytest.mark.both
def test_an_equals_sign_asks_for_the_whole_cell(people):
    """Whoever asks for 王 does not want 王芳."""
    registry.register(people, new=NewMember(phone="13900130004", name="Annabel"))
    assert names(people, name="=anna") == ["Anna"]
    assert names(people, name="=ann") == []
    assert names(people, phone="=138 1234 0001") == ["Anna"]
    assert names(people, phone="=138 1234") == []
    assert names(people, visits="=2") == ["Anna"] and names(people, net="=¥120.00") == ["Anna"]


@pytest.mark.both
def test_any_number_may_be_typed(people):
    """More than the books can hold, less than a whole."""
    for key in ("visits", "net"):
        assert names(people, **{key: ">=" + "9" * 20}) == []
        assert names(people, **{key: "9" * 20}) == []
        assert names(people, **{key: "<1e999999"}) == []
        assert names(people, **{key: "-9e15..9e15"}) == ["Cora", "Bob", "Anna"]
    assert names(people, visits=">=1.5") == ["Anna"]
    assert names(people, visits=">1.5") == ["Anna"]
    assert names(people, visits=">0.5") == ["Bob", "Anna"]
    assert names(people, visits="<=1.5") == ["Cora", "Bob"]
    assert names(people, visits="<1.5") == ["Cora", "Bob"]
    assert names(people, visits="-0.5..1.5") == ["Cora", "Bob"]
    assert names(people, visits="1.5") == []


@pytest.mark.both
def test_the_tier_that_is_shown_is_filtered(people, wall, base):
    """After the last day of one by hand, what the spend says; until then the one by hand."""
    for name, threshold in (("silver", 1_000), ("gold", 10_000)):
        tiers.keep(people, name=name, threshold=Money(threshold), off=BasisPoints(0))
    today = people.clock.today()
    for phone, until in (("13812340001", None), ("13812340002", today), ("13900130003", today)):
        tiers.set_by_hand(people, member=phone, tier="silver", until=until, reason="wedding")
    open_bill.record(signed(base, "王芳"), amount=Money(20_000), member="13812340002")
    assert names(people, tier="SILV") == ["Cora", "Bob", "Anna"]
    wall.forward(days=1)
    later = signed(base, "陈")
    assert names(later, tier="SILV") == ["Anna"]
    assert names(later, tier="gold") == ["Bob"]
    assert names(later, tier="=Gold") == ["Bob"] and names(later, tier="=old") == []
    assert names(later, tier="=silver") == ["Anna"]
    assert names(later, tier="") == ["Cora", "Bob", "Anna"]


def test_what_was_bought_stands_beside_the_member(people):
    """The same figures as on the member's own page."""
    (anna,) = member_list.page(people, question=MemberQuestion(filters={"name": "Anna"})).rows
    assert (anna.visits, anna.net, anna.last.isoformat()) == (2, 12_000, "2026-11-22")


def test_a_stretch_is_some_of_all(people):
    """And reading on gives each member once."""
    stretch = member_list.page(people, offset=1, limit=1)
    assert [row.member.name for row in stretch.rows] == ["Bob"] and stretch.total == 3
    every = member_list.every(people, question=MemberQuestion(order=(("name", False),)))
    assert [row.member.name for row in every] == ["Anna", "Bob", "Cora"]


def test_who_comes_or_goes_meanwhile_moves_nobody(people, monkeypatch):
    """Each of the list as it was is read once, but for who was erased before their turn."""
    monkeypatch.setattr(member_list, "AT_ONCE", 1)
    reading = member_list.every(people, question=MemberQuestion())
    assert next(reading).member.name == "Cora"
    registry.register(people, new=NewMember(phone="13700130004", name="Dora"))
    assert next(reading).member.name == "Bob"
    for phone in ("13900130003", "13812340002"):
        erasure.erase(people, member=phone, reason="asked")
    assert [row.member.name for row in reading] == ["Anna"]
    reading = member_list.every(people, question=MemberQuestion())
    assert next(reading).member.name == "Dora"
    erasure.erase(people, member="13812340001", reason="asked")
    assert list(reading) == []


def test_only_some_are_asked_for(people):
    """Those of a search, whatever else is asked."""
    found = registry.find(people, text="0002")
    within = [member.id for member in found]
    asked = MemberQuestion(order=(("net", True),), within=within)
    assert [row.member.name for row in member_list.page(people, question=asked).rows] == ["Bob"]


def test_no_other_column_is_read(people):
    """A password is none of the list."""
    with pytest.raises(BadInput):
        names(people, ("password_hash", False))


def test_a_cashier_lists_nobody(people, base):
    """Four digits find one; nobody reads the list."""
    with pytest.raises(NotAllowed):
        member_list.page(signed(base, "王芳"))
