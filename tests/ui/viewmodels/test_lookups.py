"""What boxes with a search offer."""

import pytest

from storecrm.errors import NotAllowed
from storecrm.i18n import Catalogue
from storecrm.services.analytics import segments
from storecrm.ui.viewmodels.lookups import Lookups
from tests import build


@pytest.fixture
def lookups(owner):
    return Lookups(owner, None, Catalogue("zh_CN"))


def test_each_kind_is_found_and_means_its_code(owner, lookups):
    """What is seen are names, what is kept are codes."""
    ann = build.member(owner)
    build.goods(owner, A1="3.50")
    build.offer(owner, "A20", name="秋季满减")
    rule = {"field": "visits", "op": ">=", "value": 3}
    segments.create(owner, code="mine", name="老街坊", rule=rule)
    (article,) = lookups.articles("a1")
    assert (article.value, article.detail) == ("A1", "A1  ¥3.50")
    (offer,) = lookups.offers("qj")
    assert (offer.value, offer.text) == ("A20", "秋季满减")
    (segment,) = lookups.segments("ljf")
    assert (segment.value, segment.text) == ("mine", "老街坊")
    (member,) = lookups.members("8000")
    assert (member.value, member.text) == (ann.member_no, "李小梅")


def test_built_in_segments_are_found_by_the_name_that_people_see(lookups):
    """They have no name in the store."""
    names = {choice.value: choice.text for choice in lookups.segments("")}
    assert names["dormant"] != "dormant"
    assert "dormant" in [choice.value for choice in lookups.segments(names["dormant"])]


def test_no_list_of_people_is_opened_by_a_click(owner, lookups, cashier):
    """Members are looked for; segments are for those who see reports."""
    build.member(owner)
    assert lookups.members("") == []
    with pytest.raises(NotAllowed):
        Lookups(cashier, None, Catalogue("en")).segments("")
