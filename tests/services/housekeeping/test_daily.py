"""What a shop's computer does once a day by itself, whoever opens the shop in the morning."""

import pytest

from storecrm.services.housekeeping import daily
from storecrm.services.integrity import verify
from tests import build
from tests.conftest import signed


@pytest.mark.parametrize("name", ["陈", "赵", "王芳"])
def test_whoever_signs_in_first_keeps_house(base, owner, name):
    """A cashier opens most shops: the day's copy is made all the same, and not a second time."""
    build.member(owner)
    made = daily.keep_house(signed(base, name))
    assert made is not None and made.ok and made.path.is_file()
    assert daily.keep_house(signed(base, name)) is None
    assert verify.verify(owner)[1] == []
