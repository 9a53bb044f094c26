"""Articles, categories and brands, found by a few letters for whoever chooses one.

    goods.articles(store, text="milk")      ->  the best twenty

Short lists are found by pinyin initials too; articles are too many for that.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from storecrm.models import tables
from storecrm.models.product import SHOWN
from storecrm.services import rights
from storecrm.services.members.name_index import keys_of
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.values import Money, clean_text

SEEN_AT_ONCE = 20
"""What is shown of a search: who has not found it by then types on."""
_LONGEST = 60
_ARTICLE = tables.product.c


@dataclass(frozen=True)
class ArticleName:
    """What an article is called and told from others by; `price` is None where none is known."""

    sku: str
    name: str
    barcode: str
    price: Money | None


def articles(store: Store, *, text: str, limit: int = SEEN_AT_ONCE) -> list[ArticleName]:
    """Articles whose number or barcode begins with `text`, or whose name holds it; the newest ones
    for no text."""
    rights.require(store, Right.FIND)
    sought = clean_text(text, _LONGEST).casefold()
    columns = (_ARTICLE.sku, _ARTICLE.name, _ARTICLE.barcode, _ARTICLE.price)
    query = select(*columns).where(SHOWN).limit(limit)
    if sought:
        query = query.where(or_(*_fits(sought))).order_by(*_best_first(sought))
    else:
        query = query.order_by(_ARTICLE.id.desc())
    with store.read() as session:
        return [ArticleName(*row) for row in session.execute(query)]


def _fits(sought: str) -> Iterable[ColumnElement[bool]]:
    name = func.lower(_ARTICLE.name)
    yield func.lower(_ARTICLE.sku).startswith(sought, autoescape=True)
    yield _ARTICLE.barcode.startswith(sought, autoescape=True)
    yield name.contains(sought, autoescape=True)


def _best_first(sought: str) -> Iterable[ColumnElement[Any]]:
    """Its whole number, names that begin so, then by name."""
    yield (func.lower(_ARTICLE.sku) == sought).desc()
    yield func.lower(_ARTICLE.name).startswith(sought, autoescape=True).desc()
    yield _ARTICLE.name
    yield _ARTICLE.id


def categories(store: Store, *, text: str, limit: int = SEEN_AT_ONCE) -> list[str]:
    """Categories that articles have, by their words or pinyin initials."""
    rights.require(store, Right.FIND)
    return _words(store, _ARTICLE.category, text, limit)


def brands(store: Store, *, text: str, limit: int = SEEN_AT_ONCE) -> list[str]:
    """Brands that articles have, by their words or pinyin initials."""
    rights.require(store, Right.FIND)
    return _words(store, _ARTICLE.brand, text, limit)


def _words(store: Store, column: ColumnElement[str], text: str, limit: int) -> list[str]:
    """What stands in a column of articles, that with the most articles first."""
    counted = select(column).where(SHOWN, column != "").group_by(column)
    by_size = counted.order_by(func.count().desc(), column)
    with store.read() as session:
        words = session.scalars(by_size).all()
    return [word for word in words if found_by(word, text)][:limit]


def found_by(name: str, text: str) -> bool:
    """True when a few letters find a name: a part of it, or the beginning of its initials."""
    sought = clean_text(text, _LONGEST).casefold().replace(" ", "")
    plain = name.casefold().replace(" ", "")
    return sought in plain or any(key.startswith(sought) for key in keys_of(name))
