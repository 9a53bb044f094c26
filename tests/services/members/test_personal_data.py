"""What a person says of oneself."""

import pytest

from storecrm.services.members import personal_data


@pytest.mark.parametrize("region", ["CN", "SG"])
@pytest.mark.parametrize("phone", ["17492988938", "15457511382", "13800138000", "19912345678"])
def test_a_phone_is_the_same_with_its_country_or_without(phone, region):
    """What goes out with its country comes in again, from the newest ranges too, in whatever
    shop."""
    assert (
        personal_data.phone_of(phone, "CN")
        == personal_data.phone_of("+86" + phone, region)
        == personal_data.phone_of("0086 " + phone, "CN")
    )
