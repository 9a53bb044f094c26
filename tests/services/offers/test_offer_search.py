"""Offers are found by a few letters."""

from storecrm.services.offers import design, offer_search
from storecrm.values import OfferState
from tests import build


def test_an_offer_is_found_by_code_name_or_initials(owner):
    """Nobody remembers codes; a stopped offer is told from one that runs."""
    build.offer(owner, "A20", name="秋季满减")
    build.offer(owner, "MILK13", name="Thirteenth milk")
    design.stop(owner, code="A20")
    assert [offer.code for offer in offer_search.search(owner, text="")] == ["MILK13", "A20"]
    for text in ("a20", "满减", "qjmj"):
        (found,) = offer_search.search(owner, text=text)
        assert (found.code, found.state) == ("A20", OfferState.STOPPED)
    assert offer_search.search(owner, text="", limit=1)[0].code == "MILK13"
