"""Articles, categories and brands are found by a few letters."""

import pytest

from storecrm.errors import NotAllowed
from storecrm.services import goods
from storecrm.services.imports import run

LIST = """sku,name,barcode,category,brand,price
A20,伊利纯牛奶,6907992500133,乳品,伊利,3.50
A2,Oat Milk,6901234567892,乳品,Oatly,12.80
B7,可口可乐,6901939621608,饮料,可口可乐,3.00
C_1,100% Juice,,饮料,,
"""


@pytest.fixture
def shelf(owner, tmp_path):
    """A shop with four articles."""
    file = tmp_path / "goods.csv"
    file.write_text(LIST, "utf-8")
    run.load(owner, kind="products", path=file)
    return owner


@pytest.mark.both
@pytest.mark.parametrize(
    "text, skus",
    [
        ("牛奶", ["A20"]),
        ("milk", ["A2"]),
        ("a2", ["A2", "A20"]),
        ("690193", ["B7"]),
        ("100%", ["C_1"]),
        ("_", []),
        ("", ["C_1", "B7", "A2", "A20"]),
    ],
)
def test_an_article_is_found_by_number_barcode_or_name(shelf, text, skus):
    """The whole number first; the signs of a pattern are signs like others."""
    assert [found.sku for found in goods.articles(shelf, text=text)] == skus


@pytest.mark.both
def test_categories_and_brands_are_found_by_initials_too(shelf):
    """That with the most articles stands first."""
    assert sorted(goods.categories(shelf, text="")) == ["乳品", "饮料"]
    assert goods.categories(shelf, text="rp") == ["乳品"]
    assert goods.brands(shelf, text="kl") == ["可口可乐"]
    assert goods.brands(shelf, text="oat") == ["Oatly"]
    assert goods.brands(shelf, text="nobody's") == []


def test_a_search_shows_no_more_than_can_be_read(shelf):
    """Who has not found it by then types on."""
    assert len(goods.articles(shelf, text="", limit=2)) == 2
    assert len(goods.categories(shelf, text="", limit=1)) == 1


def test_nobody_looks_through_the_shelves_unseen(base):
    """Prices are for those who are signed in."""
    for verb in (goods.articles, goods.categories, goods.brands):
        with pytest.raises(NotAllowed):
            verb(base, text="")
