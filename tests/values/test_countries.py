"""Phones without a country code are of the shop's country, whichever that is."""

import phonenumbers
import pytest

from storecrm import compose
from storecrm.errors import BadInput
from storecrm.i18n import Catalogue
from storecrm.services.members import personal_data
from storecrm.services.store import ShopDetails
from storecrm.values import region_of_zone, regions
from storecrm.wording.errors import cure
from tests import build


@pytest.mark.parametrize(
    ("zone", "phone", "kept"),
    [
        ("Asia/Singapore", "8123 4567", "+6581234567"),
        ("Europe/Paris", "06 12 34 56 78", "+33612345678"),
        ("Australia/Sydney", "0412 345 678", "+61412345678"),
        ("America/Toronto", "(506) 234-5678", "+15062345678"),
        ("Asia/Calcutta", "081234 56789", "+918123456789"),
    ],
)
def test_the_time_zone_says_the_country(zone, phone, kept):
    """A shop in Singapore registers the phones of Singapore without being asked anything."""
    assert personal_data.phone_of(phone, region_of_zone(zone)) == kept


def test_every_country_takes_its_own_phones():
    """All of CLDR: where numbers are known, the example of the country is one; elsewhere the
    sentence asks for the country code."""
    assert len(regions()) > 240 and "EU" not in regions()
    words = Catalogue("en")
    for region in sorted(regions()):
        example = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
        if example is not None:
            local = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.NATIONAL)
            wanted = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
            assert personal_data.phone_of(local, region) == wanted, region
        with pytest.raises(BadInput) as refused:
            personal_data.phone_of("my phone", region)
        assert cure(refused.value, words).strip(), region


def test_the_region_is_asked_and_kept(tmp_path):
    """A shop behind the border, or with a clock in UTC, says where its phones are from; a word that
    is no country is refused."""
    place = str(tmp_path / "s.db")
    for wrong, zone in (("ZZ", "Asia/Shanghai"), ("EU", "Asia/Shanghai"), ("", "UTC")):
        with pytest.raises(BadInput, match="region"):
            compose.create_store(place, shop=ShopDetails(name="S", timezone=zone, region=wrong))
    compose.close_store(
        compose.create_store(place, shop=ShopDetails(name="S", timezone="UTC", region="sg"))
    )
    store = compose.open_store(place)
    assert store.shop.region == "SG"
    compose.close_store(store)


@pytest.mark.both
def test_a_shop_of_today_is_of_its_zone(manager):
    """What `init` is not told it takes from the time zone."""
    assert manager.shop.region == "CN"
    assert build.member(manager, phone="13800138000").phone == "+8613800138000"
